"""A design kept as its cells gives what the written matrix gives, solved by QR."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from k2lab.stats import least, linear
from k2lab.stats.factored import Factored
from k2lab.stats.gram import MANY
from k2lab.stats.grouped import Folds
from k2lab.stats.least import NotEstimable

ROWS = MANY + 4321
INTERACTIONS = {
    "none": [],
    "level x number": [("g", "x")],
    "level x level": [("g", "h")],
    "number x number": [("x", "z")],
    "three": [("g", "h"), ("g", "x"), ("h", "x"), ("g", "h", "x")],
}


def table(*, offset: float = 0.0, seed: int = 3) -> pd.DataFrame:
    """Return unbalanced levels, one combination without rows, and numbers that are skewed and far from zero."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"g": rng.choice(list("abcd"), ROWS, p=[0.7, 0.2, 0.09, 0.01])})
    frame["h"] = np.where(frame["g"] == "d", "k", rng.choice(["k", "l", "m"], ROWS, p=[0.5, 0.4, 0.1]))
    frame["x"] = offset + rng.normal(40, 6, ROWS)
    frame["z"] = rng.lognormal(0, 0.7, ROWS)
    slope = frame["g"].map({"a": 1.0, "b": 2.0, "c": -1.0, "d": 0.5})
    noise = rng.normal(0, 1 + frame["z"].to_numpy(), ROWS)
    frame["y"] = 100 + slope * (frame["x"] - offset) + 3 * frame["z"] + (frame["h"] == "l") + noise
    return frame


def by_qr(monkeypatch: pytest.MonkeyPatch, made: linear.Design, y: np.ndarray, cov: str, clusters: object = None):
    """Fit the written matrix without any cross products."""
    with monkeypatch.context() as patch:
        patch.setattr(least, "gram", lambda *_: None)
        return linear.fit(made.cells, y, cov, clusters)


@pytest.mark.parametrize("cov", ["classical", "HC0", "HC3", "cluster"])
@pytest.mark.parametrize("interactions", INTERACTIONS.values(), ids=list(INTERACTIONS))
def test_cells_give_what_qr_gives(
    monkeypatch: pytest.MonkeyPatch, interactions: list[tuple[str, ...]], cov: str
) -> None:
    frame = table()
    made = linear.design(frame, ["g", "h", "x", "z"], interactions)
    assert isinstance(made.held, Factored)
    y, clusters = frame["y"].to_numpy(), (np.arange(ROWS) % 97) if cov == "cluster" else None
    ours, theirs = linear.fit_design(made, y, cov, clusters), by_qr(monkeypatch, made, y, cov, clusters)
    np.testing.assert_allclose(ours.params, theirs.params, rtol=1e-9)
    np.testing.assert_allclose(ours.se, theirs.se, rtol=1e-9)
    np.testing.assert_allclose(ours.leverage, theirs.leverage, rtol=1e-9)
    np.testing.assert_allclose(ours.residuals, theirs.residuals, rtol=1e-8, atol=1e-9 * theirs.sigma)
    assert ours.r2 == pytest.approx(theirs.r2, rel=1e-12)


def test_combinations_without_rows_are_left_out() -> None:
    made = linear.design(table(), ["g", "h", "x"], [("g", "h")])
    assert sorted(made.dropped) == ["g=d:h=l", "g=d:h=m"]


def test_a_huge_offset_costs_no_digits() -> None:
    near, far = table(), table(offset=1e9)
    fits = [
        linear.fit_design(linear.design(one, ["g", "h", "x", "z"]), one["y"].to_numpy(), "HC3") for one in (near, far)
    ]
    x = linear.design(near, ["g", "h", "x", "z"]).names.index("x")
    assert fits[1].params[x] == pytest.approx(fits[0].params[x], rel=1e-6)  # the numbers themselves keep 7 decimals
    assert fits[1].se[x] == pytest.approx(fits[0].se[x], rel=1e-6)


def test_rows_that_stand_for_several() -> None:
    frame = table()
    made = linear.design(frame, ["g", "h", "x"], [("g", "x")])
    times = np.random.default_rng(1).integers(1, 4, ROWS)
    y = frame["y"].to_numpy()
    folded = linear.fit_design(made, y, "HC3", folds=Folds(times=times.astype(float), within=np.zeros(ROWS)))
    twice = frame.loc[frame.index.repeat(times)].reset_index(drop=True)
    spread = linear.fit_design(
        linear.design(twice, ["g", "h", "x"], [("g", "x")], references={t: v[0] for t, v in made.levels.items()}),
        twice["y"].to_numpy(), "HC3",
    )  # fmt: skip
    assert folded.names == spread.names
    np.testing.assert_allclose(folded.params, spread.params, rtol=1e-9)
    np.testing.assert_allclose(folded.se, spread.se, rtol=1e-9)


def test_numbers_that_follow_from_others_are_refused() -> None:
    frame = table().assign(twice=lambda df: 2 * df["x"] + 1)
    made = linear.design(frame, ["g", "h", "x", "twice"])
    with pytest.raises(NotEstimable, match="twice"):
        linear.fit_design(made, frame["y"].to_numpy(), "HC3")


def test_many_small_cells_are_written() -> None:
    frame = table().assign(city=lambda df: "c" + (df.index % 400).astype(str))
    assert not isinstance(linear.design(frame, ["city", "g", "x"], categories=["city", "g"]).held, Factored)
