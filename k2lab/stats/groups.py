"""Rows by group: which groups there are, in which order, and what to say of those left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, fold
from k2lab.stats.result import Sentence
from k2lab.stats.words import at, joined, rows, tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST = 60
"""Groups of one result; a table of more is cut to the largest ones, and says so."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """The rows of one group; `levels` is empty for all rows together.

    `times` is how many rows they stand for, where the frame is folded.
    """

    rows: np.ndarray
    levels: Mapping[str, str] = field(default_factory=dict)
    times: int | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.rows) if self.times is None else self.times

    @property
    def name(self) -> str:
        """The group in words: ``level = EN, remote = 0``."""
        if not self.levels:
            return pick("all rows", "全部行")
        return ", ".join(at(column, level) for column, level in self.levels.items())


@dataclass(frozen=True, kw_only=True, eq=False)
class Groups:
    """The groups of a frame in their order, and how many smaller ones were left out."""

    shown: tuple[Group, ...]
    left_out: int = 0
    left_rows: int = 0

    def warnings(self) -> tuple[str, ...]:
        """Say what was left out."""
        if not self.left_out:
            return ()
        return (
            pick(
                f"Only the {len(self.shown)} largest groups are shown; {numbers.count(self.left_out)} smaller "
                f"ones with "
                f"{rows(self.left_rows)} together are not.",
                f"仅列出最大的 {len(self.shown)} 组；其余 {numbers.count(self.left_out)} 个较小的组（共 "
                f"{rows(self.left_rows)}）未列出。",
            ),
        )


def by_names(by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns that were named, as a tuple; what is no name is refused where the columns are looked for."""
    if by is None:
        return ()
    return tuple(by) if isinstance(by, Sequence) and not isinstance(by, str) else (by,)


def take_rows(
    data: Any, wanted: Sequence[str], *, folds: bool = False, y: str | None = None
) -> tuple[pd.DataFrame, int]:
    """Take columns as `columns.take` does (with `folds`, as `fold.taken` does), and refuse an empty rest.

    Raises
    ------
    UsageError
        If a column is missing.
    InputError
        If no row has all the values.
    """
    frame, dropped = fold.taken(data, wanted, y) if folds else columns.take(data, wanted)
    if not len(frame):
        named = ", ".join(tidy(name) for name in wanted)
        why = f"All {dropped} rows lack a value." if dropped else "The table has no rows."
        raise InputError(f"There is nothing to analyse in {named}.", why)
    return frame, dropped


def split(frame: pd.DataFrame, by: Sequence[str], y: str | None = None, most: int = MOST) -> Groups:
    """Split the rows by one or more columns.

    Raises
    ------
    UsageError
        If a column has a value of its own in most rows, so that it makes no groups.
    """
    import numpy as np

    times = fold.times(frame)
    if not by:
        return Groups(shown=(Group(rows=np.arange(len(frame)), times=None if times is None else int(times.sum())),))
    orders: list[tuple[Any, ...]] = []
    flat = np.zeros(len(frame), dtype=np.int64)
    for name in by:
        order = columns.level_order(frame, name, y)
        if len(order) > 20 and len(order) * 2 > fold.rows(frame):
            raise UsageError(
                f"{name!r} has {len(order)} different values in {fold.rows(frame)} rows, so it makes no groups.",
                "Group by a column with few values, or cut this one into bins first.",
            )
        orders.append(order)
        flat = flat * len(order) + columns.codes(frame, name, order)
    found, place, size = np.unique(flat, return_inverse=True, return_counts=True)
    weight = size if times is None else np.bincount(place, times).astype(np.int64)
    keep = set(found.tolist())
    if len(found) > most:
        keep = set(found[np.argsort(-weight, kind="stable")[:most]].tolist())
    sequence = np.argsort(flat, kind="stable")
    ends = np.cumsum(size)
    made, lost = [], 0
    for key, end, n, total in zip(found.tolist(), ends.tolist(), size.tolist(), weight.tolist(), strict=True):
        if key not in keep:
            lost += total
            continue
        levels, rest = {}, key
        for name, order in zip(reversed(by), reversed(orders), strict=True):
            rest, place = divmod(rest, len(order))
            levels[name] = columns.level_name(order[place])
        made.append(
            Group(
                rows=sequence[end - n : end],
                levels=dict(reversed(levels.items())),
                times=None if times is None else total,
            )
        )
    return Groups(shown=tuple(made), left_out=len(found) - len(made), left_rows=lost)


def missing_sentence(dropped: int, total: int, names: Sequence[str]) -> tuple[Sentence, ...]:
    """Say how many rows were left out because one of the columns is missing."""
    if not dropped:
        return ()
    named = joined([tidy(name) for name in names])
    share = numbers.percent(dropped / total)
    either = " or ".join(tidy(name) for name in names)
    return (
        Sentence(
            key="missing", role="limitation", columns=tuple(names), weight=5,
            text=pick(
                f"{numbers.count(dropped)} of {rows(total)} ({share}) have no value of {either} and are left out.",
                f"{rows(total)}中有 {numbers.count(dropped)} 行（{share}）缺少 {named} 的值，未纳入。",
            ),
        ),
    )  # fmt: skip


def title_by(names: Sequence[str]) -> str:
    """Return the part of a title that names the groups."""
    if not names:
        return ""
    return pick(" by ", "，按 ") + ", ".join(tidy(name) for name in names)


def where(levels: Mapping[str, str]) -> str:
    """Return the group as part of a sentence, or nothing for all rows."""
    if not levels:
        return ""
    named = ", ".join(at(column, level) for column, level in levels.items())
    return pick(f" in rows with {named}", f"在 {named} 的行中，")


def said(
    key: str, texts: Sequence[str], names: Sequence[str], by: Sequence[str], most: int = 12
) -> tuple[Sentence, ...]:
    """Turn texts into sentences: the first is the headline, the others findings, as many as one can read."""
    chosen = tuple(dict.fromkeys(names))
    return tuple(
        Sentence(key=key, text=text, role="finding" if i else "headline", columns=chosen, weight=max(1, 10 - i))
        for i, text in enumerate(texts[:most] if by else texts)
    )
