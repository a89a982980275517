from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from k2lab.conversation.messages import Usage
from k2lab.provider.profiles import checked, cost, currency, profile, profiles

INTERNATIONAL, CHINA = "https://api.moonshot.ai/v1", "https://api.moonshot.cn/v1"


def test_what_a_run_costs():
    usage = Usage(prompt_tokens=100_000, cached_tokens=60_000, completion_tokens=10_000)

    assert cost(usage, "kimi-k2.6", INTERNATIONAL) == (Decimal("0.0876"), "USD")
    assert cost(usage, "kimi-k2.6", CHINA) == (Decimal("0.596"), "CNY")
    assert cost(Usage(), "kimi-k3", CHINA) == (0, "CNY")


@pytest.mark.parametrize(
    ("model", "url"), [("kimi-k9", CHINA), ("kimi-k2.6", "http://127.0.0.1:1/v1"), ("kimi-k2.6", "")]
)
def test_no_price_is_invented(model, url):
    assert cost(Usage(prompt_tokens=1), model, url) is None


def test_every_profile_holds_together():
    assert date.fromisoformat(checked()) >= date(2026, 11, 1)
    for one in profiles():
        assert one.max_output < one.window
        for price in one.prices.values():
            assert 0 < price.cached < price.prompt < price.completion
        if one.retired:
            assert date.fromisoformat(one.retired) < date.fromisoformat(checked())
            assert profile(one.successor).retired == ""


def test_hosts_name_models_in_their_own_way():
    assert profile("moonshotai/Kimi-K2-Instruct").window == 131072
    assert profile("moonshotai/Kimi-K2-Instruct").prices == {}


def test_the_currency_of_an_account():
    assert [currency(url) for url in (INTERNATIONAL, CHINA, "http://localhost/v1", "")] == ["USD", "CNY", "", ""]
