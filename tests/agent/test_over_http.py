"""The loop with the openai provider and a real HTTP server: a whole run, and each fault in the middle of one."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time

import pytest

from k2lab.agent.events import RunFinished, TextArrived
from k2lab.agent.loop import answer
from k2lab.errors import (
    KeyRejected,
    ModelUnknown,
    QuotaExhausted,
    RateLimited,
    ReplyUnusable,
    RequestRefused,
    ServerUnreachable,
)
from k2lab.provider.offline import OfflineAnalyst
from k2lab.provider.server import ServerProvider
from k2lab.schema.model import ColumnSchema, FrameSchema
from tests.fakes import FakeRunner, allow, check, finishes, play, runs, says, shows, tell
from tests.servers.brain import backed_by
from tests.servers.k2 import K2Server
from tests.servers.replies import FAULTS, Streamed


def make(server, **more):
    return ServerProvider(
        **{"model": "kimi-k2.6", "base_url": server.url, "key": "sk-x", "sleep": lambda s: None, **more}
    )


@pytest.mark.parametrize(
    "shape", [{}, {"letters": 1}, {"usage": "choice"}, {"usage": "none"}, {"leak": "content"}, {"leak": "reasoning"}]
)
def test_a_whole_run(shape):
    finding = {"text": "均值为 4。", "steps": [1, 2], "columns": ["pay"]}
    script = [runs("a()", "mean('pay')", text="Plan."), runs("c()"), finishes("So.", findings=[finding])]
    with K2Server(*[Streamed(message=message, **shape) for message in script]) as server:
        played = play(provider=make(server), runner=FakeRunner(shows("1"), shows("4"), shows("3")))
        requests = server.requests

    assert played.run.status == "answered"
    assert played.ran == ["a()", "mean('pay')", "c()"]
    assert played.run.plan == "Plan."
    assert played.run.answer.findings[0].text == "均值为 4。"
    for shorter, longer in itertools.pairwise(requests):
        assert longer["messages"][: len(shorter["messages"])] == shorter["messages"]
        assert longer["tools"] == shorter["tools"]
    if shape.get("usage") != "none":
        assert played.run.usage.prompt_tokens == 3000


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("key", KeyRejected),
        ("model", ModelUnknown),
        ("rate", RateLimited),
        ("overloaded", RateLimited),
        ("quota", QuotaExhausted),
        ("server", ServerUnreachable),
        ("gateway", ServerUnreachable),
        ("filter", RequestRefused),
        ("page", ReplyUnusable),
    ],
)
def test_each_fault_in_the_middle_of_a_run(fault, kind):
    with K2Server(runs("a()"), FAULTS[fault], forever=True) as server:
        played = play(provider=make(server), runner=FakeRunner(shows("1")))

    assert played.run.status == "failed"
    assert played.run.exit_code == 3
    assert type(played.finished.error) is kind
    assert played.run.problem == str(played.finished.error)
    assert [step.status for step in played.run.steps] == ["ok"]


def test_cut_and_stalled_replies_are_asked_for_again():
    cut, stalled = Streamed(message=runs("x" * 300), cut=0.6), Streamed(message=says("word " * 30), stall=30)
    with K2Server(cut, runs("a()"), stalled, finishes()) as server:
        played = play(provider=make(server, patience=0.3))
        assert len(server.requests) == 4
        assert server.requests[0] == server.requests[1]

    assert played.run.status == "answered"
    assert played.ran == ["a()"]
    assert any("asking again" in event.text for event in played.events if isinstance(event, TextArrived))


def test_a_reply_that_always_breaks_ends_the_run():
    with K2Server(Streamed(message=runs("x" * 300), cut=0.6), forever=True) as server:
        played = play(provider=make(server))
        assert len(server.requests) == 3

    assert played.run.exit_code == 3
    assert played.run.usage.prompt_tokens > 0


def test_a_real_interrupt_in_the_stream():
    with K2Server(runs("a()"), Streamed(message=says("word " * 400), stall=60)) as server:
        events = answer("q", provider=make(server), runner=FakeRunner(shows("1")), frames=(), judge=allow, observe=tell)
        timer = threading.Timer(0.6, os.kill, (os.getpid(), signal.SIGINT))
        began = time.monotonic()
        timer.start()
        try:
            *_, last = events
        finally:
            timer.cancel()

    assert time.monotonic() - began < 5
    assert isinstance(last, RunFinished)
    assert last.run.status == "interrupted"
    assert [step.status for step in last.run.steps] == ["ok"]
    assert last.run.messages[-1].role == "tool"
    check(last.run)


def test_another_analyst_behind_the_server():
    """The embedded analyst gives the same run over HTTP as without it: nothing is lost on the wire."""
    columns = (
        ColumnSchema(name="pay", dtype="float64", kind="number", nulls=0, distinct=900),
        ColumnSchema(name='the "level"', dtype="object", kind="category", nulls=0, distinct=4, position=1),
    )
    frame = FrameSchema(name="df", library="pandas", rows=1000, columns=columns)
    asked = {"question": 'Does pay differ by the "level"?', "frames": (frame,)}
    direct = play(provider=OfflineAnalyst(), **asked)
    with K2Server(backed_by(OfflineAnalyst(), letters=40), forever=True) as server:
        served = play(provider=make(server), **asked)

    assert direct.ran
    assert served.ran == direct.ran
    assert served.run.answer == direct.run.answer
    assert served.told == direct.told
