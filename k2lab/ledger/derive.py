"""Deriving: a number as difference, ratio, change, share or sum of two values that the sentence names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from k2lab.ledger.judge import NamesOf
from k2lab.ledger.kinds import spoken_kinds
from k2lab.ledger.names import Mention
from k2lab.ledger.numerals import Numeral
from k2lab.ledger.value import Value
from k2lab.locale import pick
from k2lab.locale.numbers import plain

_CUE = re.compile(
    r"\b(?:differ\w*|gap|more|less|fewer|higher|lower|than|times|twice|ratio|total|together|combined|sum|both|share|rest"
    r"|other|spread|apart|ahead|behind|percent|increase|decrease|not|points?|of)\b|[%差高低多少倍共占比其余和]",
    re.IGNORECASE,
)
_BASE_BEFORE = re.compile(
    r"(?:\b(?:than|against|versus|vs\.?|compared (?:with|to)|relative to)"
    r"(?:\s(?:in|for|at|of|those|that|the|rows|among|with))*(?:\s\w+\s=)?|[比较]|相对于?)\s?$",
    re.IGNORECASE,
)
_BASE_AFTER = re.compile(r"\s?(?:相比|相较)")
_MOST_PAIRS = 24
_MOST_NAMED = 6


@dataclass(frozen=True, kw_only=True)
class Operand:
    """A value that a number of the same sentence was traced to."""

    value: Value
    number: Numeral


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a number was derived from: its value, the step and the sum in words."""

    number: float
    step: int
    place: str


def derived(
    number: Numeral,
    text: str,
    mates: Sequence[Operand],
    mentions: Sequence[Mention],
    values: Iterable[tuple[Value, NamesOf]],
    steps: frozenset[int],
) -> Found | None:
    """Derive a number from two values: of numbers of its sentence, or of one column and named in the sentence.

    Parameters
    ----------
    number : Numeral
    text : str
        The whole text.
    mates : sequence of Operand
        Traced numbers of the sentence.
    mentions : sequence of Mention
        Names in the sentence.
    values : iterable of (Value, names)
    steps : frozenset of int
        Steps that the sentence cites.
    """
    around = text[max(0, number.start - 100) : number.end + 80]
    if not _CUE.search(around):
        return None
    for first, second, based in _pairs(text, mates, mentions, values, steps):
        for size, sign, told in _combined(number, first, second):
            if not _close(number, size):
                continue
            direction = number.sign or number.way
            if direction and sign and (not based or direction != sign):
                continue
            return Found(number=sign * size if sign else size, step=first.step, place=told)
    return None


def _pairs(
    text: str,
    mates: Sequence[Operand],
    mentions: Sequence[Mention],
    values: Iterable[tuple[Value, NamesOf]],
    steps: frozenset[int],
) -> Iterator[tuple[Value, Value, bool]]:
    """Yield ordered pairs of values, and whether the second is known to be what the first is compared with."""
    counted = 0
    for mate, other_mate in permutations(mates[-6:], 2):
        if _comparable(mate.value, other_mate.value):
            yield mate.value, other_mate.value, False
    if not mentions:
        return
    start, end = mentions[0].start, mentions[-1].end
    kinds = spoken_kinds(text[max(0, start - 60) : end + 60])
    named = {(family, name) for one in mentions for family, name in one.names.items()}
    based = _base(text, mentions)
    columns: dict[str, list[tuple[Value, str, str]]] = {}
    extra: dict[str, int] = {}
    for value, names in values:
        if kinds and value.kind not in kinds:
            continue
        for family, own in names.items():
            if family.endswith(".heads") or len(own) != 1 or (family, next(iter(own))) not in named:
                continue
            key = f"{value.column}|{_rest(names, family)}"
            columns.setdefault(key, []).append((value, family, next(iter(own))))
            extra[key] = sum(
                any((other, part) not in named for part in parts)
                for other, parts in names.items()
                if other != family and not other.endswith(".heads")
            )
    least: int | None = None
    for key in sorted(columns, key=lambda key: (extra[key], columns[key][0][0].step not in steps)):
        group = columns[key]
        if not 2 <= len(group) <= _MOST_NAMED:
            continue
        least = extra[key] if least is None else least
        if extra[key] > least:  # the same of a part of the rows, where the sentence names the whole
            return
        for (one, family, name), (two, other, against) in permutations(group, 2):
            if family != other or name == against or not _comparable(one, two):
                continue
            counted += 1
            if counted > _MOST_PAIRS:
                return
            if (family, name) in based and (family, against) not in based:
                continue
            yield one, two, (family, against) in based and (family, name) not in based


def _base(text: str, mentions: Sequence[Mention]) -> set[tuple[str, str]]:
    """Return the names that others are compared with: right after "than", "against", 比; before 相比."""
    made: set[tuple[str, str]] = set()
    for one in mentions:
        before, after = text[max(0, one.start - 24) : one.start], text[one.end : one.end + 6]
        if _BASE_BEFORE.search(before) or _BASE_AFTER.match(after):
            made.update(one.names.items())
    return made


def _rest(names: NamesOf, but: str) -> str:
    return ";".join(sorted(f"{family}={sorted(own)}" for family, own in names.items() if family != but))


def _comparable(one: Value, two: Value) -> bool:
    alike = one.unit == two.unit or one.kind == "n"
    return alike and one.kind == two.kind and one.number != two.number


def _combined(number: Numeral, one: Value, two: Value) -> Iterator[tuple[float, int, str]]:
    """Yield sizes that two values make, with the sign of the first against the second, and the sum in words."""
    a, b = one.number, two.number
    x, y = (f"{plain(value.number, 6)} ({value.place})" for value in (one, two))
    sign = 1 if a > b else -1
    step = pick(f"step {one.step}", f"步骤 {one.step}")
    if number.unit == "%":
        if one.unit == "%":
            yield abs(a - b), sign, f"{x} − {y}, {step}"
        elif one.unit == "share":
            yield 100 * abs(a - b), sign, f"{x} − {y}, {step}"
        if b and one.unit != "%":
            yield 100 * abs(a / b - 1), sign, f"{x} / {y} − 1, {step}"
            if 0 < a < b:
                yield 100 * a / b, 0, f"{x} / {y}, {step}"
    elif number.unit == "times":
        if b and a / b > 0:
            yield a / b, 0, f"{x} / {y}, {step}"
    else:
        if one.unit not in ("%", "share"):
            yield abs(a - b), sign, f"{x} − {y}, {step}"
            if one.kind != "mean":
                yield a + b, 0, f"{x} + {y}, {step}"
        if b and 0 < a / b < 1000 and not number.exact:
            yield a / b, 0, f"{x} / {y}, {step}"


def _close(number: Numeral, size: float) -> bool:
    slack = number.slack * (2 if number.approx else 1)
    return abs(size - number.size) <= slack * (1 + 1e-6) + 1e-12 * number.size
