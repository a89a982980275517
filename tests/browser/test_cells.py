"""Cells that appear in a real JupyterLab while the analyst works, and what a person can do with them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import SETUP, Lab
from tests.fakes import finishes, runs
from tests.servers.k2 import K2Server

pytestmark = pytest.mark.browser

LONG = "import time\ntime.sleep(2.5)\nprint('after the wait')"
ANSWERED = "nb => nb.cells.some(c => c.metadata.k2lab?.kind === 'answer')"


def at(server: K2Server) -> str:
    return f"%%k2 -d prices -m kimi-k2.6 --base-url {server.url}"


def shows(text: str) -> str:
    """Return a test of the notebook: an output holds a text."""
    return f"nb => nb.cells.some(c => JSON.stringify(c.outputs || []).includes({text!r}))"


def kinds(lab: Lab, name: str = "") -> list[str]:
    return [cell["metadata"].get("k2lab", {}).get("kind", "-") for cell in lab.cells(name)]


def test_steps_appear_as_cells_below_before_the_run_ends(lab: Lab):
    script = [
        runs("import time\ntime.sleep(1)\nprint('first')", title="First look"),
        runs("time.sleep(1)\nprices.groupby('city').price.mean()"),
        finishes("Rome is dearer than Oslo."),
    ]
    with K2Server(*script) as server:
        lab.open("steps.ipynb", SETUP, f"{at(server)}\nWhere is it dearer?", "print('mine')")
        lab.run(0)
        lab.start(1)
        expect(lab.of("k2-tag")).to_have_text("running")
        lab.until(shows("first"))
        assert not any(cell["metadata"]["k2lab"]["kind"] == "answer" for cell in lab.owned())
        expect(lab.of("k2-status")).to_contain_text("run 1")
        lab.until(ANSWERED)
    cells = lab.cells()

    assert kinds(lab) == ["-", "-", "code", "code", "answer", "-"]
    assert cells[2]["execution_count"] + 1 == cells[3]["execution_count"]
    assert "Oslo" in str(cells[3]["outputs"])
    assert cells[5]["source"] == "print('mine')"
    assert lab.notebook()["metadata"]["k2lab"]["runs"][0]["question"] == "Where is it dearer?"
    expect(lab.of("k2-strip")).to_have_text(
        [re.compile("K2 · run 1 · step 1"), re.compile("K2 · run 1 · step 2"), re.compile("K2 · run 1 · answer")]
    )
    for strip in lab.of("k2-strip").all():
        assert strip.bounding_box()["height"] == 20
    expect(lab.of("k2-runhead")).to_contain_text("3 cells · kimi-k2.6")


def test_the_offline_analyst_does_the_whole_job_and_the_report_is_in_the_export_menu(lab: Lab):
    lab.open("job.ipynb", SETUP, "%%k2 -m offline\nDoes city affect price?")
    lab.run(0)
    lab.run(1, timeout=120_000)
    lab.until(ANSWERED)

    assert any("image/png" in output.get("data", {}) for cell in lab.owned() for output in cell.get("outputs", []))
    assert "Rome" in lab.owned()[-1]["source"]
    label = lab.page.locator(".lm-Menu-itemLabel, .lm-MenuBar-itemLabel")
    label.filter(has_text=re.compile("^File$")).click()
    label.filter(has_text="Save and Export Notebook As").hover()
    report = lab.exported(label.filter(has_text="K2 report (web page)"))
    assert "Does city affect price?" in report
    assert "Rome" in report


def test_a_new_run_replaces_all_but_the_edited_cell_and_a_removed_run_comes_back_by_undo(lab: Lab):
    script = [runs("1 + 1"), runs("prices.price.max()"), finishes("First.")]
    with K2Server(*script, runs("2 + 2"), runs("prices.price.min()"), finishes("Second.")) as server:
        lab.open("again.ipynb", SETUP, f"{at(server)}\nWhy?", "print('mine')")
        lab.run(0)
        lab.run(1)
        lab.until(ANSWERED)
        cell = lab.page.locator(".jp-CodeCell").filter(has_text="prices.price.max()")
        cell.locator(".cm-content").click()
        lab.page.keyboard.press("Control+End")
        lab.page.keyboard.type(" + 0")
        expect(lab.of("k2-tag")).to_have_text("edited")
        expect(lab.of("k2-runhead")).to_contain_text("3 cells, 1 edited")
        lab.of("k2-nb-replace").click()
        lab.until("nb => JSON.stringify(nb.cells).includes('Second.')")
    made = lab.cells()

    assert [cell["source"] for cell in made[2:4]] == ["2 + 2", "prices.price.min()"]
    assert "Second." in made[4]["source"]
    assert [cell["source"] for cell in made[5:]] == ["prices.price.max() + 0", "print('mine')"]

    expect(lab.of("k2-runhead")).to_contain_text("Run 2")
    lab.of("k2-nb-remove").click()
    expect(lab.of("k2-runhead")).to_contain_text("3 cells of run 2 removed")
    assert kinds(lab) == ["-", "-", "code", "-"]
    lab.of("k2-nb-undo").click()
    expect(lab.of("k2-runhead")).to_contain_text("3 cells · kimi-k2.6")
    assert [(cell["id"], cell.get("outputs")) for cell in lab.owned()] == [
        (cell["id"], cell.get("outputs")) for cell in made if "k2lab" in cell["metadata"]
    ]


def test_a_page_that_is_loaded_again_in_the_middle_of_a_run_catches_up_with_all_of_it(lab: Lab):
    script = [runs("print('before')"), runs(LONG), runs("print('last')"), finishes("All is here.")]
    with K2Server(*script) as server:
        lab.open("reload.ipynb", SETUP, f"{at(server)}\nHow long?", "print('mine')")
        lab.run(0)
        lab.start(1)
        lab.until("nb => nb.cells.some(c => (c.source + '').includes('time.sleep'))")
        lab.go("reload.ipynb", query="")
        lab.until(ANSWERED)

    owned = lab.owned()
    assert kinds(lab) == ["-", "-", "code", "code", "code", "answer", "-"]
    assert [cell["outputs"][0]["text"] for cell in owned[:3]] == ["before\n", "after the wait\n", "last\n"]
    expect(lab.of("k2-runhead")).to_contain_text("Run 1")
    # Another load brings nothing twice, nothing back that was taken away.
    lab.of("k2-nb-remove").click()
    lab.command("docmanager:save")
    lab.go("reload.ipynb", query="")
    lab.panel()
    expect(lab.of("k2-run")).to_have_attribute("data-status", "answered")
    assert kinds(lab) == ["-", "-", "-"]


def test_a_kernel_that_is_restarted_leaves_what_was_made_and_nothing_that_seems_to_run(lab: Lab):
    script = [runs("print('made')"), runs("import time\ntime.sleep(60)"), finishes("Never.")]
    with K2Server(*script) as server:
        lab.open("restart.ipynb", SETUP, f"{at(server)}\nHow long?")
        lab.run(0)
        lab.start(1)
        lab.until("nb => nb.cells.some(c => (c.source + '').includes('sleep(60)'))")
        lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        expect(lab.of("k2-runhead")).to_contain_text("2 cells")
        expect(lab.of("k2-tag")).to_have_count(0)
        expect(lab.of("k2-status").filter(has_text="step")).to_have_count(0)
        lab.until("nb => nb.cells.at(-1).metadata.k2lab?.status === 'died'")
    with K2Server(runs("'again'"), finishes("Now it is.")) as server:
        lab.page.evaluate(
            "(text) => window.jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel.setSource(text)",
            f"{at(server)}\nHow long?",
        )
        lab.run(0)
        lab.run(1)
        lab.until(ANSWERED)

    assert lab.owned()[0]["source"] == "'again'"
    assert kinds(lab) == ["-", "-", "code", "answer"]


def test_two_notebooks_at_once_one_of_them_renamed_keep_their_own_cells(lab: Lab):
    with (
        K2Server(runs(LONG), finishes("Of one.")) as one,
        K2Server(runs("import time\ntime.sleep(1)\nprint('two')"), finishes("Of two.")) as two,
    ):
        lab.open("one.ipynb", SETUP, f"{at(one)}\nOne?")
        lab.run(0)
        lab.start(1)
        lab.until("nb => nb.cells.some(c => (c.source + '').includes('time.sleep'))")
        lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.rename('uno.ipynb')")
        lab.also("two.ipynb", SETUP, f"{at(two)}\nTwo?")
        lab.run(0)
        lab.start(1)
        lab.until(ANSWERED)
        lab.until(ANSWERED, name="uno.ipynb")
    assert kinds(lab, "two.ipynb") == kinds(lab, "uno.ipynb") == ["-", "-", "code", "answer"]
    assert "Of two." in lab.owned("two.ipynb")[1]["source"]
    assert lab.owned("uno.ipynb")[0]["source"] == LONG
    assert "after the wait" in str(lab.owned("uno.ipynb")[0]["outputs"])
    assert "two" not in str(lab.owned("uno.ipynb"))


def test_all_cells_run_again_after_a_restart_run_once_and_unseen_code_does_not(lab: Lab):
    script = [runs("found = 41"), runs("found += 1"), finishes("First.")]
    with K2Server(*script, runs("found = 41"), runs("found += 1"), finishes("Second.")) as server:
        count = "print(found, len([text for text in In if 'found ' in text]))"
        lab.open("all.ipynb", SETUP, f"{at(server)}\nWhy?", count)
        lab.run(0)
        lab.run(1)
        lab.until(ANSWERED)
        lab.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
            ".then(() => { void window.jupyterapp.commands.execute('notebook:run-all-cells'); })"
        )
        lab.until(shows("42 "))

    assert "Second." in lab.owned()[-1]["source"]
    assert kinds(lab) == ["-", "-", "code", "code", "answer", "-"]
    assert lab.cells()[-1]["outputs"][0]["text"] == "42 3\n"  # the two steps and the count itself
