"""A matrix of many rows that is never written: cells of levels, and in each the few numbers that its rows differ by.

In a model of categories and numbers, the rows of one cell (one combination of levels) are the same linear map of the
numbers of each row: with q numbers and k columns, cross products, fitted values and leverages of n rows cost n q^2
instead of n k^2, and n q values of memory instead of n k. It is the "compress once" of group cells, for numbers too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from k2lab.stats.gram import MANY, Gram, judged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Pairs = Sequence[tuple[str, str | None]]
"""What a column of a design is the product of: (term, level); a number has no level."""

ROWS_OF_A_CELL = 200
"""Rows a cell, on average, from which looking at cell after cell pays."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Factored:
    """A design matrix as its cells.

    Attributes
    ----------
    numbers : array of shape (n, q)
        The products of numbers that columns are made of, less their means, rows cell after cell; the first are ones.
    means : array of shape (q,)
        What was taken off; 0 for the first.
    order : array of shape (n,)
        Which row of the matrix each row of `numbers` is.
    ends : array of shape (C + 1,)
        Where each cell begins and ends.
    present : array of shape (C, k)
        Whether a column is zero in a cell (0.0), or its product of numbers (1.0).
    place : array of shape (k,)
        Which of the numbers a column is.
    """

    numbers: Floats
    means: Floats
    order: Any
    ends: Any
    present: Floats
    place: Any

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the matrix."""
        return len(self.numbers), len(self.place)

    def cells(self) -> Iterator[tuple[int, slice, Floats]]:
        """Return each cell with its rows of `numbers`."""
        for c, (start, end) in enumerate(zip(self.ends[:-1].tolist(), self.ends[1:].tolist(), strict=True)):
            yield c, slice(start, end), self.numbers[start:end]

    def onto(self, centre: Floats) -> Floats:
        """Return for each cell what turns its numbers into the columns less `centre`, of shape (C, q, k)."""
        import numpy as np

        cells, k = self.present.shape
        made = np.zeros((cells, len(self.means), k))
        made[:, self.place, np.arange(k)] = self.present
        made[:, 0, :] += self.present * self.means[self.place] - centre
        return made

    def gram(self, size: Floats | None = None) -> Gram | None:
        """Return the cross products as `gram.gram` does of a written matrix; None where a QR has to do it.

        `size` are weights of the rows of the matrix.
        """
        import numpy as np

        n, k = self.shape
        if n < MANY or n < 8 * k:
            return None
        weight = None if size is None else size[self.order]
        with np.errstate(over="ignore", invalid="ignore"):
            inner = np.stack(
                [u.T @ (u if weight is None else u * weight[part, None]) for _, part, u in self.cells()]
            )  # fmt: skip
            rows = inner[:, 0, 0]
            total = float(rows.sum())
            moved = inner[:, 0, self.place] + rows[:, None] * self.means[self.place]
            centre: Floats = (self.present * moved).sum(axis=0) / total
            centre[0] = 0.0
            turned = self.onto(centre)
            crossed = np.matmul(inner, turned).reshape(-1, k)
            return judged(centre, turned.reshape(-1, k).T @ crossed, total)

    @cached_property
    def written(self) -> Floats:
        """The matrix itself."""
        import numpy as np

        made = np.empty(self.shape)
        for (_, part, u), onto in zip(self.cells(), self.onto(np.zeros(self.shape[1])), strict=True):
            made[self.order[part]] = u @ onto
        return made


def factored(
    columns: Sequence[Pairs], index: Any, levels: Mapping[str, Any], values: Mapping[str, Floats]
) -> Factored | None:
    """Put a matrix together from its cells; None where cells are too small, or numbers too many, for that to pay.

    Parameters
    ----------
    columns : sequence of pairs
        The first has none: the intercept.
    index : array of shape (n,)
        The cell of each row.
    levels : mapping
        Category to its level in each cell.
    values : mapping
        Number to its value in each row.

    Examples
    --------
    >>> import numpy as np
    >>> columns = [[], [("g", "b")], [("x", None)], [("g", "b"), ("x", None)]]
    >>> index, x = np.array([0, 1] * 200), np.arange(400.0)
    >>> made = factored(columns, index, {"g": np.array(["a", "b"])}, {"x": x})
    >>> made.written[:2].tolist()
    [[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]]
    """
    import numpy as np

    products = list(dict.fromkeys(tuple(sorted(term for term, level in pairs if level is None)) for pairs in columns))
    cells = len(next(iter(levels.values()))) if levels else 0
    if not cells or len(index) < ROWS_OF_A_CELL * cells or 2 * len(products) > len(columns):
        return None
    small = index.astype(np.int16 if cells < 2**15 else np.int32)  # the smaller, the faster they are sorted
    order = np.argsort(small, kind="stable")
    numbers, means = np.ones((len(index), len(products))), np.zeros(len(products))
    for j, names in enumerate(products):
        if names:
            product = np.prod([values[name] for name in names], axis=0) if len(names) > 1 else values[names[0]]
            means[j] = float(product.mean())
            numbers[:, j] = product[order] - means[j]
    present = np.ones((cells, len(columns)))
    for j, pairs in enumerate(columns):
        for term, level in pairs:
            if level is not None:
                present[:, j] *= levels[term] == level
    return Factored(
        numbers=numbers, means=means, order=order, present=present,
        ends=np.concatenate([[0], np.cumsum(np.bincount(index, minlength=cells))]),
        place=np.array([products.index(tuple(sorted(t for t, level in pairs if level is None))) for pairs in columns]),
    )  # fmt: skip
