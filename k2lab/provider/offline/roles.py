"""Roles: which part each column of a question plays, for each kind of question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from k2lab.locale import pick
from k2lab.provider.offline import patterns as p
from k2lab.provider.offline.lexicon import meanings
from k2lab.provider.offline.reading import Kind, Reading, Statistic, is_binary, is_groups, is_measure, is_number
from k2lab.provider.offline.understand import words
from k2lab.schema.model import ColumnSchema


def unique(columns: Sequence[ColumnSchema]) -> tuple[ColumnSchema, ...]:
    """Return the columns once each, in order."""
    return tuple({column.name: column for column in columns}.values())


def statistics_of(skeleton: str) -> tuple[Statistic, ...]:
    """Return the statistics that a question asks for."""
    rest = skeleton
    made: list[Statistic] = []
    for name, pattern in p.STATISTICS:
        if pattern.search(rest):
            made.append(name)  # type: ignore[arg-type]
            rest = pattern.sub(" ", rest)
    return tuple(made)


def _pair(skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> tuple[int, int] | None:
    """Return the mentions of the outcome and of what it is compared over."""
    best: tuple[int, int, tuple[int, int]] | None = None
    for rank, (pattern, roles) in enumerate(p.PAIRS):
        for hit in pattern.finditer(skeleton):
            a, b = int(hit.group(1)), int(hit.group(2))
            if a not in left or b not in left or columns[a] == columns[b]:
                continue
            pair = (b, a) if roles == "xy" else (a, b)
            if best is None or (hit.start(), rank) < best[:2]:
                best = (hit.start(), rank, pair)
    return best[2] if best else None


def _roles(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    """Fill outcome, group and moderator of a question on two or three columns."""
    adjust: list[ColumnSchema] = []
    for hit in p.ADJUST.finditer(skeleton):
        places = [int(place) for place in re.findall(r"⟦(\d+)⟧", hit.group(1))]
        adjust += [columns[place] for place in places if place in left]
        left = [place for place in left if place not in places]
    free = list(unique([columns[place] for place in left]))
    if len(free) < 2:
        return _too_few(reading, skeleton, free)
    pair = _pair(skeleton, columns, left)
    if pair is not None:
        y, x = columns[pair[0]], columns[pair[1]]
    else:
        y, x = _by_type(free)
    others = [column for column in free if column not in (y, x)]
    by = None
    for pattern, _ in p.MODERATORS:
        places = [int(hit.group(1)) for hit in pattern.finditer(skeleton)]
        by = next((columns[i] for i in places if i in left and columns[i] in others), None)
        if by is not None:
            break
    if by is None and others:
        by = next((column for column in others if is_groups(column)), None)
    adjust += [column for column in others if column != by]
    return replace(reading, y=y, x=x, by=by, adjust=unique([c for c in adjust if c not in (y, x, by)]))


def _by_type(free: Sequence[ColumnSchema]) -> tuple[ColumnSchema, ColumnSchema]:
    """Take the first measured number as outcome, the first other column as group."""
    y = next((column for column in free if is_measure(column) and not is_groups(column)), None)
    y = y or next((column for column in free if is_number(column) or is_binary(column)), free[-1])
    x = next(column for column in free if column != y)
    return y, x


def _too_few(reading: Reading, skeleton: str, free: Sequence[ColumnSchema]) -> Reading:
    lost = reading.missing or reading.unread
    named = ", ".join(column.name for column in free)
    told = ", ".join(repr(word) for word in lost)
    if free and lost:
        problem = pick(
            f"The question was read as one on {named} and something else, but no column fits {told}.",
            f"问题涉及 {named} 和另一项内容，但没有哪一列符合 {told}。",
        )
    else:
        problem = pick(
            "The question compares two things, but fewer than two columns of the table were recognised in it.",
            "问题要比较两项内容，但从中认出的列不足两列。",
        )
    return replace(reading, kind="unknown", missing=lost, problem=problem)


def _single(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    """Fill a question on one column, perhaps by groups."""
    by = _grouped(skeleton, columns, left)
    free = [columns[place] for place in left if columns[place] != by]
    y = next((c for c in free if is_measure(c) and not is_groups(c)), None) or next(
        (c for c in free if is_number(c)), None
    )
    y = y or (free[0] if free else None)
    if by is None:
        by = next((column for column in free if column != y and is_groups(column)), None)
    if y is None and by is not None:
        y, by = by, None
    return replace(reading, y=y, by=by)


def _grouped(skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> ColumnSchema | None:
    for hit in p.GROUPED.finditer(skeleton):
        place = next(int(group) for group in hit.groups() if group)
        if place in left and (is_groups(columns[place]) or columns[place].kind == "datetime"):
            return columns[place]
    return None


def _trend(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    free = list(unique([columns[place] for place in left]))
    time = next((c for c in free if is_time(c)), None) or next((c for c in reading.frame.columns if is_time(c)), None)
    if time is None:
        return replace(
            reading,
            kind="unknown",
            problem=pick(
                "The question asks for a trend, but no column holds dates, years or another time.",
                "问题询问趋势，但没有日期、年份或其他时间列。",
            ),
        )
    rest = [column for column in free if column != time]
    y = next((c for c in rest if is_number(c)), None)
    if y is None:
        return replace(
            reading,
            kind="unknown",
            problem=pick("The question asks for a trend, but of no numeric column.", "问题询问趋势，但未涉及数值列。"),
        )
    by = next((c for c in rest if c != y and is_groups(c)), None)
    return replace(reading, y=y, time=time, by=by)


def is_time(column: ColumnSchema) -> bool:
    """Say whether a column tells time: dates, or a number named as year, month, week or day."""
    if column.kind == "datetime":
        return True
    parts = {meaning for word in words(column.name) for meaning in meanings(word.text)}
    return (is_number(column) or column.kind == "text") and bool(parts & {"year", "month", "week", "date"})


def _drivers(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    free = list(unique([columns[place] for place in left]))
    y = next((c for c in free if is_number(c) or is_binary(c)), None)
    if y is None:
        lost = reading.missing or reading.unread
        told = pick(", ", "、").join(f"“{word}”" for word in lost)
        return (
            replace(
                reading,
                kind="unknown",
                missing=lost,
                problem=pick(
                    f"The question asks what predicts a column, but no column fits {told}."
                    if lost
                    else "The question asks what predicts a column, but names no column of the table.",
                    f"问题询问哪些因素能预测某一列，但没有哪一列符合{told}。"
                    if lost
                    else "问题询问哪些因素能预测某一列，但没有提到表中的列。",
                ),
            )
            if not free
            else replace(
                reading,
                kind="unknown",
                problem=pick(
                    f"{free[0].name} is not numeric, so no model of it is made.",
                    f"{free[0].name} 不是数值列，无法建模。",
                ),
            )
        )
    return replace(reading, y=y, columns=tuple(c for c in free if c != y))


def _lookup(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    made = _single(reading, skeleton, columns, left)
    statistics = statistics_of(skeleton)
    free = list(unique([columns[place] for place in left]))
    if made.filters and set(statistics) <= {"max", "min", "range"} and any(f.op in "<=>=" for f in made.filters):
        statistics = statistics or ("mean",)
    wanted = tuple(c for c in free if c != made.by)
    numeric = tuple(c for c in wanted if is_number(c))
    if "missing" in statistics and made.by is not None and any(c != made.by for c in wanted):
        problem = pick(
            f"Missing values are counted for all rows, not within each {made.by.name}; ask without it.",
            f"缺失值只按全部行统计，不按 {made.by.name} 分组；请去掉分组再问。",
        )
        return replace(made, kind="unknown", problem=problem)
    needs_number = set(statistics) & {
        "mean",
        "median",
        "sd",
        "variance",
        "sum",
        "skewness",
        "kurtosis",
        "range",
        "quartiles",
    }
    if needs_number and not numeric:
        return replace(
            made,
            kind="unknown",
            problem=pick(
                "The question asks for a number such as a mean, but names no numeric column of the table.",
                "问题询问均值一类的数值，但没有提到表中的数值列。",
            ),
            missing=made.missing or reading.unread,
        )
    return replace(made, statistics=statistics, columns=numeric if needs_number else (wanted or free_groups(made)))


def free_groups(reading: Reading) -> tuple[ColumnSchema, ...]:
    """Return the grouping column of a lookup as its only column, where there is no other."""
    return (reading.by,) if reading.by is not None else ()


_ROWS_A_LEVEL = 5
_EXTREME = re.compile(r"\b(?:maximum|minimum|max|min|single)\b|最大值|最小值|单个", re.IGNORECASE)


def _top(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    hit = p.TOP.search(skeleton)
    place = next(int(group) for group in hit.groups() if group) if hit else left[0]
    x = columns[place]
    end = p.SUPERLATIVE.search(skeleton)
    after = [int(i) for i in re.findall(r"⟦(\d+)⟧", skeleton[end.end() :] if end else "")]
    rest = [columns[i] for i in (*(i for i in after if i in left), *left) if columns[i] != x]
    y = rest[0] if rest else None
    if y is not None and not is_number(y):
        return replace(
            reading,
            kind="unknown",
            problem=pick(
                f"{y.name} is not numeric, so its values have no order.", f"{y.name} 不是数值列，取值没有大小次序。"
            ),
        )
    statistics = tuple(s for s in statistics_of(skeleton) if s in ("mean", "median", "sum", "count", "share"))
    notes = reading.notes
    rows, levels = reading.frame.rows, x.distinct
    many = rows is not None and levels is not None and is_groups(x) and levels * _ROWS_A_LEVEL <= rows
    if y is not None and many and not statistics and not is_time(x) and not _EXTREME.search(skeleton):
        statistics = ("mean",)
        note = pick(
            f"Each {x.name} has many rows, so their means of {y.name} are put in order, not single values",
            f"每个 {x.name} 有许多行，因此按 {y.name} 的均值排序，而不是按单个值",
        )
        notes = (*notes, note)
    return replace(reading, x=x, y=y, statistics=statistics, notes=notes, lowest=p.LOWEST.search(skeleton) is not None)


def _plain(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    return reading


def _unknown(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    if re.search(p.KINDS[5][1], skeleton) or reading.columns:
        return _too_few(reading, skeleton, reading.columns)
    return replace(
        reading,
        missing=reading.missing or reading.unread,
        problem=pick("The question was not understood.", "没有理解这个问题。"),
    )


Fill = Callable[[Reading, str, Sequence[ColumnSchema], Sequence[int]], Reading]
"""Fills the roles of a reading from the skeleton, the mentioned columns and the mentions that are no filters."""

ROLES: Mapping[Kind, Fill] = {
    "effect": _roles,
    "compare": _roles,
    "relate": _roles,
    "correlations": _plain,
    "distribution": _single,
    "trend": _trend,
    "drivers": _drivers,
    "quality": _plain,
    "overview": _plain,
    "lookup": _lookup,
    "top": _top,
    "unknown": _unknown,
}
