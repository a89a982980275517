"""Results of `k2lab.stats` as blocks of a report: tables, tests, checks and what was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from k2lab.locale.numbers import count as count_text
from k2lab.locale.numbers import number
from k2lab.report.digits import NOTHING, between, column, finite, fixed, p_text
from k2lab.report.estimates import (
    Made,
    Span,
    effect_text,
    estimates_grid,
    glyphs_of,
    interval_label,
    is_estimate,
    items,
    told_by,
)
from k2lab.report.model import Block, Entry, Grid, Heading, Link, Remark


def said(result: Made, *roles: str) -> tuple[str, ...]:
    """Return the sentences of a result that have one of the roles, the weightiest first."""
    found = [item for item in items(result, "sentences") if item.get("role", "finding") in roles]
    found.sort(key=lambda item: -(finite(item.get("weight")) or 0.0))
    return tuple(str(item["text"]) for item in found if item.get("text"))


def blocks_of(result: Made, *, link: Link | None, words: Mapping[str, str], told: frozenset[str]) -> Iterator[Block]:
    """Lay a result out: what was found, its tables and estimates, and what to be careful about.

    Parameters
    ----------
    result : mapping
        What `Result.to_dict` returned.
    link : Link or None
        To the cell that made it.
    words : mapping
        The report's words.
    told : frozenset of str
        Sentences that stand in the summary already.
    """
    findings = tuple(text for text in said(result, "headline", "finding") if text not in told)
    if findings:
        yield Remark(tone="finding", texts=findings)
    title = str(result.get("title", ""))
    tables = items(result, "tables")
    estimates = [item for item in items(result, "estimates") if is_estimate(item)]
    drawn: dict[int, tuple[Span, str]] = {}
    for unit, group in groupby(estimates, key=lambda item: str(item.get("unit", ""))):
        made = list(group)
        at, span = next(((at, span) for at, table in enumerate(tables) if (span := told_by(table, made))), (-1, None))
        if span is None:
            yield estimates_grid(made, unit, title, link, words)
        else:
            drawn[at] = (
                span,
                interval_label(made, words),
            )  # the table says it all, and more: the intervals are drawn there
    for at, table in enumerate(tables):
        grid = _table(table, link, *drawn.get(at, (None, "")))
        if grid is not None:
            yield grid
    caveats = said(result, "caveat")
    if caveats:
        yield Remark(tone="caveat", texts=caveats)
    warnings = result.get("warnings")
    if isinstance(warnings, (list, tuple)) and warnings:
        yield Remark(tone="warning", texts=tuple(str(text) for text in warnings))


def checks_of(results: Sequence[tuple[Made, Link | None]], *, words: Mapping[str, str]) -> Grid | None:
    """Return every check of the results as one table, each kept once, or None where there are none."""
    rows: list[tuple[Entry, ...]] = []
    seen: set[tuple[str, ...]] = set()
    for result, link in results:
        for item in items(result, "checks"):
            passed = item.get("passed")
            mark = passed if isinstance(passed, bool) else None
            state = words["noted"] if mark is None else words["passed"] if mark else words["failed"]
            texts = [str(item.get(key, "")) for key in ("name", "reading", "action")]
            if tuple(texts) not in seen:
                seen.add(tuple(texts))
                name, *told = texts
                rows.append(
                    (Entry(text=name, link=link), *(Entry(text=text) for text in told), Entry(text=state, passed=mark))
                )
    if not rows:
        return None
    labels = (words["check"], words["reading"], words["action"], words["state"])
    return Grid(title=words["checks-title"], columns=tuple(Heading(label=label) for label in labels), rows=tuple(rows))


def tests_of(results: Sequence[tuple[Made, Link | None]], *, words: Mapping[str, str]) -> Grid | None:
    """Return every significance test of the results as one table; columns that all tests leave empty are left out."""
    tests = [(test, link) for result, link in results for test in items(result, "tests")]
    tests = [(test, link) for test, link in tests if finite(test.get("p")) is not None]
    if not tests:
        return None
    headings = (
        Heading(label=words["test"]),
        Heading(label=words["method"]),
        Heading(label=words["statistic"], number=True),
        Heading(label="p", number=True),
        Heading(label=words["adjusted"], number=True),
        Heading(label=words["effect"]),
        Heading(label="n", number=True),
    )
    rows = [
        (
            Entry(text=str(test.get("label", "")), link=link),
            Entry(text=str(test.get("method", "")) or NOTHING),
            Entry(text=_statistic(test)),
            *(Entry(text=_written(test.get(key), p_text)) for key in ("p", "p_adjusted")),
            Entry(text=effect_text(test.get("effect"))),
            Entry(text=_written(test.get("n"), count_text)),
        )
        for test, link in tests
    ]
    kept = [at for at in range(len(headings)) if at == 0 or any(row[at].text != NOTHING for row in rows)]
    return Grid(
        title=words["tests"],
        columns=tuple(headings[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in rows),
    )


def _written(value: object, write: Callable[[float], str]) -> str:
    made = finite(value)
    return NOTHING if made is None else write(made)


def _table(table: Made, link: Link | None, span: Span | None, interval: str) -> Grid | None:
    labels = table.get("columns")
    if not isinstance(labels, (list, tuple)) or not labels:
        return None
    rows = [row for row in table.get("rows", ()) if isinstance(row, (list, tuple)) and len(row) == len(labels)]
    if not rows:
        return None
    title = str(table.get("title", ""))
    headings: list[Heading] = []
    entries: list[list[Entry]] = [[] for _ in rows]

    def add(heading: Heading, column: Sequence[Entry]) -> None:
        headings.append(heading)
        for row, entry in zip(entries, column, strict=True):
            row.append(entry)

    texts = [
        column([row[at] for row in rows], str(label), percent="%" in f"{label}{title}")
        for at, label in enumerate(labels)
    ]
    value, low, high = span or (-1, -1, -1)
    for at, label in enumerate(labels):
        if at == low:  # one column for both ends
            ends = zip(texts[low][0], texts[high][0], strict=True)
            add(Heading(label=interval, number=True), [Entry(text=between(*pair)) for pair in ends])
        elif at != high:
            written, is_number = texts[at]
            if at and not is_number:  # remarks: nothing is a blank, and a column of blanks is none
                written = tuple("" if text == NOTHING else text for text in written)
            if any(text not in ("", NOTHING) for text in written):
                add(Heading(label=str(label), number=is_number and at > 0), [Entry(text=text) for text in written])
        if at == value:
            glyphs = glyphs_of([tuple(finite(row[place]) for place in (value, low, high)) for row in rows])
            add(Heading(label=" "), [Entry(text="", glyph=glyph) for glyph in glyphs])
    return Grid(
        title=title,
        columns=tuple(headings),
        rows=tuple(tuple(row) for row in entries),
        note=str(table.get("note", "")),
        link=link,
    )


def _statistic(test: Made) -> str:
    value = finite(test.get("statistic"))
    if value is None:
        return NOTHING
    symbol = {"chi2": "χ²"}.get(str(test.get("symbol", "")), str(test.get("symbol", "")))
    df = [finite(part) for part in test.get("df", ()) or ()] if isinstance(test.get("df"), (list, tuple)) else []
    told = [count_text(part) if part == round(part) else fixed(part, 1) for part in df if part is not None]
    return f"{symbol}({', '.join(told)}) = {number(value, 4)}" if told else f"{symbol} = {number(value, 4)}"
