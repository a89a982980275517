"""Linear regression that reads itself: each coefficient in words, and what the model leaves open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import pick
from k2lab.stats import columns, fold, linear, weighted
from k2lab.stats.groups import missing_sentence, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.linear import Design, LeverageOne, LinearFit, NotEstimable
from k2lab.stats.model_json import model_json
from k2lab.stats.outcome import Outcome, outcome
from k2lab.stats.readings import Coefficient, Part, words
from k2lab.stats.relate import nice_step
from k2lab.stats.result import Check, Estimate, Result, Scalar, Table, TestResult
from k2lab.stats.words import joined, tidy

if TYPE_CHECKING:
    import pandas as pd

MOST_LEVELS = 20
"""Levels of a category that get a coefficient; the rarer ones are pooled."""
SEPARABLE = 2.2
"""Adjusted GVIF above which coefficients of a term are not told apart from the others (playbook section 5)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A fitted model with the frame it stands on."""

    outcome: Outcome
    frame: pd.DataFrame
    terms: tuple[str, ...]
    interactions: tuple[tuple[str, ...], ...]
    design: Design
    fitted: LinearFit
    references: Mapping[str, str] = field(default_factory=dict)


@any_engine
def regress(
    data: Any, y: str, terms: Sequence[str] | str, interactions: Sequence[Sequence[str]] = (), scale: str = "auto",
    cov: str = "HC3",
) -> Result:  # fmt: skip
    """Fit a linear model by least squares and read every coefficient in words.

    Parameters
    ----------
    data : frame
    y : str
        Outcome: a number, or a column with two values (then differences are percentage points).
    terms : sequence of str
        Columns; text and few-valued numbers are categories, compared with their reference level.
    interactions : sequence of sequences of str
        Each of two or more terms.
    scale : {"auto", "log", "raw"}
        "auto" takes logs of a positive outcome with a long right tail; coefficients are then percent.
    cov : {"HC3", "HC0", "HC1", "HC2", "classical"}
        Covariance of the intervals.

    Raises
    ------
    UsageError
        If a column is missing, a term has one level or is fixed by others, or `y` is text with many values.
    InputError
        If there are too few rows, or the outcome does not vary.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"y": [1.0, 3, 4, 8, 9, 10, 14], "x": [0.0, 1.5, 2, 3, 4.5, 5, 6]})
    >>> made = regress(table, "y", ["x"])
    >>> round(made.estimates[0].value, 2), round(made.values["r2"], 3)
    (2.08, 0.958)
    """
    chosen = (terms,) if isinstance(terms, str) else tuple(dict.fromkeys(terms))
    pairs = tuple(tuple(group) for group in interactions)
    chosen = tuple(dict.fromkeys((*chosen, *(name for group in pairs for name in group))))
    if not chosen:
        raise UsageError("A regression needs at least one term.", "Give the columns that y is to be related to.")
    if y in chosen:
        raise UsageError(f"{y!r} is the outcome and cannot be a term too.", "Leave it out of the terms.")
    if cov == "cluster":
        raise UsageError("regress does not take clusters.", "Use linear.fit with clusters, or cov='HC3'.")
    frame, dropped = take_rows(data, (y, *chosen), folds=True, y=y)
    warnings: list[str] = []
    frame, references = _pool(_once_coded(frame, chosen), chosen, warnings)
    model = _fit(frame, y, chosen, pairs, scale, cov, warnings, references)
    coefficients = _coefficients(model)
    inflation = gvif(model)
    tests = _tests(model, warnings)
    values: dict[str, Scalar] = {
        "n": model.fitted.n, "dropped": dropped, "y": y, "scale": model.outcome.scale, "r2": model.fitted.r2,
        "adj_r2": model.fitted.adj_r2, "sigma": model.fitted.sigma, "df_resid": model.fitted.df_resid, "cov": cov,
    }  # fmt: skip
    terms_text = joined([tidy(t) for t in chosen])
    return Result(
        kind="regress", title=pick(f"{tidy(y)} on {terms_text}", f"{tidy(y)} 对 {terms_text} 的回归"),
        estimates=tuple(_estimate(model, c) for c in coefficients), tests=tuple(tests), checks=_checks(model,
        inflation),
        tables=(_table(model),), values=values, warnings=tuple(warnings), model=_model(model),
        sentences=(
            *words(model.outcome, model.fitted, coefficients, chosen, inflation, SEPARABLE),
            *missing_sentence(dropped, fold.rows(frame) + dropped, (y, *chosen)),
        ),
    )  # fmt: skip


def _once_coded(frame: pd.DataFrame, terms: tuple[str, ...]) -> pd.DataFrame:
    """Return the frame with its text as categories: the levels of a term are asked for many times."""
    import pandas as pd

    text = [t for t in terms if isinstance(frame[t].dtype, pd.StringDtype)]
    return frame.assign(**{t: frame[t].astype("category") for t in text})


def _pool(frame: pd.DataFrame, terms: tuple[str, ...], warnings: list[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Join the rare levels of a category with many, so that no coefficient rests on a handful of rows."""
    import numpy as np
    import pandas as pd

    made, references = frame, {}
    for name in terms:
        if not columns.is_category(frame, name):
            columns.number(frame, name, role="term")
            continue
        order = columns.level_order(frame, name)
        if len(order) <= MOST_LEVELS:
            continue
        size = columns.sizes(frame, name, order)
        keep = sorted(range(len(order)), key=lambda i: -size[i])[: MOST_LEVELS - 1]
        other = pick("other (pooled)", "其他（合并）")
        place = np.array([keep.index(i) if i in keep else len(keep) for i in range(len(order))])
        names = [columns.level_name(order[i]) for i in keep] + [other]
        code = place[columns.codes(frame, name, order)]
        references[name] = names[0]
        made = made.assign(**{name: pd.Series(np.array(names, dtype=object)[code], dtype=object)})
        warnings.append(
            pick(
                f"{len(order) - len(keep)} rarer levels of {tidy(name)} are pooled as 'other (pooled)'.",
                f"{tidy(name)} 中较少见的 {len(order) - len(keep)} 个水平合并为“其他（合并）”。",
            )
        )
    return made, references


def _fit(
    frame: pd.DataFrame, y: str, terms: tuple[str, ...], pairs: tuple[tuple[str, ...], ...], scale: str, cov: str,
    warnings: list[str], references: Mapping[str, str],
) -> Model:  # fmt: skip
    out = outcome(frame, y, scale)
    kept_references = {t: level for t, level in references.items() if (frame[t] == level).any()}
    design = linear.design(frame, terms, pairs, kept_references)
    try:
        fitted = linear.fit_design(design, out.values, cov, folds=out.folds)
    except LeverageOne as error:
        # Such a row settles its own coefficient and says nothing of the others, which stay as they are without it.
        kept = frame.drop(index=list(error.rows)).reset_index(drop=True)
        if not len(kept) or len(error.rows) * 2 > len(frame):
            raise
        warnings.append(
            pick(
                f"{len(error.rows)} rows that decide a coefficient alone (leverage 1) are left out.",
                f"排除了 {len(error.rows)} 行单独决定某一系数的行（杠杆值为 1）。",
            )
        )
        left = tuple(t for t in terms if kept[t].nunique() > 1)
        if not left:
            raise InputError("After that no term varies any more.", "") from error
        return _fit(kept, y, left, tuple(p for p in pairs if set(p) <= set(left)), scale, cov, warnings, references)
    if design.dropped:
        named = ", ".join(tidy(d) for d in design.dropped[:5])
        warnings.append(pick(f"Empty combinations have no coefficient: {named}.", f"空组合没有系数：{named}。"))
    return Model(
        outcome=out,
        frame=frame,
        terms=terms,
        interactions=pairs,
        design=design,
        fitted=fitted,
        references=kept_references,
    )


def _coefficients(model: Model) -> tuple[Coefficient, ...]:
    import numpy as np

    design, fitted = model.design, model.fitted
    parts = design.parts()
    held = {t: columns.number(model.frame, t) for t in model.terms if t not in design.levels}
    step = {t: nice_step(v, fold.times(model.frame)) for t, v in held.items()}
    rows = np.zeros((len(parts), len(parts)))
    partners: list[dict[str, float]] = [{} for _ in parts]
    for j, mine in enumerate(parts):
        size = math.prod(step.get(t, 1.0) for t, _ in mine)
        rows[j, j] = size
        for k, other in enumerate(parts):
            rest = [pair for pair in other if pair not in mine]
            if len(mine) == 1 and k != j and mine[0] in other and all(level is None for _, level in rest):
                # Inside an interaction with a number, a coefficient is read at the mean of that number, not at zero.
                at = {t: weighted.mean(held[t], fold.times(model.frame)) for t, _ in rest}
                rows[j, k] = size * math.prod(at.values())
                partners[j] |= at
    contrasts = linear.contrast(fitted, rows[1:])
    count = {t: dict(zip(v, columns.sizes(model.frame, t, v), strict=True)) for t, v in design.levels.items()}
    inside = {name for group in model.interactions for name in group}
    found = []
    for j, mine in enumerate(parts[1:], start=1):
        term, level = mine[0]
        found.append(
            Coefficient(
                name=design.names[j], contrast=contrasts[j - 1],
                parts=tuple(
                    Part(term=t, level=v or "", reference=design.levels[t][0] if v is not None else "",
                    step=step.get(t, 1.0))
                    for t, v in mine
                ),
                n=count[term][level] if level is not None and len(mine) == 1 else fitted.n,
                at=partners[j], inside=len(mine) == 1 and term in inside,
            )
        )  # fmt: skip
    return tuple(found)


def _estimate(model: Model, c: Coefficient) -> Estimate:
    out, first = model.outcome, c.parts[0]
    label = tidy(c.name)
    if len(c.parts) == 1:
        label += pick(f" against {tidy(first.reference)}", f" 对 {tidy(first.reference)}") if first.reference else ""
        label += f" (+{first.step:,g})" if not first.reference else ""
    return Estimate(
        label=label, value=out.shown(c.contrast.value), low=out.shown(c.contrast.low),
        high=out.shown(c.contrast.high), n=c.n,
        unit=out.unit, method=f"OLS, {model.fitted.cov_type}", p=c.contrast.p,
        groups={p.term: p.level for p in c.parts if p.reference},
    )  # fmt: skip


def _tests(model: Model, warnings: list[str]) -> list[TestResult]:
    """Test each term, and each interaction, by Wald's F; terms inside an interaction are not tested."""
    made = []
    inside = {name for group in model.interactions for name in group}
    for key, part in model.design.term_slices.items():
        if key in inside or part.stop == part.start:
            continue
        try:
            made.append(linear.wald(model.fitted, model.design.test(key), tidy(key)))
        except NotEstimable as error:
            warnings.append(error.what)
    return made


def gvif(model: Model) -> dict[str, float]:
    """Return GVIF^(1 / (2 df)) of each term of the model without interactions (Fox and Monette 1992)."""
    import numpy as np

    if len(model.terms) < 2:
        return {}
    design, inverse = model.design, model.fitted.inverse
    if model.interactions:
        design = linear.design(model.frame, model.terms, references=model.references)
        out = model.outcome
        inverse = linear.fit_design(design, out.values, "classical", folds=out.folds).inverse
    spread = np.sqrt(np.diag(inverse))[1:]
    if not (spread > 0).all():
        return {}
    r = inverse[1:, 1:] / np.outer(spread, spread)

    def logdet(part: Any) -> float:
        return float(np.linalg.slogdet(part)[1])

    made = {}
    for term, part in design.term_slices.items():
        mine = np.zeros(len(r), dtype=bool)
        mine[part.start - 1 : part.stop - 1] = True
        size = logdet(r[np.ix_(mine, mine)]) + logdet(r[np.ix_(~mine, ~mine)]) - logdet(r)
        made[str(term)] = math.exp(max(size, 0.0) / (2 * int(mine.sum())))
    return made


def _checks(model: Model, inflation: dict[str, float]) -> tuple[Check, ...]:
    import numpy as np

    made = []
    high = {t: v for t, v in inflation.items() if v > SEPARABLE}
    if inflation:
        top = max(inflation, key=lambda t: inflation[t])
        made.append(
            Check(
                name=pick("collinearity", "共线性"), passed=not high,
                reading=pick(f"largest adjusted GVIF {inflation[top]:.2f} ({tidy(top)})",
                f"最大校正 GVIF {inflation[top]:.2f}（{tidy(top)}）"),
                action=pick("read such terms together, not one by one",
                "这些项应合并解读") if high else pick("none needed", "无需处理"),
            )
        )  # fmt: skip
    fitted = model.fitted
    cook = (
        fitted.residuals**2
        * fitted.leverage
        / (1 - fitted.leverage).clip(1e-9) ** 2
        / (fitted.sigma**2 * len(fitted.params))
    )
    largest = float(np.max(cook))
    made.append(
        Check(
            name=pick("influence", "影响力"), reading=pick(f"largest Cook distance {largest:.3f}",
            f"最大 Cook 距离 {largest:.3f}"), passed=largest < 1,
            action=pick("look at that row", "检查该行") if largest >= 1 else pick("none needed", "无需处理"),
        )
    )  # fmt: skip
    return tuple(made)


def _model(model: Model) -> dict[str, Any]:
    out, fitted = model.outcome, model.fitted
    return model_json(
        family="gaussian", outcome=out.name, scale=out.scale, event=out.event, design=model.design, frame=model.frame,
        params=fitted.params, cov=fitted.cov, cov_type=fitted.cov_type, df=fitted.df_test, n=fitted.n,
        sigma=fitted.sigma, residuals=fitted.residuals,
    )  # fmt: skip


def _table(model: Model) -> Table:
    fitted = model.fitted
    rows: list[tuple[Scalar, ...]] = [
        (name, float(b), float(s)) for name, b, s in zip(fitted.names, fitted.params, fitted.se, strict=True)
    ]
    scale = pick("of the logarithm", "（对数尺度）") if model.outcome.scale == "log" else ""
    header = (pick("coefficient", "系数"), pick("value", "值"), pick("standard error", "标准误"))
    return Table(
        title=pick(f"Coefficients {scale}", f"系数{scale}").strip(),
        columns=header,
        rows=tuple(rows),
        note=fitted.cov_type,
    )
