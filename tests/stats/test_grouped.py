"""The grouped fit equals ordinary least squares on the rows, with its robust covariances."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from k2lab.errors import InputError
from k2lab.stats.grouped import fit
from k2lab.stats.study import category, numeric


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(7)
    n = 600
    frame = pd.DataFrame(
        {
            "g": rng.choice(list("abc"), n),
            "m": rng.choice(["u", "v"], n),
            "z": rng.normal(50, 9, n),
            "c": rng.integers(0, 40, n),
        }
    )
    frame["y"] = (
        (frame["g"] == "b") * 2.0
        + (frame["m"] == "v") * frame["z"] / 10
        + rng.normal(size=n) * (1 + (frame["g"] == "c"))
    )
    return frame


@pytest.mark.parametrize("cov", ["HC3", "classical", "cluster"])
def test_estimates_and_errors_equal_statsmodels(table, cov):
    terms = [category(table, "g", compared=True), category(table, "m"), numeric(table, "z")]
    ours = fit(table["y"].to_numpy(), terms, [("g", "m")], cluster=table["c"].to_numpy())
    first = terms[0].levels[0]
    model = smf.ols(f"y ~ C(g, Treatment('{first}')) * C(m, Treatment('{terms[1].levels[0]}')) + z", table)
    kinds = {
        "HC3": {"cov_type": "HC3"},
        "classical": {},
        "cluster": {"cov_type": "cluster", "cov_kwds": {"groups": table["c"]}},
    }
    theirs = model.fit(**kinds[cov])
    other = terms[0].levels[1]
    m1 = terms[1].levels[1]
    weights = ours.row({"g": other, "m": m1}) - ours.row({"g": first, "m": m1})
    value, se, df = ours.contrast(weights, cov)
    names = list(theirs.params.index)
    want = np.array([1.0 if f"[T.{other}]" in n else 0.0 for n in names])
    assert value == pytest.approx(float(want @ theirs.params), rel=1e-10)
    assert se == pytest.approx(float(np.sqrt(want @ theirs.cov_params() @ want)), rel=1e-9)
    assert df == (39 if cov == "cluster" else 600 - 7)
    assert ours.r2 == pytest.approx(theirs.rsquared, rel=1e-10)


def test_a_column_that_is_a_sum_of_others_is_left_out_not_guessed():
    frame = pd.DataFrame({"a": list("xxyy") * 5, "b": list("xxyy") * 5})
    y = np.arange(20.0)
    made = fit(y, [category(frame, "a"), category(frame, "b")])
    assert len(made.params) == 2
    with pytest.raises(InputError, match="cannot be estimated"):
        made.contrast(made.row({"b": "y"}) - made.row({"b": "x"}))


def test_a_row_that_fits_itself_gives_no_infinite_error():
    frame = pd.DataFrame({"a": ["x"] * 10 + ["y"] * 10 + ["z"]})
    y = np.random.default_rng(1).normal(size=21)
    made = fit(y, [category(frame, "a")])
    assert made.saturated == 1
    value, se, _ = made.contrast(made.row({"a": "y"}) - made.row({"a": "x"}))
    assert np.isfinite([value, se]).all()


@pytest.mark.parametrize(("y", "match"), [([1.0, 1.0, 1.0, 1.0], "does not vary"), ([1.0, 2.0], "too few")])
def test_what_cannot_be_fitted_is_refused(y, match):
    frame = pd.DataFrame({"a": (["x", "y"] * 2)[: len(y)]})
    with pytest.raises(InputError, match=match):
        fit(np.array(y), [category(frame, "a")])


def test_an_empty_cell_at_the_base_level_leaves_the_other_differences_as_they_are():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"x": list("ab") * 30 + ["a"] * 10, "m": ["u"] * 30 + ["v"] * 30 + ["0"] * 10})
    y = rng.normal(size=70)
    order = [category(frame, "x"), category(frame, "m")]
    made = fit(y, order, [("x", "m")])
    for m in "uv":
        value, _, _ = made.contrast(made.row({"x": "b", "m": m}) - made.row({"x": "a", "m": m}))
        inside = frame["m"] == m
        means = [y[inside & (frame["x"] == level)].mean() for level in "ba"]
        assert value == pytest.approx(means[0] - means[1])
    with pytest.raises(InputError):
        made.contrast(made.row({"x": "b", "m": "0"}) - made.row({"x": "a", "m": "0"}))
