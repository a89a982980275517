"""Columns of any frame library: take what is needed, order its levels, choose the scale of an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from k2lab.errors import InputError, UsageError
from k2lab.stats import fold, weighted
from k2lab.stats.frames import names, raw, repeats, require, short, take
from k2lab.stats.vocabulary import ordinal_rank

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = [
    "Scale", "choose_scale", "coded", "codes", "is_category", "is_number", "level_name", "level_order", "names",
    "number", "raw", "reference_level", "repeats", "require", "sized", "sizes", "skewness", "take",
]  # fmt: skip

MANY_LEVELS = 10
"""A whole-numbered column with more distinct values than this is a number, not a category."""

LARGEST = 1e70
"""Numbers beyond this, or all within its reciprocal, are refused: variances are squared on the way."""

ScaleName = Literal["log", "raw"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The scale an outcome is analysed on, and why."""

    name: ScaleName
    reason: str
    skewness: float | None = None


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
    rows = len(found) if fold.times(frame) is None else fold.rows(frame[column.notna()])
    if len(distinct) > MANY_LEVELS or len(distinct) * 2 > rows:
        return False
    return len(distinct) <= 5 or all(float(value).is_integer() for value in distinct)


def number(frame: pd.DataFrame, name: str, *, role: str = "outcome") -> np.ndarray:
    """Return a column as floats.

    Raises
    ------
    UsageError
        If the column holds no numbers.
    InputError
        If they are so large or so small that their fourth powers leave the range of numbers.
    """
    import numpy as np
    from pandas.api.types import is_bool_dtype

    if is_bool_dtype(frame[name].dtype) or is_number(frame, name):
        values: np.ndarray = frame[name].to_numpy(dtype=np.float64)
        sized(name, float(np.nanmax(np.abs(values))) if (~np.isnan(values)).any() else 0.0)
        return values
    raise UsageError(
        f"The {role} {short(name)} does not hold numbers.",
        "Turn it into numbers first (pandas.to_numeric), or use a function for categories such as stats.associate.",
    )


def sized(name: str, size: float) -> None:
    """Refuse a column whose largest number leaves the range in which it can be squared.

    Raises
    ------
    InputError
    """
    if size > LARGEST or 0 < size < 1 / LARGEST:
        raise InputError(
            f"The values of {short(name)} are too {'large' if size > 1 else 'small'} to be squared.",
            "Give them in another unit.",
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
    return coded(frame, column, y)[0]


def coded(frame: pd.DataFrame, column: str, y: str | None = None) -> tuple[tuple[Any, ...], np.ndarray]:
    """Return `level_order` and `codes` of a column, which is gone through once for both.

    Returns
    -------
    order : tuple
    codes : array of int
        For each row the position of its level, -1 where it has none.
    """
    import numpy as np
    import pandas as pd

    found, uniques = _factorized(frame[column])
    plain = [v.item() if hasattr(v, "item") else v for v in uniques]
    # Two levels that read the same (1 and "1") are one.
    levels = list({level_name(v): v for v in reversed(plain)}.values())[::-1]
    place = _lookup(levels, plain)[found]
    dtype = frame[column].dtype
    if isinstance(dtype, pd.CategoricalDtype) and dtype.ordered:
        present = {level_name(v) for v in levels}
        order = tuple(level for level in dtype.categories if level_name(level) in present)
    elif all(isinstance(v, (bool, int, float, datetime, timedelta)) for v in levels):
        order = tuple(sorted(levels))
    elif y is not None and y != column and is_number(frame, y):
        middle = _middles(frame, y, place)
        ranked = sorted(range(len(levels)), key=lambda i: (middle.get(i, 0.0), level_name(levels[i])))
        order = tuple(levels[i] for i in ranked)
    elif (rank := ordinal_rank([level_name(v) for v in levels])) is not None:
        order = tuple(sorted(levels, key=lambda v: rank[level_name(v)]))
    else:
        there, times = place >= 0, fold.times(frame)
        size = np.bincount(place[there], None if times is None else times[there], minlength=len(levels))
        ranked = sorted(range(len(levels)), key=lambda i: (-size[i], level_name(levels[i])))
        order = tuple(levels[i] for i in ranked)
    made: np.ndarray = _lookup(order, levels)[place]
    return order, made


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
    found, uniques = _factorized(frame[column])
    made: np.ndarray = _lookup(order, list(uniques))[found]
    return made


def sizes(frame: pd.DataFrame, column: str, order: Sequence[Any]) -> list[int]:
    """Return the number of rows of each level of `order`."""
    import numpy as np

    found, times = codes(frame, column, order), fold.times(frame)
    there = found >= 0
    size = np.bincount(found[there], None if times is None else times[there], minlength=len(order))
    return [int(n) for n in size]


def _middles(frame: pd.DataFrame, y: str, place: np.ndarray) -> Any:
    """Return the median of `y` in each group."""
    import pandas as pd

    times = fold.times(frame)
    if times is None:
        return frame[y].groupby(place).median()
    values, known = frame[y].to_numpy(dtype=float), frame[y].notna().to_numpy()
    made = {}
    for i in pd.unique(place):
        inside = (place == i) & known
        if inside.any():
            made[i] = weighted.median(values[inside], times[inside])
    return made


def skewness(values: np.ndarray) -> float:
    """Return the moment skewness g1, or 0 for a constant.

    Examples
    --------
    >>> import numpy as np
    >>> round(skewness(np.array([1.0, 2.0, 6.0])), 3)
    0.595
    """
    return weighted.skewness(values, None)


def choose_scale(values: np.ndarray, scale: str = "auto", times: np.ndarray | None = None) -> Scale:
    """Choose the scale an outcome is analysed on.

    "auto" takes the logarithm of a positive outcome whose skewness is above 1 or whose maximum is more
    than five medians, as is usual for money and durations. `times` is how many rows each value stands for.

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

    from k2lab.locale import pick

    if scale not in ("auto", "log", "raw"):
        raise UsageError(f"scale is {scale!r}.", 'It can be "auto", "log" or "raw".')
    if not len(values):
        return Scale(name="raw", reason=pick("it has no values", "没有数据"))
    skew, low = weighted.skewness(values, times), float(values.min())
    if scale == "log" and low <= 0:
        raise UsageError(
            "The logarithm needs an outcome above zero.", 'Use scale="raw", or leave those rows out first.'
        )
    if scale != "auto":
        return Scale(
            name="log" if scale == "log" else "raw",
            reason=pick("this scale was asked for", "按要求采用此尺度"),
            skewness=skew,
        )
    middle = weighted.median(values, times)
    if low <= 0:
        return Scale(name="raw", reason=pick("some of its values are zero or negative", "存在零或负值"), skewness=skew)
    if bool(((values == low) | (values == values.max())).all()):
        return Scale(name="raw", reason=pick("it has only two values", "只有两个取值"), skewness=skew)
    if skew > 1:
        reason = pick(
            f"it is positive and has a long right tail, skewness {skew:.2f}", f"取值为正且明显右偏，偏度 {skew:.2f}"
        )
        return Scale(name="log", reason=reason, skewness=skew)
    if float(values.max()) > 5 * middle:
        reason = pick(
            "it is positive and its largest value is more than five times the median",
            "取值为正，且最大值超过中位数的五倍",
        )
        return Scale(name="log", reason=reason, skewness=skew)
    return Scale(name="raw", reason=pick("it has no long right tail", "没有明显右偏"), skewness=skew)


def _factorized(values: Any) -> tuple[np.ndarray, Any]:
    """Return a code for each row (-1 for missing) and the values they stand for."""
    import numpy as np
    import pandas as pd

    if isinstance(values.dtype, pd.CategoricalDtype):
        places, categories = values.cat.codes.to_numpy().astype(np.intp), values.cat.categories
        there = np.bincount(places + 1, minlength=len(categories) + 1)[1:] > 0
        if there.all():
            return places, categories
        return np.where(places < 0, -1, (np.cumsum(there) - 1)[places]), categories[there]
    codes, uniques = pd.factorize(values)
    return np.asarray(codes), uniques


def _lookup(order: Sequence[Any], values: Sequence[Any]) -> np.ndarray:
    """Return the position in `order` of each value (-1 if it is not there), and -1 for code -1."""
    import numpy as np

    place = {level_name(level): i for i, level in enumerate(order)}
    return np.array([place.get(level_name(value), -1) for value in values] + [-1], dtype=np.intp)
