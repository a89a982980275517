"""The tables of a sensitivity analysis: one line for each analysis, and every difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k2lab.locale import pick
from k2lab.stats.effect_words import comparison
from k2lab.stats.result import Scalar, Table
from k2lab.stats.simple import Difference
from k2lab.stats.study import Study
from k2lab.stats.words import adjusted_for, tidy

if TYPE_CHECKING:
    from k2lab.stats.sensitivity import Analysis


def summary(made: Study, analyses: Sequence[Analysis], lead: str) -> Table:
    """Return one line for each analysis, with the leading differences."""
    out = made.outcome
    bys = list(dict.fromkeys(d.by for a in analyses for d in a.found if d.level == lead))
    rows: list[tuple[Scalar, ...]] = []
    for a in analyses:
        cells = []
        for by in bys:
            d = a.at(lead, by)
            cells.append("" if d is None else f"{out.size(d.value)} [{out.size(d.low)}, {out.size(d.high)}]")
        rows.append(
            (
                pick("all", "全部") if a.rows == "all" else pick("distinct", "去重"),
                a.within or pick("all", "全部"),
                adjusted_for(a.adjusted),
                a.n,
                *cells,
            )
        )
    side, other = comparison(made, lead)
    against = pick(f" against {other}", f" 对 {other}") if other else ""
    heads = (
        pick("rows", "行"),
        pick("within", "范围"),
        pick("adjustment", "调整"),
        "n",
        *(tidy(by) if by else pick("difference", "差异") for by in bys),
    )
    return Table(
        title=pick(
            f"{side}{against}: difference in {out.shown_name}, 95% CI",
            f"{side}{against}：{out.shown_name} 的差异，95% 置信区间",
        ),
        columns=heads,
        rows=tuple(rows),
    )


def long(made: Study, analyses: Sequence[Analysis], clustered: Sequence[Difference]) -> Table:
    """Return every difference of every analysis."""
    from k2lab.stats.effect_words import reading_of, reading_text

    out = made.outcome
    rows: list[tuple[Scalar, ...]] = []
    sets = [(a.name, a.found) for a in analyses]
    if clustered:
        main = main_of(analyses, "all")
        sets.append(((main.name if main else "") + pick("; clustered by place", "；按地点聚类"), tuple(clustered)))
    for name, found in sets:
        for d in found:
            reading = (
                pick("weak: fewer than 30 rows", "薄弱：少于 30 行")
                if d.weak
                else reading_text(reading_of(d, out), out)
            )
            rows.append(
                (
                    name,
                    d.by or pick("all", "全部"),
                    tidy(d.level),
                    d.n,
                    d.n_reference,
                    out.shown(d.value),
                    out.shown(d.low),
                    out.shown(d.high),
                    reading,
                )
            )
    unit = f" ({out.unit})" if out.unit else ""
    heads = (
        pick("analysis", "分析"),
        tidy(made.by.name) if made.by is not None else pick("rows", "行"),
        tidy(made.x.name),
        "n",
        pick("n reference", "参照 n"),
        pick("difference", "差异") + unit,
        pick("95% low", "95% 下限"),
        pick("95% high", "95% 上限"),
        pick(f"against {out.sesoi}", f"对照 {out.sesoi}"),
    )
    return Table(title=pick("Every difference in every analysis", "各分析的全部差异"), columns=heads, rows=tuple(rows))


def main_of(analyses: Sequence[Analysis], rows: str) -> Analysis | None:
    """Return the analysis adjusted for all confounders."""
    return next((a for a in analyses if a.rows == rows and a.step == "main"), None)
