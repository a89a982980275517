"""The numbers of every core function against R's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.stats import coefficients, effect_sizes, intervals, multiplicity, studentized, welch
from k2lab.stats.associate import _chi2, _cross
from k2lab.stats.result import Result

Load = Callable[[dict[str, Any]], pd.DataFrame]
pytestmark = pytest.mark.reference


def column(frame: pd.DataFrame, name: str) -> np.ndarray:
    if name.startswith("log("):
        return np.log(frame[name[4:-1]].to_numpy(dtype=float))
    return frame[name].to_numpy(dtype=float)


def two(frame: pd.DataFrame, args: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    y, group = column(frame, args["y"]), frame[args["group"]].astype(str)
    return y[(group == args["levels"][0]).to_numpy()], y[(group == args["levels"][1]).to_numpy()]


def samples(frame: pd.DataFrame, args: dict[str, Any]) -> dict[str, np.ndarray]:
    y = column(frame, args["y"])
    return {str(level): y[(frame[args["group"]] == level).to_numpy()] for level in frame[args["group"]].cat.categories}


@pytest.mark.entries("two_samples", "t_test")
def test_welch(entry: dict[str, Any], reference_frame: Load) -> None:
    if entry["args"]["equal_var"]:
        pytest.skip("the equal-variance form is not offered")
    made, want, tol = welch.gap(*two(reference_frame(entry["args"]), entry["args"])), entry["values"], entry["rel_tol"]
    assert made.value == pytest.approx(want["difference"], rel=tol)
    assert made.df == pytest.approx(want["df"], rel=tol)
    assert made.p == pytest.approx(want["p"], rel=1e-6)
    assert (made.low, made.high) == pytest.approx((want["ci_low"], want["ci_high"]), rel=tol)
    assert made.se == pytest.approx(want["se"], rel=tol)


@pytest.mark.entries("two_samples", "equivalence")
def test_equivalence(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want = entry["args"], entry["values"]
    made = welch.gap(*two(reference_frame(args), args))
    assert (made.low90, made.high90) == pytest.approx((want["ci90_low"], want["ci90_high"]), rel=1e-8)
    assert made.equivalence_p(args["low"], args["high"]) == pytest.approx(want["p_tost"], rel=1e-8)


@pytest.mark.entries("two_samples", "standardised_difference")
def test_hedges_g(entry: dict[str, Any], reference_frame: Load) -> None:
    made, want = effect_sizes.hedges_g(*two(reference_frame(entry["args"]), entry["args"])), entry["values"]
    assert made.value == pytest.approx(want["hedges_g"], rel=entry["rel_tol"])
    assert (made.low, made.high) == pytest.approx((want["hedges_g_low"], want["hedges_g_high"]), rel=entry["rel_tol"])


@pytest.mark.entries("two_samples", "mann_whitney")
def test_mann_whitney(entry: dict[str, Any], reference_frame: Load) -> None:
    from scipy.stats import mannwhitneyu

    x, y = two(reference_frame(entry["args"]), entry["args"])
    found, want = mannwhitneyu(x, y, method="asymptotic"), entry["values"]
    assert found.statistic == want["W"]
    assert found.pvalue == pytest.approx(want["p_corrected"], rel=1e-6)
    made = effect_sizes.rank_biserial(float(found.statistic), len(x), len(y))
    assert made.value == pytest.approx(want["rank_biserial"], rel=1e-7)
    assert (made.low, made.high) == pytest.approx(
        (want["rank_biserial_ci_low"], want["rank_biserial_ci_high"]), rel=1e-7
    )


@pytest.mark.entries("two_samples", "ratio_of_geometric_means")
def test_compare_gives_the_ratio_of_geometric_means(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want = entry["args"], entry["values"]
    frame = reference_frame(args)
    frame = frame[frame[args["group"]].isin(args["levels"])]
    made = stats.compare(frame, args["y"], args["group"], scale="log")
    first = made.estimates[0]
    # The first level, 0, is the reference: the ratio is that of 100 to 0, as in R.
    assert first.value == pytest.approx(100 * (want["ratio"] - 1), rel=1e-8)
    assert (first.low, first.high) == pytest.approx((100 * (want["ci_low"] - 1), 100 * (want["ci_high"] - 1)), rel=1e-7)
    assert first.p == pytest.approx(want["p"], rel=1e-6)


@pytest.mark.entries("several_groups", "oneway")
def test_several_groups(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want, tol = entry["args"], entry["values"], entry["rel_tol"]
    frame = reference_frame(args)
    log = args["y"].startswith("log(")
    y = args["y"][4:-1] if log else args["y"]
    if want["k"] < 3:
        pytest.skip("two groups are compared as a pair")
    made = stats.compare(frame, y, args["group"], scale="log" if log else "raw")
    main = next(t for t in made.tests if t.method == "Welch F")
    assert main.statistic == pytest.approx(want["welch_F"], rel=tol)
    assert main.df == pytest.approx((want["welch_df1"], want["welch_df2"]), rel=tol)
    assert main.p == pytest.approx(want["welch_p"], rel=1e-5)
    assert main.effect is not None
    assert main.effect.value == pytest.approx(want["eta2"], rel=tol)
    assert (main.effect.low, main.effect.high) == pytest.approx((want["eta2_ci_low"], want["eta2_ci_high"]), rel=1e-5)
    twin = next(t for t in made.tests if t.symbol == "H")
    assert twin.statistic == pytest.approx(want["kruskal_H"], rel=tol)
    assert twin.p == pytest.approx(want["kruskal_p"], rel=1e-5)
    F, df1, df2 = welch.classical_f(list(samples(frame, args).values()))
    assert (F, df1, df2) == pytest.approx((want["F"], want["df1"], want["df2"]), rel=tol)
    assert effect_sizes.omega2(F, df1, made.values["n"]) == pytest.approx(want["omega2"], rel=tol)
    assert effect_sizes.rank_epsilon2(twin.statistic, twin.n) == pytest.approx(want["rank_epsilon2"], rel=tol)


@pytest.mark.entries("several_groups", "games_howell")
def test_games_howell(entry: dict[str, Any], reference_frame: Load) -> None:
    held = samples(reference_frame(entry["args"]), entry["args"])
    names = list(held)
    for pair in welch.games_howell(list(held.values())):
        want = entry["values"][f"{names[pair.b]}-{names[pair.a]}"]
        assert pair.value == pytest.approx(want["difference"], rel=1e-8)
        assert pair.df == pytest.approx(want["df"], rel=1e-8)
        assert pair.p == pytest.approx(want["p"], rel=1e-4, abs=1e-8)
        size = abs(want["ci_high"] - want["ci_low"])
        assert (pair.low, pair.high) == pytest.approx((want["ci_low"], want["ci_high"]), abs=1e-4 * size)


@pytest.mark.entries("several_groups", "tukey")
def test_studentised_range(entry: dict[str, Any], reference_frame: Load) -> None:
    held = samples(reference_frame(entry["args"]), entry["args"])
    names, values = list(held), list(held.values())
    df = sum(map(len, values)) - len(values)
    mse = sum(float(((v - v.mean()) ** 2).sum()) for v in values) / df
    for key, want in entry["values"].items():
        b, a = key.split("-")
        se = (mse / 2 * (1 / len(held[a]) + 1 / len(held[b]))) ** 0.5
        assert studentized.tail(abs(want["difference"]) / se, len(names), df) == pytest.approx(
            want["p"], rel=1e-4, abs=1e-8
        )


@pytest.mark.entries("several_groups", "adjust_p")
def test_adjusted_p(entry: dict[str, Any]) -> None:
    p = entry["args"]["p"]
    assert multiplicity.holm(p) == pytest.approx(entry["values"]["holm"], rel=1e-10)
    assert multiplicity.benjamini_hochberg(p) == pytest.approx(entry["values"]["bh"], rel=1e-10)


@pytest.mark.entries("several_groups", "twoway")
def test_two_way(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want, tol = entry["args"], entry["values"], entry["rel_tol"]
    frame = reference_frame(args)
    log = args["y"].startswith("log(")
    y = args["y"][4:-1] if log else args["y"]
    x, by = args["group"], args["moderator"]
    made = stats.two_way(frame, y, x, by, scale="log" if log else "raw")
    assert made.values["n"] == want["n"]
    assert made.values["r2"] == pytest.approx(want["r_squared"], rel=tol)
    for name, label in ((f"{x}:{by}", f"{x} x {by}"), (x, x), (by, by)):
        test = next(t for t in made.tests if t.label == label and t.method.startswith("classical"))
        one = want["type2"]["terms"][name]
        assert test.statistic == pytest.approx(one["F"], rel=tol)
        assert test.df == (one["df"], want["type2"]["residual"]["df"])
        assert test.p == pytest.approx(one["p"], rel=1e-5)
        assert test.effect is not None
        assert test.effect.value == pytest.approx(one["partial_eta2"], rel=tol)
        assert test.effect.high == pytest.approx(one["partial_eta2_ci_high"], rel=1e-5)
        assert test.effect.low == pytest.approx(
            min(one["partial_eta2_ci_low"], one["partial_eta2"]), rel=1e-5, abs=1e-9
        )
        assert effect_sizes.omega2(test.statistic, test.df[0], want["n"]) == pytest.approx(
            one["partial_omega2"], rel=1e-6
        )
    robust = [t for t in made.tests if t.method == "Wald F, HC3"]
    if want["hc3_interaction"].get("estimable", True):
        assert robust[0].statistic == pytest.approx(want["hc3_interaction"]["F"], rel=tol)
        assert robust[0].p == pytest.approx(want["hc3_interaction"]["p"], rel=1e-5)
    else:
        assert robust == []
        assert any("HC3" in w or "spread" in w for w in made.warnings)


@pytest.mark.entries("several_groups", "twoway_empty_cell")
def test_two_way_with_an_empty_cell(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want = entry["args"], entry["values"]
    log = args["y"].startswith("log(")
    y = args["y"][4:-1] if log else args["y"]
    frame = reference_frame(args)
    if want["smallest_filled_cell"] < 2:
        made = stats.two_way(frame, y, args["group"], args["moderator"], scale="log" if log else "raw")
        assert any(s.key == "single-cells" for s in made.sentences)
        return
    made = stats.two_way(frame, y, args["group"], args["moderator"], scale="log" if log else "raw")
    test = next(t for t in made.tests if t.method.startswith("classical F ("))
    assert test.df[0] == want["interaction_df"]
    assert test.statistic == pytest.approx(want["interaction_F"], rel=1e-8)
    assert any(s.key == "empty-cells" for s in made.sentences)


@pytest.mark.entries("cells", "cells")
def test_simple_differences(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want = entry["args"], entry["values"]["HC3"]["simple_effects"]
    x, by = args["group"], args["moderator"]
    right = args["formula"].split("~")[1]
    if "+" in right:
        pytest.skip("adjusted cells belong to stats.effect")
    log = args["formula"].startswith("log(")
    y = args["formula"].split("~")[0].strip()
    y = y[4:-1] if log else y
    frame = reference_frame(args)
    made = stats.two_way(frame, y, x, by, scale="log" if log else "raw")
    first = frame[x].cat.categories[0]
    assert made.estimates
    for e in made.estimates:
        one = want[f"{e.groups[x]}-{first}|{e.groups[by]}"]
        back = (lambda v: 100 * np.expm1(v)) if log else (lambda v: v)
        assert e.value == pytest.approx(back(one["difference"]), rel=1e-6)
        assert (e.low, e.high) == pytest.approx((back(one["ci_low"]), back(one["ci_high"])), rel=1e-6)
        assert e.p == pytest.approx(one["p"], rel=1e-4)


@pytest.mark.entries("means", "group_means", "geometric_means")
def test_group_means(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want = entry["args"], entry["values"]
    log = entry["kind"] == "geometric_means" or args["y"].startswith("log(")
    if args["y"].startswith("log("):
        pytest.skip("means of logs are shown as geometric means")
    made = stats.group_means(reference_frame(args), args["y"], args["by"], scale="log" if log else "raw")
    got = {"|".join(e.groups.values()): e for e in made.estimates}
    assert len(got) == sum(1 for v in want.values() if v["n"] > 1)
    for key, e in got.items():
        one = want[key]
        assert e.n == one["n"]
        assert e.value == pytest.approx(one["geometric_mean" if log else "mean"], rel=1e-9)
        assert (e.low, e.high) == pytest.approx((one["ci_low"], one["ci_high"]), rel=1e-9)


@pytest.mark.entries("means", "describe")
def test_describe(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want = entry["args"], entry["values"]
    if "(" in args["y"]:
        frame = pd.DataFrame({"y": column(reference_frame(args), args["y"])})
        made = stats.describe(frame, ["y"])
    else:
        made = stats.describe(reference_frame(args), [args["y"]])
    if not made.estimates:
        pytest.skip("a column of categories here")
    row = dict(zip(made.tables[0].columns, made.tables[0].rows[0], strict=True))
    names = {"n": "n", "mean": "mean", "SD": "sd", "min": "min", "q25": "q25", "median": "median", "q75": "q75",
    "max": "max",
             "skewness": "skew_g1"}  # fmt: skip
    for mine, theirs in names.items():
        assert row[mine] == pytest.approx(want[theirs], rel=1e-9)


@pytest.mark.entries("association", "correlation")
def test_correlation(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want = entry["args"], entry["values"]
    frame = reference_frame(args)
    x, y = column(frame, args["x"]), column(frame, args["y"])
    for name, function in (
        ("pearson_r", coefficients.pearson),
        ("spearman_rho", coefficients.spearman),
        ("kendall_tau_b", coefficients.kendall),
    ):
        if name not in want:
            continue
        made, stem = function(x, y), name.split("_")[0]
        assert made.value == pytest.approx(want[name], rel=1e-7)
        assert made.p == pytest.approx(want[f"{stem}_p"], rel=1e-5)
        assert (made.low, made.high) == pytest.approx((want[f"{stem}_ci_low"], want[f"{stem}_ci_high"]), rel=1e-7)


@pytest.mark.entries("association", "contingency")
def test_contingency(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want = entry["args"], entry["values"]
    frame = reference_frame(args)
    made = stats.associate(frame, args["rows"], args["columns"])
    test = made.tests[0]
    assert test.statistic == pytest.approx(want["chi2"], rel=1e-7)
    if want["smallest_expected"] >= 1 and want["share_expected_below_5"] <= 0.2:
        assert (test.method, test.df) == ("Pearson chi2", (want["df"],))
        assert test.p == pytest.approx(want["p"], rel=1e-6)
    else:
        assert "random tables" in test.method
    assert made.values["cramers_v"] == pytest.approx(want["cramers_v_bias_corrected"], rel=1e-7, abs=1e-12)
    cross = _cross(frame, args["rows"], args["columns"], [])
    assert effect_sizes.cramers_v(_chi2(cross), cross.n, *cross.counts.shape, corrected=False) == pytest.approx(
        want["cramers_v"], rel=1e-7
    )


@pytest.mark.entries("association", "two_by_two")
def test_two_by_two(entry: dict[str, Any], reference_frame: Load) -> None:
    args, want = entry["args"], entry["values"]
    if "counts" in args:
        cells = [("1", "1"), ("1", "0"), ("0", "1"), ("0", "0")]
        rows = [cell for cell, n in zip(cells, args["counts"], strict=True) for _ in range(n)]
        frame, x, y = pd.DataFrame(rows, columns=["x", "y"]).astype(int), "x", "y"
    else:
        x, y = args["rows"], args["columns"]
        frame = reference_frame(args)
        # Ordered so that the reference is the second row of R's table, and the event its first column.
        frame[x] = pd.Categorical(frame[x].astype(str), args["row_levels"][::-1], ordered=True)
        frame[y] = pd.Categorical(frame[y].astype(str), args["column_levels"][::-1], ordered=True)
    made = stats.associate(frame, x, y)
    gap, ratio, odds = made.estimates[:3]
    assert gap.value == pytest.approx(100 * want["risk_difference"], rel=1e-6)
    assert (gap.low, gap.high) == pytest.approx((100 * want["rd_low"], 100 * want["rd_high"]), rel=1e-6)
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx(
        (want["risk_ratio"], want["rr_low"], want["rr_high"]), rel=1e-6
    )
    assert (odds.value, odds.low, odds.high) == pytest.approx(
        (want["odds_ratio"], want["or_low"], want["or_high"]), rel=1e-6
    )
    if made.tests[0].method == "Fisher exact":
        assert made.tests[0].p == pytest.approx(want["fisher_p"], rel=1e-6)


@pytest.mark.entries("association", "proportion")
def test_wilson(entry: dict[str, Any]) -> None:
    made, want = intervals.of_share(entry["args"]["k"], entry["args"]["n"]), entry["values"]
    assert (made.value, made.low, made.high) == pytest.approx(
        (want["estimate"], want["wilson_low"], want["wilson_high"]), rel=1e-7, abs=1e-12
    )


@pytest.mark.entries("regression", "vif")
def test_gvif(entry: dict[str, Any], reference_frame: Load) -> None:
    from k2lab.stats import linear
    from k2lab.stats.outcome import outcome
    from k2lab.stats.regress import Model, gvif

    args = entry["args"]
    y, right = (p.strip() for p in args["formula"].split("~"))
    terms = tuple(t.strip() for t in right.split("+"))
    if any(c in right for c in "*:("):
        pytest.skip("GVIF is given for models without interactions")
    frame = reference_frame(args)
    log = y.startswith("log(")
    factors = args.get("factors", [])
    # As R has it: a column that is no factor is a number, whatever its values.
    for name in terms:
        if name not in factors:
            frame[name] = frame[name] + 0.0
    design = linear.design(frame, terms)
    if any((t in factors) != (t in design.levels) for t in terms):
        pytest.skip("a number with few values is a category here")
    out = outcome(frame, y[4:-1] if log else y, "log" if log else "raw")
    made = gvif(
        Model(
            outcome=out,
            frame=frame,
            terms=terms,
            interactions=(),
            design=design,
            fitted=linear.fit_design(design, out.values, "classical"),
        )
    )
    for name, want in entry["values"].items():
        assert made[name] == pytest.approx(want["adjusted"], rel=1e-7)


def test_headline_two_way_on_all_rows(salaries: pd.DataFrame) -> None:
    made: Result = stats.two_way(salaries, "salary_in_usd", "remote_ratio", "experience_level")
    robust, classical = made.tests[:2]
    assert (robust.statistic, classical.statistic) == pytest.approx((27.07, 26.27), abs=0.01)
    assert robust.df == (6, 74289)
    by_level = {e.groups["experience_level"]: e for e in made.estimates if e.groups["remote_ratio"] == "100"}
    for level, want in {
        "EN": (-15.4, -18.2, -12.5),
        "MI": (-13.9, -15.3, -12.5),
        "SE": (-7.4, -8.2, -6.6),
        "EX": (12.3, 7.2, 17.6),
    }.items():
        e = by_level[level]
        assert (e.value, e.low, e.high) == pytest.approx(want, abs=0.051)
    assert made.values["scale"] == "log"
    assert (made.values["r2_x"], made.values["r2_by"]) == pytest.approx((0.0124, 0.1476), abs=1e-4)
