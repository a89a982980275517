"""Profiles: what is known of models and their hosts, with the date it was looked up (``profiles.json``).

A person may lay a file of the same shape over ours, in k2lab's configuration folder or named by ``K2LAB_PROFILES``:
what it says of a host, a family or a model wins, part by part.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from k2lab.conversation.messages import Usage
from k2lab.errors import SettingsError
from k2lab.locale import pick

_MILLION = Decimal(1_000_000)
_UNITS = ("usd", "cny")
_FORMAT = 2
_NO_CHAT = re.compile(r"embed|rerank|whisper|\btts\b|moderation|\bbge\b")


@dataclass(frozen=True, kw_only=True)
class Price:
    """Money for a million tokens: of the prompt from the cache, of the rest of the prompt, of the reply."""

    cached: Decimal
    prompt: Decimal
    completion: Decimal


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host of Moonshot's: the currency of its accounts, its console, and the other region's address."""

    currency: str
    console: str = ""
    other: str = ""


@dataclass(frozen=True, kw_only=True)
class ModelProfile:
    """What is known of a model.

    Attributes
    ----------
    name : str
    window, max_output : int
        Tokens of request and reply together; tokens of a reply.
    temperature : float or None
        What its makers recommend; None where the server refuses any (Kimi K2.5 and later).
    thinking : mapping of str to mapping
        How thinking is switched: what is added to a request for ``on``, ``off``, ``low``...; ``off_elsewhere`` is for
        servers other than Moonshot's own. Empty for models that do not think.
    tool_choice : tuple of str
        The values that the server takes.
    prices : mapping of str to Price
        By currency, at Moonshot's own servers.
    retired, successor : str
        The ISO date since when Moonshot does not serve it, and what to use instead; empty while it is served.
    """

    name: str
    window: int
    max_output: int
    temperature: float | None = None
    thinking: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tool_choice: tuple[str, ...] = ()
    prices: Mapping[str, Price] = field(default_factory=dict)
    retired: str = ""
    successor: str = ""


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All that is known of models and hosts, best model first.

    Attributes
    ----------
    checked : str
        ISO date when it was last looked up.
    models : mapping of str to ModelProfile
    hosts : mapping of str to Host
        By host name.
    """

    checked: str
    models: Mapping[str, ModelProfile]
    hosts: Mapping[str, Host]

    def profile(self, model: str) -> ModelProfile | None:
        """Return what is known of a model, also by another host's name for it.

        Examples
        --------
        >>> catalogue().profile("moonshotai/Kimi-K2-Instruct:free").window
        131072
        >>> catalogue().profile("gpt-5") is None
        True
        """
        return self.models.get(model.rpartition("/")[2].partition(":")[0].lower())

    def host(self, base_url: str) -> Host | None:
        """Return what is known of the host of an address; None for servers of one's own."""
        return self.hosts.get(urlsplit(base_url).hostname or "")

    def currency(self, base_url: str) -> str:
        """Return the currency of the account at a server, or an empty string where it is not known."""
        host = self.host(base_url)
        return host.currency if host else ""

    def cost(self, usage: Usage, model: str, base_url: str) -> tuple[Decimal, str] | None:
        """Return what tokens cost at a server (amount, ISO currency), or None where the price is not known.

        Examples
        --------
        >>> catalogue().cost(Usage(prompt_tokens=1_000_000), "kimi-k2.6", "https://api.moonshot.ai/v1")
        (Decimal('0.95'), 'USD')
        >>> catalogue().cost(Usage(prompt_tokens=1_000_000), "kimi-k2.6", "http://localhost:8000/v1") is None
        True
        """
        known, unit = self.profile(model), self.currency(base_url)
        price = known.prices.get(unit) if known else None
        if price is None:
            return None
        fresh = usage.prompt_tokens - usage.cached_tokens
        parts = fresh * price.prompt + usage.cached_tokens * price.cached + usage.completion_tokens * price.completion
        return parts / _MILLION, unit

    def successor(self, model: str) -> str:
        """Say in one sentence what has become of a retired model; empty for others.

        Examples
        --------
        >>> catalogue().successor("kimi-k2-0905-preview")
        'It was retired on 2026-05-25; its successor is kimi-k2.6.'
        """
        known = self.profile(model)
        if known is None or not known.retired:
            return ""
        return pick(
            f"It was retired on {known.retired}; its successor is {known.successor}.",
            f"该模型已于 {known.retired} 下线，继任者是 {known.successor}。",
        )

    def ranked(self, names: Iterable[str]) -> list[str]:
        """Return model names best first: known ones in the catalogue's order, then newer Kimis, then the rest.

        Examples
        --------
        >>> catalogue().ranked(["moonshot-v1-8k", "kimi-k2.6", "kimi-k4", "kimi-k2.5", "kimi-k3"])
        ['kimi-k4', 'kimi-k3', 'kimi-k2.6', 'kimi-k2.5', 'moonshot-v1-8k']
        """
        return sorted(names, key=self._rank)

    def nearest(self, model: str, offered: Iterable[str]) -> str:
        """Name the model of a server to use instead of one that it does not have, in one sentence."""
        names = self.ranked(offered)
        if not names:
            return ""
        near = get_close_matches(model, names, n=1, cutoff=0.8)
        shown = ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
        return pick(
            f"Use {(near or names)[0]}; it offers: {shown}.", f"可改用 {(near or names)[0]}；服务器提供：{shown}。"
        )

    def _rank(self, name: str) -> tuple[int, tuple[int, ...], int, str]:
        known = self.profile(name)
        if _NO_CHAT.search(name.lower()):
            return (5, (), 0, name)
        if known is not None:
            place = list(self.models).index(known.name)
            return (1, _generation(known.name), place, name) if not known.retired else (3, (), place, name)
        generation = _generation(name)
        if generation:
            special = re.search(r"highspeed|turbo|preview|pro", name.lower())  # dearer, and of no known price
            return (2 if special else 1, generation, 0, name)
        return (4, (), 0, name)


def _generation(name: str) -> tuple[int, ...]:
    """Return what sorts newer Kimis first; editions of one number share it."""
    family = re.search(r"kimi-k(\d+)(?:\.(\d+))?", name.lower())
    return (-int(family[1]), -int(family[2] or 0)) if family else ()


@cache
def catalogue(over: str | None = None) -> Catalogue:
    """Return what is known, with a person's own file laid over it.

    Parameters
    ----------
    over : str, optional
        Path of the file.

    Raises
    ------
    k2lab.errors.SettingsError
        If the file cannot be read or has another shape.
    """
    made = json.loads((files("k2lab.provider") / "profiles.json").read_text(encoding="utf-8"))
    if over is None:
        return _catalogue(made)
    try:
        mine = json.loads(Path(over).read_text(encoding="utf-8"))
        if not isinstance(mine, dict) or mine.get("format", _FORMAT) != _FORMAT:
            raise ValueError(f"it is no object with format {_FORMAT}")
        known = {"format", "checked", "source", "hosts", "families", "models"}
        if unknown := sorted(set(mine) - known):
            raise ValueError(f"it says {unknown[0]!r}, which means nothing here")
        return _catalogue(_laid_over(made, mine))
    except OSError as error:
        raise SettingsError(f"The profiles {over!r} cannot be read: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else str(error) or "an amount is no number"
        raise SettingsError(
            f"The profiles {over!r} cannot be used: {why}.", "They have the shape of k2lab/provider/profiles.json."
        ) from error


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(below)
    for key, value in above.items():
        old = below.get(key)
        made[key] = _laid_over(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return made


def _catalogue(made: Mapping[str, Any]) -> Catalogue:
    return Catalogue(
        checked=str(made["checked"]),
        models={name.lower(): _profile(name.lower(), one, made["families"]) for name, one in made["models"].items()},
        hosts={name: Host(**one) for name, one in made["hosts"].items()},
    )


def _profile(name: str, made: Mapping[str, Any], families: Mapping[str, Any]) -> ModelProfile:
    given = {**(families[made["family"]] if "family" in made else {}), **made}
    for key in ("window", "max_output"):
        if not isinstance(given[key], int) or given[key] < 1:
            raise ValueError(f"{key} of {name} is no number of tokens")
    warmth = given.get("temperature")
    return ModelProfile(
        name=name,
        window=given["window"],
        max_output=given["max_output"],
        temperature=None if warmth is None else float(warmth),
        thinking={str(key): dict(value) for key, value in dict(given.get("thinking") or {}).items()},
        tool_choice=tuple(given.get("tool_choice", ())),
        prices={unit.upper(): _price(given[unit]) for unit in _UNITS if unit in given},
        retired=str(given.get("retired", "")),
        successor=str(given.get("successor", "")),
    )


def _price(amounts: Any) -> Price:
    cached, prompt, completion = (Decimal(str(amount)) for amount in amounts)
    if not all(amount.is_finite() and amount >= 0 for amount in (cached, prompt, completion)):
        raise ValueError("a price is no amount")
    return Price(cached=cached, prompt=prompt, completion=completion)
