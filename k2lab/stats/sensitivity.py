"""The same differences under other reasonable choices of rows and adjustment: `sensitivity`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError
from k2lab.locale import pick
from k2lab.stats import engines
from k2lab.stats import sensitivity_words as words
from k2lab.stats.effect_words import comparison
from k2lab.stats.grouped import GroupedFit, Term
from k2lab.stats.groups import by_names
from k2lab.stats.labels import any_engine
from k2lab.stats.probe import NEARLY_THE_SAME, Probe, association, candidates_of, crossed, probes
from k2lab.stats.probe_large import Together, categories, cells, of_cells, probes_of_large
from k2lab.stats.result import Estimate, Result, Scalar, TestResult
from k2lab.stats.sensitivity_tables import long, main_of, summary
from k2lab.stats.simple import Difference, differences, rows_of
from k2lab.stats.study import Study, covariate, covariate_text, study
from k2lab.stats.words import adjusted_for, at, tidy

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, kw_only=True, eq=False)
class Analysis:
    """One way of making the comparison.

    Attributes
    ----------
    rows : {"all", "distinct"}
    within : str
        The stratum it is confined to, or empty.
    adjusted : tuple of str
        Regressors beside the compared column and the moderator, as they are named in sentences.
    step : str
        ``"unadjusted"``, ``"main"`` (all confounders), ``"mediators"``, ``"between"`` or ``"stratum"``.
    n : int
    found : tuple of Difference
    fitted : GroupedFit
    """

    rows: str
    within: str
    adjusted: tuple[str, ...]
    step: str
    n: int
    found: tuple[Difference, ...]
    fitted: GroupedFit

    @property
    def name(self) -> str:
        """Name it in a table."""
        parts = [pick("all rows", "全部行") if self.rows == "all" else pick("distinct rows", "去重后的行")]
        if self.within:
            parts.append(pick(f"only {self.within}", f"仅 {self.within}"))
        parts.append(adjusted_for(self.adjusted))
        return pick("; ", "；").join(parts)

    def at(self, level: str, by: str) -> Difference | None:
        """Return one of its differences."""
        return next((d for d in self.found if d.level == level and d.by == by), None)


@any_engine
def sensitivity(
    data: Any,
    y: str,
    x: str,
    by: str | None = None,
    adjust: Sequence[str] | None = None,
    scale: str = "auto",
    sesoi: float | None = None,
) -> Result:
    """Repeat the comparison of `effect` over all and distinct rows, and step by step over adjustments.

    Parameters
    ----------
    data : frame
    y, x, by : str
        As in `effect`.
    adjust : sequence of str, optional
        What to adjust for; default the confounders found (times, then places, then others, then possible
        mediators as the last step).
    scale, sesoi
        As in `effect`.

    Returns
    -------
    Result
        One table with a line for each analysis and one with every difference; estimates are those of the
        unadjusted and the adjusted analysis, on all and on distinct rows.

    Raises
    ------
    UsageError, InputError
        As `effect` does.

    Notes
    -----
    Sensitivity analyses are not corrected for their number and not chosen by p. Cluster-robust intervals
    are CR1 with t on clusters - 1 degrees of freedom. All rows of a large frame are read where the columns
    together make few cells, and repeated rows are then not looked for; else the result is that of a sample, and
    says so.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [1, 2, 1, 2, 5, 6, 5, 7] * 9, "site": list("aabbabbb") * 9})
    >>> table["city"] = list("uuuuvvvv") * 9
    >>> sensitivity(table, y="pay", x="site").values["analyses"]  # on all and on distinct rows
    6
    """
    names = candidates_of(data, y, x, by)
    if adjust is not None:
        adjust = by_names(adjust)
    made, looked, every = _looked(data, (y, x, by), names, adjust, scale, sesoi)
    chosen = [
        p for p in looked if p.chosen and p.term is not None and (adjust is not None or not _twin_of(p, made.by, made))
    ]
    analyses = _analyses(made, chosen, every)
    lead = _lead(analyses[0])
    said = words.sentences(made, analyses, lead)
    clustered, clusters = _clustered(made, looked, analyses)
    said += words.cluster_sentences(made, clustered, clusters, lead)
    values: dict[str, Scalar] = {
        "n": analyses[0].n,
        "analyses": len(analyses),
        "x": x,
        "y": y,
        "scale": made.outcome.scale,
        "lead": lead,
        "adjust": ", ".join(p.name for p in chosen if p.role != "mediator"),
        "mediators": ", ".join(p.name for p in chosen if p.role == "mediator"),
    }
    return Result(
        kind="sensitivity",
        title=pick(f"{tidy(y)} by {tidy(x)} under other choices", f"不同分析选择下 {tidy(y)} 随 {tidy(x)} 的差异"),
        estimates=_estimates(made, analyses, lead),
        tests=_tests(made, analyses),
        tables=(summary(made, analyses, lead), long(made, analyses, clustered)),
        sentences=tuple(said),
        values=values,
        warnings=tuple(
            p.why_not and f"{tidy(p.name)}: {p.why_not}" for p in looked if adjust is not None and not p.chosen
        ),
    )


Looks = tuple[Study, tuple[Probe, ...], tuple[Probe, ...]]


def _looked(
    data: Any, of: tuple[str, str, str | None], names: Sequence[str], adjust: Sequence[str] | None, scale: str,
    sesoi: float | None,
) -> Looks:  # fmt: skip
    """Return the comparison, the columns to adjust for, and all that were looked at."""
    y, x, by = of
    screen = adjust is None
    wanted = names if adjust is None else adjust
    made = _of_all_rows(data, of, names, wanted, scale, sesoi, screen=screen) if engines.large(data) else None
    if made is not None:
        return made
    held = study(data, y, x, by, more=names, scale=scale, sesoi=sesoi)
    looked = probes(held.frame, held.outcome, held.x, wanted, screen=screen)
    return held, looked, looked if screen else probes(held.frame, held.outcome, held.x, names)


def _of_all_rows(
    data: Any, of: tuple[str, str, str | None], names: Sequence[str], wanted: Sequence[str], scale: str,
    sesoi: float | None, *, screen: bool,
) -> Looks | None:  # fmt: skip
    """Read a large frame as the cells of all columns that are needed together; None where these are too many."""
    y, x, by = of
    first = study(data, y, x, by, scale=scale, sesoi=sesoi, folds=True)
    together: Together = {}
    looked = probes_of_large(data, first, wanted, screen=screen, together=together)
    every = looked if screen else probes_of_large(data, first, categories(data, names), together=together)
    strata = sorted((p for p in every if _may_be_stratum(p)), key=lambda p: -p.eta2)
    place = [p for p in every if p.role == "place" and p.chosen][:1]
    needed = dict.fromkeys(p.name for p in (*(p for p in looked if p.chosen), *place, *strata[:2]))
    frame = next((held for held in together.values() if held is not None and set(needed) <= set(held.columns)), None)
    if frame is None:
        frame = cells(data, first, tuple(needed))
    if frame is None or (engines.current().sampled and not engines.current().parts):
        engines.current().parts.clear()
        return None
    made = of_cells(first, frame, tuple(needed), sesoi)
    terms = {name: covariate(made.frame, name) for name in needed}

    def moved(found: Sequence[Probe]) -> tuple[Probe, ...]:
        return tuple(replace(p, term=terms.get(p.name), study=None) for p in found)

    return made, moved(looked), moved(every)


def _may_be_stratum(p: Probe) -> bool:
    import numpy as np

    if p.role != "other" or p.term is None or p.term.values is not None or p.levels > 12 or p.study is None:
        return False
    times = None if p.study.folds is None else p.study.folds.times
    return bool(np.bincount(p.term.codes, times).max() > 0.5 * p.study.rows(p.term.codes >= 0))


def _twin_of(p: Probe, by: Term | None, made: Study) -> bool:
    """Tell whether a confounder says nearly the same as the moderator, which is in the model already."""
    import numpy as np

    if by is None or p.term is None or by.values is not None or p.term.values is not None:
        return False
    return association(crossed(by, p.term, np.ones(len(made.used), dtype=bool), made.folds)) > NEARLY_THE_SAME


def _analyses(made: Study, chosen: Sequence[Probe], looked: Sequence[Probe]) -> list[Analysis]:
    import numpy as np

    groups = [
        [p for p in chosen if p.role == "time"],
        [p for p in chosen if p.role == "place"],
        [p for p in chosen if p.role not in ("time", "place", "mediator")],
        [p for p in chosen if p.role == "mediator"],
    ]
    steps: list[tuple[str, list[Probe]]] = [("unadjusted", [])]
    for group in groups[:3]:
        if group:
            steps.append(("between", [*steps[-1][1], *group]))
    if len(steps) > 1:
        steps[-1] = ("main", steps[-1][1])
    if groups[3]:
        steps.append(("mediators" if len(steps) > 1 else "main", [*steps[-1][1], *groups[3]]))
    stratum, within = _stratum(made, looked)
    distinct = ~made.repeats
    found = []
    for rows, mask in (("all", np.ones(len(distinct), dtype=bool)), ("distinct", distinct)):
        if rows == "distinct" and mask.all():
            continue
        for step, kept in steps:
            one = _one(made, rows, "", step, [p.term for p in kept if p.term is not None], mask)
            if one is not None:
                found.append(one)
        if stratum:
            one = _one(made, rows, stratum, "stratum", [p.term for p in groups[0] if p.term is not None], mask & within)
            if one is not None:
                found.append(one)
    if not found:
        raise InputError(
            f"No level of {tidy(made.x.name)} can be compared with another.",
            f"Each cell needs five rows or more; {'compare without the moderator' if made.by else 'pool levels'}.",
        )
    return found


def _one(made: Study, rows: str, within: str, step: str, terms: Sequence[Term], mask: np.ndarray) -> Analysis | None:
    try:
        fitted = made.fit(terms, within=mask)
    except InputError:  # too few rows for these coefficients: this analysis is not among the reasonable ones
        return None
    found = differences(made, fitted, within=mask)
    if not found:
        return None
    return Analysis(
        rows=rows,
        within=within,
        adjusted=tuple(covariate_text(t) for t in terms),
        step=step,
        n=fitted.n,
        found=found,
        fitted=fitted,
    )


def _stratum(made: Study, looked: Sequence[Probe]) -> tuple[str, np.ndarray]:
    """Return the commonest place, with the commonest level of the other dominated category that relates most to y."""
    import numpy as np

    everything = np.ones(len(made.used), dtype=bool)
    place = next((p for p in looked if p.role == "place" and p.chosen), None)
    usable = [
        p
        for p in looked
        if p.role == "other"
        and p.term is not None
        and p.term.values is None
        and p.levels <= 12
        and not _twin_of(p, made.by, made)
    ]
    times = None if made.folds is None else made.folds.times
    total = made.rows(everything)
    dominated = [p for p in usable if p.term is not None and np.bincount(p.term.codes, times).max() > 0.5 * total]
    parts = ([place] if place is not None else []) + sorted(dominated, key=lambda p: -p.eta2)[
        : 1 if place is not None else 0
    ]
    if not parts:
        return "", everything
    names, inside = [], everything
    for p in parts:
        if p.term is None or p.term.values is not None:
            continue
        size = np.bincount(p.term.codes, times)
        top = int(size.argmax())
        if p.term.levels[top] in (pick("(other)", "（其他）"), pick("(missing)", "（缺失）")):
            continue
        names.append(at(p.name, p.term.levels[top]))
        inside = inside & (p.term.codes == top)
    if not names or inside.all() or made.rows(inside) < 0.2 * total:
        return "", everything
    return pick(", ", "、").join(names), inside


def _lead(first: Analysis) -> str:
    """Return the level with the most rows among those with thirty or more on both sides."""
    weight: dict[str, int] = {}
    for d in [d for d in first.found if not d.weak] or list(first.found):
        weight[d.level] = weight.get(d.level, 0) + d.n
    return max(weight, key=lambda level: weight[level])


def _clustered(
    made: Study, looked: Sequence[Probe], analyses: Sequence[Analysis]
) -> tuple[tuple[Difference, ...], tuple[str, int]]:
    """Return the main analysis on all rows with cluster-robust intervals by the place, where there is one."""
    import pandas as pd

    place = next(
        (p for p in looked if p.role == "place" and p.chosen and p.term is not None and p.term.values is None), None
    )
    main = main_of(analyses, "all")
    if place is None or main is None:
        return (), ("", 0)
    codes = pd.factorize(made.frame[place.name], use_na_sentinel=False)[0].astype("int64")
    terms = [p.term for p in looked if p.chosen and p.term is not None and covariate_text(p.term) in main.adjusted]
    try:
        fitted = made.fit(terms, cluster=codes)
    except InputError:
        return (), ("", 0)
    if fitted.clusters < 3:
        return (), ("", 0)
    return differences(made, fitted, "cluster"), (place.name, fitted.clusters)


def _estimates(made: Study, analyses: Sequence[Analysis], lead: str) -> tuple[Estimate, ...]:
    out, kept = made.outcome, []
    for analysis in analyses:
        if analysis.step not in ("unadjusted", "main"):
            continue
        for d in analysis.found:
            if d.level != lead or (d.weak and not all(one.weak for one in analysis.found)):
                continue
            groups = {"analysis": analysis.name}
            if made.by is not None and d.by:
                groups = {made.by.name: d.by, **groups}
            side = comparison(made, d.level)[0]
            kept.append(
                Estimate(
                    label=f"{tidy(d.by)}: {analysis.name}" if d.by else analysis.name,
                    value=out.shown(d.value),
                    low=out.shown(d.low),
                    high=out.shown(d.high),
                    n=rows_of(made, d),
                    method=f"OLS, HC3; {side}",
                    unit=out.unit,
                    p=d.p,
                    groups=groups,
                )
            )
    return tuple(kept)


def _tests(made: Study, analyses: Sequence[Analysis]) -> tuple[TestResult, ...]:
    if made.by is None:
        return ()
    tests = []
    for analysis in analyses:
        test = analysis.fitted.wald((made.x.name, made.by.name))
        if test is not None:
            tests.append(
                TestResult(
                    label=f"{tidy(made.x.name)} x {tidy(made.by.name)}: {analysis.name}",
                    method="Wald F, HC3",
                    statistic=test.statistic,
                    symbol="F",
                    df=(float(test.df1), float(test.df2)),
                    p=test.p,
                    n=analysis.n,
                )
            )
    return tuple(tests)
