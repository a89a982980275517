"""Errors: what a server or the connection said, as one clear line with its mend and never with the key."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
from k2lab.provider.profiles import profile

_OTHER_REGION = {"api.moonshot.ai": "https://api.moonshot.cn/v1", "api.moonshot.cn": "https://api.moonshot.ai/v1"}
_KEY = re.compile(r"\bsk-(?:[\w-]{16,}|[\w-]*[*\u2026]+[\w-]*)|Bearer\s+[\w.~+/=-]{8,}")


_WINDOW = re.compile(r"(?:maximum context length (?:is|of)|token limit:) (\d{3,8})")


class ReplyBroken(ServerUnreachable):
    """The connection broke in the middle of a reply; `usage` estimates what it has cost."""

    def __init__(self, what: str, mend: str = "", *, usage: Usage) -> None:
        self.usage = usage
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


def from_openai(error: Exception, *, base_url: str, model: str, key: str) -> ProviderError:
    """Return the error that a person reads for an exception of the `openai` package.

    Parameters
    ----------
    error : Exception
        ``openai.OpenAIError``, or a transport error of ``httpx`` that came through.
    base_url, model, key : str
        What was asked; the key is taken out of all words.
    """
    import openai

    host = urlsplit(base_url).hostname or base_url
    if isinstance(error, openai.APIStatusError):
        said = _said(error.body, key)
        return _by_status(error.status_code, _kind(error.body), said, host=host, model=model, key=key)
    if isinstance(error, openai.APIConnectionError) or not isinstance(error, openai.OpenAIError):
        timed_out = isinstance(error, openai.APITimeoutError) or "Timeout" in type(error).__name__
        if timed_out:
            return ServerUnreachable(f"{host} did not answer in time.", "Try again, or raise the time limit.")
        cause = error.__cause__ or error
        reason = scrub(str(cause), (key,))[:200].rstrip(".") or type(cause).__name__
        return ServerUnreachable(f"{host} cannot be reached: {reason}.", "Check the base URL and the connection.")
    said = _said(getattr(error, "body", None), key) or scrub(str(error), (key,))[:300]
    return _by_status(500, _kind(getattr(error, "body", None)), said, host=host, model=model, key=key)


def _by_status(status: int, kind: str, said: str, *, host: str, model: str, key: str) -> ProviderError:
    quote = f' It said: "{said}"' if said else ""
    if kind == "exceeded_current_quota_error" or kind == "insufficient_quota" or status == 402:
        return QuotaExhausted(f"The account at {host} has no money left.{quote}", "Top it up, or use -m offline.")
    if kind == "engine_overloaded_error":
        return RateLimited(f"{host} is overloaded.{quote}", "Try again in a few minutes.")
    if status == 429 or kind == "rate_limit_reached_error":
        return RateLimited(f"{host} limits how often this account may ask.{quote}", "Wait a minute and try again.")
    if status == 401 or kind in ("invalid_authentication_error", "incorrect_api_key_error"):
        if not key:
            return KeyMissing(f"{host} wants a key and none was sent.", "Set MOONSHOT_API_KEY, or use -m offline.")
        other = _OTHER_REGION.get(host)
        hint = (
            f" Keys are not shared between regions: if yours is from the other one, set K2LAB_BASE_URL={other}"
            if other
            else ""
        )
        return KeyRejected(f"{host} does not accept this key.", f"Check it in the console of that server.{hint}")
    if status == 403:
        return RequestRefused(f"{host} does not allow this key to do that.{quote}", "Check the key's permissions.")
    if status == 404 and (kind == "resource_not_found_error" or "model" in said.lower()):
        return ModelUnknown(
            f"{host} has no model {model!r}.", _successor(model) or "See `k2lab models` for those it has."
        )
    if status == 404:
        return ServerUnreachable(f"Nothing answers at this address of {host} (404).", "A base URL usually ends in /v1.")
    if 300 <= status < 400:
        return ServerUnreachable(
            f"{host} sends on to another address ({status}).", "Set the base URL to the final address."
        )
    if status in (408, 499) or status >= 500:
        return ServerUnreachable(f"{host} failed with status {status}.{quote}", "Try again in a minute.")
    if kind == "content_filter":
        return RequestRefused(f"{host} refused the content of the request.{quote}", "Put the question in other words.")
    if "context" in said.lower() or ("token" in said.lower() and ("limit" in said.lower() or "long" in said.lower())):
        return RequestRefused(
            f"The conversation is too long for {model}.{quote}", "Ask in a new session, or of fewer columns."
        )
    return RequestRefused(f"{host} refused the request ({status}).{quote}")


def window_told(error: ProviderError) -> int | None:
    """Return the size of the window, in tokens, that a refusal names; servers of one's own are often started with a
    small one.

    Examples
    --------
    >>> window_told(RequestRefused("It said: This model's maximum context length is 8192 tokens. However, ..."))
    8192
    """
    told = _WINDOW.search(error.what)
    return int(told[1]) if isinstance(error, RequestRefused) and told else None


def unusable(host: str, why: str) -> ReplyUnusable:
    """Return the error for a reply that is no chat completion."""
    return ReplyUnusable(
        f"The reply of {host} cannot be read: {why}.", "Is the base URL that of an OpenAI-compatible server?"
    )


def _successor(model: str) -> str:
    known = profile(model)
    if known is None or not known.retired:
        return ""
    return f"It was retired on {known.retired}; its successor is {known.successor}."


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
    line = scrub(" ".join(words.split()), (key,))
    return line if len(line) <= 300 else line[:299] + "\u2026"
