"""Two groups and a yes/no outcome: the difference of shares, their ratio, the odds ratio."""

from __future__ import annotations

import math
from typing import Any

from k2lab.locale import numbers, pick
from k2lab.stats.intervals import of_share_difference
from k2lab.stats.result import Estimate, Sentence
from k2lab.stats.words import at, points, tidy


def two_by_two(
    counts: Any, reference: int, place: int, names: tuple[str, str], levels: tuple[str, ...], event: str
) -> tuple[tuple[Estimate, ...], tuple[Sentence, ...], list[str]]:
    """Return the estimates of a two-by-two table, its headline, and what could not be had.

    Parameters
    ----------
    counts : array of shape (2, 2)
        Rows are the groups.
    reference, place : int
        The row that the other is compared with, and the column that counts as yes.
    names, levels : tuple of str
        The two columns, and the levels of the rows.
    event : str
        The level that counts as yes.

    Notes
    -----
    Difference: Newcombe (1998), hybrid score. Ratio: Katz et al. (1978). Odds ratio: Woolf (1955). The last two do
    not exist when a count they divide by is zero, and are left out then.
    """
    x, y = names
    other = 1 - reference
    a, b = int(counts[other, place]), int(counts[other, 1 - place])
    c, d = int(counts[reference, place]), int(counts[reference, 1 - place])
    n1, n2 = a + b, c + d
    gap = of_share_difference(a, n1, c, n2)
    pair = pick(
        f"{tidy(levels[other])} against {tidy(levels[reference])}",
        f"{tidy(levels[other])} 对 {tidy(levels[reference])}",
    )
    unit = pick("percentage points", "个百分点")
    estimates = [
        Estimate(
            label=pick(f"difference of the shares of {at(y, event)}, {pair}", f"{at(y, event)} 占比之差，{pair}"),
            value=100 * gap.value,
            low=100 * gap.low, high=100 * gap.high, n=n1 + n2, unit=unit,
            method=pick("difference of shares, Newcombe interval", "占比之差，Newcombe 区间"),
            groups={x: levels[other]},
        )
    ]  # fmt: skip
    z, warnings = 1.959963984540054, []
    if a and c:
        wide = z * math.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2)
        ratio = (a / n1) / (c / n2)
        estimates.append(_ratio(pick("ratio of the shares", "占比之比"), "Katz", ratio, wide, n1 + n2, pair))
    if a and b and c and d:
        wide = z * math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        estimates.append(_ratio(pick("odds ratio", "优势比"), "Woolf", a * d / (b * c), wide, n1 + n2, pair))
    else:
        warnings.append(
            pick("No odds ratio: a cell of the table is empty.", "未给出优势比：表中有空单元。")
            if a and c
            else pick(
                "No ratio of shares and no odds ratio: a cell is empty.", "未给出占比之比与优势比：表中有空单元。"
            )
        )
    one, two = at(x, levels[other]), at(x, levels[reference])
    shares = numbers.percent(a / n1), numbers.percent(c / n2)
    ends = f"{points(100 * gap.low)} {pick('to', '至')} {points(100 * gap.high)}"
    text = pick(
        f"In these data, {shares[0]} of rows with {one} have {at(y, event)} (n = {numbers.count(n1)}), against "
        f"{shares[1]} of rows with "
        f"{two} (n = {numbers.count(n2)}): {points(100 * gap.value)} (95% CI {ends}; unadjusted).",
        f"在这些数据中，{one} 的行中 {at(y, event)} 的占比为 {shares[0]}（n = {numbers.count(n1)}），{two} 为 "
        f"{shares[1]}"
        f"（n = {numbers.count(n2)}）：相差 {points(100 * gap.value)}（95% 置信区间 {ends}；未调整）。",
    )
    return (
        tuple(estimates),
        (Sentence(key="difference", role="headline", text=text, columns=(y, x), weight=10),),
        warnings,
    )


def _ratio(label: str, method: str, value: float, wide: float, n: int, pair: str) -> Estimate:
    return Estimate(
        label=f"{label}, {pair}", value=value, low=value * math.exp(-wide), high=value * math.exp(wide), n=n,
        method=f"{label}, {method}",
    )  # fmt: skip
