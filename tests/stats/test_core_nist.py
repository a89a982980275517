"""Univariate summaries and analysis of variance against NIST's certified values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from k2lab import stats
from k2lab.stats import intervals, linear, welch

pytestmark = pytest.mark.reference
KINDS = {
    "univariate": ["Lew", "Michelso", "NumAcc1", "NumAcc2"],
    "anova": ["AtmWtAg", "SiRstv", "SmLs01", "SmLs02", "SmLs03", "SmLs04", "SmLs05", "SmLs06"],
}


def case(shared: Path, name: str) -> tuple[dict[str, Any], pd.DataFrame]:
    folder = shared / "data" / "nist"
    found = next(c for c in json.loads((folder / "certified.json").read_text()) if c["name"] == name)
    return found, pd.read_csv(folder / found["file"])


@pytest.mark.parametrize("name", KINDS["univariate"])
def test_univariate(name: str, shared: Path) -> None:
    want, frame = case(shared, name)
    y = frame["y"].to_numpy(dtype=float)
    assert intervals.of_mean(y).value == pytest.approx(want["mean"], rel=1e-14)
    assert welch.spread(y) ** 0.5 == pytest.approx(want["sd"], rel=1e-9)
    row = stats.describe(frame, ["y"]).tables[0].rows[0]
    assert (row[3], row[4]) == pytest.approx((want["mean"], want["sd"]), rel=1e-9)


@pytest.mark.parametrize("name", KINDS["anova"])
def test_one_way(name: str, shared: Path) -> None:
    want, frame = case(shared, name)
    groups = [g["y"].to_numpy(dtype=float) for _, g in frame.groupby("group")]
    F, df1, df2 = welch.classical_f(groups)
    # The tables hold decimals that doubles only approach: with an offset of 1e6, seven digits are left.
    tol = 1e-9 if name not in ("SmLs04", "SmLs05", "SmLs06") else 1e-6
    assert (df1, df2) == (int(want["between"][0]), int(want["within"][0]))
    assert pytest.approx(float(want["between"][3]), rel=tol) == F
    design = linear.design(frame, ["group"], categories=["group"])
    fitted = linear.fit_design(design, frame["y"].to_numpy(dtype=float), "classical")
    assert linear.wald(fitted, design.test("group")).statistic == pytest.approx(float(want["between"][3]), rel=tol)
    assert fitted.sigma == pytest.approx(want["residual_sd"], rel=tol)
    assert fitted.r2 == pytest.approx(want["r2"], rel=tol)
