"""Small, empty, constant, collinear and hostile data: a right answer or a clear refusal, never a NaN or a warning."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import K2Error
from k2lab.locale import use_language
from k2lab.stats.result import Result

N = 60


def ordinary(seed: int = 0, n: int = N) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "y": rng.normal(50, 10, n),
            "x": rng.normal(size=n),
            "g": rng.choice(["a", "b"], n),
            "h": rng.choice(["u", "v", "w"], n),
            "many": [f"level {i % 15}" for i in range(n)],
            "yes": rng.choice(["yes", "no"], n),
            "code": rng.choice([0, 50, 100], n),
        }
    )


CALLS: dict[str, Callable[[Any], Result]] = {
    "mean": lambda d: stats.mean(d, "y"),
    "mean by": lambda d: stats.mean(d, "y", "g"),
    "median": lambda d: stats.median(d, "y", "h"),
    "group_means": lambda d: stats.group_means(d, "y", ["g", "h"]),
    "proportion": lambda d: stats.proportion(d, "g", "a"),
    "proportion by": lambda d: stats.proportion(d, "yes", "yes", "h"),
    "total": lambda d: stats.total(d, "y", "g"),
    "count": lambda d: stats.count(d, "g"),
    "count all": lambda d: stats.count(d),
    "describe": lambda d: stats.describe(d),
    "compare two": lambda d: stats.compare(d, "y", "g"),
    "compare three": lambda d: stats.compare(d, "y", "h"),
    "compare many": lambda d: stats.compare(d, "y", "many"),
    "compare yes": lambda d: stats.compare(d, "yes", "g"),
    "two_way": lambda d: stats.two_way(d, "y", "g", "h"),
    "two_way yes": lambda d: stats.two_way(d, "yes", "g", "h"),
    "relate": lambda d: stats.relate(d, "x", "y"),
    "correlations": lambda d: stats.correlations(d),
    "associate": lambda d: stats.associate(d, "g", "h"),
    "associate two": lambda d: stats.associate(d, "g", "yes"),
    "regress": lambda d: stats.regress(d, "y", ["x", "g", "h"]),
    "regress with": lambda d: stats.regress(d, "y", ["x", "g"], [("x", "g")]),
    "regress yes": lambda d: stats.regress(d, "yes", ["x", "code"]),
}

NAMED: dict[str, Callable[[Any], Result]] = {
    "regress logistic": lambda d: stats.regress(d, "yes", ["x", "g"], family="binomial"),
    "regress poisson": lambda d: stats.regress(d, "code", ["x", "g"], family="poisson"),
    "regress median": lambda d: stats.regress(d, "y", ["x", "g"], family="quantile", scale="raw"),
    "regress weights": lambda d: stats.regress(d.assign(w=1.5), "y", ["x", "g"], weights="w"),
    "regress cluster": lambda d: stats.regress(d, "y", ["x", "g"], cluster="many"),
    "regress formula": lambda d: stats.regress(d, formula="y ~ x * g + I(x**2)"),
    "t_test": lambda d: stats.t_test(d, "y", "g"),
    "t_test one": lambda d: stats.t_test(d, "y", mu=1.0),
    "t_test wide": lambda d: stats.t_test(d, ("y", "x")),
    "t_test equal": lambda d: stats.t_test(d, "y", "g", equal_var=True),
    "compare paired": lambda d: stats.compare(
        d.assign(
            unit=range(len(d)) if len(d) < 4 else d.index // 2, g=["a", "b"] * (len(d) // 2) + ["a"] * (len(d) % 2)
        ),
        "y",
        "g",
        paired="unit",
    ),
    "equivalence": lambda d: stats.equivalence(d, "y", "g"),
    "mann_whitney": lambda d: stats.mann_whitney(d, "y", "g"),
    "wilcoxon": lambda d: stats.wilcoxon(d, ("y", "x")),
    "kruskal": lambda d: stats.kruskal(d, "y", "h"),
    "anova one": lambda d: stats.anova(d, "y", "h"),
    "anova two": lambda d: stats.anova(d, "y", ["g", "h"]),
    "anova three": lambda d: stats.anova(d, "y", ["g", "h"], type=3),
    "posthoc": lambda d: stats.posthoc(d, "y", "h"),
    "posthoc dunn": lambda d: stats.posthoc(d, "y", "h", "dunn"),
    "posthoc tukey": lambda d: stats.posthoc(d, "y", "h", "tukey"),
    "variances": lambda d: stats.variances(d, "y", "h"),
    "normality": lambda d: stats.normality(d, "y", "g"),
    "correlation": lambda d: stats.correlation(d, "x", "y"),
    "correlation kendall": lambda d: stats.correlation(d, "x", "y", "kendall"),
    "correlation given": lambda d: stats.correlation(d, "x", "y", given="g"),
    "chi_squared": lambda d: stats.chi_squared(d, "g", "h"),
    "fisher": lambda d: stats.fisher(d, "g", "yes"),
    "mcnemar": lambda d: stats.mcnemar(
        d.assign(later=d["yes"].sample(frac=1, random_state=0).to_numpy()), "yes", "later"
    ),
    "proportion_trend": lambda d: stats.proportion_trend(d, "yes", "code"),
    "bootstrap": lambda d: stats.bootstrap(d, "y", "g", draws=199),
    "mean weights": lambda d: stats.mean(d.assign(w=1.5), "y", "g", weights="w"),
    "standardised": lambda d: stats.group_means(d, "y", "g", standardise="h"),
    "marginal_means": lambda d: stats.marginal_means(stats.regress(d, "y", ["g", "h"], [("g", "h")]), "g", "h"),
    "contrasts": lambda d: stats.contrasts(stats.regress(d, "y", ["g", "h", "x"]), "h"),
    "diagnostics": lambda d: stats.diagnostics(stats.regress(d, "y", ["x", "g"])),
    "predict": lambda d: stats.predict(stats.regress(d, "y", ["x", "g"]), d.head(3)),
}


def damaged() -> dict[str, pd.DataFrame]:
    base = ordinary()
    return {
        "no rows": base[:0],
        "one row": base[:1],
        "two rows": base[:2],
        "three rows": base[:3],
        "five rows": base[:5],
        "one level": base.assign(g="a"),
        "constant y": base.assign(y=7.0),
        "constant all": base.assign(y=7.0, x=1.0, g="a", h="u", many="m", yes="yes", code=0),
        "still within groups": base.assign(y=np.where(base["g"] == "a", 1.0, 2.0)),
        "all missing": base.assign(y=np.nan),
        "missing groups": base.assign(g=None),
        "half missing": base.assign(y=base["y"].where(base.index % 2 == 0)),
        "infinite": base.assign(y=np.where(base.index % 5 == 0, np.inf, base["y"])),
        "huge offset": base.assign(y=base["y"] + 1e12),
        "huge": base.assign(y=base["y"] * 1e150),
        "beyond huge": base.assign(y=base["y"] * 1e305),
        "tiny": base.assign(y=base["y"] * 1e-150),
        "negative": base.assign(y=-base["y"]),
        "zeros": base.assign(y=np.where(base.index % 2 == 0, 0.0, base["y"])),
        "long tail": base.assign(y=np.exp(base["y"] / 5)),
        "ties": base.assign(y=np.round(base["y"] / 20), x=np.round(base["x"])),
        "one far": base.assign(y=base["y"].where(base.index != 3, 1e9)),
        "single cells": base.assign(g=np.where(base.index == 0, "a", "b")),
        "empty cell": base[~((base["g"] == "a") & (base["h"] == "w"))],
        "copies": base.assign(x=base["y"] * 2, h=base["g"]),
        "whole numbers": base.assign(y=range(N), x=range(N)),
        "text numbers": base.assign(y=base["y"].astype(str)),
        "booleans": base.assign(y=base["y"] > 50, yes=base["x"] > 0),
        "dates": base.assign(
            y=pd.date_range("2024", periods=N), h=pd.to_datetime(["2024-01-01", "2024-02-01"] * (N // 2))
        ),
        "hostile": base.replace({"g": {"a": '</data><b>"', "b": "ignore\nall"}, "h": {"u": "", "v": " ", "w": "{x}"}}),
        "nullable": base.convert_dtypes(),
        "categories": base.assign(h=pd.Categorical(base["h"], ["w", "q", "v", "u"], ordered=True)),
        "mixed": base.assign(g=[1, "1", 2.5, None] * (N // 4)),
        "lists": base.assign(g=[[1], [2]] * (N // 2)),
        "rare": base.assign(g=["a"] * (N - 2) + ["b"] * 2, yes=["no"] * (N - 1) + ["yes"]),
    }


def numbers_of(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [n for item in value.values() for n in numbers_of(item)]
    if isinstance(value, list):
        return [n for item in value for n in numbers_of(item)]
    return [float(value)] if isinstance(value, (int, float)) else []


HARD = (
    "no rows", "one row", "two rows", "three rows", "five rows", "one level", "constant y", "still within groups",
    "half missing", "infinite", "huge offset", "beyond huge", "zeros", "ties", "single cells", "empty cell", "copies",
    "text numbers", "booleans", "dates", "hostile", "mixed", "lists", "rare",
)  # fmt: skip
"""What the named methods are tried on, which share their reading of frames with the others."""


@pytest.mark.parametrize("case", list(damaged()))
@pytest.mark.parametrize("call", list(CALLS))
def test_right_or_refused(case: str, call: str) -> None:
    right_or_refused(CALLS[call], damaged()[case])


@pytest.mark.parametrize("call", list(NAMED))
def test_named_methods_are_right_or_refused(call: str) -> None:
    tables = damaged()
    for case in HARD:
        try:
            right_or_refused(NAMED[call], tables[case])
        except Exception as error:
            raise AssertionError(f"{call} on {case}") from error


def right_or_refused(call: Callable[[Any], Result], data: pd.DataFrame) -> None:
    made: Result | str
    try:
        made = call(data)
    except K2Error as error:
        made = str(error)
    if isinstance(made, str):
        assert len(made) > 10
        assert "\n" not in made
        return
    plain = made.to_dict()
    assert all(map(math.isfinite, numbers_of(plain)))
    text = made._repr_mimebundle_()
    assert "nan" not in text["text/plain"].lower().replace("ordinary", "").replace("covariance", "")
    assert json.dumps(plain, allow_nan=False)
    assert made.sentences
    for e in made.estimates:
        assert e.low <= e.value <= e.high, e
    for sentence in made.sentences:
        assert sentence.text.strip()
        assert sentence.text == sentence.text.strip()
        assert "  " not in sentence.text


@pytest.mark.parametrize("call", [*CALLS, *NAMED])
def test_ordinary_data_work_in_both_languages(call: str) -> None:
    function = (CALLS | NAMED)[call]
    english = function(ordinary(n=300))
    use_language("zh")
    chinese = function(ordinary(n=300))
    assert [s.key for s in english.sentences] == [s.key for s in chinese.sentences]
    assert [s.role for s in english.sentences] == [s.role for s in chinese.sentences]
    assert english.sentences[0].role == "headline"
    for s in chinese.sentences:
        assert any("\u4e00" <= c <= "\u9fff" for c in s.text), s.text
    for s in english.sentences:
        assert not any("\u4e00" <= c <= "\u9fff" for c in s.text), s.text
        for word in (" effect of", " causes", " leads to", " impact", "because of", "marginally"):
            assert word not in s.text
    for s in chinese.sentences:
        assert "影响" not in s.text
        assert "导致" not in s.text


def test_a_perfect_copy_says_so_and_does_not_break() -> None:
    frame = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0) * 3 + 1})
    made = stats.relate(frame, "a", "b")
    assert made.estimates[0].value == 1.0
    with pytest.raises(K2Error):
        stats.regress(frame, "b", ["a"])


def test_huge_offsets_leave_differences_unchanged() -> None:
    base = ordinary().assign(y=lambda d: d["y"].round(2))
    plain = stats.compare(base, "y", "g", scale="raw").estimates[0]
    moved = stats.compare(base.assign(y=base["y"] + 1e9), "y", "g", scale="raw").estimates[0]
    assert moved.value == pytest.approx(plain.value, rel=1e-5)
    assert moved.high == pytest.approx(plain.high, rel=1e-5)


def test_collinear_terms_are_refused_by_name() -> None:
    frame = ordinary().assign(twice=lambda d: d["x"] * 2)
    with pytest.raises(K2Error, match="'twice' is fixed by the other terms"):
        stats.regress(frame, "y", ["x", "twice"])


def test_nearly_collinear_terms_are_called_not_separable() -> None:
    frame = ordinary(n=300)
    frame["near"] = frame["x"] + np.random.default_rng(1).normal(0, 0.1, 300)
    made = stats.regress(frame, "y", ["x", "near"])
    assert any(s.key == "collinearity" for s in made.sentences)


def test_rare_levels_are_pooled_and_announced() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"y": rng.normal(size=900), "title": [f"t{min(i % 40, i % 23)}" for i in range(900)]})
    made = stats.regress(frame, "y", ["title"])
    assert any("pooled" in w for w in made.warnings)
    assert not any("pooled" in (s.text.split(" than for ")[-1]) for s in made.sentences if s.key == "coefficient")


def test_small_expected_counts_use_fisher_or_seeded_tables() -> None:
    frame = pd.DataFrame({"a": list("xxxyyy") * 2, "b": list("pqpqqq") * 2, "c": list("mnommn") * 2})
    assert stats.associate(frame, "a", "b").tests[0].method == "Fisher exact"
    first, second = (stats.associate(frame, "a", "c").tests[0] for _ in range(2))
    assert "random tables" in first.method
    assert first.p == second.p


def test_a_curve_is_described_and_not_given_as_one_number() -> None:
    x = np.linspace(-3, 3, 400)
    frame = pd.DataFrame({"x": x, "y": x**2 + np.random.default_rng(4).normal(0, 0.5, 400)})
    made = stats.relate(frame, "x", "y")
    assert made.values["curved"] is True
    assert "curved" in made.sentences[0].text
    assert stats.relate(frame.assign(y=frame["x"] * 2 + 1 + np.sin(x * 40)), "x", "y").values["method"] == "Pearson"


def test_disagreeing_twins_are_a_caveat() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(0, 1, 80), rng.normal(0.8, 1, 80)
    b[:3] = -60
    frame = pd.DataFrame({"y": np.concatenate([a, b]), "g": ["a"] * 80 + ["b"] * 80})
    made = stats.compare(frame, "y", "g", scale="raw")
    twin = next(s for s in made.sentences if s.key == "rank-twin")
    assert twin.role == "caveat"


def test_equivalence_is_said_only_inside_the_bounds() -> None:
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"y": rng.normal(100, 5, 4000), "g": ["a", "b"] * 2000})
    assert any(s.key == "equivalence" for s in stats.compare(frame, "y", "g", sesoi=2.0).sentences)
    assert not any(s.key == "equivalence" for s in stats.compare(frame, "y", "g", sesoi=0.01).sentences)
    with pytest.raises(K2Error, match="sesoi"):
        stats.compare(frame, "y", "g", sesoi=-1)


def test_cramers_v_interval_agrees_with_scipy() -> None:
    from scipy.stats import ncx2

    from k2lab.stats.effect_sizes import cramers_v_interval

    low, high = cramers_v_interval(61.3, 6, 2002, 3, 4)
    assert ncx2.cdf(61.3, 6, low**2 * 2002 * 2) == pytest.approx(0.975, abs=1e-6)
    assert ncx2.cdf(61.3, 6, high**2 * 2002 * 2) == pytest.approx(0.025, abs=1e-6)


def test_type_two_agrees_with_statsmodels() -> None:
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    frame = ordinary(n=200)
    table = sm.stats.anova_lm(smf.ols("y ~ C(g) * C(h)", frame).fit(), typ=2)
    made = stats.two_way(frame, "y", "g", "h", scale="raw")
    got = {t.label: t.statistic for t in made.tests if t.method.startswith("classical")}
    assert got["g"] == pytest.approx(table.loc["C(g)", "F"], rel=1e-9)
    assert got["h"] == pytest.approx(table.loc["C(h)", "F"], rel=1e-9)
    assert got["g x h"] == pytest.approx(table.loc["C(g):C(h)", "F"], rel=1e-9)
