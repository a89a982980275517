"""Any server that speaks the protocol, weak models included: run by hand against one, never by CI.

With a server on loopback, for example llama.cpp's::

    llama-server -hf Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF:Q4_K_M --jinja --port 8091
    K2LAB_LOCAL_MODEL=http://127.0.0.1:8091/v1 python -m pytest tests/provider/test_any_server.py -s

``K2LAB_LOCAL_MODEL_NAME`` names the model (by default the best that the server offers), ``K2LAB_LOCAL_MODEL_SECONDS``
the time of one question (by default 300). What is asserted is the protocol and k2lab's own promises: it ends in time,
every call is answered, cells run or say why not, all is saved, exit codes are right. Whether the model is right is not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest

from k2lab import datasets

URL = os.environ.get("K2LAB_LOCAL_MODEL", "")
NAME = os.environ.get("K2LAB_LOCAL_MODEL_NAME", "")
SECONDS = float(os.environ.get("K2LAB_LOCAL_MODEL_SECONDS", "300"))
KEY = os.environ.get("K2LAB_LOCAL_MODEL_KEY", "sk-local-0123456789abcdefgh")
QUESTIONS = (
    "How many rows does the table have?",
    "What is the mean of salary_in_usd by experience_level?",
    "Does salary_in_usd differ by remote_ratio?",
    "各经验等级的平均工资是多少？",
    "Does the remote-work ratio affect salary, and does the effect differ by experience level?",
    "What will the weather be tomorrow?",
)

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.timeout(2 * SECONDS + 300),  # a question, and its replay; the usual limit would cut a slow model off
    pytest.mark.skipif(not URL, reason="set K2LAB_LOCAL_MODEL to the base URL of a server, see the head of this file"),
]


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("table") / "salaries.csv"
    datasets.salaries(2000, seed=7).to_csv(path, index=False)
    return path


def ask(table: Path, question: str, out: Path, *more: str) -> tuple[subprocess.CompletedProcess[str], float]:
    command = [sys.executable, "-m", "k2lab", "ask", str(table), question, "--out", str(out), "--json", *more]
    environ = os.environ | {"MOONSHOT_API_KEY": KEY, "K2LAB_MAX_SECONDS": str(SECONDS)}
    began = time.monotonic()
    # What is left after the run's own time is for starting, loading, the cell that runs last, and writing.
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=SECONDS + 120)
    return done, time.monotonic() - began


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_ends_well_or_with_one_clear_line(question, table, tmp_path):
    out, record = tmp_path / "out", tmp_path / "record.jsonl"
    named = ["-m", NAME] if NAME else []
    done, seconds = ask(table, question, out, "--base-url", URL, "--max-steps", "8", "--record", str(record), *named)

    assert done.stdout, f"exit code {done.returncode}: {done.stderr[-2000:]}"
    run = json.loads(done.stdout)
    cells = [step for step in run["steps"] if step["call"]["name"] == "run_cell"]
    good = f"{sum(step['status'] == 'ok' for step in cells)} of {len(cells)}"
    said = " ".join(((run["answer"] or {}).get("summary") or run["problem"]).split())[:160]
    row = (question, done.returncode, run["status"], f"{seconds:.0f}", len(run["steps"]), good, said)
    print("\n|", " | ".join(map(str, row)), "|")

    assert done.returncode == run["exit_code"] == {"answered": 0, "failed": 3}.get(run["status"], 4)
    assert run["status"] in ("answered", "unanswered", "steps", "time", "repeats"), run["problem"]
    assert len(run["steps"]) <= 9
    assert (run["answer"] is not None and run["answer"]["answered"]) == (run["status"] == "answered")
    assert run["problem"].count("\n") == 0
    assert bool(run["problem"]) == (run["status"] != "answered")
    for step in cells:
        assert (step["result"] is not None) == (step["status"] not in ("invalid", "refused"))
    assert "Traceback" not in done.stderr
    every_call_is_answered(run["messages"])
    nbformat.validate(nbformat.read(out / "analysis.ipynb", as_version=4))
    page = (out / "report.html").read_text(encoding="utf-8")
    everything = done.stdout + done.stderr + page + record.read_text(encoding="utf-8")
    assert KEY not in everything
    assert "<|tool_call" not in page
    if run["status"] == "answered":
        again, _ = ask(table, question, tmp_path / "again", "--replay", str(record))
        assert again.returncode == 0, again.stderr
        replayed = json.loads(again.stdout)
        assert replayed["answer"]["summary"] == run["answer"]["summary"]
        assert [step["code"] for step in replayed["steps"]] == [step["code"] for step in run["steps"]]


def every_call_is_answered(messages: list[dict[str, Any]]) -> None:
    """Assert that the answers to the calls of each reply follow it, one for one."""
    for place, message in enumerate(messages):
        asked = [call["id"] for call in message.get("calls", ())]
        answers = [other["call_id"] for other in messages[place + 1 : place + 1 + len(asked)]]
        assert answers == asked
    named = [call["id"] for message in messages for call in message.get("calls", ())]
    assert len(set(named)) == len(named)
