"""Tests of shares a person may ask for by name: McNemar for paired ones, and a trend over ordered groups."""

from __future__ import annotations

import math
from typing import Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, fold, intervals
from k2lab.stats.associate import chi2_of
from k2lab.stats.columns import level_name
from k2lab.stats.contingency import crossing, not_causal
from k2lab.stats.frames import short
from k2lab.stats.groups import missing_sentence, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.outcome import outcome
from k2lab.stats.result import Estimate, Result, Sentence, Table, TestResult
from k2lab.stats.samples import level_checked
from k2lab.stats.spoken import statistic_text
from k2lab.stats.words import at, points, tidy


@any_engine
def mcnemar(data: Any, x: str, y: str, *, level: float = 0.95) -> Result:
    """Compare two yes/no columns of the same rows (before and after, two raters) by McNemar's test.

    Parameters
    ----------
    data : frame
    x, y : str
        Two columns with the same two levels.
    level : float
        Confidence level.

    Returns
    -------
    Result
        The change of the share of yes from `x` to `y` with its interval, the odds of a change to yes over one to no
        with its exact interval, the exact p, and chi squared with and without correction.

    Raises
    ------
    UsageError
        If a column is missing, or the two have not the same two levels.
    InputError
        If there are no rows, or no row changes.

    Notes
    -----
    McNemar (1947); interval of the change by Newcombe (1998), method 10. R: mcnemar.test, binom.test.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"before": ["no"] * 8 + ["yes"] * 4, "after": ["yes"] * 6 + ["no"] * 2 + ["yes"] * 4})
    >>> made = mcnemar(table, "before", "after")
    >>> made.estimates[0].value, made.tests[0].p
    (50.0, 0.03125)
    """
    from scipy.stats import binomtest, chi2

    level_checked(level)
    if x == y:
        raise UsageError(f"{short(x)} cannot be compared with itself.", "Give two different columns.")
    frame, dropped = take_rows(data, (x, y), folds=True)
    levels = [{level_name(v) for v in columns.level_order(frame, name)} for name in (x, y)]
    both = levels[0] | levels[1]
    if len(both) != 2:
        raise UsageError(
            f"{short(x)} and {short(y)} do not share two levels: {', '.join(sorted(both)[:6])}.",
            "McNemar's test compares two yes/no columns of the same rows.",
        )
    event = outcome(frame, x if len(levels[0]) == 2 else y).event
    place = next(one for one in both if tidy(one) == event)
    other = next(one for one in both if one != place)
    made = _square(frame, x, y, (place, other))
    a, b, c, d = (int(v) for v in made.ravel())  # yes-yes, yes-no, no-yes, no-no
    n = a + b + c + d
    if b + c == 0:
        raise InputError(f"No row changes between {tidy(x)} and {tidy(y)}, so there is nothing to test.", "")
    exact = float(binomtest(b, b + c).pvalue)
    gap = intervals.of_paired_share_difference(c, b, a, d, level)
    share = binomtest(c, b + c).proportion_ci(level)
    assumed = (pick("independent rows", "各行相互独立"),)
    estimates = [
        Estimate(
            label=pick(f"change of the share of {tidy(event)}, {tidy(y)} less {tidy(x)}",
                       f"{tidy(event)} 占比的变化，{tidy(y)} 减 {tidy(x)}"),
            value=100 * gap.value, low=100 * gap.low, high=100 * gap.high, n=n, level=level, p=exact,
            unit=pick("percentage points", "个百分点"), method=pick("paired shares, Newcombe interval",
            "配对占比，Newcombe 区间"),
            assumptions=assumed,
        )
    ]  # fmt: skip
    if b and c:
        low, high = (v / (1 - v) for v in (float(share.low), float(share.high)))
        estimates.append(
            Estimate(
                label=pick(f"odds of a change to {tidy(event)}", f"变为 {tidy(event)} 的优势"), value=c / b, low=low,
                high=high, n=b + c, level=level, method=pick("discordant pairs, exact interval", "不一致对，精确区间"),
            )
        )  # fmt: skip
    plain, corrected = (b - c) ** 2 / (b + c), max(abs(b - c) - 1, 0) ** 2 / (b + c)
    label = f"{tidy(x)} - {tidy(y)}"
    tests = (
        TestResult(label=label, method=pick("McNemar, exact", "McNemar 精确检验"), statistic=float(c),
        symbol="k", df=(),
                   p=exact, n=b + c, assumptions=assumed),
        TestResult(label=label, method="McNemar", statistic=plain, symbol="chi2", df=(1.0,), p=float(chi2.sf(plain, 1)),
                   n=b + c, assumptions=assumed),
        TestResult(label=label, method=pick("McNemar, corrected", "McNemar，连续性校正"), statistic=corrected,
        symbol="chi2",
                   df=(1.0,), p=float(chi2.sf(corrected, 1)), n=b + c, assumptions=assumed),
    )  # fmt: skip
    e = estimates[0]
    shares = numbers.percent((a + b) / n), numbers.percent((a + c) / n)
    ends = f"{points(e.low)} {pick('to', '至')} {points(e.high)}"
    text = pick(
        f"In these data, {shares[0]} have {at(x, event)} and {shares[1]} {at(y, event)}: a change of {points(e.value)} "
        f"({numbers.percent(level, 0)} CI {ends}; n = {numbers.count(n)}, of which {numbers.count(b + c)} change); "
        f"{statistic_text(tests[0])}.",
        f"在这些数据中，{at(x, event)} 的占比为 {shares[0]}，{at(y, event)} 为 {shares[1]}：变化 {points(e.value)}"
        f"（{numbers.percent(level, 0)} 置信区间 {ends}；n = {numbers.count(n)}，其中 "
        f"{numbers.count(b + c)} 行有变化）；"
        f"{statistic_text(tests[0])}。",
    )
    return Result(
        kind="mcnemar", title=pick(f"{tidy(x)} and {tidy(y)}, McNemar", f"{tidy(x)} 与 {tidy(y)}，McNemar 检验"),
        estimates=tuple(estimates), tests=tests,
        tables=(
            Table(title=pick("Counts", "频数"), columns=(x, f"{y} = {place}", f"{y} = {other}"),
                  rows=((place, a, b), (other, c, d))),
        ),
        sentences=(
            Sentence(key="change", role="headline", text=text, columns=(x, y), weight=10),
            *missing_sentence(dropped, n + dropped, (x, y)),
        ),
        values={"n": n, "dropped": dropped, "x": x, "y": y, "event": event, "changed": b + c},
    )  # fmt: skip


@any_engine
def proportion_trend(data: Any, y: str, x: str, *, level: float = 0.95) -> Result:
    """Test whether a share rises or falls over ordered groups, by the trend test of Cochran and Armitage.

    Parameters
    ----------
    data : frame
    y : str
        A column with two values.
    x : str
        Ordered groups: numbers are their own scores, other levels count 1, 2, 3... in their order.
    level : float
        Confidence level of the shares.

    Returns
    -------
    Result
        The share in each group with Wilson's interval, the slope in percentage points for one step of the scores, chi
        squared of the trend, and of equality.

    Raises
    ------
    UsageError
        If a column is missing, `y` has not two values, or `x` is a number with many values.
    InputError
        If `x` has fewer than three groups.

    Notes
    -----
    Cochran (1954), Armitage (1955). R: prop.trend.test.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"year": [1] * 10 + [2] * 10 + [3] * 10, "won": [0] * 8 + [1] * 7 + [0] * 5 + [1] * 10})
    >>> round(proportion_trend(table, "won", "year").tests[0].statistic, 3)
    13.032
    """
    import numpy as np
    from scipy.stats import chi2, norm

    level_checked(level)
    frame, dropped, made, pooled = crossing(data, x, y)
    if len(made.y_levels) != 2:
        raise UsageError(
            f"{short(y)} has {len(made.y_levels)} values, and a share needs two.", "Compare one with the rest."
        )
    if len(made.x_levels) < 3:
        raise InputError(f"{tidy(x)} has fewer than three groups, so there is no trend.", "Use stats.associate.")
    event = outcome(frame, y).event
    place = next((i for i, one in enumerate(made.y_levels) if tidy(one) == event), 1)
    n, k = made.counts.sum(axis=1).astype(float), made.counts[:, place].astype(float)
    score = _scores(made.x_levels)
    total, share = float(n.sum()), float(k.sum() / n.sum())
    moved = score - float(n @ score) / total
    spread = float(n @ moved**2)
    slope = float((k - n * share) @ moved) / spread
    trend = (slope * spread) ** 2 / (share * (1 - share) * spread)
    equal = chi2_of(made)
    rest = max(float(k @ (1 - (share + slope * moved)) ** 2 + (n - k) @ (share + slope * moved) ** 2), 0.0)
    se = math.sqrt(rest / total / spread)
    q = float(norm.ppf((1 + level) / 2))
    assumed = (pick("independent rows", "各行相互独立"), pick("a straight line in the scores", "与得分呈直线关系"))
    estimates = [
        Estimate(
            label=pick(f"slope of the share of {at(y, event)} for one step of {tidy(x)}",
                       f"{tidy(x)} 每升一级 {at(y, event)} 占比的斜率"),
            value=100 * slope, low=100 * (slope - q * se), high=100 * (slope + q * se), n=int(total), level=level,
            unit=pick("percentage points", "个百分点"), method=pick("weighted line through the shares",
            "占比的加权直线"),
            p=float(chi2.sf(trend, 1)), assumptions=assumed,
        )
    ]  # fmt: skip
    for one, hits, size in zip(made.x_levels, k, n, strict=True):
        found = intervals.of_share(int(hits), int(size), level)
        estimates.append(
            Estimate(
                label=pick(f"share of {at(y, event)}, {at(x, one)}", f"{at(x, one)} 中 {at(y, event)} 的占比"),
                value=100 * found.value, low=100 * found.low, high=100 * found.high, n=int(size), unit="%", level=level,
                method=pick("share, Wilson interval", "占比，Wilson 区间"), groups={x: one},
            )
        )  # fmt: skip
    df = len(made.x_levels) - 1
    label = f"{tidy(y)} ~ {tidy(x)}"
    tests = (
        TestResult(label=label, method=pick("Cochran-Armitage trend", "Cochran-Armitage 趋势"),
        statistic=trend, symbol="chi2",
                   df=(1.0,), p=float(chi2.sf(trend, 1)), n=int(total), assumptions=assumed),
        TestResult(label=label, method=pick("equality of shares", "占比相等"), statistic=equal, symbol="chi2",
                   df=(float(df),), p=float(chi2.sf(equal, df)), n=int(total)),
    )  # fmt: skip
    first, last = estimates[1], estimates[-1]
    e = estimates[0]
    ends = f"{points(e.low)} {pick('to', '至')} {points(e.high)}"
    text = pick(
        f"In these data, the share of {at(y, event)} goes from {numbers.percent(first.value / 100)} "
        f"({at(x, made.x_levels[0])}) "
        f"to {numbers.percent(last.value / 100)} ({at(x, made.x_levels[-1])}), {points(e.value)} for one step "
        f"({numbers.percent(level, 0)} CI {ends}; n = {numbers.count(total)}); {statistic_text(tests[0])}.",
        f"在这些数据中，{at(y, event)} 的占比从 {numbers.percent(first.value / 100)}（{at(x, made.x_levels[0])}）到 "
        f"{numbers.percent(last.value / 100)}（{at(x, made.x_levels[-1])}），每级 {points(e.value)}"
        f"（{numbers.percent(level, 0)} 置信区间 {ends}；n = {numbers.count(total)}）；{statistic_text(tests[0])}。",
    )
    apart = max(equal - trend, 0.0)
    bent = float(chi2.sf(apart, df - 1)) < 0.05 and float(np.abs(k / n - share - slope * moved).max()) > 0.02
    more = [
        Sentence(
            key="not-straight", role="caveat", columns=(y, x), weight=7,
            text=pick(f"The shares of {at(y, event)} do not lie on a straight line over {tidy(x)}; read "
            "them one by one.",
                      f"{at(y, event)} 的占比随 {tidy(x)} 并不呈直线；请逐组解读。"),
        )
    ] if bent else []  # fmt: skip
    return Result(
        kind="proportion_trend", title=pick(f"Trend of {tidy(y)} over {tidy(x)}", f"{tidy(y)} 随 {tidy(x)} 的趋势"),
        estimates=tuple(estimates), tests=tests, warnings=tuple(pooled),
        sentences=(
            Sentence(key="trend", role="headline", text=text, columns=(y, x), weight=10), *more, not_causal(x, y),
            *missing_sentence(dropped, fold.rows(frame) + dropped, (x, y)),
        ),
        values={"n": int(total), "dropped": dropped, "x": x, "y": y, "event": event},
    )  # fmt: skip


def _square(frame: Any, x: str, y: str, levels: tuple[str, str]) -> Any:
    import numpy as np

    a, b = (columns.codes(frame, name, levels) for name in (x, y))
    return np.bincount(a * 2 + b, fold.times(frame), minlength=4).astype(np.int64).reshape(2, 2)


def _scores(levels: tuple[str, ...]) -> Any:
    import numpy as np

    try:
        return np.array([float(level) for level in levels])
    except ValueError:
        return np.arange(1.0, len(levels) + 1)
