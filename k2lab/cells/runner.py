"""The seam to a kernel: anything that can run a cell."""

from __future__ import annotations

from typing import Protocol

from k2lab.cells.result import CellResult


class CellRunner(Protocol):
    """Runs cells one after another in one namespace."""

    def run(self, code: str, *, timeout: float) -> CellResult:
        """Run `code` for at most `timeout` seconds; errors, timeouts and interrupts are results, not exceptions."""
        ...
