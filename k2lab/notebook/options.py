"""The options of a ``%%k2`` line: read without a shell's quoting rules, so a question may stand on the line too."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from k2lab.errors import UsageError

_WORD = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
_VALUES = {
    "-d": "frames",
    "--data": "frames",
    "-m": "model",
    "--model": "model",
    "--base-url": "base_url",
    "--privacy": "privacy",
    "--approve": "approve",
    "--max-steps": "max_steps",
    "--timeout": "timeout",
    "--budget": "budget",
    "--report": "report",
    "--lang": "lang",
    "--style": "style",
    "--replay": "replay",
    "--record": "record",
}


@dataclass(frozen=True, kw_only=True)
class CellOptions:
    """What a ``%%k2`` line says: frames by name, settings by name, and words of the question that stand on it."""

    frames: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    words: str = ""


def read_options(line: str) -> CellOptions:
    """Read the line of a ``%%k2`` cell.

    Options come first; from the first word that is no option on, everything belongs to the question, quotes, braces
    and apostrophes included.

    Raises
    ------
    UsageError
        If an option is unknown or lacks its value.

    Examples
    --------
    >>> read_options("-d df --privacy summary what's the {mean}?")
    CellOptions(frames=('df',), settings={'privacy': 'summary'}, words="what's the {mean}?")
    """
    frames: list[str] = []
    settings: dict[str, Any] = {}
    rest = line.strip()
    while rest.startswith("-"):
        word, rest = _next(rest)
        name, equals, value = word.partition("=")
        if name not in _VALUES:
            raise UsageError(f"{name} is no option of %%k2.", _did_you_mean(name))
        if not equals:
            if not rest or rest.startswith("-"):
                raise UsageError(f"{name} needs a value.", "See %k2 help.")
            value, rest = _next(rest)
        if _VALUES[name] == "frames":
            frames += [part for part in value.split(",") if part]
        else:
            settings[_VALUES[name]] = value
    return CellOptions(frames=tuple(frames), settings=settings, words=rest)


def _next(text: str) -> tuple[str, str]:
    match = _WORD.match(text)
    assert match is not None  # the text is stripped and not empty
    word = next(group for group in match.groups() if group is not None)
    return word, text[match.end() :].strip()


def _did_you_mean(name: str) -> str:
    near = get_close_matches(name, _VALUES, n=1)
    return f"Did you mean {near[0]}?" if near else "See %k2 help."


def complete_options(text: str) -> list[str]:
    """Return the options that begin with `text`, for tab completion."""
    return [name for name in _VALUES if name.startswith(text)]
