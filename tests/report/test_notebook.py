"""Runs become ordinary notebooks."""

import json

import nbformat
import pytest

from k2lab.agent.run import Answer, Finding
from k2lab.cells.result import CellError
from k2lab.locale import language
from k2lab.report.notebook import to_notebook
from tests.own_loop import execute
from tests.report.story import FACTS, PROVENANCE, SETUP, displayed, run, said, step

HOSTILE = "<img src=x onerror=alert(1)> </script> ![p](http://evil.example/p.png) [l](javascript:x) $a$ `x` # y"


def marks(nb):
    return [cell.metadata["k2lab"] for cell in nb.cells if "k2lab" in cell.metadata]


def test_it_is_a_valid_notebook_with_marked_cells():
    nb = to_notebook([run()], setup=SETUP, provenance=PROVENANCE)
    nbformat.validate(nb)
    again = nbformat.reads(nbformat.writes(nb), as_version=4)
    nbformat.validate(again)
    assert {mark["kind"] for mark in marks(nb)} == {"plan", "code", "finding", "answer"}
    assert all({"run", "parent", "step", "kind", "model"} <= set(mark) for mark in marks(nb))
    assert all(cell.id.startswith("k2-") and len(cell.id) == 15 for cell in nb.cells)
    assert len({cell.id for cell in nb.cells}) == len(nb.cells)
    assert {mark["parent"] for mark in marks(nb)} == {nb.cells[0].id}


def test_the_record_of_the_run_survives_json():
    nb = to_notebook([run()], provenance=PROVENANCE)
    kept = json.loads(json.dumps(nb.metadata["k2lab"]))
    assert kept["version"] == 1
    told = kept["runs"][0]
    assert told["cost"] == "0.0123"
    assert told["answer"]["findings"][0]["steps"] == [4]
    assert told["provenance"]["versions"]["k2lab"] == "0.1.0"
    assert [item["status"] for item in told["tried"]] == ["ok", "refused", "error", "ok", "ok", "ok"]
    assert told["tried"][1]["reason"] == "It deletes a file."
    assert told["frames"][0]["sample"] == []  # rows do not travel in metadata


def test_refused_and_failed_cells_are_out_but_what_later_cells_use_is_kept():
    nb = to_notebook([run()], setup=SETUP)
    sources = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    assert sources[0] == SETUP[0]
    assert not any("os.remove" in source for source in sources)
    assert sources[2].splitlines()[1:] == ["levels = ['EN', 'MI']"]  # without the line that failed
    assert sources[2].startswith("# The part of a failed cell")


def test_a_failed_cell_that_nothing_needs_is_left_out():
    steps = (
        step(1, "a = 1\nb", status="error", error=CellError(name="NameError", value="b", line=2)),
        step(2, "a = 2\na"),
    )
    nb = to_notebook([run(steps=steps)])
    assert [cell.source for cell in nb.cells if cell.cell_type == "code"] == ["a = 2\na"]


def test_stderr_and_errors_are_dropped_and_outputs_are_kept():
    nb = to_notebook([run(steps=(step(1, "x", displayed(FACTS), said("noise", "stderr"), said("told")),))])
    (cell,) = (cell for cell in nb.cells if cell.cell_type == "code")
    assert [output.output_type for output in cell.outputs] == ["execute_result", "stream"]
    assert cell.outputs[0].execution_count == cell.execution_count == 1
    assert "noise" not in json.dumps(nb)


def test_hostile_words_of_a_model_are_only_words():
    answer = Answer(
        answered=True,
        title=HOSTILE,
        summary=HOSTILE,
        findings=(Finding(text=HOSTILE, steps=(1,)),),
        methods=(HOSTILE,),
        limitations=(HOSTILE,),
    )
    steps = (step(1, "1", title=HOSTILE, why=HOSTILE),)
    nb = to_notebook([run(question=HOSTILE, plan=HOSTILE, answer=answer, steps=steps)])
    text = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
    assert "onerror" in text
    assert "<" not in text.replace("&lt;", "")
    from k2lab.report.prose import markdown_to_html

    for cell in nb.cells:
        if cell.cell_type == "markdown":
            made = markdown_to_html(cell.source)
            assert "<img" not in made
            assert "href" not in made
    import mistune

    assert "<img" not in mistune.create_markdown(escape=False)(text)
    assert "<a " not in mistune.create_markdown(escape=False)(text)


def test_two_runs_with_one_id_still_get_unique_cells():
    nb = to_notebook([run(), run()])
    assert len({cell.id for cell in nb.cells}) == len(nb.cells)
    nbformat.validate(nb)


def test_a_run_without_an_answer_says_why():
    nb = to_notebook([run(answer=None, status="budget", problem="The budget of 1 USD is used up.")])
    assert any("No answer" in cell.source and "budget of 1 USD" in cell.source for cell in nb.cells)


def test_the_words_follow_the_run_and_the_language_in_use_stays():
    nb = to_notebook([run(language="zh")])
    assert any(cell.source.startswith("## 回答") for cell in nb.cells)
    assert language() == "en"


def test_no_runs_make_an_empty_valid_notebook():
    nbformat.validate(to_notebook([]))


@pytest.mark.kernel
@pytest.mark.filterwarnings("ignore")  # zmq and asyncio of the kernel client warn on their own
def test_it_runs_from_top_to_bottom_in_a_plain_kernel():
    from nbclient import NotebookClient

    steps = (
        step(
            1,
            "total = df['salary_in_usd'].sum()\nrows = len(df)\nmissing_name",
            status="error",
            error=CellError(name="NameError", value="missing_name", line=3),
        ),
        step(2, "open('/etc/shadow')", status="refused"),
        step(3, "print(total, rows)", said("3 2\n")),
    )
    nb = to_notebook([run(steps=steps)], setup=SETUP)
    made = execute(NotebookClient(nb, timeout=120, kernel_name="python3"))
    last = [cell for cell in made.cells if cell.cell_type == "code"][-1]
    assert last.outputs[0].text == "3 2\n"
