"""The association of two columns of categories: the table, its test, its strength, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, effect_sizes, fold, intervals
from k2lab.stats.groups import missing_sentence, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.outcome import outcome
from k2lab.stats.result import Check, Estimate, Result, Scalar, Sentence, Table, TestResult
from k2lab.stats.twobytwo import two_by_two
from k2lab.stats.words import at, joined, p_text, pooled_level, strength, tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

MOST_LEVELS = 12
"""Levels of a column in one table; the rarer ones are pooled."""
MANY_LEVELS = 10_000
"""Levels of a column beyond which it is refused: no reader, and no clock, has use for them."""
DRAWS = 9999
SEED = 20250101
"""Random tables behind a Monte Carlo p-value, and where they start, so that a second run gives the same."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Crossing:
    """A table of counts with the levels of its rows and columns."""

    x: str
    y: str
    x_levels: tuple[str, ...]
    y_levels: tuple[str, ...]
    counts: Counts

    @property
    def n(self) -> int:
        """Rows counted."""
        return int(self.counts.sum())

    @property
    def expected(self) -> Any:
        """Counts if the two columns had nothing to do with each other."""
        return self.counts.sum(axis=1)[:, None] * self.counts.sum(axis=0)[None, :] / self.n


@any_engine
def associate(data: Any, x: str, y: str) -> Result:
    """Associate two columns of categories.

    Chi squared where the expected counts allow it, else Fisher's test (two by two) or 9,999 seeded random tables
    with the same margins. Strength: Cramér's V, bias-corrected, with an interval; for a yes/no `y` the share of yes
    in each group, and for two by two the difference of the shares (Newcombe), their ratio, and the odds ratio.

    Parameters
    ----------
    data : frame
    x, y : str
        Groups, and what is looked at in each of them.

    Raises
    ------
    UsageError
        If a column is missing, or is a number with many values.
    InputError
        If there are no rows, or a column has one level.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"sex": ["f", "m"] * 20, "won": ["yes", "no", "yes", "yes"] * 10})
    >>> associate(table, "sex", "won").estimates[0].value
    -50.0
    """
    if x == y:
        raise UsageError(f"{x!r} cannot be associated with itself.", "Give two different columns.")
    frame, dropped = take_rows(data, (x, y), folds=True)
    pooled: list[str] = []
    made = cross(frame, x, y, pooled)
    test, checks = _test(made)
    k = min(len(made.x_levels), len(made.y_levels))
    V = effect_sizes.cramers_v(chi2_of(made), made.n, len(made.x_levels), len(made.y_levels)) if made.n > k else 0.0
    df = (len(made.x_levels) - 1) * (len(made.y_levels) - 1)
    low, high = effect_sizes.cramers_v_interval(chi2_of(made), df, made.n, len(made.x_levels), len(made.y_levels))
    size = Estimate(
        label="Cramér's V", value=V, low=min(low, V), high=max(high, V), n=made.n,
        method=pick("Cramér's V, bias-corrected, non-central chi2 interval", "Cramér's V，偏差校正，非中心 chi2 区间"),
    )  # fmt: skip
    test = TestResult(
        label=test.label, method=test.method, statistic=test.statistic, symbol=test.symbol, df=test.df, p=test.p,
        n=test.n,
        effect=size,
    )  # fmt: skip
    facts: dict[str, Scalar] = {"n": made.n, "dropped": dropped, "x": x, "y": y, "cramers_v": V}
    estimates: tuple[Estimate, ...] = ()
    extra: tuple[Sentence, ...] = ()
    if len(made.y_levels) == 2:
        event = outcome(frame, y).event
        place = next((i for i, level in enumerate(made.y_levels) if tidy(level) == event), 1)
        facts["event"] = event
        estimates = _shares(made, place)
        if len(made.x_levels) == 2:
            reference = columns.level_name(columns.reference_level(frame, x))
            more, extra, warnings = two_by_two(
                made.counts, made.x_levels.index(reference), place, (x, y), made.x_levels, event
            )
            estimates = (*more, *estimates)
            pooled += warnings
        else:
            extra = _range(made, estimates, event)
    warn = tuple(pooled)
    return Result(
        kind="associate", title=pick(f"{tidy(x)} and {tidy(y)}", f"{tidy(x)} 与 {tidy(y)}"), estimates=estimates,
        tests=(test,),
        checks=checks, tables=_tables(made), values=facts, warnings=warn,
        sentences=(*extra, *_words(made, size, test, bool(extra)), *missing_sentence(dropped,
        fold.rows(frame) + dropped, (x, y))),
    )  # fmt: skip


def few_enough(frame: pd.DataFrame, name: str) -> None:
    """Refuse a column of more levels than can be compared in a reasonable time, or read.

    Raises
    ------
    UsageError
        If the column has more than 10,000 levels.
    """
    levels = columns.distinct(frame, name, MANY_LEVELS)
    if levels > MANY_LEVELS:
        raise UsageError(
            f"{name!r} has more than {MANY_LEVELS:,} different values, too many levels to compare.",
            "Join them into fewer groups first, for example the most frequent ones and 'other'.",
        )


def cross(frame: pd.DataFrame, x: str, y: str, pooled: list[str]) -> Crossing:
    """Count the combinations of two columns; what is pooled is added to `pooled`.

    Raises
    ------
    UsageError
        If a column is a number with many values.
    InputError
        If a column has one level.
    """
    import numpy as np

    sides = []
    for name in (x, y):
        if not columns.is_category(frame, name) and frame[name].nunique() > MOST_LEVELS:
            raise UsageError(
                f"{name!r} has {frame[name].nunique()} different numbers, so it is no category.",
                "Use stats.compare for a number by groups, or stats.relate for two numbers.",
            )
        few_enough(frame, name)
        order = columns.level_order(frame, name)
        if len(order) < 2:
            raise InputError(
                f"{tidy(name)} has one level only ({columns.level_name(order[0])}).", "Take a column with two or more."
            )
        code = columns.codes(frame, name, order)
        levels = [columns.level_name(level) for level in order]
        if len(levels) > MOST_LEVELS:
            size = np.bincount(code, fold.times(frame), minlength=len(levels))
            keep = sorted(np.argsort(-size, kind="stable")[: MOST_LEVELS - 1].tolist())
            move = np.full(len(levels), len(keep))
            move[keep] = np.arange(len(keep))
            code = move[code]
            pooled.append(
                pick(
                    f"{len(levels) - len(keep)} rarer levels of {tidy(name)} are pooled as 'other'.",
                    f"{tidy(name)} 中较少见的 {len(levels) - len(keep)} 个水平合并为“其他”。",
                )
            )
            levels = [*[levels[i] for i in keep], pooled_level()]
        sides.append((levels, code))
    (rows, a), (cols, b) = sides
    size = np.bincount(a * len(cols) + b, fold.times(frame), minlength=len(rows) * len(cols)).astype(np.int64)
    counts = size.reshape(len(rows), len(cols))
    return Crossing(x=x, y=y, x_levels=tuple(rows), y_levels=tuple(cols), counts=counts)


def chi2_of(made: Crossing) -> float:
    """Return Pearson's chi squared of a table."""
    expected = made.expected
    return float(((made.counts - expected) ** 2 / expected).sum())


def counts_check(made: Crossing) -> Check:
    """Tell whether the expected counts allow chi squared: none below 1, and at most a fifth below 5 (Cochran 1954)."""
    expected = made.expected
    small = float((expected < 5).mean())
    fine = float(expected.min()) >= 1 and small <= 0.2
    reading = pick(
        f"smallest expected count {numbers.number(float(expected.min()))}; {numbers.percent(small, 0)} below 5",
        f"最小期望频数 {numbers.number(float(expected.min()))}；低于 5 的占 {numbers.percent(small, 0)}",
    )
    if fine:
        action = pick("chi squared test", "卡方检验")
    elif made.counts.shape == (2, 2):
        action = pick("Fisher's exact test", "Fisher 精确检验")
    else:
        action = pick("p from random tables with the same margins", "由相同边际的随机表求 p")
    return Check(name=pick("expected counts", "期望频数"), reading=reading, action=action, passed=fine)


def random_tables(made: Crossing) -> float:
    """Return the share of seeded random tables with the same margins that are as far from independence."""
    import numpy as np
    from scipy.stats import random_table

    expected, statistic = made.expected, chi2_of(made)
    drawn = random_table(made.counts.sum(axis=1), made.counts.sum(axis=0)).rvs(
        DRAWS, random_state=np.random.default_rng(SEED)
    )
    others = ((drawn - expected) ** 2 / expected).sum(axis=(1, 2))
    return (1 + int((others >= statistic * (1 - 1e-12)).sum())) / (DRAWS + 1)


def _test(made: Crossing) -> tuple[TestResult, tuple[Check, ...]]:
    from scipy.stats import chi2, fisher_exact

    statistic, check = chi2_of(made), counts_check(made)
    df = (len(made.x_levels) - 1) * (len(made.y_levels) - 1)
    if check.passed:
        method, p = "Pearson chi2", float(chi2.sf(statistic, df))
    elif made.counts.shape == (2, 2):
        method, p = "Fisher exact", float(fisher_exact(made.counts).pvalue)
    else:
        method, p = f"chi2, {DRAWS:,} random tables, seed {SEED}", random_tables(made)
    return TestResult(
        label=f"{tidy(made.x)} x {tidy(made.y)}", method=method, statistic=statistic, symbol="chi2",
        df=(float(df),) if check.passed else (), p=min(p, 1.0), n=made.n,
    ), (check,)  # fmt: skip


def _shares(made: Crossing, place: int) -> tuple[Estimate, ...]:
    found = []
    for i, level in enumerate(made.x_levels):
        n, k = int(made.counts[i].sum()), int(made.counts[i, place])
        share = intervals.of_share(k, n)
        found.append(
            Estimate(
                label=pick(
                    f"share of {at(made.y, made.y_levels[place])}, {at(made.x, level)}",
                    f"{at(made.x, level)} 中 {at(made.y, made.y_levels[place])} 的占比",
                ),
                value=100 * share.value, low=100 * share.low, high=100 * share.high, n=n, unit="%",
                method=pick("share, Wilson interval", "占比，Wilson 区间"), groups={made.x: level},
            )
        )  # fmt: skip
    return tuple(found)


def _range(made: Crossing, shares: tuple[Estimate, ...], event: str) -> tuple[Sentence, ...]:
    named = [e for e in shares if e.groups[made.x] != pooled_level()]
    order = sorted([e for e in named if e.n >= 30] or named, key=lambda e: e.value)
    low, high = order[0], order[-1]
    ends = [
        f"{numbers.percent(e.value / 100)} ({tidy(e.groups[made.x])}; 95% CI {numbers.percent(e.low / 100)} "
        f"{pick('to', '至')} {numbers.percent(e.high / 100)}; n = {numbers.count(e.n)})"
        for e in (low, high)
    ]
    return (
        Sentence(
            key="shares", role="headline", columns=(made.y, made.x), weight=10,
            text=pick(
                f"In these data, the share of rows with {at(made.y, event)} goes from {ends[0]} to {ends[1]} over "
                f"the levels of {tidy(made.x)}.",
                f"在这些数据中，{at(made.y, event)} 的占比随 {tidy(made.x)} 的水平从 {ends[0]} 到 {ends[1]}。",
            ),
        ),
    )  # fmt: skip


def _tables(made: Crossing) -> tuple[Table, ...]:
    header = (made.x, *made.y_levels, "n")
    rows: tuple[tuple[Scalar, ...], ...] = tuple(
        (level, *map(int, line), int(line.sum())) for level, line in zip(made.x_levels, made.counts, strict=True)
    )
    shares: tuple[tuple[Scalar, ...], ...] = tuple(
        (level, *(numbers.percent(int(v) / int(line.sum())) for v in line), int(line.sum()))
        for level, line in zip(made.x_levels, made.counts, strict=True)
    )
    x, y = tidy(made.x), tidy(made.y)
    return (
        Table(title=pick(f"Rows by {x} and {y}", f"按 {x} 与 {y} 计数"), columns=header, rows=rows),
        Table(title=pick(f"Shares of {y} within each {x}", f"各 {x} 内 {y} 的占比"), columns=header, rows=shares),
    )


def verdict(made: Crossing, v: float, p: float) -> str:
    """Say whether two columns are associated, and if so how strongly, by Cohen's w (Cohen 1988)."""
    x, y = tidy(made.x), tidy(made.y)
    if p >= 0.05:
        return pick(f"{x} and {y} are not clearly associated", f"{x} 与 {y} 没有明确的关联")
    size = strength(v * (min(made.counts.shape) - 1) ** 0.5)
    return pick(f"{x} and {y} are associated, a {size} relationship", f"{x} 与 {y} 相关，关系{size}")


def _words(made: Crossing, size: Estimate, test: TestResult, has_headline: bool) -> list[Sentence]:
    import numpy as np

    x, y, names = tidy(made.x), tidy(made.y), (made.x, made.y)
    v, low, high = (f"{value:.3f}" for value in (size.value, size.low, size.high))
    df = f"({numbers.count(test.df[0])})" if test.df else ""
    found = verdict(made, size.value, test.p)
    how = f"{test.method}{df}, chi2 = {numbers.number(test.statistic)}, {p_text(test.p)}"
    text = pick(
        f"In these data, {found}: Cramér's V = {v} "
        f"(0 none, 1 complete; 95% CI {low} to {high}; n = {numbers.count(made.n)}); {how}.",
        f"在这些数据中，{found}：Cramér's V = {v}"
        f"（0 为无，1 为完全；95% 置信区间 {low} 至 {high}；n = {numbers.count(made.n)}）；{how}。",
    )
    said = [
        Sentence(key="association", role="finding" if has_headline else "headline", text=text, columns=names, weight=9)
    ]
    expected = made.expected
    spread = (
        expected * (1 - made.counts.sum(axis=1)[:, None] / made.n) * (1 - made.counts.sum(axis=0)[None, :] / made.n)
    )
    residual = (made.counts - expected) / np.sqrt(spread)
    residual = np.where(expected >= 1, residual, 0.0)
    order = [divmod(int(i), len(made.y_levels)) for i in np.argsort(-np.abs(residual), axis=None)[:4]]
    far = [(i, j) for i, j in order if abs(float(residual[i, j])) > 3]
    if far and made.counts.size > 4:
        parts = [
            pick(
                f"{at(made.x, made.x_levels[i])} with {at(made.y, made.y_levels[j])} "
                f"({numbers.count(int(made.counts[i, j]))} rows, {numbers.count(float(expected[i, j]))} expected)",
                f"{at(made.x, made.x_levels[i])} 且 {at(made.y, made.y_levels[j])}"
                f"（{numbers.count(int(made.counts[i, j]))} 行，期望 {numbers.count(float(expected[i, j]))} 行）",
            )
            for i, j in far
        ]
        said.append(
            Sentence(
                key="where", columns=names, weight=6,
                text=pick(
                    f"Counts of {x} and {y} are furthest from independence for {joined(parts)}.",
                    f"{x} 与 {y} 偏离独立最远的组合：{joined(parts)}。",
                ),
            )
        )  # fmt: skip
    said.append(
        Sentence(
            key="not-causal", role="limitation", columns=names, weight=8,
            text=pick(
                f"This is an association in observed data, not adjusted for anything else: other columns may "
                f"explain why {y} differs by {x}.",
                f"这是观测数据中的关联，未作任何调整：其他因素可能是 {y} 随 {x} 不同的原因。",
            ),
        )
    )  # fmt: skip
    return said
