import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import UsageError


def _text(result, key):
    return " ".join(s.text for s in result.sentences if s.key == key)


def test_an_id_that_repeats_is_named_and_one_that_does_not_is_the_unit():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"patient_id": np.repeat(np.arange(100, 160), 2), "v": rng.normal(size=120)})
    assert "are not independent" in _text(stats.facts(frame), "unit")
    frame["patient_id"] = np.arange(120) * 3 + 7
    assert "one row is one patient_id" in _text(stats.facts(frame), "unit")
    assert "no id" in _text(stats.facts(frame[["v"]]), "unit")


def test_missing_values_that_differ_by_group_are_named():
    frame = pd.DataFrame({"g": ["a"] * 100 + ["b"] * 100, "v": [1.0] * 90 + [None] * 10 + [None] * 30 + [2.0] * 70})
    text = _text(stats.facts(frame, x="g"), "missing")
    assert "v 20.0%" in text
    assert "10.0% (a) – 30.0% (b)" in text


def test_duplicates_and_their_share_by_group():
    frame = pd.DataFrame({"g": ["a"] * 40 + ["b"] * 40, "v": [1] * 40 + list(range(40))})
    result = stats.facts(frame, y="v", x="g")
    assert result.values["repeats"] == 39
    assert result.values["largest_group"] == 40
    assert "a: 97.5%" in _text(result, "duplicates")
    assert "not neutral" in _text(result, "duplicates")


def test_cells_are_flagged_by_size():
    g = ["a"] * 50 + ["b"] * 50
    m = ["u"] * 47 + ["v"] * 3 + ["u"] * 50
    result = stats.facts(pd.DataFrame({"y": range(100), "g": g, "m": m}), y="y", x="g", by="m")
    text = _text(result, "cells")
    assert "(n = 3, not analysed)" in text
    assert "(n = 0, empty)" in text


def test_impossible_values_are_named_and_a_country_code_is_not():
    frame = pd.DataFrame(
        {
            "price": [-1.0, 5, 6, 7, 8, 9] * 5,
            "grade": [" a", "b", "b", "c", "N/A", "a"] * 5,
            "amount": ["1,200", "900", "1,100", "850", "700", "650"] * 5,
            "country": ["NA", "US", "DE", "FR", "ES", "IT"] * 5,
        }
    )
    checks = stats.facts(frame).checks
    names = [c.name for c in checks]
    assert names.count("price") == 1
    assert names.count("grade") == 2
    assert any(c.name == "amount" and "text" in c.reading for c in checks)
    assert "country" not in names


def test_an_incomplete_last_period_is_said():
    frame = pd.DataFrame({"year": [2020] * 50 + [2021] * 60 + [2022] * 9, "v": np.arange(119.0)})
    result = stats.facts(frame, y="v")
    assert result.values["time"] == "year"
    assert "looks incomplete" in _text(result, "partial-period")


def test_an_unknown_column_is_refused_with_near_names():
    with pytest.raises(UsageError, match="salary"):
        stats.facts(pd.DataFrame({"salary": [1, 2]}), y="salaries")
