"""The ledger of a run: what its cells showed, and the marks of any text about it."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from k2lab.ledger.dates import date_key
from k2lab.ledger.judge import NamesOf, Setting, conflict, words_of
from k2lab.ledger.mark import Mark
from k2lab.ledger.names import Names
from k2lab.ledger.numerals import Numeral, narrow, numerals
from k2lab.ledger.page import Page
from k2lab.ledger.readings import Reading, fits
from k2lab.ledger.shown import Shown
from k2lab.ledger.value import Value
from k2lab.locale import pick

_FEW = 3
_WEIGHED = 400  # values near a number that are weighed to know how likely a chance hit is


class Ledger:
    """What the cells of a run showed.

    Parameters
    ----------
    shown : iterable of Shown
        What each step showed, as `k2lab.ledger.collect.collect` reads it.
    question : str
        Numbers that stand in it are the person's own.
    columns : sequence of str
        Names of the frames' columns.
    cells : mapping of int to str
        Ids of the steps' cells.

    Examples
    --------
    >>> from k2lab.ledger.collect import collect
    >>> shown = collect([{"output_type": "stream", "name": "stdout", "text": "mean pay: 107.425"}], step=1)
    >>> ledger = Ledger([shown])
    >>> [(mark.text, mark.how, mark.value) for mark in ledger.marks("Mean pay is 107.4, and was 99.2.")]
    [('107.4', 'rounded', 107.425), ('99.2', 'not-found', None)]
    """

    def __init__(
        self,
        shown: Iterable[Shown],
        *,
        question: str = "",
        columns: Sequence[str] = (),
        cells: Mapping[int, str] | None = None,
    ) -> None:
        self.shown = tuple(shown)
        self._cells = dict(cells or {})
        self._values = sorted((value for one in self.shown for value in one.values), key=lambda one: abs(one.number))
        self._sizes = [abs(value.number) for value in self._values]
        self.names = Names((family, name) for value in self._values for family, name in value.names.items())
        self._known: dict[str, NamesOf] = {}
        self._words: dict[str, frozenset[str]] = {}
        self._about = [self._names_of(value) for value in self._values]
        self._kinds: dict[str, list[tuple[Value, NamesOf]]] = {}
        for value, names in zip(self._values, self._about, strict=True):
            self._kinds.setdefault(value.kind, []).append((value, names))
        self._texts = [(one.step, _squeezed(text)) for one in self.shown for text in one.said]
        self._many = {one.step: len(one.values) for one in self.shown}
        self._dates = {date_key(text): one.step for one in self.shown for text in one.dates}
        self._asked = numerals(question)
        self._columns = tuple(columns)
        self._column_numbers = {one.size for name in columns for one in numerals(name.replace("_", " "))}
        self._levels = {value.number for value in self._values if value.kind == "level"}

    # -- marking -----------------------------------------------------------------------------------------------------

    def marks(self, text: str, steps: Sequence[int] = ()) -> tuple[Mark, ...]:
        """Mark the numbers of a text.

        Parameters
        ----------
        text : str
        steps : sequence of int
            Steps that the text says it rests on; they are believed first, not alone.

        Returns
        -------
        tuple of Mark
            In the order of the text; empty where it has no number.
        """
        numbers = numerals(text)
        if not numbers:
            return ()
        page = Page(self, narrow(text), numbers, frozenset(steps))
        return tuple(page.mark(at) for at in page.order())

    def _names_of(self, value: Value) -> NamesOf:
        made = {family: frozenset({name}) for family, name in value.names.items()}
        if value.said:
            if value.said not in self._known:
                mentions = self.names.mentions(value.said)
                numbered, _ = self.names.numbered(value.said, numerals(value.said))
                found: dict[str, set[str]] = {}
                for one in (*mentions, *numbered):
                    for family, name in one.names.items():
                        found.setdefault(family, set()).add(name)
                self._known[value.said] = {family: frozenset(names) for family, names in found.items()}
            for family, names in self._known[value.said].items():
                if not family.endswith(".heads"):
                    made.setdefault(family, names)
        return made

    def words(self, value: Value) -> frozenset[str]:
        """Return the words that stand with a value."""
        if value.said not in self._words:
            self._words[value.said] = words_of(value.said)
        return self._words[value.said]

    def alone(self, value: Value) -> bool:
        """Tell whether a step shows no more than a few values."""
        return self._many[value.step] <= _FEW

    def near(self, low: float, high: float) -> Iterator[tuple[Value, NamesOf]]:
        """Yield the values of an absolute size in a range, each with its names."""
        for at in range(bisect_left(self._sizes, low), bisect_right(self._sizes, high)):
            yield self._values[at], self._about[at]

    def every(self) -> Iterator[tuple[Value, NamesOf]]:
        """Yield all values, each with its names."""
        yield from zip(self._values, self._about, strict=True)

    def of_kind(self, kind: str) -> Sequence[tuple[Value, NamesOf]]:
        """Return the values of a kind, each with its names."""
        return self._kinds.get(kind, ())

    def chance(self, number: Numeral, reading: Reading, setting: Setting) -> float:
        """Return how many values that the sentence could mean would have the number's size by chance."""
        middle = (reading.low + reading.high) / 2
        first, last = bisect_left(self._sizes, middle / 3), bisect_right(self._sizes, middle * 3)
        stride = max(1, (last - first) // _WEIGHED)
        seen = {
            round(self._sizes[at], 9)
            for at in range(first, last, stride)
            if fits(number, self._values[at], reading.form) and not conflict(self._values[at], self._about[at], setting)
        }
        return len(seen) * stride * (reading.high - reading.low) / max(middle * 8 / 3, 1e-300)

    def sentence(self, window: str) -> int | None:
        """Return the step that said these very words."""
        wanted = _squeezed(window)
        return next((step for step, text in self._texts if wanted in text), None)

    def date(self, text: str) -> tuple[bool, int | None]:
        """Tell whether a date was shown, and by which step."""
        key = date_key(text)
        if not key:
            return (step := self.sentence(text)) is not None, step
        for known, step in self._dates.items():
            if known[: len(key)] == key:
                return True, step
        return (step := self.sentence(text)) is not None, step

    def asked(self, number: Numeral) -> bool:
        """Tell whether a number stands in the question or in a column's name."""
        return any(one.size == number.size and one.unit == number.unit for one in self._asked) or (
            not number.unit and number.size in self._column_numbers
        )

    def convention(self, number: Numeral) -> bool:
        """Tell whether a confidence level is one that results have; where none tells its own, the usual ones."""
        told = number.size / 100 if number.unit == "%" else number.size
        usual = self._levels or {0.95, 0.99, 0.9}
        if any(math.isclose(part, level, abs_tol=1e-9) for level in usual for part in (told, 1 - told)):
            return True
        return number.unit != "%" and number.size in (0.05, 0.01, 0.1, 0.001)

    def counted(self, size: float) -> str:
        """Say what there are so many of: levels of a column, rows of a table; empty where nothing is."""
        for family, names in self.names.families.items():
            if len(names) == size and not family[:1].isdigit():
                return pick(f"levels of {family}", f"{family} 的水平数")
        return next((pick(f"rows of {title}", f"{title} 的行数") for rows, title in self._tables() if rows == size), "")

    def _tables(self) -> Iterator[tuple[int, str]]:
        for one in self.shown:
            yield from one.sizes

    def cell(self, step: int | None) -> str:
        """Return the id of a step's cell; empty where it is not known."""
        return self._cells.get(step, "") if step is not None else ""


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", narrow(text))
