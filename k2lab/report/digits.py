"""Numbers down a column of a table: one number of decimals, thousands separated, years and p-values as such."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from k2lab.locale import pick
from k2lab.locale.numbers import MINUS, count, number, p_value

NOTHING = "–"
_NUMERIC = re.compile(r"^[<>=≈]?\s*[+\-\u2212]?[$€£¥]?\d[\d,]*(\.\d+)?([eE][+\-\u2212]?\d+)?\s*(%|pp|k|M)?$")
_P_LABEL = re.compile(r"^p($|[^A-Za-z])|^校正后 p$", re.IGNORECASE)
_YEAR_LABEL = re.compile(r"year|年", re.IGNORECASE)


def finite(value: object) -> float | None:
    """Return a number as float; None for what is no finite number (booleans are none).

    Examples
    --------
    >>> finite(3), finite(float("nan")), finite("3"), finite(True)
    (3.0, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None


def column(values: Sequence[object], label: str = "", *, percent: bool = False) -> tuple[tuple[str, ...], bool]:
    """Write the values of a column alike, and tell whether it is to be set right.

    Parameters
    ----------
    values : sequence
        As a result holds them; what is no finite number, text or boolean becomes a dash.
    label : str
        The column's label, which tells years and p-values from other numbers.
    percent : bool
        Whether the numbers are percentages: these get one decimal unless they are whole.

    Examples
    --------
    >>> column([12.5, -3.25, None], "difference")
    (('12.5', '−3.2', '–'), True)
    >>> column([90.8, 0.03], "share (%)", percent=True)
    (('90.8', '< 0.1'), True)
    >>> column([2020, 2024], "work_year"), column([74301, 9], "n")
    ((('2020', '2024'), True), (('74,301', '9'), True))
    """
    numbers = [made for made in map(finite, values) if made is not None]
    texts = [value for value in values if isinstance(value, (str, bool))]
    if texts or not numbers:
        mixed = tuple(_text(value) for value in values)
        filled = [text for text in mixed if text != NOTHING]
        return mixed, bool(filled) and all(_NUMERIC.match(text) for text in filled)
    places = decimals(numbers)
    if percent and places:
        places = 1
    return tuple(NOTHING if (made := finite(value)) is None else _number(made, places, label) for value in values), True


def decimals(numbers: Sequence[float]) -> int:
    """Return how many decimals a column needs: its largest value keeps three significant digits, its middle one two.

    Examples
    --------
    >>> decimals([0.0155, 0.0021]), decimals([160850.4, 93000.1]), decimals([1.5, 20.25]), decimals([3.0, 4.0])
    (4, 0, 1, 0)
    """
    if all(value == int(value) for value in numbers):
        return 0
    sizes = sorted(abs(value) for value in numbers if value)
    largest, middle = (math.floor(math.log10(size)) for size in (sizes[-1], sizes[len(sizes) // 2]))
    return min(4, max(0, 2 - largest, 1 - middle))


def fixed(value: float, places: int, *, sign: bool = False) -> str:
    """Write a number with a fixed count of decimals and a true minus; no sign on what rounds to zero.

    Examples
    --------
    >>> fixed(-0.04, 1), fixed(12.25, 1, sign=True), fixed(1e15, 0)
    ('0.0', '+12.2', '1.00e15')
    """
    if abs(value) >= 1e12:
        return number(value)
    text = f"{value:+,.{places}f}" if sign else f"{value:,.{places}f}"
    if float(text.replace(",", "")) == 0:
        text = f"{0:.{places}f}"
    return text.replace("-", MINUS)


def between(low: str, high: str) -> str:
    """Write an interval of two written numbers.

    Examples
    --------
    >>> between("−5.0%", "−2.1%")
    '−5.0% to −2.1%'
    """
    return pick(f"{low} to {high}", f"{low} 至 {high}")


def p_text(p: float) -> str:
    """Write a p-value for a table: its relation sign only where it is not equality.

    Examples
    --------
    >>> p_text(1e-9), p_text(0.0123)
    ('< 0.001', '0.012')
    """
    return p_value(p).removeprefix("= ")


def _number(value: float, places: int, label: str) -> str:
    if _P_LABEL.search(label) and 0 <= value <= 1:
        return p_text(value)
    if places == 0 and _YEAR_LABEL.search(label) and 1000 <= value < 10_000:
        return f"{value:.0f}"
    if value and abs(value) < 0.5 * 10**-places:
        return f"< {10.0**-places:.{places}f}" if value > 0 else f"> {fixed(-(10.0**-places), places)}"  # not nothing
    return count(value) if places == 0 and abs(value) < 1e12 else fixed(value, places)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return pick("yes", "是") if value else pick("no", "否")
    made = finite(value)
    if made is not None:
        return count(made) if made == int(made) and abs(made) < 1e12 else number(made)
    return value if isinstance(value, str) and value else NOTHING
