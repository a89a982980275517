"""The window: how much of a conversation is sent when it grows long; a call and its answer stay together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from k2lab.conversation.messages import Message, ToolSpec

_KEEP = 6
"""Tool answers at the end that are never shortened: the model is working with them."""

_HEAD = 240
"""Characters that a shortened tool answer keeps."""

_MARK = " [shortened: "


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text, as Kimi's own client does: a quarter of ASCII letters, one for any other.

    Examples
    --------
    >>> estimate_tokens("abcdefgh"), estimate_tokens("工资")
    (2, 2)
    """
    wide = sum(letter > "\x7f" for letter in text)
    return (len(text) - wide + 3) // 4 + wide


def message_tokens(message: Message) -> int:
    """Estimate the tokens of a message with its reasoning and its calls."""
    calls = sum(estimate_tokens(call.raw) + estimate_tokens(call.name) + 12 for call in message.calls)
    return 4 + estimate_tokens(message.text) + estimate_tokens(message.reasoning or "") + calls


def tool_tokens(tools: Sequence[ToolSpec]) -> int:
    """Estimate the tokens of the tool block."""
    return sum(
        estimate_tokens(tool.name + tool.description + json.dumps(dict(tool.parameters), ensure_ascii=False)) + 8
        for tool in tools
    )


def conversation_tokens(messages: Sequence[Message], tools: Sequence[ToolSpec] = ()) -> int:
    """Estimate the tokens of a request."""
    return sum(map(message_tokens, messages)) + tool_tokens(tools)


def fold(messages: Sequence[Message], budget: int) -> tuple[Message, ...]:
    """Make a conversation fit a budget of tokens.

    Nothing changes while it fits. Beyond that, old tool answers are shortened to their first lines, oldest first; if
    that is not enough, the oldest replies leave together with the answers to their calls. It goes down to 60 % of the
    budget at once, so that the beginning of the request stays the same for the next turns and servers can cache it.
    The system prompt, every question and the last turns always stay.

    Parameters
    ----------
    messages : sequence of Message
    budget : int
        Tokens, as `conversation_tokens` estimates them.

    Returns
    -------
    tuple of Message
    """
    kept = list(messages)
    size = conversation_tokens(kept)
    if size <= budget:
        return tuple(kept)
    goal = budget * 6 // 10
    answers = [place for place, message in enumerate(kept) if message.role == "tool"]
    for place in answers[: -_KEEP or None]:
        if size <= goal:
            return tuple(kept)
        short = _shortened(kept[place])
        size += message_tokens(short) - message_tokens(kept[place])
        kept[place] = short
    for turn in _turns(kept)[:-2]:
        if size <= goal:
            break
        size -= sum(message_tokens(kept[place]) for place in turn)
        for place in turn:
            kept[place] = Message(role="system")  # taken out below
    return tuple(message for message in kept if message.role != "system" or message.text)


def _shortened(message: Message) -> Message:
    if len(message.text) <= 2 * _HEAD or _MARK in message.text:
        return message
    cut = len(message.text) - _HEAD
    return replace(message, text=f"{message.text[:_HEAD]}{_MARK}{cut} more characters were here]")


def _turns(messages: Sequence[Message]) -> list[list[int]]:
    """Return the places of each reply with the answers to its calls."""
    turns: list[list[int]] = []
    for place, message in enumerate(messages):
        if message.role == "assistant":
            turns.append([place])
        elif message.role == "tool" and turns:
            turns[-1].append(place)
    return turns
