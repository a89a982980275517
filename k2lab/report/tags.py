"""The standard cell tags: what a person marked to be hidden or left out of a report."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLD = frozenset({"hide-input", "hide_input"})
_NO_CELL = frozenset({"remove-cell", "remove_cell"})
_NO_INPUT = frozenset({"remove-input", "remove_input"})
_NO_OUTPUT = frozenset({"remove-output", "remove_output"})


def tags_of(cell: NotebookNode) -> frozenset[str]:
    """Return the tags of a cell; a file may hold anything in their place."""
    tags = cell.get("metadata", {}).get("tags")
    return frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset()


def hides_input(cell: NotebookNode) -> bool:
    """Tell whether a cell's code stays out of the report: by its tag, or as nbconvert's tag preprocessor marked it."""
    transient = cell.get("transient")
    marked = isinstance(transient, Mapping) and bool(transient.get("remove_source"))
    return marked or bool(tags_of(cell) & _NO_INPUT)


def without_removed(nb: NotebookNode) -> NotebookNode:
    """Return the notebook less the cells and outputs that are tagged to be removed; the one given stays as it is."""
    if not any(tags_of(cell) & (_NO_CELL | _NO_OUTPUT) for cell in nb.cells):
        return nb
    kept = copy.copy(nb)
    kept.cells = []
    for cell in nb.cells:
        tags = tags_of(cell)
        if tags & _NO_CELL:
            continue
        if tags & _NO_OUTPUT and cell.cell_type == "code":
            cell = copy.copy(cell)
            cell["outputs"] = []
        kept.cells.append(cell)
    return kept
