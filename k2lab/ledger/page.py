"""A page: one text whose numbers are being marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from k2lab.ledger.derive import Operand, derived
from k2lab.ledger.judge import NamesOf, Setting, conflict, rank, score, words_of
from k2lab.ledger.kinds import spoken_kind
from k2lab.ledger.mark import Mark
from k2lab.ledger.names import About, Mention, about
from k2lab.ledger.numerals import Numeral
from k2lab.ledger.phrases import Phrase, phrases
from k2lab.ledger.readings import fits, how, readings
from k2lab.ledger.value import Value
from k2lab.locale import pick
from k2lab.locale.numbers import plain

if TYPE_CHECKING:
    from k2lab.ledger.ledger import Ledger

_EQUATION = re.compile(r"(?<![A-Za-z])(F|t|z|χ²|chi2)\s?\([^()]{1,30}\)\s?=\s?$")
_THINGS = re.compile(
    r"\s(?:[\w-]+\s){0,2}(?:levels|groups|categories|columns|rows|analyses|classes|tests)\b|\s?(?:个|组|级|种|类|行|列|项)",
)
_CLEARLY = 1.5
_SINGLE = frozenset({"mean", "median", "geometric", "sd", "F", "t", "chi2", "effect", "r", "r2", "sum", "min", "max"})
_SINGLE |= {"q25", "q75"}
_ROWS = re.compile(r"\s(?:distinct\s)?(?:rows|people|cases|records)\b|\s?(?:行|条|人)(?!均)")
_TOTAL_BEFORE = re.compile(
    r"\b(?:of|out of|among)\s(?:the\s|all\s|all the\s)?$|\b(?:overall|in all|in total)\b[^,;]*$"
    r"|(?:总体|全部|整体|总计|合计|共)[^，；]*$",
    re.IGNORECASE,
)
_TOTAL_AFTER = re.compile(r"\s?(?:行|条|人|个|名)(?:数据)?中|\s(?:rows\s)?(?:in all|in total|overall)\b")
_NEVER_DERIVED = frozenset({"ci", "p", "df", "F", "t", "z", "chi2", "r", "r2", "effect"})
_LINK = re.compile(r"\s?(?:[(（][^()（）]{0,30}[)）])?\s?(?:to|and|,|[-–—~～至到和与、])\s?[-+−]?(?:US\$|[$€£¥])?")
_TRAILING = re.compile(r"\s?[(（]?((?:median|mean|average|geometric mean|中位数|均值|平均))", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class _Hit:
    value: Value
    form: str
    score: float


class Page:
    """One text being marked."""

    def __init__(self, ledger: Ledger, text: str, numbers: Sequence[Numeral], steps: frozenset[int]) -> None:
        self._ledger = ledger
        self._text = text
        self._numbers = numbers
        self._steps = steps
        named = ledger.names.mentions(text)
        levels, self._levels = ledger.names.numbered(text, numbers)
        inside = {at for one in numbers for at in range(one.start, one.end)}
        self._mentions: list[Mention] = sorted(
            [*(one for one in named if one.start not in inside), *levels], key=lambda one: one.start
        )
        kept = [
            *((one.start, one.end) for one in numbers),
            *((one.start, one.end) for one in self._mentions),
        ]
        self._phrases = phrases(text, kept)
        self._place = {at: self._phrase(one) for at, one in enumerate(numbers)}
        self._made: dict[int, Mark] = {}
        self._rows: dict[int, frozenset[str]] = {}
        self._operands: dict[int, Operand] = {}

    def order(self) -> range:
        """Mark all, the plain ones before those that can only be derived from them."""
        count = len(self._numbers)
        for at in sorted(range(count), key=lambda at: self._numbers[at].role == "df"):  # after their statistic
            self._plain(at)
        for at in range(count):
            if not self._made[at].verified:
                self._derive(at)
        return range(count)

    def mark(self, at: int) -> Mark:
        return self._made[at]

    def _phrase(self, number: Numeral) -> Phrase:
        inner = [one for one in self._phrases if one.start <= number.start < max(one.end, one.start + 1)]
        return max(inner, key=lambda one: one.start)

    def _setting(self, at: int) -> Setting:
        number, phrase = self._numbers[at], self._place[at]
        start = max(
            (
                one.start
                for one in self._phrases
                if one.sentence == phrase.sentence and one.before is None and one.parent is None
            ),
            default=0,
        )
        rows: frozenset[str] = frozenset()
        if phrase.parent is not None:
            heads = [
                k
                for k in range(at)
                if phrase.parent.start <= self._numbers[k].start < phrase.start and phrase.parent is self._place[k]
            ]
            rows = self._rows.get(heads[-1], frozenset()) if heads else rows
        if number.role == "df":
            rows = next(
                (self._rows[k] for k in range(at + 1, min(at + 3, len(self._numbers))) if k in self._rows), rows
            )
        elif not rows and at and self._place[at - 1] is phrase:
            rows = self._rows.get(at - 1, frozenset())
        whole = _TOTAL_BEFORE.search(self._text[max(phrase.start, number.start - 40) : number.start])
        counts = number.exact or number.slack >= 0.5  # "a share of 0.24" is of no total
        if (whole and counts) or _TOTAL_AFTER.match(self._text[number.end : number.end + 16]):
            told = About(hard={}, soft={})
        else:
            told = about(number, self._text, phrase, self._mentions, self._numbers)
        return Setting(
            about=told,
            size=number.size,
            kind=self._kind(at),
            words=words_of(self._text[max(start, number.start - 80) : number.end + 40]),
            steps=self._steps,
            rows=rows,
        )

    def _kind(self, at: int) -> str:
        number, phrase = self._numbers[at], self._place[at]
        if number.role in ("df", "spelled"):
            return "df" if number.role == "df" else "n"
        if found := _EQUATION.search(self._text[max(0, number.start - 60) : number.start]):
            return {"χ²": "chi2"}.get(found[1], found[1])
        before = self._text[max(phrase.start, number.start - 40) : number.start]
        previous = self._numbers[at - 1] if at else None
        if previous is not None and previous.start >= phrase.start - 60:
            between = self._text[previous.end : number.start]
            if previous.role != "convention" and _LINK.fullmatch(between):
                return self._kind(at - 1)
            before = self._text[max(phrase.start, previous.end, number.start - 40) : number.start]
        kind = spoken_kind(before)
        if not kind and (found := _TRAILING.match(self._text[number.end : number.end + 24])):
            kind = spoken_kind(found[1])
        return kind or ("n" if _ROWS.match(self._text[number.end : number.end + 12]) and not number.unit else "")

    def _plain(self, at: int) -> None:
        number = self._numbers[at]
        if number.role == "date":
            found, step = self._ledger.date(number.text)
            self._set(at, found or self._ledger.asked(number), "date" if found else "not-found", step=step)
            return
        if at in self._levels:
            family = next((family for one in self._mentions if one.start == number.start for family in one.names), "")
            self._set(at, True, "name", expression=pick(f"a level of {family}", f"{family} 的水平"))
            return
        if number.role == "convention":
            known = self._ledger.convention(number)
            self._set(at, known, "convention" if known else "not-found", expression=pick("a convention", "惯例"))
            return
        setting = self._setting(at)
        hits, others = self._hits(number, setting)
        if hits:
            best = max(hits, key=lambda hit: hit.score)
            self._rows[at] = frozenset(hit.value.row for hit in hits if hit.score >= best.score - 1.5)
            self._operands[at] = Operand(value=best.value, number=number)
            value = best.value
            self._set(
                at,
                True,
                how(number, value, best.form),
                value=value.number,
                unit="%" if value.unit == "%" else "",
                step=value.step,
                expression=value.place,
            )
        elif (step := self._ledger.sentence(self._window(at))) is not None:
            self._set(at, True, "sentence", step=step, expression=pick("a sentence of the result", "结果中的语句"))
        elif number.role == "spelled" or (number.exact and _THINGS.match(self._text[number.end : number.end + 24])):
            counted = self._ledger.counted(number.size)
            self._set(
                at,
                bool(counted),
                "count" if counted else "not-found",
                expression=counted,
                near=self._near(number, setting, others),
            )
        elif self._ledger.asked(number) and not number.sign:
            self._set(at, True, "name", expression=pick("in the question or a column's name", "出自问题或列名"))
        else:
            self._set(at, False, "not-found", near=self._near(number, setting, others))

    def _hits(self, number: Numeral, setting: Setting) -> tuple[list[_Hit], list[Value]]:
        hits: list[_Hit] = []
        others: list[Value] = []
        if setting.kind == "p" and number.bound == "<":
            return self._bounded(number, setting), []
        for reading in readings(number):
            need: float | None = None
            for value, names in self._ledger.near(reading.low, reading.high):
                if not fits(number, value, reading.form):
                    continue
                if conflict(value, names, setting) or self._apart(value, setting):
                    others.append(value)
                    continue
                said = self._ledger.words(value)
                made = score(value, names, setting, said, alone=self._ledger.alone(value))
                if need is None:
                    need = _needed(self._ledger.chance(number, reading, setting))
                if reading.form in ("change", "ratio"):
                    made -= 1.0
                enough = need
                if value.number == number.size and number.slack > 0.5 and number.text[-1:].isdigit():
                    told = replace(reading, low=number.size - 0.5, high=number.size + 0.5)  # to its last digit
                    enough = min(need, _needed(self._ledger.chance(number, told, setting)))
                if made >= enough and not self._outdone(value, names, setting):
                    hits.append(_Hit(value=value, form=reading.form, score=made))
                else:
                    others.append(value)
        return hits, others

    def _bounded(self, number: Numeral, setting: Setting) -> list[_Hit]:
        """Return the p-values that keep a bound."""
        return [
            _Hit(value=value, form="same", score=score(value, names, setting, self._ledger.words(value)))
            for value, names in self._ledger.every()
            if value.kind == "p" and 0 <= value.number < number.size and not conflict(value, names, setting)
        ]

    def _apart(self, value: Value, setting: Setting) -> bool:
        """Tell whether an end of an interval belongs to another estimate than the one it stands beside."""
        return (
            setting.kind in ("ci", "df")
            and bool(setting.rows)
            and value.row not in setting.rows
            and self._has_ends(setting.rows, setting.kind)
        )

    def _has_ends(self, rows: frozenset[str], kind: str) -> bool:
        wanted = "df" if kind == "df" else "low"
        return any(value.row in rows for value, _ in self._ledger.of_kind(wanted))

    def _outdone(self, value: Value, names: NamesOf, setting: Setting) -> bool:
        """Tell whether the words fit another value of the kind clearly better: then that one is meant, and missed."""
        if value.kind not in _SINGLE:
            return False
        own = rank(value, names, setting)
        return any(
            rival.unit == value.unit
            and rival.number != value.number
            and rank(rival, others, setting) >= own + _CLEARLY
            and not conflict(rival, others, setting)
            for rival, others in self._ledger.of_kind(value.kind)
        )

    def _window(self, at: int) -> str:
        """Return the words around a number by which a sentence is known."""
        number, phrase = self._numbers[at], self._place[at]
        start, end = max(phrase.start, number.start - 24), min(phrase.end, number.end + 16)
        if end - start < number.end - number.start + 12:
            start, end = max(0, number.start - 12), min(len(self._text), number.end + 6)
        return self._text[start:end]

    def _derive(self, at: int) -> None:
        number = self._numbers[at]
        if number.role not in ("value", "spelled") or self._kind(at) in _NEVER_DERIVED:
            return
        phrase = self._place[at]
        mates = [
            operand for k, operand in self._operands.items() if k != at and self._place[k].sentence == phrase.sentence
        ]
        mentions = [
            one
            for one in self._mentions
            if max((p for p in self._phrases if p.start <= one.start), key=lambda p: p.start).sentence
            == phrase.sentence
        ]
        found = derived(number, self._text, mates, mentions, self._ledger.every(), self._steps)
        if found is not None:
            self._set(
                at,
                True,
                "derived",
                value=found.number,
                unit="%" if number.unit == "%" else "",
                step=found.step,
                expression=found.place,
            )

    def _near(self, number: Numeral, setting: Setting, others: Sequence[Value]) -> str:
        """Say what was found near a number that was not."""
        if others:
            value = min(others, key=lambda one: one.step not in setting.steps)
            shown = _shown(value)
            return pick(
                f"{shown} is {value.place} (step {value.step})", f"{shown} 是 {value.place}（步骤 {value.step}）"
            )
        best: tuple[float, Value] | None = None
        for value, names in self._ledger.near(number.size / 200, number.size * 2):
            form = "share" if number.unit == "%" and abs(value.number) <= 1 and value.unit != "%" else "same"
            if not fits(replace(number, exact=False), value, form) or conflict(value, names, setting):
                continue
            size = abs(value.number) * (100 if form == "share" else 1)
            away = abs(size - number.size) / max(number.size, 1e-12) - 0.05 * score(value, names, setting, frozenset())
            if best is None or away < best[0]:
                best = away, value
        if best is None:
            return ""
        value = best[1]
        return pick(
            f"nearest: {_shown(value)}, {value.place} (step {value.step})",
            f"最接近：{_shown(value)}，{value.place}（步骤 {value.step}）",
        )

    def _set(
        self,
        at: int,
        verified: bool,
        how_: str,
        *,
        value: float | None = None,
        unit: str = "",
        step: int | None = None,
        expression: str = "",
        near: str = "",
    ) -> None:
        number = self._numbers[at]
        self._made[at] = Mark(
            start=number.start,
            end=number.end,
            text=number.text,
            verified=verified,
            how=how_ if verified else "not-found",  # type: ignore[arg-type]
            value=value,
            unit=unit,
            step=step,
            cell=self._ledger.cell(step),
            expression=expression if verified else "",
            near="" if verified else near,
        )


def _needed(chance: float) -> float:
    """Return how much must speak for a value that this many others could be taken for."""
    for most, need in ((0.02, -2.0), (0.06, 1.0), (0.2, 2.0), (0.5, 3.0)):
        if chance <= most:
            return need
    return 4.0


def _shown(value: Value) -> str:
    return plain(value.number, 6) + ("%" if value.unit == "%" else "")
