"""The %%k2 magic in a person's own kernel over jupyter_client, with the offline analyst and with a real HTTP server."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.fakes import finishes, runs
from tests.servers.k2 import K2Server

pytestmark = pytest.mark.kernel

DATA = """
import pandas as pd
prices = pd.DataFrame({"city": ["Oslo", "Rome"] * 40, "price": [100 + 9 * (n % 2) + n % 7 for n in range(80)]})
mine = [1, 2, 3]
"""


@pytest.fixture
def ready(person):
    assert person.run("%load_ext k2lab\n%k2 reset\n" + DATA).reply["status"] == "ok"
    return person


def shown(ran: Any) -> str:
    return "\n".join(
        str(output["content"].get("data", {}).get("text/plain", output["content"].get("text", "")))
        for output in ran.outputs
    )


def at(server: K2Server) -> str:
    return f"%%k2 -d prices -m kimi-k2.6 --base-url {server.url}"


def test_the_offline_analyst_answers_in_the_persons_kernel(ready):
    ran = ready.run("%%k2 -d prices -m offline\nDoes price differ by city?", timeout=120)

    assert ran.reply["status"] == "ok", shown(ran)
    assert "offline analyst, rule-based, no language model" in shown(ran)
    assert any("image/png" in output["content"].get("data", {}) for output in ran.outputs)


def test_steps_are_displayed_while_the_cell_runs(ready):
    script = [
        runs("import time\ntime.sleep(0.8)\nprint('first')"),
        runs("time.sleep(0.8)\nprint('second')"),
        finishes("Done."),
    ]
    with K2Server(*script) as server:
        ran = ready.run(f"{at(server)}\nHow long does it take?")

    times = {}
    for output in ran.outputs:
        text = str(output["content"].get("data", {}).get("text/plain", "")) + str(output["content"].get("text", ""))
        for word in ("first", "second", "Done."):
            if word in text:
                times.setdefault(word, output["header"]["date"])
    assert (times["second"] - times["first"]).total_seconds() > 0.5
    assert times["Done."] >= times["second"]


def test_an_interrupt_stops_at_once_and_keeps_the_finished_steps(ready):
    script = [runs("kept = 41 + 1\nkept"), runs("import time\ntime.sleep(60)"), finishes("Never.")]
    with K2Server(*script) as server:
        began = time.monotonic()
        ran = ready.run(f"{at(server)}\nHow long does it take?", interrupt_after=2.5)
        took = time.monotonic() - began

    assert took < 5
    assert "42" in shown(ran)
    assert "Never." not in shown(ran)
    assert "interrupted" in shown(ready.run("%k2 status"))
    assert "kept" in shown(ready.run("print('kept' if kept == 42 else 'lost')"))


def test_a_failing_cell_is_mended_on_the_next_step(ready):
    script = [runs("prices['pirce'].mean()"), runs("prices['price'].mean()"), finishes("The mean is 107.425.")]
    with K2Server(*script) as server:
        ran = ready.run(f"{at(server)}\nWhat is the mean price?")
        told = server.requests[1]["messages"][-1]

    assert told["role"] == "tool"
    assert "KeyError" in told["content"]
    assert "'price'" in told["content"]
    assert ran.reply["status"] == "ok"
    assert "107.425" in shown(ran)


def test_the_persons_variables_are_as_they_were(ready):
    script = [runs("prices['new'] = 1\nprices = prices.head(3)\nmine = None\ndel prices"), finishes("Done.")]
    with K2Server(*script) as server:
        ready.run(f"{at(server)}\nSpoil everything?")

    assert shown(ready.run("print(prices.shape, list(prices), mine)")).strip() == "(80, 2) ['city', 'price'] [1, 2, 3]"


def test_rows_do_not_leave_and_what_leaves_is_shown(ready):
    with K2Server(runs("prices.shape"), finishes("Done.")) as server:
        ready.run(f"{at(server)}\nHow large is it?")
        sent = shown(ready.run("%k2 sent"))

    for request in server.requests:
        assert "Oslo" not in str(request)
    assert "How large is it?" in sent
    assert "127.0.0.1" in sent


def test_a_follow_up_carries_the_earlier_answer(ready):
    with K2Server(runs("7"), finishes("The mean is 7."), runs("2"), finishes("Again.")) as server:
        ready.run(f"{at(server)}\nWhat is the mean?")
        ready.run(f"{at(server)}\nAnd by city?")

    assert "The mean is 7." in str(server.requests[2]["messages"])


def test_a_risky_cell_does_not_run_where_nobody_can_be_asked(ready, tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("here")
    with K2Server(runs(f"import os\nos.remove({str(victim)!r})"), finishes("I may not.")) as server:
        ready.run(f"{at(server)}\nClean up?")
        told = server.requests[1]["messages"][-1]["content"]

    assert victim.exists()
    assert "not run" in told or "refused" in told


def test_a_record_is_replayed_without_a_server(ready, tmp_path):
    record = tmp_path / "record.jsonl"
    with K2Server(runs("prices['price'].max()"), finishes("The maximum is 115.")) as server:
        ready.run(f"{at(server)} --record {record}\nWhat is the maximum?")

    ran = ready.run(f"%%k2 -d prices --replay {record}\nWhat is the maximum?")

    assert "The maximum is 115." in shown(ran)


def test_an_error_is_one_line_and_the_cell_counts_as_failed(ready):
    ran = ready.run("%%k2 -d pricse\nWhat is the mean?")

    assert ran.reply["status"] == "error"
    assert len(ran.reply["traceback"]) == 1
    assert "pricse" in ran.reply["traceback"][0]
    assert "prices" in ran.reply["traceback"][0]
