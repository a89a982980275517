"""Correlation coefficients with their intervals; source of each in its docstring.

`times` is how many rows each pair of values stands for, where the frame is folded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from k2lab.stats import concordance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """A correlation with its interval and test."""

    name: str
    value: float
    low: float
    high: float
    p: float


def pearson(
    a: Floats, b: Floats, level: float = 0.95, times: Floats | Whole | None = None, within: Floats | None = None
) -> Coefficient:
    """Return Pearson's r with the Fisher z interval; four rows or more, neither constant.

    `within` is the sum of squares of `b` inside each of its values, where these are bins.

    Examples
    --------
    >>> import numpy as np
    >>> round(pearson(np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, 4])).value, 3)
    0.8
    """
    import numpy as np

    u, v = a - a[0], b - b[0]
    if times is None:
        u, v = u - u.mean(), v - v.mean()
        r = float(u @ v / math.sqrt(float(u @ u)) / math.sqrt(float(v @ v)))
        return of_r(float(np.clip(r, -1, 1)), len(a), level)
    n = int(times.sum())
    u, v = u - times @ u / n, v - times @ v / n
    inside = 0.0 if within is None else float(within.sum())
    r = float((times * u) @ v / math.sqrt(float(times @ u**2)) / math.sqrt(float(times @ v**2) + inside))
    return of_r(float(np.clip(r, -1, 1)), n, level)


def of_r(r: float, n: int, level: float = 0.95) -> Coefficient:
    """Return Pearson's r of n rows with its interval and p-value.

    Examples
    --------
    >>> round(of_r(0.8, 4).p, 3)
    0.2
    """
    from scipy.stats import t

    if 1 - abs(r) < 1e-15:
        return Coefficient(name="Pearson", value=r, low=r, high=r, p=0.0)
    p = float(2 * t.sf(abs(r) * math.sqrt((n - 2) / ((1 - r) * (1 + r))), n - 2))
    return _fisher("Pearson", r, 1 / (n - 3), p, level)


def spearman(a: Floats, b: Floats, level: float = 0.95, times: Floats | Whole | None = None) -> Coefficient:
    """Return Spearman's rho; interval by Bonett and Wright (2000)."""
    return spearman_of(concordance.ranks(a, times), concordance.ranks(b, times), times, level)


def spearman_of(a: Floats, b: Floats, times: Floats | Whole | None = None, level: float = 0.95) -> Coefficient:
    """Return Spearman's rho of two columns of ranks."""
    found = pearson(a, b, times=times)
    n = len(a) if times is None else int(times.sum())
    if found.low == found.high:
        return Coefficient(name="Spearman", value=found.value, low=found.low, high=found.high, p=found.p)
    return _fisher("Spearman", found.value, (1 + found.value**2 / 2) / (n - 3), found.p, level)


def kendall(a: Floats, b: Floats, level: float = 0.95, times: Floats | Whole | None = None) -> Coefficient:
    """Return Kendall's tau-b; interval by Fieller, Hartley and Pearson (1957)."""
    if times is None:
        from scipy.stats import kendalltau

        found = kendalltau(a, b, method="asymptotic")
        value, p, n = float(found.statistic), float(found.pvalue), len(a)
    else:
        value, p = concordance.tau(a, b, times)
        n = int(times.sum())
    if 1 - abs(value) < 1e-15 or n < 5:
        return Coefficient(
            name="Kendall", value=value, low=value if n >= 5 else -1.0, high=value if n >= 5 else 1.0, p=p
        )
    return _fisher("Kendall", value, 0.437 / (n - 4), p, level)


def _fisher(name: str, r: float, variance: float, p: float, level: float) -> Coefficient:
    from scipy.stats import norm

    z, wide = math.atanh(r), float(norm.ppf((1 + level) / 2)) * math.sqrt(variance)
    return Coefficient(name=name, value=r, low=math.tanh(z - wide), high=math.tanh(z + wide), p=p)
