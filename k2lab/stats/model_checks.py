"""Influence of single rows, and collinearity of terms, in the model of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from k2lab.errors import InputError
from k2lab.locale import pick
from k2lab.locale.numbers import number
from k2lab.stats.grouped import Folds, GroupedFit, Term
from k2lab.stats.result import Check, Scalar, Table
from k2lab.stats.simple import differences
from k2lab.stats.study import Study
from k2lab.stats.words import listed, tidy

if TYPE_CHECKING:
    import numpy as np

COLLINEAR = 2.2
TOP = 10


def influence_of_rows(
    made: Study, fitted: GroupedFit, covariates: Sequence[Term], rows: np.ndarray, residuals: np.ndarray
) -> tuple[Check, Table, float]:
    """Leave the ten rows of largest Cook distance out, and compare the differences."""
    import numpy as np

    h = fitted.leverage[fitted.cells.inverse]
    inside = h < 1 - 1e-9
    cook = np.zeros(len(rows))
    cook[inside] = residuals[inside] ** 2 * h[inside] / (len(fitted.params) * fitted.sigma2 * (1 - h[inside]) ** 2)
    times = np.ones(len(rows), dtype=np.int64) if made.folds is None else made.folds.times[rows].astype(np.int64)
    most = min(TOP, max(1, int(times.sum()) // 10))
    order = np.argsort(-cook, kind="stable")[:most]
    top = np.repeat(order, np.minimum(times[order], most))[:most]
    left, keep = _without(made, rows[top])
    before = {(d.level, d.by): d for d in differences(made, fitted)}
    name = pick("influence", "强影响行")
    table_rows: list[tuple[Scalar, ...]] = []
    for i in top:
        level = made.x.levels[made.x.codes[rows[i]]] if not made.numeric else ""
        by = made.by.levels[made.by.codes[rows[i]]] if made.by is not None and made.by.values is None else ""
        table_rows.append((tidy(level) if level else "", tidy(by) if by else "", float(cook[i]), float(h[i])))
    table = Table(
        title=pick(f"The {len(top)} rows of largest Cook distance", f"Cook 距离最大的 {len(top)} 行"),
        columns=(
            tidy(made.x.name),
            tidy(made.by.name) if made.by is not None else pick("rows", "行"),
            pick("Cook distance", "Cook 距离"),
            pick("leverage", "杠杆值"),
        ),
        rows=tuple(table_rows),
    )
    largest = float(cook.max())
    try:
        after = {(d.level, d.by): d for d in differences(left, left.fit(covariates, within=keep), within=keep)}
    except InputError:
        after = {}
    changed = []
    for key, one in before.items():
        other = after.get(key)
        if (
            other is not None
            and not (one.weak and len(before) > 1)
            and (one.value * other.value < 0 or abs(other.value - one.value) > 0.2 * abs(one.value))
        ):
            off = made.outcome
            changed.append(
                f"{tidy(key[0])}{' x ' + tidy(key[1]) if key[1] else ''}: {off.size(one.value)} → "
                f"{off.size(other.value)}"
            )
    reading = pick(
        f"largest Cook distance {number(largest, 2)} (top {len(top)} rows tried without)",
        f"最大 Cook 距离 {number(largest, 2)}（剔除前 {len(top)} 行重算）",
    )
    if not after:
        return (
            Check(name=name, reading=reading, action=pick("too few rows to leave any out", "行数太少，无法剔除")),
            table,
            largest,
        )
    if changed:
        return (
            Check(
                name=name,
                reading=reading,
                action=pick(
                    f"without them: {listed(changed[:4])}; read both", f"剔除后：{listed(changed[:4])}；两者都要看"
                ),
                passed=False,
            ),
            table,
            largest,
        )
    biggest = max((abs(after[k].value - d.value) for k, d in before.items() if k in after and not d.weak), default=0.0)
    shown = made.outcome.size(biggest, sign=False)
    return (
        Check(
            name=name,
            reading=reading,
            passed=True,
            action=pick(
                f"without them no difference changes its sign or by a fifth (at most {shown}); all rows are kept",
                f"剔除后没有差异改变符号或变动五分之一（至多 {shown}）；保留全部行",
            ),
        ),
        table,
        largest,
    )


def _without(made: Study, gone: np.ndarray) -> tuple[Study, np.ndarray]:
    """Return a comparison without some rows, and which are left; of a folded row some may go and some stay."""
    import numpy as np

    keep = np.ones(len(made.used), dtype=bool)
    if made.folds is None:
        keep[gone] = False
        return made, keep
    times = made.folds.times - np.bincount(gone, minlength=len(keep))
    keep = times > 0
    folds = Folds(times=times, within=made.folds.within * times / made.folds.times)
    return replace(made, outcome=replace(made.outcome, folds=folds)), keep


def collinearity(fitted: GroupedFit) -> tuple[Check, float]:
    """Return GVIF^(1/(2 df)) of every term, from the correlations of the columns of the design."""
    import numpy as np

    cells = fitted.cells
    name = pick("collinearity", "共线性")
    terms = [(i, term) for i, term in enumerate(cells.terms) if term.width]
    blocks = [term.block(cells.codes[:, i]) for i, term in terms]
    if len(blocks) < 2:
        return Check(
            name=name,
            reading=pick("one term only", "只有一个自变量"),
            action=pick("nothing to separate", "无需区分"),
            passed=True,
        ), 1.0
    x = np.concatenate(blocks, axis=1)
    n = cells.n
    x = x - (n @ x) / n.sum()
    cross = (x * n[:, None]).T @ x
    scale = np.sqrt(np.diag(cross))
    if (scale <= 0).any():
        return Check(
            name=name, reading=pick("a level has no rows", "某水平没有行"), action=pick("left out", "略去")
        ), 1.0
    r = cross / np.outer(scale, scale)
    sign, whole = np.linalg.slogdet(r)
    if sign <= 0 or whole < -40:
        return Check(
            name=name,
            reading=pick("a column is a sum of others", "有列是其他列之和"),
            action=pick("coefficients of these terms are not separable", "这些项的系数无法区分"),
            passed=False,
        ), 1.0
    found, at_ = {}, 0
    for (_, term), block in zip(terms, blocks, strict=True):
        mine = np.arange(at_, at_ + block.shape[1])
        rest = np.setdiff1d(np.arange(len(r)), mine)
        log_gvif = np.linalg.slogdet(r[np.ix_(mine, mine)])[1] + np.linalg.slogdet(r[np.ix_(rest, rest)])[1] - whole
        found[term.name] = float(np.exp(log_gvif / (2 * len(mine))))
        at_ += block.shape[1]
    worst = max(found, key=lambda key: found[key])
    bad = found[worst] > COLLINEAR
    reading = pick(
        f"largest GVIF^(1/2df) {number(found[worst])} ({tidy(worst)})",
        f"最大 GVIF^(1/2df) 为 {number(found[worst])}（{tidy(worst)}）",
    )
    action = (
        pick(
            f"above {COLLINEAR}: differences by {tidy(worst)} are not separable from the others",
            f"高于 {COLLINEAR}：{tidy(worst)} 的差异无法与其他项区分",
        )
        if bad
        else pick("the terms can be told apart", "各项可以区分")
    )
    return Check(name=name, reading=reading, action=action, passed=not bad), found[worst]
