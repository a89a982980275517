"""Seeded random tables of many shapes: each number as statsmodels or scipy has it, or refused with one clear reason."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats as ss
import statsmodels.api as sm
import statsmodels.formula.api as smf

from k2lab import stats
from k2lab.errors import K2Error
from k2lab.stats.result import Result

SEEDS = range(4)


def table(seed: int) -> pd.DataFrame:
    """Return an unbalanced table with ties, missing values, weights, counts and clusters."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(40, 160))
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=n).round(2), "g": rng.choice(list("abc"), n, p=[0.6, 0.3, 0.1]),
            "h": rng.choice(["u", "v"], n, p=[0.75, 0.25]), "w": rng.uniform(0.2, 3, n),
            "unit": [f"p{i % (n // 4)}" for i in range(n)],
        }
    )  # fmt: skip
    shift = frame["g"].map({"a": 0.0, "b": 0.7, "c": -0.4}) + frame["x"] * 0.5 + (frame["h"] == "v") * 0.3
    frame["y"] = (10 + shift + rng.normal(size=n) * (1 + (frame["g"] == "b"))).round(2)
    frame["count"] = rng.poisson(np.exp(0.5 + shift / 2))
    frame["yes"] = np.where(rng.uniform(size=n) < 1 / (1 + np.exp(-shift)), "yes", "no")
    frame.loc[rng.choice(n, 3, replace=False), "y"] = np.nan
    return frame


def whole(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.dropna().reset_index(drop=True)


def row(made: Result, name: str) -> tuple[Any, ...]:
    return next(r for r in made.tables[-1].rows if r[0] == name)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_groups(seed: int) -> None:
    frame = whole(table(seed))
    a, b = (frame.loc[frame["h"] == h, "y"].to_numpy() for h in "uv")
    for equal in (True, False):
        made, want = stats.t_test(frame, "y", "h", equal_var=equal, reference="v"), ss.ttest_ind(a, b, equal_var=equal)
        ends = want.confidence_interval(0.95)
        assert made.tests[0].statistic == pytest.approx(want.statistic, rel=1e-10)
        assert made.tests[0].p == pytest.approx(want.pvalue, rel=1e-9)
        assert (made.estimates[0].low, made.estimates[0].high) == pytest.approx((ends.low, ends.high), rel=1e-9)
    u = ss.mannwhitneyu(a, b)
    made = stats.mann_whitney(frame, "y", "h", reference="v")
    assert (made.tests[0].statistic, made.tests[0].p) == pytest.approx((u.statistic, u.pvalue), rel=1e-9)
    assert made.estimates[0].value == pytest.approx(float(np.median(np.subtract.outer(a, b))), rel=1e-9, abs=1e-12)
    n = min(len(a), len(b))
    pairs = pd.DataFrame({"one": a[:n], "two": b[:n]})
    t = ss.ttest_rel(pairs["one"], pairs["two"])
    assert stats.t_test(pairs, ("one", "two")).tests[0].p == pytest.approx(t.pvalue, rel=1e-9)
    low, high = -1.0, 1.5
    from statsmodels.stats.weightstats import ttost_ind

    want_p = ttost_ind(a, b, low, high, usevar="unequal")[0]
    assert stats.equivalence(frame, "y", "h", sesoi=(low, high), reference="v").values["p"] == pytest.approx(
        want_p, rel=1e-8
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_several_groups(seed: int) -> None:
    frame = whole(table(seed))
    groups = [frame.loc[frame["g"] == g, "y"].to_numpy() for g in "abc"]
    made = stats.anova(frame, "y", "g", equal_var=True)
    want = ss.f_oneway(*groups)
    assert (made.tests[0].statistic, made.tests[0].p) == pytest.approx((want.statistic, want.pvalue), rel=1e-9)
    H = ss.kruskal(*groups)
    assert stats.kruskal(frame, "y", "g").tests[0].statistic == pytest.approx(H.statistic, rel=1e-10)
    hsd = ss.tukey_hsd(*groups)
    ends = hsd.confidence_interval(0.95)
    found = {(e.groups["a"], e.groups["b"]): e for e in stats.posthoc(frame, "y", "g", "tukey").estimates}
    for i, j in ((0, 1), (0, 2), (1, 2)):
        e = found["abc"[i], "abc"[j]] if ("abc"[i], "abc"[j]) in found else found["abc"[j], "abc"[i]]
        assert e.p_adjusted == pytest.approx(hsd.pvalue[i, j], abs=1e-6)
        assert sorted(map(abs, (e.low, e.high))) == pytest.approx(
            sorted(map(abs, (ends.low[i, j], ends.high[i, j]))), rel=1e-5
        )
    for kind in (1, 2, 3):
        coded = "C(g, Sum) * C(h, Sum)" if kind == 3 else "C(g) * C(h)"
        cells = frame.groupby(["g", "h"]).size()
        if kind == 3 and len(cells) < 6:
            with pytest.raises(K2Error, match="Type III"):
                stats.anova(frame, "y", ["g", "h"], type=3)
            continue
        anova = sm.stats.anova_lm(smf.ols(f"y ~ {coded}", frame).fit(), typ=kind)
        anova = anova[anova.index != "Intercept"]
        rows = stats.anova(frame, "y", ["g", "h"], type=kind).tables[0].rows
        assert [r[1] for r in rows] == pytest.approx(anova["sum_sq"].tolist(), rel=1e-8)
    for method, centre in (("Levene", "mean"), ("Brown-Forsythe", "median")):
        t = next(t for t in stats.variances(frame, "y", "g").tests if t.method == method)
        assert t.p == pytest.approx(ss.levene(*groups, center=centre).pvalue, rel=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_models(seed: int) -> None:
    frame = whole(table(seed))
    formula = "y ~ C(g) * x + C(h)"
    ours = "y ~ g * x + h"
    reference = {"g": "a", "h": "u"}
    for cov in ("HC0", "HC1", "HC2", "HC3"):
        made, want = (
            stats.regress(frame, formula=ours, cov=cov, reference=reference),
            smf.ols(formula, frame).fit(cov_type=cov),
        )
        assert row(made, "g=b")[1:3] == pytest.approx((want.params["C(g)[T.b]"], want.bse["C(g)[T.b]"]), rel=1e-8)
        assert row(made, "g=b:x")[1:3] == pytest.approx((want.params["C(g)[T.b]:x"], want.bse["C(g)[T.b]:x"]), rel=1e-8)
    made = stats.regress(frame, formula=ours, cluster="unit", reference=reference)
    codes = pd.factorize(frame["unit"])[0]
    want = smf.ols(formula, frame).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    assert row(made, "x")[2] == pytest.approx(want.bse["x"], rel=1e-8)
    assert row(made, "x")[4] == pytest.approx(want.pvalues["x"], rel=1e-6)
    made = stats.regress(frame, formula=ours, weights="w", cov="classical", reference=reference)
    want = smf.wls(formula, frame, weights=frame["w"]).fit()
    assert row(made, "h=v")[1:3] == pytest.approx((want.params["C(h)[T.v]"], want.bse["C(h)[T.v]"]), rel=1e-8)
    assert made.values["r2"] == pytest.approx(want.rsquared, rel=1e-9)
    case = {"g": "b", "x": 0.5, "h": "v"}
    plain = stats.regress(frame, formula=ours, cov="classical", reference=reference)
    got = stats.predict(plain, case).tables[0].rows[0]
    table_ = smf.ols(formula, frame).fit().get_prediction(pd.DataFrame([case])).summary_frame()
    wanted = table_[["mean", "mean_ci_lower", "mean_ci_upper", "obs_ci_lower", "obs_ci_upper"]].iloc[0].tolist()
    assert got[3:] == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_and_counts(seed: int) -> None:
    frame = whole(table(seed)).assign(hit=lambda d: (d["yes"] == "yes").astype(int))
    made = stats.regress(frame, formula="yes ~ g + x", family="binomial", reference={"g": "a"})
    want = smf.logit("hit ~ C(g) + x", frame).fit(disp=0)
    assert row(made, "x")[1:3] == pytest.approx((want.params["x"], want.bse["x"]), rel=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        margins = want.get_margeff(dummy=True)
    ame = {e.label.split(" ")[0]: e for e in made.estimates}
    assert ame["x"].value == pytest.approx(100 * margins.margeff[-1], rel=1e-5)
    assert (ame["x"].high - ame["x"].low) / 2 / ss.norm.ppf(0.975) == pytest.approx(
        100 * margins.margeff_se[-1], rel=1e-4
    )
    # Each level against the reference, as R's marginaleffects has it: statsmodels leaves the other dummies on.
    for level in "bc":
        gap = want.predict(frame.assign(g=level)).mean() - want.predict(frame.assign(g="a")).mean()
        assert ame[f"g={level}"].value == pytest.approx(100 * gap, rel=1e-6)
    k = 4
    for cov, kind, factor in (
        ("classical", "nonrobust", 1.0),
        ("HC0", "HC0", 1.0),
        ("HC1", "HC0", (len(frame) / (len(frame) - k)) ** 0.5),
    ):
        made = stats.regress(frame, formula="count ~ g + x", family="poisson", cov=cov, reference={"g": "a"})
        want = smf.glm("count ~ C(g) + x", frame, family=sm.families.Poisson()).fit(cov_type=kind)
        assert row(made, "x")[1:3] == pytest.approx((want.params["x"], want.bse["x"] * factor), rel=1e-5)
    median = stats.regress(frame, formula="y ~ g + x", family="quantile", reference={"g": "a"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = smf.quantreg("y ~ C(g) + x", frame).fit(q=0.5, max_iter=5000)
    loss = float((np.abs(other.resid) / 2).sum())
    assert median.values["check_loss"] <= loss * (1 + 1e-9)
    chi2 = ss.chi2_contingency(pd.crosstab(frame["g"], frame["yes"]), correction=False)
    assert stats.chi_squared(frame, "g", "yes").tests[0].statistic == pytest.approx(chi2.statistic, rel=1e-10)
    r = ss.pearsonr(frame["x"], frame["y"])
    found = stats.correlation(frame, "x", "y").estimates[0]
    assert (found.value, found.p, found.low) == pytest.approx(
        (r.statistic, r.pvalue, r.confidence_interval().low), rel=1e-8
    )


def test_firth_is_the_maximum_of_the_penalised_likelihood() -> None:
    from scipy.optimize import minimize

    x = np.array([-3.0, -2, -1.5, -1, 1, 1.2, 2, 3])
    y = (x > 0).astype(int)
    frame = pd.DataFrame({"x": x, "won": np.where(y == 1, "yes", "no")})
    made = stats.regress(frame, formula="won ~ x", family="binomial")
    assert any("Firth" in w for w in made.warnings)
    X = np.column_stack([np.ones(8), x])

    def minus(b: np.ndarray) -> float:
        p = 1 / (1 + np.exp(-X @ b))
        return -float(
            y @ np.log(p) + (1 - y) @ np.log(1 - p) + 0.5 * np.linalg.slogdet((X * (p * (1 - p))[:, None]).T @ X)[1]
        )

    best = minimize(minus, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-14}).x
    assert [r[1] for r in made.tables[-1].rows] == pytest.approx(best, rel=1e-5, abs=1e-6)


def _small(n: int) -> pd.DataFrame:
    return table(0).dropna().head(n).assign(g=["a", "b"][:n] if n < 3 else "a")


SHAPES: dict[str, Callable[[], pd.DataFrame]] = {
    "no rows": lambda: _small(0), "one row": lambda: _small(1), "two rows": lambda: _small(2),
    "one level": lambda: whole(table(1)).assign(g="a", h="u", yes="yes"),
    "constant": lambda: whole(table(1)).assign(y=1.0, x=2, count=3),
    "collinear": lambda: whole(table(1)).assign(x=lambda d: (d["g"] == "a") * 1.5),
    "all missing": lambda: table(1).assign(y=np.nan),
}  # fmt: skip
CALLS: dict[str, Callable[[Any], Result]] = {
    "t_test": lambda d: stats.t_test(d, "y", "h"), "anova": lambda d: stats.anova(d, "y", ["g", "h"]),
    "posthoc": lambda d: stats.posthoc(d, "y", "g"), "formula": lambda d: stats.regress(d, formula="y ~ g + x"),
    "binomial": lambda d: stats.regress(d, formula="yes ~ g + x", family="binomial"),
    "poisson": lambda d: stats.regress(d, formula="count ~ g + x", family="poisson"),
    "quantile": lambda d: stats.regress(d, formula="y ~ g + x", family="quantile"),
    "weights": lambda d: stats.regress(d, formula="y ~ g + x", weights="w"),
    "fisher": lambda d: stats.fisher(d, "g", "yes"),
}  # fmt: skip


@pytest.mark.parametrize("shape", list(SHAPES))
def test_what_cannot_be_had_is_refused_in_one_line(shape: str) -> None:
    data = SHAPES[shape]()
    for name, call in CALLS.items():
        refused = ""
        try:
            made = call(data)
        except K2Error as error:
            refused = str(error)
        if refused:
            assert len(refused) > 15, name
            assert "\n" not in refused, name
            continue
        assert shape not in ("no rows", "one row"), name
        assert made.to_dict(), name


def test_a_huge_offset_leaves_differences_as_they_are_and_says_how_many_digits_hold() -> None:
    frame = whole(table(2))
    plain = stats.t_test(frame, "y", "h").estimates[0]
    moved = stats.t_test(frame.assign(y=frame["y"] + 1e9), "y", "h")
    assert moved.estimates[0].value == pytest.approx(plain.value, rel=1e-5)
    assert any("digits" in w for w in moved.warnings)
