"""Means, variances and cross products of the numbers of a large frame, summed up by its engine over all rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

from k2lab.stats import engines

if TYPE_CHECKING:
    import narwhals as nw
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TOGETHER = 64
"""Sums that are asked for in one query: an engine that works on whole parts of a frame holds a column for each."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """A number over all rows that have it."""

    n: int
    mean: float
    squares: float
    cubes: float
    low: float
    high: float

    @property
    def varies(self) -> bool:
        """Whether there are two different values."""
        return self.low < self.high

    @property
    def variance(self) -> float:
        """Variance with n - 1."""
        return self.squares / (self.n - 1)

    @property
    def skewness(self) -> float:
        """Moment skewness, or 0 for a constant, as `weighted.skewness` has it."""
        spread = self.squares / self.n if self.n else 0.0
        if spread <= 1e-26 * max(1.0, self.mean**2):
            return 0.0
        return self.cubes / self.n / float(spread**1.5)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """Two numbers over the rows that have both; their means are `centre` and `shift` together, which keeps digits."""

    n: int
    centre: tuple[float, float]
    shift: tuple[float, float]
    squares: tuple[float, float]
    product: float
    varies: tuple[bool, bool]

    @property
    def r(self) -> float:
        """Pearson's correlation."""
        import math

        found = self.product / math.sqrt(self.squares[0]) / math.sqrt(self.squares[1])
        return max(-1.0, min(1.0, found))


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """Sums of a frame, by which of its numbers are missing: inside such a part every number is there or none is.

    Attributes
    ----------
    names : tuple of str
    centre : array of shape (k,)
        What was taken off each number before it was squared, so that a huge offset costs no digits.
    n : array of shape (parts,)
    there : array of bool, of shape (parts, k)
    low, high : arrays of shape (parts, k)
    sums, cubes : arrays of shape (parts, k)
    products : array of shape (parts, k, k)
    """

    names: tuple[str, ...]
    centre: Floats
    n: Floats
    there: NDArray[np.bool_]
    low: Floats
    high: Floats
    sums: Floats
    cubes: Floats
    products: Floats

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Each number by itself."""
        return {name: self._column(i) for i, name in enumerate(self.names)}

    def _column(self, i: int) -> Column:
        import numpy as np

        inside = self.there[:, i]
        n = float(self.n[inside].sum())
        if not n:
            return Column(n=0, mean=float("nan"), squares=0.0, cubes=0.0, low=float("nan"), high=float("nan"))
        shift = float(self.sums[inside, i].sum()) / n
        squares, cubes = float(self.products[inside, i, i].sum()), float(self.cubes[inside, i].sum())
        low, high = float(np.min(self.low[inside, i])), float(np.max(self.high[inside, i]))
        return Column(
            n=int(n), mean=float(self.centre[i]) + shift, squares=max(squares - n * shift**2, 0.0) if low < high else 0,
            cubes=cubes - 3 * shift * squares + 2 * n * shift**3, low=low, high=high,
        )  # fmt: skip

    def pair(self, a: str, b: str) -> Pair:
        """Return the sums of two numbers over the rows that have both."""
        import numpy as np

        i, j = self.names.index(a), self.names.index(b)
        inside = self.there[:, i] & self.there[:, j]
        n = float(self.n[inside].sum())
        if not n:
            return Pair(
                n=0, centre=(0.0, 0.0), shift=(0.0, 0.0), squares=(0.0, 0.0), product=0.0, varies=(False, False)
            )
        shift = [float(self.sums[inside, c].sum()) / n for c in (i, j)]
        squares = [float(self.products[inside, c, c].sum()) - n * s**2 for c, s in zip((i, j), shift, strict=True)]
        return Pair(
            n=int(n),
            centre=(float(self.centre[i]), float(self.centre[j])),
            shift=(shift[0], shift[1]),
            squares=(max(squares[0], 0.0), max(squares[1], 0.0)),
            product=float(self.products[inside, i, j].sum()) - n * shift[0] * shift[1],
            varies=(
                bool(np.min(self.low[inside, i]) < np.max(self.high[inside, i])),
                bool(np.min(self.low[inside, j]) < np.max(self.high[inside, j])),
            ),
        )


def plain(data: Any, names: Sequence[str]) -> nw.LazyFrame[Any]:
    """Return numbers of a frame as floats called c0, c1, ..., null where they are missing or infinite."""
    import narwhals as nw

    read = engines.numbered(data, tuple(names))
    return read.select(*(nw.col(f"c{i}").cast(nw.Float64) for i in range(len(names))))


def numbers(data: Any, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return those of some columns of a frame that hold numbers, as its engine has their types."""
    schema = engines.lazy(data, tuple(wanted)).collect_schema()
    return tuple(name for name in wanted if schema[name].is_numeric())


def moments(data: Any, names: Sequence[str]) -> Moments:
    """Sum the numbers of a large frame up, in one pass for their centres and one for sums around them.

    Parameters
    ----------
    data : frame
    names : sequence of str
        Columns of numbers.

    Raises
    ------
    InputError
        If the engine fails.
    """
    import narwhals as nw
    import numpy as np

    k = len(names)
    read = plain(data, names)
    asked = [
        one.alias(f"{key}{i}")
        for i in range(k)
        for key, one in (
            ("n", nw.col(f"c{i}").count()), ("m", nw.col(f"c{i}").mean()),
            ("l", nw.col(f"c{i}").min()), ("h", nw.col(f"c{i}").max()),
        )
    ]  # fmt: skip
    first = engines.collected(read.select(nw.len().alias("rows"), *asked)).iloc[0]
    rows = int(first["rows"])
    centre = np.array([_centre(first[f"m{i}"], first[f"l{i}"], first[f"h{i}"]) for i in range(k)])
    gaps = [i for i in range(k) if int(first[f"n{i}"]) < rows]
    read = read.with_columns(
        *((nw.col(f"c{i}") - float(centre[i])).alias(f"d{i}") for i in range(k)),
        *(nw.col(f"c{i}").is_null().alias(f"g{i}") for i in gaps),
    )
    made: dict[str, nw.Expr] = {f"d{i}": nw.col(f"d{i}") for i in range(k)}
    made |= {f"t{i}": nw.col(f"d{i}") * nw.col(f"d{i}") * nw.col(f"d{i}") for i in range(k)}
    pairs = list(combinations_with_replacement(range(k), 2))
    made |= {f"p{i}_{j}": nw.col(f"d{i}") * nw.col(f"d{j}") for i, j in pairs}
    parts = _summed(read, made, k, gaps)
    sums = parts.fillna(0.0)
    products = np.zeros((len(parts), k, k))
    for i, j in pairs:
        products[:, i, j] = products[:, j, i] = sums[f"p{i}_{j}"].to_numpy(dtype=np.float64)
    there = np.ones((len(parts), k), dtype=bool)
    for i in gaps:
        there[:, i] = ~parts[f"g{i}"].to_numpy(dtype=bool)

    def of(key: str, frame: Any) -> Any:
        return np.stack([frame[f"{key}{i}"].to_numpy(dtype=np.float64) for i in range(k)], axis=1)

    return Moments(
        names=tuple(names), centre=centre, n=sums["k2lab_n"].to_numpy(dtype=np.float64), there=there,
        low=of("l", parts), high=of("h", parts), sums=of("d", sums), cubes=of("t", sums), products=products,
    )  # fmt: skip


def _centre(mean: Any, low: Any, high: Any) -> float:
    """Return what is taken off a number: its mean, or exactly its value where it has only one."""
    import pandas as pd

    if pd.isna(mean):
        return 0.0
    return float(low) if low == high else float(mean)


def _summed(read: nw.LazyFrame[Any], made: dict[str, nw.Expr], k: int, gaps: Sequence[int]) -> Any:
    """Sum expressions up over the parts of a frame that miss the same numbers."""
    import narwhals as nw
    import pandas as pd

    flags = [f"g{i}" for i in gaps]
    ends = [one.alias(f"{key}{i}") for i in range(k) for key, one in (("l", nw.col(f"c{i}").min()),
            ("h", nw.col(f"c{i}").max()))]  # fmt: skip
    names, found = list(made), []
    for start in range(0, len(names), TOGETHER):
        some = names[start : start + TOGETHER]
        sums = [nw.col(f"s_{name}").sum().alias(name) for name in some]
        counted = [nw.len().alias("k2lab_n"), *ends] if not start else []
        wide = read.with_columns(*(made[name].alias(f"s_{name}") for name in some))
        asked = wide.group_by(*flags).agg(*counted, *sums) if flags else wide.select(*counted, *sums)
        got = engines.collected(asked)
        found.append(got.set_index(flags) if flags else got)
    return pd.concat(found, axis=1).reset_index() if flags else found[0].join(found[1:])
