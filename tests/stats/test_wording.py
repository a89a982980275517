"""The sentences read as an editor would have them: whole clauses, plain numbers, counts that belong to the level."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import K2Error, UsageError
from k2lab.locale import use_language
from k2lab.stats.result import Result


@pytest.fixture
def children() -> pd.DataFrame:
    """A table with a float column of whole numbers as moderator, and an outcome with zeros."""
    rng = np.random.default_rng(4)
    n = 1200
    frame = pd.DataFrame(
        {"faith": rng.choice([1.0, 2.0, 3.0, 4.0], n), "children": rng.choice([0.0, 1, 2, 3, 4, 5.5], n)}
    )
    frame["hours"] = np.maximum(0, 3 - frame["faith"] * (1 - frame["children"] / 6) + rng.normal(0, 1, n))
    frame["age"] = rng.normal(30, 8, n)
    return frame


@pytest.fixture
def dated() -> pd.DataFrame:
    """A small table with dates, two-valued columns and a gap."""
    rng = np.random.default_rng(3)
    n = 120
    frame = pd.DataFrame(
        {
            "day": pd.date_range("2021-01-03", periods=n, freq="W"),
            "sold": rng.poisson(20, n) + np.arange(n) // 20,
            "site": rng.choice(["north", "south"], n),
            "won": rng.choice([True, False], n),
            "temp": rng.normal(15, 5, n).round(1),
            "year": [2020 + i // 40 for i in range(n)],
            "pay": np.exp(rng.normal(3, 0.8, n)),
        }
    )
    frame.loc[3:6, "temp"] = np.nan
    return frame


def _said(result: Result, key: str) -> list[str]:
    return [s.text for s in result.sentences if s.key == key]


def _everything(children: pd.DataFrame, dated: pd.DataFrame) -> list[Result]:
    return [
        stats.facts(dated, y="sold", x="site", by="won", time="day"),
        stats.facts(children, y="hours", x="faith", by="children"),
        stats.effect(dated, y="sold", x="site", by="won"),
        stats.effect(dated, y="won", x="site"),
        stats.effect(dated, y="pay", x="temp", by="site", adjust=["year"]),
        stats.effect(children, y="hours", x="faith", by="children"),
        stats.effect(children, y="hours", x="age", by="children"),
        stats.sensitivity(dated, y="sold", x="site"),
        stats.sensitivity(children, y="hours", x="faith", by="children"),
        stats.strata(dated, y="sold", x="temp", over=["site", "year"]),
        stats.trend(dated, y="sold", time="day", by="site"),
        stats.checks(dated, y="pay", x="temp", by="site", adjust=["year"]),
        stats.distribution(dated, y="temp", by="won"),
        stats.quality(dated),
        stats.compare(dated, y="pay", x="site"),
        stats.relate(dated, x="temp", y="sold"),
        stats.correlations(dated),
        stats.two_way(dated, y="sold", x="site", by="won"),
        stats.regress(dated, y="sold", terms=["temp", "site"], interactions=[("temp", "site")]),
        stats.confounders(dated, y="sold", x="site"),
    ]


def test_no_sentence_has_the_faults_that_were_seen(children: pd.DataFrame, dated: pd.DataFrame) -> None:
    faults = re.compile(
        r"since it is (?:some|no)\b|R squared|\b0 zeros|\b1\.00 more|goes? with \d|\b\d+\.00 rows|= \d+\.00\b"
        r"|\b2,02\d\b|0\.0% are zero|has 0 other|\b1 are\b|In these data [a-z]|\(\s*\)|\s{2,}| \."
    )
    for result in _everything(children, dated):
        for sentence in result.sentences:
            assert not faults.search(sentence.text), sentence.text
            assert sentence.text.endswith("."), sentence.text
            assert sentence.text.count("(") == sentence.text.count(")"), sentence.text


def test_chinese_sentences_are_whole_and_chinese(children: pd.DataFrame, dated: pd.DataFrame) -> None:
    faults = re.compile(r"置信区间 [。；）]|\b(?:the|against|adjusted|rows)\b|，，|。。|显示[A-Za-z]|源于[A-Za-z]")
    use_language("zh")
    for result in _everything(children, dated):
        for sentence in result.sentences:
            assert not faults.search(sentence.text), sentence.text
            assert sentence.text.endswith("。"), sentence.text
            assert sentence.text.count("（") == sentence.text.count("）"), sentence.text


def test_the_scale_has_a_reason_that_is_a_clause(dated: pd.DataFrame, children: pd.DataFrame) -> None:
    assert "it is analysed as it is, since it has no long right tail" in _said(stats.facts(dated, y="sold"), "shape")[0]
    assert "since some of its values are zero or negative" in _said(stats.facts(children, y="hours"), "shape")[0]


def test_a_numeric_moderator_is_evaluated_at_places_on_all_rows(children: pd.DataFrame) -> None:
    result = stats.effect(children, y="hours", x="faith", by="children")
    text = _said(result, "simple-effect")[0]
    assert "n = 1,200 in the model" in text
    assert re.match(r"At children = \d(\.5)?, hours", text)
    assert {e.n for e in result.estimates} == {1200}
    together = _said(result, "simple-effects")[0]
    assert together.count("n = 1,200 in the model") == 1


def test_the_differences_of_all_levels_stand_in_one_sentence(dated: pd.DataFrame) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"g": rng.choice(["a", "b"], 800), "m": rng.choice(["u", "v", "w"], 800)})
    frame["y"] = rng.normal(10, 1, 800) + (frame["g"] == "b") * (frame["m"] == "u")
    result = stats.effect(frame, y="y", x="g", by="m", scale="raw")
    text = _said(result, "simple-effects")[0]
    for one in result.estimates:
        assert one.groups["m"] in text
    assert text.count("95% CI") == 3
    assert text.count("; n = ") == 3
    weights = {s.key: s.weight for s in result.sentences}
    assert weights["simple-effects"] > weights["simple-effect"]


def test_an_interaction_that_was_never_shown_is_not_called_lost(dated: pd.DataFrame) -> None:
    texts = _said(stats.sensitivity(dated, y="pay", x="temp", by="won"), "interaction-adjusted")
    assert texts
    assert all("not shown" in text and "no longer" not in text for text in texts)


def test_moves_by_chance_are_not_told_as_confounding(dated: pd.DataFrame) -> None:
    assert _said(stats.sensitivity(dated, y="sold", x="site"), "confounding") == []


def test_dates_as_the_compared_column_are_told_and_not_listed(dated: pd.DataFrame) -> None:
    as_text = dated.assign(day=dated["day"].dt.strftime("%Y-%m-%d"))
    for frame in (dated, as_text):
        result = stats.facts(frame, y="sold", x="day")
        assert "holds dates from 2021-01-03 to 2023-04-16" in _said(result, "dates")[0]
        assert _said(result, "groups") == []


def test_rank_and_line_that_disagree_are_told() -> None:
    rng = np.random.default_rng(1)
    x = np.repeat([1.0, 2.0, 3.0], 400)
    y = x + rng.normal(0, 0.5, 1200)
    y[:40] += 200.0
    texts = _said(stats.relate(pd.DataFrame({"x": x, "y": y}), x="x", y="y"), "directions")
    assert len(texts) == 1


def test_the_weightiest_findings_of_the_headline_cover_its_parts(salaries: pd.DataFrame) -> None:
    y, x, by = "salary_in_usd", "remote_ratio", "experience_level"
    salaries = salaries[list(salaries.columns[:11])]
    results = [
        stats.facts(salaries, y=y, x=x, by=by, time="work_year"),
        stats.distribution(salaries, y=y, by=x),
        stats.effect(salaries, y=y, x=x, by=by),
        stats.confounders(salaries, y=y, x=x),
        stats.sensitivity(salaries, y=y, x=x, by=by),
        stats.strata(salaries, y=y, x=x, over="company_location", by=by),
        stats.trend(salaries, y=y, time="work_year", by=by),
    ]
    findings = [s for r in results for s in r.sentences if s.role == "finding"]
    first = sorted(findings, key=lambda s: -s.weight)[:8]
    assert [s.key for s in first] == [
        "interaction", "simple-effects", "adjusted", "adjusted", "practical-adjusted", "confounding",
        "strata-heterogeneity", "variance",
    ]  # fmt: skip
    text = " ".join(s.text for s in first)
    for part in ("F(6, 74,289) = 27.07", "0.0021", "−15.4% in EN", "+12.3% in EX", "−2.1% in SE", "+5.2%", "14.8%",
                 "n = 341 and 1,179", "remote_ratio = 50 (n = 275)", "±5.0%"):  # fmt: skip
        assert part in text
    assert "practically equivalent) in SE (−2.1%)" in text


def test_groups_without_spread_do_not_deny_an_association() -> None:
    """Welch has no weight for a group of one value; the ranks judge then, and the headline names them."""
    rng = np.random.default_rng(0)
    dose = np.repeat(["none", "low", "high"], 40)
    value = np.select([dose == "low", dose == "high"], [5.0, 10.0]) + np.where(dose == "none", 0, rng.normal(size=120))
    for values in (value, np.repeat([0.0, 1, 2], 40)):
        frame = pd.DataFrame({"dose": dose, "v": values})
        said = _said(stats.compare(frame, "v", "dose"), "groups")[0]
        assert "v is associated with dose" in said
        assert "Kruskal-Wallis H(2)" in said
        use_language("zh")
        told = stats.compare(frame, "v", "dose")
        use_language("en")
        assert "依秩检验：Kruskal-Wallis" in _said(told, "groups")[0]
        assert "没有明确" not in _said(told, "groups")[0]


def test_groups_that_no_test_can_judge_are_not_denied_either() -> None:
    """Where even the ranks are tied, the headline says that nothing was tested."""
    frame = pd.DataFrame({"g": list("aaaaaabbbbbbccccccdd"), "v": [1.0] * 18 + [2.0, 3.0]})
    said = _said(stats.compare(frame, "v", "g"), "groups")[0]
    assert "could not be tested" in said
    assert "clearly" not in said


def test_without_an_intercept_no_share_of_variance_is_said() -> None:
    """R² about zero is no share of the variance, and its adjustment counts all n rows (R: summary.lm)."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(10, 1, 60)})
    frame["y"] = 50 + rng.normal(size=60)
    made = stats.regress(frame, formula="y ~ x - 1")
    told = " ".join(s.text for s in made.sentences)
    assert "R² about zero" in _said(made, "model")[0]
    assert "of the variance" not in told
    assert made.values["r2_about"] == "zero"
    assert made.values["adj_r2"] == pytest.approx(1 - (1 - made.values["r2"]) * 60 / 59)
    use_language("zh")
    told = " ".join(s.text for s in stats.regress(frame, formula="y ~ x - 1").sentences)
    assert "关于零的 R²" in told
    assert "方差的" not in told


def test_associations_are_worded_by_p_and_size() -> None:
    """A p of 0.47 is no finding, and a V of 0.004 is called very weak whatever its p."""
    none = pd.DataFrame({"a": ["p", "q"] * 50, "b": ["u", "u", "v", "v"] * 25})
    for made in (stats.chi_squared(none, "a", "b"), stats.associate(none, "a", "b")):
        assert made.tests[0].p > 0.05
        assert "not clearly associated" in _said(made, "association")[0]
    counts = np.array([[10_300, 9_700], [9_700, 10_300]])
    weak = pd.DataFrame({"a": np.repeat(["p", "p", "q", "q"], counts.ravel()),
                         "b": np.repeat(["u", "v", "u", "v"], counts.ravel())})  # fmt: skip
    for made in (stats.chi_squared(weak, "a", "b"), stats.associate(weak, "a", "b")):
        assert "are associated, a very weak relationship" in _said(made, "association")[0]
    rng = np.random.default_rng(1)
    pair = pd.DataFrame({"z": rng.normal(size=20_000)})
    pair["y"] = 0.04 * pair["z"] + rng.normal(size=20_000)
    assert "a very weak relationship" in _said(stats.correlation(pair, "z", "y"), "relationship")[0]
    use_language("zh")
    assert "没有明确的关联" in _said(stats.chi_squared(none, "a", "b"), "association")[0]
    assert "关系极弱" in _said(stats.chi_squared(weak, "a", "b"), "association")[0]
    assert "关系极弱" in _said(stats.correlation(pair, "z", "y"), "relationship")[0]


def test_an_interval_is_never_rounded_away() -> None:
    """Years around 2024 have a mean whose interval shows, without a comma."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"work_year": rng.choice([2023, 2024, 2025], 5000), "g": rng.choice(["a", "b"], 5000)})
    made = stats.mean(frame, "work_year")
    said = made.sentences[0].text
    value, low, high = (float(v) for v in re.findall(r"(?<![\d,.])20\d\d(?:\.\d+)?", said))
    assert low < value < high
    assert "2,0" not in said
    assert f"{value} " in str(made).split("interval", 1)[1]
    assert "2,0" not in stats.mean(frame, "work_year", "g").sentences[0].text


def test_fewer_than_five_rows_lead_to_no_conclusion() -> None:
    """Playbook section 12: no conclusion for a cell below 5, whatever the interval."""
    rng = np.random.default_rng(3)
    pay = np.exp(np.r_[rng.normal(12, 0.02, 3), rng.normal(11.5, 0.3, 37)])
    frame = pd.DataFrame({"pay": pay, "size": ["M"] * 3 + ["L"] * 37})
    made = stats.compare(frame, "pay", "size")
    told = " ".join(s.text for s in made.sentences)
    assert "fewer than 5 rows" in _said(made, "difference")[0]
    assert "beyond" not in told
    assert "higher" not in told
    use_language("zh")
    assert "不作结论" in _said(stats.compare(frame, "pay", "size"), "difference")[0]


def test_diagnostics_say_what_the_model_did() -> None:
    """No test of normality stands beside the words that none is acted on, and classical errors are not called HC3."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=600)})
    frame["y"] = frame["x"] + rng.normal(size=600) * np.exp(frame["x"] / 2)
    made = stats.diagnostics(stats.regress(frame.head(400), "y", ["x"]))
    assert not {t.method for t in made.tests} & {"Shapiro-Wilk", "Jarque-Bera"}
    assert "Shapiro-Wilk" in {t.method for t in stats.diagnostics(stats.regress(frame.head(20), "y", ["x"])).tests}
    for rows, said in ((600, "the errors of this model assume equal spread"), (400, 'use cov="HC3"')):
        made = stats.diagnostics(stats.regress(frame.head(rows), "y", ["x"], cov="classical"))
        assert said in made.checks[0].action
    assert "HC3 errors hold" in stats.diagnostics(stats.regress(frame, "y", ["x"])).checks[0].action


def test_the_pool_of_rare_levels_is_no_end_of_a_range() -> None:
    """Thousands of levels are compared without the pool as an end; too many are refused with a mend."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"g": rng.integers(0, 300, 3000).astype(str), "b": rng.choice(["u", "v"], 3000)})
    frame["y"] = rng.normal(size=3000)
    assert "pooled" not in _said(stats.compare(frame, "y", "g"), "groups")[0]
    assert "pooled" not in _said(stats.associate(frame, "g", "b"), "shares")[0]
    many = pd.DataFrame({"g": np.arange(30_000) // 2, "b": ["u", "v"] * 15_000, "y": rng.normal(size=30_000)})
    many["g"] = many["g"].astype(str)
    for call in (lambda: stats.compare(many, "y", "g"), lambda: stats.associate(many, "g", "b")):
        with pytest.raises(UsageError, match="Join them into fewer groups"):
            call()


def test_ends_of_a_shift_and_bounds_read_plainly() -> None:
    """An end of a Hodges-Lehmann interval at zero is zero, and equal bounds are written once."""
    frame = pd.DataFrame({"y": [0.1, 0.2, 0.3, 0.3, 0.2, 0.1, 0.3, 0.4] * 5, "g": list("aaaabbbb") * 5})
    made = stats.mann_whitney(frame, "y", "g")
    assert all(v == 0 or abs(v) > 1e-9 for e in made.estimates for v in (e.value, e.low, e.high))
    assert "e−" not in str(made)
    same = stats.equivalence(frame, "y", "g", sesoi=13_790.0)
    told = " ".join(s.text for s in same.sentences)
    assert "±13,790" in told
    assert "13,790 to" not in told


def test_whole_numbers_have_no_tenth() -> None:
    """A step of a whole number is at least 1, so years are compared by years."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"year": rng.choice([2024, 2025], 200, p=[0.9, 0.1])})
    frame["pay"] = frame["year"] * 100 + rng.normal(0, 50, 200)
    assert "where year is 1 higher" in _said(stats.relate(frame, "year", "pay"), "slope")[0]


def test_chinese_warnings_hold_no_english_reasons() -> None:
    """What an inner error says is told in the language in use."""
    rng = np.random.default_rng(0)
    still = pd.DataFrame({"g": np.repeat(list("abc"), 40), "v": np.repeat([0.0, 1, 2], 40)})
    apart = pd.DataFrame({"g": np.repeat(list("ab"), 40), "x": rng.normal(size=80)})
    apart["won"] = np.where(apart["g"] == "b", "yes", rng.choice(["yes", "no"], 80))
    alone = pd.DataFrame({"a": [*"pq" * 30, "r"], "b": [*"mmnn" * 15, "m"], "y": rng.normal(size=61)})
    skew = pd.DataFrame({"g": np.repeat(list("abc"), 60), "y": rng.lognormal(0, 1.5, 180)})
    use_language("zh")
    warnings = [
        *stats.compare(still, "v", "g").warnings,
        *stats.regress(apart, "won", ["x", "g"], family="binomial").warnings,
        *stats.anova(alone, "y", ["a", "b"]).warnings,
    ]
    assert len(warnings) >= 4
    assert not re.search(r"\b(?:the|without|rows|separates|cannot)\b|。 ", "|".join(warnings))
    assert "3 组中的 3 组" in _said(stats.normality(skew, "y", "g"), "shape")[0]


def test_steps_and_shares_are_written_plainly() -> None:
    """Steps are no powers of ten in disguise, interactions name theirs, and no rounded share claims all."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(0, 3e7, 300), "z": rng.normal(0, 1, 300), "g": list("ab") * 150})
    frame["y"] = rng.normal(size=300)
    made = stats.regress(frame, formula="y ~ g * x")
    labels = [e.label for e in made.estimates]
    assert "x (+10,000,000)" in labels
    assert "g=b:x (+10,000,000)" in labels
    assert "1e+07" not in " ".join([str(made), *(s.text for s in made.sentences)])
    frame["flat"] = frame["y"] - np.polyval(np.polyfit(frame["z"], frame["y"], 1), frame["z"])
    said = _said(stats.regress(frame, "flat", ["z"], scale="raw"), "left-open")[0]
    assert "nearly all of the variance" in said
    use_language("zh")
    frame["pay"] = np.exp(rng.normal(8, 1, 300))
    told = [*stats.regress(frame, "pay", ["z"], scale="log").sentences, *stats.compare(frame, "pay", "g").sentences]
    assert "） 方差" not in " ".join(s.text for s in told)


def test_refusals_name_the_mend() -> None:
    """What cannot be done is refused with what to do instead."""
    rng = np.random.default_rng(0)
    n = 60
    frame = pd.DataFrame(
        {"y": rng.normal(size=n), "g": list("ab") * 30, "t": pd.date_range("2020", periods=n), "z": rng.normal(size=n)}
    )
    frame["h"], frame["rare"], frame["far"] = list("xxyy") * 15, ["r"] * 3 + ["s"] * 57, frame["y"] * 1e-3 + 1e13
    sparse = pd.DataFrame(
        {"a": list("abcde") * 6, "b": list("pqr") * 10, "c": list("uvwxyz") * 5, "y": rng.normal(size=30)}
    )
    for call, mend in (
        (lambda: stats.effect(frame, y="y", x="rare"), "Pool levels first"),
        (lambda: stats.t_test(frame, "far"), "too little beside their size"),
        (lambda: stats.t_test(frame, "far", "g"), "too little beside their size"),
        (lambda: stats.relate(frame, "t", "y"), r"stats\.trend\(data, 'y', 't'\)"),
        (lambda: stats.relate(frame, "g", "y"), r"stats\.compare\(data, 'y', 'g'\)"),
        (lambda: stats.regress(frame, formula="y ~ C(g, Treatment('b'))"), "reference="),
        (lambda: stats.regress(frame, formula="y ~ (g + h)**2"), r"a \* b"),
        (lambda: stats.regress(frame, formula="y ~ ."), "Name the columns"),
        (lambda: stats.regress(frame, formula="y ~ g:h"), r"g \* h"),
        (lambda: stats.regress(frame, formula="y ~ t"), "stats.trend"),
        (lambda: stats.anova(sparse, "y", ["a", "b", "c"]), "interactions=False"),
        (lambda: stats.mean(pd.DataFrame(), "y"), "no columns"),
        (lambda: stats.compare(frame.assign(g="a"), "y", "g"), "two levels or more"),
        (lambda: stats.relate(frame.head(1), "y", "z"), "Only 1 row has"),
    ):
        with pytest.raises(K2Error, match=mend):
            call()
    assert stats.regress(frame, formula="y ~ C(g) + I(z**2)").values["n"] == n


def test_adjusted_p_values_keep_their_names() -> None:
    """A Series names its tests."""
    made = stats.adjust(pd.Series([0.01, 0.04], index=["north", "south"]))
    assert [row[0] for row in made.tables[0].rows] == ["north", "south"]
    assert [row[0] for row in stats.adjust(pd.Series([0.01, 0.04])).tables[0].rows] == ["1", "2"]
