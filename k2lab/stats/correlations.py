"""All pairs of numbers of a table, correlated."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns as cols
from k2lab.stats.coefficients import Coefficient, pearson, spearman
from k2lab.stats.labels import any_engine
from k2lab.stats.multiplicity import benjamini_hochberg
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table
from k2lab.stats.words import tidy

MOST_COLUMNS = 20
"""Columns of one table of correlations; with more, the pairs stop being readable."""


@any_engine
def correlations(data: Any, columns: Sequence[str] | None = None) -> Result:
    """Correlate every pair of numeric columns, with Benjamini-Hochberg adjusted p-values.

    Pearson, or Spearman for all pairs when a column has a long tail (skewness beyond 1), since one measure for the
    whole table keeps the pairs comparable. Each pair uses the rows that have both.

    Parameters
    ----------
    data : frame
    columns : sequence of str, optional
        Default: all numbers that vary, the first twenty.

    Raises
    ------
    UsageError
        If a column is missing or holds no numbers.
    InputError
        If fewer than two numeric columns vary, or no pair has four rows.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"a": range(9), "b": [v * v for v in range(9)], "c": [1, 2] * 4 + [1]})
    >>> len(correlations(table).estimates)
    3
    """
    import numpy as np

    chosen = (columns,) if isinstance(columns, str) else columns
    frame = cols.raw(data, chosen)
    if chosen is not None:
        for name in chosen:
            if not cols.is_number(frame, name):
                raise UsageError(f"The column {name!r} does not hold numbers.", "Leave it out, or use stats.associate.")
    usable = [c for c in frame.columns if cols.is_number(frame, c) and frame[c].nunique() > 1]
    left = usable[MOST_COLUMNS:]
    usable = usable[:MOST_COLUMNS]
    if len(usable) < 2:
        raise InputError(
            "Correlations need two columns of numbers that vary.", f"Here: {', '.join(map(tidy, usable)) or 'none'}."
        )
    held = {c: cols.number(frame, c) for c in usable}
    ranks = any(abs(cols.skewness(v[~np.isnan(v)])) > 1 for v in held.values())
    method = spearman if ranks else pearson
    name = "Spearman" if ranks else "Pearson"
    found: list[tuple[str, str, int, Coefficient]] = []
    skipped = []
    for a, b in combinations(usable, 2):
        both = ~(np.isnan(held[a]) | np.isnan(held[b]))
        u, v = held[a][both], held[b][both]
        if len(u) < 4 or (u == u[0]).all() or (v == v[0]).all():
            skipped.append(f"{tidy(a)} - {tidy(b)}")
            continue
        found.append((a, b, len(u), method(u, v)))
    if not found:
        raise InputError("No pair of columns has four rows with both numbers and variation.", "")
    adjusted = benjamini_hochberg([c.p for *_, c in found])
    estimates = tuple(
        Estimate(
            label=f"{tidy(a)} - {tidy(b)}", value=c.value, low=c.low, high=c.high, n=n, method=name, p=c.p,
            p_adjusted=p,
            groups={"first": a, "second": b},
        )
        for (a, b, n, c), p in zip(found, adjusted, strict=True)
    )  # fmt: skip
    warnings = []
    if left:
        warnings.append(
            pick(f"Only the first {MOST_COLUMNS} numeric columns are used.", f"仅使用前 {MOST_COLUMNS} 个数值列。")
        )
    if skipped:
        warnings.append(pick("Pairs without enough common rows: ", "共同行数不足的列对：") + ", ".join(skipped[:5]))
    return Result(
        kind="correlations", title=pick(f"{name} correlations", f"{name} 相关系数"), estimates=estimates,
        tables=(_matrix(usable, estimates),),
        sentences=_words(estimates, name), values={"method": name, "columns": len(usable), "pairs": len(estimates)},
        warnings=tuple(warnings),
    )  # fmt: skip


def _matrix(names: Sequence[str], estimates: Sequence[Estimate]) -> Table:
    value = {frozenset(e.groups.values()): e.value for e in estimates}
    body: list[tuple[Scalar, ...]] = [
        (a, *(1.0 if a == b else value.get(frozenset((a, b))) for b in names)) for a in names
    ]
    return Table(title=pick("Matrix", "矩阵"), columns=("", *names), rows=tuple(body))


def _words(estimates: Sequence[Estimate], name: str) -> tuple[Sentence, ...]:
    clear = sorted((e for e in estimates if (e.p_adjusted or 0) < 0.05), key=lambda e: -abs(e.value))
    total = len(estimates)
    first = pick(
        f"Of {numbers.count(total)} {'pair' if total == 1 else 'pairs'} of columns, {len(clear)} "
        f"{'is' if len(clear) == 1 else 'are'} correlated after Benjamini-Hochberg adjustment ({name}).",
        f"在 {numbers.count(total)} 对列中，经 Benjamini-Hochberg 校正后有 {len(clear)} 对相关（{name}）。",
    )
    said = [Sentence(key="correlations", role="headline", text=first, weight=10)]
    for e in clear[:5]:
        a, b = e.groups["first"], e.groups["second"]
        v, lo, hi = (numbers.number(w, 2) for w in (e.value, e.low, e.high))
        copy = pick("; nearly a copy of each other", "；几乎互为副本") if abs(e.value) > 0.98 else ""
        text = pick(
            f"{tidy(a)} and {tidy(b)}: {name} {v} (95% CI {lo} to {hi}; n = {numbers.count(e.n)}){copy}.",
            f"{tidy(a)} 与 {tidy(b)}：{name} {v}（95% 置信区间 {lo} 至 {hi}；n = {numbers.count(e.n)}）{copy}。",
        )
        said.append(Sentence(key="pair", text=text, columns=(a, b), weight=5))
    limit = pick(
        "Correlations are associations of two columns at a time; a curve can hide behind a small one.",
        "相关系数只反映两列之间的关联，并非因果；系数小也可能掩盖曲线关系。",
    )
    return (*said, Sentence(key="not-causal", role="limitation", text=limit, weight=5))
