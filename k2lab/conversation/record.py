"""Messages as JSON: for records of conversations and for saved runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from k2lab.conversation.messages import Completion, Message, ToolCall, Usage


def message_to_dict(message: Message) -> dict[str, Any]:
    """Return a message as JSON-ready values; what is empty is left out."""
    made = {key: value for key, value in asdict(message).items() if value not in ("", None, ())}
    if message.reasoning is not None:
        made["reasoning"] = message.reasoning
    if message.calls:
        made["calls"] = [call_to_dict(call) for call in message.calls]
    return made


def message_from_dict(made: Mapping[str, Any]) -> Message:
    """Make a message of what `message_to_dict` returned."""
    return Message(**{**made, "calls": tuple(map(call_from_dict, made.get("calls", ())))})


def call_to_dict(call: ToolCall) -> dict[str, Any]:
    """Return a call as JSON-ready values."""
    return {**asdict(call), "arguments": dict(call.arguments)}


def call_from_dict(made: Mapping[str, Any]) -> ToolCall:
    """Make a call of what `call_to_dict` returned."""
    return ToolCall(**made)


def completion_to_dict(completion: Completion) -> dict[str, Any]:
    """Return a reply as JSON-ready values."""
    return {**asdict(completion), "message": message_to_dict(completion.message)}


def completion_from_dict(made: Mapping[str, Any]) -> Completion:
    """Make a reply of what `completion_to_dict` returned."""
    message = message_from_dict(made["message"])
    return Completion(**{**made, "message": message, "usage": Usage(**made["usage"])})
