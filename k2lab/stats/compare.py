"""Compare the outcome between the levels of a column: two groups, several, or many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, fold, intervals, ranks, welch
from k2lab.stats.associate import associate, few_enough
from k2lab.stats.groups import Group, missing_sentence, split, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.linear import NotEstimable
from k2lab.stats.outcome import Outcome, outcome
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table
from k2lab.stats.weighted import Held
from k2lab.stats.words import tidy

MANY = 12
"""With more groups than this, each is compared with all other rows instead of each pair."""
FEW = 5
"""Groups with fewer rows are shown and left out of the tests (playbook section 1)."""
WEAK = 30
"""Groups with fewer rows carry a remark."""
SMALL = 15
"""Where both groups have fewer rows and are skewed, ranks lead (playbook section 3)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """The outcome by group, ready to be compared; `tied` is the outcome as ranks need it (`fold.tied`)."""

    outcome: Outcome
    tied: Held
    x: str
    groups: tuple[Group, ...]
    reference: str

    def level(self, group: Group) -> str:
        """Return the level of a group as text."""
        return tidy(group.levels[self.x])

    def values(self, group: Group) -> Held:
        """Return the outcome of a group on the scale of the analysis."""
        return self.outcome.held.of(group.rows)

    def original(self, group: Group) -> Held:
        """Return the outcome of a group as it stands in the table."""
        return self.outcome.original_held.of(group.rows)

    def ranked(self, group: Group) -> Held:
        """Return the outcome of a group for its ranks."""
        return self.tied.of(group.rows)

    @property
    def columns(self) -> tuple[str, str]:
        """The two columns that the comparison is about."""
        return (self.outcome.name, self.x)

    @property
    def n(self) -> int:
        """Rows compared."""
        return sum(group.n for group in self.groups)


@any_engine
def compare(
    data: Any, y: str, x: str, scale: str = "auto", sesoi: float | None = None, *, paired: str | None = None
) -> Result:
    """Compare an outcome between the groups of a column.

    Two groups: Welch's difference with its interval, Hedges g, and Mann-Whitney as the robust twin; the other way round
    for fewer than 15 rows a group that are skewed. Pairs: the paired t test, or signed ranks by the same rule. Several:
    Welch's F, all pairs by Games and Howell, Kruskal-Wallis as the twin. More than twelve: groups with 30 rows
    or more, each against all other rows, Holm-adjusted. A yes/no outcome goes to `associate`.

    Parameters
    ----------
    data : frame
    y : str
        Outcome: numbers, or a column with two values.
    x : str
        Column of groups.
    scale : {"auto", "log", "raw"}
        "auto" takes logs of a positive outcome with a long right tail.
    sesoi : float, optional
        Smallest difference that would matter; see `outcome.outcome`.
    paired : str, optional
        Column that names the unit, where the two groups hold two measurements of each unit.

    Raises
    ------
    UsageError
        If a column is missing, `x` is a number with many values, or `y` is text with many.
    InputError
        If there are not two groups with rows, or the outcome does not vary.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [1.0, 2, 3, 2, 4, 5, 6, 5], "team": list("aaaabbbb")})
    >>> made = compare(table, "pay", "team")
    >>> round(made.estimates[0].value, 2), made.tests[0].method
    (3.0, 'Welch t')
    """
    from k2lab.stats.choices import by_ranks, pairs, small_and_skewed
    from k2lab.stats.several import many, several
    from k2lab.stats.twogroups import two

    if y == x:
        raise UsageError(f"{y!r} cannot be compared with itself.", "Give two different columns.")
    if paired is not None:
        return pairs(data, y, x, paired, scale, sesoi)
    frame, dropped = take_rows(data, (y, x), folds=True, y=y)
    if not columns.is_category(frame, x) and frame[x].nunique() > 2:
        raise UsageError(
            f"{x!r} has {frame[x].nunique()} different numbers, so it makes no groups.",
            f"Use stats.relate(data, {x!r}, {y!r}).",
        )
    out = outcome(frame, y, scale, sesoi)
    if out.scale == "share":
        return associate(data, x, y)
    few_enough(frame, x)
    found = split(frame, (x,), y, most=10**6).shown
    if len(found) < 2:
        more = "Take a column with two levels or more."
        raise InputError(f"{tidy(x)} has one level only ({found[0].name}), so there is nothing to compare.", more)
    reference = columns.level_name(columns.reference_level(frame, x))
    usable = tuple(g for g in found if g.n >= FEW)
    if len(usable) < 2 or len(found) == 2:
        usable = tuple(g for g in found if g.n >= 2)
    if len(usable) < 2:
        raise InputError(f"Fewer than two levels of {tidy(x)} have two rows or more, so nothing can be compared.", "")
    left = tuple(g for g in found if g not in usable)
    tied = fold.held(frame, fold.tied(frame, out.values))
    made = Comparison(outcome=out, tied=tied, x=x, groups=usable, reference=reference)
    few = min(g.n for g in usable) < FEW
    ranked = len(usable) == 2 and not few and small_and_skewed([made.values(g) for g in usable])
    result = two(made) if len(usable) == 2 else several(made) if len(usable) <= MANY else many(made)
    if ranked:
        result = by_ranks(made, result)
    extra = [*_left_out(made, left), *missing_sentence(dropped, fold.rows(frame) + dropped, (y, x))]
    facts: dict[str, Scalar] = {
        "n": made.n,
        "dropped": dropped,
        "y": y,
        "x": x,
        "scale": out.scale,
        "groups": len(usable),
    }
    return Result(
        kind="compare", title=pick(f"{tidy(y)} by {tidy(x)}", f"按 {tidy(x)} 比较 {tidy(y)}"),
        estimates=result.estimates,
        tests=result.tests, checks=result.checks, tables=(table(made, found), *result.tables),
        sentences=(*result.sentences, *extra, *_method(made, ranked=ranked)), values=facts | dict(result.values),
        warnings=result.warnings,
    )  # fmt: skip


def table(made: Comparison, groups: tuple[Group, ...]) -> Table:
    """Return n, the mean on the scale of the analysis with its interval, the median and SD of each group."""
    body: list[tuple[Scalar, ...]] = []
    for group in sorted(groups, key=lambda g: -g.n)[:40] if len(groups) > 40 else groups:
        held = made.original(group)
        centre = _centre(made, group) if group.n > 1 else None
        flag = (
            pick("not analysed", "不作分析")
            if group not in made.groups
            else pick("weak", "较弱")
            if group.n < WEAK
            else ""
        )
        body.append(
            (
                group.levels[made.x], group.n, centre.value if centre else None, centre.low if centre else None,
                centre.high if centre else None, held.median, held.mean, held.sd if group.n > 1 else None, flag,
            )
        )  # fmt: skip
    noun = made.outcome.noun
    header = (
        made.x,
        "n",
        noun,
        pick("low", "下限"),
        pick("high", "上限"),
        pick("median", "中位数"),
        pick("mean ", "均值 "),
        "SD",
        "",
    )
    note = pick(f"{noun} with 95% interval; the rest in original units", f"{noun}及其 95% 区间；其余为原始单位")
    return Table(
        title=pick(f"{tidy(made.outcome.name)} by group", f"各组的 {tidy(made.outcome.name)}"),
        columns=header,
        rows=tuple(body),
        note=note,
    )


def mean_of(made: Comparison, group: Group) -> Estimate | None:
    """Return the (geometric) mean of a group as an estimate, in original units."""
    try:
        found = _centre(made, group)
    except InputError:
        return None
    return Estimate(
        label=f"{made.outcome.noun}, {group.name}", value=found.value, low=found.low, high=found.high, n=group.n,
        method=pick("t interval of the group", "组内 t 区间"), groups=group.levels,
    )  # fmt: skip


def _centre(made: Comparison, group: Group) -> intervals.Interval:
    return (intervals.of_logs if made.outcome.scale == "log" else intervals.of_mean)(made.values(group))


def rank_twin(samples: list[Held]) -> tuple[float, float] | None:
    """Return H and p of Kruskal-Wallis, or None where all values are tied."""
    try:
        found = ranks.kruskal_wallis(samples)
    except NotEstimable:
        return None
    return found.statistic, found.p


def spread_ratio(made: Comparison) -> float | None:
    """Return the largest SD of a group over the smallest, on the scale of the analysis."""
    sizes = [welch.spread(made.values(g)) for g in made.groups]
    return (max(sizes) / min(sizes)) ** 0.5 if min(sizes) > 0 else None


def association(made: Comparison) -> Sentence:
    """Say that a difference of groups is no effect."""
    y, x = tidy(made.outcome.name), tidy(made.x)
    return Sentence(
        key="not-causal", role="limitation", columns=made.columns, weight=8,
        text=pick(
            f"This is an association in observed data: whatever else differs between the levels of {x} may "
            f"explain why {y} "
            "differs; nothing was adjusted for.",
            f"这是观测数据中的关联：{x} 各水平之间的其他差别可能是 {y} 差异的原因；此处未作任何调整。",
        ),
    )  # fmt: skip


def _left_out(made: Comparison, left: tuple[Group, ...]) -> list[Sentence]:
    if not left:
        return []
    named = ", ".join(f"{made.level(g)} (n = {g.n})" for g in left[:6]) + (
        pick(f" and {len(left) - 6} more", f" 等 {len(left)} 个") if len(left) > 6 else ""
    )
    return [
        Sentence(
            key="not-analysed", role="limitation", columns=made.columns, weight=6,
            text=pick(
                f"Levels of {tidy(made.x)} with too few rows are shown but not analysed: {named}.",
                f"{tidy(made.x)} 中行数过少的水平仅列出、不作分析：{named}。",
            ),
        )
    ]  # fmt: skip


def _method(made: Comparison, *, ranked: bool) -> list[Sentence]:
    out, ratio = made.outcome, spread_ratio(made)
    if ranked:
        text = pick(
            f"Ranks lead for {tidy(out.name)}, since both groups have fewer than {SMALL} rows and are "
            "skewed; Welch's test "
            "stands beside them. This was chosen by size and shape, not by p.",
            f"{tidy(out.name)} 以秩检验为主，因为两组均少于 {SMALL} 行且呈偏态；Welch 检验并列。"
            "方法依据样本量与形态选定，"
            "而非 p 值。",
        )
        return [Sentence(key="method", role="method", text=text, columns=made.columns, weight=5)]
    shown = {
        "log": pick(
            "analysed as logarithms, reported as percent differences of geometric means",
            "取对数分析，以几何均值的百分比差异报告",
        ),
        "raw": pick("analysed in its own units", "以原始单位分析"),
    }[out.scale]
    wide = ""
    if ratio is not None:
        wide = pick(
            f" The largest SD of a group is {ratio:.2f} times the smallest.",
            f"各组标准差之比（最大/最小）为 {ratio:.2f}。",
        )
    text = pick(
        f"{tidy(out.name)} is {shown}, since {out.reason}; Welch's methods do not assume equal spread.{wide} "
        f"Smallest difference of interest: {out.sesoi} ({'as given' if out.given else 'the default'}).",
        f"{tidy(out.name)} {shown}（{out.reason}）；Welch 方法不要求各组方差相等。{wide}"
        f"最小有意义差异：{out.sesoi}（{'由用户给定' if out.given else '默认值'}）。",
    )
    return [Sentence(key="method", role="method", text=text, columns=made.columns, weight=5)]


def shown_mean(made: Comparison, group: Group) -> str:
    """Write the (geometric) mean of a group with its level and n."""
    estimate = mean_of(made, group)
    value = numbers.spanned(estimate.value, estimate.low, estimate.high)[0] if estimate else "?"
    return f"{value} ({made.level(group)}; n = {numbers.count(group.n)})"


def gap_or_none(made: Comparison, one: Group, other: Group) -> welch.Gap | None:
    """Return the Welch difference, or None where neither group varies."""
    try:
        return welch.gap(made.values(one), made.values(other))
    except NotEstimable:
        return None
