"""A Result on paper: aligned text for a terminal, a small escaped table for a notebook."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from html import escape

from k2lab.locale import numbers, pick
from k2lab.stats.result import Check, Estimate, Result, Scalar, Table, TestResult

_STYLE = (
    "<style>"
    ".k2-result{max-width:60em;line-height:1.45}"
    ".k2-result h4{margin:.2em 0 .5em;font-size:1.05em}"
    ".k2-result p{margin:.25em 0;max-width:46em}"
    ".k2-result .k2-headline{font-weight:600}"
    ".k2-result .k2-caveat,.k2-result .k2-limitation,.k2-result .k2-method,.k2-result .k2-note,.k2-result caption"
    "{color:var(--k2-muted,var(--jp-ui-font-color2,inherit))}"
    ".k2-result .k2-warning{border-left:3px solid var(--k2-warn,var(--jp-warn-color1,currentColor));padding-left:.6em}"
    ".k2-result table.k2-table{border-collapse:collapse;margin:.5em 0 .8em;border:0;font-variant-numeric:tabular-nums}"
    ".k2-result table.k2-table caption{text-align:left;caption-side:top;padding:.2em 0}"
    ".k2-result table.k2-table th,.k2-result table.k2-table td"
    "{padding:.2em .9em .2em 0;text-align:left;border:0;background:none;vertical-align:top}"
    ".k2-result table.k2-table .k2-number{text-align:right}"
    ".k2-result table.k2-table thead th{border-bottom:1px solid var(--k2-rule,var(--jp-border-color1,currentColor))}"
    ".k2-result table.k2-table tbody tr:last-child td"
    "{border-bottom:1px solid var(--k2-rule,var(--jp-border-color1,currentColor))}"
    "</style>"
)
MAX_ROWS = 60
"""Rows of a table that are shown; the rest is counted in words."""


def as_text(result: Result) -> str:
    """Return the result as aligned text.

    Examples
    --------
    >>> print(as_text(Result(kind="count", title="Rows", values={"n": 3})))
    Rows
    n = 3
    """
    parts = [_clean(result.title)]
    parts += [f"! {_clean(w)}" for w in result.warnings]
    parts += [_clean(s.text) for s in result.sentences if s.role == "headline"]
    tables = _tables(result)
    for table in tables:
        parts.append("")
        parts += _aligned(table)
    rest = [s for s in result.sentences if s.role != "headline"]
    if rest:
        parts.append("")
        parts += [f"- {_clean(s.text)}" for s in rest]
    if not tables and not result.sentences and result.values:
        parts.append(", ".join(f"{_clean(k)} = {_cell(v)}" for k, v in result.values.items()))
    return "\n".join(parts)


def as_html(result: Result) -> str:
    """Return the result as escaped HTML with ``k2-`` classes; colours are the notebook's own."""
    parts = [_STYLE, f"<h4>{_html(result.title)}</h4>"]
    parts += [f'<p class="k2-warning">{_html(w)}</p>' for w in result.warnings]
    parts += [f'<p class="k2-headline">{_html(s.text)}</p>' for s in result.sentences if s.role == "headline"]
    parts += [_html_table(table) for table in _tables(result)]
    parts += [f'<p class="k2-{s.role}">{_html(s.text)}</p>' for s in result.sentences if s.role != "headline"]
    return f'<div class="k2-result" data-kind="{escape(_clean(result.kind), quote=True)}">{"".join(parts)}</div>'


def value_text(value: float, unit: str = "") -> str:
    """Write a value with its unit.

    Examples
    --------
    >>> value_text(-7.42, "%"), value_text(1234.5), value_text(0.42, "SD"), value_text(2.1, "pp")
    ('\u22127.4%', '1,234', '0.420 SD', '2.1 pp')
    """
    if unit == "%":
        return numbers.percent(value / 100)
    if unit in ("pp", "percentage points", "个百分点"):
        named = {"pp": pick("pp", "个百分点")}.get(unit, unit)
        return f"{numbers.percent(value / 100).removesuffix('%')} {named}"
    text = numbers.number(value, 4 if abs(value) >= 1000 else 3)
    return f"{text} {unit}".strip()


def value_texts(e: Estimate) -> tuple[str, str, str]:
    """Write an estimate and the ends of its interval with their unit, with digits that tell the ends apart.

    Examples
    --------
    >>> value_texts(Estimate(label="mean", value=2023.61, low=2023.58, high=2023.64, n=9, method="t"))
    ('2023.610', '2023.580', '2023.640')
    """
    if e.unit in ("%", "pp", "percentage points", "个百分点"):
        return value_text(e.value, e.unit), value_text(e.low, e.unit), value_text(e.high, e.unit)
    texts = numbers.spanned(e.value, e.low, e.high, 4 if abs(e.value) >= 1000 else 3)
    if texts[0] == numbers.number(e.value, 4 if abs(e.value) >= 1000 else 3):  # each by its own size
        return value_text(e.value, e.unit), value_text(e.low, e.unit), value_text(e.high, e.unit)
    value, low, high = (f"{text} {e.unit}".strip() for text in texts)
    return value, low, high


def _tables(result: Result) -> list[Table]:
    made = []
    if result.estimates:
        made.append(_estimates(result.estimates))
    if result.tests:
        made.append(_tests(result.tests))
    made += result.tables
    if result.checks:
        made.append(_checks(result.checks))
    return made


def _estimates(estimates: Sequence[Estimate]) -> Table:
    level = {e.level for e in estimates}
    name = numbers.percent(level.pop(), 0) if len(level) == 1 else ""
    columns = [pick("estimate", "估计量"), pick("value", "值"), pick(f"{name} interval", f"{name} 区间"), "n"]
    with_p = any(e.p is not None for e in estimates)
    adjusted = any(e.p_adjusted is not None for e in estimates)
    columns += ["p"] * with_p + [pick("p adjusted", "校正 p")] * adjusted
    rows: list[tuple[Scalar, ...]] = []
    for e in estimates:
        value, low, high = value_texts(e)
        if e.unit != "%":  # the unit once, behind both ends
            low = low.removesuffix(e.unit).rstrip()
        interval = pick("{} to {}", "{} 至 {}").format(low, high)
        row: list[Scalar] = [e.label, value, interval, numbers.count(e.n)]
        row += [_p(e.p)] * with_p + [_p(e.p_adjusted)] * adjusted
        rows.append(tuple(row))
    methods = list(dict.fromkeys(e.method for e in estimates if e.method))
    note = "; ".join(methods) if len(methods) <= 3 else ""
    note = pick(". ", "。").join(filter(None, (note, _assumed(estimates))))
    return Table(title="", columns=tuple(columns), rows=tuple(rows), note=note)


def _tests(tests: Sequence[TestResult]) -> Table:
    columns = [pick("test", "检验"), pick("method", "方法"), pick("statistic", "统计量"), "p"]
    adjusted = any(t.p_adjusted is not None for t in tests)
    sized = any(t.effect is not None for t in tests)
    columns += [pick("p adjusted", "校正 p")] * adjusted + [pick("effect size", "效应量")] * sized + ["n"]
    rows: list[tuple[Scalar, ...]] = []
    for t in tests:
        df = f"({', '.join(_df(d) for d in t.df)})" if t.df else ""
        row: list[Scalar] = [t.label, t.method, f"{t.symbol}{df} = {numbers.number(t.statistic)}", _p(t.p)]
        row += [_p(t.p_adjusted)] * adjusted
        if sized:
            e = t.effect
            row.append(
                ""
                if e is None
                else f"{e.label} {value_text(e.value, e.unit)} [{value_text(e.low)}, {value_text(e.high)}]"
            )
        rows.append((*row, numbers.count(t.n)))
    return Table(title="", columns=tuple(columns), rows=tuple(rows), note=_assumed(tests))


def _assumed(parts: Sequence[Estimate] | Sequence[TestResult]) -> str:
    """Say what the parts take for granted, each thing once."""
    named = list(dict.fromkeys(text for part in parts for text in part.assumptions))
    return pick("Assumes: ", "假定：") + pick("; ", "；").join(named) if named else ""


def _checks(checks: Sequence[Check]) -> Table:
    mark = {True: pick("fine", "通过"), False: pick("look", "注意"), None: ""}
    return Table(
        title="", columns=(pick("check", "检查"), pick("reading", "读数"), pick("what follows", "处理"), ""),
        rows=tuple((c.name, c.reading, c.action, mark[c.passed]) for c in checks),
    )  # fmt: skip


def _df(value: float) -> str:
    return numbers.count(value) if abs(value - round(value)) < 1e-9 else f"{value:,.1f}"


def _p(value: float | None) -> str:
    return "" if value is None else numbers.p_value(value).removeprefix("= ")


def _cell(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return pick("yes", "是") if value else pick("no", "否")
    if isinstance(value, int):
        return numbers.count(value)
    if isinstance(value, float):
        return numbers.number(value, 4 if abs(value) >= 1000 else 3) if math.isfinite(value) else ""
    return _clean(str(value))


def _clean(text: str) -> str:
    """Return text on one line, without the control and direction marks that a column name may hold."""
    plain = "".join(" " if c in "\n\r\t\u2028\u2029" else c for c in text)
    return "".join(c for c in plain if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))


def _html(text: str) -> str:
    return escape(_clean(text), quote=True)


def _numeric(table: Table) -> list[bool]:
    """Tell which columns stand to the right: those whose filled cells are all numbers, written or not."""
    made = []
    for j in range(len(table.columns)):
        cells = [row[j] for row in table.rows if row[j] is not None and row[j] != ""]
        made.append(bool(cells) and all(_looks_number(cell) for cell in cells))
    return made


def _looks_number(cell: Scalar) -> bool:
    if isinstance(cell, bool):
        return False
    if isinstance(cell, (int, float)):
        return True
    text = str(cell).lstrip("<>=+-\u2212 ").rstrip("%").replace(",", "")
    return text.replace(".", "", 1).isdecimal()


def _cut(table: Table) -> tuple[list[list[str]], str]:
    chances = [name in ("p", "p adjusted", "校正 p") for name in table.columns]
    rows = [
        [_p(cell) if p and isinstance(cell, float) else _cell(cell) for cell, p in zip(row, chances, strict=False)]
        for row in table.rows[:MAX_ROWS]
    ]
    left = len(table.rows) - len(rows)
    more = pick(f"... and {left} more rows", f"……另有 {left} 行") if left else ""
    return rows, more


def _width(text: str) -> int:
    """Return the columns a text takes in a terminal: Chinese letters take two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _aligned(table: Table) -> list[str]:
    rows, more = _cut(table)
    header = [_clean(c) for c in table.columns]
    right = _numeric(table)
    widths = [max(_width(line[j]) for line in [header, *rows]) for j in range(len(header))]

    def line(cells: list[str]) -> str:
        made = []
        for j, cell in enumerate(cells):
            pad = " " * (widths[j] - _width(cell))
            made.append(pad + cell if right[j] else cell + pad)
        return "  ".join(made).rstrip()

    out = [_clean(table.title)] if table.title else []
    out += [line(header), line(["-" * w for w in widths]), *(line(row) for row in rows)]
    out += [more] * bool(more) + [_clean(table.note)] * bool(table.note)
    return out


def _html_table(table: Table) -> str:
    rows, more = _cut(table)
    right = _numeric(table)
    kind = ['class="k2-number"' if r else 'class="k2-text"' for r in right]
    head = "".join(f'<th scope="col" {kind[j]}>{_html(c)}</th>' for j, c in enumerate(table.columns))
    body = "".join(
        "<tr>" + "".join(f"<td {kind[j]}>{escape(cell)}</td>" for j, cell in enumerate(row)) + "</tr>" for row in rows
    )
    caption = f"<caption>{_html(table.title)}</caption>" if table.title else ""
    note = " ".join(part for part in (more, table.note) if part)
    tail = f'<p class="k2-note">{_html(note)}</p>' if note else ""
    return f'<table class="k2-table">{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{tail}'
