"""Styles: the words change, the numbers do not."""

from __future__ import annotations

import json

import pytest

from k2lab.agent.run import Answer, Finding
from k2lab.agent.style import check_style, restyle
from k2lab.errors import ReplyUnusable, UsageError
from k2lab.ledger.collect import collect
from k2lab.ledger.ledger import Ledger
from k2lab.provider.scripted import ScriptedProvider
from tests.fakes import says

LEDGER = Ledger([collect([{"output_type": "stream", "name": "stdout", "text": "mean pay 41.37\nrows 980"}], step=1)])
ANSWER = Answer(
    answered=True,
    title="Pay",
    summary="Mean pay is 41.37.",
    findings=(Finding(text="There are 980 rows (n = 980; 95% CI).", steps=(1,), columns=("pay",)),),
    methods=("Mean.",),
    limitations=("These are survey data.",),
)


def restyled(*texts: str):
    provider = ScriptedProvider(says("Here:\n" + json.dumps(list(texts))))
    return restyle(ANSWER, "for a child of ten", ledger=LEDGER, provider=provider), provider


def test_a_model_changes_the_words_and_only_those():
    made, provider = restyled("People get 41.4 on average.", "We looked at 980 people.", "People told us this.")

    assert made.kept == 0
    assert made.answer.summary == "People get 41.4 on average."
    assert made.answer.findings[0].text == "We looked at 980 people."
    assert made.answer.findings[0].steps == (1,)
    assert made.answer.title == ANSWER.title
    assert "for a child of ten" in provider.heard[0][1].text
    assert provider.offered[0] == ()


@pytest.mark.parametrize("wrong", ["People get 43.1 on average.", "People get 980 on average.", "7 of 9 get 41.4."])
def test_a_number_that_the_rewriting_changed_or_invented_is_caught(wrong):
    made, _ = restyled(wrong, "We looked at 980 people.", "People told us this.")

    assert made.answer.summary == ANSWER.summary
    assert made.kept == 1
    assert "1 sentence stayed as before" in made.answer.methods[-1]


@pytest.mark.parametrize("reply", ["No.", "[1, 2, 3]", '["a"]'])
def test_a_reply_without_the_texts_is_an_error(reply):
    with pytest.raises(ReplyUnusable, match="did not return the text"):
        restyle(ANSWER, "short", ledger=LEDGER, provider=ScriptedProvider(says(reply)))


def test_the_offline_analyst_says_which_styles_it_has():
    with pytest.raises(UsageError, match="plain, executive, academic, not 'pirate'"):
        check_style("pirate", rules=True)


def test_the_offline_analyst_writes_three_styles_by_rule():
    provider = ScriptedProvider(model="offline analyst, rule-based")
    plain, academic = (restyle(ANSWER, style, ledger=LEDGER, provider=provider) for style in ("plain", "academic"))

    assert plain.answer.findings[0].text == "There are 980 rows."
    assert academic.answer.findings == ANSWER.findings
    assert provider.heard == []
