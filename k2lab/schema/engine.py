"""Where the frames of files are kept: pandas, or an engine that is chosen by name or by the size of the files."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

from k2lab.errors import UsageError
from k2lab.schema.sources import Source

Name = Literal["auto", "pandas", "polars", "duckdb", "dask", "spark"]
NAMES: tuple[Name, ...] = get_args(Name)

MOST_ROWS = 3_000_000
MOST_BYTES = 1 << 30
"""Parquet files with more rows, or more bytes unpacked, are left where they are and read by DuckDB."""

WAIT = 10
"""Seconds that a scheduler or master has for an answer."""

_PACKAGES = {"polars": ("polars",), "dask": ("dask.dataframe", "distributed"), "spark": ("pyspark",)}
_SHOWN = {"dask": "Dask", "spark": "Spark", "polars": "Polars"}


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine, and where its workers are.

    Attributes
    ----------
    name : {"auto", "pandas", "polars", "duckdb", "dask", "spark"}
        "auto" is pandas, and DuckDB for large Parquet files.
    address : str
        Of a Dask scheduler or a Spark master; without one, Dask and Spark work in threads of the kernel's machine.
    """

    name: Name = "auto"
    address: str = ""

    @property
    def elsewhere(self) -> bool:
        """Whether files are read by workers in another folder, so that their paths have to be absolute."""
        return self.name in ("dask", "spark")

    def check(self) -> None:
        """See whether the engine is here and answers.

        Raises
        ------
        UsageError
            One line: its package is not installed, Java is missing, or the scheduler or master does not answer.

        Examples
        --------
        >>> Engine(name="pandas").check()
        """
        if any(not _there(package) for package in _PACKAGES.get(self.name, ())):
            raise UsageError(f"{_SHOWN[self.name]} is not installed here.", f'Run: pip install "k2lab[{self.name}]"')
        if self.name == "spark":
            _must_have_java()
            if self.address.startswith("spark://"):
                _must_answer("Spark master", self.address, "--master")
            elif self.address and not self.address.startswith(("local", "yarn", "k8s://")):
                raise UsageError(
                    f"{self.address!r} is no Spark master.",
                    "Give local[4], spark://HOST:PORT, yarn or k8s://HOST:PORT.",
                )
        if self.name == "dask" and self.address:
            _must_answer("Dask scheduler", self.address, "--scheduler")
            _must_have_workers(self.address)

    def placed(self, found: Sequence[Source]) -> tuple[Source, ...]:
        """Return sources whose code makes frames of this engine; the first one connects."""
        made = []
        for source in found:
            name = self._name(source)
            if name == "pandas" or not source.format:
                made.append(source)
                continue
            first = not made
            head, read, convert = _CODE[name]
            head = head + (_connect(name, self.address) if first and name in ("dask", "spark") else "")
            if source.where:
                listed = source.where.startswith("sorted(")
                imports = "from glob import glob\n" if listed else ""
                where = _each(name, source.where, listed)
                code = f"{imports}{head}\n{source.name} = {read.format(where=where)}"
            else:
                code = f"{head}\n{source.code}\n{source.name} = {convert.format(name=source.name)}"
            mend = f"Look whether the workers can read {source.paths[0]} too." if self.address else ""
            made.append(replace(source, code=code, mend=mend))
        return tuple(made)

    def _name(self, source: Source) -> str:
        if self.name != "auto":
            return self.name
        return "duckdb" if source.format == "parquet" and _is_large(source.paths) else "pandas"


def choose(name: Name | None, scheduler: str | None = None, master: str | None = None) -> Engine:
    """Return the engine that was asked for; an address says which one is meant.

    Raises
    ------
    UsageError
        If the address is for another engine.

    Examples
    --------
    >>> choose(None, scheduler="tcp://10.0.0.5:8786").name
    'dask'
    """
    if scheduler and master:
        raise UsageError("--scheduler is for Dask and --master for Spark.", "Give one of them.")
    meant: Name | None = "dask" if scheduler else "spark" if master else None
    if meant and name not in (None, meant):
        option = "--scheduler" if scheduler else "--master"
        raise UsageError(f"{option} is for {_SHOWN[meant]}, not for {name}.", f"Use --engine {meant} with it.")
    return Engine(name=meant or name or "auto", address=scheduler or master or "")


_CODE = {  # imports, how Parquet files are read, how a pandas frame of another format becomes one of the engine
    "polars": ("import polars as pl\n", "pl.scan_parquet({where})", "pl.from_pandas({name})"),
    "duckdb": ("import duckdb\n", "duckdb.read_parquet({where})", "duckdb.from_df({name})"),
    "dask": ("import dask.dataframe as dd\n", "dd.read_parquet({where})", "dd.from_pandas({name}, npartitions=4)"),
    "spark": ("", "spark.read.parquet({where})", "spark.createDataFrame({name})"),
}


def _connect(name: str, address: str) -> str:
    """Return the lines that connect to the workers."""
    if name == "dask":
        if not address:
            return ""
        return f'from dask.distributed import Client\n\nclient = Client({address!r}, timeout="{WAIT}s")\n'
    # A machine of its own has no use for the 200 parts into which Spark would divide each step.
    parts = '    .config("spark.sql.shuffle.partitions", "8")\\\n' if (address or "local").startswith("local") else ""
    return (
        "from pyspark.sql import SparkSession\n\n"
        f'spark = SparkSession.builder.master({address or "local[*]"!r}).appName("k2lab")\\\n'
        '    .config("spark.ui.showConsoleProgress", "false")\\\n'
        '    .config("spark.sql.execution.arrow.pyspark.enabled", "true")\\\n'
        f"{parts}"
        "    .getOrCreate()\n"
        'spark.sparkContext.setLogLevel("ERROR")\n'
    )


def _each(name: str, where: str, listed: bool) -> str:
    """Return the files as the engine's reader wants them."""
    if name == "spark" and listed:
        return f"*{where}"
    if name == "duckdb" and not listed and not where.lower().endswith((".parquet'", ".pq'", ".parq'")):
        return f"{where[:-1]}/**/*.par*{where[-1]}"
    return where


def _is_large(paths: Sequence[str]) -> bool:
    """Tell by the footers of Parquet files whether pandas should not hold them."""
    import pyarrow.parquet as pq

    rows = size = 0
    for path in paths:
        with pq.ParquetFile(Path(path)) as file:
            rows += file.metadata.num_rows
            size += sum(file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups))
        if rows > MOST_ROWS or size > MOST_BYTES:
            return True
    return False


def _there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _must_have_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        raise UsageError(
            "Spark needs Java 17 or later, and there is none here.",
            "Install it (Debian or Ubuntu: apt install default-jre-headless) or set JAVA_HOME.",
        )


def _must_answer(what: str, address: str, option: str) -> None:
    """Connect to the host and port of an address."""
    place = address.rpartition("://")[2].partition(",")[0].rstrip("/")
    host, _, port = place.rpartition(":")
    if not host or not port.isdigit():
        raise UsageError(f"{option} is {address!r}, which has no host and port.", "Give it as in tcp://HOST:8786.")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=WAIT).close()
    except (OSError, OverflowError) as fault:
        raise UsageError(
            f"No {what} answers at {address}: {getattr(fault, 'strerror', None) or fault}.",
            f"Start it, or correct {option}.",
        ) from None


def _must_have_workers(address: str) -> None:
    """Ask a Dask scheduler for its workers."""
    import logging

    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        with Client(address, timeout=WAIT, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            workers = client.scheduler_info()["workers"]
    except (OSError, ValueError) as fault:
        said = " ".join(str(fault).split())[:160]
        raise UsageError(f"What answers at {address} is no Dask scheduler: {said}", "Correct --scheduler.") from None
    if not workers:
        raise UsageError(f"The Dask scheduler at {address} has no workers.", f"Start some: dask worker {address}")
