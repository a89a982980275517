"""The seam to a model: anything that can continue a conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from k2lab.conversation.messages import Completion, Message, TextDelta, ToolSpec


class Provider(Protocol):
    """Continues a conversation.

    Attributes
    ----------
    model : str
        What stands wherever a model name stands. Rule-based providers must say here that they are no model.
    """

    @property
    def model(self) -> str: ...

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Iterator[TextDelta | Completion]:
        """Yield the reply in pieces, and last exactly one `Completion`.

        Raises
        ------
        k2lab.errors.ProviderError
            If there is no reply to be had.
        """
        ...
