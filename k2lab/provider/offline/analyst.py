"""The offline analyst: a provider made of rules, so that a question is answered without any model."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2lab.conversation.messages import Completion, Message, TextDelta, ToolCall, ToolSpec
from k2lab.conversation.prompt import Opening, read_opening
from k2lab.locale import language, pick, use_language
from k2lab.provider.offline import findings, not_understood, prose
from k2lab.provider.offline.books import correlations, distribution, drivers, overview, quality, trend
from k2lab.provider.offline.cells import Cell, Rows, imports
from k2lab.provider.offline.follow import followed
from k2lab.provider.offline.levels import Resolved, resolve
from k2lab.provider.offline.looking import further, seen_more
from k2lab.provider.offline.lookup import lookup, top
from k2lab.provider.offline.outcome import Outcome, calls, outcomes
from k2lab.provider.offline.reading import Reading
from k2lab.provider.offline.story import Book, story
from k2lab.schema.model import FrameSchema

MODEL = "offline analyst, rule-based, no language model"

_ENDED = ("died", "interrupted")
_MOST_REFUSED = 2
_STUCK = 4  # failed steps in a row

_BOOKS = {
    "effect": story,
    "compare": story,
    "relate": story,
    "correlations": correlations,
    "distribution": distribution,
    "trend": trend,
    "drivers": drivers,
    "quality": quality,
    "overview": overview,
    "lookup": lookup,
    "top": top,
}


@dataclass(frozen=True, kw_only=True)
class _Next:
    """What to do now: a cell to run, or the arguments of `finish`."""

    cell: Cell | None = None
    finish: Mapping[str, Any] | None = None


class OfflineAnalyst:
    """Answers common questions about a table by rules, in the place of a model.

    It keeps nothing between calls: question, schema and results are read from the messages, as a model
    would read them. The playbook is played again from its beginning each time, with the outcomes that
    the messages hold, up to the first cell that has none.

    Examples
    --------
    >>> OfflineAnalyst().model
    'offline analyst, rule-based, no language model'
    """

    @property
    def model(self) -> str:
        """What stands wherever a model name stands."""
        return MODEL

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Iterator[TextDelta | Completion]:
        """Yield a short text, then the next cell to run or the answer.

        Raises
        ------
        ValueError
            If the messages hold no opening message.
        """
        opening, since = _opening(messages)
        earlier = _earlier(messages[: len(messages) - len(since) - 1])
        before = language()
        use_language(opening.language)
        try:
            text, call = _reply(opening, earlier, since, tools, len(calls(messages)))
        finally:
            use_language(before)
        if text:
            yield TextDelta(text=text)
        message = Message(role="assistant", text=text, calls=(call,))
        yield Completion(message=message, finish_reason="tool_calls", model=MODEL)


def _opening(messages: Sequence[Message]) -> tuple[Opening, tuple[Message, ...]]:
    """Return the last question, and what was said since."""
    for place in range(len(messages) - 1, -1, -1):
        try:
            return read_opening(messages[place]), tuple(messages[place + 1 :])
        except ValueError:
            continue
    raise ValueError("the conversation holds no question")


def _earlier(messages: Sequence[Message]) -> tuple[str, ...]:
    """Return the questions of earlier runs, oldest first."""
    made = []
    for message in messages:
        try:
            made.append(read_opening(message).question)
        except ValueError:
            continue
    return tuple(made)


def _reply(
    opening: Opening, earlier: Sequence[str], since: Sequence[Message], tools: Sequence[ToolSpec], number: int
) -> tuple[str, ToolCall]:
    frames = _frames(opening.schema_text)
    done = outcomes(since)
    first = not any(message.role == "assistant" for message in since)
    call_id = f"offline-{number + 1}"
    if not frames:
        return _finish(call_id, _no_frame(), first)
    frames = seen_more(frames, since)
    reading = followed(opening.question, earlier, frames)
    if wanted := further(reading, opening.question, since, tools):
        text = prose.plan_text(reading) if first and reading.kind != "unknown" else ""
        return text, _call(call_id, "look", wanted)
    can_run = any(tool.name == "run_cell" for tool in tools)
    step = _play(reading, done, stop=not can_run or _told_to_end(since, done))
    if step.finish is not None:
        text = not_understood.plan_text(reading) if first else ""
        return text, _call(call_id, "finish", step.finish)
    assert step.cell is not None
    code = step.cell.code
    if not any(outcome.status in ("ok", "error") and outcome.code.startswith("from k2lab import") for outcome in done):
        code = imports() + code
    text = prose.plan_text(reading) if first else ""
    return text, _call(call_id, "run_cell", {"code": code, "title": step.cell.title, "why": step.cell.why})


def _frames(schema_text: str) -> tuple[FrameSchema, ...]:
    from k2lab.schema.parse import parse

    return parse(schema_text)


def _play(reading: Reading, done: Sequence[Outcome], *, stop: bool) -> _Next:
    """Play the playbook with the outcomes so far, up to the first cell that has not been run."""
    if reading.kind == "unknown":
        return _Next(finish=not_understood.refusal(reading))
    seen: list[Outcome] = []
    finding = resolve(reading)
    cell = _advance(finding, done, seen)
    if isinstance(cell, Cell):
        return (
            _Next(cell=cell)
            if not stop
            else _Next(finish=findings.answer(reading, Rows(frame=reading.frame), seen, True))
        )
    resolved: Resolved = cell
    reading, rows = resolved.reading, resolved.rows
    if resolved.lost:
        return _Next(finish=not_understood.refusal(reading, resolved.lost))
    book: Book = _BOOKS[reading.kind](reading, rows)
    cell = _advance(book, done, seen)
    if isinstance(cell, Cell) and not stop and not _stuck(seen):
        return _Next(cell=cell)
    return _Next(finish=findings.answer(reading, rows, seen, isinstance(cell, Cell)))


def _advance(book: Generator[Cell, Outcome, Any], done: Sequence[Outcome], seen: list[Outcome]) -> Any:
    """Return the first cell without an outcome, or what the generator returns at its end."""
    try:
        cell = next(book)
        while True:
            outcome = next((o for o in done if o.code == cell.code or o.code.endswith("\n" + cell.code)), None)
            if outcome is None:
                return cell
            if outcome not in seen:
                seen.append(outcome)
            cell = book.send(outcome)
    except StopIteration as end:
        return end.value


def _stuck(seen: Sequence[Outcome]) -> bool:
    """Say whether one step after the other has failed, so that more of them would only cost time."""
    return len(seen) >= _STUCK and not any(outcome.ok for outcome in seen[-_STUCK:])


def _told_to_end(since: Sequence[Message], done: Sequence[Outcome]) -> bool:
    """Say whether no further cell should be asked for."""
    if any(outcome.status in _ENDED for outcome in done):
        return True
    if sum(outcome.status == "refused" for outcome in done) >= _MOST_REFUSED:
        return True
    if any(call.name == "finish" for call in calls(since)):
        return True
    if any("note: no steps are left" in message.text for message in since if message.role == "tool"):
        return True
    return any(message.role == "user" for message in since)


def _call(call_id: str, name: str, arguments: Mapping[str, Any]) -> ToolCall:
    return ToolCall(id=call_id, name=name, arguments=dict(arguments), raw=json.dumps(arguments, ensure_ascii=False))


def _finish(call_id: str, arguments: Mapping[str, Any], first: bool) -> tuple[str, ToolCall]:
    text = (
        pick("Offline analyst (rule-based, no language model).\n", "离线分析器（基于规则，非语言模型）。\n")
        if first
        else ""
    )
    return text, _call(call_id, "finish", arguments)


def _no_frame() -> dict[str, Any]:
    return {
        "answered": False,
        "title": pick("Not answered", "未作答"),
        "summary": pick("There is no frame to analyse; load a table first.", "没有可分析的数据表；请先载入数据。"),
        "findings": [],
        "methods": [],
        "limitations": [],
        "follow_ups": [],
    }
