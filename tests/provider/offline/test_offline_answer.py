"""What is taken as time and as groups, when to stop, and the shape of the answer."""

# ruff: noqa: E501 - a question and what it must give stay on one line
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from k2lab.conversation.messages import Completion, Message
from k2lab.conversation.prompt import opening
from k2lab.provider.offline import OfflineAnalyst
from k2lab.provider.offline.cells import Rows
from k2lab.provider.offline.executive import ASIDE, MOST_FINDINGS, Said, findings, summary
from k2lab.provider.offline.intent import read
from k2lab.provider.offline.steps import scatter
from k2lab.schema.render import render

from .bench import TOOLS, converse
from .tables import D, N, T, schema

MACRO = schema("df", 203, {"year": (N, 51), "quarter": (N, 4), "unemp": (N, 56), "infl": (N, 179), "date": (D, 203), "period": (T, 203), "note": (T, 190)})  # fmt: skip
WRITTEN_DATES = schema("df", 203, {"unemp": (N, 56), "date": (T, 203), "region": (T, 4)})


@pytest.mark.parametrize("frame", [MACRO, WRITTEN_DATES])
@pytest.mark.parametrize(
    "question",
    [
        "How did unemp change over time?",
        "Does date affect unemp?",
        "Does unemp differ by date?",
        "Is unemp related to date?",
        "What is the mean unemp by date?",
        "How has unemp developed through time?",
        "unemp 随时间如何变化？",
        "date 是否影响 unemp？",
        "unemp 因 date 而异吗？",
    ],
)
def test_dates_are_time_and_never_groups(frame: Any, question: str) -> None:
    reading = read(question, [frame])

    assert reading.kind == "trend", reading.problem
    assert reading.y is not None
    assert reading.y.name == "unemp"
    assert reading.time is not None
    assert reading.time.name == "date"
    assert reading.x is None


@pytest.mark.parametrize(
    "question", ["Does unemp differ by note?", "unemp 因 note 而异吗？", "What is the mean unemp by note?"]
)
def test_many_valued_columns_make_no_groups(question: str) -> None:
    reading = read(question, [MACRO])

    assert reading.kind == "unknown"
    assert "note" in reading.problem
    assert "190" in reading.problem


def test_a_many_valued_moderator_is_left_out_and_said() -> None:
    reading = read("Does infl affect unemp, and does it differ by note?", [MACRO])

    assert reading.kind == "effect"
    assert reading.by is None
    assert any("190" in note for note in reading.notes)


def test_a_trend_over_dates_end_to_end() -> None:
    made = np.random.default_rng(2)
    dates = pd.date_range("1990-01-01", periods=120, freq="QS")
    table = pd.DataFrame({"date": dates, "unemp": 5 + np.arange(120) / 60 + made.normal(0, 0.3, 120)})

    for question, lang in (("How did unemp change over time?", "en"), ("unemp 随时间如何变化？", "zh")):
        answer, cells, _ = converse(question, {"df": table}, lang)

        assert answer["answered"], answer["summary"]
        assert [cell["status"] for cell in cells] == ["ok"] * len(cells)
        assert any("stats.trend" in cell["code"] for cell in cells)
        assert len(cells) <= 4


def test_it_stops_early_and_says_why_when_step_after_step_fails() -> None:
    frame = schema("df", 3000, {"pay": (N, 2000), "sex": (T, 2), "age": (N, 40), "site": (T, 5)})
    messages = [opening("Does pay differ by sex, and does it differ by site?", render([frame]), "en")]
    ran = 0
    while True:
        *_, completion = OfflineAnalyst().stream(messages, TOOLS)
        assert isinstance(completion, Completion)
        (call,) = completion.message.calls
        if call.name == "finish":
            break
        ran += 1
        assert ran < 6
        good = ran == 1
        told = 'status: ok, 0.1 s\nresult: {"kind":"facts","sentences":[{"key":"unit","text":"The table has 9 rows.","role":"finding"}]}'
        bad = "status: error, 0.1 s\nerror: InputError: No level of sex can be compared."
        messages += [completion.message, Message(role="tool", text=told if good else bad, call_id=call.id)]

    assert call.arguments["answered"] is False
    assert "No level of sex can be compared" in call.arguments["summary"]
    assert call.arguments["findings"] == []


def said(key: str, weight: int, *, kind: str = "effect", role: str = "finding", rank: int = 0, step: int = 2) -> Said:
    return Said(
        text=f"{kind} {key} {weight}.", role=role, key=key, weight=weight, step=step, columns=(), kind=kind, rank=rank
    )


STORY = [
    said("unit", 90, kind="facts", rank=ASIDE, step=1),
    said("duplicates", 92, kind="facts", role="caveat", rank=ASIDE, step=1),
    said("missing", 60, kind="facts", rank=ASIDE, step=1),
    said("answer", 100, role="headline"),
    said("interaction", 90),
    said("simple-effects", 88),
    *(said("simple-effect", weight) for weight in (52, 51, 50, 49)),
    said("practical", 68),
    said("weak-cell", 78, role="caveat"),
    said("confounders", 60, kind="confounders", rank=ASIDE, step=3),
    said("robust-answer", 95, kind="sensitivity", role="headline", rank=ASIDE, step=4),
    said("adjusted", 86, kind="sensitivity", rank=ASIDE, step=4),
    said("adjusted", 85, kind="sensitivity", rank=ASIDE, step=4),
    said("strata-heterogeneity", 75, kind="strata", rank=ASIDE, step=5),
    said("coefficient", 8, kind="regress", rank=ASIDE, step=6),
]


def test_findings_are_eight_in_the_order_of_a_summary_and_none_is_said_twice() -> None:
    top = summary(STORY)
    chosen = findings(STORY, top)

    assert [one.key for one in top] == ["answer", "robust-answer"]
    assert [one.key for one in chosen] == [
        "interaction", "simple-effects", "adjusted", "adjusted", "practical", "weak-cell", "strata-heterogeneity", "duplicates",
    ]  # fmt: skip
    assert len(chosen) == MOST_FINDINGS
    assert not set(top) & set(chosen)


def test_levels_without_a_common_sentence_are_told_in_one_finding() -> None:
    without = [one for one in STORY if one.key != "simple-effects"]

    (levels,) = [one for one in findings(without, summary(without)) if one.key == "simple-effect"]

    assert levels.text == " ".join(f"effect simple-effect {weight}." for weight in (52, 51, 50, 49))


def test_room_that_is_left_is_filled_by_what_answers_the_question() -> None:
    few = [
        said("trend", 100, kind="trend", role="headline"),
        said("slope", 80, kind="trend"),
        said("mix", 60, kind="trend"),
        STORY[0],
    ]

    assert [one.key for one in findings(few, summary(few))] == ["slope", "mix", "unit"]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Does pay differ by sex?", "Does pay differ by sex?"),
        ("不同 sex 的 pay 有差异吗？", "不同 sex 的 pay 有差异吗？"),
        (
            "Does pay differ by sex? "
            + "Please take care of every column that could matter here, and tell me all. " * 2,
            "Does pay differ by sex?",
        ),
    ],
)
def test_the_title_is_the_question(question: str, title: str) -> None:
    made = np.random.default_rng(1)
    table = pd.DataFrame({"pay": made.normal(10, 2, 200), "sex": made.choice(["F", "M"], 200)})

    answer, _, _ = converse(question, {"df": table}, "zh" if "差异" in question else "en")

    assert answer["answered"], answer["summary"]
    assert answer["title"] == title


@pytest.mark.parametrize(("count", "words"), [(900, "A mark for each row"), (74_301, "too many rows for a mark each")])
def test_a_scatter_says_what_it_draws(count: int, words: str) -> None:
    frame = schema("df", count, {"a": (N, 90), "b": (N, 90)})

    assert words in scatter(Rows(frame=frame), *frame.columns).why


@pytest.mark.parametrize("question", ["What predicts happiness?", "哪些因素影响幸福感？"])
def test_an_unknown_outcome_is_named(question: str) -> None:
    frame = schema("df", 200, {"pay": (N, 90), "site": (T, 4)})

    reading = read(question, [frame])

    assert reading.kind == "unknown"
    assert "happiness" in reading.problem or "幸福" in reading.problem or "列" in reading.problem


LIVES = schema("df", 1700, {"country": (T, 142), "year": (N, 12), "lifeexp": (N, 1600), "continent": (T, 5)})


@pytest.mark.parametrize(
    "question",
    ["How did life expectancy change over the years by continent?", "不同 continent 的 lifeexp 随 year 如何变化？"],
)
def test_a_trend_by_groups(question: str) -> None:
    reading = read(question, [LIVES])

    assert reading.kind == "trend"
    assert reading.y is not None
    assert reading.time is not None
    assert reading.by is not None
    assert (reading.y.name, reading.time.name, reading.by.name) == ("lifeexp", "year", "continent")


def test_the_first_part_of_a_chinese_compound_is_no_value() -> None:
    assert read("哪个大洲的预期寿命最高？", [LIVES]).unread == ()


def test_a_second_headline_that_adds_nothing_is_not_in_the_summary() -> None:
    made = np.random.default_rng(4)
    smoker = made.choice(["no", "yes"], 300)
    table = pd.DataFrame({"smoker": smoker, "charges": np.exp(9 + (smoker == "yes") + made.normal(0, 0.3, 300))})

    answer, cells, _ = converse("Does smoking affect charges?", {"df": table})

    assert any("stats.sensitivity" in cell["code"] for cell in cells)
    assert answer["summary"].count("smoker = yes") == 1


def test_a_share_is_said_once() -> None:
    table = pd.DataFrame({"survived": [1, 0, 1, 1] * 10, "sex": ["F", "M"] * 20})

    for question, lang in (("What share of women survived?", "en"), ("女性的生还率是多少？", "zh")):
        answer, _, _ = converse(question, {"df": table}, lang)

        assert "100.0%" in answer["summary"] or "100%" in answer["summary"]
        assert answer["summary"].count("20") <= 2
