from __future__ import annotations

import json

from k2lab.conversation.messages import Completion, Message, Usage
from k2lab.conversation.record import completion_from_dict, completion_to_dict, message_from_dict, message_to_dict
from tests.fakes import call, calls


def test_messages_go_to_json_and_back():
    said = (
        Message(role="system", text="Be brief."),
        calls(call("look", frame="工", columns=["a"]), call("x", raw="{", fault="cut"), text="Hm.", reasoning=""),
        Message(role="assistant", text="Well."),
        Message(role="tool", text="ok", call_id="1", name="look"),
    )

    made = json.loads(json.dumps([message_to_dict(message) for message in said]))
    assert tuple(map(message_from_dict, made)) == said


def test_replies_go_to_json_and_back():
    said = Completion(message=calls(call("look", frame="df")), usage=Usage(prompt_tokens=3), model="m", estimated=True)

    assert completion_from_dict(json.loads(json.dumps(completion_to_dict(said)))) == said
