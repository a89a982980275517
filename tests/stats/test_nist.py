"""NIST's certified values through the public functions: nine digits or more where double precision has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import K2Error

pytestmark = pytest.mark.reference
NAMES = (
    "Norris", "NoInt1", "Longley", "Wampler1", "Wampler2", "Wampler3", "Lew", "Michelso", "NumAcc1", "NumAcc2",
    "AtmWtAg", "SiRstv", "SmLs01", "SmLs02", "SmLs03", "SmLs04", "SmLs05", "SmLs06",
)  # fmt: skip
OFFSET = ("SmLs04", "SmLs05", "SmLs06")
"""With 1e6 before a spread of 0.1 the file's decimals lose digits as doubles: seven are left of the certified F."""


def case(shared: Path, name: str) -> tuple[dict[str, Any], pd.DataFrame]:
    folder = shared / "data" / "nist"
    found = next(c for c in json.loads((folder / "certified.json").read_text()) if c["name"] == name)
    return found, pd.read_csv(folder / found["file"])


def test_all_files_are_here(shared: Path) -> None:
    found = json.loads((shared / "data" / "nist" / "certified.json").read_text())
    assert [c["name"] for c in found] == list(NAMES)


@pytest.mark.parametrize("name", [n for n in NAMES if n in ("Lew", "Michelso", "NumAcc1", "NumAcc2")])
def test_univariate(name: str, shared: Path) -> None:
    want, frame = case(shared, name)
    frame["y"] = frame["y"].astype(float)
    mean = stats.mean(frame, "y")
    assert mean.estimates[0].value == pytest.approx(want["mean"], rel=1e-14)
    assert stats.t_test(frame, "y").estimates[0].value == pytest.approx(want["mean"], rel=1e-14)
    row = stats.describe(frame, ["y"]).tables[0].rows[0]
    assert (row[3], row[4]) == pytest.approx((want["mean"], want["sd"]), rel=1e-9)


@pytest.mark.parametrize("name", [n for n in NAMES if n[:4] in ("AtmW", "SiRs", "SmLs")])
def test_one_way(name: str, shared: Path) -> None:
    want, frame = case(shared, name)
    frame["group"] = "g" + frame["group"].astype(str)
    tol = 1e-6 if name in OFFSET else 1e-9
    made = stats.anova(frame, "y", "group", equal_var=True)
    between, within = made.tables[0].rows
    main = made.tests[0]
    assert (main.df[0], main.df[1]) == (float(want["between"][0]), float(want["within"][0]))
    assert main.statistic == pytest.approx(float(want["between"][3]), rel=tol)
    assert (between[1], within[1]) == pytest.approx((float(want["between"][1]), float(want["within"][1])), rel=tol)
    assert made.values["sigma"] == pytest.approx(want["residual_sd"], rel=tol)
    assert made.values["eta2"] == pytest.approx(want["r2"], rel=tol)
    model = stats.regress(frame, formula="y ~ group", cov="classical")
    assert model.tests[0].statistic == pytest.approx(float(want["between"][3]), rel=tol)
    assert any("digits" in w for w in model.warnings) == (name in OFFSET)
    assert any("digits" in w for w in made.warnings) == (name in OFFSET)


@pytest.mark.parametrize("name", ["Norris", "NoInt1", "Longley", "Wampler1", "Wampler2", "Wampler3"])
def test_linear(name: str, shared: Path) -> None:
    want, frame = case(shared, name)
    frame = frame.astype(float)
    right = {
        "Norris": "x", "NoInt1": "x - 1", "Longley": " + ".join(f"x{i}" for i in range(1, 7)),
    }.get(name, " + ".join(["x", *(f"I(x**{k})" for k in range(2, len(want["params"])))]))  # fmt: skip
    if want["residual_sd"] == 0:  # an exact polynomial: the coefficients stand, and there is no spread to judge by
        with pytest.raises(K2Error, match="no spread"):
            stats.regress(frame, formula=f"y ~ {right}", cov="classical")
        from k2lab.stats import linear
        from k2lab.stats.formula import parse

        formula = parse(f"y ~ {right}")
        design = linear.design(formula.applied(frame), formula.terms, categories=[])
        fitted = linear.fit_design(design, frame["y"].to_numpy(), "classical")
        assert fitted.perfect
        assert fitted.params == pytest.approx([p["estimate"] for p in want["params"]], rel=1e-9)
        assert fitted.se == pytest.approx(np.zeros(len(want["params"])), abs=1e-6)
        return
    made = stats.regress(frame, formula=f"y ~ {right}", cov="classical")
    rows = made.tables[0].rows
    for row, p in zip(rows, want["params"], strict=True):
        assert row[1] == pytest.approx(p["estimate"], rel=1e-9)
        assert row[2] == pytest.approx(p["sd"], rel=1e-9)
    assert made.values["sigma"] == pytest.approx(want["residual_sd"], rel=1e-9)
    # Without an intercept R squared is around zero, as NIST has it.
    assert made.values["r2"] == pytest.approx(want["r2"], rel=1e-10)
    assert made.estimates
    # Longley's columns are nearly copies of each other: the result has to say that they cannot be told apart.
    assert any(s.key == "collinearity" for s in made.sentences) == (name in ("Longley", "Wampler3"))
