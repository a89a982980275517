"""Rank tests a person may ask for by name: Mann-Whitney, Wilcoxon's signed ranks, Kruskal-Wallis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import effect_sizes, intervals, ranks, samples
from k2lab.stats.labels import any_engine
from k2lab.stats.least import NotEstimable
from k2lab.stats.result import Estimate, Result, Sentence, TestResult
from k2lab.stats.samples import Samples, level_checked
from k2lab.stats.show import value_text
from k2lab.stats.spoken import interval_text, statistic_text
from k2lab.stats.ttest_words import association
from k2lab.stats.words import tidy


@any_engine
def mann_whitney(data: Any, y: str, x: str, *, reference: Any = None, level: float = 0.95) -> Result:
    """Compare the ranks of two groups by Mann and Whitney's U (Wilcoxon's rank sum).

    Parameters
    ----------
    data : frame
    y, x : str
        The outcome (numbers or ordered codes) and the column of two groups.
    reference : level, optional
        The group that the other is compared with.
    level : float
        Confidence level.

    Returns
    -------
    Result
        The Hodges-Lehmann shift with its interval (a difference of medians only where both shapes are alike), the
        chance that a row of the first group is above one of the second, U with the rank-biserial correlation.

    Raises
    ------
    UsageError
        If a column is missing or holds no numbers, or `x` has not two levels.
    InputError
        If there are no rows, or all values are tied.

    Notes
    -----
    Mann and Whitney (1947). p is exact up to 20 rows a group without ties, else normal with ties and continuity
    corrected. R: wilcox.test(exact = FALSE), effectsize::rank_biserial.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [1.0, 2, 3, 2, 4, 5, 6, 5], "team": list("aaaabbbb")})
    >>> made = mann_whitney(table, "pay", "team", reference="a")
    >>> made.tests[0].statistic, made.estimates[0].value
    (16.0, 3.0)
    """
    level_checked(level)
    return mann_whitney_of(samples.two_groups(data, y, x, "raw", reference, least=1, ranked=True), level)


def mann_whitney_of(held: Samples, level: float) -> Result:
    """Return `mann_whitney` of two groups that were read already."""
    first, second = held.groups
    found = ranks.u_test(first.held, second.held)
    n1, n2 = first.n, second.n
    name = pick("rank-biserial correlation", "秩二列相关")
    size = effect_sizes.rank_biserial(found.statistic, n1, n2, name, level)
    shift = ranks.shift_of_two(first.held, second.held, level)
    method = "Mann-Whitney, exact" if found.exact else "Mann-Whitney"
    pair = f"{tidy(first.level)} - {tidy(second.level)}"
    assumed = (pick("independent rows", "各行相互独立"),)
    alike = pick("distributions of one shape, for a reading as a shift", "两组分布形状相同（才可解读为位移）")
    test = TestResult(
        label=pair, method=method, statistic=found.statistic, symbol="U", df=(), p=found.p, n=found.n, effect=size,
        assumptions=assumed,
    )  # fmt: skip
    share = size.value / 2 + 0.5
    estimates = (
        Estimate(
            label=pick(f"Hodges-Lehmann shift {pair}", f"Hodges-Lehmann 位移 {pair}"), value=shift.value,
            low=min(shift.low, shift.value), high=max(shift.high, shift.value), n=found.n, level=level, p=found.p,
            method=pick("median of all differences", "全部两两差的中位数"), assumptions=(*assumed, alike),
        ),
        Estimate(
            label=pick(f"chance that {first.name} is above {second.name}", f"{first.name} 高于 {second.name} 的概率"),
            value=100 * share, low=50 * size.low + 50, high=50 * size.high + 50, n=found.n, unit="%", level=level,
            method=pick("probability of superiority, U / (n1 n2)", "优势概率 U / (n1 n2)"),
        ),
        *_medians(held, level),
    )  # fmt: skip
    return Result(
        kind="mann_whitney", title=held.title("Mann-Whitney"), estimates=estimates, tests=(test,),
        sentences=(*_two_words(held, estimates[0], share, test), *held.missing()), values=held.facts(),
    )  # fmt: skip


@any_engine
def wilcoxon(
    data: Any, y: str | Sequence[str], x: str | None = None, *, paired: str | None = None, mu: float = 0.0,
    reference: Any = None, level: float = 0.95,
) -> Result:  # fmt: skip
    """Test pairs, or one column against a value, by Wilcoxon's signed ranks.

    Parameters
    ----------
    data, y, x, paired, reference
        As in `k2lab.stats.t_test`: two columns, or an outcome with the columns of groups and units, or one column.
    mu : float
        The centre of the null hypothesis.
    level : float
        Confidence level.

    Returns
    -------
    Result
        The pseudo-median of the differences with its interval, V with the matched-pairs rank-biserial correlation.

    Raises
    ------
    UsageError
        If the columns make no pairs, or two independent groups are given.
    InputError
        If no difference is other than zero.

    Notes
    -----
    Wilcoxon (1945); zeros are left out. R: wilcox.test(paired = TRUE).

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"before": [5.0, 6, 7, 8, 9], "after": [6.5, 7, 9, 8.5, 12]})
    >>> made = wilcoxon(table, ("after", "before"))
    >>> made.tests[0].statistic, made.tests[0].p
    (15.0, 0.0625)
    """
    level_checked(level)
    if isinstance(y, str) and x is not None and paired is None:
        raise UsageError(
            "Signed ranks compare pairs, and two independent groups are none.",
            "Name the unit with paired=, or use stats.mann_whitney.",
        )
    pairs = paired is not None or not isinstance(y, str)
    if pairs:
        held = samples.pairs(data, y, x, paired, "raw", reference)
        moved = held.differences.less(mu)
        pair = " - ".join(tidy(g.level if held.x else g.name) for g in held.groups)
        label = pick(f"pseudo-median of the differences {pair}", f"差值的伪中位数 {pair}")
    else:
        assert isinstance(y, str)
        held = samples.one_sample(data, y, ranked=True)
        moved = held.groups[0].held.less(mu)
        pair, label = tidy(y), pick(f"pseudo-median of {tidy(y)}", f"{tidy(y)} 的伪中位数")
    found = ranks.signed_ranks(moved)
    size = effect_sizes.signed_rank_biserial(
        found.statistic, found.n, pick("matched-pairs rank-biserial", "配对秩二列相关"), level
    )
    assumed = (pick("independent pairs", "各配对相互独立"), pick("symmetric differences", "差值分布对称"))
    test = TestResult(
        label=pair, method=pick("Wilcoxon signed rank", "Wilcoxon 符号秩") + (pick(", exact", "，精确") * found.exact),
        statistic=found.statistic, symbol="V", df=(), p=found.p, n=found.n, effect=size, assumptions=assumed,
    )  # fmt: skip
    estimates = []
    try:
        centre = ranks.pseudo_median(moved, level)
        estimates.append(
            Estimate(
                label=label, value=centre.value + mu, low=centre.low + mu, high=centre.high + mu, n=held.n, level=level,
                method=pick("pseudo-median (Hodges-Lehmann)", "伪中位数（Hodges-Lehmann）"), p=found.p,
                assumptions=assumed,
            )
        )  # fmt: skip
    except NotEstimable:
        middle = intervals.of_median(moved, level)
        estimates.append(
            Estimate(
                label=pick("median of the differences", "差值的中位数"), value=middle.value + mu, low=middle.low + mu,
                high=middle.high + mu, n=held.n, level=level,
                method=pick("median, order-statistic interval", "中位数，次序统计量区间"),
            )
        )  # fmt: skip
    e = estimates[0]
    zeros = held.n - found.n
    left = pick(f" {zeros} of them are zero and left out.", f"其中 {zeros} 个为零，未纳入。") if zeros else ""
    open_ = (
        pick(f" It includes {numbers.plain(mu)}.", f"区间包含 {numbers.plain(mu)}。") if e.low <= mu <= e.high else ""
    )
    text = pick(
        f"In these data, the {e.label} is {numbers.number(e.value)} ({interval_text(e)}; n = "
        f"{numbers.count(e.n)}).{open_}"
        f"{left}",
        f"在这些数据中，{e.label} 为 {numbers.number(e.value)}（{interval_text(e)}；n = "
        f"{numbers.count(e.n)}）。{open_}{left}",
    )
    how = pick(f"For {pair}: {statistic_text(test)}; {size.label} {numbers.number(size.value)}.",
               f"{pair}：{statistic_text(test)}；{size.label} {numbers.number(size.value)}。")  # fmt: skip
    return Result(
        kind="wilcoxon", title=held.title(pick("Wilcoxon signed rank", "Wilcoxon 符号秩")), estimates=tuple(estimates),
        tests=(test,), values=held.facts() | {"zeros": zeros, "mu": mu},
        sentences=(
            Sentence(key="difference", role="headline", text=text, columns=held.columns, weight=10),
            Sentence(key="test", text=how, columns=held.columns, weight=6), *held.missing(),
        ),
    )  # fmt: skip


@any_engine
def kruskal(data: Any, y: str, x: str, *, level: float = 0.95) -> Result:
    """Compare the ranks of several groups by Kruskal and Wallis's H.

    Parameters
    ----------
    data : frame
    y, x : str
        The outcome and the column of groups.
    level : float
        Confidence level of the medians.

    Returns
    -------
    Result
        H with the rank epsilon squared, and the median of each group. For the pairs: ``posthoc(..., method="dunn")``.

    Raises
    ------
    UsageError
        If a column is missing or holds no numbers, or `x` makes more than 60 groups.
    InputError
        If there are not two groups, or all values are tied.

    Notes
    -----
    Kruskal and Wallis (1952), corrected for ties. R: kruskal.test. The interval of rank epsilon squared is that of a
    share of variance with the F of the ranks (Steiger 2004).

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [1.0, 2, 3, 4, 5, 6], "team": list("aabbcc")})
    >>> round(kruskal(table, "pay", "team").tests[0].statistic, 3)
    4.571
    """
    level_checked(level)
    held = samples.groups(data, y, x, least=1, ranked=True)
    found = ranks.kruskal_wallis([g.held for g in held.groups])
    k, n = len(held.groups), found.n
    test = TestResult(
        label=tidy(x), method="Kruskal-Wallis", statistic=found.statistic, symbol="H", df=(float(k - 1),), p=found.p,
        n=n, effect=_epsilon(found.statistic, k, n, level), assumptions=(pick("independent rows", "各行相互独立"),),
    )  # fmt: skip
    medians = _medians(held, level)
    ends = sorted(held.groups, key=lambda g: g.held.median)
    low, high = (f"{numbers.number(g.held.median)} ({g.name}; n = {numbers.count(g.n)})" for g in (ends[0], ends[-1]))
    size = numbers.number(effect_sizes.rank_epsilon2(found.statistic, n))
    text = pick(
        f"In these data, the median of {tidy(y)} goes from {low} to {high}; the ranks of {tidy(x)} account for rank "
        f"epsilon² = {size} ({statistic_text(test)}; n = {numbers.count(n)}).",
        f"在这些数据中，{tidy(y)} 的中位数从 {low} 到 {high}；按 {tidy(x)} 的秩 epsilon² = {size}"
        f"（{statistic_text(test)}；n = {numbers.count(n)}）。",
    )
    return Result(
        kind="kruskal", title=held.title("Kruskal-Wallis"), estimates=tuple(medians), tests=(test,),
        sentences=(
            Sentence(key="groups", role="headline", text=text, columns=held.columns, weight=10), association(held),
            *held.missing(),
        ),
        values=held.facts() | {"rank_epsilon2": effect_sizes.rank_epsilon2(found.statistic, n), "groups": k},
    )  # fmt: skip


def _epsilon(H: float, k: int, n: int, level: float) -> Estimate | None:
    """Return rank epsilon squared with the interval of a share of variance."""
    value = effect_sizes.rank_epsilon2(H, n)
    if value >= 1 or n <= k:
        return None
    F = value / (k - 1) / ((1 - value) / (n - k))
    found = effect_sizes.partial_eta2(F, k - 1, n - k, n, level=level)
    return Estimate(
        label=pick("rank epsilon²", "秩 epsilon²"), value=value, low=found.low, high=max(found.high, value), n=n,
        level=level, method="rank epsilon squared, non-central F interval",
    )  # fmt: skip


def _medians(held: Samples, level: float) -> list[Estimate]:
    made = []
    for g in held.groups:
        try:
            found = intervals.of_median(g.held, level)
        except InputError:  # too few rows for an interval
            continue
        made.append(
            Estimate(
                label=pick(f"median, {g.name}", f"中位数，{g.name}"), value=found.value, low=found.low, high=found.high,
                n=g.n, level=level, method=pick("median, order-statistic interval", "中位数，次序统计量区间"),
                groups={held.x: g.level},
            )
        )  # fmt: skip
    return made


def _two_words(held: Samples, shift: Estimate, share: float, test: TestResult) -> list[Sentence]:
    y = tidy(held.y)
    a, b = (g.name for g in held.groups)
    n = pick(" and ", " 与 ").join(numbers.count(g.n) for g in held.groups)
    value = value_text(abs(shift.value))
    up = shift.value > 0
    chance = numbers.percent(share)
    if shift.value == 0:
        text = pick(
            f"In these data, {y} of {a} and {b} is not shifted ({interval_text(shift)}; n = {n}); a row "
            f"of {a} is above "
            f"one of {b} with a chance of {chance} (ties count half).",
            f"在这些数据中，{a} 与 {b} 的 {y} 没有位移（{interval_text(shift)}；n = {n}）；{a} "
            f"的一行高于 {b} 的一行的概率为 "
            f"{chance}（同分各计一半）。",
        )
    else:
        text = pick(
            f"In these data, {y} of {a} is shifted by {value} {'up' if up else 'down'} against {b} "
            f"({interval_text(shift)}; "
            f"n = {n}); a row of {a} is above one of {b} with a chance of {chance} (ties count half).",
            f"在这些数据中，{a} 的 {y} 相对 {b} {'上' if up else '下'}移 {value}（"
            f"{interval_text(shift)}；n = {n}）；{a} "
            f"的一行高于 {b} 的一行的概率为 {chance}（同分各计一半）。",
        )
    e = test.effect
    assert e is not None
    how = pick(f"For {y}: {statistic_text(test)}; {e.label} {numbers.number(e.value)} ({interval_text(e)}).",
               f"{y}：{statistic_text(test)}；{e.label} {numbers.number(e.value)}（{interval_text(e)}）。")  # fmt: skip
    limit = pick(
        f"The test compares the distributions of {y}; it speaks of medians only where both have one shape.",
        f"该检验比较 {y} 的分布；仅当两组分布形状相同时才可解读为中位数之差。",
    )
    return [
        Sentence(key="difference", role="headline", text=text, columns=held.columns, weight=10),
        Sentence(key="test", text=how, columns=held.columns, weight=6),
        Sentence(key="method", role="method", text=limit, columns=held.columns, weight=5),
        association(held),
    ]
