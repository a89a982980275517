"""One column of a frame with all its rows: as it stands, folded, or as far as an engine can tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from k2lab.stats import columns, engines, fold, frames, moments
from k2lab.stats.moments import Column

if TYPE_CHECKING:
    import pandas as pd

MOST_COLUMNS = 100
"""Columns of a large frame that are read one by one; the rest is read from a sample."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Marginal:
    """A column.

    Attributes
    ----------
    name : str
    frame : pandas.DataFrame or None
        Its values, folded where the table is large; None where they do not fold, as those of an id.
    rows, missing : int
        Of the table.
    number : Column or None
        Moments and ends of a number whose values are in bins.
    engine_counts : tuple of int and pair of value and count, or None
        What `counts` is, where the engine had to find it.
    sampled : bool
        Whether all this is read from a sample.
    """

    name: str
    frame: pd.DataFrame | None
    rows: int
    missing: int
    number: Column | None = None
    engine_counts: tuple[int, tuple[Any, int]] | None = None
    sampled: bool = False

    @property
    def n(self) -> int:
        """Rows that have a value."""
        return self.rows - self.missing

    @cached_property
    def counts(self) -> tuple[int, tuple[Any, int] | None]:
        """How many different values there are, and the commonest with its count."""
        import numpy as np
        import pandas as pd

        if self.engine_counts is not None or self.frame is None:
            return self.engine_counts or (0, None)
        there = self.frame[self.frame[self.name].notna()]
        times = fold.times(there)
        if not len(there):
            return 0, None
        if times is None:
            size = there[self.name].astype(object).value_counts()
            return len(size), (size.index[0], int(size.iloc[0]))
        codes, values = pd.factorize(there[self.name].astype(object))
        size = pd.Series(np.bincount(codes, times).astype(np.int64), index=values)
        often = int(size.max())
        return len(size), (min(size.index[size == often], key=columns.level_name), often)

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.frame is not None and columns.is_number(self.frame, self.name)


def marginals(data: Any, wanted: Sequence[str] | None = None) -> list[Marginal]:
    """Read columns (default all) one by one, each over all rows where that can be.

    Raises
    ------
    UsageError
        If a column is missing.
    InputError
        If the engine fails.
    """
    if not engines.large(data):
        frame = frames.raw(data, wanted)
        gone = frame.isna().sum()
        return [
            Marginal(name=name, frame=frame[[name]], rows=len(frame), missing=int(gone[name])) for name in frame.columns
        ]
    names = frames.names(data) if wanted is None else tuple(dict.fromkeys(wanted))
    frames.require(data, names)
    found = {name: _read(data, name, i) for i, name in enumerate(names)}
    binned = [name for name, frame in found.items() if frame is not None and fold.WITHIN in frame.columns]
    exact = moments.moments(data, binned).columns if binned else {}
    total = engines.rows(data)
    return [_marginal(data, name, frame, total, exact.get(name)) for name, frame in found.items()]


def _read(data: Any, name: str, place: int) -> pd.DataFrame | None:
    """Return a column, folded, or of a sample where it comes late or holds lists; None where it does not fold."""
    if place >= MOST_COLUMNS or engines.lazy(data, (name,)).collect_schema()[name].is_nested():
        return frames.raw(data, (name,))
    return fold.whole(data, (name,), name)


def _marginal(data: Any, name: str, frame: pd.DataFrame | None, total: int, number: Column | None) -> Marginal:
    if frame is None:
        return _many(data, name, total)
    sampled = fold.times(frame) is None
    rows = len(frame) if sampled else total
    missing = fold.rows(frame[frame[name].isna()]) if number is None else total - number.n
    return Marginal(name=name, frame=frame, rows=rows, missing=missing, number=number, sampled=sampled)


def _many(data: Any, name: str, total: int) -> Marginal:
    """Count the values of a column that has too many to be fetched."""
    import narwhals as nw

    read = engines.lazy(data, (name,)).select(nw.col(name).alias("c0"))
    counted = read.filter(~nw.col("c0").is_null()).group_by("c0").agg(nw.len().alias("n"))
    asked = (nw.len().alias("distinct"), nw.col("n").sum().alias("rows"), nw.col("n").max().alias("most"))
    facts = engines.collected(counted.select(*asked)).iloc[0]
    if not int(facts["distinct"]):
        return Marginal(name=name, frame=None, rows=total, missing=total)
    most = int(facts["most"])
    first = engines.collected(counted.filter(nw.col("n") == most).select(nw.col("c0").min())).iloc[0, 0]
    return Marginal(
        name=name, frame=None, rows=total, missing=total - int(facts["rows"]),
        engine_counts=(int(facts["distinct"]), (first, most)),
    )  # fmt: skip
