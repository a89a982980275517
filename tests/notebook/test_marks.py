"""Numbers of an answer, traced to the cells that show them."""

from __future__ import annotations

import pytest

from k2lab.agent.run import Answer, Finding, Run, Step
from k2lab.cells.result import RESULT_MIME, CellResult
from k2lab.conversation.messages import ToolCall
from k2lab.notebook.answer import answer_html, answer_markdown, answer_text
from k2lab.notebook.marks import mark_answer, traced_answer
from k2lab.notebook.registry import cell_id


def step(number: int, *outputs: dict, status: str = "ok") -> Step:
    call = ToolCall(id=str(number), name="run_cell", arguments={})
    result = CellResult(status="ok", outputs=outputs)
    return Step(number=number, call=call, status=status, title=f"Step {number}", result=result)  # type: ignore[arg-type]


def printed(text: str) -> dict:
    return {"output_type": "stream", "name": "stdout", "text": text}


def marked(text: str, *steps: Step, rests_on: tuple[int, ...] = ()) -> list[dict]:
    finding = Finding(text=text, steps=rests_on)
    answer = Answer(answered=True, title="T", summary="No number.", findings=(finding,))
    made = mark_answer(Run(id="r", question="?", language="en", model="m", answer=answer, steps=steps))
    assert made is not None
    return made["findings"][0]["marks"]


@pytest.mark.parametrize(
    ("text", "shown", "verified"),
    [
        ("The mean is 107.4.", "107.425", True),
        ("The mean is 107.5.", "107.425", False),
        ("There are 74,301 rows.", "74301", True),
        ("It is −3.2 lower.", "-3.21", True),
        ("A share of 24%.", "0.2412", True),
        ("平均为107.4。", "107.425", True),
        ("In 2024 it rose.", "2023", False),
    ],
)
def test_a_number_is_verified_when_a_cell_shows_it_at_that_precision(text, shown, verified):
    marks = marked(text, step(1, printed(shown)))

    assert [mark["verified"] for mark in marks] == [verified]


def test_offsets_are_those_of_javascript():
    mark = marked("😀 薪资 12", step(1, printed("12")))[0]

    assert (mark["start"], mark["end"]) == (6, 8)


def test_names_with_digits_hold_no_numbers():
    assert marked("k2lab and x1 in v1.2.3 of col_3", step(1, printed("1"))) == []


def test_the_step_a_finding_rests_on_is_looked_at_first():
    steps = (
        step(1, printed("5")),
        step(2, {"output_type": "execute_result", "data": {RESULT_MIME: {"title": "Facts", "values": {"n": 5}}}}),
    )
    mark = marked("n = 5", *steps, rests_on=(2,))[0]

    assert (mark["step"], mark["cell"], mark["expression"]) == (2, cell_id("r", "step-2"), "5: Facts, n")


def test_a_failed_cell_proves_nothing():
    assert marked("It is 5.", step(1, printed("5"), status="error"))[0]["verified"] is False


def test_the_counts_are_those_of_the_marks():
    answer = Answer(answered=True, title="", summary="1 and 2", findings=(Finding(text="3"),))
    made = mark_answer(
        Run(id="r", question="?", language="en", model="m", answer=answer, steps=(step(1, printed("1 3")),))
    )

    assert made is not None
    assert (made["traced"], made["numbers"]) == (2, 3)
    assert mark_answer(Run(id="r", question="?", language="en", model="m")) is None


def test_a_number_that_no_cell_shows_is_told_with_what_is_near():
    mark = marked("The mean is 108.1.", step(1, printed("mean 107.425")))[0]

    assert (mark["verified"], mark["how"], mark["cell"], mark["expression"]) == (False, "not-found", None, None)
    assert mark["near"].startswith("nearest: 107.425")


def test_the_notebook_shows_numbers_that_were_not_found():
    finding = Finding(text="It was 12, then 99.", steps=(1,))
    answer = Answer(answered=True, title="T", summary="Now <b> 12.", findings=(finding,))
    run = Run(id="r", question="?", language="en", model="m", answer=answer, steps=(step(1, printed("count 12")),))
    traced = traced_answer(run)
    assert traced is not None

    written = answer_markdown(answer, traced)
    assert "- It was 12, then 99**?**. (step 1)" in written
    assert "2 of 3 numbers traced to a cell; not found: 99" in written
    assert "then 99[?]." in answer_text(answer, traced)
    markup = answer_html(answer, traced)
    assert "99<sup>?</sup></abbr>" in markup
    assert "&lt;b&gt;" in markup
