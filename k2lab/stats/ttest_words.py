"""What a t test and a test of equivalence say."""

from __future__ import annotations

from k2lab.errors import InputError
from k2lab.locale import numbers, pick
from k2lab.stats import intervals, samples, welch
from k2lab.stats.outcome import READINGS, Reading
from k2lab.stats.result import Estimate, Sentence, TestResult
from k2lab.stats.samples import Samples
from k2lab.stats.show import value_text, value_texts
from k2lab.stats.spoken import interval_text, statistic_text
from k2lab.stats.words import p_text, tidy


class Words:
    """What a t test says, in the language in use."""

    def __init__(self, held: Samples, equal_var: bool, level: float) -> None:
        self.held, self.level = held, level
        self.log = held.scale == "log"
        kind = pick("paired t", "配对 t") if held.paired else pick("one-sample t", "单样本 t")
        two = pick("Student t", "Student t") if equal_var else "Welch t"
        self.method = kind if held.paired or len(held.groups) == 1 else two
        independent = (
            pick("independent pairs", "各配对相互独立") if held.paired else pick("independent rows", "各行相互独立")
        )
        of = pick("differences", "差值") if held.paired else pick("values", "数值")
        shape = pick(f"{of} near normal, or many of them", f"{of}近似正态，或样本量大")
        more = [pick("equal variances", "方差相等")] if equal_var and not held.paired else []
        self.assumptions = (independent, shape, *more)

    @property
    def unit(self) -> str:
        return "%" if self.log else ""

    @property
    def noun(self) -> str:
        return pick("geometric mean", "几何均值") if self.log else pick("mean", "均值")

    @property
    def contrast(self) -> str:
        names = [g.level if self.held.x else g.name for g in self.held.groups]
        return " - ".join(map(tidy, names))

    def shown(self, value: float) -> float:
        import math

        return 100 * math.expm1(value) if self.log else value

    def size(self, value: float) -> str:
        return value_text(self.shown(value), self.unit)

    def difference(self, gap: welch.Gap, mu: float, *, ninety: bool = False) -> Estimate:
        held = self.held
        low, high = (gap.low90, gap.high90) if ninety else (gap.low, gap.high)
        if len(held.groups) == 1 and not self.log:  # the mean itself, as R's t.test gives it
            label = pick(f"mean of {tidy(held.y)}", f"{tidy(held.y)} 的均值")
            values = gap.value + mu, low + mu, high + mu
        else:
            label = {
                True: pick("mean of the differences", "差值的均值"), False: pick("difference of the means", "均值差"),
            }[held.paired]  # fmt: skip
            if self.log:
                label = pick("ratio of geometric means, as percent,", "几何均值之比（百分比）")
            label = f"{label} {self.contrast}"
            values = gap.value + mu, low + mu, high + mu
        value, low, high = (self.shown(v) for v in values)
        return Estimate(
            label=label, value=value, low=low, high=high, n=held.n, unit=self.unit, level=0.9 if ninety else self.level,
            method=self.method, p=gap.p, assumptions=self.assumptions,
        )  # fmt: skip

    def means(self) -> list[Estimate]:
        """Return the mean of each group, in units of the outcome."""
        made = []
        for g in self.held.groups if len(self.held.groups) > 1 else ():
            try:
                centre = (intervals.of_logs if self.log else intervals.of_mean)(g.held, self.level)
            except InputError:
                continue
            made.append(
                Estimate(
                    label=f"{self.noun}, {g.name}", value=centre.value, low=centre.low, high=centre.high, n=g.n,
                    level=self.level, method=pick("t interval of the group", "组内 t 区间"),
                    groups={self.held.x: g.level} if self.held.x else {},
                )
            )  # fmt: skip
        return made

    def said(self, gap: welch.Gap, test: TestResult, mu: float) -> list[Sentence]:
        held, y = self.held, tidy(self.held.y)
        e = self.difference(gap, mu)
        n = pick(" and ", " 与 ").join(numbers.count(g.n) for g in held.groups)
        told = interval_text(e)
        null = self.size(mu) if len(held.groups) > 1 else numbers.number(mu)
        open_ = gap.low <= 0 <= gap.high
        value = value_texts(e)[0].lstrip(numbers.MINUS if len(held.groups) > 1 else "")
        more = e.value > 0
        if held.paired:
            a, b = (g.name for g in held.groups)
            n = numbers.count(held.n)
            text = pick(
                f"In these data, {a} is {value} {'higher' if more else 'lower'} than {b} on average over {n} pairs "
                f"({told}).",
                f"在这些数据中，{n} 对配对的 {a} 平均比 {b} {'高' if more else '低'} {value}（{told}）。",
            )
        elif len(held.groups) == 1:
            text = pick(
                f"In these data, the {self.noun} of {y} is {value} ({told}; n = {n}), compared with {null}.",
                f"在这些数据中，{y} 的{self.noun}为 {value}（{told}；n = {n}），与 {null} 相比。",
            )
        else:
            a, b = (g.name for g in held.groups)
            text = pick(
                f"In these data, {y} is {value} {'higher' if more else 'lower'} for {a} than for {b} ({self.noun}; "
                f"{told}; n = {n}; unadjusted).",
                f"在这些数据中，{a} 的 {y} {self.noun}比 {b} {'高' if more else '低'} {value}"
                f"（{told}；n = {n}；未调整）。",
            )
        found = [Sentence(key="difference", role="headline", text=text, columns=held.columns, weight=10)]
        if open_:
            zero = pick(f"The interval includes {null}: ", f"区间包含 {null}：")
            found.append(
                Sentence(
                    key="open", role="caveat", columns=held.columns, weight=9,
                    text=zero + pick(
                        f"the data neither show nor rule out a difference as large as {self._far(gap, mu)}.",
                        f"数据未能证实也未能排除 {self._far(gap, mu)} 这样大的差异。",
                    ),
                )
            )  # fmt: skip
        size = (
            ""
            if test.effect is None
            else pick("; ", "；")
            + (f"{test.effect.label} {value_text(test.effect.value, 'SD')} ({interval_text(test.effect)})")
        )
        found.append(
            Sentence(
                key="test", columns=held.columns, weight=6,
                text=pick(f"For {y}: {statistic_text(test)}{size}.", f"{y}：{statistic_text(test)}{size}。"),
            )
        )  # fmt: skip
        small = [g for g in held.groups if g.n < samples.WEAK]
        if small:
            named = ", ".join(f"{g.name} (n = {g.n})" for g in small)
            found.append(
                Sentence(
                    key="weak-group", role="caveat", columns=held.columns, weight=6,
                    text=pick(f"Few rows, so weak numbers: {named}.", f"行数少，数值较弱：{named}。"),
                )
            )  # fmt: skip
        if len(held.groups) > 1 and not held.paired:
            found.append(association(held))
        return found

    def _far(self, gap: welch.Gap, mu: float) -> str:
        ends = (gap.low, gap.high)
        return self.size(max(ends, key=abs)) if len(self.held.groups) > 1 else self.size(max(ends, key=abs) + 0.0)

    def equivalent(
        self, gap: welch.Gap, ends: tuple[float, float], given: bool, p: float, reading: Reading
    ) -> list[Sentence]:
        held, y = self.held, tidy(self.held.y)
        e = self.difference(gap, 0.0, ninety=True)
        low, high = (self.size(b) for b in ends)
        same = low.lstrip(numbers.MINUS) == high.lstrip("+")
        span = f"±{self.size(ends[1]).lstrip('+')}" if same else pick(f"{low} to {high}", f"{low} 至 {high}")
        n, value = numbers.count(held.n), value_text(e.value, e.unit)
        told = pick(f"{value} ({interval_text(e)}; n = {n})", f"{value}（{interval_text(e)}；n = {n}）")
        text = {
            "equivalent": pick(
                f"The difference in {y} lies within {span}, too small to matter: {told}, TOST {p_text(p)}.",
                f"{y} 的差异在 {span} 之内，小到没有实际意义：{told}，等价性检验 {p_text(p)}。",
            ),
            "beyond": pick(
                f"The difference in {y} lies beyond {span}: {told}, TOST {p_text(p)}.",
                f"{y} 的差异超出 {span}：{told}，等价性检验 {p_text(p)}。",
            ),
            "unsettled": pick(
                f"There is a difference in {y}, but whether it is within {span} is not settled: {told}, "
                f"TOST {p_text(p)}.",
                f"{y} 存在差异，但是否在 {span} 之内尚无定论：{told}，等价性检验 {p_text(p)}。",
            ),
            "inconclusive": pick(
                f"The data neither show nor rule out a difference in {y} as large as {span}: {told}, TOST {p_text(p)}.",
                f"数据未能证实也未能排除 {y} 有 {span} 这样大的差异：{told}，等价性检验 {p_text(p)}。",
            ),
        }[reading]  # fmt: skip
        how = pick(
            f"Smallest difference of interest in {y}: {span} ({'as given' if given else 'the default'}); "
            f"it has to be fixed before the data are seen. {READINGS[reading][0]}.",
            f"{y} 的最小有意义差异：{span}（{'由用户给定' if given else '默认值'}），"
            f"须在查看数据之前确定。{READINGS[reading][1]}。",
        )
        return [
            Sentence(key="equivalence", role="headline", text=text, columns=held.columns, weight=10),
            Sentence(key="method", role="method", text=how, columns=held.columns, weight=5),
        ]


def association(held: Samples) -> Sentence:
    """Say that a difference of groups is no effect."""
    y, x = tidy(held.y), tidy(held.x)
    return Sentence(
        key="not-causal", role="limitation", columns=held.columns, weight=8,
        text=pick(
            f"This is an association in observed data: whatever else differs between the levels of {x} may explain why "
            f"{y} differs; nothing was adjusted for.",
            f"这是观测数据中的关联：{x} 各水平之间的其他差别可能是 {y} 差异的原因；此处未作任何调整。",
        ),
    )  # fmt: skip
