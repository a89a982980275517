"""Linear models from the inside: designs, cells, offsets, what cannot be estimated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from k2lab.errors import UsageError
from k2lab.stats import linear
from k2lab.stats.gram import gram
from k2lab.stats.linear import LeverageOne, NotEstimable


def _table(n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "y": rng.normal(size=n) * 3 + 10,
            "x": rng.normal(size=n),
            "g": rng.choice(list("abc"), n),
            "h": rng.choice(["u", "v"], n),
        }
    )


def test_a_design_of_cells_gives_the_same_as_the_whole_matrix() -> None:
    frame = _table()
    made = linear.design(frame, ["g", "h"], [("g", "h")])
    assert not made.whole
    assert len(made.cells) == 6
    y = frame["y"].to_numpy()
    clusters = np.arange(len(y)) % 17
    for cov in ("classical", "HC0", "HC1", "HC2", "HC3", "cluster"):
        short = linear.fit_design(made, y, cov, clusters)
        long = linear.fit(made.matrix, y, cov, clusters)
        np.testing.assert_allclose(short.params, long.params, rtol=1e-10)
        np.testing.assert_allclose(short.cov, long.cov, rtol=1e-9, atol=1e-14)
        np.testing.assert_allclose(short.leverage, long.leverage, rtol=1e-10)


def test_mixed_terms_agree_with_statsmodels() -> None:
    import statsmodels.formula.api as smf

    frame = _table()
    made = linear.design(frame, ["g", "x"], [("g", "x")], references={"g": "a"})
    fitted = linear.fit_design(made, frame["y"].to_numpy(), "HC3")
    want = smf.ols("y ~ C(g) * x", frame).fit(cov_type="HC3")
    np.testing.assert_allclose(np.sort(fitted.params), np.sort(want.params.to_numpy()), rtol=1e-9)
    np.testing.assert_allclose(np.sort(fitted.se), np.sort(want.bse.to_numpy()), rtol=1e-9)


@pytest.mark.parametrize("offset", [0.0, 1e6, 1e10])
def test_a_huge_offset_costs_no_digits(offset: float) -> None:
    rng = np.random.default_rng(1)
    x, noise = rng.integers(0, 50, 200).astype(float), rng.integers(-5, 6, 200).astype(float)
    y = 2 * x + noise
    plain = linear.fit(np.column_stack([np.ones(200), x]), y, "HC3")
    moved = linear.fit(np.column_stack([np.ones(200), x + offset]), y + offset, "HC3")
    assert moved.params[1] == pytest.approx(plain.params[1], rel=1e-8)
    assert moved.se[1] == pytest.approx(plain.se[1], rel=1e-8)


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_many_rows_are_solved_from_cross_products_as_a_qr_solves_them(offset: float) -> None:
    frame = _table(30_000).assign(z=lambda f: f["x"] + np.arange(len(f)) % 11)
    made = linear.design(frame, ["x", "g", "z"], [("x", "g")])
    X, y, clusters = made.cells.copy(), frame["y"].to_numpy() + offset, np.arange(len(frame)) % 97
    X[:, 1] += offset
    assert gram(X) is not None
    q, r = np.linalg.qr(X - np.r_[0.0, X[:, 1:].mean(axis=0)])
    beta = np.linalg.solve(r, q.T @ (y - offset))
    leverage = (q**2).sum(axis=1)
    weight = (y - offset - q @ (r @ beta)) ** 2 / (1 - leverage) ** 2
    back = np.linalg.inv(r)
    found = linear.fit(X, y, "HC3")
    np.testing.assert_allclose(found.params[1:], beta[1:], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.leverage, leverage, rtol=1e-9)
    np.testing.assert_allclose(
        np.sqrt(np.diag(found.cov))[1:], np.sqrt(np.diag(back @ (q.T * weight) @ q @ back.T))[1:], rtol=1e-9
    )
    scores = np.zeros((97, X.shape[1]))
    np.add.at(scores, clusters, q * (y - offset - q @ (r @ beta))[:, None])
    n, k = X.shape
    spread = 97 / 96 * (n - 1) / (n - k) * back @ scores.T @ scores @ back.T
    np.testing.assert_allclose(linear.fit(X, y, "cluster", clusters).se[1:], np.sqrt(np.diag(spread))[1:], rtol=1e-8)


def test_many_nearly_dependent_rows_are_left_to_a_qr() -> None:
    frame = _table(30_000)
    X = np.column_stack([np.ones(len(frame)), frame["x"], frame["x"] + 1e-5 * frame["y"]])
    assert gram(X) is None
    y = X @ np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(linear.fit(X, y).params, [1.0, 2.0, 3.0], rtol=1e-9)
    with pytest.raises(NotEstimable, match="'x2' is fixed by the other terms"):
        linear.fit(np.column_stack([X[:, :2], 3 - 2 * X[:, 1]]), y)


def test_what_cannot_be_estimated_is_refused_by_name() -> None:
    frame = _table().assign(twice=lambda d: d["x"] * 2, still=1.5)
    y = frame["y"].to_numpy()
    with pytest.raises(NotEstimable, match="'twice' is fixed"):
        linear.fit_design(linear.design(frame, ["x", "twice"]), y)
    with pytest.raises(NotEstimable, match="'still' is fixed"):
        linear.fit_design(linear.design(frame, ["x", "still"], categories=[]), y)
    with pytest.raises(NotEstimable, match="2 rows cannot determine 2 coefficients"):
        linear.fit(np.array([[1.0, 2], [1, 3]]), np.array([1.0, 2]))
    with pytest.raises(UsageError, match="only one level"):
        linear.design(frame.assign(g="a"), ["g"])
    with pytest.raises(UsageError, match="cov is 'HC9'"):
        linear.fit(np.ones((5, 1)), np.arange(5.0), "HC9")
    with pytest.raises(NotEstimable, match="one cluster"):
        linear.fit(np.ones((5, 1)), np.arange(5.0), "cluster", ["a"] * 5)


def test_leverage_one_is_announced_and_not_a_nan() -> None:
    frame = _table(50)
    frame.loc[0, "g"] = "only"
    y, made = frame["y"].to_numpy(), linear.design(frame, ["g", "x"])
    with pytest.raises(LeverageOne) as caught:
        linear.fit_design(made, y, "HC3")
    assert caught.value.rows == (0,)
    assert np.isfinite(linear.fit_design(made, y, "classical").cov).all()


def test_a_perfect_fit_has_no_test() -> None:
    x = np.arange(10.0)
    fitted = linear.fit(np.column_stack([np.ones(10), x]), 3 * x + 1)
    assert fitted.params == pytest.approx([1, 3])
    with pytest.raises(NotEstimable):
        linear.wald(fitted, np.array([[0.0, 1.0]]))
    with pytest.raises(NotEstimable):
        linear.contrast(fitted, np.array([[0.0, 1.0]]))


def test_empty_cells_leave_their_columns_out() -> None:
    frame = _table()
    frame = frame[~((frame["g"] == "c") & (frame["h"] == "v"))].reset_index(drop=True)
    made = linear.design(frame, ["g", "h"], [("g", "h")], references={"g": "a", "h": "u"})
    assert made.dropped == ("g=c:h=v",)
    fitted = linear.fit_design(made, frame["y"].to_numpy())
    want = frame[(frame["g"] == "b") & (frame["h"] == "v")]["y"].mean()
    assert made.row({"g": "b", "h": "v"}) @ fitted.params == pytest.approx(want)


def test_names_may_hold_any_sign() -> None:
    frame = _table().rename(columns={"g": "a:b=c", "h": "</data>\n"})
    made = linear.design(
        frame, ["a:b=c", "</data>\n"], [("a:b=c", "</data>\n")], references={"a:b=c": "a", "</data>\n": "u"}
    )
    fitted = linear.fit_design(made, frame["y"].to_numpy())
    cell = frame[(frame["a:b=c"] == "c") & (frame["</data>\n"] == "v")]["y"].mean()
    assert made.row({"a:b=c": "c", "</data>\n": "v"}) @ fitted.params == pytest.approx(cell)
