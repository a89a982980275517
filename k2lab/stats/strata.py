"""The difference within each level of other columns, and whether it is the same there (Simpson check): `strata`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.stats.confounders import overlap
from k2lab.stats.effect_words import comparison
from k2lab.stats.grouped import Term
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table
from k2lab.stats.simple import differences, interval
from k2lab.stats.study import NOT_ANALYSED, WEAK, Study, category, covariate, covariate_text, study
from k2lab.stats.words import at, listed, tidy

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, kw_only=True)
class Within:
    """A difference of one level from the reference, inside a stratum, on the analysis scale (Welch)."""

    stratum: str
    level: str
    value: float
    low: float
    high: float
    p: float
    n: int
    n_reference: int
    rest: bool = False

    @property
    def solid(self) -> bool:
        """Thirty or more rows on both sides."""
        return min(self.n, self.n_reference) >= WEAK

    @property
    def sign(self) -> int:
        """-1 or 1 where the interval lies off zero, else 0."""
        return -1 if self.high < 0 else 1 if self.low > 0 else 0


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
    names = (over,) if isinstance(over, str) else tuple(dict.fromkeys(over))
    if not names:
        raise UsageError("No column is named for the strata.", 'Give over="some_column".')
    made = study(data, y, x, more=[*names, *([] if by is None else [by])], scale=scale)
    if made.numeric:
        made = _halved(data, made, y, x, names, by, scale)
    said: list[Sentence] = []
    tables, values = [], {"n": made.n, "x": x, "y": y, "scale": made.outcome.scale}
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
            pattern = _pattern(
                pooled[level].value,
                (pooled[level].low, pooled[level].high),
                [d for d in mine if not d.rest],
                [d for d in mine if d.rest],
                adjusted[level].value if level in adjusted else None,
            )
            if level == lead:
                values[f"pattern_{name}"] = pattern
            if mine:
                said += _sentences(made, term, level, mine, pattern, level == lead, pooled[level].value)
                if level in adjusted and (pattern == "confounding" or level == lead):
                    said.append(
                        _moved(
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
                f"Differences within levels of {named} are Welch intervals on the analysis scale of {tidy(y)}, unadjusted otherwise; strata with fewer than {WEAK} rows on a side are not used.",
                f"{named} 各水平内的差异为 {tidy(y)} 分析尺度上的 Welch 区间，未作其他调整；任一侧少于 {WEAK} 行的层不用于结论。",
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
    import numpy as np

    from k2lab.locale.numbers import number
    from k2lab.stats import columns

    frame = columns.raw(data, [y, x, *names, *([] if by is None else [by])])
    middle = float(np.nanmedian(frame[x].to_numpy(dtype=float)))
    cut = (
        pick(f"up to {number(middle)}", f"不超过 {number(middle)}"),
        pick(f"above {number(middle)}", f"高于 {number(middle)}"),
    )
    values = frame[x]
    text = values.map(lambda v: None if v != v else cut[int(v > middle)])
    frame[x] = text.astype("category").cat.set_categories(list(cut), ordered=True)
    return study(frame, y, x, more=[*names, *([] if by is None else [by])], scale=scale)


def _stratum(made: Study, name: str) -> Term:
    import numpy as np

    from k2lab.locale.numbers import number
    from k2lab.stats import columns

    if columns.is_category(made.frame, name) or not columns.is_number(made.frame, name):
        return category(made.frame, name)
    values = made.frame[name].to_numpy(dtype=float)
    cuts = np.unique(np.nanquantile(values, [0.25, 0.5, 0.75]))
    edges = [float(np.nanmin(values)), *map(float, cuts), float(np.nanmax(values))]
    levels = [
        pick(f"{number(a)} to {number(b)}", f"{number(a)} 至 {number(b)}")
        for a, b in zip(edges, edges[1:], strict=False)
    ]
    codes = np.where(np.isnan(values), len(levels), np.searchsorted(cuts, values, side="left")).astype(np.int64)
    if np.isnan(values).any():
        levels.append(pick("(missing)", "（缺失）"))
    return Term(name=name, codes=codes, levels=tuple(levels))


def _within(made: Study, term: Term, rows: np.ndarray | None = None) -> list[Within]:
    """Return the Welch differences in every stratum, and in all strata but the commonest together."""
    import numpy as np

    used = made.used if rows is None else made.used & rows
    top = int(np.bincount(term.codes[used], minlength=len(term.levels)).argmax())
    found = []
    rest = pick(f"not {term.levels[top]}", f"非 {term.levels[top]}")
    sets = [(level, term.codes == i, False) for i, level in enumerate(term.levels)]
    if len(term.levels) > 2:
        sets.append((rest, term.codes != top, True))
    for stratum, inside, is_rest in sets:
        places = np.flatnonzero(inside & used)
        codes, values = made.x.codes[places], made.outcome.values[places]
        n = np.bincount(codes, minlength=len(made.x.levels))
        mean = np.bincount(codes, weights=values, minlength=len(n)) / np.maximum(n, 1)
        square = np.bincount(codes, weights=(values - mean[codes]) ** 2, minlength=len(n))
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


def _pattern(
    pooled: float, ends: tuple[float, float], mine: Sequence[Within], rest: Sequence[Within], adjusted: float | None
) -> str:
    """Name what the strata show: reversal, heterogeneity, confounding or alike (playbook section 7)."""
    off_zero = ends[0] > 0 or ends[1] < 0
    if len(mine) > 1 and off_zero and all(d.value * pooled < 0 for d in mine):
        return "reversal"
    signs = {d.sign for d in [*mine, *rest]}
    if {1, -1} <= signs:
        return "heterogeneity"
    if off_zero and adjusted is not None and (adjusted * pooled < 0 or abs(adjusted - pooled) > 0.25 * abs(pooled)):
        return "confounding"
    return "alike"


def _said(made: Study, d: Within) -> str:
    out = made.outcome
    return pick(
        f"{out.size(d.value)} (95% CI {out.interval(d.low, d.high)}; n = {count(d.n)} and {count(d.n_reference)})",
        f"{out.size(d.value)}（95% 置信区间 {out.interval(d.low, d.high)}；n = {count(d.n)} 与 {count(d.n_reference)}）",
    )


def _sentences(
    made: Study, term: Term, level: str, mine: Sequence[Within], pattern: str, lead: bool, pooled: float
) -> list[Sentence]:
    out = made.outcome
    side, other = comparison(made, level)
    shown = [d for d in mine if not d.rest]
    ends = sorted(shown, key=lambda d: d.value)
    if len(shown) > 4:
        rest = [d for d in mine if d.rest]
        most = max(shown, key=lambda d: d.n + d.n_reference)
        shown = [most, *rest] if rest else [ends[0], ends[-1]]
    told = listed(
        [
            f"{at(term.name, d.stratum) if not d.rest else tidy(term.name) + ' ' + d.stratum}: {_said(made, d)}"
            for d in [*shown, *[d for d in mine if d.rest and d not in shown]]
        ]
    )
    en = {
        "reversal": "is the other way round within every stratum (Simpson's paradox)",
        "heterogeneity": "is not the same in all strata, and its sign differs",
        "confounding": "changes once strata are compared alike",
        "alike": "has no opposite sign among the strata with enough rows",
    }[pattern]
    zh = {
        "reversal": "在每一层内方向都相反（辛普森悖论）",
        "heterogeneity": "在各层并不一致，方向不同",
        "confounding": "在同层比较时会改变",
        "alike": "在行数足够的各层中没有相反的方向",
    }[pattern]
    weight = {"reversal": 92, "heterogeneity": 75, "confounding": 65, "alike": 50}[pattern] - (0 if lead else 30)
    found = [
        Sentence(
            key=f"strata-{pattern}",
            columns=(out.name, made.x.name, term.name),
            weight=weight,
            text=pick(
                f"The difference in {out.shown_name} for {side} against {other} ({out.size(pooled)} overall) {en}, over {tidy(term.name)}: {told}.",
                f"{side} 对 {other} 的 {out.shown_name} 差异（总体 {out.size(pooled)}）按 {tidy(term.name)} 分层{zh}：{told}。",
            ),
        )
    ]
    if pattern == "heterogeneity" and lead and len(ends) > 4:
        found.append(
            Sentence(
                key="strata-range",
                columns=(out.name, made.x.name, term.name),
                weight=46,
                text=pick(
                    f"Over the levels of {tidy(term.name)} with {WEAK} rows or more on both sides it runs from {at(term.name, ends[0].stratum)}, {_said(made, ends[0])}, to {at(term.name, ends[-1].stratum)}, {_said(made, ends[-1])}.",
                    f"在两侧均不少于 {WEAK} 行的 {tidy(term.name)} 水平中，差异从 {at(term.name, ends[0].stratum)} 的 {_said(made, ends[0])} 到 {at(term.name, ends[-1].stratum)} 的 {_said(made, ends[-1])}。",
                ),
            )
        )
    return found


def _moved(
    made: Study, raw: Term, level: str, before: float, after: float, ends: tuple[float, float], lead: bool
) -> Sentence:
    out = made.outcome
    side = comparison(made, level)[0]
    return Sentence(
        key="strata-adjusted",
        columns=(out.name, made.x.name, raw.name),
        weight=54 if lead else 30,
        text=pick(
            f"Averaged over all rows, the difference in {out.shown_name} for {side} goes from {out.size(before)} unadjusted to {out.size(after)} "
            f"(95% CI {out.interval(*ends)}) adjusted for {covariate_text(raw)}.",
            f"就全部行平均而言，{side} 的 {out.shown_name} 差异由未调整的 {out.size(before)} 变为调整 {covariate_text(raw)} 后的 {out.size(after)}（95% 置信区间 {out.interval(*ends)}）。",
        ),
    )


def _by(made: Study, term: Term, by: str, lead: str) -> list[Sentence]:
    """Compare the commonest stratum with all others, within each level of the moderator."""
    import numpy as np

    from k2lab.stats import columns

    if not columns.is_category(made.frame, by):
        return []
    moderator = category(made.frame, by, made.outcome.name)
    top = int(np.bincount(term.codes[made.used], minlength=len(term.levels)).argmax())
    two = Term(
        name=term.name,
        codes=(term.codes != top).astype(np.int64),
        levels=(term.levels[top], pick(f"not {term.levels[top]}", f"非 {term.levels[top]}")),
    )
    side, other = comparison(made, lead)
    said = []
    for i, level in enumerate(moderator.levels):
        found = [d for d in _within(made, two, moderator.codes == i) if d.level == lead and d.solid]
        if len(found) == 2 and {d.sign for d in found} == {-1, 1}:
            told = listed(
                [
                    f"{tidy(term.name)} {pick('=', '为')} {d.stratum}: {_said(made, d)}"
                    if j == 0
                    else f"{tidy(term.name)} {d.stratum}: {_said(made, d)}"
                    for j, d in enumerate(found)
                ]
            )
            said.append(
                Sentence(
                    key="strata-by",
                    columns=(made.outcome.name, made.x.name, by, term.name),
                    weight=52,
                    text=pick(
                        f"Among {at(by, level)} rows the difference in {made.outcome.shown_name} for {side} against {other} has opposite signs: {told}.",
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
