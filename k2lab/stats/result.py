"""Results are values: estimates, tests, checks and sentences that print, display and travel as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from k2lab.stats.fitted import Fitted

Scalar = str | int | float | bool | None
Role = Literal["headline", "finding", "caveat", "method", "limitation"]


class Shown:
    """A part of a result that shows by itself: a tidy table in a terminal, HTML in a notebook, a sentence in words."""

    def _alone(self) -> Result:
        """Return a result that holds this part only."""
        raise NotImplementedError

    def to_frame(self) -> Any:
        """Return the part as a pandas frame of one row."""
        import pandas as pd

        return pd.DataFrame([flat(self)])

    def sentence(self) -> str:
        """Return the part as one careful sentence, in the language in use."""
        from k2lab.stats.spoken import spoken

        return spoken(self)

    def __repr__(self) -> str:
        from k2lab.stats.show import as_text

        return as_text(self._alone())

    def _repr_html_(self) -> str:
        from k2lab.stats.show import as_html

        return as_html(self._alone())


@dataclass(frozen=True, kw_only=True, repr=False)
class Estimate(Shown):
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
    assumptions : tuple of str
        What the interval takes for granted, where that is said beside the method.

    Examples
    --------
    >>> made = Estimate(label="mean of pay", value=41.5, low=39.2, high=43.8, n=120, method="t interval")
    >>> made.sentence()
    'In these data, the mean of pay is 41.5 (95% CI 39.2 to 43.8; n = 120; t interval).'
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
    assumptions: tuple[str, ...] = ()

    def _alone(self) -> Result:
        return Result(kind="estimate", title=self.label, estimates=(self,))


@dataclass(frozen=True, kw_only=True, repr=False)
class TestResult(Shown):
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
    assumptions : tuple of str
        What the test takes for granted.
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
    assumptions: tuple[str, ...] = ()

    def _alone(self) -> Result:
        return Result(kind="test", title=self.label, tests=(self,))


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
    fit : Fitted or None
        The fitted model itself, for `k2lab.stats.marginal_means`, `contrasts`, `predict` and `diagnostics`; it stays
        in Python.

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
    fit: Fitted | None = field(default=None, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values; raises if any number is not finite."""
        made = {f.name: _parts(getattr(self, f.name)) for f in fields(self) if f.name != "fit"}
        return {key: value for key, value in _plain(made).items() if value not in ([], {}, "")}

    def to_frame(self, part: str | None = None) -> Any:
        """Return a part of the result as a pandas frame.

        Parameters
        ----------
        part : {"estimates", "tests", "checks", "sentences", "values"} or str, optional
            Or the title of a table. Default: the estimates, or without any the first table.

        Raises
        ------
        UsageError
            If there is no such part.

        Examples
        --------
        >>> made = Result(kind="t", title="t", tables=(Table(title="Pairs", columns=("a", "n"), rows=(("x", 3),)),))
        >>> made.to_frame("Pairs")["n"].tolist()
        [3]
        """
        import pandas as pd

        if part is None:
            part = "estimates" if self.estimates else self.tables[0].title if self.tables else "values"
        if part == "values":
            return pd.DataFrame([dict(self.values)])
        if part in ("estimates", "tests", "checks", "sentences"):
            return pd.DataFrame([flat(one) for one in getattr(self, part)])
        for table in self.tables:
            if table.title == part:
                return pd.DataFrame(list(table.rows), columns=list(table.columns))
        from k2lab.errors import UsageError

        named = ["estimates", "tests", "checks", "sentences", "values", *(t.title for t in self.tables if t.title)]
        raise UsageError(f"The result has no part {part!r}.", f"Parts: {', '.join(named)}.")

    def sentence(self) -> str:
        """Return the headline sentences, or without any the first sentence.

        Examples
        --------
        >>> Result(kind="t", title="t", sentences=(Sentence(key="a", text="It is so.", role="headline"),)).sentence()
        'It is so.'
        """
        said = [s.text for s in self.sentences if s.role == "headline"] or [s.text for s in self.sentences[:1]]
        return " ".join(said)

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


def flat(part: Any) -> dict[str, Any]:
    """Return a part of a result as the values of one row: groups and the effect size become columns of their own."""
    made: dict[str, Any] = {}
    for name, value in asdict(part).items():
        if name == "groups":
            made |= dict(value)
        elif name == "effect":
            made |= {f"effect_{key}": value[key] for key in ("label", "value", "low", "high")} if value else {}
        elif name in ("assumptions", "columns"):
            made[name] = "; ".join(value)
        else:
            made[name] = value
    return made


def _parts(value: Any) -> Any:
    """Turn the parts of a result into mappings, without the fields that are empty in most of them."""
    if isinstance(value, tuple):
        return [_parts(item) for item in value]
    if isinstance(value, (Estimate, TestResult, Check, Table, Sentence)):
        made = {f.name: _parts(getattr(value, f.name)) for f in fields(value)}
        return {key: held for key, held in made.items() if held or key != "assumptions"}
    return value


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
