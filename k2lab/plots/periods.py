"""Time on an axis: dates in periods, numbers as they are, so that a trend has at most forty points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.plots import sample, text, ticks
from k2lab.stats import columns
from k2lab.stats.dates import dates_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Codes = np.ndarray[tuple[int, ...], np.dtype[np.intp]]

MOST = 40
_RULES = ("D", "W", "M", "Q", "Y")


@dataclass(frozen=True, kw_only=True, eq=False)
class Periods:
    """Where the periods are on the axis, what they are called, and which one each row is in.

    Attributes
    ----------
    at : tuple of float
        Ascending; a period without rows leaves its gap.
    names : tuple of str
    codes : array of int
    """

    at: tuple[float, ...]
    names: tuple[str, ...]
    codes: Codes

    def ticks(self, most: int = 8) -> tuple[list[float], list[str]]:
        """Return positions and names of at most so many periods, evenly chosen."""
        step = -(-len(self.at) // most)
        chosen = range(0, len(self.at), step)
        return [self.at[i] for i in chosen], [text.safe(self.names[i]) for i in chosen]


def periods(frame: pd.DataFrame, time: str) -> Periods:
    """Read a column as time: dates (as text too) in days to years, numbers as they are, other text in level order."""
    import numpy as np
    import pandas as pd
    from pandas.api.types import is_datetime64_any_dtype

    column = frame[time]
    if not is_datetime64_any_dtype(column.dtype) and not columns.is_number(frame, time):
        read = dates_of(column)
        column = read.values if read is not None and not bool(read.values.isna().any()) else column
    if is_datetime64_any_dtype(column.dtype):
        if column.dt.tz is not None:
            column = column.dt.tz_localize(None)
        for rule in _RULES:
            made = column.dt.to_period(rule)
            ordinal = made.astype("int64").to_numpy()
            if int(ordinal.max()) - int(ordinal.min()) < MOST or rule == "Y":
                break
        found, codes = np.unique(ordinal, return_inverse=True)
        first = dict(zip(ordinal.tolist(), made.tolist(), strict=True)) if len(made) < 1000 else {}
        names = [_name(first.get(int(o)) or pd.Period(ordinal=int(o), freq=made.dt.freq), rule) for o in found]
        return Periods(at=tuple(found.astype(float)), names=tuple(names), codes=codes)
    if columns.is_number(frame, time):
        values = column.to_numpy(dtype=np.float64)
        found = np.unique(values)
        if len(found) <= MOST:
            return Periods(at=tuple(found), names=tuple(_number_names(found)), codes=np.searchsorted(found, values))
        edges = np.linspace(found[0], found[-1], 21)
        codes = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, 19)
        used, codes = np.unique(codes, return_inverse=True)
        middle = (edges[:-1] + edges[1:])[used] / 2
        return Periods(at=tuple(middle), names=tuple(_number_names(middle)), codes=codes)
    level = sample.factor(frame, time, limit=MOST)
    return Periods(
        at=tuple(float(i) for i in range(len(level.levels))),
        names=tuple(level.shown(i) for i in range(len(level.levels))),
        codes=level.codes,
    )


def _number_names(values: Any) -> list[str]:
    return [word.replace(r"\$", "$") for word in ticks.written([float(v) for v in values])]


def _name(period: Any, rule: str) -> str:
    """Write a period: 2024-03-01, 2024-03, 2024 Q1, 2024; a week by its first day."""
    if rule == "Q":
        return f"{period.year} Q{period.quarter}"
    form = {"D": "%Y-%m-%d", "W": "%Y-%m-%d", "M": "%Y-%m", "Y": "%Y"}[rule]
    return str(period.start_time.strftime(form))
