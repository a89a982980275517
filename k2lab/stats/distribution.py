"""How the values of a column are spread, and which lie far out: `distribution`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError
from k2lab.locale import pick
from k2lab.locale.numbers import count, number, percent, plain
from k2lab.stats import columns, fold
from k2lab.stats.labels import any_engine
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table
from k2lab.stats.simple import interval
from k2lab.stats.study import category
from k2lab.stats.weighted import Held
from k2lab.stats.words import at, listed, rows, tidy

if TYPE_CHECKING:
    import pandas as pd


@any_engine
def distribution(data: Any, y: str, by: str | None = None) -> Result:
    """Describe a column: centre, spread, shape, and candidates for outliers; by group if asked.

    Parameters
    ----------
    data : frame
    y : str
        A number, or a category (then the share of each level).
    by : str, optional
        A category: the same for each level.

    Returns
    -------
    Result
        Outlier candidates lie beyond 1.5 interquartile ranges on the analysis scale; none is removed, and
        the mean without them is given.

    Raises
    ------
    UsageError
        For a column that is not there.
    InputError
        If the column has no value.

    Notes
    -----
    Tukey (1977) fences; Wilson (1927) intervals for shares.

    Examples
    --------
    >>> import pandas as pd
    >>> distribution(pd.DataFrame({"v": [1, 2, 3, 4, 100.5]}), "v").values["median"]
    3.0
    """
    frame = fold.folded(data, [y, *([] if by is None else [by])], y)
    missing = fold.rows(frame) - fold.rows(frame[frame[y].notna()])
    there = frame[frame[y].notna()].reset_index(drop=True)
    if not len(there):
        raise InputError(f"The column {tidy(y)} has no value.", "Choose another column.")
    if not columns.is_number(there, y) or (columns.is_category(there, y) and there[y].nunique() <= 2):
        return _levels(there, y, missing)
    values = fold.held(there, columns.number(there, y), fold.WITHIN)
    scale = columns.choose_scale(values.values, times=values.times)
    table = [(pick("all", "全部"), *_line(values))]
    said = [*_words(y, values, scale, missing)]
    out, extra = _outliers(y, values, scale)
    said += extra
    estimates = []
    if values.n > 1 and values.sd > 0:
        mean = values.mean
        low, high, _ = interval(mean, values.sd / values.n**0.5, values.n - 1)
        estimates.append(
            Estimate(
                label=pick(f"mean of {tidy(y)}", f"{tidy(y)} 的均值"),
                value=mean,
                low=low,
                high=high,
                n=values.n,
                method="t interval",
            )
        )
    if by is not None:
        inside = there[there[by].notna()].reset_index(drop=True)
        if len(inside):
            term = category(inside, by, y)
            numbers = fold.held(inside, inside[y].to_numpy(dtype=float), fold.WITHIN)
            groups = [(level, numbers.of(term.codes == i)) for i, level in enumerate(term.levels)]
            table += [(tidy(level), *_line(part)) for level, part in groups if part.n]
            told = [
                pick(
                    f"{tidy(level)} {plain(part.median)} (n = {count(part.n)})",
                    f"{tidy(level)} {plain(part.median)}（n = {count(part.n)}）",
                )
                for level, part in groups[:8]
                if part.n
            ]
            said.append(
                Sentence(
                    key="by-group",
                    columns=(y, by),
                    weight=60,
                    text=pick(
                        f"Median of {tidy(y)} by {tidy(by)}: {listed(told)}.",
                        f"{tidy(y)} 的中位数，按 {tidy(by)}：{listed(told)}。",
                    ),
                )
            )
    heads = (
        tidy(by) if by is not None else pick("rows", "行"),
        "n",
        pick("mean", "均值"),
        "SD",
        pick("min", "最小"),
        pick("1st quartile", "下四分位"),
        pick("median", "中位数"),
        pick("3rd quartile", "上四分位"),
        pick("max", "最大"),
        pick("skewness", "偏度"),
    )
    result: dict[str, Scalar] = {
        "n": values.n,
        "missing": missing,
        "mean": values.mean,
        "median": values.median,
        "skewness": values.skewness,
        "scale": scale.name,
        "outlier_candidates": out,
    }
    return Result(
        kind="distribution",
        title=pick(f"Distribution of {tidy(y)}", f"{tidy(y)} 的分布"),
        estimates=tuple(estimates),
        tables=(Table(title=tidy(y), columns=heads, rows=tuple(table)),),
        sentences=tuple(said),
        values=result,
    )


def _line(values: Held) -> tuple[Scalar, ...]:
    a, b, c = values.quantiles([0.25, 0.5, 0.75])
    low, high = float(values.values.min()), float(values.values.max())
    sd = values.sd if values.n > 1 else None
    return (values.n, values.mean, sd, low, a, b, c, high, values.skewness)


def _words(y: str, values: Held, scale: columns.Scale, missing: int) -> list[Sentence]:
    import numpy as np

    name = tidy(y)
    low, a, b, c, high = values.quantiles([0, 0.25, 0.5, 0.75, 1])
    sd = values.sd
    said = [
        Sentence(
            key="centre",
            role="headline",
            columns=(y,),
            weight=90,
            text=pick(
                f"{name} has median {plain(b)} and mean {number(values.mean, 4)} (SD {number(sd)}); "
                f"half of the {rows(values.n)} lie between "
                f"{plain(a)} and {plain(c)}, all between {plain(low)} and {plain(high)}.",
                f"{name} 的中位数为 {plain(b)}，均值为 {number(values.mean, 4)}（标准差 {number(sd)}）"
                f"；{rows(values.n)}中一半介于 {plain(a)} 与 {plain(c)}，全部介于 {plain(low)} 与 {plain(high)}。",
            ),
        )
    ]
    skew = values.skewness
    shape_en = (
        "is skewed to the right" if skew > 0.5 else "is skewed to the left" if skew < -0.5 else "is near symmetric"
    )
    shape_zh = "右偏" if skew > 0.5 else "左偏" if skew < -0.5 else "近似对称"
    more_en = more_zh = ""
    if scale.name == "log":
        log_skew = values.like(np.log(values.values)).skewness
        more_en, more_zh = (
            f"; on the log scale the skewness is {number(log_skew)}",
            f"；取对数后偏度为 {number(log_skew)}",
        )
    zeros, top, n = values.of(values.values == 0).n, _commonest(values), values.n
    common_en = common_zh = ""
    if top[1] * n > 1:
        common_en = f"; its commonest value {plain(top[0], 6)} makes up {percent(top[1])} of {rows(n)}"
        common_zh = f"；最常见的值 {plain(top[0], 6)} 占 {rows(n)}的 {percent(top[1])}"
    if zeros and top[0]:
        common_en += f"; {percent(zeros / n)} of {rows(n)} are zero"
        common_zh += f"；{rows(n)}中 {percent(zeros / n)} 为零"
    said.append(
        Sentence(
            key="shape",
            columns=(y,),
            weight=65,
            text=pick(
                f"{name} {shape_en} (skewness {number(skew)}){more_en}{common_en}.",
                f"{name} {shape_zh}（偏度 {number(skew)}）{more_zh}{common_zh}。",
            ),
        )
    )
    if missing:
        total = missing + values.n
        said.append(
            Sentence(
                key="missing",
                role="caveat",
                columns=(y,),
                weight=65,
                text=pick(
                    f"{count(missing)} of {count(total)} values of {name} ({percent(missing / total)}) are missing "
                    "and left out.",
                    f"{name} 的 {count(total)} 个值中有 {count(missing)} 个缺失（{percent(missing / total)}），未纳"
                    "入。",
                ),
            )
        )
    return said


def _commonest(values: Held) -> tuple[float, float]:
    import numpy as np

    found, place = np.unique(values.values, return_inverse=True)
    n = np.bincount(place, values.times)
    top = int(n.argmax())
    return float(found[top]), float(n[top] / values.n)


def _outliers(y: str, values: Held, scale: columns.Scale) -> tuple[int, list[Sentence]]:
    import numpy as np

    made = np.log(values.values) if scale.name == "log" else values.values
    a, c = values.like(made).quantiles([0.25, 0.75])
    where = pick("on the log scale", "在对数尺度上") if scale.name == "log" else pick("on its own scale", "在原尺度上")
    if c <= a:
        return 0, [
            Sentence(
                key="outliers",
                role="caveat",
                columns=(y,),
                weight=55,
                text=pick(
                    f"More than half of {tidy(y)} has one value, so the quartile rule cannot tell outliers.",
                    f"{tidy(y)} 半数以上为同一值，四分位规则无法判断离群值。",
                ),
            )
        ]
    low, high = a - 1.5 * (c - a), c + 1.5 * (c - a)
    below, above = values.of(made < low).n, values.of(made > high).n
    k = below + above
    if not k:
        return 0, [
            Sentence(
                key="outliers",
                columns=(y,),
                weight=60,
                text=pick(
                    f"No value of {tidy(y)} lies beyond 1.5 interquartile ranges {where} (n = {count(values.n)}).",
                    f"{tidy(y)} {where}没有超出 1.5 倍四分位距的值（n = {count(values.n)}）。",
                ),
            )
        ]
    bounds = [float(np.exp(v)) if scale.name == "log" else v for v in (low, high)]
    kept = values.of((made >= low) & (made <= high))
    means = number(kept.mean, 4), number(values.mean, 4)
    if means[0] == means[1]:
        without_en, without_zh = f"Without them the mean stays at {means[0]}", f"若剔除，均值仍为 {means[0]}"
    else:
        without_en = f"Without them the mean would be {means[0]} instead of {means[1]}"
        without_zh = f"若剔除，均值将由 {means[1]} 变为 {means[0]}"
    return k, [
        Sentence(
            key="outliers",
            columns=(y,),
            weight=70,
            text=pick(
                f"{count(k)} of {count(values.n)} values of {tidy(y)} ({percent(k / values.n, 2)}) lie "
                f"beyond 1.5 interquartile ranges {where}: {count(below)} below {number(bounds[0], 4)} and "
                f"{count(above)} above {number(bounds[1], 4)}. They are candidates, not errors; none is removed. "
                f"{without_en}.",
                f"{tidy(y)} 的 {count(values.n)} 个值中有 {count(k)} 个（{percent(k / values.n, 2)}）"
                f"{where}超出 1.5 倍四分位距：低于 {number(bounds[0], 4)} 的 {count(below)} 个，高于 "
                f"{number(bounds[1], 4)} 的 {count(above)} 个。"
                f"它们只是候选，并非错误，均未剔除；{without_zh}。",
            ),
        )
    ]


def _levels(frame: pd.DataFrame, y: str, missing: int) -> Result:
    """Describe a category by the shares of its levels, with Wilson intervals."""
    import numpy as np

    term = category(frame, y)
    n = np.bincount(term.codes, fold.times(frame), minlength=len(term.levels)).astype(np.int64)
    total = int(n.sum())
    order = np.argsort(-n, kind="stable")
    estimates = []
    for i in order:
        low, high = wilson(int(n[i]), total)
        estimates.append(
            Estimate(
                label=at(y, term.levels[i]),
                value=100 * float(n[i] / total),
                low=100 * low,
                high=100 * high,
                n=total,
                method="Wilson",
                unit="%",
                groups={y: term.levels[i]},
            )
        )
    told = [f"{tidy(term.levels[i])}: {percent(n[i] / total)} (n = {count(n[i])})" for i in order[:8]]
    said = [
        Sentence(
            key="shares",
            role="headline",
            columns=(y,),
            weight=90,
            text=pick(
                f"{tidy(y)} has {frame[y].nunique()} levels in {rows(total)}: {listed(told)}.",
                f"{tidy(y)} 在 {rows(total)}中有 {frame[y].nunique()} 个水平：{listed(told)}。",
            ),
        )
    ]
    if missing:
        said.append(
            Sentence(
                key="missing",
                role="caveat",
                columns=(y,),
                weight=65,
                text=pick(
                    f"{count(missing)} of {count(total + missing)} values of {tidy(y)} "
                    f"({percent(missing / (total + missing))}) are missing.",
                    f"{tidy(y)} 的 {count(total + missing)} 个值中有 {count(missing)} 个缺失（"
                    f"{percent(missing / (total + missing))}）。",
                ),
            )
        )
    table = Table(
        title=tidy(y),
        columns=(tidy(y), "n", pick("share (%)", "占比（%）")),
        rows=tuple((tidy(term.levels[i]), int(n[i]), 100 * float(n[i] / total)) for i in order),
    )
    return Result(
        kind="distribution",
        title=pick(f"Distribution of {tidy(y)}", f"{tidy(y)} 的分布"),
        estimates=tuple(estimates),
        tables=(table,),
        sentences=tuple(said),
        values={"n": total, "missing": missing, "levels": int(frame[y].nunique())},
    )


def wilson(k: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return the Wilson interval of a share k / n.

    Examples
    --------
    >>> [round(v, 4) for v in wilson(15, 148)]
    [0.0624, 0.1605]
    """
    share, square = k / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * (share * (1 - share) / n + square / (4 * n * n)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)
