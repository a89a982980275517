"""Salvage: tool calls that a server left in the text instead of decoding them.

Seen with vLLM, SGLang and llama.cpp in front of Kimi K2 (``<|tool_call_begin|>functions.NAME:IDX...``), and with
smaller models behind generic templates (``<tool_call>{...}</tool_call>`` or a bare JSON object). Section markers may
be missing, singular or cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from k2lab.conversation.messages import ToolSpec
from k2lab.provider.arguments import decode

MARKERS = ("<|tool_call", "<tool_call>")
"""How leaked calls begin; text from here on is not shown before it is known what it is."""

_CALL = re.compile(r"<\|tool_call_begin\|>\s*(?P<id>[^<]*?)\s*<\|tool_call_argument_begin\|>\s*")
_END = re.compile(
    r"\s*(?:<\|tool_call_end\|>|(?=<\|tool_call_begin\|>)|(?=<\|tool_calls?_section_end\|>)|<\|im_end\|>|\Z)"
)
_ANY = re.compile(r"<\|tool_calls?(?:_section)?_(?:begin|end)\|>|<\|tool_call_argument_begin\|>|<\|im_end\|>")
_HERMES = re.compile(r"<tool_call>\s*(?P<call>\{.*?\})\s*(?:</tool_call>|\Z)", re.DOTALL)
_FENCE = re.compile(r"\A```(?:json|tool_call)?\s*(?P<call>\{.*\})\s*```\Z", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Salvaged:
    """Calls found in a text (name, argument text) and the text without them."""

    calls: tuple[tuple[str, str], ...]
    text: str


def salvage(text: str, tools: Sequence[ToolSpec]) -> Salvaged:
    """Find leaked tool calls.

    Parameters
    ----------
    text : str
        Content or reasoning of a reply that has no decoded calls.
    tools : sequence of ToolSpec
        The tools that were offered; a call whose name is lost is told by its arguments.

    Examples
    --------
    >>> leaked = 'Look.<|tool_call_begin|>functions.look:0<|tool_call_argument_begin|>{"frame": "df"}<|tool_call_end|>'
    >>> salvage(leaked, ())
    Salvaged(calls=(('look', '{"frame": "df"}'),), text='Look.')
    """
    if "<|tool_call" in text:
        return _native(text, tools)
    names = {tool.name for tool in tools}
    found = [match for match in _HERMES.finditer(text) if _named(match["call"], names)]
    if found:
        calls = tuple(_named(match["call"], names) for match in found)
        return Salvaged(calls=tuple(call for call in calls if call), text=_HERMES.sub("", text).strip())
    whole = _FENCE.match(text.strip())
    call = _named(whole["call"] if whole else text.strip(), names)
    return Salvaged(calls=(call,), text="") if call else Salvaged(calls=(), text=text)


def tool_name(given: str) -> str:
    """Return the tool's name of an id such as ``functions.run_cell:0``, or of a name that a server wrote like an id.

    Examples
    --------
    >>> tool_name("functions.run_cell:0"), tool_name("run_cell:12"), tool_name("run cell<")
    ('run_cell', 'run_cell', 'run_cell_')
    """
    bare = re.sub(r":\d*\Z", "", given.strip()).rpartition(".")[2]
    return re.sub(r"[^A-Za-z0-9_-]", "_", bare)[:64] or "unnamed"


def _native(text: str, tools: Sequence[ToolSpec]) -> Salvaged:
    calls: list[tuple[str, str]] = []
    rest, place = [], 0
    while match := _CALL.search(text, place):
        rest.append(text[place : match.start()])
        arguments, end = _argument_text(text, match.end())
        calls.append((_name(match["id"], arguments, tools), arguments))
        tail = _END.match(text, end)
        place = tail.end() if tail else end
    rest.append(text[place:])
    return Salvaged(calls=tuple(calls), text=_ANY.sub("", "".join(rest)).strip())


def _argument_text(text: str, start: int) -> tuple[str, int]:
    """Return the arguments from `start` on: a whole JSON object, else all up to the next marker."""
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(text, start)
    except (ValueError, RecursionError):
        stop = _ANY.search(text, start)
        end = stop.start() if stop else len(text)
    return text[start:end].strip(), end


def _name(given: str, arguments: str, tools: Sequence[ToolSpec]) -> str:
    name = tool_name(given)
    if not tools or any(tool.name == name for tool in tools):
        return name
    keys = set(decode(arguments)[0])
    fitting = [
        t.name for t in tools if keys and set(t.parameters["required"]) <= keys <= set(t.parameters["properties"])
    ]
    return fitting[0] if len(fitting) == 1 else name


def _named(text: str, names: set[str]) -> tuple[str, str] | None:
    """Read ``{"name": ..., "arguments": ...}`` where the name is a tool's."""
    if not text.startswith("{") or '"name"' not in text:
        return None
    made: dict[str, Any] = decode(text)[0]
    arguments = made.get("arguments", made.get("parameters"))
    if made.get("name") not in names or not isinstance(arguments, (dict, str)):
        return None
    return str(made["name"]), arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
