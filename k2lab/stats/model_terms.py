"""What a model is asked for: the frame, its outcome, terms and interactions, from arguments or from a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.locale import pick
from k2lab.stats import columns, linear
from k2lab.stats.design import Design
from k2lab.stats.formula import Derived, parse
from k2lab.stats.frames import short
from k2lab.stats.groups import by_names, take_rows
from k2lab.stats.words import pooled_level, tidy

if TYPE_CHECKING:
    import pandas as pd

MOST_LEVELS = 20
"""Levels of a category that get a coefficient; the rarer ones are pooled."""
MOST_OF_FORMULA = 500
"""The same where a formula is given, which is taken at its word."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """A model as asked for, with its rows.

    Attributes
    ----------
    frame : pandas.DataFrame
        Without missing values, folded where it is large, with derived columns.
    dropped : int
    y : str
    scale : str
    terms : tuple of str
    interactions : tuple of tuple of str
    categories : tuple of str
        Terms that are categories.
    references : mapping
        Term to the level that others are compared with, where it was chosen.
    asked_for : tuple of str
        The terms whose reference the person chose.
    derived : mapping
        Terms made by a formula.
    intercept : bool
    """

    frame: pd.DataFrame
    dropped: int
    y: str
    scale: str
    terms: tuple[str, ...]
    interactions: tuple[tuple[str, ...], ...]
    categories: tuple[str, ...]
    references: Mapping[str, Any] = field(default_factory=dict)
    asked_for: tuple[str, ...] = ()
    derived: Mapping[str, Derived] = field(default_factory=dict)
    intercept: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the table that the model is about."""
        used = [self.derived[t].column if t in self.derived else t for t in self.terms]
        return tuple(dict.fromkeys((self.y, *used)))

    def design(self, frame: pd.DataFrame | None = None) -> Design:
        """Return the design on its frame, or on some of its rows."""
        held = self.frame if frame is None else frame
        references = {
            t: v for t, v in self.references.items() if (columns.codes(held, t, (v,)) == 0).any() or t in self.asked_for
        }
        return linear.design(
            held, self.terms, self.interactions, references, categories=self.categories, intercept=self.intercept
        )


def asked(
    data: Any, y: str | None, terms: Sequence[str] | str, interactions: Sequence[Sequence[str]], scale: str,
    formula: str | None, reference: Mapping[str, Any] | None, more: Sequence[str], warnings: list[str],
) -> Asked:  # fmt: skip
    """Read the model that is asked for, and take its rows; `more` names further columns that are needed.

    Raises
    ------
    UsageError
        If it is asked for in two ways, in none, or with an outcome among the terms.
    InputError
        If no row is complete.
    """
    derived: Mapping[str, Derived] = {}
    forced: tuple[str, ...] | None = None
    intercept = True
    if formula is not None:
        if y is not None or terms or interactions:
            raise UsageError("A model is given by a formula or by y and terms, not by both.", "Leave one of them out.")
        read = parse(formula)
        if scale not in ("auto", "log" if read.log else "raw"):
            raise UsageError("The scale of a formula is that of its outcome.", 'Write "log(y) ~ ..." for logarithms.')
        y, chosen, pairs, derived = read.y, read.terms, read.interactions, read.derived
        forced, intercept = read.categories, read.intercept
        scale = "log" if read.log else "formula"
    else:
        if y is None:
            raise UsageError("A regression needs an outcome.", 'Give y= and terms=, or formula="y ~ a + b".')
        chosen = tuple(dict.fromkeys(by_names(terms)))
        pairs = tuple(tuple(group) for group in interactions)
        chosen = tuple(dict.fromkeys((*chosen, *(name for group in pairs for name in group))))
    if not chosen and pairs:
        group = " * ".join(pairs[0])
        raise UsageError("An interaction without its own terms is not fitted.", f"Write {group}.")
    if not chosen:
        raise UsageError("A regression needs at least one term.", "Give the columns that y is to be related to.")
    if y in chosen:
        raise UsageError(f"{short(y)} is the outcome and cannot be a term too.", "Leave it out of the terms.")
    used = tuple(dict.fromkeys(derived[t].column if t in derived else t for t in chosen))
    frame, dropped = take_rows(data, (y, *used, *more), folds=not more, y=y)
    for name in used:
        if str(frame[name].dtype).startswith("datetime"):
            days = f"(data[{name!r}] - data[{name!r}].min()).dt.days"
            raise UsageError(
                f"{short(name)} holds dates, and each would be a level of its own.",
                f"Use stats.trend(data, {y!r}, {name!r}), or a column of days, {days}.",
            )
    if derived:
        frame = read.applied(frame)
    if forced is None:
        categories = tuple(t for t in chosen if columns.is_category(frame, t))
    else:
        # In a formula a number is a number, as in R, unless C(...) makes it a category.
        categories = tuple(t for t in chosen if t in forced or (t not in derived and not columns.is_number(frame, t)))
    frame, references = _pooled(
        frame, chosen, categories, warnings, MOST_LEVELS if formula is None else MOST_OF_FORMULA
    )
    references |= {term: columns.level_name(level) for term, level in (reference or {}).items()}
    for term in reference or {}:
        if term not in categories:
            raise UsageError(f"{short(term)} is no category of this model.", "A reference is a level of a category.")
    return Asked(
        frame=frame, dropped=dropped, y=y, scale=scale, terms=chosen, interactions=pairs, categories=categories,
        references=references, derived=derived, intercept=intercept, asked_for=tuple(reference or ()),
    )  # fmt: skip


def _pooled(
    frame: pd.DataFrame, terms: tuple[str, ...], categories: tuple[str, ...], warnings: list[str], most: int
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Join the rare levels of a category with many, so that no coefficient rests on a handful of rows."""
    import numpy as np
    import pandas as pd

    made, references = frame, {}
    for name in terms:
        if name not in categories:
            columns.number(frame, name, role="term")
            continue
        order = columns.level_order(frame, name)
        if len(order) <= most:
            continue
        size = columns.sizes(frame, name, order)
        keep = sorted(range(len(order)), key=lambda i: -size[i])[: most - 1]
        other = pooled_level()
        place = np.array([keep.index(i) if i in keep else len(keep) for i in range(len(order))])
        names = [columns.level_name(order[i]) for i in keep] + [other]
        code = place[columns.codes(frame, name, order)]
        references[name] = names[0]
        made = made.assign(**{name: pd.Series(np.array(names, dtype=object)[code], dtype=object)})
        warnings.append(
            pick(
                f"{len(order) - len(keep)} rarer levels of {tidy(name)} are pooled as 'other (pooled)'.",
                f"{tidy(name)} 中较少见的 {len(order) - len(keep)} 个水平合并为“其他（合并）”。",
            )
        )
    return made, references
