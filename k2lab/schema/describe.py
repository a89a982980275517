"""Describe a frame of any library without its rows: names, types, counts, and more only where the person allows it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from k2lab.errors import UsageError
from k2lab.schema.model import PRIVACY_LEVELS, ColumnKind, ColumnSchema, FrameSchema, Privacy
from k2lab.schema.values import LONGEST_DTYPE, clip, kind_of


def describe(
    frame: object, *, name: str, privacy: Privacy = "schema", origin: str = "", columns: Sequence[str] | None = None
) -> FrameSchema:
    """Describe a frame.

    Parameters
    ----------
    frame : object
        A pandas, polars (eager or lazy) or pyarrow table, a DuckDB relation, or anything else that narwhals reads.
    name : str
        The variable that holds it.
    privacy : {"schema", "summary", "sample"}
        ``schema``: names, types, counts of rows, nulls and distinct values; no cell. ``summary``: also the range and
        quartiles of numbers and times, and categories that at least 10 rows have. ``sample``: also the first 3 rows.
    origin : str
        The code that loaded it.
    columns : sequence of str, optional
        Only these columns: names, or patterns with ``*`` and ``?``. In the order of the frame.

    Returns
    -------
    FrameSchema
        Nulls are exact. Distinct values (without null) are exact up to 200,000 rows, and above that estimated from a
        seeded sample of 50,000, and marked.

    Raises
    ------
    UsageError
        If `frame` is not a frame, or a column is not in it.
    ValueError
        If there is no such privacy level.

    Examples
    --------
    >>> import pandas as pd
    >>> made = describe(pd.DataFrame({"level": ["EN", "SE", None]}), name="df")
    >>> made.rows, made.columns[0].kind, made.columns[0].nulls, made.columns[0].distinct
    (3, 'text', 1, 2)
    """
    if privacy not in PRIVACY_LEVELS:
        raise ValueError(f"privacy is {privacy!r}; there are {', '.join(PRIVACY_LEVELS)}")
    duckdb = sys.modules.get("duckdb")
    if duckdb is not None and isinstance(frame, duckdb.DuckDBPyRelation):
        from k2lab.schema.lazy import measure_relation

        spots = _picked(tuple(_of_relation(frame)), columns, name)
        rows, measured, sample = measure_relation(frame, spots, privacy=privacy)
        return _made(name, "duckdb", rows, measured, sample, origin, privacy, total=len(frame.columns))

    import narwhals as nw

    from k2lab.stats import engines

    labels, plain = _plain(frame)
    try:
        read = engines.read(plain)
    except TypeError:
        raise UsageError(f"{name} is a {type(frame).__name__}, not a frame.", "Make a DataFrame of it.") from None
    schema = read.collect_schema()
    natives = _native_types(plain)
    everything = tuple(
        ColumnSchema(
            name=_text(label),
            label="" if isinstance(label, str) else clip(repr(label), LONGEST_DTYPE),
            dtype=_type_name(natives[position] if natives else dtype),
            kind=kind_of(dtype),
            position=position,
        )
        for position, (label, dtype) in enumerate(zip(labels or schema.names(), schema.dtypes(), strict=True))
    )
    spots = _picked(everything, columns, name)
    if isinstance(read, nw.LazyFrame):
        from k2lab.schema.lazy import measure_lazy

        rows, measured, sample = measure_lazy(read, spots, privacy=privacy)
    else:
        from k2lab.schema.eager import measure_eager

        rows, measured, sample = measure_eager(read, spots, privacy=privacy)
    library = read.implementation.name.lower()
    return _made(name, library, rows, measured, sample, origin, privacy, total=len(everything))


def _made(
    name: str,
    library: str,
    rows: int,
    columns: tuple[ColumnSchema, ...],
    sample: tuple[tuple[str, ...], ...],
    origin: str,
    privacy: Privacy,
    *,
    total: int,
) -> FrameSchema:
    return FrameSchema(
        name=name,
        library=library,
        rows=rows,
        columns=columns,
        sample=sample,
        origin=origin,
        privacy=privacy,
        hidden=total - len(columns),
    )


def _plain(frame: Any) -> tuple[tuple[object, ...], Any]:
    """Return the labels and the frame under names that narwhals takes: text, and each only once.

    The frame's own names are kept where they are such names already (then the labels are empty).
    """
    pandas, pyarrow = sys.modules.get("pandas"), sys.modules.get("pyarrow")
    if pandas is not None and isinstance(frame, pandas.DataFrame):
        labels = tuple(frame.columns)
        # Not only for odd labels: flat text labels also make each access cheaper.
        return labels, pandas.DataFrame(frame, copy=False).set_axis([f"c{i}" for i in range(len(labels))], axis=1)
    if pyarrow is not None and isinstance(frame, pyarrow.Table):
        return tuple(frame.column_names), frame.rename_columns([f"c{i}" for i in range(frame.num_columns)])
    return (), frame


def _text(label: object) -> str:
    return label if isinstance(label, str) else str(label)


def _native_types(frame: Any) -> tuple[object, ...]:
    """Return the library's own types, where they are at hand."""
    pandas, pyarrow, polars = (sys.modules.get(name) for name in ("pandas", "pyarrow", "polars"))
    if pandas is not None and isinstance(frame, pandas.DataFrame):
        return tuple(frame.dtypes)
    if pyarrow is not None and isinstance(frame, pyarrow.Table):
        return tuple(frame.schema.types)
    if polars is not None and isinstance(frame, polars.DataFrame | polars.LazyFrame):
        return tuple(frame.collect_schema().dtypes())
    return ()


def _type_name(dtype: object) -> str:
    """Return a type's own name, without the categories that some libraries write into it: these are cells."""
    name = str(dtype)
    if "enum" in name.lower():
        name = type(dtype).__name__ if not isinstance(dtype, type) else dtype.__name__
    return clip(name, LONGEST_DTYPE)


_DUCKDB_KINDS: tuple[tuple[ColumnKind, tuple[str, ...]], ...] = (
    (
        "number",
        (
            "tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint",
            "uhugeint", "float", "double", "decimal", "bignum",
        ),
    ),
    ("text", ("varchar", "uuid")),
    ("category", ("enum",)),
    ("boolean", ("boolean",)),
    ("datetime", ("date", "time", *(f"timestamp{more}" for more in ("", "_s", "_ms", "_ns", " with time zone")))),
    ("duration", ("interval",)),
    ("nested", ("list", "struct", "map", "array", "union", "json", "variant")),
)  # fmt: skip


def _of_relation(relation: Any) -> Iterator[ColumnSchema]:
    for position, (name, dtype) in enumerate(zip(relation.columns, relation.types, strict=True)):
        kind: ColumnKind = next((kind for kind, ids in _DUCKDB_KINDS if str(dtype.id) in ids), "other")
        # The name of an enumeration, also inside a list or struct, spells out its values.
        text = str(dtype.id).upper() if "ENUM(" in str(dtype).upper() else str(dtype)
        yield ColumnSchema(name=name, dtype=clip(text, LONGEST_DTYPE), kind=kind, position=position)


def _picked(everything: tuple[ColumnSchema, ...], wanted: Sequence[str] | None, frame: str) -> tuple[ColumnSchema, ...]:
    if wanted is None:
        return everything
    names = {column.name for column in everything}
    exact = {one for one in wanted if one in names}
    patterns = [one for one in wanted if one not in names]
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in names):
            near = get_close_matches(pattern, names, n=3, cutoff=0.5)
            few = near or [column.name for column in everything[:10]]
            mend = f"{'Near it' if near else 'Some of them'}: {', '.join(map(repr, few))}." if few else ""
            raise UsageError(f"{frame} has no column {pattern!r}.", mend)
    return tuple(
        column
        for column in everything
        if column.name in exact or any(fnmatchcase(column.name, pattern) for pattern in patterns)
    )
