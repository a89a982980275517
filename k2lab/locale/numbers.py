"""Numbers as a person reads them: one way to write each kind, in every sentence, table and axis."""

from __future__ import annotations

import math

MINUS = "\u2212"


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def count(value: float) -> str:
    """Write a count with thousands separated.

    Examples
    --------
    >>> count(133000)
    '133,000'
    """
    return _signed(f"{round(value):,}")


def number(value: float, digits: int = 3) -> str:
    """Write a measured number with about `digits` significant digits, never in scientific notation by surprise.

    Examples
    --------
    >>> number(160850.2), number(0.0155), number(-7.4213), number(2e-9), number(0.9996)
    ('160,850', '0.0155', '\u22127.42', '2.00e\u22129', '1.00')
    """
    if not math.isfinite(value):
        raise ValueError("a number that is not finite must not reach a reader")
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}"))))  # of the rounded value: 0.9996 is 1.00
    if size < -4 or size > 12:
        return _signed(f"{value:.{digits - 1}e}").replace("e\u22120", "e\u2212").replace("e+", "e")
    places = max(0, digits - 1 - size)
    return _signed(f"{value:,.{places}f}")


def spanned(value: float, low: float, high: float, digits: int = 3) -> tuple[str, str, str]:
    """Write a value and its interval, with more digits where rounding would swallow the interval.

    Examples
    --------
    >>> spanned(2023.61, 2023.58, 2023.64), spanned(12.34, 11.2, 13.5)
    (('2023.610', '2023.580', '2023.640'), ('12.3', '11.2', '13.5'))
    """
    size, width = max(abs(value), abs(low), abs(high)), high - low
    if not (width > 0 and math.isfinite(width) and 1e-4 <= size < 1e12):
        return number(value, digits), number(low, digits), number(high, digits)
    places = max(0, digits - 1 - math.floor(math.log10(size)))
    if width >= 2 * 10.0**-places:
        return number(value, digits), number(low, digits), number(high, digits)
    places = max(places, min(1 - math.floor(math.log10(width)), 14 - math.floor(math.log10(size))))
    comma = "," if size >= 10_000 else ""  # a year has none
    texts = (_signed(f"{v:{comma}.{places}f}") for v in (value, low, high))
    return next(texts), next(texts), next(texts)


def plain(value: float, digits: int = 4, *, grouped: bool = True) -> str:
    """Write a value of the data, or a level, without zeros that it does not have.

    Parameters
    ----------
    value : float
    digits : int
        Significant digits at most, where the value has more.
    grouped : bool
        Whether thousands are separated; a level below 10,000 (a year) is better without.

    Examples
    --------
    >>> plain(11.0), plain(23.5), plain(0.70537), plain(2024.0, grouped=False), plain(57.6)
    ('11', '23.5', '0.7054', '2024', '57.6')
    """
    if float(value).is_integer() and abs(value) < 1e12:
        text = f"{value:,.0f}" if grouped or abs(value) >= 10_000 else f"{value:.0f}"
        return _signed(text)
    text = number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def percent(share: float, places: int = 1, *, sign: bool = False) -> str:
    """Write a share of one as percent.

    Examples
    --------
    >>> percent(-0.074), percent(0.123, sign=True)
    ('\u22127.4%', '+12.3%')
    """
    text = f"{share * 100:+.{places}f}%" if sign else f"{share * 100:.{places}f}%"
    zero = f"{0:.{places}f}%"
    if text.lstrip("+-") == zero:
        text = zero
    return _signed(text)


def p_value(p: float) -> str:
    """Write a p-value with its relation sign, never as zero.

    Examples
    --------
    >>> p_value(3e-40), p_value(0.0123), p_value(0.4)
    ('< 0.001', '= 0.012', '= 0.40')
    """
    if p < 0.001:
        return "< 0.001"
    return f"= {p:.3f}" if p < 0.1 else f"= {p:.2f}"
