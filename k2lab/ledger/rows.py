"""Rows: tables and printed lines as values, each with the names of its row and its column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from k2lab.cells.observe import clean
from k2lab.ledger.kinds import kind_of, spoken_kind
from k2lab.ledger.numerals import Numeral, numerals
from k2lab.ledger.shown import Shown, add, finite, place_of
from k2lab.ledger.tables import Grid, printed_tables
from k2lab.ledger.value import Unit
from k2lab.locale import pick

_SIGNED = re.compile(
    r"diff|change|gap|effect|coef|slope|delta|growth|correl|差|变化|系数|增长|斜率|slope|skew", re.IGNORECASE
)
_PERCENT = re.compile(r"%|percent|pct|百分", re.IGNORECASE)
_SHARE = re.compile(r"share|proportion|fraction|rate\b|占比|比例|率", re.IGNORECASE)
_LEVEL = re.compile(r"\d+(?:\.\d+)?\s?%")
_REFERENCE = re.compile(r"\breference\b|参照|基准", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_NO_LABEL = {"flag", "type", "read as", "looks like", "dtype"}
_LONGEST_LABEL = 60
_LONGEST_TEXT = 200_000


def signed_by(head: str) -> bool:
    """Tell whether a heading says that signs tell a direction."""
    return bool(_SIGNED.search(head))


def table_values(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], shown: Shown, key: str) -> None:
    """Collect a table whose numbers are numbers."""
    labels = 0
    while labels < len(heads) and rows and all(isinstance(row[labels], str) for row in rows):
        labels += 1
    table = f"{shown.step}.{key}"
    columns = [[finite(row[at]) for row in rows] for at in range(len(heads))]
    unit: Unit = ""
    signed = False
    for at, head in enumerate(heads):
        if at < labels:
            continue
        before = unit, signed
        unit, kind, signed = _column(head, [value for value in columns[at] if value is not None], title)
        if kind in ("low", "high"):  # an interval is in the unit of what it is of
            unit, signed = before
        for number, row in enumerate(rows):
            said = " ".join(str(cell) for cell in row[:labels])
            names = {
                heads[place]: str(row[place])
                for place in range(labels)
                if heads[place] not in _NO_LABEL and 0 < len(str(row[place])) <= _LONGEST_LABEL
            }
            head_name = {} if kind else {f"{table}.heads": _bare(head)}
            other = bool(_REFERENCE.search(head))  # what the row is compared with is not the row's own
            if other:
                names = {}
            place_words = place_of(title or shown.title, _row(said), _col(head))
            if columns[at][number] is not None:
                add(
                    shown,
                    columns[at][number],
                    f"{table}.r{number}",
                    f"{table}.{at}",
                    place=place_words,
                    kind="reference" if other else kind,
                    unit=unit,
                    names=names | head_name,
                    said=f"{title} {head}",
                    signed=signed,
                    table=table,
                )
            elif isinstance(row[at], str) and any(letter.isdigit() for letter in row[at]):
                line_values(
                    row[at],
                    shown,
                    f"{table}.r{number}",
                    place=place_words,
                    names=names | head_name,
                    said=f"{title} {head}",
                    column=f"{table}.{at}",
                )
    shown.dates += [str(cell) for row in rows for cell in row[:labels] if _YEAR.search(str(cell))]
    if rows:
        shown.sizes.append((len(rows), title or shown.title))


def grid_values(grid: Grid, shown: Shown, key: str, *, title: str) -> None:
    """Collect a table whose numbers are text."""
    labels = grid.labels
    width = len(grid.heads)
    while labels < width and grid.rows and all(_cell(row[labels]) is None for row in grid.rows):
        labels += 1
    table = f"{shown.step}.{key}"
    # The rows of `describe()` are statistics; a level that happens to be called "SE" or "F" is none.
    by_kind = labels > 0 and sum(bool(kind_of(row[0])) for row in grid.rows) > 0.6 * len(grid.rows)
    for at in range(labels, width):
        head = grid.heads[at]
        cells = [_cell(row[at]) for row in grid.rows]
        known = [(-one.size if one.sign < 0 else one.size) for one in cells if one is not None]
        unit, kind, signed = _column(head, known, title)
        if all(one.unit == "%" for one in cells if one is not None):
            unit = "%" if known else unit
        for number, (row, one) in enumerate(zip(grid.rows, cells, strict=True)):
            if one is None or one.role == "date":
                if one is not None:
                    shown.dates.append(one.text)
                continue
            said = " ".join(row[:labels])
            row_kind = kind or (kind_of(row[0]) if by_kind else "")
            names = {
                grid.heads[place] or f"{table}.rows{place}": row[place]
                for place in range(labels)
                if 0 < len(row[place]) <= _LONGEST_LABEL and not (by_kind and kind_of(row[place]))
            }
            if not kind and head:
                names[f"{table}.heads"] = _bare(head)
            add(
                shown,
                -one.size if one.sign < 0 else one.size,
                f"{table}.r{number}",
                f"{table}.{at}" if not (row_kind and not kind) else f"{table}.r{number}.c",
                place=place_of(title or shown.title, _row(said), _col(head)),
                kind=row_kind,
                unit="count" if row_kind == "n" else unit,
                names=names,
                said=head,
                signed=signed,
                table=table,
                digits=_places(one),
            )
    for row in grid.rows:
        shown.dates += [cell for cell in row[:labels] if _YEAR.search(cell)]
    shown.sizes.append((len(grid.rows), title or shown.title))


def _column(head: str, values: Sequence[float], title: str) -> tuple[Unit, str, bool]:
    """Say of a column what unit and kind its numbers have, and whether their signs tell a direction."""
    kind = kind_of(head)
    signed = signed_by(head) or (any(value < 0 for value in values) and kind in ("", "low", "high", "t", "z", "r"))
    if kind in ("n", "df"):
        return "count", kind, False
    head, title = (_LEVEL.sub("", text) for text in (head, title))  # the 95% of an interval is no unit
    if _PERCENT.search(head) or (_PERCENT.search(title) and kind == ""):
        inside = bool(values) and all(abs(value) <= 1 for value in values)
        return ("" if inside and "%" not in head + title else "%"), kind, signed
    if _SHARE.search(head) and values and all(-1 <= value <= 1 for value in values):
        return "share", kind, signed
    return "", kind, signed


def text_values(text: str, shown: Shown, at: int) -> None:
    """Collect what is printed: tables where there are any, else lines."""
    text = clean(text[:_LONGEST_TEXT])
    grids, loose = printed_tables(text)
    for number, grid in enumerate(grids):
        grid_values(grid, shown, f"{at}.p{number}", title="")
    for number, line in enumerate(loose):
        line_values(
            line, shown, f"{shown.step}.{at}.l{number}", place=place_of(shown.title, pick("printed", "打印内容"))
        )
        shown.said.append(line)


def line_values(
    line: str,
    shown: Shown,
    row: str,
    *,
    place: str,
    names: Mapping[str, str] | None = None,
    said: str = "",
    column: str = "",
) -> None:
    """Collect the numbers of a line, each with the words before it."""
    last = 0
    for number, one in enumerate(numerals(line[:4000])):
        if one.role == "date":
            shown.dates.append(one.text)
            continue
        before = line[last : one.start]
        last = one.end
        unit: Unit = "%" if one.unit == "%" else ""
        kind = spoken_kind(before) or kind_of(re.sub(r"[\s:=(（：]+$", "", before.strip()).rpartition(" ")[2])
        if one.role == "convention":
            kind = "level"
        add(
            shown,
            -one.size if one.sign < 0 else one.size,
            row,
            column or f"{row}.{number}",
            place=f"{place}: {_short(line)}",
            kind="df" if one.role == "df" else kind,
            unit=unit,
            names=names or {},
            said=f"{said} {line if len(line) < 160 else before}",
            signed=one.sign != 0,
            digits=_places(one),
        )


def _cell(text: str) -> Numeral | None:
    """Read a table cell that holds one number and nothing else."""
    found = numerals(text)
    if len(found) != 1:
        return None
    rest = text[: found[0].start] + text[found[0].end :]
    return found[0] if not rest.strip(" ()*†") else None


def _places(one: Numeral) -> int:
    return len(re.split(r"[^\d.]", one.text.lstrip("+-−$"))[0].partition(".")[2])


def _bare(head: str) -> str:
    return re.sub(r"\s*[(（]%?[^()（）]*[)）]\s*$", "", head).strip()


def _row(said: str) -> str:
    return f"{pick('row', '行')} {said}" if said.strip() else ""


def _col(head: str) -> str:
    return f"{pick('column', '列')} {head}" if head.strip() else ""


def _short(line: str) -> str:
    return line if len(line) <= 80 else line[:77] + "..."
