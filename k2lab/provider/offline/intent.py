"""Intent: from a question to its reading, the kind of question and the part each column plays."""

# ruff: noqa: E501 - a sentence stays on one line
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from k2lab.locale import pick
from k2lab.provider.offline import patterns as p
from k2lab.provider.offline.filters import find_filters
from k2lab.provider.offline.leftovers import missing, pointed, unread
from k2lab.provider.offline.match import Mention, mentions
from k2lab.provider.offline.reading import (
    Kind,
    Reading,
    is_binary,
    is_constant,
    is_groups,
    is_measure,
    is_number,
)
from k2lab.provider.offline.requested import changes, requested
from k2lab.provider.offline.roles import ROLES, statistics_of, unique
from k2lab.provider.offline.timing import groupable, over_time
from k2lab.schema.model import ColumnSchema, FrameSchema


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
    asked, wanted, form = requested(question)
    text = " ".join(asked.split())
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
    best = replace(best, question=text, wanted=wanted, form=form)
    told = changes(form)
    return replace(best, kind="unknown", problem=_not_done(told)) if told else best


def _not_done(told: str) -> str:
    return pick(
        f"The question asks for “{told}”, which the offline analyst does not do.",
        f"问题要求“{told}”，离线分析器不做这类工作。",
    )


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
    filters, skeleton, used, implied = find_filters(skeleton, columns, frame)
    if implied is not None:
        columns.append(implied)
    left = [place for place in range(len(columns)) if place not in used]
    kind = _kind(skeleton, [columns[place] for place in left], columns, filtered=bool(filters))
    named = unique([columns[place] for place in left])
    left_over = unread(skeleton, (frame.name,))
    reading = Reading(
        kind=kind,
        frame=frame,
        columns=named,
        filters=filters,
        notes=_notes(found),
        missing=missing(text, found),
        unread=left_over,
        pointed=pointed(text, left_over),
    )
    if asked := p.UNSUPPORTED.search(skeleton):
        told = re.sub(r"⟦(\d+)⟧", lambda found: columns[int(found.group(1))].name, asked.group())
        return replace(
            reading,
            kind="unknown",
            problem=_not_done(told),
        )
    made = ROLES[kind](reading, skeleton, columns, left)
    period = p.PERIODS.search(skeleton)
    if period and made.kind in ("lookup", "distribution", "top"):
        told = period.group()
        problem = pick(
            f"The question asks for “{told}”, but no column that it names holds these periods; a trend can be asked for.",
            f"问题要求“{told}”，但所提到的列中没有这样的时段；可以改问趋势。",
        )
        return replace(made, kind="unknown", problem=problem)
    return _sensible(made)


def _notes(found: Sequence[Mention]) -> tuple[str, ...]:
    made = []
    for mention in found:
        if mention.twin_of:
            made.append(
                pick(
                    f"In place of {mention.twin_of}, {mention.column.name} is used, since another column says that the units of {mention.twin_of} differ",
                    f"以 {mention.column.name} 代替 {mention.twin_of}，因为另有一列说明后者的单位不一",
                )
            )
        if mention.others:
            others = ", ".join(mention.others[:5])
            made.append(
                pick(
                    f"The words for {mention.column.name} fit {others} as well; quote a name to choose it",
                    f"{mention.column.name} 的说法同样符合 {others}；用引号写出列名即可指定",
                )
            )
    return tuple(dict.fromkeys(made))


def _kind(skeleton: str, columns: Sequence[ColumnSchema], mentioned: Sequence[ColumnSchema], *, filtered: bool) -> Kind:
    found = {kind for kind, pattern in p.KINDS if pattern.search(skeleton)}
    statistics = statistics_of(skeleton)
    distinct = len(unique(columns))
    if "overview" in found and not columns:
        return "overview"
    if "drivers" in found:
        return "drivers"
    if "correlations" in found and distinct < 2:
        return "correlations"
    if over_time(skeleton, mentioned) and (distinct == 2 or not {"effect", "compare", "relate"} & found):
        return "trend"
    if distinct == 3 and over_time(skeleton, mentioned, surely=True):
        return "trend"
    if "effect" in found and distinct >= 2:
        return "effect"
    if (
        p.TOP.search(skeleton)
        and (distinct > 1 or "mode" in statistics)
        and ({"max", "min", "mode"} & set(statistics) or p.LOWEST.search(skeleton) or "top" in skeleton)
    ):
        return "top"
    if (
        "trend" in found
        and distinct >= 1
        and not ({"effect", "compare"} & found and distinct > 2)
        and not _plain_mean(statistics, found, skeleton)
    ):
        return "trend"
    if "missing" in statistics and distinct:
        return "lookup"
    if "quality" in found:
        return "quality"
    if "compare" in found and distinct >= 2:
        return "compare"
    if "relate" in found and distinct >= 2:
        return "relate"
    numeric = set(statistics) & {"mean", "median", "sd", "variance", "skewness", "kurtosis"}
    if distinct and (len(numeric) > 1 or numeric & {"skewness", "kurtosis"}) and not p.NORMAL.search(skeleton):
        return "lookup"
    if "distribution" in found and distinct:
        return "distribution"
    if statistics and (distinct or "count" in statistics or (filtered and "share" in statistics)):
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
    return bool(statistics) and not re.search(
        r"trend|over time|chang|evol|develop|趋势|变化|走势|逐", skeleton, re.IGNORECASE
    )


def _sensible(reading: Reading) -> Reading:
    """Mend parts that the types do not allow, and say so."""
    y, x = reading.y, reading.x
    often = Counter(column.name for column in reading.frame.columns)
    for column in (y, x, reading.by, reading.time, *reading.columns):
        if column is not None and often[column.name] > 1:
            return replace(
                reading,
                kind="unknown",
                problem=pick(
                    f"{often[column.name]} columns are called {column.name}; give each a name of its own first.",
                    f"有 {often[column.name]} 列都叫 {column.name}；请先让每列名称各不相同。",
                ),
            )
    swap = reading.kind in ("compare", "relate") or (y is not None and not is_binary(y))
    if swap and y is not None and x is not None and not is_number(y) and is_measure(x) and not is_groups(x):
        y, x = x, y  # "compare the sexes by income": the measured one is the outcome, whatever the word order
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
    return groupable(replace(reading, y=y, x=x))
