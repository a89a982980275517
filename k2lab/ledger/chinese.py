"""Chinese numerals: 三千五百, 两万, 七点四, 三分之一, as numbers."""

from __future__ import annotations

DIGITS = "零〇一二三四五六七八九两"
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_VALUES = {letter: value for value, letter in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def chinese_number(text: str) -> float | None:
    """Read a Chinese numeral, or return None where the letters are none.

    Examples
    --------
    >>> chinese_number("三千五百"), chinese_number("两万"), chinese_number("十二"), chinese_number("七点四")
    (3500.0, 20000.0, 12.0, 7.4)
    >>> chinese_number("一亿二千万"), chinese_number("百") is None
    (120000000.0, True)
    """
    whole, point, places = text.partition("点")
    if not whole or (point and not places) or any(letter not in _VALUES for letter in places):
        return None
    if len(whole) > 1 and all(letter in _VALUES for letter in whole):  # digit by digit: 二〇二四
        made = float("".join(str(_VALUES[letter]) for letter in whole))
    else:
        read = _grouped(whole)
        if read is None:
            return None
        made = read
    return made + float("0." + "".join(str(_VALUES[letter]) for letter in places)) if point else made


def _grouped(text: str) -> float | None:
    total = section = digit = 0
    for at, letter in enumerate(text):
        if letter in _VALUES:
            digit = _VALUES[letter]
        elif letter in UNITS:
            unit = UNITS[letter]
            if at == 0 and unit != 10:
                return None
            if unit >= 10_000:
                part = section + digit
                total = total + part * unit if unit < total else (total + part) * unit
                section = digit = 0
            else:
                section += (digit or (1 if unit == 10 and not section else 0)) * unit
                digit = 0
        else:
            return None
    return float(total + section + digit)
