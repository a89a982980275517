"""Results of `k2lab.stats` as tables of a report: estimates with their intervals, tests, checks and what was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby
from typing import Any

from k2lab.locale.numbers import count as count_text
from k2lab.locale.numbers import number
from k2lab.report.digits import NOTHING, column, decimals, finite, fixed, p_text
from k2lab.report.model import Block, Entry, Glyph, Grid, Heading, Link, Remark

Made = Mapping[str, Any]


def items(result: Made, key: str) -> list[Made]:
    """Return the parts of a result that are mappings; a file may hold anything."""
    made = result.get(key)
    return [item for item in made if isinstance(item, Mapping)] if isinstance(made, (list, tuple)) else []


def said(result: Made, *roles: str) -> tuple[str, ...]:
    """Return the sentences of a result that have one of the roles, the weightiest first."""
    found = [item for item in items(result, "sentences") if item.get("role", "finding") in roles]
    found.sort(key=lambda item: -(finite(item.get("weight")) or 0.0))
    return tuple(str(item["text"]) for item in found if item.get("text"))


def blocks_of(
    result: Made, *, link: Link | None, numbers: count[int], words: Mapping[str, str], told: frozenset[str]
) -> Iterator[Block]:
    """Lay a result out: what was found, its tables and estimates, and what to be careful about.

    Parameters
    ----------
    result : mapping
        What `Result.to_dict` returned.
    link : Link or None
        To the cell that made it.
    numbers : itertools.count
        Gives the next table number.
    words : mapping
        The report's words.
    told : frozenset of str
        Sentences that stand in the summary already.
    """
    findings = tuple(text for text in said(result, "headline", "finding") if text not in told)
    if findings:
        yield Remark(tone="finding", texts=findings)
    title = str(result.get("title", ""))
    estimates = [item for item in items(result, "estimates") if _is_estimate(item)]
    for unit, group in groupby(estimates, key=lambda item: str(item.get("unit", ""))):
        yield _estimates(list(group), unit, title, link, next(numbers), words)
    for table in items(result, "tables"):
        grid = _table(table, link)
        if grid is not None:
            yield _numbered(grid, next(numbers))
    caveats = said(result, "caveat")
    if caveats:
        yield Remark(tone="caveat", texts=caveats)
    warnings = result.get("warnings")
    if isinstance(warnings, (list, tuple)) and warnings:
        yield Remark(tone="warning", texts=tuple(str(text) for text in warnings))


def checks_of(result: Made, *, link: Link | None, numbers: count[int], words: Mapping[str, str]) -> Grid | None:
    """Return the checks of a result as a table, or None where there are none."""
    rows = []
    for item in items(result, "checks"):
        passed = item.get("passed")
        state = {True: words["passed"], False: words["failed"]}.get(passed, words["noted"])
        mark = passed if isinstance(passed, bool) else None
        texts = [str(item.get(key, "")) for key in ("name", "reading", "action")]
        rows.append((*(Entry(text=text) for text in texts), Entry(text=state, passed=mark)))
    if not rows:
        return None
    labels = (words["check"], words["reading"], words["action"], words["state"])
    return Grid(
        number=next(numbers),
        title=str(result.get("title", "")),
        columns=tuple(Heading(label=label) for label in labels),
        rows=tuple(rows),
        link=link,
    )


def tests_of(results: Sequence[tuple[Made, Link | None]], *, number: int, words: Mapping[str, str]) -> Grid | None:
    """Return every significance test of the results as one table."""
    rows = []
    for result, link in results:
        for test in items(result, "tests"):
            p = finite(test.get("p"))
            if p is None:
                continue
            adjusted = finite(test.get("p_adjusted"))
            n = finite(test.get("n"))
            rows.append(
                (
                    Entry(text=str(test.get("label", "")), link=link),
                    Entry(text=str(test.get("method", ""))),
                    Entry(text=_statistic(test)),
                    Entry(text=p_text(p)),
                    Entry(text=NOTHING if adjusted is None else p_text(adjusted)),
                    Entry(text=_effect(test.get("effect"))),
                    Entry(text=NOTHING if n is None else count_text(n)),
                )
            )
    if not rows:
        return None
    columns = (
        Heading(label=words["test"]),
        Heading(label=words["method"]),
        Heading(label=words["statistic"], number=True),
        Heading(label="p", number=True),
        Heading(label=words["adjusted"], number=True),
        Heading(label=words["effect"], number=True),
        Heading(label="n", number=True),
    )
    return Grid(number=number, title=words["tests"], columns=columns, rows=tuple(rows))


def claimed(text: str, results: Sequence[Made]) -> tuple[str, str]:
    """Find the estimate that a sentence quotes whole (value and both ends), as a large figure and its interval.

    A sentence that quotes no estimate, or only a part of one, gets none: a figure that merely looks alike is worse.

    Examples
    --------
    >>> made = {"estimates": [{"value": -13.21, "low": -15.4, "high": -10.96, "unit": "%", "n": 12, "level": 0.95}]}
    >>> claimed("EN rows paid 13.2% less (95% CI −15.4% to −11.0%).", [made])
    ('−13.2%', '95%: −15.4% … −11.0%')
    >>> claimed("13.2 of something", [made])
    ('', '')
    """
    plain = text.replace("\u2212", "-")
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    quoted = re.findall(r"\d+(?:\.\d+)?", plain)
    best: tuple[int, str, str] | None = None
    for result in results:
        for item in (item for item in items(result, "estimates") if _is_estimate(item)):
            value, low, high = (float(item[key]) for key in ("value", "low", "high"))
            for places in (3, 2, 1, 0):
                wanted = [f"{abs(part):.{places}f}" for part in (value, low, high)]
                if all(part in quoted for part in wanted):
                    unit = str(item.get("unit", ""))
                    sign = unit == "%" and low < 0
                    at = quoted.index(wanted[0])
                    figure = _with_unit(fixed(value, places, sign=sign), unit)
                    ends = " … ".join(_with_unit(fixed(part, places, sign=sign), unit) for part in (low, high))
                    if best is None or at < best[0]:
                        best = (at, figure, f"{_level(item)}: {ends}")
                    break
    return (best[1], best[2]) if best else ("", "")


def _is_estimate(item: Made) -> bool:
    return all(finite(item.get(key)) is not None for key in ("value", "low", "high"))


def _level(item: Made) -> str:
    return f"{100 * (finite(item.get('level')) or 0.95):g}%"


def _with_unit(text: str, unit: str) -> str:
    return f"{text}%" if unit == "%" else text


def _estimates(
    group: list[Made], unit: str, title: str, link: Link | None, at: int, words: Mapping[str, str]
) -> Grid:
    ends = [[float(item[key]) for key in ("value", "low", "high")] for item in group]
    places = min(decimals([value for value, _, _ in ends]), 2 if unit == "%" else 4)
    if unit == "%":
        places = 1
    sign = any(low < 0 for _, low, _ in ends)
    glyphs = _glyphs(ends)
    levels = {_level(item) for item in group}
    shown = f"{words['estimate']} ({unit})" if unit and unit != "%" else words["estimate"]
    columns = [
        Heading(label=" "),
        Heading(label=shown, number=True),
        *([Heading(label=" ")] if glyphs else []),
        Heading(label=f"{levels.pop()} {words['interval']}" if len(levels) == 1 else words["interval"], number=True),
        Heading(label="n", number=True),
    ]
    ps = [(finite(item.get("p")), finite(item.get("p_adjusted"))) for item in group]
    with_p = any(p is not None for p, _ in ps)
    with_adjusted = any(adjusted is not None for _, adjusted in ps)
    columns += [Heading(label="p", number=True)] if with_p else []
    columns += [Heading(label=words["adjusted"], number=True)] if with_adjusted else []
    rows = []
    for at_row, (item, (value, low, high), (p, adjusted)) in enumerate(zip(group, ends, ps, strict=True)):
        figures = [_with_unit(fixed(part, places, sign=sign), unit) for part in (value, low, high)]
        n = finite(item.get("n"))
        row = [Entry(text=str(item.get("label", ""))), Entry(text=figures[0])]
        row += [Entry(text="", glyph=glyphs[at_row])] if glyphs else []
        row += [Entry(text=f"{figures[1]} … {figures[2]}"), Entry(text=NOTHING if n is None else count_text(n))]
        row += [Entry(text=NOTHING if p is None else p_text(p))] if with_p else []
        row += [Entry(text=NOTHING if adjusted is None else p_text(adjusted))] if with_adjusted else []
        rows.append(tuple(row))
    methods = dict.fromkeys(str(item["method"]) for item in group if item.get("method"))
    note = "; ".join(list(methods)[:3])
    return Grid(number=at, title=title, columns=tuple(columns), rows=tuple(rows), note=note, link=link)


def _glyphs(ends: list[list[float]]) -> list[Glyph]:
    """Put intervals on one scale; zero is on it when it is near, and gets a line."""
    if len(ends) < 2:
        return []
    low, high = min(part[1] for part in ends), max(part[2] for part in ends)
    if low > 0 and low < 0.5 * high:
        low = 0.0
    if high < 0 and high > 0.5 * low:
        high = 0.0
    span = high - low
    if span <= 0:
        return []

    def place(value: float) -> float:
        return round(4 + 92 * (value - low) / span, 2)

    zero = place(0.0) if low <= 0 <= high else None
    return [Glyph(low=place(lo), middle=place(value), high=place(hi), zero=zero) for value, lo, hi in ends]


def _table(table: Made, link: Link | None) -> Grid | None:
    labels = table.get("columns")
    if not isinstance(labels, (list, tuple)) or not labels:
        return None
    rows = [row for row in table.get("rows", ()) if isinstance(row, (list, tuple)) and len(row) == len(labels)]
    if not rows:
        return None
    made = [column([row[at] for row in rows], str(label)) for at, label in enumerate(labels)]
    return Grid(
        number=0,
        title=str(table.get("title", "")),
        columns=tuple(
            Heading(label=str(label), number=right and at > 0)
            for at, (label, (_, right)) in enumerate(zip(labels, made, strict=True))
        ),
        rows=tuple(tuple(Entry(text=texts[at]) for texts, _ in made) for at in range(len(rows))),
        note=str(table.get("note", "")),
        link=link,
    )


def _numbered(grid: Grid, at: int) -> Grid:
    from dataclasses import replace

    return replace(grid, number=at)


def _statistic(test: Made) -> str:
    value = finite(test.get("statistic"))
    if value is None:
        return NOTHING
    symbol = {"chi2": "χ²"}.get(str(test.get("symbol", "")), str(test.get("symbol", "")))
    df = [finite(part) for part in test.get("df", ()) or ()] if isinstance(test.get("df"), (list, tuple)) else []
    told = [count_text(part) if part == round(part) else fixed(part, 1) for part in df if part is not None]
    return f"{symbol}({', '.join(told)}) = {number(value, 4)}" if told else f"{symbol} = {number(value, 4)}"


def _effect(effect: object) -> str:
    if not isinstance(effect, Mapping) or not _is_estimate(effect):
        return NOTHING
    unit = str(effect.get("unit", ""))
    value, low, high = (float(effect[key]) for key in ("value", "low", "high"))
    places = 1 if unit == "%" else min(4, max(2, decimals([value or 1.0])))
    parts = [_with_unit(fixed(part, places), unit) for part in (value, low, high)]
    return f"{effect.get('label', '')} {parts[0]} ({_level(effect)}: {parts[1]} … {parts[2]})".strip()
