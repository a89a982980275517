"""Cells: readable code for each step of an analysis, safe for any column name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from k2lab.locale import language, pick
from k2lab.provider.offline.reading import Filter
from k2lab.schema.model import ColumnSchema, FrameSchema


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell to run: its title, why it is run, and its code without the imports."""

    title: str
    why: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows that a question is about: a frame and filters whose levels are known.

    Examples
    --------
    >>> frame = FrameSchema(name="df", library="pandas", rows=3)
    >>> age = ColumnSchema(name="age", dtype="int64", kind="number")
    >>> Rows(frame=frame, filters=(Filter(column=age, op=">", value=60.0),)).code()
    "df[df['age'] > 60]"
    """

    frame: FrameSchema
    filters: tuple[Filter, ...] = ()

    def code(self) -> str:
        """Return the expression that selects them."""
        name = self.frame.name
        if not self.filters:
            return name
        if self.frame.library == "pandas":
            parts = [_pandas_test(name, one) for one in self.filters]
            return f"{name}[{parts[0]}]" if len(parts) == 1 else f"{name}[{' & '.join(f'({test})' for test in parts)}]"
        tests = ", ".join(_narwhals_test(one) for one in self.filters)
        return f"nw.from_native({name}).filter({tests}).to_native()"

    def imports(self) -> str:
        """Return the import line that the expression needs, or nothing."""
        return "import narwhals as nw\n" if self.filters and self.frame.library != "pandas" else ""

    def words(self) -> str:
        """Return the filters in words, in the language in use; empty without filters."""
        joint = pick(" and ", "且")
        return joint.join(_in_words(one) for one in self.filters)


def literal(value: str | float) -> str:
    """Write a value as Python code: whole numbers without a point, text with every odd character escaped."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return repr(value)


def _pandas_test(frame: str, one: Filter) -> str:
    if one.column is None:
        raise ValueError("a filter without its column cannot be written as code")
    column = f"{frame}[{one.column.name!r}]"
    if one.op == "year":
        return f"{column}.dt.year == {literal(one.value)}"
    if one.computed:
        return f"{column} {one.op} {column}.{one.computed}()"
    if one.other is not None:
        return f"{column} {one.op} {frame}[{one.other.name!r}]"
    return f"{column} {one.op} {literal(one.value)}"


def _narwhals_test(one: Filter) -> str:
    if one.column is None:
        raise ValueError("a filter without its column cannot be written as code")
    column = f"nw.col({one.column.name!r})"
    if one.op == "year":
        return f"{column}.dt.year() == {literal(one.value)}"
    if one.computed:
        return f"{column} {one.op} {column}.{one.computed}()"
    if one.other is not None:
        return f"{column} {one.op} nw.col({one.other.name!r})"
    return f"{column} {one.op} {literal(one.value)}"


def _in_words(one: Filter) -> str:
    name = "" if one.column is None else shown(one.column.name)
    value = literal(one.value) if isinstance(one.value, float) else shown(one.value)
    if one.op == "year":
        return pick(f"{name} in {value}", f"{name} 在 {value} 年")
    sign = {"==": "=", "!=": "≠", ">=": "≥", "<=": "≤"}.get(one.op, one.op)
    if one.computed:
        value = pick(f"its {one.computed}", "其均值" if one.computed == "mean" else "其中位数")
    elif one.other is not None:
        value = shown(one.other.name)
    return f"{name} {sign} {value}"


def shown(name: str, limit: int = 60) -> str:
    """Return a name as one line for titles, comments and sentences.

    Examples
    --------
    >>> shown("pay\\n# drop")
    'pay\\\\n# drop'
    """
    text = repr(name)[1:-1].replace("\\'", "'")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def imports() -> str:
    """Return the first lines of a run's first cell."""
    lines = "from k2lab import plots, stats, use_language\n"
    return lines + f'use_language("{language()}")\n' if language() != "en" else "from k2lab import plots, stats\n"


def call(function: str, rows: Rows, /, *columns: ColumnSchema, **parts: object) -> str:
    """Write a call of k2lab on a frame, one line where it is short and one argument a line where it is not.

    Parameters
    ----------
    function : str
        With its package: ``"stats.mean"``.
    rows : Rows
    *columns : ColumnSchema
        Passed by place, by name as text.
    **parts : object
        Passed by keyword: a column becomes its name, several a list of names; None and empty ones are left out.
    """
    given = [rows.code(), *(repr(column.name) for column in columns)]
    for key, value in parts.items():
        if value is None or value == ():
            continue
        given.append(f"{key}={_argument(value)}")
    line = f"{function}({', '.join(given)})"
    if len(line) <= 110:
        return line
    inner = "".join(f"    {argument},\n" for argument in given)
    return f"{function}(\n{inner})"


def _argument(value: object) -> str:
    if isinstance(value, ColumnSchema):
        return repr(value.name)
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_argument(item) for item in value) + "]"
    return repr(value)


def cell(title: str, why: str, code: str, rows: Rows) -> Cell:
    """Make a cell: the reason as a comment, then the code."""
    return Cell(title=title, why=why, code=f"{rows.imports()}# {why}\n{code}")


def listed(columns: Sequence[ColumnSchema]) -> str:
    """Return names in a row, for a sentence."""
    return pick(", ", "、").join(shown(column.name) for column in columns)
