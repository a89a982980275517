"""Diagnostics of a linear model: spread and shape of its residuals, collinearity, influence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import linear
from k2lab.stats.fitted import Fitted, fitted_of
from k2lab.stats.inflation import SEPARABLE, inflation
from k2lab.stats.least import NotEstimable
from k2lab.stats.linear import LinearFit
from k2lab.stats.result import Check, Result, Scalar, Sentence, Table, TestResult
from k2lab.stats.shape import FEW, shape_check
from k2lab.stats.spread_tests import normal_tests
from k2lab.stats.words import joined, p_text, tidy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TOP = 10
SMALL_N = 500
"""Rows below which a test of equal spread is acted on (playbook section 5)."""


def diagnostics(model: Any) -> Result:
    """Look at what a linear model takes for granted.

    Parameters
    ----------
    model : Result
        Of `regress`, a linear one.

    Returns
    -------
    Result
        Tests of equal spread (Breusch-Pagan as studentised by Koenker, the original, White's form on the fitted values,
        Cook and Weisberg's score test), below 30 rows of the shape of the residuals; the Durbin-Watson statistic of
        neighbouring rows; GVIF of each term; the ten rows of largest Cook distance with leverage and studentised
        residual; checks that say what follows from each.

    Raises
    ------
    UsageError
        If `model` holds no linear model.
    InputError
        If it was fitted to a folded frame, or leaves no residuals.

    Notes
    -----
    Breusch and Pagan (1979), Koenker (1981), Cook and Weisberg (1983), Durbin and Watson (1950), Cook (1977), Fox and
    Monette (1992). R: lmtest::bptest, car::ncvTest, car::vif, cooks.distance, rstudent.

    Examples
    --------
    >>> import pandas as pd
    >>> from k2lab.stats import regress
    >>> table = pd.DataFrame({"y": [1.0, 3, 4, 8, 9, 10, 14, 12], "x": [0.0, 1.5, 2, 3, 4.5, 5, 6, 6.5]})
    >>> made = diagnostics(regress(table, "y", ["x"]))
    >>> made.tests[0].method, made.tables[-1].rows[0][0]
    ('Breusch-Pagan (Koenker)', 6)
    """
    import numpy as np

    held = fitted_of(model)
    least = held.least
    if least is None:
        raise UsageError(f"A {held.family} model has no such diagnostics.", 'They belong to family="gaussian".')
    if len(least.residuals) != least.n:
        raise InputError(
            f"The model stands on {least.n:,} rows that were folded, and diagnostics need each of them.",
            "Fit it to a sample of the rows.",
        )
    if least.perfect:
        raise InputError("The model leaves no residuals, so there is nothing to look at.", "")
    tests = _spread(held, least)
    if least.n < FEW:  # with more rows they find departures of no weight (playbook section 5)
        tests += normal_tests(least.residuals, pick("residuals", "残差"))
    cook, studentised = influence(least)
    order = np.argsort(-cook, kind="stable")[:TOP]
    rows = tuple((int(i), float(cook[i]), float(least.leverage[i]), float(studentised[i])) for i in order)
    watson = float((np.diff(least.residuals) ** 2).sum() / least.ss_resid)
    inflated = inflation(held.design)
    far = {term: one.adjusted for term, one in inflated.items() if one.adjusted > SEPARABLE}
    largest = float(np.abs(studentised).max())
    values: dict[str, Scalar] = {
        "n": least.n, "durbin_watson": watson, "max_cook": float(cook.max()),
        "max_leverage": float(least.leverage.max()),
        "mean_leverage": float(least.leverage.mean()), "max_abs_studentised": largest,
        "count_above_4_over_n": int((cook > 4 / least.n).sum()), "bonferroni_p_of_largest": _outlier_p(largest, least),
    }  # fmt: skip
    checks = [
        _spread_check(tests[0], least), shape_check(least.residuals, pick("shape of the residuals", "残差的形态")),
        _influence_check(float(cook.max()), largest, values),
    ]  # fmt: skip
    tables = []
    if inflated:
        tables.append(
            Table(
                title=pick("Variance inflation", "方差膨胀"),
                columns=(pick("term", "项"), "GVIF", pick("df", "自由度"), "GVIF^(1/(2 df))"),
                rows=tuple((term, one.gvif, one.df, one.adjusted) for term, one in inflated.items()),
            )
        )
        checks.append(
            Check(
                name=pick("collinearity", "共线性"), passed=not far,
                reading=pick("largest adjusted GVIF ",
                "最大校正 GVIF ") + f"{max(o.adjusted for o in inflated.values()):.2f}",
                action=pick(f"{joined([tidy(t) for t in far])} cannot be told apart from the others",
                            f"{joined([tidy(t) for t in far])} 无法与其他项区分")
                if far else pick("the terms can be told apart", "各项可以区分"),
            )
        )  # fmt: skip
    tables.append(
        Table(
            title=pick(f"The {len(rows)} rows of largest Cook distance", f"Cook 距离最大的 {len(rows)} 行"), rows=rows,
            columns=(
                pick("row", "行号"), pick("Cook distance", "Cook 距离"), pick("leverage", "杠杆值"),
                pick("studentised residual", "学生化残差"),
            ),
            note=pick("rows count from 0 among the complete ones", "行号自 0 起，仅计完整的行"),
        )
    )  # fmt: skip
    y = tidy(held.y)
    look = [c for c in checks if c.passed is False]
    text = pick(
        f"Of {len(checks)} checks of the model of {y}, {len(look)} {'asks' if len(look) == 1 else 'ask'} for a look"
        + (f": {joined([c.name for c in look])}." if look else "."),
        f"{y} 的模型的 {len(checks)} 项检查中，{len(look)} 项需要注意"
        + (f"：{joined([c.name for c in look])}。" if look else "。"),
    )
    return Result(
        kind="diagnostics", title=pick(f"Diagnostics of the model of {y}", f"{y} 的模型诊断"), tests=tuple(tests),
        checks=tuple(checks), tables=tuple(tables), values=values,
        sentences=(
            Sentence(key="diagnostics", role="headline", text=text, columns=(held.y,), weight=10),
            *(
                Sentence(key="check", role="method", columns=(held.y,), weight=5,
                         text=pick(f"Of the model of {y}, {c.name}: {c.reading}; {c.action}.",
                                   f"{y} 的模型，{c.name}：{c.reading}；{c.action}。"))
                for c in checks
            ),
        ),
    )  # fmt: skip


def influence(least: LinearFit) -> tuple[Floats, Floats]:
    """Return Cook's distances and externally studentised residuals in closed form; 0 for a row of leverage 1.

    Examples
    --------
    >>> import numpy as np
    >>> fitted = linear.fit(np.column_stack([np.ones(5), [0.0, 1, 2, 3, 9]]), np.array([1.0, 3, 4, 8, 9]), "classical")
    >>> [round(float(v), 3) for v in influence(fitted)[0]]
    [0.284, 0.008, 0.001, 0.341, 14.742]
    """
    import numpy as np

    h, e, k = least.leverage, least.residuals, len(least.params)
    free = h < 1 - 1e-9
    left = np.where(free, 1 - h, 1.0)
    cook = np.where(free, e**2 * h / left**2 / (k * least.sigma**2), 0.0)
    without = (least.ss_resid - e**2 / left) / max(least.df_resid - 1, 1)
    studentised = np.where(free & (without > 0), e / np.sqrt(np.maximum(without * left, 1e-300)), 0.0)
    return cook, studentised


def _spread(held: Fitted, least: LinearFit) -> list[TestResult]:
    import numpy as np
    from scipy.stats import chi2

    n, design = least.n, held.design
    squares = least.residuals**2
    label = pick("equal spread", "方差齐性")
    fitted = least.fitted - least.fitted.mean()
    size = float(np.sqrt((fitted**2).mean())) or 1.0
    fitted = fitted / size
    whole = linear.fit_design(design, squares, "classical")
    made = []

    def add(method: str, statistic: float, df: int) -> None:
        made.append(
            TestResult(label=label, method=method, statistic=statistic, symbol="chi2", df=(float(df),),
                       p=float(chi2.sf(statistic, df)), n=n)
        )  # fmt: skip

    k = len(least.params) - int(design.intercept)
    scaled = squares / (least.ss_resid / n)
    if k:
        add("Breusch-Pagan (Koenker)", whole.r2 * n, k)
        explained = float(((whole.fitted - squares.mean()) ** 2).sum()) / (least.ss_resid / n) ** 2
        add("Breusch-Pagan", explained / 2, k)
    ones = np.ones(n)
    for method, columns in (("White", (fitted, fitted**2)), ("Cook-Weisberg", (fitted,))):
        try:
            made_of = linear.fit(np.column_stack([ones, *columns]), scaled, "classical")
        except NotEstimable:  # too few different fitted values for a square
            continue
        if method == "White":
            add(pick("White, fitted values", "White，拟合值"), made_of.r2 * n, 2)
        else:
            add("Cook-Weisberg", float(((made_of.fitted - 1) ** 2).sum()) / 2, 1)
    return made


def _outlier_p(largest: float, least: LinearFit) -> float:
    from scipy.stats import t

    return min(1.0, least.n * 2 * float(t.sf(largest, max(least.df_resid - 1, 1))))


def _spread_check(test: TestResult, least: LinearFit) -> Check:
    bad = test.p < 0.05 and least.n < SMALL_N
    reading = f"{test.method} {p_text(test.p)}"
    equal = least.cov_type == "classical"
    if bad and equal:
        action = pick('unequal spread, which cov="classical" does not allow: use cov="HC3"',
                      '方差不等，cov="classical" 不成立：请用 cov="HC3"')  # fmt: skip
    elif bad:
        action = pick(f"unequal spread, which the {least.cov_type} errors of this model allow",
                      f"方差不等，本模型的 {least.cov_type} 标准误允许")  # fmt: skip
    elif least.n >= SMALL_N and equal:
        action = pick('at this n the test is not acted on; the errors of this model assume equal spread, those of '
                      'cov="HC3" do not',
                      '此样本量不据检验行事；本模型的标准误假定方差相等，cov="HC3" 则不要求')  # fmt: skip
    elif least.n >= SMALL_N:
        action = pick(f"at this n the test is not acted on; {least.cov_type} errors hold either way",
                      f"此样本量不据检验行事；{least.cov_type} 标准误均成立")  # fmt: skip
    else:
        action = pick("no sign of unequal spread", "未见方差不等的迹象")
    return Check(name=pick("residual spread", "残差离散程度"), reading=reading, action=action, passed=not bad)


def _influence_check(cook: float, largest: float, values: dict[str, Scalar]) -> Check:
    p = float(values["bonferroni_p_of_largest"] or 0.0)
    bad = cook >= 1 or p < 0.05
    reading = pick(
        f"largest Cook distance {numbers.number(cook)}; largest studentised residual {numbers.number(largest)} "
        f"(Bonferroni {p_text(p)})",
        f"最大 Cook 距离 {numbers.number(cook)}；最大学生化残差 {numbers.number(largest)}（Bonferroni {p_text(p)}）",
    )
    action = (
        pick("fit without these rows too, and report both", "剔除这些行重算，并列报告")
        if bad
        else pick("none needed", "无需处理")
    )
    return Check(name=pick("influence", "突出的行"), reading=reading, action=action, passed=not bad)
