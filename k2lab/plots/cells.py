"""Means of groups with 95% intervals: what interaction, trend and interval plots are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError
from k2lab.locale import pick
from k2lab.locale.numbers import MINUS, percent
from k2lab.plots import ticks
from k2lab.plots.record import rounded
from k2lab.plots.sample import NOT_DRAWN, WEAK
from k2lab.stats import fold, intervals
from k2lab.stats.weighted import Held, parted

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    Codes = np.ndarray[tuple[int, ...], np.dtype[np.intp]]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The mean (geometric on a log scale) of a group, its 95% t interval, and its n."""

    place: int
    n: int
    value: float
    low: float
    high: float

    @property
    def weak(self) -> bool:
        """Whether the group is too small to lean on."""
        return self.n < WEAK

    def told(self, name: str) -> dict[str, Any]:
        """Return the cell for a digest."""
        return {
            "name": name,
            "n": self.n,
            "mean": rounded(self.value),
            "low": rounded(self.low),
            "high": rounded(self.high),
        }


def averaged(frame: pd.DataFrame, values: Array, *, log: bool) -> Held:
    """Return what the means of cells are taken of: the values, or on a log scale their logarithms."""
    return fold.logs(frame, values) if log else fold.held(frame, values, fold.WITHIN)


def counts(frame: pd.DataFrame, codes: Codes, size: int) -> Codes:
    """Return the number of rows of each code, 0 to size - 1."""
    import numpy as np

    made: Codes = np.bincount(codes, fold.times(frame), minlength=size).astype(np.intp)
    return made


def cells(held: Held, codes: Codes, size: int, *, log: bool, least: int = NOT_DRAWN) -> list[Cell]:
    """Return the cells of at least so many rows, in order of code; `held` as `averaged` returns it.

    A group whose interval cannot be written (two rows a thousandfold apart) is left out like an empty one.
    """
    import numpy as np

    made: list[Cell] = []
    for place, chosen in enumerate(parted(np.arange(len(codes)), codes, size)):
        part = held.of(chosen)
        if part.n < max(least, 1):
            continue
        if part.n == 1:
            single = float(np.exp(part.values[0]) if log else part.values[0])
            made.append(Cell(place=place, n=1, value=single, low=single, high=single))
            continue
        try:
            found = intervals.of_logs(part) if log else intervals.of_mean(part)
        except InputError:
            continue
        if np.isfinite([found.value, found.low, found.high]).all():
            made.append(Cell(place=place, n=part.n, value=found.value, low=found.low, high=found.high))
    return made


def noun(log: bool) -> str:
    """Name what a cell's value is."""
    return pick("geometric mean", "几何均值") if log else pick("mean", "均值")


def change(first: Cell, last: Cell, *, log: bool, unit: str) -> str:
    """Write the difference between two cells: percent on a log scale, else in units.

    Examples
    --------
    >>> a, b = (Cell(place=i, n=50, value=v, low=v, high=v) for i, v in enumerate([100.0, 93.0]))
    >>> change(a, b, log=True, unit="$"), change(a, b, log=False, unit="$")
    ('−7%', '−$7')
    """
    if log:
        ratio = last.value / first.value - 1
        return percent(ratio, 0 if abs(ratio) >= 0.02 else 1, sign=True)
    gap = last.value - first.value
    text = ticks.short(abs(gap), unit, digits=2)
    return f"{MINUS if gap < 0 else '+'}{text}" if gap else text
