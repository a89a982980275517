"""What a named test compares: one sample, two groups, several groups, or pairs, read from a frame and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from k2lab.errors import InputError, UsageError
from k2lab.locale import pick
from k2lab.stats import columns, fold
from k2lab.stats.frames import require, short
from k2lab.stats.groups import by_names, missing_sentence, take_rows
from k2lab.stats.result import Scalar, Sentence
from k2lab.stats.weighted import Held
from k2lab.stats.words import at, tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Scale = Literal["raw", "log"]
WEAK = 30


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """The values of one group, on the scale of the analysis.

    Attributes
    ----------
    name : str
        The group in words: ``"team = a"``, or the column.
    level : str
        Its level alone.
    held : Held
        Its values, with how many rows each stands for in a large frame.
    """

    name: str
    level: str
    held: Held

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.held.n


@dataclass(frozen=True, kw_only=True, eq=False)
class Samples:
    """The groups of one outcome.

    Attributes
    ----------
    y, x : str
        Outcome and grouping column (`x` is empty for one sample).
    groups : tuple of Sample
        Of two groups the second is the one that the first is compared with.
    scale : {"raw", "log"}
    dropped : int
        Rows left out for a missing value.
    paired : bool
        Whether the values of the two groups belong together in their order.
    """

    y: str
    x: str
    groups: tuple[Sample, ...]
    scale: Scale
    dropped: int
    paired: bool = False

    @property
    def n(self) -> int:
        """Rows compared, or pairs."""
        return self.groups[0].n if self.paired else sum(g.n for g in self.groups)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the comparison is about."""
        return tuple(name for name in (self.y, self.x) if name)

    @property
    def differences(self) -> Held:
        """First less second of each pair."""
        first, second = (g.held for g in self.groups)
        return first.like(first.values - second.values)

    def facts(self) -> dict[str, Scalar]:
        """Return the named values that every such result carries."""
        return {"n": self.n, "dropped": self.dropped, "y": self.y, "x": self.x, "scale": self.scale}

    def missing(self) -> tuple[Sentence, ...]:
        """Say what was left out."""
        return missing_sentence(self.dropped, self.dropped + sum(g.n for g in self.groups), self.columns)

    def title(self, method: str) -> str:
        """Return the title of a result."""
        if not self.x:
            return f"{method}{pick(': ', '：')}{tidy(self.y)}"
        return method + pick(f": {tidy(self.y)} by {tidy(self.x)}", f"：按 {tidy(self.x)} 的 {tidy(self.y)}")


def one_sample(data: Any, y: str, scale: str = "raw", *, ranked: bool = False, folds: bool = True) -> Samples:
    """Read one column, for its values or (`ranked`) for their ranks; without `folds` a sample of a large frame.

    Raises
    ------
    UsageError
        If it is missing, or holds no numbers.
    InputError
        If it has no values.
    """
    frame, dropped = take_rows(data, (y,), folds=folds, y=y)
    held = Sample(name=tidy(y), level=tidy(y), held=on_scale(frame, y, scale, ranked=ranked))
    return Samples(y=y, x="", groups=(held,), scale=_scale(scale), dropped=dropped)


def groups(
    data: Any, y: str, x: str, scale: str = "raw", least: int = 2, most: int = 60, *, ranked: bool = False
) -> Samples:
    """Read the groups of an outcome, in their order; those with fewer than `least` rows are an error for the caller.

    Parameters
    ----------
    ranked : bool
        Whether the values are for ranks (`fold.tied`).

    Raises
    ------
    UsageError
        If a column is missing, `y` holds no numbers, `x` makes too many groups.
    InputError
        If there are not two groups.
    """
    frame, dropped = _rows(data, y, x, folds=True)
    return groups_of(frame, dropped, y, x, scale, least, most, ranked=ranked)


def _rows(data: Any, y: str, x: str, *, folds: bool) -> tuple[pd.DataFrame, int]:
    if y == x:
        raise UsageError(f"{short(y)} cannot be compared with itself.", "Give two different columns.")
    return take_rows(data, (y, x), folds=folds, y=y)


def groups_of(
    frame: pd.DataFrame, dropped: int, y: str, x: str, scale: str = "raw", least: int = 2, most: int = 60, *,
    ranked: bool = False,
) -> Samples:  # fmt: skip
    """Return `groups` of rows that were taken already (`groups.take_rows`)."""
    values = on_scale(frame, y, scale, ranked=ranked)
    order, place = columns.coded(frame, x)
    if len(order) < 2:
        raise InputError(
            f"{tidy(x)} has one level only ({columns.level_name(order[0])}), so there is nothing to compare."
        )
    if len(order) > most:
        raise UsageError(
            f"{short(x)} makes {len(order)} groups, and at most {most} can be compared.",
            "Join the rare levels, cut a number into bins, or use stats.compare, which pools them.",
        )
    made = tuple(
        Sample(name=at(x, columns.level_name(level)), level=columns.level_name(level), held=values.of(place == i))
        for i, level in enumerate(order)
    )
    small = [g for g in made if g.n < least]
    if small:
        named = ", ".join(f"{g.name} (n = {g.n})" for g in small[:4])
        raise InputError(f"Too few rows: {named}; each group needs {least}.", "Leave those rows out, or join levels.")
    return Samples(y=y, x=x, groups=made, scale=_scale(scale), dropped=dropped)


def two_groups(
    data: Any, y: str, x: str, scale: str = "raw", reference: Any = None, least: int = 2, *, ranked: bool = False,
    folds: bool = True,
) -> Samples:  # fmt: skip
    """Read two groups; the one that the other is compared with comes second.

    Parameters
    ----------
    reference : level, optional
        Default `columns.reference_level`.
    ranked, folds : bool
        As in `groups` and `one_sample`.

    Raises
    ------
    UsageError
        If there are more than two groups, or no such level.
    """
    frame, dropped = _rows(data, y, x, folds=folds)
    made = groups_of(frame, dropped, y, x, scale, least, most=10**6, ranked=ranked)
    if len(made.groups) > 2:
        raise UsageError(
            f"{short(x)} has {len(made.groups)} levels ({', '.join(g.level for g in made.groups[:5])}...), and this "
            "test compares two.",
            "Choose two with a filter, or use stats.anova, stats.kruskal or stats.posthoc.",
        )
    wanted = columns.level_name(columns.reference_level(frame, x) if reference is None else reference)
    if wanted not in [g.level for g in made.groups]:
        raise UsageError(f"{short(x)} has no level {wanted!r}.", f"Levels: {', '.join(g.level for g in made.groups)}.")
    first = next(g for g in made.groups if g.level != wanted)
    second = next(g for g in made.groups if g.level == wanted)
    return Samples(y=y, x=x, groups=(first, second), scale=made.scale, dropped=dropped)


def pairs(
    data: Any, y: str | Sequence[str], x: str | None, paired: str | None, scale: str = "raw", reference: Any = None,
    *, folds: bool = True,
) -> Samples:  # fmt: skip
    """Read pairs: two columns of one row, or two rows of one unit, which are never folded.

    Parameters
    ----------
    y : str or two of them
        Two columns of numbers that belong together by row, or one outcome.
    x, paired : str, optional
        With one outcome: the column of the two groups, and the column that names the unit.

    Raises
    ------
    UsageError
        If the columns make no pairs.
    InputError
        If a unit has more than one row in a group, or there is no pair.
    """
    if not isinstance(y, str):
        names = by_names(y)
        require(data, names)
        if len(names) != 2 or names[0] == names[1]:
            raise UsageError("Pairs need two different columns.", 'For example y=("before", "after").')
        frame, dropped = take_rows(data, names, folds=folds)
        held = [Sample(name=tidy(name), level=tidy(name), held=on_scale(frame, name, scale)) for name in names]
        joined = f"{tidy(names[0])} - {tidy(names[1])}"
        return Samples(y=joined, x="", groups=(held[0], held[1]), scale=_scale(scale), dropped=dropped, paired=True)
    if x is None or paired is None:
        raise UsageError(
            "Pairs need the column of the two groups and the column of the unit.",
            'Give x= and paired=, or two columns as y=("before", "after").',
        )
    frame, dropped = take_rows(data, (y, x, paired))
    order = [columns.level_name(v) for v in columns.level_order(frame, x)]
    if len(order) != 2:
        raise UsageError(f"{short(x)} has {len(order)} levels, and pairs need two.", "Choose two with a filter.")
    wanted = columns.level_name(columns.reference_level(frame, x) if reference is None else reference)
    if wanted not in order:
        raise UsageError(f"{short(x)} has no level {wanted!r}.", f"Levels: {', '.join(order)}.")
    first, second = next(v for v in order if v != wanted), wanted
    held = _matched(frame, y, x, paired, (first, second), scale)
    alone = len(frame) - 2 * held[0].n
    return Samples(y=y, x=x, groups=(held[0], held[1]), scale=_scale(scale), dropped=dropped + alone, paired=True)


def _matched(frame: pd.DataFrame, y: str, x: str, unit: str, levels: tuple[str, str], scale: str) -> list[Sample]:
    import pandas as pd

    values = scaled(columns.number(frame, y), scale, y)
    place = columns.codes(frame, x, levels)
    table = pd.DataFrame({"unit": pd.factorize(frame[unit])[0], "side": place, "value": values})
    if table.duplicated(["unit", "side"]).any():
        raise InputError(
            f"Some values of {short(unit)} have several rows in one group, so they make no pairs.",
            "Take a mean for each unit and group first.",
        )
    wide = table.pivot(index="unit", columns="side", values="value").dropna()
    if not len(wide):
        raise InputError(f"No value of {short(unit)} has a row in both groups.", "")
    return [
        Sample(name=at(x, level), level=level, held=Held(values=wide[i].to_numpy(dtype=float)))
        for i, level in enumerate(levels)
    ]


def _scale(scale: str) -> Scale:
    return "log" if scale == "log" else "raw"


def on_scale(frame: pd.DataFrame, y: str, scale: str, *, ranked: bool = False) -> Held:
    """Return an outcome on the scale of the analysis with what each row stands for, or as its ranks need it.

    Raises
    ------
    UsageError
        As `scaled`, or if it holds no numbers.
    """
    values = columns.number(frame, y)
    made = scaled(values, scale, y)
    if ranked:
        return fold.held(frame, fold.tied(frame, made))
    return fold.logs(frame, values) if scale == "log" else fold.held(frame, made, fold.WITHIN)


def scaled(values: Any, scale: str, name: str) -> Floats:
    """Return values on the scale of the analysis.

    Raises
    ------
    UsageError
        If the scale is unknown, or a logarithm is asked of a value that is not above zero.
    """
    import numpy as np

    if scale not in ("raw", "log"):
        raise UsageError(f"scale is {scale!r}.", 'It can be "raw" or "log".')
    if scale == "log" and len(values) and float(values.min()) <= 0:
        raise UsageError(f"The logarithm of {short(name)} needs values above zero.", 'Use scale="raw", or a rank test.')
    made: Floats = np.log(values) if scale == "log" else values
    return made


def level_checked(level: float) -> float:
    """Return a confidence level, or refuse it.

    Raises
    ------
    UsageError
        If it is not between 0.5 and 1.

    Examples
    --------
    >>> level_checked(0.9)
    0.9
    """
    if not (isinstance(level, (int, float)) and 0.5 <= level < 1):
        raise UsageError(f"level is {level!r}.", "It is a share between 0.5 and 1, such as 0.95.")
    return float(level)


def one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    """Return a choice, or refuse it and name the others.

    Raises
    ------
    UsageError
        If it is not one of them.

    Examples
    --------
    >>> one_of("method", "holm", ("holm", "bh"))
    'holm'
    """
    if value not in allowed:
        raise UsageError(f"{name} is {value!r}.", f"It can be {', '.join(allowed)}.")
    return value
