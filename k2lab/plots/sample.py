"""What a figure is drawn from: the rows that have every value it needs, split by at most eight levels a column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from k2lab.errors import UsageError
from k2lab.locale import pick
from k2lab.plots import palette, text, ticks
from k2lab.stats import columns, engines, fold, frames, weighted

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    Codes = np.ndarray[tuple[int, ...], np.dtype[np.intp]]

LogChoice = bool | Literal["auto"]
NOT_DRAWN = 5
WEAK = 30


@dataclass(frozen=True, kw_only=True, eq=False)
class Factor:
    """A category: its levels in level order, as text, and the place of each row's level.

    Attributes
    ----------
    column : str
        "" if there is no such column: then there is one level.
    levels : tuple of str
        The names as data has them; where there are too many, the largest ones and one for the rest.
    codes : array of int
    pooled : int
        How many levels were pooled in the last one.
    roles : dict
        Level to colour role, if this column owns hue.
    """

    column: str
    levels: tuple[str, ...]
    codes: Codes
    pooled: int = 0
    roles: dict[str, int]

    def shown(self, place: int) -> str:
        """Return a level's name on one line, as a reader sees it."""
        if self.pooled and place == len(self.levels) - 1:
            return pick(f"other ({self.pooled})", f"其他（{self.pooled}）")
        return text.plain(self.levels[place])

    def brief(self, place: int) -> str:
        """Return a level's name for a label: without what all levels begin with, if that is long."""
        own = self.levels[: len(self.levels) - bool(self.pooled)]
        return text.apart([text.plain(level) for level in own])[place] if place < len(own) else self.shown(place)

    def arranged(self, order: list[str]) -> Factor:
        """Return the levels in the order in which they are shown elsewhere, with those that are only there.

        Raises
        ------
        UsageError
            If pooled levels would not stand last.
        """
        import numpy as np

        here = [self.shown(i) for i in range(len(self.levels))]
        if order == here:
            return self
        if self.pooled and order[-1] != here[-1]:
            raise UsageError(
                pick(
                    f"{text.plain(self.column)} has too many levels for panels that share it.",
                    f"{text.plain(self.column)} 的水平太多，无法共用该轴。",
                ),
                pick("Draw them without sharex, or leave levels out.", "请不要使用 sharex，或去掉部分水平。"),
            )
        known = dict(zip(here, self.levels, strict=True))
        codes = np.array([order.index(name) for name in here], dtype=np.intp)[self.codes]
        return replace(self, levels=tuple(known.get(name, name) for name in order), codes=codes)

    def mark(self, place: int) -> str:
        """Return the colour of a level's marks."""
        if not self.roles:
            return palette.neutral()
        return palette.mark(self.roles.get(self.levels[place]))

    def ink(self, place: int) -> str:
        """Return the colour of a level's text."""
        if not self.roles:
            return palette.token("text")
        return palette.ink(self.roles.get(self.levels[place]))


def factor(
    frame: pd.DataFrame, column: str | None, *, y: str | None = None, limit: int = palette.ROLES, owns_hue: bool = False
) -> Factor:
    """Split rows by the levels of a column, pooling what is beyond the limit.

    Parameters
    ----------
    frame : pandas.DataFrame
        From `k2lab.stats.columns.take`.
    column : str or None
    y : str, optional
        The numeric column by which text levels are ordered.
    limit : int
        With more levels than this, the `limit` - 1 largest are kept and the rest is pooled.
    owns_hue : bool
        Whether its levels have colours.
    """
    import numpy as np

    if column is None:
        return Factor(column="", levels=("",), codes=np.zeros(len(frame), dtype=np.intp), roles={})
    order, codes = columns.coded(frame, column, y if y in frame.columns else None)
    names = tuple(columns.level_name(level) for level in order)
    pooled = 0
    if len(names) > limit:
        sizes = np.bincount(codes, fold.times(frame), minlength=len(names))
        kept = np.sort(np.argsort(-sizes, kind="stable")[: limit - 1])
        place = np.full(len(names), len(kept), dtype=np.intp)
        place[kept] = np.arange(len(kept))
        codes, pooled = place[codes], len(names) - len(kept)
        names = (*(names[i] for i in kept), "\0other")
    named = names[: len(names) - 1] if pooled else names
    roles = palette.assign(column, named) if owns_hue else {}
    return Factor(column=column, levels=names, codes=codes, pooled=pooled, roles=roles)


def bins(frame: pd.DataFrame, column: str, *, parts: int = 4) -> Factor:
    """Split rows by quantiles of a number with many values; the levels read ``low to high``."""
    import numpy as np

    values = columns.number(frame, column, role="column")
    at = np.linspace(0, 1, parts + 1).tolist()
    edges = np.unique(weighted.quantiles(values, fold.times(frame), at)) if len(values) else np.zeros(1)
    words = [ticks.short(float(edge), ticks.unit_of(column), digits=4) for edge in edges]
    inner = edges[1:-1]
    codes = np.searchsorted(inner, values, side="left")
    used = np.unique(codes)
    names = tuple(
        pick(f"{words[i]} to {words[i + 1]}", f"{words[i]} 至 {words[i + 1]}") if len(words) > 1 else words[0]
        for i in used
    )
    return Factor(column=column, levels=names, codes=np.searchsorted(used, codes), roles={})


def category(frame: pd.DataFrame, column: str | None, *, y: str | None = None, limit: int = palette.ROLES) -> Factor:
    """Split rows by a column for the category axis: its levels, or quarters of a number with many values."""
    if column is None:
        return factor(frame, None)
    measured = columns.is_number(frame, column) and not columns.is_category(frame, column)
    if measured and frame[column].nunique() > columns.MANY_LEVELS:
        return bins(frame, column)
    return factor(frame, column, y=y, limit=limit, owns_hue=palette.known(column))


def roles_of(data: Any, x: str | None, y: str | None) -> tuple[str, str | None]:
    """Tell which of x and y holds the numbers that are drawn, and which the categories.

    Raises
    ------
    UsageError
        If neither is given, or neither holds numbers.
    """
    if x is None and y is None:
        raise UsageError("Nothing to draw.", "Name the column of numbers: y=...")
    if x is None or y is None:
        return str(x or y), None
    columns.require(data, [x, y])
    first = engines.head(data, (x, y)) if engines.large(data) else None
    frame = columns.raw(data, [x, y]) if first is None else frames.plain(dict(first.items()), len(first))
    if not columns.is_number(frame, y) and columns.is_number(frame, x):
        return x, y
    if columns.is_number(frame, x) and columns.is_category(frame, y) and not columns.is_category(frame, x):
        return x, y
    return y, x


def on_log(values: Array, log: LogChoice, times: Array | None = None) -> bool:
    """Tell whether a column of numbers is drawn on a log axis.

    `times` is how many rows each value stands for. ``True`` falls back to a linear axis where a value is not above
    zero, since no figure may leave rows out unsaid.
    """
    if not len(values) or log is False:
        return False
    if log is True:
        return bool(values.min() > 0)
    return columns.choose_scale(values, "auto", times).name == "log" and float(values.max()) / float(values.min()) > 3
