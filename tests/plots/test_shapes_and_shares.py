"""Strips, curves, bars, residuals and small multiples, against numpy, scipy and statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import beta, norm
from statsmodels.stats.proportion import proportion_confint

from k2lab import plots
from k2lab.errors import InputError, UsageError
from k2lab.plots.digest import digest
from k2lab.plots.swarms import MOST, swarm
from k2lab.stats import intervals


def _groups(ax: Any) -> dict[str, dict[str, Any]]:
    return {group["name"]: group for group in digest(ax.figure)["axes"][0]["groups"]}


@pytest.mark.parametrize("n", [1, 2, 60, 300])
def test_dots_of_a_swarm_do_not_overlap(n: int) -> None:
    at = np.sort(np.random.default_rng(n).normal(300, 80, n))
    off = swarm(at, 4.0, 40.0)
    gaps = np.hypot(at[:, None] - at, off[:, None] - off)[np.triu_indices(n, 1)]
    assert (gaps > 4.0 - 1e-6).all()
    assert np.abs(off).max() <= 40.0


def test_a_crowd_that_does_not_fit_stays_in_its_row() -> None:
    off = swarm(np.zeros(200), 4.0, 12.0)
    assert np.abs(off).max() <= 12.0
    assert len(np.unique(off.round(3))) > 100


def test_a_strip_draws_every_row_of_a_small_group_and_even_ranks_of_a_large_one() -> None:
    values = np.random.default_rng(1).normal(size=1000)
    frame = pd.DataFrame({"g": ["a"] * 40 + ["b"] * 960, "v": values})
    ax = plots.strip(frame, x="g", y="v")
    small, large = sorted((line.get_xdata() for line in ax.lines if line.get_marker() == "o"), key=len)
    assert np.allclose(np.sort(small), np.sort(values[:40]))
    assert len(large) == MOST
    assert (large.min(), large.max()) == (values[40:].min(), values[40:].max())
    assert abs(np.median(large) - np.median(values[40:])) < 0.01


def test_an_ecdf_is_the_share_at_or_below_with_the_band_of_massart() -> None:
    values = np.random.default_rng(2).gamma(3, 2, 150)
    ax = plots.ecdf(pd.DataFrame({"v": values}), x="v", log=False)
    at, share = ax.lines[0].get_data()
    for x, y in zip(at[1:], share[1:], strict=True):
        assert y == pytest.approx((values <= x).mean())
    band = ax.collections[0].get_paths()[0].vertices
    room = np.sqrt(np.log(40) / 300)
    middle = band[np.isclose(band[:, 0], np.sort(values)[74])]
    assert middle[:, 1].min() == pytest.approx(74 / 150 - room, abs=1 / 150 + 1e-9)
    assert middle[:, 1].max() == pytest.approx(75 / 150 + room, abs=1 / 150 + 1e-9)


def test_a_long_ecdf_is_right_at_every_step_that_is_drawn() -> None:
    values = np.random.default_rng(3).normal(size=50_000)
    at, share = plots.ecdf(pd.DataFrame({"v": values}), x="v").lines[0].get_data()
    assert len(at) <= 1025
    found = np.searchsorted(np.sort(values), at[1:], side="right") / len(values)
    assert np.allclose(found, share[1:])


def test_each_density_has_area_one_whatever_its_rows(salaries: pd.DataFrame) -> None:
    ax = plots.density(salaries, x="age", hue="level", log=False)
    assert len(ax.lines) == 3
    for line in ax.lines:
        assert np.trapezoid(line.get_ydata(), line.get_xdata()) == pytest.approx(1, abs=0.01)
    assert {label.get_text() for label in ax.get_legend().get_texts()} == {
        f"{level}, n = {n:,}" for level, n in salaries["level"].value_counts().items()
    }


def test_levels_too_small_for_a_density_are_named() -> None:
    frame = pd.DataFrame({"g": ["a"] * 100 + ["few"] * 5, "v": np.random.default_rng(1).normal(size=105)})
    ax = plots.density(frame, x="v", hue="g")
    assert len(ax.lines) == 1
    assert "few" in digest(ax.figure)["caption"]
    assert "no rows" in digest(plots.density(frame.tail(5), x="v").figure)["caption"]


def test_bars_are_shares_with_wilsons_interval(salaries: pd.DataFrame) -> None:
    found = _groups(plots.bar(salaries, x="level", y="remote", value=100))
    for level, part in salaries.groupby("level")["remote"]:
        hits = int((part == 100).sum())
        low, high = proportion_confint(hits, len(part), method="wilson")
        assert [found[level][k] for k in ("share", "low", "high")] == pytest.approx(
            [hits / len(part), low, high], rel=2e-4
        )
    whole = _groups(plots.bar(salaries, x="level"))
    assert sum(group["share"] for group in whole.values()) == pytest.approx(1, abs=1e-3)


def test_bars_refuse_a_measured_number_and_an_unknown_value(salaries: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="measured number"):
        plots.bar(salaries, x="level", y="pay_usd")
    with pytest.raises(UsageError, match="has no value"):
        plots.bar(salaries, x="level", y="remote", value=70)


def test_residuals_are_those_of_statsmodels() -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.normal(size=80), "g": rng.choice(["a", "b"], 80)})
    frame["y"] = frame["x"] ** 2 + (frame["g"] == "b") + rng.normal(0, 0.3, 80)
    ax = plots.residuals(frame, y="y", terms=["x", "g"], log=False)
    fitted = smf.ols("y ~ x + C(g)", frame).fit()
    marks = next(line for line in ax.lines if line.get_marker() == "o")
    assert np.allclose(marks.get_xdata(), fitted.fittedvalues)
    assert np.allclose(marks.get_ydata(), fitted.get_influence().resid_studentized_internal)
    other = ax.figure.axes[1]
    points = next(line for line in other.lines if line.get_marker() == "o")
    assert np.allclose(points.get_ydata(), np.sort(marks.get_ydata()))
    assert np.allclose(points.get_xdata(), norm.ppf((np.arange(1, 81) - 0.5) / 80))
    low = other.collections[0].get_paths()[0].vertices
    assert np.isclose(low[:, 1], norm.ppf(beta.ppf(0.025, 40, 41))).any()


def test_residuals_tell_what_the_terms_miss() -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"x": rng.uniform(-2, 2, 400)})
    for power, missed in ((1, False), (2, True)):
        frame["y"] = frame["x"] ** power + rng.normal(0, 0.4, 400)
        marks = digest(plots.residuals(frame, y="y", terms="x", log=False).figure)["axes"][0]["marks"]
        assert (marks["curve_high"] - marks["curve_low"] > 1) == missed


def test_residuals_refuse_a_fit_that_leaves_nothing() -> None:
    frame = pd.DataFrame({"x": np.arange(20.0), "y": 2 * np.arange(20.0)})
    with pytest.raises(InputError, match="nothing is left"):
        plots.residuals(frame, y="y", terms="x", log=False)
    with pytest.raises(UsageError, match="at least one other column"):
        plots.residuals(frame, y="y", terms="y")


def test_panels_share_axes_and_show_the_means_of_stats(salaries: pd.DataFrame) -> None:
    first = plots.multiples(salaries, x="year", y="pay_usd", by="level")
    sheets = first.figure.axes
    assert len({ax.get_ylim() for ax in sheets}) == 1
    told = digest(first.figure)["axes"]
    assert [axis["marks"]["panel"] for axis in told] == ["EN", "MI", "SE"]
    for axis in told:
        mine = salaries[salaries["level"] == axis["marks"]["panel"]]
        assert axis["marks"]["n"] == len(mine)
        for group in axis["groups"]:
            exact = intervals.of_geometric_mean(mine.loc[mine["year"] == int(group["name"]), "pay_usd"].to_numpy())
            assert [group["mean"], group["low"], group["high"]] == pytest.approx(
                [exact.value, exact.low, exact.high], rel=1e-5
            )


def test_panels_over_a_measured_column_have_a_curve_each(salaries: pd.DataFrame) -> None:
    first = plots.multiples(salaries, x="age", y="pay_usd", by="level")
    for axis in digest(first.figure)["axes"]:
        (group,) = axis["groups"]
        assert group["n"] == (salaries["level"] == group["name"]).sum()
    few = salaries.groupby("level").head(12)
    assert "have no curve" in digest(plots.multiples(few, x="age", y="pay_usd", by="level").figure)["caption"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda t: plots.strip(t, x="g", y="v"),
        lambda t: plots.ecdf(t, x="v", hue="g"),
        lambda t: plots.density(t, x="v"),
        lambda t: plots.bar(t, x="g"),
        lambda t: plots.multiples(t, x="w", y="v", by="g"),
        lambda t: plots.residuals(t, y="v", terms="w"),
    ],
)
def test_a_table_without_rows_says_so(draw: Any) -> None:
    frame = pd.DataFrame({"g": ["a", "b"], "v": [np.nan, np.nan], "w": [1.0, 2.0]})
    made = digest(draw(frame.assign(g=None, w=np.nan)).figure)
    assert made["n"] == 0
    assert "no rows" in made["caption"]
