"""Words: a question or a column name cut into the words that can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from k2lab.provider.offline.lexicon import concepts

_QUOTED = re.compile(
    r"`([^`\n]+)`|\"([^\"\n]+)\"|“([^”\n]+)”|‘([^’\n]+)’|「([^」\n]+)」|『([^』\n]+)』|«([^»\n]+)»|(?<![\w])'([^'\n]+)'(?![\w])"
)
_PIECE = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?|[\u4e00-\u9fff]+|[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word of a text and where it stands; `quoted` when the writer put it in quotes or backticks."""

    text: str
    start: int
    end: int
    quoted: bool = False


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A part in quotes: its text without them, and where it stands with them."""

    text: str
    start: int
    end: int


def quotes(text: str) -> tuple[Quote, ...]:
    """Find what stands in quotes, backticks or Chinese quotation marks.

    Examples
    --------
    >>> [q.text for q in quotes("Compare 'Fare' by `Pclass`, don't guess 「性别」")]
    ['Fare', 'Pclass', '性别']
    """
    return tuple(
        Quote(text=next(group for group in found.groups() if group), start=found.start(), end=found.end())
        for found in _QUOTED.finditer(text)
    )


def _han(run: str, start: int, known: tuple[str, ...]) -> list[Word]:
    """Cut a run of Chinese by the longest known term at each place; what is not known stays one character a word."""
    made, at = [], 0
    while at < len(run):
        term = next((term for term in known if run.startswith(term, at)), run[at])
        made.append(Word(text=term, start=start + at, end=start + at + len(term)))
        at += len(term)
    return made


def words(text: str, extra: tuple[str, ...] = ()) -> tuple[Word, ...]:
    """Cut a text into words; snake_case and camelCase names fall apart, Chinese is cut by the lexicon.

    Parameters
    ----------
    text : str
    extra : tuple of str
        Chinese terms to know beside the lexicon, such as the frame's own column names.

    Examples
    --------
    >>> [word.text for word in words("Does remote_ratio affect SalaryInUSD?")]
    ['Does', 'remote', 'ratio', 'affect', 'Salary', 'In', 'USD']
    >>> [word.text for word in words("远程办公比例是否影响薪资")]
    ['远程', '办公', '比例', '是', '否', '影', '响', '薪资']
    """
    _, terms = concepts()
    known = tuple(sorted({*extra, *terms}, key=lambda term: (-len(term), term))) if extra else terms
    inside = quotes(text)
    made: list[Word] = []
    for piece in _PIECE.finditer(text):
        if "\u4e00" <= piece.group()[0] <= "\u9fff":
            made += _han(piece.group(), piece.start(), known)
            continue
        at = piece.start()
        for part in _CAMEL.split(piece.group()):
            made.append(Word(text=part, start=at, end=at + len(part)))
            at += len(part)
    return tuple(
        Word(text=w.text, start=w.start, end=w.end, quoted=any(q.start < w.start and w.end < q.end for q in inside))
        for w in made
    )


def chinese_terms(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the Chinese runs of column names, which a question may hold whole."""
    return tuple({run for name in names for run in re.findall(r"[\u4e00-\u9fff]{2,}", name)})
