"""Rank statistics: U, signed ranks and H with their p-values, shifts by Hodges and Lehmann, and Dunn's comparisons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from k2lab.stats.least import NotEstimable
from k2lab.stats.weighted import Held, joined, of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

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


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranked:
    """The ranks of several groups among all of their rows, the middle one where rows are tied.

    Attributes
    ----------
    n : ndarray
        Rows of each group.
    places : tuple of ndarray
        The rank of each value of each group.
    sums : ndarray
        Sum of the ranks of each group.
    ties : float
        Sum of t³ - t over the sets of t rows that are tied.
    """

    n: Floats
    places: tuple[Floats, ...]
    sums: Floats
    ties: float

    @property
    def rows(self) -> float:
        """Rows of all groups."""
        return float(self.n.sum())

    @property
    def untied(self) -> float:
        """The share of the variance of ranks that ties leave: 0 where all values are tied."""
        rows = self.rows
        return 1 - self.ties / (rows * (rows - 1) * (rows + 1)) if rows > 1 else 0.0


def ranked(samples: Sequence[Floats | Held]) -> Ranked:
    """Rank the rows of all groups together.

    All counts are floats, which hold whole numbers up to 2^53: cubes of counts of a large frame leave integers.

    Examples
    --------
    >>> import numpy as np
    >>> made = ranked([np.array([1.0, 2.0]), Held(values=np.array([2.0]), times=np.array([2]))])
    >>> made.sums.tolist(), made.ties
    ([4.0, 6.0], 24.0)
    """
    import numpy as np

    held = [of(s) for s in samples]
    times = [_times(h) for h in held]
    uniques, place = np.unique(np.concatenate([h.values for h in held]), return_inverse=True)
    size = np.bincount(place, np.concatenate(times), minlength=len(uniques))
    rank = np.cumsum(size) - (size - 1) / 2
    ends = np.cumsum([0, *(len(h.values) for h in held)])
    places = tuple(rank[place[low:high]] for low, high in pairwise(ends))
    return Ranked(
        n=np.array([t.sum() for t in times]), places=places, ties=float((size**3 - size).sum()),
        sums=np.array([t @ r for t, r in zip(times, places, strict=True)]),
    )  # fmt: skip


def u_test(x: Floats | Held, y: Floats | Held) -> RankTest:
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
    from scipy.stats import mannwhitneyu, norm

    x, y = of(x), of(y)
    n1, n2 = x.n, y.n
    if not min(n1, n2):
        raise NotEstimable("A rank test needs rows in both groups.", "")
    found = ranked([x, y])
    U = float(found.sums[0]) - n1 * (n1 + 1) / 2
    if max(n1, n2) <= EXACT and not found.ties:
        p = float(mannwhitneyu(x.written(), y.written(), alternative="two-sided", method="exact").pvalue)
        return RankTest(statistic=U, p=p, exact=True, n=n1 + n2)
    n = n1 + n2
    spread = n1 * n2 / 12 * ((n + 1) - found.ties / (n * (n - 1)))
    if found.untied <= 0 or spread <= 0:
        raise NotEstimable("All values are tied, so there are no ranks to compare.", "")
    z = (max(U, n1 * n2 - U) - n1 * n2 / 2 - 0.5) / math.sqrt(spread)
    return RankTest(statistic=U, p=min(1.0, 2 * float(norm.sf(z))), exact=False, n=n)


def signed_ranks(d: Floats | Held) -> RankTest:
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
    from scipy.stats import norm, wilcoxon

    held = of(d)
    kept = held.of(held.values != 0)
    n = kept.n
    if not n:
        raise NotEstimable("No difference is other than zero, so there are no signed ranks.", "")
    found = ranked([kept.like(np.abs(kept.values))])
    V = float(_times(kept) @ np.where(kept.values > 0, found.places[0], 0.0))
    if n == held.n and n < 50 and not found.ties:
        return RankTest(statistic=V, p=float(wilcoxon(kept.written(), method="exact").pvalue), exact=True, n=n)
    variance = n * (n + 1) * (2 * n + 1) / 24 - found.ties / 48
    moved = V - n * (n + 1) / 4
    z = (moved - math.copysign(0.5, moved) if moved else 0.0) / math.sqrt(variance)
    return RankTest(statistic=V, p=float(min(1.0, 2 * norm.sf(abs(z)))), exact=False, n=n)


def shift_of_two(x: Floats | Held, y: Floats | Held, level: float = 0.95) -> Shift:
    """Return the Hodges-Lehmann shift: the median of all differences x - y, with the interval that inverts U.

    The interval holds the shifts that the corrected normal test does not reject, as R's wilcox.test with exact=FALSE.
    Nothing of the size n1 n2 is held: each trial shift costs one search of the distinct values of one group in those
    of the other. Source: Hodges and Lehmann (1963).

    Examples
    --------
    >>> import numpy as np
    >>> shift_of_two(np.array([3.0, 4, 5, 9]), np.array([1.0, 2, 3, 3])).value
    2.0
    """
    import numpy as np
    from scipy.stats import norm

    (a, of_a), (b, of_b) = _distinct(of(x)), _distinct(of(y))
    n1, n2 = int(of_a.sum()), int(of_b.sum())
    low, high = float(a[0] - b[-1]), float(a[-1] - b[0])
    if low == high:
        return Shift(value=low, low=low, high=high)
    up_to = np.concatenate([[0], np.cumsum(of_b)])
    middle = [_nth_difference(a, of_a, b, up_to, k) for k in {(n1 * n2 - 1) // 2, n1 * n2 // 2}]
    counts_a, counts_b, ends = of_a.astype(float), of_b.astype(float), up_to.astype(float)
    alone = float((counts_a**3 - counts_a).sum() + (counts_b**3 - counts_b).sum())
    n = n1 + n2

    def z(shift: float) -> float:
        moved = a - shift
        left, right = np.searchsorted(b, moved, side="left"), np.searchsorted(b, moved, side="right")
        same = right > left
        one, other = counts_a[same], counts_b[left[same]]
        ties = alone + float((3 * one * other * (one + other)).sum())  # (t + u)³ less t³ and u³
        apart = float(counts_a @ (ends[left] + ends[right])) / 2 - n1 * n2 / 2
        spread = n1 * n2 / 12 * ((n + 1) - ties / (n * (n - 1)))
        return (apart - (math.copysign(0.5, apart) if apart else 0.0)) / math.sqrt(spread) if spread > 0 else 0.0

    q = float(norm.ppf((1 + level) / 2))
    places = [_falls_to(z, target, low, high) for target in (q, -q)]
    return Shift(value=sum(middle) / len(middle), low=places[0], high=places[1])


def pseudo_median(d: Floats | Held, level: float = 0.95) -> Shift:
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

    n = of(d).n
    if n > MOST_WALSH:
        raise NotEstimable(f"The pseudo-median of {n} differences is not taken over all pairs.", "Use the median.")
    i, j = np.triu_indices(n)
    each = of(d).written()
    walsh = np.sort((each[i] + each[j]) / 2)
    wide = float(norm.ppf((1 + level) / 2)) * math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    k = max(0, math.floor(n * (n + 1) / 4 - wide))
    size = float(np.abs(each).max())
    value, low, high = (_clean(float(v), size) for v in (np.median(walsh), walsh[k], walsh[-1 - k]))
    return Shift(value=value, low=low, high=high)


def kruskal_wallis(samples: Sequence[Floats | Held]) -> RankTest:
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
    from scipy.stats import chi2, kruskal

    held = [of(s) for s in samples]
    whole = joined(held)
    if not whole.n or (whole.values == whole.first).all():
        raise NotEstimable("All values are tied, so there are no ranks to compare.", "")
    if whole.times is None:
        known = kruskal(*(h.values for h in held))
        return RankTest(statistic=float(known.statistic), p=float(known.pvalue), exact=False, n=whole.n)
    found = ranked(held)
    n = found.rows
    # Around the middle rank: the usual difference of two numbers of the size of n would lose digits.
    H = 12 / (n * (n + 1)) * float(((found.sums / found.n - (n + 1) / 2) ** 2) @ found.n) / found.untied
    return RankTest(statistic=H, p=float(chi2.sf(H, len(held) - 1)), exact=False, n=whole.n)


def dunn(samples: Sequence[Floats | Held]) -> tuple[DunnPair, ...]:
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
    from scipy.stats import norm

    found = ranked(samples)
    n, sizes = found.rows, found.n.tolist()
    base = n * (n + 1) / 12 - found.ties / (12 * (n - 1)) if n > 1 else 0.0
    if base <= 0 or found.untied <= 0:
        raise NotEstimable("All values are tied, so there are no ranks to compare.", "")
    mean = (found.sums / found.n).tolist()
    made = []
    for a in range(len(sizes)):
        for b in range(a + 1, len(sizes)):
            se = math.sqrt(base * (1 / sizes[a] + 1 / sizes[b]))
            z = (mean[b] - mean[a]) / se
            made.append(DunnPair(a=a, b=b, value=mean[b] - mean[a], se=se, z=z, p=float(2 * norm.sf(abs(z)))))
    return tuple(made)


def _times(held: Held) -> Floats:
    """Return how many rows each value stands for, as floats."""
    import numpy as np

    made: Floats = np.ones(len(held.values)) if held.times is None else held.times.astype(np.float64)
    return made


def _distinct(held: Held) -> tuple[Floats, Whole]:
    """Return the distinct values in their order and the rows of each."""
    import numpy as np

    values, place = np.unique(held.values, return_inverse=True)
    return values, np.bincount(place, held.times, minlength=len(values)).astype(np.int64)


def _nth_difference(a: Floats, of_a: Whole, b: Floats, up_to: Whole, k: int) -> float:
    """Return the k-th smallest (from 0) of all differences a - b of rows, by halving.

    `a` and `b` are distinct values in their order, `of_a` the rows of each of a, `up_to` those of b below each place.
    """
    import numpy as np

    def below(d: float) -> int:  # how many differences are at most d
        return int(of_a @ (up_to[-1] - up_to[np.searchsorted(b, a - d, side="left")]))

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
    size = max(abs(low), abs(high))
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
    return _clean(high, size)


def _clean(value: float, size: float) -> float:
    """Return 0 for what is only the rounding of differences of this size."""
    return 0.0 if abs(value) <= 1e-13 * size else value
