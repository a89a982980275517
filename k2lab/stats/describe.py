"""Describe columns: what each holds, how full it is, and where its numbers lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError
from k2lab.locale import numbers, pick
from k2lab.stats import columns as cols
from k2lab.stats import intervals
from k2lab.stats.labels import any_engine
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table
from k2lab.stats.words import rows, tidy

if TYPE_CHECKING:
    import pandas as pd

MOST_SENTENCES = 12
"""Columns that are put into words; all are in the tables."""


@any_engine
def describe(data: Any, columns: Sequence[str] | None = None) -> Result:
    """Describe columns: rows, missing values, and mean, spread, quartiles and skewness, or the commonest values.

    Parameters
    ----------
    data : frame
    columns : sequence of str, optional
        Default all.

    Raises
    ------
    UsageError
        If a column is missing.
    InputError
        If the table has no rows or no columns.

    Examples
    --------
    >>> import pandas as pd
    >>> made = describe(pd.DataFrame({"x": [1.0, 2.0, 3.0, None]}))
    >>> made.estimates[0].value, made.tables[0].rows[0][:3]
    (2.0, ('x', 3, 1))
    """
    chosen = (columns,) if isinstance(columns, str) else columns
    frame = cols.raw(data, chosen)
    if not len(frame) or not len(frame.columns):
        raise InputError("There is nothing to describe.", "The table has no rows or no columns.")
    numeric: list[tuple[Scalar, ...]] = []
    other: list[tuple[Scalar, ...]] = []
    estimates, texts = [], []
    for name in frame.columns:
        if cols.is_number(frame, name) and frame[name].notna().any():
            row, estimate, text = _numeric(frame, name)
            numeric.append(row)
            if cols.is_category(frame, name):  # the mean of a code or a year says nothing
                text = _other(frame, name)[1]
            elif estimate:
                estimates.append(estimate)
        else:
            line, text = _other(frame, name)
            other.append(line)
        texts.append((name, text))
    tables = []
    if numeric:
        header = ("n", pick("missing", "缺失"), pick("mean", "均值"), "SD", pick("min", "最小"), "q25",
        pick("median", "中位数"), "q75",
                  pick("max", "最大"), pick("skewness", "偏度"))  # fmt: skip
        tables.append(
            Table(title=pick("Numbers", "数值列"), columns=(pick("column", "列"), *header), rows=tuple(numeric))
        )
    if other:
        head = (
            "n",
            pick("missing", "缺失"),
            pick("distinct", "不同取值"),
            pick("most frequent", "最常见"),
            pick("share", "占比"),
        )
        tables.append(
            Table(
                title=pick("Categories, text and dates", "类别、文本与日期列"),
                columns=(pick("column", "列"), *head),
                rows=tuple(other),
            )
        )
    first = pick(
        f"The table has {rows(len(frame))} and {len(frame.columns)} described "
        f"column{'s' if len(frame.columns) > 1 else ''}.",
        f"共 {rows(len(frame))}，描述了 {len(frame.columns)} 列。",
    )
    sentences = [Sentence(key="describe", text=first, role="headline", weight=10)]
    sentences += [
        Sentence(key="describe", text=text, columns=(name,), weight=5) for name, text in texts[:MOST_SENTENCES]
    ]
    return Result(
        kind="describe", title=pick("Description", "描述统计"), estimates=tuple(estimates), tables=tuple(tables),
        sentences=tuple(sentences), values={"n": len(frame), "columns": len(frame.columns)},
    )  # fmt: skip


def _numeric(frame: pd.DataFrame, name: str) -> tuple[tuple[Scalar, ...], Estimate | None, str]:
    import numpy as np

    values = cols.number(frame, name)
    values = values[~np.isnan(values)]
    n, missing = len(values), int(frame[name].isna().sum())
    low, q1, middle, q3, high = (float(v) for v in np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))
    spread = float(np.std(values - values[0], ddof=1)) if n > 1 else None
    skew = cols.skewness(values) if n > 2 else None
    centre = intervals.of_mean(values) if n > 1 else None
    average = centre.value if centre else float(values[0])
    years = low >= 1800 and high <= 2200 and float(low).is_integer() and float(high).is_integer()
    places = [str(int(v)) if years and v.is_integer() else v for v in (low, q1, middle, q3, high)]
    row = (name, n, missing, average, spread, *places, skew)
    lost = pick(f"; {numbers.count(missing)} missing", f"；缺失 {numbers.count(missing)} 个") if missing else ""
    if centre is None or spread is None:
        text = pick(
            f"{tidy(name)} has one value, {numbers.number(average)}{lost}.",
            f"{tidy(name)} 只有一个值 {numbers.number(average)}{lost}。",
        )
        return row, None, text
    estimate = Estimate(
        label=pick(f"mean of {tidy(name)}", f"{tidy(name)} 的均值"), value=centre.value, low=centre.low,
        high=centre.high, n=n,
        method=pick("mean, t interval", "均值，t 区间"),
    )  # fmt: skip
    m, ends, mid, quart, extreme = (
        numbers.number(average),
        f"{numbers.number(centre.low)} {pick('to', '至')} {numbers.number(centre.high)}",
        numbers.number(middle),
        f"{numbers.number(q1)} {pick('to', '至')} {numbers.number(q3)}",
        f"{numbers.number(low)} {pick('to', '至')} {numbers.number(high)}",
    )
    tail = (
        pick("; a long right tail", "；右偏明显")
        if skew and skew > 1
        else pick("; a long left tail", "；左偏明显")
        if skew and skew < -1
        else ""
    )
    text = pick(
        f"{tidy(name)}: mean {m} (95% CI {ends}; n = {numbers.count(n)}), median {mid}, middle half {quart}, "
        f"range {extreme}{tail}{lost}.",
        f"{tidy(name)}：均值 {m}（95% 置信区间 {ends}；n = {numbers.count(n)}），中位数 {mid}，中间一半 {quart}，"
        f"范围 {extreme}{tail}{lost}。",
    )
    return row, estimate if all(map(math.isfinite, (centre.low, centre.high))) else None, text


def _other(frame: pd.DataFrame, name: str) -> tuple[tuple[Scalar, ...], str]:
    held = frame[name].dropna()
    n, missing = len(held), len(frame) - len(held)
    if not n:
        text = pick(
            f"{tidy(name)} holds no value at all ({rows(missing)}).", f"{tidy(name)} 没有任何值（{rows(missing)}）。"
        )
        return (name, 0, missing, 0, None, None), text
    size = held.astype(object).value_counts()
    top, often = cols.level_name(size.index[0]), int(size.iloc[0])
    lost = pick(f"; {numbers.count(missing)} missing", f"；缺失 {numbers.count(missing)} 个") if missing else ""
    distinct, share = numbers.count(len(size)), numbers.percent(often / n)
    if len(size) == n:
        text = pick(
            f"{tidy(name)}: {distinct} values, each different{lost}.",
            f"{tidy(name)}：{distinct} 个值，各不相同{lost}。",
        )
    else:
        text = pick(
            f"{tidy(name)}: {distinct} different values over {rows(n)}; the most frequent is {tidy(top)} "
            f"({share}){lost}.",
            f"{tidy(name)}：{rows(n)}中有 {distinct} 个不同取值；最常见的是 {tidy(top)}（{share}）{lost}。",
        )
    return (name, n, missing, len(size), tidy(top), share), text
