"""The wire: messages and tools as chat-completions JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from k2lab.conversation.messages import Message, ToolCall, ToolSpec
from k2lab.provider.arguments import clean_text


def to_wire(messages: Sequence[Message], *, thinks: bool = False) -> list[dict[str, Any]]:
    """Return messages as a chat-completions server takes them.

    An assistant message with calls has no ``content`` when it has no text, because empty text is refused; its
    ``reasoning_content`` goes back where there was one, because thinking models require it. Arguments go back as they
    came, unless they were not strict JSON, which many servers cannot take back.

    Parameters
    ----------
    messages : sequence of Message
    thinks : bool
        Whether the server wants reasoning with every call, so that a reply without any says that it was empty. Where
        a reply has brought some, that is taken to be so from there on.

    Examples
    --------
    >>> call = ToolCall(id="functions.look:0", name="look", raw='{"frame":"df"}')
    >>> to_wire([Message(role="assistant", calls=(call,))])[0]["tool_calls"][0]["function"]
    {'name': 'look', 'arguments': '{"frame":"df"}'}
    """
    made = []
    for message in messages:
        thinks = thinks or message.reasoning is not None
        made.append(_message(message, thinks))
    return made


def tools_to_wire(tools: Sequence[ToolSpec]) -> list[dict[str, Any]]:
    """Return tools as a chat-completions server takes them."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
        }
        for tool in tools
    ]


def _message(message: Message, thinks: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"role": message.role}
    if message.role == "tool":
        made |= {"tool_call_id": message.call_id, "name": message.name}
    if message.text or not message.calls:
        made["content"] = clean_text(message.text) or " "  # Moonshot: "content must not be empty"
    if message.reasoning is not None or (thinks and message.calls):
        made["reasoning_content"] = message.reasoning or ""
    if message.calls:
        made["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": argument_text(call)}}
            for call in message.calls
        ]
    return made


def argument_text(call: ToolCall) -> str:
    """Return the arguments of a call as strict JSON: as they came where they were, else as they were understood."""
    try:
        if isinstance(json.loads(call.raw), dict):
            return call.raw
    except (ValueError, RecursionError):
        pass  # many servers refuse a history that is not strict JSON
    return json.dumps(dict(call.arguments), ensure_ascii=False)
