"""The tables beside a comparison: cells in the outcome's own units, the raw-scale twin, how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k2lab.errors import InputError
from k2lab.locale import pick
from k2lab.locale.numbers import count, number, plain
from k2lab.stats import effect_words as words
from k2lab.stats import weighted
from k2lab.stats.grouped import Term, fit
from k2lab.stats.result import Scalar, Sentence, Table
from k2lab.stats.simple import Difference
from k2lab.stats.study import NOT_ANALYSED, WEAK, Study
from k2lab.stats.words import at, named_levels, p_text, tidy

if TYPE_CHECKING:
    import numpy as np


def flag(n: int) -> str:
    """Say what a cell of so many rows is good for (playbook section 1)."""
    if n == 0:
        return pick("empty", "空")
    if n < NOT_ANALYSED:
        return pick("not analysed", "不分析")
    return pick("weak", "薄弱") if n < WEAK else ""


def cells(study: Study) -> Table:
    """Return n, mean, median (and geometric mean) of every cell, with a flag for the small ones."""
    import numpy as np

    out = study.outcome
    rows: list[tuple[Scalar, ...]] = []
    across = study.by.codes if study.by is not None and study.by.values is None else None
    levels = ("",) if study.numeric else study.x.levels
    for j, by in enumerate(study.by_levels):
        for i, level in enumerate(levels):
            inside = np.ones(len(study.used), dtype=bool) if study.numeric else study.x.codes == i
            if across is not None:
                inside = inside & (across == j)
            values, n = out.original[inside], study.rows(inside)
            times = None if out.folds is None else out.folds.times[inside]
            head: list[Scalar] = [
                tidy(by) if by else pick("all", "全部"),
                *([] if study.numeric else [tidy(level)]),
                n,
                flag(n),
            ]
            if out.scale == "share":
                rows.append((*head, weighted.mean(values, times) * 100 if n else None))
                continue
            body: list[Scalar] = [None, None]
            if n:
                body = [weighted.mean(values, times), weighted.median(values, times)]
            if out.scale == "log":
                body.append(float(np.exp(weighted.mean(out.values[inside], times))) if n else None)
            rows.append((*head, *body))
    name = [tidy(study.by.name) if across is not None and study.by is not None else pick("rows", "行")]
    name += [] if study.numeric else [tidy(study.x.name)]
    if out.scale == "share":
        shown: tuple[str, ...] = (f"{tidy(out.name)} = {out.event} (%)",)
    else:
        shown = (pick("mean", "均值"), pick("median", "中位数")) + (
            (pick("geometric mean", "几何均值"),) if out.scale == "log" else ()
        )
    return Table(
        title=pick(f"{tidy(out.name)} by cell", f"{tidy(out.name)} 各单元"),
        columns=(*name, "n", pick("flag", "标记"), *shown),
        rows=tuple(rows),
        note=pick("under 5 rows: not analysed; 5 to 29: weak", "少于 5 行：不分析；5 至 29 行：薄弱"),
    )


def differences(study: Study, found: Sequence[Difference]) -> Table:
    """Return the raw-scale twin: Welch differences of means in the outcome's units, and both medians."""
    import numpy as np
    from scipy import stats

    out = study.outcome
    rows: list[tuple[Scalar, ...]] = []
    if not study.numeric:
        width = len(study.by_levels)
        across = (
            study.by.codes
            if study.by is not None and study.by.values is None
            else np.zeros(len(study.used), dtype=np.int64)
        )
        for d in found:
            if study.by is not None and study.by.values is not None:
                continue
            j = study.by_levels.index(d.by) if width > 1 else 0
            inside = (study.x.codes == study.x.levels.index(d.level)) & (across == j)
            n, mean, variance, middle = _moments(study, inside)
            other_n, other_mean, other_variance, other_middle = _moments(study, (study.x.codes == 0) & (across == j))
            va, vb = variance / n, other_variance / other_n
            if va + vb <= 0:
                continue
            df = (va + vb) ** 2 / (va**2 / (n - 1) + vb**2 / (other_n - 1))
            half = float(stats.t.ppf(0.975, df) * np.sqrt(va + vb))
            gap = mean - other_mean
            rows.append(
                (
                    d.by or pick("all", "全部"),
                    d.level,
                    n,
                    other_n,
                    gap,
                    gap - half,
                    gap + half,
                    middle,
                    other_middle,
                )
            )
    return Table(
        title=pick(f"The same in units of {tidy(out.name)}, unadjusted", f"以 {tidy(out.name)} 原单位表示，未调整"),
        columns=(
            tidy(study.by.name) if study.by is not None else pick("rows", "行"),
            tidy(study.x.name),
            "n",
            pick("n reference", "参照 n"),
            pick("difference of means", "均值差"),
            pick("95% low", "95% 下限"),
            pick("95% high", "95% 上限"),
            pick("median", "中位数"),
            pick("median of reference", "参照中位数"),
        ),
        rows=tuple(rows),
        note=pick("Welch intervals", "Welch 区间"),
    )


def _moments(study: Study, inside: np.ndarray) -> tuple[int, float, float, float]:
    """Return n, mean, variance and median of the outcome as it stands in the table."""
    values, folds = study.outcome.original[inside], study.outcome.original_folds
    times = None if folds is None else folds.times[inside]
    spread = weighted.variance(values, times, None if folds is None else folds.within[inside])
    return study.rows(inside), weighted.mean(values, times), spread, weighted.median(values, times)


def sentences(study: Study, table: Table, lead: str) -> list[Sentence]:
    """Tell the raw-scale twin in words: mean differences and medians of the leading comparison."""
    out = study.outcome
    mine = [
        row
        for row in table.rows
        if row[1] == lead and min(int(row[2] or 0), int(row[3] or 0)) >= min(WEAK, study.rows_in - study.missing)
    ]
    if not mine or out.scale == "share":
        return []
    parts_en, parts_zh = [], []
    names = named_levels(study.by.name, [str(row[0]) for row in mine[:6]]) if study.by is not None else [""]
    for name, (_, _, n, m, gap, low, high, a, b) in zip(names, mine[:6], strict=False):
        size, start, end = (_signed(float(v or 0)) for v in (gap, low, high))
        middle = plain(float(a or 0), 4), plain(float(b or 0), 4)
        k, other_k = count(int(n or 0)), count(int(m or 0))
        parts_en.append(
            f"{name} {size} (95% CI {start} to {end}; medians {middle[0]} and {middle[1]}; n = {k} and "
            f"{other_k})".strip()
        )
        parts_zh.append(
            f"{name} {size}（95% 置信区间 {start} 至 {end}；中位数 {middle[0]} 与 {middle[1]}；n = {k} 与 "
            f"{other_k}）".strip()
        )
    side, other = words.comparison(study, lead)
    text = pick(
        f"In units of {tidy(out.name)}, mean of {side} minus mean of {other} (unadjusted): {', '.join(parts_en)}.",
        f"以 {tidy(out.name)} 原单位计，{side} 的均值减 {other} 的均值（未调整）：{'、'.join(parts_zh)}。",
    )
    return [Sentence(key="raw-twin", text=text, columns=(out.name, study.x.name), weight=48)]


def _signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


def contrast(study: Study, high: Difference, low: Difference, found: tuple[float, float, float, float]) -> str:
    """Compare the largest with the smallest simple difference, with an interval."""
    import math

    out = study.outcome
    value, start, end, p = found
    side, other = words.comparison(study, high.level)
    assert study.by is not None
    where, there = at(study.by.name, high.by), at(study.by.name, low.by)
    if out.scale == "log":
        told = f"{math.exp(value):.2f}", f"{math.exp(start):.2f}", f"{math.exp(end):.2f}"
        ratio_en = (
            f"the ratio of {tidy(out.name)}, {side} to {other},"
            if not study.numeric
            else f"the ratio of {tidy(out.name)} for {side}"
        )
        ratio_zh = (
            f"{side} 与 {other} 的 {tidy(out.name)} 之比" if not study.numeric else f"{side} 的 {tidy(out.name)} 之比"
        )
        return pick(
            f"Between the extremes, {ratio_en} at {where} is {told[0]} times that at {there} (95% CI {told[1]} to "
            f"{told[2]}; {p_text(p)}).",
            f"两端相比，{ratio_zh}在 {where} 是 {there} 的 {told[0]} 倍（95% 置信区间 {told[1]} 至 {told[2]}；"
            f"{p_text(p)}）。",
        )
    return pick(
        f"Between the extremes, the difference in {out.shown_name} for {side} at {where} exceeds that at {there} by "
        f"{out.size(value, sign=False)} "
        f"(95% CI {out.interval(start, end)}; {p_text(p)}).",
        f"两端相比，{side} 的 {out.shown_name} 差异在 {where} 比 {there} 大 {out.size(value, sign=False)}（95% "
        "置信区间 "
        f"{out.interval(start, end)}；{p_text(p)}）。",
    )


def curve(study: Study, covariates: Sequence[Term]) -> list[Sentence]:
    """Check a straight line against a quadratic one, for a numeric column."""
    import numpy as np

    if study.x.values is None:
        return []
    rows = study.used.copy()
    for term in covariates:
        rows &= term.codes >= 0
    places = np.flatnonzero(rows)
    kept = [term.kept(places) for term in (study.x, *([] if study.by is None else [study.by]), *covariates)]
    line = kept[0]
    assert line.values is not None
    squared = Term(
        name="\0squared",
        codes=line.codes,
        values=((line.values - line.centre) / line.spread) ** 2,
        times=line.times,
    )
    y: np.ndarray = study.outcome.values[places]
    try:
        folds = None if study.folds is None else study.folds.kept(places)
        straight = fit(y, kept, study.interaction(), folds=folds)
        bent = fit(y, [*kept, squared], study.interaction(), folds=folds)
    except InputError:
        return []
    test = bent.wald(("\0squared",))
    if test is None:
        return []
    gain = bent.r2 - straight.r2
    x, name = tidy(study.x.name), tidy(study.outcome.name)
    if test.p < 0.05 and gain > 0.01:
        text = pick(
            f"A straight line in {x} is too simple for {name}: a quadratic one raises R² by {number(gain, 2)} "
            f"({p_text(test.p)}); read the slope as an average.",
            f"{x} 的直线对 {name} 过于简单：二次项使 R² 提高 {number(gain, 2)}（{p_text(test.p)}）；斜率只应理解为"
            "平均。",
        )
    else:
        text = pick(
            f"A straight line in {x} is adequate: a quadratic one raises R² by {number(gain, 2)} ({p_text(test.p)}).",
            f"{x} 取直线足够：二次项使 R² 提高 {number(gain, 2)}（{p_text(test.p)}）。",
        )
    return [Sentence(key="form", role="caveat", text=text, columns=(study.outcome.name, study.x.name), weight=55)]


def methods(study: Study, named: Sequence[str], family: int, columns: tuple[str, ...]) -> list[Sentence]:
    """Say how the comparison was made, and why so."""
    out, x = study.outcome, tidy(study.x.name)
    by = "" if study.by is None else f" x {tidy(study.by.name)}"
    more = pick(f" + {' + '.join(named)}", f" + {' + '.join(named)}") if named else ""
    left = f"log({tidy(out.name)})" if out.scale == "log" else tidy(out.name)
    shown = {
        "log": pick("differences are ratios of geometric means, in percent", "差异为几何均值之比（百分比）")
        + (
            ""
            if study.numeric
            else pick("; differences of means in original units stand beside them", "，并列出原单位的均值差")
        ),
        "raw": pick("differences are in units of the outcome", "差异以结果变量的单位表示"),
        "share": pick(
            "differences of shares are in percentage points (linear probability model)",
            "占比之差以百分点表示（线性概率模型）",
        ),
    }[out.scale]
    kind = (
        pick(f"{x} enters as a number", f"{x} 作为数值处理")
        if study.numeric
        else pick(
            f"{x} enters as {len(study.x.levels)} categories, reference {at(study.x.name, study.x.levels[0])}",
            f"{x} 作为 {len(study.x.levels)} 个类别处理，参照为 {at(study.x.name, study.x.levels[0])}",
        )
    )
    where = pick(f" within {tidy(study.by.name)}", f"在 {tidy(study.by.name)} 各水平内") if study.by is not None else ""
    scale = {
        "log": pick("logarithm", "对数"),
        "raw": pick("its own units", "原单位"),
        "share": pick("shares", "占比"),
    }[out.scale]
    default = "" if out.given else pick(" (the default; give sesoi= to change it)", "（默认值，可用 sesoi= 更改）")
    return [
        Sentence(
            key="model",
            role="method",
            columns=columns,
            weight=70,
            text=pick(
                f"Model: least squares of {left} on {x}{by}{more}; {kind}; {shown}. Scale of {tidy(out.name)}: "
                f"{scale}, since {out.reason}.",
                f"模型：{left} 对 {x}{by}{more} 的最小二乘回归；{kind}；{shown}。{tidy(out.name)} 的尺度："
                f"{scale}（{out.reason}）。",
            ),
        ),
        Sentence(
            key="robust",
            role="method",
            columns=columns,
            weight=65,
            text=pick(
                f"Intervals and tests for {x} use HC3 standard errors, since the spread of {tidy(out.name)} need "
                "not be equal over groups.",
                f"{x} 的区间与检验采用 HC3 稳健标准误，因为各组 {tidy(out.name)} 的离散程度不一定相等。",
            ),
        ),
        Sentence(
            key="family",
            role="method",
            columns=columns,
            weight=60,
            text=pick(
                (
                    f"The {family} simple differences of {x}{where} are one family: their p-values are adjusted by "
                    "Holm, their intervals are not. "
                    if family > 1
                    else f"One difference by {x} is estimated, so no p-value is adjusted. "
                )
                + f"Smallest difference of interest in {tidy(out.name)}: {out.sesoi}{default}.",
                (
                    f"{x} {where}的 {family} 项简单差异为一族，p 值经 Holm 校正，区间未校正。"
                    if family > 1
                    else f"{x} 只有一项差异，p 值无需校正。"
                )
                + f"{tidy(out.name)} 的最小有意义差异：{out.sesoi}{default}。",
            ),
        ),
    ]
