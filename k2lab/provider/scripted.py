"""A provider that plays a script: for tests and demonstrations, where it must be known what the model says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from k2lab.conversation.messages import Completion, Message, TextDelta, ToolSpec

Reply = Message | Completion | BaseException | Callable[[Sequence[Message]], Message]
"""What is replied: a message, a whole completion, an exception to raise, or a function of the conversation."""


class ScriptedProvider:
    """Replies what it was given, in order; running out of script is an error.

    Parameters
    ----------
    *replies : Message, Completion, exception or callable
        One for each request.

    Attributes
    ----------
    heard : list of tuple of Message
        The conversation of each request.
    offered : list of tuple of ToolSpec
        The tools of each request.

    Examples
    --------
    >>> provider = ScriptedProvider(Message(role="assistant", text="Hello."))
    >>> [piece.text for piece in provider.stream([], []) if isinstance(piece, TextDelta)]
    ['Hello.']
    """

    def __init__(self, *replies: Reply, model: str = "scripted") -> None:
        self.model = model
        self.heard: list[tuple[Message, ...]] = []
        self.offered: list[tuple[ToolSpec, ...]] = []
        self._replies = list(replies)

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Iterator[TextDelta | Completion]:
        """Yield the next reply of the script."""
        self.heard.append(tuple(messages))
        self.offered.append(tuple(tools))
        if not self._replies:
            raise AssertionError(f"the script has {len(self.heard) - 1} replies; the run asks for one more")
        reply = self._replies.pop(0)
        if isinstance(reply, BaseException):
            raise reply
        if callable(reply):
            reply = reply(messages)
        completion = reply if isinstance(reply, Completion) else Completion(message=reply, model=self.model)
        if completion.message.reasoning:
            yield TextDelta(text=completion.message.reasoning, reasoning=True)
        if completion.message.text:
            yield TextDelta(text=completion.message.text)
        yield completion
