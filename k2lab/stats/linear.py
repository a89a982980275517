"""Linear models: a design from columns, least squares by QR, covariances that hold, tests and contrasts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from k2lab.errors import UsageError
from k2lab.locale import pick
from k2lab.stats import weighted
from k2lab.stats.design import Design, design
from k2lab.stats.factored import Factored
from k2lab.stats.gram import Gram
from k2lab.stats.grouped import Folds
from k2lab.stats.least import NotEstimable, Solution, solve
from k2lab.stats.result import TestResult

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Contrast", "Covariance", "Design", "LeverageOne", "LinearFit", "NotEstimable", "contrast", "design", "fit",
           "fit_design", "fit_weighted", "wald"]  # fmt: skip

Covariance = Literal["classical", "HC0", "HC1", "HC2", "HC3", "cluster"]
COVARIANCES: tuple[str, ...] = ("classical", "HC0", "HC1", "HC2", "HC3", "cluster")


class LeverageOne(NotEstimable):
    """Some rows determine a coefficient alone, so no robust covariance exists.

    Attributes
    ----------
    rows : tuple of int
        Their positions.
    """

    def __init__(self, rows: tuple[int, ...]) -> None:
        self.rows = rows
        decide = "decides" if len(rows) == 1 else "decide"
        super().__init__(
            pick(
                f"{len(rows)} of the rows {decide} a coefficient alone (leverage 1), so its spread cannot be had.",
                f"有 {len(rows)} 行独自决定某个系数（杠杆值为 1），无法估计其离散。",
            ),
            pick("Leave those rows out, or join their level with another.", "请去掉这些行，或将其水平与其他水平合并。"),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearFit:
    """A least-squares fit.

    Attributes
    ----------
    params : ndarray
        Coefficients in the order of `names`.
    cov : ndarray
        Their covariance, of the kind `cov_type`.
    df_test : float
        Degrees of freedom of t and F: the residual ones, or G - 1 with G clusters.
    r2 : float
        Share of variance explained around the mean (around zero when there is no intercept).
    leverage, residuals, fitted : ndarray
        One value a row.
    inverse : ndarray
        (X'X)^-1, from which classical covariances and variance inflation follow.
    perfect : bool
        Whether nothing but rounding is left over, so that there is no spread to test against.
    clusters : int or None
    weighted : bool
        Whether rows had precision weights; residuals and leverages are then those of the weighted rows.
    centred : bool
        Whether `r2` is taken about the mean; about zero, it is no share of the variance.
    """

    names: tuple[str, ...]
    params: Floats
    cov: Floats
    cov_type: str
    n: int
    df_resid: int
    df_test: float
    r2: float
    ss_resid: float
    ss_total: float
    residuals: Floats
    fitted: Floats
    leverage: Floats
    inverse: Floats
    perfect: bool
    clusters: int | None = None
    weighted: bool = False
    centred: bool = True

    @property
    def adj_r2(self) -> float:
        """R squared adjusted for the number of coefficients."""
        k = self.n - self.df_resid - 1
        return 1 - (1 - self.r2) * (self.n - self.centred) / self.df_resid if k >= 0 else self.r2

    @property
    def sigma(self) -> float:
        """Standard deviation of the residuals, in units of the outcome."""
        return float((self.ss_resid / self.df_resid) ** 0.5)

    @property
    def se(self) -> Floats:
        """Standard errors of the coefficients."""
        import numpy as np

        made: Floats = np.sqrt(np.maximum(np.diag(self.cov), 0.0))  # rounding may fall below zero
        return made


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """A linear combination of coefficients with its interval."""

    value: float
    se: float
    low: float
    high: float
    t: float
    p: float
    df: float


def fit(
    X: Floats, y: Floats, cov: str = "HC3", clusters: Any = None, names: tuple[str, ...] | None = None,
    folds: Folds | None = None,
) -> LinearFit:  # fmt: skip
    """Fit y on the columns of X by least squares.

    Parameters
    ----------
    X : ndarray of shape (n, k)
        With its intercept column, if there is to be one.
    y : ndarray of shape (n,)
    cov : {"classical", "HC0", "HC1", "HC2", "HC3", "cluster"}
        "cluster" is CR1 (Stata's small-sample factor) and needs `clusters`, one label a row.
    names : tuple of str, optional
        Names of the columns, for messages.
    folds : Folds, optional
        What each row of a folded frame stands for.

    Raises
    ------
    NotEstimable
        If there are not more rows than coefficients, the columns are not independent, there are fewer than
        two clusters.
    LeverageOne
        If a row has leverage 1 and a robust covariance is asked for.

    Notes
    -----
    Solved by `least.solve`. HC: MacKinnon and White (1985); CR1: Liang and Zeger (1986).

    Examples
    --------
    >>> import numpy as np
    >>> made = fit(np.column_stack([np.ones(4), [0.0, 1, 2, 3]]), np.array([1.0, 3, 5, 8]))
    >>> made.params.round(3).tolist()
    [0.8, 2.3]
    """
    import numpy as np

    X = np.ascontiguousarray(X, dtype=np.float64)
    return _fit(X, np.arange(len(X)), np.asarray(y, dtype=np.float64), cov, clusters, names, folds, whole=True)


def fit_design(
    made: Design, y: Floats, cov: str = "HC3", clusters: Any = None, folds: Folds | None = None
) -> LinearFit:
    """Fit y on a `Design`; the same as `fit`, and many times faster when all terms are categories.

    `folds` says what each row of a folded frame stands for; residuals and leverages are then those of its rows.
    """
    import numpy as np

    y = np.asarray(y, dtype=np.float64)
    return _fit(
        made.held, made.index, y, cov, clusters, made.names, folds, whole=made.whole,
        products=made.products if folds is None else None,
    )  # fmt: skip


def fit_weighted(made: Design, y: Floats, weights: Floats, cov: str = "HC3", clusters: Any = None) -> LinearFit:
    """Fit y on a `Design` by least squares with precision weights (inverse error variances); weight 0 leaves a row out.

    Notes
    -----
    Columns and outcome are centred at their weighted means, then rows are scaled by the root of their weight. R squared
    is around the weighted mean, as in R's lm(weights =).

    Raises
    ------
    NotEstimable, LeverageOne
        As `fit`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> made = design(pd.DataFrame({"x": [0.0, 1.5, 2, 3.5]}), ["x"])
    >>> fitted = fit_weighted(made, np.array([1.0, 3, 5, 8]), np.array([1.0, 2, 2, 1]), "classical")
    >>> fitted.params.round(4).tolist()
    [0.5294, 2.0784]
    """
    import numpy as np

    y = np.asarray(y, dtype=np.float64)
    there = weights > 0
    X, y, w = made.matrix[there], y[there], np.asarray(weights, dtype=np.float64)[there]
    labels = None if clusters is None else np.asarray(clusters)[there]
    intercept = bool((X[:, 0] == 1).all())
    centre = w @ X / w.sum() if intercept else np.zeros(X.shape[1])
    if intercept:
        centre[0] = 0.0
    shift = float(w @ y / w.sum()) if intercept else 0.0
    root = np.sqrt(w)
    found = _fit(
        (X - centre) * root[:, None], np.arange(len(y)), (y - shift) * root, cov, labels, made.names, whole=True
    )
    back = np.eye(X.shape[1])
    back[0] -= centre
    params = back @ found.params
    params[0] += shift
    total = float(w @ (y - shift) ** 2)
    return replace(
        found, params=params, cov=back @ found.cov @ back.T, inverse=back @ found.inverse @ back.T, ss_total=total,
        r2=1 - found.ss_resid / total if total > 0 else 0.0, weighted=True, centred=intercept,
    )  # fmt: skip


def _fit(
    cells: Floats | Factored, index: Any, y: Floats, cov: str, clusters: Any, names: tuple[str, ...] | None,
    folds: Folds | None = None, *, whole: bool, products: Gram | None = None,
) -> LinearFit:  # fmt: skip
    import numpy as np

    if cov not in COVARIANCES:
        raise UsageError(f"cov is {cov!r}.", f"It can be one of {', '.join(COVARIANCES)}.")
    times = None if folds is None else folds.times
    n, k = len(y) if times is None else int(times.sum()), cells.shape[1]
    names = names or tuple(f"x{i}" for i in range(k))
    if n <= k:
        raise NotEstimable(
            f"{n} rows cannot determine {k} coefficients and their spread.", "Use fewer terms, or more rows."
        )
    # The mean goes first: sums of a large outcome would lose digits.
    shift = weighted.mean(y, times)
    mean, size = y - shift, np.ones(len(y)) if times is None else times
    if not whole:
        size = np.bincount(index, times, minlength=cells.shape[0]).astype(np.float64)
        mean = np.bincount(index, mean if times is None else times * mean, minlength=cells.shape[0]) / np.maximum(
            size, 1
        )
    centred = isinstance(cells, Factored) or bool((cells[:, 0] == 1).all())
    if not centred:
        mean, shift = mean + shift, 0.0
    solved = solve(cells, size, mean, names, products)
    y_moved = y - shift - solved.offset
    residuals = y_moved - (solved.fitted if whole else solved.fitted[index])
    leverage = solved.leverage if whole else solved.leverage[index]
    params = solved.params.copy()
    params[0] += shift
    squares = residuals**2
    ss_total = float(y_moved @ y_moved if times is None else times @ y_moved**2)
    if folds is not None:
        squares = folds.times * squares + folds.within
        ss_total += float(folds.within.sum())
    ss_resid, around_zero = float(squares.sum()), float(y @ y if times is None else times @ y**2)
    groups = len(np.unique(clusters)) if cov == "cluster" else None
    return LinearFit(
        names=names, params=params,
        cov=_covariance(solved, index, (residuals, squares), leverage, cov, clusters, n, whole=whole), cov_type=cov,
        n=n,
        df_resid=n - k, df_test=float(n - k if groups is None else groups - 1),
        r2=1 - ss_resid / ss_total if ss_total > 0 else 0.0,
        ss_resid=ss_resid, ss_total=ss_total, residuals=residuals, fitted=y - residuals, leverage=leverage,
        inverse=solved.inverse, perfect=ss_resid <= 1e-22 * max(ss_total, 1e-8 * around_zero), clusters=groups,
        centred=centred,
    )  # fmt: skip


def _covariance(
    solved: Solution, index: Any, left: tuple[Floats, Floats], leverage: Floats, cov: str, clusters: Any, n: int,
    *, whole: bool,
) -> Floats:  # fmt: skip
    import numpy as np

    (residuals, squares), k = left, len(solved.params)
    if cov == "classical":
        return solved.inverse * (float(squares.sum()) / (n - k))
    if cov == "cluster":
        if clusters is None or len(clusters) != n:
            raise UsageError("A cluster covariance needs one cluster label for each row.", "Give clusters.")
        labels, group = np.unique(np.asarray(clusters).astype(str), return_inverse=True)
        g = len(labels)
        if g < 2:
            raise NotEstimable("All rows are in one cluster.", "Use HC3, or another column of clusters.")
        scores = (solved.rows if whole else solved.rows[index]) * residuals[:, None]
        sums: Floats = np.stack([np.bincount(group, weights=scores[:, j], minlength=g) for j in range(k)], axis=1)
        return solved.clustered(sums, g / (g - 1) * (n - 1) / (n - k))
    alone = leverage > 1 - 1e-9
    if alone.any() and cov in ("HC2", "HC3"):
        raise LeverageOne(tuple(int(i) for i in np.flatnonzero(alone)))
    power = {"HC0": 0, "HC1": 0, "HC2": 1, "HC3": 2}[cov]
    weight = squares / (1 - leverage) ** power if power else squares
    if cov == "HC1":
        weight = weight * (n / (n - k))
    if not whole:
        weight = np.bincount(index, weights=weight, minlength=len(solved.rows)).astype(np.float64)
    return solved.sandwich(weight)


def wald(made: LinearFit, L: Floats, label: str = "", n: int | None = None) -> TestResult:
    """Test that all rows of L times the coefficients are zero, by Wald's F.

    Raises
    ------
    NotEstimable
        If the covariance of these combinations is singular (a perfect fit, cells without variance).

    Examples
    --------
    >>> import numpy as np
    >>> fitted = fit(np.column_stack([np.ones(5), [0.0, 1, 2, 3, 4]]), np.array([1.0, 3, 4, 8, 9]), "classical")
    >>> round(wald(fitted, np.array([[0.0, 1.0]])).statistic, 2)
    69.63
    """
    import numpy as np
    from scipy import stats

    L = np.atleast_2d(L)
    value = L @ made.params
    spread = L @ made.cov @ L.T
    diagonal = np.sqrt(np.maximum(np.diag(spread), 0))
    if made.perfect or (diagonal == 0).any():
        raise NotEstimable(
            pick(
                f"The model leaves no spread to test {label or 'this'} against.",
                f"模型没有剩余离散，无从检验{label or '此项'}。",
            ),
            pick("Some groups have no variance.", "有的组没有方差。"),
        )
    unit = spread / np.outer(diagonal, diagonal)
    if np.linalg.cond(unit) > 1e13:
        raise NotEstimable(
            pick(f"The covariance of {label or 'these terms'} is singular.", f"{label or '这些项'} 的协方差奇异。"),
            pick("Some groups have no variance.", "有的组没有方差。"),
        )
    scaled = value / diagonal
    q = len(L)
    statistic = max(float(scaled @ np.linalg.solve(unit, scaled)) / q, 0.0)
    return TestResult(
        label=label, method=f"Wald F, {made.cov_type}", statistic=statistic, symbol="F", df=(float(q), made.df_test),
        p=float(stats.f.sf(statistic, q, made.df_test)), n=made.n if n is None else n,
    )  # fmt: skip


def contrast(made: LinearFit, L: Floats, level: float = 0.95) -> tuple[Contrast, ...]:
    """Estimate each row of L times the coefficients, with a t interval.

    Raises
    ------
    NotEstimable
        If a combination has no spread (a perfect fit, groups without variance).

    Examples
    --------
    >>> import numpy as np
    >>> fitted = fit(np.column_stack([np.ones(5), [0.0, 1, 2, 3, 4]]), np.array([1.0, 3, 4, 8, 9]), "classical")
    >>> round(contrast(fitted, np.array([0.0, 1.0]))[0].low, 3)
    1.299
    """
    import numpy as np
    from scipy import stats

    L = np.atleast_2d(L)
    value = L @ made.params
    se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", L, made.cov, L), 0))
    if made.perfect or (se == 0).any():
        raise NotEstimable("The model leaves no spread to judge a difference by.", "Some groups have no variance.")
    width = float(stats.t.ppf((1 + level) / 2, made.df_test)) * se
    t = value / se
    p = 2 * stats.t.sf(np.abs(t), made.df_test)
    return tuple(
        Contrast(
            value=float(v), se=float(s), low=float(v - w), high=float(v + w), t=float(x), p=float(q), df=made.df_test
        )
        for v, s, w, x, q in zip(value, se, width, t, p, strict=True)
    )
