"""Marginal means of a fitted model, and contrasts between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.locale import numbers, pick
from k2lab.stats.fitted import Fitted, category_of, fitted_of
from k2lab.stats.frames import short
from k2lab.stats.least import NotEstimable
from k2lab.stats.multiplicity import METHOD_NAMES, METHODS, adjusted
from k2lab.stats.result import Estimate, Result, Sentence, TestResult
from k2lab.stats.samples import level_checked, one_of
from k2lab.stats.show import value_texts
from k2lab.stats.spoken import interval_text, statistic_text
from k2lab.stats.words import at as named
from k2lab.stats.words import joined, tidy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST = 200
"""Cells of one result."""
KINDS = ("pairwise", "reference", "mean")


@dataclass(frozen=True, kw_only=True, eq=False)
class Cell:
    """A combination of levels with the row of the model that stands for it."""

    over: tuple[str, ...]
    by: tuple[str, ...]
    row: Floats


def marginal_means(
    model: Any, over: str | Sequence[str], by: str | Sequence[str] = (), *, at: Mapping[str, float] | None = None,
    weights: str = "equal", level: float = 0.95,
) -> Result:  # fmt: skip
    """Return what a model gives for each level of a category, the other terms held fixed (estimated marginal means).

    Parameters
    ----------
    model : Result
        Of `regress`.
    over, by : str or sequence of str
        Categories of the model: a mean for each of their combinations.
    at : mapping, optional
        Values of numbers; default their means.
    weights : {"equal", "proportional"}
        How other categories are averaged: each level the same, or by its rows.
    level : float
        Confidence level.

    Returns
    -------
    Result
        An estimate for each combination in units of the outcome: means, geometric means (log scale), shares in percent
        (averaged as logits), rates. Combinations without rows are left out, with a warning.

    Raises
    ------
    UsageError
        If `model` holds no fitted model, or a name is no category of it.

    Notes
    -----
    Searle, Speed and Milliken (1980). R: emmeans.

    Examples
    --------
    >>> import pandas as pd
    >>> from k2lab.stats import regress
    >>> table = pd.DataFrame({"pay": [1.0, 2, 3, 5, 5, 6, 9, 9], "team": list("aaabbbcc"), "site": list("nsnsnsns")})
    >>> model = regress(table, "pay", ["team", "site"], cov="classical")
    >>> [(e.groups["team"], round(e.value, 2)) for e in marginal_means(model, "team").estimates]
    [('a', 2.03), ('b', 5.3), ('c', 9.0)]
    """
    level_checked(level)
    one_of("weights", weights, ("equal", "proportional"))
    made = fitted_of(model)
    names, others = _names(over), _names(by)
    cells, lost = _cells(made, names, others, at or {}, weights)
    found = made.contrasts(_stacked(cells), level)
    scale = made.noun
    estimates = tuple(
        Estimate(
            label=f"{scale}, {_named(names, cell.over, others, cell.by)}", value=made.shown(c.value),
            low=made.shown(c.low), high=made.shown(c.high), n=made.n, unit=made.unit, level=level,
            method=pick(f"marginal mean, {weights} weights, {made.cov_type}",
            f"边际均值，{_weights(weights)}，{made.cov_type}"),
            groups=dict(zip((*names, *others), (*cell.over, *cell.by), strict=True)),
        )
        for cell, c in zip(cells, found, strict=True)
    )  # fmt: skip
    order = sorted(estimates, key=lambda e: e.value)
    ends = [f"{value_texts(e)[0]} ({', '.join(map(tidy, e.groups.values()))}; {interval_text(e)})"
            for e in (order[0], order[-1])]  # fmt: skip
    held = joined([tidy(t) for t in made.terms if t not in (*names, *others)])
    fixed_en = f", {held} held fixed" if held else ""
    fixed_zh = f"（固定 {held}）" if held else ""
    text = pick(
        f"In the model, the {scale} of {made.of} goes from {ends[0]} to {ends[1]} over "
        f"{joined([tidy(n) for n in names])}"
        f"{fixed_en} (n = {numbers.count(made.n)}).",
        f"模型中，{made.of} 的{scale}随 {joined([tidy(n) for n in names])} 从 {ends[0]} 到 {ends[1]}{fixed_zh}（n = "
        f"{numbers.count(made.n)}）。",
    )
    return Result(
        kind="marginal_means", title=pick(f"Marginal means of {made.of}", f"{made.of} 的边际均值"), estimates=estimates,
        sentences=(
            Sentence(key="marginal-means", role="headline", text=text, columns=(made.y, *names, *others), weight=10),
            _method(made, weights),
        ),
        values={"n": made.n, "weights": weights, "cov": made.cov_type}, warnings=_lost(lost),
    )  # fmt: skip


def contrasts(
    model: Any, over: str, by: str | Sequence[str] = (), *, method: str = "pairwise", adjust: str = "holm",
    at: Mapping[str, float] | None = None, weights: str = "equal", level: float = 0.95,
) -> Result:  # fmt: skip
    """Compare the levels of a category in a model, within each level of others (simple effects).

    Parameters
    ----------
    model : Result
        Of `regress`.
    over : str
        The category whose levels are compared.
    by : str or sequence of str
        Categories within whose levels they are compared.
    method : {"pairwise", "reference", "mean"}
        All pairs; each with the reference level; each with the mean of all.
    adjust : {"holm", "bh", "bonferroni", "hochberg", "hommel", "by", "none"}
        Over all contrasts of the result, which are one family.
    at, weights, level
        As in `marginal_means`.

    Returns
    -------
    Result
        An estimate for each contrast (percent on the log scale, odds ratios of a logistic model, percentage points of a
        share) with p and adjusted p; a joint test for each level of `by`; with `by`, the test of the interaction.

    Raises
    ------
    UsageError
        If `model` holds no fitted model, a name is no category of it, or the method is unknown.

    Notes
    -----
    R: emmeans::contrast, joint_tests. "Significant in one level, not in another" is no interaction: read its own test.

    Examples
    --------
    >>> import pandas as pd
    >>> from k2lab.stats import regress
    >>> table = pd.DataFrame({"pay": [1.0, 2, 3, 5, 5, 6, 9, 9], "team": list("aaabbbcc")})
    >>> model = regress(table, "pay", ["team"], cov="classical")
    >>> [(e.label, round(e.value, 2), round(e.p_adjusted, 4)) for e in contrasts(model, "team").estimates]
    [('b - a', 3.33, 0.0051), ('c - a', 7.0, 0.0004), ('c - b', 3.67, 0.0051)]
    """
    level_checked(level)
    one_of("method", method, KINDS)
    one_of("adjust", adjust, METHODS)
    one_of("weights", weights, ("equal", "proportional"))
    made = fitted_of(model)
    others = _names(by)
    if over in others:
        raise UsageError(f"{short(over)} cannot be compared within itself.", "Give another column for by=.")
    cells, lost = _cells(made, (over,), others, at or {}, weights)
    rows, labels, groups = _compared(made, cells, over, others, method)
    if not rows:
        raise UsageError(f"{short(over)} has no two levels that the model can compare.", "")
    found = made.contrasts(_stacked_rows(rows), level)
    final = adjusted([c.p for c in found], adjust)
    note = f"{made.noun}, {made.cov_type}, {METHOD_NAMES[adjust]}"
    estimates = []
    for label, group, c, p in zip(labels, groups, found, final, strict=True):
        value, unit = made.difference(c.value)
        estimates.append(
            Estimate(
                label=label, value=value, low=made.difference(c.low)[0], high=made.difference(c.high)[0],
                n=made.n, unit=unit,
                level=level, method=note, p=c.p, p_adjusted=p, groups=group,
            )
        )  # fmt: skip
    tests, warnings = _joint(made, cells, over, others)
    names = (made.y, over, *others)
    return Result(
        kind="contrasts", title=pick(f"Contrasts of {tidy(over)} in {made.of}", f"{made.of} 中 {tidy(over)} 的对比"),
        estimates=tuple(estimates), tests=tuple(tests), warnings=(*_lost(lost), *warnings),
        sentences=(*_words(made, estimates, tests, names, adjust), _method(made, weights)),
        values={"n": made.n, "adjust": adjust, "contrasts": len(estimates), "weights": weights, "cov": made.cov_type},
    )  # fmt: skip


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _stacked(cells: Sequence[Cell]) -> Floats:
    return _stacked_rows([cell.row for cell in cells])


def _stacked_rows(rows: Sequence[Floats]) -> Floats:
    import numpy as np

    made: Floats = np.vstack(rows)
    return made


def _cells(
    made: Fitted, over: tuple[str, ...], by: tuple[str, ...], at: Mapping[str, float], weights: str
) -> tuple[list[Cell], list[str]]:
    if len({*over, *by}) < len(over) + len(by) or not over:
        raise UsageError("Name each category once.", 'For example marginal_means(model, "team", by="site").')
    for name, value in at.items():
        if name in made.design.levels or name not in made.terms or not isinstance(value, (int, float)):
            has = ", ".join(t for t in made.terms if t not in made.design.levels) or "none"
            raise UsageError(
                f"{short(name)} = {value!r} is no value of a number in this model.", f"Its numbers: {has}."
            )
    levels = [sorted_levels(made, name) for name in (*over, *by)]
    cells, lost = [], []
    for combination in product(*levels):
        case = dict(zip((*over, *by), combination, strict=True))
        if made.open(case):
            lost.append(" x ".join(combination))
            continue
        row = made.averaged({**at, **case}, weights)
        cells.append(Cell(over=combination[: len(over)], by=combination[len(over) :], row=row))
    if not cells or len(cells) > MOST:
        raise UsageError(
            f"{len(cells)} combinations of levels are too {'many' if cells else 'few'}.", "Name fewer columns."
        )
    return cells, lost


def sorted_levels(made: Fitted, name: str) -> tuple[str, ...]:
    """Return the levels of a category, numbers ascending, else the reference first."""
    levels = category_of(made, name)
    try:
        return tuple(sorted(levels, key=float))
    except ValueError:
        return levels


def _compared(
    made: Fitted, cells: Sequence[Cell], over: str, by: tuple[str, ...], method: str
) -> tuple[list[Floats], list[str], list[dict[str, str]]]:
    import numpy as np

    rows: list[Floats] = []
    labels: list[str] = []
    groups: list[dict[str, str]] = []

    def add(row: Floats, label: str, where: tuple[str, ...], level: str) -> None:
        if not np.abs(row).max() > 0:
            return
        suffix = "".join(f", {named(name, one)}" for name, one in zip(by, where, strict=True))
        rows.append(row)
        labels.append(label + suffix)
        groups.append({over: level, **dict(zip(by, where, strict=True))})

    for where in dict.fromkeys(cell.by for cell in cells):
        mine = [cell for cell in cells if cell.by == where]
        if method == "mean":
            centre = np.mean([cell.row for cell in mine], axis=0)
            for cell in mine:
                add(
                    cell.row - centre,
                    pick(f"{tidy(cell.over[0])} - mean", f"{tidy(cell.over[0])} - 均值"),
                    where,
                    cell.over[0],
                )
            continue
        reference = made.design.levels[over][0]
        for i, low in enumerate(mine):
            for high in mine[i + 1 :]:
                a, b = low, high
                if method == "reference":
                    if reference not in (low.over[0], high.over[0]):
                        continue
                    a, b = (low, high) if low.over[0] == reference else (high, low)
                add(b.row - a.row, f"{tidy(b.over[0])} - {tidy(a.over[0])}", where, b.over[0])
    return rows, labels, groups


def _joint(
    made: Fitted, cells: Sequence[Cell], over: str, by: tuple[str, ...]
) -> tuple[list[TestResult], tuple[str, ...]]:
    """Test the levels of `over` together within each level of `by`, and whether their differences vary with it."""
    tests, warnings, blocks = [], [], []
    for where in dict.fromkeys(cell.by for cell in cells):
        mine = [cell for cell in cells if cell.by == where]
        if len(mine) < 2:
            continue
        block = _stacked_rows([cell.row - mine[0].row for cell in mine[1:]])
        blocks.append((tuple(cell.over for cell in mine), block))
        label = tidy(over) + "".join(f", {named(name, one)}" for name, one in zip(by, where, strict=True))
        try:
            tests.append(made.wald(block, label))
        except NotEstimable as error:
            warnings.append(error.what)
    same = [block for levels, block in blocks if levels == blocks[0][0]]
    if by and len(same) > 1 and _interacts(made, over, by):
        label = pick(
            f"{tidy(over)} varies with {joined([tidy(n) for n in by])}",
            f"{tidy(over)} 随 {joined([tidy(n) for n in by])} 而异",
        )
        try:
            tests.insert(0, made.wald(_stacked_rows([block - same[0] for block in same[1:]]), label))
        except NotEstimable as error:
            warnings.append(error.what)
    return tests, tuple(dict.fromkeys(warnings))


def _interacts(made: Fitted, over: str, by: tuple[str, ...]) -> bool:
    return any({over} < {t for t, _ in parts} and {t for t, _ in parts} & set(by) for parts in made.design.parts())


def _named(names: Sequence[str], levels: Sequence[str], by: Sequence[str], where: Sequence[str]) -> str:
    pairs = [*zip(names, levels, strict=True), *zip(by, where, strict=True)]
    return ", ".join(named(name, level) for name, level in pairs)


def _weights(weights: str) -> str:
    return pick(weights, "等权" if weights == "equal" else "按行数加权")


def _lost(lost: Sequence[str]) -> tuple[str, ...]:
    if not lost:
        return ()
    shown = ", ".join(map(tidy, lost[:5])) + (", ..." if len(lost) > 5 else "")
    return (pick(f"Combinations without rows have no mean: {shown}.", f"没有数据的组合没有均值：{shown}。"),)


def _method(made: Fitted, weights: str) -> Sentence:
    link = {
        "logit": pick("averages are taken over logits", "在 logit 尺度上求平均"),
        "log": pick("averages are taken over logarithms", "在对数尺度上求平均"),
        "count": pick("averages are taken over logarithms of rates", "在发生率的对数尺度上求平均"),
    }.get(made.scale, pick("averages are taken in units of the outcome", "以结果变量的单位求平均"))
    return Sentence(
        key="method", role="method", columns=(made.y,), weight=5,
        text=pick(
            f"Of the model of {made.of}: categories that are not named take {weights} weights, numbers "
            f"their mean; {link}; "
            f"{made.cov_type} errors.",
            f"基于 {made.of} 的模型：未列出的类别变量{_weights(weights)}，数值变量取均值；{link}；"
            f"{made.cov_type} 标准误。",
        ),
    )  # fmt: skip


def _words(
    made: Fitted, estimates: Sequence[Estimate], tests: Sequence[TestResult], names: tuple[str, ...], adjust: str
) -> list[Sentence]:
    apart = [e for e in estimates if (e.p_adjusted or 0.0) < 0.05]
    total, n = len(estimates), numbers.count(made.n)
    text = pick(
        f"Of {total} {'contrast' if total == 1 else 'contrasts'} of {tidy(names[1])} in {made.of}, "
        f"{len(apart)} differ at an "
        f"adjusted p below 0.05 ({METHOD_NAMES[adjust]}; n = {n}).",
        f"{made.of} 中 {tidy(names[1])} 的 {total} 个对比里，有 {len(apart)} 个在校正后 p < 0.05 下有差异"
        f"（{METHOD_NAMES[adjust]}；n = {n}）。",
    )
    said = [Sentence(key="contrasts", role="headline", text=text, columns=names, weight=10)]
    null = 1.0 if made.scale == "logit" else 0.0
    for e in sorted(estimates, key=lambda e: -abs(e.value - null))[:4]:
        open_ = pick(f"; includes {null:g}", f"；含 {null:g}") if e.low <= null <= e.high else ""
        said.append(
            Sentence(
                key="contrast", columns=names, weight=6,
                text=pick(
                    f"{made.of}, {e.label}: {value_texts(e)[0]} ({made.noun}; {interval_text(e)}{open_}).",
                    f"{made.of}，{e.label}：{value_texts(e)[0]}（{made.noun}；{interval_text(e)}{open_}）。",
                ),
            )
        )  # fmt: skip
    if tests and len(names) > 2:
        said.append(
            Sentence(
                key="interaction", columns=names, weight=7,
                text=pick(f"{made.of}: {tests[0].label}: {statistic_text(tests[0])}.",
                          f"{made.of}：{tests[0].label}：{statistic_text(tests[0])}。"),
            )
        )  # fmt: skip
    limit = pick(
        f"These contrasts in {made.of} are associations in observed data, adjusted for the named terms only.",
        f"{made.of} 的这些对比是观测数据中的关联，仅对所列变量作了调整。",
    )
    return [*said, Sentence(key="not-causal", role="limitation", text=limit, columns=names, weight=8)]
