"""Retired cells: a new run took their place, so what is queued of them is not run any more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Retired:
    """An input transformer that empties cells which the notebook no longer holds.

    *Run All Cells* queues everything at once: the ``%%k2`` cell, and behind it the cells that its last run made, which
    the new run replaces. Without this their code would run once more, unseen.

    Parameters
    ----------
    kernel : ipykernel.kernelbase.Kernel
        Knows which request is handled.
    """

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._cells: dict[str, float] = {}

    def add(self, cells: Iterable[str], at: float) -> None:
        """Retire cells for requests sent before `at`, in milliseconds since 1970 by the front end's clock."""
        self._cells.update(dict.fromkeys(cells, at))

    def __call__(self, lines: list[str]) -> list[str]:
        """Return the lines of a cell, or none if it is retired."""
        if not self._cells:
            return lines
        parent = self._kernel.get_parent("shell") or {}
        cell, sent = (parent.get("metadata") or {}).get("cellId"), parent.get("header", {}).get("date")
        at = self._cells.get(cell) if isinstance(cell, str) else None
        return [] if at is not None and sent is not None and sent.timestamp() * 1000 < at else lines
