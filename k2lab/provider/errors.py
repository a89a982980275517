"""Errors: what a server or the connection said, as one clear line with its mend and never with the key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from k2lab.conversation.messages import Usage
from k2lab.errors import (
    KeyMissing,
    KeyRejected,
    ModelUnknown,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    ReplyUnusable,
    RequestRefused,
    ServerUnreachable,
)
from k2lab.provider.arguments import without_controls
from k2lab.provider.profiles import Catalogue, catalogue

_KEY = re.compile(r"\bsk-(?:[\w-]{16,}|[\w-]*[*\u2026]+[\w-]*)|Bearer\s+[\w.~+/=-]{8,}")


_WINDOW = re.compile(
    r"(?:maximum context length (?:is|of)|token limit:|context size \(|context length \(|context window of|tokens >)"
    r" ?(\d{3,8})"
)
_TOO_LONG = re.compile(
    r"context (?:length|size|window)|token limit|(?:token|input|prompt)[^.]{0,40}too long|too many tokens",
    re.IGNORECASE,
)


class ReplyBroken(ServerUnreachable):
    """The connection broke in the middle of a reply; `usage` estimates what it has cost."""

    def __init__(self, what: str, mend: str = "", *, usage: Usage) -> None:
        self.usage = usage
        super().__init__(what, mend)


class WindowFull(RequestRefused):
    """The conversation is longer than the model's window; `window` in tokens where the server told it."""

    def __init__(self, what: str, mend: str = "", *, window: int | None = None) -> None:
        self.window = window
        super().__init__(what, mend)


def scrub(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Take keys out of a text: the ones given, and all that looks like one.

    Examples
    --------
    >>> scrub("Incorrect API key provided: sk-abc***xyz.")
    'Incorrect API key provided: (key).'
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret, "(key)")
    return _KEY.sub("(key)", text)


def from_package(
    error: Exception, package: ModuleType, *, base_url: str, model: str, key: str, known: Catalogue | None = None
) -> ProviderError:
    """Return the error that a person reads for an exception of the `openai` or `anthropic` package.

    Parameters
    ----------
    error : Exception
        One of the package's own, or a transport error of ``httpx`` that came through.
    package : module
        ``openai`` or ``anthropic``; they name their exceptions alike.
    base_url, model, key : str
        What was asked; the key is taken out of all words.
    known : Catalogue, optional
        Knows regions and successors.
    """
    asked = _Asked(urlsplit(base_url).hostname or base_url, base_url, model, key, known or catalogue())
    if isinstance(error, package.APIStatusError):
        status = int(error.status_code)
        # An error inside a stream comes under the status of the stream.
        return _by_status(status if status >= 300 else 500, error.body, _said(error.body, key), asked)
    if isinstance(error, package.APIConnectionError) or not isinstance(error, package.APIError):
        timed_out = isinstance(error, package.APITimeoutError) or "Timeout" in type(error).__name__
        if timed_out:
            return ServerUnreachable(f"{asked.host} did not answer in time.", "Try again, or raise the time limit.")
        cause = error.__cause__ or error
        reason = scrub(str(cause), (key,))[:200].rstrip(".") or type(cause).__name__
        return ServerUnreachable(f"{asked.host} cannot be reached: {reason}.", "Check the base URL and the connection.")
    body = getattr(error, "body", None)
    code = _error(body).get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    return _by_status(status, body, _said(body, key) or scrub(str(error), (key,))[:300], asked)


class _Asked:
    """What was asked: where, which model, under which key."""

    def __init__(self, host: str, base_url: str, model: str, key: str, known: Catalogue) -> None:
        self.host, self.base_url, self.model, self.key, self.known = host, base_url, model, key, known


def _by_status(status: int, body: Any, said: str, asked: _Asked) -> ProviderError:
    kind, host, model = _kind(body), asked.host, asked.model
    quote = f' It said: "{said}"' if said else ""
    if kind in ("exceeded_current_quota_error", "insufficient_quota", "billing_error") or status == 402:
        return QuotaExhausted(f"The account at {host} has no money left.{quote}", "Top it up, or use -m offline.")
    if kind in ("engine_overloaded_error", "overloaded_error") or status == 529:
        return RateLimited(f"{host} is overloaded.{quote}", "Try again in a few minutes.")
    if status == 429 or kind in ("rate_limit_reached_error", "rate_limit_error"):
        return RateLimited(f"{host} limits how often this account may ask.{quote}", "Wait a minute and try again.")
    if status == 401 or kind in ("invalid_authentication_error", "incorrect_api_key_error", "authentication_error"):
        return _not_let_in(asked)
    if status == 407:
        return ServerUnreachable(
            "The proxy on the way wants a name and a password.", "Put them into HTTPS_PROXY, or use another proxy."
        )
    if status == 403:
        return RequestRefused(f"{host} does not allow this key to do that.{quote}", "Check the key's permissions.")
    if status == 404 and (kind == "resource_not_found_error" or "model" in said.lower()):
        mend = asked.known.successor(model) or "See `k2lab models` for those it has."
        return ModelUnknown(f"{host} has no model {model!r}.", mend)
    if status == 404:
        return ServerUnreachable(f"Nothing answers at this address of {host} (404).", "A base URL usually ends in /v1.")
    if 300 <= status < 400:
        return ServerUnreachable(
            f"{host} sends on to another address ({status}).", "Set the base URL to the final address."
        )
    too_long = kind == "exceed_context_size_error" or _TOO_LONG.search(said) is not None
    if status == 413 or (too_long and (status in (400, 422) or (status == 500 and "context" in said.lower()))):
        return WindowFull(
            f"The conversation is too long for {model}.{quote}",
            "Ask in a new session, or of fewer columns.",
            window=_window(body, said),
        )
    if status == 503 and "loading" in said.lower():
        return RateLimited(f"{host} is still loading the model.", "Try again in a minute.")
    if status in (408, 499) or status >= 500:
        return ServerUnreachable(f"{host} failed with status {status}.{quote}", "Try again in a minute.")
    if kind == "content_filter":
        return RequestRefused(f"{host} refused the content of the request.{quote}", "Put the question in other words.")
    return RequestRefused(f"{host} refused the request ({status}).{quote}")


def _not_let_in(asked: _Asked) -> ProviderError:
    """Return the error for a missing or unknown key; a key of the other region is the likeliest cause at Moonshot's."""
    if not asked.key:
        return KeyMissing(f"{asked.host} wants a key and none was sent.", "Set MOONSHOT_API_KEY, or use -m offline.")
    here = asked.known.host(asked.base_url)
    if here is None:
        return KeyRejected(f"{asked.host} does not accept this key.", "Check it in the console of that server.")
    other = here.other + (urlsplit(asked.base_url).path or "/v1")
    return KeyRejected(
        f"{asked.host} does not accept this key.",
        f"Check it at {here.console}. Keys are not shared between regions: "
        f"if yours is from the other one, set K2LAB_BASE_URL={other}",
    )


def _window(body: Any, said: str) -> int | None:
    """Return the size of the window, in tokens, that a refusal names; servers of one's own often have a small one."""
    told = _error(body).get("n_ctx")  # llama.cpp
    if isinstance(told, int) and told > 0:
        return told
    words = _WINDOW.search(said.replace(",", ""))
    return int(words[1]) if words else None


def unusable(host: str, why: str) -> ReplyUnusable:
    """Return the error for a reply that is no chat completion."""
    return ReplyUnusable(
        f"The reply of {host} cannot be read: {why}.", "Is the base URL that of an OpenAI-compatible server?"
    )


def _error(body: Any) -> Mapping[str, Any]:
    inner = body.get("error", body) if isinstance(body, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _kind(body: Any) -> str:
    error = _error(body)
    return str(error.get("type") or error.get("code") or "")


def _said(body: Any, key: str) -> str:
    """Return the server's own words in one short line; nothing of an HTML page."""
    words = _error(body).get("message") or (
        body if isinstance(body, str) else body.get("error") if isinstance(body, Mapping) else ""
    )
    if not isinstance(words, str) or words.lstrip().startswith("<"):
        return ""
    line = without_controls(scrub(" ".join(words.split()), (key,)))
    return line if len(line) <= 300 else line[:299] + "\u2026"
