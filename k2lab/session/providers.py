"""Providers by settings: which one answers, at what price, and what it is heard to send."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from k2lab.errors import KeyMissing, ModelUnknown, UsageError
from k2lab.settings import OFFLINE, Settings, stored_key

if TYPE_CHECKING:
    from k2lab.conversation.messages import Usage
    from k2lab.provider.base import Provider

REPLY_TOKENS = 32_768  # longest reply that is asked for; what a budget reckons with
_MARGIN = 4_096  # our token counts are estimates
_UNKNOWN_WINDOW = (
    96_000  # of models that no profile knows; a server that has less says so, and the request is made again
)

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
    """Who answers, what tokens cost there, and how many of a conversation may be sent."""

    provider: Provider
    price: Price | None = None
    window: int = _UNKNOWN_WINDOW


def choose(settings: Settings, sent: list[Sent]) -> Chosen:
    """Return who answers: a replayed record, the offline analyst, or a model at a server.

    Parameters
    ----------
    settings : Settings
    sent : list of Sent
        Every request is added to it as it leaves.

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
    chosen = _chosen(settings, sent)
    if settings.record:
        from k2lab.provider.recorded import Recording

        secrets = (settings.api_key,) if settings.api_key else ()
        return replace(chosen, provider=Recording(chosen.provider, settings.record, secrets=secrets))
    return chosen


def _chosen(settings: Settings, sent: list[Sent]) -> Chosen:
    if settings.replay:
        from k2lab.provider.recorded import Replayed

        return Chosen(provider=Replayed(settings.replay))
    if is_offline(settings):
        from k2lab.provider.offline import OfflineAnalyst

        return Chosen(provider=OfflineAnalyst(), price=_free)
    from k2lab.provider.openai import OpenAIProvider
    from k2lab.provider.profiles import profile

    model = settings.model or _best_offered(settings)

    def note(host: str, body: bytes) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        sent.append(Sent(at=now, host=host, body=body.decode("utf-8", "replace")))

    provider = OpenAIProvider(
        model=model, base_url=settings.base_url, key=settings.api_key or "", max_tokens=REPLY_TOKENS, on_request=note
    )
    known = profile(model)
    window = known.window - REPLY_TOKENS - _MARGIN if known else _UNKNOWN_WINDOW
    return Chosen(provider=provider, price=_price(model, settings.base_url), window=window)


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
    return settings.model or f"the best model at {settings.base_url}"


def price_of(settings: Settings) -> Price | None:
    """Return the price list for the settings' model, where it is known without a call."""
    return None if is_offline(settings) or settings.model is None else _price(settings.model, settings.base_url)


def described(settings: Settings) -> list[str]:
    """Say, in lines, who would answer and whether there is a key."""
    key = with_key(settings).api_key
    lines = [f"model     {reader(settings)}"]
    if not is_offline(settings):
        lines.append(f"server    {settings.base_url}")
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
    return [*_offered(settings), OFFLINE]


def known_models() -> list[str]:
    """Return names for tab completion: what the profiles know to be served, and ``offline``."""
    from k2lab.provider.profiles import profiles

    return [one.name for one in profiles() if not one.retired] + [OFFLINE]


def _free(usage: Usage) -> tuple[Decimal, str]:
    """The offline analyst costs nothing, so that a budget is no obstacle to it."""
    return Decimal(0), ""


def _price(model: str, base_url: str) -> Price:
    def price(usage: Usage) -> tuple[Decimal, str] | None:
        from k2lab.provider.profiles import cost

        return cost(usage, model, base_url)

    return price


def _offered(settings: Settings) -> list[str]:
    from k2lab.provider.openai import list_models

    if settings.api_key is None and not settings.own_server:
        raise KeyMissing("No key is set.", "Set MOONSHOT_API_KEY, or use -m offline.")
    offered = [one.id for one in list_models(base_url=settings.base_url, key=settings.api_key or "")]
    return sorted(offered, key=_rank)


def _best_offered(settings: Settings) -> str:
    offered = _offered(settings)
    if not offered:
        raise ModelUnknown(f"{settings.base_url} offers no model.", "Name one with -m MODEL.")
    return offered[0]


def _rank(name: str) -> tuple[int, tuple[int, ...], str]:
    """Order model names: Kimi K2 and its successors first, newer before older, plain before special editions."""
    family = re.search(r"kimi-k(\d+)(?:\.(\d+))?", name.lower())
    if family is None:
        return (2, (), name)
    special = 1 if re.search(r"highspeed|turbo|thinking|preview|pro", name.lower()) else 0
    return (special, (-int(family[1]), -int(family[2] or 0)), name)
