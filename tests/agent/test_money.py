"""Money: the reported cost is the server's bill to the last digit, and a budget is never overrun."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k2lab.agent.limits import Limits
from k2lab.agent.record import run_to_dict
from k2lab.conversation.messages import Usage
from k2lab.provider.profiles import catalogue
from k2lab.provider.server import ServerProvider
from tests.fakes import FakeRunner, call, calls, ending, play, shows
from tests.servers.k2 import K2Server
from tests.servers.replies import FAULTS, Streamed

KNOWN = catalogue()
HOST = "https://api.moonshot.cn/v1"  # whose prices the local server takes
MISS, HIT, OUT = Decimal("6.50"), Decimal("1.10"), Decimal(27)


def price(usage: Usage):
    return KNOWN.cost(usage, "kimi-k2.6", HOST)


def bill(server: K2Server) -> Decimal:
    """Add up what the server bills, request by request, in its own way."""
    total = Decimal(0)
    for used in server.used:
        total += (used["prompt"] - used["cached"]) * MISS / 1_000_000
        total += used["cached"] * HIT / 1_000_000
        total += used["completion"] * OUT / 1_000_000
    return total


def script(steps: int, **shape):
    said = [
        Streamed(message=calls(call("run_cell", code=f"cell_{n}()" * 20, title="T", why="W"), reasoning="Hm."), **shape)
        for n in range(steps)
    ]
    return [*said, Streamed(message=calls(ending(), reasoning="So."), **shape)]


def run(server, *, budget=None, url=None, reply=4096, **more):
    provider = ServerProvider(
        model="kimi-k2.6", base_url=url or server.url, key="sk-x", sleep=lambda s: None, max_tokens=reply, **more
    )
    runner = FakeRunner(*[shows("工资 12.5 " * 40) for _ in range(99)])
    return play(provider=provider, runner=runner, price=price, limits=Limits(budget=budget, reply_tokens=reply))


@pytest.mark.parametrize("protocol", ["chat", "anthropic"])
@pytest.mark.parametrize("usage", ["chunk", "choice"])
def test_the_cost_is_the_servers_bill_to_the_last_digit(protocol, usage):
    with K2Server(*script(7, usage=usage), counts=True, strict=True) as server:
        played = run(server, url=server.url if protocol == "chat" else server.anthropic_url)
        billed = bill(server)

    assert played.run.status == "answered"
    assert sum(used["cached"] for used in server.used) > 0
    assert played.run.cost == billed
    assert played.run.currency == "CNY"
    assert sum(step.cost for step in played.run.steps) == billed
    assert run_to_dict(played.run)["cost"] == str(played.run.cost)
    json.dumps(run_to_dict(played.run))


@settings(max_examples=12, deadline=None)
@given(
    budget=st.decimals("0.02", "0.6", places=3),
    usage=st.sampled_from(["chunk", "choice", "none", "zero", "first"]),
    faults=st.lists(st.sampled_from(["cut", "end", "500", "429", ""]), max_size=4),
)
def test_a_budget_is_never_overrun(budget, usage, faults):
    said = script(12, **({"twist": "usage first"} if usage == "first" else {"usage": usage}))
    usage = "chunk" if usage == "first" else usage
    for place, fault in enumerate(faults):
        good = said[place * 2]
        spoilt = {
            "cut": Streamed(message=good.message, cut=0.8, usage=usage),
            "end": Streamed(message=good.message, end=False, usage="none"),
            "500": FAULTS["server"],
            "429": FAULTS["overloaded"],
        }.get(fault)
        if spoilt is not None:
            said.insert(place * 2, spoilt)
    with K2Server(*said, counts=True) as server:
        played = run(server, budget=budget, reply=2048)
        billed = bill(server)

    assert billed <= budget
    assert played.run.status in ("budget", "answered", "failed")
    if played.run.status == "budget":
        assert "above the budget" in played.run.problem


def test_with_a_budget_that_is_large_enough_the_run_ends_well():
    with K2Server(*script(3), counts=True) as server:
        played = run(server, budget=Decimal("0.60"))

    assert played.run.status == "answered"


def test_without_usage_the_worst_is_reckoned_with():
    with K2Server(*script(12, usage="none"), counts=True) as server:
        played = run(server, budget=Decimal("0.5"), reply=4096)
        asked = len(server.requests)

    assert played.run.status == "budget"
    assert asked * 4096 * OUT / 1_000_000 <= Decimal("0.5")
