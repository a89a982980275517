"""What is known of models: the data file, a person's own file over it, prices, ranks and successors."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from k2lab.conversation.messages import Usage
from k2lab.errors import SettingsError
from k2lab.provider.profiles import catalogue

KNOWN = catalogue()


def test_every_profile_is_usable():
    assert date.fromisoformat(KNOWN.checked) >= date(2026, 11, 1)
    for one in KNOWN.models.values():
        assert 0 < one.max_output < one.window
        assert bool(one.retired) == bool(one.successor)
        for price in one.prices.values():
            assert 0 < price.cached <= price.prompt <= price.completion
        if one.retired:
            assert not KNOWN.models[one.successor].retired
            assert date.fromisoformat(one.retired) <= date.fromisoformat(KNOWN.checked)


@pytest.mark.parametrize(
    ("url", "currency", "amount"),
    [("https://api.moonshot.ai/v1", "USD", "4.95"), ("https://api.moonshot.cn/anthropic", "CNY", "33.50")],
)
def test_each_host_bills_in_its_currency(url, currency, amount):
    usage = Usage(prompt_tokens=1_000_000, completion_tokens=1_000_000)

    assert KNOWN.cost(usage, "kimi-k2.6", url) == (Decimal(amount), currency)
    assert KNOWN.currency("http://localhost:8000/v1") == ""


def test_cached_tokens_cost_less():
    usage = Usage(prompt_tokens=1000, cached_tokens=600, completion_tokens=50)
    amount, _ = KNOWN.cost(usage, "kimi-k2.6", "https://api.moonshot.cn/v1")

    assert amount == (400 * Decimal("6.50") + 600 * Decimal("1.10") + 50 * Decimal(27)) / 1_000_000


def test_sampling_is_free_only_for_the_first_k2():
    free = {name for name, one in KNOWN.models.items() if one.temperature is not None}

    assert {"kimi-k2-0711-preview", "kimi-k2-instruct", "kimi-k2-thinking"} <= free
    assert not free & {"kimi-k2.5", "kimi-k2.6", "kimi-k2.7-code", "kimi-k3"}


@pytest.mark.parametrize(
    ("offered", "best"),
    [
        (["kimi-k2.6", "kimi-k3", "moonshot-v1-128k"], "kimi-k3"),
        (["kimi-k2.5", "kimi-k2-0905-preview", "kimi-latest"], "kimi-k2.5"),
        (["kimi-k3.1-pro-highspeed", "kimi-k2.6"], "kimi-k2.6"),
        (["qwen2.5-coder", "moonshotai/Kimi-K2-Instruct"], "moonshotai/Kimi-K2-Instruct"),
        (["b", "a"], "a"),
        (["bge-m3", "qwen3-embedding", "zephyr"], "zephyr"),
    ],
)
def test_the_best_is_first(offered, best):
    assert KNOWN.ranked(offered)[0] == best


def test_a_name_that_is_nearly_right():
    assert KNOWN.nearest("kimi-k26", ["kimi-k3", "kimi-k2.6"]) == "Use kimi-k2.6; it offers: kimi-k3, kimi-k2.6."
    assert KNOWN.nearest("gpt-5", ["kimi-k3", "kimi-k2.6"]).startswith("Use kimi-k3;")
    assert KNOWN.nearest("gpt-5", []) == ""


def test_a_persons_file_lies_over_ours(tmp_path):
    mine = tmp_path / "profiles.json"
    mine.write_text(
        json.dumps(
            {
                "hosts": {"k2.example": {"currency": "EUR", "console": "k2.example", "other": ""}},
                "models": {
                    "kimi-k2.6": {"cny": ["1", "2", "3"]},
                    "house-k2": {"family": "k2", "window": 65536, "max_output": 8192},
                },
            }
        )
    )
    known = catalogue(str(mine))

    assert known.profile("kimi-k2.6").prices["CNY"].completion == 3
    assert known.profile("kimi-k2.6").prices["USD"].completion == 4
    assert known.profile("House-K2").window == 65536
    assert known.profile("house-k2").temperature == 0.6
    assert known.currency("https://k2.example/v1") == "EUR"
    assert KNOWN.profile("house-k2") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "cannot be used"),
        ("[]", "no object with format"),
        ('{"format": 1}', "no object with format"),
        ('{"modells": {}}', "says 'modells'"),
        ('{"models": {"a": {"window": 5}}}', "'max_output' is missing"),
        ('{"models": {"a": {"window": 0, "max_output": 5}}}', "window of a is no number of tokens"),
        ('{"models": {"kimi-k3": {"usd": ["1", "x", "2"]}}}', "cannot be used"),
        ('{"models": {"kimi-k3": {"usd": ["1", "NaN", "2"]}}}', "a price is no amount"),
        ('{"models": {"a": {"family": "z", "window": 9, "max_output": 5}}}', "'z' is missing"),
        ('{"models": 5}', "cannot be used"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_one_line(tmp_path, text, words):
    mine = tmp_path / "profiles.json"
    mine.write_text(text)
    with pytest.raises(SettingsError) as refused:
        catalogue(str(mine))

    assert words in str(refused.value)
    assert str(mine) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there():
    with pytest.raises(SettingsError, match="cannot be read"):
        catalogue("/nowhere/profiles.json")
