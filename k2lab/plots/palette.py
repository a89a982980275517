"""The only source of colour: eight roles on two grounds, and which level of which column has which role.

One variable owns hue in a session, and a level keeps its colour from figure to figure: the first time a level of a
column is drawn it gets the next free role, and keeps it until `reset`. The colours and their measured distances
(for normal and colour-blind sight) come from ``palette.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

Mode = Literal["light", "dark"]
MODES: tuple[Mode, ...] = ("light", "dark")
ROLES = 8
_RAMPS = (("categorical", "c"), ("categorical_text", "t"), ("sequential", "q"), ("diverging", "d"))
_NEUTRALS = ("background", "surface", "grid", "rule", "muted", "text", "accent")

_mode: Mode = "light"
_roles: dict[str, dict[str, int]] = {}


@cache
def _palette() -> dict[str, Any]:
    return cast(dict[str, Any], json.loads((files("k2lab.plots") / "palette.json").read_text("utf-8")))


def mode() -> Mode:
    """Return the ground in use, ``"light"`` or ``"dark"``."""
    return _mode


def use_mode(name: str) -> Mode:
    """Choose the ground that figures are drawn on from now on.

    Parameters
    ----------
    name : {"light", "dark"}

    Raises
    ------
    ValueError
        If there is no such ground.
    """
    global _mode
    if name not in MODES:
        raise ValueError(f"mode is {name!r}; figures are drawn 'light' or 'dark'")
    _mode = "dark" if name == "dark" else "light"
    return _mode


@cache
def tokens(ground: str) -> dict[str, str]:
    """Return every colour a figure may hold, by name: ``c1``..``c8`` marks, ``t1``..``t8`` text, ``q``, ``d`` ramps.

    Parameters
    ----------
    ground : {"light", "dark"}

    Examples
    --------
    >>> tokens("light")["c1"], tokens("dark")["background"]
    ('#235ca8', '#14181d')
    """
    chosen = _palette()[ground]
    named = {name: str(chosen[name]) for name in _NEUTRALS}
    for kind, short in _RAMPS:
        named |= {f"{short}{i}": str(colour) for i, colour in enumerate(chosen[kind], 1)}
    return named


def token(name: str) -> str:
    """Return one colour of the ground in use.

    Examples
    --------
    >>> token("c2")
    '#b68c1d'
    """
    return tokens(_mode)[name]


def neutral() -> str:
    """Return the colour of marks in a figure where no variable owns hue."""
    return token("q6")


def sequential() -> list[str]:
    """Return the nine steps for ordered values, from low to high."""
    return [token(f"q{i}") for i in range(1, 10)]


def diverging() -> list[str]:
    """Return the nine steps for signed values; the fifth is zero."""
    return [token(f"d{i}") for i in range(1, 10)]


def assign(column: str, levels: Iterable[str]) -> dict[str, int]:
    """Give each level of a column its role; a level that has one keeps it.

    Parameters
    ----------
    column : str
    levels : iterable of str
        In level order. At most eight of them get a role; the rest are drawn in ``muted``.

    Returns
    -------
    dict
        Level to role, 1 to 8.

    Examples
    --------
    >>> reset()
    >>> assign("size", ["S", "M", "L"])
    {'S': 1, 'M': 2, 'L': 3}
    >>> assign("size", ["L", "XL"])
    {'L': 3, 'XL': 4}
    >>> reset()
    """
    wanted = list(dict.fromkeys(levels))
    known = _roles.setdefault(column, {})
    shown = {level: known[level] for level in wanted if level in known}
    for level in wanted:
        if level in shown:
            continue
        # Once all eight are given out, two levels may share a role, but never inside one figure.
        free = [r for r in range(1, ROLES + 1) if r not in known.values()]
        free = free or [r for r in range(1, ROLES + 1) if r not in shown.values()]
        if free:
            known[level] = shown[level] = free[0]
    return {level: shown[level] for level in wanted if level in shown}


def known(column: str) -> bool:
    """Tell whether a column owns hue in this session."""
    return bool(_roles.get(column))


def mark(role: int | None) -> str:
    """Return the colour of a role's marks; ``muted`` for a level without a role."""
    return token(f"c{role}") if role else token("muted")


def ink(role: int | None) -> str:
    """Return the colour of text in a role, which has a contrast of at least 4.5."""
    return token(f"t{role}") if role else token("muted")


def reset() -> None:
    """Forget which level has which role."""
    _roles.clear()
