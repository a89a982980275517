"""All pairs of groups compared, with p-values and intervals that hold for the family of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from k2lab.locale import numbers, pick
from k2lab.stats import ranks, samples, studentized, welch
from k2lab.stats.labels import any_engine
from k2lab.stats.least import NotEstimable
from k2lab.stats.multiplicity import METHOD_NAMES, METHODS, adjusted
from k2lab.stats.result import Estimate, Result, Sentence, TestResult
from k2lab.stats.samples import Samples, level_checked, one_of
from k2lab.stats.shape import spread_check
from k2lab.stats.show import value_texts
from k2lab.stats.spoken import interval_text
from k2lab.stats.ttest_words import association
from k2lab.stats.weighted import Held
from k2lab.stats.words import tidy

KINDS = ("games-howell", "tukey", "dunn", "welch", "student")


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two groups: b less a, its standard error and statistic, and what the family makes of it."""

    a: int
    b: int
    value: float
    low: float
    high: float
    statistic: float
    df: tuple[float, ...]
    p: float | None
    p_adjusted: float


@any_engine
def posthoc(
    data: Any, y: str, x: str, method: str = "games-howell", *, adjust: str = "holm", scale: str = "raw",
    level: float = 0.95,
) -> Result:  # fmt: skip
    """Compare all pairs of groups.

    Parameters
    ----------
    data : frame
    y, x : str
        The outcome and the column of groups.
    method : {"games-howell", "tukey", "dunn", "welch", "student"}
        Games and Howell, the default, lets spreads differ; Tukey (Kramer's form) takes them equal; Dunn compares mean
        ranks; "welch" and "student" are t tests of each pair (Student's with the spread of all groups).
    adjust : {"holm", "bh", "bonferroni", "hochberg", "hommel", "by", "none"}
        For "dunn", "welch" and "student"; the other two hold for the family by themselves.
    scale : {"raw", "log"}
        "log" compares geometric means; differences are then percent.
    level : float
        Confidence level; simultaneous for "games-howell" and "tukey", of each pair alone for the others.

    Returns
    -------
    Result
        One estimate and one test for each pair (the later level less the earlier), with adjusted p.

    Raises
    ------
    UsageError
        If a column is missing, the method is unknown, or there are more than 60 groups.
    InputError
        If a group has too few rows, or nothing varies.

    Notes
    -----
    Games and Howell (1976); Tukey (1949), Kramer (1956); Dunn (1964). Choose the method by the design, before looking.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [1.0, 2, 3, 4, 5, 7, 9, 9, 11], "team": list("aaabbbccc")})
    >>> made = posthoc(table, "pay", "team", method="tukey")
    >>> [(e.groups["b"], e.groups["a"], round(e.p_adjusted, 4)) for e in made.estimates]
    [('b', 'a', 0.0389), ('c', 'a', 0.0007), ('c', 'b', 0.0127)]
    """
    level_checked(level)
    one_of("method", method, KINDS)
    one_of("adjust", adjust, METHODS)
    ranked = method == "dunn"
    held = samples.groups(data, y, x, "raw" if ranked else scale, least=1 if ranked else 2, ranked=ranked)
    values = [g.held for g in held.groups]
    family = method in ("games-howell", "tukey")
    pairs = _pairs(values, method, adjust, level)
    name, note = _names(method, adjust)
    log = held.scale == "log"

    def shown(v: float) -> float:
        return 100 * math.expm1(v) if log else v

    unit = "%" if log else ""
    estimates, tests = [], []
    for pair in pairs:
        a, b = held.groups[pair.a], held.groups[pair.b]
        label = f"{tidy(b.level)} - {tidy(a.level)}"
        if method == "dunn":
            label = pick(f"mean rank {label}", f"平均秩 {label}")
        estimates.append(
            Estimate(
                label=label, value=shown(pair.value), low=shown(pair.low), high=shown(pair.high), n=a.n + b.n,
                unit=unit,
                level=level, method=note, p=pair.p, p_adjusted=pair.p_adjusted, groups={"a": a.level, "b": b.level},
                assumptions=_assumptions(method),
            )
        )  # fmt: skip
        tests.append(
            TestResult(
                label=label, method=name, statistic=pair.statistic,
                symbol={"dunn": "z", "welch": "t", "student": "t"}.get(method, "q"), df=pair.df,
                p=pair.p_adjusted if pair.p is None else pair.p, p_adjusted=pair.p_adjusted, n=a.n + b.n,
                assumptions=_assumptions(method),
            )
        )  # fmt: skip
    checks = [] if method == "dunn" else [spread_check(values, method in ("tukey", "student"))]
    warnings = [f"{c.reading}: {c.action}." for c in checks if c.passed is False and method in ("tukey", "student")]
    return Result(
        kind="posthoc", title=held.title(pick(f"All pairs, {name}", f"两两比较，{name}")), estimates=tuple(estimates),
        tests=tuple(tests), checks=tuple(checks), warnings=tuple(warnings),
        sentences=(*_words(held, estimates, name, adjust, family=family), *held.missing()),
        values=held.facts() | {"method": method, "adjust": "" if family else adjust, "pairs": len(pairs)},
    )  # fmt: skip


def _pairs(values: Sequence[Held], method: str, adjust: str, level: float) -> list[Compared]:
    if method == "games-howell":
        return [
            Compared(
                a=p.a, b=p.b, value=p.value, low=p.low, high=p.high, statistic=abs(p.value) / p.se, df=(p.df,), p=None,
                p_adjusted=p.p,
            )
            for p in welch.games_howell(values, level)
        ]  # fmt: skip
    if method == "tukey":
        return _tukey(values, level)
    if method == "dunn":
        from scipy.stats import norm

        found = ranks.dunn(values)
        q = float(norm.ppf((1 + level) / 2))
        final = adjusted([p.p for p in found], adjust)
        return [
            Compared(
                a=p.a, b=p.b, value=p.value, low=p.value - q * p.se, high=p.value + q * p.se, statistic=p.z, df=(),
                p=p.p, p_adjusted=last,
            )
            for p, last in zip(found, final, strict=True)
        ]  # fmt: skip
    gaps = _t_tests(values, pooled=method == "student", level=level)
    final = adjusted([gap.p for _, _, gap in gaps], adjust)
    return [
        Compared(
            a=a, b=b, value=gap.value, low=gap.low, high=gap.high, statistic=gap.value / gap.se, df=(gap.df,), p=gap.p,
            p_adjusted=last,
        )
        for (a, b, gap), last in zip(gaps, final, strict=True)
    ]  # fmt: skip


def _tukey(values: Sequence[Held], level: float) -> list[Compared]:
    k = len(values)
    made = []
    for a, b, gap in _t_tests(values, pooled=True, level=level):
        se = gap.se / math.sqrt(2)
        wide = studentized.critical(level, k, gap.df) * se
        q = abs(gap.value) / se
        made.append(
            Compared(
                a=a, b=b, value=gap.value, low=gap.value - wide, high=gap.value + wide, statistic=q,
                df=(gap.df,), p=None,
                p_adjusted=studentized.tail(q, k, gap.df),
            )
        )  # fmt: skip
    return made


def _t_tests(values: Sequence[Held], *, pooled: bool, level: float) -> list[tuple[int, int, welch.Gap]]:
    """Return the difference of each pair, b less a: with one spread of all groups, or with its own two."""
    made = []
    df = float(sum(v.n for v in values) - len(values))
    mean = [v.less(values[0].first).mean for v in values]
    variance = welch.pooled(values)
    if pooled and variance <= 0:
        raise NotEstimable("No group varies, so there is no spread to judge the differences by.", "")
    for a in range(len(values)):
        for b in range(a + 1, len(values)):
            if pooled:
                se = math.sqrt(variance * (1 / values[a].n + 1 / values[b].n))
                made.append((a, b, welch.judged(mean[b] - mean[a], se, df, level)))
            else:
                made.append((a, b, welch.gap(values[b], values[a], level=level)))
    return made


def _names(method: str, adjust: str) -> tuple[str, str]:
    """Return the name of a method, and that with what its intervals hold for."""
    family = pick("simultaneous interval", "同时区间")
    alone = pick("interval of each pair alone", "各对单独的区间")
    name = {
        "games-howell": "Games-Howell",
        "tukey": "Tukey",
        "dunn": "Dunn z",
        "welch": "Welch t",
        "student": "pooled t",
    }
    if method in ("games-howell", "tukey"):
        return name[method], f"{name[method]}, {family}"
    return name[method], f"{name[method]}, {METHOD_NAMES[adjust]}, {alone}"


def _assumptions(method: str) -> tuple[str, ...]:
    made = [pick("independent rows", "各行相互独立")]
    if method in ("tukey", "student"):
        made.append(pick("equal variances", "方差相等"))
    if method != "dunn":
        made.append(pick("means near normal", "均值近似正态"))
    return tuple(made)


def _words(held: Samples, estimates: Sequence[Estimate], name: str, adjust: str, *, family: bool) -> list[Sentence]:
    y, x = tidy(held.y), tidy(held.x)
    apart = [e for e in estimates if (e.p_adjusted or 0.0) < 0.05]
    how = name if family else f"{name}, {METHOD_NAMES[adjust]}"
    total = len(estimates)
    text = pick(
        f"Of {total} {'pair' if total == 1 else 'pairs'} of levels of {x}, {len(apart)} differ in {y} at an adjusted p "
        f"below 0.05 ({how}; n = {numbers.count(held.n)}).",
        f"{x} 的 {total} 对水平中，有 {len(apart)} 对的 {y} 在校正后 p < 0.05 下有差异（{how}；n = "
        f"{numbers.count(held.n)}）。",
    )
    said = [Sentence(key="pairs", role="headline", text=text, columns=held.columns, weight=10)]
    for e in sorted(estimates, key=lambda e: -abs(e.value))[:3]:
        open_ = pick("; includes 0", "；含 0") if e.low <= 0 <= e.high else ""
        n = numbers.count(e.n)
        said.append(
            Sentence(
                key="pair", columns=held.columns, weight=6,
                text=pick(
                    f"{y}, {e.label}: {value_texts(e)[0]} ({interval_text(e)}{open_}; n = {n}).",
                    f"{y}，{e.label}：{value_texts(e)[0]}（{interval_text(e)}{open_}；n = {n}）。",
                ),
            )
        )  # fmt: skip
    return [*said, association(held)]
