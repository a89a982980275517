"""Comparisons of means: two groups (equal spread assumed or not), several groups, and all pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from k2lab.locale import pick
from k2lab.stats.linear import NotEstimable
from k2lab.stats.result import TestResult
from k2lab.stats.studentized import critical, tail
from k2lab.stats.weighted import Held, of

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The difference of two means with its Welch intervals."""

    value: float
    se: float
    df: float
    low: float
    high: float
    low90: float
    high90: float
    p: float

    def one_sided(self, low: float, high: float) -> tuple[float, float]:
        """Return the p-values of two one-sided tests: that the difference is above `low`, and below `high`."""
        from scipy.stats import t

        return float(t.sf((self.value - low) / self.se, self.df)), float(t.cdf((self.value - high) / self.se, self.df))

    def equivalence_p(self, low: float, high: float) -> float:
        """Return the p-value of two one-sided tests that the difference lies between the bounds."""
        return max(self.one_sided(low, high))


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One pair of all pairs: the difference b less a, with a simultaneous interval."""

    a: int
    b: int
    value: float
    se: float
    df: float
    low: float
    high: float
    p: float


def spread(values: np.ndarray | Held) -> float:
    """Return the variance; rounding noise around a constant counts as none."""
    held = of(values)
    if held.n < 2:
        return 0.0
    moved = held.less(held.first)
    found = moved.squares(moved.mean) / (held.n - 1)
    return 0.0 if found <= 1e-26 * max(held.first**2, 1e-300) else found


def pooled(samples: Sequence[np.ndarray | Held]) -> float:
    """Return the one variance of several groups around their own means.

    Examples
    --------
    >>> import numpy as np
    >>> pooled([np.array([1.0, 2, 3]), np.array([5.0, 9])])
    3.3333...
    """
    held = [of(s) for s in samples]
    df = sum(h.n - 1 for h in held)
    return sum(spread(h) * (h.n - 1) for h in held) / df if df > 0 else 0.0


def gap(x: np.ndarray | Held, y: np.ndarray | Held, *, equal_var: bool = False, level: float = 0.95) -> Gap:
    """Return the mean of x less that of y, by Welch (1947), or by Student with one pooled variance.

    Raises
    ------
    NotEstimable
        If a group has fewer than two rows, or neither varies.

    Examples
    --------
    >>> import numpy as np
    >>> round(gap(np.array([1.0, 2, 3, 4]), np.array([2.0, 4, 6])).p, 3)
    0.334
    """
    x, y = of(x), of(y)
    n1, n2 = x.n, y.n
    if min(n1, n2) < 2:
        raise NotEstimable(
            pick("A comparison of means needs two rows in each group.", "均值比较要求每组至少两行。"), ""
        )
    s1, s2 = spread(x), spread(y)
    if s1 + s2 <= 0:
        raise still((x, y), pick("Neither group varies", "两组均无离散"))
    if equal_var:
        one = ((n1 - 1) * s1 + (n2 - 1) * s2) / (n1 + n2 - 2)
        se, df = math.sqrt(one * (1 / n1 + 1 / n2)), float(n1 + n2 - 2)
    else:
        v1, v2 = s1 / n1, s2 / n2
        se, df = math.sqrt(v1 + v2), (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    value = x.less(x.first).mean - y.less(x.first).mean
    return judged(value, se, df, level)


def still(held: Sequence[Held], what: str) -> NotEstimable:
    """Return the refusal of values without spread, or with too little of it beside their size for doubles to hold."""
    if all(h.less(h.first).squares(0.0) == 0 for h in held):
        return NotEstimable(
            what + pick(", so there is no spread to judge by.", "，无从判断。"),
            pick("Take a column that varies.", "请换用有变化的列。"),
        )
    return NotEstimable(
        pick("The values vary too little beside their size to be judged in double precision.",
             "与数值大小相比，变化过小，双精度无法判断。"),
        pick("Subtract a round number from them first.", "请先减去一个整数基准。"),
    )  # fmt: skip


def one_mean(x: np.ndarray | Held, mu: float = 0.0, *, level: float = 0.95) -> Gap:
    """Return the mean of x less `mu`, by Student's t of one sample; of paired differences it is the paired t.

    Raises
    ------
    NotEstimable
        If there are fewer than two rows, or they do not vary.

    Examples
    --------
    >>> import numpy as np
    >>> round(one_mean(np.array([1.0, 2, 3, 4]), 1.0).p, 4)
    0.1027
    """
    x = of(x)
    n = x.n
    if n < 2:
        raise NotEstimable("A t test needs two rows.", "")
    s = spread(x)
    if s <= 0:
        raise still((x,), pick("The values do not vary", "数值没有变化"))
    return judged(x.first - mu + x.less(x.first).mean, math.sqrt(s / n), float(n - 1), level)


def judged(value: float, se: float, df: float, level: float = 0.95) -> Gap:
    """Return a difference with its t intervals.

    Examples
    --------
    >>> round(judged(2.0, 1.0, 10.0).p, 4)
    0.0734
    """
    from scipy.stats import t

    wide, w90 = float(t.ppf((1 + level) / 2, df)) * se, float(t.ppf(0.95, df)) * se
    return Gap(
        value=value, se=se, df=df, low=value - wide, high=value + wide, low90=value - w90, high90=value + w90,
        p=float(2 * t.sf(abs(value / se), df)),
    )  # fmt: skip


def anova(samples: Sequence[np.ndarray | Held], label: str) -> TestResult:
    """Test the equality of several means by Welch's (1951) F.

    Raises
    ------
    NotEstimable
        If a group has fewer than two rows or does not vary.
    """
    import numpy as np
    from scipy.stats import f

    held = [of(s) for s in samples]
    size = np.array([h.n for h in held], dtype=np.float64)
    variance = np.array([spread(h) for h in held])
    if (variance <= 0).any():
        raise NotEstimable(
            pick("A group without any spread has no weight in Welch's test.", "没有离散的组在 Welch 检验中没有权重。"),
            "",
        )
    mean = np.array([h.less(held[0].first).mean for h in held])
    weight = size / variance
    k, total = len(samples), float(weight.sum())
    centre = float(weight @ mean) / total
    lost = float(((1 - weight / total) ** 2 / (size - 1)).sum())
    statistic = float(weight @ (mean - centre) ** 2) / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * lost)
    df2 = (k**2 - 1) / (3 * lost)
    return TestResult(
        label=label, method="Welch F", statistic=statistic, symbol="F", df=(float(k - 1), df2),
        p=float(f.sf(statistic, k - 1, df2)), n=int(size.sum()),
    )  # fmt: skip


def classical_f(samples: Sequence[np.ndarray | Held]) -> tuple[float, int, int]:
    """Return the one-way F with its degrees of freedom, for effect sizes.

    Raises
    ------
    NotEstimable
        If no group varies.

    Notes
    -----
    Sums of squares are taken around the first value, so a large offset costs no digits (NIST SmLs).
    """
    import numpy as np

    held = [of(s) for s in samples]
    moved = [h.less(held[0].first) for h in held]
    size = np.array([h.n for h in moved], dtype=np.float64)
    mean = np.array([h.mean for h in moved])
    grand = float(size @ mean) / float(size.sum())
    between = float(size @ (mean - grand) ** 2)
    within = math.fsum(h.squares(m) for h, m in zip(moved, mean.tolist(), strict=True))
    df1, df2 = len(samples) - 1, int(size.sum()) - len(samples)
    if df2 < 1 or within <= 1e-26 * max(between, 1e-300):
        raise NotEstimable(
            pick("No group varies, so there is no spread to judge the differences by.", "各组均无离散，无从判断差异。"),
            "",
        )
    return between / df1 / (within / df2), df1, df2


def games_howell(samples: Sequence[np.ndarray | Held], level: float = 0.95) -> tuple[Pair, ...]:
    """Compare all pairs of means with simultaneous intervals (Games and Howell 1976).

    Raises
    ------
    NotEstimable
        If both groups of a pair do not vary.
    """
    k, held = len(samples), [of(s) for s in samples]
    mean = [h.less(held[0].first).mean for h in held]
    error = [spread(h) / h.n for h in held]
    made = []
    for a in range(k):
        for b in range(a + 1, k):
            both = error[a] + error[b]
            if both <= 0:
                raise NotEstimable(
                    pick("Two groups without any spread cannot be compared.", "两个没有离散的组无法比较。"), ""
                )
            df = both**2 / (error[a] ** 2 / (held[a].n - 1) + error[b] ** 2 / (held[b].n - 1))
            se = math.sqrt(both / 2)
            value = mean[b] - mean[a]
            width = critical(level, k, df) * se
            made.append(
                Pair(
                    a=a, b=b, value=value, se=se, df=df, low=value - width, high=value + width,
                    p=tail(abs(value) / se, k, df),
                )
            )  # fmt: skip
    return tuple(made)
