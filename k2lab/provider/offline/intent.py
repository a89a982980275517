"""Intent: from a question to its reading, the kind of question and the part each column plays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from k2lab.locale import pick
from k2lab.provider.offline import patterns as p
from k2lab.provider.offline.filters import find_filters
from k2lab.provider.offline.lexicon import GENERIC, meanings
from k2lab.provider.offline.match import Mention, mentions
from k2lab.provider.offline.reading import (
    Kind,
    Reading,
    Statistic,
    is_binary,
    is_constant,
    is_groups,
    is_identifier,
    is_measure,
    is_number,
)
from k2lab.provider.offline.stopwords import FUNCTION_WORDS
from k2lab.provider.offline.understand import quotes, words
from k2lab.schema.model import ColumnSchema, FrameSchema

# What is said about the answer, not asked: how to write it, which tool to use.
_ASIDE = re.compile(r"@\w+\[|\b(?:round(?:ed)? (?:off|to)|use the|using (?:the|python|pandas|scipy))\b", re.IGNORECASE)


def read(question: str, frames: Sequence[FrameSchema]) -> Reading:
    """Read a question.

    Parameters
    ----------
    question : str
    frames : sequence of FrameSchema
        At least one.

    Returns
    -------
    Reading
        Of kind ``unknown``, with the reason, when the question is not understood.
    """
    text = " ".join(question.split())
    best: Reading | None = None
    best_rank = (-1.0, -1.0)
    for frame in frames:
        found = mentions(text, frame)
        rank = (float(len({m.column.name for m in found})), float(sum(m.literal for m in found)))
        named = re.search(rf"(?<!\w){re.escape(frame.name)}(?!\w)", text) is not None and len(frame.name) > 1
        rank = (rank[0] + (1.5 if named else 0.0), rank[1])
        if rank > best_rank:
            best, best_rank = _read(text, frame, found), rank
    if best is None:
        raise ValueError("no frame to read the question against")
    return best


def _skeleton(text: str, found: Sequence[Mention]) -> str:
    """Put ⟦number⟧ where a column is mentioned."""
    parts, at = [], 0
    for place, mention in enumerate(found):
        parts += [text[at : mention.start], f"⟦{place}⟧"]
        at = mention.end
    return "".join([*parts, text[at:]])


def _read(text: str, frame: FrameSchema, found: Sequence[Mention]) -> Reading:
    text = text.replace("⟦", "(").replace("⟧", ")")
    columns = [mention.column for mention in found]
    skeleton = _skeleton(text, found)
    filters, skeleton, used = find_filters(skeleton, columns, frame)
    left = [place for place in range(len(found)) if place not in used]
    kind = _kind(skeleton, [columns[place] for place in left])
    named = _unique([columns[place] for place in left])
    reading = Reading(kind=kind, frame=frame, columns=named, filters=filters, notes=_notes(found), missing=_missing(text, found))
    made = _ROLES[kind](reading, skeleton, columns, left)
    return _sensible(made)


def _unique(columns: Sequence[ColumnSchema]) -> tuple[ColumnSchema, ...]:
    return tuple({column.name: column for column in columns}.values())


def _notes(found: Sequence[Mention]) -> tuple[str, ...]:
    made = []
    for mention in found:
        if mention.twin_of:
            made.append(
                pick(
                    f"{mention.column.name} is used in place of {mention.twin_of}, since another column says that the units of the latter differ",
                    f"以 {mention.column.name} 代替 {mention.twin_of}，因为另有一列说明后者的单位不一",
                )
            )
        if mention.others:
            others = ", ".join(mention.others[:5])
            made.append(
                pick(
                    f"the words for {mention.column.name} fit {others} as well; quote a name to choose it",
                    f"{mention.column.name} 的说法同样符合 {others}；用引号写出列名即可指定",
                )
            )
    return tuple(dict.fromkeys(made))


_NAMED_COLUMN = re.compile(
    r"\b(?:column|variable|field|feature)\s+(?:called|named)?\s*[`\"'“]?(\w[\w.]*)[`\"'”]?|[`\"'“](\w[\w. ]*)[`\"'”]\s+(?:column|variable|field)\b|(\b[a-z]+_[a-z_0-9]+\b)",
    re.IGNORECASE,
)


def _missing(text: str, found: Sequence[Mention]) -> tuple[str, ...]:
    """Return what the question names as a column though no column fits."""
    made = []
    for hit in _NAMED_COLUMN.finditer(text):
        place = next(i for i in (1, 2, 3) if hit.group(i))
        low, high = hit.span(place)
        name = hit.group(place)
        if any(m.start < high and low < m.end for m in found) or name.lower() in FUNCTION_WORDS:
            continue
        if "@" in text[max(0, low - 2) : low]:
            continue
        made.append(name)
    return tuple(dict.fromkeys(made))


def _unread(text_skeleton: str) -> tuple[str, ...]:
    """Return content words of the question that were not read as anything."""
    rest = re.sub(r"⟦\d+⟧", " ", text_skeleton)
    found = [w.text for w in words(rest) if w.text.lower() not in FUNCTION_WORDS and not w.text.isdigit()]
    return tuple(dict.fromkeys(w for w in found if (len(w) > 2 and w.isascii() and w.lower() not in GENERIC) or meanings(w)))[:6]


def _statistics(skeleton: str) -> tuple[Statistic, ...]:
    rest = skeleton
    made: list[Statistic] = []
    for name, pattern in p.STATISTICS:
        if pattern.search(rest):
            made.append(name)  # type: ignore[arg-type]
            rest = pattern.sub(" ", rest)
    return tuple(made)


def _kind(skeleton: str, columns: Sequence[ColumnSchema]) -> Kind:
    found = {kind for kind, pattern in p.KINDS if pattern.search(skeleton)}
    statistics = _statistics(skeleton)
    distinct = len(_unique(columns))
    if "overview" in found and not columns:
        return "overview"
    if "drivers" in found:
        return "drivers"
    if "correlations" in found and distinct < 2:
        return "correlations"
    if "effect" in found and distinct >= 2:
        return "effect"
    if p.TOP.search(skeleton) and ({"max", "min", "mode"} & set(statistics) or p.LOWEST.search(skeleton) or "top" in skeleton):
        return "top"
    if "trend" in found and distinct >= 1 and not ({"effect", "compare"} & found and distinct > 2) and not _plain_mean(statistics, found, skeleton):
        return "trend"
    if "missing" in statistics and distinct:
        return "lookup"
    if "quality" in found:
        return "quality"
    if "compare" in found and distinct >= 2:
        return "compare"
    if "relate" in found and distinct >= 2:
        return "relate"
    if "distribution" in found and distinct:
        return "distribution"
    if statistics and (distinct or "count" in statistics):
        return "lookup"
    if "overview" in found:
        return "overview"
    if distinct >= 2:
        return "effect" if "effect" in found else "compare"
    if distinct == 1 and {"effect", "relate"} & found:
        return "unknown"
    return "distribution" if distinct == 1 and len(skeleton) < 60 and not found else "unknown"


def _plain_mean(statistics: Sequence[str], found: set[str], skeleton: str) -> bool:
    """Say whether "by year" only asks for a table of means."""
    return bool(statistics) and not re.search(r"trend|over time|chang|evol|develop|趋势|变化|走势|逐", skeleton, re.IGNORECASE)


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
    free = list(_unique([columns[place] for place in left]))
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
    return replace(reading, y=y, x=x, by=by, adjust=_unique([c for c in adjust if c not in (y, x, by)]))


def _by_type(free: Sequence[ColumnSchema]) -> tuple[ColumnSchema, ColumnSchema]:
    """Take the first measured number as outcome, the first other column as group."""
    y = next((column for column in free if is_measure(column) and not is_groups(column)), None)
    y = y or next((column for column in free if is_number(column) or is_binary(column)), free[-1])
    x = next(column for column in free if column != y)
    return y, x


def _too_few(reading: Reading, skeleton: str, free: Sequence[ColumnSchema]) -> Reading:
    unread = reading.missing or _unread(skeleton)
    named = ", ".join(column.name for column in free)
    told = ", ".join(repr(word) for word in unread)
    if free and unread:
        problem = pick(
            f"The question was read as one on {named} and something else, but no column fits {told}.",
            f"问题涉及 {named} 和另一项内容，但没有哪一列符合 {told}。",
        )
    else:
        problem = pick(
            "The question compares two things, but fewer than two columns of the table were recognised in it.",
            "问题要比较两项内容，但从中认出的列不足两列。",
        )
    return replace(reading, kind="unknown", missing=unread, problem=problem)


def _sensible(reading: Reading) -> Reading:
    """Mend parts that the types do not allow, and say so."""
    y, x = reading.y, reading.x
    notes = list(reading.notes)
    if reading.kind == "compare" and y is not None and x is not None and not is_number(y) and is_measure(x) and not is_groups(x):
        y, x = x, y  # "compare the sexes by income": the measured one is the outcome, whichever the word order
    for column in (y, x, reading.by):
        if column is not None and is_constant(column):
            return replace(
                reading,
                kind="unknown",
                problem=pick(
                    f"{column.name} holds at most one value, so nothing can be compared with it.",
                    f"{column.name} 至多只有一个取值，无法用于比较。",
                ),
            )
    by = reading.by
    if by is not None and is_identifier(by, reading.frame.rows):
        notes.append(pick(f"{by.name} differs in most rows and makes no groups", f"{by.name} 几乎每行不同，不能用于分组"))
        by = None
    return replace(reading, y=y, x=x, by=by, notes=tuple(notes))


def _effect(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    return _roles(reading, skeleton, columns, left)


def _single(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    """Fill a question on one column, perhaps by groups."""
    by = _grouped(skeleton, columns, left)
    free = [columns[place] for place in left if columns[place] != by]
    y = next((c for c in free if is_measure(c) and not is_groups(c)), None) or next((c for c in free if is_number(c)), None)
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
    free = list(_unique([columns[place] for place in left]))
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
    free = list(_unique([columns[place] for place in left]))
    y = next((c for c in free if is_number(c) or is_binary(c)), None)
    if y is None:
        return _too_few(reading, skeleton, free) if not free else replace(
            reading,
            kind="unknown",
            problem=pick(f"{free[0].name} is not numeric, so no model of it is made.", f"{free[0].name} 不是数值列，无法建模。"),
        )
    return replace(reading, y=y, columns=tuple(c for c in free if c != y))


def _lookup(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    made = _single(reading, skeleton, columns, left)
    statistics = _statistics(skeleton)
    free = list(_unique([columns[place] for place in left]))
    if made.filters and set(statistics) <= {"max", "min", "range"} and any(f.op in "<=>=" for f in made.filters):
        statistics = statistics or ("mean",)
    wanted = tuple(c for c in free if c != made.by)
    numeric = tuple(c for c in wanted if is_number(c))
    needs_number = set(statistics) & {"mean", "median", "sd", "variance", "sum", "skewness", "kurtosis", "range", "quartiles"}
    if needs_number and not numeric:
        return replace(
            made,
            kind="unknown",
            problem=pick(
                "The question asks for a number such as a mean, but names no numeric column of the table.",
                "问题询问均值一类的数值，但没有提到表中的数值列。",
            ),
            missing=made.missing or _unread(skeleton),
        )
    return replace(made, statistics=statistics, columns=numeric if needs_number else (wanted or free_groups(made)))


def free_groups(reading: Reading) -> tuple[ColumnSchema, ...]:
    """Return the grouping column of a lookup as its only column, where there is no other."""
    return (reading.by,) if reading.by is not None else ()


def _top(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    hit = p.TOP.search(skeleton)
    place = next(int(group) for group in hit.groups() if group) if hit else left[0]
    x = columns[place]
    rest = [columns[i] for i in left if columns[i] != x]
    y = next((c for c in rest if is_number(c)), None)
    statistics = tuple(s for s in _statistics(skeleton) if s in ("mean", "median", "sum", "count", "share"))
    return replace(reading, x=x, y=y, statistics=statistics, lowest=p.LOWEST.search(skeleton) is not None)


def _plain(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    return reading


def _unknown(reading: Reading, skeleton: str, columns: Sequence[ColumnSchema], left: Sequence[int]) -> Reading:
    if re.search(p.KINDS[5][1], skeleton) or reading.columns:
        return _too_few(reading, skeleton, reading.columns)
    return replace(
        reading,
        missing=reading.missing or _unread(skeleton),
        problem=pick("The question was not understood.", "没有理解这个问题。"),
    )


_ROLES = {
    "effect": _effect,
    "compare": _effect,
    "relate": _effect,
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
