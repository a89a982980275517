"""The straight line and the cubic of two numbers over all rows of a large frame, from sums that its engine makes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from k2lab.stats import engines
from k2lab.stats.moments import Pair, plain


@dataclass(frozen=True, kw_only=True)
class Line:
    """What sums tell of a relationship.

    Attributes
    ----------
    r : float
        Pearson's correlation.
    slope, se : float
        Of y for one of x, with the HC3 error; `se` is NaN where one row decides the slope alone.
    cubic : float
        Adjusted share of variance of a cubic; NaN where x does not determine one.
    heavy : float
        The larger excess kurtosis of the two.
    """

    r: float
    slope: float
    se: float
    cubic: float
    heavy: float


def line(data: Any, x: str, y: str, pair: Pair) -> Line:
    """Read the line and the cubic in one pass over standardised numbers, whose sums `pair` has.

    Notes
    -----
    HC3 (MacKinnon and White 1985) needs the leverage and residual of each row, which the engine has as an expression.
    """
    import narwhals as nw

    n, r = pair.n, pair.r
    sx, sy = (math.sqrt(one / n) for one in pair.squares)
    read = plain(data, (x, y))
    read = read.filter(~nw.col("c0").is_null(), ~nw.col("c1").is_null())
    u = (nw.col("c0") - pair.centre[0] - pair.shift[0]) / sx
    v = (nw.col("c1") - pair.centre[1] - pair.shift[1]) / sy
    read = read.select(u.alias("u"), v.alias("v"))
    u, v = nw.col("u"), nw.col("v")
    leverage = (1 + u * u) / n
    pull = (v - r * u) * u / (1 - leverage)
    read = read.with_columns(
        (u * u).alias("u2"), (v * v).alias("v2"), (pull * pull).alias("pull"), (u * u * u).alias("u3")
    )
    u2, u3 = nw.col("u2"), nw.col("u3")
    terms = {
        "m1": u, "m2": u2, "m3": u3, "m4": u2 * u2, "m5": u2 * u3, "m6": u3 * u3,
        "c1": u * v, "c2": u2 * v, "c3": u3 * v, "y4": nw.col("v2") * nw.col("v2"), "meat": nw.col("pull"),
    }  # fmt: skip
    read = read.with_columns(*(one.alias(name) for name, one in terms.items()))
    asked = [nw.col(name).sum().alias(f"sum_{name}") for name in terms]
    found = engines.collected(read.select(*asked, u2.max().alias("most"))).iloc[0]
    mean = {name: float(found[f"sum_{name}"]) / n for name in terms}
    alone = (1 + float(found["most"])) / n > 1 - 1e-9
    return Line(
        r=r, slope=r * sy / sx,
        se=math.nan if alone else math.sqrt(mean["meat"] / n) * sy / sx,
        cubic=_cubic(mean, n), heavy=max(mean["m4"], mean["y4"]) - 3,
    )  # fmt: skip


def _cubic(mean: dict[str, float], n: int) -> float:
    """Return the adjusted share of variance that powers of u up to the third explain of v, from their mean products."""
    import numpy as np

    powers = np.array([mean[f"m{k}"] for k in range(1, 7)])
    products = np.array([[powers[i + j + 1] - powers[i] * powers[j] for j in range(3)] for i in range(3)])
    with_y = np.array([mean[f"c{k}"] for k in (1, 2, 3)])
    scale = np.sqrt(np.diag(products))
    if not bool((scale > 0).all()):
        return math.nan
    products, with_y = products / np.outer(scale, scale), with_y / scale
    values = np.linalg.eigvalsh(products)
    if values[0] <= values[-1] * 1e-10:
        return math.nan
    r2 = float(with_y @ np.linalg.solve(products, with_y))
    return 1 - (1 - r2) * (n - 1) / (n - 4)
