"""Regression that reads itself: each coefficient in words, and what the model leaves open."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, fold, linear, weighted
from k2lab.stats.fitted import Fitted, kept
from k2lab.stats.frames import short
from k2lab.stats.groups import missing_sentence
from k2lab.stats.inflation import SEPARABLE, inflation
from k2lab.stats.labels import any_engine
from k2lab.stats.linear import Design, LeverageOne, LinearFit, NotEstimable
from k2lab.stats.model_json import model_json
from k2lab.stats.model_terms import Asked, asked
from k2lab.stats.outcome import Outcome, outcome
from k2lab.stats.readings import Coefficient, Part, words
from k2lab.stats.relate import nice_step
from k2lab.stats.result import Check, Estimate, Result, Scalar, Table, TestResult
from k2lab.stats.samples import level_checked, one_of
from k2lab.stats.shape import digits_warning
from k2lab.stats.words import joined, tidy

if TYPE_CHECKING:
    import pandas as pd

FAMILIES = ("auto", "gaussian", "binomial", "poisson", "quantile")
COVARIANCES = ("auto", "classical", "HC0", "HC1", "HC2", "HC3", "cluster")


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
    level: float = 0.95


@any_engine
def regress(
    data: Any, y: str | None = None, terms: Sequence[str] | str = (), interactions: Sequence[Sequence[str]] = (),
    scale: str = "auto", cov: str = "auto", *, formula: str | None = None, family: str = "auto",
    weights: str | None = None, cluster: str | None = None, quantile: float = 0.5,
    reference: Mapping[str, Any] | None = None, level: float = 0.95,
) -> Result:  # fmt: skip
    """Fit a regression and read every coefficient in words.

    Parameters
    ----------
    data : frame
    y : str
        Outcome: a number, or a column with two values.
    terms : sequence of str
        Columns; text and few-valued numbers are categories, compared with their reference level.
    interactions : sequence of sequences of str
        Each of two or more terms.
    scale : {"auto", "log", "raw"}
        "auto" takes logs of a positive outcome with a long right tail; coefficients are then percent.
    cov : {"auto", "classical", "HC0", "HC1", "HC2", "HC3", "cluster"}
        Covariance of the intervals. "auto" is HC3 for least squares, the model's own for logistic models, HC1 for
        counts.
    formula : str, optional
        Instead of `y`, `terms` and `interactions`: ``"log(pay) ~ team * age + C(year)"``; see `k2lab.stats.formula`.
    family : {"auto", "gaussian", "binomial", "poisson", "quantile"}
        "auto" is least squares, or for a column with two values a logistic model where there are ten rows of the rarer
        value for each coefficient and nothing separates them (else differences of shares by least squares, said so).
    weights : str, optional
        Column of precision weights (the inverse of each row's error variance) for weighted least squares; rows that
        stand for several are another thing, and are not meant.
    cluster : str, optional
        Column of clusters (people, firms): CR1 errors with G - 1 degrees of freedom.
    quantile : float
        For ``family="quantile"``.
    reference : mapping, optional
        Category to the level that others are compared with.
    level : float
        Confidence level.

    Returns
    -------
    Result
        Estimates of each coefficient in units a reader knows (percent for logs; percentage points, averaged over the
        rows, for logistic models, whose odds ratios stand in a table), tests of each term, checks, the table of
        coefficients. Give it to `marginal_means`, `contrasts`, `predict` or `diagnostics` to go on.

    Raises
    ------
    UsageError
        If a column is missing, a term has one level or is fixed by others, the formula cannot be read, `y` is text with
        many values.
    InputError
        If there are too few rows, or the outcome does not vary.

    Notes
    -----
    MacKinnon and White (1985) for HC; Liang and Zeger (1986) for CR1; Koenker and Bassett (1978) for quantiles; Firth
    (1993) for separated outcomes. R: lm, glm, rq with sandwich.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"y": [1.0, 3, 4, 8, 9, 10, 14], "x": [0.0, 1.5, 2, 3, 4.5, 5, 6]})
    >>> table["w"] = [1, 2, 1, 2, 1, 2, 1]
    >>> made = regress(table, "y", ["x"])
    >>> round(made.estimates[0].value, 2), round(made.values["r2"], 3)
    (2.08, 0.958)
    >>> regress(table, formula="y ~ x + I(x**2)", cov="classical").values["cov"]
    'classical'
    >>> round(regress(table, "y", ["x"], weights="w").estimates[0].value, 2)
    2.06
    >>> round(regress(table, "y", ["x"], family="quantile").estimates[0].value, 2)
    2.0
    """
    level_checked(level)
    one_of("cov", cov, COVARIANCES)
    one_of("family", family, FAMILIES)
    if (cov == "cluster") != (cluster is not None) and not (cluster is not None and cov == "auto"):
        raise UsageError("A cluster covariance and a column of clusters go together.", 'Give cluster="column".')
    if weights is not None and family not in ("auto", "gaussian"):
        raise UsageError(f'weights belong to least squares, not to family="{family}".', "Leave them out.")
    warnings: list[str] = []
    more = tuple(name for name in (weights, cluster) if name is not None)
    model = asked(data, y, terms, interactions, scale, formula, reference, more, warnings)
    for name in more:
        if name == model.y or (name == weights and name in model.terms):
            raise UsageError(f"{short(name)} cannot be weights or clusters and part of the model too.", "")
    kind = "cluster" if cluster is not None else cov
    if family == "quantile":
        from k2lab.stats.regress_quantile import quantile_result

        return quantile_result(model, quantile, kind, level, warnings)
    if family == "binomial" or (family == "auto" and weights is None and _two_valued(model)):
        from k2lab.stats.regress_likelihood import binomial_result

        made = binomial_result(model, kind, cluster, level, warnings, forced=family == "binomial")
        if made is not None:
            return made
    if family == "poisson":
        from k2lab.stats.regress_likelihood import poisson_result

        return poisson_result(model, kind, cluster, level, warnings)
    return _least_squares(model, "HC3" if kind == "auto" else kind, weights, cluster, level, warnings)


def _two_valued(model: Asked) -> bool:
    return (
        model.scale == "auto"
        and columns.distinct(model.frame, model.y, 2) == 2
        and columns.is_category(model.frame, model.y)
    )


def _least_squares(
    model: Asked, cov: str, weights: str | None, cluster: str | None, level: float, warnings: list[str]
) -> Result:
    made, model = _fit(model, cov, weights, cluster, level, warnings)
    y, chosen, fitted, kept_model = model.y, model.terms, made.fitted, fitted_model(made, model, cov)
    times = fold.times(made.frame)
    inflated = {term: one.adjusted for term, one in inflation(made.design, times).items()} if weights is None else {}
    coefficients = _coefficients(made)
    tests = _tests(made, warnings)
    warnings += digits_warning(made.outcome.values, fitted.sigma, tidy(y))
    loglik = log_likelihood(fitted)
    parameters = len(fitted.params) + 1
    values: dict[str, Scalar] = {
        "n": fitted.n, "dropped": model.dropped, "y": y, "scale": made.outcome.scale, "r2": fitted.r2,
        "adj_r2": fitted.adj_r2, "sigma": fitted.sigma, "df_resid": fitted.df_resid, "cov": cov,
        "r2_about": "mean" if fitted.centred else "zero",
    }  # fmt: skip
    if weights is None and not fitted.perfect:
        values |= {
            "log_likelihood": loglik, "aic": 2 * parameters - 2 * loglik,
            "bic": parameters * math.log(fitted.n) - 2 * loglik,
        }  # fmt: skip
    if fitted.clusters is not None:
        values["clusters"] = fitted.clusters
        if fitted.clusters < 30:
            warnings.append(
                pick(
                    f"{fitted.clusters} clusters are few: these errors are too small (30 are wanted).",
                    f"仅 {fitted.clusters} 个聚类：标准误偏小（宜不少于 30 个）。",
                )
            )
    terms_text = joined([tidy(t) for t in chosen])
    return Result(
        kind="regress", title=pick(f"{tidy(y)} on {terms_text}", f"{tidy(y)} 对 {terms_text} 的回归"),
        estimates=tuple(_estimate(made, c) for c in coefficients), tests=tuple(tests), checks=_checks(made, inflated),
        tables=(coefficient_table(kept_model, made.outcome.scale == "log", level),), values=values,
        warnings=tuple(warnings), model=_model(made) if not model.derived and model.intercept else {},
        sentences=(
            *words(made.outcome, fitted, coefficients, chosen, inflated, SEPARABLE),
            *missing_sentence(model.dropped, fold.rows(made.frame) + model.dropped, model.names),
        ),
        fit=kept_model,
    )  # fmt: skip


def fitted_model(made: Model, model: Asked, cov: str) -> Fitted:
    """Return what stays in Python of a linear model."""
    fitted = made.fitted
    return Fitted(
        family="gaussian", y=made.outcome.name, scale=made.outcome.scale, event=made.outcome.event, design=made.design,
        params=fitted.params, cov=fitted.cov, cov_type=cov, df=fitted.df_test, n=fitted.n, sigma=fitted.sigma,
        least=fitted, **kept(made.frame, made.design, model.derived),
    )  # fmt: skip


def log_likelihood(fitted: LinearFit) -> float:
    """Return the normal log likelihood, sigma by maximum likelihood."""
    n = fitted.n
    return -n / 2 * (math.log(2 * math.pi) + math.log(max(fitted.ss_resid / n, 1e-300)) + 1)


def coefficient_table(made: Fitted, log: bool, level: float) -> Table:
    """Return the coefficients with their errors, tests and intervals, as the model has them."""
    import numpy as np

    found = (
        made.contrasts(np.eye(len(made.params)), level) if not (made.least is not None and made.least.perfect) else ()
    )
    rows: list[tuple[Scalar, ...]] = [
        (name, float(b)) + ((c.se, c.t, c.p, c.low, c.high) if c else (None,) * 5)
        for name, b, c in zip(made.design.names, made.params, found or [None] * len(made.params), strict=True)
    ]
    header = (
        pick("coefficient", "系数"), pick("value", "值"), pick("standard error", "标准误"),
        "z" if made.df is None else "t",
        "p", pick("low", "下限"), pick("high", "上限"),
    )  # fmt: skip
    scale = pick("of the logarithm", "（对数尺度）") if log else ""
    return Table(
        title=pick(f"Coefficients {scale}", f"系数{scale}").strip(),
        columns=header,
        rows=tuple(rows),
        note=made.cov_type,
    )


def _fit(
    model: Asked, cov: str, weights: str | None, cluster: str | None, level: float, warnings: list[str]
) -> tuple[Model, Asked]:
    frame = model.frame
    out = outcome(frame, model.y, "auto" if model.scale == "formula" and columns.distinct(frame, model.y, 2) == 2
                  and not columns.is_number(frame,
                  model.y) else "raw" if model.scale == "formula" else model.scale)  # fmt: skip
    design = model.design()
    try:
        fitted = _solved(model, design, out, cov, weights, cluster)
    except LeverageOne as error:
        # Such a row settles its own coefficient and says nothing of the others, which stay as they are without it.
        left = frame.drop(index=list(error.rows)).reset_index(drop=True)
        if not len(left) or len(error.rows) * 2 > len(frame):
            raise
        warnings.append(
            pick(
                f"{len(error.rows)} rows that decide a coefficient alone (leverage 1) are left out.",
                f"排除了 {len(error.rows)} 行单独决定某一系数的行（杠杆值为 1）。",
            )
        )
        terms = tuple(t for t in model.terms if columns.distinct(left, t, 1) > 1)
        if not terms:
            raise InputError("After that no term varies any more.", "") from error
        again = replace(
            model, frame=left, terms=terms, categories=tuple(t for t in model.categories if t in terms),
            interactions=tuple(p for p in model.interactions if set(p) <= set(terms)),
        )  # fmt: skip
        return _fit(again, cov, weights, cluster, level, warnings)
    if design.dropped:
        named = ", ".join(tidy(d) for d in design.dropped[:5])
        warnings.append(pick(f"Empty combinations have no coefficient: {named}.", f"空组合没有系数：{named}。"))
    made = Model(
        outcome=out, frame=frame, terms=model.terms, interactions=model.interactions, design=design, fitted=fitted,
        references=dict(model.references), level=level,
    )  # fmt: skip
    return made, model


def _solved(
    model: Asked, design: Design, out: Outcome, cov: str, weights: str | None, cluster: str | None
) -> LinearFit:
    labels = None if cluster is None else model.frame[cluster].map(columns.level_name).to_numpy()
    if weights is None:
        return linear.fit_design(design, out.values, cov, labels, folds=out.folds)
    given = columns.number(model.frame, weights, role="column of weights")
    if bool((given < 0).any()) or not bool((given > 0).any()):
        raise InputError(f"The weights in {short(weights)} are not above zero.", "Leave rows without weight out.")
    return linear.fit_weighted(design, out.values, given, cov, labels)


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
    first = int(design.intercept)
    contrasts = linear.contrast(fitted, rows[first:], model.level)
    count = {t: dict(zip(v, columns.sizes(model.frame, t, v), strict=True)) for t, v in design.levels.items()}
    inside = {name for group in model.interactions for name in group}
    found = []
    for j, mine in enumerate(parts[first:], start=first):
        term, level = mine[0]
        found.append(
            Coefficient(
                name=design.names[j], contrast=contrasts[j - first],
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
    out, base = model.outcome, tidy(c.parts[0].reference)
    label = tidy(c.name)
    if len(c.parts) == 1 and c.parts[0].reference:
        label += pick(f" against {base}", f" 对 {base}")
    steps = ", ".join(f"+{numbers.plain(p.step)}" for p in c.parts if not p.reference)
    label += f" ({steps})" if steps else ""
    con, kind = c.contrast, "WLS" if model.fitted.weighted else "OLS"
    return Estimate(
        label=label, value=out.shown(con.value), low=out.shown(con.low), high=out.shown(con.high), n=c.n, p=con.p,
        unit=out.unit, method=f"{kind}, {model.fitted.cov_type}", level=model.level,
        assumptions=_assumptions(model.fitted.cov_type), groups={p.term: p.level for p in c.parts if p.reference},
    )  # fmt: skip


def _assumptions(cov: str) -> tuple[str, ...]:
    rows = pick("independent rows", "各行相互独立")
    if cov == "cluster":
        rows = pick("independent clusters", "各聚类相互独立")
    spread = (pick("equal spread", "方差相等"),) if cov == "classical" else ()
    return (rows, pick("a right form of the terms", "各项的函数形式正确"), *spread)


def _tests(model: Model, warnings: list[str]) -> list[TestResult]:
    """Test each term, and each interaction, by Wald's F; terms inside an interaction are not tested."""
    made = []
    inside = {name for group in model.interactions for name in group}
    for key, part in model.design.term_slices.items():
        if key in inside or part.stop == part.start:
            continue
        try:
            test = linear.wald(model.fitted, model.design.test(key), tidy(key))
            made.append(replace(test, assumptions=_assumptions(model.fitted.cov_type)))
        except NotEstimable as error:
            warnings.append(error.what)
    return made


def _checks(model: Model, inflated: dict[str, float]) -> tuple[Check, ...]:
    import numpy as np

    made = []
    high = {t: v for t, v in inflated.items() if v > SEPARABLE}
    if inflated:
        top = max(inflated, key=lambda t: inflated[t])
        made.append(
            Check(
                name=pick("collinearity", "共线性"), passed=not high,
                reading=pick(f"largest adjusted GVIF {inflated[top]:.2f} ({tidy(top)})",
                f"最大校正 GVIF {inflated[top]:.2f}（{tidy(top)}）"),
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
