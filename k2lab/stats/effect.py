"""How an outcome differs by a column, and whether that differs by a moderator: `effect`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2lab.locale import pick
from k2lab.stats import effect_story, twin
from k2lab.stats import effect_words as words
from k2lab.stats.answer import Answer
from k2lab.stats.grouped import Wald
from k2lab.stats.groups import by_names
from k2lab.stats.labels import any_engine
from k2lab.stats.result import Check, Estimate, Result, Scalar, Table, TestResult
from k2lab.stats.simple import Difference, between, rows_of
from k2lab.stats.study import covariates_of, study
from k2lab.stats.words import adjusted_for, tidy


@any_engine
def effect(
    data: Any,
    y: str,
    x: str,
    by: str | None = None,
    adjust: Sequence[str] = (),
    scale: str = "auto",
    rows: str = "all",
    sesoi: float | None = None,
) -> Result:
    """Tell how `y` differs by `x` in these data, and whether the difference varies by `by`.

    Parameters
    ----------
    data : frame
        pandas, polars, pyarrow, DuckDB, Dask, Spark, Ibis; of any size.
    y : str
        Outcome: a number, or a column with two values (then shares are compared, in percentage points).
    x : str
        What is compared: a category, or a number (then slopes, per a round step).
    by : str, optional
        Moderator. For a number the differences are given at its 10th, 50th and 90th percentile.
    adjust : sequence of str
        Columns to adjust for; categories with many levels enter as their ten commonest and the rest.
    scale : {"auto", "log", "raw"}
        On "log", differences are percent differences of geometric means.
    rows : {"all", "distinct"}
        "distinct" leaves out rows that repeat an earlier one in all columns.
    sesoi : float, optional
        Smallest difference of interest: a share (0.05 is 5%) for log and yes/no outcomes, else in units of `y`.

    Returns
    -------
    Result
        Estimates are the simple differences of each level of `x` from its reference within each level of
        `by`; tests the interaction (HC3 and classical) and the contrast of the extreme differences.

    Raises
    ------
    UsageError
        For a column that is not there or an option that does not exist.
    InputError
        When nothing can be compared: one level, no rows, a constant outcome, more coefficients than rows.

    Notes
    -----
    Ordinary least squares with HC3 (MacKinnon and White 1985; Long and Ervin 2000), exact on group cells;
    Holm (1979) over all simple differences; equivalence by two one-sided tests (Schuirmann 1987).

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"pay": [10, 11, 12, 13, 14, 20, 21, 22, 23, 25] * 3, "site": (["a"] * 5 + ["b"] * 5) * 3})
    >>> round(effect(table, y="pay", x="site").estimates[0].value, 1)
    10.2
    """
    adjust = by_names(adjust)
    made = study(data, y, x, by, more=adjust, rows=rows, scale=scale, sesoi=sesoi, folds=True)
    covariates = covariates_of(made.frame, adjust)
    fitted = made.fit(covariates)
    return _result(Answer(made, fitted, covariates, rows))


def _result(answer: Answer) -> Result:
    made, out = answer.study, answer.study.outcome
    x = tidy(made.x.name)
    by = pick(f" by {tidy(made.by.name)}", f"，按 {tidy(made.by.name)}") if made.by is not None else ""
    shares = answer.shares()
    raw = twin.differences(made, answer.found)
    sentences = [
        *effect_story.findings(answer, shares),
        *twin.sentences(made, raw, answer.lead),
        *effect_story.caveats(answer),
        *effect_story.methods(answer),
    ]
    values: dict[str, Scalar] = {
        "n": answer.fitted.n,
        "y": made.outcome.name,
        "x": made.x.name,
        "scale": out.scale,
        "rows": answer.rows,
        "reference": "" if made.numeric else made.x.levels[0],
        "lead": answer.lead,
        "sesoi": out.sesoi,
        "r2": answer.fitted.r2,
        "missing": made.missing,
        **{f"r2_{name}": value for name, value in shares.items()},
    }
    if made.by is not None:
        values["by"] = made.by.name
    if answer.named:
        values["adjusted_for"] = ", ".join(answer.named)
    for one in answer.additive:
        values[f"average_{one.level}"] = out.shown(one.value)
    warnings = tuple(s.text for s in sentences if s.key in ("not-analysed", "few-rows", "missing"))
    return Result(
        kind="effect",
        title=pick(f"{out.shown_name} and {x}{by}", f"{out.shown_name} 与 {x}{by}"),
        estimates=tuple(_estimate(answer, d) for d in answer.found),
        tests=tuple(_tests(answer)),
        checks=(
            Check(
                name=pick("outcome scale", "结果尺度"),
                reading=out.reason,
                action={
                    "log": pick("analysed as logarithm", "取对数分析"),
                    "raw": pick("analysed as it is", "按原值分析"),
                    "share": pick("shares compared", "比较占比"),
                }[out.scale],
            ),
        ),
        tables=(twin.cells(made), _table(answer), raw),
        sentences=tuple(s for s in sentences if s.text),
        values=values,
        warnings=warnings,
    )


def _estimate(answer: Answer, one: Difference) -> Estimate:
    made, out = answer.study, answer.study.outcome
    side = words.comparison(made, one.level)[0]
    pair = side if made.numeric else pick(f"{side} against {tidy(one.reference)}", f"{side} 对 {tidy(one.reference)}")
    label = f"{tidy(one.by)}: {pair}" if one.by else pair
    groups = {made.x.name: one.level} if not made.numeric else {}
    if made.by is not None and one.by:
        groups = {made.by.name: one.by, **groups}
    how = {"log": "ratio of geometric means", "raw": "difference of means", "share": "difference of shares"}[out.scale]
    note = f", {adjusted_for(answer.named)}"
    still = bool({(one.level, one.by), (one.reference, one.by)} & set(answer.still))
    return Estimate(
        label=label,
        value=out.shown(one.value),
        low=out.shown(one.low),
        high=out.shown(one.high),
        n=rows_of(made, one),
        method=f"{how}, OLS, {'classical' if still else 'HC3'}{note}",
        unit=out.unit,
        p=one.p,
        p_adjusted=one.p_adjusted,
        groups=groups,
    )


def _tests(answer: Answer) -> list[TestResult]:
    made, tests = answer.study, []
    if made.by is not None and answer.test is not None:
        label = f"{tidy(made.x.name)} x {tidy(made.by.name)}"
        eta = answer.eta()
        for name, test in (("Wald F, HC3", answer.hc3), ("F, classical", answer.classical)):
            if test is not None:
                tests.append(_test(label, name, test, answer.fitted.n, eta))
    if answer.joint is not None:
        tests.append(
            _test(
                pick(f"all differences by {tidy(made.x.name)}", f"{tidy(made.x.name)} 的全部差异"),
                "F, classical" if answer.still else "Wald F, HC3",
                answer.joint,
                answer.fitted.n,
            )
        )
    if len(answer.mine) > 1 and made.by is not None:
        low, high = answer.ends()
        value, start, end, p = between(made, answer.fitted, high, low)
        ratio = made.outcome.scale == "log"
        import math

        said = [math.exp(v) if ratio else made.outcome.shown(v) for v in (value, start, end)]
        label = pick(
            f"difference in {tidy(high.by)} against {tidy(low.by)}", f"{tidy(high.by)} 与 {tidy(low.by)} 的差异之差"
        )
        kind = (
            pick("ratio of the two ratios", "比值之比")
            if ratio
            else pick("difference of the two differences", "差值之差")
        )
        tests.append(
            TestResult(
                label=label,
                method="t, HC3",
                statistic=value / ((end - start) / 2 / _t(low.df)),
                symbol="t",
                df=(float(low.df),),
                p=p,
                n=answer.fitted.n,
                effect=Estimate(
                    label=kind,
                    value=said[0],
                    low=said[1],
                    high=said[2],
                    n=answer.fitted.n,
                    method="HC3",
                    unit="" if ratio else made.outcome.unit,
                ),
            )
        )
    return tests


def _table(answer: Answer) -> Table:
    made, out = answer.study, answer.study.outcome
    by = tidy(made.by.name) if made.by is not None else pick("all", "全部")
    rows = []
    for d in answer.found:
        reading = words.reading_text(words.reading_of(d, out), out)
        if d.weak and not answer.small:
            reading = pick("weak: fewer than 30 rows", "薄弱：少于 30 行")
        rows.append(
            (
                d.by or pick("all", "全部"),
                tidy(d.level),
                d.n,
                d.n_reference,
                out.shown(d.value),
                out.shown(d.low),
                out.shown(d.high),
                d.p,
                d.p_adjusted,
                reading,
            )
        )
    unit = f" ({out.unit})" if out.unit else ""
    return Table(
        title=pick(
            f"Simple differences in {out.shown_name}, {adjusted_for(answer.named)}",
            f"{out.shown_name} 的简单差异，{adjusted_for(answer.named)}",
        ),
        columns=(
            by,
            tidy(made.x.name),
            "n",
            pick("n reference", "参照 n"),
            pick("difference", "差异") + unit,
            pick("95% low", "95% 下限"),
            pick("95% high", "95% 上限"),
            "p",
            pick("p (Holm)", "p（Holm）"),
            pick(f"against {out.sesoi}", f"对照 {out.sesoi}"),
        ),
        rows=tuple(rows),
        note=pick("intervals are not adjusted for their number; p (Holm) is", "区间未作多重校正；p（Holm）已校正"),
    )


def _test(label: str, method: str, test: Wald, n: int, eta: Estimate | None = None) -> TestResult:
    return TestResult(
        label=label,
        method=method,
        statistic=test.statistic,
        symbol="F",
        df=(float(test.df1), float(test.df2)),
        p=test.p,
        n=n,
        effect=eta,
    )


def _t(df: int) -> float:
    from scipy import stats

    return float(stats.t.ppf(0.975, df))
