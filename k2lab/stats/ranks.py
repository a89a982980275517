"""Rank statistics: U, signed ranks and H with their p-values, shifts by Hodges and Lehmann, and Dunn's comparisons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from k2lab.stats.least import NotEstimable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EXACT = 20
"""Rows of a group up to which U gets its exact distribution, where nothing is tied (as compare does)."""
MOST_WALSH = 4_000
"""Differences up to which the pseudo-median is taken over all of their pairs."""


@dataclass(frozen=True, kw_only=True)
class RankTest:
    """A rank statistic with its p-value."""

    statistic: float
    p: float
    exact: bool
    n: int


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A shift of one distribution against another, with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class DunnPair:
    """Two groups of Dunn's comparison: the mean rank of b less that of a."""

    a: int
    b: int
    value: float
    se: float
    z: float
    p: float


def u_test(x: Floats, y: Floats) -> RankTest:
    """Return U of the first sample with its two-sided p: exact for small samples without ties, else corrected.

    Raises
    ------
    NotEstimable
        If a sample is empty, or all values are tied.

    Examples
    --------
    >>> import numpy as np
    >>> made = u_test(np.array([1.0, 2, 3]), np.array([4.0, 5, 6]))
    >>> made.statistic, round(made.p, 3), made.exact
    (0.0, 0.1, True)
    """
    import numpy as np
    from scipy.stats import mannwhitneyu

    if not min(len(x), len(y)):
        raise NotEstimable("A rank test needs rows in both groups.", "")
    small = max(len(x), len(y)) <= EXACT
    exact = small and len(np.unique(np.concatenate([x, y]))) == len(x) + len(y)
    found = mannwhitneyu(x, y, alternative="two-sided", method="exact" if exact else "asymptotic")
    if not math.isfinite(float(found.pvalue)):
        raise NotEstimable("All values are tied, so there are no ranks to compare.", "")
    return RankTest(statistic=float(found.statistic), p=float(found.pvalue), exact=exact, n=len(x) + len(y))


def signed_ranks(d: Floats) -> RankTest:
    """Return V, the sum of the ranks of positive differences, with its two-sided p; zeros are left out (Wilcoxon).

    Exact below 50 differences without zeros and ties, else normal with the continuity correction, as in R.

    Raises
    ------
    NotEstimable
        If no difference is other than zero.

    Examples
    --------
    >>> import numpy as np
    >>> made = signed_ranks(np.array([1.0, 2, -0.5, 4]))
    >>> made.statistic, made.p
    (9.0, 0.25)
    """
    import numpy as np
    from scipy.stats import norm, rankdata, wilcoxon

    kept = d[d != 0]
    n = len(kept)
    if not n:
        raise NotEstimable("No difference is other than zero, so there are no signed ranks.", "")
    ranks = rankdata(np.abs(kept))
    V = float(ranks[kept > 0].sum())
    exact = n == len(d) and n < 50 and len(np.unique(np.abs(kept))) == n
    if exact:
        return RankTest(statistic=V, p=float(wilcoxon(kept, method="exact").pvalue), exact=True, n=n)
    _, ties = np.unique(ranks, return_counts=True)
    variance = n * (n + 1) * (2 * n + 1) / 24 - float((ties.astype(float) ** 3 - ties).sum()) / 48
    moved = V - n * (n + 1) / 4
    z = (moved - math.copysign(0.5, moved) if moved else 0.0) / math.sqrt(variance)
    return RankTest(statistic=V, p=float(min(1.0, 2 * norm.sf(abs(z)))), exact=False, n=n)


def shift_of_two(x: Floats, y: Floats, level: float = 0.95) -> Shift:
    """Return the Hodges-Lehmann shift: the median of all differences x - y, with the interval that inverts U.

    The interval holds the shifts that the corrected normal test does not reject, as R's wilcox.test with exact=FALSE.
    Nothing of the size n1 n2 is held: each trial shift costs one sort. Source: Hodges and Lehmann (1963).

    Examples
    --------
    >>> import numpy as np
    >>> shift_of_two(np.array([3.0, 4, 5, 9]), np.array([1.0, 2, 3, 3])).value
    2.0
    """
    import numpy as np
    from scipy.stats import norm, rankdata

    a, b = np.sort(x), np.sort(y)
    n1, n2 = len(a), len(b)
    low, high = float(a[0] - b[-1]), float(a[-1] - b[0])
    if low == high:
        return Shift(value=low, low=low, high=high)
    middle = [_nth_difference(a, b, k) for k in {(n1 * n2 - 1) // 2, n1 * n2 // 2}]

    def z(shift: float) -> float:
        ranks = rankdata(np.concatenate([a - shift, b]))
        _, ties = np.unique(ranks, return_counts=True)
        n = n1 + n2
        moved = float(ranks[:n1].sum()) - n1 * (n1 + 1) / 2 - n1 * n2 / 2
        spread = n1 * n2 / 12 * ((n + 1) - float((ties.astype(float) ** 3 - ties).sum()) / (n * (n - 1)))
        return (moved - (math.copysign(0.5, moved) if moved else 0.0)) / math.sqrt(spread) if spread > 0 else 0.0

    q = float(norm.ppf((1 + level) / 2))
    ends = [_falls_to(z, target, low, high) for target in (q, -q)]
    return Shift(value=sum(middle) / len(middle), low=ends[0], high=ends[1])


def pseudo_median(d: Floats, level: float = 0.95) -> Shift:
    """Return the median of all means of two differences, with the interval that inverts the signed rank test.

    Source: Hodges and Lehmann (1963); normal approximation of the rank of the ends.

    Raises
    ------
    NotEstimable
        If there are more differences than `MOST_WALSH`.

    Examples
    --------
    >>> import numpy as np
    >>> pseudo_median(np.array([1.0, 2, 3, 8])).value
    2.75
    """
    import numpy as np
    from scipy.stats import norm

    n = len(d)
    if n > MOST_WALSH:
        raise NotEstimable(f"The pseudo-median of {n} differences is not taken over all pairs.", "Use the median.")
    i, j = np.triu_indices(n)
    walsh = np.sort((d[i] + d[j]) / 2)
    wide = float(norm.ppf((1 + level) / 2)) * math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    k = max(0, math.floor(n * (n + 1) / 4 - wide))
    return Shift(value=float(np.median(walsh)), low=float(walsh[k]), high=float(walsh[-1 - k]))


def kruskal_wallis(samples: Sequence[Floats]) -> RankTest:
    """Return H, corrected for ties, with its chi squared p.

    Raises
    ------
    NotEstimable
        If all values are tied.

    Examples
    --------
    >>> import numpy as np
    >>> round(kruskal_wallis([np.array([1.0, 2]), np.array([3.0, 4]), np.array([5.0, 6])]).statistic, 3)
    4.571
    """
    import numpy as np
    from scipy.stats import kruskal

    joined = np.concatenate(list(samples))
    if not len(joined) or (joined == joined[0]).all():
        raise NotEstimable("All values are tied, so there are no ranks to compare.", "")
    found = kruskal(*samples)
    return RankTest(statistic=float(found.statistic), p=float(found.pvalue), exact=False, n=len(joined))


def dunn(samples: Sequence[Floats]) -> tuple[DunnPair, ...]:
    """Compare the mean ranks of all pairs of groups by Dunn's (1964) z, corrected for ties.

    Raises
    ------
    NotEstimable
        If all values are tied.

    Examples
    --------
    >>> import numpy as np
    >>> made = dunn([np.array([1.0, 2, 3]), np.array([4.0, 5, 6]), np.array([7.0, 8, 9])])
    >>> [round(pair.z, 3) for pair in made]
    [1.342, 2.683, 1.342]
    """
    import numpy as np
    from scipy.stats import norm, rankdata

    sizes = [len(s) for s in samples]
    ranks = rankdata(np.concatenate(list(samples)))
    n = len(ranks)
    _, ties = np.unique(ranks, return_counts=True)
    base = n * (n + 1) / 12 - float((ties.astype(float) ** 3 - ties).sum()) / (12 * (n - 1)) if n > 1 else 0.0
    if base <= 0:
        raise NotEstimable("All values are tied, so there are no ranks to compare.", "")
    ends = np.cumsum([0, *sizes])
    mean = [float(ranks[ends[i] : ends[i + 1]].mean()) for i in range(len(sizes))]
    made = []
    for a in range(len(sizes)):
        for b in range(a + 1, len(sizes)):
            se = math.sqrt(base * (1 / sizes[a] + 1 / sizes[b]))
            z = (mean[b] - mean[a]) / se
            made.append(DunnPair(a=a, b=b, value=mean[b] - mean[a], se=se, z=z, p=float(2 * norm.sf(abs(z)))))
    return tuple(made)


def _nth_difference(a: Floats, b: Floats, k: int) -> float:
    """Return the k-th smallest (from 0) of all differences a - b of two sorted arrays, by halving."""
    import numpy as np

    def below(d: float) -> int:  # how many differences are at most d
        return int((len(b) - np.searchsorted(b, a - d, side="left")).sum())

    low, high = float(a[0] - b[-1]), float(a[-1] - b[0])
    if below(low) > k:
        return low
    for _ in range(200):
        middle = low + (high - low) / 2
        if middle in (low, high):
            break
        if below(middle) > k:
            high = middle
        else:
            low = middle
    # The value itself is the smallest difference above `low`: no rounding of the halving is left in it.
    place = np.searchsorted(b, a - low, side="left") - 1
    there = place >= 0
    above = a[there] - b[place[there]]
    above = above[above > low]
    return float(above.min()) if len(above) and abs(float(above.min()) - high) <= 1e-9 * max(1.0, abs(high)) else high


def _falls_to(z: object, target: float, low: float, high: float) -> float:
    """Return where a falling step function passes a value, by halving."""
    assert callable(z)
    if z(low) <= target:
        return low
    if z(high) >= target:
        return high
    for _ in range(70):
        middle = low + (high - low) / 2
        if z(middle) > target:
            low = middle
        else:
            high = middle
        if high - low <= 1e-12 * max(1e-300, abs(low), abs(high)):
            break
    return high
