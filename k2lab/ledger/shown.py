"""What a step showed: its values and what else a text may be traced to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from k2lab.ledger.value import Unit, Value
from k2lab.locale import pick


@dataclass(kw_only=True)
class Shown:
    """What one step showed: values, sentences that results said, dates, and the sizes of its tables."""

    step: int
    title: str = ""
    values: list[Value] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    sizes: list[tuple[int, str]] = field(default_factory=list)


def add(
    shown: Shown,
    value: Any,
    row: str,
    column: str,
    *,
    place: str,
    kind: str = "",
    unit: Unit = "",
    names: Mapping[str, str] | None = None,
    said: str = "",
    signed: bool = False,
    table: str = "",
    digits: int | None = None,
) -> None:
    """Add a value, where there is a finite number."""
    number = finite(value)
    if number is not None:
        shown.values.append(
            Value(
                number=number,
                step=shown.step,
                place=place,
                unit=unit,
                kind=kind,
                names=dict(names or {}),
                row=row,
                column=column,
                table=table or row,
                signed=signed or number < 0,
                digits=digits,
                said=said,
            )
        )


def finite(value: Any) -> float | None:
    """Return a finite number, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def place_of(*parts: str) -> str:
    """Say where a value stands, of the parts that are known."""
    return pick(", ", "，").join(part.strip() for part in parts if part.strip())
