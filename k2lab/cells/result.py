"""Cell results: what running a cell gave, in notebook terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Output = Mapping[str, Any]
"""One output as nbformat 4 has it (`stream`, `display_data`, `execute_result`, `error`)."""

Status = Literal["ok", "error", "timeout", "interrupted", "died"]

RESULT_MIME = "application/vnd.k2lab.result+json"
"""A `k2lab.stats` result as JSON, beside its text and HTML."""

FIGURE_MIME = "application/vnd.k2lab.figure+json"
"""A figure's digest as JSON, beside its picture."""


@dataclass(frozen=True, kw_only=True)
class CellError:
    """An exception in a cell; `line` is the 1-based line of the cell, where known."""

    name: str
    value: str
    traceback: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class CellResult:
    """What running a cell gave.

    Attributes
    ----------
    status : {"ok", "error", "timeout", "interrupted", "died"}
        How it ended; `interrupted` means by the person.
    outputs : tuple of mapping
        nbformat outputs in order, bounded in size.
    seconds : float
        Wall time.
    execution_count : int or None
    error : CellError or None
    """

    status: Status
    outputs: tuple[Output, ...] = ()
    seconds: float = 0.0
    execution_count: int | None = None
    error: CellError | None = None
