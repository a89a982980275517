"""Columns that differ between the groups and relate to the outcome: `confounders`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.locale import pick
from k2lab.locale.numbers import count, number, percent
from k2lab.stats import effect_words as words
from k2lab.stats import engines
from k2lab.stats.labels import any_engine
from k2lab.stats.probe import Probe, candidates_of, crossed, probes
from k2lab.stats.probe_large import probes_of_large
from k2lab.stats.result import Result, Scalar, Sentence, Table
from k2lab.stats.roles import role_text
from k2lab.stats.study import Study, covariate_text, study
from k2lab.stats.words import at, joined, listed, tidy

if TYPE_CHECKING:
    from k2lab.stats.grouped import Term


@any_engine
def confounders(data: Any, y: str, x: str, candidates: Sequence[str] | None = None) -> Result:
    """Find the columns that could stand behind a difference in `y` by `x`.

    Parameters
    ----------
    data : frame
    y, x : str
        Outcome and compared column.
    candidates : sequence of str, optional
        Columns to look at; default all others.

    Returns
    -------
    Result
        A table of all columns looked at (tie to `x`, share of the variance of `y`, role, kept or why not);
        ``values["adjust"]`` names the kept ones, for ``effect(adjust=...)``, and ``values["mediators"]`` those
        that may be a consequence of `x`.

    Raises
    ------
    UsageError
        For a column that is not there.
    InputError
        When nothing can be compared.

    Notes
    -----
    All rows of a large frame are read, each column by itself; columns with too many values are looked at in a sample,
    and the result names them.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [1, 2, 1, 2, 5, 6, 5, 6] * 9, "site": list("aabbabbb") * 9})
    >>> table["city"] = list("uuuuvvvv") * 9
    >>> confounders(table, y="pay", x="site").values["adjust"]
    'city'
    """
    if candidates is not None and (y in candidates or x in candidates):
        raise UsageError(
            "A confounder cannot be the outcome or the compared column itself.", "Leave it out of candidates."
        )
    names = candidates_of(data, y, x) if candidates is None else tuple(dict.fromkeys(candidates))
    if engines.large(data):
        made = study(data, y, x, folds=True)
        looked = probes_of_large(data, made, names)
    else:
        made = study(data, y, x, more=names)
        looked = probes(made.frame, made.outcome, made.x, names)
    kept = [p for p in looked if p.chosen]
    mediators = [p for p in kept if p.role == "mediator"]
    real = [p for p in kept if p.role != "mediator"]
    said: list[Sentence | None] = [
        _found(made, real, len(looked)),
        *(one for p in kept if p.term is not None for one in overlap(p.study or made, [p.term])),
    ]
    if mediators:
        said.append(_mediators(made, mediators))
    said.append(_excluded(made, looked))
    said.append(
        Sentence(
            key="not-causal",
            role="limitation",
            text=words.not_causal(made, [p.name for p in [*real, *mediators]]),
            columns=(y, x),
            weight=90,
        )
    )
    return Result(
        kind="confounders",
        title=pick(
            f"Columns that could stand behind {tidy(y)} by {tidy(x)}", f"可能解释 {tidy(y)} 随 {tidy(x)} 差异的列"
        ),
        tables=(
            _table(made, looked),
            *(_shares(p.study or made, p.term) for p in real[:3] if p.term is not None and p.term.values is None),
        ),
        sentences=tuple(s for s in said if s is not None),
        values={
            "n": made.n,
            "adjust": ", ".join(p.name for p in real),
            "mediators": ", ".join(p.name for p in mediators),
            "excluded": ", ".join(p.name for p in looked if p.why_not),
            "looked_at": len(looked),
        },
    )


def _found(made: Study, real: Sequence[Probe], looked: int) -> Sentence:
    x, y = tidy(made.x.name), tidy(made.outcome.name)
    columns = (made.outcome.name, made.x.name, *(p.name for p in real))
    if not real:
        return Sentence(
            key="confounders",
            columns=columns,
            weight=60,
            text=pick(
                f"Of {looked} other columns none differs by {x} and relates to {y} enough to call for adjustment; "
                "what is not in the table cannot be told.",
                f"其余 {looked} 列中，没有哪一列既随 {x} 不同、又与 {y} 相关到需要调整的程度；表外的因素无从得知。",
            ),
        )
    told = [
        pick(
            f"{covariate_text(p.term)} ({_measure(p)} with {x}; {percent(p.eta2)} of the variance of {y})",
            f"{covariate_text(p.term)}（与 {x} 的 {_measure(p)}；占 {y} 方差的 {percent(p.eta2)}）",
        )
        for p in real
        if p.term is not None
    ]
    return Sentence(
        key="confounders",
        columns=columns,
        weight=60,
        text=pick(
            f"Adjusted analyses use the columns that differ by {x} and relate to {y}, or are its time or place: "
            f"{listed(told)} (n = {count(made.n)}).",
            f"调整所用的列（随 {x} 不同且与 {y} 相关，或为时间、地点）：{listed(told)}（n = {count(made.n)}）。",
        ),
    )


def _measure(p: Probe) -> str:
    names = {"V": pick("Cramér's V", "Cramér V"), "d": "|d|", "r": "|r|", "eta": "eta"}
    return f"{names[p.measure]} {number(p.link, 2)}"


def overlap(made: Study, terms: Sequence[Term]) -> list[Sentence]:
    """Say where a group sits outside the commonest level of another column while the reference does not."""
    import numpy as np

    if made.numeric:
        return []
    said = []
    for term in terms:
        if term.values is not None:
            continue
        n = crossed(made.x, term, made.used, made.folds)
        top = int(n.sum(axis=0).argmax())
        if term.levels[top] == pick("(other)", "（其他）"):
            continue
        outside = 1 - n[:, top] / np.maximum(n.sum(axis=1), 1)
        for i in range(1, len(made.x.levels)):
            size = int(n[i].sum())
            if size < 5 or abs(outside[i] - outside[0]) < 0.2:
                continue
            severe = outside[i] > 0.8 or outside[i] < 0.2
            names = tidy(made.x.name), tidy(term.name)
            tail_en = (
                f"the data can hardly separate {names[0]} from {names[1]} there"
                if severe
                else f"{names[0]} and {names[1]} must be told apart"
            )
            tail_zh = f"此处数据几乎无法区分 {names[0]} 与 {names[1]}" if severe else f"须区分 {names[0]} 与 {names[1]}"
            said.append(
                Sentence(
                    key="overlap",
                    role="caveat",
                    columns=(made.x.name, term.name),
                    weight=76 if severe else 58,
                    text=pick(
                        f"{percent(float(outside[i]), 0)} of {at(made.x.name, made.x.levels[i])} rows (n = "
                        f"{count(size)}) sit outside {at(term.name, term.levels[top])}, "
                        f"while {percent(float(outside[0]), 0)} of {at(made.x.name, made.x.levels[0])} rows (n = "
                        f"{count(n[0].sum())}) do: {tail_en}.",
                        f"{at(made.x.name, made.x.levels[i])} 的行（n = {count(size)}）有 "
                        f"{percent(float(outside[i]), 0)} 不属于 {at(term.name, term.levels[top])}，"
                        f"而 {at(made.x.name, made.x.levels[0])}（n = {count(n[0].sum())}）只有 "
                        f"{percent(float(outside[0]), 0)}：{tail_zh}。",
                    ),
                )
            )
    return said


def _mediators(made: Study, mediators: Sequence[Probe]) -> Sentence:
    named = joined([tidy(p.name) for p in mediators])
    return Sentence(
        key="mediators",
        role="method",
        columns=tuple(p.name for p in mediators),
        weight=45,
        text=pick(
            f"{named} may come after {tidy(made.x.name)} rather than before it (a mediator), so adjusting for it "
            "is shown as a step of its own.",
            f"{named} 可能在 {tidy(made.x.name)} 之后而非之前（中介变量），故对其调整单列一步。",
        ),
    )


def _excluded(made: Study, looked: Sequence[Probe]) -> Sentence | None:
    gone = [p for p in looked if p.why_not and not p.chosen]
    if not gone:
        return None
    told = [pick(f"{tidy(p.name)} ({p.why_not})", f"{tidy(p.name)}（{p.why_not}）") for p in gone[:6]]
    return Sentence(
        key="excluded",
        role="method",
        columns=tuple(p.name for p in gone[:6]),
        weight=40,
        text=pick(
            f"Not used to adjust {tidy(made.outcome.name)}: {listed(told)}.",
            f"未用于调整 {tidy(made.outcome.name)}：{listed(told)}。",
        ),
    )


def _table(made: Study, looked: Sequence[Probe]) -> Table:
    rows: tuple[tuple[Scalar, ...], ...] = tuple(
        (
            tidy(p.name),
            role_text(p.role),
            p.measure,
            p.link if p.measure else None,
            p.eta2 if p.measure else None,
            pick("yes", "是")
            if p.chosen and p.role != "mediator"
            else pick("own step", "单列一步")
            if p.chosen
            else pick("no", "否"),
            p.why_not,
        )
        for p in looked
    )
    heads = (
        pick("column", "列"),
        pick("role", "角色"),
        pick("measure", "指标"),
        pick(f"tie to {tidy(made.x.name)}", f"与 {tidy(made.x.name)} 的关联"),
        pick(f"share of variance of {tidy(made.outcome.name)}", f"占 {tidy(made.outcome.name)} 方差"),
        pick("adjust", "调整"),
        pick("why not", "不用的原因"),
    )
    return Table(
        title=pick("Columns looked at", "考察的列"),
        columns=heads,
        rows=rows,
        note=pick(
            "V: Cramér's V; d: largest standardised difference; r: correlation; roles are guessed from name, type "
            "and values",
            "V：Cramér V；d：最大标准化差；r：相关；角色依列名、类型与取值推测",
        ),
    )


def _shares(made: Study, term: Term) -> Table:
    n = crossed(made.x, term, made.used, made.folds) if not made.numeric else None
    if n is None:
        return Table(
            title=tidy(term.name), columns=(pick("level", "水平"),), rows=tuple((tidy(level),) for level in term.levels)
        )
    rows: tuple[tuple[Scalar, ...], ...] = tuple(
        (
            tidy(level),
            *(float(100 * n[i, j] / max(n[i].sum(), 1)) for i in range(len(made.x.levels))),
            int(n[:, j].sum()),
        )
        for j, level in enumerate(term.levels)
    )
    return Table(
        title=pick(
            f"Share of {tidy(term.name)} within each {tidy(made.x.name)} (%)",
            f"{tidy(made.x.name)} 各水平中 {tidy(term.name)} 的占比（%）",
        ),
        columns=(tidy(term.name), *(tidy(level) for level in made.x.levels), "n"),
        rows=rows,
    )
