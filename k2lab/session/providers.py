"""Providers by settings: which one answers, at what price, and what it is heard to send."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from k2lab.errors import KeyMissing, ModelUnknown, ProviderError, UsageError
from k2lab.locale import pick
from k2lab.settings import OFFLINE, Settings, stored_key

if TYPE_CHECKING:
    from k2lab.conversation.messages import Usage
    from k2lab.provider.account import ModelInfo
    from k2lab.provider.base import Provider
    from k2lab.provider.profiles import Catalogue, ModelProfile

REPLY_TOKENS = 32_768  # longest reply that is asked for
_SHORT_REPLY = 8_192  # longest reply under a small budget: room for a long cell, and for thinking before it
_MARGIN = 4_096  # our token counts are estimates
_UNKNOWN_WINDOW = 131_072  # of models that nobody tells of; a server that has less says so, and is asked for less
_PATIENCE = {True: 180.0, False: 600.0}  # seconds without a piece, at Moonshot's and elsewhere: small machines are slow

Price = Callable[["Usage"], "tuple[Decimal, str] | None"]
"""What some tokens cost, and in which currency; None where the price is not known."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request that left the machine: when (ISO 8601, UTC), to which host, and its body."""

    at: str
    host: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Who answers, what tokens cost there, how many of a conversation may be sent, and how long a reply may be."""

    provider: Provider
    price: Price | None = None
    window: int = _UNKNOWN_WINDOW
    reply: int = REPLY_TOKENS


def choose(
    settings: Settings, sent: list[Sent], *, session: str = "", sleep: Callable[[float], object] = time.sleep
) -> Chosen:
    """Return who answers: a replayed record, the offline analyst, or a model at a server.

    Parameters
    ----------
    settings : Settings
    sent : list of Sent
        Every request is added to it as it leaves.
    session : str
        Names the session to Moonshot's prompt cache.
    sleep : callable
        Waits before a server is asked again; a true value ends the wait.

    Raises
    ------
    UsageError
        If a record is to be written and read at once, or cannot be.
    ProviderError
        If a model is to be chosen and the server does not answer.
    """
    if settings.replay and settings.record:
        raise UsageError("--record and --replay exclude each other.")
    settings = with_key(settings)
    chosen = _chosen(settings, sent, session, sleep)
    if settings.record:
        from k2lab.provider.recorded import Recording

        secrets = (settings.api_key,) if settings.api_key else ()
        return replace(chosen, provider=Recording(chosen.provider, settings.record, secrets=secrets))
    return chosen


def _chosen(settings: Settings, sent: list[Sent], session: str, sleep: Callable[[float], object]) -> Chosen:
    if settings.replay:
        from k2lab.provider.recorded import Replayed

        return Chosen(provider=Replayed(settings.replay))
    if is_offline(settings):
        from k2lab.provider.offline import OfflineAnalyst

        return Chosen(provider=OfflineAnalyst(), price=_free)
    from k2lab.provider.server import ServerProvider

    known = _known(settings)
    hosted = known.host(settings.base_url) is not None
    offered = _asked_for(settings, known) if settings.model is None or not hosted else ()
    model = settings.model or _best(offered, settings, known)
    if hosted and (gone := known.successor(model)):
        # Said before anything is sent.
        host = urlsplit(settings.base_url).hostname
        raise ModelUnknown(pick(f"{host} has no model {model!r}.", f"{host} 没有模型 {model!r}。"), gone)
    profile = known.profile(model)
    told = next((one.window for one in offered if one.id == model and one.window), None)
    window = told or (profile.window if profile else _UNKNOWN_WINDOW)
    reply = _reply_tokens(settings, profile, known, window)

    def note(host: str, body: bytes) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        sent.append(Sent(at=now, host=host, body=body.decode("utf-8", "replace")))

    provider = ServerProvider(
        model=model,
        base_url=settings.base_url,
        key=settings.api_key or "",
        max_tokens=reply,
        patience=_PATIENCE[hosted],
        deadline=time.monotonic() + settings.max_seconds,
        cache_key=session,
        window=told,
        thinking=settings.thinking,
        known=known,
        on_request=note,
        sleep=sleep,
    )
    price = _price(model, settings.base_url, known)
    return Chosen(provider=provider, price=price, window=max(2_048, window - reply - _MARGIN), reply=reply)


def _reply_tokens(settings: Settings, profile: ModelProfile | None, known: Catalogue, window: int) -> int:
    """Return the longest reply to ask for: a quarter of a small window, and a tenth of a small budget."""
    longest = min(REPLY_TOKENS, profile.max_output if profile else REPLY_TOKENS, max(1_024, window // 4))
    price = profile.prices.get(known.currency(settings.base_url)) if profile else None
    if settings.budget is None or price is None or not price.completion:
        return longest
    affordable = int(settings.budget / 10 * 1_000_000 / price.completion)
    return min(longest, max(_SHORT_REPLY, affordable))


def _known(settings: Settings) -> Catalogue:
    from k2lab.provider.profiles import catalogue

    return catalogue(settings.profiles)


def with_key(settings: Settings) -> Settings:
    """Return the settings with the key that was kept by ``%k2 login``, unless they have one."""
    if settings.api_key is None and (kept := stored_key()) is not None:
        return replace(settings, api_key=kept)
    return settings


def is_offline(settings: Settings) -> bool:
    """Whether the offline analyst answers: it was asked for, or there is neither a key nor a server of one's own."""
    if settings.model == OFFLINE:
        return True
    return settings.model is None and with_key(settings).api_key is None and not settings.own_server


def reader(settings: Settings) -> str:
    """Return who would read a question, without a call."""
    if is_offline(settings):
        from k2lab.provider.offline import OfflineAnalyst

        return OfflineAnalyst().model
    return settings.model or f"the best model at {shown_url(settings.base_url)}"


def price_of(settings: Settings) -> Price | None:
    """Return the price list for the settings' model, where it is known without a call."""
    if is_offline(settings) or settings.model is None:
        return None
    return _price(settings.model, settings.base_url, _known(settings))


def described(settings: Settings) -> list[str]:
    """Say, in lines, who would answer and whether there is a key."""
    key = with_key(settings).api_key
    lines = [f"model     {reader(settings)}"]
    if not is_offline(settings):
        lines.append(f"server    {shown_url(settings.base_url)}")
    lines.append("key       found" if key else "key       none (set MOONSHOT_API_KEY or call %k2 login)")
    return lines


def models(settings: Settings) -> list[str]:
    """Return the models that can be asked: the server's, best first, and always ``offline``.

    Raises
    ------
    ProviderError
        If there is a key or a server of one's own, and the server does not answer.
    """
    settings = with_key(settings)
    if settings.api_key is None and not settings.own_server:
        return [OFFLINE]
    known = _known(settings)
    return [*known.ranked(one.id for one in _offered(settings, known)), OFFLINE]


def currency_of(settings: Settings) -> str:
    """Return the currency of the account at the settings' server; empty where tokens have no known price."""
    return _known(settings).currency(settings.base_url)


def price_list(settings: Settings, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what a million tokens of each model cost at the settings' server, where it is known, in its currency."""
    known = _known(settings)
    currency = known.currency(settings.base_url)
    prices = {name: profile.prices.get(currency) for name in names if (profile := known.profile(name))}
    return {
        name: {"input": str(price.prompt), "output": str(price.completion), "currency": currency}
        for name, price in prices.items()
        if price is not None
    }


def known_models() -> list[str]:
    """Return names for tab completion: what the profiles know to be served, and ``offline``."""
    from k2lab.provider.profiles import catalogue

    return [one.name for one in catalogue().models.values() if not one.retired] + [OFFLINE]


def balance_of(settings: Settings) -> str:
    """Return the money that is left in the account, in words; empty where the server does not tell. Asks the server."""
    from k2lab.provider.account import balance

    settings = with_key(settings)
    if is_offline(settings) or not settings.api_key:
        return ""
    known = _known(settings)
    left = balance(base_url=settings.base_url, key=settings.api_key, known=known)
    return "" if left is None else f"{left:.2f} {known.currency(settings.base_url)}".strip()


def shown_url(base_url: str) -> str:
    """Return an address as it may be shown: without a password in it.

    Examples
    --------
    >>> shown_url("https://me:secret@proxy.example:8443/v1")
    'https://proxy.example:8443/v1'
    """
    parts = urlsplit(base_url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _free(usage: Usage) -> tuple[Decimal, str]:
    """The offline analyst costs nothing, so that a budget is no obstacle to it."""
    return Decimal(0), ""


def _price(model: str, base_url: str, known: Catalogue) -> Price:
    def price(usage: Usage) -> tuple[Decimal, str] | None:
        return known.cost(usage, model, base_url)

    return price


def _offered(settings: Settings, known: Catalogue) -> tuple[ModelInfo, ...]:
    from k2lab.provider.account import list_models

    if settings.api_key is None and not settings.own_server:
        raise KeyMissing("No key is set.", "Set MOONSHOT_API_KEY, or use -m offline.")
    return list_models(base_url=settings.base_url, key=settings.api_key or "", known=known)


def _asked_for(settings: Settings, known: Catalogue) -> tuple[ModelInfo, ...]:
    """Return what the server offers; where the model is named already, a server that has no such list does no harm."""
    try:
        return _offered(settings, known)
    except ProviderError:
        if settings.model is None:
            raise
        return ()


def _best(offered: tuple[ModelInfo, ...], settings: Settings, known: Catalogue) -> str:
    if not offered:
        raise ModelUnknown(
            pick(f"{shown_url(settings.base_url)} offers no model.", f"{shown_url(settings.base_url)} 没有提供模型。"),
            pick("Name one with -m MODEL.", "请用 -m MODEL 指定。"),
        )
    return known.ranked(one.id for one in offered)[0]
