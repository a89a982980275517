"""What Moonshot's servers refuse in a request, with the bodies that they answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.servers.mfjs import faults
from tests.servers.replies import Refused, refused

WINDOWS = {"kimi-k3": 1_048_576, "kimi-k2-0711-preview": 131_072}
NAME = re.compile(r"^[a-zA-Z_][a-zA-Z0-9-_]{2,63}$")
SAMPLING = {"temperature": 1.0, "top_p": 0.95, "n": 1, "presence_penalty": 0, "frequency_penalty": 0}


def tokens(request: dict[str, Any]) -> int:
    """Count the tokens of a prompt, in this server's own way: a third of its bytes."""
    prompt = [request.get("tools", []), request.get("system", ""), request["messages"]]
    return len(json.dumps(prompt, ensure_ascii=False).encode()) // 3


def window(model: str) -> int:
    """Return the window of a model, in tokens."""
    return WINDOWS.get(model, 262_144)


def fixed(model: str) -> bool:
    """Whether a model refuses sampling parameters."""
    return re.search(r"k2\.[5-9]|k[3-9]", model) is not None


def thinks(request: dict[str, Any]) -> bool:
    """Whether a request is answered with thinking."""
    switched = (request.get("thinking") or {}).get("type", "enabled") == "enabled"
    return (fixed(request["model"]) or "thinking" in request["model"]) and switched


def refusal(request: dict[str, Any]) -> Refused | None:
    """Return the refusal of a chat-completions request, or None."""
    for why in _faults(request):
        return refused(400, "invalid_request_error", f"Invalid request: {why}")
    asked = tokens(request) + request.get("max_completion_tokens", request.get("max_tokens", 1024))
    most = window(request["model"])
    if asked > most:
        words = f"Your request exceeded model token limit: {most} (requested: {asked})"
        return refused(400, "invalid_request_error", words)
    return None


def _faults(request: dict[str, Any]) -> Iterator[str]:
    yield from _parameters(request)
    yield from _tools(request.get("tools", []))
    yield from _messages(request)


def _parameters(request: dict[str, Any]) -> Iterator[str]:
    model = request["model"]
    if fixed(model):
        off = (request.get("thinking") or {}).get("type") == "disabled"
        for name, only in SAMPLING.items():
            allowed = 0.6 if name == "temperature" and off else only
            if request.get(name, allowed) != allowed:
                yield f"invalid {name}: only {allowed} is allowed for this model"
    elif not 0 <= request.get("temperature", 0.6) <= 1:
        yield "invalid temperature: must be between 0 and 1"
    if "thinking" in request and ("k3" in model or not fixed(model)):
        yield "unknown field thinking"
    if "k2.7" in model and (request.get("thinking") or {}).get("type") == "disabled":
        yield "thinking cannot be disabled for this model"
    if "reasoning_effort" in request and "k3" not in model:
        yield "unknown field reasoning_effort"
    choice = request.get("tool_choice", "auto")
    if choice == "required" and "k3" not in model:
        yield "tool_choice 'required' is incompatible with thinking enabled"
    if isinstance(choice, dict) and thinks(request):
        yield "tool_choice 'specified' is incompatible with thinking enabled"
    if "functions" in request:
        yield "functions is not supported"
    if "chat_template_kwargs" in request:
        yield "unknown field chat_template_kwargs"


def _tools(tools: list[dict[str, Any]]) -> Iterator[str]:
    if len(tools) > 128:
        yield "too many tools"
    seen = set()
    for tool in tools:
        name = tool["function"]["name"]
        if tool["type"] != "function" or not NAME.match(name):
            yield f"function name {name} is invalid"
        if name in seen:
            yield f"function name {name} is duplicated"
        seen.add(name)
        yield from faults(tool["function"]["parameters"])


def _messages(request: dict[str, Any]) -> Iterator[str]:
    messages = request["messages"]
    if not messages:
        yield "messages must not be empty"
    for place, message in enumerate(messages):
        content, calls = message.get("content"), message.get("tool_calls")
        if isinstance(content, list) and any(part.get("text") == "" for part in content):
            yield f"text content is empty at index {place}"
        elif not calls and not content:
            yield f"message at index {place} with role {message['role']} must not be empty"
        if calls is not None:
            yield from _answered(messages, place)
            if thinks(request) and message.get("reasoning_content") is None:
                missing = "thinking is enabled but reasoning_content is missing in assistant tool call message"
                yield f"{missing} at index {place}"
    if messages and messages[-1]["role"] == "assistant" and not messages[-1].get("partial"):
        yield "the last message must not be of the assistant"


def _answered(messages: list[dict[str, Any]], place: int) -> Iterator[str]:
    """Yield what is wrong with the answers to the calls of a message."""
    calls = messages[place]["tool_calls"]
    asked = [call["id"] for call in calls]
    if len(set(asked)) != len(asked):
        yield f"tool call ids are duplicated at index {place}"
    answers = []
    for message in messages[place + 1 :]:
        if message["role"] != "tool":
            break
        answers.append(message.get("tool_call_id"))
    if sorted(map(str, answers)) != sorted(asked):
        missing = ", ".join(sorted(set(asked) - set(answers))) or "none"
        yield (
            "an assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {missing}"
        )
    for call in calls:
        try:
            ok = isinstance(json.loads(call["function"]["arguments"]), dict)
        except ValueError:
            ok = False
        if not ok:
            yield f"function arguments at index {place} are not valid JSON"
