"""Providers by settings: which one answers, at what price, and what it is heard to send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2lab.errors import KeyMissing, OutputError, UsageError
from k2lab.settings import OFFLINE, Settings

if TYPE_CHECKING:
    from k2lab.provider.base import Provider


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A request that left the machine: when (ISO 8601, UTC), to which host, and its body."""

    at: str
    host: str
    body: str
