"""What the server says: chat-completion streams in many shapes, and the faults of real servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from k2lab.conversation.messages import Message

SECTION = "<|tool_calls_section_begin|>{calls}<|tool_calls_section_end|>"
CALL = "<|tool_call_begin|>{id}<|tool_call_argument_begin|>{arguments}<|tool_call_end|>"


@dataclass(frozen=True, kw_only=True)
class Streamed:
    """A streamed reply.

    Attributes
    ----------
    message : Message
    letters : int
        Letters of text or arguments in a chunk.
    usage : str
        Where usage stands: in a chunk of its own, in the last choice (as Kimi does), or nowhere.
    leak : str
        Leave the calls as markers in the content or in the reasoning, as vLLM and SGLang have done.
    finish : str or None
        The finish reason; None for the right one.
    cut : float or None
        Share of the events after which the connection breaks.
    stall : float
        Seconds without a byte in the middle.
    pace : float
        Seconds between events.
    whole : bool
        Whether calls come in one chunk.
    index : bool
        Whether pieces of calls carry their index.
    """

    message: Message
    letters: int = 12
    usage: Literal["chunk", "choice", "none"] = "chunk"
    leak: Literal["", "content", "reasoning"] = ""
    finish: str | None = None
    cut: float | None = None
    stall: float = 0.0
    pace: float = 0.0
    whole: bool = False
    index: bool = True
    tokens: dict[str, int] = field(default_factory=lambda: {"prompt": 1000, "completion": 50, "cached": 600})

    def events(self, model: str) -> list[bytes]:
        """Return the server-sent events."""
        chunks = [chunk(model, delta) for delta in self._deltas()]
        reason = self.finish or ("tool_calls" if self.message.calls else "stop")
        last = chunk(model, {}, finish_reason=reason)
        used = {
            "prompt_tokens": self.tokens["prompt"],
            "completion_tokens": self.tokens["completion"],
            "total_tokens": self.tokens["prompt"] + self.tokens["completion"],
            "cached_tokens": self.tokens["cached"],
        }
        if self.usage == "choice":
            last["choices"][0]["usage"] = used
        chunks.append(last)
        if self.usage == "chunk":
            chunks.append({**chunk(model, {}), "choices": [], "usage": used})
        lines = [f"data: {json.dumps(made, ensure_ascii=False)}\n\n".encode() for made in chunks]
        return [*lines, b"data: [DONE]\n\n"]

    def _deltas(self) -> Iterator[dict[str, Any]]:
        message = self.message
        leaked = ""
        if self.leak:
            given = [CALL.format(id=one.id, arguments=one.raw) for one in message.calls]
            leaked = SECTION.format(calls="".join(given))
        yield {"role": "assistant", "content": ""}
        thinking = (message.reasoning or "") + (leaked if self.leak == "reasoning" else "")
        if message.reasoning == "":
            yield {"reasoning_content": ""}
        for piece in self._pieces(thinking):
            yield {"reasoning_content": piece}
        for piece in self._pieces(message.text + (leaked if self.leak == "content" else "")):
            yield {"content": piece}
        for place, one in enumerate(() if self.leak else message.calls):
            head: dict[str, Any] = {"id": one.id, "type": "function", "function": {"name": one.name, "arguments": ""}}
            at = {"index": place} if self.index else {}
            if self.whole:
                head["function"]["arguments"] = one.raw
            yield {"tool_calls": [{**at, **head}]}
            for piece in () if self.whole else self._pieces(one.raw):
                yield {"tool_calls": [{**at, "function": {"arguments": piece}}]}

    def _pieces(self, text: str) -> Iterator[str]:
        for start in range(0, len(text), self.letters):
            yield text[start : start + self.letters]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """An answer that is no stream: a status, a body and headers."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def chunk(model: str, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    """Return a chunk of a chat completion."""
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "cmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": [choice]}


def refused(status: int, kind: str, message: str, **headers: str) -> Refused:
    """Return an error as Moonshot writes it."""
    body = json.dumps({"error": {"type": kind, "message": message}}).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refused(status=status, body=body, headers={"Content-Type": "application/json", **names})


def _html(status: int, title: str) -> Refused:
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return Refused(status=status, body=page.encode(), headers={"Content-Type": "text/html"})


FAULTS: dict[str, Refused] = {
    "key": refused(401, "invalid_authentication_error", "Invalid Authentication: sk-1234567890abcdefghij is not known"),
    "permission": refused(403, "permission_denied_error", "The API you are accessing is not open"),
    "model": refused(404, "resource_not_found_error", "Not found the model kimi-k2-0905-preview or Permission denied"),
    "path": _html(404, "Not Found"),
    "rate": refused(
        429, "rate_limit_reached_error", "Your account reached max RPM: 3, please try again after 1 seconds"
    ),
    "rate-wait": refused(429, "rate_limit_reached_error", "TPD limit reached", Retry_After="86000"),
    "overloaded": refused(429, "engine_overloaded_error", "The engine is currently overloaded", Retry_After="0"),
    "quota": refused(429, "exceeded_current_quota_error", "Your account is suspended due to insufficient balance"),
    "server": refused(500, "server_error", "unexpected output"),
    "gateway": _html(504, "Gateway Time-out"),
    "filter": refused(400, "content_filter", "The request was rejected because it was considered high risk"),
    "long": refused(
        400, "invalid_request_error", "Your request exceeded model token limit: 262144 (requested: 269030)"
    ),
    "request": refused(400, "invalid_request_error", "Invalid request: tools"),
    "moved": Refused(status=308, body=b"", headers={"Location": "http://127.0.0.1:9/v1/chat/completions"}),
    "json": Refused(status=200, body=b'{"choices": []}', headers={"Content-Type": "application/json"}),
    "page": Refused(
        status=200, body=b"<html>Log in to the hotel network</html>", headers={"Content-Type": "text/html"}
    ),
    "garbage": Refused(status=200, body=b"data: {not json\n\n", headers={"Content-Type": "text/event-stream"}),
}
"""Refusals by name; `cut`, `stall` and `leak` are shapes of `Streamed`."""
