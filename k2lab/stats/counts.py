"""Shares, totals and counts of rows, for all rows or by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, engines, fold, intervals
from k2lab.stats.groups import Group, Groups, by_names, missing_sentence, said, split, take_rows, title_by
from k2lab.stats.labels import any_engine
from k2lab.stats.result import Estimate, Result, Scalar, Table
from k2lab.stats.samples import level_checked, one_of
from k2lab.stats.words import at, rows, tidy


@any_engine
def proportion(
    data: Any, column: str, value: Any, by: str | Sequence[str] | None = None, *, method: str = "wilson",
    level: float = 0.95,
) -> Result:  # fmt: skip
    """Estimate the share of rows with a value, with its interval, for all rows or by group.

    Parameters
    ----------
    data : frame
    column : str
    value : level
        The value whose share is wanted.
    by : str or sequence of str, optional
        Columns of groups.
    method : {"wilson", "clopper-pearson", "agresti-coull", "jeffreys"}
        Of the interval; see `intervals.of_share_by`.
    level : float
        Confidence level.

    Raises
    ------
    UsageError
        If a column is missing, or the value does not occur.
    InputError
        If no row has a value.

    Examples
    --------
    >>> import pandas as pd
    >>> proportion(pd.DataFrame({"won": ["yes", "no", "no", "yes"]}), "won", "yes").estimates[0].value
    50.0
    """
    level_checked(level)
    one_of("method", method, intervals.SHARE_METHODS)
    names = by_names(by)
    named = method.title()
    frame, dropped = take_rows(data, (column, *names), folds=True)
    wanted = columns.level_name(value)
    order = [columns.level_name(level) for level in columns.level_order(frame, column)]
    if wanted not in order:
        raise UsageError(f"{column!r} has no value {wanted!r}.", f"Values: {', '.join(order[:8])}.")
    hit = fold.held(frame, (columns.codes(frame, column, (wanted,)) == 0).astype(float))
    groups = split(frame, names)
    made = []
    for group in groups.shown:
        share = intervals.of_share_by(round(hit.of(group.rows).sum), group.n, method, level)
        label = pick(f"share of {at(column, wanted)}", f"{at(column, wanted)} 的占比")
        made.append(
            Estimate(
                label=f"{label}, {group.name}" if names else label, value=100 * share.value, low=100 * share.low,
                high=100 * share.high, n=group.n, unit="%", groups=group.levels, level=level,
                method=pick(f"share, {named} interval", f"占比，{named} 区间"),
            )
        )  # fmt: skip
    texts = [_share(e, at(column, wanted)) for e in made]
    if len(made) > 1:
        texts.insert(0, _range(made, at(column, wanted)))
    return Result(
        kind="proportion", title=pick(f"Share of {at(column, wanted)}",
        f"{at(column, wanted)} 的占比") + title_by(names),
        estimates=tuple(made), sentences=(*said("proportion", texts, (column, *names), names),
        *missing_sentence(dropped, fold.rows(frame) + dropped, (column, *names))),
        values={"n": fold.rows(frame), "dropped": dropped, "column": column, "value": wanted, "k": round(hit.sum)},
        warnings=groups.warnings(),
    )  # fmt: skip


@any_engine
def total(data: Any, y: str, by: str | Sequence[str] | None = None) -> Result:
    """Add up a column, for all rows or by group; a fact about these rows, so without an interval.

    Raises
    ------
    UsageError
        If a column is missing or `y` holds no numbers.
    InputError
        If no row has a value, or the sum is too large to be written.

    Examples
    --------
    >>> import pandas as pd
    >>> total(pd.DataFrame({"pay": [1, 2, 3]}), "pay").values["total"]
    6.0
    """
    import math

    import numpy as np

    names = by_names(by)
    frame, dropped = take_rows(data, (y, *names), folds=True, y=y)
    values = fold.held(frame, columns.number(frame, y))
    groups = split(frame, names, y)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = [values.of(group.rows).sum for group in groups.shown]
        everything = values.sum
    if not all(map(math.isfinite, [*sums, everything])):
        raise InputError(f"The sum of {y!r} is too large to be written.", "Give it in a larger unit.")
    shares = everything > 0 and bool((values.values >= 0).all())
    header = (*names, "n", pick("total", "合计"), *([pick("share", "占比")] if shares and names else []))
    body: list[tuple[Scalar, ...]] = []
    for group, value in zip(groups.shown, sums, strict=True):
        share = [numbers.percent(value / everything)] if shares and names else []
        body.append((*group.levels.values(), group.n, value, *share))
    texts = [
        pick(
            f"The values of {tidy(y)} add up to {numbers.number(everything)} over {rows(fold.rows(frame))}.",
            f"{tidy(y)} 的合计为 {numbers.number(everything)}（{rows(fold.rows(frame))}）。",
        )
    ]
    if names and len(sums) > 1:
        top = max(range(len(sums)), key=lambda i: sums[i])
        part = f" ({numbers.percent(sums[top] / everything)})" if shares else ""
        texts.append(
            pick(
                f"The largest total of {tidy(y)} is that of {groups.shown[top].name}: "
                f"{numbers.number(sums[top])}{part}, "
                f"from {rows(groups.shown[top].n)}.",
                f"{tidy(y)} 合计最大的是 {groups.shown[top].name}：{numbers.number(sums[top])}{part}，共 "
                f"{rows(groups.shown[top].n)}。",
            )
        )
    return Result(
        kind="total", title=pick(f"Total of {tidy(y)}", f"{tidy(y)} 的合计") + title_by(names),
        tables=(Table(title="", columns=header, rows=tuple(body)),),
        sentences=(*said("total", texts, (y, *names), ()), *missing_sentence(dropped, fold.rows(frame) + dropped, (y,
        *names))),
        values={"n": fold.rows(frame), "dropped": dropped, "y": y, "total": everything}, warnings=groups.warnings(),
    )  # fmt: skip


@any_engine
def count(data: Any, by: str | Sequence[str] | None = None) -> Result:
    """Count rows, all or by group (a missing value is left out, and counted).

    Raises
    ------
    UsageError
        If a column is missing.
    InputError
        If there are no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> count(pd.DataFrame({"g": list("aab")}), "g").tables[0].rows
    (('a', 2, '66.7%'), ('b', 1, '33.3%'))
    """
    import numpy as np

    names = by_names(by)
    columns.require(data, names)
    total, dropped, groups = engines.rows(data), 0, Groups(shown=(Group(rows=np.zeros(0)),))
    if names and total:
        frame, dropped = take_rows(data, names, folds=True)
        total, groups = fold.rows(frame), split(frame, names)
    if not total:
        raise InputError("There are no rows to count.", "")
    body: tuple[tuple[Scalar, ...], ...] = tuple(
        (*g.levels.values(), g.n, numbers.percent(g.n / total)) for g in groups.shown
    )
    texts = [pick(f"There are {rows(total)}.", f"共 {rows(total)}。")]
    if names:
        top, least = max(groups.shown, key=lambda g: g.n), min(groups.shown, key=lambda g: g.n)
        share = numbers.percent(top.n / total)
        texts = [
            pick(
                f"Of {rows(total)}, most have {top.name}: {numbers.count(top.n)} ({share}); "
                f"fewest have {least.name}: {numbers.count(least.n)}.",
                f"{rows(total)}中，{top.name} 最多：{numbers.count(top.n)} 行（{share}）；{least.name} 最少："
                f"{numbers.count(least.n)} 行。",
            )
            if len(groups.shown) > 1
            else pick(f"All {rows(total)} have {top.name}.", f"全部 {rows(total)}均为 {top.name}。")
        ]
    return Result(
        kind="count", title=pick("Rows", "行数") + title_by(names),
        tables=(Table(title="", columns=(*names, "n", pick("share", "占比")), rows=body),) if names else (),
        sentences=(*said("count", texts, names, ()), *missing_sentence(dropped, total + dropped, names)),
        values={"n": total, "dropped": dropped, "groups": len(groups.shown) + groups.left_out},
        warnings=groups.warnings(),
    )  # fmt: skip


def _share(e: Estimate, event: str) -> str:
    value, low, high = (numbers.percent(v / 100) for v in (e.value, e.low, e.high))
    group = ", ".join(at(column, level) for column, level in e.groups.items())
    of = (
        pick(f"Of {rows(e.n)} with {group}", f"{group} 的 {rows(e.n)}中")
        if group
        else pick(f"Of {rows(e.n)}", f"{rows(e.n)}中")
    )
    return pick(
        f"{of}, {value} have {event} ({numbers.percent(e.level, 0)} CI {low} to {high}).",
        f"{of}，{event} 的占比为 {value}（{numbers.percent(e.level, 0)} 置信区间 {low} 至 {high}）。",
    )


def _range(made: Sequence[Estimate], event: str) -> str:
    solid = [e for e in made if e.n >= 30] or list(made)
    low, high = min(solid, key=lambda e: e.value), max(solid, key=lambda e: e.value)
    ends = [
        f"{numbers.percent(e.value / 100)} ({', '.join(map(tidy, e.groups.values()))}; n = {numbers.count(e.n)})"
        for e in (low, high)
    ]
    apart = low.high < high.low
    return pick(
        f"Over {len(solid)} groups the share of {event} goes from {ends[0]} to {ends[1]}; the 95% intervals of "
        f"these two "
        f"{'are apart' if apart else 'overlap, so the order is not settled'}.",
        f"在 {len(solid)} 组中，{event} 的占比从 {ends[0]} 到 {ends[1]}；二者的 95% "
        f"区间{'不重叠' if apart else '重叠，次序并不确定'}。",
    )
