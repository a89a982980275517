"""Whether what a notebook shows is still what its code and its data give."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.report.fingerprint import fingerprint, source_mark

if TYPE_CHECKING:
    from nbformat import NotebookNode

_NAMED = 5


def stale(nb: NotebookNode, folder: Path | None) -> tuple[str, ...]:
    """Say why the outputs of a notebook may be out of date; nothing where there is no sign of it.

    Parameters
    ----------
    nb : NotebookNode
        With the marks of k2lab where it has written the cells; of others the execution counts are looked at.
    folder : path or None
        Where the notebook lies, from which relative paths of its data start.

    Notes
    -----
    A cell counts as edited when its source is not what was run and it has the execution count it had then: one that
    was run again since has its new outputs.
    """
    cells = [cell for cell in nb.cells if cell.cell_type == "code" and str(cell.source).strip()]
    return tuple(text for text in (_edited(cells), _disordered(cells), _changed(nb, folder)) if text)


def _edited(cells: Sequence[NotebookNode]) -> str:
    names = []
    for cell in cells:
        mark = cell.get("metadata", {}).get("k2lab")
        if not isinstance(mark, Mapping) or not isinstance(mark.get("source"), str):
            continue
        if mark["source"] != source_mark(str(cell.source)) and mark.get("count") == cell.get("execution_count"):
            names.append(str(mark.get("step")))
    if not names:
        return ""
    return pick(
        f"Cell {_listed(names)} was edited after it ran; what is shown is from before."
        if len(names) == 1
        else f"Cells {_listed(names)} were edited after they ran; what is shown is from before.",
        f"单元格 {_listed(names)} 在运行后被修改，所示为修改前的结果。",
    )


def _disordered(cells: Sequence[NotebookNode]) -> str:
    """Look at the execution counts: a notebook that was run from top to bottom counts upwards."""
    counts = [cell.get("execution_count") for cell in cells if cell.get("outputs") or cell.get("execution_count")]
    ran = [count for count in counts if isinstance(count, int)]
    if any(later < earlier for earlier, later in pairwise(ran)):
        return pick(
            "The cells were not run in the order in which they stand, so running them again may give something else.",
            "单元格未按所在顺序运行，重新运行可能得到不同结果。",
        )
    return ""


def changed_data(nb: NotebookNode, folder: Path) -> tuple[str, ...]:
    """Name the data files that are no longer what was analysed; those that cannot be found are not known to be."""
    cells = [cell for cell in nb.cells if cell.cell_type == "code"]
    return tuple(
        name
        for name, told in _fingerprints(nb)
        if (path := _place(name, cells, folder)) is not None and _differs(path, told)
    )


def _changed(nb: NotebookNode, folder: Path | None) -> str:
    kept = nb.metadata.get("k2lab")
    if isinstance(kept, Mapping) and isinstance(kept.get("renewed"), str):
        return str(kept["renewed"])
    changed = changed_data(nb, folder) if folder is not None else ()
    if not changed:
        return ""
    return pick(
        f"The data changed since: {_listed(changed)} is not the file that was analysed.",
        f"数据已变更：{_listed(changed)} 与当时分析的文件不同。",
    )


def _fingerprints(nb: NotebookNode) -> Iterator[tuple[str, str]]:
    kept = nb.metadata.get("k2lab")
    runs = kept.get("runs") if isinstance(kept, Mapping) else None
    told: dict[str, Any] = {}
    for run in runs if isinstance(runs, list) else ():
        source = run.get("provenance") if isinstance(run, Mapping) else None
        data = source.get("data") if isinstance(source, Mapping) else None
        told |= data if isinstance(data, Mapping) else {}
    yield from ((name, mark) for name, mark in told.items() if isinstance(mark, str) and mark.startswith("sha256 "))


def _place(name: str, cells: Sequence[NotebookNode], folder: Path) -> Path | None:
    """Find the file of a name among the paths that the code reads, or beside the notebook."""
    for text in {text for cell in cells for text in _literals(str(cell.source))} | {name}:
        path = Path(text)
        for place in (path, path / name, path.parent / name):
            if place.name == name and (found := folder / place).is_file():
                return found
    return None


def _literals(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) < 1000:
            yield node.value


def _differs(path: Path, told: str) -> bool:
    try:
        return fingerprint(path) != told
    except OSError:
        return False


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:_NAMED])
    if len(names) > _NAMED:
        shown.append(pick(f"{len(names) - _NAMED} more", f"另外 {len(names) - _NAMED} 个"))
    return pick(", ".join(shown), "、".join(shown))
