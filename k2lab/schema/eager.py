"""Measure the columns of a frame that is in memory: pandas, polars, pyarrow and what else narwhals reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from k2lab.schema.model import ColumnKind, ColumnSchema, Privacy
from k2lab.schema.values import (
    COUNT_FLOOR,
    SAMPLE_ROWS,
    SAMPLE_SEED,
    SHOWN_ROWS,
    TALL_ROWS,
    TOP_VALUES,
    estimate_distinct,
    kind_of,
    shown,
    wants_range,
    wants_top,
)

if TYPE_CHECKING:
    import narwhals as nw

_OBJECT_KINDS: dict[str, ColumnKind] = {
    "string": "text",
    "boolean": "boolean",
    "integer": "number",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
    "date": "datetime",
    "datetime": "datetime",
    "datetime64": "datetime",
    "time": "datetime",
    "period": "datetime",
    "timedelta": "duration",
    "timedelta64": "duration",
    "categorical": "category",
}


def measure_eager(
    frame: nw.DataFrame[Any], columns: Sequence[ColumnSchema], *, privacy: Privacy
) -> tuple[int, tuple[ColumnSchema, ...], tuple[tuple[str, ...], ...]]:
    """Fill in what is known of the columns.

    Parameters
    ----------
    frame : narwhals.DataFrame
        Its column names are unique; columns are found by position.
    columns : sequence of ColumnSchema
        Name, type and position are filled in.
    privacy : {"schema", "summary", "sample"}

    Returns
    -------
    rows : int
    columns : tuple of ColumnSchema
    sample : tuple of tuple of str
    """
    import numpy as np

    rows = len(frame)
    keys = frame.columns
    picked = None
    if rows > TALL_ROWS:
        # Drawn with replacement and made unique: a draw without would shuffle all row numbers.
        picked = np.unique(np.random.default_rng(SAMPLE_SEED).integers(0, rows, SAMPLE_ROWS))
    measured = tuple(
        _column(frame.get_column(keys[column.position]), column, picked=picked, privacy=privacy) for column in columns
    )
    sample: tuple[tuple[str, ...], ...] = ()
    if privacy == "sample" and columns:
        head = frame.head(SHOWN_ROWS)
        cells = [[shown(value) for value in head.get_column(keys[column.position]).to_list()] for column in columns]
        sample = tuple(zip(*cells, strict=True))
    return rows, measured, sample


def _column(series: nw.Series[Any], column: ColumnSchema, *, picked: Any, privacy: Privacy) -> ColumnSchema:
    rows, nulls = len(series), int(series.null_count())
    if rows and nulls == rows:
        return replace(column, kind="empty", nulls=nulls, distinct=0)
    kind = _kind(series)
    distinct = _distinct(series, kind, nulls=nulls, picked=picked)
    made = replace(
        column, kind=kind, nulls=nulls, distinct=distinct, distinct_sampled=picked is not None and distinct is not None
    )
    if privacy == "schema" or rows == nulls:
        return made
    if wants_range(kind):
        made = _with_range(made, series, nulls=nulls)
    if wants_top(kind, distinct, tall=picked is not None):
        made = replace(made, top=_top(series))
    return made


def _kind(series: nw.Series[Any]) -> ColumnKind:
    """Return the kind; of pandas' object columns, which may hold anything, by looking at the values."""
    native = series.to_native()
    if not series.implementation.is_pandas_like() or native.dtype != object:
        kind = kind_of(series.dtype)
        if kind == "other" and series.implementation.is_pandas_like():
            from pandas.api.types import is_complex_dtype, is_numeric_dtype

            if str(native.dtype).startswith("period"):
                return "datetime"
            if is_numeric_dtype(native.dtype) and not is_complex_dtype(native.dtype):
                return "number"  # sparse
        return kind
    from pandas.api.types import infer_dtype

    found = _OBJECT_KINDS.get(infer_dtype(native, skipna=True))
    if found is not None:
        return found
    import numpy as np

    some = native.dropna().head(100)
    holds_many = len(some) > 0 and all(isinstance(value, list | dict | set | tuple | np.ndarray) for value in some)
    return "nested" if holds_many else "other"


def _faults() -> tuple[type[Exception], ...]:
    """Return what the libraries raise for types that do not know an operation: that is no fault of the frame."""
    import sys

    import narwhals as nw

    known: tuple[type[Exception], ...] = (
        TypeError,
        ValueError,
        NotImplementedError,
        ArithmeticError,
        nw.exceptions.NarwhalsError,
    )
    polars = sys.modules.get("polars")
    return (*known, polars.exceptions.PolarsError) if polars else known


def _distinct(series: nw.Series[Any], kind: ColumnKind, *, nulls: int, picked: Any) -> int | None:
    """Count distinct values without null; None where values cannot be compared."""
    if kind == "nested":
        return None
    try:
        if picked is None:
            return int(series.n_unique()) - (1 if nulls else 0)
        values = _drawn(series, picked).drop_nulls()
        seen, once = int(values.n_unique()), int(values.is_unique().sum())
    except _faults():
        return None
    return estimate_distinct(seen, once, len(values), len(series) - nulls)


def _drawn(series: nw.Series[Any], picked: Any) -> nw.Series[Any]:
    """Return the picked rows."""
    import narwhals as nw

    from k2lab.stats.engines import picked_rows

    drawn: nw.Series[Any]
    if series.implementation.is_pandas():
        drawn = nw.from_native(picked_rows(series.to_native(), picked), series_only=True)
    else:
        drawn = series[picked]
    return drawn


def _with_range(column: ColumnSchema, series: nw.Series[Any], *, nulls: int) -> ColumnSchema:
    """Add range and quartiles, of the finite values."""
    try:
        values = series.drop_nulls() if nulls else series  # a copy, of many rows
        if series.dtype.is_float():
            finite = values.is_finite()
            values = values if finite.all() else values.filter(finite)
        if not len(values):
            return column
        column = replace(column, low=shown(values.min()), high=shown(values.max()))
        if series.dtype.is_numeric():
            column = replace(column, quartiles=tuple(shown(value) for value in _quartiles(values)))
    except _faults():
        return column
    return column


def _quartiles(values: nw.Series[Any]) -> list[Any]:
    import numpy as np

    from k2lab.stats import weighted

    parts = (0.25, 0.5, 0.75)
    if values.implementation.is_pandas_like() and isinstance(values.to_native().dtype, np.dtype):
        # In one go: the library would look for each anew.
        return list(weighted.quantiles(values.to_numpy(), None, parts))
    return [values.quantile(part, interpolation="linear") for part in parts]


def _top(series: nw.Series[Any]) -> tuple[tuple[str, int], ...]:
    """Count the commonest values, down to the count floor; ties in the order of their text."""
    try:
        counted = series.alias("value").value_counts(name="n").drop_nulls("value")
        common = counted.filter(counted["n"] >= COUNT_FLOOR).sort("n", descending=True).head(10 * TOP_VALUES)
    except _faults():
        return ()
    pairs = zip(common["value"].to_list(), common["n"].to_list(), strict=True)
    return tuple(sorted(((shown(value), int(n)) for value, n in pairs), key=lambda one: (-one[1], one[0]))[:TOP_VALUES])
