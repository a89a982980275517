"""Time and memory of what a person waits for: ``%load_ext k2lab`` and ``k2lab demo`` on 133,000 rows.

The demo's seconds are wall time of the whole command, the kernel's start included; its memory is the largest single
process (the kernel, which holds the data).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile

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
    import time

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        command = [sys.executable, "-m", "k2lab", "demo", "--rows", str(rows), "--out", os.path.join(folder, "out")]
        subprocess.run(command, check=True, capture_output=True)
        seconds = time.perf_counter() - began
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    show("%load_ext k2lab", load_ext(), "ms")
    demos = [demo(133_000) for _ in range(3)]
    show("k2lab demo, 133,000 rows", [seconds for seconds, _ in demos], "s")
    show("its largest process", [memory for _, memory in demos], "MiB")


def show(name: str, values: list[float], unit: str) -> None:
    """Print a median with its range."""
    middle = statistics.median(values)
    print(f"{name:<26}{middle:8.1f} {unit:<4}(median of {len(values)}, {min(values):.1f} to {max(values):.1f})")


if __name__ == "__main__":
    main()
