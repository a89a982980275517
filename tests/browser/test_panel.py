"""The chat panel in a real JupyterLab: asking, approving, stopping, answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.lab import SETUP, Lab, asked_at
from tests.browser.places import write_notebook
from tests.fakes import finishes, runs
from tests.servers.k2 import K2Server
from tests.servers.replies import Streamed, refused

pytestmark = pytest.mark.browser


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "victim.txt"
    path.write_text("here")
    return path


def deletes(path: Path) -> str:
    return f"import os\nos.remove({str(path)!r})"


def begin(lab: Lab, server: K2Server, name: str, question: str = "What is the mean price?") -> None:
    lab.open(name, asked_at(server.url))
    lab.run(0)
    lab.ask(question)


def test_the_offline_analyst_answers_from_the_panel_with_cells_and_a_report(lab: Lab):
    lab.open("offline.ipynb", SETUP)
    lab.run(0)
    lab.panel()
    lab.of("k2-offline").click()
    lab.of("k2-suggestion").filter(has_text="city").first.click()
    expect(lab.of("k2-input")).to_be_focused()
    expect(lab.of("k2-input")).not_to_have_value("")
    lab.page.keyboard.press("Enter")
    expect(lab.of("k2-run")).to_have_attribute("data-status", "answered", timeout=120_000)
    lab.until("nb => nb.cells.some(c => c.metadata.k2lab?.kind === 'answer')")
    cells = lab.owned()
    lab.of("k2-report").click()
    expect(lab.of("k2-toast")).to_contain_text(".html", timeout=60_000)
    report = next(lab.folder.glob("k2-report-*.html"))

    assert len(cells) > 2
    assert all(cell["outputs"] for cell in cells if cell["cell_type"] == "code")
    assert lab.cells()[1]["source"].startswith("%%k2\n")
    expect(lab.of("k2-number", verified="true").first).to_be_visible()
    expect(lab.of("k2-usage")).to_contain_text("no language model")
    expect(lab.of("k2-spend")).to_have_count(0)
    assert "price" in report.read_text("utf-8")


def test_the_whole_story_with_the_keyboard_alone(lab: Lab, victim: Path):
    script = [runs("prices.price.mean()", text="1. Look\n2. Clean up"), runs(deletes(victim)), finishes("It is 107.4.")]
    keys = lab.page.keyboard
    with K2Server(*script) as server:
        lab.open("keys.ipynb", asked_at(server.url))
        lab.run(0)
        keys.press("Control+Alt+k")
        expect(lab.of("k2-input")).to_be_focused()
        expect(lab.of("k2-suggestion").first).to_be_visible()
        keys.type("Is @pr")
        expect(lab.of("k2-completion")).to_contain_text("prices")
        keys.press("Tab")
        expect(lab.of("k2-completion")).to_contain_text("price")
        keys.type("pri")
        keys.press("Enter")
        keys.type("high?")
        keys.press("Enter")
        card = lab.of("k2-approval")
        expect(card).to_be_focused()
        expect(card).to_contain_text("0:01")
        keys.press("a")
        expect(lab.of("k2-run")).to_have_attribute("data-status", "answered")
    tab_to(lab, "k2-number")
    keys.press("Enter")
    expect(lab.of("k2-number-source")).to_contain_text("step 1")
    keys.press("Escape")
    expect(lab.of("k2-number-source")).to_have_count(0)
    tab_to(lab, "k2-formats-button")
    keys.press("Enter")
    expect(lab.of("k2-formats").get_by_role("menuitem").first).to_be_focused()
    keys.press("End")
    keys.press("Home")
    keys.press("Enter")
    expect(lab.of("k2-toast")).to_contain_text(".html", timeout=60_000)
    keys.press("Control+Alt+k")

    assert not victim.exists()
    assert lab.cells()[1]["source"] == "%%k2 -d prices\nIs price high?"
    lab.page.wait_for_function("() => !document.querySelector('#k2lab-panel').contains(document.activeElement)")


def tab_to(lab: Lab, name: str) -> None:
    """Press Tab until a part of the panel has the focus."""
    lab.of("k2-thread").focus()
    for _ in range(40):
        lab.page.keyboard.press("Tab")
        if lab.page.evaluate("() => document.activeElement.dataset.testid") == name:
            return
    raise AssertionError(f"Tab does not lead to {name}")


def test_stop_ends_a_long_cell_and_the_run_can_be_gone_on_with(lab: Lab):
    script = [
        runs("prices.price.mean()", title="The mean"),
        runs("import time\ntime.sleep(60)", title="A long one"),
        runs("prices.price.median()"),
        finishes(),
    ]
    with K2Server(*script) as server:
        begin(lab, server, "stop.ipynb")
        lab.until("nb => nb.cells.some(c => c.source.includes('sleep') && c.metadata.k2lab)")
        expect(lab.of("k2-step", state="run")).to_contain_text("Running in your kernel")
        began = time.monotonic()
        lab.of("k2-stop").click()
        lab.of("k2-notice-stopped").wait_for()
        took = time.monotonic() - began
        print(f"stopped after {took:.2f} s")
        expect(lab.of("k2-notice-stopped")).to_be_focused()
        expect(lab.of("k2-step", state="stop")).to_contain_text("A long one")
        kept = [cell["source"] for cell in lab.owned()]
        lab.of("k2-continue").click()
        expect(lab.of("k2-run", status="answered")).to_have_count(1)
        told = str(server.requests[-1]["messages"])

    assert took < 3  # a second on a machine that has nothing else to do
    assert kept[0] == "prices.price.mean()"
    assert [cell["source"] for cell in lab.owned()][:1] == kept[:1]
    assert "Continue from step 2: What is the mean price?" in told
    assert "prices.price.mean()" in told


def test_a_mended_step_is_one_row_with_its_error_folded(lab: Lab):
    script = [runs("prices.cost.mean()"), runs("prices.prise.mean()"), runs("prices.price.mean()"), finishes("So.")]
    with K2Server(*script) as server:
        begin(lab, server, "mended.ipynb")
        expect(lab.of("k2-run")).to_have_attribute("data-status", "answered")
    lab.page.locator(".k2-run > details > summary").click()
    row = lab.of("k2-step")
    folds = row.get_by_test_id("k2-fold")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Mended on attempt 3")
    expect(folds).to_have_count(2)
    expect(folds.first.locator("pre")).to_be_hidden()
    folds.first.locator("summary").click()
    expect(folds.first.locator("pre")).to_contain_text("AttributeError")
    title = lab.of("k2-step-title")
    title.focus()
    lab.page.keyboard.press("ArrowRight")
    expect(row.get_by_test_id("k2-code")).to_contain_text("prices.price.mean()")
    lab.page.keyboard.press("ArrowLeft")
    expect(row.get_by_test_id("k2-code")).to_have_count(0)
    lab.page.keyboard.press("Enter")
    lab.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.source"
        " === 'prices.price.mean()'"
    )


def test_a_limited_rate_counts_down_and_the_run_goes_on_by_itself(lab: Lab):
    wait = refused(429, "rate_limit_reached_error", "Your account reached max RPM: 3", Retry_After="3")
    with K2Server(wait, runs("1 + 1"), finishes("Two.")) as server:
        begin(lab, server, "rate.ipynb")
        notice = lab.of("k2-notice-rate")
        expect(notice).to_contain_text("max RPM: 3")
        expect(notice).to_contain_text("in 2 s")
        expect(lab.of("k2-run")).to_have_attribute("data-status", "answered")
        expect(notice).to_have_count(0)

    assert len(server.requests) == 3


def test_a_used_budget_is_raised_and_the_run_gone_on_with(lab: Lab):
    dear = Streamed(message=runs("prices.price.mean()"), tokens={"prompt": 1000, "completion": 200_000, "cached": 0})
    (lab.folder / "prices.json").write_text('{"hosts": {"127.0.0.1": {"currency": "USD"}}}', "utf-8")
    mine = "import os\nos.environ |= {'K2LAB_PROFILES': 'prices.json', 'MOONSHOT_API_KEY': 'sk-nobody'}"
    with K2Server(dear, runs("prices.price.median()"), finishes()) as server:
        lab.open("budget.ipynb", f"{mine}\n{asked_at(server.url)}\n%config K2.budget = '1.00'")
        lab.run(0)
        lab.ask("What is the mean price?")
        notice = lab.of("k2-notice-budget-used")
        expect(notice).to_contain_text("$0.80")
        asked = len(server.requests)
        expect(notice.get_by_test_id("k2-raise")).to_contain_text("$2.00")
        notice.get_by_test_id("k2-raise").click()
        expect(lab.of("k2-run", status="answered")).to_have_count(1)

    assert asked == 1
    assert "Continue from step 2" in str(server.requests[1]["messages"])


def test_thousands_of_runs_are_searched_and_few_of_them_drawn(lab: Lab):
    records = [
        {"id": f"{n:012x}", "question": f"Question {n}?", "status": "answered", "seconds": 3, "started": "2026-01-02"}
        for n in range(2000)
    ]
    write_notebook(lab.folder / "past.ipynb", SETUP, k2lab={"version": 1, "runs": records})
    lab.go("past.ipynb")
    lab.run(0)
    lab.panel()
    lab.of("k2-history-button").click()
    expect(lab.of("k2-history")).to_contain_text("2000 runs")
    items = lab.of("k2-history-item")
    expect(items.first).to_be_visible()
    drawn = items.count()
    lab.of("k2-history-list").evaluate("node => { node.scrollTop = node.scrollHeight; }")
    expect(items.last).to_contain_text("Question 1999?")
    lab.of("k2-history-search").fill("question 7?")
    expect(lab.of("k2-history")).to_contain_text("1 found")
    expect(items).to_have_count(1)
    items.first.focus()

    assert drawn < 40


def test_an_approval_hides_nothing_and_a_key_approves_it_while_the_kernel_waits(lab: Lab, victim: Path):
    with K2Server(runs(deletes(victim)), finishes("Done.")) as server:
        begin(lab, server, "approve.ipynb", "Clean up?")
        card = lab.of("k2-approval")
        expect(card).to_contain_text("os.remove")
        assert "To know." in card.inner_text()
        assert str(victim) in card.inner_text().replace("\n", "")
        assert victim.exists()
        expect(card).to_be_focused()
        lab.page.keyboard.press("Enter")
        lab.page.keyboard.press("Space")
        lab.of("k2-input").fill("a")
        lab.of("k2-input").press("a")
        assert card.is_visible()
        assert victim.exists()
        lab.of("k2-input").fill("")
        expect(card).to_contain_text("0:01")  # keys that come at once were meant for something else
        card.focus()
        began = time.monotonic()
        lab.page.keyboard.press("a")
        card.wait_for(state="hidden")
        took = time.monotonic() - began
        expect(lab.of("k2-run")).to_have_attribute("data-status", "answered")

    assert took < 1.0
    assert not victim.exists()


def test_a_rejection_with_words_skips_the_step_and_the_run_goes_on(lab: Lab, victim: Path):
    with K2Server(runs(deletes(victim)), runs("1 + 1"), finishes("Done without it.")) as server:
        begin(lab, server, "reject.ipynb", "Clean up?")
        card = lab.of("k2-approval")
        expect(card).to_be_focused()
        lab.of("k2-ok-reject").click()
        lab.of("k2-ok-words").fill("Keep my files.")
        lab.of("k2-ok-words").press("Enter")
        expect(lab.of("k2-run")).to_have_attribute("data-status", "answered")
        told = server.requests[1]["messages"][-1]["content"]

    assert victim.exists()
    assert "Keep my files." in told
    assert "os.remove" not in str(lab.owned())


def test_the_persons_version_is_what_runs_and_stays(lab: Lab, victim: Path):
    with K2Server(runs(deletes(victim)), finishes("Done.")) as server:
        begin(lab, server, "edit.ipynb", "Clean up?")
        lab.of("k2-ok-edit").click()
        lab.of("k2-ok-code").fill("print('my version')")
        lab.of("k2-ok-code").press("Control+Enter")
        expect(lab.of("k2-run")).to_have_attribute("data-status", "answered")

    assert victim.exists()
    cell = lab.owned()[0]
    assert cell["source"] == "print('my version')"
    assert "my version" in str(cell["outputs"])


def test_the_key_goes_nowhere_but_to_the_server(lab: Lab):
    lab.open("key.ipynb", SETUP)
    lab.run(0)
    lab.panel()
    expect(lab.of("k2-signin-card")).to_be_visible()
    expect(lab.of("k2-spend")).to_have_count(0)
    field = lab.of("k2-key-input")
    field.fill("sk-never-to-be-seen")
    field.press("Enter")
    expect(field).to_have_value("")
    lab.command("docmanager:save")
    lab.until("nb => true")
    everything = str(lab.notebook()) + str(lab.said) + lab.page.content()
    files = [path.read_text("utf-8", "replace") for path in lab.settings.rglob("*") if path.is_file()]

    assert "sk-never-to-be-seen" not in everything + "".join(files) + (lab.folder / "key.ipynb").read_text("utf-8")


def test_completion_offers_frames_and_columns_of_the_live_kernel(lab: Lab):
    lab.open("complete.ipynb", SETUP, "prices = prices.rename(columns={'city': 'town'})")
    lab.run(0)
    lab.panel()
    lab.of("k2-offline").click()
    expect(lab.of("k2-frame")).to_contain_text("prices")
    box = lab.of("k2-input")
    box.press_sequentially("Is @pr")
    expect(lab.of("k2-completion")).to_contain_text("prices")
    box.press("Tab")
    expect(lab.of("k2-completion")).to_contain_text("city")
    box.press("Escape")
    expect(lab.of("k2-completion")).to_have_count(0)
    assert box.input_value().startswith("Is @prices.")
    box.fill("")
    lab.run(1)
    expect(lab.of("k2-suggestion").filter(has_text="town").first).to_be_visible()


def test_a_question_during_a_run_waits_for_its_end(lab: Lab):
    script = [runs("import time\ntime.sleep(2)"), finishes("First."), runs("2"), finishes("Second.")]
    with K2Server(*script) as server:
        begin(lab, server, "queue.ipynb", "One?")
        lab.of("k2-stop").wait_for()
        lab.of("k2-input").fill("Two?")
        lab.of("k2-input").press("Enter")
        expect(lab.of("k2-queued")).to_contain_text("Two?")
        assert len(lab.of("k2-run").all()) == 1
        expect(lab.of("k2-run", status="answered")).to_have_count(2)

    assert [cell["source"] for cell in lab.cells() if cell["source"].startswith("%%k2")] == ["%%k2\nOne?", "%%k2\nTwo?"]


def test_a_server_that_is_down_is_named_and_the_offline_analyst_can_go_on(lab: Lab):
    lab.open("down.ipynb", asked_at("http://127.0.0.1:9/v1"))
    lab.run(0)
    lab.ask("Does city affect price?")
    notice = lab.of("k2-notice-net")
    expect(notice).to_contain_text("127.0.0.1", timeout=90_000)
