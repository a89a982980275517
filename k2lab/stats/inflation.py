"""Variance inflation: how far the terms of a model can be told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from k2lab.stats.design import Design

    Floats = NDArray[np.float64]

SEPARABLE = 2.2
"""Adjusted GVIF above which coefficients of a term are not told apart from the others (playbook section 5)."""


@dataclass(frozen=True, kw_only=True)
class Inflation:
    """The generalised variance inflation of a term."""

    gvif: float
    df: int

    @property
    def adjusted(self) -> float:
        """GVIF^(1 / (2 df)), comparable over terms."""
        return float(self.gvif ** (1 / (2 * self.df)))


def inflation(design: Design, times: Floats | None = None) -> dict[str, Inflation]:
    """Return the inflation of each term of a design, its interactions left out; empty for a single term.

    Source: Fox and Monette (1992), from the correlations of the columns. R: car::vif.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from k2lab.stats.design import design
    >>> frame = pd.DataFrame({"a": [1.0, 2, 3, 4.5, 6], "b": [2.5, 4, 7, 8, 13]})
    >>> round(inflation(design(frame, ["a", "b"]))["a"].adjusted, 2)
    4.86
    """
    import numpy as np

    main = {key: part for key, part in design.term_slices.items() if key in design.parts_of and part.stop > part.start}
    if len(main) < 2 or not design.intercept:
        return {}
    columns = np.concatenate([np.arange(part.start, part.stop) for part in main.values()])
    weight = np.ones(len(design.index)) if times is None else times.astype(float)
    if not design.whole:
        weight = np.bincount(design.index, weight, minlength=len(design.cells)).astype(float)
    products = design.products if times is None and design.products else design.gram(weight)
    if products is not None:
        whole_root: Any = np.linalg.cholesky(products.products[np.ix_(columns, columns)]).T
    else:
        X = design.cells[:, columns]
        moved = X - weight @ X / weight.sum()
        scale = np.sqrt(weight @ moved**2)
        if not (scale > 0).all():
            return {}
        # By QR, once for all rows: the determinants of nearly equal columns keep their digits.
        whole_root = np.linalg.qr(moved / scale * np.sqrt(weight)[:, None])[1]

    def logdet(chosen: Any) -> float:
        r = np.linalg.qr(whole_root[:, chosen])[1]
        return 2 * float(np.log(np.maximum(np.abs(np.diag(r)), 1e-300)).sum())

    everything = np.arange(len(columns))
    whole = logdet(everything)
    made, start = {}, 0
    for term, part in main.items():
        size = part.stop - part.start
        mine = everything[start : start + size]
        rest = np.setdiff1d(everything, mine)
        start += size
        made[str(term)] = Inflation(gvif=math.exp(max(logdet(mine) + logdet(rest) - whole, 0.0)), df=size)
    return made
