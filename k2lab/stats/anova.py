"""Analysis of variance a person may ask for by name: one factor or several, types I to III, spreads equal or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from k2lab.errors import UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import effect_sizes, fold, intervals, samples, welch
from k2lab.stats.factorial import Factorial, Square, factorial, robust, squares
from k2lab.stats.frames import short
from k2lab.stats.groups import by_names, missing_sentence, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.least import NotEstimable
from k2lab.stats.linear import LinearFit
from k2lab.stats.result import Check, Estimate, Result, Scalar, Sentence, Table, TestResult
from k2lab.stats.samples import Samples, level_checked
from k2lab.stats.shape import digits_warning, spread_check
from k2lab.stats.spoken import statistic_text
from k2lab.stats.ttest_words import association
from k2lab.stats.weighted import joined
from k2lab.stats.words import joined as listed
from k2lab.stats.words import share_of_variance, tidy


@any_engine
def anova(
    data: Any, y: str, x: str | Sequence[str], *, type: int = 2, interactions: bool = True, equal_var: bool = False,
    scale: str = "raw", level: float = 0.95,
) -> Result:  # fmt: skip
    """Analyse the variance of an outcome by one factor or several.

    Parameters
    ----------
    data : frame
    y : str
        The outcome.
    x : str or sequence of str
        One to four factors; a number with many values enters as a covariate.
    type : {1, 2, 3}
        Type of the sums of squares of several factors. II by default; I depends on the order of `x`; III only with a
        reason, and never with an empty cell (playbook section 3).
    interactions : bool
        Whether the factors interact.
    equal_var : bool
        Take spreads as equal: the classical F leads. Else Welch's F (one factor) or Wald's F with HC3 (the interaction,
        of type III all terms) leads, with the classical F beside it.
    scale : {"raw", "log"}
    level : float
        Confidence level of effect sizes and means.

    Returns
    -------
    Result
        Tests with (partial) eta squared and its interval, the table of sums of squares with omega squared, and for one
        factor the means. For the pairs: `posthoc`; for simple effects within levels: `two_way`.

    Raises
    ------
    UsageError
        If a column is missing or used twice, or there are too many factors or cells.
    InputError
        If a factor has one level, there are too few rows, or nothing varies.

    Notes
    -----
    Welch (1951); Yates (1934) for types; Long and Ervin (2000) for HC3; Steiger (2004) for the intervals. R: aov,
    oneway.test, car::Anova.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"y": [1.0, 2, 3, 5, 2, 3, 9, 8], "a": list("ppqqppqq"), "b": list("mmmmnnnn")})
    >>> made = anova(table, "y", ["a", "b"], equal_var=True)
    >>> [(t.label, round(t.statistic, 2)) for t in made.tests]
    [('a', 41.29), ('b', 17.29), ('a x b', 7.0)]
    >>> anova(table, "y", "a").tests[0].method
    'Welch F'
    """
    level_checked(level)
    factors = by_names(x)
    if type not in (1, 2, 3):
        raise UsageError(f"type is {type!r}.", "It can be 1, 2 or 3.")
    if not factors or len(set(factors)) < len(factors) or y in factors:
        raise UsageError("An analysis of variance needs an outcome and factors, each named once.", "")
    if len(factors) == 1:
        return _one(samples.groups(data, y, factors[0], scale), equal_var, level)
    frame, dropped = take_rows(data, (y, *factors), folds=True, y=y)
    values = samples.on_scale(frame, y, scale)
    if bool((values.values == values.first).all()):
        raise UsageError(f"{short(y)} has one value only, so nothing can be compared.", "")
    made = factorial(frame, values, factors, len(factors) if interactions else 1)
    try:
        found, whole = squares(made, type)
    except NotEstimable as error:
        if not interactions or len(factors) < 3:
            raise
        more = "Leave the interactions out with interactions=False, or use fewer factors."
        raise NotEstimable(error.what, more) from error
    warnings = list(digits_warning(values, whole.sigma, tidy(y)))
    tests = _tests(made, found, whole, type, equal_var, level, warnings)
    if made.empty:
        warnings.append(
            pick(
                f"{made.empty} {'combination of levels has' if made.empty == 1 else 'combinations of levels have'} no "
                "rows: the interaction is over the filled cells only.",
                f"{made.empty} 个组合没有数据：交互作用仅针对有数据的单元。",
            )
        )
    names = (y, *factors)
    facts: dict[str, Scalar] = {
        "n": whole.n, "dropped": dropped, "y": y, "scale": scale, "type": type, "r2": whole.r2, "sigma": whole.sigma,
        "df_resid": whole.df_resid, "empty_cells": made.empty,
    }  # fmt: skip
    return Result(
        kind="anova", title=pick(f"Analysis of variance of {tidy(y)} by {listed([tidy(f) for f in factors])}, type "
        f"{_roman(type)}", f"{tidy(y)} 按 {listed([tidy(f) for f in factors])} 的方差分析，{_roman(type)} 型"),
        tests=tuple(tests), tables=(_table(found, whole),), checks=_checks(made, whole), warnings=tuple(warnings),
        sentences=(
            *_words(tests, whole, y, factors, type), *missing_sentence(dropped, fold.rows(frame) + dropped, names),
        ),
        values=facts,
    )  # fmt: skip


def _roman(kind: int) -> str:
    return ("I", "II", "III")[kind - 1]


def _one(held: Samples, equal_var: bool, level: float) -> Result:
    values = [g.held for g in held.groups]
    n, k = held.n, len(values)
    from scipy.stats import f

    F, df1, df2 = welch.classical_f(values)
    within = sum(welch.spread(v) * (v.n - 1) for v in values)

    x, y = tidy(held.x), tidy(held.y)
    size = effect_sizes.partial_eta2(F, df1, df2, n, label="eta²", level=level)
    independent = pick("independent rows", "各行相互独立")
    normal = pick("means near normal", "均值近似正态")
    classical = TestResult(
        label=x, method=pick("classical F", "经典 F"), statistic=F, symbol="F", df=(float(df1), float(df2)),
        p=float(f.sf(F, df1, df2)), n=n, effect=size,
        assumptions=(independent, normal, pick("equal variances", "方差相等")),
    )  # fmt: skip
    tests, warnings = [classical], list(digits_warning(joined(values), (within / df2) ** 0.5, y))
    try:
        found = welch.anova(values, x)
    except NotEstimable as error:
        warnings.append(pick("No Welch test: ", "未作 Welch 检验：") + error.what)
    else:
        made = replace(found, effect=size, assumptions=(independent, normal))
        tests = [classical, made] if equal_var else [made, classical]
    main = tests[0]
    means, log = [], held.scale == "log"
    noun = pick("geometric mean", "几何均值") if log else pick("mean", "均值")
    for g in held.groups:
        centre = (intervals.of_logs if log else intervals.of_mean)(g.held, level)
        means.append(
            Estimate(
                label=f"{noun}, {g.name}", value=centre.value, low=centre.low, high=centre.high, n=g.n, level=level,
                method=pick("t interval of the group", "组内 t 区间"), groups={held.x: g.level},
            )
        )  # fmt: skip
    order = sorted(means, key=lambda e: e.value)
    ends = [f"{numbers.number(e.value)} ({e.groups[held.x]}; n = {numbers.count(e.n)})" for e in (order[0], order[-1])]
    share, of = numbers.percent(size.value), share_of_variance(size.value)
    text = pick(
        f"In these data, the {noun} of {y} goes from {ends[0]} to {ends[1]} over {k} levels of {x}, which account for "
        f"{share} of its variance, a {of} share (n = {numbers.count(n)}).",
        f"在这些数据中，{y} 的{noun}在 {x} 的 {k} 个水平间从 {ends[0]} 到 {ends[1]}，对应其方差的 {share}（{of}；"
        f"n = {numbers.count(n)}）。",
    )
    omega = effect_sizes.omega2(F, df1, n)
    low, high = numbers.number(size.low), numbers.number(size.high)
    how = pick(
        f"For {y} by {x}: {statistic_text(main)}; eta² = {numbers.number(size.value)} "
        f"({numbers.percent(level, 0)} CI {low} "
        f"to {high}), omega² = {numbers.number(omega)}.",
        f"{y} 按 {x}：{statistic_text(main)}；eta² = {numbers.number(size.value)}（"
        f"{numbers.percent(level, 0)} 置信区间 {low} 至 "
        f"{high}），omega² = {numbers.number(omega)}。",
    )
    check = spread_check(values, equal_var)
    if equal_var and check.passed is False:
        warnings.append(f"{check.reading}: {check.action}.")
    table = Table(
        title=pick("Sums of squares", "平方和"), columns=_columns(),
        rows=(
            (x, F * df1 * within / df2, df1, F * within / df2, F, classical.p, size.value, omega),
            (pick("residual", "残差"), within, df2, within / df2, None, None, None, None),
        ),
    )  # fmt: skip
    return Result(
        kind="anova", title=held.title(pick("Analysis of variance", "方差分析")), estimates=tuple(means),
        tests=tuple(tests), checks=(check,), tables=(table,), warnings=tuple(warnings),
        sentences=(
            Sentence(key="groups", role="headline", text=text, columns=held.columns, weight=10),
            Sentence(key="test", text=how, columns=held.columns, weight=6), association(held), *held.missing(),
        ),
        values=held.facts() | {
            "groups": k, "F": F, "eta2": size.value, "omega2": omega, "sigma": (within / df2) ** 0.5,
            "r2": size.value,
        },
    )  # fmt: skip


def _columns() -> tuple[str, ...]:
    return (
        pick("term", "项"), pick("sum of squares", "平方和"), pick("df", "自由度"), pick("mean square",
        "均方"), "F", "p",
        pick("partial eta²", "偏 eta²"), pick("partial omega²", "偏 omega²"),
    )  # fmt: skip


def _tests(
    made: Factorial, found: Sequence[Square], whole: LinearFit, kind: int, equal_var: bool, level: float,
    warnings: list[str],
) -> list[TestResult]:  # fmt: skip
    from scipy.stats import f

    independent = pick("independent rows", "各行相互独立")
    classical = {}
    for one in found:
        F = one.ss / one.df / (whole.ss_resid / whole.df_resid)
        label = " x ".join(map(tidy, one.term))
        size = effect_sizes.partial_eta2(F, one.df, whole.df_resid, whole.n, pick("partial eta²", "偏 eta²"), level)
        classical[one.term] = TestResult(
            label=label, method=pick(f"classical F, type {_roman(kind)}", f"经典 F，{_roman(kind)} 型"), statistic=F,
            symbol="F", df=(float(one.df), float(whole.df_resid)), p=float(f.sf(F, one.df, whole.df_resid)), n=whole.n,
            effect=size, assumptions=(independent, pick("equal variances", "方差相等")),
        )  # fmt: skip
    if equal_var:
        return list(classical.values())
    try:
        wald = robust(made, kind)
    except NotEstimable as error:
        warnings.append(pick("No HC3 test: ", "未作 HC3 检验：") + error.what)
        return list(classical.values())
    leading = [
        replace(test, label=classical[term].label, effect=classical[term].effect, assumptions=(independent,))
        for term, test in wald.items()
        if term in classical
    ]
    return [*reversed(leading), *classical.values()]


def _table(found: Sequence[Square], whole: LinearFit) -> Table:
    from scipy.stats import f

    rest = whole.df_resid
    error = whole.ss_resid / rest
    rows: list[tuple[Scalar, ...]] = []
    for one in found:
        F = one.ss / one.df / error
        eta = one.ss / (one.ss + whole.ss_resid)
        omega = effect_sizes.omega2(F, one.df, whole.n)
        p = float(f.sf(F, one.df, rest))
        rows.append((" x ".join(map(tidy, one.term)), one.ss, one.df, one.ss / one.df, F, p, eta, omega))
    rows.append((pick("residual", "残差"), whole.ss_resid, rest, error, None, None, None, None))
    return Table(title=pick("Sums of squares", "平方和"), columns=_columns(), rows=tuple(rows))


def _checks(made: Factorial, whole: LinearFit) -> tuple[Check, ...]:
    import numpy as np

    if made.whole:
        return ()
    left = made.y.like(whole.residuals, made.y.within)
    groups = [left.of(made.index == i) for i in range(int(made.index.max()) + 1)]
    enough = [g for g in groups if g.n > 1]
    counts = np.bincount(made.index, made.y.times)
    name = pick("rows in a cell", "单元行数")
    small = int((counts < samples.WEAK).sum())
    reading = pick(f"{int(counts.min())} to {int(counts.max())}; {small} of {len(counts)} cells below {samples.WEAK}",
                   f"{int(counts.min())} 至 {int(counts.max())}；"
                   f"{len(counts)} 个单元中 {small} 个少于 {samples.WEAK}")  # fmt: skip
    weak = int(counts.min()) < 5
    action = (
        pick("no conclusion for cells below 5 rows", "少于 5 行的单元不作结论")
        if weak
        else pick("none needed", "无需处理")
    )
    return (
        *([spread_check(enough, equal_var=False)] if len(enough) > 1 else []),
        Check(name=name, reading=reading, action=action, passed=not weak),
    )


def _words(tests: Sequence[TestResult], whole: LinearFit, y: str, factors: Sequence[str], kind: int) -> list[Sentence]:
    names = (y, *factors)
    n = numbers.count(whole.n)
    last = max(tests, key=lambda t: t.label.count(" x "))
    e = last.effect
    share = "" if e is None else numbers.percent(e.value)
    size = "" if e is None else share_of_variance(e.value)
    crossed = " x " in last.label
    what = pick(f"the interaction {last.label}", f"交互作用 {last.label}") if crossed else last.label
    ends = "" if e is None else pick(f"{numbers.percent(e.low)} to {numbers.percent(e.high)}",
                                     f"{numbers.percent(e.low)} 至 {numbers.percent(e.high)}")  # fmt: skip
    text = pick(
        f"In these data, {what} accounts for {share} of the variance of {tidy(y)} that the other terms leave "
        f"(partial eta², CI {ends}; n = {n}), a {size} share; {statistic_text(last)}.",
        f"在这些数据中，{what} 解释其他项之外 {tidy(y)} 方差的 {share}（偏 eta²，置信区间 {ends}；n = "
        f"{n}），{size}；{statistic_text(last)}。",
    )
    said = [Sentence(key="anova", role="headline", text=text, columns=names, weight=10)]
    for t in [t for t in tests if t is not last and t.label != last.label][:6]:
        part = "" if t.effect is None else pick(f"; partial eta² {numbers.number(t.effect.value)}",
                                               f"；偏 eta² {numbers.number(t.effect.value)}")  # fmt: skip
        said.append(
            Sentence(
                key="term", columns=names, weight=5,
                text=pick(f"{t.label} in {tidy(y)}: {statistic_text(t)}{part}.",
                          f"{tidy(y)} 中的 {t.label}：{statistic_text(t)}{part}。"),
            )
        )  # fmt: skip
    if crossed:
        said.append(
            Sentence(
                key="main-effects", role="caveat", columns=names, weight=7,
                text=pick(
                    f"With an interaction in {tidy(y)}, a main term is an average over the levels of "
                    "the others and is not "
                    "read alone; use two_way or contrasts for the differences within each level.",
                    f"{tidy(y)} 存在交互项时，主效应只是对其他因素各水平的平均，不宜单独解读；请用 "
                    "two_way 或 contrasts 查看各水平内的差异。",
                ),
            )
        )  # fmt: skip
    meaning = {
        1: pick("each term after those before it, so the order matters", "各项在其之前的项之后计算，顺序有影响"),
        2: pick("each term after all that do not contain it", "各项在所有不包含它的项之后计算"),
        3: pick("each term after all others, with sum contrasts", "各项在其余所有项之后计算（和对比编码）"),
    }[kind]
    said.append(
        Sentence(
            key="method", role="method", columns=names, weight=5,
            text=pick(f"Type {_roman(kind)} sums of squares of {tidy(y)}: {meaning}.",
                      f"{tidy(y)} 的 {_roman(kind)} 型平方和：{meaning}。"),
        )
    )  # fmt: skip
    limit = pick(
        "This is an association in observed data: whatever else differs between the levels of "
        f"{listed([tidy(f) for f in factors])}"
        f" may explain why {tidy(y)} differs.",
        f"这是观测数据中的关联：{listed([tidy(f) for f in factors])} 各水平之间的其他差别可能是 {tidy(y)} 差异的原因。",
    )
    said.append(Sentence(key="not-causal", role="limitation", text=limit, columns=names, weight=8))
    return said
