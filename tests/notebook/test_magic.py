"""The magics in a shell of their own."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from k2lab.errors import K2Error, SettingsError, UsageError
from tests.fakes import runs
from tests.servers.k2 import K2Server
from tests.servers.replies import refused


@pytest.fixture
def ip():
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "k2lab")
    frame = pd.DataFrame({"city": ["Oslo", "Rome"] * 30, "price": range(60)})
    shell.user_ns.update(prices=frame, other=frame.head(9))
    yield shell
    shell.history_manager.end_session()


def said(ip: InteractiveShell, line: str) -> str:
    with capture_output() as captured:
        ip.run_line_magic("k2", line)
    return captured.stdout.strip()


def ask(ip: InteractiveShell, line: str, question: str) -> str:
    with capture_output() as captured:
        ip.run_cell_magic("k2", line, question)
    return captured.stdout + "\n".join(str(output.data.get("text/plain", "")) for output in captured.outputs)


def test_help_is_what_a_bare_magic_shows(ip):
    assert said(ip, "") == said(ip, "help")
    for option in ("-d NAME", "--privacy", "--approve", "--budget", "--replay", "%k2 sent", "%k2 login"):
        assert option in said(ip, "help")


def test_a_question_shows_its_steps_and_its_answer(ip):
    shown = ask(ip, "-d prices -m offline", "Does price differ by city?")

    assert "[1]" in shown
    assert "offline analyst, rule-based, no language model" in shown
    assert "answered" in said(ip, "status")


def test_a_question_on_the_line_and_with_any_letters_is_safe(ip):
    shown = ask(ip, '-d prices -m offline what\'s the {mean} of "price"?', "\n")

    assert "offline analyst" in shown


def test_context_shows_the_schema_and_makes_no_call(ip):
    shown = said(ip, "context prices")

    assert '"price"' in shown
    assert '"other"' not in shown
    assert "nothing is sent" in shown
    assert said(ip, "sent") == "Nothing left the kernel in this session."


def test_context_for_a_model_has_tokens_and_price(ip):
    ip.run_line_magic("config", "K2.model = 'kimi-k2.6'")

    shown = said(ip, "context prices")

    assert "Sent to kimi-k2.6" in shown
    assert "USD" in shown
    assert "nothing was sent" in shown


def test_config_sets_the_session(ip):
    ip.run_line_magic("config", "K2.privacy = 'summary'")

    assert "privacy   summary" in said(ip, "status")
    assert "29.5" in said(ip, "context prices")


def test_a_bad_config_value_is_named(ip):
    ip.run_line_magic("config", "K2.privacy = 'everything'")

    with pytest.raises(SettingsError, match="everything"):
        ip.run_line_magic("k2", "status")


@pytest.mark.parametrize(
    ("line", "cell", "named"),
    [
        ("-d pricse", "mean of price?", "pricse"),
        ("-d prices", "   ", "There is no question."),
        ("--privcy x", "mean of price?", "--privcy"),
        ("-m offline --max-steps many", "mean of price?", "--max-steps is 'many'"),
    ],
)
def test_a_bad_cell_is_one_line_without_a_traceback(ip, line, cell, named):
    with pytest.raises(K2Error, match=named) as refused:
        ip.run_cell_magic("k2", line, cell)

    assert refused.value._render_traceback_() == [f"k2lab: {refused.value}"]


@pytest.mark.parametrize(
    ("line", "named"), [("hepl", "Did you mean %k2 help?"), ("report", "Ask a question first."), ("remove", "no run")]
)
def test_a_bad_command_says_what_to_do(ip, line, named):
    with pytest.raises(UsageError, match=named):
        ip.run_line_magic("k2", line)


def test_skip_makes_the_cell_a_no_op_that_says_so(ip, monkeypatch):
    monkeypatch.setenv("K2LAB_SKIP", "1")

    assert "not asked" in ask(ip, "-m offline", "Does price differ by city?")
    assert "runs      0" in said(ip, "status")


def test_report_remove_and_reset(ip, tmp_path):
    ask(ip, "-d prices -m offline", "What is the mean of price?")

    assert str(tmp_path / "r.html") in said(ip, f"report {tmp_path / 'r.html'}")
    assert (tmp_path / "r.html").exists()
    assert "forgotten" in said(ip, "remove")
    assert "runs      0" in said(ip, "status")
    assert "forgotten" in said(ip, "reset")


def test_a_model_is_chosen_for_the_session(ip):
    said(ip, "model some-model")

    assert "model     some-model" in said(ip, "status")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_login_asks_without_echo_and_logout_forgets(tmp_path):
    """In IPython on a terminal, with a real keyring: what is typed does not come back."""
    import pexpect

    ring, key = tmp_path / "ring.json", "sk-very-secret-0123456789"
    environ = {**os.environ, "PYTHON_KEYRING_BACKEND": "tests.rings.FileRing", "TEST_RING": str(ring)}
    environ |= {"K2LAB_BASE_URL": "http://127.0.0.1:9/v1", "K2LAB_MODEL": "own", "IPYTHONDIR": str(tmp_path)}
    command = ["-m", "IPython", "--simple-prompt", "--no-banner", "--colors=NoColor", "--ext=k2lab"]
    shown = io.StringIO()
    root = str(Path(__file__).parents[2])
    shell = pexpect.spawn(sys.executable, command, env=environ, cwd=root, encoding="utf-8", timeout=60)
    shell.logfile_read = shown
    for line, answer in (
        ("%k2 status", "key       none"),
        ("%k2 login", "Key \\(not shown\\): "),
        (key, "kept in the system's keyring"),
        ("%k2 status", "key       found"),
    ):
        shell.sendline(line)
        shell.expect(answer)
    assert json.loads(ring.read_text()) == {"k2lab/api_key": key}
    for line, answer in (("%k2 logout", "is forgotten"), ("%k2 status", "key       none")):
        shell.sendline(line)
        shell.expect(answer)
    shell.sendline("exit")
    shell.expect(pexpect.EOF)

    assert json.loads(ring.read_text()) == {}
    assert "secret" not in shown.getvalue()


def test_a_wait_for_the_server_is_counted_down_and_can_be_interrupted(ip, monkeypatch):
    monkeypatch.setenv("K2LAB_MODEL", "own")
    short, long = (refused(429, "rate_limit_reached_error", "RPM", Retry_After=seconds) for seconds in ("2", "60"))
    with K2Server(short, runs("1 + 1"), long, models=("own",)) as server:
        monkeypatch.setenv("K2LAB_BASE_URL", server.url)
        timer = threading.Thread(target=interrupt_after, args=(server, 3))
        timer.start()
        began = time.monotonic()
        shown = ask(ip, "-d prices", "How many?")
        seconds = time.monotonic() - began
        timer.join()

    assert "Waiting 2 s: 127.0.0.1 limits how often this account may ask." in shown
    assert "Waiting 1 s: " in shown
    assert "Waiting 60 s: " in shown
    assert "Interrupted; what was done is kept." in shown
    assert seconds < 50
    assert "interrupted, 1 steps" in said(ip, "status")


def interrupt_after(server: K2Server, requests: int) -> None:
    """Press the interrupt button a little after the server was asked so often."""
    deadline = time.monotonic() + 40
    while len(server.requests) < requests and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    os.kill(os.getpid(), signal.SIGINT)


def test_the_persons_variables_are_as_they_were(ip):
    before = ip.user_ns["prices"].copy(deep=True)

    ask(ip, "-d prices -m offline", "Does price differ by city?")

    pd.testing.assert_frame_equal(ip.user_ns["prices"], before)


def test_tab_completes_commands_options_and_frames(ip):
    from k2lab.notebook.commands import complete

    assert complete(ip, "%k2 st", "st") == ["status"]
    assert complete(ip, "%k2 context pr", "pr") == ["prices"]
    assert complete(ip, "%%k2 --pri", "--pri") == ["--privacy"]
    assert set(complete(ip, "%%k2 -d ", "")) == {"prices", "other"}
