"""The Anthropic-compatible side of the server: requests read into messages, replies written as its events."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from tests.servers.replies import Refused, Streamed, refused
from tests.servers.twists import EVENTS

SIGNATURE = "c2lnbmVk"


def as_chat(request: dict[str, Any]) -> dict[str, Any]:
    """Return a request as the chat-completions side has it, so that one set of rules and brains serves both."""
    messages: list[dict[str, Any]] = []
    if request.get("system"):
        messages.append({"role": "system", "content": request["system"]})
    for turn in request["messages"]:
        blocks = turn["content"]
        if turn["role"] == "user":
            for block in blocks:
                if block["type"] == "tool_result":
                    text = block["content"]
                    messages.append({"role": "tool", "tool_call_id": block["tool_use_id"], "content": text})
                else:
                    messages.append({"role": "user", "content": block["text"]})
            continue
        made: dict[str, Any] = {"role": "assistant"}
        if text := "".join(block["text"] for block in blocks if block["type"] == "text"):
            made["content"] = text
        thoughts = [block["thinking"] for block in blocks if block["type"] == "thinking"]
        if thoughts:
            made["reasoning_content"] = "".join(thoughts)
        calls = [block for block in blocks if block["type"] == "tool_use"]
        if calls:
            made["tool_calls"] = [
                {
                    "id": one["id"],
                    "type": "function",
                    "function": {"name": one["name"], "arguments": json.dumps(one["input"], ensure_ascii=False)},
                }
                for one in calls
            ]
        messages.append(made)
    tools = [
        {
            "type": "function",
            "function": {"name": one["name"], "description": one["description"], "parameters": one["input_schema"]},
        }
        for one in request.get("tools", [])
    ]
    given = {key: value for key, value in request.items() if key not in ("messages", "system", "tools", "tool_choice")}
    if request.get("tool_choice", {}).get("type") == "any":
        given["tool_choice"] = "required"
    return {**given, "messages": messages, "tools": tools}


def refusal(request: dict[str, Any]) -> Refused | None:
    """Return what this protocol refuses by itself: the order of turns and blocks, and the letters of ids."""
    roles = [turn["role"] for turn in request["messages"]]
    wrong = ""
    if any(one == other for one, other in itertools.pairwise(roles)) or roles[:1] != ["user"]:
        wrong = "messages: roles must alternate between user and assistant, and begin with user"
    for turn in request["messages"]:
        kinds = [block["type"] for block in turn["content"]]
        order = {"thinking": 0, "text": 1, "tool_use": 2}
        if turn["role"] == "assistant" and kinds != sorted(kinds, key=order.__getitem__):
            wrong = "messages: thinking, text and tool_use blocks must come in this order"
        if "tool_result" in kinds and kinds != sorted(kinds, key=lambda kind: kind != "tool_result"):
            wrong = "messages: tool_result blocks must come first"
        for block in turn["content"]:
            given = block.get("id") or block.get("tool_use_id") or "a"
            if not all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in given):
                wrong = f"messages: id {given} should match ^[a-zA-Z0-9_-]+$"
            if block.get("text") == "":
                wrong = "messages: text content blocks must be non-empty"
            if block["type"] == "thinking" and block.get("signature") not in ("", SIGNATURE):
                wrong = "messages: Invalid `signature` in `thinking` block"
    if "max_tokens" not in request:
        wrong = "max_tokens: Field required"
    return refused(400, "invalid_request_error", wrong) if wrong else None


def events(said: Streamed, model: str) -> list[bytes]:
    """Return a reply as events of this protocol."""
    made = list(_events(said, model))
    made = list(EVENTS[said.twist](made)) if said.twist in EVENTS else made
    if not said.streamed:
        return [json.dumps(_whole(made), ensure_ascii=False).encode()]
    return said.spoilt([_line(event) for event in made if said.done or event["type"] != "message_stop"])


def _whole(made: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the message that was not streamed."""
    blocks: list[dict[str, Any]] = []
    for event in made:
        delta = event.get("delta", {})
        if event["type"] == "content_block_start":
            blocks.append({**event["content_block"]})
            blocks[-1] |= {"input": ""} if blocks[-1]["type"] == "tool_use" else {}
        elif event["type"] == "content_block_delta":
            key, piece = next((key, value) for key, value in delta.items() if key != "type")
            key = "input" if key == "partial_json" else key
            blocks[-1][key] = blocks[-1].get(key, "") + piece
    for block in blocks:
        if block["type"] == "tool_use":
            block["input"] = json.loads(block["input"])
    last = next(event for event in made if event["type"] == "message_delta")
    usage = {**made[0]["message"]["usage"], **last["usage"]}
    return {**made[0]["message"], "content": blocks, "usage": usage, **last["delta"]}


def _events(said: Streamed, model: str) -> Iterator[dict[str, Any]]:
    used = said.used() if said.usage != "none" else {}
    cached = used.get("cached_tokens", 0)
    begun = {"input_tokens": used.get("prompt_tokens", 0) - cached, "cache_read_input_tokens": cached}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [], "usage": begun}
    yield {"type": "message_start", "message": message}
    place, open_as = -1, ""
    for delta in said.deltas():
        for kind, block, piece in _blocks(delta):
            if kind != open_as or (block is not None and kind == "tool_use"):
                yield from _closed(place, open_as)
                place, open_as = place + 1, kind
                yield {"type": "content_block_start", "index": place, "content_block": block}
            if piece:
                yield {"type": "content_block_delta", "index": place, "delta": piece}
    yield from _closed(place, open_as)
    reasons = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens"}
    if said.end:
        usage = {"output_tokens": used.get("completion_tokens", 0)}
        yield {"type": "message_delta", "delta": {"stop_reason": reasons[said.reason]}, "usage": usage}
        yield {"type": "message_stop"}


def _closed(place: int, open_as: str) -> Iterator[dict[str, Any]]:
    if open_as == "thinking":
        delta = {"type": "signature_delta", "signature": SIGNATURE}
        yield {"type": "content_block_delta", "index": place, "delta": delta}
    if open_as:
        yield {"type": "content_block_stop", "index": place}


def _blocks(delta: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any] | None, dict[str, Any] | None]]:
    """Yield kind, the block that begins, and its piece."""
    if delta.get("content"):
        yield "text", {"type": "text", "text": ""}, {"type": "text_delta", "text": delta["content"]}
    if "reasoning_content" in delta:
        piece = {"type": "thinking_delta", "thinking": delta["reasoning_content"]}
        yield "thinking", {"type": "thinking", "thinking": "", "signature": ""}, piece
    for call in delta.get("tool_calls", ()):
        function = call["function"]
        given = function.get("arguments")
        block = None
        if function.get("name"):
            known = given if isinstance(given, dict) else {}
            block = {"type": "tool_use", "id": call["id"] or "", "name": function["name"], "input": known}
        piece = {"type": "input_json_delta", "partial_json": given} if given and isinstance(given, str) else None
        yield "tool_use", block, piece


def _line(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
