"""Sums of squares of the terms of a factorial model, types I, II and III, with effect coding on the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import pick
from k2lab.stats import columns, linear, weighted
from k2lab.stats.design import Design, independent
from k2lab.stats.frames import short
from k2lab.stats.grouped import Folds
from k2lab.stats.least import NotEstimable
from k2lab.stats.linear import LinearFit
from k2lab.stats.weighted import Held

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_FACTORS, MOST_CELLS = 4, 2000

Term = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Square:
    """A term with its sum of squares, of one type."""

    term: Term
    ss: float
    df: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Factorial:
    """The blocks of a factorial design: one block of effect-coded columns a term, in the order of the model.

    Attributes
    ----------
    blocks : mapping of term to ndarray
        On the distinct cells, or on the rows where a term is a number.
    index : ndarray
        The cell of each row.
    empty : int
        Combinations of levels without a row.
    y : Held
        The outcome, with what each row stands for.
    """

    blocks: dict[Term, Floats]
    index: Any
    whole: bool
    empty: int
    y: Held

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms, main ones first."""
        return tuple(self.blocks)

    def fit(self, terms: Sequence[Term], cov: str = "classical") -> tuple[LinearFit, dict[Term, slice]]:
        """Fit a model of some of the terms; columns that earlier ones determine (empty cells) are left out."""
        import numpy as np

        rows = len(self.index) if self.whole else int(self.index.max()) + 1
        parts, slices = [np.ones((rows, 1))], {}
        for term in terms:
            before = sum(p.shape[1] for p in parts)
            block = self.blocks[term]
            if self.empty and len(term) > 1:
                keep = independent(np.column_stack([*parts, block]), before)
                block = block[:, sorted(j - before for j in keep)]
            parts.append(block)
            slices[term] = slice(before, before + block.shape[1])
        matrix = np.column_stack(parts)
        names = ("(Intercept)", *(":".join(t) for t in terms for _ in range(slices[t].stop - slices[t].start)))
        design = Design(held=matrix, index=self.index, whole=self.whole, names=names, term_slices={}, levels={})
        return linear.fit_design(design, self.y.values, cov, folds=Folds.of(self.y)), slices


def factorial(frame: pd.DataFrame, y: Floats | Held, factors: Sequence[str], order: int) -> Factorial:
    """Build the blocks of a factorial design.

    Parameters
    ----------
    frame : pandas.DataFrame
    y : ndarray or Held
    factors : sequence of str
        Categories, and numbers with many values as covariates.
    order : int
        The highest order of interactions; 1 for none.

    Raises
    ------
    UsageError
        If there are too many factors or cells.
    InputError
        If a factor has one level.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> made = factorial(pd.DataFrame({"a": list("ppqq"), "b": list("mnmn")}), np.arange(4.0), ["a", "b"], 2)
    >>> made.terms, made.empty
    ((('a',), ('b',), ('a', 'b')), 0)
    """
    import numpy as np

    if len(factors) > MOST_FACTORS:
        raise UsageError(f"{len(factors)} factors are too many to read.", f"Give at most {MOST_FACTORS}.")
    held = weighted.of(y)
    codes: dict[str, Any] = {}
    sizes: dict[str, int] = {}
    numbers: dict[str, Floats] = {}
    for name in factors:
        if not columns.is_category(frame, name) and frame[name].nunique() > 2:
            numbers[name] = columns.number(frame, name, role="covariate")
            continue
        levels, place = columns.coded(frame, name)
        if len(levels) < 2:
            raise InputError(f"{short(name)} has one level only ({columns.level_name(levels[0])}).", "Leave it out.")
        codes[name], sizes[name] = place, len(levels)
    cells = int(np.prod([*sizes.values()])) if sizes else 1
    if cells > MOST_CELLS:
        raise UsageError(f"The factors make {cells} cells, and at most {MOST_CELLS} are analysed.", "Join rare levels.")
    whole = bool(numbers)
    flat = np.zeros(len(frame), dtype=np.int64)
    for name, place in codes.items():
        flat = flat * sizes[name] + place
    filled, first, index = np.unique(flat, return_index=True, return_inverse=True)
    rows = np.arange(len(frame)) if whole else first
    main: dict[str, Floats] = {}
    for name in factors:
        if name in numbers:
            main[name] = (numbers[name] - weighted.mean(numbers[name], held.times))[:, None]
            continue
        effect = np.vstack([np.eye(sizes[name] - 1), -np.ones((1, sizes[name] - 1))])
        main[name] = effect[codes[name][rows]]
    blocks: dict[Term, Floats] = {}
    for size in range(1, min(order, len(factors)) + 1):
        for term in combinations(factors, size):
            made = main[term[0]]
            for name in term[1:]:
                made = (made[:, :, None] * main[name][:, None, :]).reshape(len(made), -1)
            blocks[term] = made
    return Factorial(
        blocks=blocks, index=np.arange(len(frame)) if whole else index, whole=whole, empty=cells - len(filled), y=held
    )


def squares(made: Factorial, kind: int) -> tuple[tuple[Square, ...], LinearFit]:
    """Return the sums of squares of all terms, and the whole model.

    Parameters
    ----------
    kind : {1, 2, 3}
        I: each term after those before it. II: each after all that do not contain it. III: each after all others, which
        needs sum contrasts (they are used) and filled cells.

    Raises
    ------
    NotEstimable
        If type III is asked for and a cell is empty, or nothing is left to judge by.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> frame = pd.DataFrame({"a": list("ppqqppqq"), "b": list("mmmmnnnn")})
    >>> found, model = squares(factorial(frame, np.array([1.0, 2, 3, 5, 2, 3, 9, 8]), ["a", "b"], 2), 2)
    >>> [(s.term, round(s.ss, 3)) for s in found]
    [(('a',), 36.125), (('b',), 15.125), (('a', 'b'), 6.125)]
    """
    if kind == 3 and made.empty:
        raise NotEstimable(
            f"Type III sums of squares do not exist here: {made.empty} "
            f"{'combination of levels has' if made.empty == 1 else 'combinations of levels have'} no rows.",
            "Use type=2, or leave out the interaction with interactions=False.",
        )
    terms = made.terms
    whole, _ = made.fit(terms)
    if whole.perfect:
        raise NotEstimable("The cells have no spread, so there is nothing to judge the terms by.", "")
    found = []
    for place, term in enumerate(terms):
        if kind == 1:
            small: Sequence[Term] = terms[:place]
        elif kind == 2:
            small = [t for t in terms if not set(term) <= set(t)]
        else:
            small = [t for t in terms if t != term]
        less, _ = made.fit(small)
        more = whole if kind == 3 else made.fit([*small, term])[0]
        df = less.df_resid - more.df_resid
        if df:
            found.append(Square(term=term, ss=max(less.ss_resid - more.ss_resid, 0.0), df=df))
    return tuple(found), whole


def robust(made: Factorial, kind: int) -> dict[Term, Any]:
    """Return Wald's F with HC3 of the terms it can be had for: all of type III, else the highest interaction.

    A cell without spread would enter HC3 as known without error, so there is none then.
    """
    import numpy as np

    terms = made.terms
    fitted, slices = made.fit(terms, "HC3")
    if not made.whole:
        inside = made.y.squares_by(made.index, fitted.residuals)
        if (inside <= 1e-20 * fitted.ss_total / fitted.n * np.bincount(made.index, made.y.times)).any():
            raise NotEstimable(
                pick("A cell has no spread, so HC3 cannot be had.", "有单元格没有离散，无法得到 HC3。"), ""
            )
    chosen = terms if kind == 3 else terms[-1:]
    unit = np.eye(len(fitted.params))
    return {term: linear.wald(fitted, unit[slices[term]], " x ".join(term)) for term in chosen}
