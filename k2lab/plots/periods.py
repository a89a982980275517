"""Time on an axis: dates in periods, numbers as they are, so that a trend has at most forty points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.plots import sample, text, ticks
from k2lab.stats import columns, dates, fold

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
    """Read a column as time: dates (as text too) in days to years, numbers as they are, other text in level order.

    Raises
    ------
    UsageError
        If it is text that does not read as dates, with more levels than an axis holds.
    """
    import numpy as np
    import pandas as pd

    column = frame[time]
    read = None if columns.is_number(frame, time) else dates.read(column)
    if read is not None and not read.values.isna().any():
        column = read.values
        for rule in ("Y",) if read.years else _RULES:
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
    if column.nunique() > MOST:  # periods must not be pooled
        raise UsageError(
            f"{text.plain(time)} cannot be read as time.",
            "Give dates, years or numbers; pandas.to_datetime turns text into dates.",
        )
    level = sample.factor(frame, time, limit=MOST)
    return Periods(
        at=tuple(float(i) for i in range(len(level.levels))),
        names=tuple(level.shown(i) for i in range(len(level.levels))),
        codes=level.codes,
    )


def readable(frame: pd.DataFrame, time: str) -> tuple[pd.DataFrame, int, str]:
    """Leave out the rows whose text does not read as a date among dates: the rest, how many, what is in doubt."""
    read = None if columns.is_number(frame, time) else dates.read(frame[time])
    if read is None:
        return frame, 0, ""
    there = read.values.notna().to_numpy()
    kept = frame if there.all() else frame[there].reset_index(drop=True)
    doubt = read.doubt(time)
    return kept, fold.rows(frame) - fold.rows(kept), f" {doubt}" if doubt else ""


def _number_names(values: Any) -> list[str]:
    return [word.replace(r"\$", "$") for word in ticks.written([float(v) for v in values])]


def _name(period: Any, rule: str) -> str:
    """Write a period: 2024-03-01, 2024-03, 2024 Q1, 2024; a week by its first day."""
    if rule == "Q":
        return f"{period.year} Q{period.quarter}"
    form = {"D": "%Y-%m-%d", "W": "%Y-%m-%d", "M": "%Y-%m", "Y": "%Y"}[rule]
    return str(period.start_time.strftime(form))
