"""The same numbers from every engine of this process, whole and folded; large frames say how they were read."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from k2lab import plots, stats
from k2lab.errors import InputError
from k2lab.plots.record import record_of
from k2lab.schema.describe import describe
from k2lab.schema.namespace import find_frames
from k2lab.stats import engines
from tests.stats.every_helper import CALLS, FOLDED, numbers, same, table


def polars(path: Path) -> Any:
    import polars as pl

    return pl.read_parquet(path)


def polars_lazy(path: Path) -> Any:
    import polars as pl

    return pl.scan_parquet(path)


def arrow(path: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(path)


def arrow_dataset(path: Path) -> Any:
    import pyarrow.dataset as ds

    return ds.dataset(path)


def duckdb(path: Path) -> Any:
    import duckdb

    return duckdb.connect().read_parquet(str(path))


def dask(path: Path) -> Any:
    dd = pytest.importorskip("dask.dataframe", reason="needs the extra dask")
    return dd.from_pandas(pd.read_parquet(path), npartitions=3)


def ibis(path: Path) -> Any:
    made = pytest.importorskip("ibis", reason="needs the extra ibis")
    return made.duckdb.connect().read_parquet(path)


ENGINES: dict[str, Callable[[Path], Any]] = {
    one.__name__: one for one in (polars, polars_lazy, arrow, arrow_dataset, duckdb, dask, ibis)
}


@pytest.fixture(autouse=True)
def _their_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)  # Ibis on DuckDB
        yield


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("engines") / "table.parquet"
    table().to_parquet(made)
    return made


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make 900 rows many, and a sample all of them, so that every engine's sample is the same."""
    monkeypatch.setattr(engines, "LARGE", 100)
    monkeypatch.setattr(engines, "SAMPLE", 10_000)


def test_every_public_helper_is_called():
    assert set(CALLS) == set(stats.__all__)


@pytest.fixture(scope="module")
def whole(path: Path) -> dict[str, Any]:
    frame = pd.read_parquet(path)
    return {name: call(frame) for name, call in CALLS.items()}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_numbers_as_pandas(engine: str, path: Path, whole: dict[str, Any]):
    frame = ENGINES[engine](path)
    for name, call in CALLS.items():
        same(call(frame), whole[name])


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.usefixtures("small_limits")
def test_the_same_numbers_folded_where_the_rows_are(engine: str, path: Path, whole: dict[str, Any]):
    frame = pd.read_parquet(path) if engine == "pandas" else ENGINES[engine](path)
    for name in FOLDED:
        result = CALLS[name](frame)
        assert "sample" not in result.values, name
        if not any("bins" in warning for warning in result.warnings):
            same(result, whole[name])


@pytest.mark.parametrize("name", sorted(set(CALLS) - {*FOLDED, "diagnostics"}))  # which refuses a folded model
@pytest.mark.usefixtures("small_limits")
def test_what_needs_its_rows_gets_them_one_by_one(name: str, path: Path, whole: dict[str, Any]):
    result = CALLS[name](pd.read_parquet(path))

    assert [(e.label, e.n) for e in result.estimates] == [(e.label, e.n) for e in whole[name].estimates]
    for ours, theirs in zip(result.estimates, whole[name].estimates, strict=True):
        assert (ours.value, ours.low, ours.high) == pytest.approx((theirs.value, theirs.low, theirs.high), rel=1e-9)


@pytest.mark.usefixtures("small_limits")
def test_estimates_of_measured_numbers_stay_exact_in_bins(path: Path):
    frame = duckdb(path)
    folded, whole = (
        stats.group_means(frame, "exact", "level"),
        stats.group_means(pd.read_parquet(path), "exact", "level"),
    )

    for ours, theirs in zip(folded.estimates, whole.estimates, strict=True):
        assert (ours.value, ours.low, ours.high) == pytest.approx((theirs.value, theirs.low, theirs.high), rel=1e-9)


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.usefixtures("small_limits")
def test_what_is_read_from_a_sample_says_so(engine: str, path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engines, "SAMPLE", 300)
    frame = pd.read_parquet(path) if engine == "pandas" else ENGINES[engine](path)

    result, again = (stats.correlation(frame, "exact", "hours", "spearman") for _ in range(2))
    taken = int(str(result.values["sample"]))

    assert 200 <= taken <= 400
    assert f"sample of {taken} of 900 rows, seed 0" in result.warnings[0]
    if engine != "dask":  # partitions of a frame made of pandas are drawn with a seed, but not in one order
        assert numbers(result) == numbers(again)


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.usefixtures("small_limits")
def test_a_figure_of_a_sample_says_so_on_its_face(engine: str, path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engines, "SAMPLE", 300)
    frame = pd.read_parquet(path) if engine == "pandas" else ENGINES[engine](path)

    ax = plots.scatter(frame, x="hours", y="exact")
    record = record_of(ax)

    assert record is not None
    assert f"sample of {record.n} of 900 rows, seed 0" in ax.get_xlabel()
    assert "of 900 rows, seed 0." in record.caption
    assert "of 900 rows, seed 0." in record.alt


@pytest.mark.usefixtures("small_limits")
def test_figures_of_folded_rows_show_all_of_them(path: Path):
    frame, lazy = pd.read_parquet(path), duckdb(path)
    with pytest.MonkeyPatch.context() as usual:
        usual.setattr(engines, "LARGE", 10_000)
        wanted = [record_of(draw(frame)) for draw in ALL_ROWS.values()]

    for (name, draw), other in zip(ALL_ROWS.items(), wanted, strict=True):
        record = record_of(draw(lazy))
        assert record is not None
        assert other is not None
        assert record.n == other.n, name
        assert record.caption.startswith(other.caption), name
        assert "sample" not in record.caption, name
        near = 1e-3 if "bins" in record.caption else 1e-5  # quantiles are good to the width of a bin
        for ours, theirs in zip(record.groups, other.groups, strict=True):
            assert list(ours) == list(theirs)
            for key, value in ours.items():
                close = value == pytest.approx(theirs[key], rel=near) if isinstance(value, float) else False
                assert close or value == theirs[key], (name, key)


ALL_ROWS: dict[str, Callable[[Any], Any]] = {
    "violin": lambda df: plots.violin(df, x="level", y="pay"),
    "box": lambda df: plots.box(df, x="level", y="pay", hue="remote"),
    "strip": lambda df: plots.strip(df, x="level", y="pay"),
    "means": lambda df: plots.means(df, x="level", y="pay"),
    "interaction": lambda df: plots.interaction(df, x="remote", y="pay", hue="level"),
    "trend": lambda df: plots.trend(df, time="year", y="pay"),
    "bar": lambda df: plots.bar(df, x="level", y="left"),
    "shares": lambda df: plots.shares(df, y="level", x="remote"),
}


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "arrow_dataset"])
def test_frames_are_found_and_described(engine: str, path: Path):
    frame = ENGINES[engine](path)

    assert list(find_frames({"mine": frame, "other": 3})) == ["mine"]
    made, wanted = describe(frame, name="mine", privacy="summary"), describe(table(), name="mine", privacy="summary")

    assert made.rows == 900
    assert [(c.name, c.kind, c.nulls, c.distinct) for c in made.columns] == [
        (c.name, c.kind, c.nulls, c.distinct) for c in wanted.columns
    ]
    assert [c.low for c in made.columns] == [c.low for c in wanted.columns]


def test_a_broken_file_is_one_line(tmp_path: Path):
    import polars as pl

    broken = tmp_path / "broken.parquet"
    table().to_parquet(broken)
    frame = pl.scan_parquet(broken)
    frame.collect_schema()
    broken.unlink()

    with pytest.raises(InputError, match=r"^Polars could not compute this: .*then run the cell again\.$"):
        stats.mean(frame, "pay")
