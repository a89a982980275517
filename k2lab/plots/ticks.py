"""Ticks as people write numbers: round values, few of them, a currency sign only where the unit is known."""

from __future__ import annotations

import math
import re
from typing import Any

from k2lab.locale.numbers import MINUS

_UNITS = {
    "usd": "$",
    "dollar": "$",
    "dollars": "$",
    "eur": "€",
    "euro": "€",
    "euros": "€",
    "gbp": "£",
    "cny": "¥",
    "rmb": "¥",
    "jpy": "¥",
    "美元": "$",
    "欧元": "€",
    "人民币": "¥",
    "percent": "%",
    "pct": "%",
    "百分比": "%",
}
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_DECADES = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0))


def unit_of(column: str) -> str:
    """Return the sign of the unit that a column's name states, or "".

    Examples
    --------
    >>> unit_of("salary_in_usd"), unit_of("Fare"), unit_of("price (EUR)"), unit_of("薪资（美元）")
    ('$', '', '€', '$')
    """
    for word in re.split(r"[\W_]+", column.lower()):
        if word in _UNITS:
            return _UNITS[word]
    if "%" in column:
        return "%"
    return next((sign for sign in "$€£¥" if sign in column), "")


def short(value: float, unit: str = "", *, digits: int = 3) -> str:
    """Write a number as on an axis: 950, 120k, 1.2M, with its unit and a true minus.

    Examples
    --------
    >>> short(950), short(120_000, "$"), short(1_250_000), short(-0.05), short(12.5, "%")
    ('950', '$120k', '1.25M', '−0.05', '12.5%')
    """
    if value == 0:
        return _dress("0", unit)
    size = abs(value)
    # 999,600 rounds to "1M", not to "1000k".
    steps = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
    factor, letter = next((step for step in steps if size >= step[0] * (1 - 0.5 * 10**-digits)), (1.0, ""))
    if factor == 1.0 and (size < 1e-4):
        written = f"{size:.{digits - 1}e}"
        mantissa, power = written.split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}".replace("-", MINUS)
    elif size >= 1e15:
        text, letter = f"{size:.1e}".replace("e+", "e"), ""
    else:
        text = _significant(size / factor, digits)
    return (MINUS if value < 0 else "") + _dress(text + letter, unit)


def _significant(size: float, digits: int) -> str:
    places = max(0, digits - 1 - math.floor(math.log10(size)))
    text = f"{size:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _dress(text: str, unit: str) -> str:
    return f"{text}%" if unit == "%" else f"{unit}{text}"


def linear(low: float, high: float, most: int = 6) -> list[float]:
    """Return at most so many round values between two bounds.

    Examples
    --------
    >>> linear(0, 97)
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    if not high > low:
        return [low]
    for power in range(math.floor(math.log10((high - low) / most)), 400):
        for base in _STEPS:
            step = base * 10.0**power
            first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
            if last - first + 1 <= most:
                return [round(i * step, 12 - power) for i in range(first, last + 1)]
    return [low]


def logarithmic(low: float, high: float, most: int = 6) -> list[float]:
    """Return at most so many round values between two positive bounds, about evenly spaced on a log axis.

    Examples
    --------
    >>> logarithmic(24e3, 520e3)
    [50000.0, 100000.0, 200000.0, 500000.0]
    >>> logarithmic(0.9, 1.2e6)
    [1.0, 10.0, 100.0, 1000.0, 10000.0, 100000.0, 1000000.0]
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    chosen: list[float] = []
    for parts in _DECADES:
        found = [part * 10.0**power for power in range(first, last + 1) for part in parts]
        found = [round(value, 12 - min(first, 0)) for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
        if len(found) > most and len(chosen) >= 3:
            break
        chosen = found
        if len(chosen) > most:
            break
    while len(chosen) > most + 2:
        chosen = chosen[::2]
    plain = linear(low, high, most)
    return plain if len(chosen) < 3 and len(plain) > len(chosen) else chosen


def place(axis: Any, low: float, high: float, *, log: bool = False, unit: str = "", most: int = 6) -> None:
    """Put round ticks on an axis and write them short.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
    low, high : float
        The limits that the axis has.
    log : bool
    unit : str
        From `unit_of`.
    most : int
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

    values = logarithmic(low, high, most) if log else linear(low, high, most)
    words = written(values, unit)
    axis.set_major_locator(FixedLocator(values))
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())
    shown = dict(zip(values, words, strict=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: shown.get(value, short(value, unit).replace("$", r"\$"))))


def written(values: list[float], unit: str = "") -> list[str]:
    """Write ticks alike: years as years, and enough digits to tell neighbours apart; safe for matplotlib.

    Examples
    --------
    >>> written([2021.0, 2022.0]), written([10000.0, 12500.0])
    (['2021', '2022'], ['10k', '12.5k'])
    """
    if not unit and all(1500 <= value <= 2200 and float(value).is_integer() for value in values) and values:
        return [str(int(value)) for value in values]
    words: list[str] = []
    for digits in range(3, 10):
        words = [short(value, unit, digits=digits) for value in values]
        if len(set(words)) == len(words):
            break
    return [word.replace("$", r"\$") for word in words]
