"""A tour through every state of the panel, in one notebook with one kernel; who comes along looks at each."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from k2lab.conversation.messages import Message
from tests.browser.lab import Lab
from tests.fakes import calls, ending, runs
from tests.servers.k2 import K2Server, Said
from tests.servers.replies import Refused, refused

QUESTION = "Does @salaries.remote_ratio affect @salaries.salary_in_usd, and does the effect differ by level?"
TITLES = (
    "Check the groups and their sizes",
    "Draw the salary distributions",
    "Compare remote with on-site at each level",
    "Write the table without repeats",
)
PLAN = "\n".join(f"{place}. {title}" for place, title in enumerate(TITLES, 1))
DATA = """%load_ext k2lab
from time import sleep
from pathlib import Path
from k2lab.datasets import salaries as generate
salaries = generate(rows=8_000)
titles = salaries.groupby("job_title", as_index=False).size()
def until(name):
    while not Path(name).exists():
        sleep(0.05)"""
SIGN_IN = """import os
os.environ["K2LAB_PROFILES"] = "profiles.json"
os.environ["MOONSHOT_API_KEY"] = "sk-nobody"
%config K2.model = "kimi-k2.6"
%config K2.base_url = "{url}"
%config K2.budget = "0.50\""""
GROUPS = 'salaries.groupby(["experience_level", "remote_ratio"]).size().unstack()'
DRAW = """from k2lab import plots
plots.violin(salaries, x="experience_level", y="salary_in_usd")"""
COMPARE = """from k2lab import stats
until("go-1")
remote = salaries[salaries["remote_ratio"] == 100]
stats.compare(salaries, "salary_in_usd", "remote_ratio")"""
WRONG = 'salaries["salary"].groupby(salaries["level"]).mean()'
MENDED = 'until("go-2")\nsalaries["salary_in_usd"].groupby(salaries["experience_level"]).mean()'
WRITE = """unique = salaries.drop_duplicates()
unique.to_parquet({path!r})
len(unique)"""


def _finding(text: str, *steps: int) -> dict[str, Any]:
    return {"text": text, "steps": list(steps), "columns": []}


def _answer(request: dict[str, Any]) -> Message:
    """End with a number that a cell shows and one that none does."""
    end = ending(
        "Yes: pay differs by remote ratio, and not in the same way at each level.",
        title="Remote work and pay",
        findings=[
            _finding("The table has 8,000 rows, 7 of 10 of them on site.", 1),
            _finding("Company location may explain about 53.17% of the gap."),
        ],
        limitations=["Rows repeat exactly, and hybrid work has few of them.", "A survey shows association, not cause."],
        methods=["Welch's test with Holm's correction."],
        follow_ups=["Does company_location explain the gap?", "Repeat it without the repeated rows"],
    )
    return calls(end)


class Gates:
    """Places where the model's server waits until the tour goes on."""

    def __init__(self) -> None:
        self._gates: dict[str, threading.Event] = {}

    def held(self, name: str, said: Said | Callable[[dict[str, Any]], Message]) -> Callable[[dict[str, Any]], Said]:
        """Return an entry of a script that is said when its gate opens."""
        gate = self._gates[name] = threading.Event()

        def say(request: dict[str, Any]) -> Said:
            gate.wait(60)
            return said(request) if callable(said) else said

        return say

    def open(self, name: str) -> None:
        self._gates[name].set()


def tour(lab: Lab, outside: Path) -> Iterator[str]:
    """Yield the name of each state when the panel is in it.

    Parameters
    ----------
    lab : Lab
    outside : Path
        A folder that is not the notebook's.
    """
    gates = Gates()
    wait: Refused = refused(429, "rate_limit_reached_error", "Your account reached max RPM: 3", Retry_After="40")
    script = [
        gates.held("plan", runs(GROUPS, text=PLAN, title=TITLES[0])),
        runs(DRAW, title=TITLES[1]),
        runs(COMPARE, title=TITLES[2]),
        gates.held("figure", runs(WRONG, title="Mean pay at each level")),
        runs(MENDED, title="Mean pay at each level"),
        runs(WRITE.format(path=str(outside / "unique.parquet")), title=TITLES[3]),
        _answer,
        wait,
        gates.held("stop", runs("1")),
    ]
    with K2Server(*script) as server:
        yield from _before(lab, server)
        yield from _run(lab, gates)
        yield from _after(lab)
        yield from _troubles(lab)


def _before(lab: Lab, server: K2Server) -> Iterator[str]:
    profiles = {"hosts": {"127.0.0.1": {"currency": "USD"}}}  # so that the server's tokens have a price
    (lab.folder / "profiles.json").write_text(json.dumps(profiles), "utf-8")
    lab.open("salary.ipynb", DATA, SIGN_IN.format(url=server.url))
    lab.command("docmanager:open", path="salary.ipynb")
    lab.panel()
    lab.run(0)
    expect(lab.of("k2-signin-card")).to_be_visible()
    yield "first-run"
    lab.of("k2-offline").click()
    expect(lab.of("k2-suggestion").first).to_be_visible()
    yield "empty-offline"
    lab.run(1)
    expect(lab.of("k2-spend")).to_be_visible()
    expect(lab.of("k2-estimate")).to_contain_text("tokens")
    yield "empty"
    box = lab.of("k2-input")
    box.press_sequentially("Does @salaries.sal")
    expect(lab.of("k2-completion")).to_contain_text("salary_in_usd")
    yield "typing"
    box.press("Escape")
    box.fill(QUESTION)
    expect(lab.of("k2-estimate")).to_contain_text("tokens")
    lab.of("k2-estimate").click()
    expect(lab.of("k2-preview-text")).to_contain_text("remote_ratio")
    yield "preview"
    lab.page.keyboard.press("Escape")
    lab.of("k2-settings-button").click()
    expect(lab.of("k2-set-model")).to_have_value("kimi-k2.6")
    yield "settings"
    lab.page.keyboard.press("Escape")


def _run(lab: Lab, gates: Gates) -> Iterator[str]:
    lab.of("k2-input").press("Enter")
    lab.of("k2-run", status="planning").wait_for()
    yield "planning"
    gates.open("plan")
    lab.of("k2-step", state="run").filter(has_text=TITLES[2]).wait_for(timeout=20_000)
    expect(lab.of("k2-code")).to_contain_text("stats.compare")
    yield "running"
    lab.of("k2-target").click()
    yield "notebooks"
    lab.page.keyboard.press("Escape")
    (lab.folder / "go-1").touch()
    lab.of("k2-step", state="done").filter(has_text=TITLES[2]).wait_for()
    yield "step-done"
    gates.open("figure")
    lab.of("k2-fold").filter(has_text="KeyError").wait_for()
    yield "repair"
    lab.of("k2-input").focus()
    (lab.folder / "go-2").touch()
    lab.of("k2-approval").wait_for()
    yield "approval"
    lab.of("k2-ok-edit").click()
    yield "approval-edit"
    lab.of("k2-ok-back").click()
    lab.of("k2-ok-reject").click()
    yield "approval-reject"
    lab.of("k2-ok-back").click()
    lab.of("k2-ok-once").click()
    lab.of("k2-answer").wait_for()


def _after(lab: Lab) -> Iterator[str]:
    yield "answer"
    lab.of("k2-number", verified="false").first.click()
    lab.of("k2-number-source").wait_for()
    yield "number"
    lab.page.keyboard.press("Escape")
    lab.of("k2-formats-button").click()
    lab.of("k2-formats").wait_for()
    yield "formats"
    lab.page.keyboard.press("Escape")
    lab.of("k2-report").click()
    lab.of("k2-toast").wait_for()
    yield "report"
    lab.of("k2-toast").locator(".k2-iconbtn").click()
    lab.of("k2-history-button").click()
    lab.of("k2-history-search").fill("remote")
    expect(lab.of("k2-history-item").locator("mark").first).to_be_visible()
    yield "history"
    lab.of("k2-history-button").click()


def _troubles(lab: Lab) -> Iterator[str]:
    lab.ask("And by company size?")
    lab.of("k2-notice-rate").wait_for()
    yield "rate-limited"
    lab.of("k2-hurry").click()
    lab.of("k2-notice-rate").wait_for(state="hidden")
    lab.of("k2-stop").click()
    lab.of("k2-notice-stopped").wait_for()
    yield "stopped"
    lab.page.evaluate("() => document.activeElement.blur()")
    lab.of("k2-input").fill("")
