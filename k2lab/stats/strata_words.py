"""The words for differences within strata: reversal, heterogeneity, confounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.stats.effect_words import comparison
from k2lab.stats.grouped import Term
from k2lab.stats.result import Sentence
from k2lab.stats.study import WEAK, Study, covariate_text
from k2lab.stats.words import at, listed, tidy


@dataclass(frozen=True, kw_only=True)
class Within:
    """A difference of one level from the reference, inside a stratum, on the analysis scale (Welch)."""

    stratum: str
    level: str
    value: float
    low: float
    high: float
    p: float
    n: int
    n_reference: int
    rest: bool = False

    @property
    def solid(self) -> bool:
        """Thirty or more rows on both sides."""
        return min(self.n, self.n_reference) >= WEAK

    @property
    def sign(self) -> int:
        """-1 or 1 where the interval lies off zero, else 0."""
        return -1 if self.high < 0 else 1 if self.low > 0 else 0


def pattern_of(
    pooled: float, ends: tuple[float, float], mine: Sequence[Within], rest: Sequence[Within], adjusted: float | None
) -> str:
    """Name what the strata show: reversal, heterogeneity, confounding or alike (playbook section 7)."""
    off_zero = ends[0] > 0 or ends[1] < 0
    if (
        len(mine) > 1
        and off_zero
        and all(d.value * pooled < 0 for d in mine)
        and 2 * sum(d.sign != 0 for d in mine) >= len(mine)
    ):
        return "reversal"
    signs = {d.sign for d in [*mine, *rest]}
    if {1, -1} <= signs:
        return "heterogeneity"
    if off_zero and adjusted is not None and (adjusted * pooled < 0 or abs(adjusted - pooled) > 0.25 * abs(pooled)):
        return "confounding"
    return "alike"


def with_interval(made: Study, d: Within) -> str:
    """Write a difference within a stratum, with interval and both counts."""
    out = made.outcome
    return pick(
        f"{out.size(d.value)} (95% CI {out.interval(d.low, d.high)}; n = {count(d.n)} and {count(d.n_reference)})",
        f"{out.size(d.value)}（95% 置信区间 {out.interval(d.low, d.high)}；n = {count(d.n)} 与 "
        f"{count(d.n_reference)}）",
    )


def sentences(
    made: Study, term: Term, level: str, mine: Sequence[Within], pattern: str, lead: bool, pooled: float
) -> list[Sentence]:
    """Say what the strata of one column show."""
    out = made.outcome
    side, other = comparison(made, level)
    shown = [d for d in mine if not d.rest]
    ends = sorted(shown, key=lambda d: d.value)
    if len(shown) > 4:
        rest = [d for d in mine if d.rest]
        most = max(shown, key=lambda d: d.n + d.n_reference)
        shown = [most, *rest] if rest else [ends[0], ends[-1]]
    told = listed(
        [
            f"{at(term.name, d.stratum) if not d.rest else tidy(term.name) + ' ' + d.stratum}: {with_interval(made, d)}"
            for d in [*shown, *[d for d in mine if d.rest and d not in shown]]
        ]
    )
    name = tidy(term.name)
    en = {
        "reversal": f"is the other way round within every level of {name} (Simpson's paradox)",
        "heterogeneity": f"differs in sign between levels of {name}",
        "confounding": f"changes by more than a quarter when rows of one {name} are compared with each other",
        "alike": f"has no opposite sign within the levels of {name} that have enough rows",
    }[pattern]
    zh = {
        "reversal": f"在 {name} 的每一水平内方向都相反（辛普森悖论）",
        "heterogeneity": f"在 {name} 的不同水平之间方向不同",
        "confounding": f"在同一 {name} 内比较时变动超过四分之一",
        "alike": f"在行数足够的 {name} 各水平内没有相反的方向",
    }[pattern]
    weight = {"reversal": 92, "heterogeneity": 78, "confounding": 65, "alike": 50}[pattern] - (0 if lead else 30)
    low, high = (at(term.name, d.stratum) for d in (ends[0], ends[-1])) if ends else ("", "")
    found = [
        Sentence(
            key=f"strata-{pattern}",
            columns=(out.name, made.x.name, term.name),
            weight=weight,
            text=pick(
                f"The difference in {out.shown_name} for {side} against {other} ({out.size(pooled)} overall) {en}: "
                f"{told}.",
                f"{side} 对 {other} 的 {out.shown_name} 差异（总体 {out.size(pooled)}）{zh}：{told}。",
            ),
        )
    ]
    if pattern == "heterogeneity" and lead and len(ends) > 4:
        found.append(
            Sentence(
                key="strata-range",
                columns=(out.name, made.x.name, term.name),
                weight=46,
                text=pick(
                    f"Over the levels of {tidy(term.name)} with {WEAK} rows or more on both sides, the difference in "
                    f"{out.shown_name} for {side} runs from {low}, {with_interval(made, ends[0])}, to "
                    f"{high}, {with_interval(made, ends[-1])}.",
                    f"在两侧均不少于 {WEAK} 行的 {tidy(term.name)} 水平中，{side} 的 {out.shown_name} 差异从 {low} "
                    f"的 {with_interval(made, ends[0])} 到 {high} 的 "
                    f"{with_interval(made, ends[-1])}。",
                ),
            )
        )
    return found


def moved(
    made: Study, raw: Term, level: str, before: float, after: float, ends: tuple[float, float], lead: bool
) -> Sentence:
    """Say how adjusting for the column moves the average difference."""
    out = made.outcome
    side = comparison(made, level)[0]
    return Sentence(
        key="strata-adjusted",
        columns=(out.name, made.x.name, raw.name),
        weight=54 if lead else 30,
        text=pick(
            f"Averaged over all rows, the difference in {out.shown_name} for {side} goes from {out.size(before)} "
            f"unadjusted to {out.size(after)} "
            f"(95% CI {out.interval(*ends)}) adjusted for {covariate_text(raw)}.",
            f"就全部行平均而言，{side} 的 {out.shown_name} 差异由未调整的 {out.size(before)} 变为调整 "
            f"{covariate_text(raw)} 后的 {out.size(after)}（95% 置信区间 {out.interval(*ends)}）。",
        ),
    )
