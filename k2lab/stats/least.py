"""The one least-squares solution behind every model here, of the distinct rows of a design, weighted by count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from k2lab.errors import UsageError
from k2lab.stats.basis import Basis, Written, basis
from k2lab.stats.design import aliased
from k2lab.stats.factored import Factored
from k2lab.stats.frames import short
from k2lab.stats.gram import Gram, gram

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class NotEstimable(UsageError):
    """The data do not determine what was asked for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """Least squares on cells: rows of the design that are equal are one cell.

    Attributes
    ----------
    params : array
        Coefficients.
    fitted : array
        Fitted value of each cell, less `offset`.
    leverage : array
        Of one row of each cell.
    offset : float
        The outcome's mean where there is an intercept: it is taken off first, so that it costs no digits.
    back : array
        Turns coordinates of Q into coefficients.
    basis : Basis
        The rows of Q that one row of each cell has.
    """

    params: Floats
    fitted: Floats
    leverage: Floats
    offset: float
    back: Floats
    basis: Basis

    @property
    def rows(self) -> Floats:
        """The row of Q that one row of each cell has."""
        return self.basis.rows

    @property
    def inverse(self) -> Floats:
        """(X'X)^-1."""
        made: Floats = self.back @ self.back.T
        return made

    def sandwich(self, weights: Floats) -> Floats:
        """Return the covariance of the coefficients with these squared errors, summed up by cell."""
        made: Floats = self.back @ self.basis.sandwich(weights) @ self.back.T
        return made

    def clustered(self, scores: Floats, factor: float) -> Floats:
        """Return the covariance from the sums of `rows` times residual over each cluster."""
        made: Floats = factor * self.back @ (scores.T @ scores) @ self.back.T
        return made


def solve(
    cells: Floats | Factored, size: Floats, mean: Floats, names: tuple[str, ...] | None = None,
    products: Gram | None = None,
) -> Solution:  # fmt: skip
    """Solve least squares of the mean outcome of each cell on its row of the design, weighted by its rows.

    Parameters
    ----------
    cells : array of shape (m, k), or Factored
    size : array of shape (m,)
        Rows of each cell; 1 where every row stands for itself.
    mean : array of shape (m,)
        Mean outcome of each cell.
    names : tuple of str, optional
        Names of the columns, for messages.
    products : Gram, optional
        Of `cells` and `size`, if they are known.

    Raises
    ------
    NotEstimable
        If the columns are not independent.

    Notes
    -----
    Columns are centred (when the first is an intercept) and scaled before a Householder QR, and the solution is
    refined once, so a huge offset costs no digits. Many rows whose scaled cross products are well conditioned are
    solved from these (Cholesky) and refined against the rows; the matrix is then only read, in chunks.
    """
    import numpy as np
    from scipy.linalg import solve_triangular

    k = cells.shape[1]
    names = names or tuple(f"x{i}" for i in range(k))
    products = products or (cells.gram(size) if isinstance(cells, Factored) else gram(cells, size))
    if products is not None:
        return _of_products(cells, size, mean, products)
    if isinstance(cells, Factored):
        cells = cells.written
    n = float(size.sum())
    has_intercept = bool((cells[:, 0] == 1).all())
    centre = (size @ cells) / n if has_intercept else np.zeros(k)
    if has_intercept:
        centre[0] = 0.0
    offset = float(size @ mean) / n if has_intercept else 0.0
    moved = cells - centre
    scale = np.sqrt(size @ moved**2)
    # A column that is constant beside the intercept keeps only rounding noise when centred.
    flat = scale <= 1e-12 * np.sqrt(n) * np.maximum(1.0, np.abs(centre)) if has_intercept else scale == 0
    if flat.any():
        _not_independent([names[i] for i in np.flatnonzero(flat)])
    root = np.sqrt(size)[:, None]
    q: Floats
    r: Floats
    q, r = np.linalg.qr(moved / scale * root)
    lost = aliased(r)
    if lost:
        _not_independent([names[i] for i in lost])
    target = mean - offset
    beta = solve_triangular(r, q.T @ (target * root[:, 0]))
    fitted = (moved / scale) @ beta
    # One step of refinement recovers the digits that rounding of a large outcome costs.
    beta = beta + solve_triangular(r, q.T @ ((target - fitted) * root[:, 0]))
    fitted = (moved / scale) @ beta
    back = solve_triangular(r, np.eye(k)) / scale[:, None]
    params = beta / scale
    if has_intercept:
        back[0] -= centre @ back
        params[0] += offset - centre @ params
    return Solution(
        params=params,
        fitted=fitted,
        leverage=np.minimum((q**2).sum(axis=1) / np.maximum(size, 1), 1.0),
        offset=offset,
        basis=Written(rows=q / np.maximum(root, 1)),
        back=back,
    )


def _of_products(cells: Floats | Factored, size: Floats, mean: Floats, made: Gram) -> Solution:
    """Solve from cross products, by Cholesky, refined against the rows themselves."""
    import numpy as np
    from scipy.linalg import solve_triangular

    has_intercept = isinstance(cells, Factored) or bool((cells[:, 0] == 1).all())
    offset = float(size @ mean) / float(size.sum()) if has_intercept else 0.0
    r = np.linalg.cholesky(made.products).T
    # Coordinates of Q: its columns are orthonormal under the weights, as those of a QR are.
    turn: Floats = solve_triangular(r, np.eye(len(r))) / made.scale[:, None]
    q = basis(cells, made, turn)
    moved = mean - offset
    beta = q.against(size * moved)
    beta = beta + q.against(size * (moved - q.times(beta)))
    back = turn.copy()
    params = turn @ beta
    if has_intercept:
        back[0] -= made.centre @ back
        params[0] += offset - made.centre @ params
    return Solution(
        params=params, fitted=q.times(beta), leverage=np.minimum(q.leverage(), 1.0), offset=offset, back=back, basis=q
    )


def _not_independent(columns: list[str]) -> None:
    named = ", ".join(short(c) for c in columns[:4])
    raise NotEstimable(
        f"{named} {'is' if len(columns) == 1 else 'are'} fixed by the other terms, so no coefficient of its "
        "own exists.",
        "Leave it out.",
    )
