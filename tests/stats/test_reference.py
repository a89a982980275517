"""Every number of R's reference results against what a person gets from the public functions, each at its tolerance.

`ANSWERS` makes, for each kind of entry, the numbers of the entry's `values` from one public call (or a few). Whatever
number of the reference an answer does not hold has to be named in `NOT_OFFERED`, with the reason; nothing is skipped.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import K2Error
from k2lab.stats.result import Estimate, Result, TestResult
from tests.stats.conftest import TOPICS

Load = Callable[[dict[str, Any]], pd.DataFrame]
pytestmark = pytest.mark.reference

NOT_OFFERED: dict[tuple[str, str], str] = {
    (
        "describe",
        "q05|q95|mad|mad_raw",
    ): "describe shows the quartiles; further quantiles and the MAD are no function here",
    ("describe", "skew_G1|kurtosis_G2"): "moments are given as g1 and g2, without the small-sample factors of SAS",
    ("group_means", ".*/se"): "given as an interval",
    ("geometric_means", ".*/sd_log"): "given as an interval",
    (
        "weighted_mean",
        "var_frequency_weights",
    ): "weights of rows that stand for several are not offered: write them out",
    ("duplicates", "rows_in_a_repeated_group"): "facts counts the repeats of an earlier row",
    ("missing", "missing/.*"): "facts counts missing values by column in words; their sum is compared",
    ("mann_whitney", "p_uncorrected"): "only the continuity-corrected p is given",
    ("wilcoxon_signed", "p_uncorrected"): "only the continuity-corrected p is given",
    (
        "oneway",
        "epsilon2|cohens_f|rank_eta2",
    ): "omega², eta² and rank epsilon² are the effect sizes given (playbook section 3)",
    ("games_howell", ".*/se"): "the statistic and the interval hold it",
    ("twoway", r".*partial_epsilon2"): "partial omega² is given",
    ("twoway", "hc3_interaction/cells_with_zero_variance"): "a warning says that HC3 cannot be had, and why",
    (
        "ols",
        r"cluster_CR1/.*/(t|p|ci_low|ci_high)",
    ): "t with G - 1 degrees of freedom here, residual ones in the reference",
    ("logit", r".*/profile_(low|high)"): "Wald intervals; profile likelihood is no function here",
    ("quantile_regression", r"coefficients/.*"): "compared by the check loss where the minimiser is not unique",
    ("quantile_regression", r"se_(nid|iid)/.*"): "compared where the minimiser is unique",
    ("cells", r".*/(se|t)"): "given as an interval and p",
    ("cells", r"response_scale_HC3/.*"): "the same numbers as on the log scale, exponentiated",
    ("spread_tests", "bartlett_df"): "given as the degrees of freedom of the test",
    ("correlation", "kendall_z"): "given by p",
    ("proportion", "(agresti_coull|jeffreys)_(low|high)"): "cut at 0 and 1 where all rows are alike",
    ("proportion", "wilson_cc_.*|binom_test_p_half"): "Wilson without correction is the interval given",
    (
        "two_by_two",
        "z_pooled|z_p|cohens_h",
    ): "the difference of shares comes with Newcombe's interval; chi squared has the p",
    ("effect_by_level", r".*/(se|n_level|n_reference)"): "given as an interval and one n",
    ("strata_ratio", ".*/median_."): "medians stand in compare's table",
}
"""What the reference holds and no public function gives, as (kind, pattern of the path): reason."""

LOOSE = {
    # kind, pattern of the path: relative tolerance other than the entry's, and why.
    ("mann_whitney", "hodges_lehmann_wilcox_test|hl_ci_.*"): (1e-4, "R finds these by a loose root search"),
    ("two_by_two", "fisher_or_.*"): (1e-2, "R's limits are loose; see the reference's README"),
    ("twoway", r".*_ci_(low|high)"): (1e-5, "as its note says"),
    ("oneway", r"eta2_ci_(low|high)"): (1e-5, "as its note says"),
    ("shapiro", "jarque_bera_p"): (1e-4, ""),
}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Go through the numbers of a nested value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}/{key}" if path else str(key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from leaves(item, f"{path}/{i}")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, float(value)


def named(args: dict[str, Any]) -> tuple[str, str]:
    """Return the column and the scale of an outcome that may be a logarithm."""
    y = args["y"]
    return (y[4:-1], "log") if y.startswith("log(") else (y, "raw")


def back(e: Estimate, part: float) -> float:
    """Return a difference in percent as one of logarithms; any other as it is."""
    return math.log1p(part / 100) if e.unit == "%" else part


def interval(e: Estimate, low: str = "ci_low", high: str = "ci_high") -> dict[str, float]:
    return {low: back(e, e.low), high: back(e, e.high)}


def test_of(made: Result, method: str) -> TestResult:
    return next(t for t in made.tests if t.method.startswith(method))


test_of.__test__ = False  # type: ignore[attr-defined]


def two(load: Load, args: dict[str, Any]) -> pd.DataFrame:
    frame = load(args)
    frame = frame[frame[args["group"]].astype(str).isin(args["levels"])].reset_index(drop=True)
    frame[args["group"]] = frame[args["group"]].astype(str)
    return frame


def _describe(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame = load(args)
    if scale == "log" or "(" in y:
        frame = pd.DataFrame({"v": np.log(frame[y].to_numpy(dtype=float))})
        y = "v"
    made = stats.describe(frame.assign(**{y: frame[y] + 0.0}), [y])
    if not made.estimates:  # a code with few values: its numbers are those of a number all the same
        made = stats.describe(frame.assign(**{y: frame[y] + np.arange(len(frame)) * 0.0}), [y])
    row = dict(zip(made.tables[0].columns, made.tables[0].rows[0], strict=True))
    e = made.estimates[0]
    from scipy.stats import t

    shape = stats.normality(frame, y)
    sd = float(row["SD"])
    return {
        "n": e.n, "mean": row["mean"], "sd": sd, "var": sd**2, "iqr": row["q75"] - row["q25"],
        "se": (e.high - e.value) / float(t.ppf(0.975, e.n - 1)),
        **{k: row[k] for k in ("min", "q25", "median", "q75", "max")}, "skew_g1": row["skewness"],
        "kurtosis_g2": shape.tables[0].rows[0][-1],
        "trimmed_mean_10": stats.bootstrap(frame, y, statistic="trimmed mean", draws=199).estimates[0].value,
    }  # fmt: skip


def _group_means(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame = load(args)
    if scale == "log":
        frame, y = frame.assign(v=np.log(frame[y].to_numpy(dtype=float))), "v"
    made = stats.group_means(frame, y, args["by"], scale="raw")
    k = len(args["by"])
    rows = {"|".join(map(str, row[:k])): row[k:] for row in made.tables[0].rows}
    got: dict[str, Any] = {
        key: {"n": n, "mean": mean, "sd": sd, "q25": low, "median": middle, "q75": high} if sd is not None else
        {"n": n, "mean": mean, "q25": low, "median": middle, "q75": high}
        for key, (n, mean, sd, low, middle, high) in rows.items()
    }  # fmt: skip
    for e in made.estimates:
        got["|".join(e.groups.values())] |= {"ci_low": e.low, "ci_high": e.high}
    return got


def _geometric(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.group_means(load(args), args["y"], args["by"], scale="log")
    return {
        "|".join(e.groups.values()): {"n": e.n, "geometric_mean": e.value, "ci_low": e.low, "ci_high": e.high}
        for e in made.estimates
    }


def _weighted(args: dict[str, Any], load: Load) -> dict[str, Any]:
    from scipy.stats import t

    frame = load(args)
    if " - " in args["weights"]:
        column, less = args["weights"].split(" - ")
        frame[args["weights"]] = frame[column] - float(less)
    made = stats.mean(frame, args["y"], weights=args["weights"])
    e = made.estimates[0]
    return {
        "n": e.n, "mean": e.value, "ci_low": e.low, "ci_high": e.high, "n_effective_kish": made.tables[0].rows[0][-1],
        "se_linearised": (e.high - e.value) / float(t.ppf(0.975, e.n - 1)),
    }  # fmt: skip


def _standardised(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.group_means(load(args), args["y"], args["group"], standardise=args["strata"])
    got: dict[str, Any] = {
        str(level): {"n": n, "crude": crude, "standardised": value, "se": se}
        for level, n, crude, value, se in made.tables[0].rows
    }
    v = made.values
    return got | {"strata_used": v["strata_used"], "strata_all": v["strata"], "rows_used": v["rows_used"]}


def _duplicates(args: dict[str, Any], load: Load) -> dict[str, Any]:
    from tests.stats.conftest import ORIGINAL

    v = stats.facts(load(args)[ORIGINAL]).values
    return {
        "rows": v["n"], "distinct": v["distinct_rows"], "repeats_of_an_earlier_row": v["repeats"],
        "largest_group": v["largest_group"],
    }  # fmt: skip


def _missing(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = load(args)
    v = stats.facts(frame).values
    return {"rows": v["n"], "complete_rows": int(v["n"]) - 0 if v["missing"] == 0 else -1}


def _t_test(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame = two(load, args)
    made = stats.t_test(frame, y, args["group"], reference=args["levels"][1], equal_var=args["equal_var"], scale=scale)
    e, t = made.estimates[0], made.tests[0]
    value = back(e, e.value)
    return {
        "statistic": t.statistic,
        "df": t.df[0],
        "p": t.p,
        "difference": value,
        "se": value / t.statistic,
        **interval(e),
    }


def _equivalence(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    low, high = args["low"], args["high"]
    sesoi = (math.expm1(low), math.expm1(high)) if scale == "log" else (low, high)
    made = stats.equivalence(two(load, args), y, args["group"], reference=args["levels"][1], scale=scale, sesoi=sesoi)
    e, (below, above) = made.estimates[0], made.tests
    value = back(e, e.value)
    return {
        "difference": value, "df": below.df[0], "se": (value - low) / below.statistic, "p_lower": below.p,
        "p_upper": above.p, "p_tost": made.values["p"], **interval(e, "ci90_low", "ci90_high"),
    }  # fmt: skip


def _sizes(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    made = stats.t_test(two(load, args), y, args["group"], reference=args["levels"][1], scale=scale)
    rows = {row[0]: row[1:] for row in made.tables[0].rows}
    names = {
        "glass_delta": "Glass delta", "d_average_sd": "d by the average variance",
        "normal_cles": "common-language size",
    }  # fmt: skip
    got = {key: rows[name][0] for key, name in names.items()}
    for key, name in (("cohens_d", "Cohen d"), ("hedges_g", "Hedges g")):
        got[key], got[f"{key}_low"], got[f"{key}_high"] = rows[name]
    return got


def _variance_ratio(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame = two(load, args)
    frame[args["group"]] = pd.Categorical(frame[args["group"]], args["levels"], ordered=True)
    made = stats.variances(frame, y, args["group"], scale=scale)
    e, sizes = made.estimates[0], [row[1] for row in made.tables[0].rows]
    return {"F": e.value, "p": e.p, "ci_low": e.low, "ci_high": e.high, "df1": sizes[0] - 1, "df2": sizes[1] - 1}


def _mann_whitney(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame = two(load, args)
    if scale == "log":
        frame, y = frame.assign(v=np.log(frame[y])), "v"
    made = stats.mann_whitney(frame, y, args["group"], reference=args["levels"][1])
    t, (shift, chance, *medians) = made.tests[0], made.estimates
    assert t.effect is not None
    sizes = {e.groups[args["group"]]: e for e in medians}
    first, second = args["levels"]
    return {
        "W": t.statistic, "p_corrected": t.p, "n_x": sizes[first].n, "n_y": sizes[second].n,
        "rank_biserial": t.effect.value, "rank_biserial_ci_low": t.effect.low, "rank_biserial_ci_high": t.effect.high,
        "probability_of_superiority": chance.value / 100, "median_x": sizes[first].value,
        "median_y": sizes[second].value, "hodges_lehmann_exact_pairs": shift.value,
        "hodges_lehmann_wilcox_test": shift.value, "hl_ci_low": shift.low, "hl_ci_high": shift.high,
    }  # fmt: skip


def _ratio(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.compare(two(load, args), args["y"], args["group"], scale="log")
    e, t = made.estimates[0], made.tests[0]
    return {"ratio": 1 + e.value / 100, "ci_low": 1 + e.low / 100, "ci_high": 1 + e.high / 100, "p": e.p, "df": t.df[0]}


def _t_paired(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.t_test(load(args), args["y"], args["group"], paired="ID", reference=args["levels"][1])
    e, t = made.estimates[0], made.tests[0]
    assert t.effect is not None
    return {
        "statistic": t.statistic, "df": t.df[0], "p": t.p, "difference": e.value, "se": e.value / t.statistic,
        "d_z": t.effect.value, **interval(e),
    }  # fmt: skip


def _wilcoxon(args: dict[str, Any], load: Load) -> dict[str, Any]:
    t = stats.wilcoxon(load(args), args["y"], args["group"], paired="ID", reference=args["levels"][1]).tests[0]
    assert t.effect is not None
    return {"statistic_V": t.statistic, "p_corrected": t.p, "rank_biserial": t.effect.value, "n_nonzero": t.n}


def _t_one(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.t_test(load(args), args["y"], mu=args["mu"])
    e, t = made.estimates[0], made.tests[0]
    se = (e.value - args["mu"]) / t.statistic
    return {"statistic": t.statistic, "df": t.df[0], "p": t.p, "difference": e.value, "se": se, **interval(e)}


def _oneway(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame = load(args)
    made = stats.anova(frame, y, args["group"], scale=scale)
    welch, classical = test_of(made, "Welch"), test_of(made, "classical")
    ranks = stats.kruskal(frame, y, args["group"])
    H, size = ranks.tests[0], classical.effect
    assert size is not None
    between, within = made.tables[0].rows
    if len(frame[args["group"]].cat.categories) > 2:  # the chooser calls the same code
        chosen = test_of(stats.compare(frame, y, args["group"], scale=scale), "Welch F")
        assert (chosen.statistic, chosen.p) == pytest.approx((welch.statistic, welch.p), rel=1e-12)
    return {
        "n": welch.n, "k": made.values["groups"], "ss_between": between[1], "ss_within": within[1],
        "df1": classical.df[0],
        "df2": classical.df[1], "F": classical.statistic, "p": classical.p, "welch_F": welch.statistic,
        "welch_df1": welch.df[0], "welch_df2": welch.df[1], "welch_p": welch.p, "kruskal_H": H.statistic,
        "kruskal_df": H.df[0], "kruskal_p": H.p, "eta2": size.value, "eta2_ci_low": size.low, "eta2_ci_high": size.high,
        "omega2": made.values["omega2"], "rank_epsilon2": ranks.values["rank_epsilon2"],
    }  # fmt: skip


def _pairs(method: str, adjust: str = "holm") -> Callable[[dict[str, Any], Load], Result]:
    def made(args: dict[str, Any], load: Load) -> Result:
        y, scale = named(args)
        return stats.posthoc(load(args), y, args["group"], method, adjust=adjust, scale=scale)

    return made


def _family(method: str) -> Callable[[dict[str, Any], Load], dict[str, Any]]:
    def answer(args: dict[str, Any], load: Load) -> dict[str, Any]:
        made = _pairs(method)(args, load)
        return {
            f"{e.groups['b']}-{e.groups['a']}": {
                "difference": back(e, e.value), "p": e.p_adjusted, "q": t.statistic, "df": t.df[0], **interval(e)
            }
            for e, t in zip(made.estimates, made.tests, strict=True)
        }  # fmt: skip

    return answer


def _dunn(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = {adjust: _pairs("dunn", adjust)(args, load) for adjust in ("holm", "bh")}
    return {
        f"{e.groups['b']}-{e.groups['a']}": {
            "z": t.statistic,
            "p": t.p,
            "p_holm": t.p_adjusted,
            "p_bh": other.p_adjusted,
        }
        for e, t, other in zip(made["holm"].estimates, made["holm"].tests, made["bh"].tests, strict=True)
    }


def _pairwise(args: dict[str, Any], load: Load) -> dict[str, Any]:
    got: dict[str, dict[str, float]] = {}
    for method, name in (("student", "pooled"), ("welch", "welch")):
        for adjust in ("none", "holm", "bh"):
            for e in _pairs(method, adjust)(args, load).estimates:
                assert e.p_adjusted is not None
                got.setdefault(f"{e.groups['b']}-{e.groups['a']}", {})[f"p_{name}_{adjust}"] = e.p_adjusted
    return got


def _twoway(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame, x = load(args), [args["group"], args["moderator"]]
    got: dict[str, Any] = {}
    for kind in (1, 2, 3):
        made = stats.anova(frame, y, x, type=kind, scale=scale)
        got |= {"n": made.values["n"], "r_squared": made.values["r2"], "sigma": made.values["sigma"]}
        terms = {}
        for row in made.tables[0].rows[:-1]:
            key = str(row[0]).replace(" x ", ":")
            t = next(t for t in made.tests if t.label == row[0] and t.method.startswith("classical"))
            assert t.effect is not None
            terms[key] = {
                "ss": row[1], "df": row[2], "F": t.statistic, "p": t.p, "partial_eta2": t.effect.value,
                "partial_omega2": row[7], "partial_eta2_ci_low": t.effect.low, "partial_eta2_ci_high": t.effect.high,
            }  # fmt: skip
        residual = made.tables[0].rows[-1]
        got[f"type{kind}"] = {"terms": terms, "residual": {"ss": residual[1], "df": residual[2]}}
        wald = [t for t in made.tests if t.method.startswith("Wald")]
        if not wald:
            assert any("HC3" in w for w in made.warnings)
        if kind == 2 and wald:
            t = wald[0]
            got["hc3_interaction"] = {"F": t.statistic, "df1": t.df[0], "df2": t.df[1], "p": t.p}
            two_way = stats.two_way(frame, y, *x, scale=scale)
            assert test_of(two_way, "Wald").statistic == pytest.approx(t.statistic, rel=1e-9)
        if kind == 3:
            got["hc3_type3"] = {t.label.replace(" x ", ":"): {"F": t.statistic, "df": t.df[0], "p": t.p} for t in wald}
    return got


def _empty_cell(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame, x = load(args), [args["group"], args["moderator"]]
    with pytest.raises(K2Error, match="Type III sums of squares do not exist here"):
        stats.anova(frame, y, x, type=3, scale=scale)
    made = stats.anova(frame, y, x, scale=scale)
    first, second, both, residual = made.tables[0].rows
    cells = frame.groupby(x, observed=False).size()
    return {
        "cells": len(cells), "cells_filled": len(cells) - int(made.values["empty_cells"]),
        "smallest_filled_cell": int(cells[cells > 0].min()), "aliased_coefficients": made.values["empty_cells"],
        "interaction_df": both[2], "interaction_ss": both[1], "interaction_F": both[4], "interaction_p": both[5],
        "A_type2_ss": first[1], "B_type2_ss": second[1], "residual_df": residual[2],
    }  # fmt: skip


def _adjust(args: dict[str, Any], load: Load) -> dict[str, Any]:
    methods = ("bonferroni", "holm", "hochberg", "hommel", "bh", "by")
    return {m: stats.adjust(args["p"], m).to_frame()["p adjusted"].tolist() for m in methods}


def regression(args: dict[str, Any], frame: pd.DataFrame, **more: Any) -> Result:
    """Fit a reference's formula: text and factors are categories, the first level is compared with."""
    reference = {name: frame[name].cat.categories[0] for name in args.get("factors", []) if name in args["formula"]}
    return stats.regress(frame, formula=args["formula"], reference=reference, **more)


def coefficients(made: Result) -> dict[str, dict[str, float]]:
    table = next(t for t in made.tables if t.title.startswith("Coefficients"))
    return {
        str(row[0]): dict(zip(("estimate", "se", "t", "p", "ci_low", "ci_high"), row[1:], strict=True))
        for row in table.rows
    }


def _ols(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = load(args)
    made = regression(args, frame, cov="classical")
    v = made.values
    assert made.fit is not None
    design = made.fit.design
    whole = made.fit.wald(np.eye(len(design.names))[1:], "all terms")
    got: dict[str, Any] = {
        "n": v["n"], "df_residual": v["df_resid"], "r_squared": v["r2"], "adj_r_squared": v["adj_r2"],
        "sigma": v["sigma"],
        "F": whole.statistic, "F_df1": whole.df[0], "F_p": whole.p, "log_likelihood": v["log_likelihood"],
        "aic": v["aic"],
        "bic": v["bic"], "classical": coefficients(made),
    }  # fmt: skip
    for cov in ("HC0", "HC1", "HC2", "HC3"):
        got[cov] = coefficients(regression(args, frame, cov=cov))
    if "cluster" in args:
        made = regression(args, frame, cluster=args["cluster"])
        got["cluster_CR1"] = {
            key: {"estimate": row["estimate"], "se": row["se"]} for key, row in coefficients(made).items()
        }
        got["n_clusters"] = made.values["clusters"]
    return got


def _logit(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = regression(args, load(args), family="binomial", cov="classical")
    v = made.values
    rows = {
        key: {"estimate": row["estimate"], "se": row["se"], "z": row["t"], "p": row["p"],
              "odds_ratio": math.exp(row["estimate"]), "or_low": math.exp(row["ci_low"]),
              "or_high": math.exp(row["ci_high"])}
        for key, row in coefficients(made).items()
    }  # fmt: skip
    ratios = made.to_frame("Odds ratios")
    assert ratios["ratio"].tolist() == pytest.approx([row["odds_ratio"] for row in rows.values()][1:])
    return {
        "n": v["n"], "null_deviance": v["null_deviance"], "deviance": v["deviance"], "aic": v["aic"],
        "log_likelihood": v["log_likelihood"], "mcfadden_r2": v["mcfadden_r2"], "coefficients": rows,
    }  # fmt: skip


def _poisson(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = regression(args, load(args), family="poisson", cov="classical")
    v = made.values
    assert any("Poisson law" in w for w in made.warnings)  # a dispersion of 3.8 is not passed over
    rows = {
        key: {"estimate": row["estimate"], "se": row["se"], "p": row["p"], "rate_ratio": math.exp(row["estimate"])}
        for key, row in coefficients(made).items()
    }
    return {
        "deviance": v["deviance"], "df_residual": v["df_resid"], "pearson_dispersion": v["dispersion"], "aic": v["aic"],
        "coefficients": rows,
    }  # fmt: skip


def _quantile(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = load(args)
    made = regression(args, frame, family="quantile", quantile=args["tau"])
    got: dict[str, Any] = {"n": made.values["n"], "check_loss": made.values["check_loss"]}
    if args["data"] == "mtcars":  # no ties there, so that the minimiser is the only one
        other = regression(args, frame, family="quantile", quantile=args["tau"], cov="classical")
        got["coefficients"] = {key: row["estimate"] for key, row in coefficients(made).items()}
        got["se_nid"] = {key: row["se"] for key, row in coefficients(made).items()}
        got["se_iid"] = {key: row["se"] for key, row in coefficients(other).items()}
    return got


def _vif(args: dict[str, Any], load: Load) -> dict[str, Any]:
    table = stats.diagnostics(regression(args, load(args))).to_frame("Variance inflation")
    return {row[0]: {"gvif": row[1], "df": row[2], "adjusted": row[3]} for row in table.itertuples(index=False)}


def _influence(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.diagnostics(regression(args, load(args)))
    v, rows = made.values, made.tables[-1].rows
    return {
        "n": v["n"], "max_leverage": v["max_leverage"], "mean_leverage": v["mean_leverage"],
        "max_abs_studentised": v["max_abs_studentised"], "count_above_4_over_n": v["count_above_4_over_n"],
        "bonferroni_p_of_largest": v["bonferroni_p_of_largest"],
        "top": [
            {"position": i, "cooks_distance": cook, "leverage": h, "studentised_residual": r} for i, cook, h, r in rows
        ],
    }  # fmt: skip


def _cells(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame, x, by = load(args), args["group"], args["moderator"]
    got: dict[str, Any] = {}
    for cov in ("classical", "HC3"):
        model = regression(args, frame, cov=cov)
        log = args["formula"].startswith("log(")

        def plain(value: float, log: bool = log) -> float:
            return math.log(value) if log else value

        cells = stats.marginal_means(model, x, by)
        simple = stats.contrasts(model, x, by)
        joint = {t.label.rsplit(" = ", 1)[-1]: t for t in simple.tests if " = " in t.label}
        got[cov] = {
            "cells": {
                f"{e.groups[x]}|{e.groups[by]}": {
                    "emmean": plain(e.value), "ci_low": plain(e.low), "ci_high": plain(e.high)
                }
                for e in cells.estimates
            },
            "simple_effects": {
                f"{e.label.split(', ')[0].replace(' - ', '-')}|{e.groups[by]}": {
                    "difference": back(e, e.value), "p": e.p, "p_holm_all": e.p_adjusted, **interval(e)
                }
                for e in simple.estimates
            },
            "joint_tests": {
                key: {"F": t.statistic, "df1": t.df[0], "df2": t.df[1], "p": t.p} for key, t in joint.items()
            },
        }  # fmt: skip
        for weights in ("equal", "proportional"):
            made = stats.marginal_means(model, x, weights=weights)
            from scipy.stats import t as student

            assert model.fit is not None
            q = float(student.ppf(0.975, model.fit.df))
            got[cov][f"marginal_{weights}_weights"] = {
                e.groups[x]: {"emmean": plain(e.value), "se": (plain(e.high) - plain(e.low)) / 2 / q}
                for e in made.estimates
            }
    return got


def _spread(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    x = args["group"] if "moderator" not in args else [args["group"], args["moderator"]]
    made = stats.variances(load(args), y, x, scale=scale)
    levene, brown = test_of(made, "Levene"), test_of(made, "Brown-Forsythe")
    K, F = test_of(made, "Bartlett"), test_of(made, "Fligner")
    return {
        "levene_F": levene.statistic, "levene_p": levene.p, "df1": levene.df[0], "df2": levene.df[1],
        "brown_forsythe_F": brown.statistic, "brown_forsythe_p": brown.p, "bartlett_K2": K.statistic,
        "bartlett_df": K.df[0], "bartlett_p": K.p, "fligner_chi2": F.statistic, "fligner_p": F.p,
        "sd_ratio_max_min": made.values["sd_ratio"],
    }  # fmt: skip


def _shapiro(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = load(args)
    if "formula" in args:
        made = stats.diagnostics(regression(args, frame))
    else:
        y, scale = named(args)
        made = stats.normality(frame, y, scale=scale)
    W, JB = test_of(made, "Shapiro-Wilk"), test_of(made, "Jarque-Bera")
    return {"n": W.n, "W": W.statistic, "p": W.p, "jarque_bera": JB.statistic, "jarque_bera_p": JB.p}


def _breusch_pagan(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.diagnostics(regression(args, load(args)))
    koenker, original = test_of(made, "Breusch-Pagan (K"), next(t for t in made.tests if t.method == "Breusch-Pagan")
    white, ncv = test_of(made, "White"), test_of(made, "Cook-Weisberg")
    return {
        "koenker_LM": koenker.statistic, "df": koenker.df[0], "koenker_p": koenker.p, "original_LM": original.statistic,
        "original_p": original.p, "ncv_chi2": ncv.statistic, "ncv_p": ncv.p, "white_fitted_LM": white.statistic,
        "white_fitted_p": white.p, "durbin_watson": made.values["durbin_watson"],
    }  # fmt: skip


def _correlation(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def _partial(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.correlation(load(args), args["x"], args["y"], given=args["given"])
    t = made.tests[0]
    return {"r": made.estimates[0].value, "df": t.df[0], "t": t.statistic, "p": t.p}


def _contingency(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def _two_by_two(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def _proportion(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def _trend(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def _mcnemar(args: dict[str, Any], load: Load) -> dict[str, Any]:
    cells = [(1, 1), (1, 0), (0, 1), (0, 0)]
    rows = [cell for cell, n in zip(cells, args["counts"], strict=True) for _ in range(n)]
    exact, plain, corrected = stats.mcnemar(pd.DataFrame(rows, columns=["first", "second"]), "first", "second").tests
    return {
        "chi2": plain.statistic, "p": plain.p, "chi2_corrected": corrected.statistic, "p_corrected": corrected.p,
        "p_exact": exact.p,
    }  # fmt: skip


def _effect(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame, x, by = load(args), args["group"], args["moderator"]
    if args["vcov"] == "cluster":
        model = regression(args, frame, cluster=args["cluster"])
    else:
        model = regression(args, frame, cov=args["vcov"])
    got = {}
    simple = stats.contrasts(model, x, by, method="reference")
    for e in simple.estimates:
        if e.groups[x] == args["level"]:
            got[e.groups[by]] = {"difference": back(e, e.value), "p": e.p}
            if e.unit == "%":
                got[e.groups[by]] |= {"percent": e.value, "percent_low": e.low, "percent_high": e.high}
            else:
                got[e.groups[by]] |= interval(e)
    assert model.fit is not None
    names, made = model.fit.design.names, model.values
    answer = {"n": made["n"], "r_squared": made["r2"], "by_level": got, "coefficients": len(names)}
    mine = [j for j, name in enumerate(names) if name.startswith(f"{x}={args['level']}:{by}=")]
    if mine:
        every, this = simple.tests[0], model.fit.wald(np.eye(len(names))[mine], "this level")
        assert "varies with" in every.label
        for key, t in (("interaction_this_level", this), ("interaction_all", every)):
            answer[key] = {"F": t.statistic, "df1": t.df[0], "df2": t.df[1], "p": t.p}
    return answer


def _strata(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = two(load, args)
    got = {}
    for key, part in frame.groupby(args["strata"], observed=True):
        if part[args["group"]].value_counts().reindex(args["levels"]).fillna(0).min() < 5:
            continue
        made = stats.t_test(part, args["y"], args["group"], reference=args["levels"][1], scale="log")
        e, sizes = made.estimates[0], {m.groups[args["group"]]: m.n for m in made.estimates[1:]}
        first, second = args["levels"]
        got["|".join(map(str, key))] = {
            "n_x": sizes[first],
            "n_y": sizes[second],
            "percent": e.value,
            "percent_low": e.low,
            "percent_high": e.high,
        }
    return got


def _r_squared(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame, steps = load(args), []
    for formula in args["formulas"]:
        made = regression(args | {"formula": formula}, frame, cov="classical")
        v = made.values
        steps.append(
            {"r_squared": v["r2"], "adj_r_squared": v["adj_r2"], "sigma": v["sigma"], "bic": v["bic"],
             "coefficients": len(made.tables[0].rows)}
        )  # fmt: skip
    return {"n": made.values["n"], "steps": steps}


ANSWERS: dict[str, Callable[[dict[str, Any], Load], dict[str, Any]]] = {
    "describe": _describe, "group_means": _group_means, "geometric_means": _geometric, "weighted_mean": _weighted,
    "standardised_means": _standardised, "duplicates": _duplicates, "missing": _missing, "t_test": _t_test,
    "equivalence": _equivalence, "standardised_difference": _sizes, "variance_ratio": _variance_ratio,
    "mann_whitney": _mann_whitney, "ratio_of_geometric_means": _ratio, "t_paired": _t_paired,
    "wilcoxon_signed": _wilcoxon, "t_one": _t_one, "oneway": _oneway, "tukey": _family("tukey"),
    "games_howell": _family("games-howell"), "dunn": _dunn, "pairwise_t": _pairwise, "twoway": _twoway,
    "twoway_empty_cell": _empty_cell, "adjust_p": _adjust, "ols": _ols, "logit": _logit, "poisson": _poisson,
    "quantile_regression": _quantile, "vif": _vif, "influence": _influence, "cells": _cells, "spread_tests": _spread,
    "shapiro": _shapiro, "breusch_pagan": _breusch_pagan, "correlation": _correlation, "partial_correlation": _partial,
    "contingency": _contingency, "two_by_two": _two_by_two, "proportion": _proportion, "proportion_trend": _trend,
    "mcnemar": _mcnemar, "effect_by_level": _effect, "strata_ratio": _strata, "r_squared_steps": _r_squared,
}  # fmt: skip


@pytest.mark.entries(*TOPICS)
def test_every_number(entry: dict[str, Any], reference_frame: Load) -> None:
    kind = entry["kind"]
    got = dict(leaves(ANSWERS[kind](entry["args"], reference_frame)))
    compared = 0
    wrong = []
    for path, want in leaves(entry["values"]):
        if path not in got:
            reasons = [why for (k, pattern), why in NOT_OFFERED.items() if k == kind and re.fullmatch(pattern, path)]
            assert reasons, f"{path} = {want} is neither answered nor named in NOT_OFFERED"
            continue
        tol = next(
            (t for (k, pattern), (t, _) in LOOSE.items() if k == kind and re.fullmatch(pattern, path)),
            max(entry["rel_tol"], 1e-9),
        )
        if re.fullmatch(r"(.*[/_])?p(_.*)?|.*_p", path):
            # Below 1e-8 a p of R's ptukey is noise, and any below 1e-100 is shown as "< 0.001".
            floor = 1e-8 if kind in ("tukey", "games_howell") else 1e-100
            same = math.isclose(got[path], want, rel_tol=max(tol * 100, 1e-5), abs_tol=floor)
        elif path.endswith(("ci_low", "ci_high")) and kind in ("tukey", "games_howell"):
            same = math.isclose(
                got[path], want, rel_tol=tol, abs_tol=tol * abs(got[path.split("/")[0] + "/difference"])
            )
        else:
            floor = 1e-4 if re.fullmatch("hl_ci_.*|hodges.*test", path) else _small(entry, path)  # R's root search
            same = math.isclose(got[path], want, rel_tol=tol, abs_tol=floor)
        compared += 1
        if not same:
            wrong.append(f"{path}: {got[path]!r}, R has {want!r}")
    assert not wrong, "\n".join(wrong[:20])
    assert compared >= 2


def _small(entry: dict[str, Any], path: str) -> float:
    """Return what counts as zero beside the numbers of the same kind: a contrast near zero has few digits."""
    name = path.rsplit("/", 1)[-1]
    alike = [abs(v) for p, v in leaves(entry["values"]) if p.rsplit("/", 1)[-1] == name]
    return 1e-9 * max(alike)


def test_every_kind_has_an_answer_and_every_reason_is_needed(shared: Path) -> None:
    folder = Path(os.environ.get("K2LAB_SHARED", shared)) / "data" / "reference"
    kinds: dict[str, set[str]] = {}
    for topic in TOPICS:
        for entry in json.loads((folder / f"{topic}.json").read_text())["entries"]:
            kinds.setdefault(entry["kind"], set()).update(path for path, _ in leaves(entry["values"]))
    assert set(kinds) == set(ANSWERS)
    for (kind, pattern), why in NOT_OFFERED.items():
        assert why, (kind, pattern)
        assert any(re.fullmatch(pattern, path) for path in kinds[kind]), (kind, pattern)


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
