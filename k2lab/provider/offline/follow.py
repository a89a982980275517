"""Follow-up questions: "and by sex?" is read with the question before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from k2lab.locale import pick
from k2lab.provider.offline.filters import find_filters
from k2lab.provider.offline.intent import read
from k2lab.provider.offline.match import mentions
from k2lab.provider.offline.reading import Reading, is_groups, is_number
from k2lab.schema.model import FrameSchema

_OPENS = re.compile(
    r"^\s*(?:(?:and|but|what about|how about|now|also|then|same|the same|only|just)\b|那么?|换成|再|同样|又|改为|只看)",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:by|across|within|for each|per|separately|split)\b|按|不同|分", re.IGNORECASE)


def followed(question: str, earlier: Sequence[str], frames: Sequence[FrameSchema]) -> Reading:
    """Read a question, with the one before it when it does not stand alone.

    Parameters
    ----------
    question : str
    earlier : sequence of str
        The questions before it, oldest first.
    frames : sequence of FrameSchema
    """
    alone = read(question, frames)
    if not earlier or not _OPENS.match(question) or (alone.y is not None and alone.x is not None):
        return alone
    before = followed(earlier[-1], earlier[:-1], frames)
    if before.kind == "unknown" or before.y is None:
        return alone
    text = " ".join(question.split())
    found = mentions(text, before.frame)
    skeleton = text
    for place, mention in reversed(list(enumerate(found))):
        skeleton = f"{skeleton[: mention.start]}⟦{place}⟧{skeleton[mention.end :]}"
    filters, _, used, _ = find_filters(skeleton, [mention.column for mention in found], before.frame)
    columns = [mention.column for place, mention in enumerate(found) if place not in used]
    if not columns and not filters:
        return alone
    note = pick("Read with the question before it", "结合前一个问题理解")
    made = replace(before, filters=(*before.filters, *filters), notes=(*before.notes, note), unread=())
    if not columns:
        return made
    column = columns[0]
    if before.x is None:
        return replace(made, by=column) if is_groups(column) else replace(made, y=column, columns=(column,))
    if _BY.search(question) and is_groups(column) and column != before.x:
        return replace(made, by=column)
    if is_number(column) and not is_groups(column) and is_groups(before.x):
        return replace(made, y=column, by=before.by)
    return replace(made, x=column, by=before.by if before.by != column else None)
