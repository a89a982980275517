"""The table: every fault at every provider ends well, or with one clear line; nothing hangs, loops or leaks a key."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

import k2lab.errors
from k2lab.agent.limits import Limits
from k2lab.agent.record import run_to_dict
from k2lab.provider import errors as provider_errors
from k2lab.provider.recorded import Recording
from k2lab.provider.server import ServerProvider
from tests.fakes import FakeRunner, call, calls, ending, play, shows
from tests.servers.faults import FAULTS
from tests.servers.k2 import K2Server, Said

KEY = "sk-secret1234567890abcdef"
GOOD = (
    calls(call("run_cell", code="first()", title="A", why="B"), text="I look.", reasoning="Hm."),
    calls(
        call("run_cell", code="first('工资')", title="A", why="B"),
        call("run_cell", code="third()", title="A", why="B"),
        reasoning="Well.",
    ),
    calls(ending("It is so."), reasoning="So."),
)


def brain(fault: str, *, always: bool) -> Callable[[dict[str, Any]], Said]:
    """Think by what came of the calls so far; the fault strikes the second reply, or all from there on."""
    struck = []

    def think(request: dict[str, Any]) -> Said:
        done = [m for m in request["messages"] if m["role"] == "tool" and m["content"].startswith("status: ok")]
        good = GOOD[min(len(done), 2) if len(done) != 2 else 2 if struck else 1]
        if done and (always or not struck):
            struck.append(fault)
            return FAULTS[fault].say(good)
        return good

    return think


@pytest.mark.parametrize("always", [False, True], ids=["once", "always"])
@pytest.mark.parametrize("protocol", ["chat", "anthropic"])
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_at_every_provider(fault, protocol, always, tmp_path):
    outcomes = ELSEWHERE.get((fault, protocol), (FAULTS[fault].once, FAULTS[fault].always))
    expected = outcomes[always]
    record = tmp_path / "record.jsonl"
    runner = FakeRunner(*[shows(str(number)) for number in range(9)])
    with K2Server(brain(fault, always=always), forever=True, key=KEY, strict=True) as server:
        url = server.url if protocol == "chat" else server.anthropic_url
        slow = fault in ("slow drip", "stall", "no answer", "comments for ever")
        provider = ServerProvider(
            model="kimi-k2.6",
            base_url=url,
            key=KEY,
            sleep=lambda seconds: None,
            patience=0.25 if slow else 20,
        )
        began = time.monotonic()
        played = play(
            provider=Recording(provider, record, secrets=(KEY,)), runner=runner, limits=Limits(steps=9, seconds=60)
        )
        seconds, asked = time.monotonic() - began, len(server.requests)

    run = played.run
    error = played.finished.error
    assert (type(error).__name__ if error else run.status) == expected
    assert run.exit_code == {"answered": 0, "failed": 3}.get(run.status, 4)
    assert run.steps[0].status == "ok"
    assert run.steps[0].result is not None
    assert runner.ran[0] == "first()"
    if expected == "answered":
        assert run.answer.summary == "It is so."
        assert "third()" in runner.ran
        assert any("工资" in code for code in runner.ran)
        assert "<|" not in json.dumps(run_to_dict(run))
        assert not any(code in json.dumps(run_to_dict(run)) for code in ("u001b", "u009b"))
        assert run.plan == "I look."
        assert [one.name for one in run.messages[-2].calls] == ["finish"]
    else:
        assert run.problem.isprintable()
        assert run.problem
        assert "\n" not in run.problem
        assert len(run.problem) < 600
    assert asked <= 12
    assert seconds < 25
    told = [json.dumps(run_to_dict(run)), repr(played.events), record.read_text(encoding="utf-8"), repr(provider)]
    assert not any(KEY in text or "sk-" in text for text in told)


ELSEWHERE: dict[tuple[str, str], tuple[str, str]] = {
    # Lines without an event's name are no events there.
    ("garbage in the middle", "anthropic"): ("answered", "answered"),
    ("no event is JSON", "anthropic"): ("ReplyUnusable", "ReplyUnusable"),
    # An error has a class of its own there, which tells that it is no broken connection.
    ("error instead of chunks", "anthropic"): ("answered", "ServerUnreachable"),
}


def test_every_error_named_in_the_table_is_one():
    for fault in FAULTS.values():
        for outcome in (fault.once, fault.always):
            if outcome[0].isupper():
                made = getattr(provider_errors, outcome, None) or getattr(k2lab.errors, outcome)
                assert issubclass(made, k2lab.errors.ProviderError)
