"""What an engine counts over all rows of a large frame: gaps, equal columns, distinct rows, values of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from k2lab.stats import engines
from k2lab.stats.roles import named_id

MOST_ROWS = 30_000_000
"""Rows up to which distinct rows are counted: a digest of each is held in memory."""


def gaps(data: Any, names: Sequence[str], pairs: Sequence[str]) -> tuple[int, dict[tuple[str, str], int]]:
    """Return how many rows miss none of some columns, and for each pair of some how many rows miss both."""
    import narwhals as nw

    read = engines.numbered(data, tuple(names))
    flags = read.select(*(nw.col(f"c{i}").is_null().alias(f"g{i}") for i in range(len(names))))
    wanted = [(a, b, names.index(a), names.index(b)) for a, b in combinations(pairs, 2)]
    made = {f"b{i}_{j}": nw.col(f"g{i}") & nw.col(f"g{j}") for _, _, i, j in wanted}
    made["whole"] = ~nw.any_horizontal(*(nw.col(f"g{i}") for i in range(len(names))), ignore_nulls=False)
    flags = flags.select(*(one.cast(nw.Int64).alias(name) for name, one in made.items()))
    found = engines.collected(flags.select(*(nw.col(name).sum() for name in made))).iloc[0]
    return int(found["whole"]), {(a, b): int(found[f"b{i}_{j}"]) for a, b, i, j in wanted}


def equal(data: Any, a: str, b: str) -> bool:
    """Tell whether two columns are equal in every row, where a gap equals a gap."""
    import narwhals as nw

    read = engines.numbered(data, (a, b))
    one, other = nw.col("c0"), nw.col("c1")
    apart = nw.when(one.is_null() | other.is_null()).then(one.is_null() != other.is_null()).otherwise(one != other)
    found = engines.collected(read.select(apart.cast(nw.Int64).alias("apart")).select(nw.col("apart").sum()))
    return int(found.iloc[0, 0]) == 0


def below_zero(data: Any, names: Sequence[str]) -> dict[str, int]:
    """Return how many values of each number are below zero."""
    import narwhals as nw

    read = engines.numbered(data, tuple(names))
    read = read.select(*((nw.col(f"c{i}") < 0).cast(nw.Int64).alias(f"b{i}") for i in range(len(names))))
    found = engines.collected(read.select(*(nw.col(f"b{i}").sum() for i in range(len(names))))).iloc[0]
    return {name: int(found[f"b{i}"] or 0) for i, name in enumerate(names)}


def coded(data: Any, name: str, code: float) -> tuple[int, float, float]:
    """Return how often a number is a code, and the lowest and highest of the others."""
    import narwhals as nw

    read = engines.numbered(data, (name,)).with_columns((nw.col("c0") == code).alias("is"))
    rest = nw.when(~nw.col("is")).then(nw.col("c0"))
    read = read.select(nw.col("is").cast(nw.Int64).alias("n"), rest.cast(nw.Float64).alias("rest"))
    asked = (nw.col("n").sum(), nw.col("rest").min().alias("low"), nw.col("rest").max().alias("high"))
    found = engines.collected(read.select(*asked)).iloc[0]
    return int(found["n"]), float(found["low"]), float(found["high"])


def distinct_rows(data: Any, names: Sequence[str]) -> int | None:
    """Return how many different rows a frame has, by a digest of 64 bits; None where its engine has none.

    Of ten million rows two different ones get one digest with a chance of three in a million.
    """
    if engines.rows(data) > MOST_ROWS:
        return None
    read = engines.numbered(data, tuple(names))
    if any(kind.is_nested() for kind in read.collect_schema().values()):
        return None
    engine = read.to_native()
    if read.implementation.is_duckdb():
        places = ", ".join(f"#{i + 1}" for i in range(len(names)))
        counted = engine.project(f"hash({places}) AS k2lab_at").aggregate("count(DISTINCT k2lab_at) AS n")
        return int(engines.collected(engines.read(counted)).iloc[0, 0])
    if read.implementation.is_polars():
        import polars as pl

        return int(engine.select(pl.struct(pl.all()).hash().n_unique()).collect(engine="streaming").item())
    return None


def repeated_ids(data: Any, names: Sequence[str]) -> list[str]:
    """Return the columns that are named as ids and look it, and whose values repeat."""
    import narwhals as nw

    made = []
    for name in names:
        if not named_id(name):
            continue
        read = engines.numbered(data, (name,))
        kind = read.collect_schema()["c0"]
        if not (kind.is_integer() or kind in (nw.String, nw.Categorical)):
            continue
        read = read.filter(~nw.col("c0").is_null())
        found = engines.collected(read.select(nw.len().alias("n"), nw.col("c0").n_unique().alias("distinct"))).iloc[0]
        n, distinct = int(found["n"]), int(found["distinct"])
        if n >= 10 and max(20, 0.1 * n) < distinct < n:
            made.append(name)
    return made
