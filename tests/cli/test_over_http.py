"""The command line with a model behind a real HTTP server on loopback that streams the OpenAI protocol."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from k2lab import datasets
from k2lab.provider.offline import OfflineAnalyst
from tests.fakes import finishes, runs
from tests.servers.brain import backed_by
from tests.servers.k2 import K2Server
from tests.servers.replies import refused

pytestmark = pytest.mark.kernel

KEY = "sk-0123456789abcdefghijklmnop"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    datasets.salaries(6000, seed=3).to_parquet(tmp_path / "salaries.parquet")
    return tmp_path


def command(server: K2Server, question: str, *more: str) -> list[str]:
    ask = [sys.executable, "-m", "k2lab", "ask", "salaries.parquet", question, "--out", "out", "-m", "kimi-k2.6"]
    return [*ask, "--base-url", server.url, *more]


def environ(key: str = KEY) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "MPLBACKEND"} | {"MOONSHOT_API_KEY": key}


def test_the_whole_story_with_a_model_behind_http(folder):
    question = "Does the remote-work ratio affect salary, and does the effect differ by experience level?"
    with K2Server(backed_by(OfflineAnalyst()), forever=True, key=KEY) as server:
        done = subprocess.run(
            command(server, question, "--json"), cwd=folder, env=environ(), capture_output=True, text=True, timeout=200
        )

    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)
    assert run["status"] == "answered"
    assert run["model"] == "kimi-k2.6"
    assert run["usage"]["prompt_tokens"] > 0
    assert len(server.requests) == len(run["steps"])
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "kimi-k2.6" in page
    everything = page + (folder / "out" / "analysis.ipynb").read_text(encoding="utf-8") + done.stdout + done.stderr
    assert KEY not in everything


def test_a_wrong_key_is_one_line_and_exit_code_3(folder):
    with K2Server(finishes(), key=KEY) as server:
        done = subprocess.run(
            command(server, "What is the mean of salary_in_usd?"),
            cwd=folder,
            env=environ("sk-wrong-wrong-wrong-wrong"),
            capture_output=True,
            text=True,
            timeout=100,
        )

    assert done.returncode == 3
    assert "key" in done.stderr.lower()
    assert "sk-wrong" not in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_model_is_named(folder):
    with K2Server(finishes(), models=("kimi-k3",)) as server:
        done = subprocess.run(
            command(server, "What is the mean of salary_in_usd?"),
            cwd=folder,
            env=environ(),
            capture_output=True,
            text=True,
            timeout=100,
        )

    assert done.returncode == 3
    assert "kimi-k2.6" in done.stderr


BUSY = refused(429, "rate_limit_reached_error", "Your account reached max RPM: 3", Retry_After="40")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("question", "words"),
    [("How large is it?", "Waiting {} s: .*limits how often"), ("表有多大？", "等待 {} 秒：.*限制")],
)
def test_a_wait_is_counted_down_on_a_terminal_and_can_be_interrupted(folder, question, words):
    import pexpect

    with K2Server(runs("kept = salaries.shape\nkept"), BUSY, forever=True) as server:
        program, *arguments = command(server, question)
        shell = pexpect.spawn(program, arguments, cwd=folder, env=environ(), encoding="utf-8", timeout=90)
        shell.setwinsize(40, 160)
        for seconds in (40, 39, 38):
            shell.expect(words.format(seconds))
        shell.sendintr()
        shell.expect(pexpect.EOF)
        shell.wait()

    assert shell.exitstatus == 130
    assert "Traceback" not in shell.before
    assert "(6000, 11)" in (folder / "out" / "analysis.ipynb").read_text(encoding="utf-8")


def test_a_wait_is_said_once_in_a_log(folder):
    short = refused(429, "rate_limit_reached_error", "RPM", Retry_After="3")
    with K2Server(short, finishes(answered=False)) as server:
        done = subprocess.run(
            command(server, "How large is it?"), cwd=folder, env=environ(), capture_output=True, text=True, timeout=100
        )

    assert done.returncode == 4, done.stderr
    assert done.stderr.count("Waiting ") == 1
    assert "limits how often this account may ask" in done.stderr


def test_an_interrupt_keeps_what_was_done(folder):
    script = [runs("kept = salaries.shape\nkept"), runs("import time\ntime.sleep(100)"), finishes("Never.")]
    with K2Server(*script) as server:
        process = subprocess.Popen(
            command(server, "How large is it?"),
            cwd=folder,
            env=environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 60
        while len(server.requests) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, err = process.communicate(timeout=60)

    assert process.returncode == 130, err
    assert time.monotonic() - began < 15
    notebook = nbformat.read(folder / "out" / "analysis.ipynb", as_version=4)
    assert "(6000, 11)" in str(notebook.cells)


def test_a_run_without_an_answer_is_exit_code_4_and_is_saved(folder):
    with K2Server(runs("salaries.shape"), forever=True) as server:
        done = subprocess.run(
            command(server, "How large is it?", "--max-steps", "2"),
            cwd=folder,
            env=environ(),
            capture_output=True,
            text=True,
            timeout=100,
        )

    assert done.returncode == 4
    assert (folder / "out" / "analysis.ipynb").exists()
    assert (folder / "out" / "report.html").exists()


def test_models_are_listed_from_the_server(folder):
    with K2Server(finishes(), key=KEY, models=("other", "kimi-k2.6")) as server:
        done = subprocess.run(
            [sys.executable, "-m", "k2lab", "models", "--base-url", server.url],
            env=environ(),
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert done.stdout.split() == ["kimi-k2.6", "other", "offline"]
