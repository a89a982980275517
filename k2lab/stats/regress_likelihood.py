"""Logistic and Poisson regression that read themselves: average differences, odds and rate ratios, what they assume."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, fold, likelihood
from k2lab.stats.average_differences import average_differences, difference_label, difference_sentence
from k2lab.stats.design import Design
from k2lab.stats.fitted import Fitted, kept
from k2lab.stats.frames import short
from k2lab.stats.groups import missing_sentence
from k2lab.stats.least import NotEstimable
from k2lab.stats.likelihood import LikelihoodFit, Separated
from k2lab.stats.model_json import model_json
from k2lab.stats.model_terms import Asked
from k2lab.stats.outcome import outcome
from k2lab.stats.regress import coefficient_table
from k2lab.stats.result import Check, Estimate, Result, Scalar, Sentence, Table, TestResult
from k2lab.stats.show import value_texts
from k2lab.stats.spoken import interval_text
from k2lab.stats.words import at, joined, tidy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EVENTS = 10
"""Rows of the rarer value that each coefficient of a logistic model needs (playbook section 4)."""
DISPERSED = 1.5
"""Dispersion of counts above which their own errors are too small (playbook section 2)."""


def binomial_result(
    model: Asked, cov: str, cluster: str | None, level: float, warnings: list[str], *, forced: bool
) -> Result | None:
    """Return a logistic regression; None (with a warning that says why) where least squares does better, unless forced.

    Raises
    ------
    UsageError
        If the outcome has not two values.
    """
    frame = model.frame
    if frame[model.y].nunique() != 2:
        raise UsageError(
            f"{short(model.y)} has {frame[model.y].nunique()} values, and a logistic regression needs two.",
            "Choose another family, or compare one value with the rest.",
        )
    out = outcome(frame, model.y, "auto") if model.scale != "log" else None
    if out is None or out.scale != "share":
        out = _as_share(model)
    times = fold.times(frame)
    design = model.design()
    events = float(out.values.sum() if times is None else times @ out.values)
    n = fold.rows(frame)
    rare, k = min(events, n - events), design.cells.shape[1]
    if not forced and rare < EVENTS * (k - 1):
        warnings.append(
            pick(
                f"Differences of shares by least squares, not a logistic model: {numbers.count(rare)} "
                "rows of the rarer "
                f'value are few for {k - 1} coefficients (family="binomial" fits one all the same).',
                f"采用最小二乘的占比之差，而非逻辑回归：较少取值仅 {numbers.count(rare)} 行，对 {k - 1} 个系数偏少"
                '（family="binomial" 可强制采用）。',
            )
        )
        return None
    labels = None if cluster is None else frame[cluster].map(columns.level_name).to_numpy()
    kind = "classical" if cov == "auto" else cov
    try:
        found = likelihood.fit(design, out.values, "binomial", kind, times, labels)
    except Separated as error:
        if not forced:
            warnings.append(pick("Differences of shares by least squares, not a logistic model: ",
                                 "采用最小二乘的占比之差，而非逻辑回归：") + error.what)  # fmt: skip
            return None
        found = likelihood.fit(design, out.values, "binomial", kind, times, labels, firth=True)
        warnings.append(pick(f"{error.what} Firth's penalised likelihood is used, which is finite.",
                             f"{error.what}采用 Firth 惩罚似然，其估计有限。"))  # fmt: skip
    held = _fitted(model, design, found, "binomial", out.event)
    margins = () if model.derived else average_differences(model, design, found, level)
    event = at(out.name, out.event)
    unit = pick("percentage points", "个百分点")
    method = pick(f"logistic, average difference, {kind}", f"逻辑回归，平均差异，{kind}")
    estimates = tuple(
        Estimate(
            label=difference_label(m), value=100 * m.value, low=100 * m.low, high=100 * m.high, n=m.n, unit=unit,
            method=method, level=level, p=m.p, groups={m.term: m.level} if m.level else {},
            assumptions=_assumptions(kind),
        )
        for m in margins
    )  # fmt: skip
    ratios = _ratios(held, pick("odds ratio", "优势比"), level)
    if not estimates:
        estimates = tuple(replace(e, assumptions=_assumptions(kind)) for e in ratios)
    names = model.names
    mcfadden = 1 - found.deviance / found.null_deviance if found.null_deviance > 0 else 0.0
    terms = joined([tidy(t) for t in model.terms])
    text = pick(
        f"In these data, {event} holds for {numbers.percent(events / n)} of rows; a logistic regression on "
        f"{terms} has McFadden's R² {numbers.number(mcfadden, 2)} (0 none, 1 complete; n = {numbers.count(n)}).",
        f"在这些数据中，{event} 的占比为 {numbers.percent(events / n)}；以 {terms} 作逻辑回归，McFadden R² 为 "
        f"{numbers.number(mcfadden, 2)}（0 为无，1 为完全；n = {numbers.count(n)}）。",
    )
    said = [Sentence(key="model", role="headline", text=text, columns=names, weight=10)]
    said += [difference_sentence(m, event, model, level, j) for j, m in enumerate(margins[:24])]
    if not margins:
        said += [_ratio_sentence(e, event, model, j) for j, e in enumerate(ratios[:24])]
    said += _limits(model, event, pick(
        "averaged differences in percentage points over the rows as they are; odds ratios are in the table",
        "按现有各行平均的百分点差异；优势比见表"), kind)  # fmt: skip
    values: dict[str, Scalar] = {
        "n": n, "dropped": model.dropped, "y": model.y, "scale": "share", "family": "binomial", "event": out.event,
        "cov": kind, "mcfadden_r2": mcfadden, "deviance": found.deviance, "null_deviance": found.null_deviance,
        "log_likelihood": found.log_likelihood, "aic": found.aic, "df_resid": found.df_resid, "events": events,
        "penalised": found.penalised,
    }  # fmt: skip
    enough = rare >= EVENTS * (k - 1)
    check = Check(
        name=pick("rows of the rarer value", "较少取值的行数"), passed=enough,
        reading=pick(f"{numbers.count(rare)} for {k - 1} coefficients", f"{numbers.count(rare)} 行，{k - 1} 个系数"),
        action=pick("enough", "足够") if enough else pick("few: use fewer terms", "偏少：应减少项数"),
    )  # fmt: skip
    json = (
        {}
        if model.derived
        else model_json(
            family="binomial", outcome=model.y, scale="share", event=out.event, design=design, frame=frame,
            params=found.params, cov=found.cov, cov_type=kind, df=None, n=n, level=level,
        )
    )  # fmt: skip
    return Result(
        kind="regress", title=pick(f"{event} on {terms}, logistic", f"{event} 对 {terms} 的逻辑回归"),
        estimates=estimates,
        tests=_tests(held, design, model, warnings), checks=(check,), values=values, warnings=tuple(warnings),
        model=json,
        tables=(_ratio_table(ratios, pick("Odds ratios", "优势比")), coefficient_table(held, log=False, level=level)),
        sentences=(*said, *missing_sentence(model.dropped, n + model.dropped, names)), fit=held,
    )  # fmt: skip


def poisson_result(model: Asked, cov: str, cluster: str | None, level: float, warnings: list[str]) -> Result:
    """Return a Poisson regression of counts, its errors by their spread.

    Raises
    ------
    UsageError
        If the outcome is a logarithm, or holds no counts.
    Separated
        If a level has only zeros.
    """
    frame = model.frame
    y = columns.number(frame, model.y)
    if model.scale == "log" or bool((y < 0).any()) or bool((y != y.round()).any()):
        raise UsageError(
            f"{short(model.y)} holds no counts: a Poisson regression takes whole numbers from zero up.",
            "Choose another family.",
        )
    if bool((y == y[0]).all()):
        raise InputError(f"The outcome {tidy(model.y)} has one value only, so nothing can be compared.")
    design, times = model.design(), fold.times(frame)
    labels = None if cluster is None else frame[cluster].map(columns.level_name).to_numpy()
    plain = likelihood.fit(design, y, "poisson", "classical", times)
    wide = plain.dispersion > DISPERSED
    kind = "HC1" if cov == "auto" else cov
    found = plain if kind == "classical" else likelihood.fit(design, y, "poisson", kind, times, labels)
    held = _fitted(model, design, found, "poisson", "")
    ratios = _ratios(held, pick("rate ratio", "发生率比"), level)
    estimates = tuple(
        replace(
            e, value=100 * (e.value - 1), low=100 * (e.low - 1), high=100 * (e.high - 1), unit="%",
            label=e.label.replace(pick("rate ratio, ", "发生率比，"), ""), method=f"Poisson, {kind}",
            assumptions=_assumptions(kind),
        )
        for e in ratios
    )  # fmt: skip
    n, names = fold.rows(frame), model.names
    terms = joined([tidy(t) for t in model.terms])
    share = 1 - found.deviance / found.null_deviance if found.null_deviance > 0 else 0.0
    mean = float(y.mean() if times is None else times @ y / times.sum())
    text = pick(
        f"In these data, {tidy(model.y)} is {numbers.number(mean)} a row; {terms} account for "
        f"{numbers.percent(share)} of "
        f"its deviance (Poisson regression; n = {numbers.count(n)}).",
        f"在这些数据中，{tidy(model.y)} 平均每行 {numbers.number(mean)}；{terms} 解释其偏差的 {numbers.percent(share)}"
        f"（泊松回归；n = {numbers.count(n)}）。",
    )
    said = [Sentence(key="model", role="headline", text=text, columns=names, weight=10)]
    said += [_ratio_sentence(e, tidy(model.y), model, j) for j, e in enumerate(estimates[:24])]
    if wide:
        told = pick(
            f"The counts of {tidy(model.y)} vary {plain.dispersion:.1f} times as much as a Poisson law allows",
            f"{tidy(model.y)} 的离散程度是泊松分布的 {plain.dispersion:.1f} 倍",
        )
        action = (
            pick(
                '; the classical errors asked for are too small: use cov="HC1".',
                '；所要求的经典标准误偏小：请用 cov="HC1"。',
            )
            if kind == "classical"
            else pick(f"; {kind} errors allow for that.", f"；{kind} 标准误已考虑这一点。")
        )
        said.append(Sentence(key="dispersion", role="caveat", text=told + action, columns=names, weight=7))
        if kind == "classical":
            warnings.append(told + action)
    said += _limits(model, tidy(model.y), pick("ratios of rates, as percent", "发生率之比（百分比）"), kind)
    check = Check(
        name=pick("dispersion", "离散度"), reading=numbers.number(plain.dispersion, 3), passed=not wide,
        action=pick("robust errors", "采用稳健标准误") if wide else pick("as a Poisson law has it", "符合泊松分布"),
    )  # fmt: skip
    return Result(
        kind="regress", title=pick(f"{tidy(model.y)} on {terms}, Poisson", f"{tidy(model.y)} 对 {terms} 的泊松回归"),
        estimates=estimates, tests=_tests(held, design, model, warnings), checks=(check,), warnings=tuple(warnings),
        tables=(_ratio_table(ratios, pick("Rate ratios", "发生率比")), coefficient_table(held, log=True, level=level)),
        sentences=(*said, *missing_sentence(model.dropped, n + model.dropped, names)), fit=held,
        values={
            "n": n, "dropped": model.dropped, "y": model.y, "scale": "count", "family": "poisson", "cov": kind,
            "deviance": found.deviance, "null_deviance": found.null_deviance, "log_likelihood": found.log_likelihood,
            "aic": found.aic, "dispersion": plain.dispersion, "df_resid": found.df_resid,
        },
    )  # fmt: skip


def _as_share(model: Asked) -> Any:
    """Read a column with two values as an outcome, also where it is a number that a formula names."""
    from k2lab.stats.outcome import Outcome

    order = columns.level_order(model.frame, model.y)
    event = order[-1]
    made = (columns.codes(model.frame, model.y, order) == 1).astype(float)
    return Outcome(
        name=model.y, scale="share", reason=pick("it has only two values", "只有两个取值"), values=made, original=made,
        low=-0.02, high=0.02, event=tidy(columns.level_name(event)),
    )  # fmt: skip


def _fitted(model: Asked, design: Design, found: LikelihoodFit, family: Any, event: str) -> Fitted:
    df = None if found.clusters is None else float(found.clusters - 1)
    return Fitted(
        family=family, y=model.y, scale="logit" if family == "binomial" else "count", event=event, design=design,
        params=found.params, cov=found.cov, cov_type=found.cov_type, df=df, n=found.n,
        **kept(model.frame, design, model.derived),
    )  # fmt: skip


def _ratios(held: Fitted, noun: str, level: float) -> tuple[Estimate, ...]:
    """Return exp of each coefficient but the intercept."""
    import numpy as np

    first = int(held.design.intercept)
    found = held.contrasts(np.eye(len(held.params))[first:], level)
    method = pick(f"{noun}, Wald interval, {held.cov_type}", f"{noun}，Wald 区间，{held.cov_type}")
    made = []
    for name, parts, c in zip(held.design.names[first:], held.design.parts()[first:], found, strict=True):
        if max(abs(c.low), abs(c.high)) > 300:
            raise NotEstimable(f"The coefficient of {tidy(name)} has no bounds.", "Leave it out, or use fewer terms.")
        made.append(
            Estimate(
                label=f"{noun}{pick(', ', '，')}{tidy(name)}", value=math.exp(c.value), low=math.exp(c.low),
                high=math.exp(c.high), n=held.n, method=method, level=level, p=c.p,
                groups={t: v for t, v in parts if v is not None},
            )
        )  # fmt: skip
    return tuple(made)


def _ratio_table(ratios: Sequence[Estimate], title: str) -> Table:
    return Table(
        title=title, columns=(pick("term", "项"), pick("ratio", "比值"), pick("low", "下限"), pick("high",
        "上限"), "p"),
        rows=tuple((e.label, e.value, e.low, e.high, e.p) for e in ratios),
    )  # fmt: skip


def _tests(held: Fitted, design: Design, model: Asked, warnings: list[str]) -> tuple[TestResult, ...]:
    made = []
    inside = {name for group in model.interactions for name in group}
    for key, part in design.term_slices.items():
        if key in inside or part.stop == part.start:
            continue
        try:
            made.append(replace(held.wald(design.test(key), tidy(key)), assumptions=_assumptions(held.cov_type)))
        except NotEstimable as error:
            warnings.append(error.what)
    return tuple(made)


def _assumptions(cov: str) -> tuple[str, ...]:
    rows = (
        pick("independent clusters", "各聚类相互独立") if cov == "cluster" else pick("independent rows", "各行相互独立")
    )
    form = pick("terms add up on the scale of the link", "各项在连接函数尺度上可加")
    return (rows, form)


def _ratio_sentence(e: Estimate, y: str, model: Asked, place: int) -> Sentence:
    null = 0.0 if e.unit == "%" else 1.0
    open_ = pick(f"; includes {null:g}", f"；含 {null:g}") if e.low <= null <= e.high else ""
    text = pick(
        f"{y}, {e.label}: {value_texts(e)[0]} ({interval_text(e)}{open_}; n = {numbers.count(e.n)}).",
        f"{y}，{e.label}：{value_texts(e)[0]}（{interval_text(e)}{open_}；n = {numbers.count(e.n)}）。",
    )
    return Sentence(key="coefficient", text=text, columns=model.names, weight=max(1, 8 - place))


def _limits(model: Asked, y: str, how: str, cov: str) -> list[Sentence]:
    return [
        Sentence(
            key="not-causal", role="limitation", columns=model.names, weight=8,
            text=pick(
                f"The coefficients for {y} compare rows that are alike in the named terms only; other columns and "
                "self-selection may lie behind them, so they are associations, not effects.",
                f"{y} 的各系数只比较在所列变量上相同的行；背后可能有其他因素及自我选择，因此并非因果作用。",
            ),
        ),
        Sentence(
            key="method", role="method", columns=model.names, weight=5,
            text=pick(f"Maximum likelihood for {y}, {how}; {cov} errors.", f"{y} 的最大似然估计，{how}；"
            f"{cov} 标准误。"),
        ),
    ]  # fmt: skip
