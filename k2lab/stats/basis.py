"""The rows of Q of a least-squares solution, however the design is kept: written, in chunks, or by cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from k2lab.stats.factored import Factored
from k2lab.stats.gram import Gram, chunks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Basis(Protocol):
    """Columns that are orthonormal under the weights of the rows, one row for each row of the design."""

    @property
    def rows(self) -> Floats:
        """The rows written out, of shape (m, k)."""

    def times(self, beta: Floats) -> Floats:
        """Return Q beta."""

    def against(self, v: Floats) -> Floats:
        """Return Q' v."""

    def leverage(self) -> Floats:
        """Return the squared length of each row."""

    def sandwich(self, weights: Floats) -> Floats:
        """Return Q' diag(weights) Q."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Written:
    """Rows that are there."""

    rows: Floats

    def times(self, beta: Floats) -> Floats:
        """Return Q beta."""
        made: Floats = self.rows @ beta
        return made

    def against(self, v: Floats) -> Floats:
        """Return Q' v."""
        made: Floats = self.rows.T @ v
        return made

    def leverage(self) -> Floats:
        """Return the squared length of each row."""
        made: Floats = (self.rows**2).sum(axis=1)
        return made

    def sandwich(self, weights: Floats) -> Floats:
        """Return Q' diag(weights) Q."""
        made: Floats = (self.rows * weights[:, None]).T @ self.rows
        return made


@dataclass(frozen=True, kw_only=True, eq=False)
class Chunked:
    """Rows made from those of the design when they are needed, a chunk at a time: less `centre`, times `turn`."""

    matrix: Floats
    centre: Floats
    turn: Floats

    def _parts(self) -> Iterator[tuple[slice, Floats]]:
        for part in chunks(len(self.matrix)):
            yield part, (self.matrix[part] - self.centre) @ self.turn

    @property
    def rows(self) -> Floats:
        """The rows written out."""
        import numpy as np

        return np.concatenate([q for _, q in self._parts()])

    def times(self, beta: Floats) -> Floats:
        """Return Q beta."""
        import numpy as np

        made, onto = np.empty(len(self.matrix)), self.turn @ beta
        for part in chunks(len(made)):
            made[part] = (self.matrix[part] - self.centre) @ onto
        return made

    def against(self, v: Floats) -> Floats:
        """Return Q' v."""
        made: Floats = self.turn.T @ sum(v[part] @ (self.matrix[part] - self.centre) for part in chunks(len(v)))
        return made

    def leverage(self) -> Floats:
        """Return the squared length of each row."""
        import numpy as np

        return np.concatenate([np.einsum("ij,ij->i", q, q) for _, q in self._parts()])

    def sandwich(self, weights: Floats) -> Floats:
        """Return Q' diag(weights) Q."""
        import numpy as np

        made = np.zeros((self.turn.shape[1],) * 2)
        for part, q in self._parts():
            made += (q * weights[part, None]).T @ q
        return made


@dataclass(frozen=True, kw_only=True, eq=False)
class Celled:
    """Rows of a `Factored` design less `centre`, times `turn`: in each cell a map of the few numbers of its rows."""

    held: Factored
    centre: Floats
    turn: Floats

    @cached_property
    def _onto(self) -> Floats:
        made: Floats = self.held.onto(self.centre) @ self.turn
        return made

    def _placed(self, made: Floats) -> Floats:
        """Put values that stand cell after cell where their rows are."""
        import numpy as np

        back = np.empty_like(made)
        back[self.held.order] = made
        return back

    @property
    def rows(self) -> Floats:
        """The rows written out."""
        import numpy as np

        return self._placed(np.concatenate([u @ self._onto[c] for c, _, u in self.held.cells()]))

    def times(self, beta: Floats) -> Floats:
        """Return Q beta."""
        import numpy as np

        return self._placed(np.concatenate([u @ onto for (_, _, u), onto in self._with(self._onto @ beta)]))

    def against(self, v: Floats) -> Floats:
        """Return Q' v."""
        moved = v[self.held.order]
        made: Floats = sum(self._onto[c].T @ (u.T @ moved[part]) for c, part, u in self.held.cells())
        return made

    def leverage(self) -> Floats:
        """Return the squared length of each row."""
        import numpy as np

        inner = self._onto @ self._onto.transpose(0, 2, 1)
        return self._placed(np.concatenate([np.einsum("ij,ij->i", u @ a, u) for (_, _, u), a in self._with(inner)]))

    def sandwich(self, weights: Floats) -> Floats:
        """Return Q' diag(weights) Q."""
        moved = weights[self.held.order]
        made: Floats = sum(
            self._onto[c].T @ ((u * moved[part, None]).T @ u) @ self._onto[c] for c, part, u in self.held.cells()
        )
        return made

    def _with(self, each: Floats) -> Iterator[tuple[tuple[int, slice, Floats], Floats]]:
        return zip(self.held.cells(), each, strict=True)


def basis(design: Floats | Factored, products: Gram, turn: Floats) -> Basis:
    """Return the rows of Q of a design whose cross products are known."""
    if isinstance(design, Factored):
        return Celled(held=design, centre=products.centre, turn=turn)
    return Chunked(matrix=design, centre=products.centre, turn=turn)
