"""Student's t tests: one sample, two groups (Welch or equal spread), pairs; and tests of equivalence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2lab.errors import UsageError
from k2lab.locale import pick
from k2lab.stats import effect_sizes, samples, welch
from k2lab.stats.labels import any_engine
from k2lab.stats.outcome import bounds, read_bounds
from k2lab.stats.result import Check, Estimate, Result, Table, TestResult
from k2lab.stats.samples import Samples, level_checked
from k2lab.stats.shape import digits_warning, shape_check, spread_check
from k2lab.stats.ttest_words import Words
from k2lab.stats.words import tidy


@any_engine
def t_test(
    data: Any, y: str | Sequence[str], x: str | None = None, *, paired: str | None = None, equal_var: bool = False,
    mu: float = 0.0, reference: Any = None, scale: str = "raw", level: float = 0.95,
) -> Result:  # fmt: skip
    """Test means by Student's t: of one column, of two groups, or of pairs.

    Parameters
    ----------
    data : frame
    y : str or two of them
        The outcome; two columns are pairs, row by row.
    x : str, optional
        Column of two groups. Without it the mean of `y` is tested against `mu`.
    paired : str, optional
        Column that names the unit, where the two groups hold two measurements of each unit.
    equal_var : bool
        Pool the variances (Student) instead of Welch's test, which does not need them equal.
    mu : float
        The mean, or the difference, of the null hypothesis.
    reference : level, optional
        The group that the other is compared with; default the first of ordered levels, else the most frequent.
    scale : {"raw", "log"}
        "log" compares geometric means; differences are then percent.
    level : float
        Confidence level.

    Returns
    -------
    Result
        The difference with its interval, the means, t with Hedges g (of one sample and of pairs Cohen's d), further
        standardised differences in a table, checks of shape and spread.

    Raises
    ------
    UsageError
        If a column is missing or holds no numbers, `x` has not two levels, or the columns make no pairs.
    InputError
        If a group has fewer than two rows, or nothing varies.

    Notes
    -----
    Student (1908); Welch (1947), the default (playbook section 3): it loses little where spreads are equal. R: t.test.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [1.0, 2, 3, 2, 4, 5, 6, 5], "team": list("aaaabbbb")})
    >>> made = t_test(table, "pay", "team", reference="a")
    >>> round(made.estimates[0].value, 2), made.tests[0].method
    (3.0, 'Welch t')
    >>> t_test(table, "pay", "team", equal_var=True).tests[0].df
    (6.0,)
    >>> round(t_test(table, "pay", mu=3.0).tests[0].statistic, 3)
    0.798
    """
    level_checked(level)
    held = read(data, y, x, paired, scale, reference)
    if held.paired and equal_var:
        raise UsageError("Pairs have one variance, that of their differences.", "Leave equal_var out.")
    gap = judge(held, equal_var, mu, level)
    out = Words(held, equal_var, level)
    test = _test(held, gap, out, mu, level)
    return Result(
        kind="t_test", title=held.title(out.method), estimates=(out.difference(gap, mu), *out.means()), tests=(test,),
        checks=tuple(_checks(held, equal_var)), tables=tuple(_sizes(held, level)),
        sentences=(*out.said(gap, test, mu), *held.missing()),
        values=held.facts() | {"paired": held.paired, "equal_var": equal_var, "mu": mu},
        warnings=tuple(_warnings(held, equal_var)),
    )  # fmt: skip


@any_engine
def equivalence(
    data: Any, y: str | Sequence[str], x: str | None = None, *, sesoi: float | Sequence[float] | None = None,
    paired: str | None = None, equal_var: bool = False, mu: float = 0.0, reference: Any = None, scale: str = "raw",
) -> Result:  # fmt: skip
    """Test whether a difference is too small to matter, by two one-sided t tests (TOST).

    Parameters
    ----------
    data, y, x, paired, equal_var, mu, reference, scale
        As in `t_test`.
    sesoi : float or pair of floats, optional
        The smallest difference of interest, in units of `y` (with ``scale="log"`` a share: 0.05 is 5%), one number for
        both sides. Fix it before looking. Default: 0.2 standard deviations, or 5% on the log scale.

    Returns
    -------
    Result
        The difference with its 90% interval, the two one-sided tests, and which of the four readings holds: practically
        equivalent, beyond the bounds, size not settled, inconclusive.

    Raises
    ------
    UsageError
        If the bounds do not hold zero between them, or as `t_test`.
    InputError
        As `t_test`.

    Notes
    -----
    Schuirmann (1987); the 90% interval is inside the bounds exactly where both tests reject at 5%.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [5.0, 6, 5, 6, 5, 5, 6, 5, 6, 6], "team": list("ab") * 5})
    >>> made = equivalence(table, "pay", "team", sesoi=2.0)
    >>> made.values["reading"], made.values["p"] < 0.05
    ('equivalent', True)
    """
    held = read(data, y, x, paired, scale, reference)
    gap = judge(held, equal_var, mu, 0.95)
    low, high, given = bounds_given(held, sesoi)
    below, above = gap.one_sided(low, high)
    out = Words(held, equal_var, 0.9)
    name = read_bounds((gap.low, gap.high), (gap.low90, gap.high90), (low, high))
    n, df = held.n, (gap.df,)
    tests = tuple(
        TestResult(
            label=pick(f"difference {sign} {out.size(bound)}", f"差异 {sign} {out.size(bound)}"), symbol="t",
            df=df, p=p,
            method=pick(f"one-sided {out.method}", f"单侧 {out.method}"), statistic=(gap.value - bound) / gap.se, n=n,
            assumptions=out.assumptions,
        )
        for sign, bound, p in ((">", low, below), ("<", high, above))
    )  # fmt: skip
    p = max(below, above)
    return Result(
        kind="equivalence", title=held.title(pick("Equivalence", "等价性检验")),
        estimates=(out.difference(gap, mu, ninety=True), *out.means()), tests=tests,
        sentences=(*out.equivalent(gap, (low, high), given, p, name), *held.missing()),
        values=held.facts() | {
            "low": out.shown(low), "high": out.shown(high), "given": given, "p": p, "reading": name,
            "equivalent": p < 0.05,
        },
    )  # fmt: skip


def read(
    data: Any, y: str | Sequence[str], x: str | None, paired: str | None, scale: str, reference: Any = None, *,
    folds: bool = True,
) -> Samples:  # fmt: skip
    """Read one sample, two groups or pairs, by which columns are named; without `folds` a sample of a large frame."""
    if paired is not None or not isinstance(y, str):
        return samples.pairs(data, y, x, paired, scale, reference, folds=folds)
    if x is None:
        return samples.one_sample(data, y, scale, folds=folds)
    return samples.two_groups(data, y, x, scale, reference, folds=folds)


def judge(held: Samples, equal_var: bool, mu: float, level: float) -> welch.Gap:
    """Return the difference of a comparison with its intervals."""
    if held.paired:
        return welch.one_mean(held.differences, mu, level=level)
    if len(held.groups) == 1:
        return welch.one_mean(held.groups[0].held, mu, level=level)
    first, second = (g.held for g in held.groups)
    return welch.gap(first.less(mu) if mu else first, second, equal_var=equal_var, level=level)


def bounds_given(held: Samples, given: float | Sequence[float] | None) -> tuple[float, float, bool]:
    """Return the bounds of what matters for a comparison, and whether they were given."""
    parts = [held.differences] if held.paired else [g.held for g in held.groups]
    return bounds(welch.pooled(parts) ** 0.5, given, log=held.scale == "log")


def _test(held: Samples, gap: welch.Gap, out: Words, mu: float, level: float) -> TestResult:
    effect: Estimate | None
    try:
        if held.paired or len(held.groups) == 1:
            label = pick("Cohen d of the differences", "差值的 Cohen d") if held.paired else "Cohen d"
            effect = effect_sizes.cohens_d_of_one(gap.value / gap.se, held.n, label, level)
        else:
            first, second = (g.held for g in held.groups)
            effect = effect_sizes.hedges_g(first.less(mu), second, level=level)
    except UsageError:  # three rows, or one group without spread: the difference stands without it
        effect = None
    return TestResult(
        label=out.contrast, method=out.method, statistic=gap.value / gap.se, symbol="t", df=(gap.df,), p=gap.p,
        n=held.n,
        effect=effect, assumptions=out.assumptions,
    )  # fmt: skip


def _sizes(held: Samples, level: float) -> list[Table]:
    """Return the standardised differences in use, for those who need one by name."""
    if held.paired or len(held.groups) == 1:
        return []
    try:
        found = effect_sizes.standardised(held.groups[0].held, held.groups[1].held, level)
    except UsageError:
        return []
    named = {
        "cohens_d": "Cohen d", "hedges_g": "Hedges g", "glass_delta": "Glass delta",
        "d_average_sd": pick("d by the average variance", "以平均方差计的 d"),
        "common_language": pick("common-language size", "通俗效应量"),
    }  # fmt: skip
    rows = tuple(
        (label, found[name], found.get(f"{name}_low"), found.get(f"{name}_high"))
        for name, label in named.items()
        if name in found
    )
    header = (pick("measure", "量"), pick("value", "值"), pick("low", "下限"), pick("high", "上限"))
    return [Table(title=pick("Standardised differences", "标准化差异"), columns=header, rows=rows)]


def _checks(held: Samples, equal_var: bool) -> list[Check]:
    if held.paired:
        return [shape_check(held.differences, pick("shape of the differences", "差值的形态"))]
    made = [shape_check(g.held, pick(f"shape of {g.name}", f"{g.name} 的形态")) for g in held.groups]
    if len(held.groups) > 1:
        made.append(spread_check([g.held for g in held.groups], equal_var))
    return made


def _warnings(held: Samples, equal_var: bool) -> list[str]:
    widest = max(held.groups, key=lambda g: g.n)
    few = list(digits_warning(widest.held, welch.spread(widest.held) ** 0.5, tidy(held.y)))
    if not equal_var or held.paired or len(held.groups) == 1:
        return few
    check = spread_check([g.held for g in held.groups], equal_var=True)
    return few if check.passed else [*few, f"{check.reading}: {check.action}."]
