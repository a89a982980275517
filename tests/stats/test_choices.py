"""The choosers choose by design, size and shape, say why, check, fall back aloud, and never sell n as size."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import K2Error
from k2lab.stats.result import Result


def groups(n: int, gap: float = 0.5, seed: int = 0, k: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g = np.arange(n) % k
    return pd.DataFrame({"y": rng.normal(size=n) + gap * g, "g": [f"g{i}" for i in g], "unit": np.arange(n) // k})


def said(made: Result, key: str) -> str:
    return " ".join(s.text for s in made.sentences if s.key == key)


def test_two_ordinary_groups_get_welch_with_the_rank_twin() -> None:
    made = stats.compare(groups(80), "y", "g", scale="raw")
    assert [t.method for t in made.tests] == ["Welch t", "Mann-Whitney"]
    assert "do not assume equal spread" in said(made, "method")


def test_small_skewed_groups_get_ranks_first_and_the_reason() -> None:
    frame = groups(20)
    frame["y"] = np.round(frame["y"], 1)
    frame.loc[3, "y"] = 400.0
    made = stats.compare(frame, "y", "g", scale="raw")
    assert made.tests[0].method.startswith("Mann-Whitney")
    assert [t.method for t in made.tests][1] == "Welch t"
    assert "fewer than 15 rows and are skewed" in said(made, "method")
    assert sum(s.role == "headline" for s in made.sentences) == 1
    assert made.sentences[0].role == "headline"
    assert "shifted" in made.sentences[0].text


@pytest.mark.parametrize(("far", "lead"), [(0.0, "paired t"), (60.0, "Wilcoxon signed rank")])
def test_pairs_are_never_compared_as_two_samples(far: float, lead: str) -> None:
    frame = groups(24, gap=1.0)
    frame.loc[0, "y"] += far
    made = stats.compare(frame, "y", "g", scale="raw", paired="unit")
    assert made.tests[0].method.startswith(lead)
    assert not any("Welch" in t.method for t in made.tests)
    assert "since" in said(made, "method")
    assert made.values["reading"] in ("equivalent", "beyond", "unsettled", "inconclusive")


def test_several_and_many_groups_name_their_family() -> None:
    several = stats.compare(groups(120, k=4), "y", "g", scale="raw")
    assert several.tests[0].method == "Welch F"
    assert "Of 6 pairs" in said(several, "pairs")
    assert "Games-Howell" in said(several, "pairs")
    many = stats.compare(groups(900, k=15), "y", "g", scale="raw")
    assert "Holm's adjustment over 15 tests" in said(many, "pairs")
    assert all(e.p_adjusted is not None for e in many.estimates)


def test_a_yes_no_outcome_gets_a_logistic_model_or_says_why_not() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=300)
    frame = pd.DataFrame({"x": x, "won": np.where(rng.uniform(size=300) < 1 / (1 + np.exp(-x)), "yes", "no")})
    made = stats.regress(frame, "won", ["x"])
    assert made.values["family"] == "binomial"
    assert made.estimates[0].unit == "percentage points"
    rare = frame.assign(won=["yes"] * 5 + ["no"] * 295)
    fallen = stats.regress(rare, "won", ["x"])
    assert "family" not in fallen.values
    assert any("few for 1 coefficients" in w for w in fallen.warnings)
    parted = frame.assign(won=np.where(frame["x"] > 0, "yes", "no"))
    assert any("separates" in w for w in stats.regress(parted, "won", ["x"]).warnings)
    assert any("Firth" in w for w in stats.regress(parted, "won", ["x"], family="binomial").warnings)


def test_a_tiny_difference_in_many_rows_is_called_small_and_not_led_by_p() -> None:
    frame = groups(60_000, gap=0.04, seed=1)
    made = stats.compare(frame, "y", "g", scale="raw")
    assert made.tests[0].p < 0.001
    assert not re.search(r"\bp [<=]", made.sentences[0].text)
    assert any(s.key == "equivalence" for s in made.sentences)
    test = stats.t_test(frame, "y", "g")
    assert not re.search(r"\bp [<=]", test.sentences[0].text)
    assert test.tests[0].effect is not None
    assert abs(test.tests[0].effect.value) < 0.1
    assert stats.equivalence(frame, "y", "g", sesoi=0.2).values["reading"] == "equivalent"
    shape = stats.normality(frame, "y")
    assert all(c.passed for c in shape.checks)
    assert "no test of normality is acted on" in shape.checks[0].action
    assert any("Shapiro" in w for w in shape.warnings)
    assert "very small share" in stats.anova(frame, "y", "g").sentences[0].text


def test_equal_spread_is_not_taken_for_granted_in_silence() -> None:
    frame = groups(80)
    frame["y"] *= np.where(frame["g"] == "g1", 4, 1)
    for made in (
        stats.t_test(frame, "y", "g", equal_var=True),
        stats.anova(frame, "y", "g", equal_var=True),
        stats.posthoc(frame, "y", "g", "tukey"),
    ):
        assert any("largest SD" in w for w in made.warnings)
    assert not stats.t_test(frame, "y", "g").warnings


def test_bad_arguments_name_the_column_and_the_mend() -> None:
    frame = groups(40, k=3).assign(text="a")
    for call, told in (
        (lambda: stats.t_test(frame, "y", "g"), "compares two"),
        (lambda: stats.t_test(frame, "yy", "g"), "There is no column 'yy'. Columns here: 'y'"),
        (lambda: stats.t_test(frame, "text"), "'text' does not hold numbers"),
        (lambda: stats.t_test(frame, ("y", "y")), "two different columns"),
        (lambda: stats.wilcoxon(frame, "y", "g"), r"stats\.mann_whitney"),
        (lambda: stats.posthoc(frame, "y", "g", "scheffe"), "games-howell, tukey, dunn"),
        (lambda: stats.anova(frame, "y", ["g", "unit"], type=4), "It can be 1, 2 or 3"),
        (lambda: stats.equivalence(frame[frame["g"] != "g2"], "y", "g", sesoi=(1, 2)), "does not hold zero"),
        (lambda: stats.regress(frame, formula="y ~ g + nonsense(unit)"), "no function 'nonsense'"),
        (lambda: stats.regress(frame, formula="y ~ __import__('os')"), "formula"),
        (lambda: stats.regress(frame, "y", ["g"], formula="y ~ g"), "not by both"),
        (lambda: stats.regress(frame, "y", ["g"], cov="cluster"), "go together"),
        (lambda: stats.marginal_means(stats.t_test(frame, "y"), "g"), r"stats\.regress returns"),
        (lambda: stats.contrasts(stats.regress(frame, "y", ["g"]), "h"), "no term of this model. Its categories: g"),
        (lambda: stats.predict(stats.regress(frame, "y", ["g"]), {"g": "z"}), "no level 'z'"),
        (lambda: stats.adjust([0.1, 1.2]), "'2' is 1.2"),
        (lambda: stats.t_test(frame, "y", level=95), "between 0.5 and 1"),
    ):  # fmt: skip
        with pytest.raises(K2Error, match=told) as caught:
            call()
        assert "\n" not in str(caught.value)


def test_every_public_function_has_an_example_and_says_what_it_raises() -> None:
    for name in stats.__all__:
        text = getattr(stats, name).__doc__ or ""
        assert "Examples\n" in text, name
        assert "Raises\n" in text, name


def test_parts_show_by_themselves_and_become_frames_and_sentences() -> None:
    from k2lab.locale import use_language

    made = stats.t_test(groups(60), "y", "g")
    assert "estimate" in repr(made.estimates[0])
    assert "<table" in made.tests[0]._repr_html_()
    assert "Assumes: independent rows" in repr(made)
    assert made.to_frame("tests").loc[0, "method"] == "Welch t"
    assert made.to_frame("Standardised differences").shape == (5, 4)
    with pytest.raises(K2Error, match="no part 'nothing'"):
        made.to_frame("nothing")
    assert "95% CI" in made.estimates[0].sentence()
    assert "Hedges g is" in made.tests[0].sentence()
    assert made.sentence() == made.sentences[0].text
    use_language("zh")
    assert "95% 置信区间" in stats.t_test(groups(60), "y", "g").tests[0].sentence()
