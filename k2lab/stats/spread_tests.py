"""Tests of what other tests assume: equal variances of groups, and a normal shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, fold, samples, welch
from k2lab.stats.groups import by_names, missing_sentence, split, take_rows, title_by
from k2lab.stats.labels import any_engine
from k2lab.stats.least import NotEstimable
from k2lab.stats.ranks import ranked
from k2lab.stats.result import Check, Estimate, Result, Scalar, Sentence, Table, TestResult
from k2lab.stats.samples import level_checked
from k2lab.stats.shape import FEW, MANY, UNEQUAL, shape_check
from k2lab.stats.weighted import Held, joined, of, variance
from k2lab.stats.words import p_text, tidy

if TYPE_CHECKING:
    import numpy as np

MOST_SHAPIRO = 5000
"""Rows up to which Royston's approximation of Shapiro and Wilk's test holds."""
MOST_PARTS = 4_000_000
"""Values that the bins of an outcome are spread over for the ranks of their distances."""


@any_engine
def variances(data: Any, y: str, x: str | Sequence[str], *, scale: str = "raw", level: float = 0.95) -> Result:
    """Compare the variances of groups.

    Parameters
    ----------
    data : frame
    y : str
        The outcome.
    x : str or two of them
        The column of groups; of two columns, their combinations.
    scale : {"raw", "log"}
    level : float
        Confidence level of the ratio of two variances.

    Returns
    -------
    Result
        Levene (about means), Brown-Forsythe (about medians, the most robust),
        Bartlett (normal data) and Fligner-Killeen
        (ranks); the SD of each group and the ratio of the largest to the smallest; for two groups the ratio of their
        variances with its F interval.

    Raises
    ------
    UsageError
        If a column is missing or holds no numbers.
    InputError
        If there are not two groups with two rows, or no group varies.

    Notes
    -----
    Levene (1960), Brown and Forsythe (1974), Bartlett (1937), Fligner and Killeen (1976). Do not choose between Student
    and Welch by these: Welch is the default. R: car::leveneTest, bartlett.test, fligner.test, var.test.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [1.0, 2, 3, 2, 4, 9, 1, 15], "team": list("aaaabbbb")})
    >>> made = variances(table, "pay", "team")
    >>> [t.method for t in made.tests][:2]
    ['Brown-Forsythe', 'Levene']
    """
    level_checked(level)
    held = _crossed(data, y, x, scale)
    values = [g.held for g in held.groups]
    if all(welch.spread(v) <= 0 for v in values):
        raise InputError("No group varies, so there is no spread to compare.", "")
    tests = _tests(values, tidy(held.x))
    sd = [welch.spread(v) ** 0.5 for v in values]
    order = sorted(range(len(sd)), key=lambda i: sd[i])
    low, high = order[0], order[-1]
    ratio = sd[high] / sd[low] if sd[low] > 0 else None
    estimates = [_ratio(held, level)] if len(values) == 2 and min(sd) > 0 else []
    y_, x_ = tidy(held.y), tidy(held.x)
    ends = [
        f"{numbers.number(sd[i])} ({held.groups[i].name}; n = {numbers.count(held.groups[i].n)})" for i in (low, high)
    ]
    told = pick("", "") if ratio is None else pick(f", a ratio of {ratio:.2f}", f"，比值 {ratio:.2f}")
    main = tests[0]
    text = pick(
        f"In these data, the standard deviation of {y_} goes from {ends[0]} to {ends[1]} over the "
        f"levels of {x_}{told}; "
        f"{main.method} {p_text(main.p)}.",
        f"在这些数据中，{y_} 的标准差随 {x_} 的水平从 {ends[0]} 到 {ends[1]}{told}；{main.method} {p_text(main.p)}。",
    )
    far = ratio is None or ratio > UNEQUAL
    action = (
        pick("spreads differ: Welch, Games-Howell, HC3", "方差不等：采用 Welch、Games-Howell、HC3")
        if far
        else pick("spreads are near equal; Welch loses little all the same", "方差接近相等；采用 Welch 也几乎没有损失")
    )
    reading = pick("a group has no spread", "有一组没有离散") if ratio is None else f"{ratio:.2f}"
    advice = pick(
        f"With many rows these tests find differences of no weight: read the ratio of the SDs of {y_}, not p.",
        f"样本量大时这些检验会检出无足轻重的差异：请看 {y_} 的标准差之比，而非 p 值。",
    )
    return Result(
        kind="variances", title=held.title(pick("Variances", "方差比较")), estimates=tuple(estimates), tests=tests,
        checks=(Check(name=pick("ratio of SDs", "标准差之比"), reading=reading, action=action, passed=not far),),
        tables=(
            Table(
                title=pick("Spread by group", "各组离散程度"), columns=(held.x, "n", "SD"),
                rows=tuple((g.level, g.n, s) for g, s in zip(held.groups, sd, strict=True)),
            ),
        ),
        sentences=(
            Sentence(key="spread", role="headline", text=text, columns=held.columns, weight=10),
            Sentence(key="large-n", role="method", text=advice, columns=held.columns, weight=5), *held.missing(),
        ),
        values=held.facts() | ({} if ratio is None else {"sd_ratio": ratio}),
    )  # fmt: skip


@any_engine
def normality(data: Any, y: str, by: str | Sequence[str] | None = None, *, scale: str = "raw") -> Result:
    """Look at whether a column is near normal, by as much as its number of rows allows.

    Parameters
    ----------
    data : frame
    y : str
        Numbers. For the residuals of a model use `k2lab.stats.diagnostics`.
    by : str or sequence of str, optional
        Look at each group.
    scale : {"raw", "log"}

    Returns
    -------
    Result
        Skewness and excess kurtosis; Shapiro and Wilk's W (3 to 5,000 rows), Jarque and Bera's statistic; and what
        follows, which above 30 rows does not rest on the tests (playbook section 5).

    Raises
    ------
    UsageError
        If a column is missing or holds no numbers.
    InputError
        If there are fewer than three rows, or they do not vary.

    Notes
    -----
    Shapiro and Wilk (1965) by Royston (1995); Jarque and Bera (1980). R: shapiro.test.

    Examples
    --------
    >>> import pandas as pd
    >>> made = normality(pd.DataFrame({"v": [1.0, 2, 3, 4, 50]}), "v")
    >>> made.tests[0].method, made.checks[0].passed
    ('Shapiro-Wilk', False)
    """
    names = by_names(by)
    frame, dropped = take_rows(data, (y, *names), folds=True, y=y)
    values = samples.on_scale(frame, y, scale)
    groups = split(frame, names, y)
    tests: list[TestResult] = []
    checks, warnings = [], list(groups.warnings())
    rows: list[tuple[Scalar, ...]] = []
    skewed = 0.0
    for group in groups.shown:
        held = values.of(group.rows)
        if held.n < 3 or welch.spread(held) <= 0:
            warnings.append(pick(f"Too little to judge: {group.name}.", f"数据太少，无法判断：{group.name}。"))
            continue
        found = normal_tests(held, group.name if names else tidy(y))
        if held.n > MOST_SHAPIRO:
            warnings.append(
                pick(
                    f"No Shapiro-Wilk test for {group.name}: its p holds up to {MOST_SHAPIRO:,} rows.",
                    f"{group.name} 未作 Shapiro-Wilk 检验：其 p 值仅适用于不超过 {MOST_SHAPIRO:,} 行。",
                )
            )
        tests += found
        checks.append(shape_check(held, group.name if names else pick("shape", "形态")))
        skew, tails = held.skewness, held.kurtosis
        rows.append((*group.levels.values(), held.n, skew, tails))
        skewed = max(skewed, skew, key=abs)
    if not checks:
        raise InputError(f"{tidy(y)} has too few rows, or does not vary, so its shape cannot be judged.", "")
    far = [c for c in checks if c.passed is False]
    n = fold.rows(frame)
    fine = pick("gives no reason against methods for means", "没有反对均值方法的理由")
    bad = pick(f"is far from normal for {_count(far, checks)}", f"明显偏离正态{_count(far, checks)}")
    largest = numbers.number(skewed)
    text = pick(
        f"In these data, the shape of {tidy(y)} {bad if far else fine} (n = {numbers.count(n)}; largest skewness "
        f"{largest}).",
        f"在这些数据中，{tidy(y)} 的形态{bad if far else fine}（n = {numbers.count(n)}；最大偏度 {largest}）。",
    )
    how = pick(
        f"A test of normality is read only below {FEW} rows; up to {MANY} the Q-Q plot and the skewness count, beyond "
        f"only skewness and tails of {tidy(y)}, for at large n the test finds departures of no weight.",
        f"仅在少于 {FEW} 行时解读正态性检验；不超过 {MANY} 行时看 Q-Q 图与偏度，更多时只看 {tidy(y)} "
        "的偏度与尾部，因为大样本下检验会"
        "检出无足轻重的偏离。",
    )
    return Result(
        kind="normality", title=pick(f"Shape of {tidy(y)}", f"{tidy(y)} 的形态") + title_by(names), tests=tuple(tests),
        checks=tuple(checks), warnings=tuple(warnings),
        tables=(
            Table(
                title="", rows=tuple(rows),
                columns=(*names, "n", pick("skewness", "偏度"), pick("excess kurtosis", "超额峰度")),
            ),
        ),
        sentences=(
            Sentence(key="shape", role="headline", text=text, columns=(y, *names), weight=10),
            Sentence(key="method", role="method", text=how, columns=(y,), weight=5),
            *missing_sentence(dropped, n + dropped, (y, *names)),
        ),
        values={"n": n, "dropped": dropped, "y": y, "scale": scale},
    )  # fmt: skip


def normal_tests(values: np.ndarray | Held, label: str) -> list[TestResult]:
    """Return Shapiro and Wilk's test (up to 5,000 rows) and Jarque and Bera's.

    Examples
    --------
    >>> import numpy as np
    >>> [t.method for t in normal_tests(np.array([1.0, 2, 3, 9]), "v")]
    ['Shapiro-Wilk', 'Jarque-Bera']
    """
    from scipy.stats import chi2, shapiro

    held = of(values)
    n, made = held.n, []
    if n <= MOST_SHAPIRO:
        W, p = (float(v) for v in shapiro(held.less(held.first).written()))
        made.append(TestResult(label=label, method="Shapiro-Wilk", statistic=W, symbol="W", df=(), p=p, n=n))
    JB = n / 6 * (held.skewness**2 + held.kurtosis**2 / 4)
    made.append(
        TestResult(
            label=label, method="Jarque-Bera", statistic=JB, symbol="chi2", df=(2.0,), p=float(chi2.sf(JB, 2)), n=n
        )
    )
    return made


def _crossed(data: Any, y: str, x: str | Sequence[str], scale: str) -> samples.Samples:
    """Read the groups of one column, or of the combinations of several."""
    x = by_names(x)
    if len(x) == 1:
        return samples.groups(data, y, x[0], scale)
    frame, dropped = take_rows(data, (y, *x), folds=True, y=y)
    parts = [[columns.level_name(v) for v in frame[name]] for name in x]
    name = " x ".join(x)
    frame = frame.assign(**{name: [" x ".join(level) for level in zip(*parts, strict=True)]})
    return samples.groups_of(frame, dropped, y, name, scale)


def _count(far: Sequence[Check], checks: Sequence[Check]) -> str:
    if len(checks) == 1:
        return pick("methods that need it", "，依赖正态的方法须谨慎")
    return pick(f"{len(far)} of {len(checks)} groups", f"（{len(checks)} 组中的 {len(far)} 组）")


def _tests(values: Sequence[Held], label: str) -> tuple[TestResult, ...]:
    from scipy import stats

    n, k = sum(v.n for v in values), len(values)
    made = []
    moved = [v.less(values[0].first) for v in values]
    for method, centre in (("Brown-Forsythe", "median"), ("Levene", "mean")):
        found = _levene(moved, centre)
        if found is not None:
            made.append(
                TestResult(
                    label=label, method=method, statistic=found, symbol="F", df=(float(k - 1), float(n - k)),
                    p=float(stats.f.sf(found, k - 1, n - k)), n=n,
                )
            )  # fmt: skip
    if all(welch.spread(v) > 0 for v in values):
        K = _bartlett(moved)
        made.append(
            TestResult(
                label=label, method="Bartlett", statistic=K, symbol="chi2", df=(float(k - 1),),
                p=float(stats.chi2.sf(K, k - 1)), n=n, assumptions=(pick("normal groups", "各组正态"),),
            )
        )  # fmt: skip
        F = _fligner(moved)
        made.append(
            TestResult(
                label=label, method="Fligner-Killeen", statistic=F, symbol="chi2", df=(float(k - 1),),
                p=float(stats.chi2.sf(F, k - 1)), n=n,
            )
        )  # fmt: skip
    if not made:
        raise NotEstimable("The spreads of these groups cannot be compared: distances do not vary.", "")
    return tuple(made)


def _apart(held: Held, centre: float) -> Held:
    """Return the distances from a centre; of a bin all lie on one side of it, but for the bin of the centre itself."""
    import numpy as np

    return held.like(np.abs(held.values - centre), held.within)


def _bartlett(values: Sequence[Held]) -> float:
    """Return Bartlett's chi squared."""
    from scipy import stats

    if values[0].times is None:
        return float(stats.bartlett(*(v.values for v in values)).statistic)
    df, spreads = [v.n - 1 for v in values], [welch.spread(v) for v in values]
    total, one = sum(df), math.log(welch.pooled(values))
    found = math.fsum(d * (one - math.log(s)) for d, s in zip(df, spreads, strict=True))
    return found / (1 + (math.fsum(1 / d for d in df) - 1 / total) / (3 * (len(values) - 1)))


def _fligner(values: Sequence[Held]) -> float:
    """Return Fligner and Killeen's chi squared, of normal scores of the ranks of distances from the medians."""
    import numpy as np
    from scipy import stats

    if values[0].times is None:
        return float(stats.fligner(*(v.values for v in values)).statistic)
    parts = next(p for p in (16, 8, 4, 2, 1) if p * sum(len(v.values) for v in values) <= MOST_PARTS or p == 1)
    spread = [v.spread(parts) for v in values]
    found = ranked([_apart(v, v.median) for v in spread])
    scores = [stats.norm.ppf(0.5 + place / (2 * (found.rows + 1))) for place in found.places]
    held = [v.like(score) for v, score in zip(spread, scores, strict=True)]
    whole = joined(held)
    between = np.array([(h.mean - whole.mean) ** 2 for h in held])
    return float(found.n @ between) / variance(whole.values, whole.times)


def _levene(values: Sequence[Held], centre: str) -> float | None:
    apart = [_apart(v, v.median if centre == "median" else v.mean) for v in values]
    try:
        return welch.classical_f(apart)[0]
    except NotEstimable:
        return None


def _ratio(held: samples.Samples, level: float) -> Estimate:
    from scipy.stats import f

    first, second = held.groups
    F = welch.spread(first.held) / welch.spread(second.held)
    df1, df2 = first.n - 1, second.n - 1
    low, high = (F / float(f.ppf(q, df1, df2)) for q in ((1 + level) / 2, (1 - level) / 2))
    p = 2 * min(float(f.cdf(F, df1, df2)), float(f.sf(F, df1, df2)))
    return Estimate(
        label=pick(f"ratio of variances, {first.name} to {second.name}",
        f"方差之比，{first.name} 对 {second.name}"), value=F,
        low=low, high=high, n=held.n, level=level, method=pick("F interval", "F 区间"), p=min(1.0, p),
        assumptions=(pick("normal groups", "各组正态"),),
    )  # fmt: skip
