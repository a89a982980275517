"""A fitted model kept in Python: what marginal means, contrasts, predictions and diagnostics need of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from k2lab.errors import UsageError
from k2lab.locale import pick
from k2lab.stats import fold, linear, weighted
from k2lab.stats.columns import number, sizes
from k2lab.stats.design import Design
from k2lab.stats.formula import Derived
from k2lab.stats.frames import short
from k2lab.stats.least import NotEstimable
from k2lab.stats.linear import Contrast, LinearFit
from k2lab.stats.result import Result, TestResult
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ModelFamily = Literal["gaussian", "binomial", "poisson", "quantile"]
ModelScale = Literal["raw", "log", "share", "logit", "count"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """A fitted model.

    Attributes
    ----------
    family : {"gaussian", "binomial", "poisson", "quantile"}
    y : str
        The outcome's column.
    scale : {"raw", "log", "share", "logit", "count"}
        What the linear predictor stands for: the outcome, its logarithm, a share, a logit, the logarithm of a rate.
    event : str
        The value that counts as yes.
    design : Design
    params, cov : ndarray
        In the order of ``design.names``.
    cov_type : str
    df : float or None
        Degrees of freedom of t and F; None for normal intervals.
    n : int
    centres : mapping of str to float
        Each number's mean; of a derived one its value at the mean of its column.
    shares : mapping of str to tuple of float
        The shares of the levels of each category.
    ranges : mapping of str to pair of float
        The smallest and largest value of each number.
    derived : mapping of str to Derived
    sigma : float or None
        Residual standard deviation.
    least : LinearFit or None
        Residuals and leverages, of a linear model.
    """

    family: ModelFamily
    y: str
    scale: ModelScale
    event: str
    design: Design
    params: Floats
    cov: Floats
    cov_type: str
    df: float | None
    n: int
    centres: Mapping[str, float]
    shares: Mapping[str, tuple[float, ...]]
    ranges: Mapping[str, tuple[float, float]]
    derived: Mapping[str, Derived] = field(default_factory=dict)
    sigma: float | None = None
    least: LinearFit | None = None

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms without interactions."""
        return tuple(dict.fromkeys(term for parts in self.design.parts() for term, _ in parts))

    @property
    def unit(self) -> str:
        """The unit of a shown value."""
        return "%" if self.scale in ("share", "logit") else ""

    @property
    def noun(self) -> str:
        """What the model gives for a case."""
        if self.family == "quantile":
            return pick("quantile", "分位数")
        return {
            "raw": pick("mean", "均值"), "log": pick("geometric mean", "几何均值"), "share": pick("share", "占比"),
            "logit": pick("share", "占比"), "count": pick("rate", "发生率"),
        }[self.scale]  # fmt: skip

    @property
    def of(self) -> str:
        """The outcome in words."""
        return f"{tidy(self.y)} = {self.event}" if self.scale in ("share", "logit") else tidy(self.y)

    def shown(self, value: float) -> float:
        """Turn a linear predictor into the number a reader sees."""
        if self.scale == "logit":
            return 100 / (1 + math.exp(-value)) if value > -700 else 0.0
        if self.scale in ("log", "count"):
            return math.exp(min(value, 700.0))
        return 100 * value if self.scale == "share" else value

    def difference(self, value: float) -> tuple[float, str]:
        """Turn a difference of predictors into a number and its unit: percent, an odds ratio, points, or units."""
        if self.scale in ("log", "count"):
            return 100 * math.expm1(min(value, 700.0)), "%"
        if self.scale == "logit":
            return math.exp(min(value, 700.0)), pick("(odds ratio)", "（优势比）")
        if self.scale == "share":
            return 100 * value, pick("percentage points", "个百分点")
        return value, ""

    def averaged(self, at: Mapping[str, str | float], weights: str) -> Floats:
        """Return the row of a case in which what is not named is averaged.

        Categories take equal or proportional weights over their levels, numbers their mean.
        """
        import numpy as np

        made = np.ones(len(self.params))
        for j, parts in enumerate(self.design.parts()):
            for term, level in parts:
                if level is None:
                    made[j] *= float(at.get(term, self.centres.get(term, 0.0)))
                elif term in at:
                    made[j] *= float(at[term] == level)
                else:
                    levels = self.design.levels[term]
                    share = self.shares[term][levels.index(level)] if weights == "proportional" else 1 / len(levels)
                    made[j] *= share
        return made

    def open(self, at: Mapping[str, str | float]) -> bool:
        """Tell whether a case rests on a combination of levels without rows."""
        lost = [dict(self.design.pairs(name)) for name in self.design.dropped]
        return any(all(at.get(term, level) == level for term, level in pairs.items()) for pairs in lost)

    def contrasts(self, L: Floats, level: float = 0.95) -> tuple[Contrast, ...]:
        """Estimate rows of L times the coefficients.

        Raises
        ------
        NotEstimable
            If one has no spread.
        """
        import numpy as np
        from scipy import stats

        L = np.atleast_2d(L)
        value = L @ self.params
        se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", L, self.cov, L), 0.0))
        if (self.least is not None and self.least.perfect) or (se <= 0).any():
            raise NotEstimable(
                pick("The model leaves no spread to judge this by.", "模型没有剩余离散，无从判断。"),
                pick("Some groups have no variance.", "有的组没有方差。"),
            )
        law = stats.norm if self.df is None else stats.t(self.df)
        wide = float(law.ppf((1 + level) / 2)) * se
        t = value / se
        p = 2 * law.sf(np.abs(t))
        return tuple(
            Contrast(value=float(v), se=float(s), low=float(v - w), high=float(v + w), t=float(x), p=float(q),
                     df=self.df or 0.0)
            for v, s, w, x, q in zip(value, se, wide, t, p, strict=True)
        )  # fmt: skip

    def wald(self, L: Floats, label: str) -> TestResult:
        """Test that all rows of L times the coefficients are zero: F, or chi squared where intervals are normal.

        Raises
        ------
        NotEstimable
            If their covariance is singular.
        """
        import numpy as np
        from scipy import stats

        L = np.atleast_2d(L)
        if self.least is not None:
            return linear.wald(self.least, L, label)
        spread = L @ self.cov @ L.T
        if np.linalg.cond(spread) > 1e13:
            raise NotEstimable(
                pick(f"The covariance of {label} is singular.", f"{label} 的协方差奇异。"),
                pick("Some groups have no variance.", "有的组没有方差。"),
            )
        value = L @ self.params
        q = len(L)
        statistic = float(value @ np.linalg.solve(spread, value))
        if self.df is not None:
            return TestResult(
                label=label, method=f"Wald F, {self.cov_type}", statistic=statistic / q, symbol="F",
                df=(float(q), self.df), p=float(stats.f.sf(statistic / q, q, self.df)), n=self.n,
            )  # fmt: skip
        return TestResult(
            label=label, method=f"Wald chi2, {self.cov_type}", statistic=statistic, symbol="chi2", df=(float(q),),
            p=float(stats.chi2.sf(statistic, q)), n=self.n,
        )  # fmt: skip


def kept(frame: pd.DataFrame, design: Design, derived: Mapping[str, Derived]) -> dict[str, Any]:
    """Return the means of the numbers and the shares of the levels of a design's terms, for `Fitted`."""
    times = fold.times(frame)
    centres: dict[str, float] = {}
    shares: dict[str, tuple[float, ...]] = {}
    ranges: dict[str, tuple[float, float]] = {}
    for term in dict.fromkeys(term for parts in design.parts() for term, _ in parts):
        if term in design.levels:
            size = sizes(frame, term, design.levels[term])
            shares[term] = tuple(n / sum(size) for n in size)
        elif term in derived:
            one = derived[term]
            centres[term] = float(one.of(weighted.mean(number(frame, one.column, role="term"), times)))
        else:
            centres[term] = weighted.mean(number(frame, term, role="term"), times)
        if term not in design.levels:
            ranges[term] = (float(frame[term].min()), float(frame[term].max()))
    return {"centres": centres, "shares": shares, "ranges": ranges, "derived": derived}


def fitted_of(model: Result | Any) -> Fitted:
    """Return the fitted model of a result.

    Raises
    ------
    UsageError
        If it is no result of `regress`.
    """
    found = getattr(model, "fit", None)
    if not isinstance(found, Fitted):
        raise UsageError(
            f"{type(model).__name__} holds no fitted model."
            if not isinstance(model, Result)
            else f"The result of {model.kind} holds no fitted model.",
            "Give what stats.regress returns: model = stats.regress(data, ...).",
        )
    return found


def category_of(made: Fitted, name: str) -> tuple[str, ...]:
    """Return the levels of a category of a model.

    Raises
    ------
    UsageError
        If it is no term, or a number.
    """
    if name not in made.design.levels:
        has = ", ".join(made.design.levels) or "none"
        what = "a number in" if name in made.terms else "no term of"
        raise UsageError(f"{short(name)} is {what} this model.", f"Its categories: {has}.")
    return made.design.levels[name]
