"""The panel's side of a real kernel: cells, approvals, stop and catching up, also while the kernel is busy."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.fakes import finishes, runs
from tests.kernel.front_end import FrontEnd
from tests.protocol import shaped
from tests.servers.k2 import K2Server

pytestmark = pytest.mark.kernel

DATA = """
import pandas as pd
prices = pd.DataFrame({"city": ["Oslo", "Rome"] * 40, "price": [100 + 9 * (n % 2) + n % 7 for n in range(80)]})
"""


@pytest.fixture
def front(person) -> Iterator[FrontEnd]:
    made = FrontEnd(person.manager)
    made.run("%reload_ext k2lab\n%k2 reset\n" + DATA)
    if not made.heard:
        made.request("hello", protocol=1, since={}, language="en")
    yield made
    made.close()
    for message in made.heard:
        shaped("reply" if message["type"] == "reply" else "down", message)
    for reply in made.replies.values():
        shaped("reply", reply)


def at(server: K2Server) -> str:
    return f"%%k2 -d prices -m kimi-k2.6 --base-url {server.url}"


def test_a_hello_is_answered_while_the_kernel_is_busy(front):
    busy = front.start("import time\ntime.sleep(3)")
    began = time.monotonic()
    reply = front.request("hello", protocol=1, since={}, language="en")

    assert time.monotonic() - began < 0.5
    assert reply["protocol"] == 1
    assert reply["account"]["analyst"] == "offline"
    front.ended(busy)


def test_each_step_comes_as_a_cell_before_the_run_ends(front):
    script = [
        runs("import time\ntime.sleep(0.8)\nprint('first')", text="I will look."),
        runs("time.sleep(0.8)\nprices.price.mean()"),
        finishes("The mean is 107.4."),
    ]
    with K2Server(*script) as server:
        front.run(f"{at(server)}\nWhat is the mean price?", "the-cell")
    run = front.event("run_started")["run"]
    end = front.event("run_finished", run=run)
    one, two = (front.event("step_finished", run=run, step=number) for number in (1, 2))

    assert front.event("run_started")["cell"] == "the-cell"
    assert one["_when"] < two["_when"] - 0.5
    assert one["cell"]["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "first\n"}]
    assert front.event("cell", run=run, step=1)["after"] == "the-cell"
    assert front.event("cell", run=run, step=2)["after"] == one["cell"]["id"]
    assert two["cell"]["execution_count"] == one["cell"]["execution_count"] + 1
    assert end["status"] == "answered"
    (mark,) = end["answer"]["marks"]
    assert (mark["start"], mark["end"], mark["verified"], mark["how"]) == (12, 17, True, "rounded")
    assert (mark["step"], mark["cell"]) == (2, two["cell"]["id"])
    assert mark["expression"].startswith(f"107.425: {two['title']}")
    assert end["record"]["id"] == run
    assert [message["seq"] for message in front.heard if message.get("run") == run] == list(range(1, end["seq"] + 1))
    assert front.kinds(run)[:3] == ["run_started", "text", "plan"] or "plan" in front.kinds(run)


def test_the_asking_cell_itself_shows_one_line(front):
    with K2Server(runs("print('only in its cell')"), finishes("Done.")) as server:
        front.run(f"{at(server)}\nWhat is the mean price?", "the-cell")

    shown = [output for output in front.outputs if "data" in output["content"]]
    assert [output["msg_type"] for output in shown] == ["display_data", "update_display_data"]
    assert shown[1]["content"]["data"]["application/vnd.k2lab.run+json"]["status"] == "answered"
    assert "only in its cell" not in str(front.outputs)


def test_without_an_answer_to_the_announcement_steps_are_displayed(person):
    front = FrontEnd(person.manager, shy=True)
    with K2Server(runs("print('displayed')"), finishes("Done.")) as server:
        front.run("%reload_ext k2lab\n%k2 reset\n" + DATA)
        began = time.monotonic()
        front.run(f"{at(server)}\nWhat is the mean price?", "the-cell")
        took = time.monotonic() - began
    front.close()

    assert "displayed" in str(front.outputs)
    assert not [message for message in front.heard if message["type"] == "run_started"]
    assert took < 8


def test_where_nobody_can_be_asked_nothing_is_announced(person):
    front = FrontEnd(person.manager, shy=True)
    front.run("%reload_ext k2lab\n%k2 reset\n" + DATA)  # whoever listened before is gone
    front.run("%%k2 -m offline\nWhat is the mean of price?", "x", timeout=90)
    heard = len(front.heard)
    front.run("%%k2 -m offline\nWhat is the mean of price?", "x", stdin=False, timeout=90)
    front.close()

    assert len(front.heard) == heard


RISKY = "import os\nos.remove({!r})"


def asked(front: FrontEnd, server: K2Server) -> tuple[str, dict]:
    cell = front.start(f"{at(server)}\nClean up?", "the-cell")
    return cell, front.event("approval_asked")


def test_an_approval_is_answered_within_half_a_second_while_the_kernel_waits(front, tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("here")
    with K2Server(runs(RISKY.format(str(victim))), finishes("Done.")) as server:
        cell, approval = asked(front, server)
        began = time.monotonic()
        reply = front.request("approve", approval=approval["approval"], answer="once", code=None, words="")
        settled = front.event("approval_settled")
        assert settled["_when"] - began < 0.5
        front.ended(cell)

    assert reply["status"] == "ok"
    assert settled["by"] == "person"
    assert not victim.exists()
    assert approval["reasons"][0]["line"] == 2


def test_a_rejection_with_words_reaches_the_model_and_nothing_runs(front, tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("here")
    with K2Server(runs(RISKY.format(str(victim))), finishes("Done.")) as server:
        cell, approval = asked(front, server)
        front.request("approve", approval=approval["approval"], answer="reject", code=None, words="Keep my files.")
        front.ended(cell)
        told = server.requests[1]["messages"][-1]["content"]
    history = front.run(f"print([text for text in In[:-1] if {str(victim)!r} in text])")

    assert victim.exists()
    assert "Keep my files." in told
    assert front.event("step_finished")["cell"] is None
    assert not [message for message in front.heard if message["type"] == "cell"]
    assert history["status"] == "ok"
    assert front.outputs[-1]["content"]["text"] == "[]\n"


def test_the_edited_cell_is_what_runs_and_what_is_kept(front, tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("here")
    with K2Server(runs(RISKY.format(str(victim))), finishes("Done.")) as server:
        cell, approval = asked(front, server)
        front.request("approve", approval=approval["approval"], answer="edit", code="print('mine')", words="")
        front.ended(cell)
        told = server.requests[1]["messages"][-1]["content"]
    done = front.event("step_finished")

    assert victim.exists()
    assert done["cell"]["source"] == "print('mine')"
    assert done["edited"] is True
    assert done["cell"]["outputs"][0]["text"] == "mine\n"
    assert "print('mine')" in told


def test_consent_for_the_run_covers_the_same_rule_only_in_this_run(front, tmp_path):
    victims = [tmp_path / f"{number}.txt" for number in range(3)]
    for victim in victims:
        victim.write_text("here")
    script = [runs(RISKY.format(str(victims[0]))), runs(RISKY.format(str(victims[1]))), finishes("Done.")]
    with K2Server(*script, runs(RISKY.format(str(victims[2]))), finishes("Done.")) as server:
        cell, approval = asked(front, server)
        front.request("approve", approval=approval["approval"], answer="run", code=None, words="")
        front.ended(cell)
        assert len([message for message in front.heard if message["type"] == "approval_asked"]) == 1
        second = front.start(f"{at(server)}\nAgain?", "other-cell")
        front.until(lambda: True if len([m for m in front.heard if m["type"] == "approval_asked"]) == 2 else None)
        again = [m for m in front.heard if m["type"] == "approval_asked"][1]
        front.request("approve", approval=again["approval"], answer="reject", code=None, words="")
        front.ended(second)

    assert [victim.exists() for victim in victims] == [False, False, True]


def test_a_run_is_stopped_within_a_second_and_its_finished_steps_stay(front):
    script = [runs("kept = 41 + 1\nkept"), runs("import time\ntime.sleep(60)"), finishes("Never.")]
    with K2Server(*script) as server:
        cell = front.start(f"{at(server)}\nHow long?", "the-cell")
        run = front.event("cell", step=2)["run"]
        began = time.monotonic()
        assert front.request("cancel", run=run)["status"] == "ok"
        end = front.event("run_finished")
        assert end["_when"] - began < 1
        front.ended(cell)

    assert end["status"] == "interrupted"
    assert front.event("step_finished", step=1)["status"] == "ok"
    assert front.event("step_finished", step=2)["cell"]["metadata"]["k2lab"]["status"] == "interrupted"
    assert front.request("cancel", run=run)["status"] == "error"


def test_a_waiting_approval_ends_with_the_run(front, tmp_path):
    with K2Server(runs(RISKY.format(str(tmp_path / "x"))), finishes("Never.")) as server:
        cell, approval = asked(front, server)
        front.request("cancel", run=approval["run"])
        front.ended(cell)

    assert front.event("approval_settled")["by"] == "end"
    late = front.request("approve", approval=approval["approval"], answer="once", code=None, words="")
    assert late["status"] == "error"


def test_a_page_that_comes_back_gets_all_events_while_the_kernel_is_busy(front, person):
    script = [runs("print('one')"), runs("import time\ntime.sleep(2.5)\nprint('two')"), finishes("Done.")]
    with K2Server(*script) as server:
        cell = front.start(f"{at(server)}\nHow long?", "the-cell")
        front.event("cell", step=2)
        page = FrontEnd(person.manager, busy=True)
        hello = page.request("hello", protocol=1, since={}, language="en")
        run = hello["active"]
        missed = page.request("resend", run=run, **{"from": 1})
        end = page.event("run_finished", run=run)
        page.close()
        front.ended(cell)

    assert [event["seq"] for event in missed["events"]] == list(range(1, len(missed["events"]) + 1))
    assert [event["type"] for event in missed["events"]][-1] == "cell"
    live = [message["seq"] for message in page.heard if message.get("run") == run]
    assert live[0] == missed["last"] + 1
    assert live[-1] == end["seq"]
    assert front.request("resend", run="nothing", **{"from": 1})["lost"] is True


def test_frames_context_and_completion_are_read_while_the_kernel_is_busy(front):
    busy = front.start("import time\ntime.sleep(3)")
    frames = front.request("frames")
    context = front.request("context", names=["prices"], privacy="schema", question="Why?")
    columns = front.request("complete", prefix="prices.ci")
    assert front.request("complete", prefix="pri")["items"] == [{"kind": "frame", "text": "prices", "type": "frame"}]
    assert busy not in front._ended
    front.ended(busy)

    assert [column["name"] for column in frames["frames"][0]["columns"]] == ["city", "price"]
    assert all(word in "city price prices" for one in frames["suggestions"] for word in ("price",))
    assert "Oslo" not in context["text"]
    assert context["host"] is None
    assert columns["items"][0]["text"] == "prices.city"


def test_settings_are_checked_before_they_change(front):
    assert front.request("settings", values={"privacy": "everything"})["status"] == "error"
    assert front.request("settings", values={"privacy": "summary"})["settings"]["privacy"] == "summary"
    assert front.request("settings", values={"privacy": None})["settings"]["privacy"] == "schema"
    assert front.request("settings", values={"session": 1})["status"] == "error"


def test_a_run_is_removed_with_its_cells_and_can_be_reported_before(front, tmp_path):
    with K2Server(runs("prices.price.mean()"), finishes("The mean is 107.4.")) as server:
        front.run(f"{at(server)}\nWhat is the mean price?", "the-cell")
    run = front.event("run_started")["run"]
    made = front.request("report", run=run, format="html", path=str(tmp_path / "r.html"))
    front.run(f"%k2 remove {run}")
    gone = front.event("remove_run")

    assert made["path"] == str(tmp_path / "r.html")
    assert "107.4" in (tmp_path / "r.html").read_text("utf-8")
    assert gone["run"] == run
    assert gone["cells"][0] == {
        "id": front.event("step_finished")["cell"]["id"],
        "hash": front.event("step_finished")["cell"]["metadata"]["k2lab"]["hash"],
    }
    assert front.request("report", run=run, format="html")["status"] == "error"


def test_code_that_was_queued_of_a_replaced_cell_is_not_run_but_later_it_is(front):
    busy = front.start("import time\ntime.sleep(1)\nruns = []")
    queued = front.start("runs.append('unseen')", "k2-old")
    other = front.start("runs.append('mine')", "k2-kept")
    assert front.request("retire", cells=["k2-old"], at=time.time() * 1000)["status"] == "ok"
    for cell in (busy, queued, other):
        front.ended(cell)
    front.run("runs.append('by hand')", "k2-old")
    front.run("print(runs)")

    assert front.outputs[-1]["content"]["text"] == "['mine', 'by hand']\n"
    assert front.request("retire", cells="k2-old", at=0)["status"] == "error"


def test_a_run_that_cannot_begin_ends_for_the_panel_too(front):
    reply = front.run("%%k2 -d prices -m kimi-k2.6 --base-url http://127.0.0.1:9/v1\nWhy?", "the-cell", timeout=120)
    end = front.event("run_finished")

    assert reply["status"] == "error"
    assert end["status"] == "failed"
    assert end["kind"] == "unreachable"


def test_a_refused_key_is_not_kept(front):
    with K2Server(key="sk-right", models=("kimi-k2.6",)) as server:
        bad = front.request("sign_in", key="sk-wrong", base_url=server.url)
        good = front.request("sign_in", key="sk-right", base_url=server.url)
    out = front.request("sign_out")
    front.request("settings", values={"base_url": None})

    assert bad["status"] == "error"
    assert "sk-wrong" not in str(bad)
    assert good["account"]["analyst"] == "model"
    assert out["account"]["key"] == "none"
    assert "sk-right" not in str(front.heard) + str(front.replies) + str(front.outputs)
