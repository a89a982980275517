"""Shares, tables of counts and correlations: the answers that R's entries are compared with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from tests.stats.reference.reading import Load


def correlation(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame, got = load(args), {}
    for method, name in (("pearson", "r"), ("spearman", "rho"), ("kendall", "tau_b")):
        made = stats.correlation(frame, args["x"], args["y"], method)
        e = made.estimates[0]
        got |= {
            "n": e.n, f"{method}_{name}": e.value, f"{method}_p": e.p, f"{method}_ci_low": e.low,
            f"{method}_ci_high": e.high,
        }  # fmt: skip
        if method == "pearson":
            got["pearson_t"] = made.tests[0].statistic
    return got


def partial(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.correlation(load(args), args["x"], args["y"], given=args["given"])
    t = made.tests[0]
    return {"r": made.estimates[0].value, "df": t.df[0], "t": t.statistic, "p": t.p}


def contingency(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = load(args)
    made = stats.chi_squared(frame, args["rows"], args["columns"])
    chosen = stats.associate(frame, args["rows"], args["columns"])
    plain, G = made.tests[:2]
    assert chosen.tests[0].statistic == pytest.approx(plain.statistic, rel=1e-12)
    v = made.values
    got = {
        "n": v["n"], "chi2": plain.statistic, "df": plain.df[0], "p": plain.p, "g_statistic": G.statistic, "g_p": G.p,
        "cramers_v": v["cramers_v_uncorrected"], "cramers_v_bias_corrected": v["cramers_v"],
        "smallest_expected": v["smallest_expected"], "share_expected_below_5": v["share_below_5"],
        "largest_abs_adjusted_residual": v["largest_residual"],
    }  # fmt: skip
    if len(made.tests) > 2:
        got |= {"chi2_yates": made.tests[2].statistic, "p_yates": made.tests[2].p}
    return got


def two_by_two(args: dict[str, Any], load: Load) -> dict[str, Any]:
    if "counts" in args:
        cells = [("1", "1"), ("1", "0"), ("0", "1"), ("0", "0")]
        rows = [cell for cell, n in zip(cells, args["counts"], strict=True) for _ in range(n)]
        frame, x, y = pd.DataFrame(rows, columns=["x", "y"]).astype(int), "x", "y"
    else:
        x, y = args["rows"], args["columns"]
        frame = load(args)
        # Ordered so that the reference is the second row of R's table, and the event its first column.
        frame[x] = pd.Categorical(frame[x].astype(str), args["row_levels"][::-1], ordered=True)
        frame[y] = pd.Categorical(frame[y].astype(str), args["column_levels"][::-1], ordered=True)
    made, exact = stats.associate(frame, x, y), stats.fisher(frame, x, y)
    gap, ratio, odds, *shares = made.estimates
    counts = {row[0]: row[1:3] for row in exact.tables[0].rows}
    (c, d), (a, b) = (tuple(reversed(counts[level])) for level in counts)
    second, first = (e.value / 100 for e in shares)
    o = exact.estimates[0]
    return {
        "a": d and a, "b": b, "c": c, "d": d, "fisher_p": exact.tests[0].p, "fisher_or_conditional": o.value,
        "fisher_or_low": o.low, "fisher_or_high": o.high, "odds_ratio": odds.value, "or_low": odds.low,
        "or_high": odds.high, "p1": first, "p2": second, "risk_ratio": ratio.value, "rr_low": ratio.low,
        "rr_high": ratio.high, "risk_difference": gap.value / 100, "rd_low": gap.low / 100, "rd_high": gap.high / 100,
    }  # fmt: skip


def proportion(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = pd.DataFrame({"v": np.arange(args["n"]) < args["k"]})
    value = bool(args["k"])
    got = {}
    for method, stem in (
        ("wilson", "wilson"), ("clopper-pearson", "clopper_pearson"), ("agresti-coull", "agresti_coull"),
        ("jeffreys", "jeffreys"),
    ):  # fmt: skip
        e = stats.proportion(frame, "v", value, method=method).estimates[0]
        low, high = (e.low / 100, e.high / 100) if value else (1 - e.high / 100, 1 - e.low / 100)
        got |= {f"{stem}_low": low, f"{stem}_high": high, "estimate": e.value / 100 if value else 1 - e.value / 100}
    for end, all_same in (("low", not args["k"]), ("high", args["k"] == args["n"])):
        if all_same:
            del got[f"agresti_coull_{end}"], got[f"jeffreys_{end}"]
    return got


def trend(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.proportion_trend(load(args), args["event"], args["group"])
    trend, equal = made.tests
    groups = [
        {"k": round(e.value / 100 * e.n), "n": e.n, "share": e.value / 100, "wilson_low": e.low / 100,
         "wilson_high": e.high / 100}
        for e in made.estimates[1:]
    ]  # fmt: skip
    return {
        "groups": groups, "trend_chi2": trend.statistic, "trend_p": trend.p, "equality_chi2": equal.statistic,
        "equality_df": equal.df[0], "equality_p": equal.p,
    }  # fmt: skip


def mcnemar(args: dict[str, Any], load: Load) -> dict[str, Any]:
    cells = [(1, 1), (1, 0), (0, 1), (0, 0)]
    rows = [cell for cell, n in zip(cells, args["counts"], strict=True) for _ in range(n)]
    exact, plain, corrected = stats.mcnemar(pd.DataFrame(rows, columns=["first", "second"]), "first", "second").tests
    return {
        "chi2": plain.statistic, "p": plain.p, "chi2_corrected": corrected.statistic, "p_corrected": corrected.p,
        "p_exact": exact.p,
    }  # fmt: skip
