"""A correlation a person may ask for by name: Pearson, Spearman or Kendall, partial if asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns as cols
from k2lab.stats import engines, fold, linear, moments
from k2lab.stats.coefficients import Coefficient, kendall, of_r, pearson, spearman
from k2lab.stats.concordance import ranks
from k2lab.stats.frames import short
from k2lab.stats.grouped import Folds
from k2lab.stats.groups import by_names, missing_sentence, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.result import Estimate, Result, Sentence, TestResult
from k2lab.stats.samples import level_checked, one_of
from k2lab.stats.spoken import interval_text
from k2lab.stats.words import joined, p_text, rows, strength, tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_LEVELS = 300
"""Levels of a category that is held fixed: each takes a column of a design."""
METHODS = ("pearson", "spearman", "kendall")
LABELS = {"pearson": "Pearson r", "spearman": "Spearman rho", "kendall": "Kendall tau-b"}


@any_engine
def correlation(
    data: Any, x: str, y: str, method: str = "pearson", *, given: str | Sequence[str] = (), level: float = 0.95
) -> Result:
    """Correlate two columns.

    Parameters
    ----------
    data : frame
    x, y : str
        Two columns of numbers (ordered codes for the rank coefficients).
    method : {"pearson", "spearman", "kendall"}
        `relate` chooses one by the form of the data, and says why.
    given : str or sequence of str
        Columns held fixed: the partial correlation. Numbers count as numbers, text by its levels. Not for Kendall.
    level : float
        Confidence level.

    Returns
    -------
    Result
        The coefficient with its interval, t (Pearson, Spearman) or z (Kendall) and p.

    Raises
    ------
    UsageError
        If a column is missing, holds no numbers, or the method is unknown.
    InputError
        If fewer than four rows have all columns, or one does not vary (given the others).

    Notes
    -----
    Intervals by Fisher's z: Pearson with variance 1 / (n - 3 - k), k columns held fixed; Spearman (1 + rho² / 2) /
    (n - 3) (Bonett and Wright 2000); Kendall 0.437 / (n - 4) (Fieller, Hartley and Pearson 1957). R: cor.test.

    Of a large frame, Pearson comes from sums over all rows, and the other forms from its distinct rows; where these are
    too many, from a sample, which the result names.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 6], "b": [2.0, 1, 4, 3, 6, 5], "c": [1.0, 1, 2, 2, 3, 4]})
    >>> round(correlation(table, "a", "b").estimates[0].value, 3)
    0.829
    >>> correlation(table, "a", "b", "kendall").tests[0].symbol
    'z'
    >>> round(correlation(table, "a", "b", given="c").estimates[0].value, 3)
    -0.04
    """
    level_checked(level)
    one_of("method", method, METHODS)
    fixed = by_names(given)
    if x == y or {x, y} & set(fixed):
        raise UsageError("A correlation needs two different columns, and others to be held fixed.", "")
    if fixed and method == "kendall":
        raise UsageError("Kendall's tau has no partial form here.", 'Use method="spearman" or "pearson".')
    names = (x, y, *fixed)
    cols.require(data, names)
    k = 0
    if method == "pearson" and not fixed and engines.large(data) and moments.numbers(data, names) == names:
        found, n, dropped = _of_sums(data, x, y, level)
    else:
        found, n, dropped, k = _of_rows(*_rows(data, names, method), names, method, level)
    label = LABELS[method] + (pick(" (partial)", "（偏相关）") if fixed else "")
    df = n - 2 - k
    r = found.value
    degrees: tuple[float, ...] = ()
    if method == "kendall":
        from scipy.stats import norm

        statistic, symbol = math.copysign(float(norm.isf(max(found.p, 1e-300) / 2)), r), "z"
    else:
        statistic = r * math.sqrt(df / max((1 - r) * (1 + r), 1e-300))
        symbol, degrees = "t", (float(df),)
    assumed = {
        "pearson": (pick("independent rows", "各行相互独立"), pick("a straight-line relationship", "直线关系")),
        "spearman": (pick("independent rows", "各行相互独立"), pick("a monotone relationship", "单调关系")),
        "kendall": (pick("independent rows", "各行相互独立"), pick("a monotone relationship", "单调关系")),
    }[method]
    estimate = Estimate(
        label=f"{label}, {tidy(x)} ~ {tidy(y)}", value=r, low=found.low, high=found.high, n=n, level=level, p=found.p,
        method=label + pick(", Fisher z interval", "，Fisher z 区间"), assumptions=assumed,
    )  # fmt: skip
    test = TestResult(
        label=f"{tidy(x)} ~ {tidy(y)}", method=label, statistic=statistic, symbol=symbol, df=degrees, p=found.p, n=n,
        effect=estimate, assumptions=assumed,
    )  # fmt: skip
    held_en = f" at equal {joined([tidy(c) for c in fixed])}" if fixed else ""
    held_zh = f"在 {joined([tidy(c) for c in fixed])} 相同时，" if fixed else ""
    value = numbers.number(r, 2)
    if found.low <= 0 <= found.high:
        text = pick(
            f"In these data, {tidy(x)} and {tidy(y)} show no clear relationship{held_en}: {label} {value} "
            f"({interval_text(estimate)}; n = {numbers.count(n)}) includes 0.",
            f"在这些数据中，{held_zh}{tidy(x)} 与 {tidy(y)} 没有明确的关系：{label} {value}（"
            f"{interval_text(estimate)}；"
            f"n = {numbers.count(n)}）包含 0。",
        )
    else:
        text = pick(
            f"In these data, higher {tidy(x)} goes with {'higher' if r > 0 else 'lower'} "
            f"{tidy(y)}{held_en}, a {strength(r)} relationship: {label} {value} "
            f"({interval_text(estimate)}; n = {numbers.count(n)}; {p_text(found.p)}).",
            f"在这些数据中，{held_zh}{tidy(x)} 越高，{tidy(y)} 越{'高' if r > 0 else '低'}，关系{strength(r)}："
            f"{label} {value}（{interval_text(estimate)}；n = {numbers.count(n)}；{p_text(found.p)}）。",
        )
    limit = pick(
        f"This is an association in observed data: a further column may lie behind both {tidy(y)} and {tidy(x)}.",
        f"这是观测数据中的关联：{tidy(y)} 与 {tidy(x)} 背后可能有共同的其他因素。",
    )
    return Result(
        kind="correlation", title=pick(f"{label} of {tidy(x)} and {tidy(y)}", f"{tidy(x)} 与 {tidy(y)} 的 {label}"),
        estimates=(estimate,), tests=(test,),
        sentences=(
            Sentence(key="relationship", role="headline", text=text, columns=(x, y), weight=10),
            Sentence(key="not-causal", role="limitation", text=limit, columns=(x, y), weight=8),
            *missing_sentence(dropped, n + dropped, (x, y, *fixed)),
        ),
        values={"n": n, "dropped": dropped, "x": x, "y": y, "method": method},
    )  # fmt: skip


def _of_sums(data: Any, x: str, y: str, level: float) -> tuple[Coefficient, int, int]:
    """Return Pearson's r of a large frame from sums over all rows, how many rows have both, and how many do not."""
    sums = moments.moments(data, (x, y))
    for name in (x, y):
        held = sums.columns[name]
        cols.sized(name, max(abs(held.low), abs(held.high)) if held.n else 0.0)
    pair = sums.pair(x, y)
    _varied((x, y), pair.varies if pair.n else (True, True))
    _enough(pair.n, 0)
    return of_r(pair.r, pair.n, level), pair.n, engines.rows(data) - pair.n


def _rows(data: Any, names: Sequence[str], method: str) -> tuple[pd.DataFrame, int]:
    """Return the rows that have all columns, folded where the frame is large."""
    if method != "pearson":  # ranks want every value as it is
        return take_rows(data, names, folds=True)
    now = engines.current()
    before = now.rounded
    made = take_rows(data, names, folds=True, y=names[1])
    now.rounded = before  # sums of squares and products are exact in bins, too
    return made


def _of_rows(
    frame: pd.DataFrame, dropped: int, names: Sequence[str], method: str, level: float
) -> tuple[Coefficient, int, int, int]:
    """Return a coefficient of rows, how many they are, how many were dropped, and what the fixed columns took."""
    x, y, *fixed = names
    a, b = cols.number(frame, x, role="column"), cols.number(frame, y, role="column")
    times, n = fold.times(frame), fold.rows(frame)
    within = frame[fold.WITHIN].to_numpy() if fold.WITHIN in frame.columns else None
    _varied((x, y), [not n or not bool((held == held[0]).all()) for held in (a, b)])
    if not fixed:
        _enough(n, 0)
        if method == "pearson":
            return pearson(a, b, level, times, within), n, dropped, 0
        return {"spearman": spearman, "kendall": kendall}[method](a, b, level, times), n, dropped, 0
    if method == "spearman":
        a, b = ranks(a, times), ranks(b, times)
        frame = frame.assign(**{c: ranks(cols.number(frame, c), times) for c in fixed if cols.is_number(frame, c)})
    a, b, k = _residuals(frame, a, b, fixed)
    _enough(n, k)
    return _partial((a, b), k, method, level, times, within), n, dropped, k


def _varied(names: Sequence[str], varies: Sequence[bool]) -> None:
    for name, one in zip(names, varies, strict=True):
        if not one:
            raise InputError(
                f"{tidy(name)} has one value only, so nothing can vary with it.", "Take a column that varies."
            )


def _enough(n: int, k: int) -> None:
    if n - k < 4:
        raise InputError(
            f"Only {rows(n)} {'has' if n == 1 else 'have'} all of the columns; this correlation needs {4 + k}.",
            "Take columns with more values in common, or hold fewer of them fixed.",
        )


def _residuals(frame: Any, a: np.ndarray, b: np.ndarray, fixed: Sequence[str]) -> tuple[np.ndarray, np.ndarray, int]:
    """Return what the fixed columns leave of both, and how many coefficients that took."""
    categories = [name for name in fixed if not cols.is_number(frame, name)]
    for name in categories:
        if cols.distinct(frame, name, MOST_LEVELS) > MOST_LEVELS:
            raise UsageError(
                f"{short(name)} has more than {MOST_LEVELS} levels, too many to be held fixed one by one.",
                f"Take the means of its levels out first: df[c] - df.groupby({name!r})[c].transform('mean').",
            )
    made = linear.design(frame, fixed, categories=categories)
    left, times = [], fold.times(frame)
    folds = None if times is None else Folds(times=times.astype(float), within=0.0 * times)
    for name, values in (("x", a), ("y", b)):
        fitted = linear.fit_design(made, values, "classical", folds=folds)
        if fitted.perfect:
            raise InputError(f"The fixed columns determine {name} wholly, so nothing is left to correlate.", "")
        left.append(fitted.residuals)
    return left[0], left[1], len(made.names) - 1


def _partial(
    left: tuple[np.ndarray, np.ndarray], k: int, method: str, level: float, times: np.ndarray | None,
    within: np.ndarray | None,
) -> Coefficient:  # fmt: skip
    from scipy.stats import norm, t

    a, b = left
    if times is None:
        n, r = len(a), float(a @ b / math.sqrt(float(a @ a) * float(b @ b)))
    else:
        n, inside = int(times.sum()), 0.0 if within is None else float(within.sum())
        r = float((times * a) @ b / math.sqrt(float(times @ a**2) * (float(times @ b**2) + inside)))
    r = max(-1.0, min(1.0, r))
    if 1 - abs(r) < 1e-12:
        return Coefficient(name=method, value=r, low=r, high=r, p=0.0)
    df = n - 2 - k
    p = float(2 * t.sf(abs(r) * math.sqrt(df / ((1 - r) * (1 + r))), df))
    variance = (1 if method == "pearson" else 1 + r * r / 2) / (n - 3 - k)
    z, wide = math.atanh(r), float(norm.ppf((1 + level) / 2)) * math.sqrt(variance)
    return Coefficient(name=method, value=r, low=math.tanh(z - wide), high=math.tanh(z + wide), p=p)
