"""The same in Notebook 7, which has one notebook a page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab, asked_at
from tests.fakes import finishes, runs
from tests.servers.k2 import K2Server

pytestmark = pytest.mark.browser
APP = "notebook"


def test_cells_appear_and_the_panel_opens_from_the_toolbar(lab: Lab):
    with K2Server(runs("print('seen')"), finishes("It is."), runs("2"), finishes("It is too.")) as server:
        lab.open("classic.ipynb", asked_at(server.url), "%%k2 -d prices\nIs it?")
        lab.run(0)
        lab.run(1)
        lab.until("nb => nb.cells.some(c => c.metadata.k2lab?.kind === 'answer')")
        expect(lab.of("k2-strip")).to_have_count(2)
        expect(lab.of("k2-runhead")).to_contain_text("2 cells · kimi-k2.6")

        lab.page.locator('.jp-NotebookPanel-toolbar [data-command="k2lab:open"]').click()
        expect(lab.page.locator("#k2lab-panel")).to_be_visible()
        lab.of("k2-input").fill("And now?")
        lab.of("k2-input").press("Enter")
        expect(lab.of("k2-run", status="answered")).to_have_count(2)

    assert [cell["source"] for cell in lab.cells() if cell["source"].startswith("%%k2")] == [
        "%%k2 -d prices\nIs it?", "%%k2\nAnd now?",
    ]  # fmt: skip
    assert "seen" in str(lab.owned()[0]["outputs"])
