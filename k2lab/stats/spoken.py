"""An estimate or a test as one careful sentence: the size with its interval first, p last, never p alone."""

from __future__ import annotations

from k2lab.locale import numbers, pick
from k2lab.stats.result import Estimate, Shown, TestResult
from k2lab.stats.show import value_texts
from k2lab.stats.words import p_text


def spoken(part: Shown) -> str:
    """Return an estimate or a test as a sentence.

    Examples
    --------
    >>> size = Estimate(label="Hedges g", value=0.4, low=0.1, high=0.7, n=80, method="non-central t", unit="SD")
    >>> made = TestResult(label="b - a", method="Welch t", statistic=2.6, symbol="t", df=(76.0,), p=0.011, n=80,
    ...     effect=size)
    >>> print(spoken(made))
    b - a: Hedges g is 0.400 SD (95% CI 0.100 to 0.700 SD; n = 80); Welch t, t(76) = 2.60, p = 0.011.
    """
    if isinstance(part, Estimate):
        return _estimate(part)
    if isinstance(part, TestResult):
        return _test(part)
    raise TypeError(f"{type(part).__name__} has no sentence")


def interval_text(e: Estimate) -> str:
    """Write an interval with its level: ``95% CI 0.1 to 0.7 SD``."""
    level = numbers.percent(e.level, 0)
    _, *ends = value_texts(e)
    if e.unit != "%":  # the unit once, behind both ends
        ends[0] = ends[0].removesuffix(e.unit).rstrip()
    return pick(f"{level} CI {ends[0]} to {ends[1]}", f"{level} 置信区间 {ends[0]} 至 {ends[1]}")


def statistic_text(t: TestResult) -> str:
    """Write a test: ``Welch t, t(76) = 2.60, p = 0.011``."""
    df = ", ".join(numbers.count(d) if abs(d - round(d)) < 1e-9 else f"{d:,.1f}" for d in t.df)
    shown = f"{t.symbol}({df})" if df else t.symbol
    text = f"{t.method}, {shown} = {numbers.number(t.statistic)}, {p_text(t.p)}"
    if t.p_adjusted is not None:
        text += pick(f", adjusted {p_text(t.p_adjusted)}", f"，校正后 {p_text(t.p_adjusted)}")
    return text


def _estimate(e: Estimate) -> str:
    n = f"n = {numbers.count(e.n)}"
    p = ""
    if e.p_adjusted is not None:
        p = pick(f"; adjusted {p_text(e.p_adjusted)}", f"；校正后 {p_text(e.p_adjusted)}")
    elif e.p is not None:
        p = pick("; ", "；") + p_text(e.p)
    return pick(
        f"In these data, the {e.label} is {value_texts(e)[0]} ({interval_text(e)}; {n}; {e.method}{p}).",
        f"在这些数据中，{e.label} 为 {value_texts(e)[0]}（{interval_text(e)}；{n}；{e.method}{p}）。",
    )


def _test(t: TestResult) -> str:
    n = f"n = {numbers.count(t.n)}"
    if t.effect is None:
        return pick(f"{t.label}: {statistic_text(t)} ({n}).", f"{t.label}：{statistic_text(t)}（{n}）。")
    e = t.effect
    value = value_texts(e)[0]
    return pick(
        f"{t.label}: {e.label} is {value} ({interval_text(e)}; {n}); {statistic_text(t)}.",
        f"{t.label}：{e.label} 为 {value}（{interval_text(e)}；{n}）；{statistic_text(t)}。",
    )
