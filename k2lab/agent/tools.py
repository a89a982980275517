"""Tools: what the model may do, and whether the arguments of a call fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from k2lab.conversation.messages import ToolCall, ToolSpec

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}

RUN_CELL = ToolSpec(
    name="run_cell",
    description=(
        "Run one Python cell in the person's notebook kernel and read what it shows. "
        "One idea per cell; end with the expression to show."
    ),
    parameters={
        "type": "object",
        "properties": {
            "code": {"type": "string", "description": "The cell's Python code."},
            "title": {
                "type": "string",
                "description": "What the cell shows, in at most eight words, in the person's language.",
            },
            "why": {"type": "string", "description": "Why this is the next thing to look at, in one sentence."},
        },
        "required": ["code", "title", "why"],
    },
)

LOOK = ToolSpec(
    name="look",
    description="Read what is known of columns that the first message has left out or cut short. Runs no code.",
    parameters={
        "type": "object",
        "properties": {
            "frame": {"type": "string", "description": "The frame's name."},
            "columns": {
                "type": "array",
                "items": _TEXT,
                "description": "Names, or patterns with * and ?; empty for all.",
            },
        },
        "required": ["frame", "columns"],
    },
)

FINISH = ToolSpec(
    name="finish",
    description="Give the answer and end. Call it alone, after the results it rests on have been read.",
    parameters={
        "type": "object",
        "properties": {
            "answered": {"type": "boolean", "description": "Whether the data answer the question."},
            "title": {"type": "string", "description": "A title for the report."},
            "summary": {
                "type": "string",
                "description": "The answer in one or two sentences, with estimate, interval and n.",
            },
            "findings": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "text": {"type": "string", "description": "One sentence that stands alone."},
                        "steps": {
                            "type": "array",
                            "items": {"type": "integer"},
                            "description": "Steps its numbers come from.",
                        },
                        "columns": {"type": "array", "items": _TEXT, "description": "Columns it is about."},
                    },
                    "required": ["text", "steps", "columns"],
                },
            },
            "methods": _TEXTS,
            "limitations": _TEXTS,
            "follow_ups": _TEXTS,
        },
        "required": ["answered", "title", "summary", "findings", "methods", "limitations", "follow_ups"],
    },
)

ASK_USER = ToolSpec(
    name="ask_user",
    description="Ask the person one short question, only when the analysis cannot go on without the answer.",
    parameters={
        "type": "object",
        "properties": {"question": {"type": "string", "description": "The question, in the person's language."}},
        "required": ["question"],
    },
)

_FORGIVEN: dict[str, Any] = {"title": "", "why": "", "columns": [], "steps": [], "findings": []}
_FORGIVEN |= {"methods": [], "limitations": [], "follow_ups": []}
_MADE_OF = {"string": str, "array": list, "object": dict, "boolean": bool, "integer": int}


def offered(*, ask: bool) -> tuple[ToolSpec, ...]:
    """Return the tools of a run, always in the same order; `ask_user` only where a person is there."""
    return (RUN_CELL, LOOK, FINISH, ASK_USER) if ask else (RUN_CELL, LOOK, FINISH)


def fit(call: ToolCall, tools: tuple[ToolSpec, ...]) -> tuple[dict[str, Any], str]:
    """Fit the arguments of a call to its tool.

    What can only mean one thing is mended: text for a number or a yes/no, a lone value for a list, JSON in a string,
    a missing part that may be empty, a part that nobody asked for.

    Parameters
    ----------
    call : ToolCall
    tools : tuple of ToolSpec

    Returns
    -------
    arguments : dict
        All properties of the tool, of the right types; empty where there is a fault.
    fault : str
        What does not fit, said to the model; empty where all fits.

    Examples
    --------
    >>> fit(ToolCall(id="1", name="look", arguments={"frame": "df", "columns": "age"}), offered(ask=False))
    ({'frame': 'df', 'columns': ['age']}, '')
    >>> fit(ToolCall(id="1", name="plot"), offered(ask=False))[1]
    "There is no tool 'plot'. The tools are: run_cell, look, finish."
    """
    spec = next((tool for tool in tools if tool.name == call.name), None)
    if spec is None:
        return {}, f"There is no tool {call.name!r}. The tools are: {', '.join(tool.name for tool in tools)}."
    if call.fault:
        return {}, call.fault
    problems: list[str] = []
    made = _object(spec.parameters, call.arguments, "", problems)
    if problems:
        return {}, f"The arguments of {call.name} do not fit: {'; '.join(problems[:6])}. Send the call again."
    return made, ""


def _object(schema: Mapping[str, Any], value: Mapping[str, Any], path: str, problems: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, part in schema["properties"].items():
        if value.get(name) is not None:
            made[name] = _value(part, value[name], f"{path}{name}", problems)
        elif name in _FORGIVEN:
            made[name] = _FORGIVEN[name]
        else:
            problems.append(f"{path}{name} is missing")
    return made


def _value(schema: Mapping[str, Any], value: Any, path: str, problems: list[str]) -> Any:
    kind = schema["type"]
    value = _mended(kind, schema, value)
    right = isinstance(value, _MADE_OF[kind]) and not (kind == "integer" and isinstance(value, bool))
    if not right:
        problems.append(f"{path} must be {'an' if kind[0] in 'aio' else 'a'} {kind}, not {type(value).__name__}")
    elif kind == "array":
        return [_value(schema["items"], item, f"{path}[{place}]", problems) for place, item in enumerate(value)]
    elif kind == "object":
        return _object(schema, value, f"{path}.", problems)
    return value


def _mended(kind: str, schema: Mapping[str, Any], value: Any) -> Any:
    if isinstance(value, str) and kind in ("array", "object") and value.strip()[:1] in ("[", "{"):
        try:
            value = json.loads(value, strict=False)
        except (ValueError, RecursionError):
            return value
    if kind == "array" and isinstance(value, (str, dict, int)) and not isinstance(value, bool):
        return [value] if value != "" else []
    if kind == "object" and isinstance(value, str) and "text" in schema["properties"]:
        return {"text": value}
    if kind == "boolean" and isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if kind == "integer" and isinstance(value, (str, float)):
        text = str(value).strip().removesuffix(".0").lower().removeprefix("step").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else value
    if kind == "string" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value
