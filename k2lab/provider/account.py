"""Accounts: the models that a server offers, and the money that is left; free to ask."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from k2lab.errors import ProviderError
from k2lab.locale import pick
from k2lab.provider.errors import from_package, unusable
from k2lab.provider.line import UNREAD, Line
from k2lab.provider.openai import openai_client
from k2lab.provider.profiles import Catalogue, catalogue

_MOST_MONEY = 10**12  # more is no amount but a fault


@dataclass(frozen=True, kw_only=True)
class ModelInfo:
    """A model that a server offers; `window` in tokens where it says so."""

    id: str
    window: int | None = None


def list_models(
    *, base_url: str, key: str = "", patience: float = 20.0, known: Catalogue | None = None
) -> tuple[ModelInfo, ...]:
    """Return the models that a server offers; also the free way to find out whether key and address are right.

    Raises
    ------
    k2lab.errors.ProviderError
        As a chat request would.
    """
    made = _get("/models", base_url=base_url, key=key, patience=patience, known=known)
    found = made.get("data") if isinstance(made, dict) else None
    if not isinstance(found, list):
        raise unusable(urlsplit(base_url).hostname or base_url, pick("it holds no list of models", "其中没有模型列表"))
    return tuple(
        ModelInfo(id=one["id"], window=_window(one))
        for one in found
        if isinstance(one, dict) and _is_name(one.get("id"))
    )


def balance(*, base_url: str, key: str, patience: float = 5.0, known: Catalogue | None = None) -> Decimal | None:
    """Return the money that is left in the account, in its currency; None where the server does not tell.

    Examples
    --------
    >>> balance(base_url="http://127.0.0.1:9/v1", key="") is None
    True
    """
    try:
        made = _get("/users/me/balance", base_url=base_url, key=key, patience=patience, known=known)
        left = made["data"]["available_balance"]
        amount = Decimal(str(left))
    except (ProviderError, KeyError, TypeError, InvalidOperation):
        return None
    return amount if amount.is_finite() and abs(amount) < _MOST_MONEY else None


def _get(path: str, *, base_url: str, key: str, patience: float, known: Catalogue | None) -> Any:
    import openai

    known = known or catalogue()
    # Anthropic's protocol has neither; the server has both beside it.
    address = base_url.rstrip("/")
    address = address.removesuffix("/anthropic") + "/v1" if address.endswith("/anthropic") else address
    line = Line(base_url=address, key=key, patience=patience, known=known)
    with closing(openai_client(line)) as client:
        try:
            return client.get(path, cast_to=object)
        except line.failures(openai) as error:
            if isinstance(error, UNREAD):
                raise unusable(urlsplit(base_url).hostname or base_url, pick("it is no JSON", "不是 JSON")) from error
            raise from_package(error, openai, base_url=base_url, model="", key=key, known=known) from error


def _window(one: dict[str, Any]) -> int | None:
    """Read the window of a listed model: Moonshot and OpenRouter, vLLM, llama.cpp."""
    meta = one.get("meta")
    told = one.get("context_length") or one.get("max_model_len") or (isinstance(meta, dict) and meta.get("n_ctx"))
    return int(told) if isinstance(told, int | float) and not isinstance(told, bool) and 0 < told < 10**9 else None


def _is_name(given: Any) -> bool:
    return isinstance(given, str) and given.isprintable() and bool(given.strip())
