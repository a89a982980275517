"""Export of notebooks: the report against nbconvert's own HTML, paired in one process, and PDF against Typst.

    python benchmarks/report.py FOLDER [NOTEBOOK]

FOLDER holds any notebooks, for example the samples of nbconvert, nbformat and nbclient from their source archives
(`pip download --no-deps --no-binary :all: nbconvert nbformat nbclient`). Of NOTEBOOK, a report as PDF is timed too.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from pathlib import Path

from nbconvert.exporters import HTMLExporter

from k2lab.errors import K2Error
from k2lab.report.exporter import PdfReportExporter, ReportExporter
from k2lab.report.write import read_notebook


def timed(exporter: object, nb: object) -> float:
    start = time.perf_counter()
    exporter.from_notebook_node(nb)  # type: ignore[attr-defined]
    return time.perf_counter() - start


def main(folder: Path, notebook: Path | None) -> None:
    warnings.simplefilter("ignore")
    ours, theirs = ReportExporter(), HTMLExporter()
    ratios, sums, refused = [], [0.0, 0.0], []
    paths = sorted(folder.rglob("*.ipynb"))
    for path in paths:
        try:
            nb = read_notebook(path)
        except K2Error as error:
            refused.append(f"{path.name}: {error}")
            continue
        timed(ours, nb), timed(theirs, nb)  # templates are compiled once
        pairs = [(timed(ours, nb), timed(theirs, nb)) for _ in range(3)]
        mine, other = (statistics.median(pair[at] for pair in pairs) for at in (0, 1))
        ratios.append((mine / other, path.name))
        sums = [sums[0] + mine, sums[1] + other]
    print(f"{len(ratios)} of {len(paths)} notebooks exported; refused, each with one line: {len(refused)}")
    for line in refused:
        print(f"  {line[:160]}")
    ratios.sort()
    print(f"time against nbconvert's HTML: {sums[0] / sums[1]:.2f} in all, median {ratios[len(ratios) // 2][0]:.2f}")
    print("  slowest: " + ", ".join(f"{name} {ratio:.2f}" for ratio, name in ratios[-3:]))
    if notebook is not None:
        nb = read_notebook(notebook)
        html, plain, pdf = (timed(one, nb) for one in (ours, theirs, PdfReportExporter()))
        print(f"{notebook.name}: report {html:.2f} s, nbconvert {plain:.2f} s ({html / plain:.2f}), PDF {pdf:.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
