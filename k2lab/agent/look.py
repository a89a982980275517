"""Looking: what is known of columns that the first message left out, without running code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from k2lab.errors import ToolFailed
from k2lab.schema.model import FrameSchema

Look = Callable[[str, tuple[str, ...]], str]
"""Describes columns of a frame (all of them when none is named); raises `ToolFailed` when it cannot."""

_TOKENS = 4000
_MOST_NOTES = 8


def look_at(frames: Sequence[FrameSchema]) -> Look:
    """Return a `Look` over schemas that are known already: nothing leaves the kernel that was not allowed before.

    Columns may be asked for by name or by pattern, in which ``*`` stands for any letters and ``?`` for one. What
    matches is described; a note says what did not.

    Parameters
    ----------
    frames : sequence of FrameSchema
    """

    def look(name: str, columns: tuple[str, ...]) -> str:
        from k2lab.schema.render import render

        frame = next((one for one in frames if one.name == name), None)
        if frame is None:
            raise ToolFailed(_unknown("frame", name, [one.name for one in frames]))
        have = [column.name for column in frame.columns]
        found = {asked: matching(asked, have) for asked in columns}
        lost = [asked for asked, names in found.items() if not names]
        if lost and len(lost) == len(found):
            raise ToolFailed(_unknown("column", lost[0], have))
        named = {name for names in found.values() for name in names}
        wanted = tuple(column for column in frame.columns if not columns or column.name in named)
        exact = {asked for asked in columns if asked in have}
        told = render((replace(frame, columns=wanted, sample=(), hidden=0),), budget=_TOKENS, keep=exact)
        return "\n".join((told, *_notes(lost, have)))

    return look


def matching(asked: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names that a name or pattern stands for; a name that is there stands for itself only.

    Examples
    --------
    >>> matching("x_*", ("x_1", "X_2", "y")), matching("?", ("x_1", "y")), matching("a*", ("a*", "ab"))
    (('x_1', 'X_2'), ('y',), ('a*',))
    """
    if asked in names:
        return (asked,)
    if "*" not in asked and "?" not in asked:
        return ()
    # fnmatch would read [ as a set of letters, and column names hold brackets.
    pieces = (".*" if letter == "*" else "." if letter == "?" else re.escape(letter) for letter in asked)
    pattern = re.compile("".join(pieces), re.IGNORECASE | re.DOTALL)
    return tuple(name for name in names if pattern.fullmatch(name))


def _notes(lost: Sequence[str], have: Sequence[str]) -> list[str]:
    """Say in comment lines, which a schema may hold, what was not found; each is one line whatever it is made of."""
    from k2lab.schema.quoting import quote

    made = []
    for asked in lost[:_MOST_NOTES]:
        near = get_close_matches(asked, have, n=3, cutoff=0.6)
        more = f" Near: {', '.join(map(quote, near))}." if near else ""
        made.append(f"# No column matches {quote(asked)}.{more}")
    if len(lost) > _MOST_NOTES:
        made.append(f"# {len(lost) - _MOST_NOTES} more names or patterns match no column.")
    return made


def _unknown(kind: str, name: str, have: Sequence[str]) -> str:
    near = get_close_matches(name, have, n=3, cutoff=0.5)
    if near:
        return f"There is no {kind} {name!r}. Did you mean {' or '.join(map(repr, near))}?"
    shown = ", ".join(map(repr, have[:20])) + (", ..." if len(have) > 20 else "")
    return f"There is no {kind} {name!r}. There are: {shown}."
