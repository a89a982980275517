"""Regressions and their diagnostics: the answers that R's entries are compared with."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.stats.result import Result
from tests.stats.reference.reading import Load, test_of


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


def ols(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def logit(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def poisson(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def quantile(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = load(args)
    made = regression(args, frame, family="quantile", quantile=args["tau"])
    got: dict[str, Any] = {"n": made.values["n"], "check_loss": made.values["check_loss"]}
    if args["data"] == "mtcars":  # no ties there, so that the minimiser is the only one
        other = regression(args, frame, family="quantile", quantile=args["tau"], cov="classical")
        got["coefficients"] = {key: row["estimate"] for key, row in coefficients(made).items()}
        got["se_nid"] = {key: row["se"] for key, row in coefficients(made).items()}
        got["se_iid"] = {key: row["se"] for key, row in coefficients(other).items()}
    return got


def vif(args: dict[str, Any], load: Load) -> dict[str, Any]:
    table = stats.diagnostics(regression(args, load(args))).to_frame("Variance inflation")
    return {row[0]: {"gvif": row[1], "df": row[2], "adjusted": row[3]} for row in table.itertuples(index=False)}


def influence(args: dict[str, Any], load: Load) -> dict[str, Any]:
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


def breusch_pagan(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = stats.diagnostics(regression(args, load(args)))
    koenker, original = test_of(made, "Breusch-Pagan (K"), next(t for t in made.tests if t.method == "Breusch-Pagan")
    white, ncv = test_of(made, "White"), test_of(made, "Cook-Weisberg")
    return {
        "koenker_LM": koenker.statistic, "df": koenker.df[0], "koenker_p": koenker.p, "original_LM": original.statistic,
        "original_p": original.p, "ncv_chi2": ncv.statistic, "ncv_p": ncv.p, "white_fitted_LM": white.statistic,
        "white_fitted_p": white.p, "durbin_watson": made.values["durbin_watson"],
    }  # fmt: skip
