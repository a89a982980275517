import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.diagnostic import het_breuschpagan

from k2lab import stats


def _checks(result):
    return {check.name: check for check in result.checks}


def test_breusch_pagan_and_cook_equal_statsmodels():
    rng = np.random.default_rng(21)
    frame = pd.DataFrame({"g": rng.choice(list("abc"), 400), "z": rng.normal(size=400)})
    frame["y"] = rng.normal(size=400) * (1 + 2 * (frame["g"] == "b")) + frame["z"]
    result = stats.checks(frame, y="y", x="g", adjust=["z"], scale="raw")
    design = sm.add_constant(pd.get_dummies(frame["g"], drop_first=True).astype(float).assign(z=frame["z"]))
    model = sm.OLS(frame["y"], design).fit()
    statistic, p, _, _ = het_breuschpagan(model.resid, design)
    assert result.tests[0].statistic == pytest.approx(statistic, rel=1e-8)
    assert result.tests[0].p == pytest.approx(p, rel=1e-6)
    assert result.values["largest_cook"] == pytest.approx(model.get_influence().cooks_distance[0].max(), rel=1e-8)
    assert _checks(result)["residual spread"].passed is False


def test_one_wild_row_is_found_and_both_results_are_given():
    rng = np.random.default_rng(22)
    frame = pd.DataFrame({"g": ["a", "b"] * 60, "y": rng.normal(10, 1, 120)})
    frame.loc[1, "y"] = 400.0
    check = _checks(stats.checks(frame, y="y", x="g", scale="raw"))["influence"]
    assert check.passed is False
    assert "→" in check.action


def test_collinear_columns_are_called_not_separable():
    rng = np.random.default_rng(23)
    frame = pd.DataFrame({"x": rng.normal(size=300)})
    frame["twin"] = frame["x"] + 0.05 * rng.normal(size=300)
    frame["y"] = frame["x"] + rng.normal(size=300)
    assert _checks(stats.checks(frame, y="y", x="x", adjust=["twin"]))["collinearity"].passed is False


def test_normality_is_tested_on_few_rows_only():
    rng = np.random.default_rng(24)
    frame = pd.DataFrame({"g": ["a", "b"] * 200, "y": rng.normal(size=400)})
    assert "Shapiro" not in _checks(stats.checks(frame, y="y", x="g"))["residual shape"].reading
    assert "Shapiro" in _checks(stats.checks(frame.head(20), y="y", x="g"))["residual shape"].reading
