"""Judging: how well a value that has the right size fits what the sentence says of the number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from k2lab.ledger.kinds import agree
from k2lab.ledger.names import About
from k2lab.ledger.value import Value

NamesOf = Mapping[str, frozenset[str]]

_NAMED, _CARRIED, _KIND, _ROW, _CITED, _WORDS, _ALONE = 3.0, 1.5, 2.0, 2.0, 1.5, 1.5, 3.0
_RARELY_SILENT = frozenset({"p", "df", "level", "se", "sd", "t", "z", "chi2", "F"})  # hardly told without their name
_WORD = re.compile(r"[A-Za-z]{3,}|[\u4e00-\u9fff]{2}")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a sentence says around a number.

    Attributes
    ----------
    about : About
        The names it stands with.
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
    kind: str
    words: frozenset[str]
    steps: frozenset[int]
    rows: frozenset[str]


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, for what two texts share; Chinese by pairs of letters.

    Examples
    --------
    >>> sorted(words_of("All 8 analyses")), sorted(words_of("分析"))
    (['all', 'analyses'], ['分析'])
    """
    made = {word.casefold() for word in _WORD.findall(text)}
    for run in re.findall(r"[\u4e00-\u9fff]{2,}", text):
        made.update(run[at : at + 2] for at in range(len(run) - 1))
    return frozenset(made)


def conflict(value: Value, names: NamesOf, setting: Setting) -> bool:
    """Tell whether a value cannot be meant: it is another level's, or another statistic."""
    if agree(setting.kind, value.kind) is False:
        return True
    return any(family in names and not (told & names[family]) for family, told in setting.about.hard.items())


def score(value: Value, names: NamesOf, setting: Setting, said: frozenset[str], *, alone: bool = False) -> float:
    """Say how much speaks for a value that does not conflict; about zero where nothing does.

    `alone` means that its step shows hardly anything else, so that a sentence on that step can mean only this.
    """
    made = _ALONE if alone else 0.0
    for family, own in names.items():
        if own & setting.about.hard.get(family, frozenset()):
            made += _NAMED
        elif family in setting.about.soft:
            made += _CARRIED if own & setting.about.soft[family] else -3.0
        elif not family.endswith(".heads"):
            made -= 0.5
    made -= sum(1.0 for family in setting.about.hard if family not in names and not family.endswith(".heads"))
    if agree(setting.kind, value.kind):
        made += _KIND
    elif not setting.kind and value.kind in _RARELY_SILENT:
        made -= 1.5
    if value.row in setting.rows:
        made += _ROW
    if setting.steps:
        made += _CITED if value.step in setting.steps else -1.0
    return made + (_WORDS if said & setting.words else 0.0)
