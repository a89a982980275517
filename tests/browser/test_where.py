"""K2 where people already look: context menu, errors, toolbar, palette, launcher, shortcuts, settings, run menu."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab, asked_at
from tests.fakes import finishes, runs
from tests.servers.k2 import K2Server

pytestmark = pytest.mark.browser


def test_a_cell_can_be_asked_about_and_an_error_is_fixed_without_changing_the_cell(lab: Lab):
    with K2Server(runs("prices.groupby('city').price.median()"), finishes("The column is city.")) as server:
        wrong = "prices.groupby('town').price.median()"
        lab.open("wrong.ipynb", asked_at(server.url), "prices.head()", wrong)
        lab.run(0)
        lab.run(1)
        lab.page.locator(".jp-CodeCell").nth(1).locator(".jp-InputArea").click(button="right")
        lab.page.locator(".lm-Menu-itemLabel").filter(has_text="Ask K2 about this cell").click()
        expect(lab.of("k2-about-chip")).to_contain_text("About cell [2]")
        expect(lab.of("k2-input")).to_be_focused()
        lab.run(2)
        lab.page.locator(".jp-CodeCell").nth(2).locator(".jp-InputArea").click(button="right")
        expect(lab.page.locator(".lm-Menu-itemLabel").filter(has_text="Fix with K2")).to_be_visible()
        lab.page.keyboard.press("Escape")
        lab.of("k2-fix").click()
        lab.until("nb => nb.cells.some(c => c.metadata.k2lab?.kind === 'answer')")
        asked = server.requests[0]["messages"][-1]["content"]

    sources = [cell["source"] for cell in lab.cells()]
    assert sources[2] == wrong
    assert "KeyError: 'town'" in asked
    assert sources[3].startswith("%%k2\n")
    assert sources[4] == "prices.groupby('city').price.median()"


def test_the_panel_opens_from_the_toolbar_the_keyboard_and_the_launcher_and_all_commands_can_be_found(lab: Lab):
    page = lab.page
    lab.open("where.ipynb", "1 + 1")
    panel = page.locator("#k2lab-panel")
    page.locator('.jp-NotebookPanel-toolbar [data-command="k2lab:open"]').click()
    expect(panel).to_be_visible()
    expect(lab.of("k2-input").or_(lab.of("k2-offline")).first).to_be_visible()

    label = page.locator(".lm-Menu-itemLabel, .lm-MenuBar-itemLabel")
    label.filter(has_text=re.compile("^Run$")).click()
    label.filter(has_text="Insert a %%k2 cell").click()
    assert [cell["source"] for cell in lab.cells()] == ["1 + 1", "%%k2\n"]

    page.keyboard.press("Escape")
    page.keyboard.press("Control+Alt+k")
    page.wait_for_function("() => document.getElementById('k2lab-panel').contains(document.activeElement)")
    page.keyboard.press("Control+Alt+k")
    page.wait_for_function("() => document.activeElement.closest('.jp-NotebookPanel')")

    lab.command("apputils:activate-command-palette")
    page.keyboard.type("K2")
    found = page.locator(".lm-CommandPalette-itemLabel")
    for words in ("Open the K2 panel", "Insert a %%k2 cell", "Ask K2 about this cell"):
        expect(found.filter(has_text=words)).to_be_visible()
    page.keyboard.press("Escape")

    lab.command("settingeditor:open", query="K2")
    form = page.locator(".jp-SettingsPanel")
    for title in ("Model", "What K2 may see", "Risky steps", "Budget for a run", "Language of the panel"):
        expect(form.get_by_text(title, exact=True)).to_be_visible()
    lab.command("settingeditor:open", query="Keyboard Shortcuts")
    page.locator(".jp-Shortcuts-Row").first.wait_for()
    page.locator(".jp-Shortcuts-Search, .jp-Shortcuts-TopNav input").first.fill("k2")
    expect(page.locator(".jp-Shortcuts-Row").filter(has_text="Open the K2 panel")).to_contain_text("K")

    lab.command("launcher:create")
    page.locator(".jp-LauncherCard").filter(has_text="K2").click()
    expect(panel).to_be_visible()
