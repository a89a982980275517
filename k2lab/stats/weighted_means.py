"""Means with probability weights, and means of groups at one mix of other columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from k2lab.errors import InputError
from k2lab.locale import numbers, pick
from k2lab.stats import columns
from k2lab.stats.frames import short
from k2lab.stats.groups import missing_sentence, said, split, take_rows, title_by
from k2lab.stats.intervals import Interval
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table
from k2lab.stats.show import value_texts
from k2lab.stats.spoken import interval_text
from k2lab.stats.words import joined, tidy


def weighted_mean(values: Any, weights: Any, level: float = 0.95) -> Interval:
    """Return a mean with probability weights and its linearised interval, t with n - 1 degrees of freedom.

    Source: Särndal, Swensson and Wretman (1992), as R's survey::svymean without strata.

    Raises
    ------
    InputError
        If there are fewer than two rows with a weight.

    Examples
    --------
    >>> import numpy as np
    >>> round(weighted_mean(np.array([1.0, 2, 4]), np.array([1.0, 1, 2])).value, 3)
    2.75
    """
    from scipy.stats import t

    n = len(values)
    total = float(weights.sum())
    if n < 2 or total <= 0:
        raise InputError("A weighted mean needs two rows with a weight.", "")
    first = float(values[0])
    centre = first + float(weights @ (values - first)) / total
    se = math.sqrt(n / (n - 1) * float(((weights * (values - centre)) ** 2).sum())) / total
    wide = float(t.ppf((1 + level) / 2, n - 1)) * se
    return Interval(value=centre, low=centre - wide, high=centre + wide)


def weighted_result(data: Any, y: str, names: Sequence[str], weights: str, level: float) -> Result:
    """Return the weighted means of `k2lab.stats.mean`."""
    frame, dropped = take_rows(data, (y, *names, weights))
    values = columns.number(frame, y)
    given = columns.number(frame, weights, role="column of weights")
    if bool((given < 0).any()) or not bool((given > 0).any()):
        raise InputError(f"The weights in {short(weights)} are not above zero.", "Leave rows without weight out.")
    groups = split(frame, names, y)
    rows: list[tuple[Scalar, ...]] = []
    label = pick(f"weighted mean of {tidy(y)}", f"{tidy(y)} 的加权均值")
    warnings, made = list(groups.warnings()), []
    for group in groups.shown:
        w = given[group.rows]
        try:
            found = weighted_mean(values[group.rows], w, level)
        except InputError:
            warnings.append(
                pick(f"Too few rows for an interval: {group.name}.", f"行数过少，无法给出区间：{group.name}。")
            )
            continue
        effective = float(w.sum() ** 2 / (w**2).sum())
        rows.append((*group.levels.values(), group.n, float(w.sum()), effective))
        made.append(
            Estimate(
                label=f"{label}, {group.name}" if names else label, value=found.value, low=found.low, high=found.high,
                n=group.n, level=level, method=pick("weighted mean, linearised error", "加权均值，线性化标准误"),
                groups=group.levels, assumptions=(pick("independent rows", "各行相互独立"),
                                                  pick("weights are inverse chances of selection",
                                                  "权重为入样概率的倒数")),
            )
        )  # fmt: skip
    if not made:
        raise InputError(f"No group has two rows with a weight, so {tidy(y)} has no weighted mean.", "")
    texts = [
        pick(f"In these data, the {e.label} is {value_texts(e)[0]} ({interval_text(e)}; n = {numbers.count(e.n)}).",
             f"在这些数据中，{e.label} 为 {value_texts(e)[0]}（{interval_text(e)}；n = {numbers.count(e.n)}）。")
        for e in made
    ]  # fmt: skip
    total = len(frame) + dropped
    header = (*names, "n", pick("sum of weights", "权重之和"), pick("effective n", "有效样本量"))
    return Result(
        kind="mean", title=pick(f"Weighted mean of {tidy(y)}", f"{tidy(y)} 的加权均值") + title_by(names),
        estimates=tuple(made), tables=(Table(title=pick("Weights", "权重"), columns=header, rows=tuple(rows)),),
        sentences=(*said("mean", texts, (y, *names), names), *missing_sentence(dropped, total, (y, *names, weights))),
        warnings=tuple(warnings), values={"n": len(frame), "dropped": dropped, "y": y, "weights": weights},
    )  # fmt: skip


def standardised_result(data: Any, y: str, x: str, over: Sequence[str], level: float) -> Result:
    """Return the means of the groups of a column at one mix of other columns (direct standardisation).

    Only strata with two rows or more in every group are used, and how many is said.
    """
    import numpy as np
    from scipy.stats import norm

    frame, dropped = take_rows(data, (y, x, *over))
    values = columns.number(frame, y)
    order, place = columns.coded(frame, x)
    if len(order) < 2:
        raise InputError(f"{tidy(x)} has one level only, so there is nothing to standardise.", "")
    flat = np.zeros(len(frame), dtype=np.int64)
    for name in over:
        levels, codes = columns.coded(frame, name)
        flat = flat * len(levels) + codes
    strata, flat = np.unique(flat, return_inverse=True)
    k, m = len(order), len(strata)
    counts = np.bincount(flat * k + place, minlength=m * k).reshape(m, k)
    used = np.asarray((counts >= 2).all(axis=1))
    if not used.any():
        raise InputError(
            f"No stratum of {joined([tidy(o) for o in over])} has two rows in every level of {tidy(x)}.",
            "Standardise over fewer columns, or join levels.",
        )
    inside = used[flat]
    share = np.bincount(flat[inside], minlength=m) / inside.sum()
    moved = values - values.mean()
    sums = np.bincount(flat * k + place, moved, minlength=m * k).reshape(m, k)
    means = np.divide(sums, counts, out=np.zeros((m, k)), where=counts > 0)
    squares = np.bincount(flat * k + place, (moved - means[flat, place]) ** 2, minlength=m * k).reshape(m, k)
    q = float(norm.ppf((1 + level) / 2))
    made, rows = [], []
    for j, one in enumerate(order):
        level_ = columns.level_name(one)
        value = float(values.mean() + share[used] @ means[used, j])
        variance = squares[used, j] / (counts[used, j] - 1) / counts[used, j]
        se = math.sqrt(float(share[used] ** 2 @ variance))
        n = int(counts[used, j].sum())
        crude = float(values[place == j].mean())
        rows.append((level_, n, crude, value, se))
        made.append(
            Estimate(
                label=pick(f"standardised mean of {tidy(y)}, {tidy(x)} = {tidy(level_)}",
                           f"{tidy(x)} = {tidy(level_)} 的 {tidy(y)} 标准化均值"),
                value=value, low=value - q * se, high=value + q * se, n=n, level=level, groups={x: level_},
                method=pick("direct standardisation to the overall mix", "按总体构成直接标准化"),
                assumptions=(pick("independent rows", "各行相互独立"),),
            )
        )  # fmt: skip
    mix = joined([tidy(o) for o in over])
    ends = sorted(made, key=lambda e: e.value)
    told = [f"{value_texts(e)[0]} ({tidy(e.groups[x])}; {interval_text(e)}; n = {numbers.count(e.n)})"
            for e in (ends[0], ends[-1])]  # fmt: skip
    text = pick(
        f"At one mix of {mix}, the mean of {tidy(y)} goes from {told[0]} to {told[1]} over {tidy(x)}.",
        f"在 {mix} 构成相同的情况下，{tidy(y)} 的均值随 {tidy(x)} 从 {told[0]} 到 {told[1]}。",
    )
    warnings = () if used.all() else (
        pick(f"{int(used.sum())} of {m} strata have two rows in every group and are used "
        f"({numbers.count(int(inside.sum()))} "
             f"of {numbers.count(len(frame))} rows).",
             f"{m} 个层中有 {int(used.sum())} 个在每组均不少于两行，予以采用（{numbers.count(len(frame))} 行中的 "
             f"{numbers.count(int(inside.sum()))} 行）。"),
    )  # fmt: skip
    limit = pick(
        f"A standardised mean of {tidy(y)} allows for the mix of {mix} only; it is an association, not an effect.",
        f"{tidy(y)} 的标准化均值仅考虑了 {mix} 的构成；属于关联，并非因果作用。",
    )
    names = (y, x, *over)
    return Result(
        kind="group_means", title=pick(f"Mean of {tidy(y)} at one mix of {mix}", f"{mix} 构成相同时 {tidy(y)} 的均值"),
        estimates=tuple(made), warnings=warnings,
        tables=(
            Table(
                title="", rows=tuple(rows),
                columns=(x, "n", pick("mean", "均值"), pick("standardised mean", "标准化均值"),
                pick("standard error", "标准误")),
            ),
        ),
        sentences=(
            Sentence(key="standardised", role="headline", text=text, columns=names, weight=10),
            Sentence(key="not-causal", role="limitation", text=limit, columns=names, weight=8),
            *missing_sentence(dropped, len(frame) + dropped, names),
        ),
        values={"n": len(frame), "dropped": dropped, "strata": m, "strata_used": int(used.sum()),
                "rows_used": int(inside.sum())},
    )  # fmt: skip
