"""Student's t tests: one sample, two groups (Welch or equal spread), pairs; and tests of equivalence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import effect_sizes, intervals, samples, welch
from k2lab.stats.labels import any_engine
from k2lab.stats.outcome import READINGS, Reading, bounds, read_bounds
from k2lab.stats.result import Check, Estimate, Result, Sentence, Table, TestResult
from k2lab.stats.samples import Samples, level_checked
from k2lab.stats.shape import shape_check, spread_check
from k2lab.stats.show import value_text
from k2lab.stats.spoken import interval_text, statistic_text
from k2lab.stats.words import p_text, tidy


@any_engine
def t_test(
    data: Any, y: str | Sequence[str], x: str | None = None, *, paired: str | None = None, equal_var: bool = False,
    mu: float = 0.0, reference: Any = None, scale: str = "raw", level: float = 0.95,
) -> Result:  # fmt: skip
    """Test means by Student's t: of one column, of two groups, or of pairs.

    Parameters
    ----------
    data : frame
    y : str or two of them
        The outcome; two columns are pairs, row by row.
    x : str, optional
        Column of two groups. Without it the mean of `y` is tested against `mu`.
    paired : str, optional
        Column that names the unit, where the two groups hold two measurements of each unit.
    equal_var : bool
        Pool the variances (Student) instead of Welch's test, which does not need them equal.
    mu : float
        The mean, or the difference, of the null hypothesis.
    reference : level, optional
        The group that the other is compared with; default the first of ordered levels, else the most frequent.
    scale : {"raw", "log"}
        "log" compares geometric means; differences are then percent.
    level : float
        Confidence level.

    Returns
    -------
    Result
        The difference with its interval, the means, t with Hedges g (of one sample and of pairs Cohen's d), further
        standardised differences in a table, checks of shape and spread.

    Raises
    ------
    UsageError
        If a column is missing or holds no numbers, `x` has not two levels, or the columns make no pairs.
    InputError
        If a group has fewer than two rows, or nothing varies.

    Notes
    -----
    Student (1908); Welch (1947), the default (playbook section 3): it loses little where spreads are equal. R: t.test.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [1.0, 2, 3, 2, 4, 5, 6, 5], "team": list("aaaabbbb")})
    >>> made = t_test(table, "pay", "team", reference="a")
    >>> round(made.estimates[0].value, 2), made.tests[0].method
    (3.0, 'Welch t')
    >>> t_test(table, "pay", "team", equal_var=True).tests[0].df
    (6.0,)
    >>> round(t_test(table, "pay", mu=3.0).tests[0].statistic, 3)
    0.798
    """
    level_checked(level)
    held = read(data, y, x, paired, scale, reference)
    if held.paired and equal_var:
        raise UsageError("Pairs have one variance, that of their differences.", "Leave equal_var out.")
    gap = judge(held, equal_var, mu, level)
    out = _Words(held, equal_var, level)
    test = _test(held, gap, out, mu, level)
    return Result(
        kind="t_test", title=held.title(out.method), estimates=(out.difference(gap, mu), *out.means()), tests=(test,),
        checks=tuple(_checks(held, equal_var)), tables=tuple(_sizes(held, level)),
        sentences=(*out.said(gap, test, mu), *held.missing()),
        values=held.facts() | {"paired": held.paired, "equal_var": equal_var, "mu": mu},
        warnings=tuple(_warnings(held, equal_var)),
    )  # fmt: skip


@any_engine
def equivalence(
    data: Any, y: str | Sequence[str], x: str | None = None, *, sesoi: float | Sequence[float] | None = None,
    paired: str | None = None, equal_var: bool = False, mu: float = 0.0, reference: Any = None, scale: str = "raw",
) -> Result:  # fmt: skip
    """Test whether a difference is too small to matter, by two one-sided t tests (TOST).

    Parameters
    ----------
    data, y, x, paired, equal_var, mu, reference, scale
        As in `t_test`.
    sesoi : float or pair of floats, optional
        The smallest difference of interest, in units of `y` (with ``scale="log"`` a share: 0.05 is 5%), one number for
        both sides. Fix it before looking. Default: 0.2 standard deviations, or 5% on the log scale.

    Returns
    -------
    Result
        The difference with its 90% interval, the two one-sided tests, and which of the four readings holds: practically
        equivalent, beyond the bounds, size not settled, inconclusive.

    Raises
    ------
    UsageError
        If the bounds do not hold zero between them, or as `t_test`.
    InputError
        As `t_test`.

    Notes
    -----
    Schuirmann (1987); the 90% interval is inside the bounds exactly where both tests reject at 5%.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [5.0, 6, 5, 6, 5, 5, 6, 5, 6, 6], "team": list("ab") * 5})
    >>> made = equivalence(table, "pay", "team", sesoi=2.0)
    >>> made.values["reading"], made.values["p"] < 0.05
    ('equivalent', True)
    """
    held = read(data, y, x, paired, scale, reference)
    gap = judge(held, equal_var, mu, 0.95)
    low, high, given = bounds_given(held, sesoi)
    below, above = gap.one_sided(low, high)
    out = _Words(held, equal_var, 0.9)
    name = read_bounds((gap.low, gap.high), (gap.low90, gap.high90), (low, high))
    n, df = held.n, (gap.df,)
    tests = tuple(
        TestResult(
            label=pick(f"difference {sign} {out.size(bound)}", f"差异 {sign} {out.size(bound)}"), symbol="t",
            df=df, p=p,
            method=pick(f"one-sided {out.method}", f"单侧 {out.method}"), statistic=(gap.value - bound) / gap.se, n=n,
            assumptions=out.assumptions,
        )
        for sign, bound, p in ((">", low, below), ("<", high, above))
    )  # fmt: skip
    p = max(below, above)
    return Result(
        kind="equivalence", title=held.title(pick("Equivalence", "等价性检验")),
        estimates=(out.difference(gap, mu, ninety=True), *out.means()), tests=tests,
        sentences=(*out.equivalent(gap, (low, high), given, p, name), *held.missing()),
        values=held.facts() | {
            "low": out.shown(low), "high": out.shown(high), "given": given, "p": p, "reading": name,
            "equivalent": p < 0.05,
        },
    )  # fmt: skip


def read(
    data: Any, y: str | Sequence[str], x: str | None, paired: str | None, scale: str, reference: Any = None
) -> Samples:
    """Read one sample, two groups or pairs, by which columns are named."""
    if paired is not None or not isinstance(y, str):
        return samples.pairs(data, y, x, paired, scale, reference)
    if x is None:
        return samples.one_sample(data, y, scale)
    return samples.two_groups(data, y, x, scale, reference)


def judge(held: Samples, equal_var: bool, mu: float, level: float) -> welch.Gap:
    """Return the difference of a comparison with its intervals."""
    if held.paired:
        return welch.one_mean(held.differences, mu, level=level)
    if len(held.groups) == 1:
        return welch.one_mean(held.groups[0].values, mu, level=level)
    if mu:
        moved = held.groups[0].values - mu
        return welch.gap(moved, held.groups[1].values, equal_var=equal_var, level=level)
    return welch.gap(held.groups[0].values, held.groups[1].values, equal_var=equal_var, level=level)


def bounds_given(held: Samples, given: float | Sequence[float] | None) -> tuple[float, float, bool]:
    """Return the bounds of what matters for a comparison, and whether they were given."""
    parts = [held.differences] if held.paired else [g.values for g in held.groups]
    df = sum(len(p) - 1 for p in parts)
    spread = (sum(welch.spread(p) * (len(p) - 1) for p in parts) / df) ** 0.5
    return bounds(spread, given, log=held.scale == "log")


def _test(held: Samples, gap: welch.Gap, out: _Words, mu: float, level: float) -> TestResult:
    effect: Estimate | None
    try:
        if held.paired or len(held.groups) == 1:
            label = pick("Cohen d of the differences", "差值的 Cohen d") if held.paired else "Cohen d"
            effect = effect_sizes.cohens_d_of_one(gap.value / gap.se, held.n, label, level)
        else:
            first, second = (g.values for g in held.groups)
            effect = effect_sizes.hedges_g(first - mu, second, level=level)
    except UsageError:  # three rows, or one group without spread: the difference stands without it
        effect = None
    return TestResult(
        label=out.contrast, method=out.method, statistic=gap.value / gap.se, symbol="t", df=(gap.df,), p=gap.p,
        n=held.n,
        effect=effect, assumptions=out.assumptions,
    )  # fmt: skip


def _sizes(held: Samples, level: float) -> list[Table]:
    """Return the standardised differences in use, for those who need one by name."""
    if held.paired or len(held.groups) == 1:
        return []
    try:
        found = effect_sizes.standardised(held.groups[0].values, held.groups[1].values, level)
    except UsageError:
        return []
    named = {
        "cohens_d": "Cohen d", "cohens_d_low": pick("Cohen d, low", "Cohen d 下限"),
        "cohens_d_high": pick("Cohen d, high", "Cohen d 上限"), "hedges_g": "Hedges g",
        "hedges_g_low": pick("Hedges g, low", "Hedges g 下限"), "hedges_g_high": pick("Hedges g, high",
        "Hedges g 上限"),
        "glass_delta": "Glass delta", "d_average_sd": pick("d by the average variance", "以平均方差计的 d"),
        "common_language": pick("common-language size", "通俗效应量"),
    }  # fmt: skip
    rows = tuple((label, found[name]) for name, label in named.items() if name in found)
    return [
        Table(
            title=pick("Standardised differences", "标准化差异"), columns=(pick("measure", "量"), pick("value", "值")),
            rows=rows,
        )
    ]  # fmt: skip


def _checks(held: Samples, equal_var: bool) -> list[Check]:
    if held.paired:
        return [shape_check(held.differences, pick("shape of the differences", "差值的形态"))]
    made = [shape_check(g.values, pick(f"shape of {g.name}", f"{g.name} 的形态")) for g in held.groups]
    if len(held.groups) > 1:
        made.append(spread_check([g.values for g in held.groups], equal_var))
    return made


def _warnings(held: Samples, equal_var: bool) -> list[str]:
    if not equal_var or held.paired or len(held.groups) == 1:
        return []
    check = spread_check([g.values for g in held.groups], equal_var=True)
    return [] if check.passed else [f"{check.reading}: {check.action}."]


class _Words:
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
                centre = (intervals.of_logs if self.log else intervals.of_mean)(g.values, self.level)
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
        value = value_text(abs(e.value) if len(held.groups) > 1 else e.value, e.unit)
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
        span = pick(f"{low} to {high}", f"{low} 至 {high}")
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
