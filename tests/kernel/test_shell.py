"""Cells that a magic runs in the person's own kernel."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.kernel.conftest import Person, Ran

pytestmark = pytest.mark.kernel

PROBE = """
import json
import pandas as pd
from IPython.core.magic import register_cell_magic
from k2lab.cells.shell import ShellRunner

@register_cell_magic
def probe(line, cell):
    with ShellRunner(get_ipython()) as runner:
        results = [runner.run(part, timeout=float(line or 30)) for part in cell.split("# next\\n")]
    print("PROBE" + json.dumps([
        {"status": r.status, "outputs": r.outputs, "seconds": r.seconds, "count": r.execution_count,
         "error": r.error and [r.error.name, r.error.value, r.error.line]}
        for r in results
    ]))
"""


@pytest.fixture(scope="module", autouse=True)
def probe(person: Person) -> None:
    assert person.run(PROBE).reply["status"] == "ok"


def results(ran: Ran) -> list[dict[str, Any]]:
    assert {o["msg_type"] for o in ran.outputs} == {"stream"}, "only the probe's own line may reach the person"
    assert ran.text.startswith("PROBE")
    return json.loads(ran.text.removeprefix("PROBE"))


def probed(person: Person, code: str, *, timeout: float = 30) -> dict[str, Any]:
    [result] = results(person.run(f"%%probe {timeout}\n{code}"))
    return result


def kinds(result: dict[str, Any]) -> list[str]:
    return [o.get("name") or o["output_type"] for o in result["outputs"]]


def test_all_that_a_cell_shows_is_captured_in_order(person: Person):
    result = probed(
        person,
        "import sys, threading\n"
        "from IPython.display import display, HTML\n"
        "import matplotlib.pyplot as plt\n"
        "print('one')\n"
        "display(HTML('<b>two</b>'))\n"
        "print('three', file=sys.stderr)\n"
        "plt.plot([1, 2]); plt.title('four'); plt.show()\n"
        "thread = threading.Thread(target=lambda: print('five')); thread.start(); thread.join()\n"
        "!echo six\n"
        "plt.plot([2, 1])\n"
        "'seven'\n",
    )

    assert result["status"] == "ok"
    assert kinds(result) == [
        "stdout",
        "display_data",
        "stderr",
        "display_data",
        "stdout",
        "execute_result",
        "display_data",
    ]
    assert result["outputs"][4]["text"] == "five\nsix\n"
    for at in (3, 6):
        assert {"image/png", "application/vnd.k2lab.figure+json"} <= set(result["outputs"][at]["data"])
    assert result["outputs"][3]["data"]["application/vnd.k2lab.figure+json"]["title"] == "four"
    assert result["outputs"][5]["data"]["text/plain"] == "'seven'"
    assert result["outputs"][5]["execution_count"] == result["count"]


def test_updates_and_clears_change_what_was_shown(person: Person):
    result = probed(
        person,
        "from IPython.display import display, clear_output\n"
        "print('gone')\n"
        "clear_output(wait=True)\n"
        "handle = display('old', display_id=True)\n"
        "print('kept')\n"
        "handle.update('new')\n",
    )

    assert kinds(result) == ["display_data", "stdout"]
    assert result["outputs"][0]["data"]["text/plain"] == "'new'"


def test_an_error_is_a_result_and_the_run_goes_on(person: Person):
    first, second = results(person.run("%%probe\nx = 1\nx / 0\n# next\nprint('on')"))

    assert (first["status"], first["error"]) == ("error", ["ZeroDivisionError", "division by zero", 2])
    assert kinds(first) == ["error"]
    assert second["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "on\n"}]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("x = (", "SyntaxError"),
        ("  x = 1\n y = 2", "IndentationError"),
        ("input('?')", "InputRefused"),
        ("import getpass; getpass.getpass()", "InputRefused"),
        ("import sys; sys.stdin.readline()", "InputRefused"),
        ("import sys; sys.exit(3)", "SystemExit"),
        ("import os; os._exit(3)", "ExitRefused"),
        ("exit()", "ExitRefused"),
        ("quit", "ExitRefused"),
        ("import asyncio; await asyncio.sleep(0)", "RuntimeError"),
        ("raise ExceptionGroup('g', [ValueError(1)])", "ExceptionGroup"),
        ("%timeit -x", "UsageError"),
        ("%no_such_magic", "UsageError"),
    ],
)
def test_errors_of_every_kind_are_captured(person: Person, code: str, name: str):
    result = probed(person, code)

    assert (result["status"], result["error"][0]) == ("error", name)
    assert "error" in kinds(result)


def test_the_kernel_lives_on_after_attempts_to_end_it(person: Person):
    assert person.run("print(6 * 7)").text == "42\n"


@pytest.mark.parametrize("code", ["import time; time.sleep(30)", "while True: pass"])
def test_a_cell_that_takes_too_long_is_stopped(person: Person, code: str):
    result = probed(person, code, timeout=0.5)

    assert result["status"] == "timeout"
    assert result["error"][:2] == ["CellTimeout", "the cell took longer than 0.5 s"]
    assert result["seconds"] < 3


def test_a_cell_cannot_swallow_its_timeout(person: Person):
    code = "import time\nfor _ in 1, 2:\n    try:\n        time.sleep(9)\n    except BaseException:\n        pass"
    result = probed(person, code, timeout=0.3)

    assert result["status"] in ("timeout", "ok")
    assert result["seconds"] < 10


def test_an_interrupt_by_the_person_stops_at_once_and_keeps_what_was_printed(person: Person):
    ran = person.run("%%probe 60\nimport time\nprint('begun')\ntime.sleep(50)", interrupt_after=1.0)
    [result] = results(ran)

    assert result["status"] == "interrupted"
    assert result["outputs"][0]["text"] == "begun\n"
    assert ran.seconds < 4
    assert person.run("1").reply["status"] == "ok"


def test_the_persons_variables_are_as_they_were_and_new_names_stay(person: Person):
    person.run("df = pd.DataFrame({'a': [1, 2]}); s = df['a']; n = 5; _private = 'p'; _income = 3; before = id(df)")
    probed(
        person,
        "df['b'] = 1\ndf.loc[0, 'a'] = 99\ndf.rename(columns={'a': 'z'}, inplace=True)\n"
        "df.index.name = 'i'\ns.iloc[0] = 7\ndel n\n_private = None\n_income = 4\nfresh = df['z'].sum()\ndf = None",
    )
    ran = person.run("print(df.to_dict('list'), id(df) == before, df.index.name, list(s), n, _private, _income, fresh)")

    assert ran.text == "{'a': [1, 2]} True None [1, 2] 5 p 3 101\n"


def test_polars_frames_are_as_they_were(person: Person):
    assert person.run("import polars as pl; pf = pl.DataFrame({'a': [1, 2]})").reply["status"] == "ok"
    probed(person, "pf.insert_column(0, pl.Series('b', [3, 4]))\npf[0, 'a'] = 9")

    assert person.run("print(pf.to_dict(as_series=False))").text == "{'a': [1, 2]}\n"


def test_settings_of_libraries_are_as_they_were(person: Person):
    look = (
        "import warnings, os, numpy as np, matplotlib\nrc = matplotlib.rcParams\n"
        "print(rc['font.size'], rc['axes.facecolor'], pd.get_option('display.max_rows'), len(warnings.filters),"
        " np.get_printoptions()['precision'], os.getcwd(), os.environ.get('PROBE'), np.random.get_state()[1][:3])"
    )
    before = person.run(look).text
    changed = probed(
        person,
        "import matplotlib, warnings, os, numpy as np, seaborn as sns\n"
        "sns.set_theme(); matplotlib.rcParams['font.size'] = 33; pd.set_option('display.max_rows', 7)\n"
        "warnings.filterwarnings('ignore'); np.set_printoptions(precision=2)\n"
        "os.chdir('/'); os.environ['PROBE'] = '1'; np.random.seed(1)",
    )

    assert changed["status"] == "ok"
    assert person.run(look).text == before


def test_the_shell_itself_is_as_it_was(person: Person):
    look = (
        "ip = get_ipython(); import sys, builtins, os\n"
        "print(sorted(set(vars(ip.display_pub)) & {'publish', 'clear_output'}),"
        " [n for n in vars(ip.displayhook) if 'display' in n], '_showtraceback' in vars(ip), 'system' in vars(ip),"
        " type(sys.stdout).__name__, builtins.input.__qualname__, os._exit.__name__, ip.call_pdb,"
        " sorted(ip.display_formatter.formatters))"
    )
    before = person.run(look).text
    probed(person, "1 / 0")
    probed(person, "import time; time.sleep(9)", timeout=0.2)

    assert "OutStream" in before
    assert person.run(look).text == before


def test_figures_and_underscores_of_the_person_stay_theirs(person: Person):
    person.run("40 + 2")
    ran = person.run(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])\n"
        "with ShellRunner(get_ipython()) as runner:\n    child = runner.run('99', timeout=9)\n"
        "print(_, len(child.outputs))"
    )

    assert [o["msg_type"] for o in ran.outputs] == ["display_data", "stream"]
    assert ran.text == "42 1\n"


def test_what_show_shows_is_not_captured(person: Person):
    ran = person.run(
        "from IPython.display import display\nseen = []\n"
        "def show(output):\n    seen.append(output['output_type']); print('shown'); display('rich')\n"
        "with ShellRunner(get_ipython(), show=show) as runner:\n    shown = runner.run('print(1)\\n2', timeout=9)\n"
        "    print(seen, len(shown.outputs))"
    )

    assert [o["msg_type"] for o in ran.outputs if o["msg_type"] == "display_data"] == ["display_data"] * 3
    assert ran.text.count("shown\n") == 3
    assert "['stream', 'stream', 'execute_result'] 2" in ran.text


def test_a_logging_handler_of_one_cell_works_in_the_next_and_after_the_run(person: Person):
    setup = "import logging\nlogging.basicConfig(level='INFO', force=True)\n"
    first, second = results(person.run(f"%%probe\n{setup}logging.info('a')\n# next\nlogging.info('b')"))

    assert first["outputs"][0]["text"] == "INFO:root:a\n"
    assert second["outputs"][0]["text"] == "INFO:root:b\n"
    assert person.run("logging.info('c')").text == "INFO:root:c\n"


def test_a_flood_is_bounded(person: Person):
    result = probed(person, "for i in range(200_000): print('line', i)")

    text = result["outputs"][0]["text"]
    assert len(text) < 250_000
    assert text.startswith("line 0\n")
    assert text.endswith("line 199999\n")
    assert "characters cut" in text
