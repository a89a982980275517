"""Leftovers: words of a question that no column took up."""

# ruff: noqa: E501 - a pattern stays on one line
from __future__ import annotations

import re
from collections.abc import Sequence

from k2lab.provider.offline.lexicon import GENERIC, level_forms, meanings, stem
from k2lab.provider.offline.match import Mention
from k2lab.provider.offline.patterns import KINDS, STATISTICS
from k2lab.provider.offline.stopwords import FUNCTION_WORDS, HAN_FUNCTION_WORDS
from k2lab.provider.offline.understand import quotes

_NAMED = re.compile(
    r"\b(?:column|variable|field|feature)\s+(?:called|named)?\s*[`\"'“]?(\w[\w.]*)[`\"'”]?"
    r"|[`\"'“](\w[\w. ]*)[`\"'”]\s+(?:column|variable|field)\b|(\b[a-z]+_[a-z_0-9]+\b)",
    re.IGNORECASE,
)
_MOST = 6


def missing(text: str, found: Sequence[Mention]) -> tuple[str, ...]:
    """Return what a question names as a column though no column fits."""
    made = []
    for hit in _NAMED.finditer(text):
        place = next(i for i in (1, 2, 3) if hit.group(i))
        low, high = hit.span(place)
        name = hit.group(place)
        if any(m.start < high and low < m.end for m in found) or name.lower() in FUNCTION_WORDS:
            continue
        if "@" in text[max(0, low - 2) : low]:
            continue
        made.append(name)
    return tuple(dict.fromkeys(made))


def unread(skeleton: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    """Return content words of a skeleton that were not read as anything, longest phrases first.

    Examples
    --------
    >>> unread("What is the mean ⟦0⟧ of Gentoo penguins?", ("penguins",))
    ('Gentoo',)
    >>> unread("北京的平均⟦0⟧是多少")
    ('北京',)
    """
    told = [quote.text for quote in quotes(skeleton) if "⟦" not in quote.text]
    rest = skeleton
    for quote in told:
        rest = rest.replace(quote, " | ")
    for _, pattern in STATISTICS:
        rest = pattern.sub(_columns_only, rest)
    for _, pattern in KINDS:
        rest = pattern.sub(_english_only, rest)
    rest = _COMPOUND.sub(_second_part, rest)
    rest = _HAN_COMPOUND.sub(_first_part, rest)
    rest = re.sub(r"⟦\d+⟧", " | ", rest)
    made = list(told)
    run: list[str] = []
    before = ""
    for piece in [*re.findall(r"[A-Za-z][A-Za-z'’&-]*|[\u4e00-\u9fff]+|[|,.;?!，。；？！、]", rest), "|"]:
        if "\u4e00" <= piece[0] <= "\u9fff":
            made += [part for part in HAN_FUNCTION_WORDS.sub(" ", piece).split() if 2 <= len(part) <= 8]
        elif not piece[0].isalpha() or _idle(piece, known):
            made += _phrases(run)
            run = []
        else:
            if not run and before.lower() in _PARTS:
                made.append(f"{before} {piece}")  # "data scientists": a common word that may belong to a name
            run.append(re.sub(r"['’]s$", "", piece))
        before = piece
    return tuple(dict.fromkeys(made))[:_MOST]


_HAN_COMPOUND = re.compile(r"[\u4e00-\u9fff]{2}(?=⟦)")  # the first part of a compound whose second is a column
_COMPOUND = re.compile(r"⟦\d+⟧ ([a-z]+)\b")


def _second_part(found: re.Match[str]) -> str:
    """Drop the second part of a compound whose first part is a column: "life expectancy"; a level stays."""
    known = {form for _, forms in level_forms() for form in forms}
    return found.group() if found.group(1) in known else " | "


def _first_part(found: re.Match[str]) -> str:
    return " " if meanings(found.group()) else found.group()


def _english_only(found: re.Match[str]) -> str:
    """Take out a Chinese question word; of an English match the words stay, to be judged one by one."""
    return " " if "\u4e00" <= found.group()[0] <= "\u9fff" else found.group()


def _idle(word: str, known: Sequence[str]) -> bool:
    lowered = re.sub(r"['’]s$", "", word.lower())
    if word.isupper() and len(word) > 1 and lowered not in known:
        return False
    stems = {stem(name) for name in known}
    return (
        lowered in FUNCTION_WORDS
        or lowered in GENERIC
        or stem(lowered) in _IDLE_STEMS
        or stem(lowered) in stems
        or len(lowered) < 2
    )


_PARTS = frozenset(
    [
        "data",
        "product",
        "feature",
        "test",
        "first",
        "last",
        "new",
        "old",
        "top",
        "high",
        "low",
        "more",
        "most",
        "time",
        "work",
        "class",
        "level",
        "group",
        "customer",
        "value",
    ]
)
_VERBS = "paid pay earn make made get got spend spent receive live work have average go come want need look see say help know think"
_IDLE_STEMS = frozenset(stem(word) for word in (*FUNCTION_WORDS, *GENERIC, *_VERBS.split()))


def _phrases(run: Sequence[str]) -> list[str]:
    """Return a run of words whole, then word by word."""
    if len(run) < 2:
        return list(run)
    return [" ".join(run[:4]), *run]


def pointed(text: str, words: Sequence[str]) -> tuple[str, ...]:
    """Return the words that must be values: quoted, or a level that everybody knows.

    Examples
    --------
    >>> pointed("What is the mean age of women on the Titanic?", ("women", "Titanic"))
    ('women',)
    """
    known = {form for _, forms in level_forms() for form in forms}
    inside = {quote.text for quote in quotes(text)}
    return tuple(word for word in words if word in inside or word.lower() in known)


def _columns_only(found: re.Match[str]) -> str:
    """Keep the mentions of a match, and nothing else."""
    return " | " + " ".join(re.findall(r"⟦\d+⟧", found.group())) + " | "
