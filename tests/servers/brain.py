"""A brain for the server: another provider thinks of the replies, and reads only what came over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from k2lab.conversation.messages import Completion, Message, ToolCall, ToolSpec
from k2lab.provider.base import Provider
from tests.servers.k2 import Said
from tests.servers.replies import Streamed


def conversation(request: dict[str, Any]) -> list[Message]:
    """Read the messages of a request as k2lab has them."""
    made = []
    for given in request["messages"]:
        calls = tuple(
            ToolCall(
                id=one["id"],
                name=one["function"]["name"],
                arguments=json.loads(one["function"]["arguments"]),
                raw=one["function"]["arguments"],
            )
            for one in given.get("tool_calls", ())
        )
        made.append(
            Message(
                role=given["role"],
                text=given.get("content") or "",
                reasoning=given.get("reasoning_content"),
                calls=calls,
                call_id=given.get("tool_call_id"),
                name=given.get("name"),
            )
        )
    return made


def backed_by(provider: Provider, **shape: Any) -> Callable[[dict[str, Any]], Said]:
    """Return a script entry that lets another provider think, for example the offline analyst."""

    def reply(request: dict[str, Any]) -> Said:
        tools = [ToolSpec(**tool["function"]) for tool in request.get("tools", ())]
        last = list(provider.stream(conversation(request), tools))[-1]
        assert isinstance(last, Completion)
        return Streamed(message=last.message, **shape)

    return reply
