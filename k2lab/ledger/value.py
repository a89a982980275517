"""Values: the numbers that cells show, with what each is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["", "%", "share", "count"]
"""``"%"``: the number is percent already; ``"share"``: it lies between −1 and 1 and may be told as percent;
``"count"``: a whole number of things; ``""``: anything else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """A number that a cell showed.

    Attributes
    ----------
    number : float
    step : int
    place : str
        Where it stands, for a reader.
    unit : str
    kind : str
        The statistic, where the place tells: ``"mean"``, ``"n"``, ``"p"``, ``"low"``...; see `k2lab.ledger.kinds`.
    names : mapping
        Family to name: which level, column or term it is about. A family is a set of names of one sort.
    row : str
        Equal for values of one row or one estimate.
    column : str
        Equal for values that may be compared: one column of a table, one list of estimates.
    table : str
        Equal for values of one table.
    signed : bool
        Whether its sign tells a direction: a difference, a change, a coefficient.
    digits : int or None
        Decimals it was printed with, where it is known from print only.
    said : str
        Words that stand with it: an estimate's label, the title and heading of a table, the line that was printed.
    """

    number: float
    step: int
    place: str
    unit: Unit = ""
    kind: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    row: str = ""
    column: str = ""
    table: str = ""
    signed: bool = False
    digits: int | None = None
    said: str = ""
