"""Printed values of lookups, put into sentences in the language in use."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from k2lab.locale import numbers, pick
from k2lab.provider.offline.cells import Rows, shown
from k2lab.provider.offline.reading import Reading

Said = tuple[str, tuple[str, ...]]
"""A sentence and the columns it is about."""

NAMES = {
    "std": ("standard deviation", "标准差"),
    "var": ("variance", "方差"),
    "min": ("minimum", "最小值"),
    "max": ("maximum", "最大值"),
    "skew": ("skewness", "偏度"),
    "kurt": ("excess kurtosis", "超额峰度"),
    "nunique": ("number of distinct values", "不同取值数"),
    "mean": ("mean", "均值"),
    "median": ("median", "中位数"),
    "sum": ("sum", "合计"),
}


def sentences(reading: Reading, values: Any) -> tuple[Said, ...]:
    """Say what a lookup cell printed.

    Parameters
    ----------
    reading : Reading
    values : object
        What the cell printed under its mark; anything that is not as expected is passed over.
    """
    if not isinstance(values, Mapping):
        return ()
    if isinstance(values.get("missing"), Mapping):
        return _missing(values)
    if isinstance(values.get("found"), Mapping):
        return _found(values)
    if isinstance(values.get("top"), list):
        return _top(reading, values["top"])
    if isinstance(values.get("normality"), Mapping):
        return _normality(values["normality"])
    if {"some", "all"} <= set(values):
        return _share(reading, values)
    return ()


def _normality(tested: Mapping[str, Any]) -> tuple[Said, ...]:
    n, p, statistic = tested.get("n"), tested.get("p"), _number(tested.get("statistic"))
    if not isinstance(n, int) or not isinstance(p, float) or not 0 <= p <= 1 or statistic is None:
        return ()
    name = str(tested.get("column"))
    test = "Shapiro-Wilk W" if n <= 5000 else "D'Agostino-Pearson K²"
    told = f"{test} = {statistic}, {numbers.p_value(p)}; n = {numbers.count(n)}"
    against = p < 0.05
    text = pick(
        f"The test speaks against a normal distribution of {shown(name)} ({told})."
        if against
        else f"The test finds no clear departure of {shown(name)} from a normal distribution ({told}).",
        f"检验不支持 {shown(name)} 服从正态分布（{told}）。"
        if against
        else f"检验未发现 {shown(name)} 明显偏离正态分布（{told}）。",
    )
    return ((text, (name,)),)


def _number(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    if float(value).is_integer() and abs(value) < 1e15:
        return numbers.count(value)
    return numbers.number(float(value), 5)


def _level(value: Any) -> str:
    """Write a level; a whole number that pandas keeps as a float loses its point."""
    return shown(re.sub(r"^(-?\d+)\.0$", r"\1", str(value)))


def _missing(values: Mapping[str, Any]) -> tuple[Said, ...]:
    rows = values.get("rows")
    made: list[Said] = []
    for name, n in values["missing"].items():
        if not isinstance(n, int) or not isinstance(rows, int) or rows <= 0:
            continue
        share = numbers.percent(n / rows, 2)
        made.append(
            (
                pick(
                    f"{shown(name)} has no value in {numbers.count(n)} of {numbers.count(rows)} rows ({share}).",
                    f"{shown(name)} 在 {numbers.count(rows)} 行中有 {numbers.count(n)} 行缺失（{share}）。",
                ),
                (str(name),),
            )
        )
    return tuple(made)


def _found(values: Mapping[str, Any]) -> tuple[Said, ...]:
    by = values.get("by")
    made: list[Said] = []
    for column, found in values["found"].items():
        if not isinstance(found, Mapping):
            continue
        groups = found if by is not None and all(isinstance(row, Mapping) for row in found.values()) else {"": found}
        for level, row in groups.items():
            parts = [
                (NAMES[name], text)
                for name, value in row.items()
                if name in NAMES and (text := _number(value)) is not None
            ]
            if not parts:
                continue
            english = ", ".join(f"{names[0]} {text}" for names, text in parts)
            chinese = "、".join(f"{names[1]}为 {text}" for names, text in parts)
            where = (
                pick(f" where {shown(str(by))} is {_level(level)}", f"（{shown(str(by))} 为 {_level(level)}）")
                if level
                else ""
            )
            made.append(
                (
                    pick(f"{shown(column)}{where}: {english}.", f"{shown(column)}{where}：{chinese}。"),
                    (str(column), *((str(by),) if by is not None else ())),
                )
            )
    return tuple(made)


def _top(reading: Reading, rows: Sequence[Any]) -> tuple[Said, ...]:
    x, y = reading.x, reading.y
    good = [row for row in rows if isinstance(row, list) and len(row) == 3 and _number(row[1]) is not None]
    if x is None or y is None or not good:
        return ()
    statistic = next((s for s in reading.statistics if s in ("mean", "median", "sum")), None)
    single = all(row[2] == 1 for row in good)
    english = {"mean": "mean ", "median": "median ", "sum": "total "}.get(statistic or "", "")
    chinese = {"mean": " 的均值", "median": " 的中位数", "sum": " 的合计"}.get(statistic or "", "")
    value = _number(good[0][1])
    best = [row for row in good if row[1] == good[0][1]]
    names = pick(", ", "、").join(_level(row[0]) for row in best)
    n = "" if single else pick(f" (n = {numbers.count(best[0][2])})", f"（n = {numbers.count(best[0][2])}）")
    end = pick("lowest" if reading.lowest else "highest", "最低" if reading.lowest else "最高")
    made: list[Said] = [
        (
            pick(
                f"The {end} {english}{shown(y.name)} is that of {shown(x.name)} {names}: {value}{n}.",
                f"{shown(y.name)}{chinese}{end}的 {shown(x.name)} 是 {names}：{value}{n}。",
            ),
            (x.name, y.name),
        )
    ]
    rest = [row for row in good if row not in best][:3]
    if rest:
        listed = pick("; ", "；").join(f"{_level(row[0])} {_number(row[1])}" for row in rest)
        made.append((pick(f"Next: {listed}.", f"其次：{listed}。"), (x.name, y.name)))
    if not single and min(int(row[2]) for row in good) < 30:
        made.append(
            (
                pick(
                    f"Some of these levels of {shown(x.name)} have fewer than 30 rows, so their order is uncertain.",
                    f"其中有的 {shown(x.name)} 水平不足 30 行，先后次序并不确定。",
                ),
                (x.name,),
            )
        )
    return tuple(made)


def _share(reading: Reading, values: Mapping[str, Any]) -> tuple[Said, ...]:
    some, every = values["some"], values["all"]
    if not isinstance(some, int) or not isinstance(every, int) or every <= 0:
        return ()
    words = Rows(frame=reading.frame, filters=reading.filters).words()
    share = numbers.percent(some / every)
    return (
        (
            pick(
                f"{numbers.count(some)} of {numbers.count(every)} rows ({share}) have {words}.",
                f"{numbers.count(every)} 行中有 {numbers.count(some)} 行（{share}）满足 {words}。",
            ),
            tuple(f.column.name for f in reading.filters if f.column is not None),
        ),
    )


def shares(result: Mapping[str, Any]) -> str:
    """Say how many rows have the value that a `proportion` result is about; nothing for other results."""
    values = result.get("values") or {}
    k, n = values.get("k"), values.get("n")
    if result.get("kind") != "proportion" or not isinstance(k, int) or not isinstance(n, int) or n <= 0:
        return ""
    at = f"{shown(str(values.get('column')))} = {shown(str(values.get('value')))}"
    share = numbers.percent(k / n)
    estimate: Mapping[str, Any] = next(iter(result.get("estimates", ())), {})
    low, high = estimate.get("low"), estimate.get("high")
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return ""
    ends = numbers.percent(low / 100), numbers.percent(high / 100)
    return pick(
        f"{numbers.count(k)} of {numbers.count(n)} rows ({share}; 95% CI {ends[0]} to {ends[1]}) have {at}.",
        f"{numbers.count(n)} 行中有 {numbers.count(k)} 行（{share}；95% 置信区间 {ends[0]} 至 {ends[1]}）为 {at}。",
    )
