"""distribution, trend, drivers and quality."""

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import InputError, UsageError


def _said(result, key):
    return " ".join(s.text for s in result.sentences if s.key == key)


def test_distribution_names_outliers_without_removing_them():
    frame = pd.DataFrame({"v": [*np.linspace(-5, 5, 99), 500.0]})
    result = stats.distribution(frame, "v")
    assert result.values["outlier_candidates"] == 1
    assert result.values["n"] == 100
    assert "none is removed" in _said(result, "outliers")


def test_distribution_of_a_category_gives_wilson_shares():
    result = stats.distribution(pd.DataFrame({"c": ["a"] * 15 + ["b"] * 133}), "c")
    rare = next(e for e in result.estimates if e.groups["c"] == "a")
    assert (round(rare.low, 2), round(rare.high, 2)) == (6.24, 16.05)


def test_trend_marks_the_incomplete_period_and_separates_the_mix():
    rng = np.random.default_rng(31)
    rows = []
    for i, year in enumerate(range(2015, 2023)):
        share = 0.1 + 0.1 * i
        for _ in range(400 if year < 2022 else 40):
            rich = rng.random() < share
            rows.append((year, "rich" if rich else "poor", 10 + 5 * rich + rng.normal()))
    frame = pd.DataFrame(rows, columns=["year", "group", "v"])
    result = stats.trend(frame, y="v", time="year", by="group", scale="raw")
    assert result.values["whole_periods"] == 7
    assert result.tests[0].statistic > 0.9
    fixed = [row[5] for row in result.tables[0].rows[:7]]
    assert max(fixed) - min(fixed) < 0.6
    assert "instead of" in _said(result, "mix")


def test_a_long_series_gets_newey_west_equal_to_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(32)
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=40), "v": np.cumsum(rng.normal(size=40)) + 50})
    result = stats.trend(frame, y="v", time="day", scale="raw")
    lags = int(4 * (40 / 100) ** (2 / 9))
    model = sm.OLS(frame["v"], sm.add_constant(np.arange(40.0))).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
    )
    assert result.tests[0].statistic == pytest.approx(float(model.tvalues.iloc[1]), rel=1e-8)


def test_trend_refuses_what_is_no_time():
    with pytest.raises(UsageError, match="cannot be read as time"):
        stats.trend(pd.DataFrame({"v": np.arange(90.0), "c": [f"x{i}y" for i in range(90)]}), y="v", time="c")


def test_drivers_measures_on_rows_not_seen_and_leaves_copies_out():
    rng = np.random.default_rng(33)
    frame = pd.DataFrame({"a": rng.normal(size=1200), "b": rng.normal(size=1200), "c": rng.choice(list("xyz"), 1200)})
    frame["y"] = 2 * frame["a"] + (frame["c"] == "x") + rng.normal(size=1200)
    frame["y_copy"] = frame["y"] * 1.1
    frame = pd.concat([frame] * 3, ignore_index=True)
    result = stats.drivers(frame, "y")
    assert result.tables[0].rows[0][0] == "a"
    assert all("y_copy" not in str(row[0]) for row in result.tables[0].rows)
    assert "y_copy" in _said(result, "leakage")
    for e in result.estimates:  # with repeats on both sides the trees would reach far more than 4.2 / 5.2
        assert 0.7 < e.value < 0.88
    assert "drives" not in _said(result, "drivers")


def test_drivers_of_noise_says_so():
    rng = np.random.default_rng(34)
    frame = pd.DataFrame(rng.normal(size=(300, 3)), columns=["y", "a", "b"])
    assert "hardly predict" in _said(stats.drivers(frame, "y"), "drivers")


def test_drivers_refuses_few_rows():
    with pytest.raises(InputError, match="too few"):
        stats.drivers(pd.DataFrame({"y": range(20), "a": range(20)}), "y")


def test_quality_finds_what_was_planted():
    rng = np.random.default_rng(35)
    frame = pd.DataFrame(
        {"v": rng.normal(size=200), "one": 1, "gap": rng.normal(size=200), "gap2": rng.normal(size=200)}
    )
    frame["twin"] = frame["v"]
    frame.loc[:39, ["gap", "gap2"]] = np.nan
    result = stats.quality(frame)
    found = {(c.name, c.reading) for c in result.checks}
    assert ("one", "has one value only") in found
    assert ("twin", "equals v in every row") in found
    assert result.values["missing"] == 80
    assert "miss together in 40 rows" in _said(result, "co-missing")


def test_a_clean_table_is_called_clean():
    result = stats.quality(pd.DataFrame({"a": [1.5, 2.25, 3.1], "b": ["x", "y", "z"]}))
    assert "no missing value" in _said(result, "quality")
    assert not result.checks
