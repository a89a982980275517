"""Columns of any frame library: take what is needed, order its levels, choose the scale of an outcome."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from k2lab.errors import InputError, UsageError
from k2lab.stats.vocabulary import ordinal_rank

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MANY_LEVELS = 10
"""A whole-numbered column with more distinct values than this is a number, not a category."""

ScaleName = Literal["log", "raw"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The scale an outcome is analysed on, and why."""

    name: ScaleName
    reason: str
    skewness: float | None = None


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
            f"The column name {_short(odd[0])} is not text.",
            "Rename it first: df.columns = [str(c) for c in df.columns].",
        )
    twice = sorted({name for name in found if found.count(name) > 1}) if len(set(found)) < len(found) else []
    if twice:
        raise InputError(f"Several columns are called {_short(twice[0])}.", "Give every column its own name first.")
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

            near = get_close_matches(str(name), have, n=3, cutoff=0.5) or list(have[:8])
            raise UsageError(f"There is no column {_short(name)}.", f"Columns here: {', '.join(map(_short, near))}.")
    return have


def take(data: Any, wanted: Iterable[str], *, rows: str = "all") -> tuple[pd.DataFrame, int]:
    """Return the wanted columns as a pandas frame without the rows that miss any of them.

    Parameters
    ----------
    data : frame
        pandas, polars, pyarrow, a DuckDB relation: anything narwhals reads.
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
    """Return the wanted columns (default all) as a pandas frame with all rows; infinite counts as missing."""
    import pandas as pd

    chosen = require(data, ()) if wanted is None else tuple(dict.fromkeys(wanted))
    require(data, chosen)
    if _is_pandas(data):
        frame = data[list(chosen)]
    else:
        import narwhals as nw

        made = _narwhals(data).select(list(chosen))
        frame = (made.collect() if isinstance(made, nw.LazyFrame) else made).to_pandas()
    return pd.DataFrame({name: _plain_column(frame[name]) for name in chosen}, index=range(len(frame)))


def repeats(data: Any) -> np.ndarray:
    """Tell for each row whether it repeats an earlier row in all columns."""
    import numpy as np

    frame = raw(data)
    if not len(frame.columns):
        return np.zeros(0, dtype=bool)
    try:
        return frame.duplicated().to_numpy()
    except TypeError:  # lists or dicts in cells cannot be hashed
        return frame.map(repr).duplicated().to_numpy()


def is_number(frame: pd.DataFrame, name: str) -> bool:
    """Tell whether a column holds numbers (booleans are not numbers here)."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return bool(is_numeric_dtype(frame[name].dtype)) and not is_bool_dtype(frame[name].dtype)


def is_category(frame: pd.DataFrame, name: str) -> bool:
    """Tell whether a column is to be analysed as a category.

    Text, booleans and categoricals are. A number is if it is whole (or has at most five values), has at
    most ten distinct values, and these repeat: each twice on average. Dates are not.

    Examples
    --------
    >>> import pandas as pd
    >>> is_category(pd.DataFrame({"remote": [0, 50, 100] * 5}), "remote")
    True
    """
    from pandas.api.types import is_datetime64_any_dtype, is_timedelta64_dtype

    column = frame[name]
    if is_datetime64_any_dtype(column.dtype) or is_timedelta64_dtype(column.dtype):
        return False
    if not is_number(frame, name):
        return True
    found = column.dropna()
    distinct = found.unique()
    if len(distinct) > MANY_LEVELS or len(distinct) * 2 > len(found):
        return False
    return len(distinct) <= 5 or all(float(value).is_integer() for value in distinct)


def number(frame: pd.DataFrame, name: str, *, role: str = "outcome") -> np.ndarray:
    """Return a column as floats.

    Raises
    ------
    UsageError
        If the column holds no numbers.
    """
    import numpy as np
    from pandas.api.types import is_bool_dtype

    if is_bool_dtype(frame[name].dtype) or is_number(frame, name):
        return frame[name].to_numpy(dtype=np.float64)
    raise UsageError(
        f"The {role} {_short(name)} does not hold numbers.",
        "Turn it into numbers first (pandas.to_numeric), or use a function for categories such as stats.associate.",
    )


def level_name(value: Any) -> str:
    """Write a level as text, the same in every sentence, table and figure.

    Examples
    --------
    >>> level_name(50.0), level_name(True), level_name("EN")
    ('50', 'True', 'EN')
    """
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def level_order(frame: pd.DataFrame, column: str, y: str | None = None) -> tuple[Any, ...]:
    """Return the levels of a column in the one order that tables, sentences and figures use.

    Ordered categoricals keep their order; numbers, booleans and dates ascend; text ascends by the median
    of `y` where that is a number, else by a known vocabulary (sizes, months, weekdays, degrees), else
    goes from the most frequent to the rarest.

    Examples
    --------
    >>> import pandas as pd
    >>> level_order(pd.DataFrame({"size": ["L", "S", "M", "S"]}), "size")
    ('S', 'M', 'L')
    """
    import pandas as pd

    values = frame[column].dropna()
    if isinstance(values.dtype, pd.CategoricalDtype):
        if values.cat.ordered:
            present = set(values.unique())
            return tuple(level for level in values.cat.categories if level in present)
        values = values.astype(object)
    found = _distinct(values)
    if all(isinstance(v, (bool, int, float, datetime, timedelta)) for v in found):
        return tuple(sorted(found))
    if y is not None and y != column and is_number(frame, y):
        place = codes(frame.loc[values.index], column, found)
        middle = frame.loc[values.index, y].groupby(place).median()
        return tuple(
            found[i] for i in sorted(range(len(found)), key=lambda i: (middle.get(i, 0.0), level_name(found[i])))
        )
    rank = ordinal_rank([level_name(v) for v in found])
    if rank is not None:
        return tuple(sorted(found, key=lambda v: rank[level_name(v)]))
    size = sizes(frame, column, found)
    return tuple(found[i] for i in sorted(range(len(found)), key=lambda i: (-size[i], level_name(found[i]))))


def reference_level(frame: pd.DataFrame, column: str) -> Any:
    """Return the level others are compared with: the first of numbers and ordered levels, else the most frequent."""
    import pandas as pd

    values = frame[column].dropna()
    ordered = isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered
    order = level_order(frame, column)
    if ordered or not any(isinstance(level, str) for level in order):
        return order[0]
    size = sizes(frame, column, order)
    return order[min(range(len(order)), key=lambda i: (-size[i], level_name(order[i])))]


def codes(frame: pd.DataFrame, column: str, order: Sequence[Any]) -> np.ndarray:
    """Return for each row the position of its level in `order` (-1 where it is not there)."""
    import numpy as np
    import pandas as pd

    values = frame[column]
    try:
        found, uniques = pd.factorize(values.astype(object) if values.dtype.name == "category" else values)
    except TypeError:  # lists or dicts in cells cannot be hashed
        found, uniques = pd.factorize(values.map(str))
    place = {level_name(level): i for i, level in enumerate(order)}
    lookup = np.array([place.get(level_name(value), -1) for value in uniques] + [-1], dtype=np.intp)
    made: np.ndarray = lookup[found]
    return made


def sizes(frame: pd.DataFrame, column: str, order: Sequence[Any]) -> list[int]:
    """Return the number of rows of each level of `order`."""
    import numpy as np

    found = codes(frame, column, order)
    return [int(n) for n in np.bincount(found[found >= 0], minlength=len(order))]


def skewness(values: np.ndarray) -> float:
    """Return the moment skewness g1, or 0 for a constant.

    Examples
    --------
    >>> import numpy as np
    >>> round(skewness(np.array([1.0, 2.0, 6.0])), 3)
    0.595
    """
    centred = values - values.mean()
    spread = float((centred**2).mean())
    if spread <= 1e-26 * max(1.0, float(values.mean()) ** 2):
        return 0.0
    return float(((centred / math.sqrt(spread)) ** 3).mean())


def choose_scale(values: np.ndarray, scale: str = "auto") -> Scale:
    """Choose the scale an outcome is analysed on.

    "auto" takes the logarithm of a positive outcome whose skewness is above 1 or whose maximum is more
    than five medians, as is usual for money and durations.

    Raises
    ------
    UsageError
        If "log" is asked for and a value is not above zero, or the name is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> choose_scale(np.array([1.0, 2.0, 100.0])).name
    'log'
    """
    import numpy as np

    from k2lab.locale import pick

    if scale not in ("auto", "log", "raw"):
        raise UsageError(f"scale is {scale!r}.", 'It can be "auto", "log" or "raw".')
    if not len(values):
        return Scale(name="raw", reason=pick("there are no values", "没有数据"))
    skew, low = skewness(values), float(values.min())
    if scale == "log" and low <= 0:
        raise UsageError(
            "The logarithm needs an outcome above zero.", 'Use scale="raw", or leave those rows out first.'
        )
    if scale != "auto":
        return Scale(name="log" if scale == "log" else "raw", reason=pick("as asked", "按要求"), skewness=skew)
    middle = float(np.median(values))
    if low <= 0:
        return Scale(name="raw", reason=pick("some values are not above zero", "存在不大于零的值"), skewness=skew)
    if len(np.unique(values)) <= 2:
        return Scale(name="raw", reason=pick("it has two values", "只有两个取值"), skewness=skew)
    if skew > 1:
        reason = pick(f"positive with a long right tail (skewness {skew:.2f})", f"为正且右偏（偏度 {skew:.2f}）")
        return Scale(name="log", reason=reason, skewness=skew)
    if float(values.max()) > 5 * middle:
        reason = pick("positive, and its maximum is more than five medians", "为正，且最大值超过中位数的五倍")
        return Scale(name="log", reason=reason, skewness=skew)
    return Scale(name="raw", reason=pick("no long right tail", "没有明显右偏"), skewness=skew)


def _distinct(values: Any) -> list[Any]:
    """Return the distinct values as Python objects; what cannot be hashed counts by its text."""
    import pandas as pd

    try:
        found = pd.unique(values)
    except TypeError:
        found = pd.unique(values.map(str))
    return [v.item() if hasattr(v, "item") else v for v in found]


def _is_pandas(data: Any) -> bool:
    return type(data).__module__.split(".")[0] == "pandas" and hasattr(data, "columns")


def _narwhals(data: Any) -> Any:
    import narwhals as nw

    try:
        return nw.from_native(data)
    except (TypeError, ValueError) as error:
        if "unique" in str(error) or "duplicate" in str(error).lower():
            raise InputError("Several columns have the same name.", "Give every column its own name first.") from error
        raise InputError(
            f"{type(data).__name__} is not a data frame.",
            "Give a pandas, polars or pyarrow frame, or a DuckDB relation.",
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
        return column.array
    if types.is_bool_dtype(dtype):
        return column.to_numpy() if not column.isna().any() else column.astype(object).array
    if types.is_complex_dtype(dtype):
        raise InputError(f"The column {_short(column.name)} holds complex numbers.", "Take their real part first.")
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
    return objects.where(objects.notna(), None).array


def _short(name: object) -> str:
    text = repr(name)
    return text if len(text) <= 60 else text[:57] + "..."
