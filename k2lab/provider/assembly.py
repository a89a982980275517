"""Assembly: a reply put together from the chunks of a stream, however a server splits them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from k2lab.conversation.messages import Completion, Message, TextDelta, ToolCall, ToolSpec, Usage
from k2lab.conversation.window import conversation_tokens, message_tokens
from k2lab.provider.arguments import clean_text, decode, without_controls
from k2lab.provider.copies import Copies
from k2lab.provider.salvage import MARKERS, salvage, tool_name

_KEPT = 2_000
"""Letters that are kept of arguments that could not be read."""


class Reply:
    """A reply while it arrives.

    Parameters
    ----------
    messages, tools : sequences
        The request; used for the numbers in call ids, for leaked calls, and to estimate usage when the server reports
        none.
    model : str
        Stands in the completion when the server names none.

    Notes
    -----
    Call ids are renamed to Kimi's own ``functions.NAME:IDX``, counted over the whole conversation: what servers send
    is not unique between turns, and foreign ids in the history make the model emit bad ones.
    """

    def __init__(self, messages: Sequence[Message], tools: Sequence[ToolSpec], *, model: str) -> None:
        self.started = False
        self.ended = False
        self._messages, self._tools, self._model = messages, tools, model
        self._content, self._thinking = _Shown(reasoning=False), _Shown(reasoning=True)
        self._parts: list[_Part] = []
        self._at: dict[int, _Part] = {}
        self._finish_reason = ""
        self._usage: Usage | None = None
        self._thought = False
        self._signature = ""
        self._copies = Copies()

    def add(self, chunk: Mapping[str, Any]) -> Iterator[TextDelta]:
        """Take in a chunk, and yield what may be shown of it."""
        self.started = True
        if self._copies.is_copy(chunk, begins=_begins(chunk)):
            return
        self._model = str(chunk.get("model") or self._model)
        choice = _first(chunk.get("choices"))
        # Kimi puts usage into the last choice, others into a chunk of its own.
        self._usage = _usage(chunk.get("usage")) or _usage(choice.get("usage")) or self._usage
        if choice.get("finish_reason"):
            self._finish_reason, self.ended = str(choice["finish_reason"]), True
        delta = _mapping(choice.get("delta"))
        thinking = delta.get("reasoning_content", delta.get("reasoning"))
        if isinstance(thinking, str):
            self._thought = True  # an empty string means "thought, and said nothing"; it goes back too
            yield from self._thinking.add(thinking)
        self._signature += str(delta.get("signature") or "")
        yield from self._content.add(_text(delta.get("content") or delta.get("refusal")))
        for piece in _pieces(delta):
            self._take(piece)

    @property
    def size(self) -> int:
        """Letters that have come, shown or not."""
        return len(self._content.text) + len(self._thinking.text) + sum(len(part.arguments) for part in self._parts)

    def end(self, reason: str) -> None:
        """Take the reply as whole although it named no reason for its end."""
        self._finish_reason, self.ended = self._finish_reason or reason, True

    def lost(self) -> Usage:
        """Estimate what a reply that broke off has cost."""
        return self._usage or self._estimate(self._message(()))

    def complete(self) -> Iterator[TextDelta | Completion]:
        """Yield what was held back, then the completion."""
        cut = self._finish_reason == "length"
        found = [(tool_name(part.name), part.arguments) for part in self._parts if not part.is_echo]
        content, thinking = self._content.text, self._thinking.text
        in_content, in_thinking = salvage(content, self._tools), salvage(thinking, self._tools)
        if found:  # what leaked beside decoded calls are these calls once more
            content = in_content.text if in_content.calls else content
            thinking = in_thinking.text if in_thinking.calls else thinking
        else:
            if in_content.calls:
                found, content = list(in_content.calls), in_content.text
            elif in_thinking.calls:
                found, thinking = list(in_thinking.calls), in_thinking.text
        if not found:
            yield from self._thinking.rest()
            yield from self._content.rest()
        first = sum(len(message.calls) for message in self._messages)
        calls = []
        for number, (name, raw) in enumerate(found, start=first):
            arguments, fault = decode(raw, cut=cut)
            raw = raw[:_KEPT] if fault else raw  # it is not sent back, and may be endless
            calls.append(
                ToolCall(
                    id=f"functions.{name}:{number}", name=name, arguments=arguments, raw=clean_text(raw), fault=fault
                )
            )
        message = self._message(tuple(calls), content, thinking)
        told = self._usage if self._usage and self._usage.completion_tokens else None
        usage = told or self._estimate(message)
        if self._usage:  # told before there was a reply to count
            usage = replace(usage, prompt_tokens=self._usage.prompt_tokens, cached_tokens=self._usage.cached_tokens)
        yield Completion(
            message=message,
            usage=usage,
            finish_reason="tool_calls" if calls and not cut else self._finish_reason or "stop",
            model=self._model,
            estimated=told is None,
        )

    def _message(self, calls: tuple[ToolCall, ...], content: str | None = None, thinking: str | None = None) -> Message:
        content = self._content.text if content is None else content
        thinking = self._thinking.text if thinking is None else thinking
        if "</think>" in content:  # a server without a reasoning parser
            inner, _, content = content.rpartition("</think>")
            thinking = f"{thinking}{inner.replace('<think>', '')}".strip()
            self._thought = True
        elif content.lstrip().startswith("<think>"):  # thinking that was never closed
            thinking, content = f"{thinking}{content.lstrip().removeprefix('<think>')}".strip(), ""
            self._thought = True
        return Message(
            role="assistant",
            text=without_controls(clean_text(content.strip())),
            reasoning=without_controls(clean_text(thinking)) if self._thought else None,
            signature=self._signature,
            calls=calls,
        )

    def _estimate(self, message: Message) -> Usage:
        arguments = sum(len(part.arguments) for part in self._parts) // 3 if not message.calls else 0
        return Usage(
            prompt_tokens=conversation_tokens(self._messages, self._tools),
            completion_tokens=message_tokens(message) + arguments,
        )

    def _take(self, piece: Mapping[str, Any]) -> None:
        function = _mapping(piece.get("function"))
        part = self._part(piece, function)
        name = function.get("name")
        if isinstance(name, str) and name != part.name:
            part.name = name if any(tool.name == name for tool in self._tools) else part.name + name
        arguments = function.get("arguments")
        if isinstance(arguments, dict):  # some servers do not write the object as text
            arguments = json.dumps(arguments, ensure_ascii=False)
        if isinstance(arguments, str):
            part.arguments += arguments

    def _part(self, piece: Mapping[str, Any], function: Mapping[str, Any]) -> _Part:
        """Find the call that a piece belongs to: by index, by a new id, or the one that is being written."""
        index, given = piece.get("index"), piece.get("id")
        known = self._at.get(index) if isinstance(index, int) else (self._parts[-1] if self._parts else None)
        another = given and known and known.id and given != known.id
        named = not given and function.get("name") and known and known.arguments
        unsaid = named and known and (index is None or _is_whole(known.arguments))
        if known is None or another or unsaid:
            known = _Part(after=known)
            self._parts.append(known)
            if isinstance(index, int):
                self._at[index] = known
        known.id = str(given or known.id)
        return known


@dataclass
class _Part:
    """A call while its pieces arrive."""

    id: str = ""
    name: str = ""
    arguments: str = ""
    after: _Part | None = None

    @property
    def is_echo(self) -> bool:
        """Whether there is nothing in it but the name of the call before, said once more."""
        again = self.after is not None and self.name == self.after.name and not self.id
        return not self.arguments and (again or not self.name)


class _Shown:
    """Text while it arrives, shown as far as it is certainly text: no leaked call, no half letter."""

    def __init__(self, *, reasoning: bool) -> None:
        self.text = ""
        self._shown = 0
        self._reasoning = reasoning

    def add(self, piece: str) -> Iterator[TextDelta]:
        self.text += piece
        yield from self._until(self._safe())

    def rest(self) -> Iterator[TextDelta]:
        yield from self._until(len(self.text))

    def _until(self, end: int) -> Iterator[TextDelta]:
        if end > self._shown:
            ready, self._shown = self.text[self._shown : end], end
            yield TextDelta(text=without_controls(clean_text(ready)), reasoning=self._reasoning)

    def _safe(self) -> int:
        places = [self.text.find(marker, max(0, self._shown - len(marker))) for marker in MARKERS]
        begun = [place for place in places if place >= 0]
        if begun:
            return min(begun)
        for size in range(min(len(self.text), max(map(len, MARKERS)) - 1), 0, -1):
            if any(marker.startswith(self.text[-size:]) for marker in MARKERS):
                return len(self.text) - size
        return len(self.text) - (self.text[-1:] >= "\ud800" and self.text[-1:] <= "\udbff")


def _usage(given: Any) -> Usage | None:
    if not isinstance(given, Mapping) or not (prompt := _tokens(given.get("prompt_tokens"))):
        return None
    details = _mapping(given.get("prompt_tokens_details"))
    cached = _tokens(given.get("cached_tokens")) or _tokens(details.get("cached_tokens"))
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=_tokens(given.get("completion_tokens")),
        cached_tokens=min(cached, prompt),
    )


def _tokens(value: Any) -> int:
    """Return a number of tokens; zero for what is none."""
    return int(value) if isinstance(value, (int, float)) and 0 < value < 10**12 else 0


def _begins(chunk: Mapping[str, Any]) -> bool:
    """Tell whether a chunk is the first of a reply: it names the role."""
    return bool(_mapping(_first(chunk.get("choices")).get("delta")).get("role"))


def _first(choices: Any) -> Mapping[str, Any]:
    """Return the first choice; a server that was not asked for more may send more all the same."""
    given = map(_mapping, choices if isinstance(choices, list) else ())
    return next((choice for choice in given if choice.get("index") in (None, 0)), {})


def _pieces(delta: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the pieces of calls, also where there is one that stands in no list, or in the words of old servers."""
    given = delta.get("tool_calls")
    pieces = given if isinstance(given, list) else [given]
    if isinstance(old := delta.get("function_call"), Mapping):
        pieces = [*pieces, {"function": old}]
    return [piece for piece in pieces if isinstance(piece, Mapping)]


def _is_whole(arguments: str) -> bool:
    """Tell whether an argument text is one JSON object with nothing missing."""
    try:
        return isinstance(json.loads(arguments, strict=False), dict)
    except (ValueError, RecursionError):
        return False


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(content: Any) -> str:
    """Return content as text; some servers send a list of parts."""
    if isinstance(content, list):
        return "".join(str(_mapping(part).get("text") or "") for part in content)
    return content if isinstance(content, str) else ""
