"""Names: the levels, rows and columns that a run's tables know, and which of them a sentence is about at a number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from k2lab.ledger.numerals import Numeral
from k2lab.ledger.phrases import Phrase

_NOTHING = {
    "",
    "all",
    "other",
    "none",
    "nan",
    "yes",
    "no",
    "true",
    "false",
    "value",
    "total",
    "n",
    "全部",
    "其他",
    "合计",
}
_LETTER = re.compile(r"[A-Za-z0-9_]")
_MOST = 4000
_SHORT = 3  # names of so few letters are told by their case: "IN" is a country, "in" is none
_AFTER = re.compile(
    r"[\s(（]*(?:(?:rows?|people|cases?|years?|in|for|at|among|of|on|with|within|under|by|the|all|each|lower|higher|less|more"
    r"|points?|是|的|在|为|属于)\s+)*(?:[\w.]+\s?=\s?)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:\s*(?:rows?|is|was|are|were|has|had|have|at|by|of|about|averages?|averaged|earns?|earned|shows?|reached|reaches|with"
    r"|to|only|gets?|counts?|为|是|的|约|有|达|达到|仅|平均|共|占)(?=[\s\d$¥€£+−-]|$))*[\s:：=(（\"]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A name in a text: where it stands, and its families with the name as each has it."""

    start: int
    end: int
    names: Mapping[str, str]


class Names:
    """The names that values carry.

    Parameters
    ----------
    known : iterable of (str, str)
        Families with their names; a family is what its names are levels of: a column, the heads of a table.
    """

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self.families: dict[str, set[str]] = {}
        self._spelled: dict[str, dict[str, str]] = {}
        self.numbers: dict[str, set[str]] = {}  # families whose names are numbers, which only a column's name makes one
        for family, name in known:
            self.families.setdefault(family, set()).add(name)
            if re.fullmatch(r"[-+]?\d+(?:\.\d+)?", name):
                self.numbers.setdefault(family, set()).add(name)
            elif name.casefold() not in _NOTHING and (len(name) > 1 or name.isupper()):
                for spelling in {name, name.replace("_", " ")}:
                    self._spelled.setdefault(_key(spelling), {})[family] = name
        spellings = sorted(self._spelled, key=len, reverse=True)[:_MOST]
        self._pattern = re.compile("|".join(map(_spelling, spellings)), re.IGNORECASE) if spellings else None

    def mentions(self, text: str) -> list[Mention]:
        """Find the names in a text, the longest where several begin alike."""
        made = []
        for found in self._pattern.finditer(text) if self._pattern else ():
            said = found[0]
            names = self._spelled.get(_key(said)) or self._spelled.get(_key(said.removesuffix("s")))
            if names:
                made.append(Mention(start=found.start(), end=found.end(), names=names))
        return made

    def numbered(self, text: str, numbers: Sequence[Numeral]) -> tuple[list[Mention], set[int]]:
        """Find numbers that are levels: those after the name of their column, or after another level of it.

        Returns
        -------
        mentions : list of Mention
        places : set of int
            Which of `numbers` are levels.
        """
        made: list[Mention] = []
        places: set[int] = set()
        last: tuple[int, str] | None = None
        for at, one in enumerate(numbers):
            said = text[one.start : one.end]
            if one.unit or one.role != "value" or not re.fullmatch(r"[-+−]?\d+(?:\.\d+)?", said):
                continue
            before = text[max(0, one.start - 60) : one.start]
            for family, names in self.numbers.items():
                if said not in names:
                    continue
                column = rf"(?<![A-Za-z0-9_])(?:{re.escape(family)}|{re.escape(family.replace('_', ' '))})"
                named = re.search(
                    column + r"s?\s*(?:=|:|：|is|of|at|equal to|from|to|为|是|等于|取|在)?\s*$", before, re.IGNORECASE
                )
                chained = last is not None and last[1] == family and _CHAIN.fullmatch(text[last[0] : one.start])
                dated = _is_year(said) and all(map(_is_year, names))
                dated = dated and bool(_IN.search(before) or text[one.end : one.end + 2].strip().startswith("年"))
                if (
                    named
                    or chained
                    or dated
                    or (
                        _VERSUS.search(before + said + text[one.end : one.end + 40])
                        and _pair(names, before + said + text[one.end : one.end + 40])
                    )
                ):
                    made.append(Mention(start=one.start, end=one.end, names={family: said}))
                    places.add(at)
                    last = (one.end, family)
                    break
        return made, places


_CHAIN = re.compile(
    r"\s?(?:,|，|、|to|and|or|vs\.?|versus|against|than|than for|than at|与|和|或|对|到|至|相比|比|[-–—])\s?"
)
_IN = re.compile(
    r"(?:\b(?:in|since|from|to|until|of|during|by|year|and|between|for|than)|[=(（,，、在到至与和年])\s*$",
    re.IGNORECASE,
)
_VERSUS = re.compile(
    r"(?<![\d.])(\d+(?:\.\d+)?)\s(?:against|vs\.?|versus|compared with)\s(\d+(?:\.\d+)?)(?![\d.%]|\s?%)"
    r"|(\d+)\s?(?:对|相比)\s?(\d+)"
)


def _pair(names: set[str], text: str) -> bool:
    found = _VERSUS.search(text)
    return bool(found) and all(part in names for part in found.groups() if part is not None)  # type: ignore[union-attr]


def _is_year(name: str) -> bool:
    return len(name) == 4 and name[:2] in ("18", "19", "20", "21")


def _key(spelling: str) -> str:
    return spelling if len(spelling) <= _SHORT else spelling.casefold()


def _spelling(key: str) -> str:
    made = re.escape(key)
    if len(key) <= _SHORT:
        made = f"(?-i:{made})"
    start = r"(?<![A-Za-z0-9_])" if _LETTER.match(key[0]) else ""
    end = ("" if len(key) <= _SHORT else "s?") + r"(?![A-Za-z0-9_])" if _LETTER.match(key[-1]) else ""
    return f"{start}{made}{end}" + (r"(?!\s?\()" if len(key) == 1 else "")


def is_factor(family: str) -> bool:
    """Tell whether the names of a family are levels: not headings, nor a table's list of columns."""
    return not family[:1].isdigit() and family != "column"


@dataclass(frozen=True, kw_only=True)
class About:
    """What a number is about: names that stand with it (`hard`), and names carried over from earlier (`soft`)."""

    hard: Mapping[str, frozenset[str]]
    soft: Mapping[str, frozenset[str]]


def about(number: Numeral, text: str, phrase: Phrase, mentions: Sequence[Mention], numbers: Sequence[Numeral]) -> About:
    """Say which names a number is about.

    Parameters
    ----------
    number : Numeral
    text : str
    phrase : Phrase
        The innermost phrase that it stands in.
    mentions : sequence of Mention
    numbers : sequence of Numeral
        All numbers of the text.
    """
    hard: dict[str, frozenset[str]] = {}
    soft: dict[str, frozenset[str]] = {}
    inside = phrase.own(mentions)
    _take(hard, _nearest(number, text, inside, numbers), ())
    _take(hard, _beside(number, text, mentions), ())  # the name in brackets right after it
    _take(hard, _by_family(inside), ())
    above = phrase.parent
    if above is not None:
        heads = [one for one in numbers if above.start <= one.start < phrase.start and above.holds(one)]
        if heads:
            told = about(heads[-1], text, above, mentions, numbers)
            _take(hard, told.hard, ())
            _take(soft, told.soft, hard)
        else:
            _take(hard, _by_family(above.own(mentions)), ())
    before: Phrase | None = phrase.before
    while before is not None:
        _take(soft, _by_family(before.every(mentions)), hard)
        before = before.before
    while above is not None:
        before = above.before
        while before is not None:
            _take(soft, _by_family(before.every(mentions)), hard)
            before = before.before
        above = above.parent
    return About(hard=hard, soft=soft)


def _take(made: dict[str, frozenset[str]], found: Mapping[str, frozenset[str]], but: Iterable[str]) -> None:
    for family, names in found.items():
        if family not in made and family not in but:
            made[family] = names


def _by_family(mentions: Iterable[Mention]) -> dict[str, frozenset[str]]:
    made: dict[str, set[str]] = {}
    for one in mentions:
        for family, name in one.names.items():
            made.setdefault(family, set()).add(name)
    return {family: frozenset(names) for family, names in made.items()}


def _nearest(
    number: Numeral, text: str, mentions: Sequence[Mention], numbers: Sequence[Numeral]
) -> dict[str, frozenset[str]]:
    """Return the names bound to a number by the words between: "5% in EN", "EN: 5%", "EN is 5%"."""
    made: dict[str, frozenset[str]] = {}
    for one in mentions:
        if one.start >= number.end and _AFTER.fullmatch(text[number.end : one.start]):
            for family, name in one.names.items():
                made.setdefault(family, frozenset({name}))
    for one in reversed(mentions):
        if one.end <= number.start and _BEFORE.fullmatch(text[one.end : number.start]):
            for family, name in one.names.items():
                made.setdefault(family, frozenset({name}))
    return made


def _beside(number: Numeral, text: str, mentions: Sequence[Mention]) -> dict[str, frozenset[str]]:
    """Return the names in brackets right after a number: −16.6% (EN)."""
    found = re.match(r"\s?[(（]\s?", text[number.end : number.end + 4])
    if not found:
        return {}
    at = number.end + found.end()
    near = [one for one in mentions if one.start == at]
    return _by_family(near)
