"""Settings: precedence, refusals that name the variable, and keys that are never shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from k2lab.errors import SettingsError
from k2lab.settings import read_settings, store_key, stored_key


def test_what_is_given_wins_over_the_environment_and_that_over_the_default():
    environ = {"K2LAB_PRIVACY": "summary", "K2LAB_MAX_STEPS": "7", "MOONSHOT_API_KEY": "sk-secret"}

    settings = read_settings(environ, privacy="sample", timeout=None)

    assert settings.privacy == "sample"
    assert settings.max_steps == 7
    assert settings.timeout == 120.0
    assert settings.api_key == "sk-secret"


def test_a_key_is_not_in_the_repr():
    assert "sk-secret" not in repr(read_settings({"MOONSHOT_API_KEY": "sk-secret"}))


@pytest.mark.parametrize(
    ("environ", "given", "named"),
    [
        ({"K2LAB_PRIVACY": "all"}, {}, "K2LAB_PRIVACY is 'all'; it must be one of schema, summary, sample."),
        ({"K2LAB_MAX_STEPS": "0"}, {}, "K2LAB_MAX_STEPS is '0'; it must be a whole number from 1."),
        ({"K2LAB_SKIP": "maybe"}, {}, "K2LAB_SKIP is 'maybe'; it must be 1 or 0."),
        ({}, {"timeout": "soon"}, "--timeout is 'soon'; it must be a number."),
        ({}, {"timeout": "nan"}, "--timeout is 'nan'; it must be a number above 0."),
        ({}, {"max_steps": "3.5"}, "--max-steps is '3.5'; it must be a number."),
        ({}, {"budget": "-1"}, "--budget is '-1'; it must be an amount above 0."),
        ({}, {"budget": "much"}, "--budget is 'much'; it must be an amount such as 0.50."),
        (
            {},
            {"base_url": "localhost:8000"},
            "--base-url is 'localhost:8000'; it must be an address that begins with http:// or https://.",
        ),
    ],
)
def test_a_bad_value_names_the_place_the_value_and_what_is_allowed(environ, given, named):
    with pytest.raises(SettingsError) as refused:
        read_settings(environ, **given)

    assert str(refused.value) == named
    assert refused.value.exit_code == 2


def test_money_is_exact():
    assert read_settings({}, budget="0.10").budget == Decimal("0.10")


def test_an_empty_variable_counts_as_not_set():
    assert read_settings({"K2LAB_MODEL": ""}).model is None


def test_a_key_without_a_keyring_is_kept_in_the_process_only(monkeypatch):
    monkeypatch.setattr("k2lab.settings._keyring", lambda: None)

    said = store_key("sk-kept")

    assert "sk-kept" not in said
    assert stored_key() == "sk-kept"
    store_key(None)
    assert stored_key() is None
