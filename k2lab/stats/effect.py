"""How an outcome differs by a column, and whether that differs by a moderator: `effect`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError
from k2lab.locale import language, pick
from k2lab.locale.numbers import count, percent
from k2lab.stats import effect_words as words
from k2lab.stats import twin
from k2lab.stats.effect_sizes import partial_eta2
from k2lab.stats.grouped import GroupedFit, Wald, fit
from k2lab.stats.result import Check, Estimate, Result, Scalar, Sentence, Table, TestResult
from k2lab.stats.simple import Difference, between, differences, interval
from k2lab.stats.study import NOT_ANALYSED, Study, covariate, covariate_text, study
from k2lab.stats.words import adjusted_for, joined, tidy

if TYPE_CHECKING:
    from k2lab.stats.grouped import Term


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
        pandas, polars, pyarrow, a DuckDB relation.
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
    if isinstance(adjust, str):
        adjust = (adjust,)
    made = study(data, y, x, by, more=adjust, rows=rows, scale=scale, sesoi=sesoi)
    covariates = [covariate(made.frame, name) for name in adjust]
    fitted = made.fit(covariates)
    return _Answer(made, fitted, covariates, rows).result()


class _Answer:
    """The parts of the result, from one fit."""

    def __init__(self, made: Study, fitted: GroupedFit, covariates: Sequence[Term], rows: str) -> None:
        self.study, self.fitted, self.covariates, self.rows = made, fitted, covariates, rows
        self.named = [covariate_text(term) for term in covariates]
        self.found = differences(made, fitted)
        if not self.found:
            raise InputError(
                f"No level of {tidy(made.x.name)} can be compared: each cell needs {NOT_ANALYSED} rows or more.",
                "Compare without the moderator, or pool levels first.",
            )
        solid = [d for d in self.found if not d.weak]
        self.small = not solid
        self.used = solid or list(self.found)
        weight: dict[str, int] = {}
        for d in self.used:
            weight[d.level] = weight.get(d.level, 0) + d.n
        self.lead = max(weight, key=lambda level: weight[level])
        self.mine = [d for d in self.used if d.level == self.lead]
        self.hc3 = self.classical = None
        if made.by is not None:
            pair = (made.x.name, made.by.name)
            self.hc3, self.classical = fitted.wald(pair), fitted.wald(pair, "classical")
        self.joint = self._joint()
        self.additive = self._additive()

    def _joint(self) -> Wald | None:
        import numpy as np

        parts = [self.fitted.slices[(self.study.x.name,)]]
        if self.study.by is not None:
            parts.append(self.fitted.slices[(self.study.x.name, self.study.by.name)])
        return self.fitted.wald(np.concatenate([np.arange(part.start, part.stop) for part in parts]))

    def _additive(self) -> tuple[Difference, ...]:
        """Return the differences averaged over the moderator, by a model without the interaction."""
        if self.study.by is None:
            return ()
        flat = self.study.fit(self.covariates, interaction=False)
        seen: dict[str, Difference] = {}
        for one in differences(self.study, flat):
            seen.setdefault(one.level, one)
        return tuple(seen.values())

    def result(self) -> Result:
        made, out = self.study, self.study.outcome
        x = tidy(made.x.name)
        by = pick(f" by {tidy(made.by.name)}", f"，按 {tidy(made.by.name)}") if made.by is not None else ""
        shares = self._shares()
        raw = twin.differences(made, self.found)
        sentences = [*self._findings(shares), *twin.sentences(made, raw, self.lead), *self._caveats(), *self._methods()]
        values: dict[str, Scalar] = {
            "n": self.fitted.n,
            "y": made.outcome.name,
            "x": made.x.name,
            "scale": out.scale,
            "rows": self.rows,
            "reference": "" if made.numeric else made.x.levels[0],
            "lead": self.lead,
            "sesoi": out.sesoi,
            "r2": self.fitted.r2,
            "missing": made.missing,
            **{f"r2_{name}": value for name, value in shares.items()},
        }
        if made.by is not None:
            values["by"] = made.by.name
        if self.named:
            values["adjusted_for"] = ", ".join(self.named)
        for one in self.additive:
            values[f"average_{one.level}"] = out.shown(one.value)
        warnings = tuple(s.text for s in sentences if s.key in ("not-analysed", "few-rows", "missing"))
        return Result(
            kind="effect",
            title=pick(f"{out.shown_name} and {x}{by}", f"{out.shown_name} 与 {x}{by}"),
            estimates=tuple(self._estimate(d) for d in self.found),
            tests=tuple(self._tests()),
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
            tables=(twin.cells(made), self._table(), raw),
            sentences=tuple(s for s in sentences if s.text),
            values=values,
            warnings=warnings,
        )

    def _estimate(self, one: Difference) -> Estimate:
        made, out = self.study, self.study.outcome
        side, other = words.comparison(made, one.level)
        pair = (
            side if made.numeric else pick(f"{side} against {tidy(one.reference)}", f"{side} 对 {tidy(one.reference)}")
        )
        label = f"{tidy(one.by)}: {pair}" if one.by else pair
        groups = {made.x.name: one.level} if not made.numeric else {}
        if made.by is not None and one.by:
            groups = {made.by.name: one.by, **groups}
        how = {"log": "ratio of geometric means", "raw": "difference of means", "share": "difference of shares"}[
            out.scale
        ]
        note = f", {adjusted_for(self.named)}"
        return Estimate(
            label=label,
            value=out.shown(one.value),
            low=out.shown(one.low),
            high=out.shown(one.high),
            n=one.n if made.numeric else one.n + one.n_reference,
            method=f"{how}, OLS, HC3{note}",
            unit=out.unit,
            p=one.p,
            p_adjusted=one.p_adjusted,
            groups=groups,
        )

    def _tests(self) -> list[TestResult]:
        made, tests = self.study, []
        if made.by is not None and self.hc3 is not None:
            label = f"{tidy(made.x.name)} x {tidy(made.by.name)}"
            eta = self._eta()
            for name, test in (("Wald F, HC3", self.hc3), ("F, classical", self.classical)):
                if test is not None:
                    tests.append(_test(label, name, test, self.fitted.n, eta))
        if self.joint is not None:
            tests.append(
                _test(
                    pick(f"all differences by {tidy(made.x.name)}", f"{tidy(made.x.name)} 的全部差异"),
                    "Wald F, HC3",
                    self.joint,
                    self.fitted.n,
                )
            )
        if len(self.mine) > 1 and made.by is not None:
            low, high = self._ends()
            value, start, end, p = between(made, self.fitted, high, low)
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
                    n=self.fitted.n,
                    effect=Estimate(
                        label=kind,
                        value=said[0],
                        low=said[1],
                        high=said[2],
                        n=self.fitted.n,
                        method="HC3",
                        unit="" if ratio else made.outcome.unit,
                    ),
                )
            )
        return tests

    def _ends(self) -> tuple[Difference, Difference]:
        ends = sorted(self.mine, key=lambda d: d.value)
        return ends[0], ends[-1]

    def _eta(self) -> Estimate | None:
        test = self.classical
        if test is None or test.statistic <= 0:
            return None
        return partial_eta2(test.statistic, test.df1, test.df2, self.fitted.n, pick("partial eta²", "偏 eta²"))

    def _shares(self) -> dict[str, float]:
        """Return the share of variance that x alone and the moderator alone account for."""
        import numpy as np

        made, rows = self.study, np.flatnonzero(self.study.used)
        shares = {}
        for term in (made.x, made.by):
            if term is not None:
                shares[term.name] = fit(made.outcome.values[rows], [term.kept(rows)]).r2
        return shares

    def _table(self) -> Table:
        made, out = self.study, self.study.outcome
        by = tidy(made.by.name) if made.by is not None else pick("all", "全部")
        rows = []
        for d in self.found:
            reading = words.reading_text(words.reading_of(d, out), out)
            if d.weak and not self.small:
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
                f"Simple differences in {out.shown_name}, {adjusted_for(self.named)}",
                f"{out.shown_name} 的简单差异，{adjusted_for(self.named)}",
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

    def _findings(self, shares: dict[str, float]) -> list[Sentence]:
        made, out = self.study, self.study.outcome
        columns = tuple(c for c in (out.name, made.x.name, made.by.name if made.by else "") if c)
        associated = self.joint is not None and self.joint.p < 0.05
        said = [
            Sentence(
                key="answer",
                role="headline",
                columns=columns,
                weight=100,
                text=words.headline(made, self.used, self.lead, associated, self.hc3, self.named, self.rows),
            )
        ]
        if self.hc3 is not None:
            text = words.interaction(made, self.hc3, self.classical, self._eta(), self.mine)
            said.append(Sentence(key="interaction", text=text, columns=columns, weight=90))
        signs = {words.direction(d) for d in self.mine}
        if {1, -1} <= signs:
            told = words.by_direction(made, self.mine)
            what = words.comparison(made, self.lead)[0]
            said.append(
                Sentence(
                    key="direction",
                    columns=columns,
                    weight=88,
                    text=pick(
                        f"The sign is not the same at every level of {tidy(columns[-1])}: {out.shown_name} for {what} is {told}.",
                        f"差异的方向在 {tidy(columns[-1])} 各水平上并不一致：{what} 的 {out.shown_name} {told}。",
                    ),
                )
            )
        for i, d in enumerate(sorted(self.used, key=lambda d: d.level != self.lead)):
            reading = words.reading_of(d, out)
            if reading == "inconclusive":
                text, key = words.no_evidence(made, d), "no-evidence"
            else:
                text, key = words.simple(made, d, self.named), "simple-effect"
            said.append(
                Sentence(
                    key=key,
                    text=text,
                    columns=columns,
                    weight=max(50, 84 - i) if d.level == self.lead else max(20, 45 - i),
                )
            )
            if reading == "equivalent":
                p = max(interval(d.value - out.low, d.se, d.df)[2], interval(out.high - d.value, d.se, d.df)[2]) / 2
                said.append(Sentence(key="equivalence", text=words.equivalence(made, d, p), columns=columns, weight=66))
        said.extend(self._span(columns))
        said.append(self._practical(columns))
        said.append(self._variance(shares, columns))
        return said

    def _span(self, columns: tuple[str, ...]) -> list[Sentence]:
        made = self.study
        if made.by is None or len(self.mine) < 2:
            return []
        low, high = self._ends()
        text = twin.contrast(made, high, low, between(made, self.fitted, high, low))
        return [Sentence(key="contrast", text=text, columns=columns, weight=64)]

    def _practical(self, columns: tuple[str, ...]) -> Sentence:
        made, out = self.study, self.study.outcome
        groups: dict[str, list[str]] = {}
        for d in self.mine:
            reading = words.reading_text(words.reading_of(d, out), out)
            groups.setdefault(reading, []).append(tidy(d.by or words.comparison(made, d.level)[0]))
        told = pick("; ", "；").join(f"{joined(names)}{pick(': ', '：')}{reading}" for reading, names in groups.items())
        side = words.comparison(made, self.lead)[0]
        return Sentence(
            key="practical",
            columns=columns,
            weight=68,
            text=pick(
                f"Against a smallest difference of interest of {out.sesoi} in {out.shown_name}, for {side} ({adjusted_for(self.named)}): {told}.",
                f"以 {out.shown_name} 的 {out.sesoi} 为最小有意义差异，对 {side}（{adjusted_for(self.named)}）：{told}。",
            ),
        )

    def _variance(self, shares: dict[str, float], columns: tuple[str, ...]) -> Sentence:
        out = self.study.outcome
        what = pick("the log variance", "对数方差") if out.scale == "log" else pick("the variance", "方差")
        order = sorted(shares, key=lambda name: -shares[name])
        told = [
            pick(
                f"{tidy(name)} alone accounts for {percent(shares[name])}",
                f"{tidy(name)} 单独解释 {percent(shares[name])}",
            )
            for name in order
        ]
        told = [joined(told)] if language() == "en" else ["，".join(told)]
        return Sentence(
            key="variance",
            columns=columns,
            weight=62,
            text=pick(
                f"Of {what} of {tidy(out.name)}, {told[0]}; the whole model accounts for {percent(self.fitted.r2)} (n = {count(self.fitted.n)}).",
                f"{tidy(out.name)} 的{what}中，{told[0]}；整个模型解释 {percent(self.fitted.r2)}（n = {count(self.fitted.n)}）。",
            ),
        )

    def _caveats(self) -> list[Sentence]:
        made, out = self.study, self.study.outcome
        columns = tuple(c for c in (out.name, made.x.name, made.by.name if made.by else "") if c)
        said = []
        if self.small:
            said.append(Sentence(key="few-rows", role="caveat", text=words.few_rows(made), columns=columns, weight=80))
        else:
            for i, d in enumerate(d for d in self.found if d.weak):
                said.append(
                    Sentence(
                        key="weak-cell", role="caveat", text=words.weak_cell(made, d), columns=columns, weight=78 - i
                    )
                )
            least = min(self.mine, key=lambda d: d.n)
            widest = max(self.mine, key=lambda d: d.high - d.low)
            if len(self.mine) > 1 and least is widest and least.n < 0.01 * self.fitted.n:
                said.append(
                    Sentence(
                        key="small-sample",
                        role="caveat",
                        text=words.small_sample(made, least),
                        columns=columns,
                        weight=60,
                    )
                )
        if not made.numeric:
            small = [
                (level, by, made.cell(level, by))
                for level in made.x.levels
                for by in made.by_levels
                if made.cell(level, by) < NOT_ANALYSED
            ]
            if small:
                said.append(
                    Sentence(
                        key="not-analysed",
                        role="caveat",
                        text=words.not_analysed(made, small),
                        columns=columns,
                        weight=79,
                    )
                )
        average = next((d for d in self.additive if d.level == self.lead), None)
        if average is not None and made.by is not None and self.hc3 is not None and self.hc3.p < 0.05:
            said.append(
                Sentence(
                    key="average",
                    role="caveat",
                    columns=columns,
                    weight=70,
                    text=pick(
                        f"Averaged over {tidy(made.by.name)} the difference for {words.comparison(made, self.lead)[0]} would be "
                        f"{out.size(average.value)} (95% CI {out.interval(average.low, average.high)}; additive model, {adjusted_for(self.named)}); "
                        f"since the differences vary by level, quote the one for the level concerned.",
                        f"若对 {tidy(made.by.name)} 取平均，{words.comparison(made, self.lead)[0]} 的差异为 {out.size(average.value)}"
                        f"（95% 置信区间 {out.interval(average.low, average.high)}；可加模型，{adjusted_for(self.named)}）；各水平差异不同，应引用相应水平的数值。",
                    ),
                )
            )
        if made.missing:
            share = percent(made.missing / made.rows_in)
            said.append(
                Sentence(
                    key="missing",
                    role="caveat",
                    columns=columns,
                    weight=65,
                    text=pick(
                        f"{count(made.missing)} of {count(made.rows_in)} rows ({share}) miss a value of {joined([tidy(c) for c in columns])} and are left out.",
                        f"{count(made.rows_in)} 行中有 {count(made.missing)} 行（{share}）缺少 {joined([tidy(c) for c in columns])} 的值，未纳入。",
                    ),
                )
            )
        said.extend(twin.curve(made, self.covariates))
        return said

    def _methods(self) -> list[Sentence]:
        made, out = self.study, self.study.outcome
        columns = tuple(c for c in (out.name, made.x.name, made.by.name if made.by else "") if c)
        return [*twin.methods(made, self.named, len(self.found), columns), *self._limits(columns)]

    def _limits(self, columns: tuple[str, ...]) -> list[Sentence]:
        made = self.study
        said = [
            Sentence(
                key="not-causal",
                role="limitation",
                text=words.not_causal(made, [t.name for t in self.covariates]),
                columns=columns,
                weight=80,
            )
        ]
        repeated = int(made.repeats.sum())
        if repeated:
            said.append(
                Sentence(
                    key="independence",
                    role="limitation",
                    columns=columns,
                    weight=60,
                    text=pick(
                        f"{count(repeated)} of {count(len(made.repeats))} rows ({percent(repeated / len(made.repeats))}) repeat an earlier row in all columns; "
                        f"if these are one record entered twice, rows are not independent and the intervals are too narrow.",
                        f"{count(len(made.repeats))} 行中有 {count(repeated)} 行（{percent(repeated / len(made.repeats))}）与前面的行完全相同；若为重复录入，则各行并不独立，区间偏窄。",
                    ),
                )
            )
        return said


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
