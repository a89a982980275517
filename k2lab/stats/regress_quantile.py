"""Quantile regression that reads itself."""

from __future__ import annotations

import math
from typing import Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, engines, fold, quantiles
from k2lab.stats.fitted import Fitted, kept
from k2lab.stats.groups import missing_sentence
from k2lab.stats.least import NotEstimable, solve
from k2lab.stats.model_terms import Asked
from k2lab.stats.regress import coefficient_table
from k2lab.stats.relate import nice_step
from k2lab.stats.result import Estimate, Result, Sentence
from k2lab.stats.show import value_texts
from k2lab.stats.spoken import interval_text
from k2lab.stats.words import joined, tidy


def quantile_result(model: Asked, tau: float, cov: str, level: float, warnings: list[str]) -> Result:
    """Return a regression of a quantile.

    Raises
    ------
    UsageError
        If the quantile is not between 0 and 1, or the covariance is not offered.
    InputError
        If the outcome does not vary, or there are too many rows.
    """
    import numpy as np

    if not (isinstance(tau, (int, float)) and 0.01 <= tau <= 0.99):
        raise UsageError(f"quantile is {tau!r}.", "It is a share between 0.01 and 0.99; 0.5 is the median.")
    if cov not in ("auto", "classical"):
        raise UsageError(
            f"A quantile regression has no {cov} errors.",
            'It takes cov="auto" (errors that let the spread vary) or "classical" (one spread).',
        )
    if not model.intercept:
        raise UsageError("A quantile regression needs an intercept here.", "Leave the - 1 out of the formula.")
    frame = model.frame
    y = columns.number(frame, model.y)
    if bool((y == y[0]).all()):
        raise InputError(f"The outcome {tidy(model.y)} has one value only, so nothing can be compared.")
    log = model.scale == "log"
    if log and float(y.min()) <= 0:
        raise UsageError("The logarithm needs an outcome above zero.", 'Use scale="raw".')
    values = np.log(y) if log else y
    times, design = fold.times(frame), model.design()
    X = design.matrix
    if times is not None:
        raise InputError(
            f"A quantile regression is not made of {fold.rows(frame):,} rows.",
            f"Take a sample of {engines.SAMPLE:,} first.",
        )
    solve(design.cells, np.bincount(design.index).astype(float), np.zeros(len(design.cells)), design.names)
    kind = "iid" if cov == "classical" else "nid"
    try:
        found = quantiles.fit(X, values, tau, kind)
    except NotEstimable:
        if kind == "iid":
            raise
        found, kind = quantiles.fit(X, values, tau, "iid"), "iid"
        warnings.append(
            pick(
                "The spread could not be let vary, so the errors take it as one.",
                "无法按行估计离散程度，标准误假定其相同。",
            )
        )
    held = Fitted(
        family="quantile", y=model.y, scale="log" if log else "raw", event="", design=design, params=found.params,
        cov=found.cov, cov_type=kind, df=float(found.df_resid), n=found.n, **kept(frame, design, model.derived),
    )  # fmt: skip
    name = pick("median", "中位数") if tau == 0.5 else pick(f"{tau:g} quantile", f"{tau:g} 分位数")
    estimates = _estimates(held, model, name, level)
    terms, names = joined([tidy(t) for t in model.terms]), model.names
    text = pick(
        f"In these data, the {name} of {tidy(model.y)} is modelled on {terms} (quantile regression; check loss "
        f"{numbers.number(found.loss)}; n = {numbers.count(found.n)}).",
        f"在这些数据中，以 {terms} 对 {tidy(model.y)} 的{name}建模（分位数回归；检验损失 {numbers.number(found.loss)}；"
        f"n = {numbers.count(found.n)}）。",
    )
    said = [Sentence(key="model", role="headline", text=text, columns=names, weight=10)]
    for j, e in enumerate(estimates[:24]):
        open_ = pick("; includes 0", "；含 0") if e.low <= 0 <= e.high else ""
        said.append(
            Sentence(
                key="coefficient", columns=names, weight=max(1, 8 - j),
                text=pick(
                    f"The {name} of {tidy(model.y)}, {e.label}: {value_texts(e)[0]} "
                    f"({interval_text(e)}{open_}; "
                    f"n = {numbers.count(e.n)}).",
                    f"{tidy(model.y)} 的{name}，{e.label}：{value_texts(e)[0]}（{interval_text(e)}{open_}；"
                    f"n = {numbers.count(e.n)}）。",
                ),
            )
        )  # fmt: skip
    distinct = len(np.unique(values))
    if distinct < 0.9 * len(values):
        said.append(
            Sentence(
                key="ties", role="caveat", columns=names, weight=6,
                text=pick(
                    f"{tidy(model.y)} has many tied values, so other coefficients may fit its {name} as well.",
                    f"{tidy(model.y)} 有大量同值，其{name}可能有其他同样合适的系数。",
                ),
            )
        )  # fmt: skip
    said.append(
        Sentence(
            key="not-causal", role="limitation", columns=names, weight=8,
            text=pick(
                f"The coefficients for {tidy(model.y)} compare rows that are alike in the named terms only; they are "
                "associations, not effects.",
                f"{tidy(model.y)} 的各系数只比较在所列变量上相同的行；属于关联，并非因果作用。",
            ),
        )
    )  # fmt: skip
    return Result(
        kind="regress", title=pick(f"{name[0].upper()}{name[1:]} of {tidy(model.y)} on {terms}",
                                   f"{tidy(model.y)} 的{name}对 {terms} 的回归"),
        estimates=estimates, tables=(coefficient_table(held, log, level),), warnings=tuple(warnings), fit=held,
        sentences=(*said, *missing_sentence(model.dropped, found.n + model.dropped, names)),
        values={
            "n": found.n, "dropped": model.dropped, "y": model.y, "scale": held.scale, "family": "quantile",
            "quantile": tau, "check_loss": found.loss, "df_resid": found.df_resid, "cov": kind,
        },
    )  # fmt: skip


def _estimates(held: Fitted, model: Asked, name: str, level: float) -> tuple[Estimate, ...]:
    import numpy as np

    parts = held.design.parts()
    rows = np.zeros((len(parts) - 1, len(parts)))
    labels: list[Any] = []
    for j, mine in enumerate(parts[1:], start=1):
        steps = [nice_step(columns.number(model.frame, t)) for t, v in mine if v is None]
        rows[j - 1, j] = math.prod(steps)
        shown = tidy(held.design.names[j])
        if len(mine) == 1 and mine[0][1] is not None:
            reference = tidy(held.design.levels[mine[0][0]][0])
            shown += pick(f" against {reference}", f" 对 {reference}")
        elif steps:
            shown += f" ({', '.join(f'+{numbers.plain(step)}' for step in steps)})"
        labels.append(shown)
    found = held.contrasts(rows, level)
    made = []
    for label, mine, c in zip(labels, parts[1:], found, strict=True):
        value, unit = held.difference(c.value)
        made.append(
            Estimate(
                label=label, value=value, low=held.difference(c.low)[0], high=held.difference(c.high)[0],
                n=held.n, unit=unit,
                level=level, p=c.p, method=pick(f"quantile regression, {held.cov_type}",
                f"分位数回归，{held.cov_type}"),
                groups={t: v for t, v in mine if v is not None},
                assumptions=(pick("independent rows", "各行相互独立"), pick("a right form of the terms",
                "各项的函数形式正确")),
            )
        )  # fmt: skip
    return tuple(made)
