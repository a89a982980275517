"""The studentised range, behind Tukey's and Games and Howell's comparisons of all pairs."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from k2lab.stats.quadrature import legendre, scaled_chi

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FLOOR = 1e-12
"""Smaller tails are rounding noise of the quadrature."""


def tail(q: float, groups: int, df: float) -> float:
    """Return P(Q > q) of the studentised range of `groups` means with `df` degrees of freedom.

    Gauss-Legendre quadrature over the chi distribution and the normal; agrees with R's ptukey to 1e-9 and is
    a hundred times faster than scipy's.

    Examples
    --------
    >>> round(tail(3.5, 5, 200.3), 6)
    0.100515
    """
    import numpy as np

    s, density = scaled_chi(df, 96)
    z, phi = _normal()
    cdf = _cdf(z)
    # For a range up to q s with the largest at z, the other means lie between z - q s and z.
    inner = cdf[None, :] - _cdf(z[None, :] - q * s[:, None])
    below = groups * (phi[None, :] * np.clip(inner, 0, 1) ** (groups - 1)).sum(axis=1)
    return min(1.0, max(FLOOR, 1 - float((density * below).sum())))


@lru_cache(maxsize=512)
def critical(level: float, groups: int, df: float) -> float:
    """Return the value that the studentised range stays below with probability `level`.

    Examples
    --------
    >>> round(critical(0.95, 5, 200.3), 4)
    3.893
    """
    from scipy.optimize import brentq

    high = 10.0
    while tail(high, groups, df) > 1 - level:
        high *= 2
    return float(brentq(lambda q: tail(q, groups, df) - (1 - level), 0.0, high, xtol=1e-9))


@lru_cache(maxsize=1)
def _normal() -> tuple[Floats, Floats]:
    import numpy as np

    nodes, weights = legendre(160)
    z = 8.5 * nodes
    return z, np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * weights * 8.5


def _cdf(z: Floats) -> Floats:
    from scipy.special import ndtr

    made: Floats = ndtr(z)
    return made
