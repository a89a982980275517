"""What a fitted model says of itself in JSON is enough to predict as statsmodels does."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from k2lab import stats
from k2lab.cells.observe import observe
from k2lab.cells.result import RESULT_MIME, CellResult
from k2lab.stats.model_json import MOST_COEFFICIENTS, predict


def table(n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    g, h, x = rng.choice(list("abc"), n, p=[0.5, 0.3, 0.2]), rng.choice([0, 50, 100], n), rng.normal(40, 9, n)
    effect = {"a": 0.0, "b": 0.4, "c": -0.3}
    y = np.exp(8 + 0.02 * x + np.vectorize(effect.get)(g) * (h == 100) + rng.normal(0, 0.9, n))
    return pd.DataFrame({"pay": y, "g": g, "h": h, "x": x})


@pytest.mark.parametrize("scale", ["log", "raw"])
def test_predictions_and_intervals_are_those_of_statsmodels(scale: str) -> None:
    frame = table()
    made = stats.regress(frame, "pay", ["g", "h", "x"], interactions=[("g", "h"), ("h", "x")], scale=scale)
    model = json.loads(json.dumps(made.to_dict()["model"]))
    frame = frame.assign(t=np.log(frame["pay"]) if scale == "log" else frame["pay"])
    fitted = smf.ols("t ~ C(g) * C(h) + C(h) * x", frame).fit(cov_type="HC3", use_t=True)
    cases = frame.sample(40, random_state=2)
    told = fitted.get_prediction(cases).summary_frame(alpha=0.05)
    for at, (_, case) in enumerate(cases.iterrows()):
        value, low, high = predict(model, {"g": case["g"], "h": str(case["h"]), "x": case["x"]})
        assert (value, low, high) == pytest.approx(tuple(told.iloc[at, [0, 2, 3]]), rel=1e-8)
        wide = model["critical"] * math.hypot((high - low) / 2 / model["critical"], model["sigma"])
        assert (value - wide, value + wide) == pytest.approx(tuple(told.iloc[at, [4, 5]]), rel=1e-8)
    if scale == "log":
        assert model["smearing"] == pytest.approx(float(np.exp(fitted.resid).mean()))
    assert ("smearing" in model) == (scale == "log")


def test_terms_say_what_may_be_asked() -> None:
    frame = table()
    model = stats.regress(frame, "pay", ["g", "h", "x"]).model
    g, h, x = model["terms"]
    assert (g["levels"], h["levels"]) == (["a", "b", "c"], ["0", "50", "100"])
    assert g["counts"] == frame["g"].value_counts().loc[["a", "b", "c"]].tolist()
    assert (x["low"], x["high"]) == (frame["x"].min(), frame["x"].max())
    counted = pd.crosstab(frame["g"], frame["h"]).to_numpy().ravel().tolist()
    assert model["rows"] == {"terms": ["g", "h"], "counts": counted}


def test_a_yes_no_outcome_is_a_share_without_an_interval_for_one_row() -> None:
    frame = table().assign(left=lambda f: np.where(f["pay"] > f["pay"].median(), "yes", "no"))
    linear = stats.regress(frame, "left", ["g"], family="gaussian").model
    assert (linear["family"], linear["scale"], linear["event"], "sigma" in linear) == (
        "gaussian",
        "share",
        "yes",
        False,
    )
    model = stats.regress(frame, "left", ["g"]).model
    assert (model["family"], model["link"], model["scale"], model["event"]) == ("binomial", "logit", "share", "yes")
    value, _, _ = predict(model, {"g": "b"})
    assert 1 / (1 + np.exp(-value)) == pytest.approx(predict(linear, {"g": "b"})[0])
    assert predict(linear, {"g": "b"})[0] == pytest.approx((frame.loc[frame["g"] == "b", "left"] == "yes").mean())


def test_a_very_large_model_has_none() -> None:
    rng = np.random.default_rng(3)
    wide = pd.DataFrame({f"c{i}": rng.choice(list("abcdefghijklmnop"), 3000) for i in range(5)})
    wide["y"] = rng.normal(size=3000)
    assert len(stats.regress(wide, "y", [f"c{i}" for i in range(5)], scale="raw").estimates) > MOST_COEFFICIENTS
    assert stats.regress(wide, "y", [f"c{i}" for i in range(5)], scale="raw").model == {}


def test_a_language_model_is_not_sent_the_covariance() -> None:
    result = stats.regress(table(), "pay", ["g", "x"])
    output = {"output_type": "execute_result", "data": {RESULT_MIME: result.to_dict()}}
    told = observe(CellResult(status="ok", outputs=(output,)))
    assert '"estimates"' in told
    assert '"model":' not in told
