"""Quantile regression: the exact minimum of the check loss as a linear programme, with sandwich errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from k2lab.errors import InputError
from k2lab.stats.least import NotEstimable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST = 200_000
"""Rows of one programme; it is exact, and its time grows a little faster than the rows."""


@dataclass(frozen=True, kw_only=True, eq=False)
class QuantileFit:
    """A fitted quantile: coefficients, their covariance and the check loss."""

    params: Floats
    cov: Floats
    loss: float
    n: int
    df_resid: int
    residuals: Floats

    @property
    def se(self) -> Floats:
        """Standard errors of the coefficients."""
        import numpy as np

        made: Floats = np.sqrt(np.maximum(np.diag(self.cov), 0.0))
        return made


def minimise(X: Floats, y: Floats, tau: float) -> Floats:
    """Return coefficients that minimise the check loss (there may be others with the same loss where y is tied).

    The dual programme has one bounded variable a row and one equation a column; its prices are the coefficients.
    Source: Koenker and Bassett (1978); Koenker (2005), section 6.2.

    Raises
    ------
    InputError
        If there are too many rows, or the programme cannot be solved.

    Examples
    --------
    >>> import numpy as np
    >>> minimise(np.ones((5, 1)), np.array([1.0, 2, 3, 10, 99]), 0.5).tolist()
    [3.0]
    """
    import numpy as np
    from scipy.optimize import linprog

    if len(y) > MOST:
        raise InputError(f"{len(y):,} rows are too many for a quantile regression ({MOST:,}).", "Take a sample first.")
    centre = float(np.median(y))
    spread = float(np.abs(y - centre).mean()) or 1.0
    scale = np.maximum(np.abs(X).max(axis=0), 1e-300)
    Z, z = X / scale, (y - centre) / spread
    found = linprog(-z, A_eq=Z.T, b_eq=(1 - tau) * Z.sum(axis=0), bounds=(0, 1), method="highs")
    if found.status != 0:
        raise InputError("The quantile regression has no solution.", "Use fewer terms.")
    made: Floats = -np.asarray(found.eqlin.marginals) * spread / scale
    made = _polished(Z, z, made * scale / spread, tau) * spread / scale
    made[0] += centre
    return made


def fit(X: Floats, y: Floats, tau: float, cov: str = "nid") -> QuantileFit:
    """Fit a quantile of y on the columns of X, of which the first is the intercept.

    Parameters
    ----------
    X : ndarray of shape (n, k)
    y : ndarray of shape (n,)
    tau : float
        The quantile, between 0 and 1.
    cov : {"nid", "iid"}
        "nid" lets the density of the residuals vary over the rows (Hendricks and Koenker 1992), "iid" takes it as one.
        R: summary(rq(...), se =).

    Raises
    ------
    NotEstimable
        If the columns are not independent, or the density cannot be had (too few rows, ties).
    InputError
        If there are too many rows.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=200)
    >>> made = fit(np.column_stack([np.ones(200), x]), 1 + 2 * x + rng.normal(size=200), 0.5)
    >>> round(float(made.params[1])), bool(0.05 < made.se[1] < 0.2)
    (2, True)
    """
    import numpy as np

    n, k = X.shape
    if n <= k:
        raise NotEstimable(f"{n} rows cannot determine {k} coefficients.", "Use fewer terms, or more rows.")
    params = minimise(X, y, tau)
    residuals = y - X @ params
    loss = float((residuals * (tau - (residuals < 0))).sum())
    made = _nid(X, y, tau) if cov == "nid" else _iid(X, residuals, tau)
    return QuantileFit(params=params, cov=made, loss=loss, n=n, df_resid=n - k, residuals=np.asarray(residuals))


def bandwidth(tau: float, n: int) -> float:
    """Return the bandwidth of Hall and Sheather (1988), as R's bandwidth.rq.

    Examples
    --------
    >>> round(bandwidth(0.5, 100), 4)
    0.2093
    """
    from scipy.stats import norm

    x0 = float(norm.ppf(tau))
    f0 = float(norm.pdf(x0))
    return float(n ** (-1 / 3) * norm.ppf(0.975) ** (2 / 3) * (1.5 * f0**2 / (2 * x0**2 + 1)) ** (1 / 3))


def _polished(Z: Floats, z: Floats, beta: Floats, tau: float) -> Floats:
    """Return the vertex next to the programme's prices, where that has no larger loss: k rows are then met exactly."""
    import numpy as np

    def loss(b: Floats) -> float:
        r = z - Z @ b
        return float((r * (tau - (r < 0))).sum())

    near = np.argsort(np.abs(z - Z @ beta), kind="stable")[: 4 * Z.shape[1]]
    chosen: list[int] = []
    for i in near:
        trial = [*chosen, int(i)]
        if np.linalg.matrix_rank(Z[trial]) == len(trial):
            chosen = trial
        if len(chosen) == Z.shape[1]:
            vertex: Floats = np.asarray(np.linalg.solve(Z[chosen], z[chosen]), dtype=np.float64)
            return vertex if loss(vertex) <= loss(beta) * (1 + 1e-9) else beta
    return beta


def _nid(X: Floats, y: Floats, tau: float) -> Floats:
    import numpy as np

    n = len(y)
    h = bandwidth(tau, n)
    while tau - h < 0 or tau + h > 1:
        h /= 2
    gap = X @ (minimise(X, y, tau + h) - minimise(X, y, tau - h))
    tiny = np.finfo(float).eps ** (2 / 3)
    density = np.maximum(0.0, 2 * h / np.where(np.abs(gap - tiny) > 0, gap - tiny, np.inf))
    root = np.sqrt(density)[:, None] * X
    try:
        inverse = np.linalg.inv(root.T @ root)
    except np.linalg.LinAlgError:
        raise NotEstimable(
            "The density of the residuals cannot be had, so there are no errors.", 'Try cov="iid".'
        ) from None
    made: Floats = np.asarray(tau * (1 - tau) * inverse @ (X.T @ X) @ inverse, dtype=np.float64)
    return made


def _iid(X: Floats, residuals: Floats, tau: float) -> Floats:
    """Return the covariance with one density, from the residual quantiles about zero (R: se = "iid")."""
    import numpy as np

    n, k = X.shape
    zeros = int((np.abs(residuals) < np.finfo(float).eps ** (2 / 3)).sum())
    h = max(k + 1, int(np.ceil(n * bandwidth(tau, n))))
    ranked = np.sort(residuals[np.argsort(np.abs(residuals), kind="stable")][zeros : h + zeros + 1])
    if len(ranked) < 3:
        raise NotEstimable(
            "Too few rows lie off the fit to judge the density of the residuals.", "More rows are needed."
        )
    at = np.arange(1, len(ranked) + 1) / (n - k)
    ones = np.column_stack([np.ones(len(ranked)), at])
    sparsity = float(minimise(ones, ranked, 0.5)[1])
    made: Floats = np.asarray(sparsity**2 * tau * (1 - tau) * np.linalg.inv(X.T @ X), dtype=np.float64)
    return made
