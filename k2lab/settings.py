"""Settings: one frozen object, read once and passed in; the only reader of the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from k2lab.errors import SettingsError

OFFLINE = "offline"
DEFAULT_BASE_URL = "https://api.moonshot.ai/v1"
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a run may do and whom it asks.

    Attributes
    ----------
    model : str or None
        A model's name, or ``"offline"``; None lets `session` choose: the server's best model where there is a key
        or a base URL of one's own, else the offline analyst.
    base_url : str
        Of an OpenAI-compatible server, or of an Anthropic-compatible one when it ends in ``/anthropic``.
    api_key : str or None
        Sent to `base_url` and nowhere else; never shown.
    privacy : {"schema", "summary", "sample"}
        What of a frame is sent.
    approve : {"auto", "ask", "never"}
        What happens to a cell that the guard wants a person to look at: it runs, a person is asked, it does not run.
    max_steps : int
        Tool calls in a run.
    timeout : float
        Seconds that one cell may run.
    max_seconds : float
        Seconds that a whole run may take.
    budget : Decimal or None
        Money that a run may cost, in the account's currency.
    lang : {"auto", "en", "zh"}
        Language of the answer; ``auto`` follows the question.
    report, replay, record : str or None
        Where the report goes; a record to replay; where to record.
    style : str or None
        What the answer reads like: ``plain``, ``executive``, ``academic``, or any description for a model.
    thinking : str
        ``auto``, or a value that the model's profile knows: ``on``, ``off``, ``low``, ``high``, ``max``.
    profiles : str or None
        A file that is laid over what k2lab knows of models, hosts and prices; by default ``profiles.json`` in the
        configuration folder, where there is one.
    skip : bool
        Make ``%%k2`` a no-op that says so.
    """

    model: str | None = None
    base_url: str = DEFAULT_BASE_URL
    api_key: str | None = field(default=None, repr=False)
    privacy: str = "schema"
    approve: str = "ask"
    max_steps: int = 40
    timeout: float = 120.0
    max_seconds: float = 1800.0
    budget: Decimal | None = None
    lang: str = "auto"
    report: str | None = None
    replay: str | None = None
    record: str | None = None
    style: str | None = None
    thinking: str = "auto"
    profiles: str | None = None
    skip: bool = False

    @property
    def own_server(self) -> bool:
        """Whether a server other than the default was named."""
        return self.base_url != DEFAULT_BASE_URL


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return text

    return read


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError("a number above 0")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError("a whole number from 1")
    return value


def _money(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError("an amount such as 0.50") from None
    if not value.is_finite() or value <= 0:
        raise ValueError("an amount above 0")
    return value


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")) or any(letter.isspace() for letter in text):
        raise ValueError("an address that begins with http:// or https://")
    return text.rstrip("/")


def _flag(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise ValueError("1 or 0")


def _any(text: str) -> str:
    if not text.strip():
        raise ValueError("not empty")
    return text.strip()


_READERS: dict[str, Callable[[str], Any]] = {
    "model": _any,
    "base_url": _url,
    "api_key": _any,
    "privacy": _one_of("schema", "summary", "sample"),
    "approve": _one_of("auto", "ask", "never"),
    "max_steps": _count,
    "timeout": _positive,
    "max_seconds": _positive,
    "budget": _money,
    "lang": _one_of("auto", "en", "zh"),
    "report": _any,
    "replay": _any,
    "record": _any,
    "style": _any,
    "thinking": _one_of("auto", "on", "off", "low", "high", "max"),
    "profiles": _any,
    "skip": _flag,
}

_VARIABLES = {name: (f"K2LAB_{name.upper()}",) for name in _READERS} | {
    "api_key": ("MOONSHOT_API_KEY", "KIMI_API_KEY"),
    "base_url": ("K2LAB_BASE_URL", "MOONSHOT_BASE_URL"),
}


def _read(name: str, value: Any, where: str) -> Any:
    text = str(value)
    try:
        return _READERS[name](text)
    except ValueError as fault:
        allowed = str(fault) if not str(fault).startswith(("could not", "invalid literal")) else "a number"
        shown = "that value" if name == "api_key" else repr(text)
        raise SettingsError(f"{where} is {shown}; it must be {allowed}.") from None


def read_settings(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Read the settings: what is given wins over the environment, which wins over the defaults.

    Parameters
    ----------
    environ : mapping, optional
        Instead of the process's environment.
    **given
        Values by the names of `Settings`; None counts as not given.

    Raises
    ------
    SettingsError
        If a value cannot be used; the line names the variable or option and, except for a key, the value.

    Examples
    --------
    >>> read_settings({"K2LAB_PRIVACY": "summary"}, max_steps=5).privacy
    'summary'
    """
    environ = os.environ if environ is None else environ
    found: dict[str, Any] = {}
    for one in fields(Settings):
        for variable in _VARIABLES[one.name]:
            if environ.get(variable, "") != "":
                found[one.name] = _read(one.name, environ[variable], variable)
                break
        if given.get(one.name) is not None:
            found[one.name] = _read(one.name, given[one.name], "--" + one.name.replace("_", "-"))
    unknown = sorted(set(given) - {one.name for one in fields(Settings)})
    if unknown:
        raise TypeError(f"no such setting: {', '.join(unknown)}")
    mine = config_folder(environ) / "profiles.json"
    if "profiles" not in found and mine.is_file():
        found["profiles"] = str(mine)
    return Settings(**found)


def config_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the folder of a person's own files for k2lab, whether it is there or not.

    Examples
    --------
    >>> config_folder({"XDG_CONFIG_HOME": "/home/me/.config"}).as_posix()
    '/home/me/.config/k2lab'
    """
    environ = os.environ if environ is None else environ
    named = environ.get("APPDATA") if sys.platform == "win32" else environ.get("XDG_CONFIG_HOME")
    return Path(named or Path.home() / ".config") / "k2lab"


_SERVICE = "k2lab"
_kept_here: list[str] = []  # a key of this process only, where no keyring is to be had


def store_key(key: str | None) -> str:
    """Keep a key in the system's keyring (or, where there is none, in this process); None forgets it.

    Returns
    -------
    str
        What was done, in words.
    """
    _kept_here.clear()
    ring = _keyring()
    try:
        if key is None:
            if ring is not None and ring.get_password(_SERVICE, "api_key") is not None:
                ring.delete_password(_SERVICE, "api_key")
            return "The key is forgotten. A key in the environment is still used."
        if ring is not None:
            ring.set_password(_SERVICE, "api_key", key)
            return "The key is kept in the system's keyring."
    except _ring_faults():
        if key is None:
            return "The system's keyring does not open: a key in it is still there."
    _kept_here.append(key)
    return "There is no system keyring here that opens: the key is kept until this process stops."


def stored_key() -> str | None:
    """Return the key that `store_key` kept, or None."""
    if _kept_here:
        return _kept_here[0]
    ring = _keyring()
    try:
        found = ring.get_password(_SERVICE, "api_key") if ring is not None else None
    except _ring_faults():  # a locked keyring is none
        return None
    return str(found) if found else None


def _ring_faults() -> tuple[type[Exception], ...]:
    """Return what a keyring raises when it is locked or its service is away."""
    try:
        from keyring.errors import KeyringError
    except ImportError:
        return (OSError,)
    return (KeyringError, OSError)


def _keyring() -> Any:
    """Return the keyring package if it is installed and has somewhere to keep a key."""
    try:
        import keyring
        import keyring.backends.fail
    except ImportError:
        return None
    ring = keyring.get_keyring()
    return None if isinstance(ring, keyring.backends.fail.Keyring) or ring.priority <= 0 else ring
