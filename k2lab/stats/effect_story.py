"""The sentences of `effect`: findings, caveats, methods and limits, in order of weight."""

from __future__ import annotations

from k2lab.locale import pick
from k2lab.locale.numbers import count, percent
from k2lab.stats import effect_words as words
from k2lab.stats import summary_words, twin
from k2lab.stats.answer import Answer
from k2lab.stats.result import Sentence
from k2lab.stats.simple import between, interval
from k2lab.stats.study import NOT_ANALYSED
from k2lab.stats.words import adjusted_for, joined, tidy


def findings(answer: Answer, shares: dict[str, float]) -> list[Sentence]:
    """Return the headline and the findings."""
    made, out = answer.study, answer.study.outcome
    columns = tuple(c for c in (out.name, made.x.name, made.by.name if made.by else "") if c)
    associated = answer.joint is not None and answer.joint.p < 0.05
    how = answer.how
    said = [
        Sentence(
            key="answer",
            role="headline",
            columns=columns,
            weight=100,
            text=words.headline(made, answer.used, answer.lead, associated, answer.test, how),
        )
    ]
    if answer.test is not None:
        text = words.interaction(made, answer.test, answer.hc3 is not None, answer.classical, answer.eta(), answer.mine)
        said.append(Sentence(key="interaction", text=text, columns=columns, weight=90))
    several = answer.mine if made.by is not None else answer.used
    if 1 < len(several) <= 8:
        said.append(
            Sentence(key="simple-effects", text=summary_words.together(made, several, how), columns=columns, weight=88)
        )
    signs = {words.direction(d) for d in answer.mine}
    if {1, -1} <= signs:
        told = words.by_direction(made, answer.mine)
        what = words.comparison(made, answer.lead)[0]
        said.append(
            Sentence(
                key="direction",
                columns=columns,
                weight=56,
                text=pick(
                    f"The sign is not the same at every level of {tidy(columns[-1])}: {out.shown_name} for "
                    f"{what} is {told}.",
                    f"差异的方向在 {tidy(columns[-1])} 各水平上并不一致：{what} 的 {out.shown_name} {told}。",
                ),
            )
        )
    for i, d in enumerate(sorted(answer.used, key=lambda d: d.level != answer.lead)):
        reading = words.reading_of(d, out)
        if reading == "inconclusive":
            text, key = words.no_evidence(made, d, how), "no-evidence"
        else:
            text, key = words.simple(made, d, how), "simple-effect"
        said.append(
            Sentence(
                key=key,
                text=text,
                columns=columns,
                weight=max(20, (84 if len(answer.used) == 1 else 52 if d.level == answer.lead else 45) - i),
            )
        )
        if reading == "equivalent":
            p = max(interval(d.value - out.low, d.se, d.df)[2], interval(out.high - d.value, d.se, d.df)[2]) / 2
            said.append(Sentence(key="equivalence", text=words.equivalence(made, d, p), columns=columns, weight=50))
    said.extend(_span(answer, columns))
    said.append(_practical(answer, columns))
    said.append(_variance(answer, shares, columns))
    return said


def _span(answer: Answer, columns: tuple[str, ...]) -> list[Sentence]:
    made = answer.study
    if made.by is None or len(answer.mine) < 2:
        return []
    low, high = answer.ends()
    text = twin.contrast(made, high, low, between(made, answer.fitted, high, low))
    return [Sentence(key="contrast", text=text, columns=columns, weight=54)]


def _practical(answer: Answer, columns: tuple[str, ...]) -> Sentence:
    made, out = answer.study, answer.study.outcome
    found = answer.mine if made.by is not None else answer.used
    told = summary_words.practical(made, found)
    side = words.comparison(made, answer.lead)[0] if made.by is not None or len(found) == 1 else tidy(made.x.name)
    return Sentence(
        key="practical",
        columns=columns,
        weight=68,
        text=pick(
            f"Against a smallest difference of interest of {out.sesoi} in {out.shown_name}, the difference for {side} "
            f"({answer.how}) is {told}.",
            f"以 {out.shown_name} 的 {out.sesoi} 为最小有意义差异，{side} 的差异（{answer.how}）：{told}。",
        ),
    )


def _variance(answer: Answer, shares: dict[str, float], columns: tuple[str, ...]) -> Sentence:
    out = answer.study.outcome
    what = pick("the log variance", "对数方差") if out.scale == "log" else pick("the variance", "方差")
    order = sorted(shares, key=lambda name: -shares[name])
    y, n, first = tidy(out.name), count(answer.fitted.n), order[0]
    told_en = f"{tidy(first)} alone accounts for {percent(shares[first])} of {what} of {y}"
    told_zh = f"{y} 的{what}中，{tidy(first)} 单独解释 {percent(shares[first])}"
    for name in order[1:]:
        told_en += f", {tidy(name)} alone for {percent(shares[name])}"
        told_zh += f"，{tidy(name)} 单独解释 {percent(shares[name])}"
    if len(order) > 1 or answer.named:
        told_en += f", and the whole model for {percent(answer.fitted.r2)}"
        told_zh += f"，整个模型解释 {percent(answer.fitted.r2)}"
    return Sentence(
        key="variance",
        columns=columns,
        weight=73,
        text=pick(f"{told_en} (R²; n = {n}).", f"{told_zh}（R²；n = {n}）。"),
    )


def caveats(answer: Answer) -> list[Sentence]:
    """Return what limits the reading: small cells, missing values, the average, the form."""
    made, out = answer.study, answer.study.outcome
    columns = tuple(c for c in (out.name, made.x.name, made.by.name if made.by else "") if c)
    said = []
    if answer.small:
        said.append(Sentence(key="few-rows", role="caveat", text=words.few_rows(made), columns=columns, weight=80))
    else:
        for i, d in enumerate(d for d in answer.found if d.weak):
            said.append(
                Sentence(key="weak-cell", role="caveat", text=words.weak_cell(made, d), columns=columns, weight=78 - i)
            )
        least = min(answer.mine, key=lambda d: d.n)
        widest = max(answer.mine, key=lambda d: d.high - d.low)
        if made.by is None or made.by.values is not None:
            pass
        elif len(answer.mine) > 1 and least is widest and least.n < 0.01 * answer.fitted.n:
            said.append(
                Sentence(
                    key="small-sample",
                    role="caveat",
                    text=words.small_sample(made, least),
                    columns=columns,
                    weight=60,
                )
            )
    if answer.still:
        text = summary_words.still(made, answer.still)
        said.append(Sentence(key="still-cells", role="caveat", text=text, columns=columns, weight=77))
    if not made.numeric:
        small = [
            (level, by, made.cell(level, by))
            for level in made.x.levels
            for by in made.by_levels
            if made.cell(level, by) < NOT_ANALYSED
        ]
        if small:
            said.append(
                Sentence(
                    key="not-analysed",
                    role="caveat",
                    text=words.not_analysed(made, small),
                    columns=columns,
                    weight=79,
                )
            )
    average = next((d for d in answer.additive if d.level == answer.lead), None)
    if average is not None and made.by is not None and answer.test is not None and answer.test.p < 0.05:
        said.append(
            Sentence(
                key="average",
                role="caveat",
                columns=columns,
                weight=70,
                text=pick(
                    f"Averaged over {tidy(made.by.name)} the difference for "
                    f"{words.comparison(made, answer.lead)[0]} would be "
                    f"{out.size(average.value)} (95% CI {out.interval(average.low, average.high)}; additive "
                    f"model, {adjusted_for(answer.named)}); "
                    f"since the differences vary by level, quote the one for the level concerned.",
                    f"若对 {tidy(made.by.name)} 取平均，{words.comparison(made, answer.lead)[0]} 的差异为 "
                    f"{out.size(average.value)}"
                    f"（95% 置信区间 {out.interval(average.low, average.high)}；可加模型，"
                    f"{adjusted_for(answer.named)}）；各水平差异不同，应引用相应水平的数值。",
                ),
            )
        )
    if made.missing:
        share = percent(made.missing / made.rows_in)
        said.append(
            Sentence(
                key="missing",
                role="caveat",
                columns=columns,
                weight=65,
                text=pick(
                    f"{count(made.missing)} of {count(made.rows_in)} rows ({share}) have no value of "
                    f"{' or '.join(tidy(c) for c in columns)} and are left out.",
                    f"{count(made.rows_in)} 行中有 {count(made.missing)} 行（{share}）缺少 "
                    f"{joined([tidy(c) for c in columns])} 的值，未纳入。",
                ),
            )
        )
    said.extend(twin.curve(made, answer.covariates))
    return said


def methods(answer: Answer) -> list[Sentence]:
    """Return how it was made, and what it cannot tell."""
    made, out = answer.study, answer.study.outcome
    columns = tuple(c for c in (out.name, made.x.name, made.by.name if made.by else "") if c)
    return [*twin.methods(made, answer.named, len(answer.found), columns), *_limits(answer, columns)]


def _limits(answer: Answer, columns: tuple[str, ...]) -> list[Sentence]:
    made = answer.study
    said = [
        Sentence(
            key="not-causal",
            role="limitation",
            text=words.not_causal(made, [t.name for t in answer.covariates]),
            columns=columns,
            weight=80,
        )
    ]
    repeated = int(made.repeats.sum())
    if repeated:
        said.append(
            Sentence(
                key="independence",
                role="limitation",
                columns=columns,
                weight=60,
                text=pick(
                    f"{count(repeated)} of {count(len(made.repeats))} rows "
                    f"({percent(repeated / len(made.repeats))}) repeat an earlier row in all columns; "
                    "if these are one record entered twice, rows are not independent and the intervals are "
                    "too narrow.",
                    f"{count(len(made.repeats))} 行中有 {count(repeated)} 行（"
                    f"{percent(repeated / len(made.repeats))}）与前面的行完全相同；若为重复录入，则各行并不独立"
                    "，区间偏窄。",
                ),
            )
        )
    return said
