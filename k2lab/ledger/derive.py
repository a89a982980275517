"""Deriving: a number as difference, ratio, change, share or sum of two values that the sentence names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from k2lab.ledger.judge import NamesOf
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
_BASE = re.compile(
    r"\b(?:than|against|versus|vs\.?|compared (?:with|to)|relative to|over)\b|比|相比|相对|较", re.IGNORECASE
)
_MOST_PAIRS = 24
_MOST_IN_COLUMN = 60


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
            if direction and sign and based and direction != sign:
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
    base = _BASE.search(text, min((one.start for one in mentions), default=0))
    counted = 0
    for mate, other_mate in permutations(mates[-6:], 2):
        if _comparable(mate.value, other_mate.value):
            yield mate.value, other_mate.value, False
    named: dict[str, dict[str, frozenset[str]]] = {}
    for mention in mentions:
        for family, name in mention.names.items():
            named.setdefault(family, {})[name] = frozenset()
    first_named = {(family, name): one.start for one in reversed(mentions) for family, name in one.names.items()}
    last_named = {(family, name): one.start for one in mentions for family, name in one.names.items()}
    columns: dict[str, list[tuple[Value, str, str]]] = {}
    for value, names in values:
        for family, own in names.items():
            if family in named and not family.endswith(".heads") and len(own) == 1 and next(iter(own)) in named[family]:
                columns.setdefault(f"{value.column}|{_rest(names, family)}", []).append(
                    (value, family, next(iter(own)))
                )
    for group in sorted(columns.values(), key=lambda made: made[0][0].step not in steps):
        if not 2 <= len(group) <= 6:
            continue
        for (one, family, name), (two, other, against) in permutations(group, 2):
            if family != other or name == against or not _comparable(one, two):
                continue
            counted += 1
            if counted > _MOST_PAIRS:
                return
            after = base is not None and _after(
                base.end(), text, last_named[(family, against)], first_named[(family, name)]
            )
            before = base is not None and _after(
                base.end(), text, last_named[(family, name)], first_named[(family, against)]
            )
            if before and not after:
                continue
            yield one, two, after


def _after(at: int, text: str, base: int, other: int) -> bool:
    """Tell whether the base stands right after the word of comparison, and the other does not."""
    return at <= base <= at + 40 and not at <= other <= base


def _rest(names: NamesOf, but: str) -> str:
    return ";".join(sorted(f"{family}={sorted(own)}" for family, own in names.items() if family != but))


def _comparable(one: Value, two: Value) -> bool:
    return one.unit == two.unit and one.kind == two.kind and one.number != two.number


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
