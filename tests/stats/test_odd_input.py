"""Dates in text, names that are no text, and numbers at the edge: right, or refused in one line."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ncf, nct, ncx2

from k2lab import plots, stats
from k2lab.errors import InputError, K2Error, UsageError
from k2lab.plots.record import record_of
from k2lab.stats import effect_sizes, weighted

DAYS = pd.date_range("2020-01-01", periods=360)
rng = np.random.default_rng(0)


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%d", "%d-%m-%y", "%Y/%m/%d"])
def test_dates_in_text_are_read_as_the_dates_they_are(form: str):
    text = pd.DataFrame({"t": DAYS.strftime(form), "y": np.arange(360.0)})
    wanted = stats.trend(pd.DataFrame({"t": DAYS, "y": np.arange(360.0)}), "y", "t")

    found = stats.trend(text, "y", "t")

    assert found.tables[0].rows == wanted.tables[0].rows
    assert not any(s.key == "date-order" for s in found.sentences)
    assert [one["name"] for one in record_of(plots.trend(text, time="t", y="y")).groups] == [
        one["name"] for one in record_of(plots.trend(pd.DataFrame({"t": DAYS, "y": text["y"]}), time="t", y="y")).groups
    ]


def test_an_order_that_nothing_shows_is_said():
    days = [day for day in DAYS if day.day < 13]
    table = pd.DataFrame({"t": [day.strftime("%d/%m/%Y") for day in days], "y": np.arange(float(len(days)))})

    assert any("month was taken first" in s.text for s in stats.trend(table, "y", "t").sentences)


def test_dates_in_both_orders_are_no_dates():
    table = pd.DataFrame({"t": ["31/01/2020", "01/31/2020"] * 100, "y": np.arange(200.0)})

    with pytest.raises(UsageError, match="cannot be read as time"):
        stats.trend(table, "y", "t")


@pytest.mark.parametrize("kind", ["timestamp[ns][pyarrow]", "date32[pyarrow]", "timestamp[us, tz=UTC][pyarrow]"])
def test_arrow_dates(kind: str):
    table = pd.DataFrame({"t": pd.Series(DAYS).astype("timestamp[ns][pyarrow]").astype(kind), "y": np.arange(360.0)})
    wanted = stats.trend(pd.DataFrame({"t": DAYS, "y": table["y"]}), "y", "t")

    assert stats.trend(table, "y", "t").tables[0].rows == wanted.tables[0].rows
    assert stats.facts(table, time="t").values["n"] == 360
    assert plots.trend(table, time="t", y="y").get_title(loc="left")


@pytest.mark.parametrize(
    "call",
    [
        lambda df: stats.mean(df, 0, 1),
        lambda df: stats.total(df, 0, 1),
        lambda df: stats.count(df, 1),
        lambda df: stats.t_test(df, 0, 1),
        lambda df: stats.bootstrap(df, 0, 1),
        lambda df: stats.equivalence(df, 0, 1, sesoi=1.0),
        lambda df: stats.anova(df, 0, 1),
        lambda df: stats.normality(df, 0, 1),
        lambda df: stats.variances(df, 0, 1),
        lambda df: stats.correlation(df, 0, 2, given=1),
        lambda df: stats.group_means(df, 0, 1),
        lambda df: stats.proportion(df, 1, "a", 2),
        lambda df: stats.checks(df, 0, 1, adjust=2),
        lambda df: stats.effect(df, 0, 1, adjust=2),
        lambda df: stats.strata(df, 0, 1, 2),
        lambda df: stats.regress(df, 0, 2),
        lambda df: stats.describe(df),
        lambda df: stats.correlations(df),
    ],
)
def test_names_that_are_no_text_are_refused_in_one_line(call: Callable[[Any], Any]):
    table = pd.DataFrame({0: [1.0, 2, 3, 4], 1: list("abab"), 2: [1.0, 3, 2, 4]})

    with pytest.raises(K2Error, match="is not text"):
        call(table)


@pytest.mark.parametrize("noise", [1e-9, 1e-6, 1e-3])
def test_groups_far_apart_take_no_time(noise: float):
    table = pd.DataFrame({"g": np.repeat(list("abc"), 1000)})
    table["v"] = table["g"].map({"a": 0.0, "b": 1.0, "c": 2.0}) + noise * rng.normal(size=3000)
    began = time.process_time()

    found = [*stats.anova(table, "v", "g").tests, *stats.compare(table, "v", "g").tests]

    assert time.process_time() - began < 10
    sizes = [test.effect for test in found if test.effect is not None]
    assert sizes
    assert all(0 <= one.low <= one.value + 1e-12 and one.value <= one.high + 1e-9 <= 1 + 2e-9 for one in sizes)


@pytest.mark.parametrize("ncp", [0.5, 40.0, 3e4, 2e5])
def test_non_central_laws_are_scipys(ncp: float):
    for share in (0.9, 1.0, 1.1):
        F, x = share * (ncp + 3) / 3, share * (ncp + 6)
        assert effect_sizes._ncf_cdf(F, 3, 500, ncp) == pytest.approx(ncf.cdf(F, 3, 500, ncp), rel=1e-7, abs=1e-10)
        assert effect_sizes._ncx2_cdf(x, 6, ncp) == pytest.approx(ncx2.cdf(x, 6, ncp), rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("size", [1e160, 1e300, 1e308])
def test_numbers_that_cannot_be_squared_are_refused(size: float):
    table = pd.DataFrame({"y": np.linspace(0.1, 1, 30) * size})

    for call in (stats.facts, stats.distribution):
        with pytest.raises(InputError, match="too large to be squared"):
            call(table, "y")


@pytest.mark.parametrize("held", [[None] * 400, ["same"] * 400, [5.0] * 400])
def test_adjusting_for_what_does_not_vary_is_refused(held: list[Any]):
    table = pd.DataFrame({"y": rng.normal(10, 2, 400), "x": list("ab") * 200, "z": held})

    with pytest.raises(InputError, match="nothing is adjusted for"):
        stats.effect(table, "y", "x", adjust=["z"])


def test_tuples_in_cells_are_nested_values():
    assert stats.quality(pd.DataFrame({"g": [(1, 2), None, 3] * 20})).kind == "quality"


def test_a_statistic_that_takes_one_sample():
    table = pd.DataFrame({"v": np.arange(30.0) ** 2})
    ours, named = (stats.bootstrap(table, "v", statistic=one, draws=300) for one in (lambda a: a.mean(), "mean"))

    assert ours.estimates[0].low == pytest.approx(named.estimates[0].low)
    assert "<lambda>" not in str(ours)


def test_a_spread_that_numbers_of_this_size_can_show_is_drawn():
    table = pd.DataFrame({"v": 1e15 + np.tile([0.0, 1, 2, 5], 10)})

    assert record_of(plots.density(table, x="v", log=False)).n == 40


def test_quantiles_at_the_edge_of_numbers(recwarn: pytest.WarningsRecorder):
    values = np.linspace(0, 1e-307, 30_000)

    assert weighted.quantiles(values, None, [0.25, 0.5]) == tuple(np.quantile(values, [0.25, 0.5]))
    assert not recwarn.list


def test_dates_of_python():
    table = pd.DataFrame({"t": [day.date() for day in DAYS], "y": np.arange(360.0)})
    wanted = stats.trend(pd.DataFrame({"t": DAYS, "y": table["y"]}), "y", "t")

    assert stats.trend(table, "y", "t").tables[0].rows == wanted.tables[0].rows
    assert record_of(plots.trend(table, time="t", y="y")).n == 360


@pytest.mark.parametrize(("t", "df", "ncp"), [(100.5, 20, 95.0), (150.0, 58, 140.0), (-120.0, 30, -130.0)])
def test_the_far_non_central_t_is_scipys(t: float, df: float, ncp: float):
    assert effect_sizes._nct_cdf(t, df, ncp) == pytest.approx(nct.cdf(t, df, ncp), rel=1e-6)


def test_levels_too_many_to_be_held_fixed_are_refused():
    table = pd.DataFrame(
        {"a": rng.normal(size=900), "b": rng.normal(size=900), "g": [f"u{i // 2}" for i in range(900)]}
    )

    with pytest.raises(UsageError, match="too many to be held fixed"):
        stats.correlation(table, "a", "b", given="g")
