"""The sentences of a two-way analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from k2lab.locale import numbers, pick
from k2lab.stats.outcome import Outcome
from k2lab.stats.result import Estimate, Sentence, TestResult
from k2lab.stats.words import at, joined, p_text, share_of_variance, spaced, tidy

FEW = 5
"""Differences with fewer rows on a side are in the table and not in words (playbook section 1)."""


@dataclass(frozen=True, kw_only=True)
class Simple:
    """A difference of one level of x from its reference within one level of by."""

    estimate: Estimate
    level: str
    by: str
    reference: str
    n: int
    n_reference: int

    @property
    def solid(self) -> bool:
        """Whether both sides have rows enough for words."""
        return min(self.n, self.n_reference) >= FEW


def words(
    *, outcome: Outcome, x: str, by: str, tests: Sequence[TestResult], simple: Sequence[Simple], r2: Mapping[str,
    float], n: int,
    empty: Sequence[str], single: Sequence[str], few: Sequence[tuple[str, int]],
) -> tuple[Sentence, ...]:  # fmt: skip
    """Return the sentences of a two-way analysis: interaction, differences, shares of variance, limits."""
    names = (outcome.name, x, by)
    label = f"{tidy(x)} x {tidy(by)}"
    found = [t for t in tests if t.label == label]
    said = []
    if found:
        said.append(_interaction(found, outcome, x, by, simple, names))
    used = [d for d in simple if d.solid]
    for k, d in enumerate(used[:12]):
        said.append(Sentence(key="simple-effect", text=_simple(d, outcome, x, by), columns=names, weight=max(1, 8 - k)))
    said.append(_variance(outcome, x, by, r2, names, n))
    said += _main_effects(tests, found, x, by, outcome, names)
    said += _limits(outcome, x, by, names, empty, single, few, simple)
    return tuple(said)


def _interaction(
    found: Sequence[TestResult], outcome: Outcome, x: str, by: str, simple: Sequence[Simple], names: tuple[str, ...]
) -> Sentence:
    main = found[0]
    y = outcome.shown_name
    df = f"{numbers.count(main.df[0])}, {numbers.count(main.df[1])}"
    robust = len(found) > 1
    statistic = f"F({df}) = {numbers.number(main.statistic)}"
    how = f"Wald {statistic}, HC3, {p_text(main.p)}" if robust else f"{statistic}, {p_text(main.p)}"
    zh_how = f"稳健 Wald {statistic}（HC3），{p_text(main.p)}" if robust else f"{statistic}，{p_text(main.p)}"
    share = ""
    share_zh = ""
    if main.effect is not None:
        value, low, high = (numbers.percent(v, 2) for v in (main.effect.value, main.effect.low, main.effect.high))
        small = share_of_variance(main.effect.value)
        share = f"; partial eta² {value} (95% CI {low} to {high}), a {small} share of the variance"
        share_zh = f"；偏 eta² {value}（95% 置信区间 {low} 至 {high}），占方差的份额{small}"
    used = [d for d in simple if d.solid]
    span = span_zh = ""
    if used:
        # One comparison runs through the sentence: that of the level with the most rows.
        size = {level: sum(d.n for d in used if d.level == level) for level in dict.fromkeys(d.level for d in used)}
        used = [d for d in used if d.level == max(size, key=lambda level: size[level])]
    if len(used) > 1:
        order = sorted(used, key=lambda d: d.estimate.value)
        ends = [f"{_value(outcome, d.estimate.value)} ({_who(d, by)})" for d in (order[0], order[-1])]
        span, span_zh = f", from {ends[0]} to {ends[1]}", f"，从 {ends[0]} 到 {ends[1]}"
    if main.p < 0.05:
        text = pick(
            f"In these data, the difference in {y} by {tidy(x)} varies with {tidy(by)}{span}: {how}{share}.",
            f"在这些数据中，{y} 随 {tidy(x)} 的差异因 {tidy(by)} 而异{span_zh}：{zh_how}{share_zh}。",
        )
    else:
        text = pick(
            f"In these data, it is not settled whether the difference in {y} by {tidy(x)} varies with "
            f"{tidy(by)}{span}: {how}{share}.",
            f"在这些数据中，{y} 随 {tidy(x)} 的差异是否因 {tidy(by)} 而异尚无定论{span_zh}：{zh_how}{share_zh}。",
        )
    return Sentence(key="interaction", role="headline", text=text, columns=names, weight=10)


def _simple(d: Simple, outcome: Outcome, x: str, by: str) -> str:
    size = _value(outcome, abs(d.estimate.value), sign=False)
    more = d.estimate.value > 0
    ends = f"{_value(outcome, d.estimate.low)} {pick('to', '至')} {_value(outcome, d.estimate.high)}"
    one, ref = at(x, d.level), at(x, d.reference)
    n1, n2 = numbers.count(d.n), numbers.count(d.n_reference)
    open_ = pick("; includes 0", "；含 0") if d.estimate.low <= 0 <= d.estimate.high else ""
    y = outcome.shown_name
    return pick(
        f"Among rows with {at(by, d.by)}, {y} is {size} {'higher' if more else 'lower'} for {one} than for {ref} "
        f"({outcome.noun}; 95% CI {ends}{open_}; n = {n1} and {n2}; unadjusted).",
        f"在 {at(by, d.by)} 中，{one} 的 {y} {outcome.noun}比 {ref} {'高' if more else '低'} {size}"
        f"（95% 置信区间 {ends}{open_}；n = {n1} 与 {n2}；未调整）。",
    )


def _value(outcome: Outcome, shown: float, *, sign: bool = True) -> str:
    """Write a difference that is already in the unit of the reader."""
    if outcome.scale == "log":
        return numbers.percent(shown / 100, sign=sign)
    text = numbers.number(shown)
    text = f"+{text}" if sign and shown > 0 else text
    return f"{text} {outcome.unit}".strip()


def _who(d: Simple, by: str) -> str:
    return f"{tidy(d.level)} {pick('against', '对')} {tidy(d.reference)}, {at(by, d.by)}"


def _variance(outcome: Outcome, x: str, by: str, r2: Mapping[str, float], names: tuple[str, ...], n: int) -> Sentence:
    y = (
        pick(f"the logarithm of {tidy(outcome.name)}", f"{tidy(outcome.name)}（对数）")
        if outcome.scale == "log"
        else outcome.shown_name
    )
    a, b, both, whole = (numbers.percent(r2[key]) for key in (x, by, "both", "all"))
    text = pick(
        f"{tidy(x)} alone accounts for {a} of the variance of {y}, {tidy(by)} alone for {b}, both for {both}, and both "
        f"with their interaction for {whole} (R²; n = {numbers.count(n)}).",
        f"在 {spaced(y)}的方差中，{tidy(x)} 单独解释 {a}，{tidy(by)} 单独解释 {b}，二者合计 {both}，加上交互为 "
        f"{whole}（R²；n = {numbers.count(n)}）。",
    )
    return Sentence(key="variance", text=text, columns=names, weight=5)


def _main_effects(
    tests: Sequence[TestResult], found: Sequence[TestResult], x: str, by: str, outcome: Outcome, names: tuple[str, ...]
) -> list[Sentence]:
    mains = [t for t in tests if t not in found]
    parts = [
        f"{t.label} F({numbers.count(t.df[0])}, {numbers.count(t.df[1])}) = {numbers.number(t.statistic)}, "
        f"{p_text(t.p)}" + (f", {t.effect.label} {numbers.number(t.effect.value)}" if t.effect else "")
        for t in mains
    ]
    if not parts:
        return []
    with_interaction = bool(found) and found[0].p < 0.05
    note = (
        pick(
            " Since the difference varies, an average over levels depends on how they are weighted.",
            "由于差异因水平而异，跨水平的平均取决于权重。",
        )
        if with_interaction
        else ""
    )
    text = pick(
        f"Type II tests for {outcome.shown_name}: {'; '.join(parts)}.{note}",
        f"{outcome.shown_name} 的 II 型检验：{'；'.join(parts)}。{note}",
    )
    return [Sentence(key="type-ii", role="method", text=text, columns=names, weight=4)]


def _limits(
    outcome: Outcome, x: str, by: str, names: tuple[str, ...], empty: Sequence[str], single: Sequence[str],
    few: Sequence[tuple[str, int]], simple: Sequence[Simple],
) -> list[Sentence]:  # fmt: skip
    said = []
    where = f"{tidy(x)} x {tidy(by)}"
    if empty:
        listed = joined([tidy(c) for c in empty[:6]])
        text = pick(
            f"Empty cells of {where}: {listed}; the interaction is tested over the filled cells, and type III "
            f"tests do not exist.",
            f"{where} 的空单元：{listed}；交互作用仅在非空单元上检验，III 型检验不存在。",
        )
        said.append(Sentence(key="empty-cells", role="limitation", text=text, columns=names, weight=7))
    if single:
        listed = joined([tidy(c) for c in single[:6]])
        text = pick(
            f"Cells of {where} with one row have no spread and are left out: {listed}.",
            f"{where} 中仅一行的单元没有离散，已排除：{listed}。",
        )
        said.append(Sentence(key="single-cells", role="limitation", text=text, columns=names, weight=7))
    weak = [f"{tidy(name)} (n = {n})" for name, n in few if n > 1]
    if weak:
        text = pick(
            f"Cells of {where} with few rows, shown but not to be relied on: {joined(weak[:6])}.",
            f"{where} 中行数较少的单元，仅供参考：{joined(weak[:6])}。",
        )
        said.append(Sentence(key="weak-cell", role="caveat", text=text, columns=names, weight=6))
    if simple:
        text = pick(
            f"p-values of the {len(simple)} differences within {tidy(by)} are Holm-adjusted as one family; their "
            f"intervals are not.",
            f"{tidy(by)} 各水平内 {len(simple)} 个差异的 p 值作为一族经 Holm 校正；区间未校正。",
        )
        said.append(Sentence(key="multiplicity", role="method", text=text, columns=names, weight=3))
    text = pick(
        f"This is an association in observed data, adjusted for nothing but {tidy(x)} and {tidy(by)}: other "
        f"columns and self-selection "
        f"may explain why {outcome.shown_name} differs.",
        f"这是观测数据中的关联，除 {tidy(x)} 与 {tidy(by)} 外未作调整：其他因素及自我选择可能是 "
        f"{outcome.shown_name} 差异的原因。",
    )
    return [*said, Sentence(key="not-causal", role="limitation", text=text, columns=names, weight=8)]
