from __future__ import annotations

import pytest

from k2lab.conversation.messages import Message
from k2lab.conversation.prompt import begin, opening
from k2lab.conversation.window import conversation_tokens, fold
from tests.fakes import runs


def conversation(turns, size=2000, calls=1):
    said = list(begin(opening("Why?", "df", "en")))
    for number in range(turns):
        reply = runs(*[f"cell_{number}()"] * calls)
        said.append(reply)
        text = f"status: ok, step {number}.\n" + "x" * size
        said += [Message(role="tool", text=text, call_id=call.id, name=call.name) for call in reply.calls]
    return tuple(said)


def test_what_fits_is_not_touched():
    said = conversation(5)

    assert fold(said, 10**6) == said


@pytest.mark.parametrize("calls", [1, 3])
@pytest.mark.parametrize("budget", [500, 2000, 4000, 8000])
def test_calls_and_answers_stay_together(budget, calls):
    said = conversation(20, calls=calls)
    kept = fold(said, budget)

    asked = [call.id for message in kept for call in message.calls]
    answered = [message.call_id for message in kept if message.role == "tool"]
    assert asked == answered
    assert kept[:2] == said[:2]
    assert kept[-1] == said[-1]
    assert conversation_tokens(kept) < conversation_tokens(said)


def test_it_goes_below_the_budget_where_it_can():
    said = conversation(30)
    kept = fold(said, 8000)

    assert conversation_tokens(kept) <= 0.6 * 8000
    assert fold(kept, 8000) == kept


def test_old_answers_are_shortened_before_anything_leaves():
    said = conversation(24)
    kept = fold(said, 12_000)

    assert len(kept) == len(said)
    assert kept[3].text.startswith("status: ok, step 0.\nxxx")
    assert "more characters were here" in kept[3].text
    assert [message.text for message in kept[-6:]] == [message.text for message in said[-6:]]


def test_a_second_run_keeps_its_question():
    first = conversation(20)
    said = (*first, opening("And now?", "df", "en"), *conversation(3)[2:])
    kept = fold(said, 3000)

    assert opening("And now?", "df", "en") in kept
    assert opening("Why?", "df", "en") in kept
