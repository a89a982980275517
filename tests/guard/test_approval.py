from __future__ import annotations

import pytest

from k2lab.guard.approval import approver
from k2lab.guard.judge import judge
from k2lab.guard.verdict import Answer, Verdict


class Person:
    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, code: str, verdict: Verdict) -> Answer:
        self.asked.append(code)
        return self.answers.pop(0)


def decide(decider, code: str) -> Answer:
    return decider(code, judge(code))


def test_ask_asks_each_time_and_passes_the_answer_on():
    person = Person("once", "reject")
    decider = approver("ask", person)

    assert [decide(decider, "!ls"), decide(decider, "!ls")] == ["once", "reject"]
    assert person.asked == ["!ls", "!ls"]


def test_run_holds_for_cells_that_need_the_same_rules_only():
    person = Person("run", "reject")
    decider = approver("ask", person)

    assert [decide(decider, "!ls"), decide(decider, "!pwd"), decide(decider, "import requests")] == [
        "run",
        "run",
        "reject",
    ]
    assert person.asked == ["!ls", "import requests"]


def test_without_a_person_ask_is_never():
    assert decide(approver("ask"), "!ls") == "reject"
    assert decide(approver("never", Person("once")), "!ls") == "reject"


def test_auto_is_consent_but_not_to_what_is_denied():
    assert decide(approver("auto"), "!ls") == "once"
    assert decide(approver("auto"), "input()") == "reject"
    assert decide(approver("ask", Person("once")), "input()") == "reject"


def test_an_unknown_mode_is_named():
    with pytest.raises(ValueError, match="'perhaps'"):
        approver("perhaps")  # type: ignore[arg-type]
