"""Verdicts: what the guard says of a cell before it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Decision = Literal["allow", "ask", "deny"]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a cell is not simply allowed: the rule, the line (1-based) and its text, and the danger in words."""

    rule: str
    line: int
    source: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What may happen to a cell; the strictest reason decides."""

    decision: Decision
    reasons: tuple[Reason, ...] = ()


Answer = Literal["once", "run", "reject"]
"""A person's answer: run this cell, run all such cells of this run, or do not run it."""


@dataclass(frozen=True, kw_only=True)
class Edited:
    """The person's own version of a cell, to be run in its place."""

    code: str


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A no with words for the analyst."""

    words: str


Approver = Callable[[str, Verdict], Answer | Edited | Rejected]
"""Asks the person about a cell (its code, its verdict)."""
