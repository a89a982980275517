"""Any OpenAI-compatible server: streamed chat completions, with retries of our own."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from k2lab.conversation.messages import Completion, Message, TextDelta, ToolSpec
from k2lab.conversation.window import conversation_tokens
from k2lab.errors import KeyMissing, KeyRejected, ProviderError, RateLimited, ServerUnreachable, SettingsError
from k2lab.locale import pick
from k2lab.provider.assembly import Reply
from k2lab.provider.errors import ReplyBroken, from_openai, unusable, window_told
from k2lab.provider.profiles import currency, profile
from k2lab.provider.wire import to_wire, tools_to_wire

if TYPE_CHECKING:
    from openai import OpenAI

LONGEST_WAIT = 90.0
"""Seconds; a server that asks for a longer wait ends the run instead."""


@dataclass(frozen=True, kw_only=True)
class ModelInfo:
    """A model that a server offers; `window` in tokens where it says so."""

    id: str
    window: int | None = None


@dataclass(frozen=True, kw_only=True)
class OpenAIProvider:
    """Continues a conversation at an OpenAI-compatible server.

    Attributes
    ----------
    model : str
    base_url : str
        Up to and with ``/v1``.
    key : str
        Sent to `base_url` and nowhere else; may be empty for servers of one's own.
    max_tokens : int
        Longest reply; always sent, because servers have small defaults. Made smaller where the window is nearly full.
    patience : float
        Seconds without any byte after which a reply is given up.
    attempts : int
        Times that a request is made before the first byte of a reply has come.
    cache_key : str
        Names the session to Moonshot's prompt cache.
    window : int, optional
        Tokens of request and reply together; by default from the profile, or as the server tells when it refuses.
    on_request : callable, optional
        Told the host and the very bytes of each request before it is sent, for a log of what leaves the machine.
    sleep : callable
        Waits between attempts; an interrupt ends it.

    Notes
    -----
    No sampling parameters are sent: Kimi K2.5 and later refuse them. Quota errors are never tried again.
    """

    model: str
    base_url: str
    key: str = field(default="", repr=False)
    max_tokens: int = 32768
    patience: float = 180.0
    attempts: int = 5
    cache_key: str = ""
    window: int | None = None
    on_request: Callable[[str, bytes], None] | None = field(default=None, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    _told: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Iterator[TextDelta | Completion]:
        """Yield the reply in pieces, and last its `Completion`.

        Raises
        ------
        k2lab.errors.ProviderError
            If there is no reply to be had; `k2lab.provider.errors.ReplyBroken` if it broke off in the middle.
        """
        for attempt in range(1, self.attempts + 1):
            reply = Reply(messages, tools, model=self.model)
            try:
                yield from self._attempt(self._request(messages, tools), reply)
                return
            except ProviderError as error:
                wait = 0.0 if self._learns(error) else _wait(error, attempt)
                if wait is None or attempt == self.attempts or reply.started:
                    raise
                said = pick(f"Waiting {wait:.0f} s: {error.what}", f"等待 {wait:.0f} 秒：{error.what}")
            if wait >= 1:
                yield TextDelta(text=said + "\n", reasoning=True)
            self.sleep(wait)

    def _attempt(self, request: dict[str, Any], reply: Reply) -> Iterator[TextDelta | Completion]:
        with closing(_client(self.base_url, self.key, self.patience, self.on_request)) as client:
            for chunk in self._chunks(client, request, reply):
                yield from reply.add(chunk)
        if not reply.started:
            raise unusable(self._host, "it holds no stream of chunks")
        if not reply.ended:
            raise self._broken("the reply ended in the middle", reply)
        yield from reply.complete()

    def _chunks(self, client: OpenAI, request: dict[str, Any], reply: Reply) -> Iterator[dict[str, Any]]:
        """Yield the chunks of a reply, with errors of the package turned into ours."""
        failures = _failures()
        try:
            stream = client.chat.completions.create(**request)
        except failures as error:
            raise self._failed(error, reply) from error
        with stream:
            while True:
                try:
                    chunk = next(stream).model_dump(exclude_unset=True, warnings=False)
                except StopIteration:
                    return
                except failures as error:
                    raise self._failed(error, reply) from error
                yield chunk

    def _failed(self, error: Exception, reply: Reply) -> ProviderError:
        if isinstance(error, ValueError | AttributeError | TypeError):  # a chunk that is no JSON, or not an object
            if reply.started:
                return self._broken("a part of the reply cannot be read", reply)
            return unusable(self._host, "it is no JSON")
        mapped = from_openai(error, base_url=self.base_url, model=self.model, key=self.key)
        if reply.started and isinstance(mapped, ServerUnreachable):
            return self._broken(mapped.what, reply)
        return mapped

    def _learns(self, error: ProviderError) -> bool:
        """Tell whether a refusal has named the server's window, so that a shorter reply may be asked for; only once."""
        window = window_told(error)
        if window is None or "window" in self._told:
            return False
        self._told["window"] = window
        return True

    def _broken(self, why: str, reply: Reply) -> ReplyBroken:
        return ReplyBroken(
            f"The connection to {self._host} broke: {why.rstrip('.')}.", "Try again.", usage=reply.lost()
        )

    @property
    def _host(self) -> str:
        return urlsplit(self.base_url).hostname or self.base_url

    def _request(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> dict[str, Any]:
        known = profile(self.model)
        longest = min(self.max_tokens, known.max_output) if known else self.max_tokens
        window = self._told.get("window") or self.window or (known.window if known else None)
        if window:
            longest = max(1024, min(longest, window - conversation_tokens(messages, tools) * 12 // 10))
        request: dict[str, Any] = {
            "model": self.model,
            "messages": to_wire(messages),
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_completion_tokens": longest,
        }
        if tools:
            request["tools"] = tools_to_wire(tools)
        if self.cache_key and currency(self.base_url):
            request["extra_body"] = {"prompt_cache_key": self.cache_key}
        return request


def list_models(*, base_url: str, key: str = "", patience: float = 20.0) -> tuple[ModelInfo, ...]:
    """Return the models that a server offers; also the free way to find out whether key and address are right.

    Raises
    ------
    k2lab.errors.ProviderError
        As a chat request would.
    """
    with closing(_client(base_url, key, patience)) as client:
        try:
            made = client.models.list().model_dump(warnings=False)
        except _failures() as error:
            raise from_openai(error, base_url=base_url, model="", key=key) from error
    found = made.get("data")
    if not isinstance(found, list):
        raise unusable(urlsplit(base_url).hostname or base_url, "it holds no list of models")
    return tuple(
        ModelInfo(id=str(one["id"]), window=one.get("context_length") or one.get("max_model_len"))
        for one in found
        if isinstance(one, dict) and one.get("id")
    )


def _client(base_url: str, key: str, patience: float, on_request: Callable[[str, bytes], None] | None = None) -> OpenAI:
    import openai

    def note(request: Any) -> None:
        if on_request is not None:
            on_request(request.url.host, request.content)

    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"The base URL {base_url!r} is no address.", "It looks like https://api.moonshot.ai/v1.")
    if not key and currency(base_url):
        raise KeyMissing("No key for Moonshot's server is set.", "Set MOONSHOT_API_KEY, or use -m offline.")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise KeyRejected("The key holds characters that no key has.", "Copy it again from the console.")
    omit: Any = openai.Omit()
    return openai.OpenAI(
        api_key=key or "none",
        base_url=base_url,
        max_retries=0,
        # A redirect would take the question and the schema to a host that nobody chose.
        http_client=openai.DefaultHttpxClient(follow_redirects=False, event_hooks={"request": [note]}),
        timeout=openai.Timeout(patience, connect=min(15.0, patience)),
        # The environment of another product must not leave the machine.
        default_headers={"OpenAI-Organization": omit, "OpenAI-Project": omit},
    )


def _failures() -> tuple[type[Exception], ...]:
    """Return what may come out of `openai` while it asks and streams.

    Older versions let errors of their transport (httpx, later httpx2) through while they stream; ValueError and its
    kin are chunks that are no JSON or of another shape.
    """
    import openai

    http = transport()
    return (openai.OpenAIError, http.HTTPError, http.StreamError, ValueError, AttributeError, TypeError)


def transport() -> ModuleType:
    """Return the HTTP library that `openai` was built on: httpx, from version 3 on httpx2."""
    import openai

    roots = [parent.__module__.partition(".")[0] for parent in openai.DefaultHttpxClient.__mro__]
    return import_module(next(root for root in roots if root != "openai"))


def _wait(error: ProviderError, attempt: int) -> float | None:
    """Return the seconds to wait before the next attempt, or None when another one is of no use."""
    if not isinstance(error, (RateLimited, ServerUnreachable)) or isinstance(error, ReplyBroken):
        return None
    response = getattr(error.__cause__, "response", None)
    if response is not None and not (response.status_code in (408, 409, 429) or response.status_code >= 500):
        return None
    asked = _retry_after(response.headers.get("retry-after")) if response is not None else None
    if asked is not None:
        return asked + random.uniform(0, 0.5) if asked <= LONGEST_WAIT else None
    if isinstance(error, ServerUnreachable) and attempt >= 3:
        return None
    start = 2.0 if isinstance(error, RateLimited) else 0.5
    return float(min(30.0, start * 2 ** (attempt - 1)) * random.uniform(0.75, 1.25))


def _retry_after(given: str | None) -> float | None:
    """Read a Retry-After header: seconds or an HTTP date."""
    if not given:
        return None
    try:
        return max(0.0, float(given))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
