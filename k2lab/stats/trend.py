"""How an outcome moves over periods, and how much of that is the mix of rows: `trend`."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import pick
from k2lab.locale.numbers import count, number, plain
from k2lab.stats import columns, fold, periods
from k2lab.stats.grouped import Term
from k2lab.stats.labels import any_engine
from k2lab.stats.outcome import Outcome, outcome
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table, TestResult
from k2lab.stats.simple import interval
from k2lab.stats.study import category
from k2lab.stats.trend_mix import LEAST, Series, at_one_mix, newey_west
from k2lab.stats.words import at, p_text, rows, spaced, tidy

ENOUGH = 20
PARTS = 20


@any_engine
def trend(data: Any, y: str, time: str, by: str | None = None, scale: str = "auto") -> Result:
    """Describe `y` by period, test for a monotone trend, and separate it from a change of mix.

    Parameters
    ----------
    data : frame
    y : str
        Outcome: a number, or a column with two values.
    time : str
        Dates (drawn together to at most sixty periods), years, other numbers, or known period words.
    by : str, optional
        A category whose mix is held at its overall shares for a second line of means.
    scale : {"auto", "log", "raw"}

    Returns
    -------
    Result
        Period means with intervals; Kendall's tau of the period means (5 to 19 periods) or a slope with Newey-West
        errors (20 or more). A last period with under half the rows of the one before is shown, not used.

    Raises
    ------
    UsageError
        For a column that is not there or cannot be read as time.
    InputError
        With fewer than two periods, or an outcome that does not vary.

    Notes
    -----
    Kendall (1938); Newey and West (1987) with floor(4 (k / 100)^(2/9)) lags and factor k / (k - 2).

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"year": [2019, 2020, 2021, 2022, 2023] * 4, "v": [1.0, 2, 3, 4, 5] * 4})
    >>> table["v"] += [0.1] * 10 + [0.2] * 10
    >>> round(trend(table, y="v", time="year").tests[0].statistic, 6)
    1.0
    """
    import numpy as np

    if len({y, time, by} - {None}) < 2 + (by is not None):
        raise UsageError("The outcome, the time and the group must be different columns.")
    frame = fold.folded(data, [y, time, *([] if by is None else [by])], y)
    there = frame[[y, time]].notna().all(axis=1).to_numpy()
    frame = frame[there].reset_index(drop=True)
    out = outcome(frame, y, scale)
    term = periods.read(frame, time) or _cut(frame, time)
    used = term.codes >= 0
    if not used.all():
        frame, term = frame[used].reset_index(drop=True), term.kept(np.flatnonzero(used))
        out = outcome(frame, y, scale)
    if len(term.levels) < 2:
        raise InputError(f"{tidy(time)} has fewer than two periods, so there is no trend to look at.")
    series = _series(out, term)
    said = [_change(out, series, time), *_partial(series, time), *periods.doubt(frame, time)]
    test, sentence = _test(out, series, time)
    said.append(sentence)
    mixed: list[float | None] = [None] * len(term.levels)
    if by is not None and columns.is_category(frame, by):
        mixed, more = at_one_mix(out, series, category(frame, by), by, time)
        said += more
    said.append(
        Sentence(
            key="trend-method",
            role="method",
            columns=(y, time),
            weight=40,
            text=pick(
                f"{tidy(y)} is averaged by {tidy(time)} ({out.noun}, with t intervals on its own spread in each "
                f"period); the scale was chosen since {out.reason}. "
                f"No value is forecast, and a trend here does not say why.",
                f"{tidy(y)} 按 {tidy(time)} 求平均（{out.noun}，区间为各期自身离散程度的 t 区间）；尺度的理由："
                f"{out.reason}。不作预测，趋势本身不说明原因。",
            ),
        )
    )
    values: dict[str, Scalar] = {
        "n": fold.rows(frame),
        "periods": len(term.levels),
        "whole_periods": series.whole,
        "scale": out.scale,
        "y": y,
        "time": time,
    }
    return Result(
        kind="trend",
        title=pick(f"{out.shown_name} by {tidy(time)}", f"{out.shown_name} 随 {tidy(time)}"),
        estimates=_estimates(out, series, time),
        tests=() if test is None else (test,),
        tables=(_table(out, series, time, mixed, by),),
        sentences=tuple(said),
        values=values,
    )


def _cut(frame: Any, time: str) -> Term:
    """Cut a number with many values into twenty parts of equal width."""
    import numpy as np

    if not columns.is_number(frame, time):
        raise UsageError(
            f"{tidy(time)} cannot be read as time.",
            "Give dates, years or numbers; pandas.to_datetime turns text into dates.",
        )
    values = frame[time].to_numpy(dtype=float)
    edges = np.linspace(values.min(), values.max(), PARTS + 1)
    codes = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, PARTS - 1)
    levels = tuple(f"{plain(float(a), grouped=False)} – {plain(float(b), grouped=False)}" for a, b in pairwise(edges))
    return Term(name=time, codes=codes.astype(np.int64), levels=levels).kept(np.arange(len(codes)))


def _series(out: Outcome, term: Term) -> Series:
    import numpy as np

    k = len(term.levels)
    times = np.ones(len(out.values)) if out.folds is None else out.folds.times
    n = np.bincount(term.codes, times, minlength=k).astype(np.int64)
    mean = np.bincount(term.codes, weights=times * out.values, minlength=k) / np.maximum(n, 1)
    square = np.bincount(term.codes, weights=times * (out.values - mean[term.codes]) ** 2, minlength=k)
    if out.folds is not None:
        square = square + np.bincount(term.codes, weights=out.folds.within, minlength=k)
    variance = np.where(n > 1, square / np.maximum(n - 1, 1), 0.0)
    return Series(term=term, n=n, mean=mean, variance=variance, whole=k - 1 if periods.incomplete(n) else k)


def _text(out: Outcome, value: float) -> str:
    return f"{value:.1f}%" if out.scale == "share" else plain(value, 4)


def _change(out: Outcome, s: Series, time: str) -> Sentence:
    a, b = 0, s.whole - 1
    first, last = at(time, s.term.levels[a]), at(time, s.term.levels[b])
    start, end = _text(out, s.shown(out, a)), _text(out, s.shown(out, b))
    gap = float(s.mean[b] - s.mean[a])
    error = math.sqrt(s.variance[a] / s.n[a] + s.variance[b] / s.n[b])
    n_en, n_zh = f"n = {count(s.n[a])} and {count(s.n[b])}", f"n = {count(s.n[a])} 与 {count(s.n[b])}"
    if min(s.n[a], s.n[b]) > 1 and error > 0:
        va, vb = s.variance[a] / s.n[a], s.variance[b] / s.n[b]
        df = (va + vb) ** 2 / (va**2 / (s.n[a] - 1) + vb**2 / (s.n[b] - 1))
        low, high, _ = interval(gap, error, df)
        ci_en, ci_zh = f"95% CI {out.interval(low, high)}; {n_en}", f"95% 置信区间 {out.interval(low, high)}；{n_zh}"
    else:
        ci_en, ci_zh = f"no interval: single values; {n_en}", f"单个值，无区间；{n_zh}"
    return Sentence(
        key="change",
        role="headline",
        columns=(out.name, time),
        weight=90,
        text=pick(
            f"In these data, {out.shown_name} ({out.noun}) was {start} at {first} and {end} at {last}: "
            f"{out.size(gap)} ({ci_en}).",
            f"在这些数据中，{out.shown_name} 的{out.noun}在 {first} 为 {start}，在 {last} 为 {end}："
            f"{out.size(gap)}（{ci_zh}）。",
        ),
    )


def _partial(s: Series, time: str) -> list[Sentence]:
    if s.whole == len(s.term.levels):
        return []
    return [
        Sentence(
            key="partial-period",
            role="caveat",
            columns=(time,),
            weight=75,
            text=pick(
                f"The last period {at(time, s.term.levels[-1])} has {rows(s.n[-1])} after {count(s.n[-2])} in the "
                "one before: it looks incomplete, is shown, and is not used for the trend.",
                f"最后一期 {at(time, s.term.levels[-1])} 只有 {rows(s.n[-1])}，前一期为 {count(s.n[-2])} 行：看来不"
                "完整，仅列出，不用于趋势。",
            ),
        )
    ]


def _test(out: Outcome, s: Series, time: str) -> tuple[TestResult | None, Sentence]:
    import numpy as np
    from scipy import stats

    k, y = s.whole, s.mean[: s.whole]
    name, when = out.shown_name, tidy(time)
    still = Sentence(
        key="trend",
        columns=(out.name, time),
        weight=71,
        text=pick(
            f"{k} periods of {when} are too few to test a trend in {name}; the means are described only.",
            f"{when} 只有 {k} 期，不足以检验 {name} 的趋势，仅作描述。",
        ),
    )
    if k < LEAST or float(np.ptp(y)) == 0:
        return None, still
    if k < ENOUGH:
        tau, p = (float(v) for v in stats.kendalltau(np.arange(k), y))
        if not math.isfinite(tau):
            return None, still
        p = max(p, 1e-300)
        test = TestResult(
            label=pick(f"monotone trend of {name}", f"{name} 的单调趋势"),
            method="Kendall tau of period means",
            statistic=tau,
            symbol="tau",
            df=(),
            p=p,
            n=k,
        )
        told_en = (
            "moves in one direction" if p < 0.05 else "shows no consistent direction that could be told from chance"
        )
        told_zh = "有一致的方向" if p < 0.05 else "未显示可与随机区分的一致方向"
        return test, Sentence(
            key="trend",
            columns=(out.name, time),
            weight=71,
            text=pick(
                f"Over {k} periods of {when}, {name} {told_en} (Kendall tau {number(tau, 2)}, {p_text(p)}).",
                f"在 {when} 的 {k} 期中，{spaced(name)}{told_zh}（Kendall tau {number(tau, 2)}，{p_text(p)}）。",
            ),
        )
    slope, error = newey_west(np.asarray(y))
    if error <= 0:
        return None, still
    low, high, p = interval(slope, error, k - 2)
    test = TestResult(
        label=pick(f"slope of {name} per period", f"{name} 每期的斜率"),
        method="OLS of period means, Newey-West",
        statistic=slope / error,
        symbol="t",
        df=(float(k - 2),),
        p=p,
        n=k,
        effect=Estimate(
            label=pick("change per period", "每期变化"),
            value=out.shown(slope),
            low=out.shown(low),
            high=out.shown(high),
            n=k,
            method="Newey-West",
            unit=out.unit,
        ),
    )
    return test, Sentence(
        key="trend",
        columns=(out.name, time),
        weight=71,
        text=pick(
            f"Over {k} periods of {when}, {name} changed by {out.size(slope)} a period on average (95% CI "
            f"{out.interval(low, high)}; Newey-West, {p_text(p)}).",
            f"在 {when} 的 {k} 期中，{name} 平均每期变化 {out.size(slope)}（95% 置信区间 "
            f"{out.interval(low, high)}；Newey-West，{p_text(p)}）。",
        ),
    )


def _ends(out: Outcome, s: Series, i: int) -> tuple[float, float] | None:
    if s.n[i] < 2 or s.variance[i] <= 0:
        return None
    low, high, _ = interval(float(s.mean[i]), math.sqrt(s.variance[i] / s.n[i]), int(s.n[i]) - 1)
    if out.scale == "log":
        return math.exp(low), math.exp(high)
    return (100 * low, 100 * high) if out.scale == "share" else (low, high)


def _estimates(out: Outcome, s: Series, time: str) -> tuple[Estimate, ...]:
    made = []
    for i, level in enumerate(s.term.levels):
        ends = _ends(out, s, i)
        if ends is not None:
            made.append(
                Estimate(
                    label=at(time, level),
                    value=s.shown(out, i),
                    low=ends[0],
                    high=ends[1],
                    n=int(s.n[i]),
                    method=f"{out.noun}, t",
                    unit="%" if out.scale == "share" else "",
                    groups={time: level},
                )
            )
    return tuple(made)


def _table(out: Outcome, s: Series, time: str, mixed: list[float | None], by: str | None) -> Table:
    lines = []
    for i, level in enumerate(s.term.levels):
        low, high = _ends(out, s, i) or (None, None)
        mark = pick("incomplete", "不完整") if i >= s.whole else ""
        lines.append(
            (
                tidy(level),
                int(s.n[i]),
                s.shown(out, i) if s.n[i] else None,
                low,
                high,
                *(() if by is None else (mixed[i],)),
                mark,
            )
        )
    extra = () if by is None else (pick(f"at one mix of {tidy(by)}", f"固定 {tidy(by)} 构成"),)
    heads = (
        tidy(time),
        "n",
        out.noun,
        pick("95% low", "95% 下限"),
        pick("95% high", "95% 上限"),
        *extra,
        pick("note", "备注"),
    )
    return Table(
        title=pick(f"{out.shown_name} by {tidy(time)}", f"{out.shown_name} 随 {tidy(time)}"),
        columns=heads,
        rows=tuple(lines),
    )
