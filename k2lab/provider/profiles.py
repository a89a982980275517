"""Profiles: what is known of the models, with the date it was looked up (``profiles.json``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from k2lab.conversation.messages import Usage

_CURRENCY = {"api.moonshot.ai": "USD", "api.moonshot.cn": "CNY"}
_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, kw_only=True)
class Price:
    """Money for a million tokens: of the prompt from the cache, of the rest of the prompt, of the reply."""

    cached: Decimal
    prompt: Decimal
    completion: Decimal


@dataclass(frozen=True, kw_only=True)
class ModelProfile:
    """What is known of a model.

    Attributes
    ----------
    name : str
    window, max_output : int
        Tokens of request and reply together; tokens of a reply.
    prices : mapping of str to Price
        By currency, at Moonshot's own servers.
    retired, successor : str
        The ISO date since when Moonshot does not serve it, and what to use instead; empty while it is served.
    """

    name: str
    window: int
    max_output: int
    prices: Mapping[str, Price] = field(default_factory=dict)
    retired: str = ""
    successor: str = ""


def profile(model: str) -> ModelProfile | None:
    """Return what is known of a model, also by a host's name for it (``moonshotai/Kimi-K2-Instruct``).

    Examples
    --------
    >>> profile("kimi-k2-0905-preview").successor
    'kimi-k2.6'
    >>> profile("gpt-5") is None
    True
    """
    return _profiles().get(model.rpartition("/")[2].lower())


def profiles() -> tuple[ModelProfile, ...]:
    """Return all profiles in the order of the file."""
    return tuple(_profiles().values())


def checked() -> str:
    """Return the ISO date when the profiles were last looked up."""
    return str(_file()["checked"])


def currency(base_url: str) -> str:
    """Return the currency of the account at a server, or an empty string where it is not known."""
    return _CURRENCY.get(urlsplit(base_url).hostname or "", "")


def cost(usage: Usage, model: str, base_url: str) -> tuple[Decimal, str] | None:
    """Return what tokens cost at a server.

    Parameters
    ----------
    usage : Usage
    model : str
    base_url : str
        Prices are known for Moonshot's own servers only.

    Returns
    -------
    (Decimal, str) or None
        Amount and ISO currency; None where the price is not known.

    Examples
    --------
    >>> cost(Usage(prompt_tokens=1_000_000), "kimi-k2.6", "https://api.moonshot.ai/v1")
    (Decimal('0.95'), 'USD')
    >>> cost(Usage(prompt_tokens=1_000_000), "kimi-k2.6", "http://localhost:8000/v1") is None
    True
    """
    known, where = profile(model), currency(base_url)
    price = known.prices.get(where) if known else None
    if price is None:
        return None
    fresh = usage.prompt_tokens - usage.cached_tokens
    parts = fresh * price.prompt + usage.cached_tokens * price.cached + usage.completion_tokens * price.completion
    return parts / _MILLION, where


@cache
def _file() -> Any:
    return json.loads((files("k2lab.provider") / "profiles.json").read_text(encoding="utf-8"))


@cache
def _profiles() -> dict[str, ModelProfile]:
    return {name: _profile(name, made) for name, made in _file()["models"].items()}


def _profile(name: str, made: dict[str, Any]) -> ModelProfile:
    prices = {
        unit.upper(): Price(**dict(zip(("cached", "prompt", "completion"), map(Decimal, made[unit]), strict=True)))
        for unit in ("usd", "cny")
        if unit in made
    }
    return ModelProfile(
        name=name,
        window=made["window"],
        max_output=made["max_output"],
        prices=prices,
        retired=made.get("retired", ""),
        successor=made.get("successor", ""),
    )
