"""All differences of a comparison in one sentence: their sizes, and how they stand to the smallest of interest."""

from __future__ import annotations

from collections.abc import Sequence

from k2lab.locale import pick
from k2lab.stats.effect_words import comparison, counts, further, reading_of
from k2lab.stats.simple import Difference
from k2lab.stats.study import Study
from k2lab.stats.words import joined, listed, named_levels, tidy


def together(study: Study, found: Sequence[Difference], how: str) -> str:
    """Write the differences of all levels in one sentence, each with its interval and counts."""
    out = study.outcome
    lead = found[0]
    side, other = comparison(study, lead.level)
    if study.by is not None:
        names = named_levels(study.by.name, [d.by for d in found])
        near_en = "at" if study.by.values is not None else "in"
    else:
        names, near_en = named_levels(study.x.name, [d.level for d in found]), "for"
    shared = study.by is not None and study.by.values is not None
    if shared:
        how = f"{how}{pick(', ', '，')}{counts(study, lead)}"
    start = f"{how[:1].upper()}{how[1:]}"
    told = []
    for d, name in zip(found, names, strict=True):
        n = "" if shared else pick("; ", "；") + counts(study, d)
        told.append(
            pick(
                f"{out.size(d.value)} {near_en} {name} (95% CI {out.interval(d.low, d.high)}{n})",
                f"{name} {out.size(d.value)}（95% 置信区间 {out.interval(d.low, d.high)}{n}）",
            )
        )
    y, noun = out.shown_name, pick(f"{out.noun}s", out.noun)
    if study.numeric:
        place = further(study, lead.level)
        return pick(
            f"{start}: {place}, {y} differs by {joined(told)} ({noun}).",
            f"{start}：{place}，{y} 的差异为 {listed(told)}（{noun}）。",
        )
    where = pick(f" at {side}", f"{side} 的 ") if study.by is not None else ""
    return pick(
        f"{start}: compared with {other}, {y}{where} differs by {joined(told)} ({noun}).",
        f"{start}：与 {other} 相比，{where}{y} 差异为 {listed(told)}（{noun}）。",
    )


def practical(study: Study, found: Sequence[Difference]) -> str:
    """Say in which levels a difference is beyond, within or not settled against the smallest one of interest."""
    out = study.outcome
    words = {
        "beyond": pick("wholly beyond it", "整个区间超出"),
        "equivalent": pick("within it (practically equivalent)", "在其之内（实际等价）"),
        "unsettled": pick("not 0, but not settled against it", "不为 0，但是否超出尚无定论"),
        "inconclusive": pick("inconclusive (both 0 and more than it are possible)", "无定论（0 与超出都有可能）"),
    }
    parts = []
    for reading, text in words.items():
        mine = [d for d in found if reading_of(d, out) == reading]
        if not mine:
            continue
        if study.by is None:
            levels = [] if study.numeric or len(found) == 1 else named_levels(study.x.name, [d.level for d in mine])
            near = pick("for", "：")
        else:
            levels = named_levels(study.by.name, [d.by for d in mine])
            near = pick("at" if study.by.values is not None else "in", "：")
        if reading == "equivalent":
            levels = [
                pick(f"{name} ({out.size(d.value)})", f"{name}（{out.size(d.value)}）")
                for name, d in zip(levels, mine, strict=False)
            ]
        parts.append(pick(f"{text} {near} {joined(levels)}", f"{joined(levels)} {text}") if levels else text)
    last = parts.pop()
    return pick(f"{', '.join(parts)}, and {last}", f"{'，'.join(parts)}，{last}") if parts else last


def still(study: Study, cells: Sequence[tuple[str, str]]) -> str:
    """Say in which cells the outcome does not vary, and what error is used there instead."""
    named = joined([tidy(level) + (f" x {tidy(by)}" if by else "") for level, by in cells[:4]])
    more = pick(f" and {len(cells) - 4} more", f" 等 {len(cells)} 个单元") if len(cells) > 4 else ""
    what = tidy(study.x.name) + (f" x {tidy(study.by.name)}" if study.by is not None else "")
    y = study.outcome.shown_name
    return pick(
        f"Cells of {what} in which {y} does not vary ({named}{more}): HC3 would take them as known without error, so "
        "their differences and the test of the interaction use classical errors.",
        f"{what} 中 {y} 没有变异的单元（{named}{more}）：HC3 会把它们当作没有误差，"
        "因此相应差异及交互检验改用经典误差。",
    )
