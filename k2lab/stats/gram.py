"""Cross products of the centred and scaled columns of a matrix, from chunks of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CHUNK = 2048
"""Rows that are looked at together: they stay in the processor's cache, and BLAS starts no threads for so few."""
MANY = 5_000
"""Rows from which cross products are worth it; fewer are solved by QR in no time, with all digits."""
WORST = 1e6
"""Condition of the scaled cross products up to which they keep ten digits; beyond it a QR of the matrix is taken."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Gram:
    """X'X of the columns less their means, each scaled to length one; the intercept keeps its mean.

    Attributes
    ----------
    centre : array of shape (k,)
        Weighted means of the columns where the first is an intercept (for itself 0); else zeros.
    scale : array of shape (k,)
        Lengths of the centred columns.
    products : array of shape (k, k)
    """

    centre: Floats
    scale: Floats
    products: Floats

    @property
    def sound(self) -> bool:
        """Whether no column is nearly fixed by the others, so that the digits lost in squaring do not matter."""
        import numpy as np

        if not bool(np.isfinite(self.products).all()):
            return False
        values = np.linalg.eigvalsh(self.products)
        return bool(values[0] > values[-1] / WORST)


def chunks(rows: int) -> Iterator[slice]:
    """Return the slices that rows are looked at in."""
    return (slice(start, min(start + CHUNK, rows)) for start in range(0, rows, CHUNK))


def gram(matrix: Floats, size: Floats | None = None) -> Gram | None:
    """Accumulate the cross products of many rows; None where they cannot be had well and a QR has to do it.

    Parameters
    ----------
    matrix : array of shape (n, k)
    size : array of shape (n,), optional
        Weights of the rows.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(42_000.0)
    >>> made = gram(np.column_stack([np.ones_like(x), x, x % 7]))
    >>> made.centre.round(9).tolist(), made.products[1].round(4).tolist()
    ([0.0, 20999.5, 3.0], [0.0, 1.0, 0.0002])
    >>> gram(np.column_stack([np.ones_like(x), x, 2 * x + 1])) is None
    True
    """
    import numpy as np

    n, k = matrix.shape
    if n < MANY or n < 8 * k:
        return None
    centre, total = np.zeros(k), float(n if size is None else size.sum())
    products = np.zeros((k, k))
    with np.errstate(over="ignore", invalid="ignore"):
        if bool((matrix[:, 0] == 1).all()):
            sums = (matrix[part].sum(axis=0) if size is None else size[part] @ matrix[part] for part in chunks(n))
            centre = np.sum(list(sums), axis=0) / total
            centre[0] = 0.0
        for part in chunks(n):
            moved = matrix[part] - centre
            if size is not None:
                moved *= np.sqrt(size[part])[:, None]
            products += moved.T @ moved
        return judged(centre, products, total)


def judged(centre: Floats, products: Floats, total: float) -> Gram | None:
    """Return cross products scaled; None where a column varies too little, or is nearly fixed by others."""
    import numpy as np

    scale = np.sqrt(np.diag(products))
    # A column that is constant beside the intercept keeps only rounding noise when centred.
    if not bool((scale > 1e-9 * np.sqrt(total) * np.abs(centre)).all()):
        return None
    made = Gram(centre=centre, scale=scale, products=products / np.outer(scale, scale))
    return made if made.sound else None
