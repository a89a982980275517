"""Text in figures: names and values come from a person's data, so they are folded, escaped, measured and trimmed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from k2lab.plots import fonts

ELLIPSIS = "\u2026"
MOST = 200
_BIDI = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def plain(value: object) -> str:
    """Return a name or a level as one line of at most 200 letters, without control or direction characters.

    Examples
    --------
    >>> plain("pay" + chr(10) + "in  $"), plain(50.0), plain("")
    ('pay in $', '50', '(empty)')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    kept = "".join(
        " " if letter.isspace() else letter
        for letter in str(value)
        if letter.isspace() or (unicodedata.category(letter) not in ("Cc", "Cs", "Co", "Cn") and letter not in _BIDI)
    )
    folded = " ".join(kept.split()) or "(empty)"
    return folded if len(folded) <= MOST else folded[: MOST - 1] + ELLIPSIS


def safe(text: str) -> str:
    """Return text that matplotlib draws as it is: no mathtext, no glyph without a font.

    Examples
    --------
    >>> print(safe("$120k to $140k"))
    \\$120k to \\$140k
    """
    return fonts.drawable(text.replace("$", r"\$"))


def width(text: str, size: float = 12, *, bold: bool = False) -> float:
    """Return about how many pixels a line of text takes (1 pt is 1 px in our figures).

    Examples
    --------
    >>> width("\u4e2d\u6587", 12)
    24.0
    """
    ems = sum(
        1.0
        if unicodedata.east_asian_width(letter) in "WF"
        else 0.34
        if letter in " .,:;|!'ilj()[]"
        else 0.78
        if letter.isupper() or letter in "mw%_"
        else 0.6
        for letter in text
    )
    return ems * size * (1.08 if bold else 1.0)


def trim(text: str, pixels: float, size: float = 12, *, bold: bool = False) -> str:
    """Cut a line that is too wide, keeping its head and a little of its tail.

    Examples
    --------
    >>> trim("machine_learning_research_engineer", 120)
    'machine_lea…ineer'
    """
    if width(text, size, bold=bold) <= pixels:
        return text
    for kept in range(len(text) - 1, 1, -1):
        tail = kept // 3
        shorter = text[: kept - tail].rstrip() + ELLIPSIS + text[len(text) - tail :].lstrip()
        if width(shorter, size, bold=bold) <= pixels:
            return shorter
    return text[:1] + ELLIPSIS


def apart(names: Sequence[str]) -> list[str]:
    """Cut what all of several long names begin with, so that trimming leaves what tells them apart.

    Examples
    --------
    >>> apart(["department of sales, north", "department of sales, south-west"])
    ['…north', '…south-west']
    >>> apart(["north", "south"])
    ['north', 'south']
    """
    if len(names) < 2 or max(len(name) for name in names) < 24:
        return list(names)
    # The first and the last in order differ soonest.
    first, last = min(names), max(names)
    same = next((i for i, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    # A word is not cut in two.
    start = 1 + max(first[:same].rfind(mark) for mark in " _-/")
    if start < 10:
        return list(names)
    return [ELLIPSIS + name[start:] for name in names]


def wrap(text: str, pixels: float, size: float = 12, *, lines: int = 2, bold: bool = False) -> str:
    """Break a text into at most so many lines of a width; the last one is trimmed.

    Lines break at spaces, and after an underscore, hyphen, slash or Chinese letter.

    Examples
    --------
    >>> print(wrap("machine learning engineer", 110))
    machine
    learning engineer
    """
    pieces = _pieces(text)
    made: list[str] = []
    line = ""
    for i, piece in enumerate(pieces):
        if line and width((line + piece).rstrip(), size, bold=bold) > pixels:
            if len(made) == lines - 1:
                line += "".join(pieces[i:])
                break
            made.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    made.append(line.rstrip())
    return "\n".join(trim(part, pixels, size, bold=bold) for part in made)


def _pieces(text: str) -> list[str]:
    pieces, piece = [], ""
    for letter in text:
        piece += letter
        if letter in " _-/" or unicodedata.east_asian_width(letter) == "W":
            pieces.append(piece)
            piece = ""
    return [*pieces, piece] if piece else pieces
