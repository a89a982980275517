"""Long runs: what is sent stays the same from the beginning, fits the window, and still tells the early findings."""

from __future__ import annotations

import itertools
import json

import pytest

from k2lab.agent.limits import Limits
from k2lab.provider.server import ServerProvider
from tests.fakes import FakeRunner, call, calls, ending, play, runs, shows
from tests.servers.k2 import K2Server
from tests.servers.replies import refused


def prompt(request):
    """Return a request as the model reads it: tools and system prompt first."""
    return json.dumps([request.get("tools"), request["messages"]], ensure_ascii=False)[:-2]


def result(number: int, letters: int) -> str:
    """Return what a cell gives: a line of JSON with a finding, and much else."""
    sentences = [
        {"role": "finding", "text": f"Finding {number}: group {number} earns {number}.5 % more (n = {number * 7})."},
        {"role": "method", "text": "Welch."},
    ]
    return (
        "result: " + json.dumps({"kind": "compare", "sentences": sentences}) + "\n" + "3.14159 工资\n" * (letters // 11)
    )


@pytest.mark.parametrize("protocol", ["chat", "anthropic"])
def test_each_request_begins_with_the_whole_one_before(protocol):
    """All of a request is the beginning of the next, so a server's cache can use all that it has read before.

    What a step adds is new by nature: its share is smaller the longer the conversation is.
    """
    said = [runs(f"stats.compare(df, y='pay', x='column_{n}')", title=f"Column {n}") for n in range(10)]
    cells = [shows(result(n, 300)) for n in range(10)]
    with K2Server(*said, calls(ending())) as server:
        url = server.url if protocol == "chat" else server.anthropic_url
        provider = ServerProvider(model="kimi-k2.6", base_url=url)
        played = play(provider=provider, runner=FakeRunner(*cells), observe=told)
        prompts = [pieces(request) for request in server.requests]
        settings = [rest(request) for request in server.requests]

    assert played.run.status == "answered"
    assert len(prompts) == 11
    for before, after in itertools.pairwise(prompts):
        assert after[: len(before)] == before
    shared, total = (sum(map(size, some)) for some in (prompts[:-1], prompts[1:]))
    assert shared / total >= 0.9
    assert all(one == settings[0] for one in settings)  # nothing else changes what the server makes of the prompt


def pieces(request):
    """Return a request in the order in which a model reads it: tools, system prompt, then block by block."""
    made = [("tools", request.get("tools")), ("system", request.get("system"))]
    for message in request["messages"]:
        content = message.get("content")
        blocks = content if isinstance(content, list) else [{**message}]
        made += [(message["role"], block) for block in blocks]
    return [json.dumps(one, ensure_ascii=False) for one in made]


def rest(request):
    """Return what is asked beside the prompt."""
    return {key: value for key, value in request.items() if key not in ("messages", "tools", "system")}


def size(prompt) -> int:
    return len("".join(prompt).encode())


def told(cell, code=""):
    """Say what a cell gave, as k2lab does: its lines as they are."""
    return "status: ok\n" + cell.outputs[0]["text"]


@pytest.mark.parametrize("protocol", ["chat", "anthropic"])
def test_two_hundred_steps_in_a_small_window(protocol):
    """The server counts tokens in its own way, more than we estimate, and refuses what does not fit."""
    model, steps = "kimi-k2-0711-preview", 200
    said = [
        calls(call("run_cell", code=f"compare(df, 'column_{n}')  # " + "x = 1; " * 60, title=f"Column {n}", why="W"))
        for n in range(steps)
    ]
    cells = [shows(result(n, 6000)) for n in range(steps)]
    with K2Server(*said, calls(ending()), strict=True, counts=True, models=(model,)) as server:
        url = server.url if protocol == "chat" else server.anthropic_url
        provider = ServerProvider(model=model, base_url=url, max_tokens=32_768, key="sk-x")
        window = 131_072 - 32_768 - 4_096
        played = play(
            provider=provider,
            runner=FakeRunner(*cells),
            observe=told,
            limits=Limits(steps=steps + 1, window=window, reply_tokens=32_768),
        )
        requests, used = server.requests, server.used

    assert played.run.status == "answered", played.run.problem
    assert len(requests) == steps + 1  # none was refused, none was sent twice
    assert max(one["prompt"] for one in used) + 32_768 <= 131_072
    assert sum(len(message.text) for message in played.run.messages) > 3 * 131_072
    last = json.dumps(requests[-1], ensure_ascii=False)
    for number in (0, 1, 2, 50, 120, 199):
        assert f"Finding {number}: group {number} earns {number}.5 % more" in last
    changed = sum(not prompt(after).startswith(prompt(before)) for before, after in itertools.pairwise(requests))
    if protocol == "chat":
        assert changed < 20  # folds are rare, so that the server's cache holds between them
    cached = sum(one["cached"] for one in used) / sum(one["prompt"] for one in used)
    assert cached > 0.85


def test_an_overflow_is_recovered_from_by_folding_once():
    words = "Your request exceeded model token limit: 16000 (requested: 16900)"
    too_long = refused(400, "invalid_request_error", words)
    said = [runs(f"cell_{n}()") for n in range(9)]
    cells = [shows(result(n, 4000)) for n in range(9)]
    with K2Server(*said, too_long, too_long, calls(ending()), models=("own",)) as server:
        provider = ServerProvider(model="own", base_url=server.url)
        played = play(provider=provider, runner=FakeRunner(*cells), observe=told, limits=Limits(window=100_000))
        sizes = [len(prompt(request)) for request in server.requests]

    assert played.run.status == "answered"
    assert sizes[-1] < 0.6 * sizes[-2]
    assert len(sizes) == 12  # once with a shorter reply, once folded


def test_an_overflow_that_stays_ends_with_one_line():
    too_long = refused(400, "invalid_request_error", "Input token length too long")
    said = [runs(f"cell_{n}()") for n in range(9)]
    cells = [shows(result(n, 4000)) for n in range(9)]
    with K2Server(*said, *[too_long] * 9, models=("own",)) as server:
        played = play(
            provider=ServerProvider(model="own", base_url=server.url), runner=FakeRunner(*cells), observe=told
        )
        asked = len(server.requests)

    assert asked == 11
    assert played.run.exit_code == 3
    assert played.run.problem.startswith("The conversation is too long for own.")
    assert len(played.run.steps) == 9
