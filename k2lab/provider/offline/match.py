"""Mentions: which columns the words of a question stand for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from k2lab.provider.offline.lexicon import GENERIC, UNIT_NAMERS, UNITS, meanings, stem
from k2lab.provider.offline.stopwords import FUNCTION_WORDS
from k2lab.provider.offline.understand import Word, chinese_terms, quotes, words
from k2lab.schema.model import ColumnSchema, FrameSchema

_LITERAL, _QUOTED = 20.0, 40.0  # above any sum of word matches, so that a name written out always wins


_IDENTIFIERS = frozenset({"id", "ids", "uuid", "key", "编号", "标识"})


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A part of the question that stands for a column.

    Attributes
    ----------
    column : ColumnSchema
    start, end : int
        Where it stands in the question.
    literal : bool
        Whether the column's name itself stands there.
    twin_of : str
        The plainer column that the words fit too, when a twin that holds its unit was preferred.
    others : tuple of str
        Columns that fit as well.
    """

    column: ColumnSchema
    start: int
    end: int
    literal: bool = False
    twin_of: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    column: ColumnSchema
    start: int
    end: int
    score: float
    coverage: float
    literal: bool = False


def mentions(question: str, frame: FrameSchema) -> tuple[Mention, ...]:
    """Find the columns of a frame that a question speaks of, in the order in which they stand.

    Parameters
    ----------
    question : str
    frame : FrameSchema

    Returns
    -------
    tuple of Mention
        They do not overlap; a column may be mentioned more than once.
    """
    names = tuple(column.name for column in frame.columns)
    extra = chinese_terms(names)
    asked = words(question, extra)
    found = [*_literal(question, frame.columns), *_worded(asked, frame.columns, extra)]
    found.sort(key=lambda c: (-c.score, -c.coverage, c.end - c.start, c.start, c.column.position))
    taken: list[_Candidate] = []
    made: list[Mention] = []
    for candidate in found:
        if any(candidate.start < other.end and other.start < candidate.end for other in taken):
            continue
        taken.append(candidate)
        ties = tuple(
            other.column.name
            for other in found
            if (other.start, other.end, round(other.score, 6), round(other.coverage, 6))
            == (candidate.start, candidate.end, round(candidate.score, 6), round(candidate.coverage, 6))
            and other.column != candidate.column
        )
        column, twin = candidate.column, ""
        if not (candidate.score >= _QUOTED or (candidate.literal and "_" in column.name)):
            column = _with_unit(column, frame.columns)
            twin = candidate.column.name if column != candidate.column else ""
        made.append(
            Mention(
                column=column,
                start=candidate.start,
                end=candidate.end,
                literal=candidate.literal,
                twin_of=twin,
                others=ties,
            )
        )
    return tuple(sorted(made, key=lambda mention: mention.start))


def near(word: str, names: Sequence[str], limit: int = 5) -> tuple[str, ...]:
    """Return the column names that are spelled or meant like a word, nearest first.

    Examples
    --------
    >>> near("salery", ("age", "salary_in_usd", "salary"))
    ('salary', 'salary_in_usd')
    """
    lowered = word.lower()
    senses = meanings(word)
    scored = []
    for name in names:
        parts = [part.text.lower() for part in words(name)]
        ratio = max(
            [difflib.SequenceMatcher(None, lowered, text).ratio() for text in (name.lower()[:80], *parts[:12])],
            default=0,
        )
        if any(senses & meanings(part) for part in parts):
            ratio = max(ratio, 0.9)
        if ratio >= 0.7:
            scored.append((-round(ratio, 3), len(name), name))
    return tuple(name for _, _, name in sorted(scored)[:limit])


def _literal(question: str, columns: Sequence[ColumnSchema]) -> list[_Candidate]:
    lowered = question.lower()
    inside = quotes(question)
    made = []
    for column in columns:
        name = " ".join(column.name.split()).lower()
        if not name:
            continue
        plain = tuple(stem(word.text) for word in words(name))
        for quote in inside:
            told = " ".join(quote.text.split()).lower()
            if told == name or (plain and tuple(stem(word.text) for word in words(told)) == plain):
                exact = quote.text == column.name  # of "Total" and "total", the one that is spelled so
                made.append(
                    _Candidate(
                        column=column, start=quote.start, end=quote.end, score=_QUOTED + exact, coverage=1, literal=True
                    )
                )
        if name in FUNCTION_WORDS or (len(name) < 3 and name.isascii() and column.name not in question):
            continue
        if len(name) == 1 and name in "ai":
            continue
        for hit in re.finditer(_bounded(name), lowered):
            spelled = 0.5 * (question[hit.start() : hit.end()] == column.name)
            made.append(
                _Candidate(
                    column=column,
                    start=hit.start(),
                    end=hit.end(),
                    score=_LITERAL + len(name) / 100 + spelled / 100,
                    coverage=1,
                    literal=True,
                )
            )
    return made


def _bounded(name: str) -> str:
    left = r"(?<![a-z0-9_])" if re.match(r"[a-z0-9_]", name) else ""
    right = r"(?![a-z0-9_])" if re.search(r"[a-z0-9_]$", name) else ""
    return left + re.escape(name).replace(r"\ ", r"\s+") + right


def _weight(part: str) -> float:
    if part in FUNCTION_WORDS and part not in GENERIC:
        return 0.15
    if part in UNITS or part.replace(".", "").isdigit():
        return 0.2
    return 0.35 if part in GENERIC or stem(part) in GENERIC else 1.0


def _likeness(part: str, asked: str) -> float:
    """Say how well a word of a column's name fits a word of the question, from 0 to 1."""
    if part == asked.lower() or stem(part) == stem(asked):
        return 1.0
    if part.isdigit() and asked.isdigit():
        return 1.0 if int(part) == int(asked) else 0.0
    if meanings(part) & meanings(asked):
        return 0.8
    short, long = sorted((part, asked.lower()), key=len)
    if short.isascii() and len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 6:
        return 0.6
    return 0.0


def _worded(asked: Sequence[Word], columns: Sequence[ColumnSchema], extra: tuple[str, ...]) -> list[_Candidate]:
    spoken = [word for word in asked if word.text.lower() not in FUNCTION_WORDS]
    places = {word.start: place for place, word in enumerate(asked)}
    made = []
    for column in columns:
        parts = [part.text.lower() for part in words(column.name, extra)][:12]
        if not parts:
            continue
        whole = sum(_weight(part) for part in parts)
        hits = [
            (word, part, like) for word in spoken for part in set(parts) if (like := _likeness(part, word.text)) > 0
        ]
        for first in {word.start: word for word, _, _ in hits}.values():
            best: dict[str, tuple[float, Word]] = {}
            used: set[int] = set()
            reach = places[first.start] + len(parts) + 2
            for word, part, like in sorted(hits, key=lambda hit: (-hit[2], hit[0].start)):
                if not places[first.start] <= places[word.start] < reach or part in best or word.start in used:
                    continue
                best[part] = (like, word)
                used.add(word.start)
            if first.start not in used:
                continue
            if _IDENTIFIERS & set(parts) - set(best):
                continue  # "passengers" do not mean the column passenger_id
            named = any(_weight(part) == 1.0 for part in best) or len(best) == len(parts)
            score = sum(_weight(part) * like for part, (like, _) in best.items())
            coverage = score / whole
            if not named or coverage < 0.33:
                continue
            made.append(
                _Candidate(
                    column=column,
                    start=first.start,
                    end=max(word.end for _, word in best.values()),
                    score=score,
                    coverage=coverage,
                )
            )
        made += _acronym(asked, column, parts)
    return made


def _acronym(asked: Sequence[Word], column: ColumnSchema, parts: Sequence[str]) -> list[_Candidate]:
    """Find "gross domestic product" for a column `gdp`."""
    if len(parts) != 1 or not 3 <= len(parts[0]) <= 5 or not parts[0].isascii():
        return []
    made, size = [], len(parts[0])
    for at in range(len(asked) - size + 1):
        run = asked[at : at + size]
        if "".join(word.text[0].lower() for word in run) == parts[0] and all(len(word.text) > 2 for word in run):
            made.append(_Candidate(column=column, start=run[0].start, end=run[-1].end, score=2.0, coverage=1.0))
    return made


def _with_unit(column: ColumnSchema, columns: Sequence[ColumnSchema]) -> ColumnSchema:
    """Prefer the twin that holds its unit, where another column says that units are mixed.

    A `salary` beside a `salary_currency` is in many currencies: `salary_in_usd` is what can be compared.
    """
    own = [stem(word.text) for word in words(column.name)]
    others = {other.name: [word.text.lower() for word in words(other.name)] for other in columns if other != column}
    mixed = any(set(parts) & UNIT_NAMERS and [stem(p) for p in parts[: len(own)]] == own for parts in others.values())
    mixed = mixed or any(set(parts) <= UNIT_NAMERS for parts in others.values() if parts)
    if not mixed:
        return column
    for other in columns:
        parts = others.get(other.name, [])
        rest = parts[len(own) :]
        if [stem(p) for p in parts[: len(own)]] == own and set(rest) & UNITS and not set(rest) & UNIT_NAMERS:
            return other
    return column
