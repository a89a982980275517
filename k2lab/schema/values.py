"""Kinds of columns and the text of single values, the same for every frame library."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from k2lab.schema.model import ColumnKind

if TYPE_CHECKING:
    import narwhals as nw

COUNT_FLOOR = 10
"""A category is named at privacy level ``summary`` only if at least this many rows have it.

Rarer values may point at a person. Ten is a common minimum cell size in the release of official tables."""

TALL_ROWS = 200_000
"""Above this many rows, distinct values are estimated from a sample."""

SAMPLE_ROWS = 50_000
"""Rows of that sample."""

SAMPLE_SEED = 2025

TOP_VALUES = 8
"""How many categories are named at most."""

FEW_VALUES = 20
"""Numbers with at most this many distinct values are named like categories."""

MANY_VALUES = 1_000
"""Categories of a tall column are not counted where more distinct values than this are expected."""

SHOWN_ROWS = 3
"""Rows shown at privacy level ``sample``."""

LONGEST_VALUE = 60
LONGEST_DTYPE = 120


def clip(text: str, longest: int) -> str:
    """Cut a text that is too long, with an ellipsis.

    Examples
    --------
    >>> clip("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= longest else text[: longest - 1] + "…"


def shown(value: object) -> str:
    """Write one value as short text.

    Examples
    --------
    >>> shown(160000.0), shown(0.1 + 0.2), shown(None), shown(True)
    ('160000', '0.3', 'null', 'True')
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):  # pandas' own nulls
        return "null"
    if isinstance(value, float):
        # Also numpy's float64, which is a float: numpy writes "np.float64(1.0)" in some places.
        if math.isnan(value):
            return "null"
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.7g}"
    return clip(str(value), LONGEST_VALUE)


def kind_of(dtype: nw.dtypes.DType) -> ColumnKind:
    """Return the kind of a narwhals type."""
    import narwhals as nw

    if dtype.is_numeric():
        return "number"
    if dtype.is_nested():
        return "nested"
    kinds: tuple[tuple[ColumnKind, tuple[Any, ...]], ...] = (
        ("text", (nw.String,)),
        ("category", (nw.Categorical, nw.Enum)),
        ("boolean", (nw.Boolean,)),
        ("datetime", (nw.Datetime, nw.Date, nw.Time)),
        ("duration", (nw.Duration,)),
    )
    return next((kind for kind, types in kinds if isinstance(dtype, types)), "other")


def wants_range(kind: ColumnKind) -> bool:
    """Tell whether a column of this kind has a range; the range of text would quote single cells."""
    return kind in ("number", "datetime", "duration")


def wants_top(kind: ColumnKind, distinct: int | None, *, tall: bool) -> bool:
    """Tell whether the commonest values of a column are named."""
    if kind == "number":
        return distinct is not None and distinct <= FEW_VALUES
    if kind not in ("text", "category", "boolean"):
        return False
    return not tall or (distinct is not None and distinct <= MANY_VALUES)


def estimate_distinct(seen: int, once: int, sampled: int, population: int) -> int:
    """Estimate how many distinct values a column has from a sample of it.

    The estimator "Duj1" of Haas and Stokes (1998, JASA 93, 1475-1487), which PostgreSQL's ANALYZE uses too.

    Parameters
    ----------
    seen, once : int
        Distinct values in the sample, and those of them that occur once.
    sampled, population : int
        Values in the sample and in the column, without nulls.

    Examples
    --------
    >>> estimate_distinct(4, 0, 50_000, 1_000_000), estimate_distinct(50_000, 50_000, 50_000, 1_000_000)
    (4, 1000000)
    """
    if not sampled:
        return 0
    rest = sampled - once + once * sampled / population
    return max(seen, min(population, round(sampled * seen / rest)))
