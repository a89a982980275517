"""The fixtures themselves, and the check that holds messages against them."""

from __future__ import annotations

import json

import pytest

from k2lab.notebook.registry import source_hash
from k2lab.notebook.requests import _QUICK, _SLOW
from tests.protocol import FOLDER, forms, shaped

FILES = sorted(FOLDER.glob("*/*.json"))


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.stem}" for path in FILES])
def test_a_fixture_is_named_after_its_message(path):
    body = json.loads(path.read_text("utf-8"))
    name = path.stem.partition("-")[0]

    if path.parent.name == "reply":
        assert name in (body["to"], body["status"])
    else:
        assert body["type"] == name


def test_there_is_a_request_for_each_fixture_and_a_fixture_for_each_request():
    told = {path.stem.partition("-")[0] for path in FOLDER.glob("up/*.json")}

    assert told == set(_QUICK) | set(_SLOW)
    assert told - {path.stem.partition("-")[0] for path in FOLDER.glob("reply/*.json")} == set()


@pytest.mark.parametrize(
    "change", [{"extra": 1}, {"step": "two"}, {"cell": {"id": "x"}}, {"figure": {"output": "1", "alt": ""}}]
)
def test_the_check_finds_what_is_shaped_otherwise(change):
    good = forms("down", "step_finished")[0]

    shaped("down", good)
    with pytest.raises(AssertionError):
        shaped("down", {**good, **change})
    with pytest.raises(AssertionError):
        shaped("down", {name: value for name, value in good.items() if name != "seconds"})


def test_the_hash_is_the_same_in_both_languages():
    """jest holds the same values against its own function."""
    known = json.loads((FOLDER / "hashes.json").read_text("utf-8"))

    assert {text: source_hash(text) for text in known} == known
