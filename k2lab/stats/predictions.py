"""Predictions of a fitted model for cases, with intervals of the mean and of a new row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats.columns import level_name, number
from k2lab.stats.fitted import Fitted, fitted_of
from k2lab.stats.frames import raw, require, short
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table
from k2lab.stats.samples import level_checked
from k2lab.stats.show import value_text, value_texts
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import pandas as pd

MOST = 1000
"""Cases of one call: a prediction a row is no summary."""
SHOWN = 20
"""Cases that get an estimate of their own beside the table."""


def predict(model: Any, cases: Any, *, level: float = 0.95) -> Result:
    """Predict the outcome for cases.

    Parameters
    ----------
    model : Result
        Of `regress`.
    cases : mapping, sequence of mappings, or frame
        A value for every term of the model; at most 1,000 cases.
    level : float
        Confidence level.

    Returns
    -------
    Result
        A table with a row for each case: the value (mean, geometric mean, share in percent, rate, quantile),
        the interval
        of that, and for least squares the interval for one new row. Cases outside the range of the data are named.

    Raises
    ------
    UsageError
        If `model` holds no fitted model, a term has no value, or a level is unknown.
    InputError
        If there are no cases, too many, or a value is missing.

    Notes
    -----
    What the model would give for a row with these values: not what would happen if a row were changed to them. The
    interval for one new row takes residuals as normal with one spread. R: predict(interval =).

    Examples
    --------
    >>> import pandas as pd
    >>> from k2lab.stats import regress
    >>> table = pd.DataFrame({"y": [1.0, 3, 4, 8, 9, 10, 14], "x": [0.0, 1.5, 2, 3, 4.5, 5, 6]})
    >>> made = predict(regress(table, "y", ["x"], cov="classical"), {"x": 4.0})
    >>> [round(v, 2) for v in made.tables[0].rows[0]]
    [4.0, 8.79, 7.7, 9.87, 5.94, 11.63]
    """
    import numpy as np
    from scipy import stats

    level_checked(level)
    made = fitted_of(model)
    needed = tuple(dict.fromkeys(made.derived[t].column if t in made.derived else t for t in made.terms))
    frame = _frame(cases, needed)
    values, outside = _values(made, frame, needed)
    X = made.design.rows(values)
    eta = X @ made.params
    se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", X, made.cov, X), 0.0))
    q = float((stats.norm if made.df is None else stats.t(made.df)).ppf((1 + level) / 2))
    single = made.sigma is not None and made.scale in ("raw", "log")
    wide = np.sqrt(se**2 + made.sigma**2) if made.sigma is not None and single else se
    rows: list[tuple[Scalar, ...]] = []
    estimates = []
    for i in range(len(frame)):
        given = tuple(_scalar(frame[name].iloc[i]) for name in needed)
        mean = [made.shown(float(v)) for v in (eta[i], eta[i] - q * se[i], eta[i] + q * se[i])]
        new = [made.shown(float(v)) for v in (eta[i] - q * wide[i], eta[i] + q * wide[i])] if single else []
        if not all(map(math.isfinite, [*mean, *new])):
            raise InputError("A prediction leaves the range of numbers.", "These values are far from the data.")
        rows.append((*given, *mean, *new))
        if i < SHOWN:
            label = ", ".join(f"{tidy(name)} = {level_name(v)}" for name, v in zip(needed, given, strict=True))
            estimates.append(
                Estimate(
                    label=f"{made.noun}, {label}", value=mean[0], low=mean[1], high=mean[2], n=made.n, unit=made.unit,
                    level=level, method=pick(f"prediction of the model, {made.cov_type}", f"模型预测，{made.cov_type}"),
                    groups={name: level_name(v) for name, v in zip(needed, given, strict=True)},
                )
            )  # fmt: skip
    header = (*needed, made.noun, pick("low", "下限"), pick("high", "上限"))
    if single:
        header = (*header, pick("one row, low", "单行下限"), pick("one row, high", "单行上限"))
    warnings = []
    if outside:
        warnings.append(
            pick(
                f"{outside} of {len(frame)} cases lie outside the range of the data: the model is stretched there.",
                f"{len(frame)} 个情形中有 {outside} 个超出数据范围：模型在那里属于外推。",
            )
        )
    first = estimates[0]
    told, *both = value_texts(first)
    ends = pick(" to ", " 至 ").join(both)
    alone = "" if not single else pick(
        f"; one row of that kind lies between {value_text(float(rows[0][-2] or 0), made.unit)} and "
        f"{value_text(float(rows[0][-1] or 0), made.unit)}",
        f"；该类单行介于 {value_text(float(rows[0][-2] or 0), made.unit)} 与 "
        f"{value_text(float(rows[0][-1] or 0), made.unit)} 之间",
    )  # fmt: skip
    ci = numbers.percent(level, 0)
    text = pick(
        f"The model of {made.of} gives {told} ({ci} CI {ends}) for a row with {first.label.split(', ', 1)[1]}{alone}.",
        f"{made.of} 的模型对 {first.label.split(', ', 1)[1]} 的行给出 {told}（{ci} 置信区间 {ends}）{alone}。",
    )
    limit = pick(
        f"These are what the model of {made.of} gives for rows with such values, not what would happen if a row were "
        "changed to them.",
        f"这些是 {made.of} 的模型对具有这些取值的行给出的结果，并非将某行改为这些取值后会发生的情况。",
    )
    return Result(
        kind="predict", title=pick(f"Predictions of {made.of}", f"{made.of} 的预测"), estimates=tuple(estimates),
        tables=(Table(title=pick("Predictions", "预测"), columns=header, rows=tuple(rows)),), warnings=tuple(warnings),
        sentences=(
            Sentence(key="prediction", role="headline", text=text, columns=(made.y, *needed), weight=10),
            Sentence(key="what-if", role="limitation", text=limit, columns=(made.y,), weight=8),
        ),
        values={"n": made.n, "cases": len(frame), "outside": outside},
    )  # fmt: skip


def _frame(cases: Any, needed: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    if isinstance(cases, Mapping):
        cases = [cases]
    if isinstance(cases, Sequence) and not isinstance(cases, str):
        if not cases or not all(isinstance(case, Mapping) for case in cases):
            raise InputError(
                "There are no cases to predict.", "Give a mapping such as {'age': 40}, a list of them, or a frame."
            )
        for case in cases:
            lost = [name for name in needed if name not in case]
            if lost:
                raise UsageError(f"A case has no value of {short(lost[0])}.", f"The model needs {', '.join(needed)}.")
        frame = pd.DataFrame([{name: case[name] for name in needed} for case in cases])
    else:
        require(cases, needed)
        frame = raw(cases, needed)
    if not len(frame):
        raise InputError(
            "There are no cases to predict.", "Give a mapping such as {'age': 40}, a list of them, or a frame."
        )
    if len(frame) > MOST:
        raise InputError(f"{len(frame):,} cases are more than one table holds ({MOST:,}).", "Predict them in parts.")
    empty = [name for name in needed if frame[name].isna().any()]
    if empty:
        raise InputError(f"Some cases have no value of {short(empty[0])}.", "Leave them out first.")
    return frame.reset_index(drop=True)


def _values(made: Fitted, frame: pd.DataFrame, needed: Sequence[str]) -> tuple[dict[str, Any], int]:
    import numpy as np

    values: dict[str, Any] = {}
    far = np.zeros(len(frame), dtype=bool)
    for term in made.terms:
        if term in made.design.levels:
            levels = made.design.levels[term]
            given = [level_name(v) for v in frame[term]]
            unknown = [v for v in given if v not in levels]
            if unknown:
                raise UsageError(
                    f"{short(term)} has no level {unknown[0]!r} in the model.", f"Levels: {', '.join(levels[:8])}."
                )
            values[term] = np.array([levels.index(v) for v in given])
            continue
        column = made.derived[term].column if term in made.derived else term
        held = number(frame, column, role="term")
        with np.errstate(all="ignore"):
            values[term] = made.derived[term].of(held) if term in made.derived else held
        if not np.isfinite(values[term]).all():
            raise InputError(f"{term} has no value for a case.", f"{short(column)} does not allow it there.")
        low, high = made.ranges[term]
        far |= (values[term] < low) | (values[term] > high)
    return values, int(far.sum())


def _scalar(value: Any) -> Scalar:
    made = value.item() if hasattr(value, "item") else value
    return made if isinstance(made, (str, int, float, bool)) else str(made)
