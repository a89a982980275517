"""Looking: what is known of columns that the first message left out, without running code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from k2lab.errors import ToolFailed
from k2lab.schema.model import FrameSchema

Look = Callable[[str, tuple[str, ...]], str]
"""Describes columns of a frame (all of them when none is named); raises `ToolFailed` when it cannot."""

_TOKENS = 4000


def look_at(frames: Sequence[FrameSchema]) -> Look:
    """Return a `Look` over schemas that are known already: nothing leaves the kernel that was not allowed before.

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
        for column in columns:
            if column not in have:
                raise ToolFailed(_unknown("column", column, have))
        wanted = tuple(column for column in frame.columns if not columns or column.name in columns)
        return render((replace(frame, columns=wanted, sample=()),), budget=_TOKENS)

    return look


def _unknown(kind: str, name: str, have: Sequence[str]) -> str:
    near = get_close_matches(name, have, n=3, cutoff=0.5)
    if near:
        return f"There is no {kind} {name!r}. Did you mean {' or '.join(map(repr, near))}?"
    shown = ", ".join(map(repr, have[:20])) + (", ..." if len(have) > 20 else "")
    return f"There is no {kind} {name!r}. There are: {shown}."
