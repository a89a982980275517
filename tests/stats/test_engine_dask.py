"""A real Dask cluster: a scheduler and workers in processes of their own, one of them killed in the middle of a run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

pytest.importorskip("dask.dataframe", reason="needs the extra dask")
pytest.importorskip("distributed", reason="needs the extra dask")

import nbformat
from nbclient import NotebookClient

from k2lab import stats
from k2lab.cli.main import main
from k2lab.errors import InputError
from k2lab.stats import engines
from tests.own_loop import execute
from tests.stats.every_helper import CALLS, FOLDED, same, table

QUESTION = "What is the mean of pay by level?"


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Cluster:
    """A scheduler, and workers that can be killed one by one; no nanny brings them back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"tcp://127.0.0.1:{_free_port()}"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2], "--no-dashboard"
        )
        self.workers: list[subprocess.Popen[bytes]] = []

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
        log = (self.folder / f"{arguments[0]}.log").open("ab")
        # The workers run the task functions of the tests too.
        with log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, env=os.environ | {"PYTHONWARNINGS": "ignore"}
            )

    def add_worker(self) -> None:
        self.workers.append(
            self._start(
                "worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"
            )
        )

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    for _ in range(3):
        made.add_worker()
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Iterator[Any]:
    from distributed import Client

    with Client(cluster.address, timeout=60) as made:
        made.wait_for_workers(3, timeout=60)
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of Parquet files, 900 rows in 6 parts."""
    made = tmp_path_factory.mktemp("data") / "wages"
    made.mkdir()
    frame = table()
    for i in range(6):
        frame.iloc[150 * i : 150 * (i + 1)].to_parquet(made / f"part-{i}.parquet")
    return made


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LARGE", 100)
    monkeypatch.setattr(engines, "SAMPLE", 10_000)


def _read(folder: Path) -> Any:
    import dask.dataframe as dd

    return dd.read_parquet(folder)


@pytest.mark.usefixtures("client", "small_limits")
def test_folded_helpers_have_the_numbers_of_pandas(folder: Path, monkeypatch: pytest.MonkeyPatch):
    frame, here = _read(folder), table()
    for name in FOLDED:
        result = CALLS[name](frame)
        assert "sample" not in result.values, name
        same(result, CALLS[name](here))


def test_the_command_line_and_its_notebook_use_the_cluster(
    folder: Path, client: Any, cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    before = _tasks_done(client)
    with pytest.raises(SystemExit) as left:
        main(["ask", str(folder), QUESTION, "--scheduler", cluster.address, "--out", str(tmp_path), "-m", "offline"])
    said = capsys.readouterr()

    assert left.value.code == 0, said.err
    assert "level" in said.out
    notebook = nbformat.read(tmp_path / "analysis.ipynb", as_version=4)
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert f"client = Client({cluster.address!r}" in first
    assert f"dd.read_parquet({folder.resolve().as_posix()!r})" in first
    between = _tasks_done(client)
    assert between > before

    execute(NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}))
    assert _tasks_done(client) > between


def _tasks_done(client: Any) -> int:
    def total(dask_scheduler: Any = None) -> int:
        return sum(int(group.states["forgotten"]) for group in dask_scheduler.task_groups.values()) + int(
            dask_scheduler.transition_counter
        )

    return int(client.run_on_scheduler(total))


def _slow(part: pd.DataFrame, marks: str) -> pd.DataFrame:
    """Say that a worker is at it, then take a while."""
    mark = Path(marks) / f"{os.getpid()}"
    if len(part):
        mark.touch()
        time.sleep(1)
    return part


@pytest.mark.usefixtures("small_limits")
def test_a_worker_killed_in_the_middle_is_made_up_for(folder: Path, client: Any, cluster: Cluster, tmp_path: Path):
    import dask.dataframe as dd

    frame = dd.read_parquet(folder)
    frame = frame.map_partitions(_slow, str(tmp_path), meta=frame._meta)
    victim = cluster.workers[0]

    def kill() -> None:
        deadline = time.monotonic() + 60
        while not (tmp_path / str(victim.pid)).exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        victim.send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    result = stats.mean(frame, "pay", "level")
    killer.join()

    assert victim.wait(10) == -signal.SIGKILL
    same(result, stats.mean(table(), "pay", "level"))


@pytest.mark.usefixtures("small_limits")
def test_a_task_that_kills_every_worker_ends_with_one_line(folder: Path, client: Any, cluster: Cluster):
    import dask.dataframe as dd

    cluster.add_worker()
    client.wait_for_workers(3, timeout=60)
    client.run_on_scheduler(_give_up_soon)
    frame = dd.read_parquet(folder)
    frame = frame.map_partitions(_die, meta=frame._meta)

    with pytest.raises(InputError) as caught, contextlib.redirect_stderr(None):
        stats.mean(frame, "pay")

    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("Dask could not compute this: ")
    assert "workers" in str(caught.value)


def _give_up_soon(dask_scheduler: Any = None) -> None:
    dask_scheduler.allowed_failures = 0


def _die(part: pd.DataFrame) -> pd.DataFrame:
    if len(part):
        os._exit(1)
    return part
