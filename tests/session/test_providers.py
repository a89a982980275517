"""Who answers: chosen by settings and by what the server offers; what it costs, and that no key is shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import keyring
import keyring.backends.fail
import pandas as pd
import pytest

import k2lab
from k2lab.errors import KeyMissing, ModelUnknown, ServerUnreachable, SettingsError
from k2lab.session import Session
from k2lab.session.providers import REPLY_TOKENS, choose, described, models
from k2lab.session.status import status
from k2lab.settings import Settings, read_settings, store_key, stored_key
from tests.fakes import call, calls, ending, says
from tests.rings import FileRing, LockedRing
from tests.servers.brain import backed_by
from tests.servers.k2 import K2Server
from tests.servers.replies import Streamed, refused

KEY = "sk-secret1234567890abcdef"


@pytest.fixture(autouse=True)
def _no_keyring():
    """Put the keyring in place that `keyring` has where there is none, whatever this machine has."""
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield
    keyring.set_keyring(keyring.backends.fail.Keyring())
    store_key(None)
    keyring.set_keyring(before)


@pytest.fixture
def mine(tmp_path):
    """Return the path of profiles in which the server on loopback bills in CNY."""
    path = tmp_path / "profiles.json"
    path.write_text(json.dumps({"hosts": {"127.0.0.1": {"currency": "CNY", "console": "x", "other": "https://y"}}}))
    return str(path)


def test_the_default_is_the_best_that_the_server_offers():
    with K2Server(models=("moonshot-v1-8k", "kimi-k2.5", "kimi-k2.6"), key=KEY) as server:
        settings = Settings(base_url=server.url, api_key=KEY)

        assert choose(settings, []).provider.model == "kimi-k2.6"
        assert models(settings) == ["kimi-k2.6", "kimi-k2.5", "moonshot-v1-8k", "offline"]
        assert choose(Settings(base_url=server.anthropic_url, api_key=KEY), []).provider.model == "kimi-k2.6"


def test_the_window_is_what_the_server_tells(mine):
    with K2Server(models=("kimi-k3", "own")) as server:
        chosen = choose(Settings(base_url=server.url, model="own"), [])

        assert chosen.window + chosen.reply + 4096 == 262_144


def test_a_server_without_a_list_of_models_can_be_asked_by_name():
    with K2Server(models=("own",)) as server:
        elsewhere = server.url.replace("/v1", "/v2")
        assert choose(Settings(base_url=elsewhere, model="own"), []).provider.model == "own"
        with pytest.raises(ServerUnreachable):
            choose(Settings(base_url=elsewhere), [])


def test_a_retired_name_is_told_before_anything_is_sent():
    sent = []
    with pytest.raises(ModelUnknown) as retired:
        choose(Settings(model="kimi-k2-0711-preview", api_key=KEY), sent)

    assert str(retired.value) == (
        "api.moonshot.ai has no model 'kimi-k2-0711-preview'. It was retired on 2026-05-25; its successor is kimi-k2.6."
    )
    assert sent == []
    assert choose(Settings(model="kimi-k2-0711-preview", base_url="http://127.0.0.1:9/v1"), []).provider


@pytest.mark.parametrize(
    ("budget", "reply"), [(None, REPLY_TOKENS), ("0.50", 8192), ("5", 18518), ("50", REPLY_TOKENS)]
)
def test_a_small_budget_asks_for_shorter_replies(budget, reply):
    settings = Settings(
        model="kimi-k2.6",
        api_key=KEY,
        base_url="https://api.moonshot.cn/v1",
        budget=Decimal(budget) if budget else None,
    )

    assert choose(settings, []).reply == reply


def test_no_key_for_moonshot_is_told():
    with pytest.raises(KeyMissing, match="MOONSHOT_API_KEY"):
        choose(Settings(model="kimi-k2.6", base_url="https://api.moonshot.cn/v1"), []).provider.stream(
            (), ()
        ).__next__()


def test_a_whole_question_with_status_cost_and_a_follow_up(mine, tmp_path):
    from k2lab.provider.offline import OfflineAnalyst
    from k2lab.session import watch
    from k2lab.session.places import memory

    frame = pd.DataFrame({"city": ["Oslo", "Rome"] * 40, "price": [100 + 3 * (n % 2) + n % 7 for n in range(80)]})
    session, record = Session(), tmp_path / "record.jsonl"
    with K2Server(backed_by(OfflineAnalyst()), forever=True, key=KEY, counts=True) as server:
        settings = read_settings(
            {}, base_url=server.url, api_key=KEY, model="kimi-k2.6", profiles=mine, budget="9", record=str(record)
        )
        for question in ("What is the mean of price?", "What is the mean of price by city?"):
            watch(session.ask(question, memory([frame]), settings), show=lambda event: None)
        told = status(session, settings)
        requests, used, headers = server.requests, server.used, server.headers

    first, second = session.runs
    assert (first.status, second.status) == ("answered", "answered")
    assert {request["prompt_cache_key"] for request in requests} == {session.id}
    assert any(first.answer.summary in (m.get("content") or "") for m in requests[-1]["messages"])
    assert sum(one["prompt"] for one in used) == first.usage.prompt_tokens + second.usage.prompt_tokens
    assert f"cost      {first.cost + second.cost:.4f} CNY" in told
    assert "balance   49.59 CNY" in told
    assert all(one["authorization"] == f"Bearer {KEY}" for one in headers)
    everything = [told, repr(session), repr(settings), record.read_text(), *(one.body for one in session.sent)]
    assert not [text for text in everything if KEY in text]

    replayed = k2lab.ask("What is the mean of price by city?", frame, replay=str(record))
    assert replayed.answer.summary == second.answer.summary
    assert replayed.usage == second.usage


def test_a_replay_passes_the_guard_like_any_run(tmp_path):
    frame = pd.DataFrame({"a": [1, 2, 3]})
    record = tmp_path / "record.jsonl"
    target = tmp_path / "keep.txt"
    target.write_text("mine")
    cell = f"import os\nos.remove({str(target)!r})"
    said = [calls(call("run_cell", code=cell, title="T", why="W")), calls(ending(answered=False))]
    with K2Server(*said, models=("own",)) as server:
        run = k2lab.ask("Delete it?", frame, base_url=server.url, model="own", record=str(record))
    replayed = k2lab.ask("Delete it?", frame, replay=str(record))

    assert [step.status for step in run.steps] == [step.status for step in replayed.steps] == ["refused", "ok"]
    assert target.exists()


def test_a_balance_that_is_not_told_is_left_out():
    with K2Server() as server:
        settings = Settings(base_url=server.url.replace("/v1", "/v2"), api_key=KEY, model="own")

        assert "balance" not in status(Session(), settings)
    assert "balance" not in status(Session(), settings)
    assert "balance" not in status(Session(), Settings(model="offline", api_key=KEY))


def test_a_password_in_the_address_is_not_shown():
    settings = Settings(base_url="https://me:hidden@example.org/v1", model="own")

    assert "hidden" not in "\n".join(described(settings))
    assert "https://example.org/v1" in "\n".join(described(settings))


def test_a_key_that_comes_back_in_an_error_is_not_kept(tmp_path):
    frame = pd.DataFrame({"a": [1, 2, 3]})
    record = tmp_path / "record.jsonl"
    echo = refused(400, "invalid_request_error", f"no {KEY} here")
    with K2Server(echo, forever=True, models=("own",)) as server, pytest.raises(k2lab.errors.RequestRefused) as caught:
        k2lab.ask("Why?", frame, base_url=server.url, model="own", api_key=KEY, record=str(record))

    assert KEY not in str(caught.value) + record.read_text()
    assert "(key)" in str(caught.value)


def test_without_usage_from_the_server_a_budget_without_price_is_refused():
    frame = pd.DataFrame({"a": [1, 2, 3]})
    with K2Server(Streamed(message=says("Hi."), usage="none"), forever=True) as server:
        with pytest.raises(SettingsError, match="price of this model at this server is not known"):
            k2lab.ask("Why?", frame, base_url=server.url, model="own", budget="1")
        assert server.requests == []


def test_profiles_come_from_the_configuration_folder(tmp_path):
    folder = tmp_path / "k2lab"
    folder.mkdir()
    (folder / "profiles.json").write_text("{}")

    assert read_settings({"XDG_CONFIG_HOME": str(tmp_path)}).profiles == str(folder / "profiles.json")
    assert read_settings({"XDG_CONFIG_HOME": str(tmp_path), "K2LAB_PROFILES": "/x.json"}).profiles == "/x.json"
    assert read_settings({"XDG_CONFIG_HOME": str(tmp_path / "none")}).profiles is None


@pytest.fixture
def ring(monkeypatch, tmp_path):
    """Put a keyring in place that keeps keys in a file, and return the file."""
    monkeypatch.setenv("TEST_RING", str(tmp_path / "ring.json"))
    keyring.set_keyring(FileRing())
    return tmp_path / "ring.json"


def test_a_key_in_the_keyring_is_used_after_argument_and_environment(ring):
    said = store_key(KEY)

    assert json.loads(ring.read_text()) == {"k2lab/api_key": KEY}
    assert KEY not in said
    assert stored_key() == KEY
    with K2Server(key=KEY) as server:
        assert choose(Settings(base_url=server.url), []).provider.key == KEY
        assert choose(Settings(base_url=server.url, model="own", api_key="sk-other"), []).provider.key == "sk-other"
    assert "key       found" in described(Settings(model="own", base_url="http://127.0.0.1:9/v1"))
    assert "forgotten" in store_key(None)
    assert json.loads(ring.read_text()) == {}
    assert stored_key() is None
    assert "forgotten" in store_key(None)


def test_another_process_finds_the_key(ring):
    store_key(KEY)
    environ = os.environ | {"PYTHON_KEYRING_BACKEND": "tests.rings.FileRing"}
    with K2Server(models=("kimi-k2.6",), key=KEY) as server:
        listed = subprocess.run(
            [sys.executable, "-m", "k2lab", "models", "--base-url", server.url],
            env=environ,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert listed.stdout.split() == ["kimi-k2.6", "offline"], listed.stderr


def test_a_locked_keyring_is_none(monkeypatch):
    monkeypatch.setenv("TEST_RING", "locked")
    keyring.set_keyring(LockedRing())

    assert stored_key() is None
    assert "until this process stops" in store_key(KEY)
    assert stored_key() == KEY
    assert "does not open" in store_key(None)
    assert stored_key() is None
