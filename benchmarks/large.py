"""Large tables: seconds and the most memory of each helper, each in a process of its own.

    .venv/bin/python benchmarks/large.py                               10 million rows in pandas, each helper and figure
    .venv/bin/python benchmarks/large.py --rows 100000000 --parquet    100 million rows of Parquet (2.4 GB on disk)

With ``--parquet`` the rows stay in a file that DuckDB reads, as ``k2lab ask`` has it by default. What was measured is
kept in ``benchmarks/.run``; ``--fresh`` measures anew. The file of rows is deleted at the end unless ``--keep`` is
given.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from results import put

RUN = Path(__file__).resolve().parent / ".run"
Y, X, BY, SIZE, YEAR = "salary_in_usd", "remote_ratio", "experience_level", "company_size", "work_year"


def described(df: Any) -> Any:
    from k2lab.schema.describe import describe
    from k2lab.schema.render import render

    return render([describe(df, name="df", privacy="summary")])


def of_stats(name: str, *arguments: Any, **options: Any) -> Callable[[Any], Any]:
    def call(df: Any) -> Any:
        from k2lab import stats

        return getattr(stats, name)(df, *arguments, **options)

    return call


def of_plots(name: str, **options: Any) -> Callable[[Any], Any]:
    def call(df: Any) -> Any:
        import io

        from k2lab import plots

        getattr(plots, name)(df, **options).figure.savefig(io.BytesIO(), format="svg")

    return call


CALLS: dict[str, Callable[[Any], Any]] = {
    "schema": described,
    "stats.associate": of_stats("associate", X, BY),
    "stats.checks": of_stats("checks", Y, X, BY),
    "stats.compare": of_stats("compare", Y, BY),
    "stats.confounders": of_stats("confounders", Y, X),
    "stats.correlations": of_stats("correlations"),
    "stats.count": of_stats("count", BY),
    "stats.describe": of_stats("describe"),
    "stats.distribution": of_stats("distribution", Y, BY),
    "stats.drivers": of_stats("drivers", Y),
    "stats.effect": of_stats("effect", Y, X, BY),
    "stats.facts": of_stats("facts", Y, X, BY),
    "stats.group_means": of_stats("group_means", Y, BY),
    "stats.mean": of_stats("mean", Y),
    "stats.median": of_stats("median", Y, BY),
    "stats.proportion": of_stats("proportion", BY, "SE", X),
    "stats.quality": of_stats("quality"),
    "stats.regress": of_stats("regress", Y, [X, BY, SIZE, YEAR], [(X, BY)]),
    "stats.relate": of_stats("relate", Y, YEAR),
    "stats.sensitivity": of_stats("sensitivity", Y, X, BY),
    "stats.strata": of_stats("strata", Y, X, YEAR),
    "stats.total": of_stats("total", Y, BY),
    "stats.trend": of_stats("trend", Y, YEAR),
    "stats.two_way": of_stats("two_way", Y, X, BY),
    "plots.bar": of_plots("bar", x=BY),
    "plots.box": of_plots("box", x=BY, y=Y),
    "plots.density": of_plots("density", x=Y, hue=BY),
    "plots.ecdf": of_plots("ecdf", x=Y, hue=BY),
    "plots.histogram": of_plots("histogram", x=Y),
    "plots.interaction": of_plots("interaction", x=X, y=Y, hue=BY),
    "plots.means": of_plots("means", x=BY, y=Y),
    "plots.multiples": of_plots("multiples", x=X, y=Y, by=BY),
    "plots.residuals": of_plots("residuals", y=Y, terms=[X, BY]),
    "plots.scatter": of_plots("scatter", x="salary", y=Y, hue=BY),
    "plots.shares": of_plots("shares", x=X, y=BY),
    "plots.strip": of_plots("strip", x=BY, y=Y),
    "plots.trend": of_plots("trend", time=YEAR, y=Y),
    "plots.violin": of_plots("violin", x=BY, y=Y),
}


def peak() -> float:
    """Return the most memory that this process had since `forget_peak`, in MB; where that cannot be, since it began."""
    import resource

    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1e3
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def forget_peak() -> float:
    """Let the peak begin anew at what is held now, which is returned in MB."""
    peaks = Path("/proc/self/clear_refs")
    if peaks.exists():
        peaks.write_text("5")
    return peak()


def measure_here(name: str, path: str, parquet: bool) -> None:
    """Load, call once on a few rows, measure one call, and print JSON."""
    import gc

    import pandas as pd
    import pyarrow as pa

    from k2lab import datasets

    os.environ["MPLBACKEND"] = "agg"
    frame: Any
    if parquet:
        import duckdb

        frame = duckdb.read_parquet(path)
    else:
        frame = pd.read_parquet(path)
    CALLS[name](datasets.salaries(2000))
    gc.collect()
    pa.default_memory_pool().release_unused()  # what reading the file took and no longer needs
    before = forget_peak()
    began, busy = time.perf_counter(), time.process_time()
    made = CALLS[name](frame)
    found = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - busy}
    found |= {"peak_mb": peak(), "more_mb": peak() - before}
    print(json.dumps(found | {"said": getattr(made, "warnings", ())[-1:]}))


def table_of(rows: int) -> Path:
    """Return a Parquet file of so many salaries, made in chunks if it is not there."""
    from k2lab import datasets

    path = RUN / "data" / f"salaries-{rows}.parquet"
    if not path.exists():
        print(f"making {rows:,} rows", file=sys.stderr, flush=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        datasets.write_salaries(part, rows)
        part.rename(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--parquet", action="store_true", help="leave the rows in the file")
    parser.add_argument("--only", nargs="+", choices=list(CALLS), metavar="HELPER")
    parser.add_argument("--limit", type=float, default=180, help="seconds that one helper may take (default: 180)")
    parser.add_argument("--fresh", action="store_true", help="measure anew what was measured before")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/results.md")
    parser.add_argument("--keep", action="store_true", help="leave the file of rows for the next time")
    parser.add_argument("--here", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        measure_here(given.here[0], given.here[1], given.parquet)
        return
    where = "parquet" if given.parquet else "pandas"
    most_seconds, most_mb = (60, 1000) if given.parquet else (5, 2000)
    print(f"{given.rows:,} rows, {where}; to stay under {most_seconds} s and {most_mb:,} MB\n")
    lines = ["| helper | s | CPU s | peak MB | of it by the call | |", "|---|---|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    for name in given.only or CALLS:
        kept = RUN / "measured" / f"large-{where}-{given.rows}-{name}.json"
        if given.fresh or not kept.exists():
            path = table_of(given.rows)
            more = ["--parquet"] if given.parquet else []
            command = [sys.executable, __file__, "--here", name, str(path), *more]
            try:
                made = subprocess.run(command, capture_output=True, text=True, timeout=given.limit)
                said = made.stdout.splitlines()
                found = json.loads(said[-1]) if said and not made.returncode else {"failed": made.stderr[-200:]}
            except subprocess.TimeoutExpired:
                found = {"failed": f"over {given.limit:g} s"}
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(found))
        lines.append(row(name, json.loads(kept.read_text()), most_seconds, most_mb))
        print(lines[-1], flush=True)
    if given.write:
        put(f"large {where}", "\n".join(lines))
    if not given.keep:
        (RUN / "data" / f"salaries-{given.rows}.parquet").unlink(missing_ok=True)


def row(name: str, found: dict[str, Any], most_seconds: float, most_mb: float) -> str:
    """Return a line of the table, with what is over the limits."""
    if "failed" in found:
        return f"| {name} | | | | | FAILED: {' '.join(found['failed'].split())} |"
    over = [
        word for word, too in (("SLOW", found["seconds"] > most_seconds), ("MEMORY", found["peak_mb"] > most_mb)) if too
    ]
    said = " ".join([*over, *found["said"]])
    times = f"{found['seconds']:.2f} | {found['cpu']:.2f}"
    return f"| {name} | {times} | {found['peak_mb']:,.0f} | {found['more_mb']:,.0f} | {said} |"


if __name__ == "__main__":
    main()
