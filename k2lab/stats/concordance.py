"""Ranks and Kendall's tau of pairs of values that each stand for a number of rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


def ranks(values: Floats, times: Floats | Whole | None = None) -> Floats:
    """Return the average rank of each value among all rows.

    Examples
    --------
    >>> import numpy as np
    >>> ranks(np.array([7.0, 5.0, 7.0]), np.array([1, 2, 1])).tolist()
    [3.5, 1.5, 3.5]
    """
    import numpy as np
    from scipy.stats import rankdata

    if times is None:
        whole: Floats = rankdata(values)
        return whole
    place = np.unique(values, return_inverse=True)[1]
    size = np.bincount(place, times)
    made: Floats = (np.cumsum(size) - size + (size + 1) / 2)[place]
    return made


def tau(a: Floats, b: Floats, times: Floats | Whole) -> tuple[float, float]:
    """Return Kendall's tau-b and its asymptotic p-value, as scipy has them for the rows written out.

    Examples
    --------
    >>> import numpy as np
    >>> value, p = tau(np.array([1.0, 2, 3]), np.array([1.0, 3, 2]), np.array([2, 1, 1]))
    >>> round(value, 4), round(p, 4)
    (0.6, 0.2511)
    """
    import numpy as np
    from scipy.stats import norm

    x, y = (np.unique(v, return_inverse=True)[1].astype(np.int64) for v in (a, b))
    weight = np.asarray(times).astype(np.int64)
    key = x * (int(y.max()) + 1) + y
    found, place = np.unique(key, return_inverse=True)
    both = np.bincount(place, weight).astype(np.int64)  # sums below 2 ** 53 are exact
    x, y = found // (int(y.max()) + 1), found % (int(y.max()) + 1)
    n = int(both.sum())
    total = n * (n - 1) // 2
    x_ties, x0, x1 = _ties(np.bincount(x, both).astype(np.int64))
    y_ties, y0, y1 = _ties(np.bincount(y, both).astype(np.int64))
    both_ties = _ties(both)[0]
    if x_ties == total or y_ties == total:
        return math.nan, math.nan
    gap = total - x_ties - y_ties + both_ties - 2 * _discordant(y, both)
    value = gap / math.sqrt(total - x_ties) / math.sqrt(total - y_ties)
    m = n * (n - 1.0)
    variance = (m * (2 * n + 5) - x1 - y1) / 18 + 2 * x_ties * y_ties / m
    if n > 2:
        variance += x0 * y0 / (9 * m * (n - 2))
    p = float(2 * norm.sf(abs(gap) / math.sqrt(variance))) if variance > 0 else math.nan
    return max(-1.0, min(1.0, value)), p


def _ties(size: Whole) -> tuple[int, float, float]:
    """Return the pairs of tied rows, and the two sums over ties that the variance of tau takes."""
    tied = size[size > 1]
    real = tied.astype(float)
    return (
        int((tied * (tied - 1) // 2).sum()),
        float((real * (real - 1) * (real - 2)).sum()),
        float((real * (real - 1) * (2 * real + 5)).sum()),
    )


def _discordant(y: Whole, weight: Whole) -> int:
    """Count the pairs of rows in falling order of `y`, of cells in rising order of x and, at one x, of y.

    Cells are parted by the binary digits of y from the highest on: of two cells that agree in all digits before, the
    one with digit 1 is the larger, so it counts where it stands first.
    """
    import numpy as np

    total = 0
    for digit in range(int(y.max()).bit_length() - 1, -1, -1):
        high = (y >> digit) & 1
        above = np.cumsum(weight * high)
        group = y >> (digit + 1)
        starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
        before = (above - weight * high)[starts]
        inside = above - np.repeat(before, np.diff(np.r_[starts, len(y)]))
        total += int((weight * (1 - high) * inside).sum())
        order = np.argsort(group * 2 + high, kind="stable")
        y, weight = y[order], weight[order]
    return total
