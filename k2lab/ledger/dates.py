"""Dates in a text, and whether one was shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_DATE = re.compile(
    r"(?<![\d.,-])(?:(?P<y1>[12]\d{3})[-/](?P<m1>0?[1-9]|1[0-2])(?:[-/](?P<d1>[0-3]?\d))?(?![\d-])"
    r"|(?P<y2>[12]\d{3})\s?年(?:\s?(?P<m2>1?\d)\s?月(?:\s?(?P<d2>[0-3]?\d)\s?日)?)?"
    rf"|(?:(?P<d3>[0-3]?\d)\s)?(?P<m3>{_MONTHS}|{_SHORT})\.?\s(?:(?P<d4>[0-3]?\d),\s)?(?P<y3>[12]\d{{3}})"
    r"|Q(?P<q>[1-4])\s(?P<y4>[12]\d{3})|(?P<y5>[12]\d{3})\s?Q(?P<q2>[1-4]))(?!\d)"
)
_CLOCK = re.compile(r"(?<![\d:])[0-2]?\d:[0-5]\d(?::[0-5]\d)?(?![\d:])")
_NAMES = {name[:3]: at for at, name in enumerate(_MONTHS.split("|"), 1)}


def dates(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the dates and times of a text stand.

    Examples
    --------
    >>> said = "From 2021-03-05 to March 2024, 2020年3月, at 10:30."
    >>> [said[start:end] for start, end in dates(said)]
    ['2021-03-05', 'March 2024', '2020年3月', '10:30']
    """
    found = [match.span() for pattern in (_DATE, _CLOCK) for match in pattern.finditer(text)]
    yield from sorted(found)


def date_key(text: str) -> tuple[int, ...]:
    """Return year, month and day of a date, as far as it has them; empty for a time.

    Examples
    --------
    >>> date_key("March 2024"), date_key("2021-03-05"), date_key("2020年"), date_key("10:30")
    ((2024, 3), (2021, 3, 5), (2020,), ())
    """
    found = _DATE.search(text)
    if found is None:
        return ()
    said = found.groupdict()

    def first(*names: str) -> str:
        return next((said[name] for name in names if said[name]), "")

    year, month, day = first("y1", "y2", "y3", "y4", "y5"), first("m1", "m2", "m3"), first("d1", "d2", "d3", "d4")
    parts = [int(year)]
    if month:
        parts.append(_NAMES[month[:3]] if month[0].isalpha() else int(month))
        if day:
            parts.append(int(day))
    return tuple(parts)
