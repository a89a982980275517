"""Odd tables end in one clear line, and cells without spread are not taken as known without error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import InputError, UsageError
from k2lab.stats import linear
from k2lab.stats.grouped import fit
from k2lab.stats.outcome import outcome
from k2lab.stats.study import category, numeric


def test_dates_in_text_are_refused_as_groups_with_a_reason() -> None:
    rng = np.random.default_rng(0)
    day = pd.date_range("1959-01-01", periods=203, freq="QS").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"day": day, "rate": rng.normal(6, 1, 203), "other": rng.normal(size=203)})
    for call in (
        lambda: stats.checks(frame, y="rate", x="day", adjust=["other"]),
        lambda: stats.effect(frame, y="rate", x="day"),
        lambda: stats.sensitivity(frame, y="rate", x="day"),
        lambda: stats.strata(frame.assign(g=["u", "v", "w"] * 67 + ["u", "v"]), y="rate", x="day", over="g"),
    ):
        with pytest.raises(UsageError, match=r"203 different dates.*stats\.trend"):
            call()


def test_checks_refuse_groups_that_are_all_single_rows() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"name": [f"n{i}" for i in range(60)], "v": rng.normal(size=60), "w": rng.normal(size=60)})
    frame.loc[59, "name"] = "n0"
    with pytest.raises(InputError, match="each cell needs 5 rows"):
        stats.checks(frame, y="v", x="name", adjust=["w"])


def test_dates_as_dates_are_refused_for_strata_and_counted_in_days_for_slopes() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"day": pd.date_range("2020-01-01", periods=200), "v": rng.normal(size=200)})
    frame["g"] = ["a", "b"] * 100
    with pytest.raises(UsageError, match=r"holds dates.*stats\.trend"):
        stats.strata(frame, y="v", x="day", over="g")
    assert "where day is 50 days higher" in stats.effect(frame, y="v", x="day").sentences[0].text
    frame["wait"] = pd.to_timedelta(rng.integers(0, 2000, 200), unit="h")
    with pytest.raises(UsageError, match="holds durations"):
        stats.strata(frame, y="v", x="wait", over="g")
    assert "where wait is 20 days higher" in stats.effect(frame, y="v", x="wait").sentences[0].text


def test_a_model_that_runs_away_on_the_log_scale_is_refused() -> None:
    made = outcome(pd.DataFrame({"votes": np.random.default_rng(0).lognormal(5, 2, 60)}), "votes")
    assert made.shown(0.1) == pytest.approx(10.517, abs=1e-3)
    with pytest.raises(InputError, match="beyond all bounds"):
        made.shown(710.0)


def test_a_term_that_is_fixed_by_others_is_named_shortly() -> None:
    frame = pd.DataFrame({"a": ["x" * 400, "y" * 400] * 20, "v": np.arange(40.0)})
    frame["b"] = frame["a"] + "!"
    with pytest.raises(linear.NotEstimable) as caught:
        stats.regress(frame, "v", ["a", "b"])
    assert len(str(caught.value)) < 300


def _still() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"g": np.repeat(["a", "b", "a", "b"], 40), "m": np.repeat(["u", "u", "v", "v"], 40)})
    frame["y"] = rng.normal(10, 1, 160)
    frame.loc[(frame["g"] == "b") & (frame["m"] == "v"), "y"] = 12.0
    return frame


def test_a_cell_without_spread_gets_the_classical_error() -> None:
    result = stats.effect(_still(), y="y", x="g", by="m", scale="raw")
    assert next(t.method for t in result.tests) == "F, classical"
    texts = [s.text for s in result.sentences if s.key == "still-cells"]
    assert len(texts) == 1
    assert "b x v" in texts[0]
    made = {e.groups["m"]: e for e in result.estimates}
    # HC3 would give half the width in v, where one side is taken as known without error.
    two = stats.two_way(_still(), y="y", x="g", by="m", scale="raw")
    twin = next(e for e in two.estimates if e.groups["m"] == "v")
    assert made["v"].high - made["v"].low == pytest.approx(twin.high - twin.low, rel=1e-9)
    moving = stats.effect(
        _still().assign(y=lambda f: f["y"] + np.tile([0, 1e-3], 80)), y="y", x="g", by="m", scale="raw"
    )
    assert next(t.method for t in moving.tests) == "Wald F, HC3"


def test_one_piece_solves_both_models() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {"g": rng.choice(list("abc"), 300), "h": rng.choice(list("uv"), 300), "x": rng.normal(size=300)}
    )
    y = rng.normal(size=300) * (1 + (frame["g"] == "b")) + 1e6
    terms = [category(frame, "g"), category(frame, "h"), numeric(frame, "x")]
    made = fit(y.to_numpy(), terms, [("g", "h")], cluster=np.arange(300) % 30)
    levels = {t.name: t.levels[0] for t in terms if t.levels}
    design = linear.design(frame, ["g", "h", "x"], [("g", "h")], levels)
    for kind, clusters in (("HC3", None), ("classical", None), ("cluster", np.arange(300) % 30)):
        other = linear.fit_design(design, y.to_numpy(), kind, clusters)
        assert made.r2 == pytest.approx(other.r2, rel=1e-9)
        row = made.slices[("g",)]
        mine = made.wald(("g", "h"), kind)  # type: ignore[arg-type]
        theirs = linear.wald(other, design.test("g:h"))
        assert mine is not None
        assert row.start == 1
        assert mine.statistic == pytest.approx(theirs.statistic, rel=1e-8)


def test_many_columns_are_screened_and_it_is_said() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(500, 300))
    frame = pd.DataFrame(values, columns=[f"v{i}" for i in range(300)])
    frame["y"] = 2 * values[:, 0] + values[:, 1] + rng.normal(size=500)
    result = stats.drivers(frame, y="y")
    assert result.values["columns"] == 300
    assert result.values["columns_used"] == 60
    assert any("Of 300 columns, the 60" in s.text for s in result.sentences if s.key == "drivers-method")
    assert [row[0] for row in result.tables[0].rows[:2]] == ["v0", "v1"]
    ridge = next(e for e in result.estimates if "linear" in e.label)
    assert ridge.value > 0.6
