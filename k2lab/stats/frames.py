"""Frames of any library, read as pandas: only the columns that are needed, and refused where names are unclear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.stats import engines

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def names(data: Any) -> tuple[str, ...]:
    """Return the column names of a frame of any library.

    Raises
    ------
    InputError
        If it is no frame, or a name is repeated or is no text.

    Examples
    --------
    >>> import pandas as pd
    >>> names(pd.DataFrame({"a": [1], "b": [2]}))
    ('a', 'b')
    """
    if _is_pandas(data):
        found = list(data.columns)
    else:
        found = list(_narwhals(data).collect_schema().names())
    odd = [name for name in found if not isinstance(name, str)]
    if odd:
        raise InputError(
            f"The column name {short(odd[0])} is not text.",
            "Rename it first: df.columns = [str(c) for c in df.columns].",
        )
    twice = sorted({name for name in found if found.count(name) > 1}) if len(set(found)) < len(found) else []
    if twice:
        raise InputError(f"Several columns are called {short(twice[0])}.", "Give every column its own name first.")
    return tuple(found)


def require(data: Any, wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the column names of `data` after checking that every wanted one is there.

    Raises
    ------
    UsageError
        If a wanted column is missing; the message names near ones.
    """
    have = names(data)
    for name in wanted:
        if name not in have:
            from difflib import get_close_matches

            if not have:
                raise UsageError(f"There is no column {short(name)}.", "The frame has no columns.")
            near = get_close_matches(str(name), have, n=3, cutoff=0.5) or list(have[:8])
            raise UsageError(f"There is no column {short(name)}.", f"Columns here: {', '.join(map(short, near))}.")
    return have


def take(data: Any, wanted: Iterable[str], *, rows: str = "all") -> tuple[pd.DataFrame, int]:
    """Return the wanted columns as a pandas frame without the rows that miss any of them.

    Parameters
    ----------
    data : frame
        pandas, polars, pyarrow, DuckDB, Dask, Spark, Ibis: anything narwhals reads. Of a large one (`engines.LARGE`)
        a seeded sample, which the result of the call then names.
    wanted : iterable of str
        Column names; repeats are taken once.
    rows : {"all", "distinct"}
        "distinct" first leaves out the rows that repeat an earlier one in all columns.

    Returns
    -------
    frame : pandas.DataFrame
        With a new index, numbers as numpy numbers, text as objects.
    dropped : int
        Rows left out because a value was missing or infinite.

    Raises
    ------
    UsageError
        If a column is not there.
    InputError
        If it is no frame, or its column names are repeated or no text.

    Examples
    --------
    >>> import pandas as pd
    >>> frame, dropped = take(pd.DataFrame({"a": [1.0, None], "b": ["x", "y"]}), ["a"])
    >>> len(frame), dropped
    (1, 1)
    """
    chosen = tuple(dict.fromkeys(wanted))
    frame = raw(data, chosen)
    if rows == "distinct":
        frame = frame[~repeats(data)]
    elif rows != "all":
        raise UsageError(f"rows is {rows!r}.", 'It can be "all" or "distinct".')
    if not chosen:
        return frame.reset_index(drop=True), 0
    kept = frame.dropna()
    return kept.reset_index(drop=True), len(frame) - len(kept)


def raw(data: Any, wanted: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the wanted columns (default all) as a pandas frame with all rows; infinite counts as missing.

    Of a large frame it is a seeded sample of the rows.
    """
    chosen = require(data, ()) if wanted is None else tuple(dict.fromkeys(wanted))
    require(data, chosen)
    if engines.large(data):
        frame = engines.sample(data, chosen)
    elif _is_pandas(data):
        frame = data[list(chosen)]
    else:
        import narwhals as nw

        made = _narwhals(data).select(list(chosen))
        frame = engines.collected(made) if isinstance(made, nw.LazyFrame) else made.to_pandas()
    return plain({name: frame[name] for name in chosen}, len(frame))


def plain(found: Mapping[str, Any], rows: int) -> pd.DataFrame:
    """Return columns as a frame with numpy numbers, plain objects or categoricals, and a new index."""
    import pandas as pd

    return pd.DataFrame({name: _plain_column(column) for name, column in found.items()}, index=range(rows))


def repeats(data: Any) -> np.ndarray:
    """Tell for each row whether it repeats an earlier row in all columns; of a large frame that is not known."""
    import numpy as np

    if engines.large(data):
        return np.zeros(engines.SAMPLE, dtype=bool)
    frame = raw(data)
    if not len(frame.columns):
        return np.zeros(0, dtype=bool)
    found: np.ndarray = frame.duplicated().to_numpy()
    return found


def _is_pandas(data: Any) -> bool:
    return type(data).__module__.split(".")[0] == "pandas" and hasattr(data, "columns")


def _narwhals(data: Any) -> Any:
    try:
        return engines.read(data)
    except (TypeError, ValueError) as error:
        if "unique" in str(error) or "duplicate" in str(error).lower():
            raise InputError("Several columns have the same name.", "Give every column its own name first.") from error
        raise InputError(
            f"{type(data).__name__} is not a data frame.",
            "Give a frame of pandas, polars, pyarrow, DuckDB, Dask, Spark or Ibis.",
        ) from error


def _plain_column(column: Any) -> Any:
    """Return a column with numpy numbers, plain objects or a categorical; infinite becomes missing."""
    import numpy as np
    import pandas as pd
    from pandas.api import types

    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return column.cat.remove_unused_categories().array
    if types.is_datetime64_any_dtype(dtype) or types.is_timedelta64_dtype(dtype):
        return (
            pd.DatetimeIndex(column).array if isinstance(dtype, pd.ArrowDtype) and dtype.kind == "M" else column.array
        )
    if types.is_bool_dtype(dtype):
        return column.to_numpy() if not column.isna().any() else column.astype(object).array
    if isinstance(dtype, pd.StringDtype):
        return column.array
    if types.is_complex_dtype(dtype):
        raise InputError(f"The column {short(column.name)} holds complex numbers.", "Take their real part first.")
    if types.is_numeric_dtype(dtype):
        if types.is_integer_dtype(dtype) and not column.isna().any():
            return column.to_numpy(dtype=np.int64 if "u" not in str(dtype).lower() else np.uint64)
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isfinite(values), values, np.nan)
    objects = column.astype(object)
    kind = types.infer_dtype(objects, skipna=True)
    if kind in ("decimal", "floating", "integer", "mixed-integer-float"):
        values = objects.astype(np.float64).to_numpy()
        return np.where(np.isfinite(values), values, np.nan)
    if kind.startswith(("mixed", "unknown")):  # lists and dicts cannot be hashed, so they count by their text
        objects = objects.map(lambda v: repr(v) if isinstance(v, (list, dict, set, bytearray, np.ndarray)) else v)
    return objects.where(objects.notna(), None).array


def short(name: object) -> str:
    """Quote a name for a message, not too long."""
    text = repr(name)
    return text if len(text) <= 60 else text[:57] + "..."
