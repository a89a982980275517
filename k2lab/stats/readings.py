"""The reading of a regression: each coefficient as a sentence, and what the model leaves open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from k2lab.locale import numbers, pick
from k2lab.stats.linear import Contrast, LinearFit
from k2lab.stats.outcome import Outcome
from k2lab.stats.result import Sentence
from k2lab.stats.words import at, joined, spaced, tidy

MOST = 24
"""Coefficients in words; the rest is in the table."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One column of a coefficient: a level and the one it is compared with, or a step of a number."""

    term: str
    level: str
    reference: str
    step: float


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """A coefficient with what it stands for.

    Attributes
    ----------
    name : str
    parts : tuple of Part
        One column, or those of an interaction.
    n : int
        Rows with the level, or all rows.
    contrast : Contrast
        The difference for the steps of its numbers.
    at : mapping
        Numbers that the column interacts with, and the means the contrast is taken at.
    inside : bool
        Whether the column is also part of an interaction, so that this holds at one place of the others only.
    """

    name: str
    parts: tuple[Part, ...]
    n: int
    contrast: Contrast
    at: Mapping[str, float]
    inside: bool


def words(
    outcome: Outcome, fitted: LinearFit, coefficients: Sequence[Coefficient], terms: Sequence[str],
    inflation: Mapping[str, float], bound: float,
) -> tuple[Sentence, ...]:  # fmt: skip
    """Return the headline, one sentence a coefficient, and the limits of the model."""
    names = (outcome.name, *terms)
    said = [Sentence(key="model", role="headline", text=_fit_text(outcome, fitted, terms), columns=names, weight=10)]
    for k, c in enumerate(coefficients[:MOST]):
        text = _coefficient(outcome, c, terms)
        said.append(
            Sentence(
                key="coefficient", text=text, columns=(outcome.name, *(p.term for p in c.parts)), weight=max(1, 8 - k)
            )
        )
    said.append(Sentence(key="left-open", role="caveat", text=_left_open(outcome, fitted), columns=names, weight=6))
    high = [f"{tidy(t)} ({v:.2f})" for t, v in inflation.items() if v > bound]
    if high:
        text = pick(
            f"The coefficients of {joined(high)} cannot be told apart from the other terms (adjusted GVIF above "
            f"{bound}).",
            f"{joined(high)} 的系数无法与其他项区分（校正 GVIF 超过 {bound}）。",
        )
        said.append(Sentence(key="collinearity", role="caveat", text=text, columns=names, weight=7))
    y = outcome.shown_name
    limit = pick(
        f"The coefficients for {y} compare rows that are alike in the named terms only; other columns and "
        "self-selection may lie behind them, so they are associations, not effects.",
        f"{y} 的各系数只比较在所列变量上相同的行；背后可能有其他因素及自我选择，因此并非因果作用。",
    )
    said.append(Sentence(key="not-causal", role="limitation", text=limit, columns=names, weight=8))
    said.append(Sentence(key="method", role="method", text=_method(outcome, fitted), columns=names, weight=5))
    return tuple(said)


def _fit_text(outcome: Outcome, fitted: LinearFit, terms: Sequence[str]) -> str:
    listed = joined([tidy(t) for t in terms])
    y = (
        pick(f"the logarithm of {tidy(outcome.name)}", f"{tidy(outcome.name)}（对数）")
        if outcome.scale == "log"
        else outcome.shown_name
    )
    share, n = numbers.percent(fitted.r2), numbers.count(fitted.n)
    verb = "accounts" if len(terms) == 1 else "together account"
    r2, adjusted = numbers.number(fitted.r2, 2), numbers.number(fitted.adj_r2, 2)
    if not fitted.centred:
        return pick(
            f"In these data, {y} is fitted by {listed} without an intercept: R² about zero {r2} (adjusted {adjusted}; "
            f"n = {n}), which cannot be compared with that of a model with an intercept.",
            f"在这些数据中，以 {listed} 拟合 {y}，不含截距：关于零的 R² {r2}（校正后 {adjusted}；n = {n}），"
            "不能与含截距模型的 R² 相比。",
        )
    return pick(
        f"In these data, {listed} {verb} for {share} of the variance of {y} (R² {r2}, adjusted {adjusted}; n = {n}).",
        f"在这些数据中，{listed} {'合计' if len(terms) > 1 else ''}解释 {spaced(y)}方差的 {share}（R² {r2}，校正后 "
        f"{adjusted}；n = {n}）。",
    )


def _coefficient(outcome: Outcome, c: Coefficient, terms: Sequence[str]) -> str:
    y, con = outcome.shown_name, c.contrast
    size, ends = outcome.size(con.value, sign=False), outcome.interval(con.low, con.high)
    open_ = pick("; includes 0", "；含 0") if con.low <= 0 <= con.high else ""
    more = con.value > 0
    if len(c.parts) > 1:
        return _interaction(outcome, c, ends + open_)
    part = c.parts[0]
    others = [tidy(t) for t in terms if t != part.term]
    equal_en = f" at equal {joined(others)}" if others else ""
    equal_zh = f"在 {joined(others)} 相同时，" if others else ""
    if c.inside:
        means = [f"{tidy(t)} = {numbers.number(v)}" for t, v in c.at.items()]
        place = pick(f"at the mean {joined(means)}", f"取均值 {joined(means)}") if means else ""
        place = place or pick("at the reference level of the terms it interacts with", "与其交互的项取参照水平")
        equal_en, equal_zh = f"{equal_en}, {place}", f"{equal_zh}{place}，"
    if part.reference:
        return pick(
            f"{y} is {size} {'higher' if more else 'lower'} for {at(part.term, part.level)} than for "
            f"{at(part.term, part.reference)}{equal_en} ({outcome.noun}; 95% CI {ends}{open_}; n = "
            f"{numbers.count(c.n)} with "
            "that level).",
            f"{equal_zh}{at(part.term, part.level)} 的 {y} {outcome.noun}比 {at(part.term, part.reference)} "
            f"{'高' if more else '低'} {size}（95% 置信区间 {ends}{open_}；该水平 n = {numbers.count(c.n)}）。",
        )
    step = numbers.plain(part.step)
    return pick(
        f"{y} is {size} {'higher' if more else 'lower'} where {tidy(part.term)} is {step} higher{equal_en} "
        f"({outcome.noun}; 95% CI {ends}{open_}; n = {numbers.count(c.n)}).",
        f"{equal_zh}{tidy(part.term)} 每高 {step}，{y} {outcome.noun}{'高' if more else '低'} {size}"
        f"（95% 置信区间 {ends}{open_}；n = {numbers.count(c.n)}）。",
    )


def _interaction(outcome: Outcome, c: Coefficient, ends: str) -> str:
    """Say by how much the difference of the first column changes with the others."""
    y, first = outcome.shown_name, c.parts[0]
    change, n = outcome.size(c.contrast.value), numbers.count(c.n)
    main_en = (
        f"between {at(first.term, first.level)} and {at(first.term, first.reference)}"
        if first.reference
        else f"where {tidy(first.term)} is {numbers.plain(first.step)} higher"
    )
    main_zh = (
        f"{at(first.term, first.level)} 与 {at(first.term, first.reference)} 之间"
        if first.reference
        else f"{tidy(first.term)} 每高 {numbers.plain(first.step)} 对应"
    )
    by_en = [
        f"for {at(p.term, p.level)} instead of {at(p.term, p.reference)}"
        if p.reference
        else f"where {tidy(p.term)} is {numbers.plain(p.step)} higher"
        for p in c.parts[1:]
    ]
    by_zh = [
        f"{at(p.term, p.level)}（而非 {at(p.term, p.reference)}）"
        if p.reference
        else f"{tidy(p.term)} 每高 {numbers.plain(p.step)}"
        for p in c.parts[1:]
    ]
    return pick(
        f"The difference in {y} {main_en} changes by {change} {' and '.join(by_en)} ({outcome.noun}; 95% CI "
        f"{ends}; n = {n}).",
        f"{main_zh}的 {y} 差异，在 {' 且 '.join(by_zh)} 时变化 {change}（{outcome.noun}；95% 置信区间 {ends}；n = "
        f"{n}）。",
    )


def _left_open(outcome: Outcome, fitted: LinearFit) -> str:
    if outcome.scale == "log":
        low, high = (numbers.percent(math.expm1(v * fitted.sigma), 0, sign=True) for v in (-1, 1))
        typical = pick(
            f"a typical row lies between {low} and {high} of its predicted value", f"典型的行偏离预测值 {low} 至 {high}"
        )
    else:
        size = outcome.size(fitted.sigma, sign=False)
        typical = pick(f"a typical row lies {size} from its predicted value", f"典型的行偏离预测值 {size}")
    y, rest = outcome.shown_name, numbers.percent(1 - fitted.r2)
    if not fitted.centred:
        return pick(
            f"Of {y} the model leaves this open: {typical} (residual SD).",
            f"{y} 中模型未说明的部分：{typical}（残差标准差）。",
        )
    if rest in ("100.0%", "0.0%"):  # rounded, so not quite all or none
        rest, rest_zh = ("nearly all", "几乎全部") if fitted.r2 < 0.5 else ("less than 0.1%", "不足 0.1%")
        return pick(
            f"The model leaves {rest} of the variance of {y} open: {typical} (residual SD).",
            f"模型未能说明 {y} 方差的{rest_zh}：{typical}（残差标准差）。",
        )
    return pick(
        f"The model does not account for {rest} of the variance of {y}: {typical} (residual SD).",
        f"模型未能说明 {y} 方差的 {rest}：{typical}（残差标准差）。",
    )


def _method(outcome: Outcome, fitted: LinearFit) -> str:
    kind = {
        "HC3": pick("HC3 intervals, which hold with unequal spread", "HC3 区间，在方差不等时仍成立"),
        "classical": pick("classical intervals, which assume equal spread", "经典区间，假定方差相等"),
    }.get(fitted.cov_type, fitted.cov_type)
    scale = {
        "log": pick(
            "on the log scale, reported as percent differences of geometric means",
            "对数尺度，以几何均值的百分比差异报告",
        ),
        "raw": pick("in its own units", "原始单位"),
        "share": pick("in percentage points (a linear probability model)", "百分点（线性概率模型）"),
    }[outcome.scale]
    return pick(
        f"Least squares for {tidy(outcome.name)} {scale}, since {outcome.reason}; {kind}.",
        f"{tidy(outcome.name)} 的最小二乘回归，{scale}（{outcome.reason}）；{kind}。",
    )
