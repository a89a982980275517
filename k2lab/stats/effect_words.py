"""The careful words for a comparison: simple differences, interaction, equivalence, weak cells, no causes."""

from __future__ import annotations

from collections.abc import Sequence

from k2lab.locale import pick
from k2lab.locale.numbers import count, number, percent
from k2lab.stats.grouped import Wald
from k2lab.stats.outcome import Outcome, Reading
from k2lab.stats.result import Estimate
from k2lab.stats.simple import Difference
from k2lab.stats.study import NOT_ANALYSED, WEAK, Study
from k2lab.stats.words import at, joined, listed, named_levels, p_text, rows, sentence, share_of_variance, tidy


def reading_text(reading: Reading, outcome: Outcome) -> str:
    """Say how a difference stands to the smallest one of interest."""
    size = outcome.sesoi
    return {
        "equivalent": pick(f"within {size}: practically equivalent", f"在 {size} 之内：实际等价"),
        "beyond": pick(f"wholly beyond {size}", f"整个区间超出 {size}"),
        "unsettled": pick(f"not 0, but whether beyond {size} is not settled", f"不为 0，但是否超过 {size} 尚无定论"),
        "inconclusive": pick(
            f"inconclusive: includes 0 and more than {size}", f"无定论：既含 0，也含超过 {size} 的差异"
        ),
    }[reading]


def reading_of(one: Difference, outcome: Outcome) -> Reading:
    """Return how a difference stands to the smallest one of interest."""
    return outcome.reading(one.value, one.low, one.high, one.low90, one.high90)


def direction(one: Difference) -> int:
    """Return -1 or 1 where the interval lies off zero, else 0.

    For two intervals that touch zero the estimate's sign is not a finding.
    """
    return -1 if one.high < 0 else 1 if one.low > 0 else 0


def comparison(study: Study, level: str) -> tuple[str, str]:
    """Name the two sides of a difference."""
    if study.numeric:
        return f"{tidy(study.x.name)} {level}", ""
    return at(study.x.name, level), at(study.x.name, study.x.levels[0])


def further(study: Study, level: str) -> str:
    """Say where a numeric column is one step higher."""
    step = level.removeprefix("+")
    return pick(f"where {tidy(study.x.name)} is {step} higher", f"{tidy(study.x.name)} 每高 {step}")


def counts(study: Study, one: Difference) -> str:
    """Write the rows that a difference rests on: of both levels, or of the model where no level has rows of its own."""
    if study.by is not None and study.by.values is not None:
        return pick(f"n = {count(one.n_model)} in the model", f"模型 n = {count(one.n_model)}")
    if study.numeric:
        return f"n = {count(one.n)}"
    return pick(f"n = {count(one.n)} and {count(one.n_reference)}", f"n = {count(one.n)} 与 {count(one.n_reference)}")


def _within(study: Study, one: Difference) -> tuple[str, str]:
    """Begin a sentence with the level of the moderator."""
    if study.by is None or not one.by:
        return "", ""
    place = at(study.by.name, one.by)
    if study.by.values is not None:
        return f"At {place}, ", f"在 {place} 处，"
    return f"Among {place} rows, ", f"在 {place} 的行中，"


def simple(study: Study, one: Difference, how: str) -> str:
    """Write one simple difference as a sentence with its interval and both counts."""
    out = study.outcome
    side, other = comparison(study, one.level)
    size, interval = out.size(one.value, sign=False), out.interval(one.low, one.high)
    more = one.value > 0
    where_en, where_zh = _within(study, one)
    n = counts(study, one)
    if study.numeric:
        text = pick(
            f"{where_en}{out.shown_name} is {size} {'higher' if more else 'lower'} {further(study, one.level)} "
            f"({out.noun}; 95% CI {interval}; {n}; {how}).",
            f"{where_zh}{further(study, one.level)}，{out.shown_name} {out.noun}{'高' if more else '低'} {size}"
            f"（95% 置信区间 {interval}；{n}；{how}）。",
        )
    else:
        text = pick(
            f"{where_en}{out.shown_name} was {size} {'higher' if more else 'lower'} for {side} than for {other} "
            f"({out.noun}; 95% CI {interval}; {n}; {how}).",
            f"{where_zh}{side} 的 {out.shown_name} {out.noun}比 {other} {'高' if more else '低'} {size}"
            f"（95% 置信区间 {interval}；{n}；{how}）。",
        )
    return sentence(text)


def no_evidence(study: Study, one: Difference, how: str) -> str:
    """Say that a difference is neither shown nor ruled out."""
    out = study.outcome
    side, other = comparison(study, one.level)
    place = at(study.by.name, one.by) if study.by is not None and one.by else ""
    where = pick(f" ({place})", f"（{place}）") if place else ""
    pair = side if study.numeric else pick(f"{side} against {other}", f"{side} 对 {other}")
    interval, n, bound = out.interval(one.low, one.high), counts(study, one), out.size(out.high, sign=False)
    return pick(
        f"The data neither show nor rule out a difference in {out.shown_name} for {pair}{where}: the interval around "
        f"{out.size(one.value)} (95% CI {interval}; {n}; {how}) includes 0 and differences larger than {bound}.",
        f"对于 {pair}{where}，数据未能证实也未能排除 {out.shown_name} 的差异：{out.size(one.value)} 的区间"
        f"（95% 置信区间 {interval}；{n}；{how}）既含 0，也含大于 {bound} 的差异。",
    )


def equivalence(study: Study, one: Difference, p: float) -> str:
    """Say that a difference is smaller than the smallest one of interest."""
    out = study.outcome
    side, other = comparison(study, one.level)
    place = at(study.by.name, one.by) if study.by is not None and one.by else ""
    where = pick(f" ({place})", f"（{place}）") if place else ""
    pair = side if study.numeric else pick(f"{side} against {other}", f"{side} 对 {other}")
    interval = out.interval(one.low90, one.high90)
    return pick(
        f"The difference in {out.shown_name} for {pair}{where} is smaller than {out.sesoi}: 90% CI {interval}, "
        f"TOST {p_text(p)}.",
        f"对于 {pair}{where}，{out.shown_name} 的差异小于 {out.sesoi}：90% 置信区间 {interval}，等价性检验 "
        f"{p_text(p)}。",
    )


def by_direction(study: Study, found: Sequence[Difference]) -> str:
    """Tell in which levels of the moderator a difference is below, above or not told from zero, with the sizes."""
    assert study.by is not None
    out, near = study.outcome, "at" if study.by.values is not None else "in"
    groups = {
        -1: pick(f"lower {near}", "较低："),
        1: pick(f"higher {near}", "较高："),
        0: pick(f"not clearly different {near}", "无明确差异："),
    }
    parts = []
    for sign, words in groups.items():
        mine = [d for d in found if direction(d) == sign]
        named = [
            pick(f"{name} ({out.size(d.value)})", f"{name}（{out.size(d.value)}）")
            for d, name in zip(mine, named_levels(study.by.name, [d.by for d in mine]), strict=True)
        ]
        if named:
            parts.append(pick(f"{words} {joined(named)}", f"{words}{joined(named)}"))
    return pick(", and ", "；").join(parts) if len(parts) < 3 else pick("; ", "；").join(parts)


def headline(
    study: Study,
    found: Sequence[Difference],
    lead: str,
    associated: bool,
    varies: Wald | None,
    how: str,
) -> str:
    """Answer the question in one sentence, without a causal word."""
    out, x = study.outcome, tidy(study.x.name)
    mine = [d for d in found if d.level == lead]
    side, other = comparison(study, lead)
    link = pick(f"{x} is associated with {out.shown_name}", f"{x} 与 {out.shown_name} 相关")
    if not associated:
        link = pick(
            f"an association of {x} with {out.shown_name} is neither shown nor ruled out",
            f"{x} 与 {out.shown_name} 是否相关，既未证实也未排除",
        )
    if study.by is None:
        return _headline_alone(study, found, mine, link, how)
    m = tidy(study.by.name)
    detected = varies is not None and varies.p < 0.05
    middle = (
        pick(f", and the difference varies by {m}", f"，且差异随 {m} 而异")
        if detected
        else pick(f"; that the difference varies by {m} is not shown", f"；未能显示差异随 {m} 而异")
    )
    if varies is None:
        middle = pick(
            f"; whether the difference varies by {m} cannot be tested here", f"；此处无法检验差异是否随 {m} 而异"
        )
    what = (
        pick(f"{further(study, lead)}, {out.shown_name} is", f"{further(study, lead)}，{out.shown_name} ")
        if study.numeric
        else pick(
            f"compared with {other}, {out.shown_name} at {side} was", f"与 {other} 相比，{side} 的 {out.shown_name} "
        )
    )
    if len(mine) > 8:
        ends = sorted(mine, key=lambda d: d.value)
        ends = [ends[0], ends[-1]]
        told = pick(
            f"between {_named(study, ends[0])} and {_named(study, ends[1])}",
            f"介于 {_named(study, ends[0])} 与 {_named(study, ends[1])} 之间",
        )
    else:
        told = by_direction(study, mine)
    return pick(
        f"In these data, {link}{middle}: {what} {told} ({how}).",
        f"在这些数据中，{link}{middle}：{what}{told}（{how}）。",
    )


def _named(study: Study, one: Difference) -> str:
    return f"{study.outcome.size(one.value)} ({tidy(one.by or one.level)})"


def _headline_alone(study: Study, found: Sequence[Difference], mine: Sequence[Difference], link: str, how: str) -> str:
    out = study.outcome
    if len(found) > 1 and not study.numeric:
        ends = sorted(found, key=lambda d: d.value)
        other = at(study.x.name, study.x.levels[0])
        return pick(
            f"In these data, {link}: compared with {other}, the difference runs from {out.size(ends[0].value)} "
            f"({tidy(ends[0].level)}) to {out.size(ends[-1].value)} ({tidy(ends[-1].level)}) ({how}).",
            f"在这些数据中，{link}：与 {other} 相比，差异从 {out.size(ends[0].value)}（{tidy(ends[0].level)}）到 "
            f"{out.size(ends[-1].value)}（{tidy(ends[-1].level)}）（{how}）。",
        )
    one = mine[0]
    side, other = comparison(study, one.level)
    interval = out.interval(one.low, one.high)
    more = pick("higher", "高") if one.value > 0 else pick("lower", "低")
    size = out.size(one.value, sign=False)
    if study.numeric:
        told = pick(
            f"{out.shown_name} is {size} {more} {further(study, one.level)}",
            f"{further(study, one.level)}，{out.shown_name} {more} {size}",
        )
    else:
        told = pick(f"it is {size} {more} for {side} than for {other}", f"{side} 比 {other} {more} {size}")
    return pick(
        f"In these data, {link}: {told} (95% CI {interval}; {counts(study, one)}; {how}).",
        f"在这些数据中，{link}：{told}（95% 置信区间 {interval}；{counts(study, one)}；{how}）。",
    )


def interaction(
    study: Study, test: Wald, robust: bool, classical: Wald | None, eta: Estimate | None, mine: Sequence[Difference]
) -> str:
    """Write the interaction test: robust and classical F, degrees of freedom, share of variance, span."""
    assert study.by is not None
    out, m = study.outcome, tidy(study.by.name)
    ends = sorted(mine, key=lambda d: d.value)
    span_en = span_zh = ""
    if len(ends) > 1:
        low, high = ends[0], ends[-1]
        names = named_levels(study.by.name, [low.by, high.by])
        span_en = f", from {out.size(low.value)} ({names[0]}) to {out.size(high.value)} ({names[1]})"
        span_zh = f"：{names[0]} 为 {out.size(low.value)}，{names[1]} 为 {out.size(high.value)}"
    f = f"F({test.df1}, {count(test.df2)}) = {test.statistic:.2f}"
    tests_en = f"Wald {f} with HC3 errors" if robust else f"classical {f}"
    tests_zh = f"稳健 Wald {f}（HC3）" if robust else f"经典 {f}"
    if classical is not None and robust:
        tests_en += f" (classical F = {classical.statistic:.2f})"
        tests_zh += f"，经典 F = {classical.statistic:.2f}"
    share_en = share_zh = ""
    if eta is not None:
        ci = f"{number(eta.low, 2)}", f"{number(eta.high, 2)}"
        word = share_of_variance(eta.value)
        share_en = (
            f"; partial eta² {number(eta.value, 2)} (95% CI {ci[0]} to {ci[1]}), a {word} share of the variance "
            f"({percent(eta.value, 2)})"
        )
        share_zh = (
            f"；偏 eta² {number(eta.value, 2)}（95% 置信区间 {ci[0]} 至 {ci[1]}），占方差的份额{word}"
            f"（{percent(eta.value, 2)}）"
        )
    what_en = f"{out.shown_name} by {tidy(study.x.name)}"
    what_zh = f"{out.shown_name} 随 {tidy(study.x.name)} 的差异"
    if test.p < 0.05:
        return pick(
            f"The difference in {what_en} varies with {m}{span_en}: {tests_en}, {p_text(test.p)}{share_en}.",
            f"{what_zh}因 {m} 而异{span_zh}；{tests_zh}，{p_text(test.p)}{share_zh}。",
        )
    return pick(
        f"The data do not show that the difference in {what_en} varies with {m}{span_en}: {tests_en}, "
        f"{p_text(test.p)}{share_en}. This is no evidence that it is the same.",
        f"数据未显示 {what_zh}因 {m} 而异{span_zh}；{tests_zh}，{p_text(test.p)}{share_zh}。这并不证明差异相同。",
    )


def weak_cell(study: Study, one: Difference) -> str:
    """Say that a difference rests on too few rows for a conclusion."""
    out = study.outcome
    named = [at(study.x.name, one.level if one.n <= one.n_reference else one.reference)]
    if study.by is not None and one.by:
        named.insert(0, at(study.by.name, one.by))
    cell = pick(" with ", " 且 ").join(named)
    n = min(one.n, one.n_reference)
    interval = out.interval(one.low, one.high)
    return pick(
        f"{cell} has only {rows(n)}; its difference ({out.size(one.value)}, 95% CI {interval}) is shown but not "
        "used for conclusions.",
        f"{cell} 仅 {rows(n)}；给出其差异（{out.size(one.value)}，95% 置信区间 {interval}），但不据此下结论。",
    )


def not_analysed(study: Study, cells: Sequence[tuple[str, str, int]]) -> str:
    """Name the cells that are too small to analyse, or empty."""
    parts = [
        pick(f"{tidy(level)} x {tidy(by)}" if by else tidy(level), f"{tidy(level)} × {tidy(by)}" if by else tidy(level))
        + f" (n = {n})"
        for level, by, n in cells[:8]
    ]
    rest = pick(f" and {len(cells) - 8} more", f" 等 {len(cells)} 个") if len(cells) > 8 else ""
    what = tidy(study.x.name) + (f" x {tidy(study.by.name)}" if study.by is not None else "")
    return pick(
        f"Cells of {what} with fewer than {NOT_ANALYSED} rows are not analysed: {listed(parts)}{rest}.",
        f"{what} 中少于 {NOT_ANALYSED} 行的单元不作分析：{listed(parts)}{rest}。",
    )


def not_causal(study: Study, named: Sequence[str]) -> str:
    """Say that the data are observed, and what may lie behind the difference."""
    who = (
        pick(joined([tidy(name) for name in named[:2]]), f" {joined([tidy(name) for name in named[:2]])} ")
        if named
        else pick("other differences between the groups", "组间的其他差别")
    )
    x, y = tidy(study.x.name), study.outcome.shown_name
    return pick(
        f"This is an association in observed data, not a cause: {who} and self-selection may explain why {y} "
        f"differs by {x}.",
        f"这是观测数据中的关联，并非因果：{y} 随 {x} 的差异，可能源于{who}及自我选择。",
    )


def small_sample(study: Study, one: Difference) -> str:
    """Point at the difference that rests on the fewest rows among those used."""
    out = study.outcome
    where = at(study.by.name, one.by) if study.by is not None and one.by else at(study.x.name, one.level)
    span = out.interval(one.low, one.high)
    return pick(
        f"The difference in {out.shown_name} for {where} rests on {count(one.n)} and {count(one.n_reference)} rows: a "
        f"small sample inside a larger table, with a wide interval (95% CI {span}).",
        f"{where} 的 {out.shown_name} 差异只基于 {count(one.n)} 与 {count(one.n_reference)} 行："
        "大表中的小样本，区间较宽"
        f"（95% 置信区间 {span}）。",
    )


def few_rows(study: Study) -> str:
    """Say that every cell is small."""
    return pick(
        f"Every comparison rests on fewer than {WEAK} rows on one side ({rows(study.n)} in all): read the "
        "intervals as a rough guide only.",
        f"每项比较至少有一侧不足 {WEAK} 行（共 {rows(study.n)}）：区间只能作粗略参考。",
    )
