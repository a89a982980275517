"""The chat panel in a real JupyterLab: asking, approving, stopping, answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.lab import SETUP, Lab, asked_at
from tests.fakes import finishes, runs
from tests.servers.k2 import K2Server

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
