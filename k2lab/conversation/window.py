"""The window: how much of a conversation is sent when it grows long; calls keep their answers, findings stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from k2lab.conversation.gist import gist, told
from k2lab.conversation.messages import Message, ToolSpec

_KEEP = 6
"""Tool answers at the end that are never shortened: the model is working with them."""

_MARK = " [shortened: "

_MEMO = "To keep this conversation short, k2lab has taken out its oldest steps. What they found:"


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text, as Kimi's own client does: a quarter of ASCII letters, one for any other.

    Examples
    --------
    >>> estimate_tokens("abcdefgh"), estimate_tokens("工资")
    (2, 2)
    """
    wide = len(text) - len(text.encode("ascii", "ignore"))
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

    Nothing changes while it fits. Beyond that, old tool answers are shortened to what they found, oldest first; if that
    is not enough, the oldest replies leave together with the answers to their calls, and one message in their place
    says what each of them found. It goes down to 60 % of the budget at once, so that the beginning of the request stays
    the same for the next turns and servers can cache it. The system prompt, every question and the last turns always
    stay; only if they alone are too long are the answers in them shortened too.

    Parameters
    ----------
    messages : sequence of Message
        The whole conversation, so that nothing is folded twice.
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
    size = _shorten(kept, answers[: -_KEEP or None], size, goal)
    turns = _turns(kept)
    folded, size = _without_turns(messages, kept, turns, size, goal)
    if size > budget:
        places = [place for place, message in enumerate(folded) if message.role == "tool"]
        _shorten(folded, places[:-1], size, goal)
    return tuple(folded)


def _shorten(kept: list[Message], places: Sequence[int], size: int, goal: int) -> int:
    """Shorten the answers at these places, in order, until the size is within the goal; return the new size."""
    for place in places:
        if size <= goal:
            break
        short = _shortened(kept[place])
        size += message_tokens(short) - message_tokens(kept[place])
        kept[place] = short
    return size


def _shortened(message: Message) -> Message:
    short = gist(message.text)
    if _MARK in message.text or len(message.text) <= len(short) + 120:
        return message
    return replace(message, text=f"{short}{_MARK}{len(message.text) - len(short)} more characters were here]")


def _without_turns(
    messages: Sequence[Message], kept: list[Message], turns: Sequence[Sequence[int]], size: int, goal: int
) -> tuple[list[Message], int]:
    """Take out the oldest turns, all but the last two, until the rest with its memo is within the goal."""
    lines: list[str] = []
    gone: set[int] = set()
    memo = 0
    for turn in turns[:-2]:
        if size + memo <= goal:
            break
        size -= sum(message_tokens(kept[place]) for place in turn)
        gone.update(turn)
        lines += told([messages[place] for place in turn])  # of the whole answers, not of the shortened ones
        lines = _within(lines, goal // 3)
        memo = sum(map(estimate_tokens, lines)) + 32
    if not gone:
        return kept, size
    first = min(gone)
    note = Message(role="user", text="\n".join([_MEMO, *lines]))
    folded = [message for place, message in enumerate(kept) if place > first and place not in gone]
    return [*kept[:first], note, *folded], size + memo


def _within(lines: list[str], budget: int) -> list[str]:
    """Return the lines of a memo within a budget: steps that failed go first, then all are cut, then the oldest go."""
    if sum(map(estimate_tokens, lines)) > budget:
        lines = [line for line in lines if ": status: " not in line]
    for most in (200, 100, 50):
        if sum(map(estimate_tokens, lines)) <= budget:
            return lines
        lines = [line if len(line) <= most else line[: most - 1] + "\u2026" for line in lines]
    for place in count(1):
        if sum(map(estimate_tokens, lines[place:])) <= budget:
            return lines[place:]
    return []


def _turns(messages: Sequence[Message]) -> list[list[int]]:
    """Return the places of each reply with the answers to its calls."""
    turns: list[list[int]] = []
    for place, message in enumerate(messages):
        if message.role == "assistant":
            turns.append([place])
        elif message.role == "tool" and turns:
            turns[-1].append(place)
    return turns
