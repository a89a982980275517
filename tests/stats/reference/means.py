"""Means, their differences and what a table lacks: the answers that R's entries are compared with."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from k2lab import stats
from tests.stats.reference.models import regression
from tests.stats.reference.reading import Load, back, interval, named, test_of, two


def describe(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def group_means(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def geometric(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.group_means(load(args), args["y"], args["by"], scale="log")
    return {
        "|".join(e.groups.values()): {"n": e.n, "geometric_mean": e.value, "ci_low": e.low, "ci_high": e.high}
        for e in made.estimates
    }


def weighted(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def standardised(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.group_means(load(args), args["y"], args["group"], standardise=args["strata"])
    got: dict[str, Any] = {
        str(level): {"n": n, "crude": crude, "standardised": value, "se": se}
        for level, n, crude, value, se in made.tables[0].rows
    }
    v = made.values
    return got | {"strata_used": v["strata_used"], "strata_all": v["strata"], "rows_used": v["rows_used"]}


def duplicates(args: dict[str, Any], load: Load) -> dict[str, Any]:
    from tests.stats.conftest import ORIGINAL

    v = stats.facts(load(args)[ORIGINAL]).values
    return {
        "rows": v["n"], "distinct": v["distinct_rows"], "repeats_of_an_earlier_row": v["repeats"],
        "largest_group": v["largest_group"],
    }  # fmt: skip


def missing(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = load(args)
    v = stats.facts(frame).values
    return {"rows": v["n"], "complete_rows": int(v["n"]) - 0 if v["missing"] == 0 else -1}


def t_test(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def equivalence(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def sizes(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def variance_ratio(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame = two(load, args)
    frame[args["group"]] = pd.Categorical(frame[args["group"]], args["levels"], ordered=True)
    made = stats.variances(frame, y, args["group"], scale=scale)
    e, sizes = made.estimates[0], [row[1] for row in made.tables[0].rows]
    return {"F": e.value, "p": e.p, "ci_low": e.low, "ci_high": e.high, "df1": sizes[0] - 1, "df2": sizes[1] - 1}


def mann_whitney(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def ratio(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.compare(two(load, args), args["y"], args["group"], scale="log")
    e, t = made.estimates[0], made.tests[0]
    return {"ratio": 1 + e.value / 100, "ci_low": 1 + e.low / 100, "ci_high": 1 + e.high / 100, "p": e.p, "df": t.df[0]}


def t_paired(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.t_test(load(args), args["y"], args["group"], paired="ID", reference=args["levels"][1])
    e, t = made.estimates[0], made.tests[0]
    assert t.effect is not None
    return {
        "statistic": t.statistic, "df": t.df[0], "p": t.p, "difference": e.value, "se": e.value / t.statistic,
        "d_z": t.effect.value, **interval(e),
    }  # fmt: skip


def wilcoxon(args: dict[str, Any], load: Load) -> dict[str, Any]:
    t = stats.wilcoxon(load(args), args["y"], args["group"], paired="ID", reference=args["levels"][1]).tests[0]
    assert t.effect is not None
    return {"statistic_V": t.statistic, "p_corrected": t.p, "rank_biserial": t.effect.value, "n_nonzero": t.n}


def t_one(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.t_test(load(args), args["y"], mu=args["mu"])
    e, t = made.estimates[0], made.tests[0]
    se = (e.value - args["mu"]) / t.statistic
    return {"statistic": t.statistic, "df": t.df[0], "p": t.p, "difference": e.value, "se": se, **interval(e)}


def spread(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def shapiro(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = load(args)
    if "formula" in args:
        residuals = regression(args, frame).fit.least.residuals
        made = stats.normality(pd.DataFrame({"residuals": residuals}), "residuals")
    else:
        y, scale = named(args)
        made = stats.normality(frame, y, scale=scale)
    W, JB = test_of(made, "Shapiro-Wilk"), test_of(made, "Jarque-Bera")
    return {"n": W.n, "W": W.statistic, "p": W.p, "jarque_bera": JB.statistic, "jarque_bera_p": JB.p}
