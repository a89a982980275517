"""Outcomes: what came of the cells so far, read from the conversation."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2lab.conversation.messages import Message, ToolCall

MARK = "k2lab"
"""A cell hands values to the next step as one printed line of JSON, an object with this key."""

_STATUS = re.compile(r"status:\s*([a-z]+)")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one cell.

    Attributes
    ----------
    step : int
        1-based number of the tool call within the run.
    code : str
    status : str
        ``ok``, ``error``, ``timeout``, ``refused``...; ``error`` where the text says none.
    results : tuple of mapping
        The results of `k2lab.stats` that it displayed, as JSON.
    values : mapping or None
        What it printed for the next step.
    figures : int
    text : str
    """

    step: int
    code: str
    status: str
    results: tuple[Mapping[str, Any], ...] = ()
    values: Any = None
    figures: int = 0
    text: str = ""

    @property
    def ok(self) -> bool:
        """Whether the cell ran to its end."""
        return self.status == "ok"

    def result(self, *kinds: str) -> Mapping[str, Any] | None:
        """Return its first result of one of these kinds."""
        return next((found for found in self.results if found.get("kind") in kinds), None)


def outcomes(messages: Sequence[Message]) -> tuple[Outcome, ...]:
    """Read the outcomes of all cells of a run; `messages` are those after its opening."""
    answers = {message.call_id: message.text for message in messages if message.role == "tool"}
    made = []
    for step, call in enumerate(calls(messages), start=1):
        if call.name == "run_cell" and call.id in answers:
            made.append(_outcome(step, str(call.arguments.get("code", "")), answers[call.id]))
    return tuple(made)


def calls(messages: Sequence[Message]) -> tuple[ToolCall, ...]:
    """Return all tool calls in order; their places are the step numbers."""
    return tuple(call for message in messages if message.role == "assistant" for call in message.calls)


def _outcome(step: int, code: str, text: str) -> Outcome:
    status = _STATUS.match(text)
    results, values = [], None
    for line in text.splitlines():
        if line.startswith("result: "):
            found = _json(line.removeprefix("result: "))
            if isinstance(found, Mapping):
                results.append(found)
        elif f'{{"{MARK}": ' in line:
            found = _json(line[line.index(f'{{"{MARK}": ') :])
            if isinstance(found, Mapping):
                values = found.get(MARK)
    return Outcome(
        step=step,
        code=code,
        status=status.group(1) if status else "error",
        results=tuple(results),
        values=values,
        figures=sum(line.startswith("figure: ") for line in text.splitlines()),
        text=text,
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # a line that was cut to fit
        return None
