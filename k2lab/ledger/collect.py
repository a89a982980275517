"""Collecting: what the outputs of a cell show, as values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from k2lab.cells.result import FIGURE_MIME, RESULT_MIME
from k2lab.ledger.kinds import kind_of
from k2lab.ledger.rows import grid_values, line_values, signed_by, table_values, text_values
from k2lab.ledger.shown import Shown, add, finite, place_of
from k2lab.ledger.tables import html_tables
from k2lab.ledger.value import Unit

_LONGEST_MARKUP = 3_000_000


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
            text_values(_joined(output.get("text")), shown, at)
        elif kind in ("display_data", "execute_result") and isinstance(output.get("data"), Mapping):
            _bundle(output["data"], shown, at)
    return shown


def _bundle(data: Mapping[str, Any], shown: Shown, at: int) -> None:
    made = data.get(RESULT_MIME)
    if isinstance(made, str):
        try:
            made = json.loads(made)
        except ValueError:
            made = None
    if isinstance(made, Mapping):
        _result(made, shown, at)
    elif isinstance(data.get(FIGURE_MIME), Mapping):
        _figure(data[FIGURE_MIME], shown, at)
    elif "text/html" in data and (grids := list(html_tables(_joined(data["text/html"])[:_LONGEST_MARKUP]))):
        for number, grid in enumerate(grids):
            grid_values(grid, shown, f"{at}.{number}", title="")
    else:
        for mime in ("text/plain", "text/markdown", "text/latex"):
            if data.get(mime):
                text_values(_joined(data[mime]), shown, at)
                break


def _result(made: Mapping[str, Any], shown: Shown, at: int) -> None:
    title = str(made.get("title", "")) or shown.title
    for number, one in enumerate(_items(made, "estimates")):
        _estimate(one, shown, row=f"{shown.step}.{at}.e{number}", column=f"{shown.step}.{at}.e", title=title)
    for number, one in enumerate(_items(made, "tests")):
        row, label = f"{shown.step}.{at}.t{number}", str(one.get("label", ""))
        said = f"{label} {one.get('method', '')}"
        symbol = str(one.get("symbol", ""))
        analysis = label.partition(": ")[2] if made.get("kind") == "sensitivity" else ""
        names = {"analysis": analysis} if analysis else {}
        for key in ("statistic", "p", "p_adjusted", "n"):
            kind = symbol if key == "statistic" else kind_of(key)
            add(
                shown,
                one.get(key),
                row,
                f"{row}.{key}",
                place=place_of(title, label, symbol if key == "statistic" else key),
                kind=kind,
                said=said,
                names=names,
                signed=key == "statistic",
            )
        for place, df in enumerate(one["df"] if isinstance(one.get("df"), (list, tuple)) else ()):
            add(shown, df, row, f"{row}.df{place}", place=place_of(title, label, "df"), kind="df", said=said)
        if isinstance(one.get("effect"), Mapping):
            _estimate(one["effect"], shown, row=row, column=f"{row}.effect", title=title, said=said)
    for key, value in _mapping(made.get("values")).items():
        kind = kind_of(key)
        unit: Unit = "count" if kind == "n" else ""
        add(
            shown,
            value,
            f"{shown.step}.{at}.v",
            f"{shown.step}.{at}.v.{key}",
            place=place_of(title, str(key)),
            kind=kind,
            unit=unit,
            said=str(key).replace("_", " "),
            signed=signed_by(str(key)),
        )
    for number, table in enumerate(_items(made, "tables")):
        heads, rows = table.get("columns"), table.get("rows")
        if isinstance(heads, (list, tuple)) and isinstance(rows, (list, tuple)):
            kept = [row for row in rows if isinstance(row, (list, tuple)) and len(row) == len(heads)]
            table_values(str(table.get("title", "")), [str(head) for head in heads], kept, shown, f"{at}.{number}")
    for number, check in enumerate(_items(made, "checks")):
        said = f"{check.get('name', '')}: {check.get('reading', '')}; {check.get('action', '')}"
        line_values(said, shown, f"{shown.step}.{at}.c{number}", place=place_of(title, str(check.get("name", ""))))
        shown.said.append(said)
    for one in _items(made, "sentences"):
        shown.said.append(str(one.get("text", "")))
    warnings = made.get("warnings")
    shown.said += [text for text in (warnings if isinstance(warnings, (list, tuple)) else ()) if isinstance(text, str)]


def _estimate(one: Mapping[str, Any], shown: Shown, *, row: str, column: str, title: str, said: str = "") -> None:
    label = str(one.get("label", ""))
    unit: Unit = "%" if one.get("unit") == "%" else ""
    names = {str(key): str(name) for key, name in _mapping(one.get("groups")).items()}
    signed = unit == "%" or (finite(one.get("low")) or 0.0) < 0
    kind = kind_of(label)
    for key in ("value", "low", "high"):
        add(
            shown,
            one.get(key),
            row,
            f"{column}.{key}",
            place=place_of(title, label, "" if key == "value" else key),
            kind=kind or "value" if key == "value" else key,
            unit=unit,
            names=names,
            said=f"{label} {said}",
            signed=signed,
        )
    for key in ("n", "p", "p_adjusted"):
        add(
            shown,
            one.get(key),
            row,
            f"{column}.{key}",
            place=place_of(title, label, key),
            kind=kind_of(key),
            names=names,
            unit="count" if key == "n" else "",
            said=f"{label} {said}",
        )
    level = finite(one.get("level"))
    if level:
        add(shown, level, row, f"{column}.level", place=place_of(title, label, "level"), kind="level", unit="share")


def _figure(digest: Mapping[str, Any], shown: Shown, at: int) -> None:
    title = str(digest.get("title", "")) or shown.title
    for axis_at, axis in enumerate(_items(digest, "axes")):
        panel = str(axis.get("title") or "")
        column = f"{shown.step}.{at}.f{axis_at}"
        for number, group in enumerate(_items(axis, "groups")):
            name = str(group.get("name", ""))
            for key, value in group.items():
                add(
                    shown,
                    value,
                    f"{column}.{number}",
                    f"{column}.{key}",
                    place=place_of(title, panel, name, key),
                    kind=kind_of(str(key)) or str(key),
                    said=f"{panel} {name}",
                    signed=True,
                    unit="count" if key == "n" else "",
                )
        for side in ("x", "y"):
            part = _mapping(axis.get(side))
            for key in ("low", "high"):
                add(
                    shown,
                    part.get(key),
                    f"{column}.{side}",
                    f"{column}.{side}.{key}",
                    kind={"low": "min", "high": "max"}[key],
                    place=place_of(title, str(part.get("label", side)), key),
                    said=str(part.get("label", "")),
                )
        _loose(axis.get("marks"), shown, f"{column}.marks", place=place_of(title, panel), said=panel)
    add(
        shown,
        digest.get("n"),
        f"{shown.step}.{at}.n",
        f"{shown.step}.{at}.n",
        place=place_of(title, "n"),
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
        add(shown, value, row, row, place=place, said=said, kind=kind_of(said.rpartition(" ")[2]))


def _items(made: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = made.get(key)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, (list, tuple)) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _joined(text: Any) -> str:
    return "".join(map(str, text)) if isinstance(text, (list, tuple)) else str(text or "")
