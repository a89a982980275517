"""Cells in a kernel of their own."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from k2lab.cells.kernel import KernelRunner
from k2lab.cells.observe import observe
from k2lab.cells.tape import Limits
from k2lab.errors import K2Error, KernelDied

pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelRunner]:
    env = {**os.environ, "MOONSHOT_API_KEY": "sk-secret", "OTHER_TOKEN": "t"}
    with KernelRunner(tmp_path_factory.mktemp("run"), env=env) as made:
        yield made


def texts(result) -> str:
    return "".join(o["text"] for o in result.outputs if o["output_type"] == "stream")


def test_outputs_come_in_order_with_sharp_figures_and_their_digest(runner: KernelRunner):
    result = runner.run(
        "import sys, matplotlib.pyplot as plt\nfrom IPython.display import display\n"
        "print('a'); display('b'); print('c', file=sys.stderr)\nplt.plot([1, 2]); plt.title('t'); plt.show()\n'd'",
        timeout=60,
    )

    assert result.status == "ok"
    assert [o.get("name") or o["output_type"] for o in result.outputs] == [
        "stdout", "display_data", "stderr", "display_data", "execute_result",
    ]  # fmt: skip
    figure = result.outputs[3]
    assert figure["data"]["application/vnd.k2lab.figure+json"]["title"] == "t"
    assert figure["metadata"]["image/png"]["width"] < 700
    assert result.execution_count == result.outputs[4]["execution_count"] == 1


def test_it_runs_in_its_folder_and_knows_no_keys(runner: KernelRunner):
    code = "import os; print(os.getcwd(), [n for n in os.environ if 'KEY' in n or 'TOKEN' in n])"
    result = runner.run(code, timeout=20)

    assert texts(result).endswith(" []\n")
    assert texts(result).startswith(os.path.realpath(runner._folder))


def test_updates_and_clears(runner: KernelRunner):
    result = runner.run(
        "from IPython.display import display, clear_output\nprint('gone'); clear_output(wait=True)\n"
        "h = display('old', display_id=True); print('kept'); h.update('new')",
        timeout=20,
    )

    assert [o["output_type"] for o in result.outputs] == ["display_data", "stream"]
    assert result.outputs[0]["data"]["text/plain"] == "'new'"


def test_errors_tell_their_line_and_the_kernel_goes_on(runner: KernelRunner):
    result = runner.run("x = 1\ndef f():\n    return x / 0\nf()", timeout=20)

    assert result.status == "error"
    assert result.error is not None
    assert (result.error.name, result.error.line) == ("ZeroDivisionError", 3)
    assert runner.run("x", timeout=20).outputs[0]["data"]["text/plain"] == "1"


def test_input_is_refused(runner: KernelRunner):
    result = runner.run("input('?')", timeout=20)

    assert result.status == "error"
    assert "put the value into the code" in observe(result)


def test_a_cell_that_takes_too_long_is_interrupted_and_keeps_its_variables(runner: KernelRunner):
    runner.run("kept = 5", timeout=20)
    result = runner.run("import time\nprint('begun')\ntime.sleep(60)", timeout=0.5)

    assert result.status == "timeout"
    assert texts(result) == "begun\n"
    assert result.error is not None
    assert result.error.name == "CellTimeout"
    assert result.seconds < 3
    assert runner.run("kept", timeout=20).outputs[0]["data"]["text/plain"] == "5"


def test_the_persons_interrupt_stops_the_cell_at_once(runner: KernelRunner):
    threading.Timer(0.7, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
    result = runner.run("import time\nprint('begun')\ntime.sleep(60)", timeout=60)

    assert result.status == "interrupted"
    assert texts(result) == "begun\n"
    assert result.seconds < 3
    assert runner.run("kept", timeout=20).status == "ok"


def test_evaluate_is_unseen_and_leaves_nothing(runner: KernelRunner):
    runner.run("secret = 'it\\'s \"quoted\" \\n 世界'", timeout=20)
    before = runner.run("1", timeout=20).execution_count

    assert runner.evaluate("hidden = secret\nhidden") == 'it\'s "quoted" \n 世界'
    assert runner.evaluate("{'a': [1, None]}") == '{"a": [1, null]}'
    assert len(runner.evaluate("'x' * 1_000_000")) == 1_000_000
    after = runner.run("'hidden' in globals()", timeout=20)
    assert before is not None
    assert after.execution_count == before + 1
    assert after.outputs[0]["data"]["text/plain"] == "False"
    with pytest.raises(K2Error, match="NameError: name 'nothing' is not defined"):
        runner.evaluate("nothing")


def test_a_flood_is_bounded_while_it_streams(tmp_path: Path):
    with KernelRunner(tmp_path, limits=Limits(text=2_000)) as runner:
        result = runner.run("for i in range(100_000): print('line', i)\nimport os; os.write(1, b'raw')", timeout=60)

    text = texts(result)
    assert len(text) < 2_200
    assert text.startswith("line 0\n")
    assert "line 99999\n" in text
    assert "characters cut" in text


def test_a_dead_kernel_is_noticed_at_once_and_replaced_with_its_prelude(tmp_path: Path):
    with KernelRunner(tmp_path, prelude="frame = [1, 2, 3]") as runner:
        result = runner.run("lost = 1\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)", timeout=60)

        assert result.status == "died"
        assert result.error is not None
        assert "SIGKILL" in result.error.value
        assert result.seconds < 2
        assert runner.run("len(frame)", timeout=20).outputs[0]["data"]["text/plain"] == "3"
        assert runner.run("lost", timeout=20).status == "error"


def test_a_kernel_that_does_not_react_is_ended(tmp_path: Path):
    with KernelRunner(tmp_path, patience=0.5) as runner:
        result = runner.run(
            "import ctypes, signal\nsignal.signal(2, signal.SIG_IGN)\nctypes.CDLL(None).sleep(60)", timeout=0.5
        )

        assert result.status == "timeout"
        assert result.error is not None
        assert "variables are gone" in result.error.value
        assert result.seconds < 4
        assert runner.run("6 * 7", timeout=20).status == "ok"


def test_it_starts_quickly_and_leaves_no_process_or_folder(tmp_path: Path):
    started = time.monotonic()
    with KernelRunner(tmp_path) as runner:
        assert (
            runner.run("import subprocess; child = subprocess.Popen(['sleep', '300']); child.pid", timeout=20).status
            == "ok"
        )
        seconds = time.monotonic() - started
        wire = runner._wire
        assert wire is not None
        child = int(runner.evaluate("child.pid"))
    assert seconds < 10  # 0.7 s on an idle machine
    assert not wire.alive()
    assert not wire._home.exists()
    assert _ends(child)
    runner.close()
    with pytest.raises(KernelDied, match="closed"):
        runner.run("1", timeout=5)


def _ends(process: int) -> bool:
    """Wait until a process is gone; one that nobody has waited for may stay as a zombie."""
    for _ in range(100):
        try:
            os.kill(process, 0)
            state = Path(f"/proc/{process}/stat")
            if state.exists() and state.read_text().split()[2] == "Z":
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_what_cannot_start_says_so_in_one_line(tmp_path: Path):
    with pytest.raises(KernelDied, match="could not be started"):
        KernelRunner(tmp_path, python="/no/such/python")
    with pytest.raises(KernelDied, match="does not exist"):
        KernelRunner(tmp_path / "absent")
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no module named ipykernel >&2\nexit 1\n")
    broken.chmod(0o755)
    with (
        KernelRunner(tmp_path, python=str(broken)) as runner,
        pytest.raises(KernelDied, match="no module named ipykernel"),
    ):
        runner.run("1", timeout=5)


def test_a_prelude_that_fails_is_told(tmp_path: Path):
    with KernelRunner(tmp_path, prelude="frame = absent") as runner, pytest.raises(KernelDied, match="NameError"):
        runner.run("1", timeout=5)
