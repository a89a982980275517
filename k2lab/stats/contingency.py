"""Tests of tables of counts a person may ask for by name: chi squared, Fisher, McNemar, trend in proportions."""

from __future__ import annotations

import math
from typing import Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, effect_sizes, fold, intervals
from k2lab.stats.associate import DRAWS, SEED, Crossing, chi2_of, counts_check, cross, random_tables
from k2lab.stats.columns import level_name
from k2lab.stats.frames import short
from k2lab.stats.groups import missing_sentence, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.outcome import outcome
from k2lab.stats.result import Estimate, Result, Sentence, Table, TestResult
from k2lab.stats.samples import level_checked
from k2lab.stats.spoken import interval_text, statistic_text
from k2lab.stats.words import at, points, tidy


@any_engine
def chi_squared(data: Any, x: str, y: str, *, level: float = 0.95) -> Result:
    """Test the independence of two columns of categories by Pearson's chi squared.

    Parameters
    ----------
    data : frame
    x, y : str
        The columns; levels beyond the eleven most frequent are pooled.
    level : float
        Confidence level of Cramér's V.

    Returns
    -------
    Result
        Pearson's statistic and the likelihood ratio G with Cramér's V (bias-corrected, with interval); for two by two
        also with Yates' correction; counts, expected counts and adjusted residuals; a warning where the expected counts
        are too small for it (then `fisher`).

    Raises
    ------
    UsageError
        If a column is missing, or is a number with many values.
    InputError
        If there are no rows, or a column has one level.

    Notes
    -----
    Pearson (1900); Bergsma (2013) for V; Agresti (2013), section 3.3, for the residuals. R: chisq.test.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"sex": ["f", "m"] * 20, "won": ["yes", "no", "yes", "yes"] * 10})
    >>> made = chi_squared(table, "sex", "won")
    >>> made.tests[0].df, round(made.tests[0].statistic, 3)
    ((1.0,), 13.333)
    """
    import numpy as np
    from scipy.stats import chi2

    level_checked(level)
    frame, dropped, made, pooled = _crossing(data, x, y)
    statistic, expected, df = chi2_of(made), made.expected, (len(made.x_levels) - 1) * (len(made.y_levels) - 1)
    filled = made.counts > 0
    G = 2 * float((made.counts[filled] * np.log(made.counts[filled] / expected[filled])).sum())
    label = f"{tidy(x)} x {tidy(y)}"
    size = _strength(made, statistic, df, level)
    assumed = (pick("independent rows", "各行相互独立"), pick("expected counts of 5 or more", "期望频数不少于 5"))
    tests = [
        TestResult(
            label=label, method=method, statistic=value, symbol=symbol, df=(float(df),), p=float(chi2.sf(value, df)),
            n=made.n, effect=size, assumptions=assumed,
        )
        for method, symbol, value in (("Pearson chi2", "chi2", statistic), ("G", "G", G))
    ]  # fmt: skip
    if df == 1:
        moved = np.maximum(np.abs(made.counts - expected) - min(0.5, float(np.abs(made.counts - expected).min())), 0)
        yates = float((moved**2 / expected).sum())
        tests.append(
            TestResult(
                label=label, method=pick("Pearson chi2, Yates", "Pearson chi2，Yates 校正"), statistic=yates,
                symbol="chi2",
                df=(1.0,), p=float(chi2.sf(yates, 1)), n=made.n, assumptions=assumed,
            )
        )  # fmt: skip
    check = counts_check(made)
    warnings = list(pooled)
    if not check.passed:
        warnings.append(
            pick(f"Small expected counts ({check.reading}): use stats.fisher.",
                 f"期望频数过小（{check.reading}）：请用 stats.fisher。")
        )  # fmt: skip
    residual = adjusted_residuals(made)
    rows = tuple((one, *map(int, made.counts[i]), int(made.counts[i].sum())) for i, one in enumerate(made.x_levels))
    more = tuple((one, *map(float, residual[i])) for i, one in enumerate(made.x_levels))
    text = pick(
        f"In these data, {tidy(x)} and {tidy(y)} go together with Cramér's V = {size.value:.3f} (0 none, 1 complete; "
        f"{interval_text(size)}; n = {numbers.count(made.n)}); {statistic_text(tests[0])}.",
        f"在这些数据中，{tidy(x)} 与 {tidy(y)} 的关联为 Cramér's V = {size.value:.3f}（0 为无，1 为完全；"
        f"{interval_text(size)}；n = {numbers.count(made.n)}）；{statistic_text(tests[0])}。",
    )
    return Result(
        kind="chi_squared", title=pick(f"{tidy(x)} and {tidy(y)}, chi squared", f"{tidy(x)} 与 {tidy(y)}，卡方检验"),
        estimates=(size,), tests=tuple(tests), checks=(check,), warnings=tuple(warnings),
        tables=(
            Table(title=pick("Counts", "频数"), columns=(x, *made.y_levels, "n"), rows=rows),
            Table(
                title=pick("Adjusted residuals", "校正残差"), columns=(x, *made.y_levels), rows=more,
                note=pick("beyond 3 in size: there the counts are far from independence", "绝对值超过 3：该处偏离独立"),
            ),
        ),
        sentences=(
            Sentence(key="association", role="headline", text=text, columns=(x, y), weight=10), _not_causal(x, y),
            *missing_sentence(dropped, fold.rows(frame) + dropped, (x, y)),
        ),
        values={
            "n": made.n, "dropped": dropped, "x": x, "y": y, "cramers_v": size.value,
            "cramers_v_uncorrected": effect_sizes.cramers_v(
                statistic, made.n, len(made.x_levels), len(made.y_levels), corrected=False
            ),
            "smallest_expected": float(expected.min()), "share_below_5": float((expected < 5).mean()),
            "largest_residual": float(np.abs(residual).max()),
        },
    )  # fmt: skip


@any_engine
def fisher(data: Any, x: str, y: str, *, level: float = 0.95) -> Result:
    """Test the independence of two columns of categories by Fisher's exact test.

    Parameters
    ----------
    data : frame
    x, y : str
        Two columns; `y`'s yes (or larger, or rarer) level is the event, as in `associate`.
    level : float
        Confidence level.

    Returns
    -------
    Result
        For two by two the exact p and the conditional odds ratio with its exact interval; for larger tables the p of
        9,999 seeded random tables with the same margins.

    Raises
    ------
    UsageError
        If a column is missing, or is a number with many values.
    InputError
        If there are no rows, or a column has one level.

    Notes
    -----
    Fisher (1935). The two-sided p adds up the tables that are no more likely. R: fisher.test,
    whose interval is rougher.

    Examples
    --------
    >>> import pandas as pd
    >>> tea = pd.DataFrame({"said": list("mmmmtttt"), "poured": list("mmmtmttt")})
    >>> made = fisher(tea, "said", "poured")
    >>> round(made.tests[0].p, 4), made.values["event"]
    (0.4857, 't')
    """
    from scipy.stats import fisher_exact
    from scipy.stats.contingency import odds_ratio

    level_checked(level)
    frame, dropped, made, pooled = _crossing(data, x, y)
    label, warnings = f"{tidy(x)} x {tidy(y)}", list(pooled)
    assumed = (pick("independent rows", "各行相互独立"), pick("fixed margins", "边际固定"))
    estimates: tuple[Estimate, ...] = ()
    event = ""
    if made.counts.shape == (2, 2):
        event = outcome(frame, y).event
        place = next((i for i, one in enumerate(made.y_levels) if tidy(one) == event), 1)
        reference = made.x_levels.index(level_name(columns.reference_level(frame, x)))
        table = made.counts[[1 - reference, reference]][:, [place, 1 - place]]
        p, method = float(fisher_exact(table).pvalue), pick("Fisher exact", "Fisher 精确检验")
        found = odds_ratio(table, kind="conditional")
        span = found.confidence_interval(level)
        value, low, high = float(found.statistic), float(span.low), float(span.high)
        pair = f"{tidy(made.x_levels[1 - reference])} : {tidy(made.x_levels[reference])}"
        if math.isfinite(value) and math.isfinite(high):
            estimates = (
                Estimate(
                    label=pick(f"odds ratio of {at(y, event)}, {pair}", f"{at(y, event)} 的优势比，{pair}"),
                    value=value,
                    low=low, high=high, n=made.n, level=level, p=p, assumptions=assumed,
                    method=pick("conditional odds ratio, exact interval", "条件优势比，精确区间"),
                ),
            )  # fmt: skip
        else:
            warnings.append(
                pick(
                    f"The odds ratio has no upper bound (a cell is empty); it is above {numbers.number(low)}.",
                    f"优势比没有上界（有空单元）；其下限为 {numbers.number(low)}。",
                )
            )
        statistic, symbol = (value, "OR") if math.isfinite(value) else (chi2_of(made), "chi2")
    else:
        p, statistic, symbol = random_tables(made), chi2_of(made), "chi2"
        method = pick(
            f"exact margins, {DRAWS:,} random tables, seed {SEED}", f"边际固定，{DRAWS:,} 个随机表，种子 {SEED}"
        )
    df = (len(made.x_levels) - 1) * (len(made.y_levels) - 1)
    size = _strength(made, chi2_of(made), df, level)
    test = TestResult(
        label=label, method=method, statistic=statistic, symbol=symbol, df=(), p=min(p, 1.0), n=made.n, effect=size,
        assumptions=assumed,
    )  # fmt: skip
    lead = estimates[0] if estimates else size
    text = pick(
        f"In these data, the {lead.label} is {numbers.number(lead.value)} ({interval_text(lead)}; n = "
        f"{numbers.count(made.n)}); {statistic_text(test)}.",
        f"在这些数据中，{lead.label} 为 {numbers.number(lead.value)}（{interval_text(lead)}；n = "
        f"{numbers.count(made.n)}）；"
        f"{statistic_text(test)}。",
    )
    rows = tuple((one, *map(int, made.counts[i]), int(made.counts[i].sum())) for i, one in enumerate(made.x_levels))
    return Result(
        kind="fisher", title=pick(f"{tidy(x)} and {tidy(y)}, Fisher's exact test",
        f"{tidy(x)} 与 {tidy(y)}，Fisher 精确检验"),
        estimates=estimates, tests=(test,), warnings=tuple(warnings),
        tables=(Table(title=pick("Counts", "频数"), columns=(x, *made.y_levels, "n"), rows=rows),),
        sentences=(
            Sentence(key="association", role="headline", text=text, columns=(x, y), weight=10), _not_causal(x, y),
            *missing_sentence(dropped, fold.rows(frame) + dropped, (x, y)),
        ),
        values={"n": made.n, "dropped": dropped, "x": x, "y": y, "event": event},
    )  # fmt: skip


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
    frame, dropped, made, pooled = _crossing(data, x, y)
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
            Sentence(key="trend", role="headline", text=text, columns=(y, x), weight=10), *more, _not_causal(x, y),
            *missing_sentence(dropped, fold.rows(frame) + dropped, (x, y)),
        ),
        values={"n": int(total), "dropped": dropped, "x": x, "y": y, "event": event},
    )  # fmt: skip


def adjusted_residuals(made: Crossing) -> Any:
    """Return the residuals of the counts in standard errors, row and column shares allowed for (Agresti 2013, 3.3)."""
    import numpy as np

    expected, n = made.expected, made.n
    spread = expected * (1 - made.counts.sum(axis=1)[:, None] / n) * (1 - made.counts.sum(axis=0)[None, :] / n)
    return (made.counts - expected) / np.sqrt(spread)


def _crossing(data: Any, x: str, y: str) -> tuple[Any, int, Crossing, tuple[str, ...]]:
    if x == y:
        raise UsageError(f"{short(x)} cannot be associated with itself.", "Give two different columns.")
    frame, dropped = take_rows(data, (x, y), folds=True)
    pooled: list[str] = []
    return frame, dropped, cross(frame, x, y, pooled), tuple(pooled)


def _strength(made: Crossing, statistic: float, df: int, level: float) -> Estimate:
    r, c = len(made.x_levels), len(made.y_levels)
    V = effect_sizes.cramers_v(statistic, made.n, r, c) if made.n > min(r, c) else 0.0
    low, high = effect_sizes.cramers_v_interval(statistic, df, made.n, r, c, level)
    return Estimate(
        label="Cramér's V", value=V, low=min(low, V), high=max(high, V), n=made.n, level=level,
        method=pick("Cramér's V, bias-corrected, non-central chi2 interval", "Cramér's V，偏差校正，非中心 chi2 区间"),
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


def _not_causal(x: str, y: str) -> Sentence:
    return Sentence(
        key="not-causal", role="limitation", columns=(x, y), weight=8,
        text=pick(
            f"This is an association in observed data, not adjusted for anything else: other columns may explain why "
            f"{tidy(y)} differs by {tidy(x)}.",
            f"这是观测数据中的关联，未作任何调整：其他因素可能是 {tidy(y)} 随 {tidy(x)} 不同的原因。",
        ),
    )  # fmt: skip
