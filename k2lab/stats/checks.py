"""What the model of a comparison takes for granted, what was read, and what follows: `checks`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError
from k2lab.locale import pick
from k2lab.locale.numbers import count, number, percent
from k2lab.stats import census, columns, engines, twin, weighted
from k2lab.stats.grouped import SMALLEST_P, Folds, GroupedFit, Term, fit
from k2lab.stats.groups import by_names
from k2lab.stats.labels import any_engine
from k2lab.stats.model_checks import collinearity, influence_of_rows
from k2lab.stats.result import Check, Result, Scalar, Sentence, TestResult
from k2lab.stats.roles import is_id
from k2lab.stats.simple import differences
from k2lab.stats.study import NOT_ANALYSED, WEAK, Study, covariates_of, study
from k2lab.stats.words import p_text, tidy

if TYPE_CHECKING:
    import numpy as np

UNEQUAL = 1.5


@any_engine
def checks(data: Any, y: str, x: str, by: str | None = None, adjust: Sequence[str] = (), scale: str = "auto") -> Result:
    """Check what the model of `effect` takes for granted (playbook section 5).

    Parameters
    ----------
    data : frame
    y, x, by, adjust, scale
        As in `effect`.

    Returns
    -------
    Result
        Checks of spread, shape, influence, collinearity, form, independence and numerics, each with its
        consequence; the ten rows of largest Cook distance; the differences with and without them.

    Raises
    ------
    UsageError, InputError
        As `effect` does.

    Notes
    -----
    Breusch and Pagan (1979) as studentised by Koenker (1981); Cook (1977); generalised variance inflation of
    Fox and Monette (1992), as GVIF^(1/(2 df)), of the terms without their interaction. No normality test is
    made above 30 rows: at large n it answers a question nobody asked. Of a large frame all rows are read; repeated rows
    are not looked for.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [10, 11, 12, 13, 14, 20, 21, 22, 23, 25] * 3, "site": (["a"] * 5 + ["b"] * 5) * 3})
    >>> [check.name for check in checks(table, y="pay", x="site").checks][:2]
    ['residual spread', 'residual shape']
    """
    adjust = by_names(adjust)
    made = study(data, y, x, by, more=adjust, scale=scale, folds=True)
    covariates = covariates_of(made.frame, adjust)
    fitted = made.fit(covariates)
    if not differences(made, fitted):
        raise InputError(
            f"No level of {tidy(x)} can be compared: each cell needs {NOT_ANALYSED} rows or more.",
            "Compare without the moderator, or pool levels first." if made.by else "Pool levels first, or add rows.",
        )
    rows = _rows(made, covariates)
    residuals = made.outcome.values[rows] - fitted.fitted[fitted.cells.inverse]
    spread, ratio, test = _spread(made, fitted, rows, residuals)
    shape, skew, tails = _shape(residuals, None if made.folds is None else made.folds.kept(rows))
    influence, table, moved = influence_of_rows(made, fitted, covariates, rows, residuals)
    collinear, worst = collinearity(fitted)
    found = [
        spread,
        shape,
        influence,
        collinear,
        *_form(made, covariates),
        _independence(data, made),
        _numerics(made, fitted, rows),
    ]
    columns_ = tuple(c for c in (y, x, by) if c is not None)
    said = [
        Sentence(
            key="checks",
            role="method",
            columns=columns_,
            weight=62,
            text=pick(
                f"The model of {tidy(y)} by {tidy(x)} was checked: "
                f"{'; '.join(check.reading for check in (spread, influence, collinear))}; {spread.action}.",
                f"已检查 {tidy(y)} 对 {tidy(x)} 的模型："
                f"{'；'.join(check.reading for check in (spread, influence, collinear))}；{spread.action}。",
            ),
        )
    ] + [
        Sentence(
            key=f"check-{i}",
            role="method",
            columns=columns_,
            weight=38 - i,
            text=pick(
                f"{check.name[:1].upper()}{check.name[1:]} of the model of {tidy(y)} by {tidy(x)}: "
                f"{check.reading}; {check.action}.",
                f"{tidy(y)} 对 {tidy(x)} 的模型，{check.name}：{check.reading}；{check.action}。",
            ),
        )
        for i, check in enumerate(found)
    ]
    values: dict[str, Scalar] = {
        "n": fitted.n,
        "sd_ratio": ratio,
        "residual_skewness": skew,
        "residual_tails": tails,
        "largest_gvif": worst,
        "largest_cook": moved,
    }
    return Result(
        kind="checks",
        title=pick(f"Checks of the model of {tidy(y)} by {tidy(x)}", f"{tidy(y)} 对 {tidy(x)} 模型的检查"),
        tests=() if test is None else (test,),
        checks=tuple(found),
        tables=(table,),
        sentences=tuple(said),
        values=values,
        warnings=tuple(
            check.reading for check in found if check.passed is False and check.name == pick("numerics", "数值")
        ),
    )


def _rows(made: Study, covariates: Sequence[Term]) -> np.ndarray:
    import numpy as np

    rows = made.used.copy()
    for term in [made.x, *([] if made.by is None else [made.by]), *covariates]:
        rows &= term.codes >= 0
    return np.flatnonzero(rows)


def _spread(
    made: Study, fitted: GroupedFit, rows: np.ndarray, residuals: np.ndarray
) -> tuple[Check, float | None, TestResult | None]:
    import numpy as np
    from scipy import stats

    ratio = None
    ends = ""
    folds = None if made.folds is None else made.folds.kept(rows)
    if not made.numeric:
        width = len(made.by_levels)
        across = (
            made.by.codes
            if made.by is not None and made.by.values is None
            else np.zeros(len(made.used), dtype=np.int64)
        )
        key = (made.x.codes * width + across)[rows]
        n = np.bincount(key, None if folds is None else folds.times, minlength=len(made.x.levels) * width)
        times = 1.0 if folds is None else folds.times
        inside = 0.0 if folds is None else folds.within
        square = np.bincount(key, weights=times * residuals**2 + inside, minlength=len(n))
        mean = np.bincount(key, weights=times * residuals, minlength=len(n)) / np.maximum(n, 1)
        enough = np.flatnonzero(n >= (5 if n.max() >= 5 else 2))
        sd = np.sqrt(np.maximum(square[enough] - n[enough] * mean[enough] ** 2, 0) / (n[enough] - 1))
        if len(sd) > 1 and sd.min() > 0:
            ratio = float(sd.max() / sd.min())
            named = [
                f"{tidy(made.x.levels[enough[i] // width])}"
                + (f" x {tidy(made.by_levels[enough[i] % width])}" if width > 1 else "")
                for i in (int(sd.argmax()), int(sd.argmin()))
            ]
            ends = pick(f" (largest in {named[0]}, smallest in {named[1]})", f"（最大 {named[0]}，最小 {named[1]}）")
    test, said = None, ""
    terms = fitted.cells.terms
    try:
        squares = _of_squares(residuals, terms, fitted, folds)
        df = len(squares.params) - 1
        statistic = squares.r2 * squares.n
        p = max(float(stats.chi2.sf(statistic, df)), SMALLEST_P) if df else 1.0
        if df:
            test = TestResult(
                label=pick("equal spread", "等方差"),
                method="Breusch-Pagan (Koenker)",
                statistic=statistic,
                symbol="chi2",
                df=(float(df),),
                p=p,
                n=squares.n,
            )
            said = pick(
                f"Breusch-Pagan {number(statistic)}, df {df}, {p_text(p)}",
                f"Breusch-Pagan {number(statistic)}，自由度 {df}，{p_text(p)}",
            )
    except InputError:
        pass
    reading = pick("; ", "；").join(
        part
        for part in (
            ""
            if ratio is None
            else pick(
                f"the largest cell SD is {number(ratio)} times the smallest{ends}",
                f"最大单元标准差是最小的 {number(ratio)} 倍{ends}",
            ),
            said,
        )
        if part
    ) or pick("could not be read", "无法读取")
    unequal = (ratio is not None and ratio > UNEQUAL) or (
        test is not None and test.p < 0.05 and (ratio is None or test.n < 500)
    )
    action = (
        pick("spread is unequal, hence HC3 standard errors and Welch", "方差不等，故采用 HC3 稳健标准误与 Welch")
        if unequal
        else pick("spread is near equal; HC3 is used all the same", "方差接近相等；仍采用 HC3")
    )
    return (
        Check(name=pick("residual spread", "残差离散程度"), reading=reading, action=action, passed=not unequal),
        ratio,
        test,
    )


def _of_squares(
    residuals: np.ndarray, terms: Sequence[Term], fitted: GroupedFit, folds: Folds | None
) -> GroupedFit:  # fmt: skip
    """Fit the squared residuals, of which a folded row has the mean and, where it is a bin, nearly the spread."""
    if folds is None:
        return fit(residuals**2, terms, fitted.interactions)
    inside = Folds(times=folds.times, within=4 * residuals**2 * folds.within)
    return fit(residuals**2 + folds.within / folds.times, terms, fitted.interactions, folds=inside)


def _shape(residuals: np.ndarray, folds: Folds | None) -> tuple[Check, float, float]:
    import numpy as np
    from scipy import stats

    times = None if folds is None else folds.times
    skew = weighted.skewness(residuals, times)
    n = len(residuals) if folds is None else int(folds.times.sum())
    if folds is None:
        sd = float(residuals.std())
    else:
        sd = (weighted.variance(residuals, folds.times, folds.within) * (n - 1) / n) ** 0.5
    tails = weighted.mean((np.abs(residuals) > 3 * sd).astype(float), times) if sd else 0.0
    reading = pick(
        f"skewness {number(skew)}, {percent(tails, 2)} of residuals beyond 3 SD (0.27% under a normal)",
        f"偏度 {number(skew)}，{percent(tails, 2)} 的残差超出 3 个标准差（正态下为 0.27%）",
    )
    name = pick("residual shape", "残差形态")
    if n < WEAK:
        w, p = stats.shapiro(residuals if folds is None else np.repeat(residuals, folds.times.astype(np.int64)))
        reading += pick(
            f", Shapiro-Wilk W {number(float(w))}, {p_text(float(p))}",
            f"，Shapiro-Wilk W {number(float(w))}，{p_text(float(p))}",
        )
        bad = float(p) < 0.05 or abs(skew) > 1
        action = (
            pick("a rank method should be set beside it", "应以秩方法并列")
            if bad
            else pick("no sign against t intervals", "没有反对 t 区间的迹象")
        )
        return Check(name=name, reading=reading, action=action, passed=not bad), skew, tails
    bad = abs(skew) > 2
    if n > 300:
        action = pick(
            "means of this many rows are near normal, so no normality test is made",
            "行数足够，均值近似正态，不作正态性检验",
        )
    else:
        action = pick("no test at this n; look at the Q-Q plot", "此样本量不作检验；请看 Q-Q 图")
    if bad:
        action += pick("; the tail is long, so read medians beside the means", "；尾部较长，请同时参考中位数")
    return Check(name=name, reading=reading, action=action, passed=not bad), skew, tails


def _form(made: Study, covariates: Sequence[Term]) -> list[Check]:
    if not made.numeric:
        return [
            Check(
                name=pick("form", "函数形式"),
                passed=True,
                reading=pick(
                    f"{tidy(made.x.name)} enters as {len(made.x.levels)} categories",
                    f"{tidy(made.x.name)} 以 {len(made.x.levels)} 个类别进入",
                ),
                action=pick("no line is assumed", "不假定直线"),
            )
        ]
    return [
        Check(
            name=pick("form", "函数形式"),
            reading=s.text.rstrip("。.").replace("A straight line", "a straight line"),
            action=pick("see the scatter plot", "见散点图"),
            passed=None,
        )
        for s in twin.curve(made, covariates)
    ]


def _independence(data: Any, made: Study) -> Check:
    name = pick("independence", "独立性")
    large = engines.large(data)
    others = [c for c in columns.names(data) if c not in (made.outcome.name, made.x.name)]
    if large:
        ids = census.repeated_ids(data, others)
    else:
        frame = columns.raw(data)
        ids = [c for c in others if is_id(frame, c) and frame[c].nunique() < frame[c].notna().sum()]
    repeated = int(made.repeats.sum())
    if ids:
        return Check(
            name=name,
            passed=False,
            reading=pick(f"{tidy(ids[0])} repeats over rows", f"{tidy(ids[0])} 在多行中重复"),
            action=pick(
                f"rows of one {tidy(ids[0])} are not independent: intervals are too narrow",
                f"同一 {tidy(ids[0])} 的行不独立：区间偏窄",
            ),
        )
    if repeated:
        share = percent(repeated / len(made.repeats))
        return Check(
            name=name,
            passed=False,
            reading=pick(
                f"{count(repeated)} rows ({share}) repeat an earlier row",
                f"{count(repeated)} 行（{share}）与前面的行相同",
            ),
            action=pick("the main result is shown on all and on distinct rows", "主要结果同时给出全部行与去重后的行"),
        )
    return Check(
        name=name,
        reading=pick("no repeated id found; repeated rows were not looked for", "未发现重复编号；未检查重复行")
        if large
        else pick("no repeated id and no repeated row found", "未发现重复编号或重复行"),
        action=pick("independence is assumed; the table cannot show it", "假定独立；数据表本身无法证明"),
    )


def _numerics(made: Study, fitted: GroupedFit, rows: np.ndarray) -> Check:
    import numpy as np

    name = pick("numerics", "数值")
    width = max(part.stop for part in fitted.slices.values())
    lost = width - len(fitted.params)
    left = made.rows(np.ones(len(made.used), dtype=bool)) - (
        len(rows) if made.folds is None else int(made.folds.times[rows].sum())
    )
    parts = []
    if lost:
        parts.append(pick(f"{lost} coefficients cannot be estimated (empty cells)", f"{lost} 个系数无法估计（空单元）"))
    if fitted.saturated:
        parts.append(
            pick(
                f"{fitted.saturated} rows fit themselves (leverage 1) and add nothing to the errors",
                f"{fitted.saturated} 行自我拟合（杠杆值 1），对误差无贡献",
            )
        )
    if left:
        parts.append(
            pick(
                f"{count(left)} rows in tiny cells or without a covariate are not analysed",
                f"{count(left)} 行处于极小单元或缺协变量，未分析",
            )
        )
    high = int(np.sum(fitted.cells.n[fitted.leverage > 0.1]))
    if not parts:
        return Check(
            name=name,
            passed=True,
            reading=pick(
                f"all {len(fitted.params)} coefficients are estimated; {high} rows have leverage above 0.1",
                f"全部 {len(fitted.params)} 个系数均可估计；{high} 行杠杆值高于 0.1",
            ),
            action=pick("nothing is left out", "没有遗漏"),
        )
    return Check(
        name=name,
        passed=False,
        reading=pick("; ", "；").join(parts),
        action=pick("what cannot be estimated is left out, not filled in", "无法估计的部分略去，不作填补"),
    )
