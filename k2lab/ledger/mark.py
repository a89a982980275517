"""Marks: one number of a text, and the value it was traced to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from k2lab.locale.numbers import plain

How = Literal["exact", "rounded", "derived", "bound", "sentence", "count", "name", "date", "convention", "not-found"]
"""How a number was traced: it equals a value; it rounds one; it is a difference, ratio, change, share or sum of two;
it is a bound that a value keeps (``p < 0.001``); it stands in a sentence that a result gave; it counts things (levels,
rows of a table); it is a level, or stands in the question or a column's name; it is a date that was shown; it is a
convention (the 95 of 95% CI); or it was not found."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A number of a text.

    Attributes
    ----------
    start, end : int
        Where it stands, in code points; what the text has between them is `text`.
    text : str
        With its sign, currency and unit.
    verified : bool
    how : str
    value : float or None
        The value it was traced to, as the cell has it; None for what is no value (names, conventions).
    unit : str
        ``"%"`` where the value is in percent.
    step : int or None
        The 1-based step whose cell shows the value; None for names and conventions of no cell.
    cell : str
        The id of that cell; empty where it is not known.
    expression : str
        What the value is, for a reader: ``"Pay by level, row SE, column mean"``.
    near : str
        Of a number that was not found: what was found near it; else empty.
    """

    start: int
    end: int
    text: str
    verified: bool
    how: How
    value: float | None = None
    unit: str = ""
    step: int | None = None
    cell: str = ""
    expression: str = ""
    near: str = ""

    @property
    def told(self) -> str:
        """What it was traced to, with the value as the cell has it; empty where it was not."""
        if not self.verified:
            return ""
        if self.value is None:
            return self.expression
        shown = plain(self.value, 6) + self.unit
        return f"{shown}: {self.expression}" if self.expression else shown
