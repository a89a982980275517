"""All pairs of numbers of a table, correlated."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns as cols
from k2lab.stats import concordance, engines, fold, moments
from k2lab.stats.coefficients import Coefficient, of_r, pearson, spearman, spearman_of
from k2lab.stats.labels import any_engine
from k2lab.stats.multiplicity import benjamini_hochberg
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

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

    Notes
    -----
    Of a large frame, Pearson comes from sums over all rows, and Spearman from the distinct pairs of values of all rows;
    where these are too many, the ranks of that pair are those of a sample, and the result names it.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"a": range(9), "b": [v * v for v in range(9)], "c": [1, 2] * 4 + [1]})
    >>> len(correlations(table).estimates)
    3
    """
    chosen = (columns,) if isinstance(columns, str) else columns
    source = _Large(data, chosen) if engines.large(data) else _Held(data, chosen)
    left = source.usable[MOST_COLUMNS:]
    usable = source.usable[:MOST_COLUMNS]
    if len(usable) < 2:
        raise InputError(
            "Correlations need two columns of numbers that vary.", f"Here: {', '.join(map(tidy, usable)) or 'none'}."
        )
    ranks = source.skewed(usable)
    name = "Spearman" if ranks else "Pearson"
    found: list[tuple[str, str, int, Coefficient]] = []
    skipped = []
    for a, b in combinations(usable, 2):
        made = source.pair(a, b, ranks)
        if made is None:
            skipped.append(f"{tidy(a)} - {tidy(b)}")
        else:
            found.append((a, b, *made))
    source.told()
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


class _Held:
    """The numbers of a frame that is read whole."""

    def __init__(self, data: Any, chosen: Sequence[str] | None) -> None:
        frame = cols.raw(data, chosen)
        _all_numbers(chosen, [c for c in frame.columns if cols.is_number(frame, c)])
        self.usable = [c for c in frame.columns if cols.is_number(frame, c) and frame[c].nunique() > 1]
        self._values = {c: cols.number(frame, c) for c in self.usable[:MOST_COLUMNS]}

    def skewed(self, names: Sequence[str]) -> bool:
        """Tell whether a column has a long tail."""
        import numpy as np

        held = (self._values[c] for c in names)
        return any(abs(cols.skewness(v[~np.isnan(v)])) > 1 for v in held)

    def pair(self, a: str, b: str, ranks: bool) -> tuple[int, Coefficient] | None:
        """Correlate two columns over the rows that have both; None where these are too few, or one does not vary."""
        import numpy as np

        both = ~(np.isnan(self._values[a]) | np.isnan(self._values[b]))
        return _of_values(self._values[a][both], self._values[b][both], ranks)

    def told(self) -> None:
        """Say nothing: all rows were read."""


class _Large:
    """The numbers of a large frame: sums over all rows, and ranks over all rows where they fold."""

    def __init__(self, data: Any, chosen: Sequence[str] | None) -> None:
        self._data = data
        names = cols.names(data) if chosen is None else tuple(dict.fromkeys(chosen))
        cols.require(data, names)
        numeric = moments.numbers(data, names)
        _all_numbers(chosen, numeric)
        self._moments = moments.moments(data, numeric) if numeric else None
        known = {} if self._moments is None else self._moments.columns
        self.usable = [c for c in numeric if known[c].varies]
        for c in self.usable[:MOST_COLUMNS]:
            cols.sized(c, max(abs(known[c].low), abs(known[c].high)))
        self._sampled: list[str] = []
        self._together: pd.DataFrame | None = None
        self._ranks: dict[str, Floats] = {}

    def skewed(self, names: Sequence[str]) -> bool:
        """Tell whether a column has a long tail."""
        assert self._moments is not None
        found = any(abs(self._moments.columns[c].skewness) > 1 for c in names)
        self._together = fold.whole(self._data, names) if found else None
        return found

    def pair(self, a: str, b: str, ranks: bool) -> tuple[int, Coefficient] | None:
        """Correlate two columns over the rows that have both; None where these are too few, or one does not vary."""
        assert self._moments is not None
        sums = self._moments.pair(a, b)
        if sums.n < 4 or not all(sums.varies):
            return None
        if not ranks:
            return sums.n, of_r(sums.r, sums.n)
        if self._together is not None and sums.n == fold.rows(self._together):
            return sums.n, spearman_of(self._ranked(a), self._ranked(b), fold.times(self._together))
        frame = self._together if self._together is not None else fold.whole(self._data, (a, b))
        if frame is None:
            self._sampled.append(f"{tidy(a)} - {tidy(b)}")
            frame = cols.raw(self._data, (a, b))
        kept = frame[frame[a].notna() & frame[b].notna()]
        return _of_values(cols.number(kept, a), cols.number(kept, b), ranks, fold.times(kept))

    def _ranked(self, name: str) -> Floats:
        """Return the ranks of a column that no row misses, which are the same in each of its pairs."""
        assert self._together is not None
        if name not in self._ranks:
            self._ranks[name] = concordance.ranks(cols.number(self._together, name), fold.times(self._together))
        return self._ranks[name]

    def told(self) -> None:
        """Name the pairs whose ranks are those of a sample."""
        if self._sampled:
            some = ", ".join(self._sampled[:5]) + ("…" if len(self._sampled) > 5 else "")
            k = len(self._sampled)
            engines.current().parts.append(
                pick(f"the ranks of {k} pair{'s' if k > 1 else ''} ({some})", f"{k} 对列的秩（{some}）")
            )


def _all_numbers(chosen: Sequence[str] | None, numeric: Sequence[str]) -> None:
    for name in chosen or ():
        if name not in numeric:
            raise UsageError(f"The column {name!r} does not hold numbers.", "Leave it out, or use stats.associate.")


def _of_values(u: Floats, v: Floats, ranks: bool, times: Any = None) -> tuple[int, Coefficient] | None:
    n = len(u) if times is None else int(times.sum())
    if n < 4 or (u == u[0]).all() or (v == v[0]).all():
        return None
    return n, spearman(u, v, times=times) if ranks else pearson(u, v, times=times)


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
