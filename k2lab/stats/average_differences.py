"""Average differences of a logistic model: how much more frequent the event is, over the rows as they are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.locale import numbers, pick
from k2lab.stats import columns, fold
from k2lab.stats.design import Design
from k2lab.stats.likelihood import LikelihoodFit
from k2lab.stats.model_terms import Asked
from k2lab.stats.relate import nice_step
from k2lab.stats.result import Sentence
from k2lab.stats.words import at, joined, tidy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Margin:
    """The average difference that a term makes, over the rows as they are."""

    term: str
    level: str
    reference: str
    step: float
    value: float
    low: float
    high: float
    p: float
    n: int


def average_differences(model: Asked, design: Design, found: LikelihoodFit, level: float) -> tuple[Margin, ...]:
    """Return the average difference of the share for each level and number over the rows (delta method)."""
    import numpy as np
    from scipy.special import expit
    from scipy.stats import norm, t

    frame, times = model.frame, fold.times(model.frame)
    terms = tuple(dict.fromkeys(term for parts in design.parts() for term, _ in parts))
    values: dict[str, Any] = {
        term: columns.codes(frame, term, design.levels[term]) if term in design.levels else columns.number(frame, term)
        for term in terms
    }
    weight = np.ones(len(frame)) if times is None else times.astype(float)
    if not design.whole:
        first = np.unique(design.index, return_index=True)[1]
        values = {term: held[first] for term, held in values.items()}
        weight = np.bincount(design.index, weight).astype(float)
    weight = weight / weight.sum()
    q = float((norm if found.clusters is None else t(found.clusters - 1)).ppf((1 + level) / 2))
    made = []

    def add(term: str, level_: str, step: float, value: float, slope: Floats, n: int) -> None:
        se = math.sqrt(max(float(slope @ found.cov @ slope), 0.0))
        if se <= 0:
            return
        p = float(2 * (norm if found.clusters is None else t(found.clusters - 1)).sf(abs(value) / se))
        reference = design.levels[term][0] if level_ else ""
        made.append(
            Margin(term=term, level=level_, reference=reference, step=step, value=value, low=value - q * se,
                   high=value + q * se, p=p, n=n)
        )  # fmt: skip

    for term in terms:
        if term in design.levels:
            base = design.rows(values | {term: np.zeros(len(weight))})
            low = expit(base @ found.params)
            sizes = columns.sizes(frame, term, design.levels[term])
            for place, name in enumerate(design.levels[term][1:], start=1):
                rows = design.rows(values | {term: np.full(len(weight), place)})
                high = expit(rows @ found.params)
                slope = (weight * high * (1 - high)) @ rows - (weight * low * (1 - low)) @ base
                add(term, name, 1.0, float(weight @ (high - low)), slope, sizes[place])
            continue
        rows = design.rows(values)
        each = design.rows(values | {term: np.ones(len(weight))}) - design.rows(values | {term: np.zeros(len(weight))})
        mu, eta = expit(rows @ found.params), each @ found.params
        step = nice_step(columns.number(frame, term), times)
        spread = weight * mu * (1 - mu)
        slope = step * ((spread * (1 - 2 * mu) * eta) @ rows + spread @ each)
        add(term, "", step, step * float(spread @ eta), slope, found.n)
    return tuple(made)


def difference_label(m: Margin) -> str:
    """Name a difference: a level against the reference, or a step of a number."""
    if m.level:
        return f"{tidy(m.term)}={tidy(m.level)}" + pick(f" against {tidy(m.reference)}", f" 对 {tidy(m.reference)}")
    return f"{tidy(m.term)} (+{numbers.plain(m.step)})"


def difference_sentence(m: Margin, event: str, model: Asked, level: float, place: int) -> Sentence:
    """Say an average difference in percentage points; `place` is its rank among those of the model."""
    others = [tidy(t) for t in model.terms if t != m.term]
    equal_en = f" at equal {joined(others)}" if others else ""
    equal_zh = f"在 {joined(others)} 相同时，" if others else ""
    size = numbers.percent(abs(m.value)).removesuffix("%")
    low, high = (numbers.percent(v, sign=True).removesuffix("%") for v in (m.low, m.high))
    open_ = pick("; includes 0", "；含 0") if m.low <= 0 <= m.high else ""
    ci = numbers.percent(level, 0)
    n = numbers.count(m.n)
    more = m.value > 0
    if m.level:
        text = pick(
            f"{event} is {size} percentage points {'more' if more else 'less'} frequent for "
            f"{at(m.term, m.level)} than for "
            f"{at(m.term, m.reference)}{equal_en} ({ci} CI {low} to {high}{open_}; n = {n} with that level).",
            f"{equal_zh}{at(m.term, m.level)} 的 {event} 占比比 {at(m.term, m.reference)} "
            f"{'高' if more else '低'} {size} 个百分点"
            f"（{ci} 置信区间 {low} 至 {high}{open_}；该水平 n = {n}）。",
        )
    else:
        text = pick(
            f"{event} is {size} percentage points {'more' if more else 'less'} frequent where "
            f"{tidy(m.term)} is {numbers.plain(m.step)} "
            f"higher{equal_en} ({ci} CI {low} to {high}{open_}; n = {n}).",
            f"{equal_zh}{tidy(m.term)} 每高 {numbers.plain(m.step)}，{event} 占比{'高' if more else '低'} "
            f"{size} 个百分点（{ci} 置信区间 {low} 至 {high}{open_}；n = {n}）。",
        )
    return Sentence(key="coefficient", text=text, columns=(model.y, m.term), weight=max(1, 8 - place))
