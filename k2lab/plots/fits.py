"""A line or a smooth curve through points, with its 95% band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from k2lab.stats import linear

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

Shape = Literal["auto", "line", "curve"]
KNOTS = 5
MOST_ROWS = 200_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """The fitted mean over a grid, with the ends of its pointwise 95% interval."""

    shape: str
    at: Array
    value: Array
    low: Array
    high: Array
    slope: float | None = None


def fit(x: Array, y: Array, shape: Shape = "auto", points: int = 80) -> Curve | None:
    """Fit y on x by least squares with an HC3 band.

    Parameters
    ----------
    x, y : array
        On the scales of the axes.
    shape : {"auto", "line", "curve"}
        A curve is a natural cubic spline with five knots at quantiles of x (Harrell 2015, section 2.4.6);
        "auto" takes it from a hundred rows with thirty values of x.
    points : int
        Points of the grid.

    Returns
    -------
    Curve or None
        None where no line is determined: fewer than four rows, or x or y constant.

    Notes
    -----
    Beyond 200,000 rows an even selection of them is fitted: the band is then a little wide, never too narrow.
    """
    import numpy as np
    from scipy.stats import t

    if len(x) < 4 or float(np.ptp(x)) <= 0 or float(np.ptp(y)) <= 0:
        return None
    if len(x) > MOST_ROWS:
        step = -(-len(x) // MOST_ROWS)
        x, y = x[::step], y[::step]
    knots = _knots(x) if shape == "curve" or (shape == "auto" and len(x) >= 100) else np.zeros(0)
    curved = len(knots) >= 3
    low, high = np.quantile(x, [0.005, 0.995]) if len(x) >= 400 else (x.min(), x.max())
    if high <= low:
        low, high = x.min(), x.max()
    grid = np.linspace(low, high, points)
    centre, scale = float(x.mean()), float(x.std())
    base = _basis((x - centre) / scale, (knots - centre) / scale)
    try:
        made = linear.fit(base, y, cov="HC3")
    except (linear.NotEstimable, np.linalg.LinAlgError):
        return None
    rows = _basis((grid - centre) / scale, (knots - centre) / scale)
    value = rows @ made.params
    error = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", rows, made.cov, rows), 0))
    width = float(t.ppf(0.975, made.df_resid)) * error
    if not np.isfinite(width).all():
        return None
    slope = None if curved else float(made.params[1]) / scale
    return Curve(
        shape="curve" if curved else "line", at=grid, value=value, low=value - width, high=value + width, slope=slope
    )


def _knots(x: Array) -> Array:
    """Return the knots of a curve, or none where x has too few values for one."""
    import numpy as np

    if len(np.unique(x[:: max(1, len(x) // 5000)])) < 30:
        return np.zeros(0)
    knots = np.unique(np.quantile(x, [0.05, 0.275, 0.5, 0.725, 0.95]))
    return knots if len(knots) == KNOTS else np.zeros(0)


def _basis(x: Array, knots: Array) -> Array:
    """Return the natural cubic spline basis (truncated powers, linear beyond the outer knots), or 1 and x."""
    import numpy as np

    columns = [np.ones_like(x), x]
    if len(knots):
        last, before = knots[-1], knots[-2]

        def cubic(knot: float) -> Array:
            made: Array = (np.maximum(x - knot, 0) ** 3 - np.maximum(x - last, 0) ** 3) / (last - knot)
            return made

        columns += [cubic(float(knot)) - cubic(float(before)) for knot in knots[:-2]]
    return np.column_stack(columns)
