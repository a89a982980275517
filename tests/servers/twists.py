"""Twists: what odd servers make of the chunks and events of a good stream."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Chunk = dict[str, Any]
Twist = Callable[[list[Chunk]], Iterable[Chunk]]


def _deltas(change: Callable[[Chunk], Chunk]) -> Twist:
    """Change each delta."""

    def twist(chunks: list[Chunk]) -> Iterator[Chunk]:
        for chunk in chunks:
            choices = [{**one, "delta": change(one["delta"])} for one in chunk["choices"]]
            yield {**chunk, "choices": choices}

    return twist


def _calls(change: Callable[[Chunk], Chunk]) -> Twist:
    """Change each piece of a call."""
    return _deltas(
        lambda delta: (
            {**delta, "tool_calls": [change(piece) for piece in delta["tool_calls"]]}
            if "tool_calls" in delta
            else delta
        )
    )


def _usage_first(chunks: list[Chunk]) -> Iterator[Chunk]:
    """Tell the usage with the first chunk, before there is a reply, and never again."""
    used = next((chunk["usage"] for chunk in chunks if chunk.get("usage")), {})
    for place, chunk in enumerate(chunk for chunk in chunks if chunk["choices"]):
        yield {**chunk, "usage": {**used, "completion_tokens": 0}} if place == 0 else chunk


def _names_in_pieces(chunks: list[Chunk]) -> Iterator[Chunk]:
    for chunk in chunks:
        piece = chunk["choices"][0]["delta"].get("tool_calls", [{}])[0] if chunk["choices"] else {}
        name = piece.get("function", {}).get("name", "")
        if not name:
            yield chunk
            continue
        for part in (name[:3], name[3:]):
            split = {**piece, "function": {**piece["function"], "name": part}}
            yield {**chunk, "choices": [{**chunk["choices"][0], "delta": {"tool_calls": [split]}}]}


def _named_again(chunks: list[Chunk]) -> Iterator[Chunk]:
    """Say id and name of a call with each of its pieces."""
    known: dict[int, Chunk] = {}

    def again(piece: Chunk) -> Chunk:
        known.setdefault(piece["index"], piece)
        first = known[piece["index"]]
        return {**piece, "id": first["id"], "function": {**first["function"], **piece["function"]}}

    return iter(_calls(again)(chunks))


def _old_calls(chunks: list[Chunk]) -> Iterator[Chunk]:
    """Write calls as servers did before there could be several."""

    def old(delta: Chunk) -> Chunk:
        return {"function_call": delta["tool_calls"][0]["function"]} if "tool_calls" in delta else delta

    for chunk in _deltas(old)(chunks):
        choices = [
            {**one, "finish_reason": "function_call" if one["finish_reason"] == "tool_calls" else one["finish_reason"]}
            for one in chunk["choices"]
        ]
        yield {**chunk, "choices": choices}


def _two_choices(chunks: list[Chunk]) -> Iterator[Chunk]:
    """Answer twice at once, as if two replies had been asked for."""
    for chunk in chunks:
        yield chunk
        if chunk["choices"]:
            yield {**chunk, "choices": [{**chunk["choices"][0], "index": 1}]}


def _failed(at: float, error: Any) -> Twist:
    """Put an error where a chunk should be, and end there."""

    def twist(chunks: list[Chunk]) -> Iterator[Chunk]:
        yield from chunks[: int(len(chunks) * at)]
        yield error

    return twist


def _for_ever(delta: Chunk, *before: Chunk) -> Twist:
    """Go on and on after the first pieces."""

    def twist(chunks: list[Chunk]) -> Iterator[Chunk]:
        first = chunks[0]
        begun, more = (
            [{**first, "choices": [{**first["choices"][0], "delta": one}]} for one in deltas]
            for deltas in (before, [delta])
        )
        return itertools.chain([first], begun, itertools.repeat(more[0], 40))

    return twist


def _leaked_too(chunks: list[Chunk]) -> Iterator[Chunk]:
    """Leave the calls in the content beside the calls themselves."""
    leaked = ""
    for chunk in chunks:
        for piece in (chunk["choices"][0]["delta"].get("tool_calls") or ()) if chunk["choices"] else ():
            function = piece["function"]
            leaked += f"<|tool_call_begin|>functions.{function['name']}:0" if function.get("name") else ""
            leaked += "<|tool_call_argument_begin|>" if function.get("name") else function["arguments"]
    said = {**chunks[0], "choices": [{**chunks[0]["choices"][0], "delta": {"content": leaked}}]}
    yield from [chunks[0], said, *chunks[1:]] if leaked else chunks


def _text(change: Callable[[str], Any]) -> Twist:
    return _deltas(lambda delta: {**delta, "content": change(delta["content"])} if delta.get("content") else delta)


_CALL = {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "run_cell", "arguments": '{"code": "'}}]}
_LONG = {"tool_calls": [{"index": 0, "function": {"arguments": "\n" * 30_000}}]}
_BROKE = {"error": {"message": "Provider disconnected", "code": 502}}
_BUSY = {"error": {"type": "engine_overloaded_error", "message": "overloaded"}}
_POOR = {"error": {"type": "exceeded_current_quota_error", "message": "suspended due to insufficient balance"}}
_OLD = {"object": "error", "type": "InternalServerError", "message": "engine died", "code": 500}
_DEEP = json.loads("[" * 900 + "]" * 900)

CHUNKS: dict[str, Twist] = {
    "usage first": _usage_first,
    "names in pieces": _names_in_pieces,
    "named again": _named_again,
    "one index": _calls(lambda piece: {**piece, "index": 0}),
    "one index, no ids": _calls(lambda piece: {**{key: piece[key] for key in piece if key != "id"}, "index": 0}),
    "null calls": _deltas(lambda delta: {"tool_calls": None, "function_call": None, "refusal": None, **delta}),
    "a call in no list": _deltas(
        lambda delta: {**delta, "tool_calls": delta["tool_calls"][0]} if "tool_calls" in delta else delta
    ),
    "old calls": _old_calls,
    "content in parts": _text(lambda text: [{"type": "text", "text": text}]),
    "odd values": _deltas(lambda delta: {"role": 5, "content": None, "signature": None, "audio": _DEEP, **delta}),
    "two choices": _two_choices,
    "terminal codes": _text(lambda text: "\x1b" + text + "\x9b"),
    "no finish reason": lambda chunks: (
        {**chunk, "choices": [{**one, "finish_reason": None} for one in chunk["choices"]]} for chunk in chunks
    ),
    "error first": _failed(0, _BROKE),
    "error in the middle": _failed(0.6, _BROKE),
    "old error": _failed(0.6, _OLD),
    "overloaded in the middle": _failed(0.6, _BUSY),
    "no money in the middle": _failed(0.6, _POOR),
    "arguments for ever": _for_ever(_LONG, _CALL),
    "text for ever": _for_ever({"content": "\n" * 30_000}),
    "thinking for ever": _for_ever({"reasoning_content": "Hm. " * 8_000}),
    "leaked too": _leaked_too,
}
"""Of chunks of chat completions, by name."""


def _event(at: float, error: Chunk) -> Twist:
    def twist(events: list[Chunk]) -> Iterator[Chunk]:
        yield from events[: int(len(events) * at)]
        yield {"type": "error", **error}

    return twist


def _deltas_for_ever(delta: Chunk) -> Twist:
    def twist(events: list[Chunk]) -> Iterator[Chunk]:
        more = {"type": "content_block_delta", "index": 0, "delta": delta}
        return itertools.chain(events[:2], itertools.repeat(more, 40))

    return twist


EVENTS: dict[str, Twist] = {
    "usage first": lambda events: (
        {**event, "usage": {}} if event["type"] == "message_delta" else event for event in events
    ),
    "no finish reason": lambda events: (event for event in events if event["type"] != "message_delta"),
    "error first": _event(0, _BROKE),
    "error in the middle": _event(0.6, _BROKE),
    "old error": _event(0.6, {"error": {"type": "api_error", "message": "Internal server error"}}),
    "overloaded in the middle": _event(0.6, {"error": {"type": "overloaded_error", "message": "Overloaded"}}),
    "no money in the middle": _event(0.6, {"error": {"type": "billing_error", "message": "no balance"}}),
    "arguments for ever": _deltas_for_ever({"type": "input_json_delta", "partial_json": "\n" * 30_000}),
    "text for ever": _deltas_for_ever({"type": "text_delta", "text": "\n" * 30_000}),
    "thinking for ever": _deltas_for_ever({"type": "thinking_delta", "thinking": "Hm. " * 8_000}),
}
"""Of Anthropic's events; what has no counterpart there is left as it is."""
