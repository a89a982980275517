"""Collecting: what the outputs of a cell show, as values."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from k2lab.cells.observe import clean
from k2lab.cells.result import FIGURE_MIME, RESULT_MIME
from k2lab.ledger.kinds import kind_of, spoken_kind
from k2lab.ledger.numerals import Numeral, numerals
from k2lab.ledger.tables import Grid, html_tables, printed_tables
from k2lab.ledger.value import Unit, Value
from k2lab.locale import pick

_SIGNED = re.compile(
    r"diff|change|gap|effect|coef|slope|delta|growth|correl|差|变化|系数|增长|斜率|slope|skew", re.IGNORECASE
)
_PERCENT = re.compile(r"%|percent|pct|百分", re.IGNORECASE)
_SHARE = re.compile(r"share|proportion|fraction|rate\b|占比|比例|率", re.IGNORECASE)
_LEVEL = re.compile(r"\d+(?:\.\d+)?\s?%")
_NO_LABEL = {"flag", "type", "read as", "looks like", "dtype"}
_LONGEST_LABEL = 60
_LONGEST_TEXT = 200_000


@dataclass(kw_only=True)
class Shown:
    """What one step showed: values, sentences that results said, dates, and the sizes of its tables."""

    step: int
    title: str = ""
    values: list[Value] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    sizes: list[tuple[int, str]] = field(default_factory=list)


def collect(outputs: Sequence[Mapping[str, Any]], *, step: int, title: str = "") -> Shown:
    """Return what the outputs of a cell show.

    Parameters
    ----------
    outputs : sequence of mapping
        nbformat outputs.
    step : int
        The step's number.
    title : str
        What the step is called; stands in each place where a number is found.
    """
    shown = Shown(step=step, title=title)
    for at, output in enumerate(outputs):
        kind = output.get("output_type")
        if kind == "stream" and output.get("name", "stdout") == "stdout":
            _text(_joined(output.get("text")), shown, at)
        elif kind in ("display_data", "execute_result") and isinstance(output.get("data"), Mapping):
            _bundle(output["data"], shown, at)
    return shown


def _bundle(data: Mapping[str, Any], shown: Shown, at: int) -> None:
    made = data.get(RESULT_MIME)
    made = json.loads(made) if isinstance(made, str) else made
    if isinstance(made, Mapping):
        _result(made, shown, at)
    elif isinstance(data.get(FIGURE_MIME), Mapping):
        _figure(data[FIGURE_MIME], shown, at)
    elif "text/html" in data and (grids := list(html_tables(_joined(data["text/html"])))):
        for number, grid in enumerate(grids):
            _grid(grid, shown, f"{at}.{number}", title="")
    else:
        for mime in ("text/plain", "text/markdown", "text/latex"):
            if data.get(mime):
                _text(_joined(data[mime]), shown, at)
                break


# -- results ---------------------------------------------------------------------------------------------------------


def _result(made: Mapping[str, Any], shown: Shown, at: int) -> None:
    title = str(made.get("title", "")) or shown.title
    for number, one in enumerate(_items(made, "estimates")):
        _estimate(one, shown, row=f"{shown.step}.{at}.e{number}", column=f"{shown.step}.{at}.e", title=title)
    for number, one in enumerate(_items(made, "tests")):
        row, label = f"{shown.step}.{at}.t{number}", str(one.get("label", ""))
        said = f"{label} {one.get('method', '')}"
        symbol = str(one.get("symbol", ""))
        for key in ("statistic", "p", "p_adjusted", "n"):
            kind = symbol if key == "statistic" else kind_of(key)
            _add(
                shown,
                one.get(key),
                row,
                f"{row}.{key}",
                place=_place(title, label, symbol if key == "statistic" else key),
                kind=kind,
                said=said,
                signed=key == "statistic",
            )
        for place, df in enumerate(one.get("df") or ()):
            _add(shown, df, row, f"{row}.df{place}", place=_place(title, label, "df"), kind="df", said=said)
        if isinstance(one.get("effect"), Mapping):
            _estimate(one["effect"], shown, row=row, column=f"{row}.effect", title=title, said=said)
    for key, value in _mapping(made.get("values")).items():
        kind = kind_of(key)
        unit: Unit = "count" if kind == "n" else ""
        _add(
            shown,
            value,
            f"{shown.step}.{at}.v",
            f"{shown.step}.{at}.v.{key}",
            place=_place(title, str(key)),
            kind=kind,
            unit=unit,
            said=str(key).replace("_", " "),
            signed=bool(_SIGNED.search(key)),
        )
    for number, table in enumerate(_items(made, "tables")):
        heads, rows = table.get("columns"), table.get("rows")
        if isinstance(heads, (list, tuple)) and isinstance(rows, (list, tuple)):
            kept = [row for row in rows if isinstance(row, (list, tuple)) and len(row) == len(heads)]
            _typed(str(table.get("title", "")), [str(head) for head in heads], kept, shown, f"{at}.{number}")
    for number, check in enumerate(_items(made, "checks")):
        said = f"{check.get('name', '')}: {check.get('reading', '')}; {check.get('action', '')}"
        _line(said, shown, f"{shown.step}.{at}.c{number}", place=_place(title, str(check.get("name", ""))))
        shown.said.append(said)
    for one in _items(made, "sentences"):
        shown.said.append(str(one.get("text", "")))
    shown.said += [str(text) for text in made.get("warnings") or () if isinstance(text, str)]


def _estimate(one: Mapping[str, Any], shown: Shown, *, row: str, column: str, title: str, said: str = "") -> None:
    label = str(one.get("label", ""))
    unit: Unit = "%" if one.get("unit") == "%" else ""
    names = {str(key): str(name) for key, name in _mapping(one.get("groups")).items()}
    signed = unit == "%" or (_number(one.get("low")) or 0.0) < 0
    kind = kind_of(label)
    for key in ("value", "low", "high"):
        _add(
            shown,
            one.get(key),
            row,
            f"{column}.{key}",
            place=_place(title, label, "" if key == "value" else key),
            kind=kind or "value" if key == "value" else key,
            unit=unit,
            names=names,
            said=f"{label} {said}",
            signed=signed,
        )
    for key in ("n", "p", "p_adjusted"):
        _add(
            shown,
            one.get(key),
            row,
            f"{column}.{key}",
            place=_place(title, label, key),
            kind=kind_of(key),
            names=names,
            unit="count" if key == "n" else "",
            said=f"{label} {said}",
        )
    level = _number(one.get("level"))
    if level:
        _add(shown, level, row, f"{column}.level", place=_place(title, label, "level"), kind="level", unit="share")


def _figure(digest: Mapping[str, Any], shown: Shown, at: int) -> None:
    title = str(digest.get("title", "")) or shown.title
    for axis_at, axis in enumerate(_items(digest, "axes")):
        panel = str(axis.get("title") or "")
        column = f"{shown.step}.{at}.f{axis_at}"
        for number, group in enumerate(_items(axis, "groups")):
            name = str(group.get("name", ""))
            for key, value in group.items():
                _add(
                    shown,
                    value,
                    f"{column}.{number}",
                    f"{column}.{key}",
                    place=_place(title, panel, name, key),
                    kind=kind_of(str(key)) or str(key),
                    said=f"{panel} {name}",
                    signed=True,
                    unit="count" if key == "n" else "",
                )
        for side in ("x", "y"):
            part = _mapping(axis.get(side))
            for key in ("low", "high"):
                _add(
                    shown,
                    part.get(key),
                    f"{column}.{side}",
                    f"{column}.{side}.{key}",
                    kind={"low": "min", "high": "max"}[key],
                    place=_place(title, str(part.get("label", side)), key),
                    said=str(part.get("label", "")),
                )
        _loose(axis.get("marks"), shown, f"{column}.marks", place=_place(title, panel), said=panel)
    _add(
        shown,
        digest.get("n"),
        f"{shown.step}.{at}.n",
        f"{shown.step}.{at}.n",
        place=_place(title, "n"),
        kind="n",
        unit="count",
    )
    shown.said += [str(digest[key]) for key in ("caption", "alt") if digest.get(key)]


def _loose(value: Any, shown: Shown, row: str, *, place: str, said: str) -> None:
    """Collect numbers of values that have no fixed form."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            _loose(item, shown, f"{row}.{key}", place=f"{place}, {key}", said=f"{said} {key}")
    elif isinstance(value, (list, tuple)):
        for at, item in enumerate(value[:500]):
            _loose(item, shown, f"{row}.{at}", place=place, said=said)
    else:
        _add(shown, value, row, row, place=place, said=said, kind=kind_of(said.rpartition(" ")[2]))


# -- tables ----------------------------------------------------------------------------------------------------------


def _typed(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], shown: Shown, key: str) -> None:
    """Collect a table whose numbers are numbers."""
    labels = 0
    while labels < len(heads) and rows and all(isinstance(row[labels], str) for row in rows):
        labels += 1
    table = f"{shown.step}.{key}"
    columns = [[_number(row[at]) for row in rows] for at in range(len(heads))]
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
            place_words = _place(title or shown.title, _row(said), _col(head))
            if columns[at][number] is not None:
                _add(
                    shown,
                    columns[at][number],
                    f"{table}.r{number}",
                    f"{table}.{at}",
                    place=place_words,
                    kind=kind,
                    unit=unit,
                    names=names | head_name,
                    said=f"{title} {head}",
                    signed=signed,
                    table=table,
                )
            elif isinstance(row[at], str) and any(letter.isdigit() for letter in row[at]):
                _line(
                    row[at],
                    shown,
                    f"{table}.r{number}",
                    place=place_words,
                    names=names | head_name,
                    said=f"{title} {head}",
                    column=f"{table}.{at}",
                )
    if rows:
        shown.sizes.append((len(rows), title or shown.title))


def _grid(grid: Grid, shown: Shown, key: str, *, title: str) -> None:
    """Collect a table whose numbers are text."""
    labels = grid.labels
    width = len(grid.heads)
    while labels < width and grid.rows and all(_cell(row[labels]) is None for row in grid.rows):
        labels += 1
    table = f"{shown.step}.{key}"
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
            row_kind = kind or kind_of(row[0]) if labels else kind
            names = {
                grid.heads[place] or f"{table}.rows{place}": row[place]
                for place in range(labels)
                if 0 < len(row[place]) <= _LONGEST_LABEL and not kind_of(row[place])
            }
            if not kind and head:
                names[f"{table}.heads"] = _bare(head)
            _add(
                shown,
                -one.size if one.sign < 0 else one.size,
                f"{table}.r{number}",
                f"{table}.{at}" if not (row_kind and not kind) else f"{table}.r{number}.c",
                place=_place(title or shown.title, _row(said), _col(head)),
                kind=row_kind,
                unit="count" if row_kind == "n" else unit,
                names=names,
                said=head,
                signed=signed,
                table=table,
                digits=_places(one),
            )
    for row in grid.rows:
        shown.dates += [cell for cell in row[:labels] if re.search(r"[12]\d{3}", cell)]
    shown.sizes.append((len(grid.rows), title or shown.title))


def _column(head: str, values: Sequence[float], title: str) -> tuple[Unit, str, bool]:
    """Say of a column what unit and kind its numbers have, and whether their signs tell a direction."""
    kind = kind_of(head)
    signed = bool(_SIGNED.search(head)) or (
        any(value < 0 for value in values) and kind in ("", "low", "high", "t", "z", "r")
    )
    if kind in ("n", "df"):
        return "count", kind, False
    head, title = (_LEVEL.sub("", text) for text in (head, title))  # the 95% of an interval is no unit
    if _PERCENT.search(head) or (_PERCENT.search(title) and kind == ""):
        inside = bool(values) and all(abs(value) <= 1 for value in values)
        return ("" if inside and "%" not in head + title else "%"), kind, signed
    if _SHARE.search(head) and values and all(-1 <= value <= 1 for value in values):
        return "share", kind, signed
    return "", kind, signed


# -- text ------------------------------------------------------------------------------------------------------------


def _text(text: str, shown: Shown, at: int) -> None:
    text = clean(text[:_LONGEST_TEXT])
    grids, loose = printed_tables(text)
    for number, grid in enumerate(grids):
        _grid(grid, shown, f"{at}.p{number}", title="")
    for number, line in enumerate(loose):
        _line(line, shown, f"{shown.step}.{at}.l{number}", place=_place(shown.title, pick("printed", "打印内容")))
        shown.said.append(line)


def _line(
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
        _add(
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


# -- small parts -----------------------------------------------------------------------------------------------------


def _add(
    shown: Shown,
    value: Any,
    row: str,
    column: str,
    *,
    place: str,
    kind: str = "",
    unit: Unit = "",
    names: Mapping[str, str] | None = None,
    said: str = "",
    signed: bool = False,
    table: str = "",
    digits: int | None = None,
) -> None:
    number = _number(value)
    if number is not None:
        shown.values.append(
            Value(
                number=number,
                step=shown.step,
                place=place,
                unit=unit,
                kind=kind,
                names=dict(names or {}),
                row=row,
                column=column,
                table=table or row,
                signed=signed,
                digits=digits,
                said=said,
            )
        )


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def _cell(text: str) -> Numeral | None:
    """Read a table cell that holds one number and nothing else."""
    found = numerals(text)
    if len(found) != 1:
        return None
    rest = text[: found[0].start] + text[found[0].end :]
    return found[0] if not rest.strip(" ()*†") else None


def _places(one: Numeral) -> int:
    return len(re.split(r"[^\d.]", one.text.lstrip("+-−$"))[0].partition(".")[2])


def _items(made: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = made.get(key)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, (list, tuple)) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _joined(text: Any) -> str:
    return "".join(map(str, text)) if isinstance(text, (list, tuple)) else str(text or "")


def _bare(head: str) -> str:
    return re.sub(r"\s*[(（]%?[^()（）]*[)）]\s*$", "", head).strip()


def _row(said: str) -> str:
    return f"{pick('row', '行')} {said}" if said.strip() else ""


def _col(head: str) -> str:
    return f"{pick('column', '列')} {head}" if head.strip() else ""


def _place(*parts: str) -> str:
    return pick(", ", "，").join(part.strip() for part in parts if part.strip())


def _short(line: str) -> str:
    return line if len(line) <= 80 else line[:77] + "..."
