from __future__ import annotations

from k2lab.agent.budget import most_tokens
from k2lab.agent.tools import offered
from k2lab.conversation.messages import Message
from k2lab.conversation.window import conversation_tokens
from tests.fakes import runs


def test_no_request_holds_more_tokens_than_its_bytes():
    said = (
        Message(role="user", text="工资 \U0001f600 \ud83d" * 50),
        runs("print(1)"),
        Message(role="tool", text="x" * 99),
    )

    assert most_tokens(said, offered(ask=True)) > conversation_tokens(said, offered(ask=True))
    assert most_tokens(said, ()) >= sum(len(message.text.encode(errors="replace")) for message in said)
