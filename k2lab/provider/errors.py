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
from k2lab.locale import pick
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
            return ServerUnreachable(
                pick(f"{asked.host} did not answer in time.", f"{asked.host} 未及时回应。"),
                pick("Try again, or raise the time limit.", "请重试，或放宽时间上限。"),
            )
        cause = error.__cause__ or error
        reason = scrub(str(cause), (key,))[:200].rstrip(".") or type(cause).__name__
        return ServerUnreachable(
            pick(f"{asked.host} cannot be reached: {reason}.", f"无法连接 {asked.host}：{reason}。"),
            pick("Check the base URL and the connection.", "请检查服务器地址和网络连接。"),
        )
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
    quote = pick(f' It said: "{said}".', f"服务器答复：“{said}”。") if said else ""
    again = pick("Try again in a minute.", "请一分钟后重试。")
    if kind in ("exceeded_current_quota_error", "insufficient_quota", "billing_error") or status == 402:
        return QuotaExhausted(
            pick(f"The account at {host} has no money left.{quote}", f"{host} 的账户余额不足。{quote}"),
            pick("Top it up, or use -m offline.", "请充值，或使用 -m offline。"),
        )
    if kind in ("engine_overloaded_error", "overloaded_error") or status == 529:
        return RateLimited(
            pick(f"{host} is overloaded.{quote}", f"{host} 负载过高。{quote}"),
            pick("Try again in a few minutes.", "请几分钟后重试。"),
        )
    if status == 429 or kind in ("rate_limit_reached_error", "rate_limit_error"):
        return RateLimited(
            pick(f"{host} limits how often this account may ask.{quote}", f"{host} 限制了此账户的请求频率。{quote}"),
            pick("Wait a minute and try again.", "请稍等一分钟再试。"),
        )
    if status == 401 or kind in ("invalid_authentication_error", "incorrect_api_key_error", "authentication_error"):
        return _not_let_in(asked)
    if status == 407:
        return ServerUnreachable(
            pick("The proxy on the way wants a name and a password.", "途中的代理需要用户名和密码。"),
            pick("Put them into HTTPS_PROXY, or use another proxy.", "请将其写入 HTTPS_PROXY，或换用其他代理。"),
        )
    if status == 403:
        return RequestRefused(
            pick(f"{host} does not allow this key to do that.{quote}", f"{host} 不允许此密钥执行该操作。{quote}"),
            pick("Check the key's permissions.", "请检查密钥的权限。"),
        )
    if status == 404 and (kind == "resource_not_found_error" or "model" in said.lower()):
        mend = asked.known.successor(model) or pick(
            "See `k2lab models` for those it has.", "可用模型见 `k2lab models`。"
        )
        return ModelUnknown(pick(f"{host} has no model {model!r}.", f"{host} 没有模型 {model!r}。"), mend)
    if status == 404:
        return ServerUnreachable(
            pick(f"Nothing answers at this address of {host} (404).", f"{host} 的这个地址没有服务（404）。"),
            pick("A base URL usually ends in /v1.", "服务器地址通常以 /v1 结尾。"),
        )
    if 300 <= status < 400:
        return ServerUnreachable(
            pick(f"{host} sends on to another address ({status}).", f"{host} 将请求转往另一个地址（{status}）。"),
            pick("Set the base URL to the final address.", "请把服务器地址设为最终地址。"),
        )
    too_long = kind == "exceed_context_size_error" or _TOO_LONG.search(said) is not None
    if status == 413 or (too_long and (status in (400, 422) or (status == 500 and "context" in said.lower()))):
        return WindowFull(
            pick(f"The conversation is too long for {model}.{quote}", f"对话超出了 {model} 的长度上限。{quote}"),
            pick("Ask in a new session, or of fewer columns.", "请在新会话中提问，或减少列数。"),
            window=_window(body, said),
        )
    if status == 503 and "loading" in said.lower():
        return RateLimited(pick(f"{host} is still loading the model.", f"{host} 仍在加载模型。"), again)
    if status in (408, 499) or status >= 500:
        return ServerUnreachable(
            pick(f"{host} failed with status {status}.{quote}", f"{host} 出错，状态码 {status}。{quote}"), again
        )
    if kind == "content_filter":
        return RequestRefused(
            pick(f"{host} refused the content of the request.{quote}", f"{host} 拒绝了请求的内容。{quote}"),
            pick("Put the question in other words.", "请换一种说法提问。"),
        )
    return RequestRefused(
        pick(f"{host} refused the request ({status}).{quote}", f"{host} 拒绝了请求（{status}）。{quote}")
    )


def _not_let_in(asked: _Asked) -> ProviderError:
    """Return the error for a missing or unknown key; a key of the other region is the likeliest cause at Moonshot's."""
    if not asked.key:
        return KeyMissing(
            pick(f"{asked.host} wants a key and none was sent.", f"{asked.host} 需要密钥，但没有发送密钥。"),
            pick("Set MOONSHOT_API_KEY, or use -m offline.", "请设置 MOONSHOT_API_KEY，或使用 -m offline。"),
        )
    here = asked.known.host(asked.base_url)
    what = pick(f"{asked.host} does not accept this key.", f"{asked.host} 不接受此密钥。")
    if here is None:
        return KeyRejected(what, pick("Check it in the console of that server.", "请在该服务器的控制台核对密钥。"))
    other = here.other + (urlsplit(asked.base_url).path or "/v1")
    return KeyRejected(
        what,
        pick(
            f"Check it at {here.console}. Keys are not shared between regions: "
            f"if yours is from the other one, set K2LAB_BASE_URL={other}",
            f"请在 {here.console} 核对。国际站与中国站的密钥互不通用：若密钥来自另一站，请设置 K2LAB_BASE_URL={other}",
        ),
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
        pick(f"The reply of {host} cannot be read: {why}.", f"无法读取 {host} 的回复：{why}。"),
        pick("Is the base URL that of an OpenAI-compatible server?", "服务器地址是否属于兼容 OpenAI 的服务器？"),
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
