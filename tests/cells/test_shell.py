"""The shell runner in a plain terminal IPython, in a process of its own; tests/kernel has it in a kernel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = r"""
import json, os, sys
from IPython.terminal.interactiveshell import TerminalInteractiveShell
ip = TerminalInteractiveShell.instance(simple_prompt=True)
from k2lab.cells.shell import ShellRunner
told = {"light": not {"matplotlib", "pandas", "numpy"} & set(sys.modules)}
ip.run_cell("import pandas as pd; df = pd.DataFrame({'a': [1, 2]}); person = df", store_history=True)
def run(code, timeout=20):
    with ShellRunner(ip) as runner:
        r = runner.run(code, timeout=timeout)
    return {"status": r.status, "outputs": r.outputs, "error": r.error and [r.error.name, r.error.value, r.error.line]}
told["figure"] = run('''
import matplotlib.pyplot as plt
print('a'); plt.plot([1, 2]); plt.show(); print('b')
plt.plot([2, 1]);''')
import matplotlib
told["backend"] = [matplotlib.get_backend(), os.environ.get("MPLBACKEND"), ip.display_formatter.active_types]
told["rich"] = run("df['b'] = 1\ndf")
told["shell"] = run("!echo hi")
told["page"] = run("df?")
told["slow"] = run("import time; time.sleep(20)", 0.3)
told["exit"] = run("exit()")
told["input"] = run("input()")
told["await"] = run("import asyncio; await asyncio.sleep(0); 5")
told["same"] = ip.user_ns["df"] is ip.user_ns["person"] and list(ip.user_ns["df"]) == ["a"]
told["count"] = ip.execution_count
print("TOLD" + json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    env = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    env |= {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path_factory.mktemp("ipython"))}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr
    [line] = done.stdout.splitlines()
    assert line.startswith("TOLD"), "nothing of a cell may reach the terminal"
    return json.loads(line.removeprefix("TOLD"))


def test_importing_the_runner_loads_nothing_heavy(told: dict[str, Any]):
    assert told["light"] is True


def test_figures_are_pictures_in_order_and_the_backend_comes_back(told: dict[str, Any]):
    kinds = [o["output_type"] for o in told["figure"]["outputs"]]

    assert kinds == ["stream", "display_data", "stream", "display_data"]
    for at in (1, 3):
        assert {"image/png", "application/vnd.k2lab.figure+json"} <= set(told["figure"]["outputs"][at]["data"])
    assert "inline" not in told["backend"][0]
    assert told["backend"][1:] == [None, ["text/plain"]]


def test_rich_results_are_captured_where_only_text_is_shown(told: dict[str, Any]):
    [output] = told["rich"]["outputs"]

    assert output["output_type"] == "execute_result"
    assert "<table" in output["data"]["text/html"]
    assert told["same"] is True


def test_commands_and_pages_are_captured(told: dict[str, Any]):
    assert told["shell"]["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "hi\n"}]
    assert "DataFrame" in told["page"]["outputs"][0]["text"]


@pytest.mark.parametrize(
    ("cell", "status", "name"),
    [("slow", "timeout", "CellTimeout"), ("exit", "error", "ExitRefused"), ("input", "error", "InputRefused")],
)
def test_failures_are_results(told: dict[str, Any], cell: str, status: str, name: str):
    assert (told[cell]["status"], told[cell]["error"][0]) == (status, name)


def test_await_works_where_no_loop_runs(told: dict[str, Any]):
    assert told["await"]["outputs"][0]["data"]["text/plain"] == "5"


def test_cells_are_counted_in_the_history(told: dict[str, Any]):
    assert told["count"] == 10
