"""Timing: whether a question asks how something changes over time, and columns that cannot make groups."""

# ruff: noqa: E501 - a pattern stays on one line
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from k2lab.locale import numbers, pick
from k2lab.provider.offline.cells import shown
from k2lab.provider.offline.patterns import GAP, NEAR, M
from k2lab.provider.offline.reading import Reading, is_groups, is_many, is_number
from k2lab.provider.offline.roles import is_time
from k2lab.schema.model import ColumnSchema

_OVER = re.compile(
    r"\b(?:chang|evol|develop|grow|grew|ris(?:e|en|ing)\b|rose\b|fall|fell\b|increas|decreas|declin|progress|mov(?:e|ed|ing)\b|var(?:y|ies|ied)\b|fluctuat|go(?:ne|es)? (?:up|down)\b|went (?:up|down)\b|behav)"
    rf"\w*{GAP}\b(?:over|through|throughout|with|since|along|across)\s+(?:the |all |last |past |several )*{M}"
    rf"|\b(?:over|throughout)\s+(?:the |all |last |past |several )*{M}"
    rf"|(?:随着?|逐|历|沿着?){NEAR}{M}{NEAR}(?:变|增|减|涨|跌|升|降|走势|趋势|波动|演变|发展|推移)",
    re.IGNORECASE,
)


def over_time(skeleton: str, columns: Sequence[ColumnSchema], *, surely: bool = False) -> bool:
    """Say whether a question asks how a column changed over another, which holds time.

    With `surely` a word for change must stand there, not only "over time".

    Parameters
    ----------
    skeleton : str
        The question with each mention as ``⟦number⟧``.
    columns : sequence of ColumnSchema
        The columns that the numbers stand for.
    """
    for found in _OVER.finditer(skeleton):
        place = next(int(group) for group in found.groups() if group)
        if surely and found.group(2):
            continue
        if place < len(columns) and is_time(columns[place]):
            return True
    return False


def is_calendar(column: ColumnSchema, rows: int | None) -> bool:
    """Say whether a column holds dates, or written times that are too many for groups."""
    return column.kind == "datetime" or (is_time(column) and not is_number(column) and is_many(column, rows))


def groupable(reading: Reading) -> Reading:
    """Read a question that takes dates or many-valued columns as groups as one on a trend, or refuse it with the reason."""
    rows = reading.frame.rows
    if reading.kind in ("effect", "compare", "relate"):
        return _compared(reading, rows)
    by = reading.by
    if by is None or reading.kind not in ("lookup", "distribution", "trend"):
        return reading
    if is_calendar(by, rows) and reading.kind == "lookup" and reading.statistics == ("mean",) and reading.y is not None:
        return replace(reading, kind="trend", time=by, by=None)
    if is_calendar(by, rows) or is_many(by, rows):
        return _refused(reading, by)
    return reading


def _compared(reading: Reading, rows: int | None) -> Reading:
    y, x, by = reading.y, reading.x, reading.by
    if by is not None and (is_calendar(by, rows) or is_many(by, rows)):
        told = numbers.count(by.distinct) if by.distinct is not None else pick("many", "许多")
        note = pick(
            f"{shown(by.name)} has {told} different values, too many to compare between, and was left out",
            f"{shown(by.name)} 有 {told} 个不同取值，无法用于分组比较，未采用",
        )
        reading = replace(reading, by=None, notes=(*reading.notes, note))
        by = None
    if y is None or x is None:
        return reading
    if is_calendar(y, rows) and is_number(x):
        y, x = x, y
    if is_calendar(x, rows) and is_number(y):
        kept = by if by is not None and is_groups(by) else None
        return replace(reading, kind="trend", y=y, x=None, time=x, by=kept)
    for column in (x, y):
        if is_calendar(column, rows) or (is_many(column, rows)):
            return _refused(reading, column)
    return reading


def _refused(reading: Reading, column: ColumnSchema) -> Reading:
    rows, distinct = reading.frame.rows, column.distinct
    counted = (
        pick(
            f" ({numbers.count(distinct)} different values in {numbers.count(rows)} rows)",
            f"（{numbers.count(rows)} 行中有 {numbers.count(distinct)} 个不同取值）",
        )
        if distinct is not None and rows is not None
        else ""
    )
    return replace(
        reading,
        kind="unknown",
        problem=pick(
            f"{shown(column.name)} has too few rows for each of its values to be compared as groups{counted}; ask with a column of few values.",
            f"{shown(column.name)} 的每个取值行数太少，无法作为分组比较{counted}；请换一个取值较少的列。",
        ),
    )
