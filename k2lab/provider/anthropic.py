"""Anthropic's messages: what Moonshot's ``/anthropic`` address speaks. Needs the extra ``k2lab[anthropic]``."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from types import ModuleType
from typing import TYPE_CHECKING, Any

from k2lab.conversation.messages import Message, ToolSpec
from k2lab.errors import SettingsError
from k2lab.provider.arguments import clean_text
from k2lab.provider.copies import Copies
from k2lab.provider.line import Line, whole
from k2lab.provider.wire import argument_text

if TYPE_CHECKING:
    from k2lab.provider.server import Asked

_WARMTH = 0.6
"""Moonshot takes this share of the temperature that it is given here (Kimi K2's README)."""

_REASONS = {"end_turn": "stop", "stop_sequence": "stop", "tool_use": "tool_calls", "max_tokens": "length"}


class AnthropicMessages:
    """Requests and replies of ``POST /v1/messages``, always streamed."""

    def package(self) -> ModuleType:
        """Return the `anthropic` package.

        Raises
        ------
        k2lab.errors.SettingsError
            If it is not installed.
        """
        try:
            import anthropic
        except ImportError:
            raise SettingsError(
                "A base URL that ends in /anthropic needs the package anthropic.",
                "pip install 'k2lab[anthropic]', or use the address that ends in /v1.",
            ) from None
        return anthropic

    def body(self, asked: Asked) -> dict[str, Any]:
        """Return the keyword arguments of a request."""
        body: dict[str, Any] = {
            "model": asked.model,
            "messages": to_turns(asked.messages, thinks=asked.thinks),
            "max_tokens": asked.longest,
            "stream": True,
        }
        if system := "\n\n".join(clean_text(one.text) for one in asked.messages if one.role == "system"):
            body["system"] = system
        if asked.tools:
            body["tools"] = [_tool(tool) for tool in asked.tools]
        if asked.tool_choice == "required":
            body["tool_choice"] = {"type": "any"}
        more = dict(asked.more)
        if asked.temperature is not None:
            more["temperature"] = min(1.0, round(asked.temperature / _WARMTH, 2)) if asked.hosted else asked.temperature
        if more:
            body["extra_body"] = more  # not every version of the package has them as arguments
        return body

    def chunks(self, line: Line, body: Mapping[str, Any]) -> Generator[Mapping[str, Any], None, None]:
        """Send a request, and yield its events as chunks of chat completions."""
        anthropic = self.package()
        client = anthropic.Anthropic(auth_token=line.key or "none", **line.options(anthropic))
        reading = _Reading()
        with closing(client), client.messages.create(**body) as stream:
            if (made := whole(stream.response, anthropic)) is not None:
                for event in _as_events(made):
                    yield from reading.read(event)
                return
            for event in stream:
                line.heard()
                yield from reading.read(event.model_dump(exclude_unset=True, warnings=False))


class _Reading:
    """Events of a reply, read into chunks as of chat completions."""

    def __init__(self) -> None:
        self._usage: dict[str, int] = {}
        self._reason = ""
        self._copies = Copies()

    def read(self, event: Mapping[str, Any]) -> Generator[Mapping[str, Any], None, None]:
        """Yield what an event says."""
        if self._copies.is_copy(event, begins=event.get("type") == "message_start"):
            return
        match event.get("type"):
            case "message_start":
                begun = _mapping(event.get("message"))
                self._count(begun.get("usage"))
                yield {"model": begun.get("model")}
            case "content_block_start":
                yield from self._block(event.get("index"), _mapping(event.get("content_block")))
            case "content_block_delta":
                yield from self._delta(event.get("index"), _mapping(event.get("delta")))
            case "message_delta":
                self._count(event.get("usage"))
                if reason := _mapping(event.get("delta")).get("stop_reason"):
                    self._reason = _REASONS.get(reason, str(reason))
                    yield self._end()
            case "message_stop" if not self._reason:
                yield self._end()

    def _end(self) -> dict[str, Any]:
        return {"choices": [{"delta": {}, "finish_reason": self._reason or "stop"}], "usage": self._used()}

    def _block(self, index: Any, block: Mapping[str, Any]) -> Generator[Mapping[str, Any], None, None]:
        match block.get("type"):
            case "tool_use":
                given = block.get("input")
                function = {"name": block.get("name"), "arguments": given if given else ""}
                yield _chunk(tool_calls=[{"index": index, "id": block.get("id"), "function": function}])
            case "text" if block.get("text"):
                yield _chunk(content=block["text"])
            case "thinking":
                yield _chunk(reasoning_content=block.get("thinking") or "", signature=block.get("signature") or "")

    def _delta(self, index: Any, delta: Mapping[str, Any]) -> Generator[Mapping[str, Any], None, None]:
        match delta.get("type"):
            case "text_delta":
                yield _chunk(content=delta.get("text"))
            case "thinking_delta":
                yield _chunk(reasoning_content=delta.get("thinking"))
            case "signature_delta":
                yield _chunk(signature=delta.get("signature"))
            case "input_json_delta":
                function = {"arguments": delta.get("partial_json")}
                yield _chunk(tool_calls=[{"index": index, "function": function}])

    def _count(self, given: Any) -> None:
        self._usage |= {key: value for key, value in _mapping(given).items() if isinstance(value, int)}

    def _used(self) -> dict[str, int]:
        """Return usage as chat completions tell it: what came from the cache is part of the prompt."""
        parts = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
        return {
            "prompt_tokens": sum(self._usage.get(part, 0) for part in parts),
            "completion_tokens": self._usage.get("output_tokens", 0),
            "cached_tokens": self._usage.get("cache_read_input_tokens", 0),
        }


def _as_events(made: Mapping[str, Any]) -> Generator[Mapping[str, Any], None, None]:
    """Yield a message that was not streamed as the events of a stream."""
    content = made.get("content")
    if made.get("type") != "message" or not isinstance(content, list):
        return
    yield {"type": "message_start", "message": {**made, "content": []}}
    for index, block in enumerate(content):
        yield {"type": "content_block_start", "index": index, "content_block": block}
    ended = {"stop_reason": made.get("stop_reason") or "end_turn"}
    yield {"type": "message_delta", "delta": ended, "usage": made.get("usage")}


def to_turns(messages: Sequence[Message], *, thinks: bool = False) -> list[dict[str, Any]]:
    """Return messages as an Anthropic-compatible server takes them; the system prompt is sent apart.

    Answers to the calls of one reply stand in one user turn, and turns of one role that follow each other are one.

    Examples
    --------
    >>> from k2lab.conversation.messages import ToolCall
    >>> call = ToolCall(id="functions.look:0", name="look", arguments={"frame": "df"}, raw='{"frame":"df"}')
    >>> told = [Message(role="assistant", calls=(call,)), Message(role="tool", text="ok", call_id=call.id)]
    >>> [turn["content"][0] for turn in to_turns(told)]
    [{'type': 'tool_use', 'id': 'functions_look_0', 'name': 'look', 'input': {'frame': 'df'}},
     {'type': 'tool_result', 'tool_use_id': 'functions_look_0', 'content': 'ok'}]
    """
    turns: list[dict[str, Any]] = []
    for message in messages:
        if message.role == "system":
            continue
        role = "assistant" if message.role == "assistant" else "user"
        blocks = _blocks(message, thinks)
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": role, "content": blocks})
    return turns


def _blocks(message: Message, thinks: bool) -> list[dict[str, Any]]:
    if message.role == "tool":
        text = clean_text(message.text) or " "
        return [{"type": "tool_result", "tool_use_id": _id(message.call_id or ""), "content": text}]
    blocks: list[dict[str, Any]] = []
    if message.reasoning is not None or (thinks and message.calls):
        blocks.append({"type": "thinking", "thinking": message.reasoning or "", "signature": message.signature})
    if message.text.strip() or not message.calls:
        blocks.append({"type": "text", "text": clean_text(message.text) or " "})
    blocks += [
        {"type": "tool_use", "id": _id(call.id), "name": call.name, "input": json.loads(argument_text(call))}
        for call in message.calls
    ]
    return blocks


def _id(given: str) -> str:
    """Return a call's id in the letters that the protocol allows."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", given)


def _tool(tool: ToolSpec) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)}


def _chunk(**delta: Any) -> dict[str, Any]:
    return {"choices": [{"delta": delta}]}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
