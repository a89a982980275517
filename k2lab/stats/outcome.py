"""The outcome of a comparison: its scale, its unit, and the smallest difference that would matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from k2lab.errors import InputError, UsageError
from k2lab.locale import pick
from k2lab.locale.numbers import number, percent
from k2lab.stats import columns, fold, weighted
from k2lab.stats.grouped import Folds
from k2lab.stats.weighted import Held
from k2lab.stats.words import points, tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Reading = Literal["equivalent", "beyond", "unsettled", "inconclusive"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """What is compared, on the scale of the analysis.

    Attributes
    ----------
    name : str
    scale : {"log", "raw", "share"}
        ``"share"`` is a yes/no outcome: differences are percentage points.
    reason : str
        Why this scale.
    values, original : array
        On the analysis scale, and as it stands in the table.
    low, high : float
        The bounds, on the analysis scale, within which a difference is too small to matter.
    given : bool
        Whether the person chose the bounds.
    event : str
        The value that counts as yes, for ``"share"``.
    folds, original_folds : Folds or None
        What each row of a folded frame stands for, on the analysis scale and as it stands in the table.
    """

    name: str
    scale: Literal["log", "raw", "share"]
    reason: str
    values: np.ndarray
    original: np.ndarray
    low: float
    high: float
    given: bool = False
    event: str = ""
    folds: Folds | None = None
    original_folds: Folds | None = None

    @property
    def held(self) -> Held:
        """The values on the analysis scale, with what each row stands for."""
        return _held(self.values, self.folds)

    @property
    def original_held(self) -> Held:
        """The values as they stand in the table, with what each row stands for."""
        return _held(self.original, self.original_folds)

    @property
    def unit(self) -> str:
        """The unit in which a difference is shown."""
        return {"log": "%", "share": pick("percentage points", "个百分点"), "raw": ""}[self.scale]

    def shown(self, difference: float) -> float:
        """Turn a difference on the analysis scale into the number a reader sees: percent, points, or units."""
        import math

        if self.scale == "log":
            if abs(difference) > 100:  # a factor of 10^43: no difference of data, but of a model that has run away
                raise InputError(
                    f"The model of {tidy(self.name)} on the log scale gives a difference beyond all bounds.",
                    'Use scale="raw", or fewer terms.',
                )
            return 100 * math.expm1(difference)
        return 100 * difference if self.scale == "share" else difference

    def size(self, difference: float, *, sign: bool = True) -> str:
        """Write a difference with its sign and unit (or only its size)."""
        value = self.shown(difference)
        if self.scale == "log":
            return percent(value / 100 if sign else abs(value) / 100, sign=sign)
        if self.scale == "share":
            return points(value if sign else abs(value), sign=sign)
        text = number(value if sign else abs(value))
        return f"+{text}" if sign and value > 0 else text

    def interval(self, low: float, high: float) -> str:
        """Write an interval of differences."""
        return pick(f"{self.size(low)} to {self.size(high)}", f"{self.size(low)} 至 {self.size(high)}")

    @property
    def sesoi(self) -> str:
        """Write the smallest difference of interest."""
        return "±" + self.size(self.high, sign=False)

    @property
    def noun(self) -> str:
        """Say what of the outcome is compared."""
        return {
            "log": pick("geometric mean", "几何均值"),
            "raw": pick("mean", "均值"),
            "share": pick("share", "占比"),
        }[self.scale]

    @property
    def shown_name(self) -> str:
        """Name the outcome in a sentence."""
        if self.scale == "share":
            return pick(f"the share of {tidy(self.name)} = {self.event}", f"{tidy(self.name)} = {self.event} 的占比")
        return tidy(self.name)

    def reading(self, value: float, low: float, high: float, low90: float, high90: float) -> Reading:
        """Tell how a difference stands to the smallest one of interest (two one-sided tests, playbook section 8)."""
        return read_bounds((low, high), (low90, high90), (self.low, self.high))


def read_bounds(interval: tuple[float, float], narrow: tuple[float, float], bounds: tuple[float, float]) -> Reading:
    """Tell how a 95% and a 90% interval stand to the bounds of what matters (playbook section 8).

    Examples
    --------
    >>> read_bounds((-1, 3), (0, 2.5), (-4, 4)), read_bounds((-9, 9), (-8, 8), (-4, 4))
    ('equivalent', 'inconclusive')
    """
    if narrow[0] >= bounds[0] and narrow[1] <= bounds[1]:
        return "equivalent"
    if interval[0] > bounds[1] or interval[1] < bounds[0]:
        return "beyond"
    return "inconclusive" if interval[0] <= 0 <= interval[1] else "unsettled"


def bounds(spread: float, given: float | Sequence[float] | None, *, log: bool = False) -> tuple[float, float, bool]:
    """Return the bounds of what matters on the analysis scale, and whether they were given.

    Parameters
    ----------
    spread : float
        Standard deviation of the outcome, for the default of 0.2 of it.
    given : float or pair, optional
        In units of the outcome, or shares of one on the log scale.
    log : bool

    Raises
    ------
    UsageError
        If zero is not between them, or a share is not above -1.

    Examples
    --------
    >>> bounds(10.0, None), bounds(10.0, 3.0), bounds(1.0, (-1, 2))
    ((-2.0, 2.0, False), (-3.0, 3.0, True), (-1.0, 2.0, True))
    """
    import math

    if given is None:
        return (math.log1p(-0.05), math.log1p(0.05), False) if log else (-0.2 * spread, 0.2 * spread, False)
    low, high = (-float(given), float(given)) if isinstance(given, (int, float)) else map(float, given)
    if not (math.isfinite(low) and math.isfinite(high) and low < 0 < high):
        raise UsageError(
            f"sesoi is {given!r}, which does not hold zero between its bounds.", "For example sesoi=2 or sesoi=(-1, 2)."
        )
    if log:
        if low <= -1:
            raise UsageError(f"sesoi is {given!r}.", "On the log scale they are shares: 0.05 is 5%.")
        return math.log1p(low), math.log1p(high), True
    return low, high, True


READINGS: dict[Reading, tuple[str, str]] = {
    "equivalent": ("Reading: practically equivalent", "判读：实际等价"),
    "beyond": ("Reading: larger than the smallest difference of interest", "判读：超过最小有意义差异"),
    "unsettled": ("Reading: a difference of unsettled size", "判读：有差异，大小未定"),
    "inconclusive": ("Reading: inconclusive, which is not the same as no difference", "判读：尚无结论，不等于没有差异"),
}


def outcome(frame: pd.DataFrame, name: str, scale: str = "auto", sesoi: float | None = None) -> Outcome:
    """Read a column as an outcome.

    Parameters
    ----------
    frame : pandas.DataFrame
        Without missing values in the column.
    name : str
    scale : {"auto", "log", "raw"}
    sesoi : float, optional
        The smallest difference that would matter: a share for log and yes/no outcomes (0.05 is 5% or five
        points), else in units of the outcome. Default 5%, two points, or 0.2 standard deviations.

    Raises
    ------
    InputError
        If no row is left, or it does not vary.
    UsageError
        If it is text with more than two values, or `sesoi` is not above zero.
    """
    import math

    import numpy as np

    if sesoi is not None and not (math.isfinite(sesoi) and sesoi > 0):
        raise UsageError(f"sesoi is {sesoi!r}.", "It must be above zero.")
    if not len(frame):
        raise InputError(f"No row has a value of {tidy(name)} and of the other columns asked for.",
                         "Leave out the columns that are mostly missing.")  # fmt: skip
    levels = columns.distinct(frame, name, 2)
    if levels < 2:
        raise InputError(f"The outcome {tidy(name)} has one value only, so nothing can be compared.")
    if levels == 2 and scale == "auto" and columns.is_category(frame, name):
        order = columns.level_order(frame, name)
        event = _yes(tuple(order))
        made = (columns.codes(frame, name, order) == order.index(event)).astype(float)
        bound = sesoi or 0.02
        return Outcome(
            name=name,
            scale="share",
            reason=pick("it has only two values", "只有两个取值"),
            values=made,
            original=made,
            low=-bound,
            high=bound,
            given=sesoi is not None,
            event=tidy(columns.level_name(event)),
            folds=_folds(frame),
            original_folds=_folds(frame),
        )
    values, times = columns.number(frame, name), fold.times(frame)
    chosen = columns.choose_scale(values, scale, times)
    original = _folds(frame, fold.WITHIN)
    if chosen.name == "log":
        bound = sesoi or 0.05
        if bound >= 1:
            raise UsageError(f"sesoi is {sesoi!r}.", "For a log outcome it is a share below one: 0.05 is 5%.")
        return Outcome(
            name=name,
            scale="log",
            reason=chosen.reason,
            values=frame[fold.LOG].to_numpy() if fold.LOG in frame.columns else np.log(values),
            original=values,
            low=math.log1p(-bound),
            high=math.log1p(bound),
            given=sesoi is not None,
            folds=_folds(frame, fold.LOG_WITHIN),
            original_folds=original,
        )
    bound = sesoi or 0.2 * weighted.variance(values, times, None if original is None else original.within) ** 0.5
    return Outcome(
        name=name,
        scale="raw",
        reason=chosen.reason,
        values=values,
        original=values,
        low=-bound,
        high=bound,
        given=sesoi is not None,
        folds=original,
        original_folds=original,
    )


def _held(values: np.ndarray, folds: Folds | None) -> Held:
    if folds is None:
        return Held(values=values)
    return Held(values=values, times=folds.times, within=folds.within)


def _folds(frame: pd.DataFrame, within: str = "") -> Folds | None:
    """Return what each row stands for, where the frame is folded."""
    import numpy as np

    times = fold.times(frame)
    if times is None:
        return None
    inside = frame[within].to_numpy() if within in frame.columns else np.zeros(len(frame))
    return Folds(times=times.astype(np.float64), within=inside)


def _yes(order: tuple[object, ...]) -> object:
    """Choose which of two values counts as yes: a word for it, else the larger number, else the rarer text."""
    words = {"yes", "y", "true", "t", "1", "positive", "success", "survived", "churned", "是", "有", "成功"}
    said = [level for level in order if columns.level_name(level).strip().lower() in words]
    return said[0] if len(said) == 1 else order[-1]
