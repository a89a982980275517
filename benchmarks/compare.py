"""k2lab beside its peers, each in an environment of its own, paired in one run: prints a table of ratios and agreement.

    .venv/bin/python benchmarks/compare.py                                   133,000 rows, about ten minutes
    .venv/bin/python benchmarks/compare.py --rows 133000 1000000 10000000    also larger, about an hour
    .venv/bin/python benchmarks/compare.py --only violin box --rounds 5
    .venv/bin/python benchmarks/compare.py --write                           the table also into benchmarks/results.md

What has no peer stands below the table: what k2lab adds to a step, how much of a prompt stays the same, and with 10
million rows or more the 100 million rows of Parquet (80 s to write them).

Each measurement is a process: it loads its data, makes one small call that does not count, then is timed. The sides of
a task take turns, and a ratio is the median of those of the rounds. What is measured is kept in ``benchmarks/.run``, so
that a run which was stopped goes on where it was; ``--fresh`` begins anew. Peers come from PyPI, pinned below.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from results import put

HERE = Path(__file__).resolve().parent
RUN = HERE / ".run"
OURS = "k2lab"

PEERS: dict[str, tuple[str, ...]] = {
    "seaborn": ("seaborn==0.13.2", "pandas==3.0.*", "pyarrow"),
    "statsmodels": ("statsmodels==0.15.0", "pandas==3.0.*", "pyarrow", "matplotlib"),
    "pandasai": ("pandasai==3.0.0", "pyarrow"),
    "lida": ("lida==0.0.14", "pyarrow"),
    "jupyter-ai-magics": ("jupyter-ai-magics==2.31.7",),
}
BORROWED = {"describe": "seaborn", "numpy": "seaborn"}
"""Sides that need only pandas, and run in the environment of a peer."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A line of the table: what is done, by whom, and the ratio to reach by number of rows."""

    what: str
    sides: tuple[str, ...]
    wanted: dict[int, float]
    scales: bool = True


TASKS: dict[str, Task] = {
    "factor-ols": Task(
        what="OLS of factors, HC3, summary", sides=("statsmodels",), wanted={133_000: 15, 1_000_000: 50}
    ),
    "mixed-ols": Task(
        what="OLS of factors and a number, HC3", sides=("statsmodels",), wanted={133_000: 3, 1_000_000: 8}
    ),
    "violin": Task(what="violin, PNG and SVG", sides=("seaborn",), wanted={133_000: 5, 1_000_000: 15}),
    "box": Task(what="box, PNG and SVG", sides=("seaborn", "numpy"), wanted={133_000: 2, 1_000_000: 8}),
    "scatter": Task(what="scatter with hue, PNG and SVG", sides=("seaborn",), wanted={133_000: 20, 1_000_000: 20}),
    "cloud": Task(what="the same, a spread-out cloud", sides=("seaborn",), wanted={133_000: 20, 1_000_000: 20}),
    "mean": Task(what="interval of a mean, 1,000 bootstraps", sides=("seaborn",), wanted={133_000: 50, 1_000_000: 100}),
    "schema": Task(what="what a model is told of the table", sides=("pandasai", "lida", "describe"), wanted={}),
    "schema-wide": Task(
        what="the same, 1,000 columns", sides=("pandasai", "lida", "describe"), wanted={}, scales=False
    ),
    "load-ext": Task(what="%load_ext", sides=("jupyter-ai-magics",), wanted={133_000: 50}, scales=False),
}


ALONE: dict[str, tuple[str, list[str]]] = {
    "loop": (
        "From the last byte of a reply to the cell starting; under 30 ms asked, p95 under 60 ms",
        [str(HERE / "reply_to_cell.py")],
    ),
    "prefix": (
        "Of each request, bytes that are the beginning of the next, and as a share of the next; 95% asked",
        ["-m", "benchmarks.prompt_prefix"],
    ),
    "parquet": (
        "100 million rows of Parquet through DuckDB; under 1,000 MB asked",
        [
            str(HERE / "large.py"), "--rows", "100000000", "--parquet", "--keep", "--limit", "300",
            "--only", "schema", "stats.regress", "plots.box",
        ],
    ),
}  # fmt: skip
"""What is measured without a peer: what is asked, and the script that measures it."""


def environment(peer: str) -> tuple[Path | None, str]:
    """Return the Python of a peer's environment, which is made if it is not there; or None and why not."""
    if peer == OURS:
        return Path(sys.executable), ""
    peer = BORROWED.get(peer, peer)
    folder = RUN / "peers" / peer
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done, failed = folder / "done", RUN / "peers" / f"{peer}.failed"
    if done.exists() and done.read_text() == " ".join(PEERS[peer]):
        return python, ""
    if failed.exists():
        return None, failed.read_text()
    say(f"installing {peer} from PyPI")
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    for command in ([sys.executable, "-m", "venv", str(folder)], [str(python), *quiet, *PEERS[peer]]):
        try:
            made = subprocess.run(command, capture_output=True, text=True, timeout=1200)
        except subprocess.TimeoutExpired:
            failed.write_text("its installation took more than 20 minutes")
            return None, failed.read_text()
        if made.returncode:
            lines = [line for line in made.stderr.splitlines() if line.strip()]
            failed.write_text(f"cannot be installed: {lines[-1][:160] if lines else made.returncode}")
            return None, failed.read_text()
    done.write_text(" ".join(PEERS[peer]))
    return python, ""


def measure(task: str, side: str, rows: int, round_: int, limit: float) -> dict[str, Any]:
    """Measure once, or return what was measured before; a failure is an answer too, and says why."""
    kept = RUN / "measured" / f"{task}-{rows}-{side}-{round_}.json"
    if kept.exists():
        found: dict[str, Any] = json.loads(kept.read_text())
        return found
    python, why = environment(side)
    if python is None:
        return {"failed": why}
    given = {"data": str(table_of(rows)), "runs": 3 if rows < 500_000 else 1}
    command = [str(python), str(HERE / "measured.py"), task, side, json.dumps(given)]
    say(f"{task}, {rows:,} rows, {side}, round {round_ + 1}")
    try:
        made = subprocess.run(
            command, capture_output=True, text=True, timeout=limit, env=os.environ | {"PYTHONPATH": ""}
        )
    except subprocess.TimeoutExpired:
        result: dict[str, Any] = {"over": limit}
    else:
        lines = made.stdout.splitlines()
        try:
            result = json.loads(lines[-1])
        except (IndexError, ValueError):
            said = [line for line in made.stderr.splitlines() if line.strip()]
            killed = f"ended by signal {-made.returncode}, maybe for want of memory"
            result = {"failed": killed if made.returncode < 0 else (said[-1][:160] if said else "said nothing")}
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(result))
    return result


def table_of(rows: int) -> Path:
    """Return a Parquet file of so many salaries, which is made if it is not there."""
    path = RUN / "data" / f"salaries-{rows}.parquet"
    if not path.exists():
        from k2lab import datasets

        say(f"making a table of {rows:,} rows")
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        datasets.write_salaries(part, rows)
        part.rename(path)
    return path


def line(name: str, rows: int, rounds: int, limit: float) -> list[list[str]]:
    """Measure a task and return its lines of the table: one for each peer."""
    task = TASKS[name]
    found: dict[str, list[dict[str, Any]]] = {}
    for round_ in range(rounds):
        for side in (OURS, *task.sides):
            before = found.get(side, [])
            # What was too slow or failed once is not waited for again.
            result = before[0] if before and "seconds" not in before[0] else measure(name, side, rows, round_, limit)
            found.setdefault(side, []).append(result)
    ours = found[OURS]
    made = []
    for side in task.sides:
        theirs = found[side]
        if side == "numpy":
            continue
        if "seconds" not in ours[0]:
            made.append([task.what, f"{rows:,}", side, why_not(ours[0]), cell(theirs), "", "", "", "", ""])
            continue
        ratios = [t["seconds"] / o["seconds"] for t, o in zip(theirs, ours, strict=True) if "seconds" in t]
        ratio = statistics.median(ratios) if ratios else None
        shown = "" if "failed" in theirs[0] else f"> {limit / ours[0]['seconds']:.0f}x"
        if ratio is not None:
            shown = f"{ratio:.1f}x" if ratio >= 1 else f"{ratio:.2g}x"
        wanted = task.wanted.get(rows)
        verdict = "" if wanted is None or not shown else f"{wanted:g}x"
        if wanted is not None and ratio is not None:
            verdict += " met" if ratio >= wanted else " MISSED"
        made.append(
            [
                task.what, f"{rows:,}" if task.scales else "", side, cell(ours), cell(theirs), shown,
                of_cpu(ours, theirs), verdict,
                sizes(ours[0], theirs[0]), agreement(name, ours[0], found[side][0], found.get("numpy", [{}])[0]),
            ]
        )  # fmt: skip
    return made


def alone(name: str) -> str:
    """Measure what has no peer, and return what its script says: of tables, the last lines."""
    asked, command = ALONE[name]
    say(asked)
    made = subprocess.run([sys.executable, *command], capture_output=True, text=True, cwd=HERE.parent)
    lines = (made.stdout if not made.returncode else made.stderr).strip().splitlines()
    said = [line for line in lines if line.startswith("|")] or lines[-1:]
    return "\n".join([f"**{asked}**", "", *said])


def of_cpu(ours: Sequence[dict[str, Any]], theirs: Sequence[dict[str, Any]]) -> str:
    """Return the ratio of processor time, which other work on the machine disturbs less."""
    ratios = [t["cpu"] / o["cpu"] for t, o in zip(theirs, ours, strict=True) if t.get("cpu") and o.get("cpu")]
    return f"{statistics.median(ratios):.2g}x" if ratios else ""


def cell(results: Sequence[dict[str, Any]]) -> str:
    """Return the median seconds and the most memory of a side, or why there are none."""
    good = [one for one in results if "seconds" in one]
    if not good:
        return why_not(results[0])
    return f"{statistics.median(one['seconds'] for one in good):.3g} s, {max(one['peak_mb'] for one in good):.0f} MB"


def why_not(result: dict[str, Any]) -> str:
    return f"over {result['over']:g} s" if "over" in result else result["failed"]


def sizes(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Compare what came out in bytes or tokens."""
    for key, word in (("svg_bytes", "kB SVG"), ("tokens", "tokens"), ("more_mb", "MB more")):
        if key in ours and key in theirs and (key != "more_mb" or "fits" not in ours):
            scale = 1000 if key == "svg_bytes" else 1
            a, b = ours[key] / scale, theirs[key] / scale
            return f"{a:,.0f} and {b:,.0f} {word} ({b / max(a, 0.1):.1f}x)"
    return ""


def agreement(name: str, ours: dict[str, Any], theirs: dict[str, Any], exact: dict[str, Any]) -> str:
    """Say how far the numbers are apart."""
    if name == "box" and "quartiles" in exact:
        gaps = [
            abs(a - b) / abs(b)
            for level, mine in ours["quartiles"].items()
            for a, b in zip(mine, exact["quartiles"][level], strict=True)
        ]
        return f"quartiles within {max(gaps):.1e} of pandas"
    if "fits" in ours and "fits" in theirs:
        parts = [
            max(abs(a[i] - b[i]) / abs(b[i]) for a, b in zip(ours["fits"], theirs["fits"], strict=True)) for i in (0, 1)
        ]
        return f"fitted values within {parts[0]:.0e}, errors {parts[1]:.0e}"
    if "interval" in ours and "interval" in theirs:
        a, b = ours["interval"], theirs["interval"]
        gap = max(abs(x - y) for x, y in zip(a, b, strict=True)) / (b[1] - b[0])
        return f"ends within {gap:.1%} of the width"
    if name == "violin":
        return density_agreement()
    return ""


def density_agreement() -> str:
    """Compare our density with scipy's on a skewed sample."""
    import numpy as np
    from scipy.stats import gaussian_kde

    from k2lab.plots.kernels import bandwidth, density

    values = np.random.default_rng(1).lognormal(11, 0.6, 20_000)
    width = bandwidth(values)
    grid, height = density(values, width=width)
    some = slice(None, None, max(1, len(grid) // 500))
    exact = gaussian_kde(values, width / values.std(ddof=1))(grid[some])
    return f"density within {np.abs(height[some] - exact).max() / exact.max():.0e} of the peak, scipy"


def machine() -> str:
    """Return what the numbers were measured on."""
    names = ("k2lab", "pandas", "numpy", "duckdb", "matplotlib", "narwhals")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    peers = ", ".join(parts[0].replace("==", " ") for parts in PEERS.values())
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return (
        f"{datetime.date.today().isoformat()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}{load}. {versions}. Peers: {peers}."
    )


HEAD = ("what", "rows", "peer", "k2lab", "peer's", "faster", "in CPU time", "to reach", "size", "agreement")


def markdown(lines: Sequence[Sequence[str]]) -> str:
    """Return the table, padded so that it reads in a terminal too."""
    wide = [max(len(one[i]) for one in (HEAD, *lines)) for i in range(len(HEAD))]
    rows = [HEAD, ["-" * w for w in wide], *lines]
    return "\n".join("| " + " | ".join(part.ljust(w) for part, w in zip(row, wide, strict=True)) + " |" for row in rows)


def say(words: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {words}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", type=int, default=[133_000])
    parser.add_argument("--only", nargs="+", choices=[*TASKS, *ALONE], metavar="TASK", help=", ".join([*TASKS, *ALONE]))
    parser.add_argument("--rounds", type=int, default=3, help="how often the sides take turns (default: 3)")
    parser.add_argument("--limit", type=float, default=180, help="seconds that one measurement may take (default: 180)")
    parser.add_argument("--fresh", action="store_true", help="measure anew what was measured before")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/results.md")
    given = parser.parse_args()
    if given.fresh:
        shutil.rmtree(RUN / "measured", ignore_errors=True)
        for failed in (RUN / "peers").glob("*.failed"):
            failed.unlink()
    lines: list[list[str]] = []
    below: list[str] = []
    large = max(given.rows) >= 10_000_000
    try:
        for name in given.only or [*TASKS, "loop", "prefix", *(["parquet"] if large else [])]:
            if name in ALONE:
                below.append(alone(name))
                continue
            for rows in given.rows if TASKS[name].scales else given.rows[:1]:
                rounds = given.rounds if rows < 5_000_000 else 1
                lines += line(name, rows, rounds, given.limit)
    except KeyboardInterrupt:
        say("stopped; the same command goes on from here")
    made = "\n\n".join([*([markdown(lines)] if lines else []), *below, machine()]) + "\n"
    print(made)
    if given.write:
        put("compare", made)


if __name__ == "__main__":
    main()
