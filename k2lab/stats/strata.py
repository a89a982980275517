"""The difference within each level of other columns, and whether it is the same there (Simpson check): `strata`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import pick
from k2lab.stats import columns, fold, weighted
from k2lab.stats.confounders import overlap
from k2lab.stats.effect_words import comparison
from k2lab.stats.grouped import Term
from k2lab.stats.groups import by_names
from k2lab.stats.labels import any_engine
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table
from k2lab.stats.simple import differences, interval
from k2lab.stats.strata_words import Within, moved, pattern_of, sentences, with_interval
from k2lab.stats.study import NOT_ANALYSED, WEAK, Study, category, covariate, study
from k2lab.stats.words import at, listed, tidy

if TYPE_CHECKING:
    import numpy as np


@any_engine
def strata(data: Any, y: str, x: str, over: str | Sequence[str], by: str | None = None, scale: str = "auto") -> Result:
    """Look at the difference in `y` by `x` within each level of other columns.

    Parameters
    ----------
    data : frame
    y, x : str
        Outcome and compared column (a category, or a number cut at its median).
    over : str or sequence of str
        Columns whose levels are the strata; numbers are cut into four parts.
    by : str, optional
        Also within each level of this moderator, for the commonest stratum against all others.
    scale : {"auto", "log", "raw"}

    Returns
    -------
    Result
        A table of Welch differences per stratum, with a line for all strata other than the commonest together;
        sentences on reversal, heterogeneity, confounding and overlap (playbook section 7).

    Raises
    ------
    UsageError, InputError
        As `effect` does.

    Examples
    --------
    >>> import pandas as pd
    >>> pay = [1, 2, 3, 4] * 20
    >>> table = pd.DataFrame({"pay": pay, "site": ["a", "b"] * 40, "city": ["u"] * 40 + ["v"] * 40})
    >>> strata(table, y="pay", x="site", over="city").values["pattern_city"]
    'alike'
    """
    names = tuple(dict.fromkeys(by_names(over)))
    if not names:
        raise UsageError("No column is named for the strata.", 'Give over="some_column".')
    made = study(data, y, x, more=[*names, *([] if by is None else [by])], scale=scale, folds=True)
    if made.numeric:
        made = _halved(data, made, y, x, names, by, scale)
    said: list[Sentence] = []
    tables: list[Table] = []
    values: dict[str, Scalar] = {"n": made.n, "x": x, "y": y, "scale": made.outcome.scale}
    estimates: list[Estimate] = []
    terms = {name: _stratum(made, name) for name in names}
    pooled = {d.level: d for d in differences(made, made.fit())}
    lead = max(pooled, key=lambda level: pooled[level].n) if pooled else ""
    if not lead:
        raise InputError(f"No level of {tidy(x)} has {NOT_ANALYSED} rows to compare.")
    for name, term in terms.items():
        found = _within(made, term)
        tables.append(_table(made, term, found))
        estimates += [_estimate(made, term, d) for d in found if d.level == lead and d.solid]
        raw = covariate(made.frame, name)
        adjusted = {d.level: d for d in differences(made, made.fit([raw]))}
        for level in pooled:
            mine = [d for d in found if d.level == level and d.solid]
            pattern = pattern_of(
                pooled[level].value,
                (pooled[level].low, pooled[level].high),
                [d for d in mine if not d.rest],
                [d for d in mine if d.rest],
                adjusted[level].value if level in adjusted else None,
            )
            if level == lead:
                values[f"pattern_{name}"] = pattern
            if mine:
                said += sentences(made, term, level, mine, pattern, level == lead, pooled[level].value)
                if level in adjusted and (pattern == "confounding" or level == lead):
                    said.append(
                        moved(
                            made,
                            raw,
                            level,
                            pooled[level].value,
                            adjusted[level].value,
                            (adjusted[level].low, adjusted[level].high),
                            level == lead,
                        )
                    )
        if by is not None:
            said += _by(made, term, by, lead)
    said += overlap(made, list(terms.values()))
    named = listed([tidy(name) for name in names])
    said.append(
        Sentence(
            key="strata-method",
            role="method",
            columns=(y, x, *names),
            weight=42,
            text=pick(
                f"Differences within levels of {named} are Welch intervals on the analysis scale of {tidy(y)}, "
                f"unadjusted otherwise; strata with fewer than {WEAK} rows on a side are not used.",
                f"{named} 各水平内的差异为 {tidy(y)} 分析尺度上的 Welch 区间，未作其他调整；任一侧少于 {WEAK} 行的"
                "层不用于结论。",
            ),
        )
    )
    return Result(
        kind="strata",
        title=pick(f"{tidy(y)} by {tidy(x)} within {named}", f"{named} 各水平内 {tidy(y)} 随 {tidy(x)} 的差异"),
        estimates=tuple(estimates),
        tables=tuple(tables),
        sentences=tuple(said),
        values=values,
    )


def _halved(data: Any, made: Study, y: str, x: str, names: Sequence[str], by: str | None, scale: str) -> Study:
    """Cut a numeric compared column at its median, so that strata can be compared at all."""
    from k2lab.locale.numbers import plain

    if not columns.is_number(made.frame, x):
        what = "holds dates" if made.dated else "holds durations"
        raise UsageError(
            f"{tidy(x)} {what}, which make no two groups to compare within strata.",
            f"Use stats.trend with time={tidy(x)!r}, or turn it into numbers first.",
        )
    wanted = [y, x, *names, *([] if by is None else [by])]
    frame = fold.folded(data, wanted, y)
    known = frame[frame[x].notna()]
    middle = weighted.median(known[x].to_numpy(dtype=float), fold.times(known))
    cut = (
        f"≤ {plain(middle, grouped=False)}",
        f"> {plain(middle, grouped=False)}",
    )
    values = frame[x]
    text = values.map(lambda v: None if v != v else cut[int(v > middle)])
    frame[x] = text.astype("category").cat.set_categories(list(cut), ordered=True)
    return study(frame, y, x, more=wanted[2:], scale=scale, folds=True)


def _stratum(made: Study, name: str) -> Term:
    import numpy as np

    from k2lab.locale.numbers import plain

    if columns.is_category(made.frame, name) or not columns.is_number(made.frame, name):
        return category(made.frame, name)
    values = made.frame[name].to_numpy(dtype=float)
    known, times = ~np.isnan(values), fold.times(made.frame)
    cuts = np.unique(weighted.quantiles(values[known], None if times is None else times[known], [0.25, 0.5, 0.75]))
    edges = [float(np.nanmin(values)), *map(float, cuts), float(np.nanmax(values))]
    shown = [plain(edge, grouped=False) for edge in edges]
    levels = [pick(f"{a} to {b}", f"{a} 至 {b}") for a, b in pairwise(shown)]
    codes = np.where(np.isnan(values), len(levels), np.searchsorted(cuts, values, side="left")).astype(np.int64)
    if np.isnan(values).any():
        levels.append(pick("(missing)", "（缺失）"))
    return Term(name=name, codes=codes, levels=tuple(levels))


def _within(made: Study, term: Term, rows: np.ndarray | None = None) -> list[Within]:
    """Return the Welch differences in every stratum, and in all strata but the commonest together."""
    import numpy as np

    used = made.used if rows is None else made.used & rows
    top = _commonest(made, term, used)
    found = []
    rest = pick(f"other than {term.levels[top]}", f"非 {term.levels[top]}")
    sets = [(level, term.codes == i, False) for i, level in enumerate(term.levels)]
    if len(term.levels) > 2:
        sets.append((rest, term.codes != top, True))
    for stratum, inside, is_rest in sets:
        places = np.flatnonzero(inside & used)
        codes, held = made.x.codes[places], made.outcome.held.of(places)
        n = np.bincount(codes, held.times, minlength=len(made.x.levels))
        sums = held.values if held.times is None else held.times * held.values
        mean = np.bincount(codes, weights=sums, minlength=len(n)) / np.maximum(n, 1)
        square = held.squares_by(codes, held.values - mean[codes], len(n))
        for i in range(1, len(n)):
            if min(n[0], n[i]) < NOT_ANALYSED:
                continue
            a, b = square[i] / (n[i] - 1) / n[i], square[0] / (n[0] - 1) / n[0]
            if a + b <= 0:
                continue
            df = (a + b) ** 2 / (a**2 / (n[i] - 1) + b**2 / (n[0] - 1))
            gap = float(mean[i] - mean[0])
            low, high, p = interval(gap, float(np.sqrt(a + b)), df)
            found.append(
                Within(
                    stratum=stratum,
                    level=made.x.levels[i],
                    value=gap,
                    low=low,
                    high=high,
                    p=p,
                    n=int(n[i]),
                    n_reference=int(n[0]),
                    rest=is_rest,
                )
            )
    return found


def _commonest(made: Study, term: Term, used: np.ndarray) -> int:
    """Return the place of the level with the most rows."""
    import numpy as np

    times = None if made.folds is None else made.folds.times[used]
    return int(np.bincount(term.codes[used], times, minlength=len(term.levels)).argmax())


def _by(made: Study, term: Term, by: str, lead: str) -> list[Sentence]:
    """Compare the commonest stratum with all others, within each level of the moderator."""
    import numpy as np

    if not columns.is_category(made.frame, by):
        return []
    moderator = category(made.frame, by, made.outcome.name)
    top = _commonest(made, term, made.used)
    two = Term(
        name=term.name,
        codes=(term.codes != top).astype(np.int64),
        levels=(term.levels[top], pick(f"other than {term.levels[top]}", f"非 {term.levels[top]}")),
    )
    side, other = comparison(made, lead)
    said = []
    for i, level in enumerate(moderator.levels):
        found = [d for d in _within(made, two, moderator.codes == i) if d.level == lead and d.solid]
        if len(found) == 2 and {d.sign for d in found} == {-1, 1}:
            told = listed(
                [
                    f"{tidy(term.name)} {pick('=', '为')} {d.stratum}: {with_interval(made, d)}"
                    if j == 0
                    else f"{tidy(term.name)} {d.stratum}: {with_interval(made, d)}"
                    for j, d in enumerate(found)
                ]
            )
            said.append(
                Sentence(
                    key="strata-by",
                    columns=(made.outcome.name, made.x.name, by, term.name),
                    weight=52,
                    text=pick(
                        f"Among {at(by, level)} rows the difference in {made.outcome.shown_name} for {side} "
                        f"against {other} has opposite signs: {told}.",
                        f"在 {at(by, level)} 中，{side} 对 {other} 的 {made.outcome.shown_name} 差异方向相反：{told}。",
                    ),
                )
            )
    return said


def _estimate(made: Study, term: Term, d: Within) -> Estimate:
    out = made.outcome
    name = f"{tidy(term.name)} {d.stratum}" if d.rest else at(term.name, d.stratum)
    return Estimate(
        label=name,
        value=out.shown(d.value),
        low=out.shown(d.low),
        high=out.shown(d.high),
        n=d.n + d.n_reference,
        unit=out.unit,
        p=d.p,
        method="Welch",
        groups={term.name: d.stratum, made.x.name: d.level},
    )


def _table(made: Study, term: Term, found: Sequence[Within]) -> Table:
    out = made.outcome
    rows: tuple[tuple[Scalar, ...], ...] = tuple(
        (
            d.stratum,
            tidy(d.level),
            d.n,
            d.n_reference,
            out.shown(d.value),
            out.shown(d.low),
            out.shown(d.high),
            "" if d.solid else pick("weak", "薄弱"),
        )
        for d in found
    )
    unit = f" ({out.unit})" if out.unit else ""
    heads = (
        tidy(term.name),
        tidy(made.x.name),
        "n",
        pick("n reference", "参照 n"),
        pick("difference", "差异") + unit,
        pick("95% low", "95% 下限"),
        pick("95% high", "95% 上限"),
        pick("flag", "标记"),
    )
    title = pick(
        f"Difference in {out.shown_name} within {tidy(term.name)}",
        f"{tidy(term.name)} 各水平内 {out.shown_name} 的差异",
    )
    return Table(title=title, columns=heads, rows=rows, note=pick("Welch intervals, unadjusted", "Welch 区间，未调整"))
