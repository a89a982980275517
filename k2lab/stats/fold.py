"""Large frames folded where they are: equal rows become one, with how many rows it stands for.

A folded frame is a pandas frame like any other, with columns whose names begin with a null character beside the wanted
ones. Where the outcome has so many values that folding would not shrink the frame, they are put in narrow bins: counts,
sums and sums of squares (of the values and of their logarithms) stay exact; quantiles and ranks are good to the bin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.stats import engines, frames
from k2lab.stats.weighted import Held

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

TIMES, WITHIN, LOG, LOG_WITHIN, BIN = "\0times", "\0within", "\0log", "\0log within", "\0bin"
HIDDEN = (TIMES, WITHIN, LOG, LOG_WITHIN, BIN)

MOST = 2_000_000
"""Folded rows that may come back."""

WIDTHS = (0.0005, 0.005, 0.05)
"""Widths of the bins of an outcome, relative to its size, from the finest that is tried."""

NARROW = 0.1
"""Standard deviation over mean below which widths are relative to the distance from the mean (as with negative values).
"""


def folded(data: Any, wanted: Sequence[str], y: str | None = None, *, needed: Sequence[str] = ()) -> pd.DataFrame:
    """Return the wanted columns as `frames.raw` does, folded if the frame is large.

    Parameters
    ----------
    data : frame
    wanted : sequence of str
    y : str, optional
        The one of them that may be put into bins.
    needed : sequence of str
        Columns without which a row is not analysed: its outcome is left out as well, so that the logarithms of the
        others are kept where they all have one.

    Notes
    -----
    A folded frame stays one. Where even that leaves too many rows, the frame is a seeded sample; the result says so.
    """
    chosen = tuple(dict.fromkeys(wanted))
    if TIMES in frames.require(data, chosen):  # folded already
        folds: pd.DataFrame = data[[*chosen, *(name for name in data.columns if name in HIDDEN)]]
        return folds
    if not chosen or not engines.large(data):
        return frames.raw(data, chosen)
    found = _folded(data, chosen, y, needed)
    return frames.raw(data, chosen) if found is None else found


def whole(data: Any, wanted: Sequence[str], y: str | None = None) -> pd.DataFrame | None:
    """Return the wanted columns of all rows as `folded` does, or None where no fold of them is small enough."""
    chosen = tuple(dict.fromkeys(wanted))
    frames.require(data, chosen)
    return _folded(data, chosen, y) if engines.large(data) else frames.raw(data, chosen)


def taken(data: Any, wanted: Sequence[str], y: str | None = None) -> tuple[pd.DataFrame, int]:
    """Return the wanted columns as `frames.take` does, folded if the frame is large, and how many rows were dropped."""
    return complete(folded(data, wanted, y, needed=wanted))


def cells(
    data: Any, keys: Sequence[str], y: str, *, needed: Sequence[str] = (), log: bool = False, centre: float = 0.0
) -> pd.DataFrame | None:
    """Return one row for each combination of columns, with how many rows it stands for and the moments of a number.

    Parameters
    ----------
    data : frame
        A large one.
    keys : sequence of str
    y : str
        A number. Its mean is given, with its spread inside a cell; or those of its logarithm, and the geometric mean.
    needed : sequence of str
        Those of the keys without which, as without `y`, a row is left out.
    log : bool
    centre : float
        A number near the mean of `y` (or of its logarithm), so that squares keep their digits.

    Returns
    -------
    pandas.DataFrame or None
        None where there are too many cells.
    """
    import narwhals as nw
    import numpy as np

    chosen = (*keys, y)
    frames.require(data, chosen)
    read, _ = _prepared(data, chosen)
    names = [f"c{i}" for i in range(len(chosen))]
    *others, at = names
    if not _shrinks(read, others):
        return None
    read = read.filter(*(~nw.col(names[chosen.index(name)]).is_null() for name in (*needed, y)))
    value = nw.col(at).cast(nw.Float64)
    read = read.with_columns(((value.log() if log else value) - centre).alias("k2lab_y"))
    read = read.with_columns((nw.col("k2lab_y") * nw.col("k2lab_y")).alias("k2lab_yy"))
    sums = [nw.len().alias("n"), nw.col("k2lab_y").sum().alias("s"), nw.col("k2lab_yy").sum().alias("ss")]
    found = engines.collected(read.group_by(*others).agg(*sums).head(MOST + 1))
    if len(found) > MOST:
        return None
    n, sums_of = found["n"].to_numpy(dtype=np.float64), found["s"].to_numpy(dtype=np.float64)
    if not np.isfinite(sums_of).all():
        return None
    shift = sums_of / n
    made = found[others].copy()
    made[TIMES] = found["n"].to_numpy(dtype=np.int64)
    inside = np.maximum(found["ss"].to_numpy(dtype=np.float64) - n * shift**2, 0.0)
    if log:
        made[LOG], made[LOG_WITHIN] = centre + shift, inside
        made[at] = np.exp(made[LOG])
    else:
        made[at], made[WITHIN] = centre + shift, inside
    return _finished(made, chosen, names, data)


def complete(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the rows of a frame that miss nothing, and how many rows were dropped."""
    kept = frame.dropna(subset=[name for name in frame.columns if name not in HIDDEN])
    return kept.reset_index(drop=True), rows(frame) - rows(kept)


def missing(data: Any, frame: pd.DataFrame) -> pd.Series[int]:
    """Return how many values each column misses, of a large frame over all rows; `frame` is what was read of it."""
    import narwhals as nw
    import pandas as pd

    if not engines.large(data):
        return frame.isna().sum()
    read = engines.numbered(data, tuple(frame.columns))
    wanted = [nw.col(f"c{i}").null_count() for i in range(len(frame.columns))]
    counted = engines.collected(read.select(*wanted)).iloc[0]
    return pd.Series([int(v) for v in counted], index=frame.columns)


def times(frame: pd.DataFrame) -> np.ndarray | None:
    """Return how many rows each row of a folded frame stands for; None for any other frame."""
    if TIMES not in frame.columns:
        return None
    made: np.ndarray = frame[TIMES].to_numpy()
    return made


def held(frame: pd.DataFrame, values: np.ndarray, within: str = "") -> Held:
    """Return values of a frame's rows with what each stands for; `within` names the column of their squares."""
    return Held(values=values, times=times(frame), within=frame[within].to_numpy() if within in frame.columns else None)


def logs(frame: pd.DataFrame, values: np.ndarray) -> Held:
    """Return the logarithms of the outcome of a frame; of a folded one, the means of logarithms of its rows."""
    import numpy as np

    if LOG in frame.columns:
        return held(frame, frame[LOG].to_numpy(), LOG_WITHIN)
    return held(frame, np.log(values))


def tied(frame: pd.DataFrame, values: np.ndarray) -> np.ndarray:
    """Return an outcome for its ranks: what is in one bin is tied, at the mean of the bin over all groups."""
    import numpy as np

    if BIN not in frame.columns:
        return values
    place, times = np.unique(frame[BIN].to_numpy(), return_inverse=True)[1], frame[TIMES].to_numpy()
    means: np.ndarray = np.bincount(place, times * values) / np.bincount(place, times)
    return means[place]


def rows(frame: pd.DataFrame) -> int:
    """Return the number of rows, of a folded frame those that it stands for."""
    return int(frame[TIMES].sum()) if TIMES in frame.columns else len(frame)


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """The outcome over all rows."""

    low: float
    high: float
    mean: float
    spread: float


def _prepared(data: Any, chosen: tuple[str, ...]) -> tuple[Any, Any]:
    """Return columns as c0, c1, ..., with decimals as floats and null for what is infinite, and their first types."""
    import narwhals as nw

    read = engines.numbered(data, chosen)
    schema = read.collect_schema()
    wide = [name for name, kind in schema.items() if kind.is_decimal()]
    return (read.with_columns(*(nw.col(name).cast(nw.Float64) for name in wide)) if wide else read), schema


def _folded(data: Any, chosen: tuple[str, ...], y: str | None, needed: Sequence[str] = ()) -> pd.DataFrame | None:
    import narwhals as nw

    read, schema = _prepared(data, chosen)
    keys = [f"c{i}" for i in range(len(chosen))]
    at = None if y is None or not schema[keys[chosen.index(y)]].is_numeric() else keys[chosen.index(y)]
    others = [keys[chosen.index(name)] for name in needed if name != y]
    if at is not None and others:
        there = nw.all_horizontal(*(~nw.col(name).is_null() for name in others), ignore_nulls=False)
        read = read.with_columns(nw.when(there).then(nw.col(at)).alias(at))
    found = _counted(read, keys) if _shrinks(read, keys) else None
    if found is None and at is not None and _shrinks(read, [key for key in keys if key != at]):
        found = _binned(read, keys, at)
    return None if found is None else _finished(found, chosen, keys, data)


def _finished(found: pd.DataFrame, chosen: tuple[str, ...], keys: list[str], data: Any) -> pd.DataFrame:
    """Give a folded frame its names and types."""
    made = frames.plain({name: found[key] for name, key in zip(chosen, keys, strict=True)}, len(found))
    for name in HIDDEN:
        if name in found.columns:
            made[name] = found[name].to_numpy()
    return _as_before(made, data)


def _shrinks(read: Any, keys: list[str]) -> bool:
    """Tell by the first rows whether equal rows are many."""
    if not keys:
        return True
    first = engines.collected(read.select(*keys).head(engines.SAMPLE))
    return len(first[keys].drop_duplicates()) <= 0.6 * len(first)


def _counted(read: Any, keys: list[str]) -> pd.DataFrame | None:
    import narwhals as nw

    found = engines.collected(read.group_by(*keys).agg(nw.len().alias("k2lab_n")).head(MOST + 1))
    return None if len(found) > MOST else found.rename(columns={"k2lab_n": TIMES})


def _binned(read: Any, keys: list[str], at: str) -> pd.DataFrame | None:
    """Group by the other columns and narrow bins of the outcome, with its moments within each."""
    import narwhals as nw
    import numpy as np

    y = nw.col(at).cast(nw.Float64)
    known = engines.collected(
        read.select(y.min().alias("low"), y.max().alias("high"), y.mean().alias("mean"), y.std(ddof=0).alias("spread"))
    ).iloc[0]
    if known.isna().any() or known["spread"] <= 0:
        return None
    facts = _Facts(**{name: float(known[name]) for name in ("low", "high", "mean", "spread")})
    positive, centre = facts.low > 0, facts.mean
    middle = float(np.log(facts.mean)) if positive else 0.0
    read = read.with_columns((y - centre).alias("k2lab_y"))
    moved = nw.col("k2lab_y")
    more = [(moved * moved).alias("k2lab_yy")]
    level, signed = nw.col("k2lab_l"), nw.col("k2lab_l")
    if positive:
        more.append((y.log() - middle).alias("k2lab_l"))
    if not positive or facts.spread < NARROW * facts.mean:  # bins as fine as its size asks would hold too much of it
        apart = (1 + moved.abs() / (facts.spread / 1000)).log()
        more.append(nw.when(moved < 0).then(-apart).otherwise(apart).alias("k2lab_d"))
        signed = nw.col("k2lab_d")
    read = read.with_columns(*more)
    if positive:
        read = read.with_columns((level * level).alias("k2lab_ll"))
    others = [key for key in keys if key != at]
    for width in WIDTHS:
        # Cells are counted before they are fetched: what comes back is to be small.
        binned = read.with_columns((signed / width).round(0).alias("k2lab_bin"))
        sums = [nw.len().alias("n"), moved.sum().alias("s"), nw.col("k2lab_yy").sum().alias("ss")]
        if positive:
            sums += [level.sum().alias("t"), nw.col("k2lab_ll").sum().alias("tt")]
        found = engines.collected(binned.group_by(*others, "k2lab_bin").agg(*sums).head(MOST + 1))
        if len(found) <= MOST:
            break
    else:
        return None
    n = found["n"].to_numpy(dtype=np.float64)
    there = found["k2lab_bin"].notna().to_numpy()
    shift = found["s"].fillna(0.0).to_numpy(dtype=np.float64) / n
    made = found[others].copy()
    made[at] = np.where(there, centre + shift, np.nan)
    made[TIMES] = found["n"].to_numpy(dtype=np.int64)
    made[BIN] = found["k2lab_bin"].to_numpy(dtype=np.float64, na_value=np.nan)
    made[WITHIN] = np.where(there, np.maximum(found["ss"].fillna(0.0).to_numpy() - n * shift**2, 0.0), 0.0)
    if positive:
        drift = found["t"].fillna(0.0).to_numpy(dtype=np.float64) / n
        made[LOG] = np.where(there, middle + drift, np.nan)
        made[LOG_WITHIN] = np.where(there, np.maximum(found["tt"].fillna(0.0).to_numpy() - n * drift**2, 0.0), 0.0)
    engines.current().rounded = f"{100 * width:g}%"
    return made


def _as_before(made: pd.DataFrame, data: Any) -> pd.DataFrame:
    """Give back the order of categories that pandas had, which no engine keeps."""
    import pandas as pd

    for name in made.columns:
        dtype = getattr(data[name], "dtype", None) if isinstance(data, pd.DataFrame) and name not in HIDDEN else None
        if isinstance(dtype, pd.CategoricalDtype):
            made[name] = pd.Categorical(made[name], categories=dtype.categories, ordered=dtype.ordered)
    return made
