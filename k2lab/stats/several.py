"""Three to twelve groups, all pairs; and more groups, each against all other rows."""

from __future__ import annotations

import math
from dataclasses import replace

from k2lab.locale import numbers, pick
from k2lab.stats import effect_sizes, welch
from k2lab.stats.compare import WEAK, Comparison, association, mean_of, rank_twin, shown_mean
from k2lab.stats.groups import Group
from k2lab.stats.linear import NotEstimable
from k2lab.stats.multiplicity import holm
from k2lab.stats.result import Estimate, Result, Sentence, Table, TestResult
from k2lab.stats.weighted import joined
from k2lab.stats.words import at, p_text, pooled_level, rows, share_of_variance, spaced, tidy

MOST_GROUPS = 40
"""Groups of a many-group comparison; the smaller ones are pooled."""


def several(made: Comparison) -> Result:
    """Compare several groups: the overall test, all pairs, and the rank twin."""
    samples = [made.values(g) for g in made.groups]
    warnings: list[str] = []
    tests = _overall(made, warnings)
    estimates = [e for e in (mean_of(made, g) for g in made.groups) if e is not None]
    tables, sentences = [], _headline(made, tests)
    try:
        pairs = welch.games_howell(samples)
    except NotEstimable as error:
        warnings.append(pick("No comparison of pairs: ", "未作两两比较：") + error.what)
    else:
        tables.append(_pairs(made, pairs))
        largest = max(pairs, key=lambda pair: abs(pair.value))
        estimates.insert(0, _pair_estimate(made, largest))
        sentences += _pair_words(made, pairs, largest)
    return Result(
        kind="compare", title="", estimates=tuple(estimates), tests=tuple(tests), tables=tuple(tables),
        warnings=tuple(warnings),
        sentences=(*sentences, *_weak(made), association(made)),
    )  # fmt: skip


def many(made: Comparison) -> Result:
    """Compare each group of 30 rows or more with all other rows; smaller ones are pooled as "other"."""
    import numpy as np

    size = sorted(made.groups, key=lambda g: -g.n)
    kept = [g for g in size if g.n >= WEAK][:MOST_GROUPS] or size[:12]
    rest = [g for g in made.groups if g not in kept]
    chosen = [g for g in made.groups if g in kept]
    warnings: list[str] = []
    if rest:
        pooled = Group(
            rows=np.concatenate([g.rows for g in rest]),
            levels={made.x: pooled_level()},
            times=None if rest[0].times is None else sum(g.n for g in rest),
        )
        warnings.append(
            pick(
                f"{len(rest)} smaller levels of {tidy(made.x)} ({rows(pooled.n)}) are pooled as 'other'.",
                f"{tidy(made.x)} 中较小的 {len(rest)} 个水平（{rows(pooled.n)}）合并为“其他”。",
            )
        )
        chosen = [*chosen, *([pooled] if pooled.n >= 2 else [])]
    pool = replace(made, groups=tuple(chosen))
    tests = _overall(pool, warnings)
    everything = joined([pool.values(g) for g in pool.groups])
    total, count = everything.sum, everything.n
    gaps = []
    for group in kept:
        held = pool.values(group)
        others = joined([pool.values(g) for g in pool.groups if g is not group])
        try:
            gaps.append((group, welch.gap(held, others), 1 - held.n / count))
        except NotEstimable:
            warnings.append(
                pick(f"{group.name} has no spread and is not compared.", f"{group.name} 没有离散，未作比较。")
            )
    adjusted = holm([gap.p for _, gap, _ in gaps])
    out, estimates = made.outcome, []
    # A group less all rows is the share of the other rows times (group less others); p is the same.
    for (group, gap, share), p in zip(gaps, adjusted, strict=True):
        label = pick(f"{made.level(group)} against all rows", f"{made.level(group)} 对全部行")
        estimates.append(
            Estimate(
                label=label, value=out.shown(gap.value * share), low=out.shown(gap.low * share),
                high=out.shown(gap.high * share),
                n=group.n, unit=out.unit, p=gap.p, p_adjusted=p, groups=group.levels,
                method=pick("difference from the overall mean, Welch, Holm", "与总体均值之差，Welch，Holm"),
            )
        )  # fmt: skip
    estimates.sort(key=lambda e: e.value)
    apart = [e for e in estimates if e.p_adjusted is not None and e.p_adjusted < 0.05]
    centre = math.exp(total / count) if out.scale == "log" else total / count
    text = pick(
        f"Of {len(estimates)} levels of {tidy(made.x)}, {len(apart)} differ from the {out.noun} of "
        f"{tidy(out.name)} over all rows "
        f"({numbers.number(centre)}) after Holm's adjustment over {len(estimates)} tests.",
        f"在 {tidy(made.x)} 的 {len(estimates)} 个水平中，经 {len(estimates)} 次检验的 Holm 校正后，有 "
        f"{len(apart)} 个与 {tidy(out.name)} 的总体"
        f"{out.noun}（{numbers.number(centre)}）有差异。",
    )
    sentences = [*_headline(pool, tests), Sentence(key="pairs", text=text, columns=made.columns, weight=7)]
    for e in (estimates[:1] + estimates[-1:]) if len(estimates) > 1 else []:
        low, high = (
            numbers.percent(v / 100, sign=True) if out.scale == "log" else numbers.number(v) for v in (e.low, e.high)
        )
        value = numbers.percent(e.value / 100, sign=True) if out.scale == "log" else numbers.number(e.value)
        sentences.append(
            Sentence(
                key="extreme-group", columns=made.columns, weight=5,
                text=pick(
                    f"{tidy(out.name)} for {at(made.x, e.groups[made.x])} differs from that of all rows by {value} "
                    f"({out.noun}; 95% CI {low} to {high}; n = {numbers.count(e.n)}).",
                    f"{at(made.x, e.groups[made.x])} 的 {tidy(out.name)} 与全部行相差 {value}"
                    f"（{out.noun}；95% 置信区间 {low} 至 {high}；n = {numbers.count(e.n)}）。",
                ),
            )
        )  # fmt: skip
    return Result(
        kind="compare", title="", estimates=tuple(estimates), tests=tuple(tests), sentences=(*sentences,
        association(made)),
        warnings=tuple(warnings),
    )  # fmt: skip


def _overall(made: Comparison, warnings: list[str]) -> list[TestResult]:
    samples = [made.values(g) for g in made.groups]
    label, tests = tidy(made.x), []
    try:
        F, df1, df2 = welch.classical_f(samples)
        size = effect_sizes.partial_eta2(F, df1, df2, made.n, label=pick("eta²", "eta²"))
    except NotEstimable:
        size = None
    try:
        found = welch.anova(samples, label)
    except NotEstimable as error:
        warnings.append(pick("No Welch test: ", "未作 Welch 检验：") + error.what)
    else:
        tests.append(
            TestResult(
                label=found.label, method=found.method, statistic=found.statistic, symbol="F", df=found.df,
                p=found.p, n=found.n,
                effect=size,
            )
        )  # fmt: skip
    twin = rank_twin([made.ranked(g) for g in made.groups])
    if twin is not None:
        H, p = twin
        epsilon = effect_sizes.rank_epsilon2(H, made.n)
        method = f"Kruskal-Wallis (rank epsilon2 = {numbers.number(epsilon)})"
        tests.append(
            TestResult(
                label=label, method=method, statistic=H, symbol="H", df=(float(len(samples) - 1),), p=p, n=made.n
            )
        )
    return tests


def _headline(made: Comparison, tests: list[TestResult]) -> list[Sentence]:
    out, y, x = made.outcome, tidy(made.outcome.name), tidy(made.x)
    named = [g for g in made.groups if g.levels[made.x] != pooled_level()]  # the pool is no level to end a range
    solid = [g for g in named if g.n >= WEAK]
    solid = next(groups for groups in (solid, named, list(made.groups)) if len(groups) > 1)
    order = sorted(solid, key=lambda g: made.values(g).mean)
    ends = [shown_mean(made, order[0]), shown_mean(made, order[-1])]
    main = next((t for t in tests if t.symbol == "F"), None)
    share_en = share_zh = ""
    if main is not None and main.effect is not None:
        share, size = numbers.percent(main.effect.value), share_of_variance(main.effect.value)
        of = pick(f"the logarithm of {y}", f"{y}（对数）") if out.scale == "log" else y
        share_en = f"; {x} accounts for {share} of the variance of {of}, a {size} share"
        share_zh = f"；{x} 对应 {spaced(of)}方差的 {share}（{size}）"
    rank = next((t for t in tests if t.symbol == "H"), None)
    judge = main or rank  # a group without spread leaves Welch no weight, but the ranks stand
    said_en, said_zh = _verdict(judge)
    n, found = numbers.count(made.n), _overall_text(judge)
    text = pick(
        f"In these data, {y} {said_en} {x}: the {out.noun} goes from {ends[0]} to {ends[1]}{share_en} (n = {n}). "
        f"{found}",
        f"在这些数据中，{y} 与 {x} {said_zh}：{out.noun}从 {ends[0]} 到 {ends[1]}{share_zh}（n = {n}）。{found}",
    ).rstrip()
    said = [Sentence(key="groups", role="headline", text=text, columns=made.columns, weight=10)]
    if rank is not None and main is not None:
        agree = (rank.p < 0.05) == (main.p < 0.05)
        said.append(
            Sentence(
                key="rank-twin", role="finding" if agree else "caveat", columns=made.columns, weight=3 if agree else 9,
                text=pick(
                    f"The rank test of {y} by {x} {'agrees' if agree else 'does not agree'}: Kruskal-Wallis "
                    f"H({numbers.count(rank.df[0])}) = {numbers.number(rank.statistic)}, {p_text(rank.p)}.",
                    f"{y} 按 {x} 的秩检验{'与之一致' if agree else '与之不一致'}：Kruskal-Wallis "
                    f"H({numbers.count(rank.df[0])}) = {numbers.number(rank.statistic)}，{p_text(rank.p)}。",
                ),
            )
        )  # fmt: skip
    return said


def _verdict(test: TestResult | None) -> tuple[str, str]:
    """Say what the overall test says of y and x; without one, nothing is denied."""
    if test is None:
        return "could not be tested against", "的关联未能检验"
    return ("is associated with", "相关") if test.p < 0.05 else ("is not clearly associated with", "没有明确的关联")


def _overall_text(test: TestResult | None) -> str:
    """Write the test that the headline stands on."""
    if test is None:
        return ""
    statistic, p = numbers.number(test.statistic), p_text(test.p)
    if test.symbol == "F":
        df = f"{numbers.count(test.df[0])}, {test.df[1]:,.1f}"
        return pick(f"Welch F({df}) = {statistic}, {p}.", f"Welch F({df}) = {statistic}，{p}。")
    df = numbers.count(test.df[0])
    return pick(
        f"By ranks, since Welch's test cannot be had: Kruskal-Wallis H({df}) = {statistic}, {p}.",
        f"因无法作 Welch 检验，依秩检验：Kruskal-Wallis H({df}) = {statistic}，{p}。",
    )


def _pairs(made: Comparison, pairs: tuple[welch.Pair, ...]) -> Table:
    out = made.outcome
    unit = f" ({out.unit})" if out.unit else ""
    body = tuple(
        (
            f"{made.level(made.groups[p.b])} - {made.level(made.groups[p.a])}", out.shown(p.value), out.shown(p.low),
            out.shown(p.high), numbers.p_value(p.p).removeprefix("= "),
        )
        for p in pairs
    )  # fmt: skip
    header = (
        pick("pair", "组对"),
        pick("difference", "差异") + unit,
        pick("low", "下限"),
        pick("high", "上限"),
        pick("p adjusted", "校正 p"),
    )
    note = pick("simultaneous 95% intervals (Games-Howell)", "同时 95% 区间（Games-Howell）")
    return Table(title=pick("All pairs", "两两比较"), columns=header, rows=body, note=note)


def _pair_estimate(made: Comparison, pair: welch.Pair) -> Estimate:
    out, a, b = made.outcome, made.groups[pair.a], made.groups[pair.b]
    return Estimate(
        label=pick(f"largest difference, {made.level(b)} against {made.level(a)}",
        f"最大差异，{made.level(b)} 对 {made.level(a)}"),
        value=out.shown(pair.value), low=out.shown(pair.low), high=out.shown(pair.high), n=a.n + b.n, unit=out.unit,
        p_adjusted=pair.p, method=pick("Games-Howell, simultaneous interval", "Games-Howell，同时区间"),
    )  # fmt: skip


def _pair_words(made: Comparison, pairs: tuple[welch.Pair, ...], largest: welch.Pair) -> list[Sentence]:
    out, y = made.outcome, tidy(made.outcome.name)
    apart = sum(p.low > 0 or p.high < 0 for p in pairs)
    a, b = (at(made.x, made.groups[i].levels[made.x]) for i in (largest.a, largest.b))
    n1, n2 = made.groups[largest.b].n, made.groups[largest.a].n
    more = largest.value > 0
    return [
        Sentence(
            key="pairs", columns=made.columns, weight=7,
            text=pick(
                f"Of {len(pairs)} pairs of levels of {tidy(made.x)}, {apart} differ in {y} (Games-Howell, "
                f"simultaneous 95% intervals).",
                f"{tidy(made.x)} 的 {len(pairs)} 对水平中，有 {apart} 对的 {y} 有差异（Games-Howell，同时 95% 区间）。",
            ),
        ),
        Sentence(
            key="largest-pair", columns=made.columns, weight=6,
            text=pick(
                f"The largest difference in {y}: {out.size(largest.value, sign=False)} "
                f"{'higher' if more else 'lower'} for {b} than for {a} "
                f"({out.noun}; simultaneous 95% CI {out.interval(largest.low, largest.high)}; n = "
                f"{numbers.count(n1)} and {numbers.count(n2)}).",
                f"{y} 差异最大的一对：{b} 的{out.noun}比 {a} {'高' if more else '低'} "
                f"{out.size(largest.value, sign=False)}"
                f"（同时 95% 置信区间 {out.interval(largest.low, largest.high)}；n = {numbers.count(n1)} 与 "
                f"{numbers.count(n2)}）。",
            ),
        ),
    ]  # fmt: skip


def _weak(made: Comparison) -> list[Sentence]:
    weak = [g for g in made.groups if g.n < WEAK]
    if not weak:
        return []
    named = ", ".join(f"{made.level(g)} (n = {g.n})" for g in weak[:6])
    return [
        Sentence(
            key="weak-group", role="caveat", columns=made.columns, weight=6,
            text=pick(f"Weak levels of {tidy(made.x)}, with few rows: {named}.",
            f"{tidy(made.x)} 中行数较少、估计较弱的水平：{named}。"),
        )
    ]  # fmt: skip
