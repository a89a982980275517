"""The one least-squares solution behind every model here, of the distinct rows of a design, weighted by count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from k2lab.errors import UsageError
from k2lab.stats.design import aliased
from k2lab.stats.frames import short
from k2lab.stats.gram import Gram, chunks, gram

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
    held : array
        The rows of Q; or, with `basis`, rows of the design, of which those of Q are made when they are needed.
    basis : pair of arrays, optional
        What is taken off each row of `held`, and the matrix it is then multiplied with.
    """

    params: Floats
    fitted: Floats
    leverage: Floats
    offset: float
    back: Floats
    held: Floats
    basis: tuple[Floats, Floats] | None = None

    @property
    def rows(self) -> Floats:
        """The row of Q that one row of each cell has."""
        import numpy as np

        return np.concatenate([q for _, q in self._parts()])

    def _parts(self) -> Iterator[tuple[slice, Floats]]:
        if self.basis is None:
            yield slice(None), self.held
            return
        centre, turn = self.basis
        for part in chunks(len(self.held)):
            yield part, (self.held[part] - centre) @ turn

    @property
    def inverse(self) -> Floats:
        """(X'X)^-1."""
        made: Floats = self.back @ self.back.T
        return made

    def sandwich(self, weights: Floats) -> Floats:
        """Return the covariance of the coefficients with these squared errors, summed up by cell."""
        inner = sum((q * weights[part, None]).T @ q for part, q in self._parts())
        made: Floats = self.back @ inner @ self.back.T
        return made

    def clustered(self, scores: Floats, factor: float) -> Floats:
        """Return the covariance from the sums of `rows` times residual over each cluster."""
        made: Floats = factor * self.back @ (scores.T @ scores) @ self.back.T
        return made


def solve(
    cells: Floats, size: Floats, mean: Floats, names: tuple[str, ...] | None = None, products: Gram | None = None
) -> Solution:
    """Solve least squares of the mean outcome of each cell on its row of the design, weighted by its rows.

    Parameters
    ----------
    cells : array of shape (m, k)
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
    products = products or gram(cells, size)
    if products is not None:
        return _of_products(cells, size, mean, products)
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
        held=q / np.maximum(root, 1),
        back=back,
    )


def _of_products(cells: Floats, size: Floats, mean: Floats, made: Gram) -> Solution:
    """Solve from cross products, by Cholesky, refined against the rows themselves."""
    import numpy as np
    from scipy.linalg import solve_triangular

    m, k = cells.shape
    has_intercept = bool((cells[:, 0] == 1).all())
    offset = float(size @ mean) / float(size.sum()) if has_intercept else 0.0
    r = np.linalg.cholesky(made.products).T
    # Coordinates of Q: its columns are orthonormal under the weights, as those of a QR are.
    turn: Floats = solve_triangular(r, np.eye(k)) / made.scale[:, None]
    scores = size * (mean - offset)
    beta = turn.T @ sum(scores[part] @ cells[part] for part in chunks(m))
    gap, fitted, leverage = np.zeros(k), np.zeros(m), np.zeros(m)
    for part in chunks(m):
        q = (cells[part] - made.centre) @ turn
        leverage[part] = np.einsum("ij,ij->i", q, q)
        fitted[part] = q @ beta
        gap += (scores[part] - size[part] * fitted[part]) @ q
    for part in chunks(m):
        fitted[part] += (cells[part] - made.centre) @ (turn @ gap)
    beta = beta + gap
    back = turn.copy()
    params = turn @ beta
    if has_intercept:
        back[0] -= made.centre @ back
        params[0] += offset - made.centre @ params
    return Solution(
        params=params, fitted=fitted, leverage=np.minimum(leverage, 1.0), offset=offset, back=back, held=cells,
        basis=(made.centre, turn),
    )  # fmt: skip


def _not_independent(columns: list[str]) -> None:
    named = ", ".join(short(c) for c in columns[:4])
    raise NotEstimable(
        f"{named} {'is' if len(columns) == 1 else 'are'} fixed by the other terms, so no coefficient of its "
        "own exists.",
        "Leave it out.",
    )
