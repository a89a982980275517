"""What is known of a frame without its rows: the core values of this layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Privacy = Literal["schema", "summary", "sample"]
PRIVACY_LEVELS: tuple[Privacy, ...] = ("schema", "summary", "sample")

ColumnKind = Literal["number", "text", "category", "boolean", "datetime", "duration", "nested", "empty", "other"]


@dataclass(frozen=True, kw_only=True)
class ColumnSchema:
    """What is known of a column.

    Attributes
    ----------
    name : str
        The column's name as text. Not trusted: it comes from data.
    dtype : str
        The library's own name of the type.
    kind : str
        ``number``, ``text``, ``category``, ``boolean``, ``datetime``, ``duration``, ``nested``, ``empty`` or ``other``.
    nulls, distinct : int or None
        Counts; `distinct` is None where it was not counted (nested types).
    distinct_sampled : bool
        Whether `distinct` was counted on a sample.
    low, high : str or None
        Range, from privacy level ``summary`` on.
    quartiles : tuple of str
        First quartile, median, third quartile; from ``summary`` on, of numbers.
    top : tuple of (str, int)
        Commonest values with counts at or above the count floor; from ``summary`` on.
    position : int
        0-based place in the frame; how code reaches a column whose name is not unique. -1 where it is not known.
    label : str
        How code writes the column's label where that is not text (``2020``, ``('a', 'b')``); else empty.
    """

    name: str
    dtype: str
    kind: ColumnKind
    nulls: int | None = None
    distinct: int | None = None
    distinct_sampled: bool = False
    low: str | None = None
    high: str | None = None
    quartiles: tuple[str, ...] = ()
    top: tuple[tuple[str, int], ...] = ()
    position: int = 0
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class FrameSchema:
    """What is known of a frame.

    Attributes
    ----------
    name : str
        The variable's name in the namespace.
    library : str
        ``pandas``, ``polars``, ``pyarrow``, ``duckdb``...
    rows : int or None
        None where counting would run a query of unknown cost.
    columns : tuple of ColumnSchema
    sample : tuple of tuple of str
        A few rows, only at privacy level ``sample``.
    origin : str
        The line of code that loaded the frame, where known.
    privacy : {"schema", "summary", "sample"}
        How much this schema holds.
    hidden : int
        How many more columns the frame has.
    """

    name: str
    library: str
    rows: int | None
    columns: tuple[ColumnSchema, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    origin: str = ""
    privacy: Privacy = "schema"
    hidden: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, made: Mapping[str, Any]) -> FrameSchema:
        """Make a schema of what `to_dict` returned."""
        columns = tuple(
            ColumnSchema(
                **{
                    **column,
                    "quartiles": tuple(column.get("quartiles", ())),
                    "top": tuple((str(value), int(n)) for value, n in column.get("top", ())),
                }
            )
            for column in made["columns"]
        )
        sample = tuple(tuple(row) for row in made.get("sample", ()))
        return cls(**{**made, "columns": columns, "sample": sample})
