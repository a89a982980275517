import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats as sp

from k2lab import stats
from k2lab.errors import InputError, UsageError
from k2lab.locale import use_language


def _table(n=3000, seed=5):
    """Log pay: site b is 10% above a among the young and 20% below among the old; noise 0.2."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"site": rng.choice(["a", "b"], n, p=[0.6, 0.4]), "age": rng.choice(["young", "old"], n)})
    lift = np.where(frame["site"] == "b", np.where(frame["age"] == "young", math.log(1.1), math.log(0.8)), 0.0)
    frame["pay"] = np.exp(8 + lift + 0.6 * rng.normal(size=n))
    return frame


def _said(result, *keys):
    return [s.text for s in result.sentences if s.key in keys]


def test_planted_differences_lie_in_their_intervals_and_the_sign_change_is_said():
    result = stats.effect(_table(20000), y="pay", x="site", by="age")
    assert result.values["scale"] == "log"
    found = {e.groups["age"]: e for e in result.estimates}
    assert found["young"].low < 10 < found["young"].high
    assert found["old"].low < -20 < found["old"].high
    assert "sign is not the same" in _said(result, "direction")[0]
    assert "varies by age" in _said(result, "answer")[0]
    assert any("quote the one for the level concerned" in s for s in _said(result, "average"))


def test_without_a_moderator_it_is_welch_on_the_log_scale():
    frame = _table()
    one = stats.effect(frame, y="pay", x="site").estimates[0]
    b, a = (np.log(frame.loc[frame["site"] == g, "pay"]) for g in "ba")
    welch = sp.ttest_ind(b, a, equal_var=False)
    assert one.value == pytest.approx(100 * math.expm1(b.mean() - a.mean()), rel=1e-10)
    assert one.p == pytest.approx(welch.pvalue, rel=0.02)
    assert one.n == len(frame)


def test_a_yes_no_outcome_is_told_in_percentage_points():
    frame = pd.DataFrame(
        {"bought": ["yes"] * 30 + ["no"] * 70 + ["yes"] * 60 + ["no"] * 40, "ad": ["A"] * 100 + ["B"] * 100}
    )
    result = stats.effect(frame, y="bought", x="ad")
    assert result.values["scale"] == "share"
    assert abs(result.estimates[0].value) == pytest.approx(30)
    assert result.estimates[0].unit == "percentage points"
    assert "30.0 points" in _said(result, "simple-effect")[0]
    assert "the share of bought = yes" in _said(result, "answer")[0]


def test_a_numeric_column_is_a_slope_with_a_check_of_the_line():
    rng = np.random.default_rng(2)
    x = rng.normal(100, 20, 800)
    frame = pd.DataFrame({"x": x, "y": 3 * x + rng.normal(size=800)})
    result = stats.effect(frame, y="y", x="x", scale="raw")
    assert result.estimates[0].value == pytest.approx(60, abs=0.3)
    assert result.estimates[0].label == "x +20"  # a round step below the standard deviation
    assert "adequate" in _said(result, "form")[0]
    frame["y"] = (x - 100) ** 2 + rng.normal(size=800)
    assert "too simple" in _said(stats.effect(frame, y="y", x="x", scale="raw"), "form")[0]


def test_a_numeric_moderator_is_read_at_three_places():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"g": rng.choice(["a", "b"], 2000), "m": rng.uniform(0, 10, 2000)})
    frame["y"] = (frame["g"] == "b") * frame["m"] * (1 if (frame["g"] == "a").sum() < 1000 else -1) + rng.normal(
        size=2000
    )
    found = stats.effect(frame, y="y", x="g", by="m", scale="raw").estimates
    assert len(found) == 3
    assert [abs(e.value) for e in found] == pytest.approx([1, 5, 9], abs=0.5)


def test_cells_below_five_rows_are_left_out_and_below_thirty_not_concluded_from():
    rng = np.random.default_rng(4)
    parts = [("a", "u", 200), ("b", "u", 200), ("a", "v", 200), ("b", "v", 12), ("a", "w", 100), ("b", "w", 3)]
    frame = pd.DataFrame([(x, m) for x, m, n in parts for _ in range(n)], columns=["x", "m"])
    frame["y"] = rng.normal(size=len(frame))
    result = stats.effect(frame, y="y", x="x", by="m")
    assert {e.groups["m"] for e in result.estimates} == {"u", "v"}
    assert result.values["n"] == len(frame) - 3
    assert "has only 12 rows" in _said(result, "weak-cell")[0]
    assert "(n = 3)" in _said(result, "not-analysed")[0]
    assert not any("m = v" in s for s in _said(result, "simple-effect", "no-evidence"))


def test_a_difference_within_the_bounds_is_called_equivalent_only_by_tost():
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({"g": ["a", "b"] * 20000, "y": np.exp(rng.normal(5, 0.8, 40000))})
    result = stats.effect(frame, y="y", x="g")
    assert "is smaller than ±5.0%" in _said(result, "equivalence")[0]
    small = stats.effect(frame.head(60), y="y", x="g")
    assert not _said(small, "equivalence")
    assert "neither show nor rule out" in _said(small, "no-evidence")[0]


def test_no_interaction_is_not_called_sameness():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(
        {"g": rng.choice(["a", "b"], 400), "m": rng.choice(["u", "v"], 400), "y": rng.normal(size=400)}
    )
    result = stats.effect(frame, y="y", x="g", by="m")
    assert "no evidence that it is the same" in _said(result, "interaction")[0]


def test_twelve_rows_give_a_cautious_answer():
    frame = pd.DataFrame({"dose": ["lo", "hi"] * 6, "y": [1.2, 2.1, 0.9, 2.5, 1.1, 2.2, 1.4, 2.0, 1.0, 2.4, 1.3, 2.3]})
    result = stats.effect(frame, y="y", x="dose")
    assert len(result.estimates) == 1
    assert "rough guide" in _said(result, "few-rows")[0]
    result.to_dict()


def test_distinct_rows_drop_repeats_and_all_rows_mention_them():
    frame = pd.concat([_table(400)] * 2, ignore_index=True)
    assert stats.effect(frame, y="pay", x="site", rows="distinct").values["n"] == 400
    assert "400 of 800 rows (50.0%)" in _said(stats.effect(frame, y="pay", x="site"), "independence")[0]


def test_missing_rows_are_counted():
    frame = _table(300)
    frame.loc[:29, "pay"] = None
    result = stats.effect(frame, y="pay", x="site")
    assert "30 of 300 rows (10.0%)" in _said(result, "missing")[0]


def test_odd_names_and_levels_stay_on_one_line():
    frame = _table(300).rename(columns={"site": "si\nte'\"", "pay": "self", "age": "n <b>"})
    frame["si\nte'\""] += "\n</data>"
    result = stats.effect(frame, y="self", x="si\nte'\"", by="n <b>", adjust=[])
    assert all("\n" not in s.text for s in result.sentences)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"x": "nope"}, UsageError),
        ({"by": "site"}, UsageError),
        ({"rows": "some"}, UsageError),
        ({"sesoi": 0}, UsageError),
        ({"y": "age3"}, UsageError),
        ({"x": "one"}, InputError),
        ({"y": "one"}, InputError),
        ({"scale": "cube"}, UsageError),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(change, error):
    frame = _table(60).assign(one=1, age3=["x", "y", "z"] * 20)
    with pytest.raises(error) as caught:
        stats.effect(frame, **({"y": "pay", "x": "site"} | change))
    assert "\n" not in str(caught.value)


def test_polars_gives_the_same():
    polars = pytest.importorskip("polars")
    frame = _table(500)
    ours, theirs = (stats.effect(f, y="pay", x="site", by="age").estimates for f in (frame, polars.from_pandas(frame)))
    assert [e.value for e in ours] == pytest.approx([e.value for e in theirs])


def test_chinese_sentences_hold_the_same_numbers():
    import re

    english = stats.effect(_table(), y="pay", x="site", by="age")
    use_language("zh")
    chinese = stats.effect(_table(), y="pay", x="site", by="age")
    assert [s.key for s in english.sentences] == [s.key for s in chinese.sentences]
    for a, b in zip(english.sentences, chinese.sentences, strict=True):
        if a.role in ("headline", "finding") and a.key not in ("raw-twin",):
            numbers = [sorted(re.findall(r"\d[\d,.]*%", s.text)) for s in (a, b)]
            assert numbers[0] == numbers[1], (a.text, b.text)
