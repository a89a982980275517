"""A real local Spark: the numbers of pandas, and an analysis from the command line whose notebook runs by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyspark", reason="needs the extra spark")
if shutil.which("java") is None:
    pytest.skip("needs Java", allow_module_level=True)

import nbformat
from nbclient import NotebookClient

from k2lab import plots, stats
from k2lab.cli.main import main
from k2lab.errors import InputError
from k2lab.plots.record import record_of
from k2lab.schema.describe import describe
from k2lab.schema.namespace import find_frames
from k2lab.stats import engines
from tests.own_loop import execute
from tests.stats.every_helper import CALLS, FOLDED, same, table

QUESTION = "What is the mean of pay by level?"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("spark") / "wages.parquet"
    table().to_parquet(made)
    return made


@pytest.fixture(scope="module")
def frame(path: Path) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("k2lab tests")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session.read.parquet(str(path)).repartition(3)
    session.stop()


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LARGE", 100)
    monkeypatch.setattr(engines, "SAMPLE", 10_000)


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("name", FOLDED)
def test_folded_helpers_have_the_numbers_of_pandas(name: str, frame: Any):
    result = CALLS[name](frame)

    assert "sample" not in result.values
    with pytest.MonkeyPatch.context() as usual:
        usual.setattr(engines, "LARGE", 10_000)
        wanted = CALLS[name](table())
    if not any("bins" in warning for warning in result.warnings):
        same(result, wanted)
    for ours, theirs in zip(result.estimates, wanted.estimates, strict=True):
        assert ours.value == pytest.approx(theirs.value, rel=1e-9)


@pytest.mark.usefixtures("small_limits")
def test_samples_are_labelled_in_words_and_on_figures(frame: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engines, "SAMPLE", 300)

    taken = stats.correlation(frame, "exact", "hours", "spearman").values["sample"]
    ax = plots.histogram(frame, x="exact")
    record = record_of(ax)

    assert 200 <= int(str(taken)) <= 400
    assert record is not None
    assert f"sample of {record.n} of 900 rows, seed 0" in ax.get_xlabel()


def test_frames_are_found_and_described(frame: Any):
    assert list(find_frames({"mine": frame})) == ["mine"]
    made = describe(frame, name="mine", privacy="summary")

    assert (made.rows, made.columns[0].nulls, made.columns[2].distinct) == (900, 40, 3)


def test_a_file_that_went_away_is_one_line(frame: Any, tmp_path: Path):
    gone = tmp_path / "gone.parquet"
    table().to_parquet(gone)
    lost = frame.sparkSession.read.parquet(str(gone))
    gone.unlink()

    with pytest.raises(InputError) as caught:
        stats.mean(lost, "pay")

    assert str(caught.value).startswith("Pyspark could not compute this: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_the_command_line_and_its_notebook_use_spark(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as left:
        main(["ask", str(path), QUESTION, "--master", "local[1]", "--out", str(tmp_path), "-m", "offline"])
    said = capsys.readouterr()

    assert left.value.code == 0, said.err
    assert "Traceback" not in said.err
    notebook = nbformat.read(tmp_path / "analysis.ipynb", as_version=4)
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert "SparkSession.builder.master('local[1]')" in first
    assert f"spark.read.parquet({path.resolve().as_posix()!r})" in first
    execute(NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}))
