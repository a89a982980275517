"""Written values: what a question wants as ``@name[value]``, filled from the results of the cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2lab.provider.offline.lexicon import meanings, stem
from k2lab.provider.offline.outcome import Outcome
from k2lab.provider.offline.reading import Reading, Wanted
from k2lab.provider.offline.stopwords import FUNCTION_WORDS
from k2lab.provider.offline.understand import words

_SAYS: Mapping[str, frozenset[str]] = {
    "mean": frozenset({"mean", "average", "avg"}),
    "median": frozenset({"median"}),
    "sum": frozenset({"sum", "total"}),
    "std": frozenset({"std", "sd", "dev", "deviation", "stdev", "stddev"}),
    "var": frozenset({"var", "variance"}),
    "min": frozenset({"min", "minimum", "lowest", "smallest"}),
    "max": frozenset({"max", "maximum", "highest", "largest"}),
    "skew": frozenset({"skew", "skewness"}),
    "kurt": frozenset({"kurt", "kurtosis"}),
    "nunique": frozenset({"unique", "distinct", "nunique"}),
    "count": frozenset({"count", "number", "n"}),
    "share": frozenset({"share", "percentage", "percent", "proportion", "pct", "rate"}),
    "correlation": frozenset({"correlation", "corr", "coefficient", "r", "pearson"}),
    "p": frozenset({"p", "pvalue", "p_value"}),
    "normal": frozenset({"normal", "normality", "gaussian"}),
    "top": frozenset({"top", "highest", "lowest", "max", "min", "most", "least", "best"}),
    "extreme": frozenset({"value", "max", "min", "maximum", "minimum"}),
    "missing": frozenset({"missing", "null", "nulls", "nan"}),
}
_ALPHA = 0.05
_OF_A_TEST = frozenset(
    {"is", "test", "result", "status", "distribution", "type", "value", "shapiro", "wilk", "response", "normally"}
)
_IDLE = frozenset({"value", "values", "result", "answer", "score", "x", "column"})
_MARKED = frozenset({"standard"}).union(*_SAYS.values())
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A value that a step gave: which statistic of which column, in which group."""

    statistic: str
    column: str
    value: float | str
    group: str = ""
    step: int = 0
    exact: bool = False


def written(reading: Reading, done: Sequence[Outcome]) -> tuple[str, tuple[str, ...]]:
    """Write the values that a question wants.

    Parameters
    ----------
    reading : Reading
    done : sequence of Outcome
        Of cells that ran to their end.

    Returns
    -------
    text : str
        ``@name[value]`` for each value that is surely the one asked for, with a space between.
    lost : tuple of str
        Names without such a value.
    """
    known = list(dict.fromkeys(one for outcome in done for one in _known(reading, outcome)))
    exact = {(one.statistic, one.column) for one in known if one.exact}
    known = [one for one in known if one.exact or (one.statistic, one.column) not in exact]
    made, lost, taken = [], [], set[_Known]()
    for wanted in reading.wanted:
        found = _fitting(
            wanted, known, reading.by.name if reading.by is not None else "", alone=len(reading.wanted) == 1
        )
        if found is None or found in taken:
            lost.append(wanted.name)
            continue
        taken.add(found)
        made.append(f"@{wanted.name}[{_rounded(found.value, wanted.decimals)}]")
    return " ".join(made), tuple(lost)


def _fitting(wanted: Wanted, known: Sequence[_Known], by: str, *, alone: bool) -> _Known | None:
    """Return the one value that the words of a name fit, all of them; where several fit as well, none."""
    parts = {_ORDINALS.get(word.text.lower(), word.text.lower()) for word in words(wanted.name)}
    told = {statistic for statistic, forms in _SAYS.items() if parts & forms}
    if "p" in told:  # the p-value of a correlation, or of a test for normality
        told = {"p"}
    bare = parts - _MARKED - FUNCTION_WORDS
    scored = []
    for one in known:
        if told and one.statistic not in told:
            continue
        own = {word.text.lower() for word in words(one.column)} - _MARKED
        group = {word.text.lower() for word in words(one.group)}
        fit = {part for part in bare if any(_alike(part, word) for word in own)}
        hits = group & parts
        if group:  # "class_1": the grouping column may be named beside its level
            fit |= {part for part in bare if any(_alike(part, word.text.lower()) for word in words(by))}
        loose = bare - fit - hits - (_OF_A_TEST if one.statistic in ("normal", "p") else _IDLE)
        if loose or (group and not hits):
            continue
        scored.append((2.0 * len(fit) + 3.0 * len(hits) + 0.5 * (len(told) > 0), one))
    best = max((score for score, _ in scored), default=0.0)
    top = [one for score, one in scored if score == best]
    return top[0] if len(top) == 1 and (best > 0 or alone) else None


def _alike(part: str, word: str) -> bool:
    return stem(part) == stem(word) or bool(meanings(part) & meanings(word))


def _rounded(value: float | str, decimals: int | None) -> str:
    if isinstance(value, str):
        return value
    if decimals is None:
        return str(int(value)) if float(value).is_integer() else f"{value:.2f}"
    if decimals == 0 or (float(value).is_integer() and abs(value) >= 1e15):
        return str(round(value))
    return f"{value:.{decimals}f}"


def _known(reading: Reading, outcome: Outcome) -> Iterator[_Known]:
    for result in outcome.results:
        yield from _of_result(result, outcome.step)
    values = outcome.values
    if not isinstance(values, Mapping):
        return
    for column, row in _mapping(values, "missing").items():
        rows = values.get("rows")
        yield _Known(statistic="missing", column=str(column), value=row, step=outcome.step)
        if isinstance(rows, int) and rows:
            yield _Known(statistic="share", column=str(column), value=100 * row / rows, step=outcome.step)
    for column, row in _mapping(values, "found").items():
        groups = row if values.get("by") is not None else {"": row}
        for level, held in groups.items():
            for name, value in held.items():
                yield _Known(
                    statistic=str(name),
                    column=str(column),
                    value=value,
                    group=str(level).removesuffix(".0"),
                    step=outcome.step,
                    exact=True,
                )
    if tested := _mapping(values, "normality"):
        column, p = str(tested["column"]), float(tested["p"])
        yield _Known(statistic="p", column=column, value=p, step=outcome.step)
        if verdict := _verdict(reading.form, normal=p >= _ALPHA):
            yield _Known(statistic="normal", column=column, value=verdict, step=outcome.step)
    if isinstance(values.get("top"), list) and values["top"] and reading.x is not None and reading.y is not None:
        name, value, *_ = values["top"][0]
        if sum(row[1] == value for row in values["top"]) == 1:
            text = str(name).removesuffix(".0")
            both = f"{reading.x.name} {reading.y.name}"
            yield _Known(statistic="top", column=both, value=text, step=outcome.step)
            yield _Known(statistic="extreme", column=reading.y.name, value=value, step=outcome.step)
    if {"some", "all"} <= set(values) and values["all"]:
        share = 100 * values["some"] / values["all"]
        yield _Known(statistic="share", column="", value=share, step=outcome.step)
        yield _Known(statistic="count", column="", value=values["some"], step=outcome.step)


def _mapping(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = values.get(key)
    return found if isinstance(found, Mapping) else {}


def _verdict(form: str, *, normal: bool) -> str:
    """Return the word that a question offers for a yes or a no; empty when it offers none."""
    offered = re.findall(r"[\"'“]([^\"'“”\n]{2,30})[\"'”]", form) + re.findall(r"\b(True|False)\b", form)
    no = next((word for word in offered if re.match(r"no\b|not|non|false", word, re.IGNORECASE)), "")
    yes = next((word for word in offered if re.match(r"yes|true|normal\b(?!\w*_)", word, re.IGNORECASE)), "")
    return (yes if normal else no) if yes and no else ""


def _of_result(result: Mapping[str, Any], step: int) -> Iterator[_Known]:
    kind, values = str(result.get("kind", "")), result.get("values") or {}
    estimates: Sequence[Any] = result.get("estimates") or ()
    column = str(values.get("y", values.get("column", "")))
    if kind in ("mean", "median"):
        for one in estimates:
            group = " ".join(str(level) for level in (one.get("groups") or {}).values())
            yield _Known(statistic=kind, column=column, value=one["value"], group=group, step=step)
    elif kind == "total" and isinstance(values.get("total"), (int, float)):
        yield _Known(statistic="sum", column=column, value=values["total"], step=step)
    elif kind == "distribution" and isinstance(values.get("skewness"), (int, float)):
        yield _Known(statistic="skew", column=column, value=values["skewness"], step=step)
    elif kind == "count" and values.get("groups") == 1:
        yield _Known(statistic="count", column="", value=values["n"], step=step)
    elif kind == "proportion" and len(estimates) == 1:
        yield _Known(statistic="share", column=column, value=estimates[0]["value"], step=step)
        yield _Known(statistic="count", column=column, value=values["k"], step=step)
    elif kind == "relate":
        for one in estimates:
            if one.get("method") == "Pearson":
                yield _Known(statistic="correlation", column="", value=one["value"], step=step)
                if isinstance(one.get("p"), float):
                    yield _Known(statistic="p", column="", value=one["p"], step=step)
