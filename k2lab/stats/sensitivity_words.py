"""The words for a sensitivity analysis: ranges, signs, what adjusting moved, clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k2lab.locale import language, pick
from k2lab.locale.numbers import count
from k2lab.stats import engines
from k2lab.stats.effect_words import by_direction, comparison, direction, reading_of, reading_text
from k2lab.stats.result import Sentence
from k2lab.stats.simple import Difference
from k2lab.stats.study import Study
from k2lab.stats.summary_words import practical, together
from k2lab.stats.words import adjusted_for, at, joined, listed, named_levels, p_text, tidy

if TYPE_CHECKING:
    from k2lab.stats.sensitivity import Analysis


def sentences(made: Study, analyses: Sequence[Analysis], lead: str) -> list[Sentence]:
    """Return what the analyses say together."""
    first = analyses[0]
    mine = [d for d in first.found if d.level == lead and not d.weak] or [d for d in first.found if d.level == lead]
    ranges = {d.by: _range(analyses, lead, d.by) for d in mine}
    said = []
    main = next((a for a in analyses if a.rows == "all" and a.step == "main"), None)
    strict = next((a for a in analyses if a.rows == "distinct" and a.step == "main"), None)
    if len(analyses) > 1:
        said.append(_headline(made, analyses, lead, main, ranges))
    said += _ranges(made, lead, ranges, analyses)
    said += _classes(made, lead, ranges, analyses)
    for chosen, weight in ((main, 86), (strict, 85)):
        if chosen is not None:
            said.append(_adjusted(made, chosen, lead, list(ranges), weight))
    if main is not None:
        said.append(_practical(made, [a for a in (main, strict) if a is not None], lead, list(ranges)))
    if main is not None:
        said += [
            _interaction(made, first, a)
            for a in (main, strict)
            if a is not None and made.by is not None and a.fitted.wald((made.x.name, made.by.name))
        ]
        said += _moved(made, first, main)
    said.append(_method(made, analyses))
    return said


def _columns(made: Study) -> tuple[str, ...]:
    return tuple(c for c in (made.outcome.name, made.x.name, made.by.name if made.by is not None else "") if c)


def _names(made: Study, found: Sequence[Difference]) -> list[str]:
    return named_levels(made.by.name, [d.by for d in found]) if made.by is not None else [""] * len(found)


def _range(analyses: Sequence[Analysis], lead: str, by: str) -> list[tuple[Analysis, Difference]]:
    found = [(a, a.at(lead, by)) for a in analyses]
    return [(a, d) for a, d in found if d is not None]


def _headline(
    made: Study,
    analyses: Sequence[Analysis],
    lead: str,
    main: Analysis | None,
    ranges: dict[str, list[tuple[Analysis, Difference]]],
) -> Sentence:
    out = made.outcome
    side, other = comparison(made, lead)
    stable = [by for by, found in ranges.items() if len({d.value > 0 for _, d in found}) == 1]
    k = len(analyses)
    if len(stable) == len(ranges):
        sign_en = f"the sign is the same in all {k} analyses" + (" at every level" if made.by is not None else "")
        sign_zh = f"在全部 {k} 种分析中" + ("，各水平的" if made.by is not None else "，") + "方向都不变"
    else:
        moved = joined([tidy(by) for by in ranges if by not in stable]) or tidy(made.x.name)
        sign_en = f"over {k} analyses the sign changes" + (f" for {moved}" if made.by is not None else "")
        sign_zh = f"在 {k} 种分析中方向有变" + (f"（{moved}）" if made.by is not None else "")
    shown = main or analyses[0]
    found = [d for by in ranges for d in [shown.at(lead, by)] if d is not None]
    what = pick(
        f"{out.shown_name} for {side}" + (f" against {other}" if other else ""),
        f"{side}" + (f" 对 {other}" if other else "") + f" 的 {out.shown_name} ",
    )
    if made.by is None:
        told = out.size(found[0].value) + f" (95% CI {out.interval(found[0].low, found[0].high)})" if found else ""
        told = told if language() == "en" else told.replace("95% CI", "95% 置信区间")
    else:
        told = by_direction(made, found)
    rows = pick("all rows", "全部行")
    return Sentence(
        key="robust-answer",
        role="headline",
        columns=_columns(made),
        weight=95,
        text=pick(
            f"{adjusted_for(shown.adjusted)[:1].upper()}{adjusted_for(shown.adjusted)[1:]}, {what} is {told} "
            f"({rows}, n = {count(shown.n)}); {sign_en}.",
            f"{adjusted_for(shown.adjusted)} 后，{what}{told}（{rows}，n = {count(shown.n)}）；{sign_zh}。"
            if shown.adjusted
            else f"未调整时，{what}{told}（{rows}，n = {count(shown.n)}）；{sign_zh}。",
        ),
    )


def _mediated(made: Study, lead: str, bys: Sequence[str], analyses: Sequence[Analysis]) -> str:
    """Tell the step that adds possible mediators, which takes a part of the difference away rather than a bias."""
    main, last = (
        next((a for a in analyses if a.step == step and a.rows == "all"), None) for step in ("main", "mediators")
    )
    found = [d for by in bys for d in [last.at(lead, by)] if d is not None] if last is not None else []
    if last is None or not found:
        return ""
    out = made.outcome
    added = joined([name for name in last.adjusted if main is None or name not in main.adjusted])
    told = listed(
        [
            f"{name} {out.size(d.value)} [{out.interval(d.low, d.high)}]".strip()
            for name, d in zip(_names(made, found), found, strict=True)
        ]
    )
    return pick(
        f" With {added} added, a possible mediator, it is {told} (all rows).",
        f"再加入可能的中介变量 {added} 后为 {told}（全部行）。",
    )


def _ranges(
    made: Study,
    lead: str,
    ranges: dict[str, list[tuple[Analysis, Difference]]],
    analyses: Sequence[Analysis],
) -> list[Sentence]:
    """Say over what range each difference runs, and whether its sign ever changes; all levels in one sentence."""
    out = made.outcome
    used = {by: [d for _, d in found] for by, found in ranges.items() if len(found) > 1}
    if not used:
        return []
    side, other = comparison(made, lead)
    pair_en, pair_zh = (f"{side} against {other}", f"{side} 对 {other}") if other else (side, side)
    names = named_levels(made.by.name, list(used)) if made.by is not None else [""]
    told_en, told_zh = [], []
    for name, found in zip(names, used.values(), strict=True):
        low, high = (out.size(f(d.value for d in found)) for f in (min, max))
        changed = len({d.value > 0 for d in found}) > 1
        told_en.append(f"{low} to {high}{f' in {name}' if name else ''}{' (its sign changes)' if changed else ''}")
        told_zh.append(f"{name} {low} 至 {high}{'（符号有变）' if changed else ''}".strip())
    k = max(len(found) for found in used.values())
    same = all(len({d.value > 0 for d in found}) == 1 for found in used.values())
    end_en = ("; its sign is the same throughout" if len(used) == 1 else "; no sign ever changes") if same else ""
    end_zh = "；符号从未改变" if same else ""
    last = _mediated(made, lead, list(ranges), analyses)
    return [
        Sentence(
            key="robustness",
            columns=_columns(made),
            weight=72,
            text=pick(
                f"Over {k} reasonable analyses the difference in {out.shown_name} for {pair_en} ranges from "
                f"{joined(told_en)}{end_en}.{last}",
                f"在 {k} 种合理的分析中，{pair_zh} 的 {out.shown_name} 差异范围：{listed(told_zh)}{end_zh}。{last}",
            ),
        )
    ]


def _practical(made: Study, analyses: Sequence[Analysis], lead: str, bys: Sequence[str]) -> Sentence:
    """Set the adjusted differences against the smallest one of interest, on all and on distinct rows."""
    out = made.outcome
    side, other = comparison(made, lead)
    pair_en, pair_zh = (f"{side} against {other}", f"{side} 对 {other}") if other else (side, side)
    parts = []
    for a in analyses:
        found = [d for by in bys for d in [a.at(lead, by)] if d is not None]
        rows = pick("on all rows", "全部行") if a.rows == "all" else pick("on distinct rows", "去重后的行")
        parts.append(pick(f"{rows}, {practical(made, found)}", f"{rows}：{practical(made, found)}"))
    how = adjusted_for(analyses[0].adjusted)
    return Sentence(
        key="practical-adjusted",
        columns=_columns(made),
        weight=82,
        text=pick(
            f"Against a smallest difference of interest of {out.sesoi}, the difference in {out.shown_name} for "
            f"{pair_en} ({how}) is, {'; '.join(parts)}.",
            f"以 {out.sesoi} 为最小有意义差异，{pair_zh} 的 {out.shown_name} 差异（{how}），{'；'.join(parts)}。",
        ),
    )


def _classes(
    made: Study, lead: str, ranges: dict[str, list[tuple[Analysis, Difference]]], analyses: Sequence[Analysis]
) -> list[Sentence]:
    """Say where the size class against the smallest difference of interest depends on the choices."""
    out, said = made.outcome, []
    side = comparison(made, lead)[0]
    for by, found in ranges.items():
        readings = {reading_of(d, out) for _, d in found}
        if len(readings) < 2:
            continue
        big = max(found, key=lambda pair: abs(pair[1].value))
        small = min(found, key=lambda pair: abs(pair[1].value))
        strict = next(((a, d) for a, d in found if a.rows == "distinct" and a.step == "main"), None)
        ends = [big, *([strict] if strict and strict[0] not in (big[0], small[0]) else []), small]
        told = [
            pick(
                f"{out.size(d.value)} (95% CI {out.interval(d.low, d.high)}; {a.name}; "
                f"{reading_text(reading_of(d, out), out)})",
                f"{out.size(d.value)}（95% 置信区间 {out.interval(d.low, d.high)}；{a.name}；"
                f"{reading_text(reading_of(d, out), out)}）",
            )
            for a, d in ends
        ]
        where_en = f" among {at(made.by.name, by)} rows" if made.by is not None and by else ""
        where_zh = f"（{at(made.by.name, by)}）" if made.by is not None and by else ""
        said.append(
            Sentence(
                key="size-class",
                columns=_columns(made),
                weight=66 if "equivalent" in readings else 60,
                text=pick(
                    f"How large the difference in {out.shown_name} for {side} is{where_en} depends on the choices: "
                    f"{'; '.join(told)}.",
                    f"{side}{where_zh}的 {out.shown_name} 差异有多大，取决于分析选择：{'；'.join(told)}。",
                ),
            )
        )
    return said


def _adjusted(made: Study, a: Analysis, lead: str, bys: Sequence[str], weight: int) -> Sentence:
    found = [d for by in bys for d in [a.at(lead, by)] if d is not None]
    rows = pick("all rows", "全部行") if a.rows == "all" else pick("distinct rows", "去重后的行")
    how = pick(f"{adjusted_for(a.adjusted)}, {rows}", f"{adjusted_for(a.adjusted)}，{rows}")
    return Sentence(key="adjusted", columns=_columns(made), weight=weight, text=together(made, found, how))


def _interaction(made: Study, first: Analysis, a: Analysis) -> Sentence:
    assert made.by is not None
    test = a.fitted.wald((made.x.name, made.by.name))
    assert test is not None
    before = first.fitted.wald((made.x.name, made.by.name))
    shown_before = before is not None and before.p < 0.05
    pair, m = tidy(made.x.name), tidy(made.by.name)
    what = pick(f"the difference in {made.outcome.shown_name} by {pair}", f"{made.outcome.shown_name} 随 {pair} 的差异")
    rows = pick("all rows", "全部行") if a.rows == "all" else pick("distinct rows", "去重后的行")
    if test.p < 0.05:
        shown = pick(
            f"{what} {'still varies' if shown_before else 'varies'} with {m}",
            f"{what}{'仍' if shown_before else ''}因 {m} 而异",
        )
    else:
        shown = pick(
            f"it is {'no longer' if shown_before else 'not'} shown that {what} varies with {m}",
            f"{'不再' if shown_before else '未能'}显示 {what}因 {m} 而异",
        )
    how = adjusted_for(a.adjusted)
    stat = f"F({test.df1}, {count(test.df2)}) = {test.statistic:.2f}"
    return Sentence(
        key="interaction-adjusted",
        columns=_columns(made),
        weight=61,
        text=pick(
            f"{how[:1].upper()}{how[1:]} ({rows}), {shown}: Wald {stat} with HC3 errors, {p_text(test.p)}.",
            f"{how} 后（{rows}），{shown}：稳健 Wald {stat}（HC3），{p_text(test.p)}。",
        ),
    )


def _moved(made: Study, first: Analysis, main: Analysis) -> list[Sentence]:
    """Say where adjusting takes away more than half of a difference, or moves it by a quarter or across zero."""
    out, said = made.outcome, []
    for level in dict.fromkeys(d.level for d in first.found):
        pairs = [(d, main.at(level, d.by)) for d in first.found if d.level == level and not d.weak]
        kept = [(a, b) for a, b in pairs if b is not None]
        if not kept:
            continue
        side = comparison(made, level)[0]
        shrunk = [(a, b) for a, b in kept if a.value * b.value > 0 and abs(b.value) < 0.5 * abs(a.value)]
        crossed = [(a, b) for a, b in kept if a.value * b.value < 0]
        # A difference that neither analysis tells from zero moves by chance.
        told_apart = [(a, b) for a, b in kept if direction(a) or direction(b)]
        crossed = [pair for pair in crossed if pair in told_apart]
        by_quarter = [(a, b) for a, b in told_apart if abs(b.value - a.value) > 0.25 * abs(a.value)]
        n = kept[0][0].n_model if made.by is not None and made.by.values is not None else sum(d.n for d, _ in kept)
        for pairs_, en, zh, weight in (
            (crossed, "changes sign", "符号改变", 79),
            (shrunk, "shrinks by more than half", "缩小一半以上", 80),
            (
                [p for p in by_quarter if p not in shrunk and p not in crossed],
                "moves by more than a quarter",
                "变动超过四分之一",
                63,
            ),
        ):
            if not pairs_:
                continue
            told = listed(
                [
                    f"{name} {out.size(a.value)} → {out.size(b.value)} [{out.interval(b.low, b.high)}]".strip()
                    for name, (a, b) in zip(_names(made, [a for a, _ in pairs_]), pairs_, strict=True)
                ]
            )
            said.append(
                Sentence(
                    key="confounding",
                    role="finding",
                    columns=_columns(made),
                    weight=weight,
                    text=pick(
                        f"Once {adjusted_for(main.adjusted)}, the difference in {out.shown_name} for {side} (n = "
                        f"{count(n)}) {en}: {told}; that change goes with {joined(main.adjusted)}.",
                        f"{adjusted_for(main.adjusted)} 后，{side}（n = {count(n)}）的 {out.shown_name} 差异{zh}："
                        f"{told}；这一变化与 {joined(main.adjusted)} 有关。",
                    ),
                )
            )
    return said


def _method(made: Study, analyses: Sequence[Analysis]) -> Sentence:
    steps = list(dict.fromkeys(adjusted_for(a.adjusted) for a in analyses if not a.within))
    within = list(dict.fromkeys(a.within for a in analyses if a.within))
    distinct = any(a.rows == "distinct" for a in analyses)
    if distinct:
        rows = pick("all rows and distinct rows", "全部行与去重后的行")
    elif made.folds is not None or engines.current().sampled:
        rows = pick("all rows (repeated ones were not looked for)", "全部行（未检查重复行）")
    else:
        rows = pick("all rows (none repeats another)", "全部行（无重复）")
    more_en = f"; and only rows with {within[0]}" if within else ""
    more_zh = f"；以及仅 {within[0]} 的行" if within else ""
    last_en = " The last step adds possible mediators." if any(a.step == "mediators" for a in analyses) else ""
    last_zh = "最后一步加入可能的中介变量。" if any(a.step == "mediators" for a in analyses) else ""
    return Sentence(
        key="analyses",
        role="method",
        columns=_columns(made),
        weight=58,
        text=pick(
            f"{len(analyses)} analyses of {tidy(made.outcome.name)}: {rows}; {'; '.join(steps)}{more_en}. All are "
            f"shown, none is chosen by its p, and they are not corrected for their number.{last_en}",
            f"对 {tidy(made.outcome.name)} 作 {len(analyses)} 种分析：{rows}；{'；'.join(steps)}{more_zh}。全部列出"
            f"，未按 p 值挑选，也未作多重校正。{last_zh}",
        ),
    )


def cluster_sentences(
    made: Study, clustered: Sequence[Difference], clusters: tuple[str, int], lead: str
) -> list[Sentence]:
    """Set cluster-robust intervals beside HC3, as a check on independence."""
    name, groups = clusters
    mine = [d for d in clustered if d.level == lead and not d.weak]
    if not mine:
        return []
    out = made.outcome
    told = listed(
        [
            f"{name} {out.size(d.value)} [{out.interval(d.low, d.high)}]".strip()
            for name, d in zip(_names(made, mine), mine, strict=True)
        ]
    )
    few_en = f" {groups} clusters are few, so even these intervals are too narrow." if groups < 30 else ""
    few_zh = "聚类少于 30 个，这些区间仍偏窄。" if groups < 30 else ""
    return [
        Sentence(
            key="clusters",
            role="limitation",
            columns=(*_columns(made), name),
            weight=55,
            text=pick(
                f"Rows of one {tidy(name)} may resemble each other, so they are not independent: with errors clustered "
                f"by {tidy(name)} ({groups} clusters, CR1) the adjusted differences in {out.shown_name} for "
                f"{comparison(made, lead)[0]} are {told}. Where these intervals are wider than HC3's, the HC3 ones "
                f"are too narrow; with few or unequal clusters they can be too short themselves.{few_en}",
                f"同一 {tidy(name)} 的行可能相似，并不独立：按 {tidy(name)} 聚类（{groups} 个聚类，CR1）后，"
                f"{comparison(made, lead)[0]} 的 {out.shown_name} 调整后差异为 {told}。若此区间比 HC3 宽，则 HC3 区间偏"
                f"窄；聚类少或不均时，此区间本身也可能偏短。{few_zh}",
            ),
        )
    ]
