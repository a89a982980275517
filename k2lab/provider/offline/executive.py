"""Executive order: which sentences make the summary and the findings, and in what order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from k2lab.locale import pick

MOST_FINDINGS = 8
ASIDE = 100  # the rank of results that do not answer the question by themselves

# The order in which a reader wants to be told, and how many of each before any room that is left is filled.
_PARTS = ("main", "levels", "robust", "practical", "small", "confounding", "model", "facts")
_FIRST = {"main": 1, "levels": 1, "robust": 2, "practical": 1, "small": 1, "confounding": 1, "facts": 1}
_ALL_LEVELS = "simple-effects"  # one sentence on every level
_LEVELS = (_ALL_LEVELS, "simple-effect")
_ONE_FINDING = 4  # levels told in one finding
_LIGHT = 45  # sentences below this weight fill no room
_SMALL = ("weak-cell", "uncomparable", "small-group", "small-sample", "cells")
_PRACTICAL = ("practical", "practical-adjusted", "equivalence")


@dataclass(frozen=True, kw_only=True)
class Said:
    """A sentence that a result gave.

    Attributes
    ----------
    text, role, key : str
    weight, step : int
    columns : tuple of str
    kind : str
        Of the result.
    rank : int
        0 for the kind of result that answers the question best; `ASIDE` for one that does not answer it by itself.
    """

    text: str
    role: str
    key: str
    weight: int
    step: int
    columns: tuple[str, ...]
    kind: str
    rank: int


def part(one: Said) -> str:
    """Return the part of the story that a sentence belongs to; empty for one that is no finding."""
    if one.role == "caveat":
        return "small" if one.key in _SMALL else "facts" if one.key == "duplicates" else ""
    if one.role not in ("headline", "finding"):
        return ""
    if one.key in _PRACTICAL:
        return "practical"
    if one.kind in ("strata", "confounders") or one.key.startswith("confounding"):
        return "confounding"
    if one.kind == "sensitivity":
        return "robust"
    if one.rank < ASIDE:
        return "levels" if one.key in _LEVELS else "main"
    return "facts" if one.kind in ("facts", "quality") else "model"


def summary(said: Sequence[Said], *, plain: bool = False) -> list[Said]:
    """Return at most two sentences: the main headline, and one of another kind of result that answers the question.

    With `plain`, for a question that asks for numbers, the second may be of the same kind.
    """
    headlines = _by_rank(one for one in said if one.role == "headline")
    if plain:  # in the order in which the numbers were asked for
        headlines.sort(key=lambda one: (one.rank >= ASIDE, one.step))
    answers = [one for one in said if one.role == "finding" and one.rank < ASIDE]
    made = headlines[:1] or _by_rank(answers)[: 2 if plain else 1]
    for one in headlines[1:]:
        if len(made) == 1 and (plain or one.kind != made[0].kind) and (one.rank < ASIDE or one.kind == "sensitivity"):
            made.append(one)
    return made


def findings(said: Sequence[Said], told: Collection[Said], *, plain: bool = False) -> list[Said]:
    """Return at most eight findings in order; `told` are in the summary already.

    Of each part of the story the weightiest come first; the levels of one comparison make one finding. Room that is
    left is filled by weight; with `plain`, for a question that asks for numbers, by light sentences too.
    """
    heard = {one.text for one in told}
    parts: dict[str, list[Said]] = {name: [] for name in _PARTS}
    for one in _joined([one for one in said if one.text not in heard]):
        if name := part(one):
            parts[name].append(one)
    chosen: list[Said] = []
    spare: list[Said] = []
    for name in _PARTS:
        ranked = sorted(parts[name], key=lambda one: (-one.weight, one.step))
        first = _FIRST.get(name, 0)
        chosen += ranked[:first]
        spare += [one for one in ranked[first:] if one.role != "caveat" and (plain or one.weight >= _LIGHT)]
    chosen = chosen[:MOST_FINDINGS]
    spare.sort(key=lambda one: (one.rank, -one.weight, one.step))
    chosen += spare[: MOST_FINDINGS - len(chosen)]
    chosen.sort(key=lambda one: (_PARTS.index(part(one)), one.rank, -one.weight, one.step))
    return chosen


def _by_rank(said: Iterable[Said]) -> list[Said]:
    return sorted(said, key=lambda one: (one.rank, -one.weight, one.step))


def _joined(said: Sequence[Said]) -> list[Said]:
    """Join the sentences on the levels of one comparison, when they are few, to one, where none tells them all."""
    whole = {one.step for one in said if one.key == _ALL_LEVELS}
    said = [one for one in said if one.key not in _LEVELS or one.key == _ALL_LEVELS or one.step not in whole]
    made: list[Said] = []
    for (name, _), group in groupby(said, key=lambda one: (part(one) if one.key in _LEVELS else "", one.step)):
        members = list(group)
        heavy = [one for one in members if one.weight >= _LIGHT]
        if name == "levels" and 2 <= len(heavy) <= _ONE_FINDING:
            columns = tuple(dict.fromkeys(column for one in heavy for column in one.columns))
            text = pick(" ", "").join(one.text for one in heavy)
            made.append(replace(heavy[0], text=text, columns=columns))
            members = [one for one in members if one not in heavy]
        made += members
    return made
