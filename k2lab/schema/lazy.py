"""Measure the columns of what has not run yet: DuckDB relations, polars LazyFrames, other engines through narwhals.

Few aggregating queries tell everything, and one a column the commonest values; no query reaches another connection than
the frame's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from k2lab.schema.model import ColumnSchema, Privacy
from k2lab.schema.values import (
    COUNT_FLOOR,
    SHOWN_ROWS,
    TALL_ROWS,
    TOP_VALUES,
    shown,
    wants_range,
    wants_top,
)

if TYPE_CHECKING:
    import narwhals as nw

Measured = tuple[int, tuple[ColumnSchema, ...], tuple[tuple[str, ...], ...]]

COUNTED_COLUMNS = 64
"""Wider relations get sketches only: the time to count grows with the square of the columns."""

QUARTILE_ROWS = 1_000_000
"""Rows that quartiles are read from; of fewer, all."""

_QUARTERS = [0.25, 0.5, 0.75]


def measure_relation(relation: Any, columns: Sequence[ColumnSchema], *, privacy: Privacy) -> Measured:
    """Fill in what is known of the columns of a DuckDB relation.

    Columns are named by position (``#1``), so no column name is ever part of a query. Distinct values are counted up to
    200,000 rows and 64 columns; beyond, DuckDB's sketches of all rows are taken (HyperLogLog), and quartiles are those
    of about a million rows, drawn by a hash of their position: as near as a sketch of all rows, in a tenth of the time.
    """
    counted_rows = TALL_ROWS if len(columns) <= COUNTED_COLUMNS else 0
    wanted = ["count(*)"]
    for column in columns:
        spot = f"#{column.position + 1}"
        wanted.append(f"count({spot})")
        if _comparable(column):
            wanted.append(f"approx_count_distinct({spot})")
        if privacy != "schema" and wants_range(column.kind):
            finite = _finite(column)
            text = "::VARCHAR" if column.kind == "datetime" else ""  # as values, times with a zone would need pytz
            wanted += [f"(min({spot}){finite}){text}", f"(max({spot}){finite}){text}"]
    found = iter(relation.aggregate(", ".join(wanted)).fetchall()[0])

    rows = int(next(found))
    tall = rows > counted_rows
    ranged = [one for one in columns if one.kind == "number"] if privacy != "schema" else []
    first = iter(_counted(relation, columns) if counted_rows else ())
    quartiles = dict(zip((one.position for one in ranged), _quartiles(relation, rows, ranged), strict=True))
    measured = []
    for column in columns:
        nulls = rows - int(next(found))
        distinct = None
        if _comparable(column):
            exact = next(first, 0)
            sketch = min(int(next(found)), rows - nulls)
            distinct = max(exact, sketch) if tall else exact
        made = replace(column, nulls=nulls, distinct=distinct, distinct_sampled=tall and distinct is not None)
        if privacy != "schema" and wants_range(column.kind):
            made = _ranged(made, next(found), next(found), quartiles.get(column.position))
        if rows and nulls == rows:
            made = replace(made, kind="empty")
        elif privacy != "schema" and wants_top(column.kind, distinct, tall=tall):
            counted = relation.project(f"#{column.position + 1} AS v").aggregate("v, count(*) AS n", "v")
            common = counted.filter(f"v IS NOT NULL AND n >= {COUNT_FLOOR}").order("n DESC, v").limit(TOP_VALUES)
            made = replace(made, top=tuple((shown(value), int(n)) for value, n in common.fetchall()))
        measured.append(made)
    sample: tuple[tuple[str, ...], ...] = ()
    if privacy == "sample" and columns:
        spots = (f"#{one.position + 1}" + ("::VARCHAR" if one.kind == "datetime" else "") for one in columns)
        taken = relation.limit(SHOWN_ROWS).project(", ".join(spots)).fetchall()
        sample = tuple(tuple(map(shown, row)) for row in taken)
    return rows, tuple(measured), sample


def _finite(column: ColumnSchema) -> str:
    """Return the filter of an aggregate to what counts; only two types can hold what is neither null nor finite."""
    return f" FILTER (isfinite(#{column.position + 1}))" if column.dtype in ("FLOAT", "DOUBLE") else ""


def _counted(relation: Any, columns: Sequence[ColumnSchema]) -> list[int]:
    """Return how many distinct values each column that has such has in the first rows."""
    # count(DISTINCT) would take a hash table of 20 MB for each column, at any number of rows.
    wanted = [f"coalesce(len(list_distinct(list(#{one.position + 1}))), 0)" for one in columns if _comparable(one)]
    return list(relation.limit(TALL_ROWS).aggregate(", ".join(wanted)).fetchall()[0]) if wanted else []


def _quartiles(relation: Any, rows: int, columns: Sequence[ColumnSchema]) -> list[Any]:
    """Return the quartiles of columns, all from one look at the rows, or at the same draw of them each time."""
    if not columns:
        return []
    if rows > QUARTILE_ROWS:
        numbered = relation.project("*, row_number() OVER ()")
        relation = numbered.filter(f"hash(#{len(numbered.columns)}) % 4294967296 < {QUARTILE_ROWS * 2**32 // rows}")
    wanted = [f"quantile_cont(#{column.position + 1}::DOUBLE, {_QUARTERS}){_finite(column)}" for column in columns]
    return list(relation.aggregate(", ".join(wanted)).fetchall()[0])


def _comparable(column: ColumnSchema) -> bool:
    return column.kind not in ("nested", "other")


def _top(frame: nw.LazyFrame[Any], key: str) -> tuple[tuple[str, int], ...]:
    import narwhals as nw

    counted = frame.select(nw.col(key).alias("value")).drop_nulls().group_by("value").agg(nw.len().alias("n"))
    common = counted.filter(nw.col("n") >= COUNT_FLOOR).sort("n", descending=True).head(10 * TOP_VALUES).collect()
    pairs = ((shown(value), int(n)) for value, n in common.rows())
    return tuple(sorted(pairs, key=lambda one: (-one[1], one[0]))[:TOP_VALUES])


def _ranged(column: ColumnSchema, low: object, high: object, quartiles: Sequence[object] | None) -> ColumnSchema:
    if low is None:
        return column
    return replace(column, low=shown(low), high=shown(high), quartiles=tuple(shown(value) for value in quartiles or ()))


def _dask_quartiles(frame: nw.LazyFrame[Any], wanted: Sequence[tuple[str, int]]) -> dict[str, object]:
    """Return quartiles as Dask merges them from those of its partitions, which narwhals does not offer."""
    schema = frame.collect_schema()
    numbers = [(key, at) for key, at in wanted if schema[key].is_numeric()]
    if not numbers:
        return {}
    native = frame.to_native()[[key for key, _ in numbers]]
    found = native.mask(native.isin([float("inf"), float("-inf")])).quantile(_QUARTERS).compute()
    return {f"quartile {i} {at}": found[key].iloc[i] for key, at in numbers for i in range(len(_QUARTERS))}


def measure_lazy(frame: nw.LazyFrame[Any], columns: Sequence[ColumnSchema], *, privacy: Privacy) -> Measured:
    """Fill in what is known of the columns of a narwhals LazyFrame; distinct values are exact."""
    import narwhals as nw

    schema = frame.collect_schema()
    keys = list(schema)
    wanted = [nw.len().alias("rows")]
    for column in columns:
        key, at = keys[column.position], column.position
        values = nw.col(key)
        wanted.append(values.null_count().alias(f"nulls {at}"))
        if _comparable(column):
            wanted.append(values.n_unique().alias(f"distinct {at}"))
        if privacy != "schema" and wants_range(column.kind):
            if schema[key].is_float():
                values = nw.when(values.is_finite()).then(values)
            wanted += [values.min().alias(f"low {at}"), values.max().alias(f"high {at}")]
            if schema[key].is_numeric() and not frame.implementation.is_dask():
                parts = [values.quantile(part, interpolation="linear") for part in _QUARTERS]
                wanted += [part.alias(f"quartile {i} {at}") for i, part in enumerate(parts)]
    engine: dict[str, Any] = {"engine": "streaming"} if frame.implementation.is_polars() else {}
    found = frame.select(*wanted).collect(**engine)
    named = dict(zip(found.columns, found.row(0), strict=True))
    if frame.implementation.is_dask():
        named |= _dask_quartiles(
            frame, [(keys[c.position], c.position) for c in columns if f"low {c.position}" in named]
        )

    rows = int(named["rows"])
    measured = []
    for column in columns:
        at = column.position
        nulls = int(named[f"nulls {at}"])
        distinct = int(named[f"distinct {at}"]) - (1 if nulls else 0) if _comparable(column) else None
        made = replace(column, nulls=nulls, distinct=distinct)
        if rows and nulls == rows:
            measured.append(replace(made, kind="empty"))
            continue
        if f"low {at}" in named:
            quartiles = [named[key] for key in (f"quartile {i} {at}" for i in range(3)) if key in named]
            made = _ranged(made, named[f"low {at}"], named[f"high {at}"], quartiles)
        if privacy != "schema" and wants_top(column.kind, distinct, tall=rows > TALL_ROWS):
            made = replace(made, top=_top(frame, keys[at]))
        measured.append(made)
    sample: tuple[tuple[str, ...], ...] = ()
    if privacy == "sample" and columns:
        taken = frame.head(SHOWN_ROWS).collect().rows()
        sample = tuple(tuple(shown(row[column.position]) for column in columns) for row in taken)
    return rows, tuple(measured), sample
