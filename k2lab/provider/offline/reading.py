"""Readings: what the offline analyst takes a question to ask."""

# ruff: noqa: E501 - a list stays on one line
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from k2lab.schema.model import ColumnSchema, FrameSchema

Kind = Literal[
    "effect",
    "compare",
    "relate",
    "correlations",
    "distribution",
    "trend",
    "drivers",
    "quality",
    "overview",
    "lookup",
    "top",
    "unknown",
]

Statistic = Literal[
    "mean", "median", "sd", "variance", "min", "max", "range", "quartiles", "skewness", "kurtosis", "sum", "count", "distinct",
    "share", "missing", "mode", "outliers", "normality",
]  # fmt: skip

FEW = 10  # a number with at most so many distinct values is read as a set of groups


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which rows the question is about.

    Attributes
    ----------
    column : ColumnSchema or None
        None where the question names a value but not its column.
    op : str
        ``==``, ``!=``, ``<``, ``<=``, ``>``, ``>=`` or ``year``.
    value : str or float
        A number, or the words for a level that has yet to be found in the data.
    forms : tuple of str
        Other words for the same level.
    computed : str
        ``mean`` or ``median`` where the column is compared with that of its own values in all rows.
    other : ColumnSchema or None
        The column whose value in the same row it is compared with.
    """

    column: ColumnSchema | None
    op: str
    value: str | float
    forms: tuple[str, ...] = ()
    computed: str = ""
    other: ColumnSchema | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A value that the question asks to be written as ``@name[value]``; `decimals` where it says how many."""

    name: str
    decimals: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A question as it was read: its kind and the part that each column plays.

    Attributes
    ----------
    kind : str
    frame : FrameSchema
    y, x, by, time : ColumnSchema or None
        Outcome, what it is compared over, moderator, time.
    adjust : tuple of ColumnSchema
        What the question wants held constant.
    columns : tuple of ColumnSchema
        Every column that the question names, in its order.
    statistics : tuple of str
        What a lookup asks for.
    filters : tuple of Filter
    lowest : bool
        Of a `top` question: the lowest is asked for.
    notes : tuple of str
        What the reader must know about the reading, in the language in use.
    missing : tuple of str
        Words or quoted names that the question treats as columns and that no column fits.
    unread : tuple of str
        Content words that play no part in the reading; they may be values of the data.
    pointed : tuple of str
        Those of them that the question quotes or writes as a name.
    problem : str
        Why the kind is `unknown`, in the language in use.
    question : str
        The question itself, without what it says of the form of the answer.
    wanted : tuple of Wanted
        Named values that the question asks to be written.
    form : str
        What it says of the form of the answer.
    """

    kind: Kind
    frame: FrameSchema
    y: ColumnSchema | None = None
    x: ColumnSchema | None = None
    by: ColumnSchema | None = None
    time: ColumnSchema | None = None
    adjust: tuple[ColumnSchema, ...] = ()
    columns: tuple[ColumnSchema, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    filters: tuple[Filter, ...] = ()
    lowest: bool = False
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    pointed: tuple[str, ...] = ()
    problem: str = ""
    question: str = ""
    wanted: tuple[Wanted, ...] = ()
    form: str = ""


def is_number(column: ColumnSchema) -> bool:
    """Say whether a column holds numbers."""
    return column.kind == "number"


def is_groups(column: ColumnSchema) -> bool:
    """Say whether a column's values are read as groups: text, categories, yes/no, or a number with few values."""
    if column.kind in ("text", "category", "boolean"):
        return True
    return column.kind == "number" and column.distinct is not None and column.distinct <= FEW


def is_measure(column: ColumnSchema) -> bool:
    """Say whether a column holds numbers with enough values to have a mean worth comparing."""
    return column.kind == "number" and (column.distinct is None or column.distinct > 2)


def is_binary(column: ColumnSchema) -> bool:
    """Say whether a column has exactly two values."""
    return column.kind == "boolean" or column.distinct == 2


def is_identifier(column: ColumnSchema, rows: int | None) -> bool:
    """Say whether a text column is nearly different in every row, so that it makes no groups."""
    if column.kind not in ("text", "category") or column.distinct is None or not rows or rows < 20:
        return False
    return column.distinct > 0.5 * rows


def is_many(column: ColumnSchema, rows: int | None) -> bool:
    """Say whether a column of text has so many values that its groups would hold a few rows each."""
    if column.kind == "nested":
        return True
    if column.kind not in ("text", "category") or column.distinct is None or not rows:
        return False
    return (column.distinct > 20 and column.distinct * 5 > rows) or is_identifier(column, rows)


def is_constant(column: ColumnSchema) -> bool:
    """Say whether a column has at most one value."""
    return column.kind == "empty" or (column.distinct is not None and column.distinct < 2)
