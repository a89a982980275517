"""Judging: how well a value that has the right size fits what the sentence says of the number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from k2lab.ledger.kinds import agree
from k2lab.ledger.names import About, is_factor
from k2lab.ledger.value import Value

NamesOf = Mapping[str, frozenset[str]]

_NAMED, _CARRIED, _KIND, _ROW, _CITED, _WORDS, _ALONE = 3.0, 1.5, 2.0, 2.0, 1.5, 1.5, 3.0
_EXACT, _TOLD_EXACTLY = 1.5, 100
_UNSAID = 1.5
_RARELY_SILENT = frozenset(
    {"p", "df", "level", "se", "sd", "t", "z", "chi2", "F", "low", "high"}
)  # hardly told without their name
_BY_NAME = frozenset({"df", "F", "chi2"})
_WORD = re.compile(r"[A-Za-z]{3,}|[\u4e00-\u9fff]{2}")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a sentence says around a number.

    Attributes
    ----------
    about : About
        The names it stands with.
    size : float
        The number itself, without its sign.
    kind : str
        The statistic that the words before it name.
    words : frozenset of str
        Of the sentence.
    steps : frozenset of int
        Steps that the sentence cites; empty where it cites none.
    rows : frozenset of str
        Rows of the number that it stands beside.
    """

    about: About
    size: float
    kind: str
    words: frozenset[str]
    steps: frozenset[int]
    rows: frozenset[str]


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, for what two texts share; Chinese by pairs of letters.

    Examples
    --------
    >>> sorted(words_of("All 8 analyses")), sorted(words_of("分析"))
    (['all', 'analyse'], ['分析'])
    """
    made = {_singular(word.casefold()) for word in _WORD.findall(text)}
    for run in re.findall(r"[\u4e00-\u9fff]{2,}", text):
        made.update(run[at : at + 2] for at in range(len(run) - 1))
    return frozenset(made)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def conflict(value: Value, names: NamesOf, setting: Setting) -> bool:
    """Tell whether a value cannot be meant: it is another level's, or another statistic."""
    if value.kind == "reference" and value.row not in setting.rows:
        return True
    agreed = agree(setting.kind, value.kind)
    if agreed is False or (agreed is None and setting.kind in _BY_NAME):
        return True
    told = {**setting.about.soft, **setting.about.hard}
    if any(family in names and not (own & names[family]) for family, own in told.items()):
        return True
    # The sentence names a level, and the value is another factor's altogether.
    own_factors = {family for family in value.names if is_factor(family)}
    return bool(own_factors) and not own_factors & told.keys() and any(map(is_factor, setting.about.hard))


def rank(value: Value, names: NamesOf, setting: Setting) -> float:
    """Say how well the levels of a value are those that the sentence names; equal for values of one row."""
    made = 0.0
    for family in names:
        if not is_factor(family):
            continue
        if family in setting.about.hard or family in setting.about.soft:
            made += _NAMED
        elif family in value.names:
            made -= _UNSAID
    made -= sum(1.0 for family in setting.about.hard if family not in names and is_factor(family))
    return made + (_CITED if value.step in setting.steps else 0.0)


def score(value: Value, names: NamesOf, setting: Setting, said: frozenset[str], *, alone: bool = False) -> float:
    """Say how much speaks for a value that does not conflict; about zero where nothing does.

    `alone` means that its step shows hardly anything else, so that a sentence on that step can mean only this.
    """
    made = _ALONE if alone else 0.0
    for family, own in names.items():
        if own & setting.about.hard.get(family, frozenset()):
            made += _NAMED
        elif family in setting.about.soft:
            made += _CARRIED
        elif family in value.names and not family.endswith(".heads"):
            made -= _UNSAID
    made -= sum(1.0 for family in setting.about.hard if family not in names and is_factor(family))
    if agree(setting.kind, value.kind):
        made += _KIND
    elif not setting.kind and value.kind in _RARELY_SILENT:
        made -= 1.5
    if value.number == setting.size and setting.size >= _TOLD_EXACTLY:
        made += _EXACT
    if value.row in setting.rows:
        made += _ROW
    if setting.steps:
        made += _CITED if value.step in setting.steps else -1.0
    return made + (_WORDS if said & setting.words else 0.0)
