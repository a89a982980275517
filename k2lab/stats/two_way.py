"""Two categories and a number: does the difference of one vary with the other, and how much goes with each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, effect_sizes, fold, intervals, linear
from k2lab.stats.groups import missing_sentence, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.linear import Design, LinearFit, NotEstimable
from k2lab.stats.multiplicity import holm
from k2lab.stats.outcome import Outcome, outcome
from k2lab.stats.result import Check, Estimate, Result, Scalar, Table, TestResult
from k2lab.stats.two_way_words import Simple, words
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_LEVELS = 30
FEW, WEAK = 5, 30
"""Cells with fewer rows are shown and not used for conclusions; or are marked as weak (playbook section 1)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """The cells of two columns: levels (reference first for x), counts, and the row's place in them."""

    x: str
    by: str
    x_levels: tuple[str, ...]
    by_levels: tuple[str, ...]
    counts: Any
    place: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoWay:
    """The fitted model with the sums of squares of its terms."""

    outcome: Outcome
    cells: Cells
    design: Design
    classical: LinearFit
    robust: LinearFit | None
    additive: LinearFit
    squares: dict[str, tuple[float, int]]
    r2: dict[str, float]
    dropped_cells: tuple[str, ...]
    notes: tuple[str, ...]


@any_engine
def two_way(data: Any, y: str, x: str, by: str, scale: str = "auto") -> Result:
    """Analyse a number by two categories: interaction first, then type II terms, then the difference within each level.

    The interaction is tested by a Wald F with HC3 and, beside it, the classical F; partial eta squared (with interval)
    and partial omega squared say how large it is. Cells of one row are left out (they have no spread), empty cells are
    announced; type III is not given. Simple differences within each level of `by` are Holm-adjusted.

    Parameters
    ----------
    data : frame
    y, x, by : str
        The outcome, the category that is compared, and the one within which it is compared.
    scale : {"auto", "log", "raw"}

    Raises
    ------
    UsageError
        If a column is missing, used twice, or a category is a number with many values.
    InputError
        If a category has one level, the outcome does not vary, or there are too few rows.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"y": [1.0, 2, 3, 5, 2, 3, 9, 8], "a": list("ppqqppqq"), "b": list("mmmmnnnn")})
    >>> made = two_way(table, "y", "a", "b")
    >>> made.tests[0].label, round(made.tests[1].statistic, 2)
    ('a x b', 7.0)
    """
    if len({x, y, by}) < 3:
        raise UsageError("A two-way analysis needs three different columns.", "Give y, x and by.")
    frame, dropped = take_rows(data, (y, x, by), folds=True, y=y)
    for name in (x, by):
        if not columns.is_category(frame, name) and frame[name].nunique() > 2:
            raise UsageError(
                f"{name!r} has {frame[name].nunique()} different numbers, so it is no category.",
                "Use stats.effect, which takes numbers, or cut it into bins.",
            )
        if frame[name].nunique() > MOST_LEVELS:
            raise UsageError(f"{name!r} has more than {MOST_LEVELS} levels.", "Join the rare ones first.")
    everything = _cells(frame, x, by, y)
    single = everything.counts == 1
    gone: tuple[str, ...] = ()
    kept = frame
    if single.any():
        alone = single.ravel()[everything.place]
        gone = tuple(
            f"{everything.x_levels[i]} x {everything.by_levels[j]}" for i, j in zip(*single.nonzero(), strict=True)
        )
        kept = frame[~alone].reset_index(drop=True)
    if not len(kept):
        raise InputError(f"Every cell of {tidy(x)} and {tidy(by)} has one row, so there is no spread to judge by.", "")
    made = _fit(kept, y, x, by, scale, gone)
    result = _result(made, everything, fold.rows(kept))
    facts: dict[str, Scalar] = {
        "n": fold.rows(kept), "dropped": dropped, "y": y, "x": x, "by": by, "scale": made.outcome.scale,
        "r2": made.r2["all"], "r2_x": made.r2[x], "r2_by": made.r2[by], "r2_both": made.r2["both"],
    }  # fmt: skip
    return Result(
        kind="two_way", title=pick(f"{tidy(y)} by {tidy(x)} and {tidy(by)}", f"{tidy(y)} 按 {tidy(x)} 与 {tidy(by)}"),
        estimates=result.estimates, tests=result.tests, checks=result.checks, tables=result.tables,
        values=facts | dict(result.values),
        sentences=(*result.sentences, *missing_sentence(dropped, fold.rows(frame) + dropped, (y, x, by))),
        warnings=result.warnings,
    )  # fmt: skip


def _cells(frame: pd.DataFrame, x: str, by: str, y: str) -> Cells:
    import numpy as np

    levels = []
    for name in (x, by):
        order = [columns.level_name(v) for v in columns.level_order(frame, name, y)]
        if len(order) < 2:
            raise InputError(f"{tidy(name)} has one level only ({order[0]}), so there is nothing to compare.", "")
        levels.append(tuple(order))
    place = columns.codes(frame, x, levels[0]) * len(levels[1]) + columns.codes(frame, by, levels[1])
    shape = len(levels[0]), len(levels[1])
    counts = np.bincount(place, fold.times(frame), minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)
    return Cells(x=x, by=by, x_levels=levels[0], by_levels=levels[1], counts=counts, place=place)


def _fit(frame: pd.DataFrame, y: str, x: str, by: str, scale: str, gone: tuple[str, ...]) -> TwoWay:
    out = outcome(frame, y, scale)
    cells = _cells(frame, x, by, y)
    full = linear.design(frame, [x, by], [(x, by)], categories=[x, by])
    notes: list[str] = []

    def fitted(made: Design, cov: str = "classical") -> LinearFit:
        return linear.fit_design(made, out.values, cov, folds=out.folds)

    classical = fitted(full)
    robust = None
    still = _still(out, cells, classical)
    if still:
        # Such a cell would enter HC3 as known without error.
        notes.append(
            pick(
                f"No HC3: {len(still)} cells have no spread ({', '.join(map(tidy, still[:4]))}); classical "
                f"intervals instead.",
                f"未用 HC3：{len(still)} 个单元没有离散（{'、'.join(map(tidy, still[:4]))}）；改用经典区间。",
            )
        )
    else:
        robust = fitted(full, "HC3")
    additive = fitted(linear.design(frame, [x, by], categories=[x, by]))
    alone = {name: fitted(linear.design(frame, [name], categories=[name])) for name in (x, by)}
    squares = {
        "interaction": (additive.ss_resid - classical.ss_resid, additive.df_resid - classical.df_resid),
        x: (alone[by].ss_resid - additive.ss_resid, alone[by].df_resid - additive.df_resid),
        by: (alone[x].ss_resid - additive.ss_resid, alone[x].df_resid - additive.df_resid),
    }
    r2 = {x: alone[x].r2, by: alone[by].r2, "both": additive.r2, "all": classical.r2}
    return TwoWay(
        outcome=out, cells=cells, design=full, classical=classical, robust=robust, additive=additive,
        squares=squares, r2=r2,
        dropped_cells=gone, notes=tuple(notes),
    )  # fmt: skip


def _still(out: Outcome, cells: Cells, fitted: LinearFit) -> tuple[str, ...]:
    """Return the cells with rows but without spread."""
    import numpy as np

    squares = out.held.squares_by(cells.place, fitted.residuals, cells.counts.size)
    scale = max(fitted.ss_total / fitted.n, 1e-300)
    none = (cells.counts.ravel() > 0) & (squares <= 1e-20 * scale * cells.counts.ravel())
    return tuple(
        f"{cells.x_levels[i // len(cells.by_levels)]} x {cells.by_levels[i % len(cells.by_levels)]}"
        for i in np.flatnonzero(none)
    )


def _result(made: TwoWay, everything: Cells, n: int) -> Result:
    x, by = made.cells.x, made.cells.by
    warnings = list(made.notes)
    tests = []
    if made.classical.ss_resid <= 1e-22 * made.classical.ss_total:
        warnings.append(pick("No test: the cells have no spread.", "未作检验：各单元没有离散。"))
    else:
        if made.squares["interaction"][1] > 0:
            tests += _interaction(made, warnings)
        tests += [t for name in (x, by) if (t := _term(made, name, tidy(name)))]
    simple = _simple(made) if tests else ()
    empty = tuple(
        f"{everything.x_levels[i]} x {everything.by_levels[j]}"
        for i, j in zip(*(everything.counts == 0).nonzero(), strict=True)
    )
    sentences = words(
        outcome=made.outcome, x=x, by=by, tests=tuple(tests), simple=simple, r2=made.r2, n=n, empty=empty,
        single=made.dropped_cells,
        few=_few(everything),
    )  # fmt: skip
    return Result(
        kind="two_way", title="", estimates=tuple(d.estimate for d in simple), tests=tuple(tests),
        checks=_checks(made, empty), tables=(_counts(everything), _means(made)),
        sentences=sentences, warnings=tuple(warnings), values={"cells": int(made.cells.counts.size),
        "empty_cells": len(empty)},
    )  # fmt: skip


def _interaction(made: TwoWay, warnings: list[str]) -> list[TestResult]:
    x, by = made.cells.x, made.cells.by
    label = f"{tidy(x)} x {tidy(by)}"
    classical = _term(made, "interaction", label)
    found = []
    if made.robust is not None:
        try:
            robust = linear.wald(made.robust, made.design.test(f"{x}:{by}"), label)
        except NotEstimable as error:
            warnings.append(pick("No HC3 test: ", "未作 HC3 检验：") + error.what)
        else:
            effect = classical.effect if classical else None
            found.append(
                TestResult(
                    label=label, method=robust.method, statistic=robust.statistic, symbol="F", df=robust.df,
                    p=robust.p, n=robust.n,
                    effect=effect,
                )
            )  # fmt: skip
    return [*found, *([classical] if classical else [])]


def _term(made: TwoWay, name: str, label: str) -> TestResult | None:
    from scipy.stats import f

    squares, df = made.squares[name]
    if df < 1:
        return None
    rest = made.classical.df_resid
    F = max(squares, 0.0) / df / (made.classical.ss_resid / rest)
    size = effect_sizes.partial_eta2(F, df, rest, made.classical.n, label=pick("partial eta²", "偏 eta²"))
    omega = effect_sizes.omega2(F, df, made.classical.n)
    kind = pick("classical F", "经典 F") if name == "interaction" else pick("classical F, type II", "经典 F，II 型")
    method = f"{kind} ({pick('partial omega2', '偏 omega2')} = {numbers.number(omega)})"
    return TestResult(
        label=label, method=method, statistic=F, symbol="F", df=(float(df), float(rest)), p=float(f.sf(F, df, rest)),
        n=made.classical.n, effect=size,
    )  # fmt: skip


def _simple(made: TwoWay) -> tuple[Simple, ...]:
    """Return the differences of x from its reference within each level of by, HC3 (classical if that cannot be had)."""
    import numpy as np

    cells, out, fitted = made.cells, made.outcome, made.robust or made.classical
    reference = made.design.levels[cells.x][0]
    found = []
    for j, level in enumerate(cells.by_levels):
        base = made.design.row({cells.x: reference, cells.by: level})
        n0 = int(cells.counts[cells.x_levels.index(reference), j])
        for i, one in enumerate(cells.x_levels):
            n1 = int(cells.counts[i, j])
            if one == reference or not n0 or not n1:
                continue
            row = made.design.row({cells.x: one, cells.by: level}) - base
            try:
                found.append((one, level, n1, n0, linear.contrast(fitted, np.atleast_2d(row))[0]))
            except NotEstimable:
                continue
    adjusted = holm([c.p for *_, c in found])
    method = f"{out.noun}, {fitted.cov_type}, Holm"
    made_of = []
    for (one, level, n1, n0, c), p in zip(found, adjusted, strict=True):
        label = pick(
            f"{tidy(one)} against {tidy(reference)}, {tidy(cells.by)} = {tidy(level)}",
            f"{tidy(one)} 对 {tidy(reference)}，{tidy(cells.by)} = {tidy(level)}",
        )
        estimate = Estimate(
            label=label, value=out.shown(c.value), low=out.shown(c.low), high=out.shown(c.high), n=n1 + n0,
            unit=out.unit,
            method=method, p=c.p, p_adjusted=p, groups={cells.x: one, cells.by: level},
        )  # fmt: skip
        made_of.append(Simple(estimate=estimate, level=one, by=level, reference=reference, n=n1, n_reference=n0))
    return tuple(made_of)


def _few(cells: Cells) -> tuple[tuple[str, int], ...]:
    return tuple(
        (f"{cells.x_levels[i]} x {cells.by_levels[j]}", int(cells.counts[i, j]))
        for i in range(len(cells.x_levels))
        for j in range(len(cells.by_levels))
        if 0 < cells.counts[i, j] < WEAK
    )


def _counts(cells: Cells) -> Table:
    rows: tuple[tuple[Scalar, ...], ...] = tuple(
        (level, *map(int, cells.counts[i])) for i, level in enumerate(cells.x_levels)
    )
    note = pick(
        f"fewer than {FEW}: not used for conclusions; fewer than {WEAK}: weak",
        f"少于 {FEW} 行：不据以下结论；少于 {WEAK} 行：较弱",
    )
    return Table(
        title=pick(f"Rows by {tidy(cells.x)} (down) and {tidy(cells.by)} (across)",
        f"行数：{tidy(cells.x)}（纵）与 {tidy(cells.by)}（横）"),
        columns=(cells.x, *cells.by_levels), rows=rows, note=note,
    )  # fmt: skip


def _means(made: TwoWay) -> Table:
    cells, out = made.cells, made.outcome
    body: list[tuple[Scalar, ...]] = []
    for i, one in enumerate(cells.x_levels):
        for j, level in enumerate(cells.by_levels):
            inside = cells.place == i * len(cells.by_levels) + j
            held = out.held.of(inside)
            if held.n < 2:
                continue
            centre = (intervals.of_logs if out.scale == "log" else intervals.of_mean)(held)
            middle = out.original_held.of(inside).median
            body.append((one, level, held.n, centre.value, centre.low, centre.high, middle))
    header = (cells.x, cells.by, "n", out.noun, pick("low", "下限"), pick("high", "上限"), pick("median", "中位数"))
    return Table(
        title=pick("Cells", "各单元"),
        columns=header,
        rows=tuple(body),
        note=pick("95% t intervals of the cells", "各单元的 95% t 区间"),
    )


def _checks(made: TwoWay, empty: tuple[str, ...]) -> tuple[Check, ...]:
    import numpy as np

    squares = made.outcome.held.squares_by(made.cells.place, made.classical.residuals, made.cells.counts.size)
    counts = made.cells.counts.ravel()
    sd = np.sqrt(squares[counts > 1] / (counts[counts > 1] - 1))
    found = []
    if len(sd) and sd.min() > 0:
        ratio = float(sd.max() / sd.min())
        found.append(
            Check(
                name=pick("spread of the cells", "各单元离散程度"),
                reading=pick(f"largest SD over smallest {ratio:.2f}", f"标准差之比 {ratio:.2f}"),
                action=pick("HC3 (the default) does not need equal spread", "HC3（默认）不要求方差相等"),
                passed=ratio <= 1.5,
            )
        )  # fmt: skip
    if empty:
        found.append(
            Check(
                name=pick("empty cells", "空单元"), reading=", ".join(map(tidy, empty[:8])), passed=False,
                action=pick("interaction over the filled cells, type II; type III does not exist",
                "交互作用仅基于非空单元，II 型；III 型不存在"),
            )
        )  # fmt: skip
    return tuple(found)
