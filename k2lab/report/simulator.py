"""What-if questions to a fitted model: controls for its terms, its JSON, and the same as a table for paper."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from k2lab.locale import pick
from k2lab.locale.numbers import MINUS, count
from k2lab.report.digits import NOTHING, between, finite
from k2lab.report.model import Control, Entry, Grid, Heading, Link, Simulator
from k2lab.stats.model_json import predict

Model = Mapping[str, Any]
Case = dict[str, str | float]

FEW = 30
"""A combination of levels with fewer rows than this gets a warning."""
_MOST_SIMULATORS = 4
_MOST_ROWS = 24
_MOST_FOCUS = 8
_STEPS = 5


def simulators(
    results: Sequence[tuple[Mapping[str, Any], Link | None]], *, words: Mapping[str, str]
) -> tuple[Simulator, ...]:
    """Make a simulator of each fitted model among results; a model that was fitted twice gets one.

    Parameters
    ----------
    results : sequence of (mapping, Link or None)
        As `Result.to_dict` made them, with the cells they come from; a file may hold anything in their place.
    words : mapping
        The report's words.
    """
    made: dict[str, Simulator] = {}
    for result, link in results:
        model = result.get("model")
        if isinstance(model, Mapping) and model and _is_whole(model):
            one = _simulator(model, link, words, len(made) + 1)
            made.setdefault(f"{one.title}/{model['params']}", one)
    return tuple(islice(made.values(), _MOST_SIMULATORS))


def outcome_value(model: Model, predictor: float) -> float:
    """Return what a linear predictor says of the outcome: a geometric mean on the log scale, a share for a logit.

    Examples
    --------
    >>> outcome_value({"link": "logit"}, 0.0), outcome_value({"link": "identity", "scale": "raw"}, 3.0)
    (0.5, 3.0)
    """
    if model.get("link") == "logit":
        return 1 / (1 + math.exp(-max(-700.0, min(700.0, predictor))))
    return math.exp(min(predictor, 700.0)) if model.get("scale") == "log" else predictor


def rounded(value: float, *, share: bool = False) -> str:
    """Write a prediction with three significant digits, as the page's script does.

    Examples
    --------
    >>> rounded(161032.4), rounded(0.052718), rounded(-3.14159), rounded(0.4217, share=True)
    ('161,000', '0.0527', '−3.14', '42.2%')
    """
    if share:
        return f"{100 * value:.1f}%".replace("-", MINUS)
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else NOTHING
    places = 2 - math.floor(math.log10(abs(value)))
    short = round(value, places)
    text = f"{short:,.{max(0, places)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", MINUS)


def _is_whole(model: Model) -> bool:
    """Tell whether a model has all that predicting needs, in shapes that fit each other."""
    try:
        size = len(model["params"])
        numbers = [*model["params"], model["critical"], *(value for line in model["cov"] for value in line)]
        names = {str(term["name"]): term for term in model["terms"]}
        parts = [part for coefficient in model["coefficients"] for part in coefficient]
        return (
            0 < size == len(model["cov"]) == len(model["coefficients"])
            and all(len(line) == size for line in model["cov"])
            and all(finite(value) is not None for value in numbers)
            and bool(names)
            and all(
                name in names and (names[name]["kind"] == "number" if at is None else at in names[name]["levels"])
                for name, at in parts
            )
            and all(
                len(term["levels"]) > 0 if term["kind"] == "category" else finite(term["middle"]) is not None
                for term in names.values()
            )
        )
    except (KeyError, TypeError, ValueError):
        return False


def _simulator(model: Model, link: Link | None, words: Mapping[str, str], number: int) -> Simulator:
    terms = list(model["terms"])
    focus = next((t for t in terms if t["kind"] == "category" and len(t["levels"]) <= _MOST_FOCUS), terms[0])
    usual = _usual(terms)
    event = str(model.get("event", ""))
    outcome = str(model.get("outcome", ""))
    told = f"{outcome} = {event}" if event else outcome
    data = {**model, "focus": str(focus["name"]), "few": FEW}
    return Simulator(
        anchor=f"what-if-{number}",
        title=told,
        kind=_kind(model),
        focus=str(focus["name"]),
        controls=tuple(_control(term, usual[str(term["name"])], number, at) for at, term in enumerate(terms)),
        data=data,
        fallback=_table(model, terms, focus, usual, told, link, words),
        link=link,
    )


def _kind(model: Model) -> str:
    """Name what is predicted."""
    if model.get("scale") == "share":
        return pick("predicted share", "预测占比")
    if model.get("scale") == "log":
        return pick("predicted geometric mean, a typical value", "预测的几何均值（典型值）")
    return pick("predicted mean", "预测均值")


def _usual(terms: Sequence[Mapping[str, Any]]) -> Case:
    """Return the case to begin with: the commonest level, the median."""
    made: Case = {}
    for term in terms:
        if term["kind"] == "category":
            counts = [finite(value) or 0.0 for value in term.get("counts", ())] or [0.0]
            at = min(counts.index(max(counts)), len(term["levels"]) - 1)
            made[str(term["name"])] = str(term["levels"][at])
        else:
            made[str(term["name"])] = float(term["middle"])
    return made


def _control(term: Mapping[str, Any], chosen: str | float, number: int, at: int) -> Control:
    name = str(term["name"])
    if term["kind"] == "category":
        return Control(id=f"sim-{number}-{at}", name=name, levels=tuple(map(str, term["levels"])), chosen=str(chosen))
    low, middle, high = (finite(term.get(key)) or 0.0 for key in ("low", "middle", "high"))
    whole = bool(term.get("whole"))
    step = 1.0 if whole else _step(low, high)
    return Control(id=f"sim-{number}-{at}", name=name, low=low, high=high, middle=middle, step=step)


def _step(low: float, high: float) -> float:
    """Return a round hundredth of a span."""
    return 10.0 ** math.floor(math.log10((high - low) / 100)) if high > low else 1.0


def _table(
    model: Model,
    terms: Sequence[Mapping[str, Any]],
    focus: Mapping[str, Any],
    usual: Case,
    told: str,
    link: Link | None,
    words: Mapping[str, str],
) -> Grid:
    """Lay out what the model predicts for the levels that matter most, the other terms at their usual value."""
    varied = [focus]
    room = _MOST_ROWS // len(_places(focus))
    second = next((t for t in terms if t is not focus and t["kind"] == "category" and len(t["levels"]) <= room), None)
    varied = [second, focus] if second is not None else varied
    names = [str(term["name"]) for term in varied]
    share = model.get("scale") == "share"
    rows = []
    for places in product(*(_places(term) for term in varied)):
        case = {**usual, **dict(zip(names, places, strict=True))}
        value, low, high = predict(model, case)
        ends = [rounded(outcome_value(model, part), share=share) for part in (value, low, high)]
        row = [Entry(text=_level(place)) for place in places]
        row += [Entry(text=ends[0]), Entry(text=between(ends[1], ends[2]))]
        if (spread := _spread(model, case)) is not None:
            row.append(Entry(text=between(*(rounded(part) for part in spread))))
        like = rows_like(model, case)
        row.append(Entry(text=NOTHING if like is None else count(like)))
        rows.append(tuple(row))
    level = f"{100 * (finite(model.get('level')) or 0.95):g}%"
    columns = [Heading(label=name, number=term["kind"] == "number") for name, term in zip(names, varied, strict=True)]
    columns += [Heading(label=_kind(model), number=True), Heading(label=f"{level} {words['interval']}", number=True)]
    if finite(model.get("sigma")) is not None and not share:
        columns.append(Heading(label=pick(f"{level} of single rows", f"{level} 的单行范围"), number=True))
    columns.append(Heading(label=pick("rows like this", "相似行数"), number=True))
    rest = [f"{name} = {_level(value)}" for name, value in usual.items() if name not in names]
    note = pick(f"At {', '.join(rest)}.", f"其余取值：{'，'.join(rest)}。") if rest else ""
    few = pick(
        f"Combinations with under {FEW} rows rest on the model's form, not on data.",
        f"不足 {FEW} 行的组合依赖模型形式而非数据。",
    )
    return Grid(
        title=pick(f"What the model would predict for {told}", f"模型对 {told} 的预测"),
        columns=tuple(columns),
        rows=tuple(rows),
        note=f"{note} {few}".strip(),
        link=link,
    )


def _places(term: Mapping[str, Any]) -> list[str | float]:
    if term["kind"] == "category":
        return [str(level) for level in term["levels"]]
    low, high = float(term["low"]), float(term["high"])
    if low == high:
        return [low]
    return list(_even(low, high, whole=bool(term.get("whole"))))


def _even(low: float, high: float, *, whole: bool) -> Iterator[float]:
    steps = [low + (high - low) * at / (_STEPS - 1) for at in range(_STEPS)]
    yield from dict.fromkeys(float(round(step)) if whole else step for step in steps)


def _level(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if value == int(value) and abs(value) < 10_000 else rounded(value)


def _spread(model: Model, case: Case) -> tuple[float, float] | None:
    """Return where a single new row would lie, at the model's level; None where the model does not know."""
    sigma = finite(model.get("sigma"))
    if sigma is None or model.get("scale") == "share":
        return None
    value, low, _ = predict(model, case)
    critical = float(model["critical"])
    wide = critical * math.hypot((value - low) / critical if critical else 0.0, sigma)
    return outcome_value(model, value - wide), outcome_value(model, value + wide)


def rows_like(model: Model, case: Case) -> int | None:
    """Count the rows of the fit that have the case's levels; None where that was not kept.

    Examples
    --------
    >>> model = {"terms": [{"name": "g", "kind": "category", "levels": ["a", "b"]}],
    ...     "rows": {"terms": ["g"], "counts": [3, 5]}}
    >>> rows_like(model, {"g": "b"}), rows_like({"terms": []}, {})
    (5, None)
    """
    kept = model.get("rows")
    if not isinstance(kept, Mapping):
        return None
    levels = {str(term["name"]): term["levels"] for term in model["terms"] if term["kind"] == "category"}
    at = 0
    try:
        for name in kept["terms"]:
            at = at * len(levels[name]) + levels[name].index(case[name])
        return int(kept["counts"][at])
    except (KeyError, ValueError, IndexError, TypeError):
        return None
