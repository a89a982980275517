"""The relationship of two numbers: its form, its strength, and its slope in units."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, intervals, linear, weighted
from k2lab.stats.coefficients import Coefficient, kendall, pearson, spearman
from k2lab.stats.groups import missing_sentence, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.linear import NotEstimable
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table, TestResult
from k2lab.stats.words import p_text, tidy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CURVE = 0.02
"""Share of variance that a bent line must explain beyond a straight one to be called a curve."""


@any_engine
def relate(data: Any, x: str, y: str) -> Result:
    """Relate two numbers: Pearson where a straight line will do, Spearman for outliers and bends, Kendall for ties.

    A curve that is not monotone is described by the means of `y` over fifths of `x`, with a warning that no single
    coefficient fits. The slope (HC3 interval) is in units of `y` for a step of `x`.

    Raises
    ------
    UsageError
        If a column is missing or holds no numbers.
    InputError
        If fewer than four rows have both, or a column does not vary.

    Examples
    --------
    >>> import pandas as pd
    >>> made = relate(pd.DataFrame({"a": range(40), "b": [v * 2 + v % 3 for v in range(40)]}), "a", "b")
    >>> made.values["method"], round(made.estimates[0].value, 3)
    ('Pearson', 0.999)
    """
    if x == y:
        raise UsageError(f"{x!r} cannot be related to itself.", "Give two different columns.")
    frame, dropped = take_rows(data, (x, y))
    a, b = columns.number(frame, x, role="column"), columns.number(frame, y)
    n = len(a)
    if n < 4:
        raise InputError(f"Only {n} rows have both {tidy(x)} and {tidy(y)}; a correlation needs four.", "")
    for name, held in ((x, a), (y, b)):
        if (held == held[0]).all():
            raise InputError(f"{tidy(name)} has one value only, so nothing can vary with it.", "")
    found = {c.name: c for c in (pearson(a, b), spearman(a, b), kendall(a, b))}
    straight, bent = _forms(a, b)
    monotone = abs(found["Spearman"].value) ** 2 >= bent - CURVE if bent else True
    curved = bent - straight > CURVE and not monotone
    chosen, why = _choose(found, a, b, bent - straight > CURVE, curved)
    main = found[chosen]
    estimates = [_estimate(main, n)] + [_estimate(c, n) for c in found.values() if c is not main]
    slope, step = _slope(a, b, x, y, n)
    estimates += [slope] if slope else []
    values: dict[str, Scalar] = {
        "n": n, "dropped": dropped, "x": x, "y": y, "method": chosen, "curved": curved, "r2_line": straight,
        "r2_curve": bent,
        "step": step,
    }  # fmt: skip
    fifths = _fifths(a, b, x, y)
    sentences = _words(main, slope, step, x, y, n, why, curved, fifths, found)
    test = TestResult(
        label=f"{tidy(x)} ~ {tidy(y)}",
        method=chosen,
        statistic=main.value,
        symbol=_symbol(chosen),
        df=(),
        p=main.p,
        n=n,
    )
    return Result(
        kind="relate", title=pick(f"{tidy(y)} against {tidy(x)}", f"{tidy(y)} 与 {tidy(x)}"),
        estimates=tuple(estimates),
        tests=(test,), tables=(fifths,), values=values,
        sentences=(*sentences, *missing_sentence(dropped, len(frame) + dropped, (x, y))),
    )  # fmt: skip


def _estimate(found: Coefficient, n: int) -> Estimate:
    label = {"Pearson": "Pearson r", "Spearman": "Spearman rho", "Kendall": "Kendall tau-b"}[found.name]
    return Estimate(label=label, value=found.value, low=found.low, high=found.high, n=n, method=found.name, p=found.p)


def _symbol(name: str) -> str:
    return {"Pearson": "r", "Spearman": "rho", "Kendall": "tau"}[name]


def _forms(a: Floats, b: Floats) -> tuple[float, float]:
    """Return the share of variance of a straight line, and of a cubic, the latter adjusted for its two more terms."""
    import numpy as np

    centre = (a - a.mean()) / a.std()
    straight = pearson(a, b).value ** 2
    if len(np.unique(a)) < 5 or len(a) < 10:
        return straight, straight
    try:
        bent = linear.fit(np.column_stack([np.ones(len(a)), centre, centre**2, centre**3]), b, "classical").adj_r2
    except NotEstimable:
        return straight, straight
    return straight, max(bent, straight)


def _choose(found: dict[str, Coefficient], a: Floats, b: Floats, bends: bool, curved: bool) -> tuple[str, str]:
    """Choose the coefficient by the form of the data (playbook section 3), and say why."""
    import numpy as np

    n = len(a)
    if n < 30:
        return "Kendall", pick("fewer than 30 rows", "不足 30 行")
    ties = min(len(np.unique(a)), len(np.unique(b)))
    if ties <= 10 and ties * 5 < n:
        return "Kendall", pick(f"heavy ties ({ties} different values)", f"大量同分（仅 {ties} 个不同值）")
    if curved:
        return "Spearman", pick("the relationship is curved", "关系呈曲线")
    if bends:
        return "Spearman", pick("monotone, but bent", "单调但弯曲")
    if abs(found["Pearson"].value - found["Spearman"].value) > 0.1 or max(_heavy(a), _heavy(b)) > 10:
        return "Spearman", pick("far values weigh on a straight line", "极端值对直线影响大")
    return "Pearson", pick("close to a straight line", "接近直线")


def _heavy(values: Floats) -> float:
    """Return the excess kurtosis: how much far values weigh."""
    moved = values - values.mean()
    return float(((moved / moved.std()) ** 4).mean() - 3)


def _slope(a: Floats, b: Floats, x: str, y: str, n: int) -> tuple[Estimate | None, float]:
    import numpy as np

    step = nice_step(a)
    try:
        made = linear.fit(np.column_stack([np.ones(n), a]), b, "HC3")
        found = linear.contrast(made, np.array([0.0, step]))[0]
    except NotEstimable:
        return None, step
    label = pick(
        f"slope of {tidy(y)} for {numbers.plain(step)} of {tidy(x)}",
        f"{tidy(x)} 每 {numbers.plain(step)} 对应的 {tidy(y)} 斜率",
    )
    return Estimate(
        label=label, value=found.value, low=found.low, high=found.high, n=n, p=found.p, method="OLS, HC3"
    ), step


def nice_step(values: Floats, times: Floats | None = None) -> float:
    """Return a step of a number that a reader can picture: 1, or a power of ten near its spread.

    Examples
    --------
    >>> import numpy as np
    >>> nice_step(np.array([0.0, 20000.0, 90000.0])), nice_step(np.array([18.0, 40.0, 61.0]))
    (10000.0, 1.0)
    """
    spread = weighted.variance(values, times) ** 0.5
    return 1.0 if 0.5 <= spread <= 50 else 10.0 ** math.floor(math.log10(spread))


def _fifths(a: Floats, b: Floats, x: str, y: str) -> Table:
    """Return the mean of y over fifths of x, which shows the form whatever it is."""
    import numpy as np

    edges = np.unique(np.quantile(a, [0, 0.2, 0.4, 0.6, 0.8, 1]))
    place = np.clip(np.searchsorted(edges, a, side="right") - 1, 0, len(edges) - 2)
    body: list[tuple[Scalar, ...]] = []
    for i in range(len(edges) - 1):
        held, over = b[place == i], a[place == i]
        if not len(held):
            continue
        centre = intervals.of_mean(held) if len(held) > 1 else None
        span = f"{numbers.number(float(over.min()))} {pick('to', '至')} {numbers.number(float(over.max()))}"
        body.append(
            (span, len(held), float(held.mean()), centre.low if centre else None, centre.high if centre else None)
        )
    header = (x, "n", pick(f"mean of {tidy(y)}", f"{tidy(y)} 均值"), pick("low", "下限"), pick("high", "上限"))
    return Table(
        title=pick(f"{tidy(y)} over fifths of {tidy(x)}", f"{tidy(x)} 五等分各段的 {tidy(y)}"),
        columns=header,
        rows=tuple(body),
    )


def _strength(value: float) -> str:
    """Call a correlation by Cohen's (1988) conventions."""
    size = abs(value)
    if size < 0.1:
        return pick("very weak", "极弱")
    if size < 0.3:
        return pick("weak", "弱")
    return pick("moderate", "中等") if size < 0.5 else pick("strong", "强")


def _words(
    main: Coefficient, slope: Estimate | None, step: float, x: str, y: str, n: int, why: str, curved: bool,
    fifths: Table,
    found: dict[str, Coefficient],
) -> list[Sentence]:  # fmt: skip
    names, a, b = (y, x), tidy(x), tidy(y)
    value, low, high = (numbers.number(v, 2) for v in (main.value, main.low, main.high))
    up = main.value > 0
    open_ = main.low <= 0 <= main.high
    if curved:
        steps = ", ".join(numbers.number(float(row[2])) for row in fifths.rows if isinstance(row[2], float))
        text = pick(
            f"In these data, the relationship of {b} with {a} is curved: over fifths of {a} its mean goes {steps} "
            f"(n = {numbers.count(n)}); "
            "no single coefficient describes it.",
            f"在这些数据中，{b} 与 {a} 的关系呈曲线：按 {a} 五等分，均值依次为 {steps}（n = {numbers.count(n)}）；"
            f"单一系数无法描述。",
        )
    elif open_:
        text = pick(
            f"In these data, {b} and {a} show no clear relationship: {main.name} {value} (95% CI {low} to {high}; "
            f"n = {numbers.count(n)}) "
            "includes 0.",
            f"在这些数据中，{b} 与 {a} 没有明确的关系：{main.name} {value}（95% 置信区间 {low} 至 {high}；n = "
            f"{numbers.count(n)}）包含 0。",
        )
    else:
        text = pick(
            f"In these data, higher {a} goes with {'higher' if up else 'lower'} {b}, a {_strength(main.value)} "
            f"relationship: {main.name} "
            f"{value} (95% CI {low} to {high}; n = {numbers.count(n)}; {p_text(main.p)}).",
            f"在这些数据中，{a} 越高，{b} 越{'高' if up else '低'}，关系{_strength(main.value)}：{main.name} {value}"
            f"（95% 置信区间 {low} 至 {high}；n = {numbers.count(n)}；{p_text(main.p)}）。",
        )
    said = [Sentence(key="relationship", role="headline", text=text, columns=names, weight=10)]
    if slope is not None:
        v, lo, hi = (numbers.number(w) for w in (slope.value, slope.low, slope.high))
        per = numbers.plain(step)
        more = slope.value > 0
        size = numbers.number(abs(slope.value))
        line = pick(
            f"On a straight line, {b} is {size} {'higher' if more else 'lower'} where {a} is {per} higher (slope {v}, "
            f"HC3 95% CI {lo} to {hi}; n = {numbers.count(n)}).",
            f"按直线拟合，{a} 每高 {per}，{b} {'高' if more else '低'} {size}（斜率 {v}，HC3 95% 置信区间 {lo} "
            f"至 {hi}；n = "
            f"{numbers.count(n)}）。",
        )
        said.append(Sentence(key="slope", text=line, columns=names, weight=7, role="caveat" if curved else "finding"))
        if not open_ and slope.low * slope.high > 0 and (slope.value > 0) != up:
            apart = pick(
                f"The rank correlation of {b} and {a} and their straight line point in opposite directions: a few far "
                "values weigh on the line, ties and order on the ranks; neither is the whole answer.",
                f"{b} 与 {a} 的秩相关与直线方向相反：直线受少数极端值影响，秩相关受同分与次序影响；"
                "二者都不是完整的答案。",
            )
            said.append(Sentence(key="directions", role="caveat", text=apart, columns=names, weight=9))
    others = ", ".join(f"{c.name} {numbers.number(c.value, 2)}" for c in found.values() if c is not main)
    said.append(
        Sentence(
            key="method", role="method", columns=names, weight=5,
            text=pick(
                f"{main.name} was chosen for {b} and {a} ({why}); beside it: {others}.",
                f"{b} 与 {a} 选用 {main.name}（{why}）；其他系数：{others}。",
            ),
        )
    )  # fmt: skip
    said.append(
        Sentence(
            key="not-causal", role="limitation", columns=names, weight=8,
            text=pick(
                f"This is an association in observed data: a third column may lie behind both {b} and {a}.",
                f"这是观测数据中的关联：{b} 与 {a} 背后可能有共同的第三个因素。",
            ),
        )
    )  # fmt: skip
    return said
