"""The relationship of two numbers: its form, its strength, and its slope in units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, engines, fold, intervals, linear, moments, weighted
from k2lab.stats.coefficients import Coefficient, kendall, of_r, pearson, spearman
from k2lab.stats.frames import short
from k2lab.stats.grouped import Folds
from k2lab.stats.groups import missing_sentence, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.line_sums import Line, line
from k2lab.stats.linear import NotEstimable
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table, TestResult
from k2lab.stats.simple import interval
from k2lab.stats.weighted import Held
from k2lab.stats.words import p_text, rows, strength, tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

CURVE = 0.02
"""Share of variance that a bent line must explain beyond a straight one to be called a curve."""


@any_engine
def relate(data: Any, x: str, y: str) -> Result:
    """Relate two numbers: Pearson where a straight line will do, Spearman for outliers and bends, Kendall for ties.

    A curve that is not monotone is described by the means of `y` over fifths of `x`, with a warning that no single
    coefficient fits. The slope (HC3 interval) is in units of `y` for a step of `x`.

    All rows of a large frame are read; where its pairs of values are too many, the ranks and the fifths are those of a
    sample, which the result names, and Pearson, the slope and the curve come from sums over all rows.

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
    form = _form(data, x, y)
    found, n, dropped = form.found, form.n, form.dropped
    monotone = abs(found["Spearman"].value) ** 2 >= form.bent - CURVE if form.bent else True
    bends = form.bent - form.straight > CURVE
    curved = bends and not monotone
    chosen, why = _choose(form, bends, curved)
    main = found[chosen]
    estimates = [_estimate(c, form.rows[c.name]) for c in (main, *(c for c in found.values() if c is not main))]
    estimates += [form.slope] if form.slope else []
    values: dict[str, Scalar] = {
        "n": n, "dropped": dropped, "x": x, "y": y, "method": chosen, "curved": curved, "r2_line": form.straight,
        "r2_curve": form.bent,
        "step": form.step,
    }  # fmt: skip
    sentences = _words(main, form.slope, form.step, x, y, form.rows[chosen], why, curved, form.fifths, found)
    test = TestResult(
        label=f"{tidy(x)} ~ {tidy(y)}",
        method=chosen,
        statistic=main.value,
        symbol=_symbol(chosen),
        df=(),
        p=main.p,
        n=form.rows[chosen],
    )
    return Result(
        kind="relate", title=pick(f"{tidy(y)} against {tidy(x)}", f"{tidy(y)} 与 {tidy(x)}"),
        estimates=tuple(estimates),
        tests=(test,), tables=(form.fifths,), values=values,
        sentences=(*sentences, *missing_sentence(dropped, n + dropped, (x, y))),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class _Form:
    """What is known of two numbers: coefficients and the rows of each, shares of variance, ties, weight of far values.

    `heavy` is the larger excess kurtosis, `ties` the smaller number of different values.
    """

    found: dict[str, Coefficient]
    rows: dict[str, int]
    n: int
    dropped: int
    straight: float
    bent: float
    ties: int
    heavy: float
    slope: Estimate | None
    step: float
    fifths: Table


def _form(data: Any, x: str, y: str) -> _Form:
    """Read the form from the rows; of a large frame, from its distinct pairs of values, or else from sums."""
    columns.require(data, (x, y))
    if not engines.large(data):
        return _of_rows(*take_rows(data, (x, y)), x, y)
    whole = fold.whole(data, (x, y))
    if whole is None and moments.numbers(data, (x, y)) == (x, y):
        return _of_sums(data, x, y)
    kept, dropped = (None, 0) if whole is None else fold.complete(whole)
    if kept is None or kept.empty:
        kept, dropped = take_rows(data, (x, y), folds=True)
    return _of_rows(kept, dropped, x, y)


def _of_rows(frame: pd.DataFrame, dropped: int, x: str, y: str) -> _Form:
    """Read the form from rows, which may be folded."""
    _numbers(frame, x, y)
    a, b = columns.number(frame, x, role="column"), columns.number(frame, y)
    n, times = fold.rows(frame), fold.times(frame)
    _refused(n, [bool((held == held[0]).all()) for held in (a, b)], x, y)
    import numpy as np

    found = {c.name: c for c in (pearson(a, b, times=times), spearman(a, b, times=times), kendall(a, b, times=times))}
    straight, bent = _forms(a, b, times)
    slope, step = _slope(a, b, x, y, n, times)
    return _Form(
        found=found, rows=dict.fromkeys(found, n), n=n, dropped=dropped, straight=straight, bent=bent,
        ties=min(len(np.unique(a)), len(np.unique(b))), heavy=max(_heavy(a, times), _heavy(b, times)),
        slope=slope, step=step, fifths=_fifths(a, b, x, y, times),
    )  # fmt: skip


def _of_sums(data: Any, x: str, y: str) -> _Form:
    """Read the form of a large frame whose pairs of values are too many: sums over all rows, ranks from a sample."""
    import numpy as np

    sums = moments.moments(data, (x, y))
    pair = sums.pair(x, y)
    for name in (x, y):
        columns.sized(name, max(abs(sums.columns[name].low), abs(sums.columns[name].high)))
    _refused(pair.n, [not varies for varies in pair.varies], x, y)
    found = line(data, x, y, pair)
    alone = [fold.whole(data, (name,)) for name in (x, y)]
    different = [engines.SAMPLE if one is None else int(one[one.columns[0]].nunique()) for one in alone]
    few = different[0] < 5 or not math.isfinite(found.cubic)
    straight = found.r**2
    frame, _ = take_rows(data, (x, y))
    ranked = _of_rows(frame, 0, x, y)
    first = None if alone[0] is None else alone[0][alone[0].columns[0]].to_numpy(float)
    whole = first is not None and bool((first == first.round())[~np.isnan(first)].all())
    step = _step((pair.squares[0] / (pair.n - 1)) ** 0.5, whole=whole)
    engines.current().parts.append(
        pick(
            f"Spearman's rho, Kendall's tau and the fifths of {tidy(x)}",
            f"Spearman rho、Kendall tau 与 {tidy(x)} 的五等分",
        )
    )
    return _Form(
        found=ranked.found | {"Pearson": of_r(found.r, pair.n)}, rows=ranked.rows | {"Pearson": pair.n}, n=pair.n,
        dropped=engines.rows(data) - pair.n, straight=straight, bent=straight if few else max(found.cubic, straight),
        ties=min(different), heavy=found.heavy, slope=_slope_of(found, pair.n, step, x, y), step=step,
        fifths=ranked.fifths,
    )  # fmt: skip


def _slope_of(found: Line, n: int, step: float, x: str, y: str) -> Estimate | None:
    if not found.se > 0:
        return None
    low, high, p = interval(found.slope * step, found.se * step, n - 2)
    return _slope_estimate(found.slope * step, (low, high), p, step, x, y, n)


def _numbers(frame: pd.DataFrame, x: str, y: str) -> None:
    """Refuse dates and text, with the function that takes them."""
    for name, other in ((x, y), (y, x)):
        if str(frame[name].dtype).startswith("datetime"):
            raise UsageError(f"{short(name)} holds dates.", f"Use stats.trend(data, {other!r}, {name!r}).")
    text = [name for name in (x, y) if not columns.is_number(frame, name) and frame[name].dtype != bool]
    if len(text) == 1:
        other = y if text[0] == x else x
        raise UsageError(
            f"{short(text[0])} does not hold numbers.",
            f"Use stats.compare(data, {other!r}, {text[0]!r}) for groups, or turn it into numbers (pandas.to_numeric).",
        )


def _refused(n: int, flat: Sequence[bool], x: str, y: str) -> None:
    if n < 4:
        raise InputError(
            f"Only {rows(n)} {'has' if n == 1 else 'have'} both {tidy(x)} and {tidy(y)}; a correlation needs four.",
            "Take columns with more values in common.",
        )
    for name, one in zip((x, y), flat, strict=True):
        if one:
            raise InputError(
                f"{tidy(name)} has one value only, so nothing can vary with it.", "Take a column that varies."
            )


def _estimate(found: Coefficient, n: int) -> Estimate:
    label = {"Pearson": "Pearson r", "Spearman": "Spearman rho", "Kendall": "Kendall tau-b"}[found.name]
    return Estimate(label=label, value=found.value, low=found.low, high=found.high, n=n, method=found.name, p=found.p)


def _symbol(name: str) -> str:
    return {"Pearson": "r", "Spearman": "rho", "Kendall": "tau"}[name]


def _forms(a: Floats, b: Floats, times: Whole | None) -> tuple[float, float]:
    """Return the share of variance of a straight line, and of a cubic, the latter adjusted for its two more terms."""
    import numpy as np

    centre = a - weighted.mean(a, times)
    centre = centre / weighted.mean(centre**2, times) ** 0.5 if times is not None else (a - a.mean()) / a.std()
    straight = pearson(a, b, times=times).value ** 2
    if len(np.unique(a)) < 5 or (len(a) if times is None else times.sum()) < 10:
        return straight, straight
    try:
        powers = np.column_stack([np.ones(len(a)), centre, centre**2, centre**3])
        bent = linear.fit(powers, b, "classical", folds=_folds(times)).adj_r2
    except NotEstimable:
        return straight, straight
    return straight, max(bent, straight)


def _choose(form: _Form, bends: bool, curved: bool) -> tuple[str, str]:
    """Choose the coefficient by the form of the data (playbook section 3), and say why."""
    found = form.found
    if form.n < 30:
        return "Kendall", pick("fewer than 30 rows", "不足 30 行")
    if form.ties <= 10 and form.ties * 5 < form.n:
        return "Kendall", pick(f"heavy ties ({form.ties} different values)", f"大量同分（仅 {form.ties} 个不同值）")
    if curved:
        return "Spearman", pick("the relationship is curved", "关系呈曲线")
    if bends:
        return "Spearman", pick("monotone, but bent", "单调但弯曲")
    if abs(found["Pearson"].value - found["Spearman"].value) > 0.1 or form.heavy > 10:
        return "Spearman", pick("far values weigh on a straight line", "极端值对直线影响大")
    return "Pearson", pick("close to a straight line", "接近直线")


def _heavy(values: Floats, times: Whole | None) -> float:
    """Return the excess kurtosis: how much far values weigh."""
    if times is None:
        moved = values - values.mean()
        return float(((moved / moved.std()) ** 4).mean() - 3)
    moved = values - weighted.mean(values, times)
    return weighted.mean((moved / weighted.mean(moved**2, times) ** 0.5) ** 4, times) - 3


def _folds(times: Whole | None) -> Folds | None:
    import numpy as np

    return None if times is None else Folds(times=times.astype(float), within=np.zeros(len(times)))


def _slope(
    a: Floats, b: Floats, x: str, y: str, n: int, times: Whole | None
) -> tuple[Estimate | None, float]:  # fmt: skip
    import numpy as np

    step = nice_step(a, times)
    try:
        made = linear.fit(np.column_stack([np.ones(len(a)), a]), b, "HC3", folds=_folds(times))
        found = linear.contrast(made, np.array([0.0, step]))[0]
    except NotEstimable:
        return None, step
    return _slope_estimate(found.value, (found.low, found.high), found.p, step, x, y, n), step


def _slope_estimate(
    value: float, ends: tuple[float, float], p: float, step: float, x: str, y: str, n: int
) -> Estimate:  # fmt: skip
    label = pick(
        f"slope of {tidy(y)} for {numbers.plain(step)} of {tidy(x)}",
        f"{tidy(x)} 每 {numbers.plain(step)} 对应的 {tidy(y)} 斜率",
    )
    return Estimate(label=label, value=value, low=ends[0], high=ends[1], n=n, p=p, method="OLS, HC3")


def nice_step(values: Floats, times: Floats | Whole | None = None) -> float:
    """Return a step of a number that a reader can picture: 1, or a power of ten near its spread.

    Examples
    --------
    >>> import numpy as np
    >>> nice_step(np.array([0.0, 20000.0, 90000.0])), nice_step(np.array([18.0, 40.0, 61.0]))
    (10000.0, 1.0)
    >>> nice_step(np.array([2024.0, 2024.0, 2024.0, 2024.0, 2025.0])), nice_step(np.array([0.0, 0.1, 0.3]))
    (1.0, 0.1)
    """
    return _step(weighted.variance(values, times) ** 0.5, whole=bool((values == values.round()).all()))


def _step(spread: float, *, whole: bool) -> float:
    if 0.5 <= spread <= 50 or (whole and spread < 1):  # a whole number has no tenth
        return 1.0
    return 10.0 ** math.floor(math.log10(spread))


def _fifths(a: Floats, b: Floats, x: str, y: str, times: Whole | None = None) -> Table:
    """Return the mean of y over fifths of x, which shows the form whatever it is."""
    import numpy as np

    edges = np.unique(weighted.quantiles(a, times, [0, 0.2, 0.4, 0.6, 0.8, 1]))
    place = np.clip(np.searchsorted(edges, a, side="right") - 1, 0, len(edges) - 2)
    body: list[tuple[Scalar, ...]] = []
    every = Held(values=b, times=times)
    for i in range(len(edges) - 1):
        held, over = every.of(place == i), a[place == i]
        if not held.n:
            continue
        centre = intervals.of_mean(held) if held.n > 1 else None
        span = f"{numbers.number(float(over.min()))} {pick('to', '至')} {numbers.number(float(over.max()))}"
        body.append((span, held.n, held.mean, centre.low if centre else None, centre.high if centre else None))
    header = (x, "n", pick(f"mean of {tidy(y)}", f"{tidy(y)} 均值"), pick("low", "下限"), pick("high", "上限"))
    return Table(
        title=pick(f"{tidy(y)} over fifths of {tidy(x)}", f"{tidy(x)} 五等分各段的 {tidy(y)}"),
        columns=header,
        rows=tuple(body),
    )


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
            f"In these data, higher {a} goes with {'higher' if up else 'lower'} {b}, a {strength(main.value)} "
            f"relationship: {main.name} "
            f"{value} (95% CI {low} to {high}; n = {numbers.count(n)}; {p_text(main.p)}).",
            f"在这些数据中，{a} 越高，{b} 越{'高' if up else '低'}，关系{strength(main.value)}：{main.name} {value}"
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
