"""Every fault that the server can have, with what a client should make of it, once and when it stays.

The list is that of the facts about Kimi K2's servers (known failures of vLLM, SGLang, llama.cpp and of Moonshot's own),
and of what networks do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from k2lab.conversation.messages import Message, ToolCall
from tests.servers.replies import FAULTS as REFUSALS
from tests.servers.replies import Refused, Silent, Streamed

Outcome = str
"""``answered``, another status of a run, or the name of the error that ends it."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault: what is said instead of a good reply, what comes of it when it happens once, and when it stays."""

    say: Callable[[Message], Streamed | Refused | Silent]
    once: Outcome = "answered"
    always: Outcome = "answered"


def _shape(once: Outcome = "answered", always: Outcome = "answered", **shape: Any) -> Fault:
    return Fault(say=lambda good: Streamed(message=good, **shape), once=once, always=always)


def _broken(**shape: Any) -> Fault:
    """A reply that breaks off is asked for again, and ends the run when it always does."""
    return _shape(always="ReplyBroken", **shape)


def _refused(name: str, once: Outcome, always: Outcome) -> Fault:
    return Fault(say=lambda good: REFUSALS[name], once=once, always=always)


def _calls(change: Callable[[ToolCall], ToolCall], always: Outcome, once: Outcome = "answered", **shape: Any) -> Fault:
    def say(good: Message) -> Streamed:
        return Streamed(message=replace(good, calls=tuple(map(change, good.calls))), **shape)

    return Fault(say=say, once=once, always=always)


def _instead(message: Message, always: Outcome, **shape: Any) -> Fault:
    return Fault(say=lambda good: Streamed(message=message, **shape), always=always)


def _raw(change: Callable[[str], str]) -> Callable[[ToolCall], ToolCall]:
    return lambda call: replace(call, raw=change(call.raw))


FAULTS: dict[str, Fault] = {
    # -- how it is streamed
    "letter by letter": _shape(letters=1),
    "one huge chunk": _shape(letters=10**9, whole=True),
    "usage in the choice": _shape(usage="choice"),
    "no usage": _shape(usage="none"),
    "usage of zero": _shape(usage="zero"),
    "no index": _shape(index=False),
    "arguments as objects": _shape(objects=True),
    "every event twice": _shape(twice=True),
    "gzip": _shape(zipped=True),
    "another charset": _shape(charset="gbk"),
    "comments": _shape(pings=5),
    "bytes in sevens": _shape(drip=7),
    "lines end in CR LF": _shape(breaks="\r\n"),
    "lines end in CR": _shape(breaks="\r"),
    "byte-order mark": _shape(bom=True, letters=10**9, whole=True),
    "no [DONE]": _shape(done=False),
    "no finish reason": _shape(twist="no finish reason"),
    "not streamed at all": _shape(streamed=False),
    "usage first": _shape(twist="usage first"),
    "names in pieces": _shape(twist="names in pieces"),
    "id and name with each piece": _shape(twist="named again"),
    "one index for all": _shape(twist="one index"),
    "one index for all, no ids": _shape(twist="one index, no ids"),
    "null for what is not there": _shape(twist="null calls"),
    "a call in no list": _shape(twist="a call in no list"),
    "calls of old servers": _shape(twist="old calls"),
    "content in parts": _shape(twist="content in parts"),
    "values of other types": _shape(twist="odd values"),
    "two choices": _shape(twist="two choices"),
    "terminal codes": _shape(twist="terminal codes", letters=10**9),
    # -- K2's tokens where they do not belong
    "leak beside the calls": _shape(twist="leaked too"),
    "leak in content": _shape(leak="content"),
    "leak in content, letter by letter": _shape(leak="content", letters=1),
    "leak in content, finish tool_calls": _shape(leak="content", finish="tool_calls"),
    "leak in content, finish stop": _shape(leak="content", finish="stop"),
    "leak in reasoning": _shape(leak="reasoning", letters=3),
    "leak, singular section": _shape(leak="content", section="singular"),
    "leak, no section": _shape(leak="content", section="none"),
    "leak, section left open": _shape(leak="content", section="open"),
    "leak, bare ids": _shape(leak="content", ids="bare"),
    "leak, name lost": _shape(leak="content", ids="foreign"),
    "leak, one id for all": _shape(leak="content", ids="same"),
    "bare ids": _shape(ids="bare"),
    "foreign ids": _shape(ids="foreign"),
    "one id for all": _shape(ids="same"),
    "no ids": _shape(ids="none"),
    "thinking in the content": _shape(think="whole"),
    "thinking without its opening": _shape(think="unopened"),
    "thinking without its closing": _shape(think="unclosed"),
    "finish stop with calls": _shape(finish="stop"),
    "finish length with calls": _shape(finish="length"),
    # -- replies that end too early, or never
    "cut at the beginning": _broken(cut=0.02),
    "cut in a token": _broken(cut=0.4),
    "cut in the JSON": _broken(cut=0.71),
    "cut near the end": _broken(cut=0.9),
    "no end": _broken(end=False, usage="none"),
    "stall": _broken(stall=30),
    "slow drip": _broken(drip=1, pace=0.02),
    "comments for ever": _broken(pings=10_000, pace=0.02),
    "garbage in the middle": _broken(garbage="{not json"),
    "error in the middle": _broken(twist="error in the middle"),
    "error of old vLLM": _broken(twist="old error"),
    "overloaded in the middle": _broken(twist="overloaded in the middle"),
    "error instead of chunks": _broken(twist="error first"),
    "no money in the middle": _shape("QuotaExhausted", "QuotaExhausted", twist="no money in the middle"),
    "arguments for ever": _shape(always="repeats", twist="arguments for ever", letters=10**9),
    "text for ever": _shape(always="unanswered", twist="text for ever", letters=10**9),
    "thinking for ever": _shape(always="unanswered", twist="thinking for ever", letters=10**9),
    "no answer": Fault(say=lambda good: Silent(seconds=30), always="ReplyBroken"),
    "closed at once": Fault(say=lambda good: Silent(), always="ServerUnreachable"),
    # -- what the model writes
    "control characters in JSON": _calls(_raw(lambda raw: raw.replace("first", "first\n\t")), "answered"),
    "JSON in JSON": _calls(_raw(lambda raw: __import__("json").dumps(raw)), "answered"),
    "JSON in a fence": _calls(_raw(lambda raw: f"```json\n{raw}\n```"), "answered"),
    "something behind the JSON": _calls(_raw(lambda raw: raw + "\n}"), "answered"),
    "JSON cut at the limit": _calls(_raw(lambda raw: raw[: len(raw) // 2]), "repeats", finish="length"),
    "no JSON": _calls(_raw(lambda raw: "{'code': oh no"), "repeats"),
    "unknown tool": _calls(lambda call: replace(call, name="execute"), "repeats"),
    "arguments that do not fit": _calls(_raw(lambda raw: '{"cells": 3}'), "repeats"),
    "no arguments": _calls(_raw(lambda raw: ""), "repeats"),
    "empty reply": _instead(Message(role="assistant"), "unanswered"),
    "thinking only": _instead(Message(role="assistant", reasoning="Hm."), "unanswered"),
    "text where a call was due": _instead(Message(role="assistant", text="I would run a cell."), "unanswered"),
    "text cut at the limit": _instead(Message(role="assistant", text="I would"), "unanswered", finish="length"),
    # -- refusals
    "401": _refused("key", "KeyRejected", "KeyRejected"),
    "402": _refused("money", "QuotaExhausted", "QuotaExhausted"),
    "403": _refused("permission", "RequestRefused", "RequestRefused"),
    "404 model": _refused("model", "ModelUnknown", "ModelUnknown"),
    "404 address": _refused("path", "ServerUnreachable", "ServerUnreachable"),
    "429 rate": _refused("rate", "answered", "RateLimited"),
    "429 rate, wait a day": _refused("rate-wait", "RateLimited", "RateLimited"),
    "429 overloaded": _refused("overloaded", "answered", "RateLimited"),
    "429 no money": _refused("quota", "QuotaExhausted", "QuotaExhausted"),
    "500": _refused("server", "answered", "ServerUnreachable"),
    "503": _refused("unavailable", "answered", "ServerUnreachable"),
    "504 in HTML": _refused("gateway", "answered", "ServerUnreachable"),
    "content filter": _refused("filter", "RequestRefused", "RequestRefused"),
    "400": _refused("request", "RequestRefused", "RequestRefused"),
    "too long": _refused("long", "WindowFull", "WindowFull"),  # this conversation has nothing that could be left out
    "407": _refused("proxy", "ServerUnreachable", "ServerUnreachable"),
    "413": _refused("large", "WindowFull", "WindowFull"),
    "503 while it loads": _refused("loading", "answered", "RateLimited"),
    "terminal codes in an error": _refused("codes", "RequestRefused", "RequestRefused"),
    "an error with status 200": _refused("error200", "answered", "ReplyBroken"),
    "redirect to a login": _refused("login", "ServerUnreachable", "ServerUnreachable"),
    "redirect": _refused("moved", "ServerUnreachable", "ServerUnreachable"),
    "no stream": _refused("json", "ReplyUnusable", "ReplyUnusable"),
    "a hotel's page": _refused("page", "ReplyUnusable", "ReplyUnusable"),
    "no event is JSON": _refused("garbage", "ReplyUnusable", "ReplyUnusable"),
    "JSON without a floor": _refused("deep", "ReplyUnusable", "ReplyUnusable"),
    "gzip that is none": _refused("unzipped", "answered", "ReplyBroken"),
    "an empty stream": _refused("empty", "ReplyUnusable", "ReplyUnusable"),
}
"""By name."""
