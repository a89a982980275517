from __future__ import annotations

import json

import pytest

from k2lab.conversation.messages import Message, TextDelta, Usage
from k2lab.conversation.prompt import opening
from k2lab.errors import InputError, OutputError, RateLimited
from k2lab.provider.errors import ReplyBroken
from k2lab.provider.recorded import Recording, Replayed
from k2lab.provider.scripted import ScriptedProvider
from tests.fakes import FakeRunner, finishes, play, runs, shows

KEY = "mykey-very-secret"
ASKED = (opening("How much?", "df: 3 rows", "en"),)


def test_a_run_is_recorded_and_replayed(tmp_path):
    path = tmp_path / "run.jsonl"
    script = ScriptedProvider(runs("1", text="先看。"), runs("2", "3"), finishes())
    first = play(provider=Recording(script, path), question="工资?", runner=FakeRunner(shows("a")))
    again = play(provider=Replayed(path), question="工资?", runner=FakeRunner(shows("b")))

    assert first.ran == again.ran == ["1", "2", "3"]
    assert first.run.answer == again.run.answer
    assert again.run.model == "scripted"
    assert [type(event) for event in first.events] == [type(event) for event in again.events]


def test_keys_are_not_recorded(tmp_path):
    path = tmp_path / "run.jsonl"
    said = Message(
        role="assistant", text=f"{KEY} and sk-abcdefghijklmnopqrstu and Bearer abcdefgh123, task-list-of-things"
    )
    list(Recording(ScriptedProvider(said), path, secrets=(KEY,)).stream(ASKED, ()))

    text = path.read_text(encoding="utf-8")
    assert KEY not in text
    assert "sk-abc" not in text
    assert "abcdefgh123" not in text
    assert "task-list-of-things" in text
    [*_, last] = Replayed(path).stream(ASKED, ())
    assert last.message.text == "(key) and (key) and (key), task-list-of-things"


def test_errors_are_recorded(tmp_path):
    path = tmp_path / "run.jsonl"
    broken = ReplyBroken("It broke.", usage=Usage(prompt_tokens=3))
    recording = Recording(ScriptedProvider(RateLimited("Too often.", "Wait."), broken), path)
    for kind in (RateLimited, ReplyBroken):
        with pytest.raises(kind):
            list(recording.stream(ASKED, ()))

    replayed = Replayed(path)
    with pytest.raises(RateLimited, match=r"Too often\. Wait\."):
        list(replayed.stream(ASKED, ()))
    with pytest.raises(ReplyBroken, match=r"It broke\.") as caught:
        list(replayed.stream(ASKED, ()))
    assert caught.value.usage.prompt_tokens == 3


def test_another_question_is_refused(tmp_path):
    path = tmp_path / "run.jsonl"
    list(Recording(ScriptedProvider(runs("1")), path).stream(ASKED, ()))

    with pytest.raises(InputError, match="another question: 'How much\\?'"):
        list(Replayed(path).stream((opening("How many?", "", "en"),), ()))


def test_a_record_that_is_too_short(tmp_path):
    path = tmp_path / "run.jsonl"
    list(Recording(ScriptedProvider(runs("1")), path).stream(ASKED, ()))
    replayed = Replayed(path)
    pieces = list(replayed.stream(ASKED, ()))

    assert not any(isinstance(piece, TextDelta) for piece in pieces)
    with pytest.raises(InputError, match="ends after 1 replies"):
        list(replayed.stream(ASKED, ()))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file"),
        (b"", "no record of k2lab"),
        (b"\xff\xfe\x00", "it is no text file"),
        (b"hello", "Line 1 of .* is no JSON"),
        (b"[1]", "no JSON object"),
        (b'{"cells": []}', "no record of k2lab"),
        (b'{"format": "k2lab-record", "version": 99}', "version 99"),
        (b'{"format": "k2lab-record", "version": 1}\n{"question"', "Line 2 of"),
    ],
)
def test_what_is_no_record(tmp_path, content, words):
    path = tmp_path / "run.jsonl"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InputError, match=words) as caught:
        Replayed(path)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "damage", [{}, {"pieces": 3}, {"pieces": [{"tex": ""}]}, {"pieces": [], "completion": {"message": 1}}]
)
def test_a_damaged_line(tmp_path, damage):
    path = tmp_path / "run.jsonl"
    head = {"format": "k2lab-record", "version": 1, "model": "m"}
    path.write_text(json.dumps(head) + "\n" + json.dumps({"question": "How much?", **damage}), encoding="utf-8")

    with pytest.raises(InputError, match=r"Line 2 of the record .* is damaged"):
        list(Replayed(path).stream(ASKED, ()))


def test_a_record_that_cannot_be_written(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        Recording(ScriptedProvider(), tmp_path / "no" / "run.jsonl")
