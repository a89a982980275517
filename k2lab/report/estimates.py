"""Estimates in a report: a table with their intervals drawn, and the large figure beside a sentence that quotes one."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.report.digits import NOTHING, between, decimals, finite, fixed, p_text
from k2lab.report.model import Entry, Glyph, Grid, Heading, Link

Made = Mapping[str, Any]
"""A part of a result as JSON has it."""

Span = tuple[int, int, int]
"""Places of value, low and high among the columns of a table."""

_PARTS = ("value", "low", "high")
_NEAR = 8


def items(result: Made, key: str) -> list[Made]:
    """Return the parts of a result that are mappings; a file may hold anything."""
    made = result.get(key)
    return [item for item in made if isinstance(item, Mapping)] if isinstance(made, (list, tuple)) else []


def is_estimate(item: Made) -> bool:
    """Tell whether a part has a value and an interval that are finite."""
    return all(finite(item.get(key)) is not None for key in _PARTS)


def effect_text(effect: object) -> str:
    """Write an effect size with its interval in one line; a dash where there is none."""
    if not isinstance(effect, Mapping) or not is_estimate(effect):
        return NOTHING
    unit = str(effect.get("unit", ""))
    value, low, high = _numbers(effect)
    places = 1 if unit == "%" else min(4, max(2, decimals([value or 1.0])))
    parts = [_with_unit(fixed(part, places), unit) for part in (value, low, high)]
    return f"{effect.get('label', '')} {parts[0]} ({_level(effect)}: {between(parts[1], parts[2])})".strip()


def estimates_grid(group: Sequence[Made], unit: str, title: str, link: Link | None, words: Mapping[str, str]) -> Grid:
    """Lay estimates of one unit out as a table with their intervals drawn on one scale."""
    ends = [_numbers(item) for item in group]
    places = 1 if unit == "%" else decimals([part for row in ends for part in row])
    sign = any(low < 0 for _, low, _ in ends)
    glyphs = glyphs_of(ends)
    told = f"{words['estimate']} ({unit})" if unit and unit != "%" else words["estimate"]
    ps = [(finite(item.get("p")), finite(item.get("p_adjusted"))) for item in group]
    with_p, with_adjusted = any(p is not None for p, _ in ps), any(p is not None for _, p in ps)
    columns = [Heading(label=" "), Heading(label=told, number=True)]
    columns += [Heading(label=" ")] if glyphs else []
    columns += [Heading(label=interval_label(group, words), number=True), Heading(label="n", number=True)]
    columns += [Heading(label="p", number=True)] if with_p else []
    columns += [Heading(label=words["adjusted"], number=True)] if with_adjusted else []
    rows = []
    for at, (item, parts, (p, adjusted)) in enumerate(zip(group, ends, ps, strict=True)):
        figures = [_with_unit(fixed(part, places, sign=sign), unit) for part in parts]
        n = finite(item.get("n"))
        row = [Entry(text=str(item.get("label", ""))), Entry(text=figures[0])]
        row += [Entry(text="", glyph=glyphs[at])] if glyphs else []
        row += [Entry(text=between(figures[1], figures[2])), Entry(text=NOTHING if n is None else count(n))]
        row += [Entry(text=NOTHING if p is None else p_text(p))] if with_p else []
        row += [Entry(text=NOTHING if adjusted is None else p_text(adjusted))] if with_adjusted else []
        rows.append(tuple(row))
    methods = dict.fromkeys(str(item["method"]) for item in group if item.get("method"))
    note = "; ".join(list(methods)[:3])
    return Grid(title=title, columns=tuple(columns), rows=tuple(rows), note=note, link=link)


def interval_label(group: Sequence[Made], words: Mapping[str, str]) -> str:
    """Name the intervals of estimates by their level, where they share one."""
    levels = {_level(item) for item in group}
    return f"{levels.pop()} {words['interval']}" if len(levels) == 1 else words["interval"]


def glyphs_of(rows: Sequence[tuple[float | None, ...]]) -> tuple[Glyph | None, ...]:
    """Put intervals (value, low, high) on one scale; zero is on it when it is near, and gets a line.

    Examples
    --------
    >>> first, second, none = glyphs_of([(-5, -10, 0), (5, 0, 10), (None, None, None)])
    >>> first.zero == first.high == second.low, none is None
    (True, True)
    """
    known = [row for row in rows if None not in row]
    ends = [part for row in known for part in row if part is not None]
    if len(known) < 2 or min(ends) == max(ends):
        return ()
    low, high = min(ends), max(ends)
    if 0 < low < 0.5 * high:
        low = 0.0
    if 0.5 * low < high < 0:
        high = 0.0

    def place(value: float | None) -> float:
        return round(4 + 92 * ((value or 0.0) - low) / (high - low), 2)

    zero = place(0.0) if low <= 0 <= high else None
    return tuple(
        None if None in row else Glyph(low=place(row[1]), middle=place(row[0]), high=place(row[2]), zero=zero)
        for row in rows
    )


def told_by(table: Made, estimates: Sequence[Made]) -> Span | None:
    """Return where a table holds every one of the estimates with its interval, one a row; None if it does not."""
    rows = [[finite(value) for value in row] for row in table.get("rows", ()) if isinstance(row, (list, tuple))]
    if len({_numbers(item) for item in estimates}) < 2 or len(rows) > 1.5 * len(estimates):
        return None
    first = _numbers(estimates[0])
    for row in rows:
        places = [next((at for at, value in enumerate(row) if _same(value, part)), None) for part in first]
        value, low, high = places
        if value is None or low is None or high is None or len({value, low, high}) < 3:
            continue
        span = (value, low, high)
        if all(any(_holds(row, span, item) for row in rows) for item in estimates):
            return span
    return None


def claimed(text: str, results: Sequence[Made]) -> tuple[str, str]:
    """Find the estimates that a sentence quotes whole, as a large figure and, of a single one, its interval.

    An estimate is quoted whole when its value stands before its two ends, which follow each other. A sentence that
    quotes none gets none: a figure that merely looks alike is worse. Of several, the first and the last are told.

    Examples
    --------
    >>> made = {"estimates": [{"value": -13.21, "low": -15.4, "high": -10.96, "unit": "%", "n": 12, "level": 0.95}]}
    >>> claimed("EN rows paid 13.2% less (95% CI −15.4% to −11.0%).", [made])
    ('−13.2%', '95% interval −15.4% to −11.0%')
    >>> claimed("13.2 of something", [made])
    ('', '')
    """
    quoted = re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text))
    found: dict[int, tuple[str, str]] = {}
    candidates = [(item, "") for result in results for item in items(result, "estimates")]
    effects = [test.get("effect") for result in results for test in items(result, "tests")]
    candidates += [(effect, str(effect.get("label", ""))) for effect in effects if isinstance(effect, Mapping)]
    candidates = [(item, label) for item, label in candidates if is_estimate(item)]
    signed = {item.get("unit") for item, _ in candidates if item["low"] < 0}
    for item, label in candidates:
        parts = _numbers(item)
        for places in (4, 3, 2, 1, 0):
            value, low, high = (f"{abs(part):.{places}f}" for part in parts)
            if low == high:  # rounded away: any two like digits of the text would do
                break
            at = next((at for at in range(1, len(quoted) - 1) if quoted[at : at + 2] == [low, high]), None)
            if at is not None and value in quoted[max(0, at - _NEAR) : at]:
                unit = str(item.get("unit", ""))
                figures = [_with_unit(fixed(part, places, sign=item.get("unit") in signed), unit) for part in parts]
                told = pick(f"{_level(item)} interval", f"{_level(item)} 区间") + f" {between(figures[1], figures[2])}"
                found.setdefault(at, (figures[0], f"{label}: {told}" if label else told))
                break
    if not found:
        return "", ""
    first, last = found[min(found)], found[max(found)]
    return first if len(found) == 1 else (pick(f"{first[0]} to {last[0]}", f"{first[0]} 至 {last[0]}"), "")


def _numbers(item: Made) -> tuple[float, ...]:
    return tuple(float(item[key]) for key in _PARTS)


def _same(value: float | None, part: float) -> bool:
    return value is not None and math.isclose(value, part, rel_tol=1e-9, abs_tol=1e-12)


def _holds(row: Sequence[float | None], span: Span, item: Made) -> bool:
    return len(row) > max(span) and all(_same(row[at], float(item[key])) for at, key in zip(span, _PARTS, strict=True))


def _level(item: Made) -> str:
    return f"{100 * (finite(item.get('level')) or 0.95):g}%"


def _with_unit(text: str, unit: str) -> str:
    return f"{text}%" if unit == "%" else text
