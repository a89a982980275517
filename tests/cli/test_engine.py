"""``--engine``, ``--scheduler`` and ``--master``: the code that loads the tables, one clear line where they fail."""

from __future__ import annotations

import socket
from pathlib import Path

import pandas as pd
import pytest

from k2lab.cli.main import main
from k2lab.errors import UsageError
from k2lab.schema import engine as engines
from k2lab.schema.engine import Engine, choose
from k2lab.schema.sources import Source, sources
from k2lab.stats.engines import rows


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    folder = tmp_path / "parts"
    folder.mkdir()
    for i in range(2):
        pd.DataFrame({"a": [i, 2], "b": ["x", "y"]}).to_parquet(folder / f"{i}.parquet")
    (tmp_path / "more.csv").write_text("a,b\n1,x\n2,y\n")
    return folder


def _loaded(engine: Engine, paths: list[Path], folder: Path) -> list[Source]:
    return list(engine.placed(sources([str(path) for path in paths], folder=None if engine.elsewhere else folder)))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("pandas", "pandas"), ("polars", "polars"), ("duckdb", "_duckdb"), ("dask", "dask"), ("auto", "pandas")],
)
@pytest.mark.parametrize("given", ["folder", "pattern", "csv"])
def test_the_code_makes_a_frame_of_the_engine(
    name: engines.Name, kind: str, given: str, parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    if name == "dask":
        pytest.importorskip("dask.dataframe", reason="needs the extra dask")
    path = {"folder": parts, "pattern": parts / "*.parquet", "csv": tmp_path / "more.csv"}[given]
    (source,) = _loaded(Engine(name=name), [path], tmp_path)
    names: dict[str, object] = {}
    monkeypatch.chdir(tmp_path)

    exec(source.code, names)

    frame = names[source.name]
    assert type(frame).__module__.split(".")[0] in (kind, kind.lstrip("_"))
    assert rows(frame) == (2 if given == "csv" else 4)


def test_large_parquet_files_are_left_to_duckdb(parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engines, "MOST_ROWS", 3)
    large, small = _loaded(Engine(), [parts, tmp_path / "more.csv"], tmp_path)

    assert "duckdb.read_parquet('parts/**/*.par*')" in large.code
    assert "pd.read_csv" in small.code


def test_only_the_first_source_connects(parts: Path, tmp_path: Path):
    first, second = _loaded(Engine(name="dask", address="tcp://h:1"), [parts, tmp_path / "more.csv"], tmp_path)

    assert "client = Client('tcp://h:1'" in first.code
    assert "Client" not in second.code
    assert "workers can read" in second.mend


def test_an_address_chooses_its_engine():
    assert choose(None, master="local[2]") == Engine(name="spark", address="local[2]")
    assert choose("dask").address == ""
    with pytest.raises(UsageError, match="--scheduler is for Dask, not for spark"):
        choose("spark", scheduler="tcp://h:1")
    with pytest.raises(UsageError, match="Give one of them"):
        choose(None, scheduler="a:1", master="local")


def _ask(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit) as left:
        main(["ask", *map(str, arguments)])
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert (left.value.code, out, len(lines)) == (2, "", 1), (out, err)
    return lines[0]


def _closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--scheduler", "tcp://127.0.0.1:{port}"), "No Dask scheduler answers at tcp://127.0.0.1:"),
        (("--scheduler", "nonsense"), "has no host and port"),
        (("--master", "spark://127.0.0.1:{port}"), "No Spark master answers at spark://127.0.0.1:"),
        (("--master", "nonsense"), "'nonsense' is no Spark master"),
        (("--engine", "excel"), "'excel' is not one of"),
    ],
)
def test_what_cannot_be_reached_is_one_line(
    options: tuple[str, ...], said: str, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.setattr(engines, "_there", lambda package: True)
    monkeypatch.setattr(engines, "_must_have_java", lambda: None)
    given = [option.format(port=_closed_port()) for option in options]

    assert said in _ask(capsys, parts, "What is the mean of a?", *given, "--out", tmp_path / "out")


@pytest.mark.parametrize("name", ["dask", "spark", "polars"])
def test_a_missing_extra_is_one_line(
    name: str, parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(engines, "_there", lambda package: False)

    line = _ask(capsys, parts, "What is the mean of a?", "--engine", name, "--out", tmp_path / "out")
    assert f'is not installed here. Run: pip install "k2lab[{name}]"' in line


def test_missing_java_is_one_line(
    parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(engines, "_there", lambda package: True)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    line = _ask(capsys, parts, "What is the mean of a?", "--engine", "spark", "--out", tmp_path / "out")
    assert "Spark needs Java 17 or later" in line
