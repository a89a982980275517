"""Every model family at a server that refuses what Moonshot refuses: what is sent fits, and thinking goes back."""

from __future__ import annotations

import json

import pytest

from k2lab.agent.limits import Limits
from k2lab.agent.tools import offered
from k2lab.conversation.messages import Message
from k2lab.errors import ModelUnknown, SettingsError
from k2lab.provider.profiles import catalogue
from k2lab.provider.server import ServerProvider
from k2lab.provider.wire import tools_to_wire
from tests.fakes import FakeRunner, call, calls, ending, play, runs, says, shows
from tests.servers.k2 import K2Server
from tests.servers.messages import SIGNATURE
from tests.servers.mfjs import faults
from tests.servers.replies import Streamed

OURS = catalogue()


@pytest.fixture
def hosted(tmp_path):
    """Return profiles in which the server on loopback is one of Moonshot's."""
    mine = tmp_path / "profiles.json"
    mine.write_text(json.dumps({"hosts": {"127.0.0.1": {"currency": "CNY", "console": "x", "other": "https://y"}}}))
    return catalogue(str(mine))


def at(server, known, protocol="chat", **more):
    url = server.url if protocol == "chat" else server.anthropic_url
    return ServerProvider(**{"base_url": url, "key": "sk-x", "known": known, "cache_key": "s1", **more})


@pytest.mark.parametrize("where", ["hosted", "elsewhere"])
@pytest.mark.parametrize("protocol", ["chat", "anthropic"])
@pytest.mark.parametrize("model", OURS.models)
def test_every_family_is_sent_what_it_takes(model, protocol, where, hosted):
    known = hosted if where == "hosted" else OURS
    # The second reply has a call and no reasoning, as thinking models sometimes reply.
    said = [
        calls(call("run_cell", code="1", title="T", why="W"), text="Plan.", reasoning="Hm."),
        runs("2"),
        calls(ending(), reasoning=""),
    ]
    strict = where == "hosted" or not OURS.models[model].thinking
    with K2Server(*said, models=(model,), strict=strict) as server:
        played = play(
            provider=at(server, known, protocol, model=model),
            runner=FakeRunner(shows("1"), shows("2")),
            limits=Limits(window=90_000),
        )
        first, *_, last = server.requests

    assert played.run.status == "answered", played.run.problem
    assert ("temperature" in first) == (OURS.models[model].temperature is not None)
    if protocol == "chat":
        assert ("prompt_cache_key" in first) == (where == "hosted")
        assert first.get("prompt_cache_key", "s1") == last.get("prompt_cache_key", "s1") == "s1"
        assert next(m for m in last["messages"] if m["role"] == "assistant")["reasoning_content"] == "Hm."
    else:
        thought = last["messages"][1]["content"][0]
        assert thought == {"type": "thinking", "thinking": "Hm.", "signature": SIGNATURE}


@pytest.mark.parametrize(
    ("model", "thinking", "sent"),
    [
        ("kimi-k2.6", "auto", {"thinking": {"type": "enabled", "keep": "all"}}),
        ("kimi-k2.6", "off", {"thinking": {"type": "disabled"}}),
        ("kimi-k2.5", "on", {"thinking": {"type": "enabled"}}),
        ("kimi-k3", "low", {"reasoning_effort": "low", "tool_choice": "required"}),
        ("kimi-k3", "auto", {"tool_choice": "required"}),
        ("kimi-k2-0905-preview", "off", {"temperature": 0.6}),
    ],
)
def test_thinking_is_switched_as_the_family_wants_it(model, thinking, sent, hosted):
    with K2Server(runs("1"), models=(model,), strict=True) as server:
        list(at(server, hosted, model=model, thinking=thinking).stream(ASKED, offered(ask=False)))
        request = server.requests[0]

    odd = ("thinking", "reasoning_effort", "temperature", "tool_choice", "chat_template_kwargs")
    assert {key: request[key] for key in odd if key in request} == sent


def test_thinking_is_switched_otherwise_at_ones_own_server():
    with K2Server(runs("1")) as server:
        list(at(server, OURS, model="kimi-k2.6", thinking="off").stream(ASKED, offered(ask=False)))

        assert server.requests[0]["chat_template_kwargs"] == {"thinking": False}
        assert "thinking" not in server.requests[0]


@pytest.mark.parametrize(
    ("model", "thinking", "words"),
    [("kimi-k2.7-code", "off", "one of auto, on"), ("kimi-k3", "off", "low, high, max"), ("own", "on", "no profile")],
)
def test_thinking_that_cannot_be_switched_so(model, thinking, words):
    with pytest.raises(SettingsError, match=words):
        list(ServerProvider(model=model, base_url="http://127.0.0.1:9/v1", thinking=thinking).stream(ASKED, ()))


def test_the_temperature_is_mapped_where_moonshot_maps_it_back(hosted):
    for known, warmth in ((hosted, 1.0), (OURS, 0.6)):
        with K2Server(says("Hi."), models=("kimi-k2-instruct",)) as server:
            list(at(server, known, "anthropic", model="kimi-k2-instruct").stream(ASKED, ()))

            assert server.requests[0]["temperature"] == warmth


def test_answers_to_one_reply_stand_in_one_turn(hosted):
    said = [runs("1", "2", text="Both."), says("Hm?"), calls(ending())]
    with K2Server(*said, strict=True) as server:
        played = play(
            provider=at(server, hosted, "anthropic", model="kimi-k2.6"), runner=FakeRunner(shows("1"), shows("2"))
        )
        turns = server.requests[-1]["messages"]

    assert played.run.status == "answered"
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user", "assistant", "user"]
    assert [block["type"] for block in turns[1]["content"]] == ["thinking", "text", "tool_use", "tool_use"]
    assert [block["type"] for block in turns[2]["content"]] == ["tool_result", "tool_result"]
    assert {"system", "max_tokens", "tools"} <= set(server.requests[0])


def test_a_signature_is_kept_over_a_record(tmp_path):
    from k2lab.conversation.record import message_from_dict, message_to_dict

    message = Message(role="assistant", text="a", reasoning="b", signature=SIGNATURE)

    assert message_from_dict(json.loads(json.dumps(message_to_dict(message)))) == message


def test_nothing_of_another_product_is_sent(monkeypatch):
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY", "OPENAI_ORG_ID"):
        monkeypatch.setenv(name, "secret-of-another")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "X-Corp: secret-of-another")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    for protocol in ("chat", "anthropic"):
        for key in ("sk-x", ""):
            with K2Server(says("Hi.")) as server:
                list(at(server, OURS, protocol, model="kimi-k2.6", key=key).stream(ASKED, ()))
                headers = server.headers[0]

            assert "secret" not in json.dumps(headers)
            assert not [name for name in headers if name.startswith("x-")]
            assert headers["authorization"] == f"Bearer {key or 'none'}"


def test_our_tools_are_within_moonshots_dialect():
    tools = tools_to_wire(offered(ask=True))

    assert len(tools) == 4
    assert not [fault for tool in tools for fault in faults(tool["function"]["parameters"])]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "object", "properties": {"a": {"enum": ["x"]}}}, "At path 'properties.a': type is not defined"),
        ({"type": "object", "properties": {"a": {"type": "string", "format": "date"}}}, "format is not supported"),
        ({"type": "object", "properties": {"a": {"type": "array"}}}, "schema is not an object"),
        ({"type": "object", "required": ["b"]}, "required property b"),
        ({"type": "string"}, "type must be object"),
    ],
)
def test_the_dialects_checker_can_refuse(schema, words):
    assert any(words in fault for fault in faults(schema))


def test_a_model_that_is_not_there_names_one_that_is(hosted):
    with K2Server(models=("kimi-k2.6", "kimi-k3")) as server:
        with pytest.raises(ModelUnknown) as unknown:
            list(at(server, OURS, model="kimi-k26").stream(ASKED, ()))
        with pytest.raises(ModelUnknown) as retired:
            list(at(server, hosted, model="kimi-k2-turbo-preview").stream(ASKED, ()))
        with pytest.raises(ModelUnknown) as other:
            list(at(server, OURS, "anthropic", model="kimi-k26").stream(ASKED, ()))

    assert str(unknown.value) == ("127.0.0.1 has no model 'kimi-k26'. Use kimi-k2.6; it offers: kimi-k3, kimi-k2.6.")
    assert "its successor is kimi-k2.7-code-highspeed" in str(retired.value)
    assert str(other.value) == str(unknown.value)


def test_a_slow_reply_is_not_waited_for_beyond_the_runs_time():
    import time

    with K2Server(Streamed(message=says("word " * 50), stall=60), forever=True) as server:
        began = time.monotonic()
        played = play(
            provider=at(server, OURS, model="kimi-k2.6", deadline=time.monotonic() + 1.0), limits=Limits(seconds=1.0)
        )

    assert time.monotonic() - began < 5
    assert played.run.status == "time"


def test_a_reply_without_end_is_not_read_beyond_the_runs_time():
    """Pieces of a call are shown to nobody, so that only the provider can see that time is up."""
    import time

    endless = Streamed(message=says("word"), twist="arguments for ever", pace=0.2)
    with K2Server(endless, forever=True) as server:
        began = time.monotonic()
        played = play(
            provider=at(server, OURS, model="kimi-k2.6", deadline=time.monotonic() + 1.0), limits=Limits(seconds=1.0)
        )

    assert time.monotonic() - began < 5
    assert played.run.status == "time"
    assert not [event for event in played.events if "asking again" in getattr(event, "text", "")]


ASKED = (Message(role="system", text="Be brief."), Message(role="user", text="工资?"))
