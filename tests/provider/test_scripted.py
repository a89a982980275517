from __future__ import annotations

import pytest

from k2lab.conversation.messages import Message
from k2lab.provider.scripted import ScriptedProvider
from tests.fakes import says

ASKED = (Message(role="user", text="q"),)


def test_it_hears_and_replies_in_order():
    provider = ScriptedProvider(says("a"), lambda heard: says(heard[0].text + "!"))

    assert [list(provider.stream(ASKED, ()))[-1].message.text for _ in range(2)] == ["a", "q!"]
    assert provider.heard == [ASKED, ASKED]


def test_running_out_of_script_is_an_error():
    with pytest.raises(AssertionError, match="the script has 0 replies"):
        list(ScriptedProvider().stream(ASKED, ()))


def test_it_raises_what_it_was_given():
    with pytest.raises(KeyboardInterrupt):
        list(ScriptedProvider(KeyboardInterrupt()).stream(ASKED, ()))
