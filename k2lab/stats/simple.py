"""Simple differences: each level of a column against its reference, within each level of a moderator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from k2lab.errors import InputError
from k2lab.locale import pick
from k2lab.locale.numbers import plain
from k2lab.stats import weighted
from k2lab.stats.grouped import SMALLEST_P, Covariance, GroupedFit
from k2lab.stats.multiplicity import holm
from k2lab.stats.study import NOT_ANALYSED, WEAK, Study

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A difference on the analysis scale.

    Attributes
    ----------
    level, reference : str
        Levels of the compared column; for a number, a step (``"+10"``) and an empty text.
    by : str
        Level of the moderator, or empty.
    value, low, high, low90, high90, se : float
        With 95% and 90% intervals.
    df, n, n_reference : int
        Rows of the level and of the reference (with a numeric moderator: over all its values).
    n_model : int
        Rows of the fit.
    p, p_adjusted : float
    weak : bool
        Fewer than 30 rows on one side: shown, not used for conclusions.
    """

    level: str
    reference: str
    by: str
    value: float
    low: float
    high: float
    low90: float
    high90: float
    se: float
    df: int
    n: int
    n_reference: int
    n_model: int
    p: float
    p_adjusted: float
    weak: bool


def differences(
    study: Study, fitted: GroupedFit, covariance: Covariance = "HC3", within: np.ndarray | None = None
) -> tuple[Difference, ...]:
    """Return the simple differences of a fit, with p-values adjusted by Holm over all of them.

    Cells without the five rows that an analysis needs are left out. A difference with a cell in which the
    outcome does not vary gets the classical error: HC3 would take that cell as known without error.
    """
    import numpy as np

    made = []
    counts = study.counts
    if within is not None and not study.numeric:
        width = len(study.by_levels)
        across = (
            study.by.codes
            if study.by is not None and study.by.values is None
            else np.zeros(len(study.used), dtype=np.int64)
        )
        rows = study.used & within
        times = None if study.folds is None else study.folds.times[rows]
        found_in = np.bincount(study.x.codes[rows] * width + across[rows], times, minlength=counts.size)
        counts = found_in.astype(np.int64).reshape(counts.shape)
    still = set(study.still(within))
    for level, point, origin in _steps(study):
        for place, (by, where) in enumerate(_places(study)):
            if study.numeric:
                n = reference = int(counts[0, min(place, counts.shape[1] - 1)])
            else:
                n = int(counts[study.x.levels.index(level), min(place, counts.shape[1] - 1)])
                reference = int(counts[0, min(place, counts.shape[1] - 1)])
            if min(n, reference) < (NOT_ANALYSED if study.used.sum() != len(study.used) or counts.size > 2 else 2):
                continue
            cells = {(level, by), (study.x.levels[0], by)} if not study.numeric else set()
            kind: Covariance = "classical" if covariance == "HC3" and cells & still else covariance
            made.append(_difference(study, fitted, kind, level, by, (point, origin, where), (n, reference)))
    found = [one for one in made if one is not None]
    adjusted = holm([one.p for one in found])
    return tuple(replace(one, p_adjusted=p) for one, p in zip(found, adjusted, strict=True))


def _difference(
    study: Study,
    fitted: GroupedFit,
    covariance: Covariance,
    level: str,
    by: str,
    points: tuple[str | float, str | float, str | float | None],
    sizes: tuple[int, int],
) -> Difference | None:
    point, origin, where = points
    there: dict[str, str | float] = {} if where is None or study.by is None else {study.by.name: where}
    try:
        weights = fitted.row({study.x.name: point} | there) - fitted.row({study.x.name: origin} | there)
        value, se, df = fitted.contrast(weights, covariance)
    except (InputError, ValueError):  # an empty cell, or a level that these rows do not have
        return None
    low, high, p = interval(value, se, df)
    low90, high90, _ = interval(value, se, df, 0.90)
    return Difference(
        level=level,
        reference="" if study.numeric else study.x.levels[0],
        by=by,
        value=value,
        low=low,
        high=high,
        low90=low90,
        high90=high90,
        se=se,
        df=df,
        n=sizes[0],
        n_reference=sizes[1],
        n_model=fitted.n,
        p=p,
        p_adjusted=p,
        weak=min(sizes) < WEAK,
    )


def rows_of(study: Study, one: Difference) -> int:
    """Return the rows that a difference rests on: both levels, or the whole fit with a numeric moderator."""
    if study.by is not None and study.by.values is not None:
        return one.n_model
    return one.n if study.numeric else one.n + one.n_reference


def interval(value: float, se: float, df: float, level: float = 0.95) -> tuple[float, float, float]:
    """Return a t interval and the p-value of zero.

    Examples
    --------
    >>> [round(v, 3) for v in interval(2.0, 1.0, 10)]
    [-0.228, 4.228, 0.073]
    """
    from scipy import stats

    half = float(stats.t.ppf(0.5 + level / 2, df)) * se
    return value - half, value + half, max(float(2 * stats.t.sf(abs(value) / se, df)), SMALLEST_P)


def between(study: Study, fitted: GroupedFit, one: Difference, other: Difference) -> tuple[float, float, float, float]:
    """Return how far a simple difference exceeds another one of the same step: value, low, high, p."""
    points = {level: (point, origin) for level, point, origin in _steps(study)}
    where = dict(_places(study))
    total = None
    for sign, item in ((1.0, one), (-1.0, other)):
        point, origin = points[item.level]
        place = where[item.by]
        there: dict[str, str | float] = {} if place is None or study.by is None else {study.by.name: place}
        weights = fitted.row({study.x.name: point} | there) - fitted.row({study.x.name: origin} | there)
        total = sign * weights if total is None else total + sign * weights
    assert total is not None
    value, se, df = fitted.contrast(total)
    low, high, p = interval(value, se, df)
    return value, low, high, p


def step(study: Study) -> float:
    """Return a round step of a numeric column, near its standard deviation and never above it.

    The step is 1, 2 or 5 times a power of ten.
    """
    import math

    size = study.x.spread
    power = 10.0 ** math.floor(math.log10(size))
    return max(factor * power for factor in (1, 2, 5) if factor * power <= size * (1 + 1e-12))


def _steps(study: Study) -> list[tuple[str, str | float, str | float]]:
    if study.numeric:
        size = step(study)
        unit = pick(" days", " 天") if study.in_days else ""
        return [(f"+{plain(size)}{unit}", study.x.centre + size, study.x.centre)]
    return [(level, level, study.x.levels[0]) for level in study.x.levels[1:]]


def _places(study: Study) -> list[tuple[str, str | float | None]]:
    """Return where the differences are taken: levels of the moderator, or its 10th, 50th and 90th percentile."""
    if study.by is None:
        return [("", None)]
    if study.by.values is None:
        return [(level, level) for level in study.by.levels]
    values = study.by.values[study.by.codes]
    marks = dict.fromkeys(weighted.quantiles(values, study.by.times, [0.1, 0.5, 0.9]))
    return [(plain(v, grouped=False), v) for v in marks]
