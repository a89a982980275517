"""Looking: columns of a wide frame that the first message only names, folds or leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from k2lab.conversation.messages import Message, ToolSpec
from k2lab.provider.offline.outcome import calls
from k2lab.provider.offline.reading import Reading
from k2lab.provider.offline.stopwords import FUNCTION_WORDS
from k2lab.provider.offline.understand import quotes, words
from k2lab.schema.model import ColumnSchema, FrameSchema

_MOST_PATTERNS = 8


def further(
    reading: Reading, question: str, since: Sequence[Message], tools: Sequence[ToolSpec]
) -> dict[str, Any] | None:
    """Return the arguments of a `look`, where the schema that was sent does not do; at most three looks a run.

    First for columns that it leaves out, by the words of the question; then for those it names without counts.
    """
    if not any(tool.name == "look" for tool in tools):
        return None
    asked = [call.arguments for call in calls(since) if call.name == "look"]
    frame = reading.frame
    if frame.hidden and not asked:
        return {"frame": frame.name, "columns": _patterns(question)}
    if frame.hidden and len(asked) == 1 and asked[0].get("columns") and _failed(since):
        return {"frame": frame.name, "columns": []}  # a pattern without a column fails the whole look: ask for all
    played = (reading.y, reading.x, reading.by, reading.time, *reading.adjust, *reading.columns)
    played = (*played, *(f.column for f in reading.filters))
    bare = [c.name for c in dict.fromkeys(played) if c is not None and _bare(c)]
    tried = {str(name) for arguments in asked for name in arguments.get("columns", ())}
    fresh = [name for name in bare if name not in tried]
    return {"frame": frame.name, "columns": fresh} if fresh and len(asked) < 3 else None


def _failed(since: Sequence[Message]) -> bool:
    """Say whether the last look gave nothing."""
    told = [message.text for message in since if message.role == "tool"]
    return bool(told) and not told[-1].startswith("status: ok")


def _bare(column: ColumnSchema) -> bool:
    """Say whether a column is known by name and type only."""
    return column.distinct is None and column.nulls is None and column.kind != "nested"


def _patterns(question: str) -> list[str]:
    """Return quoted names, identifiers and word patterns of a question."""
    made = [quote.text for quote in quotes(question)]
    made += [
        part
        for part in question.replace("?", " ").replace(",", " ").split()
        if "_" in part or any(c.isdigit() for c in part)
    ]
    for word in words(question):
        if len(word.text) >= 3 and word.text.lower() not in FUNCTION_WORDS and not word.text.isdigit():
            made.append(f"*{word.text.lower()}*")
    return list(dict.fromkeys(made))[:_MOST_PATTERNS]


def seen_more(frames: Sequence[FrameSchema], since: Sequence[Message]) -> tuple[FrameSchema, ...]:
    """Add to the frames what `look` has told."""
    from k2lab.schema.parse import parse

    looks = {call.id: call for call in calls(since) if call.name == "look"}
    made = {frame.name: frame for frame in frames}
    for message in since:
        call = looks.get(message.call_id or "")
        if message.role != "tool" or call is None or not message.text.startswith("status: ok"):
            continue
        try:
            told = parse(message.text.partition("\n")[2])
        except ValueError:  # words of another tool, or a text that was cut
            continue
        for more in told:
            if more.name in made:
                made[more.name] = _merged(made[more.name], more)
    return tuple(made.values())


def _merged(frame: FrameSchema, more: FrameSchema) -> FrameSchema:
    known = {column.name: column for column in frame.columns}
    fresh = 0
    for column in more.columns:
        fresh += column.name not in known
        if column.name not in known or _bare(known[column.name]):
            known[column.name] = column
    return replace(frame, columns=tuple(known.values()), hidden=max(0, frame.hidden - fresh))
