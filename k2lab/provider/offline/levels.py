"""Levels: which values of the data the words of a question stand for.

The schema names no values, so that a cell has to look for them.
"""

# ruff: noqa: E501 - a sentence stays on one line
from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from k2lab.locale import pick
from k2lab.provider.offline.cells import Cell, Rows, cell, shown
from k2lab.provider.offline.lexicon import level_forms
from k2lab.provider.offline.outcome import Outcome
from k2lab.provider.offline.reading import Filter, Reading, is_groups
from k2lab.schema.model import ColumnSchema

_MOST_COLUMNS, _MOST_LEVELS = 25, 20_000


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """A reading whose filters name real levels; `lost` are words that no value fits and that must not be passed over."""

    reading: Reading
    rows: Rows
    lost: tuple[str, ...] = ()


def resolve(reading: Reading) -> Generator[Cell, Outcome, Resolved]:
    """Find the levels that the question speaks of, with at most one cell."""
    ready = tuple(f for f in reading.filters if isinstance(f.value, float))
    open_ = tuple(f for f in reading.filters if not isinstance(f.value, float))
    rows = Rows(frame=reading.frame, filters=ready)
    if not open_ and not reading.unread:
        return Resolved(reading=reading, rows=rows)
    columns = _searched(reading, open_)
    told = {str(f.value): (*f.forms, str(f.value)) for f in open_} | {word: _variants(word) for word in reading.unread}
    if not columns:
        return Resolved(reading=reading, rows=rows, lost=_weighty(tuple(told), reading))
    found = yield _search(rows, columns, [form for forms in told.values() for form in forms], tuple(told))
    pairs = [(str(pair[0]), pair[1]) for pair in found.values] if found.ok and isinstance(found.values, list) else []
    made = list(ready)
    lost: list[str] = []
    used: list[str] = []
    for one in open_:
        hit = _hit(pairs, (*one.forms, str(one.value)), one.column)
        if hit is None:
            lost.append(str(one.value))
        else:
            made.append(replace(one, value=hit[1]))
    played = {c.name for c in (reading.y, reading.x, reading.by, reading.time) if c is not None}
    for word in reading.unread:
        hit = _hit(pairs, _variants(word), None)
        if hit is None or any(word in other for other in used):
            continue
        used.append(word)
        column = next(c for c in reading.frame.columns if c.name == hit[0])
        if column.name not in played and column.name not in {f.column.name for f in made if f.column is not None}:
            made.append(Filter(column=column, op="==", value=hit[1]))
    left = tuple(w for w in reading.unread if not any(w in other or other in w for other in used))
    reading = replace(reading, filters=tuple(made), unread=left)
    return Resolved(
        reading=reading, rows=Rows(frame=reading.frame, filters=tuple(made)), lost=(*lost, *_weighty(left, reading))
    )


def _searched(reading: Reading, open_: Sequence[Filter]) -> tuple[ColumnSchema, ...]:
    named = tuple(f.column for f in open_ if f.column is not None)
    if not reading.unread:
        return tuple(dict.fromkeys(named))
    groups = [
        c
        for c in reading.frame.columns
        if is_groups(c) and c.kind != "number" and (c.distinct is None or c.distinct <= _MOST_LEVELS) and c not in named
    ]
    groups.sort(key=lambda c: (c.distinct or 0, c.position))
    return (*named, *groups)[:_MOST_COLUMNS]


def _variants(word: str) -> tuple[str, ...]:
    known = next((forms for _, forms in level_forms() if word.lower() in forms), frozenset())
    singular = (word[:-1],) if len(word) > 3 and word.isascii() and word.lower().endswith("s") else ()
    return tuple(sorted({word, *singular, *known}))


def _hit(
    pairs: Sequence[tuple[str, object]], forms: Sequence[str], column: ColumnSchema | None
) -> tuple[str, str] | None:
    wanted = {form.casefold() for form in forms}
    for name, value in pairs:
        if (
            (column is None or name == column.name)
            and str(value).strip().casefold() in wanted
            and isinstance(value, str)
        ):
            return name, value
    return None


def _search(rows: Rows, columns: Sequence[ColumnSchema], forms: Sequence[str], told: Sequence[str]) -> Cell:
    words = pick(", ", "、").join(shown(word) for word in told)
    names = ", ".join(repr(column.name) for column in columns)
    wanted = ", ".join(repr(form) for form in dict.fromkeys(form.casefold() for form in forms))
    code = (
        "import json\n"
        "from k2lab.stats.columns import take\n\n"
        f"k2_words = {{{wanted}}}\n"
        "k2_found = []\n"
        f"for k2_column in [{names}]:\n"
        f"    k2_values = take({rows.frame.name}, [k2_column])[0][k2_column].unique()\n"
        "    k2_found += [[k2_column, str(value)] for value in k2_values if str(value).strip().casefold() in k2_words]\n"
        'print(json.dumps({"k2lab": k2_found[:50]}))'
    )
    return cell(
        pick("Which rows the question is about", "问题涉及哪些行"),
        pick(
            f"The question speaks of {words}: find which column holds it, and how it is spelled.",
            f"问题提到 {words}：查明它在哪一列、如何书写。",
        ),
        code,
        Rows(frame=rows.frame),
    )


def _weighty(words: Sequence[str], reading: Reading) -> tuple[str, ...]:
    """Return the words that must be values: known levels, quoted, or written as a name."""
    known = {form for _, forms in level_forms() for form in forms}
    return tuple(w for w in words if w.lower() in known or w in reading.pointed)
