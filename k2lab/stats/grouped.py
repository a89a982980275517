"""Least squares from group cells: rows that agree in every regressor are one cell, and the fit is still exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from k2lab.errors import InputError
from k2lab.locale import pick
from k2lab.stats import weighted
from k2lab.stats.least import solve

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    Codes = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

Covariance = Literal["HC3", "classical", "cluster"]

SMALLEST_P = 1e-300
"""No p-value is zero: one below what a float can hold is given as this."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Term:
    """A regressor: a category by its codes and levels (the first is the reference), or a number.

    Attributes
    ----------
    name : str
    codes : array of int
        One a row: the place of its level in `levels`, or of its value in `values`.
    levels : tuple of str
        Empty for a number.
    values : array of float
        The distinct values of a number; empty for a category.
    times : array of int, optional
        How many rows each row stands for, where a number is read from a folded frame.
    """

    name: str
    codes: Codes
    levels: tuple[str, ...] = ()
    values: Array | None = None
    times: Codes | None = None

    @property
    def size(self) -> int:
        """How many different codes there can be."""
        return len(self.levels) if self.values is None else len(self.values)

    @property
    def width(self) -> int:
        """How many columns of the design it takes."""
        return len(self.levels) - 1 if self.values is None else 1

    def kept(self, rows: Codes) -> Term:
        """Return the term for some of the rows, without the levels that no row has any more."""
        import numpy as np

        codes = self.codes[rows]
        if self.values is not None:
            times = None if self.times is None else self.times[rows]
            return Term(name=self.name, codes=codes, values=self.values, times=times)
        used = np.bincount(codes, minlength=len(self.levels)) > 0
        return Term(
            name=self.name,
            codes=(np.cumsum(used) - 1)[codes],
            levels=tuple(level for level, there in zip(self.levels, used, strict=True) if there),
        )

    def block(self, codes: Codes) -> Array:
        """Return its columns of the design, for these codes."""
        import numpy as np

        if self.values is not None:
            made: Array = (self.values[codes] - self.centre)[:, None] / self.spread
            return made
        indicators: Array = (codes[:, None] == np.arange(1, len(self.levels))[None, :]).astype(float)
        return indicators

    @property
    def centre(self) -> float:
        """Mean of a number over its rows; the design is made of centred numbers, so that it is well scaled."""
        return 0.0 if self.values is None else weighted.mean(self.values[self.codes], self.times)

    @property
    def spread(self) -> float:
        """Standard deviation of a number over its rows, or 1."""
        if self.values is None:
            return 1.0
        held = self.values[self.codes]
        return weighted.mean((held - self.centre) ** 2, self.times) ** 0.5 or 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Folds:
    """What each row of a folded frame stands for: how many rows, and their squares of the outcome around its mean."""

    times: Array
    within: Array

    @classmethod
    def of(cls, held: weighted.Held) -> Folds | None:
        """Return what the rows of an outcome stand for; None where each is one row."""
        import numpy as np

        if held.times is None:
            return None
        inside = np.zeros(len(held.values)) if held.within is None else held.within
        return cls(times=held.times.astype(np.float64), within=inside)

    def kept(self, rows: Codes) -> Folds:
        """Return them for some of the rows."""
        return Folds(times=self.times[rows], within=self.within[rows])


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """Rows summed up: `codes` (cells x terms), count, mean and within-cell squares of the outcome, cell of each row."""

    terms: tuple[Term, ...]
    codes: Codes
    n: Array
    mean: Array
    squares: Array
    inverse: Codes
    cluster: Codes | None


def compress(y: Array, terms: Sequence[Term], cluster: Codes | None = None, folds: Folds | None = None) -> Cells:
    """Sum the rows up to one cell for each combination of codes (and cluster)."""
    import numpy as np
    import pandas as pd

    key = np.zeros(len(y), dtype=np.int64)
    for codes, size in [(t.codes, t.size) for t in terms] + (
        [] if cluster is None else [(cluster, int(cluster.max()) + 1)]
    ):
        if int(key.max(initial=0) + 1) * max(size, 1) > 2**62:
            key = pd.factorize(key)[0].astype(np.int64)
        key = key * max(size, 1) + codes
    inverse, uniques = pd.factorize(key)
    first = np.zeros(len(uniques), dtype=np.int64)
    first[inverse[::-1]] = np.arange(len(y) - 1, -1, -1)
    times = np.ones(len(y)) if folds is None else folds.times
    n = np.bincount(inverse, weights=times).astype(float)
    mean = np.bincount(inverse, weights=times * y) / n
    squares: Array = np.bincount(inverse, weights=times * (y - mean[inverse]) ** 2).astype(float)
    if folds is not None:
        squares = squares + np.bincount(inverse, weights=folds.within)
    codes = np.stack([t.codes[first] for t in terms], axis=1) if terms else np.zeros((len(n), 0), dtype=np.int64)
    return Cells(
        terms=tuple(terms),
        codes=codes,
        n=n,
        mean=mean,
        squares=squares,
        inverse=inverse,
        cluster=None if cluster is None else cluster[first],
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Wald:
    """A joint test of some coefficients."""

    statistic: float
    df1: int
    df2: int
    p: float


@dataclass(frozen=True, kw_only=True, eq=False)
class GroupedFit:
    """An ordinary least squares fit on cells.

    Attributes
    ----------
    params : array
        Coefficients of the columns that can be estimated (`kept`, places in the full design).
    alias : array
        How each column that is left out is made of the kept ones: what a contrast needs to be estimable.
    covariances : mapping of str to array
        ``"classical"``, ``"HC3"``, and ``"cluster"`` where clusters were given.
    slices : mapping of tuple of str to slice
        Where each term and each interaction stands in the full design.
    n, df_resid, clusters : int
    r2, sigma2 : float
    fitted, leverage : array
        One a cell.
    saturated : int
        Rows that fit themselves (leverage 1), which tell nothing about anything else.
    """

    cells: Cells
    interactions: tuple[tuple[str, str], ...]
    params: Array
    kept: Codes
    alias: Array
    covariances: Mapping[str, Array]
    slices: Mapping[tuple[str, ...], slice]
    n: int
    df_resid: int
    clusters: int
    r2: float
    sigma2: float
    fitted: Array
    leverage: Array
    saturated: int

    def row(self, point: Mapping[str, str | float]) -> Array:
        """Return the design row of a point; what is not named is at its reference level or mean."""
        import numpy as np

        blocks: dict[str, Array] = {}
        for term in self.cells.terms:
            at = point.get(term.name)
            if term.values is not None:
                value = term.centre if at is None else float(at)
                blocks[term.name] = np.array([(value - term.centre) / term.spread])
            else:
                code = 0 if at is None else term.levels.index(str(at))
                blocks[term.name] = (np.arange(1, len(term.levels)) == code).astype(float)
        parts = [np.ones(1), *(blocks[t.name] for t in self.cells.terms)]
        parts += [np.outer(blocks[a], blocks[b]).ravel() for a, b in self.interactions]
        return np.concatenate(parts)

    def contrast(self, weights: Array, covariance: Covariance = "HC3") -> tuple[float, float, int]:
        """Return estimate, standard error and degrees of freedom of a weighted sum of coefficients.

        Raises
        ------
        InputError
            If it cannot be estimated, since it needs a column that the data do not determine.
        """
        import numpy as np

        w = weights[self.kept]
        lost = np.abs(np.delete(weights, self.kept) - w @ self.alias).max(initial=0.0) > 1e-6
        variance = float(w @ self.covariances[covariance] @ w)
        if lost or not np.isfinite(variance) or variance <= 0:
            raise InputError(pick("This difference cannot be estimated from these rows.", "这些行无法估计该差异。"))
        df = self.clusters - 1 if covariance == "cluster" else self.df_resid
        return float(w @ self.params), float(np.sqrt(variance)), df

    def wald(self, where: tuple[str, ...] | Array, covariance: Covariance = "HC3") -> Wald | None:
        """Test jointly that the coefficients of a term, an interaction or places are zero; None if none is left."""
        import numpy as np
        from scipy import stats

        if isinstance(where, tuple):
            part = self.slices[where]
            places = np.flatnonzero((self.kept >= part.start) & (self.kept < part.stop))
        else:
            places = np.flatnonzero(np.isin(self.kept, where))
        if not len(places):
            return None
        v = self.covariances[covariance][np.ix_(places, places)]
        b = self.params[places]
        if np.linalg.matrix_rank(v) < len(places):
            return None
        statistic = float(b @ np.linalg.solve(v, b)) / len(places)
        df2 = self.clusters - 1 if covariance == "cluster" else self.df_resid
        if not np.isfinite(statistic) or statistic < 0 or df2 < 1:
            return None
        return Wald(
            statistic=statistic,
            df1=len(places),
            df2=df2,
            p=max(float(stats.f.sf(statistic, len(places), df2)), SMALLEST_P),
        )


def fit(
    y: Array,
    terms: Sequence[Term],
    interactions: Sequence[tuple[str, str]] = (),
    cluster: Codes | None = None,
    folds: Folds | None = None,
) -> GroupedFit:
    """Fit y on an intercept, the terms and interactions of pairs of them.

    Parameters
    ----------
    y : array
        Outcome on the analysis scale, finite.
    terms : sequence of Term
    interactions : sequence of pairs of term names
    cluster : array of int, optional
        Codes of the clusters, for a CR1 covariance with t on clusters - 1 degrees of freedom.
    folds : Folds, optional
        What each row stands for, of a folded frame.

    Raises
    ------
    InputError
        If no degree of freedom is left, or the outcome does not vary around the fit.

    Notes
    -----
    HC3: MacKinnon and White (1985); all rows of a cell share their leverage, so the sum over rows is a
    sum over cells of (squares within + n x squared residual of the mean) / (1 - leverage)^2.
    """
    import numpy as np

    cells = compress(y, terms, cluster, folds)
    blocks = {t.name: t.block(cells.codes[:, i]) for i, t in enumerate(terms)}
    parts: list[Array] = [np.ones((len(cells.n), 1))]
    slices: dict[tuple[str, ...], slice] = {}
    at = 1
    for key in [*((t.name,) for t in terms), *interactions]:
        if len(key) == 1:
            block = blocks[key[0]]
        else:
            a, b = blocks[key[0]], blocks[key[1]]
            block = (a[:, :, None] * b[:, None, :]).reshape(len(a), -1)
        slices[tuple(key)] = slice(at, at + block.shape[1])
        at += block.shape[1]
        parts.append(block)
    x = np.concatenate(parts, axis=1)
    n = int(cells.n.sum())
    cross = (x * cells.n[:, None]).T @ x
    kept = _independent(cross)
    full, x = x, x[:, kept]
    df = n - len(kept)
    if df < 1:
        raise InputError(
            pick(
                f"{n} rows are too few for a model with {len(kept)} coefficients.",
                f"{n} 行不足以拟合 {len(kept)} 个系数的模型。",
            ),
            pick("Use fewer terms, or more rows.", "请减少项或增加行。"),
        )
    solved = solve(x, cells.n, cells.mean)
    alias = solved.inverse @ ((x * cells.n[:, None]).T @ np.delete(full, kept, axis=1))
    fitted = solved.fitted + solved.offset
    gap = cells.mean - fitted
    rest = cells.squares + cells.n * gap**2
    grand = float((cells.n * cells.mean).sum() / n)
    total = float((cells.squares + cells.n * (cells.mean - grand) ** 2).sum())
    if total <= 0 or rest.sum() <= 1e-12 * total:
        raise InputError(
            pick(
                "The outcome does not vary around the model: nothing is left to measure uncertainty with.",
                "结果变量在模型之外没有变异，无法衡量不确定性。",
            )
        )
    sigma2 = float(rest.sum() / df)
    leverage = solved.leverage
    alone = leverage > 1 - 1e-9
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(alone, 0.0, rest / (1 - leverage) ** 2)
    covariances = {"classical": sigma2 * solved.inverse, "HC3": solved.sandwich(weight)}
    groups = 0
    if cells.cluster is not None:
        used, places = np.unique(cells.cluster, return_inverse=True)
        groups = len(used)
        scores = np.zeros((groups, len(kept)))
        np.add.at(scores, places, solved.rows * (cells.n * gap)[:, None])
        covariances["cluster"] = solved.clustered(scores, groups / max(groups - 1, 1) * (n - 1) / df)
    return GroupedFit(
        cells=cells,
        interactions=tuple(interactions),
        params=solved.params,
        kept=kept,
        alias=alias,
        covariances=covariances,
        slices=slices,
        n=n,
        df_resid=df,
        clusters=groups,
        r2=float(1 - rest.sum() / total),
        sigma2=sigma2,
        fitted=fitted,
        leverage=leverage,
        saturated=int(cells.n[alone].sum()),
    )


def _independent(cross: Array) -> Codes:
    """Return the places of the columns that are not sums of columns before them (a sweep of the cross-product)."""
    import numpy as np

    scale = np.sqrt(np.diag(cross))
    live = scale > 0
    a = cross / np.outer(np.where(live, scale, 1), np.where(live, scale, 1))
    kept = []
    for j in range(len(a)):
        if not live[j] or a[j, j] < 1e-9:
            continue
        kept.append(j)
        a = a - np.outer(a[:, j], a[j, :]) / a[j, j]
    return np.array(kept, dtype=np.int64)
