"""Effect sizes with intervals; convention and source of each in its docstring."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from k2lab.errors import UsageError
from k2lab.stats.quadrature import scaled_chi
from k2lab.stats.result import Estimate
from k2lab.stats.weighted import Held, of, variance

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def hedges_g(x: np.ndarray | Held, y: np.ndarray | Held, label: str = "Hedges g", level: float = 0.95) -> Estimate:
    """Return the standardised difference of two means (x less y), with the exact small-sample factor.

    The interval inverts the non-central t, df = n1 + n2 - 2. Source: Hedges (1981); Steiger and Fouladi (1997).

    Raises
    ------
    UsageError
        If a group has fewer than two rows, or neither group varies.

    Examples
    --------
    >>> import numpy as np
    >>> round(hedges_g(np.array([1.0, 2, 3]), np.array([3.0, 4, 5])).value, 3)
    -1.596
    """
    from scipy.special import gammaln

    x, y = of(x), of(y)
    n1, n2 = x.n, y.n
    if min(n1, n2) < 2:
        raise UsageError("A standardised difference needs two rows in each group.", "")
    df, m1, m2 = n1 + n2 - 2, x.mean, y.mean
    pooled = math.sqrt((x.squares(m1) + y.squares(m2)) / df)
    gap = m1 - m2
    if pooled <= 1e-13 * max(abs(m1), abs(m2)) or pooled == 0:
        raise UsageError("Neither group varies, so a difference cannot be standardised.", "")
    d, k = gap / pooled, math.sqrt(1 / n1 + 1 / n2)
    correction = math.exp(float(gammaln(df / 2) - gammaln((df - 1) / 2))) / math.sqrt(df / 2) if df > 1 else 0.0
    if correction == 0.0:
        raise UsageError("A standardised difference needs three rows or more.", "")
    low, high = (_nct_ncp(d / k, df, p) for p in ((1 + level) / 2, (1 - level) / 2))
    return Estimate(
        label=label, value=correction * d, low=correction * low * k, high=correction * high * k, n=n1 + n2,
        method="Hedges g, non-central t interval", unit="SD", level=level,
    )  # fmt: skip


def cohens_d_of_one(t: float, n: int, label: str = "Cohen d", level: float = 0.95) -> Estimate:
    """Return the standardised mean of one sample, or of paired differences (d_z), from its t.

    The interval inverts the non-central t, df = n - 1. Source: Cumming and Finch (2001).

    Examples
    --------
    >>> made = cohens_d_of_one(-4.062127683382037, 10)
    >>> round(made.value, 4), made.low < -1.2 < made.high
    (-1.2846, True)
    """
    low, high = (_nct_ncp(t, n - 1, p) for p in ((1 + level) / 2, (1 - level) / 2))
    k = math.sqrt(n)
    return Estimate(
        label=label, value=t / k, low=low / k, high=high / k, n=n, method="Cohen d, non-central t interval", unit="SD",
        level=level,
    )  # fmt: skip


def standardised(x: np.ndarray | Held, y: np.ndarray | Held, level: float = 0.95) -> dict[str, float]:
    """Return the standardised differences of two means (x less y) that are in use, by name.

    Cohen's d (pooled SD, with the non-central t interval), Hedges' g (with the exact gamma factor), Glass' delta (SD
    of the second group), d by the average of both variances, and the common-language size: the chance that a normal
    draw of the first group is above one of the second.

    Raises
    ------
    UsageError
        If a group has fewer than two rows, or neither group varies.

    Examples
    --------
    >>> import numpy as np
    >>> made = standardised(np.array([1.0, 2, 3]), np.array([3.0, 4, 5]))
    >>> made["cohens_d"], round(made["hedges_g"], 3)
    (-2.0, -1.596)
    """
    from scipy.special import ndtr

    g = hedges_g(x, y, level=level)
    x, y = of(x), of(y)
    df = x.n + y.n - 2
    v1, v2 = (variance(h.values, h.times, h.within) for h in (x, y))
    gap = x.mean - y.mean
    d = gap / math.sqrt(((x.n - 1) * v1 + (y.n - 1) * v2) / df)
    k = d / g.value if g.value else 1.0
    made = {
        "cohens_d": d, "cohens_d_low": g.low * k, "cohens_d_high": g.high * k, "hedges_g": g.value,
        "hedges_g_low": g.low, "hedges_g_high": g.high, "d_average_sd": gap / math.sqrt((v1 + v2) / 2),
        "common_language": float(ndtr(d / math.sqrt(2))),
    }  # fmt: skip
    if v2 > 0:
        made["glass_delta"] = gap / math.sqrt(v2)
    return made


def partial_eta2(
    F: float, df1: float, df2: float, n: int, label: str = "partial eta2", level: float = 0.95
) -> Estimate:
    """Return the share of variance a term explains of what the other terms leave, from its F.

    The interval inverts the non-central F (a Poisson mixture, exact for large F too), as
    ncp / (ncp + df1 + df2 + 1). Source: Steiger (2004), Psychological Methods 9, 164-182.

    Examples
    --------
    >>> found = partial_eta2(4386.33, 3, 74289, 74301)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.1505, 0.1459, 0.155)
    """
    value = df1 * F / (df1 * F + df2)
    ends = []
    for p in ((1 + level) / 2, (1 - level) / 2):
        if _ncf_cdf(F, df1, df2, 0.0) <= p:
            ends.append(0.0)
            continue
        ncp = _ncf_ncp(F, df1, df2, p)
        ends.append(ncp / (ncp + df1 + df2 + 1))
    low, high = ends
    # The interval of a tiny F may lie wholly below the plug-in estimate, which is biased upwards.
    return Estimate(
        label=label, value=value, low=min(low, value), high=high, n=n,
        method="partial eta squared, non-central F interval",
        level=level,
    )  # fmt: skip


def omega2(F: float, df1: float, n: int) -> float:
    """Return (partial) omega squared, not cut at zero: df1 (F - 1) / (df1 (F - 1) + n).

    Source: Olejnik and Algina (2003).

    Examples
    --------
    >>> round(omega2(26.2704, 6, 74301), 5)
    0.00204
    """
    return df1 * (F - 1) / (df1 * (F - 1) + n)


def cramers_v(chi2: float, n: int, rows: int, columns: int, *, corrected: bool = True) -> float:
    """Return Cramér's V, bias-corrected by Bergsma (2013) unless told otherwise.

    Examples
    --------
    >>> round(cramers_v(61.29243177306515, 2002, 3, 4), 6)
    0.117569
    """
    phi2 = chi2 / n
    if not corrected:
        return math.sqrt(phi2 / min(rows - 1, columns - 1))
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    r, c = rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)
    return math.sqrt(phi2 / min(r - 1, c - 1)) if min(r, c) > 1 else 0.0


def rank_biserial(
    U: float, n1: int, n2: int, label: str = "rank-biserial correlation", level: float = 0.95
) -> Estimate:
    """Return the rank-biserial correlation from U of the first group, with a Fisher z interval.

    It is the chance that a row of the first group is above one of the second, less the reverse.
    Source: Kerby (2014); the interval as in R's effectsize.

    Examples
    --------
    >>> round(rank_biserial(303394.5, 577, 1141).value, 4)
    -0.0783
    """
    from scipy.stats import norm

    value = 2 * U / (n1 * n2) - 1
    width = float(norm.ppf((1 + level) / 2)) * math.sqrt((n1 + n2 + 1) / (3 * n1 * n2))
    if abs(value) >= 1:  # complete separation: Fisher's z has no value there
        bound = math.tanh(max(0.0, math.atanh(1 - 1 / (n1 * n2 + 1)) - width))
        low, high = (bound, 1.0) if value > 0 else (-1.0, -bound)
    else:
        low, high = math.tanh(math.atanh(value) - width), math.tanh(math.atanh(value) + width)
    return Estimate(
        label=label, value=value, low=low, high=high, n=n1 + n2, method="rank-biserial, Fisher z interval", level=level
    )


def signed_rank_biserial(V: float, n: int, label: str = "rank-biserial correlation", level: float = 0.95) -> Estimate:
    """Return the matched-pairs rank-biserial correlation from V, the sum of positive ranks of n differences.

    Source: Kerby (2014); the interval by Fisher z with the null standard error, as in R's effectsize.

    Examples
    --------
    >>> signed_rank_biserial(0.0, 9).value
    -1.0
    """
    from scipy.stats import norm

    most = n * (n + 1) / 2
    value = 2 * V / most - 1
    width = float(norm.ppf((1 + level) / 2)) * math.sqrt((2 * n**3 + 3 * n**2 + n) / 6) / most
    if abs(value) >= 1:
        bound = math.tanh(max(0.0, math.atanh(1 - 1 / (most + 1)) - width))
        low, high = (bound, 1.0) if value > 0 else (-1.0, -bound)
    else:
        low, high = math.tanh(math.atanh(value) - width), math.tanh(math.atanh(value) + width)
    return Estimate(
        label=label, value=value, low=low, high=high, n=n, method="rank-biserial, Fisher z interval", level=level
    )


def rank_epsilon2(H: float, n: int) -> float:
    """Return the rank epsilon squared of a Kruskal-Wallis H: H / (n - 1).

    Source: Tomczak and Tomczak (2014).

    Examples
    --------
    >>> round(rank_epsilon2(588.0, 74301), 4)
    0.0079
    """
    return H / (n - 1)


def _nct_cdf(t: float, df: float, ncp: float) -> float:
    """Return P(T <= t) of the non-central t, by integrating over the chi distribution; scipy's fails in the tail.

    For a t far out the integrand is a step in chi, so it is integrated over the normal instead.
    """
    import numpy as np
    from scipy.special import chdtrc, ndtr
    from scipy.stats import norm

    if abs(t) > 100:
        z = np.linspace(-9, 9, 4001)
        least = np.maximum(0.0, (z + math.copysign(ncp, ncp * t)) / abs(t))
        below = float((norm.pdf(z) * chdtrc(df, df * least**2)).sum() * (z[1] - z[0]))
        return below if t > 0 else 1 - below
    s, weight = scaled_chi(df, 240)
    return float(ndtr(t * s - ncp) @ weight)


def _nct_ncp(t: float, df: float, p: float) -> float:
    """Return the non-centrality at which P(T <= t) is p."""
    return _root(lambda ncp: _nct_cdf(t, df, ncp) - p, t)


def _ncf_cdf(F: float, df1: float, df2: float, ncp: float) -> float:
    """Return P(F' <= F) of the non-central F, as a Poisson mixture of betas."""
    from scipy.special import betaincc

    j, weight = _poisson(ncp / 2)
    # The beta from its other side: near x = 1, which is where a large F is, 1 - x keeps its digits.
    return float(weight @ betaincc(df2 / 2, df1 / 2 + j, df2 / (df1 * F + df2)))


def _poisson(mean: float) -> tuple[Array, Array]:
    """Return numbers and their probabilities in a Poisson law, of a large mean at some thousand even steps.

    Steps of a hundredth of its standard deviation leave a mean over the law unchanged to all digits.
    """
    import numpy as np
    from scipy.stats import poisson

    width = 12 * math.sqrt(mean) + 60
    low, high = max(0.0, float(np.floor(mean - width))), float(np.ceil(mean + width))
    step = max(1.0, float(np.floor(math.sqrt(mean) / 100)))
    j: Array = np.arange(low, high + step, step)
    # Of a very large mean the probabilities are those of the normal law, whose logarithms do not cancel.
    weight = poisson.pmf(j, mean) if mean < 1e8 else np.exp(-((j - mean) ** 2) / (2 * mean))
    return j, weight * step if step == 1.0 else weight / weight.sum()


def _ncf_ncp(F: float, df1: float, df2: float, p: float) -> float:
    """Return the non-centrality at which P(F' <= F) is p."""
    from scipy.optimize import brentq

    high = F * df1 + 20
    while _ncf_cdf(F, df1, df2, high) > p:
        high *= 1.5
    return float(brentq(lambda ncp: _ncf_cdf(F, df1, df2, ncp) - p, 0.0, high, rtol=1e-12))


def _root(falling: Callable[[float], float], start: float) -> float:
    """Return where a falling function is zero, from a bracket grown around `start`."""
    from scipy.optimize import brentq

    step = 4.0 + abs(start) / 4
    low, high = start - step, start + step
    while falling(low) < 0:
        step *= 2
        low -= step
    while falling(high) > 0:
        step *= 2
        high += step
    return float(brentq(falling, low, high, xtol=1e-12, rtol=1e-13))


def cramers_v_interval(
    chi2: float, df: int, n: int, rows: int, columns: int, level: float = 0.95
) -> tuple[float, float]:
    """Return the interval of Cramér's V by inverting the non-central chi squared, without the bias df / n.

    Source: Smithson (2003), Confidence Intervals, chapter 4; V = sqrt(ncp / (n min(r - 1, c - 1))).

    Examples
    --------
    >>> low, high = cramers_v_interval(61.292, 6, 2002, 3, 4)
    >>> round(low, 3), round(high, 3)
    (0.087, 0.15)
    """
    from scipy.optimize import brentq

    ends = []
    for p in ((1 + level) / 2, (1 - level) / 2):
        if _ncx2_cdf(chi2, df, 0.0) <= p:
            ends.append(0.0)
            continue
        high = chi2 + 20
        while _ncx2_cdf(chi2, df, high) > p:
            high *= 1.5
        ends.append(float(brentq(lambda ncp, p=p: _ncx2_cdf(chi2, df, ncp) - p, 0.0, high, rtol=1e-10)))
    low, top = (min(1.0, math.sqrt(ncp / (n * min(rows - 1, columns - 1)))) for ncp in ends)
    return low, top


def _ncx2_cdf(x: float, df: float, ncp: float) -> float:
    """Return P(X <= x) of the non-central chi squared, as a Poisson mixture of central ones."""
    from scipy.special import chdtr

    j, weight = _poisson(ncp / 2)
    return float(weight @ chdtr(df + 2 * j, x))
