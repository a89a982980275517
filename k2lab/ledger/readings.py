"""Readings: what a written number can stand for, and whether a value is that, rounded as the number is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from k2lab.ledger.mark import How
from k2lab.ledger.numerals import Numeral
from k2lab.ledger.value import Value

_COUNTED = frozenset({"n", "df", "F", "t", "z", "chi2", "p", "level"})
_ALMOST = 1 + 1e-6
_ROOM = 0.1  # "over 100" may be said of 110, hardly of 200


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A range of absolute values that a number can stand for.

    Attributes
    ----------
    low, high : float
    form : {"same", "share", "change", "ratio"}
        How the value relates to the number: it is the same; it is a share that is told in percent; it is a ratio that
        is told as a change in percent; it is a change in percent that is told as a ratio.
    """

    low: float
    high: float
    form: str


def readings(number: Numeral) -> Iterator[Reading]:
    """Yield what a number can stand for.

    Examples
    --------
    >>> from k2lab.ledger.numerals import numerals
    >>> [(one.form, round(one.low, 4), round(one.high, 4)) for one in readings(numerals("7.4%")[0])]
    [('same', 7.35, 7.45), ('share', 0.0735, 0.0745), ('change', 1.0735, 1.0745), ('change', 0.9255, 0.9265)]
    """
    slack = number.slack * (2 if number.approx else 1) * _ALMOST
    low, high = number.size - slack, number.size + slack
    if number.bound == ">":
        high = number.size * (1 + _ROOM)
    elif number.bound == "<":
        low = number.size * (1 - _ROOM)
    low = max(low, 0.0)
    yield Reading(low=low, high=high, form="same")
    if number.other:
        yield Reading(low=low * number.other, high=high * number.other, form="same")
    if number.unit == "%":
        yield Reading(low=low / 100, high=high / 100, form="share")
        yield Reading(low=1 + low / 100, high=1 + high / 100, form="change")
        if number.size < 100:
            yield Reading(low=1 - high / 100, high=1 - low / 100, form="change")
    elif number.unit == "times":
        yield Reading(low=abs(low - 1) * 100, high=abs(high - 1) * 100, form="ratio")


def fits(number: Numeral, value: Value, form: str) -> bool:
    """Tell whether the unit, the sign and the wholeness of a value allow that reading of a number."""
    size = abs(value.number)
    if form == "same":
        if number.unit == "%":
            if value.unit == "share" or value.unit == "count" or value.kind in _COUNTED:
                return False
            if value.unit == "" and size <= 1 and size > 0:
                return False
        elif number.unit == "times":
            if value.unit in ("%", "share", "count") or value.kind in _COUNTED:
                return False
        elif value.unit == "%":
            return False
        whole = number.exact and not number.approx and not number.bound and float(value.number).is_integer()
        if whole and size != number.size and not number.other:
            return False
    elif form == "share":
        if value.unit in ("%", "count") or value.kind in _COUNTED - {"level"}:
            return False
        if value.kind == "level" and number.role != "convention":
            return False
    elif form == "change":
        if value.unit in ("%", "share", "count") or value.kind in _COUNTED or not _is_ratio(value):
            return False
        return (value.number < 1) == ((number.sign or number.way) < 0)
    elif value.unit != "%" or not value.signed or (value.number < 0) != (number.size < 1):
        return False
    return _sign_fits(number, value)


def _sign_fits(number: Numeral, value: Value) -> bool:
    if number.sign:
        return value.number == 0 or (value.number < 0) == (number.sign < 0)
    if value.number == 0 or not value.signed:
        return True
    if number.way:
        return (value.number < 0) == (number.way < 0)
    return True


def _is_ratio(value: Value) -> bool:
    said = f"{value.said} {value.place}".casefold()
    return any(word in said for word in ("ratio", "times", "odds", "fold", "倍", "比值", "优势比"))


def how(number: Numeral, value: Value, form: str) -> How:
    """Say how a value that fits was told."""
    if form in ("change", "ratio"):
        return "derived"
    shown = abs(value.number) * (100 if form == "share" else 1)
    if number.bound and not math.isclose(shown, number.size, rel_tol=1e-9):
        return "bound"
    return "exact" if math.isclose(shown, number.size, rel_tol=1e-9, abs_tol=1e-12) else "rounded"
