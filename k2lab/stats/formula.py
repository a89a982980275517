"""Formulas of models, ``y ~ a * b + log(x)``: read by a small grammar, never run as code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.stats.frames import short

if TYPE_CHECKING:
    import pandas as pd

_TOKEN = re.compile(
    r"\s*(?:(?P<tick>`[^`]*`)|(?P<text>'[^']*'|\"[^\"]*\")|(?P<power>\*\*|\^)|(?P<sign>[~+\-*:(),])|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>[^\W\d][\w.]*))"
)
_FUNCTIONS = ("log", "sqrt", "exp")
HELP = 'For example "pay ~ team * age + C(year) + log(size) + I(age**2)"; names with spaces stand in backquotes.'


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A column that a formula makes of another: ``log(x)``, ``I(x**2)``."""

    column: str
    function: str
    power: float = 1.0

    def of(self, values: Any) -> Any:
        """Return it for values of its column."""
        import numpy as np

        if self.function == "power":
            return values**self.power
        return getattr(np, self.function)(values)


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A formula, read.

    Attributes
    ----------
    y : str
        Column of the outcome.
    log : bool
        Whether its logarithm is the outcome.
    terms : tuple of str
        Columns and derived columns, each once.
    interactions : tuple of tuple of str
    categories : tuple of str
        Terms that ``C(...)`` makes categories.
    derived : mapping of str to Derived
    intercept : bool
    """

    y: str
    log: bool
    terms: tuple[str, ...]
    interactions: tuple[tuple[str, ...], ...]
    categories: tuple[str, ...]
    derived: Mapping[str, Derived]
    intercept: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it needs."""
        used = [self.derived[t].column if t in self.derived else t for t in self.terms]
        return tuple(dict.fromkeys((self.y, *used)))

    def applied(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame with the derived columns.

        Raises
        ------
        InputError
            If a function has no value for some rows, such as the logarithm of zero.
        """
        import numpy as np

        from k2lab.stats.columns import number

        made = {}
        for name, one in self.derived.items():
            with np.errstate(all="ignore"):
                values = one.of(number(frame, one.column, role="column"))
            if not np.isfinite(values).all():
                raise InputError(f"{name} has no value for some rows.",
                f"Leave out the rows where {short(one.column)} does "
                                 "not allow it.")  # fmt: skip
            made[name] = values
        return frame.assign(**made) if made else frame


def parse(text: str) -> Formula:
    """Read a formula.

    Terms are joined by ``+``; ``a:b`` is an interaction, ``a*b`` stands for ``a + b + a:b``; ``C(a)`` (or ``factor``)
    takes a number as a category; ``log``, ``sqrt``, ``exp`` of a column and powers in ``I(a**2)`` make new columns;
    ``- 1`` or ``+ 0`` leaves the intercept out. Nothing in a formula is run as code.

    Parameters
    ----------
    text : str

    Raises
    ------
    UsageError
        If it cannot be read, with what was expected and where.

    Examples
    --------
    >>> made = parse("log(pay) ~ team * age + C(year)")
    >>> made.y, made.log, made.terms, made.interactions, made.categories
    ('pay', True, ('team', 'age', 'year'), (('team', 'age'),), ('year',))
    >>> parse("y ~ `hours worked` + I(age**2) - 1").terms
    ('hours worked', 'I(age**2)')
    """
    return _Reader(text).formula()


def _foreign(text: str) -> None:
    """Refuse what other formulas have and this one has not, with what to write instead."""
    right = re.sub("`[^`]*`|'[^']*'", "", text.partition("~")[2])
    if re.search(r",\s*(?:Treatment|Sum|Helmert|Poly|Diff|contr\.\w+)\b", right):
        raise UsageError(
            "A formula names no contrasts.", 'Write C(g), and give its reference as reference={"g": "level"}.'
        )
    if re.search(r"\)\s*(?:\*\*|\^)\s*\d", right) and re.search(r"(?<![\w.])\(", right):
        raise UsageError("A power of several terms is not read.", "Write a * b instead of (a + b)**2.")
    if re.search(r"(?:^|[+\s])\.(?:$|[\s+-])", right):
        raise UsageError("A dot for all other columns is not read.", "Name the columns: y ~ a + b + c.")


class _Reader:
    """One pass over the tokens of a formula."""

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise UsageError(f"The formula is {text!r}, which is no text.", HELP)
        self.text, self.at = text, 0
        self.tokens: list[tuple[str, str]] = []
        _foreign(text)
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                raise UsageError(f"The formula cannot be read at {short(text[place:][:20])}.", HELP)
            kind = str(found.lastgroup)
            self.tokens.append((kind, found.group(kind)))
            place = found.end()
        self.derived: dict[str, Derived] = {}
        self.categories: list[str] = []

    def formula(self) -> Formula:
        y, function = self._factor()
        if function not in ("", "log"):
            raise UsageError(f"The outcome of a formula is a column or its logarithm, not {function}(...).", HELP)
        if function:
            self.derived.clear()
        self._take("~")
        if self.categories:
            raise UsageError("C(...) stands for terms, not for the outcome.", HELP)
        terms: dict[str, None] = {}
        groups: dict[tuple[str, ...], None] = {}
        intercept, minus = True, False
        while True:
            if self._next() in (("number", "0"), ("number", "1")):
                value = self.tokens[self.at][1]
                self.at += 1
                intercept = (value == "1") != minus
            elif minus:
                raise UsageError("Only the intercept can be taken away, as - 1.", HELP)
            else:
                self._term(terms, groups)
            sign = self._next()
            if sign == ("", ""):
                break
            if sign not in (("sign", "+"), ("sign", "-")):
                raise UsageError(f"The formula cannot be read at {short(sign[1])}.", HELP)
            minus = sign[1] == "-"
            self.at += 1
        if y in terms:
            raise UsageError(f"{short(y)} is the outcome and cannot be a term too.", HELP)
        return Formula(
            y=y, log=function == "log", terms=tuple(terms), interactions=tuple(groups),
            categories=tuple(dict.fromkeys(self.categories)), derived=self.derived, intercept=intercept,
        )  # fmt: skip

    def _term(self, terms: dict[str, None], groups: dict[tuple[str, ...], None]) -> None:
        names, signs = [self._name()], []
        while self._next() in (("sign", "*"), ("sign", ":")):
            signs.append(self.tokens[self.at][1])
            self.at += 1
            names.append(self._name())
        if len(set(names)) < len(names):
            raise UsageError(f"{short(names[0])} cannot interact with itself.", "For a square write I(a**2).")
        if set(signs) == {"*", ":"}:
            raise UsageError("A term cannot mix * and :.", HELP)
        if not signs or signs[0] == "*":
            terms |= dict.fromkeys(names)
        if signs:
            from itertools import combinations

            sizes = range(2, len(names) + 1) if signs[0] == "*" else (len(names),)
            groups |= dict.fromkeys(group for size in sizes for group in combinations(names, size))

    def _name(self) -> str:
        return self._factor()[0]

    def _factor(self) -> tuple[str, str]:
        """Read a column, a function of one, or a power; return the name of the term (of an outcome: its column)."""
        kind, value = self._next()
        self.at += 1
        if kind == "tick":
            return value[1:-1], ""
        if kind != "name":
            raise UsageError(f"The formula needs a column where it has {short(value) if value else 'its end'}.", HELP)
        if self._next() != ("sign", "("):
            return value, ""
        self.at += 1
        function = value.removeprefix("np.").removeprefix("numpy.")
        if function in ("C", "factor", "Q"):
            inner = self._text() if function == "Q" else self._factor()[0]
            self._take(")")
            if function != "Q":
                self.categories.append(inner)
            return inner, ""
        if function == "I":
            column, _ = self._factor()
            if self._next()[0] != "power":
                raise UsageError("I(...) holds a power of a column, such as I(age**2).", HELP)
            self.at += 1
            kind, power = self._next()
            if kind != "number":
                raise UsageError("A power is a number, such as I(age**2).", HELP)
            self.at += 1
            self._take(")")
            name = f"I({column}**{power})"
            self.derived[name] = Derived(column=column, function="power", power=float(power))
            return name, "I"
        if function not in _FUNCTIONS:
            raise UsageError(
                f"The formula has no function {short(value)}.", f"It has C, I, {', '.join(_FUNCTIONS)}. {HELP}"
            )
        column, _ = self._factor()
        self._take(")")
        if self.at < len(self.tokens) and self.tokens[self.at] == ("sign", "~"):
            return column, function
        name = f"{function}({column})"
        self.derived[name] = Derived(column=column, function=function)
        return name, function

    def _text(self) -> str:
        kind, value = self._next()
        if kind != "text":
            raise UsageError('Q(...) holds a name in quotes, such as Q("hours worked").', HELP)
        self.at += 1
        return value[1:-1]

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def _take(self, sign: str) -> None:
        if self._next() != ("sign", sign):
            found = self._next()[1]
            raise UsageError(f"The formula needs {sign!r} where it has {short(found) if found else 'its end'}.", HELP)
        self.at += 1
