"""Describe columns: what each holds, how full it is, and where its numbers lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError
from k2lab.locale import numbers, pick
from k2lab.stats import columns as cols
from k2lab.stats import engines, fold, intervals
from k2lab.stats.labels import any_engine
from k2lab.stats.marginal import Marginal, marginals
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table
from k2lab.stats.weighted import Held
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

    Notes
    -----
    All rows of a large frame are read. Where a number has too many values to be counted one by one, its quartiles are
    good to the width of narrow bins, and the result says so; columns beyond the first hundred come from a sample.

    Examples
    --------
    >>> import pandas as pd
    >>> made = describe(pd.DataFrame({"x": [1.0, 2.0, 3.0, None]}))
    >>> made.estimates[0].value, made.tables[0].rows[0][:3]
    (2.0, ('x', 3, 1))
    """
    chosen = (columns,) if isinstance(columns, str) else columns
    found = marginals(data, chosen)
    if not found or not found[0].rows:
        raise InputError("There is nothing to describe.", "The table has no rows or no columns.")
    numeric: list[tuple[Scalar, ...]] = []
    other: list[tuple[Scalar, ...]] = []
    estimates, texts = [], []
    for one in found:
        if one.frame is not None and one.numeric and one.n:
            row, estimate, text = _numeric(one, one.frame)
            numeric.append(row)
            if cols.is_category(one.frame, one.name):  # the mean of a code or a year says nothing
                text = _other(one)[1]
            elif estimate:
                estimates.append(estimate)
        else:
            line, text = _other(one)
            other.append(line)
        texts.append((one.name, text))
    sampled = [tidy(one.name) for one in found if one.sampled]
    if sampled:
        engines.current().parts.append(", ".join(sampled[:5]) + ("…" if len(sampled) > 5 else ""))
    total = next((one.rows for one in found if not one.sampled), found[0].rows)
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
        f"The table has {rows(total)} and {len(found)} described column{'s' if len(found) > 1 else ''}.",
        f"共 {rows(total)}，描述了 {len(found)} 列。",
    )
    sentences = [Sentence(key="describe", text=first, role="headline", weight=10)]
    sentences += [
        Sentence(key="describe", text=text, columns=(name,), weight=5) for name, text in texts[:MOST_SENTENCES]
    ]
    return Result(
        kind="describe", title=pick("Description", "描述统计"), estimates=tuple(estimates), tables=tuple(tables),
        sentences=tuple(sentences), values={"n": total, "columns": len(found)},
    )  # fmt: skip


def _numeric(one: Marginal, frame: pd.DataFrame) -> tuple[tuple[Scalar, ...], Estimate | None, str]:
    import numpy as np

    name, n, missing = one.name, one.n, one.missing
    values = cols.number(frame, name)
    there = ~np.isnan(values)
    held = Held(values=values[there], times=None if fold.times(frame) is None else fold.times(frame[there]))
    low, q1, middle, q3, high = held.quantiles([0, 0.25, 0.5, 0.75, 1])
    spread: float | None
    skew: float | None
    if one.number is not None:
        low, high = one.number.low, one.number.high
        spread, skew = one.number.variance**0.5, one.number.skewness
        centre: intervals.Interval | None = intervals.of_moments(n, one.number.mean, one.number.variance)
    else:
        moved = held.like(held.values - held.values[0])
        spread = _spread(moved) if n > 1 else None
        skew = held.skewness if n > 2 else None
        centre = intervals.of_mean(held) if n > 1 else None
    average = centre.value if centre else float(held.values[0])
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


def _spread(moved: Held) -> float:
    import numpy as np

    return float(np.std(moved.values, ddof=1)) if moved.times is None else moved.sd


def _other(one: Marginal) -> tuple[tuple[Scalar, ...], str]:
    name, n, missing = one.name, one.n, one.missing
    distinct, commonest = one.counts
    if commonest is None:
        text = pick(
            f"{tidy(name)} holds no value at all ({rows(missing)}).", f"{tidy(name)} 没有任何值（{rows(missing)}）。"
        )
        return (name, 0, missing, 0, None, None), text
    top, often = cols.level_name(commonest[0]), commonest[1]
    lost = pick(f"; {numbers.count(missing)} missing", f"；缺失 {numbers.count(missing)} 个") if missing else ""
    different, share = numbers.count(distinct), numbers.percent(often / n)
    if distinct == n:
        text = pick(
            f"{tidy(name)}: {different} values, each different{lost}.",
            f"{tidy(name)}：{different} 个值，各不相同{lost}。",
        )
    else:
        text = pick(
            f"{tidy(name)}: {different} different values over {rows(n)}; the most frequent is {tidy(top)} "
            f"({share}){lost}.",
            f"{tidy(name)}：{rows(n)}中有 {different} 个不同取值；最常见的是 {tidy(top)}（{share}）{lost}。",
        )
    return (name, n, missing, distinct, tidy(top), share), text
