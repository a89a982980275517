"""What a figure says about itself: kept beside its Axes when it is drawn, read when it is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.plots import text

if TYPE_CHECKING:
    import numpy as np

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


@dataclass(frozen=True, kw_only=True)
class Record:
    """One figure of ours, as words and counts.

    Attributes
    ----------
    kind : str
        The function that drew it.
    title : str
    n : int
        Rows drawn.
    groups : tuple of mapping
        ``name``, ``n`` and the numbers that are drawn of each group.
    marks : mapping
        What else is drawn, e.g. the coefficients of a fitted line.
    caption, alt : str
        Full sentences: how to read the marks, and what they show.
    x, y : str
        What is on the axes, without escapes.
    """

    kind: str
    title: str
    n: int
    groups: tuple[Mapping[str, Any], ...] = ()
    marks: Mapping[str, Any] = field(default_factory=dict)
    caption: str
    alt: str
    x: str = ""
    y: str = ""


_records: WeakKeyDictionary[Any, Record] = WeakKeyDictionary()


def keep(ax: Any, record: Record) -> None:
    """Remember what an Axes shows, the names of its axes on one line each."""
    x, y = (text.plain(name) if name else "" for name in (record.x, record.y))
    _records[ax] = replace(record, x=x, y=y)


def record_of(ax: Any) -> Record | None:
    """Return what is known of an Axes, or None if it is not ours."""
    return _records.get(ax)


def rounded(value: float, digits: int = 6) -> float:
    """Round to significant digits, for a digest.

    Examples
    --------
    >>> rounded(123456.789), rounded(0.0)
    (123457.0, 0.0)
    """
    if value == 0 or not math.isfinite(value):
        return 0.0
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def summary(name: str, values: np.ndarray) -> dict[str, Any]:
    """Return a group's name, n and quantiles; no row of it."""
    import numpy as np

    if not len(values):
        return {"name": name, "n": 0}
    found = np.quantile(values, list(QUANTILES.values()))
    return {"name": name, "n": len(values)} | {key: rounded(float(q)) for key, q in zip(QUANTILES, found, strict=True)}


def dropped_words(dropped: int) -> str:
    """Say how many rows a figure leaves out, or nothing."""
    if not dropped:
        return ""
    return pick(
        f" {count(dropped)} rows without a value in these columns are left out."
        if dropped != 1
        else " One row without a value in these columns is left out.",
        f"另有 {count(dropped)} 行在这些列中缺值，未画出。",
    )


def listed(parts: Iterable[str]) -> str:
    """Join names: "a, b and c"."""
    names = list(parts)
    if len(names) < 2:
        return "".join(names)
    return pick(", ".join(names[:-1]) + f" and {names[-1]}", "、".join(names))
