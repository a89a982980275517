"""Logistic and Poisson models: maximum likelihood on the cells of a design, robust covariances, and Firth's penalty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from k2lab.locale import pick
from k2lab.stats.least import NotEstimable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from k2lab.stats.design import Design

    Floats = NDArray[np.float64]

Family = Literal["binomial", "poisson"]
COVARIANCES = ("classical", "HC0", "HC1", "HC2", "HC3", "cluster")
FAR, WIDE = 10.0, 100.0
"""Coefficients and standard errors beyond these mark a separated outcome (playbook section 4)."""


class Separated(NotEstimable):
    """Some terms tell the outcome wholly, so that a coefficient has no finite estimate."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LikelihoodFit:
    """A fitted model of a share or a count.

    Attributes
    ----------
    params, cov : ndarray
    cov_type : str
    n, df_resid : int
    mean : ndarray
        Fitted share or rate of each row of the design's cells.
    deviance, null_deviance, log_likelihood, dispersion : float
        Dispersion is Pearson's chi squared over its degrees of freedom.
    penalised : bool
        Whether Firth's penalty was used.
    clusters : int or None
    """

    params: Floats
    cov: Floats
    cov_type: str
    n: int
    df_resid: int
    mean: Floats
    deviance: float
    null_deviance: float
    log_likelihood: float
    dispersion: float
    penalised: bool = False
    clusters: int | None = None

    @property
    def se(self) -> Floats:
        """Standard errors of the coefficients."""
        import numpy as np

        made: Floats = np.sqrt(np.maximum(np.diag(self.cov), 0.0))
        return made

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * len(self.params) - 2 * self.log_likelihood


def fit(
    design: Design, y: Floats, family: Family, cov: str = "classical", times: Floats | None = None,
    clusters: Any = None, *, firth: bool = False,
) -> LikelihoodFit:  # fmt: skip
    """Fit a logistic (yes is 1) or Poisson model with its canonical link.

    Parameters
    ----------
    design : Design
    y : ndarray of shape (n,)
    family : {"binomial", "poisson"}
    cov : {"classical", "HC0", "HC1", "HC2", "HC3", "cluster"}
        "cluster" is CR1 and needs `clusters`, one label a row.
    times : ndarray, optional
        Rows that each row stands for.
    firth : bool
        Penalise the likelihood by Jeffreys' prior, which is finite for separated data too (binomial only).

    Raises
    ------
    Separated
        If a coefficient runs away.
    NotEstimable
        If there are not more rows than coefficients, or columns are not independent.

    Notes
    -----
    Iteratively reweighted least squares of statsmodels' GLM on the distinct rows of the design. Robust covariances as
    R's sandwich (HC) with the leverage of the weighted design; Firth (1993), Heinze and Schemper (2002).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from k2lab.stats.design import design
    >>> terms = design(pd.DataFrame({"g": list("aaaabbbb")}), ["g"])
    >>> made = fit(terms, np.array([0, 0, 0, 1, 0, 1, 1, 1.0]), "binomial")
    >>> made.params.round(4).tolist()
    [-1.0986, 2.1972]
    """
    import numpy as np

    weight = np.ones(len(y)) if times is None else times.astype(float)
    m = len(design.cells)
    size: Floats = weight if design.whole else np.bincount(design.index, weight, minlength=m).astype(np.float64)
    total: Floats = (
        weight * y if design.whole else np.bincount(design.index, weight * y, minlength=m).astype(np.float64)
    )
    n, k = round(float(weight.sum())), design.cells.shape[1]
    if n <= k:
        raise NotEstimable(f"{n} rows cannot determine {k} coefficients.", "Use fewer terms, or more rows.")
    _independent(design, size)
    mean = total / size
    params = _firth(design.cells, total, size) if firth else _reweighted(design, mean, size, family)
    mu = _mean(design.cells @ params, family)
    if not firth:
        _separation(design, params, mu, size, family)
    spread = size * (mu * (1 - mu) if family == "binomial" else mu)
    bread: Floats = np.asarray(np.linalg.inv((design.cells * spread[:, None]).T @ design.cells), dtype=np.float64)
    each = mu if design.whole else mu[design.index]
    groups = None
    made = bread
    if cov != "classical":
        made, groups = _robust(design, bread, spread / size, (weight, y - each), cov, clusters, n)
    at = each * (1 - each) if family == "binomial" else each
    pearson = float((weight * (y - each) ** 2 / np.maximum(at, 1e-300)).sum())
    deviance, null, log = _fits(y, each, weight, family)
    return LikelihoodFit(
        params=params, cov=made, cov_type=cov, n=n, df_resid=n - k, mean=mu, deviance=deviance, null_deviance=null,
        log_likelihood=log, dispersion=pearson / (n - k), penalised=firth, clusters=groups,
    )  # fmt: skip


def _reweighted(design: Design, mean: Floats, size: Floats, family: Family) -> Floats:
    import warnings

    import numpy as np
    import statsmodels.api as sm

    kind = sm.families.Binomial() if family == "binomial" else sm.families.Poisson()
    # Columns of one size keep the iterations well scaled; the coefficients are scaled back.
    scale = np.maximum(np.abs(design.cells).max(axis=0), 1e-300)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # separation and overflow are read off the result
        try:
            found = sm.GLM(mean, design.cells / scale, family=kind, freq_weights=size).fit(maxiter=100, tol=1e-14)
        except (
            ValueError,
            FloatingPointError,
            np.linalg.LinAlgError,
            sm.tools.sm_exceptions.PerfectSeparationError,
        ) as error:
            raise Separated(
                pick(
                    "The terms tell the outcome wholly, so no coefficient is finite.",
                    "各项完全决定结果，系数均非有限。",
                ),
                "",
            ) from error
    made: Floats = np.asarray(found.params, dtype=float) / scale
    if not np.isfinite(made).all():
        raise Separated(
            pick("The model has no finite coefficients.", "模型没有有限的系数。"),
            pick("Use fewer terms.", "请减少项。"),
        )
    return made


def _independent(design: Design, size: Floats) -> None:
    """Refuse columns that others determine, by name."""
    from k2lab.stats.least import solve

    solve(design.cells, size, size * 0.0, design.names)


def _separation(design: Design, params: Floats, mu: Floats, size: Floats, family: Family) -> None:
    """Refuse a fit whose coefficients run away: a fitted share of 0 or 1, or rate of 0, and an error beyond bounds."""
    import numpy as np

    spread = size * (mu * (1 - mu) if family == "binomial" else mu)
    at_end = mu < 1e-8 if family == "poisson" else (mu < 1e-8) | (mu > 1 - 1e-8)
    scale = np.maximum(np.abs(design.cells).max(axis=0), 1e-300)
    try:
        errors = np.sqrt(np.diag(np.linalg.inv((design.cells / scale * spread[:, None]).T @ (design.cells / scale))))
    except np.linalg.LinAlgError:
        errors = np.full(len(params), math.inf)
    runs = (np.abs(params * scale) > FAR) & ((errors > WIDE) | ~np.isfinite(errors))
    if runs[1:].any() or (at_end.any() and (runs.any() or not np.isfinite(errors).all())):
        named = [design.names[j] for j in np.flatnonzero(runs) if j] or [pick("a combination of terms", "若干项的组合")]
        raise Separated(
            pick(
                f"{', '.join(named[:3])} {'separates' if len(named) == 1 else 'separate'} the outcome: some rows have "
                "only one of its values, so the coefficient has no finite estimate.",
                f"{'、'.join(named[:3])} 将结果完全分开：部分行只有一种取值，系数没有有限的估计。",
            ),
            pick("Leave the term out, join levels, or use fewer terms.", "请去掉该项、合并水平或减少项。"),
        )


def _mean(linear: Floats, family: Family) -> Floats:
    import numpy as np
    from scipy.special import expit

    made: Floats = expit(linear) if family == "binomial" else np.exp(np.minimum(linear, 700.0))
    return made


def _firth(X: Floats, total: Floats, size: Floats) -> Floats:
    """Maximise the likelihood of a logistic model penalised by the determinant of the information."""
    import numpy as np

    centre = np.zeros(X.shape[1])
    scale = np.maximum(np.abs(X).max(axis=0), 1e-300)
    Z = X / scale
    beta = centre

    def value(b: Floats) -> float:
        eta = Z @ b
        mu = _mean(eta, "binomial")
        log = float(total @ eta - size @ np.logaddexp(0.0, eta))
        sign, det = np.linalg.slogdet((Z * (size * mu * (1 - mu))[:, None]).T @ Z)
        return log + 0.5 * float(det) if sign > 0 else -math.inf

    best = value(beta)
    for _ in range(200):
        mu = _mean(Z @ beta, "binomial")
        w = size * mu * (1 - mu)
        inverse = np.linalg.inv((Z * w[:, None]).T @ Z)
        h = w * np.einsum("ij,jk,ik->i", Z, inverse, Z)
        step = inverse @ (Z.T @ (total - size * mu + h * (0.5 - mu)))
        step *= min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
        while True:
            trial = value(beta + step)
            if trial >= best - 1e-12 or float(np.abs(step).max()) < 1e-12:
                break
            step = step / 2
        beta, best = beta + step, max(best, trial)
        if float(np.abs(step).max()) < 1e-10:
            break
    made: Floats = beta / scale
    return made


def _robust(
    design: Design, bread: Floats, spread: Floats, left: tuple[Floats, Floats], cov: str, clusters: Any, n: int
) -> tuple[Floats, int | None]:
    import numpy as np

    from k2lab.errors import UsageError

    (weight, residuals), k = left, len(bread)
    index = np.arange(len(residuals)) if design.whole else design.index
    if cov == "cluster":
        if clusters is None or len(clusters) != len(residuals):
            raise UsageError("A cluster covariance needs one cluster label for each row.", "Give cluster=.")
        labels, group = np.unique(np.asarray(clusters).astype(str), return_inverse=True)
        g = len(labels)
        if g < 2:
            raise NotEstimable("All rows are in one cluster.", "Use HC3, or another column of clusters.")
        scores = design.cells[index] * (weight * residuals)[:, None]
        sums = np.stack([np.bincount(group, weights=scores[:, j], minlength=g) for j in range(k)], axis=1)
        factor = g / (g - 1) * (n - 1) / (n - k)
        return factor * bread @ (sums.T @ sums) @ bread, g
    squares = weight * residuals**2
    if cov in ("HC2", "HC3"):
        h = spread * np.einsum("ij,jk,ik->i", design.cells, bread, design.cells)
        h = np.minimum(h, 1.0)[index]
        if (h > 1 - 1e-9).any():
            raise NotEstimable("Some rows decide a coefficient alone (leverage 1), so HC2 and HC3 cannot be had.",
                               'Use cov="HC1" or join their level with another.')  # fmt: skip
        squares = squares / (1 - h) ** (1 if cov == "HC2" else 2)
    factor = n / (n - k) if cov == "HC1" else 1.0
    summed = np.bincount(index, squares, minlength=len(design.cells))
    return factor * bread @ ((design.cells * summed[:, None]).T @ design.cells) @ bread, None


def _fits(y: Floats, mu: Floats, weight: Floats, family: Family) -> tuple[float, float, float]:
    """Return the deviance, that of the mean alone, and the log likelihood."""
    import numpy as np
    from scipy.special import gammaln, xlogy

    centre = float(weight @ y) / float(weight.sum())

    def log(m: Any) -> float:
        if family == "binomial":
            return float(weight @ (xlogy(y, m) + xlogy(1 - y, 1 - m)))
        return float(weight @ (xlogy(y, m) - m - gammaln(y + 1)))

    best = 0.0 if family == "binomial" else log(np.maximum(y, 0.0))
    value = log(mu)
    return 2 * (best - value), 2 * (best - log(np.full(len(y), centre))), value
