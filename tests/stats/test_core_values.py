"""Worked values of descriptions and counts, and what their sentences say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import K2Error, UsageError
from k2lab.stats import intervals

TABLE = pd.DataFrame({"y": [1.0, 2, 3, 4, 10, 20, 30, 40], "g": list("aaaabbbb"), "when": [2020, 2021] * 4})


def test_the_median_interval_is_that_of_order_statistics() -> None:
    made = intervals.of_median(np.arange(1.0, 26.0))
    # Binomial(25, 1/2): P(X <= 7) = 0.0216, so the eighth values from both ends hold at least 95%.
    assert (made.value, made.low, made.high) == (13.0, 8.0, 18.0)
    with pytest.raises(K2Error):
        intervals.of_median(np.arange(5.0))


def test_total_and_shares() -> None:
    made = stats.total(TABLE, "y", "g")
    assert made.tables[0].rows == (("a", 4, 10.0, "9.1%"), ("b", 4, 100.0, "90.9%"))
    assert made.values["total"] == 110.0


def test_count_leaves_missing_groups_out_and_says_so() -> None:
    made = stats.count(TABLE.assign(g=[None, *TABLE["g"][1:]]), "g")
    assert made.values["n"] == 7
    assert any("1 of 8 rows" in s.text and s.role == "limitation" for s in made.sentences)


def test_group_means_order_groups_by_the_outcome() -> None:
    made = stats.group_means(TABLE.assign(g=TABLE["g"].map({"a": "z", "b": "c"})), "y", "g", scale="raw")
    assert [e.groups["g"] for e in made.estimates] == ["z", "c"]
    assert [e.value for e in made.estimates] == [2.5, 25.0]


def test_an_unsettled_order_is_not_called_a_ranking() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"y": rng.normal(size=90), "g": ["a", "b", "c"] * 30})
    assert "the order is not settled" in stats.mean(frame, "y", "g").sentences[0].text


def test_proportion_names_its_group_and_n() -> None:
    made = stats.proportion(TABLE, "when", 2021, "g")
    assert made.estimates[0].value == 50.0
    assert "Of 4 rows with g = a, 50.0% have when = 2021" in made.sentences[1].text
    with pytest.raises(UsageError, match="no value '1999'"):
        stats.proportion(TABLE, "when", 1999)


def test_years_are_categories_in_words() -> None:
    made = stats.describe(TABLE)
    assert [e.label for e in made.estimates] == ["mean of y"]
    assert made.tables[0].rows[1][5] == "2020"
    assert any("when: 2 different values" in s.text for s in made.sentences)


def test_too_many_groups_are_cut_to_the_largest_and_announced() -> None:
    frame = pd.DataFrame({"y": np.arange(400.0), "g": [f"g{i % 100}" for i in range(400)]})
    made = stats.mean(frame, "y", "g")
    assert len(made.estimates) == 60
    assert "40 smaller ones with 160 rows" in made.warnings[0]
    with pytest.raises(UsageError, match="makes no groups"):
        stats.mean(frame.assign(g=[f"id{i}" for i in range(400)]), "y", "g")


def test_wrong_calls_name_the_right_function() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=50), "b": rng.normal(size=50), "c": ["x", "y"] * 25})
    with pytest.raises(UsageError, match=r"stats\.relate"):
        stats.compare(frame, "a", "b")
    with pytest.raises(UsageError, match=r"stats\.compare"):
        stats.associate(frame, "a", "c")
    with pytest.raises(UsageError, match="does not hold numbers"):
        stats.relate(frame, "a", "c")
    with pytest.raises(UsageError, match=r"stats\.effect"):
        stats.two_way(frame, "a", "b", "c")


def test_a_term_inside_an_interaction_is_read_at_the_mean_and_not_at_zero() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"w": rng.normal(100, 5, 400), "g": ["a", "b"] * 200})
    late = (frame["g"] == "b").astype(float)
    frame["y"] = 10 + 2 * late + 0.5 * (frame["w"] - 100) * late + rng.normal(0, 0.5, 400)
    made = stats.regress(frame, "y", ["w", "g"], [("w", "g")], scale="raw")
    group = next(e for e in made.estimates if e.groups == {"g": "b"} and "against" in e.label)
    assert group.value == pytest.approx(2.0, abs=0.2)
    text = next(s.text for s in made.sentences if "for g = b than for g = a" in s.text)
    assert "at the mean w = 100" in text
    shift = next(s.text for s in made.sentences if "changes by" in s.text)
    assert "where w is 1 higher" in shift
