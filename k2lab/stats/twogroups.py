"""Two groups: the difference with its interval, its size, and the rank twin."""

from __future__ import annotations

from k2lab.errors import UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import effect_sizes, ranks, welch
from k2lab.stats.compare import FEW, WEAK, Comparison, association, gap_or_none, mean_of, shown_mean
from k2lab.stats.groups import Group
from k2lab.stats.least import NotEstimable
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, TestResult
from k2lab.stats.words import at, p_text, tidy


def two(made: Comparison) -> Result:
    """Compare two groups; the reference level is the one others are compared with."""
    reference = next((g for g in made.groups if g.levels[made.x] == made.reference), made.groups[0])
    other = next(g for g in made.groups if g is not reference)
    means = tuple(e for e in (mean_of(made, g) for g in (other, reference)) if e is not None)
    gap = gap_or_none(made, other, reference)
    if gap is None:
        return _still(made, other, reference)
    tests = [_welch(made, gap, other, reference)]
    rank = _mann_whitney(made, other, reference)
    tests += [rank] if rank else []
    estimates = [_difference(made, gap, other, reference)]
    raw = _raw_twin(made, other, reference)
    estimates += [raw] if raw else []
    sentences = _words(made, gap, other, reference, tests[0], rank, raw)
    values: dict[str, Scalar] = {"level": made.level(other), "reference": made.level(reference)}
    return Result(
        kind="compare",
        title="",
        estimates=(*estimates, *means),
        tests=tuple(tests),
        sentences=tuple(sentences),
        values=values,
    )


def _difference(made: Comparison, gap: welch.Gap, other: Group, reference: Group) -> Estimate:
    out = made.outcome
    label = pick(
        f"{made.level(other)} against {made.level(reference)}", f"{made.level(other)} 对 {made.level(reference)}"
    )
    method = {
        "log": pick("ratio of geometric means as percent, Welch", "几何均值之比（百分比），Welch"),
        "raw": pick("difference of means, Welch", "均值差，Welch"),
    }[out.scale]
    return Estimate(
        label=label, value=out.shown(gap.value), low=out.shown(gap.low), high=out.shown(gap.high),
        n=other.n + reference.n,
        unit=out.unit, method=method, p=gap.p, groups=other.levels,
    )  # fmt: skip


def _raw_twin(made: Comparison, other: Group, reference: Group) -> Estimate | None:
    """Return the difference in original units beside a comparison of logs."""
    if made.outcome.scale != "log":
        return None
    gap = welch.gap(made.original(other), made.original(reference))
    label = pick(
        f"{made.level(other)} less {made.level(reference)}, original units",
        f"{made.level(other)} 减 {made.level(reference)}，原始单位",
    )
    return Estimate(
        label=label, value=gap.value, low=gap.low, high=gap.high, n=other.n + reference.n, p=gap.p, groups=other.levels,
        method=pick("difference of means, Welch", "均值差，Welch"),
    )  # fmt: skip


def _welch(made: Comparison, gap: welch.Gap, other: Group, reference: Group) -> TestResult:
    try:
        size = effect_sizes.hedges_g(made.values(other), made.values(reference))
    except UsageError:  # two rows, or one group of one value: the gap stands without it
        size = None
    label = f"{made.level(other)} - {made.level(reference)}"
    return TestResult(
        label=label, method="Welch t", statistic=gap.value / gap.se, symbol="t", df=(gap.df,), p=gap.p,
        n=other.n + reference.n, effect=size,
    )  # fmt: skip


def _mann_whitney(made: Comparison, other: Group, reference: Group) -> TestResult | None:
    try:
        found = ranks.u_test(made.ranked(other), made.ranked(reference))
    except NotEstimable:  # all tied
        return None
    return TestResult(
        label=f"{made.level(other)} - {made.level(reference)}", symbol="U", df=(), statistic=found.statistic,
        method="Mann-Whitney, exact" if found.exact else "Mann-Whitney", p=found.p, n=found.n,
        effect=effect_sizes.rank_biserial(
            found.statistic, other.n, reference.n, label=pick("rank-biserial correlation", "秩二列相关")
        ),
    )  # fmt: skip


def _words(
    made: Comparison, gap: welch.Gap, other: Group, reference: Group, test: TestResult, rank: TestResult | None,
    raw: Estimate | None,
) -> list[Sentence]:  # fmt: skip
    out, columns = made.outcome, made.columns
    a, b = at(made.x, other.levels[made.x]), at(made.x, reference.levels[made.x])
    y, interval = tidy(out.name), out.interval(gap.low, gap.high)
    n1, n2 = numbers.count(other.n), numbers.count(reference.n)
    reading = out.reading(gap.value, gap.low, gap.high, gap.low90, gap.high90)
    more = gap.value > 0
    size = out.size(gap.value, sign=False)
    found = pick(
        f"In these data, {y} is {size} {'higher' if more else 'lower'} for {a} than for {b} "
        f"({out.noun}; 95% CI {interval}; n = {n1} and {n2}; unadjusted).",
        f"在这些数据中，{a} 的 {y} {out.noun}比 {b} {'高' if more else '低'} {size}"
        f"（95% 置信区间 {interval}；n = {n1} 与 {n2}；未调整）。",
    )
    open_ = pick(
        f"The data neither show nor rule out a difference in {y} between {a} and {b}: {out.size(gap.value)} "
        f"({out.noun}; 95% CI {interval}; n = {n1} and {n2}) includes 0 and differences larger than {out.sesoi[1:]}.",
        f"数据未能证实也未能排除 {a} 与 {b} 之间 {y} 的差异：{out.size(gap.value)}"
        f"（{out.noun}；95% 置信区间 {interval}；n = {n1} 与 {n2}）既含 0，也含 {out.sesoi} 这样大的差异。",
    )
    if min(other.n, reference.n) < FEW:  # no conclusion for so few rows (playbook section 12)
        return [_too_few(made, other, reference), *_sizes(made, test, rank, raw, a, b), association(made)]
    made_of = [
        Sentence(
            key="difference",
            role="headline",
            text=open_ if reading == "inconclusive" else found,
            columns=columns,
            weight=10,
        )
    ]
    if reading == "equivalent":
        p = gap.equivalence_p(out.low, out.high)
        made_of.append(
            Sentence(
                key="equivalence", columns=columns, weight=8,
                text=pick(
                    f"The difference in {y} between {a} and {b} is smaller than {out.sesoi}: 90% CI "
                    f"{out.interval(gap.low90, gap.high90)}, TOST {p_text(p)}.",
                    f"{a} 与 {b} 之间 {y} 的差异小于 {out.sesoi}：90% 置信区间 "
                    f"{out.interval(gap.low90, gap.high90)}，等价性检验 {p_text(p)}。",
                ),
            )
        )  # fmt: skip
    elif reading == "beyond":
        made_of.append(
            Sentence(
                key="size", columns=columns, weight=7,
                text=pick(
                    f"The whole interval of the difference in {y} between {a} and {b} lies beyond {out.sesoi}.",
                    f"{a} 与 {b} 之间 {y} 差异的整个置信区间超出 {out.sesoi}。",
                ),
            )
        )  # fmt: skip
    elif reading == "unsettled":
        made_of.append(
            Sentence(
                key="size", columns=columns, weight=7,
                text=pick(
                    f"Whether the difference in {y} between {a} and {b} is larger than {out.sesoi} is not settled.",
                    f"{a} 与 {b} 之间 {y} 的差异是否超过 {out.sesoi} 尚无定论。",
                ),
            )
        )  # fmt: skip
    made_of += _sizes(made, test, rank, raw, a, b)
    weak = [g for g in (other, reference) if g.n < WEAK]
    for group in weak:
        made_of.append(
            Sentence(
                key="weak-group", role="caveat", columns=columns, weight=6,
                text=pick(
                    f"{at(made.x, group.levels[made.x])} has only {group.n} rows, so its numbers are weak.",
                    f"{at(made.x, group.levels[made.x])} 仅 {group.n} 行，其数值较弱。",
                ),
            )
        )  # fmt: skip
    return [*made_of, association(made)]


def _too_few(made: Comparison, other: Group, reference: Group) -> Sentence:
    """Show the centres of two groups and leave the comparison open, for one of them has too few rows."""
    y, ends = tidy(made.outcome.name), [shown_mean(made, g) for g in (other, reference)]
    text = pick(
        f"In these data, the {made.outcome.noun} of {y} is {ends[0]} and {ends[1]} by {tidy(made.x)}: with fewer than "
        f"{FEW} rows in a level, nothing is concluded of their difference.",
        f"在这些数据中，按 {tidy(made.x)}，{y} 的{made.outcome.noun}为 {ends[0]} 与 {ends[1]}：有水平少于 {FEW} 行，"
        "对其差异不作结论。",
    )
    return Sentence(key="difference", role="headline", text=text, columns=made.columns, weight=10)


def _sizes(
    made: Comparison, test: TestResult, rank: TestResult | None, raw: Estimate | None, a: str, b: str
) -> list[Sentence]:
    y, columns = tidy(made.outcome.name), made.columns
    said = []
    if raw is not None:
        value, low, high = (numbers.number(v) for v in (raw.value, raw.low, raw.high))
        said.append(
            Sentence(
                key="raw-twin", columns=columns, weight=6,
                text=pick(
                    f"In original units the mean of {y} is {value} apart ({a} less {b}; 95% CI {low} to {high}).",
                    f"以原始单位计，{y} 的均值相差 {value}（{a} 减 {b}；95% 置信区间 {low} 至 {high}）。",
                ),
            )
        )  # fmt: skip
    if test.effect is not None:
        g = test.effect
        value, low, high = (numbers.number(v) for v in (g.value, g.low, g.high))
        df = f"{test.df[0]:,.1f}"
        said.append(
            Sentence(
                key="effect-size", columns=columns, weight=5,
                text=pick(
                    f"In standard deviations of {y} the difference between {a} and {b} is Hedges g = {value} (95% "
                    f"CI {low} to {high}); "
                    f"Welch t({df}) = {numbers.number(test.statistic)}, {p_text(test.p)}.",
                    f"以 {y} 的标准差计，{a} 与 {b} 的差异为 Hedges g = {value}（95% 置信区间 {low} 至 {high}）；"
                    f"Welch t({df}) = {numbers.number(test.statistic)}，{p_text(test.p)}。",
                ),
            )
        )  # fmt: skip
    if rank is not None and rank.effect is not None:
        r = numbers.number(rank.effect.value)
        agree = (rank.p < 0.05) == (test.p < 0.05) and (
            rank.effect.value * test.statistic >= 0 or min(rank.p, test.p) >= 0.05
        )
        said.append(
            Sentence(
                key="rank-twin", columns=columns, weight=4 if agree else 9, role="finding" if agree else "caveat",
                text=pick(
                    f"The rank comparison of {y} ({a} against {b}) {'agrees' if agree else 'does not agree'}: "
                    f"Mann-Whitney "
                    f"{p_text(rank.p)}, rank-biserial correlation {r}.",
                    f"{y} 的秩检验（{a} 对 {b}）{'与之一致' if agree else '与之不一致'}：Mann-Whitney "
                    f"{p_text(rank.p)}，秩二列相关 {r}。",
                ),
            )
        )  # fmt: skip
    return said


def _still(made: Comparison, other: Group, reference: Group) -> Result:
    """Two groups, each of one value: the difference is plain, and cannot be judged."""
    y, a, b = tidy(made.outcome.name), at(made.x, other.levels[made.x]), at(made.x, reference.levels[made.x])
    first, second = (numbers.number(float(made.outcome.original[g.rows[0]])) for g in (other, reference))
    text = pick(
        f"Every row with {a} has {y} = {first} (n = {other.n}), every row with {b} has {second} (n = {reference.n}): "
        "without any spread there is nothing to test.",
        f"{a} 的每一行 {y} 均为 {first}（n = {other.n}），{b} 的每一行均为 {second}（n = {reference.n}）："
        f"没有任何离散，无从检验。",
    )
    return Result(
        kind="compare", title="", sentences=(Sentence(key="difference", role="headline", text=text,
        columns=made.columns, weight=10),),
        warnings=(pick("No test: neither group varies.", "未作检验：两组均无离散。"),),
    )  # fmt: skip
