"""Fitted models as JSON: all that is needed to predict from one without the data and without Python."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from k2lab.stats.columns import codes, number, sizes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from k2lab.stats.design import Design

    Floats = NDArray[np.float64]

Family = Literal["gaussian", "binomial"]
OutcomeScale = Literal["raw", "log", "share"]

MOST_COEFFICIENTS = 60
"""Models with more coefficients than this get no JSON: their covariance alone would outweigh the rest of a report."""
MOST_CELLS = 400
"""Combinations of levels whose rows are counted; of more nobody could look at all."""


def model_json(
    *,
    family: Family,
    outcome: str,
    scale: OutcomeScale,
    design: Design,
    frame: pd.DataFrame,
    params: Floats,
    cov: Floats,
    cov_type: str,
    df: float | None,
    n: int,
    event: str = "",
    sigma: float | None = None,
    residuals: Floats | None = None,
    level: float = 0.95,
) -> dict[str, Any]:
    """Write a fitted model with treatment contrasts as JSON-ready values, for `Result.model`.

    Parameters
    ----------
    family : {"gaussian", "binomial"}
        Least squares (identity link), or a logistic model (logit link).
    outcome : str
        Its column.
    scale : {"raw", "log", "share"}
        What the linear predictor stands for: the outcome, its natural logarithm, or a share from 0 to 1 of `event`
        (always "share" for a binomial model, whose predictor is a logit).
    design : k2lab.stats.design.Design
        Names, levels and terms of the coefficients.
    frame : pandas.DataFrame
        The rows that the model was fitted to.
    params, cov : ndarray
        Coefficients in the order of ``design.names`` and their covariance, of the kind `cov_type`.
    cov_type : str
        ``"HC3"``, ``"classical"``, ``"ML"``...
    df : float or None
        Degrees of freedom of t; None for normal intervals (binomial).
    n : int
        Rows of the fit.
    event : str
        The value of the outcome that counts as yes, for ``scale="share"``.
    sigma : float, optional
        Standard deviation of the residuals on the analysis scale; without it there is no prediction interval.
    residuals : ndarray, optional
        On the log scale, for Duan's smearing factor.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    dict
        Empty where the model has more than `MOST_COEFFICIENTS` coefficients, else::

            {"family": "gaussian" | "binomial", "link": "identity" | "logit",
             "outcome": "salary", "scale": "raw" | "log" | "share", "event": "",
             "terms": [{"name": "level", "kind": "category", "levels": ["EN", ...], "counts": [12, ...]},
                       {"name": "age", "kind": "number", "low": 18.0, "high": 65.0, "middle": 41.0, "whole": true}],
             "coefficients": [[], [["level", "MI"]], [["age", null]], [["level", "MI"], ["age", null]]],
             "params": [...], "cov": [[...], ...], "cov_type": "HC3", "df": 93.0,
             "level": 0.95, "critical": 1.9858, "sigma": 0.31, "smearing": 1.05, "n": 97,
             "rows": {"terms": ["level"], "counts": [12, ...]}}

        The first level of a category is its reference. Each coefficient is the product of its pairs: a pair with a
        level is 1 where the case has that level, a pair with null is the number itself; the intercept has no pair.
        With x the row of these products, the predictor is ``x @ params``, its standard error ``sqrt(x @ cov @ x)``,
        its interval plus or minus ``critical`` of these. The interval for one new row adds ``sigma ** 2`` under the
        root (absent for "share"). On the log scale ``exp`` of them is a geometric mean, and ``smearing`` times that
        an arithmetic one (Duan 1983). ``middle`` is the median. ``rows`` counts the combinations of the categories
        named there, the last one changing fastest; it is absent where there are more than `MOST_CELLS`.
    """
    if len(params) > MOST_COEFFICIENTS:
        return {}
    import numpy as np
    from scipy import stats

    tail = (1 + level) / 2
    critical = float(stats.norm.ppf(tail) if df is None else stats.t.ppf(tail, df))
    terms = [_term(name, design, frame) for name in _columns(design)]
    made: dict[str, Any] = {
        "family": family, "link": "logit" if family == "binomial" else "identity", "outcome": outcome, "scale": scale,
        "event": event, "terms": terms, "coefficients": [[list(pair) for pair in parts] for parts in design.parts()],
        "params": params.tolist(), "cov": cov.tolist(), "cov_type": cov_type, "df": df, "level": level,
        "critical": critical, "n": n,
    }  # fmt: skip
    if sigma is not None and scale != "share":
        made["sigma"] = sigma
    if residuals is not None and scale == "log":
        smearing = float(np.mean(np.exp(np.minimum(residuals, 700.0))))
        if math.isfinite(smearing):
            made["smearing"] = smearing
    categories = [term["name"] for term in terms if term["kind"] == "category"]
    sizes = [len(design.levels[name]) for name in categories]
    if categories and math.prod(sizes) <= MOST_CELLS:
        flat = np.zeros(len(frame), dtype=np.int64)
        for name, size in zip(categories, sizes, strict=True):
            flat = flat * size + codes(frame, name, design.levels[name])
        made["rows"] = {"terms": categories, "counts": np.bincount(flat, minlength=math.prod(sizes)).tolist()}
    return made


def predict(model: Mapping[str, Any], case: Mapping[str, str | float]) -> tuple[float, float, float]:
    """Predict a case from the JSON of a model, on the analysis scale.

    Parameters
    ----------
    model : mapping
        As `model_json` makes it.
    case : mapping
        A level or a number for every term.

    Returns
    -------
    value, low, high : float
        The linear predictor with its confidence interval.

    Examples
    --------
    >>> made = {"coefficients": [[], [["g", "b"]], [["x", None]]], "params": [1.0, 2.0, 0.5], "critical": 2.0,
    ...     "cov": [[0.04, 0, 0], [0, 0.05, 0], [0, 0, 0]]}
    >>> tuple(round(part, 2) for part in predict(made, {"g": "b", "x": 3.0}))
    (4.5, 3.9, 5.1)
    """
    row = [
        math.prod(float(case[term]) if at is None else float(case[term] == at) for term, at in parts)
        for parts in model["coefficients"]
    ]
    value = sum(x * b for x, b in zip(row, model["params"], strict=True))
    spread = sum(
        x * sum(z * c for z, c in zip(row, line, strict=True)) for x, line in zip(row, model["cov"], strict=True)
    )
    wide = model["critical"] * math.sqrt(max(spread, 0.0))
    return value, value - wide, value + wide


def _columns(design: Design) -> tuple[str, ...]:
    """Return the columns of a design, in the order of its coefficients."""
    return tuple(dict.fromkeys(term for parts in design.parts() for term, _ in parts))


def _term(name: str, design: Design, frame: pd.DataFrame) -> dict[str, Any]:
    import numpy as np

    if name in design.levels:
        counts = sizes(frame, name, design.levels[name])
        return {"name": name, "kind": "category", "levels": list(design.levels[name]), "counts": counts}
    values = number(frame, name, role="term")
    return {
        "name": name, "kind": "number", "low": float(values.min()), "high": float(values.max()),
        "middle": float(np.median(values)), "whole": bool((values == np.round(values)).all()),
    }  # fmt: skip
