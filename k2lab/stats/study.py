"""The rows of a comparison: outcome, compared column, moderator and their cells, prepared once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import pick
from k2lab.stats import columns, engines, fold
from k2lab.stats.grouped import Folds, GroupedFit, Term, fit
from k2lab.stats.outcome import Outcome, outcome
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

COMMONEST = 10
"""A category with more levels than this plus two keeps its ten commonest; the rest is pooled as one level."""

NOT_ANALYSED = 5
WEAK = 30
"""Cells below these counts are left out, or shown but not used for conclusions (playbook section 1)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """What is compared, on the rows that have a value of the outcome, the compared column and the moderator.

    Attributes
    ----------
    frame : pandas.DataFrame
        These rows, with all columns that were asked for.
    outcome : Outcome
    x : Term
    by : Term or None
        One level when there is no moderator is never used: it is None then.
    counts : array
        Cells of x (down) by moderator (across); one column without a moderator; empty when x is a number.
    used : array of bool
        Rows in cells of at least five rows: those that are analysed.
    missing : int
        Rows left out since one of the columns has no value.
    rows_in : int
        Rows of the table, after repeats were left out if that was asked for.
    repeats : array of bool
        Rows that repeat an earlier row in all columns of the table.
    """

    frame: pd.DataFrame
    outcome: Outcome
    x: Term
    by: Term | None
    counts: np.ndarray
    used: np.ndarray
    missing: int
    rows_in: int
    repeats: np.ndarray

    @property
    def n(self) -> int:
        """Rows that are analysed."""
        return self.rows(self.used)

    @property
    def folds(self) -> Folds | None:
        """What each row of a folded frame stands for, on the scale of the analysis."""
        return self.outcome.folds

    def rows(self, inside: np.ndarray) -> int:
        """Return how many rows a mask holds."""
        times = None if self.folds is None else self.folds.times
        return int(inside.sum()) if times is None else int(times[inside].sum())

    @property
    def numeric(self) -> bool:
        """Whether the compared column is a number, so that differences are slopes."""
        return self.x.values is not None

    @property
    def by_levels(self) -> tuple[str, ...]:
        """Levels of the moderator; one empty name without a moderator."""
        return self.by.levels if self.by is not None and self.by.values is None else ("",)

    @property
    def dated(self) -> bool:
        """Whether the compared column holds dates."""
        from pandas.api.types import is_datetime64_any_dtype

        return bool(is_datetime64_any_dtype(self.frame[self.x.name].dtype))

    @property
    def in_days(self) -> bool:
        """Whether the compared column holds dates or durations, which are counted in days."""
        from pandas.api.types import is_timedelta64_dtype

        return self.dated or bool(is_timedelta64_dtype(self.frame[self.x.name].dtype))

    def still(self, within: np.ndarray | None = None) -> tuple[tuple[str, str], ...]:
        """Return the cells (level of x, level of the moderator) with rows in which the outcome does not vary."""
        import numpy as np

        if self.numeric:
            return ()
        rows = np.flatnonzero(self.used if within is None else self.used & within)
        width, y = len(self.by_levels), self.outcome.values[rows]
        cell = self.x.codes[rows] * width
        if self.by is not None and self.by.values is None:
            cell = cell + self.by.codes[rows]
        folds = None if self.folds is None else self.folds.kept(rows)
        times = np.ones(len(rows)) if folds is None else folds.times
        n = np.bincount(cell, times, minlength=len(self.x.levels) * width)
        mean = np.bincount(cell, weights=times * y, minlength=len(n)) / np.maximum(n, 1)
        square = np.bincount(cell, weights=times * (y - mean[cell]) ** 2, minlength=len(n))
        if folds is not None:
            square = square + np.bincount(cell, weights=folds.within, minlength=len(n))
        flat = np.flatnonzero((n > 0) & (square <= 1e-20 * max(float(y.var()), 1e-300) * n)) if len(y) else ()
        return tuple((self.x.levels[i // width], self.by_levels[i % width]) for i in flat)

    def cell(self, level: str, by: str) -> int:
        """Return how many rows a cell has."""
        return int(self.counts[self.x.levels.index(level), self.by_levels.index(by)])

    def interaction(self) -> tuple[tuple[str, str], ...]:
        """Return the interaction of the compared column and the moderator, as `fit` takes it."""
        return () if self.by is None else ((self.x.name, self.by.name),)

    def fit(
        self,
        adjust: Iterable[Term] = (),
        *,
        within: np.ndarray | None = None,
        cluster: np.ndarray | None = None,
        interaction: bool = True,
    ) -> GroupedFit:
        """Fit the outcome on x, the moderator, their interaction and further terms, on the rows that are analysed."""
        import numpy as np

        rows = self.used if within is None else self.used & within
        terms = [self.x, *([] if self.by is None else [self.by]), *adjust]
        for term in terms:
            rows = rows & (term.codes >= 0)
        places = np.flatnonzero(rows)
        if not len(places):
            raise InputError(pick("No row is left for this analysis.", "该分析没有可用的行。"))
        made = [term.kept(places) for term in terms]
        return fit(
            self.outcome.values[places],
            [
                term
                for i, term in enumerate(made)
                if i < 1 + (self.by is not None) or term.values is not None or term.width
            ],
            self.interaction() if interaction else (),
            None if cluster is None else cluster[places],
            None if self.folds is None else self.folds.kept(places),
        )


def _not_text_dates(frame: pd.DataFrame, x: str) -> None:
    """Refuse a compared column of dates in text: its levels are single days, not groups."""
    from k2lab.stats.roles import holds_dates

    if holds_dates(frame, x) and columns.is_category(frame, x) and frame[x].nunique() > COMMONEST + 2:
        raise UsageError(
            f"{tidy(x)} holds {frame[x].nunique()} different dates as text, which make no groups to compare.",
            f"Use stats.trend with time={tidy(x)!r}, or turn it into dates or years first.",
        )


def category(
    frame: pd.DataFrame, name: str, y: str | None = None, *, pool: bool = True, compared: bool = False
) -> Term:
    """Read a column as a category; with more than twelve levels its ten commonest and the rest as one.

    The first level is the reference where `compared` says so, and that is `columns.reference_level`; a
    missing value is a level of its own.
    """
    import numpy as np
    import pandas as pd

    values = frame[name]
    if values.isna().all():
        return Term(name=name, codes=np.zeros(len(frame), dtype=np.int64), levels=(pick("(missing)", "（缺失）"),))
    distinct = values.nunique()
    rest, missing = pick("(other)", "（其他）"), pick("(missing)", "（缺失）")
    if pool and distinct > COMMONEST + 2:
        found, uniques = pd.factorize(values.astype(object) if values.dtype.name == "category" else values)
        times = fold.times(frame)
        size = np.bincount(found[found >= 0], None if times is None else times[found >= 0], minlength=len(uniques))
        top = np.argsort(-size, kind="stable")[:COMMONEST]
        place = np.full(len(uniques) + 1, COMMONEST, dtype=np.int64)
        place[top] = np.arange(COMMONEST)
        codes = np.where(found < 0, -1, place[found])
        levels = [columns.level_name(uniques[i]) for i in top] + [rest]
    else:
        order = list(columns.level_order(frame, name, y))
        if compared:
            first = columns.reference_level(frame, name)
            order = [first] + [level for level in order if columns.level_name(level) != columns.level_name(first)]
        codes = columns.codes(frame, name, order).astype(np.int64)
        levels = [columns.level_name(level) for level in order]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(levels), codes)
        levels.append(missing)
    return Term(name=name, codes=codes, levels=tuple(levels))


def numeric(frame: pd.DataFrame, name: str) -> Term:
    """Read a column as a number; rows without a value have code -1."""
    import numpy as np
    import pandas as pd
    from pandas.api.types import is_datetime64_any_dtype, is_timedelta64_dtype

    column = frame[name]
    if is_datetime64_any_dtype(column.dtype) or is_timedelta64_dtype(column.dtype):
        first = column.min()
        values = ((column - first) / pd.Timedelta(days=1)).to_numpy(dtype=np.float64)
    else:
        values = column.to_numpy(dtype=np.float64)
    codes, uniques = pd.factorize(values)
    return Term(
        name=name,
        codes=codes.astype(np.int64),
        values=np.asarray(uniques, dtype=np.float64),
        times=fold.times(frame),
    )


def covariate(frame: pd.DataFrame, name: str) -> Term:
    """Read a column as a regressor: a category (pooled), or a number."""
    return category(frame, name) if columns.is_category(frame, name) else numeric(frame, name)


def covariates_of(frame: pd.DataFrame, names: Iterable[str]) -> list[Term]:
    """Read the columns that a person adjusts for.

    Raises
    ------
    InputError
        If one has no two values in these rows, so that nothing would be adjusted for.
    """
    made = []
    for name in names:
        if columns.distinct(frame, name, 1) < 2 and not 0 < int(frame[name].isna().sum()) < len(frame):
            raise InputError(
                f"{tidy(name)} has one value only in these rows, so nothing is adjusted for by it.",
                "Leave it out of adjust.",
            )
        made.append(covariate(frame, name))
    return made


def covariate_text(term: Term) -> str:
    """Name a regressor in a sentence, with what was done to it."""
    if pick("(other)", "（其他）") in term.levels:
        return pick(
            f"{tidy(term.name)} ({COMMONEST} commonest and other)", f"{tidy(term.name)}（前 {COMMONEST} 类与其他）"
        )
    return tidy(term.name)


def study(
    data: Any,
    y: str,
    x: str,
    by: str | None = None,
    *,
    more: Iterable[str] = (),
    rows: str = "all",
    scale: str = "auto",
    sesoi: float | None = None,
    folds: bool = False,
) -> Study:
    """Take the rows of a comparison of `y` over `x`, and over `by` where there is one.

    With `folds` a large frame is folded (`k2lab.stats.fold`), else sampled.

    Raises
    ------
    UsageError
        If a column is not there, or is asked for twice.
    InputError
        If nothing can be compared: one level, no rows, a constant outcome.
    """
    import numpy as np

    asked = [y, x, *([] if by is None else [by]), *more]
    twice = [name for name in dict.fromkeys(asked) if asked.count(name) > 1]
    if twice:
        raise UsageError(f"The column {tidy(twice[0])} is asked for twice.", "y, x, by and adjust must differ.")
    if rows not in ("all", "distinct"):
        raise UsageError(f"rows is {rows!r}.", 'It can be "all" or "distinct".')
    whole = fold.folded(data, asked, y, needed=asked[: 2 + (by is not None)]) if folds else columns.raw(data, asked)
    if rows == "distinct" and engines.large(data):
        raise UsageError("Repeated rows are not looked for in so many rows.", 'Use rows="all", or drop them first.')
    # The rows of a fold all differ.
    known = not engines.large(data) and fold.times(whole) is None
    repeats = columns.repeats(data) if known else np.zeros(len(whole), dtype=bool)
    if rows == "distinct":
        whole = whole[~repeats]
    there = whole[asked[: 2 + (by is not None)]].notna().all(axis=1).to_numpy()
    frame = whole[there].reset_index(drop=True)
    kept_repeats = np.zeros(len(frame), dtype=bool) if rows == "distinct" else repeats[there]
    made = outcome(frame, y, scale, sesoi)
    if frame[x].nunique() < 2:
        raise InputError(f"The column {tidy(x)} has one value only in these rows, so there is nothing to compare.")
    _not_text_dates(frame, x)
    x_term = category(frame, x, None, compared=True) if columns.is_category(frame, x) else numeric(frame, x)
    by_term = None
    if by is not None and frame[by].nunique() >= 2:
        by_term = category(frame, by, y) if columns.is_category(frame, by) else numeric(frame, by)
    used = np.ones(len(frame), dtype=bool)
    across = by_term.codes if by_term is not None and by_term.values is None else np.zeros(len(frame), dtype=np.int64)
    width = len(by_term.levels) if by_term is not None and by_term.values is None else 1
    if x_term.values is None:
        counts = np.bincount(
            x_term.codes * width + across, fold.times(frame), minlength=len(x_term.levels) * width
        ).reshape(-1, width)
        if width > 1 or fold.rows(frame) >= 2 * NOT_ANALYSED:
            used = counts[x_term.codes, across] >= NOT_ANALYSED
    else:
        counts = np.bincount(across, fold.times(frame), minlength=width).reshape(1, -1)
    if not used.any():
        used = np.ones(len(frame), dtype=bool)
    return Study(
        frame=frame,
        outcome=made,
        x=x_term,
        by=by_term,
        counts=counts.astype(np.int64),
        used=used,
        missing=fold.rows(whole) - fold.rows(frame),
        rows_in=fold.rows(whole),
        repeats=kept_repeats,
    )
