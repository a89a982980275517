"""Messages: what is said to a model and what it says, independent of any server's wire format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, kw_only=True)
class ToolCall:
    """A call that the model asks for.

    Attributes
    ----------
    id : str
        Unique within the run; the answer carries it.
    name : str
        The tool's name.
    arguments : mapping
        The decoded arguments; empty when they could not be decoded.
    raw : str
        The argument text as the server sent it; sent back unchanged, so the cached prefix stays valid.
    fault : str or None
        What is wrong with the call, said to the model, when it could not be mended.
    """

    id: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    raw: str = ""
    fault: str | None = None


@dataclass(frozen=True, kw_only=True)
class Message:
    """One turn of a conversation.

    Attributes
    ----------
    role : {"system", "user", "assistant", "tool"}
    text : str
        The content; may be empty beside calls.
    reasoning : str or None
        The model's thinking, kept because some servers want it back (an empty string is kept too).
    signature : str
        Of the thinking, where a server signs it; sent back with it.
    calls : tuple of ToolCall
        Of an assistant message.
    call_id, name : str or None
        Of a tool message: the call it answers and the tool's name.
    """

    role: Role
    text: str = ""
    reasoning: str | None = None
    signature: str = ""
    calls: tuple[ToolCall, ...] = ()
    call_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToolSpec:
    """A tool as it is described to the model: `parameters` is a JSON schema within Moonshot's dialect."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens that were billed; `cached_tokens` are part of `prompt_tokens`."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
        )


@dataclass(frozen=True, kw_only=True)
class TextDelta:
    """A piece of the reply, as it arrives; `reasoning` pieces are thinking, not answer.

    A `notice` is no piece of the reply but a line of k2lab's own, such as the seconds of a wait; the next one takes its
    place. `left` are the seconds of a wait that are still to come.
    """

    text: str
    reasoning: bool = False
    notice: bool = False
    left: float | None = None


@dataclass(frozen=True, kw_only=True)
class Completion:
    """A whole reply: the assistant message, what it cost and why it ended.

    Attributes
    ----------
    estimated : bool
        Whether `usage` is our estimate because the server reported none.
    """

    message: Message
    usage: Usage = field(default_factory=Usage)
    finish_reason: str = "stop"
    model: str = ""
    estimated: bool = False
