"""A question in Python, from the frame to the report."""

from __future__ import annotations

import pandas as pd
import pytest

import k2lab
from k2lab.errors import UsageError


@pytest.fixture
def prices() -> pd.DataFrame:
    return pd.DataFrame({"city": ["Oslo", "Rome"] * 40, "price": [100 + 3 * (n % 2) + n % 7 for n in range(80)]})


def test_a_question_about_a_frame_is_answered_and_reported(prices, tmp_path):
    run = k2lab.ask("Does price differ by city?", prices, model="offline")

    assert run.answer is not None
    assert run.answer.answered
    assert run.answer.findings
    assert "no language model" in run.model
    assert run.usage.prompt_tokens == 0
    drawn = [
        output
        for step in run.steps
        if step.result
        for output in step.result.outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(drawn) >= 3
    path = run.report(tmp_path / "report.html")
    assert "<html" in path.read_text(encoding="utf-8")


def test_frames_may_be_named(prices):
    run = k2lab.ask("What is the mean of price?", {"flats": prices}, model="offline")

    assert run.frames[0].name == "flats"


def test_the_frame_is_as_it_was(prices):
    before = prices.copy(deep=True)

    k2lab.ask("Does price differ by city?", prices, model="offline")

    pd.testing.assert_frame_equal(prices, before)


@pytest.mark.parametrize(
    ("question", "frames", "said"), [("", 1, "There is no question."), ("Mean of a?", 0, "There is no frame")]
)
def test_nothing_to_ask_or_to_analyse_is_said(question, frames, said, prices):
    with pytest.raises(UsageError, match=said):
        k2lab.ask(question, *[prices] * frames, model="offline")


def test_a_name_that_code_cannot_use_is_refused(prices):
    with pytest.raises(UsageError, match="'my frame' is not a name"):
        k2lab.ask("What is the mean of price?", {"my frame": prices}, model="offline")


def test_an_unknown_option_is_our_callers_fault(prices):
    with pytest.raises(TypeError, match="no such setting: modell"):
        k2lab.ask("What is the mean of price?", prices, modell="offline")
