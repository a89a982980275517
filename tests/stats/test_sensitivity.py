import numpy as np
import pandas as pd
import pytest

from k2lab import stats


@pytest.fixture(scope="module")
def confounded():
    """City moves both site and pay: the crude difference is +e^0.6-1, within cities it is zero."""
    rng = np.random.default_rng(11)
    n = 6000
    city = rng.choice(["u", "v"], n)
    site = np.where(rng.random(n) < np.where(city == "u", 0.8, 0.2), "b", "a")
    pay = np.exp(8 + (city == "u") * 1.0 + 0.3 * rng.normal(size=n))
    year = rng.choice([2019, 2020, 2021], n)
    return pd.DataFrame(
        {"pay": pay, "site": site, "city": city, "year": year, "pay_eur": pay * 0.9, "row_id": np.arange(n)}
    )


def test_confounders_finds_the_planted_one_and_leaves_copies_and_ids_out(confounded):
    result = stats.confounders(confounded, y="pay", x="site")
    assert result.values["adjust"] == "city"
    assert set(result.values["excluded"].split(", ")) == {"pay_eur", "row_id"}
    assert any("sit outside city" in s.text for s in result.sentences if s.key == "overlap")
    assert any("city" in s.text and "self-selection" in s.text for s in result.sentences if s.key == "not-causal")


def test_adjusting_takes_the_confounded_difference_away_and_says_so(confounded):
    result = stats.sensitivity(confounded, y="pay", x="site")
    crude, adjusted = (e for e in result.estimates)
    assert abs(crude.value) > 30
    assert adjusted.low < 0 < adjusted.high
    assert any(
        "shrinks by more than half" in s.text or "changes sign" in s.text
        for s in result.sentences
        if s.key == "confounding"
    )


def test_strata_call_it_confounding(confounded):
    result = stats.strata(confounded, y="pay", x="site", over="city")
    assert result.values["pattern_city"] == "confounding"


def test_a_full_reversal_is_called_by_its_name():
    rng = np.random.default_rng(12)
    city = rng.choice(["u", "v"], 8000)
    site = np.where(rng.random(8000) < np.where(city == "u", 0.9, 0.1), "b", "a")
    frame = pd.DataFrame(
        {"y": 10 * (city == "u") - 2.0 * (site == "b") + rng.normal(size=8000), "site": site, "city": city}
    )
    result = stats.strata(frame, y="y", x="site", over="city")
    assert result.values["pattern_city"] == "reversal"
    assert any("Simpson" in s.text for s in result.sentences)


def test_repeats_give_a_second_set_of_analyses(confounded):
    doubled = pd.concat([confounded.drop(columns="row_id")] * 2, ignore_index=True)
    table = stats.sensitivity(doubled, y="pay", x="site").tables[0]
    assert {row[0] for row in table.rows} == {"all", "distinct"}
    n = {row[0]: row[3] for row in table.rows if row[1:3] == ("all", "unadjusted")}
    assert n == {"all": 12000, "distinct": 6000}


def test_given_columns_are_used_whatever_their_ties(confounded):
    result = stats.sensitivity(confounded, y="pay", x="site", adjust=["year"])
    assert result.values["adjust"] == "year"
    assert result.tables[0].rows[1][2] == "adjusted for year"


def test_a_job_title_is_a_step_of_its_own():
    rng = np.random.default_rng(13)
    title = rng.choice(["clerk", "boss"], 2000)
    frame = pd.DataFrame(
        {
            "pay": np.exp(8 + (title == "boss") * 0.5 + 0.2 * rng.normal(size=2000)),
            "site": np.where(rng.random(2000) < np.where(title == "boss", 0.7, 0.3), "b", "a"),
            "job_title": title,
        }
    )
    result = stats.confounders(frame, y="pay", x="site")
    assert result.values["mediators"] == "job_title"
    assert result.values["adjust"] == ""


def test_twelve_rows_do_not_break_it():
    frame = pd.DataFrame({"dose": ["lo", "hi"] * 6, "y": np.arange(12.0) ** 1.5, "c": list("uuvvuv") * 2})
    stats.sensitivity(frame, y="y", x="dose").to_dict()
    stats.strata(frame, y="y", x="dose", over="c").to_dict()
    stats.confounders(frame, y="y", x="dose").to_dict()
    stats.checks(frame, y="y", x="dose").to_dict()
    stats.facts(frame, y="y", x="dose").to_dict()


def test_a_numeric_column_is_cut_at_its_median_for_strata():
    rng = np.random.default_rng(14)
    frame = pd.DataFrame({"x": rng.normal(size=1000), "c": rng.choice(["u", "v"], 1000)})
    frame["y"] = frame["x"] + rng.normal(size=1000)
    result = stats.strata(frame, y="y", x="x", over="c")
    assert result.values["pattern_c"] == "alike"
    assert all(e.value > 1 for e in result.estimates) or all(e.value < -1 for e in result.estimates)
