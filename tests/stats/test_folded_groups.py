"""Groups of a folded frame: their means, spreads and ranks are those of all rows, written out."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats as scipy_stats

from k2lab import stats
from k2lab.stats import engines, ranks, welch
from k2lab.stats import fold as engine_fold
from k2lab.stats.result import Result
from k2lab.stats.weighted import Held
from tests.stats.every_helper import same, table


def both(call: Callable[[Any], Result], frame: pd.DataFrame) -> tuple[Result, Result]:
    """Return what a call gives of all rows folded, and of them as they are."""
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr(engines, "LARGE", 100)
        folded = call(frame)
    assert "sample" not in folded.values
    return folded, call(frame)


EXACT: dict[str, Callable[[Any], Result]] = {
    "two groups": lambda df: stats.compare(df, "pay", "left", "log"),
    "two groups, raw": lambda df: stats.compare(df, "pay", "left", "raw"),
    "several groups": lambda df: stats.compare(df, "pay", "level", "log"),
    "many groups": lambda df: stats.compare(df, "pay", "desk", "log"),
    "yes or no": lambda df: stats.compare(df, "left", "level"),
    "student": lambda df: stats.t_test(df, "pay", "left", equal_var=True, mu=100.0),
    "one sample": lambda df: stats.t_test(df, "pay", mu=40_000.0),
    "log": lambda df: stats.t_test(df, "pay", "left", scale="log"),
    "bounds": lambda df: stats.equivalence(df, "pay", "left", scale="log"),
    "one way": lambda df: stats.anova(df, "pay", "level", scale="log"),
    "three ways": lambda df: stats.anova(df, "pay", ["remote", "level", "site"], type=3),
    "covariate": lambda df: stats.anova(df, "pay", ["remote", "hours"], type=1, scale="log"),
    "pairs": lambda df: stats.t_test(df, ("pay", "before"), scale="log"),
    "pairs by signed ranks": lambda df: stats.wilcoxon(df, ("pay", "before")),
    "one column by signed ranks": lambda df: stats.wilcoxon(df, "pay", mu=40_000.0),
    "pairs alike": lambda df: stats.equivalence(df, ("pay", "before")),
    "tukey": lambda df: stats.posthoc(df, "pay", "level", "tukey"),
    "dunn": lambda df: stats.posthoc(df, "pay", "level", "dunn"),
    "pairs by Welch": lambda df: stats.posthoc(df, "pay", "level", "welch", scale="log"),
    "two factors": lambda df: stats.two_way(df, "pay", "remote", "level", "log"),
    "strata and a moderator": lambda df: stats.strata(df, "pay", "remote", ["level", "site"], "left", "log"),
    "strata of a number": lambda df: stats.strata(df, "pay", "remote", "hours", scale="log"),
    "a number cut at its median": lambda df: stats.strata(df, "pay", "hours", "site"),
    "crossed variances": lambda df: stats.variances(df, "pay", ("left", "remote"), scale="log"),
    "shape by group": lambda df: stats.normality(df, "pay", "level", scale="log"),
}


@pytest.mark.parametrize("name", EXACT)
def test_a_repeating_outcome_gives_the_very_result(name: str):
    frame = table(4000)
    frame["desk"] = "d" + frame["hours"].astype(str)
    frame["pay"] = (frame["pay"] / 5000).round() * 5000

    frame["before"] = frame["pay"].sample(frac=1, random_state=0).to_numpy()

    folded, whole = both(EXACT[name], frame)

    same(folded, whole)
    assert [s.text for s in folded.sentences] == [s.text for s in whole.sentences]
    assert folded.warnings == whole.warnings


MEASURED: dict[str, Callable[[Any], Result]] = {
    "compare": lambda df: stats.compare(df, "exact", "level", "log"),
    "compare, raw": lambda df: stats.compare(df, "exact", "left", "raw"),
    "t_test": lambda df: stats.t_test(df, "exact", "left", scale="log"),
    "anova": lambda df: stats.anova(df, "exact", "level"),
    "anova of two": lambda df: stats.anova(df, "exact", ["level", "remote"], type=3, scale="log"),
    "posthoc": lambda df: stats.posthoc(df, "exact", "site", scale="log"),
    "two_way": lambda df: stats.two_way(df, "exact", "remote", "level", "log"),
    "strata": lambda df: stats.strata(df, "exact", "remote", ["level", "site"], "left", "raw"),
    "equivalence": lambda df: stats.equivalence(df, "exact", "left", sesoi=5000.0),
}


@pytest.mark.parametrize("name", MEASURED)
def test_a_measured_outcome_gives_exact_means_and_spreads(name: str):
    exact_but_for_ranks(*both(MEASURED[name], table()))


def test_a_measured_outcome_with_values_below_zero_gives_them_as_well():
    frame = table()
    frame["exact"] -= 40_000.0

    for x in ("left", "level"):
        exact_but_for_ranks(*both(lambda df, x=x: stats.compare(df, "exact", x), frame))


def exact_but_for_ranks(folded: Result, whole: Result) -> None:

    assert any("bins 0.05% wide" in warning for warning in folded.warnings)
    assert len(folded.estimates) == len(whole.estimates)
    for ours, theirs in zip(folded.estimates, whole.estimates, strict=True):
        assert (ours.label, ours.n) == (theirs.label, theirs.n)
        assert (ours.value, ours.low, ours.high) == pytest.approx((theirs.value, theirs.low, theirs.high), rel=1e-9)
    by_ranks = ("U", "H")
    assert [t.method for t in folded.tests if t.symbol not in by_ranks] == [
        t.method for t in whole.tests if t.symbol not in by_ranks
    ]
    for test, other in zip(folded.tests, whole.tests, strict=True):
        near = 5e-3 if test.symbol in by_ranks else 1e-9
        assert test.statistic == pytest.approx(other.statistic, rel=near)
        assert test.n == other.n
        if test.effect is not None and other.effect is not None:
            assert test.effect.value == pytest.approx(other.effect.value, rel=near, abs=near)


@pytest.mark.parametrize(
    "call",
    [
        lambda df: stats.mann_whitney(df, "exact", "left"),
        lambda df: stats.kruskal(df, "exact", "year"),
        lambda df: stats.wilcoxon(df, "exact", mu=40_000.0),
        lambda df: stats.posthoc(df, "exact", "year", "dunn"),
        lambda df: stats.variances(df, "exact", "year"),
        lambda df: stats.normality(df, "exact", "year"),
    ],
)
def test_ranks_and_shapes_of_a_measured_outcome_are_good_to_the_bin(call: Callable[[Any], Result]):
    folded, whole = both(call, table())

    assert any(w.startswith("Quantiles and ranks are read from bins 0.05% wide") for w in folded.warnings)
    size = {"U": 100_000.0, "z": 5.0}  # those near zero count beside their own spread
    for ours, theirs in zip(folded.tests, whole.tests, strict=True):
        assert ours.statistic == pytest.approx(theirs.statistic, rel=5e-3, abs=5e-3 * size.get(ours.symbol, 1.0))
        assert ours.p == pytest.approx(theirs.p, rel=0.05, abs=5e-3)
    for one, other in zip(folded.estimates, whole.estimates, strict=True):
        width = other.high - other.low
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), abs=0.01 * width)


def test_rows_of_one_bin_are_tied_over_all_groups():
    rng = np.random.default_rng(1)
    values = rng.choice([1000, 1410, 2230], 400) + rng.normal(0, 0.001, 400)  # three bins, whatever the group
    frame = pd.DataFrame({"y": values, "g": np.where(values.argsort().argsort() % 2, "a", "b")})

    folded, _ = both(lambda df: stats.mann_whitney(df, "y", "g"), frame)
    tied = stats.mann_whitney(frame.assign(y=values.round()), "y", "g")

    assert folded.tests[0].statistic == tied.tests[0].statistic
    assert folded.tests[0].p == pytest.approx(tied.tests[0].p, rel=1e-12)


def fold(values: np.ndarray) -> Held:
    found, times = np.unique(values, return_counts=True)
    return Held(values=found, times=times)


@pytest.mark.parametrize("seed", range(12))
def test_ranks_of_folded_values_are_those_of_the_rows(seed: int):
    rng = np.random.default_rng(seed)
    most = (4, 50, 10**6)[seed % 3]
    groups = [rng.integers(0, most, n).astype(float) for n in rng.integers(25, 90, 4)]
    held = [fold(g) for g in groups]

    u = ranks.u_test(held[0], held[1])
    wanted = scipy_stats.mannwhitneyu(groups[0], groups[1], method="asymptotic")
    assert (u.statistic, u.p) == pytest.approx((wanted.statistic, wanted.pvalue), rel=1e-12)

    h, kruskal = ranks.kruskal_wallis(held), scipy_stats.kruskal(*groups)
    assert (h.statistic, h.p) == pytest.approx((kruskal.statistic, kruskal.pvalue), rel=1e-9)

    shift, differences = ranks.shift_of_two(held[0], held[1]), np.subtract.outer(groups[0], groups[1])
    assert shift.value == float(np.median(differences))
    assert shift == ranks.shift_of_two(groups[0], groups[1])

    assert ranks.dunn(held) == ranks.dunn(groups)

    apart = groups[2] - most // 2
    v = ranks.signed_ranks(fold(apart))
    how = {"method": "exact"} if v.exact else {"method": "asymptotic", "correction": True}
    assert v.p == pytest.approx(scipy_stats.wilcoxon(apart, **how).pvalue, rel=1e-9)
    assert v == ranks.signed_ranks(apart)


def test_few_rows_get_the_exact_test_also_when_folded():
    x, y = np.array([1.0, 2.5, 7.0]), np.array([3.0, 8.0, 9.0, 11.0])

    assert ranks.u_test(fold(x), fold(y)) == ranks.u_test(x, y)
    assert ranks.u_test(x, y).exact


def test_ties_of_four_thousand_million_rows_are_counted_right():
    one, two = ([n * 10**8 for n in counts] for counts in ([3, 4, 5, 6, 2], [2, 4, 5, 6, 3]))
    values = np.arange(5.0)

    held = [Held(values=values, times=np.array(counts)) for counts in (one, two)]
    found, H = ranks.u_test(held[0], held[1]), ranks.kruskal_wallis(held)

    n1, n2 = sum(one), sum(two)
    both_, n = [a + b for a, b in zip(one, two, strict=True)], n1 + n2
    ends = np.cumsum(both_).tolist()
    rank = sum(t * (end - c + Fraction(c + 1, 2)) for t, c, end in zip(one, both_, ends, strict=True))
    untied = 1 - Fraction(sum(c**3 - c for c in both_), n**3 - n)
    apart = rank / n1 - Fraction(n + 1, 2)
    assert found.statistic == pytest.approx(float(rank - Fraction(n1 * (n1 + 1), 2)), rel=1e-14)
    assert H.statistic == pytest.approx(float(Fraction(12, n * (n + 1)) * 2 * n1 * apart**2 / untied), rel=1e-12)
    assert math.isfinite(found.p)


def test_a_large_offset_costs_no_digits_when_folded():
    values = [np.array([1e10 + 0.2, 1e10 + 0.3, 1e10 + 0.4]), np.array([1e10 + 0.1, 1e10 + 0.4, 1e10 + 0.5])]
    times = [np.array([5, 1, 7]), np.array([2, 9, 4])]
    held = [Held(values=v, times=t) for v, t in zip(values, times, strict=True)]
    written = [np.repeat(v, t) for v, t in zip(values, times, strict=True)]

    assert welch.classical_f(held)[0] == pytest.approx(welch.classical_f(written)[0], rel=1e-12)
    assert welch.anova(held, "g").p == pytest.approx(welch.anova(written, "g").p, rel=1e-12)
    assert welch.gap(*held).low == pytest.approx(welch.gap(*written).low, rel=1e-12)


def test_a_folded_frame_is_read_as_all_of_its_rows_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engines, "LARGE", 100)
    frame = table()
    once = engine_fold.folded(frame, ("pay", "level", "left"), "pay")

    again, dropped = engine_fold.taken(once, ("pay", "level"), "pay")

    assert engine_fold.rows(again) + dropped == len(frame)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_values_of_rows_that_are_left_out_do_not_hide_the_logarithms(engine: str, monkeypatch: pytest.MonkeyPatch):
    frame = table()
    frame.loc[frame["site"].isna(), "exact"] = 0.0
    whole = stats.compare(frame, "exact", "site", "log")
    monkeypatch.setattr(engines, "LARGE", 100)
    monkeypatch.setattr(engine_fold, "WIDTHS", (0.05,))
    data: Any = frame
    if engine == "polars":
        import polars

        data = polars.from_pandas(frame)
    elif engine == "duckdb":
        import duckdb
        import pyarrow

        data = duckdb.connect().from_arrow(pyarrow.Table.from_pandas(frame))

    folded = stats.compare(data, "exact", "site", "log")

    for ours, theirs in zip(folded.estimates, whole.estimates, strict=True):
        assert (ours.value, ours.low, ours.high) == pytest.approx((theirs.value, theirs.low, theirs.high), rel=1e-9)
    assert folded.values["dropped"] == whole.values["dropped"] == 30


def test_ranks_of_an_outcome_far_from_zero_are_good_to_its_spread():
    rng = np.random.default_rng(3)
    groups = rng.choice(["a", "b"], 5000)
    frame = pd.DataFrame({"y": 101_325 + rng.normal(0, 3, 5000) + 0.2 * (groups == "a"), "g": groups})

    folded, whole = both(lambda df: stats.mann_whitney(df, "y", "g"), frame)

    assert any("bins" in warning for warning in folded.warnings)
    assert folded.tests[0].p == pytest.approx(whole.tests[0].p, rel=0.02)
    assert folded.estimates[0].value == pytest.approx(whole.estimates[0].value, abs=0.003)
