"""The openai provider against a real HTTP server on loopback."""

from __future__ import annotations

import json
import os
import signal
import threading
import time

import pytest

from k2lab.conversation.messages import Completion, Message, TextDelta, Usage
from k2lab.errors import (
    KeyMissing,
    KeyRejected,
    ModelUnknown,
    QuotaExhausted,
    RateLimited,
    ReplyUnusable,
    RequestRefused,
    ServerUnreachable,
    SettingsError,
)
from k2lab.provider.account import ModelInfo, list_models
from k2lab.provider.errors import ReplyBroken, WindowFull
from k2lab.provider.server import ServerProvider
from tests.fakes import call, calls, finishes, runs, says
from tests.servers.k2 import K2Server
from tests.servers.replies import FAULTS, Refused, Streamed, refused

KEY = "sk-test1234567890abcdefghij"
ASKED = (Message(role="system", text="Be brief."), Message(role="user", text="工资? \U0001f600"))


def make(server: K2Server, **more) -> ServerProvider:
    waits = more.pop("waits", [])
    given = {"model": "kimi-k2.6", "base_url": server.url, "key": KEY, "sleep": waits.append, **more}
    return ServerProvider(**given)


def reply_of(provider, messages=ASKED, tools=()) -> Completion:
    *pieces, last = provider.stream(messages, tools)
    assert isinstance(last, Completion)
    assert all(isinstance(piece, TextDelta) for piece in pieces)
    return last


@pytest.mark.parametrize("letters", [1, 2, 7, 1000])
@pytest.mark.parametrize("usage", ["chunk", "choice"])
def test_a_reply_with_thinking_text_and_two_calls(letters, usage):
    said = calls(
        call("run_cell", code='print("工资")\n', title="T", why="W"),
        call("look", frame="df", columns=[]),
        text="好。",
        reasoning="Hm.",
    )
    with K2Server(Streamed(message=said, letters=letters, usage=usage)) as server:
        completion = reply_of(make(server))

    assert completion.message.text == "好。"
    assert completion.message.reasoning == "Hm."
    assert [one.name for one in completion.message.calls] == ["run_cell", "look"]
    assert [one.raw for one in completion.message.calls] == [one.raw for one in said.calls]
    assert completion.message.calls[0].arguments["code"] == 'print("工资")\n'
    assert [one.id for one in completion.message.calls] == ["functions.run_cell:0", "functions.look:1"]
    assert completion.usage == Usage(prompt_tokens=1000, completion_tokens=50, cached_tokens=600)
    assert not completion.estimated
    assert completion.model == "kimi-k2.6"


def test_what_is_sent():
    with K2Server(says("Hi.")) as server:
        reply_of(make(server, max_tokens=5000))
        sent, headers = server.requests[0], server.headers[0]

    assert sent["max_completion_tokens"] == 5000
    assert sent["stream"] is True
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "工资? \U0001f600"},
    ]
    assert not {"temperature", "top_p", "n", "presence_penalty", "frequency_penalty", "tools", "max_tokens"} & set(sent)
    assert headers["authorization"] == f"Bearer {KEY}"


def test_what_is_sent_can_be_logged():
    log = []
    with K2Server(FAULTS["server"], says("Hi.")) as server:
        reply_of(make(server, on_request=lambda host, body: log.append((host, json.loads(body)))))

        assert log == [("127.0.0.1", request) for request in server.requests]
    assert len(log) == 2


def test_another_products_environment_is_not_sent(monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other-secret-000000000")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with K2Server(says("Hi.")) as server:
        reply_of(make(server, key=""))

        assert "secret" not in json.dumps([server.headers, server.requests])


def test_the_reply_is_sent_back_as_it_came():
    said = calls(call("look", raw='{"frame" :  "df","columns":[]}', frame="df", columns=[]), reasoning="")
    with K2Server(said, says("Done.")) as server:
        first = reply_of(make(server)).message
        answered = Message(role="tool", text="ok", call_id=first.calls[0].id, name="look")
        reply_of(make(server), (*ASKED, first, answered))
        sent = server.requests[1]["messages"]

    assert sent[2] == {
        "role": "assistant",
        "reasoning_content": "",
        "tool_calls": [
            {
                "id": "functions.look:0",
                "type": "function",
                "function": {"name": "look", "arguments": '{"frame" :  "df","columns":[]}'},
            }
        ],
    }
    assert sent[3] == {"role": "tool", "tool_call_id": "functions.look:0", "name": "look", "content": "ok"}
    assert sent[:2] == server.requests[0]["messages"]


@pytest.mark.parametrize("leak", ["content", "reasoning"])
def test_leaked_calls_are_found_and_not_shown(leak):
    said = calls(
        call("run_cell", code="1 < 2", title="T", why="W"),
        call("run_cell", code="2", title="T", why="W"),
        text="I look.",
        reasoning="Hm.",
    )
    with K2Server(Streamed(message=said, leak=leak, letters=3)) as server:
        *pieces, completion = make(server).stream(ASKED, ())

    assert [one.arguments["code"] for one in completion.message.calls] == ["1 < 2", "2"]
    assert completion.message.text == "I look."
    assert completion.message.reasoning == "Hm."
    assert "".join(piece.text for piece in pieces if not piece.reasoning) == "I look."
    assert "<|" not in "".join(piece.text for piece in pieces)


def test_usage_is_estimated_where_none_is_told():
    with K2Server(Streamed(message=says("word " * 100), usage="none")) as server:
        completion = reply_of(make(server))

    assert completion.estimated
    assert completion.usage.prompt_tokens > 0
    assert 100 <= completion.usage.completion_tokens <= 200


def test_arguments_cut_at_the_length_limit():
    said = calls(call("run_cell", raw='{"code": "import pandas as'))
    with K2Server(Streamed(message=said, finish="length")) as server:
        completion = reply_of(make(server))

    assert completion.finish_reason == "length"
    assert "not complete JSON" in completion.message.calls[0].fault


@pytest.mark.parametrize("finish", ["stop", "length", "tool_calls"])
def test_calls_count_and_not_the_finish_reason(finish):
    with K2Server(Streamed(message=runs("1"), finish=finish)) as server:
        assert len(reply_of(make(server)).message.calls) == 1
    with K2Server(Streamed(message=says("Hi."), finish=finish)) as server:
        assert reply_of(make(server)).message.calls == ()


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("key", KeyRejected, "does not accept this key"),
        ("permission", RequestRefused, "does not allow"),
        ("model", ModelUnknown, "has no model 'kimi-k2.6'"),
        ("path", ServerUnreachable, "Nothing answers at this address"),
        ("rate", RateLimited, "limits how often"),
        ("rate-wait", RateLimited, "limits how often"),
        ("overloaded", RateLimited, "overloaded"),
        ("quota", QuotaExhausted, "no money left"),
        ("server", ServerUnreachable, "status 500"),
        ("gateway", ServerUnreachable, "status 504"),
        ("filter", RequestRefused, "high risk"),
        ("long", WindowFull, "too long for kimi-k2.6"),
        ("request", RequestRefused, "Invalid request: tools"),
        ("moved", ServerUnreachable, "sends on to another address"),
        ("json", ReplyUnusable, "cannot be read"),
        ("page", ReplyUnusable, "cannot be read"),
        ("garbage", ReplyUnusable, "cannot be read"),
    ],
)
def test_each_fault_is_one_clear_line(fault, kind, words):
    with K2Server(FAULTS[fault], forever=True) as server, pytest.raises(kind) as caught:
        list(make(server).stream(ASKED, ()))

    assert type(caught.value) is kind
    assert caught.value.exit_code == 3
    line = str(caught.value)
    assert words in line
    assert "\n" not in line
    assert "<" not in line
    assert "sk-" not in line
    assert len(line) < 600


@pytest.mark.parametrize(
    ("fault", "times"),
    [("rate", 5), ("overloaded", 5), ("server", 3), ("gateway", 3)]
    + [(name, 1) for name in ("key", "quota", "rate-wait", "model", "path", "filter", "request", "moved")],
)
def test_only_what_may_pass_is_tried_again(fault, times):
    waits: list[float] = []
    with K2Server(FAULTS[fault], forever=True) as server:
        with pytest.raises(Exception, match=r"127\.0\.0\.1"):
            list(make(server, waits=waits).stream(ASKED, ()))
        assert len(server.requests) == times

    assert bool(waits) == (times > 1)
    assert all(0 < wait <= 1 for wait in waits)
    assert sum(waits) < 100


def test_a_server_that_recovers():
    waits: list[float] = []
    wait_two = refused(429, "rate_limit_reached_error", "RPM", Retry_After="2")
    with K2Server(FAULTS["gateway"], wait_two, says("Hi.")) as server:
        pieces = list(make(server, waits=waits).stream(ASKED, ()))

    assert pieces[-1].message.text == "Hi."
    assert 2 <= sum(waits[1:]) < 3
    told = [piece.text for piece in pieces[:-1] if piece.notice]
    assert [text.partition(":")[0] for text in told[:2]] == ["Waiting 2 s", "Waiting 1 s"]
    assert "limits how often" in told[0]


def test_a_date_in_retry_after():
    waits: list[float] = []
    with K2Server(
        Refused(status=503, body=b"", headers={"Retry-After": "Mon, 01 Jan 2001 00:00:00 GMT"}), says("Hi.")
    ) as server:
        reply_of(make(server, waits=waits))

    assert 0 <= waits[0] < 1


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_a_cut_stream(cut):
    with K2Server(Streamed(message=calls(call("run_cell", code="x" * 400), text="I look."), cut=cut)) as server:
        with pytest.raises(ReplyBroken, match="broke") as caught:
            list(make(server).stream(ASKED, ()))
        assert len(server.requests) == 1

    assert caught.value.usage.prompt_tokens > 0


def test_a_stalled_stream_is_given_up():
    with K2Server(Streamed(message=says("word " * 50), stall=60)) as server:
        began = time.monotonic()
        with pytest.raises(ServerUnreachable):
            list(make(server, patience=0.3).stream(ASKED, ()))

    assert time.monotonic() - began < 5


def test_leaving_a_stream_closes_the_connection():
    with K2Server(Streamed(message=says("word " * 2000), pace=0.002)) as server:
        stream = make(server).stream(ASKED, ())
        next(stream)
        stream.close()

        assert server.broken.wait(5)


def test_an_interrupt_in_a_stall_is_at_once():
    with K2Server(Streamed(message=says("word " * 50), stall=60)) as server:
        timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        began = time.monotonic()
        try:
            with pytest.raises(KeyboardInterrupt):
                list(make(server).stream(ASKED, ()))
        finally:
            timer.cancel()

    assert time.monotonic() - began < 5


def test_an_interrupt_while_waiting():
    def interrupt(seconds):
        raise KeyboardInterrupt

    with K2Server(FAULTS["rate"], forever=True) as server, pytest.raises(KeyboardInterrupt):
        list(make(server, sleep=interrupt).stream(ASKED, ()))


def test_a_server_that_is_down():
    with K2Server() as server:
        provider = make(server)
    with pytest.raises(ServerUnreachable, match="cannot be reached") as caught:
        list(provider.stream(ASKED, ()))

    assert caught.value.exit_code == 3


def test_a_key_that_is_echoed_is_not_shown():
    echo = refused(400, "invalid_request_error", f"What is {KEY} and Bearer {KEY}?")
    with K2Server(echo) as server:
        provider = make(server)
        with pytest.raises(RequestRefused) as caught:
            list(provider.stream(ASKED, ()))

    assert KEY not in str(caught.value)
    assert KEY not in repr(provider)


@pytest.mark.parametrize("key", ["sk-a\nb", "sk-钥匙", "sk a"])
def test_a_key_that_cannot_be_one(key):
    with pytest.raises(KeyRejected) as caught:
        list(ServerProvider(model="m", base_url="http://127.0.0.1:9/v1", key=key).stream(ASKED, ()))

    assert key not in str(caught.value)


def test_no_key_for_moonshot():
    with pytest.raises(KeyMissing, match="MOONSHOT_API_KEY"):
        list(ServerProvider(model="kimi-k2.6", base_url="https://api.moonshot.ai/v1").stream(ASKED, ()))


@pytest.mark.parametrize("url", ["localhost:8000/v1", "ftp://x/v1", "http://", ""])
def test_a_base_url_that_is_none(url):
    with pytest.raises(SettingsError):
        list(ServerProvider(model="m", base_url=url, key="k").stream(ASKED, ()))


def test_no_key_is_needed_for_a_server_of_ones_own():
    with K2Server(says("Hi.")) as server:
        assert reply_of(make(server, key="")).message.text == "Hi."


def test_a_key_that_is_missing_is_told_so():
    with K2Server(key="other") as server, pytest.raises(KeyMissing, match="none was sent"):
        list(make(server, key="").stream(ASKED, ()))


def test_the_longest_reply_fits_the_window():
    long = (Message(role="user", text="字" * 200_000),)
    with K2Server(says("Hi.")) as server:
        reply_of(make(server), long)

        assert server.requests[0]["max_completion_tokens"] < 262_144 - 200_000


def test_a_small_window_is_learnt_from_the_refusal():
    words = "This model's maximum context length is 8192 tokens. However, you requested 32800 tokens"
    waits: list[float] = []
    with K2Server(refused(400, "BadRequestError", words), says("Hi."), says("Ho.")) as server:
        provider = make(server, waits=waits, model="kimi-k2.6")
        assert reply_of(provider).message.text == "Hi."
        assert reply_of(provider).message.text == "Ho."
        longest = [request["max_completion_tokens"] for request in server.requests]

    assert longest[0] == 32768
    assert 4096 < longest[1] == longest[2] < 8192
    assert waits == []


def test_a_window_that_is_really_full():
    words = "This model's maximum context length is 8192 tokens."
    with K2Server(refused(400, "BadRequestError", words), forever=True) as server:
        with pytest.raises(RequestRefused, match=r"too long for kimi-k2\.6"):
            reply_of(make(server))
        assert len(server.requests) == 2


def test_letters_that_cannot_be_sent_are_replaced():
    with K2Server(says("Hi.")) as server:
        reply_of(make(server), (Message(role="user", text="a\udce4b"),))

        assert server.requests[0]["messages"][0]["content"] == "a\ufffdb"


def test_the_models_of_a_server():
    with K2Server(models=("kimi-k2.6", "kimi-k3"), key=KEY) as server:
        assert list_models(base_url=server.url, key=KEY) == (
            ModelInfo(id="kimi-k2.6", window=262144),
            ModelInfo(id="kimi-k3", window=1_048_576),
        )
        with pytest.raises(KeyRejected):
            list_models(base_url=server.url, key="sk-wrong")
        with pytest.raises(ServerUnreachable, match=r"usually ends in /v1"):
            list_models(base_url=server.url.removesuffix("/v1"), key=KEY)


def test_finish_with_lists_in_it():
    said = finishes("So.", findings=[{"text": "One.", "steps": [1], "columns": ["pay"]}], limitations=["Few rows."])
    with K2Server(Streamed(message=said, letters=5)) as server:
        made = reply_of(make(server)).message.calls[0].arguments

    assert made == said.calls[0].arguments
