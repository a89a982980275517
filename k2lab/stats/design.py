"""The design of a linear model: which column of the matrix stands for which level of which term."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.stats.columns import codes, is_category, level_name, level_order, number, reference_level
from k2lab.stats.factored import Factored, Pairs, factored
from k2lab.stats.gram import Gram, chunks, gram

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_CELLS = 1_000_000
"""Combinations of levels that are counted one by one; of more, the ones that exist are sorted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """A design matrix, kept as its distinct rows where all terms are categories.

    Attributes
    ----------
    held : ndarray or Factored
        The rows of the matrix; the distinct ones only, unless `whole`.
    index : ndarray of int
        For each data row the row of `cells`.
    whole : bool
        Whether `held` is the matrix itself.
    names : tuple of str
        ``"(Intercept)"``, ``"age"``, ``"level=MI"``, ``"remote=100:level=MI"``...
    term_slices : mapping
        Term (``"level"``, ``"remote:level"``) to its slice of columns.
    levels : mapping
        Category to its levels as text, reference first.
    dropped : tuple of str
        Interaction columns that the data do not determine (empty cells), left out.
    intercept : bool
        Whether the first column is one.
    products : Gram or None
        The cross products of a matrix of many rows, each counting once, where they do for least squares.
    """

    held: Floats | Factored
    index: Any
    whole: bool
    names: tuple[str, ...]
    term_slices: Mapping[str, slice]
    levels: Mapping[str, tuple[str, ...]]
    dropped: tuple[str, ...] = ()
    intercept: bool = True
    products: Gram | None = None

    @property
    def cells(self) -> Floats:
        """The rows of the matrix; the distinct ones only, unless `whole`."""
        return self.held.written if isinstance(self.held, Factored) else self.held

    def gram(self, size: Floats) -> Gram | None:
        """Return the cross products of the rows that are held, with these weights; None where a QR has to do it."""
        return self.held.gram(size) if isinstance(self.held, Factored) else gram(self.held, size)

    @property
    def matrix(self) -> Floats:
        """The full matrix, one row a data row."""
        return self.cells if self.whole else self.cells[self.index]

    def test(self, term: str) -> Floats:
        """Return the rows that pick the coefficients of a term, for `linear.wald`."""
        import numpy as np

        picked: Floats = np.eye(len(self.names))[self.term_slices[term]]
        return picked

    def row(self, values: Mapping[str, str | float]) -> Floats:
        """Return the design row of a case; terms that are not named are at their reference (numbers: 0).

        Raises
        ------
        UsageError
            If a level is unknown.
        """
        import numpy as np

        for term, value in values.items():
            if term in self.levels and value not in self.levels[term]:
                raise UsageError(f"{term!r} has no level {value!r}.", f"Levels: {', '.join(self.levels[term][:8])}.")
        made = np.zeros(len(self.names))
        for j, parts in enumerate(self.parts()):
            entry = 1.0
            for term, level in parts:
                given = values.get(term, 0.0 if level is None else self.levels[term][0])
                entry *= float(given) if level is None else float(given == level)
            made[j] = entry
        return made

    def rows(self, values: Mapping[str, Any]) -> Floats:
        """Return the matrix of cases: `values` holds for each term its numbers, or the places of its levels.

        Examples
        --------
        >>> import numpy as np, pandas as pd
        >>> made = design(pd.DataFrame({"g": list("aabbb"), "x": [1.0, 2.5, 3, 4, 7]}), ["g", "x"])
        >>> made.rows({"g": np.array([0, 1]), "x": np.array([2.0, 5.0])}).tolist()
        [[1.0, 0.0, 2.0], [1.0, 1.0, 5.0]]
        """
        import numpy as np

        n = len(next(iter(values.values()))) if values else 1
        made = np.ones((n, len(self.names)))
        for j, parts in enumerate(self.parts()):
            for term, level in parts:
                column = values[term]
                made[:, j] *= column if level is None else column == self.levels[term].index(level)
        return made

    def parts(self) -> list[list[tuple[str, str | None]]]:
        """Return for each column its (term, level) pairs; a number has no level, the intercept no pairs."""
        gone = set(self.dropped)
        first: list[list[tuple[str, str | None]]] = [[]] if self.intercept else []
        return first + [pairs for name, pairs in self._all() if name not in gone]

    @property
    def parts_of(self) -> tuple[str, ...]:
        """The keys of `term_slices` that are terms by themselves, no interactions."""
        return tuple(key for key in self.term_slices if not isinstance(key, _Interaction))

    def pairs(self, name: str) -> list[tuple[str, str | None]]:
        """Return the (term, level) pairs of a column, also of one that was left out."""
        return next((pairs for one, pairs in self._all() if one == name), [])

    def _all(self) -> list[tuple[str, list[tuple[str, str | None]]]]:
        made = []
        for key in self.term_slices:
            terms = _split(key, self.term_slices)
            for combination in product(*[self.levels[t][1:] if t in self.levels else (None,) for t in terms]):
                pairs = list(zip(terms, combination, strict=True))
                made.append((":".join(_column_name(t, v) for t, v in pairs), pairs))
        return made


def _split(key: str, slices: Mapping[str, slice]) -> tuple[str, ...]:
    return (key,) if not isinstance(key, _Interaction) else key.terms


class _Interaction(str):
    """The name of an interaction that still knows its terms, since a column name may hold a colon."""

    terms: tuple[str, ...]

    def __new__(cls, terms: tuple[str, ...]) -> _Interaction:
        made = super().__new__(cls, ":".join(terms))
        made.terms = terms
        return made


def _column_name(term: str, level: str | None) -> str:
    return term if level is None else f"{term}={level}"


def design(
    frame: pd.DataFrame,
    terms: Sequence[str],
    interactions: Sequence[Sequence[str]] = (),
    references: Mapping[str, Any] | None = None,
    categories: Sequence[str] | None = None,
    intercept: bool = True,
) -> Design:
    """Build the design of an intercept, terms and interactions, with treatment contrasts.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `columns.take` returns it: no missing values.
    terms : sequence of str
        Columns; categories (see `columns.is_category`) get one column a level but the reference.
    interactions : sequence of sequences of str
        Each of two or more terms, e.g. ``[("remote", "level")]``.
    references : mapping, optional
        Term to reference level; default `columns.reference_level`.
    categories : sequence of str, optional
        The terms that are categories, where the rule is not to decide.
    intercept : bool
        Without one, all terms have to be numbers.

    Raises
    ------
    UsageError
        If a category has one level, a reference is unknown, an interaction names no term.

    Examples
    --------
    >>> import pandas as pd
    >>> made = design(pd.DataFrame({"g": list("aabbb"), "x": [1.0, 2.5, 3, 4, 7]}), ["g", "x"])
    >>> made.names
    ('(Intercept)', 'g=a', 'x')
    """
    import numpy as np

    terms = tuple(dict.fromkeys(terms))
    treated = {t for t in terms if (is_category(frame, t) if categories is None else t in categories)}
    levels: dict[str, tuple[str, ...]] = {}
    blocks: dict[str, tuple[list[str | None], Any]] = {}
    for term in terms:
        if term not in treated:
            blocks[term] = ([None], number(frame, term, role="term"))
            continue
        order = [level_name(v) for v in level_order(frame, term)]
        if len(order) < 2:
            raise UsageError(f"{term!r} has only one level ({order[0] if order else 'no rows'}).", "Leave it out.")
        wanted = level_name((references or {}).get(term, reference_level(frame, term)))
        if wanted not in order:
            raise UsageError(f"{term!r} has no level {wanted!r}.", f"Levels: {', '.join(order[:8])}.")
        order.remove(wanted)
        levels[term] = (wanted, *order)
        blocks[term] = (list(order), codes(frame, term, levels[term]))
    for group in interactions:
        if len(group) < 2 or any(t not in blocks for t in group):
            raise UsageError(
                f"The interaction {tuple(group)!r} is not made of the terms.", "Name columns that are in terms."
            )
    whole = len(treated) < len(terms)
    # Rows of equal levels share one row of the matrix: the model needs only those, unless it has numbers too.
    index, coded, cells = _cells(len(frame), {t: (blocks[t][1], len(levels[t])) for t in terms if t in treated})
    places = {(t, v): i for t in levels for i, v in enumerate(levels[t])}
    values = {t: blocks[t][1] for t in terms if t not in treated}

    def held(columns: Sequence[Pairs]) -> tuple[Floats | Factored, Gram | None]:
        if not whole:
            return _stacked([_column(pairs, coded, places, {}, cells) for pairs in columns]), None
        made = factored(columns, index, {t: np.array(levels[t])[coded[t]] for t in coded}, values)
        products = None if made is None else made.gram()
        if made is not None and products is not None:
            return made, products
        rows = {t: blocks[t][1] for t in coded}
        matrix = _stacked([_column(pairs, rows, places, values, len(frame)) for pairs in columns])
        return matrix, gram(matrix)

    columns: list[Pairs] = [()]
    slices: dict[str, slice] = {}
    for term in terms:
        slices[term] = slice(len(columns), len(columns) + len(blocks[term][0]))
        columns += [((term, level),) for level in blocks[term][0]]
    dropped: list[str] = []
    matrix, products = None, None
    for group in interactions:
        start = len(columns)
        for combination in product(*[blocks[t][0] for t in group]):
            pairs = tuple(zip(group, combination, strict=True))
            if np.any(_column([(t, v) for t, v in pairs if v is not None], coded, places, {}, cells)):
                columns.append(pairs)
            else:
                dropped.append(_name(pairs))
        matrix, products = held(columns)
        if products is None:
            written = matrix.written if isinstance(matrix, Factored) else matrix
            keep = independent(written, start)
            if start + len(keep) < len(columns):
                matrix = None
            dropped += [_name(columns[j]) for j in range(start, len(columns)) if j not in keep]
            columns = [pairs for j, pairs in enumerate(columns) if j < start or j in keep]
        if ":".join(group) in slices:
            raise UsageError(f"{':'.join(group)!r} names both a column and an interaction.", "Rename the column.")
        slices[_Interaction(tuple(group))] = slice(start, len(columns))
    if not intercept:
        if levels:
            raise UsageError("A model without an intercept takes numbers only.", "Leave the - 1 out of the formula.")
        columns = columns[1:]
        slices = {key: slice(part.start - 1, part.stop - 1) for key, part in slices.items()}
        matrix = None
    if matrix is None:
        matrix, products = held(columns)
    return Design(
        intercept=intercept, held=matrix, index=np.arange(len(frame)) if whole else index, whole=whole,
        names=tuple(_name(pairs) for pairs in columns), term_slices=slices, levels=levels, dropped=tuple(dropped),
        products=products,
    )  # fmt: skip


def _name(pairs: Pairs) -> str:
    return ":".join(_column_name(t, v) for t, v in pairs) or "(Intercept)"


def _column(
    pairs: Pairs, codes: Mapping[str, Any], places: Mapping[tuple[str, str], int], values: Mapping[str, Floats],
    rows: int,
) -> Floats:  # fmt: skip
    """Return a column of the matrix, from the code of the level of each row and its numbers."""
    import numpy as np

    made = np.ones(rows)
    for term, level in pairs:
        made = made * (values[term] if level is None else codes[term] == places[term, level])
    return made


def _stacked(columns: Sequence[Floats]) -> Floats:
    """Return the columns side by side, put together in chunks of rows: writing each column at once is slow."""
    import numpy as np

    made = np.empty((len(columns[0]), len(columns)))
    for part in chunks(len(made)):
        np.stack([column[part] for column in columns], axis=1, out=made[part])
    return made


def _cells(rows: int, coded: Mapping[str, tuple[Any, int]]) -> tuple[Any, dict[str, Any], int]:
    """Return the cell of each row, the level of each term in each cell, and the number of cells, in level order.

    `coded` has for each term the codes of the rows and how many levels there are.
    """
    import numpy as np

    flat, sizes = np.zeros(rows, dtype=np.int64), [size for _, size in coded.values()]
    if math.prod(sizes) > MOST_CELLS:
        for code, size in coded.values():
            flat = np.unique(flat * size + code, return_inverse=True)[1]
        found, first, index = np.unique(flat, return_index=True, return_inverse=True)
        return index, {term: code[first] for term, (code, _) in coded.items()}, len(found)
    for code, size in coded.values():
        flat = flat * size + code
    there = np.bincount(flat, minlength=math.prod(sizes)) > 0
    found = np.flatnonzero(there)
    levels = np.unravel_index(found, sizes) if sizes else ()
    return (np.cumsum(there) - 1)[flat], dict(zip(coded, levels, strict=True)), len(found) if rows else 0


def independent(matrix: Floats, start: int) -> set[int]:
    """Return which columns from `start` on are not fixed by those before them."""
    import numpy as np

    keep = [j for j in range(start, matrix.shape[1]) if matrix[:, j].any()]
    chosen = list(range(start)) + keep
    if gram(matrix if len(chosen) == matrix.shape[1] else matrix[:, chosen]) is not None:
        return set(keep)
    scaled = matrix[:, chosen] / np.maximum(np.sqrt((matrix[:, chosen] ** 2).sum(axis=0)), 1e-300)
    if len(scaled) < len(chosen):  # fewer distinct rows than columns: pad, so that R stays square
        scaled = np.vstack([scaled, np.zeros((len(chosen) - len(scaled), len(chosen)))])
    r: Floats = np.linalg.qr(scaled)[1]
    lost = set(aliased(r))
    return {j for i, j in enumerate(chosen) if j >= start and i not in lost}


def aliased(r: Floats) -> list[int]:
    """Return the columns whose part beyond the earlier columns is lost in rounding (R of a QR of unit columns).

    Earlier columns win, as in R's lm. A lost column leaves noise on the diagonal whose direction spoils
    later columns, so each is judged after the lost ones are rotated away.
    """
    import numpy as np

    work, lost = np.array(r, dtype=np.float64), []
    size = np.sqrt((work**2).sum(axis=0))
    if len(work) == len(size) and (np.abs(np.diag(work)) > 1e-10 * size).all():
        return []
    row = 0
    for j in range(work.shape[1]):
        rest = work[row:, j].copy()
        length = float(np.sqrt(rest @ rest))
        if length <= 1e-10 * size[j] or row >= len(work):
            lost.append(j)
            continue
        rest[0] += np.copysign(length, rest[0])
        rest /= np.sqrt(rest @ rest)
        work[row:] -= 2 * np.outer(rest, rest @ work[row:])
        row += 1
    return lost
