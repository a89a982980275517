"""Phrases: a text cut at its commas, brackets and sentences, so that a number finds the names it stands with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

_STOP = re.compile(r"[.!?](?=\s|$)|[。！？\n]")
_CUT = re.compile(
    r"[,;，；、](?!\d{3})|[,;](?=\s)|\s(?:and|while|whereas|but|versus|vs\.?|against)\s|(?:而|但|以及|和|与|及)",
    re.IGNORECASE,
)
_OPEN, _CLOSE = "([（", ")]）"


@dataclass(eq=False)
class Phrase:
    """A piece of a text.

    Attributes
    ----------
    start, end : int
    parent : Phrase or None
        The phrase that the brackets around it hang on.
    before : Phrase or None
        The one before it in the same sentence and brackets.
    children : list of Phrase
        In brackets inside it.
    """

    start: int
    end: int = 0
    parent: Phrase | None = None
    before: Phrase | None = None
    children: list[Phrase] = field(default_factory=list)
    sentence: int = 0

    def holds(self, one: Any) -> bool:
        """Whether something with a start stands here, and not in brackets inside."""
        return self.start <= one.start < self.end and not any(
            child.start <= one.start < child.end for child in self.children
        )

    def own(self, things: Iterable[Any]) -> list[Any]:
        """Return what stands here and not in brackets inside."""
        return [one for one in things if self.holds(one)]

    def every(self, things: Iterable[Any]) -> list[Any]:
        """Return what stands here, brackets included."""
        return [one for one in things if self.start <= one.start < self.end]


def phrases(text: str, kept: Sequence[tuple[int, int]] = ()) -> list[Phrase]:
    """Cut a text into phrases.

    Parameters
    ----------
    text : str
    kept : sequence of (int, int)
        What is not cut: its numbers and names, and the word between two of them that stand side by side.

    Examples
    --------
    >>> said = "Pay is 5 in EN (n = 3), 7 in SE. So it is."
    >>> [said[one.start:one.end] for one in phrases(said)]
    ['Pay is 5 in EN (n = 3)', 'n = 3', ' 7 in SE.', ' So it is.']
    """
    whole = {at for start, end in kept for at in range(start, end)}
    starts, ends = {start for start, _ in kept}, {end for _, end in kept}

    def joins(found: re.Match[str]) -> bool:
        """Tell whether nothing but "and" stands between two names: they are one thing that is spoken of."""
        before, after = text[: found.start()].rstrip(), text[found.end() :]
        return len(before) in ends and found.end() + len(after) - len(after.lstrip()) in starts

    cuts = {
        found.start(): ("cut", found.end())
        for found in _CUT.finditer(text)
        if found.start() not in whole and (found[0] in ",;，；、" or not joins(found))
    }
    cuts |= {found.start(): ("stop", found.end()) for found in _STOP.finditer(text) if found.start() not in whole}
    made: list[Phrase] = []
    sentence = 0
    current = Phrase(start=0)
    made.append(current)
    stack: list[Phrase] = []
    at = 0
    while at < len(text):
        letter = text[at]
        if letter in _OPEN and at not in whole:
            stack.append(current)
            inner = Phrase(start=at + 1, parent=current, sentence=sentence)
            made.append(inner)
            current = inner
        elif letter in _CLOSE and stack and at not in whole:
            current.end = at
            inner = current
            current = stack.pop()
            current.children.append(Phrase(start=_first(inner), end=at))
        elif at in cuts:
            what, end = cuts[at]
            if what == "stop" and stack and text[at] != "\n":
                at += 1
                continue
            current.end = at + (what == "stop" and text[at] != "\n")
            if what == "stop":
                sentence += 1
                while stack:  # a bracket that was never closed
                    stack.pop().end = at
                current = Phrase(start=end, sentence=sentence)
            else:
                current = Phrase(start=end, parent=current.parent, before=current, sentence=sentence)
            made.append(current)
            at = end
            continue
        at += 1
    current.end = len(text)
    for left in stack:
        left.end = len(text)
    return [one for one in made if text[one.start : one.end].strip()]


def _first(phrase: Phrase) -> int:
    while phrase.before is not None:
        phrase = phrase.before
    return phrase.start
