"""What a person waits for, timed: the calls of the story on 133,000 rows, ``%load_ext k2lab`` and ``k2lab demo``.

The demo's seconds are wall time of the whole command, the kernel's start included; its memory is the largest single
process (the kernel, which holds the data).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOAD = """
import time
from IPython.core.interactiveshell import InteractiveShell
ip = InteractiveShell()
began = time.perf_counter()
ip.run_line_magic("load_ext", "k2lab")
print(1000 * (time.perf_counter() - began))
"""


def load_ext(runs: int = 9) -> list[float]:
    """Return milliseconds of ``%load_ext k2lab`` in fresh processes whose IPython is loaded."""
    command = [sys.executable, "-c", LOAD]
    return [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(runs)]


def demo(rows: int) -> tuple[float, float]:
    """Return seconds and MiB of one ``k2lab demo``."""
    import resource

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        command = [sys.executable, "-m", "k2lab", "demo", "--rows", str(rows), "--out", os.path.join(folder, "out")]
        subprocess.run(command, check=True, capture_output=True)
        seconds = time.perf_counter() - began
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def calls(rows: int) -> dict[str, Callable[[], object]]:
    """Return the calls of the story on a table with so many rows."""
    from k2lab import datasets, plots, stats
    from k2lab.schema.describe import describe

    frame = datasets.salaries(rows)
    y, x, by, adjust = "salary_in_usd", "remote_ratio", "experience_level", ["work_year", "company_location"]
    return {
        "datasets.salaries": lambda: datasets.salaries(rows),
        "describe, schema": lambda: describe(frame, name="df"),
        "describe, summary": lambda: describe(frame, name="df", privacy="summary"),
        "stats.facts": lambda: stats.facts(frame, y, x, by),
        "stats.effect": lambda: stats.effect(frame, y, x, by),
        "stats.effect, adjusted": lambda: stats.effect(frame, y, x, by, adjust=adjust),
        "stats.confounders": lambda: stats.confounders(frame, y, x),
        "stats.sensitivity": lambda: stats.sensitivity(frame, y, x, by, adjust=adjust),
        "stats.strata": lambda: stats.strata(frame, y, x, "work_year"),
        "stats.regress": lambda: stats.regress(frame, y, [x, by, *adjust], [(x, by)]),
        "stats.checks": lambda: stats.checks(frame, y, x, by, adjust=adjust),
        "plots.violin": lambda: drawn(plots.violin(frame, y=y, x=x, hue=by)),
        "plots.box": lambda: drawn(plots.box(frame, y=y, x=x, hue=by)),
        "plots.scatter": lambda: drawn(plots.scatter(frame, y=y, x=x, hue=by)),
        "plots.interaction": lambda: drawn(plots.interaction(frame, y=y, x=x, hue=by)),
    }


def drawn(ax: Axes) -> None:
    """Draw a figure as the notebook would, and close it."""
    import io

    from matplotlib import pyplot

    ax.figure.savefig(io.BytesIO(), format="png")
    pyplot.close(ax.figure)


def seconds_of(call: Callable[[], object], runs: int = 5) -> list[float]:
    """Return wall seconds of a call, after one that does not count."""
    call()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return taken


def main() -> None:
    """Print the table."""
    for name, call in calls(133_000).items():
        show(name, seconds_of(call), "s")
    show("%load_ext k2lab", load_ext(), "ms")
    demos = [demo(133_000) for _ in range(3)]
    show("k2lab demo, 133,000 rows", [seconds for seconds, _ in demos], "s")
    show("its largest process", [memory for _, memory in demos], "MiB")


def show(name: str, values: list[float], unit: str) -> None:
    """Print a median with its range."""
    middle = statistics.median(values)
    print(f"{name:<26}{middle:8.2f} {unit:<4}(median of {len(values)}, {min(values):.2f} to {max(values):.2f})")


if __name__ == "__main__":
    main()
