"""Frames that live elsewhere or are too large to hold: counted, grouped and sampled where they are.

A frame of any library is read as it is up to `LARGE` rows. Beyond, a function that has an exact way gets one small
frame of groups that the engine has computed (`k2lab.stats.fold`); any other gets a seeded sample, and its result says
so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd

LARGE = 3_000_000
"""Rows above which a frame is no more read whole."""

SAMPLE = 200_000
SEED = 0


@dataclass
class Reading:
    """What one call has read: row counts, samples and coded columns by frame, and what a person must be told of it."""

    rows: dict[int, int] = field(default_factory=dict)
    kept: dict[tuple[int, tuple[str, ...]], Any] = field(default_factory=dict)
    factors: dict[tuple[int, str], Any] = field(default_factory=dict)
    sampled: tuple[int, int] | None = None
    parts: list[str] = field(default_factory=list)
    """What the sample was read for, where all else is from all rows."""
    rounded: str = ""


_reading: ContextVar[Reading | None] = ContextVar("k2lab_reading", default=None)


@contextmanager
def reading() -> Iterator[Reading]:
    """Open a call, or go on in the one that is open."""
    now = _reading.get()
    if now is not None:
        yield now
        return
    made = Reading()
    token = _reading.set(made)
    try:
        yield made
    finally:
        _reading.reset(token)


def current() -> Reading:
    """Return the open call, or a fresh one where a lower level is used by itself."""
    return _reading.get() or Reading()


def native(data: Any) -> Any:
    """Return a frame that narwhals reads: an Arrow dataset becomes a DuckDB relation, all else stays."""
    dataset = sys.modules.get("pyarrow.dataset")
    if dataset is not None and isinstance(data, dataset.Dataset):
        import duckdb

        return duckdb.connect().from_arrow(data)
    return data


def read(data: Any) -> Any:
    """Return a frame as narwhals reads it.

    Raises
    ------
    TypeError
        If it is no frame.
    """
    import warnings

    import narwhals as nw

    with warnings.catch_warnings():
        if _module(data).startswith("dask"):  # narwhals announces that Dask will need a package that is not there yet
            warnings.simplefilter("ignore", FutureWarning)
        return nw.from_native(native(data))


def rows(data: Any) -> int:
    """Return the number of rows, counted by the engine (once a call).

    Raises
    ------
    InputError
        If the engine fails.
    """
    if _is_pandas(data):
        return len(data)
    import narwhals as nw

    known = current().rows
    if id(data) not in known:
        frame = read(data)
        known[id(data)] = (
            int(collected(frame.select(nw.len().alias("n")))["n"].iloc[0])
            if isinstance(frame, nw.LazyFrame)
            else int(frame.shape[0])
        )
    return known[id(data)]


def large(data: Any) -> bool:
    """Tell whether a frame has more rows than are read whole."""
    return rows(data) > LARGE


def lazy(data: Any, wanted: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """Return some columns as a lazy narwhals frame; DuckDB groups pandas and Arrow tables, on all cores."""
    import narwhals as nw

    if _is_pandas(data):
        import duckdb
        import pyarrow as pa

        # Column by column: a choice of pandas columns would be a copy of them.
        table = pa.table({name: pa.Array.from_pandas(data[name]) for name in wanted})
        data = duckdb.connect().from_arrow(table)
    elif _module(data) == "pyarrow":
        import duckdb

        dataset = sys.modules.get("pyarrow.dataset")
        whole = dataset is not None and isinstance(data, dataset.Dataset)
        data = duckdb.connect().from_arrow(data if whole else data.select(list(wanted)))
    frame = read(data)
    return (frame if isinstance(frame, nw.LazyFrame) else frame.lazy()).select(list(wanted))


def numbered(data: Any, wanted: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """Return some columns as c0, c1, ..., null also where a value is infinite or no number: that counts as missing.

    DuckDB, Spark and others take names apart that differ in case only, and none takes every name: these are plain.
    """
    import narwhals as nw

    read = lazy(data, wanted).select(*(nw.col(name).alias(f"c{i}") for i, name in enumerate(wanted)))
    floats = [name for name, kind in read.collect_schema().items() if kind.is_float()]
    if not floats:
        return read
    return read.with_columns(*(nw.when(nw.col(name).is_finite()).then(nw.col(name)).alias(name) for name in floats))


def collected(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Compute a small lazy frame and return it as pandas.

    Raises
    ------
    InputError
        If the engine fails: a lost worker or connection, a broken file.
    """
    options: dict[str, Any] = {"engine": "streaming"} if frame.implementation.is_polars() else {}
    try:
        made: pd.DataFrame = frame.collect(**options).to_pandas()
    except _failures() as error:
        raise failed(error, frame.implementation.name) from error
    return made


def failed(error: BaseException, engine: str) -> InputError:
    """Return the one line that a person reads when an engine fails."""
    said = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    said = said if len(said) <= 200 else said[:199] + "…"
    return InputError(
        f"{engine.replace('_', ' ').capitalize()} could not compute this: {said}",
        "Look whether its workers and files are still there, then run the cell again.",
    )


def _failures() -> tuple[type[BaseException], ...]:
    """Return the errors that the loaded engines raise when they fail."""
    found: list[type[BaseException]] = [OSError, TimeoutError]
    for module, names in (
        ("duckdb", ("Error",)),
        ("polars.exceptions", ("PolarsError",)),
        ("pyarrow", ("ArrowException",)),
        ("distributed.scheduler", ("KilledWorker", "NoValidWorkerError")),
        ("distributed.comm", ("CommClosedError",)),
        ("distributed.client", ("FutureCancelledError",)),
        ("pyspark.errors", ("PySparkException",)),
        ("py4j.protocol", ("Py4JError",)),
        ("ibis.common.exceptions", ("IbisError",)),
    ):
        for name in names:
            kind = getattr(sys.modules.get(module), name, None)
            if isinstance(kind, type) and issubclass(kind, BaseException):
                found.append(kind)
    return tuple(found)


def head(data: Any, wanted: tuple[str, ...]) -> pd.DataFrame:
    """Return some columns of the first rows, as many as a sample has, as pandas.

    Raises
    ------
    InputError
        If the engine fails.
    """
    if _is_pandas(data):
        return data.head(SAMPLE)[list(wanted)]
    return collected(lazy(data, wanted).head(SAMPLE))


def sample(data: Any, wanted: tuple[str, ...]) -> pd.DataFrame:
    """Return a seeded sample of about `SAMPLE` rows as pandas, the same within a call, and note it for the result.

    Rows are drawn without replacement: by position from frames in memory, by a hash of the position in polars and
    DuckDB, by the engine's own seeded sampling elsewhere.

    Raises
    ------
    InputError
        If the engine fails.
    """
    now, total = current(), rows(data)
    for (known, names), frame in now.kept.items():
        if known == id(data) and set(wanted) <= set(names):
            again: pd.DataFrame = frame[list(wanted)]
            return again
    frame = _drawn(native(data), wanted, total)
    now.kept[id(data), wanted] = frame
    now.sampled = (len(frame), total)
    return frame


def _drawn(data: Any, wanted: tuple[str, ...], total: int) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    names, module = list(wanted), _module(data)
    if module in ("pandas", "polars", "pyarrow") and hasattr(data, "shape"):
        chosen = np.sort(np.random.default_rng(SEED).choice(total, min(SAMPLE, total), replace=False))
        picked: pd.DataFrame
        if module == "pandas":
            picked = pd.concat([picked_rows(data[name], chosen) for name in names], axis=1)
        elif module == "polars":
            picked = data.select(names)[chosen].to_arrow().to_pandas()
        else:
            picked = data.select(names).take(chosen).to_pandas()
        return picked
    try:
        made: pd.DataFrame = _by_engine(data, names, min(1.0, SAMPLE / total)).to_pandas()
    except _failures() as error:
        raise failed(error, module) from error
    return made


def picked_rows(column: Any, places: Any) -> Any:
    """Return some rows of a pandas column, by ascending places.

    Of Arrow text they are taken chunk by chunk: a take from all chunks would copy them into one first.
    """
    import numpy as np

    if getattr(column.dtype, "storage", "") != "pyarrow":
        return column.iloc[places]
    import pandas as pd
    import pyarrow as pa

    chunks = pa.chunked_array(column.array.__arrow_array__()).chunks
    ends = np.cumsum([0, *(len(chunk) for chunk in chunks)])
    bounds = np.searchsorted(places, ends)
    parts = [
        chunk.take(pa.array(places[low:high] - start))
        for chunk, start, low, high in zip(chunks, ends[:-1], bounds[:-1], bounds[1:], strict=True)
    ]
    values = pd.array(pa.chunked_array(parts, type=chunks[0].type), dtype=column.dtype)
    return pd.Series(values, index=column.index[places], name=column.name)


def _by_engine(data: Any, names: list[str], share: float) -> Any:
    """Draw a share of the rows of a frame that is not in memory, as an Arrow table (of Dask, a pandas frame)."""
    limit, module = int(share * 2**32), _module(data)
    if module == "polars":
        import polars as pl

        lucky = pl.col("\0at").hash(SEED) % 2**32 < limit
        drawn = data.select(names).with_row_index("\0at").filter(lucky).select(names)
        return drawn.collect(engine="streaming").to_arrow()
    if module in ("duckdb", "_duckdb"):
        # No column name is part of the query: they are chosen by position.
        spots = ", ".join(f"#{data.columns.index(name) + 1}" for name in names)
        numbered = data.project(f"{spots}, row_number() OVER () AS k2lab_at")
        drawn = numbered.filter(f"hash(k2lab_at + {SEED}) % 4294967296 < {limit}")
        return drawn.arrow().read_all().select(range(len(names)))
    if module.startswith("dask"):
        import pyarrow as pa

        return pa.Table.from_pandas(data[names].sample(frac=share, random_state=SEED).compute(), preserve_index=False)
    if module == "pyspark":
        quoted = ["`" + name.replace("`", "``") + "`" for name in names]
        return data.select(*quoted).sample(False, share, SEED).toArrow()
    if module == "ibis":
        return data.select(*names).sample(share, method="row", seed=SEED).to_pyarrow()
    raise InputError(f"There is no way to draw a sample from a {type(data).__name__}.", "Take a sample of it first.")


def _module(data: Any) -> str:
    return type(data).__module__.split(".")[0]


def _is_pandas(data: Any) -> bool:
    return _module(data) == "pandas" and hasattr(data, "columns")
