"""Bootstrap intervals: of a statistic of one column, of its difference between two groups, or of pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import samples
from k2lab.stats.labels import any_engine
from k2lab.stats.result import Estimate, Result, Sentence
from k2lab.stats.samples import level_checked
from k2lab.stats.spoken import interval_text
from k2lab.stats.ttest import read
from k2lab.stats.ttest_words import association
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import numpy as np

SEED = 20250101
MOST_BCA = 5_000
"""Rows up to which the interval is corrected for bias and skewness, which costs one more statistic for each row."""
MOST_ROWS = 200_000
BLOCK = 20_000_000
"""Numbers drawn at a time."""


@any_engine
def bootstrap(
    data: Any, y: str | Sequence[str], x: str | None = None, *, statistic: str | Callable[..., Any] = "mean",
    paired: str | None = None, reference: Any = None, draws: int = 9999, seed: int = SEED, level: float = 0.95,
) -> Result:  # fmt: skip
    """Estimate a statistic, or its difference between two groups, with a bootstrap interval.

    Parameters
    ----------
    data, y, x, paired, reference
        As in `k2lab.stats.t_test`: one column, two groups, or pairs (of which the differences are drawn).
    statistic : {"mean", "median", "sd", "variance", "trimmed mean", "geometric mean"} or callable
        A callable takes an array of values and ``axis``, as numpy's do.
    draws : int
        Bootstrap samples, 199 to 99,999.
    seed : int
        The same seed gives the same interval.
    level : float
        Confidence level.

    Returns
    -------
    Result
        The estimate with its interval: BCa (corrected for bias and skewness) up to 5,000 rows, percentile beyond.

    Raises
    ------
    UsageError
        If a column is missing, the statistic unknown, or `draws` out of range.
    InputError
        If there are fewer than three rows in a group, the values do not vary, or the statistic is not a number.

    Notes
    -----
    Efron and Tibshirani (1993), chapter 14. Rows are drawn as if independent: repeated ids are not.

    Examples
    --------
    >>> import pandas as pd
    >>> made = bootstrap(pd.DataFrame({"v": [1.0, 2, 3, 4, 100]}), "v", statistic="median", draws=999)
    >>> made.estimates[0].value, made.estimates[0].low >= 1
    (3.0, True)
    """
    import numpy as np

    level_checked(level)
    if not (isinstance(draws, int) and 199 <= draws <= 99_999):
        raise UsageError(f"draws is {draws!r}.", "It is a whole number from 199 to 99999.")
    held = read(data, y, x, paired, "raw", reference, folds=False)
    name, function = _statistic(statistic)
    parts = [h.values for h in ([held.differences] if held.paired else [g.held for g in held.groups])]
    if min(map(len, parts)) < 3:
        raise InputError("A bootstrap needs three rows in each group.", "")
    if sum(map(len, parts)) > MOST_ROWS:
        raise InputError(
            f"{sum(map(len, parts)):,} rows are many to draw {draws} times.",
            "With so many rows use stats.mean, stats.median or stats.t_test, whose intervals need no drawing.",
        )
    if all(bool((p == p[0]).all()) for p in parts):
        raise InputError("The values do not vary, so drawing them again tells nothing.", "")
    rng = np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        value = _gap([float(function(p, axis=-1)) for p in parts])
        drawn = _gap([_drawn(p, function, draws, rng) for p in parts])
        bca = sum(map(len, parts)) <= MOST_BCA
        low, high = _bca(parts, function, value, drawn, level) if bca else _percentile(drawn, level)
    if not np.isfinite([value, low, high]).all():
        raise InputError(f"The {name} of some drawn samples is not a number.", "Choose another statistic.")
    method = pick(f"bootstrap {'BCa' if bca else 'percentile'}, {draws:,} draws, seed {seed}",
                  f"自助法 {'BCa' if bca else '百分位'} 区间，{draws:,} 次抽样，种子 {seed}")  # fmt: skip
    if held.paired or len(parts) == 1:
        of = held.y if not held.paired else pick(f"the differences {held.y}", f"差值 {held.y}")
        label = pick(f"{name} of {tidy(of)}", f"{tidy(of)} 的{name}")
    else:
        label = pick(f"difference of the {name}", f"{name}之差") + " " + " - ".join(tidy(g.level) for g in held.groups)
    estimate = Estimate(
        label=label, value=value, low=min(low, value), high=max(high, value), n=held.n, level=level, method=method,
        assumptions=(pick("independent rows", "各行相互独立"),),
    )  # fmt: skip
    n = numbers.count(held.n)
    text = pick(
        f"In these data, the {label} is {numbers.number(value)} ({interval_text(estimate)}; n = {n}; {method}).",
        f"在这些数据中，{label} 为 {numbers.number(value)}（{interval_text(estimate)}；n = {n}；{method}）。",
    )
    few = min(map(len, parts)) < 20
    more = [
        Sentence(
            key="few", role="caveat", columns=held.columns, weight=6,
            text=pick(f"With fewer than 20 rows a bootstrap interval is too narrow: the {label} is weak.",
                      f"少于 20 行时自助法区间偏窄：{label} 较弱。"),
        )
    ] if few else []  # fmt: skip
    return Result(
        kind="bootstrap", title=held.title(pick("Bootstrap", "自助法")), estimates=(estimate,),
        sentences=(
            Sentence(key="estimate", role="headline", text=text, columns=held.columns, weight=10), *more,
            *([association(held)] if held.x and not held.paired else []), *held.missing(),
        ),
        values=held.facts() | {"value": value, "draws": draws, "seed": seed, "statistic": name},
    )  # fmt: skip


def _statistic(asked: str | Callable[..., Any]) -> tuple[str, Callable[..., Any]]:
    import numpy as np
    from scipy.stats import trim_mean

    if callable(asked):
        name = getattr(asked, "__name__", "<lambda>")

        def along(v: np.ndarray, axis: int) -> Any:
            try:
                return asked(v, axis=axis)
            except TypeError:  # it takes the values of one sample
                return np.apply_along_axis(asked, axis, v)

        return pick("statistic", "统计量") if name == "<lambda>" else name, along
    named: dict[str, tuple[str, Callable[..., Any]]] = {
        "mean": (pick("mean", "均值"), np.mean),
        "median": (pick("median", "中位数"), np.median),
        "sd": (pick("SD", "标准差"), lambda v, axis: np.std(v, axis=axis, ddof=1)),
        "variance": (pick("variance", "方差"), lambda v, axis: np.var(v, axis=axis, ddof=1)),
        "trimmed mean": (pick("10% trimmed mean", "10% 截尾均值"), lambda v, axis: trim_mean(v, 0.1, axis=axis)),
        "geometric mean": (pick("geometric mean", "几何均值"), lambda v, axis: np.exp(np.mean(np.log(v), axis=axis))),
    }
    samples.one_of("statistic", asked, tuple(named))
    return named[asked]


def _gap(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values[0] - values[1]


def _drawn(values: np.ndarray, function: Callable[..., Any], draws: int, rng: np.random.Generator) -> np.ndarray:
    import numpy as np

    step = max(1, BLOCK // len(values))
    made = []
    for start in range(0, draws, step):
        size = min(step, draws - start)
        made.append(np.asarray(function(values[rng.integers(0, len(values), (size, len(values)))], axis=-1)))
    return np.concatenate(made).astype(float)


def _percentile(drawn: np.ndarray, level: float) -> tuple[float, float]:
    import numpy as np

    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _bca(
    parts: list[np.ndarray], function: Callable[..., Any], value: float, drawn: np.ndarray, level: float
) -> tuple[float, float]:
    """Return the interval corrected for bias and skewness (Efron 1987), by leaving each row out."""
    import numpy as np
    from scipy.stats import norm

    below = (float((drawn < value).sum()) + float((drawn == value).sum()) / 2) / len(drawn)
    if not 0 < below < 1:
        return _percentile(drawn, level)
    bias = float(norm.ppf(below))
    cubes = squares = 0.0
    for sign, part in zip((1, -1), parts, strict=False):
        n = len(part)
        left = np.array([float(function(np.delete(part, i), axis=-1)) for i in range(n)])
        moved = sign * (left.mean() - left)
        cubes += float((moved**3).sum()) / n**3
        squares += float((moved**2).sum()) / n**2
    speed = cubes / (6 * squares**1.5) if squares > 0 else 0.0
    ends = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = bias + float(norm.ppf(tail))
        ends.append(float(np.quantile(drawn, float(norm.cdf(bias + z / (1 - speed * z))))))
    return ends[0], ends[1]
