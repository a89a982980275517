"""Nodes and weights for integrals over the normal and the chi distribution."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@lru_cache(maxsize=8)
def legendre(n: int) -> tuple[Floats, Floats]:
    """Return the Gauss-Legendre rule of n nodes on -1 to 1; kept, since it costs an eigenvalue problem.

    Examples
    --------
    >>> nodes, weights = legendre(8)
    >>> round(float((nodes**2 @ weights)), 6)
    0.666667
    """
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(n)
    return nodes, weights


@lru_cache(maxsize=256)
def scaled_chi(df: float, n: int) -> tuple[Floats, Floats]:
    """Return nodes of s = sqrt(chi2 / df), and weights that hold its density and add up to one.

    Examples
    --------
    >>> s, weight = scaled_chi(10.0, 64)
    >>> round(float((s**2) @ weight), 6)
    1.0
    """
    from scipy.stats import chi

    spread = 1 / math.sqrt(2 * df)
    low = max(0.0, 1 - 10 * spread)
    high = 1 + 10 * spread if df >= 30 else float(chi.isf(1e-18, df)) / math.sqrt(df)
    nodes, weights = legendre(n)
    s = (high - low) / 2 * nodes + (high + low) / 2
    density = chi.pdf(s * math.sqrt(df), df) * weights
    return s, density / density.sum()
