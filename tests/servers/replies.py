"""What the server says: streams in many shapes, and refusals as Moonshot writes them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from k2lab.conversation.messages import Message
from tests.servers.twists import CHUNKS

CALL = "<|tool_call_begin|>{id}<|tool_call_argument_begin|>{arguments}<|tool_call_end|>"
SECTIONS = {
    "plural": "<|tool_calls_section_begin|>{calls}<|tool_calls_section_end|>",
    "singular": "<|tool_call_section_begin|>{calls}<|tool_call_section_end|>",
    "none": "{calls}",
    "open": "<|tool_calls_section_begin|>{calls}",
}


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
        Leave the calls as K2's own tokens in the content or in the reasoning, as vLLM and SGLang have done.
    section : str
        How the section of leaked calls is marked.
    ids : str
        Ids of calls: as they are; ``bare`` (``search:2``), ``foreign`` (``call_59ad``; in leaked calls the name is lost
        with it), ``same`` for all, or ``none``.
    think : str
        Leave the thinking in the content: ``whole`` in its tags, ``unopened``, or ``unclosed``.
    finish : str or None
        The finish reason; None for the right one.
    cut : float or None
        Share of the bytes after which the connection breaks, in whatever token or JSON that is.
    end : bool
        Whether the stream has its finish reason and its end; without, it just stops, as if it were whole.
    stall : float
        Seconds without a byte in the middle.
    pace : float
        Seconds between events.
    drip : int
        Bytes that are written at once; 0 for whole events.
    pings : int
        Comments that are sent before the first event, each after `pace`.
    whole : bool
        Whether calls come in one chunk.
    index : bool
        Whether pieces of calls carry their index.
    objects : bool
        Whether arguments come as an object and not as text.
    twice : bool
        Whether each event comes twice.
    zipped : bool
        Whether the body is compressed.
    charset : str
        What the server says of its letters; they are UTF-8 all the same.
    garbage : str
        A line that is put in the middle.
    twist : str
        What is odd of the chunks, by its name in `tests.servers.twists`.
    breaks : str
        How lines end.
    bom : bool
        Whether the stream begins with a byte-order mark.
    done : bool
        Whether the end is said in words (``[DONE]``, ``message_stop``).
    streamed : bool
        Whether it is a stream at all; else one JSON object, as from a server that knows no streams.
    """

    message: Message
    letters: int = 12
    usage: Literal["chunk", "choice", "none", "zero"] = "chunk"
    leak: Literal["", "content", "reasoning"] = ""
    section: str = "plural"
    ids: Literal["", "bare", "foreign", "same", "none"] = ""
    think: Literal["", "whole", "unopened", "unclosed"] = ""
    finish: str | None = None
    cut: float | None = None
    end: bool = True
    stall: float = 0.0
    pace: float = 0.0
    drip: int = 0
    pings: int = 0
    whole: bool = False
    index: bool = True
    objects: bool = False
    twice: bool = False
    zipped: bool = False
    charset: str = ""
    garbage: str = ""
    twist: str = ""
    breaks: str = "\n"
    bom: bool = False
    done: bool = True
    streamed: bool = True
    tokens: dict[str, int] = field(default_factory=lambda: {"prompt": 1000, "completion": 50, "cached": 600})

    def events(self, model: str) -> list[bytes]:
        """Return the server-sent events."""
        chunks = [chunk(model, delta) for delta in self.deltas()]
        if self.end:
            last = chunk(model, {}, finish_reason=self.reason)
            if self.usage == "choice":
                last["choices"][0]["usage"] = self.used()
            chunks.append(last)
        if self.usage in ("chunk", "zero"):
            chunks.append({**chunk(model, {}), "choices": [], "usage": self.used()})
        chunks = list(CHUNKS[self.twist](chunks)) if self.twist else chunks
        if not self.streamed:
            return [json.dumps(_completion(chunks, self.message), ensure_ascii=False).encode()]
        lines = [f"data: {json.dumps(made, ensure_ascii=False)}\n\n".encode() for made in chunks]
        return self.spoilt([*lines, *([b"data: [DONE]\n\n"] if self.end and self.done else [])])

    def spoilt(self, lines: list[bytes]) -> list[bytes]:
        """Return the events with what is wrong with all of them."""
        if self.garbage:
            lines.insert(len(lines) // 2, f"data: {self.garbage}\n\n".encode())
        if self.twice:
            lines = [line for line in lines for _ in range(2)]
        lines = [b": keep-alive\n\n"] * self.pings + lines
        lines = [line.replace(b"\n", self.breaks.encode()) for line in lines]
        lines[0] = b"\xef\xbb\xbf" + lines[0] if self.bom else lines[0]
        return [gzip.compress(b"".join(lines))] if self.zipped else lines

    @property
    def reason(self) -> str:
        """The finish reason."""
        return self.finish or ("tool_calls" if self.message.calls else "stop")

    def used(self) -> dict[str, Any]:
        """Return the usage as it is told."""
        if self.usage == "zero":
            return {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        return {
            "prompt_tokens": self.tokens["prompt"],
            "completion_tokens": self.tokens["completion"],
            "total_tokens": self.tokens["prompt"] + self.tokens["completion"],
            "cached_tokens": self.tokens["cached"],
        }

    def leaked(self) -> str:
        """Return the calls in K2's own tokens."""
        given = []
        for place, one in enumerate(self.message.calls):
            name = {"bare": f"{one.name}:{place}", "foreign": f"call_59adf5{place}", "same": f"functions.{one.name}:0"}
            shown = name.get(self.ids, f"functions.{one.name}:{place}")
            given.append(CALL.format(id=shown, arguments=one.raw))
        return SECTIONS[self.section].format(calls="".join(given))

    def deltas(self) -> Iterator[dict[str, Any]]:
        """Yield the pieces of the message."""
        message, thinking, text = self.message, self.message.reasoning, self.message.text
        yield {"role": "assistant", "content": ""}
        if self.think and thinking is not None:
            opened, closed = (
                ("" if self.think == "unopened" else "<think>"),
                ("" if self.think == "unclosed" else "</think>"),
            )
            thinking, text = None, f"{opened}{thinking}{closed}{text}"
        leaked = self.leaked() if self.leak else ""
        if thinking == "":
            yield {"reasoning_content": ""}
        for piece in self._pieces((thinking or "") + (leaked if self.leak == "reasoning" else "")):
            yield {"reasoning_content": piece}
        for piece in self._pieces(text + (leaked if self.leak == "content" else "")):
            yield {"content": piece}
        for place, one in enumerate(() if self.leak else message.calls):
            ids = {"bare": f"{one.name}:{place}", "foreign": f"call_59adf5{place}", "same": "call_1", "none": None}
            head: dict[str, Any] = {"id": ids.get(self.ids, one.id), "type": "function"}
            head["function"] = {"name": one.name, "arguments": ""}
            at = {"index": place} if self.index else {}
            if self.whole or self.objects:
                head["function"]["arguments"] = dict(one.arguments) if self.objects else one.raw
            yield {"tool_calls": [{**at, **head}]}
            for piece in () if self.whole or self.objects else self._pieces(one.raw):
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


@dataclass(frozen=True, kw_only=True)
class Silent:
    """No answer: the connection is taken, and then nothing comes for `seconds`, or it is closed at once."""

    seconds: float = 0.0


def chunk(model: str, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    """Return a chunk of a chat completion."""
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "cmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": [choice]}


def _completion(chunks: list[dict[str, Any]], message: Message) -> dict[str, Any]:
    """Return the completion that was not streamed."""
    said: dict[str, Any] = {
        "role": "assistant",
        "content": message.text or None,
        "reasoning_content": message.reasoning,
    }
    said["tool_calls"] = [
        {"id": one.id, "type": "function", "function": {"name": one.name, "arguments": one.raw}}
        for one in message.calls
    ]
    reason = "tool_calls" if message.calls else "stop"
    used = next((made["usage"] for made in chunks if made.get("usage")), None)
    return {
        **chunks[0],
        "choices": [{"index": 0, "message": said, "finish_reason": reason}],
        "usage": used,
    }


def refused(status: int, kind: str, message: str, **headers: str) -> Refused:
    """Return an error as Moonshot writes it."""
    body = json.dumps({"error": {"type": kind, "message": message}}).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refused(status=status, body=body, headers={"Content-Type": "application/json", **names})


def page(status: int, title: str) -> Refused:
    """Return an error as a gateway writes it."""
    text = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return Refused(status=status, body=text.encode(), headers={"Content-Type": "text/html"})


FAULTS: dict[str, Refused] = {
    "key": refused(401, "invalid_authentication_error", "Invalid Authentication: sk-1234567890abcdefghij is not known"),
    "permission": refused(403, "permission_denied_error", "The API you are accessing is not open"),
    "model": refused(404, "resource_not_found_error", "Not found the model kimi-k2-0905-preview or Permission denied"),
    "path": page(404, "Not Found"),
    "rate": refused(
        429, "rate_limit_reached_error", "Your account reached max RPM: 3, please try again after 1 seconds"
    ),
    "rate-wait": refused(429, "rate_limit_reached_error", "TPD limit reached", Retry_After="86000"),
    "overloaded": refused(429, "engine_overloaded_error", "The engine is currently overloaded", Retry_After="0"),
    "quota": refused(429, "exceeded_current_quota_error", "Your account is suspended due to insufficient balance"),
    "server": refused(500, "server_error", "unexpected output"),
    "unavailable": refused(503, "server_unavailable", "the server is not available"),
    "gateway": page(504, "Gateway Time-out"),
    "filter": refused(400, "content_filter", "The request was rejected because it was considered high risk"),
    "long": refused(
        400, "invalid_request_error", "Your request exceeded model token limit: 262144 (requested: 269030)"
    ),
    "request": refused(400, "invalid_request_error", "Invalid request: tools"),
    "login": Refused(status=302, body=b"", headers={"Location": "http://127.0.0.1:9/login"}),
    "proxy": page(407, "Proxy Authentication Required"),
    "money": refused(402, "invalid_request_error", "Insufficient credits"),
    "large": page(413, "Request Entity Too Large"),
    "loading": refused(503, "unavailable_error", "Loading model"),
    "codes": refused(400, "invalid_request_error", "\x1b[2J\x1b]0;owned\x07 no\r\nway"),
    "error200": Refused(
        status=200,
        body=b'{"error": {"message": "no worker", "code": 503}}',
        headers={"Content-Type": "application/json"},
    ),
    "deep": Refused(
        status=200, body=b"data: " + b"[" * 200_000 + b"\n\n", headers={"Content-Type": "text/event-stream"}
    ),
    "unzipped": Refused(
        status=200, body=b"data: {}\n\n", headers={"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}
    ),
    "moved": Refused(status=308, body=b"", headers={"Location": "http://127.0.0.1:9/v1/chat/completions"}),
    "json": Refused(status=200, body=b'{"choices": []}', headers={"Content-Type": "application/json"}),
    "page": Refused(
        status=200, body=b"<html>Log in to the hotel network</html>", headers={"Content-Type": "text/html"}
    ),
    "garbage": Refused(status=200, body=b"data: {not json\n\n", headers={"Content-Type": "text/event-stream"}),
    "empty": Refused(status=200, body=b"", headers={"Content-Type": "text/event-stream"}),
}
"""Refusals by name; everything else that may go wrong is a shape of `Streamed`, see `tests.servers.faults`."""
