"""Means, geometric means and medians with their intervals, for all rows or by group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, fold, intervals
from k2lab.stats.groups import Group, by_names, missing_sentence, said, split, take_rows, title_by, where
from k2lab.stats.intervals import Interval
from k2lab.stats.labels import any_engine
from k2lab.stats.result import Estimate, Result, Scalar, Table
from k2lab.stats.samples import level_checked
from k2lab.stats.weighted import Held
from k2lab.stats.weighted_means import standardised_result, weighted_result
from k2lab.stats.words import tidy

WEAK = 30
"""Groups with fewer rows are marked as weak (playbook section 1)."""


@any_engine
def mean(
    data: Any, y: str, by: str | Sequence[str] | None = None, *, weights: str | None = None, level: float = 0.95
) -> Result:
    """Estimate the mean of a column with its t interval, for all rows or by group.

    Parameters
    ----------
    data : frame
    y : str
    by : str or sequence of str, optional
        Columns of groups.
    weights : str, optional
        Column of probability weights (inverse chances of selection), with linearised errors.
    level : float
        Confidence level.

    Raises
    ------
    UsageError
        If a column is missing or `y` holds no numbers.
    InputError
        If no row has a value.

    Examples
    --------
    >>> import pandas as pd
    >>> mean(pd.DataFrame({"pay": [1.0, 2.0, 3.0]}), "pay").estimates[0].value
    2.0
    """
    level_checked(level)
    if weights is not None:
        return weighted_result(data, y, by_names(by), weights, level)
    return _centre("mean", data, y, by, level=level)


@any_engine
def median(data: Any, y: str, by: str | Sequence[str] | None = None, *, level: float = 0.95) -> Result:
    """Estimate the median of a column with its order-statistic interval, for all rows or by group.

    Raises
    ------
    UsageError
        If a column is missing or `y` holds no numbers.
    InputError
        If no row has a value.

    Examples
    --------
    >>> import pandas as pd
    >>> median(pd.DataFrame({"pay": range(11)}), "pay").estimates[0].value
    5.0
    """
    return _centre("median", data, y, by, level=level_checked(level))


@any_engine
def group_means(
    data: Any, y: str, by: str | Sequence[str], scale: str = "auto", *, standardise: str | Sequence[str] = (),
    level: float = 0.95,
) -> Result:  # fmt: skip
    """Estimate the mean (or, on the log scale, the geometric mean) of every group, with median, SD and n beside it.

    Parameters
    ----------
    data : frame
    y : str
    by : str or sequence of str
        Columns of groups.
    scale : {"auto", "log", "raw"}
    standardise : str or sequence of str
        Categories whose mix is made the same in all groups of the one column `by` (direct standardisation; means in
        units of `y`).
    level : float
        Confidence level.

    Raises
    ------
    UsageError
        If a column is missing, `y` holds no numbers, or the scale cannot be had.
    InputError
        If no row has a value.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [1.0, 2, 3, 4, 5, 7], "g": list("aaabbb")})
    >>> [e.value for e in group_means(table, "pay", "g").estimates]
    [2.0, 5.333...]
    """
    level_checked(level)
    over = by_names(standardise)
    if over:
        names = by_names(by)
        if len(names) != 1 or {y, *names} & set(over):
            raise UsageError(
                "Standardised means compare the groups of one column at one mix of others.",
                'For example group_means(data, "pay", "team", standardise=["site"]).',
            )
        return standardised_result(data, y, names[0], over, level)
    return _centre("group_means", data, y, by, scale, level)


def _centre(
    kind: str, data: Any, y: str, by: str | Sequence[str] | None, scale: str = "raw", level: float = 0.95
) -> Result:
    names = by_names(by)
    frame, dropped = take_rows(data, (y, *names), folds=True, y=y)
    values = fold.held(frame, columns.number(frame, y), fold.WITHIN)
    log = columns.choose_scale(values.values, scale, values.times).name == "log"
    held = fold.logs(frame, values.values) if log else values
    estimate: Callable[[Held, float], Interval] = (
        intervals.of_median if kind == "median" else intervals.of_logs if log else intervals.of_mean
    )
    noun, method = _words(kind, log)
    groups = split(frame, names, y)
    made, short = [], []
    for group in groups.shown:
        try:
            found = estimate((values if kind == "median" else held).of(group.rows), level)
        except InputError:
            short.append(group)
            continue
        label = pick(f"{noun} of {tidy(y)}", f"{tidy(y)} 的{noun}")
        made.append(
            Estimate(
                label=f"{label}, {group.name}" if names else label, value=found.value, low=found.low, high=found.high,
                n=group.n, method=method, groups=group.levels, level=level,
            )
        )  # fmt: skip
    texts = [_sentence(e, noun, y) for e in made]
    if len(made) > 1:
        texts.insert(0, _range(made, noun, y))
    if not made:
        most = max(group.n for group in groups.shown)
        texts = [
            pick(
                f"The {noun} of {tidy(y)} has no interval: no group has enough rows (at most {most}).",
                f"{tidy(y)} 的{noun}没有区间：没有一组的行数足够（最多 {most} 行）。",
            )
        ]
    warnings = list(groups.warnings())
    if short:
        listed = ", ".join(f"{g.name} (n = {g.n})" for g in short[:5]) + (", ..." if len(short) > 5 else "")
        warnings.append(pick(f"Too few rows for an interval: {listed}.", f"行数过少，无法给出区间：{listed}。"))
    facts: dict[str, Scalar] = {"n": fold.rows(frame), "dropped": dropped, "y": y, "scale": "log" if log else "raw"}
    if made and not names:
        facts["value"] = made[0].value
    return Result(
        kind=kind, title=pick(f"{noun[0].upper()}{noun[1:]} of {tidy(y)}", f"{tidy(y)} 的{noun}") + title_by(names),
        estimates=tuple(made), tables=(_table(groups.shown, values, names),),
        sentences=(*said(kind, texts, (y, *names), names), *missing_sentence(dropped, fold.rows(frame) + dropped, (y,
        *names))),
        values=facts,
        warnings=tuple(warnings),
    )  # fmt: skip


def _words(kind: str, log: bool) -> tuple[str, str]:
    if kind == "median":
        return pick("median", "中位数"), pick("median, order-statistic interval", "中位数，次序统计量区间")
    if log:
        return pick("geometric mean", "几何均值"), pick(
            "geometric mean, t interval of the logs", "几何均值，对数的 t 区间"
        )
    return pick("mean", "均值"), pick("mean, t interval", "均值，t 区间")


def _sentence(e: Estimate, noun: str, y: str) -> str:
    value, low, high = numbers.spanned(e.value, e.low, e.high)
    weak = pick("; few rows, so a weak estimate", "；行数少，估计较弱") if e.n < WEAK else ""
    return pick(
        f"The {noun} of {tidy(y)}{where(e.groups)} is {value} ({numbers.percent(e.level, 0)} CI {low} to {high}; n = "
        f"{numbers.count(e.n)}{weak}).",
        f"{where(e.groups)}{tidy(y)} 的{noun}为 {value}（{numbers.percent(e.level, 0)} 置信区间 {low} 至 {high}；n = "
        f"{numbers.count(e.n)}{weak}）。",
    )


def _range(made: Sequence[Estimate], noun: str, y: str) -> str:
    """Name the ends of the range; a ranking only where the intervals of the ends are apart."""
    solid = [e for e in made if e.n >= WEAK] or list(made)
    low, high = min(solid, key=lambda e: e.value), max(solid, key=lambda e: e.value)
    ends = [
        f"{numbers.spanned(e.value, e.low, e.high)[0]} ({', '.join(e.groups.values())}; n = {numbers.count(e.n)})"
        for e in (low, high)
    ]
    groups = pick(f"{len(solid)} groups", f"{len(solid)} 组") + (
        pick(f" with {WEAK} rows or more", f"（每组至少 {WEAK} 行）") if len(solid) < len(made) else ""
    )
    text = pick(
        f"Over {groups}, the {noun} of {tidy(y)} goes from {ends[0]} to {ends[1]}",
        f"在 {groups}中，{tidy(y)} 的{noun}从 {ends[0]} 到 {ends[1]}",
    )
    if low.high < high.low:
        return text + pick("; their intervals are apart.", "；二者的区间不重叠。")
    return text + pick("; their intervals overlap, so the order is not settled.", "；二者的区间重叠，次序并不确定。")


def _table(groups: Sequence[Group], values: Held, names: Sequence[str]) -> Table:
    body: list[tuple[Scalar, ...]] = []
    for group in groups:
        held = values.of(group.rows)
        spread = held.sd if group.n > 1 else None
        body.append((*group.levels.values(), group.n, held.mean, spread, *held.quantiles([0.25, 0.5, 0.75])))
    header = (
        "n",
        pick("mean", "均值"),
        "SD",
        pick("lower quartile", "下四分位"),
        pick("median", "中位数"),
        pick("upper quartile", "上四分位"),
    )
    return Table(title=pick("In original units", "原始单位"), columns=(*names, *header), rows=tuple(body))
