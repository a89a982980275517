"""Limits: how far a run may go."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far a run may go.

    Attributes
    ----------
    steps : int
        Tool calls. After the last one the model may still finish.
    seconds : float
        Wall time of the whole run.
    cell_seconds : float
        Wall time of one cell.
    budget : Decimal or None
        Money, in the currency of the price.
    repeats : int
        Times that the same call may fail before the run ends; one that works may come thrice as often.
    nudges : int
        Replies in a row without a call before the run ends.
    breaks : int
        Times that a reply which broke off is asked for again.
    reply_tokens : int
        Longest reply, as the provider asks for it; what the budget reckons with.
    window : int
        Tokens of conversation that are sent before old tool answers are shortened.
    """

    steps: int = 40
    seconds: float = 1800.0
    cell_seconds: float = 120.0
    budget: Decimal | None = None
    repeats: int = 3
    nudges: int = 2
    breaks: int = 2
    reply_tokens: int = 32768
    window: int = 96_000
