"""Streams cut in two at every byte, at every pair of places, and broken off at every byte, in both protocols."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k2lab.agent.tools import offered
from k2lab.conversation.messages import Completion, Message
from k2lab.errors import ProviderError
from k2lab.provider.errors import ReplyBroken
from k2lab.provider.line import Line, transport
from k2lab.provider.server import ServerProvider
from tests.fakes import call, calls, says
from tests.servers import messages as anthropic
from tests.servers.replies import Streamed

http = transport(openai)
SAID = calls(
    call("run_cell", code='df["工资"].mean()  # \U0001f600 \\n "x"', title="均值", why="W"),
    call("look", frame="df", columns=["a b"]),
    text="我先看\U0001f600。",
    reasoning="Hm, 好.",
)
EXCHANGES = {
    "calls": Streamed(message=SAID, letters=40, usage="choice"),
    "calls, letter by letter": Streamed(message=SAID, letters=1),
    "leaked into the content": Streamed(message=SAID, letters=30, leak="content", section="singular"),
    "leaked into the reasoning": Streamed(message=SAID, letters=9, leak="reasoning"),
    "lines end in CR LF": Streamed(message=SAID, letters=20, breaks="\r\n"),
    "the end in the text": Streamed(message=says("Say\ndata: [DONE]\n\nand then more."), letters=7),
    "text": Streamed(message=says("平均工资 \U0001f600 is 4.2, <b> and <|not a marker|>."), letters=5),
}


class Pieces(http.SyncByteStream):
    def __init__(self, *parts: bytes) -> None:
        self.parts = parts

    def __iter__(self):
        yield from self.parts


Ask = Callable[..., Completion]


@pytest.fixture(params=["chat", "anthropic"])
def protocol(request):
    return request.param


@pytest.fixture
def ask(monkeypatch, protocol) -> Ask:
    """Return a function that asks a provider whose connection gives these parts; the whole client takes part."""
    parts: list[bytes] = []

    def handle(request):
        return http.Response(200, headers={"Content-Type": "text/event-stream"}, stream=Pieces(*parts))

    shared = openai.DefaultHttpxClient(transport=http.MockTransport(handle))
    monkeypatch.setattr(Line, "_http_client", lambda self, package: shared)
    monkeypatch.setattr(type(shared), "close", lambda self: None)
    where = "http://127.0.0.1:9/" + ("v1" if protocol == "chat" else "anthropic")
    provider = ServerProvider(model="kimi-k2.6", base_url=where, attempts=1)

    def asked(*given: bytes) -> Completion:
        parts[:] = given
        *pieces, last = provider.stream((Message(role="user", text="q"),), offered(ask=False))
        shown = "".join(piece.text for piece in pieces if not piece.reasoning)
        assert "<|tool" not in shown
        return last

    return asked


def body_of(exchange: Streamed, protocol: str) -> bytes:
    events = exchange.events("kimi-k2.6") if protocol == "chat" else anthropic.events(exchange, "kimi-k2.6")
    return b"".join(events)


def strip(completion: Completion) -> tuple[object, ...]:
    message = completion.message
    return message.text, message.reasoning, [(one.name, one.arguments, one.fault) for one in message.calls]


@pytest.mark.parametrize("name", ["calls", "leaked into the content", "text"])
def test_split_at_every_byte(name, ask, protocol):
    body = body_of(EXCHANGES[name], protocol)
    whole = ask(body)
    said = EXCHANGES[name].message
    assert [one.arguments for one in whole.message.calls] == [one.arguments for one in said.calls]
    assert whole.message.text == said.text
    assert len(body) > 900
    for place in range(1, len(body)):
        assert ask(body[:place], body[place:]) == whole, f"split at byte {place}"
    assert ask(*(bytes([byte]) for byte in body)) == whole


@pytest.mark.parametrize("name", ["calls", "leaked into the content", "the end in the text"])
def test_cut_at_every_byte(name, ask, protocol):
    """A stream that ends early gives the whole reply, or says that it broke; never a part as if it were whole."""
    body = body_of(EXCHANGES[name], protocol)
    whole = strip(ask(body))
    ended = unread = uncounted = 0
    for place in range(len(body)):
        try:
            completion = ask(body[:place])
        except ReplyBroken as broken:
            uncounted += broken.usage.prompt_tokens == 0
        except ProviderError:
            unread = place
        else:
            assert strip(completion) == whole, f"cut at byte {place}"
            ended += 1
    assert not uncounted
    assert unread < 400  # beyond, something had come that could be read
    assert ended < len(body) // 2


@pytest.mark.parametrize("name", EXCHANGES)
def test_split_anywhere_and_anyhow(name, ask, protocol):
    body = body_of(EXCHANGES[name], protocol)
    whole = ask(body)

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.integers(1, len(body) - 1), max_size=12))
    def anyhow(places):
        edges = [0, *sorted(places), len(body)]
        assert ask(*(body[start:end] for start, end in pairwise(edges))) == whole

    anyhow()
