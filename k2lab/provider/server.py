"""A model at a server: asked, waited for and asked again, whatever protocol the server speaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Protocol
from urllib.parse import urlsplit

from k2lab.conversation.messages import Completion, Message, TextDelta, ToolSpec
from k2lab.conversation.window import conversation_tokens
from k2lab.errors import ModelUnknown, ProviderError, RateLimited, ServerUnreachable, SettingsError
from k2lab.locale import pick
from k2lab.provider.account import list_models
from k2lab.provider.anthropic import AnthropicMessages
from k2lab.provider.assembly import Reply
from k2lab.provider.errors import ReplyBroken, WindowFull, from_package, unusable
from k2lab.provider.line import UNREAD, Line
from k2lab.provider.openai import ChatCompletions
from k2lab.provider.profiles import Catalogue, ModelProfile, catalogue
from k2lab.provider.retry import countdown, wait_before

_SMALLEST = 1024
"""Tokens of a reply that is asked for even where the window seems full: the estimate may be too high."""

_PAUSE = 5
"""Seconds to wait after a server has broken off a reply because it was too busy."""

_LETTERS = 16
"""Letters that a token of a reply may have; more than all of them together is a reply that does not stop."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, before it is put into a protocol's words.

    Attributes
    ----------
    longest : int
        Tokens of the reply.
    hosted : bool
        Whether the server is one of Moonshot's own.
    thinks : bool
        Whether the server wants the reasoning of every call back.
    temperature : float or None
        None where the server is to decide.
    tool_choice : str
        Empty where nothing is to be said of it.
    more : mapping
        What the model's profile adds, such as the switch for thinking, and the name of the prompt cache.
    """

    model: str
    messages: Sequence[Message]
    tools: Sequence[ToolSpec]
    longest: int
    hosted: bool = False
    thinks: bool = False
    temperature: float | None = None
    tool_choice: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


class Dialect(Protocol):
    """A protocol: how a request is worded, and how its reply is read."""

    def package(self) -> ModuleType:
        """Return the package that speaks it; its exceptions are what `chunks` raises."""
        ...

    def body(self, asked: Asked) -> dict[str, Any]:
        """Return the keyword arguments of a request."""
        ...

    def chunks(self, line: Line, body: Mapping[str, Any]) -> Generator[Mapping[str, Any], None, None]:
        """Send a request, and yield the reply in chunks as of chat completions."""
        ...


@dataclass(frozen=True, kw_only=True)
class ServerProvider:
    """Continues a conversation at an OpenAI-compatible server, or at an Anthropic-compatible one.

    Attributes
    ----------
    model : str
    base_url : str
        Up to and with ``/v1``; one that ends in ``/anthropic`` is spoken to in Anthropic's protocol.
    key : str
        Sent to `base_url` and nowhere else; may be empty for servers of one's own.
    max_tokens : int
        Longest reply; always sent, because servers have small defaults. Made smaller where the window is nearly full.
    patience : float
        Seconds without any piece of a reply after which it is given up.
    deadline : float or None
        On the clock of ``time.monotonic``; nothing is waited for beyond it.
    attempts : int
        Times that a request is made before the first byte of a reply has come.
    cache_key : str
        Names the session to Moonshot's prompt cache.
    window : int, optional
        Tokens of request and reply together; by default from the profile, or as the server tells when it refuses.
    thinking : str
        ``auto``, or a value that the model's profile knows: ``on``, ``off``, ``low``, ``high``...
    known : Catalogue
        Of models and hosts.
    on_request : callable, optional
        Told the host and the very bytes of each request before it is sent, for a log of what leaves the machine.
    sleep : callable
        Waits between attempts, a second at a time; an interrupt ends it, and a true value the whole wait.

    Notes
    -----
    Sampling parameters are sent only to models whose profile has them: Kimi K2.5 and later refuse them. Quota errors
    are never tried again. A request that may have been billed is not repeated here but ends in `ReplyBroken`, so that
    whoever keeps the budget decides.
    """

    model: str
    base_url: str
    key: str = field(default="", repr=False)
    max_tokens: int = 32768
    patience: float = 180.0
    deadline: float | None = None
    attempts: int = 5
    cache_key: str = ""
    window: int | None = None
    thinking: str = "auto"
    known: Catalogue = field(default_factory=catalogue, repr=False)
    on_request: Callable[[str, bytes], None] | None = field(default=None, repr=False)
    sleep: Callable[[float], object] = field(default=time.sleep, repr=False)
    _told: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Iterator[TextDelta | Completion]:
        """Yield the reply in pieces, and last its `Completion`; pieces marked as notices count down a wait.

        Raises
        ------
        k2lab.errors.ProviderError
            If there is no reply to be had; `k2lab.provider.errors.ReplyBroken` if it broke off in the middle.
        """
        if pause := self._told.pop("pause", 0):
            yield from countdown(pause, pick(f"{self._host} is overloaded.", f"{self._host} 负载过高。"), self.sleep)
        for attempt in range(1, self.attempts + 1):
            reply = Reply(messages, tools, model=self.model)
            try:
                yield from self._attempt(self._asked(messages, tools), reply)
                return
            except ModelUnknown as error:
                raise self._with_offer(error) from error
            except ProviderError as error:
                wait = 0.0 if self._learns(error) else wait_before(error, attempt)
                if wait is None or attempt == self.attempts or reply.started:
                    raise
                why = error.what
            yield from countdown(wait, why, self.sleep)

    def _attempt(self, asked: Asked, reply: Reply) -> Iterator[TextDelta | Completion]:
        dialect, line = self._dialect, self._line()
        failures = line.failures(dialect.package())
        with closing(dialect.chunks(line, dialect.body(asked))) as chunks:
            while True:
                try:
                    chunk = next(chunks)
                except StopIteration:
                    break
                except failures as error:
                    raise self._failed(error, reply, line) from error
                yield from reply.add(chunk)
                if self.deadline is not None and time.monotonic() > self.deadline:
                    raise self._broken(pick("the time is up", "时间已用完"), reply)
                if reply.size > asked.longest * _LETTERS + _SMALLEST:
                    reply.end("length")  # the server goes on for ever
                    break
            if line.done and reply.started:
                reply.end("stop")
        if not reply.started:
            raise unusable(self._host, pick("it holds no stream of chunks", "其中没有数据流"))
        if not reply.ended:
            raise self._broken(pick("it ended in the middle", "中途结束"), reply)
        yield from reply.complete()

    def _failed(self, error: Exception, reply: Reply, line: Line) -> ProviderError:
        if isinstance(error, UNREAD):
            if reply.started:
                return self._broken(pick("a part of it cannot be read", "其中一段无法读取"), reply)
            return unusable(self._host, pick("it is no JSON", "不是 JSON"))
        package = self._dialect.package()
        told = {"base_url": self.base_url, "model": self.model, "key": self.key}
        mapped = from_package(error, package, **told, known=self.known)
        # After an answer has begun, or was waited for in vain, the tokens may have been billed.
        begun = line.answered and not isinstance(error, package.APIStatusError)
        waited = isinstance(error, package.APITimeoutError) and "Connect" not in type(error.__cause__).__name__
        if isinstance(mapped, ServerUnreachable) and (reply.started or begun or waited):
            return self._broken(self._how_it_broke(error, line) or mapped.what, reply)
        if isinstance(mapped, RateLimited) and reply.started:
            self._told["pause"] = _PAUSE
            return self._broken(mapped.what, reply)
        return mapped

    def _how_it_broke(self, error: Exception, line: Line) -> str:
        """Say how a connection broke, where it was not the server that said so."""
        package = self._dialect.package()
        if "Timeout" in type(error).__name__:
            return pick(f"nothing came for {line.patience:.0f} s", f"{line.patience:.0f} 秒内没有收到内容")
        if "Decoding" in type(error).__name__:
            return pick("it is compressed in a wrong way", "压缩数据有误")
        if isinstance(error, package.APIConnectionError) or not isinstance(error, package.APIError):
            return pick("the connection was closed before its end", "连接在结束前被关闭")
        return ""

    def _learns(self, error: ProviderError) -> bool:
        """Tell whether a refusal has named a smaller window than was known, so that a shorter reply may be asked."""
        if not isinstance(error, WindowFull) or error.window is None or "window" in self._told:
            return False
        if error.window >= (self._window() or error.window + 1):
            return False
        self._told["window"] = error.window
        return True

    def _with_offer(self, error: ModelUnknown) -> ModelUnknown:
        """Return the error with what the server has instead, as far as it tells."""
        if self.known.successor(self.model):
            return error
        try:
            offered = list_models(base_url=self.base_url, key=self.key, patience=min(10.0, self.patience))
        except ProviderError:
            return error
        mend = self.known.nearest(self.model, [one.id for one in offered])
        return ModelUnknown(error.what, mend or error.mend)

    def _broken(self, why: str, reply: Reply) -> ReplyBroken:
        what = pick(
            f"The reply of {self._host} broke off: {why.rstrip('.')}.",
            f"{self._host} 的回复中断：{why.rstrip('.。')}。",
        )
        return ReplyBroken(what, pick("Try again.", "请重试。"), usage=reply.lost())

    @property
    def _host(self) -> str:
        return urlsplit(self.base_url).hostname or self.base_url

    @property
    def _dialect(self) -> Dialect:
        return AnthropicMessages() if speaks_anthropic(self.base_url) else ChatCompletions()

    @property
    def _patience(self) -> float:
        """Seconds to wait for a piece; a little at least, so that the end of the run's time is told by the run."""
        left = self.patience if self.deadline is None else self.deadline - time.monotonic()
        return max(0.05, min(self.patience, left))

    def _line(self) -> Line:
        return Line(
            base_url=self.base_url,
            key=self.key,
            patience=self._patience,
            known=self.known,
            on_request=self.on_request,
        )

    def _window(self) -> int | None:
        known = self.known.profile(self.model)
        return self._told.get("window") or self.window or (known.window if known else None)

    def _asked(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Asked:
        known, hosted = self.known.profile(self.model), self.known.host(self.base_url) is not None
        longest = min(self.max_tokens, known.max_output) if known else self.max_tokens
        if window := self._window():
            longest = max(_SMALLEST, min(longest, window - conversation_tokens(messages, tools) * 12 // 10))
        chat = not speaks_anthropic(self.base_url)
        # What Anthropic's protocol does not have is said there only when a person wants it.
        more = thinking_switch(known, self.thinking, hosted=hosted) if chat or self.thinking != "auto" else {}
        if self.cache_key and hosted and chat:
            more["prompt_cache_key"] = self.cache_key
        # Every reply without a call is useless here; where calls can be required, they are.
        required = bool(known and "required" in known.tool_choice and tools and hosted)
        return Asked(
            model=self.model,
            messages=messages,
            tools=tools,
            longest=longest,
            hosted=hosted,
            thinks=bool(known and known.thinking) and hosted and self.thinking != "off",
            temperature=known.temperature if known else None,
            tool_choice="required" if required else "",
            more=more,
        )


def speaks_anthropic(base_url: str) -> bool:
    """Tell whether an address is that of an Anthropic-compatible server.

    Examples
    --------
    >>> speaks_anthropic("https://api.moonshot.ai/anthropic"), speaks_anthropic("https://api.moonshot.ai/v1")
    (True, False)
    """
    return urlsplit(base_url).path.rstrip("/").endswith("/anthropic")


def thinking_switch(known: ModelProfile | None, wanted: str, *, hosted: bool) -> dict[str, Any]:
    """Return what a request says of thinking.

    Raises
    ------
    k2lab.errors.SettingsError
        If the model cannot be switched so.

    Examples
    --------
    >>> thinking_switch(catalogue().profile("kimi-k2.6"), "off", hosted=True)
    {'thinking': {'type': 'disabled'}}
    >>> thinking_switch(catalogue().profile("kimi-k2.6"), "off", hosted=False)
    {'chat_template_kwargs': {'thinking': False}}
    """
    switches = known.thinking if known else {}
    if wanted == "auto":
        return dict(switches.get("on", {})) if hosted else {}
    if known is None:
        raise SettingsError("Thinking cannot be switched: no profile knows this model.", "Leave out K2LAB_THINKING.")
    if wanted not in switches and not (wanted == "off" and not switches):
        ways = ", ".join(name for name in switches if not name.endswith("_elsewhere")) or "off"
        raise SettingsError(f"K2LAB_THINKING is {wanted!r}; for {known.name} it must be one of auto, {ways}.")
    if not hosted:
        return dict(switches.get(f"{wanted}_elsewhere", {}))
    return dict(switches.get(wanted, {}))
