"""Results are values: estimates, tests, checks and sentences that print, display and travel as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Scalar = str | int | float | bool | None
Role = Literal["headline", "finding", "caveat", "method", "limitation"]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number with its interval, its n and its method.

    Attributes
    ----------
    label : str
        What is estimated, in words a reader understands.
    value, low, high : float
        The estimate and its interval, in `unit`.
    n : int
        Rows that the estimate rests on.
    method : str
        How it was made, e.g. ``"geometric mean ratio, OLS on log, HC3"``.
    unit : str
        The unit of the values; ``"%"`` for percent (the value is already times 100).
    level : float
        Confidence level of the interval.
    p, p_adjusted : float or None
        Unadjusted and adjusted p-value of "no difference", where that is meaningful.
    groups : mapping
        Column name to level, for the group it is about.
    """

    label: str
    value: float
    low: float
    high: float
    n: int
    method: str
    unit: str = ""
    level: float = 0.95
    p: float | None = None
    p_adjusted: float | None = None
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """A significance test with its effect size.

    Attributes
    ----------
    label : str
        The term or comparison.
    method : str
        The test, e.g. ``"Wald F, HC3"``.
    statistic : float
        Its statistic, named by `symbol`.
    symbol : str
        ``"t"``, ``"F"``, ``"H"``, ``"chi2"``, ``"U"``...
    df : tuple of float
        Degrees of freedom; empty for rank and exact tests.
    p, p_adjusted : float
    n : int
    effect : Estimate or None
        The effect size with its interval.
    """

    __test__ = False  # not a pytest class

    label: str
    method: str
    statistic: float
    symbol: str
    df: tuple[float, ...]
    p: float
    n: int
    p_adjusted: float | None = None
    effect: Estimate | None = None


@dataclass(frozen=True, kw_only=True)
class Check:
    """An assumption or a data fact that was looked at: what was read and what follows from it."""

    name: str
    reading: str
    action: str
    passed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """A small table of results; `rows` are tuples in the order of `columns`, never data rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A careful sentence that a report may quote.

    Attributes
    ----------
    key : str
        What it is about, stable over languages: ``"interaction"``, ``"simple-effect"``, ``"duplicates"``...
    text : str
        The sentence, in the language in use.
    role : {"headline", "finding", "caveat", "method", "limitation"}
        Where it belongs. A headline answers the question in one or two sentences.
    columns : tuple of str
        The columns it is about.
    weight : int
        Higher comes first among sentences of the same role.
    """

    key: str
    text: str
    role: Role = "finding"
    columns: tuple[str, ...] = ()
    weight: int = 0


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a function of `k2lab.stats` returns.

    Attributes
    ----------
    kind : str
        The function's name: ``"effect"``, ``"facts"``, ``"relate"``...
    title : str
    estimates, tests, checks, tables, sentences : tuple
    values : mapping
        Named scalars: ``n``, ``scale``, ``x``, ``y``... for code that goes on from here.
    warnings : tuple of str
        What the person must know before using the result (fallbacks, refused parts).
    model : mapping
        A fitted model as `k2lab.stats.model_json.model_json` writes it, for what-if questions; the report reads it,
        and no model is sent it.

    Notes
    -----
    Shows as a tidy text table in a terminal and as HTML in a notebook, with
    ``application/vnd.k2lab.result+json`` beside it, which is what a model, the offline analyst, the
    report and the number check read.
    """

    kind: str
    title: str
    estimates: tuple[Estimate, ...] = ()
    tests: tuple[TestResult, ...] = ()
    checks: tuple[Check, ...] = ()
    tables: tuple[Table, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    values: Mapping[str, Scalar] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    model: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values; raises if any number is not finite."""
        made = _plain(asdict(self))
        return {key: value for key, value in made.items() if value not in ([], {}, "")}

    def to_frame(self) -> Any:
        """Return the estimates (or, without any, the first table) as a pandas frame."""
        import pandas as pd

        if self.estimates:
            return pd.DataFrame(
                [{k: v for k, v in asdict(e).items() if k != "groups"} | dict(e.groups) for e in self.estimates]
            )
        if self.tables:
            return pd.DataFrame(list(self.tables[0].rows), columns=list(self.tables[0].columns))
        return pd.DataFrame([dict(self.values)])

    def __repr__(self) -> str:
        from k2lab.stats.show import as_text

        return as_text(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from k2lab.stats.show import as_html, as_text

        return {
            "text/plain": as_text(self),
            "text/html": as_html(self),
            "application/vnd.k2lab.result+json": self.to_dict(),
        }


def _plain(value: Any) -> Any:
    """Turn numpy scalars, tuples and mappings into JSON values, and refuse what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, bool)):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a result holds a number that is not finite; leave the estimate out and say why")
        return value
    return value
