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
from tests.fakes import call, calls, ending, says
from tests.servers.k2 import K2Server, Said
from tests.servers.replies import Refused, Streamed, refused

QUESTION = "Does @salaries.remote_ratio affect @salaries.salary_in_usd, and does the effect differ by level?"
TITLES = (
    "Check the groups and their sizes",
    "Draw the salary distributions",
    "Compare remote with on-site at each level",
    "Compare the mean pay of the levels",
    "Write the table without repeats",
)
PLAN = "\n".join(f"{place}. {title}" for place, title in enumerate(TITLES, 1))
DATA = """%load_ext k2lab
import k2lab.datasets
salaries = k2lab.datasets.salaries(rows=8_000)
titles = salaries.groupby("job_title", as_index=False).size()"""
SIGN_IN = """import os
from pathlib import Path
from time import sleep
def until(name):
    while not Path(name).exists():
        sleep(0.05)
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
SIZES = "salaries.company_size.value_counts()"
DEAR = {"prompt": 1_000, "completion": 60_000, "cached": 0}
WRITE = """unique = salaries.drop_duplicates()
unique.to_parquet({path!r})
len(unique)"""


def step(code: str, title: str, why: str, *, text: str = "") -> Message:
    return calls(call("run_cell", code=code, title=title, why=why), text=text)


def _finding(text: str, *steps: int) -> dict[str, Any]:
    return {"text": text, "steps": list(steps), "columns": []}


def _answer(request: dict[str, Any]) -> Message:
    """End with a number that a cell shows and one that none does."""
    end = ending(
        "Yes: pay differs by remote ratio, and not in the same way at each level.",
        title="Remote work and pay",
        findings=[
            _finding("Of 8,000 rows 3,517 are of seniors on site, and only 28 of seniors in hybrid work.", 1, 3),
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


def tour(lab: Lab, outside: Path, *, width: int = 380) -> Iterator[str]:
    """Yield the name of each state when the panel is in it.

    Parameters
    ----------
    lab : Lab
    outside : Path
        A folder that is not the notebook's.
    width : int
        Of the panel, in pixels.
    """
    gates = Gates()
    wait: Refused = refused(429, "rate_limit_reached_error", "Your account reached max RPM: 3", Retry_After="40")
    script = [
        gates.held("plan", step(GROUPS, TITLES[0], "Small groups say little.", text=PLAN)),
        step(DRAW, TITLES[1], "To see skew and extreme values before any test."),
        step(COMPARE, TITLES[2], "Unequal variances, so Welch's test."),
        gates.held("figure", step(WRONG, TITLES[3], "Means say what the test is about.")),
        step(MENDED, TITLES[3], "The column is called experience_level."),
        step(WRITE.format(path=str(outside / "unique.parquet")), TITLES[4], "So that the check can be run again."),
        _answer,  # sent back once, for the number that no cell shows
        _answer,
        wait,
        step(SIZES, "Count the sizes", "To see whether each size has rows."),
        gates.held("stop", says("")),
        Streamed(message=step(SIZES, "Count the sizes", "To see them."), tokens=DEAR | {"completion": 155_000}),
        gates.held("near", Streamed(message=step("1 + 1", "Add up", "To be sure."), tokens=DEAR)),
    ]
    with K2Server(*script) as server:
        yield from _before(lab, server, width)
        yield from _run(lab, gates)
        yield from _after(lab)
        yield from _stopped(lab, gates)
        yield from _spent(lab, gates)
        yield from _away(lab)


def _before(lab: Lab, server: K2Server, width: int) -> Iterator[str]:
    profiles = {"hosts": {"127.0.0.1": {"currency": "USD"}}}  # so that the server's tokens have a price
    for gate in ("go-1", "go-2"):
        (lab.folder / gate).unlink(missing_ok=True)
    (lab.folder / "profiles.json").write_text(json.dumps(profiles), "utf-8")
    lab.open("salary.ipynb", DATA)
    lab.panel()
    lab.command("application:toggle-left-area")
    lab.widen(width)
    lab.run(0)
    expect(lab.of("k2-signin-card")).to_be_visible()
    yield "first-run"
    lab.of("k2-offline").click()
    expect(lab.of("k2-suggestion").first).to_be_visible()
    yield "empty-offline"
    lab.quietly(SIGN_IN.format(url=server.url))
    expect(lab.of("k2-spend")).to_be_visible()
    expect(lab.of("k2-estimate")).to_contain_text("token")
    yield "empty"
    box = lab.of("k2-input")
    box.press_sequentially("Does @salaries.sal")
    expect(lab.of("k2-completion")).to_contain_text("salary_in_usd")
    yield "typing"
    box.press("Escape")
    box.fill(QUESTION)
    expect(lab.of("k2-estimate")).to_contain_text("token")
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
    lab.of("k2-step", state="run").filter(has_text=TITLES[2]).wait_for()
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


def _stopped(lab: Lab, gates: Gates) -> Iterator[str]:
    lab.ask("And by company size?")
    lab.of("k2-notice-rate").wait_for()
    yield "rate-limited"
    lab.of("k2-hurry").click()
    lab.of("k2-step", state="done").filter(has_text="Count the sizes").wait_for()
    lab.of("k2-stop").click()
    lab.of("k2-notice-stopped").wait_for()
    gates.open("stop")
    yield "stopped"
    lab.of("k2-remove").click()
    lab.of("k2-undo").wait_for()
    yield "removed"
    lab.of("k2-toast").locator(".k2-iconbtn").click()


def _spent(lab: Lab, gates: Gates) -> Iterator[str]:
    _budget(lab, "1.00")
    lab.ask("And over the years?")
    lab.of("k2-notice-budget-near").wait_for()
    yield "budget-near"
    gates.open("near")
    lab.of("k2-notice-budget-used").wait_for()
    yield "budget-used"


def _budget(lab: Lab, amount: str) -> None:
    lab.of("k2-settings-button").click()
    lab.of("k2-set-budget").fill(amount)
    lab.of("k2-set-budget").press("Tab")
    lab.page.keyboard.press("Escape")


def _away(lab: Lab) -> Iterator[str]:
    """Leave the panel without a server, a kernel's memory, a kernel, and at last without a notebook."""
    _budget(lab, "")
    lab.of("k2-settings-button").click()
    lab.of("k2-settings").locator("summary").click()
    lab.of("k2-server").fill("http://127.0.0.1:9/v1")
    lab.of("k2-server").press("Enter")
    lab.of("k2-settings").wait_for(state="hidden")
    lab.ask("And by country?")
    lab.of("k2-notice-net").wait_for(timeout=60_000)
    yield "unreachable"
    notebook = "[...window.jupyterapp.shell.widgets('main')].find(one => one.context?.path === 'salary.ipynb')"
    lab.page.evaluate(f"() => {notebook}.sessionContext.restartKernel()")
    lab.of("k2-notice-fresh").wait_for()
    yield "restarted"
    lab.page.evaluate(f"() => {notebook}.sessionContext.shutdown()")
    lab.of("k2-notice-nokernel").wait_for()
    yield "no-kernel"
    lab.page.evaluate(f"() => {notebook}.dispose()")
    lab.of("k2-nowhere").wait_for()
    yield "nowhere"
