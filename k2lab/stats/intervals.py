"""Intervals of one number: means, geometric means, medians, shares, and the difference of two shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from k2lab.errors import InputError
from k2lab.stats.weighted import Held

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A number and the ends of its interval, in one unit."""

    value: float
    low: float
    high: float


def of_mean(values: np.ndarray | Held, level: float = 0.95) -> Interval:
    """Return the mean with its t interval.

    Raises
    ------
    InputError
        If there are fewer than two values.

    Examples
    --------
    >>> import numpy as np
    >>> round(of_mean(np.array([1.0, 2.0, 3.0])).low, 3)
    -0.484
    """
    from scipy.stats import t

    held = values if isinstance(values, Held) else Held(values=values)
    n = held.n
    if n < 2:
        raise InputError("An interval of a mean needs two rows.", "")
    # A mean of huge numbers is a small correction away from any of them, which keeps its last digits.
    first = float(held.values[0])
    centre = first + held.like(held.values - first).mean
    squares = held.like((held.values - centre) ** 2).sum + (0.0 if held.within is None else float(held.within.sum()))
    width = float(t.ppf((1 + level) / 2, n - 1)) * math.sqrt(squares / (n - 1)) / math.sqrt(n)
    return Interval(value=centre, low=centre - width, high=centre + width)


def of_moments(n: int, mean: float, variance: float, level: float = 0.95) -> Interval:
    """Return a mean with its t interval, from the number of values and their variance.

    Examples
    --------
    >>> round(of_moments(3, 2.0, 1.0).low, 3)
    -0.484
    """
    from scipy.stats import t

    width = float(t.ppf((1 + level) / 2, n - 1)) * math.sqrt(variance / n)
    return Interval(value=mean, low=mean - width, high=mean + width)


def of_geometric_mean(values: np.ndarray, level: float = 0.95) -> Interval:
    """Return the geometric mean with the t interval of the logs, both in the unit of the values.

    Raises
    ------
    InputError
        If there are fewer than two values, or one is not above zero.

    Examples
    --------
    >>> import numpy as np
    >>> round(of_geometric_mean(np.array([1.0, 10.0, 100.0])).value, 6)
    10.0
    """
    import numpy as np

    if not len(values) or float(values.min()) <= 0:
        raise InputError("A geometric mean needs values above zero.", "")
    return of_logs(np.log(values), level)


def of_logs(values: np.ndarray | Held, level: float = 0.95) -> Interval:
    """Return the geometric mean of numbers whose logarithms these are, with its interval.

    Raises
    ------
    InputError
        If there are fewer than two values, or the interval leaves the range of numbers.

    Examples
    --------
    >>> import numpy as np
    >>> round(of_logs(np.log([1.0, 10.0, 100.0])).value, 6)
    10.0
    """
    logs = of_mean(values, level)
    if logs.high > 700:
        raise InputError("The interval of this geometric mean is too wide to be written.", "More rows are needed.")
    return Interval(value=math.exp(logs.value), low=math.exp(logs.low), high=math.exp(logs.high))


def of_median(values: np.ndarray | Held, level: float = 0.95) -> Interval:
    """Return the median with the interval between two order statistics that holds at least `level`.

    Source: Conover (1999), the binomial interval of a quantile; it assumes nothing of the shape.

    Raises
    ------
    InputError
        If there are too few values (below six for 95%).

    Examples
    --------
    >>> import numpy as np
    >>> of_median(np.arange(1.0, 12.0))
    Interval(value=6.0, low=2.0, high=10.0)
    """
    from scipy.stats import binom

    held = values if isinstance(values, Held) else Held(values=values)
    n = held.n
    below = int(binom.ppf((1 - level) / 2, n, 0.5)) if n else 0
    if n and binom.cdf(below, n, 0.5) > (1 - level) / 2:
        below -= 1
    if not n or below < 0:
        raise InputError(f"An interval of a median needs more than {n} rows.", "")
    low, high = held.ranked((below, n - 1 - below))
    return Interval(value=held.median, low=low, high=high)


def of_share(k: int, n: int, level: float = 0.95) -> Interval:
    """Return a share of one with Wilson's (1927) interval.

    Raises
    ------
    InputError
        If there are no rows.

    Examples
    --------
    >>> round(of_share(3, 17).high, 4)
    0.4103
    """
    from scipy.stats import norm

    if n < 1:
        raise InputError("A share needs at least one row.", "")
    z = float(norm.ppf((1 + level) / 2))
    middle = (k + z * z / 2) / (n + z * z)
    width = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    low, high = max(0.0, middle - width), min(1.0, middle + width)
    return Interval(value=k / n, low=0.0 if k == 0 else low, high=1.0 if k == n else high)


def of_share_difference(k1: int, n1: int, k2: int, n2: int, level: float = 0.95) -> Interval:
    """Return the difference of two shares (first less second) with Newcombe's (1998) hybrid score interval.

    Examples
    --------
    >>> round(of_share_difference(7, 13, 7, 19).value, 4)
    0.17
    """
    one, two = of_share(k1, n1, level), of_share(k2, n2, level)
    gap = one.value - two.value
    low = gap - math.hypot(one.value - one.low, two.high - two.value)
    high = gap + math.hypot(one.high - one.value, two.value - two.low)
    return Interval(value=gap, low=max(-1.0, low), high=min(1.0, high))


SHARE_METHODS = ("wilson", "clopper-pearson", "agresti-coull", "jeffreys")


def of_share_by(k: int, n: int, method: str = "wilson", level: float = 0.95) -> Interval:
    """Return a share of one with an interval of a named method.

    Parameters
    ----------
    k, n : int
        Hits and rows.
    method : {"wilson", "clopper-pearson", "agresti-coull", "jeffreys"}
        Clopper and Pearson (1934) is exact and wide; Agresti and Coull (1998); Jeffreys by Brown, Cai and DasGupta
        (2001), with 0 and 1 at the ends.

    Raises
    ------
    InputError
        If there are no rows.

    Examples
    --------
    >>> round(of_share_by(3, 17, "clopper-pearson").high, 4)
    0.4343
    """
    from scipy.stats import beta, norm

    if method == "wilson" or n < 1:
        return of_share(k, n, level)
    tail = (1 - level) / 2
    if method == "agresti-coull":
        z = float(norm.ppf(1 - tail))
        size = n + z * z
        middle = (k + z * z / 2) / size
        width = z * math.sqrt(middle * (1 - middle) / size)
        return Interval(value=k / n, low=max(0.0, middle - width), high=min(1.0, middle + width))
    a = 0.5 if method == "jeffreys" else 0.0
    low = 0.0 if k == 0 else float(beta.ppf(tail, k + a, n - k + (0.5 if a else 1.0)))
    high = 1.0 if k == n else float(beta.isf(tail, k + (0.5 if a else 1.0), n - k + a))
    return Interval(value=k / n, low=low, high=high)


def of_paired_share_difference(gained: int, lost: int, both: int, neither: int, level: float = 0.95) -> Interval:
    """Return the change of a share between two measurements of the same rows, by Newcombe's (1998) method 10.

    Parameters
    ----------
    gained, lost, both, neither : int
        Rows that change to yes, to no, that are yes both times, and neither time.

    Examples
    --------
    >>> made = of_paired_share_difference(6, 0, 4, 2)
    >>> round(made.value, 2), round(made.low, 3), round(made.high, 3)
    (0.5, 0.122, 0.721)
    """
    n = gained + lost + both + neither
    before, after = of_share(both + lost, n, level), of_share(both + gained, n, level)
    gap = after.value - before.value
    # The correlation of both measurements, with a continuity correction where it is positive.
    cross = both * neither - gained * lost
    size = (both + lost) * (gained + neither) * (both + gained) * (lost + neither)
    phi = 0.0 if size == 0 else (max(cross - n / 2, 0.0) if cross > 0 else float(cross)) / math.sqrt(size)

    def width(one: float, two: float) -> float:
        return math.sqrt(max(one * one - 2 * phi * one * two + two * two, 0.0))

    low = gap - width(after.value - after.low, before.high - before.value)
    high = gap + width(after.high - after.value, before.value - before.low)
    return Interval(value=gap, low=max(-1.0, low), high=min(1.0, high))
