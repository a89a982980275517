"""Records of conversations: written beside a real provider, and replayed in its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import k2lab.errors
from k2lab.conversation.messages import Completion, Message, TextDelta, ToolSpec, Usage
from k2lab.conversation.prompt import last_opening
from k2lab.conversation.record import completion_from_dict, completion_to_dict
from k2lab.errors import InputError, OutputError, ProviderError
from k2lab.provider.base import Provider
from k2lab.provider.errors import ReplyBroken, WindowFull, scrub

FORMAT = "k2lab-record"
VERSION = 1


class Recording:
    """Continues a conversation with another provider, and writes what it says into a file, one exchange a line.

    Parameters
    ----------
    provider : Provider
    path : path-like
        A JSON-lines file; replaced if it exists.
    secrets : tuple of str
        Texts that must not reach the file, such as the key; all that looks like a key is taken out anyway.

    Raises
    ------
    k2lab.errors.OutputError
        If the file cannot be written.
    """

    def __init__(self, provider: Provider, path: str | Path, *, secrets: tuple[str, ...] = ()) -> None:
        self._provider, self._path, self._secrets = provider, Path(path), secrets
        self._write({"format": FORMAT, "version": VERSION, "model": provider.model}, mode="w")

    @property
    def model(self) -> str:
        """The recorded provider's model."""
        return self._provider.model

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Iterator[TextDelta | Completion]:
        """Yield the reply of the recorded provider."""
        pieces: list[dict[str, Any]] = []
        asked = {"question": _question(messages), "messages": len(messages)}
        try:
            with closing(_generator(self._provider.stream(messages, tools))) as stream:
                for piece in stream:
                    if isinstance(piece, Completion):
                        self._write({**asked, "pieces": pieces, "completion": completion_to_dict(piece)})
                    elif not piece.notice:  # a replay waits for nobody
                        pieces.append(asdict(piece))
                    yield piece
        except ProviderError as error:
            said: dict[str, Any] = {"error": type(error).__name__, "what": error.what, "mend": error.mend}
            if isinstance(error, ReplyBroken):
                said["usage"] = asdict(error.usage)
            if isinstance(error, WindowFull):
                said["window"] = error.window
            self._write({**asked, "pieces": pieces, **said})
            raise

    def _write(self, line: Mapping[str, Any], mode: str = "a") -> None:
        text = scrub(json.dumps(line, ensure_ascii=False), self._secrets)
        try:
            with self._path.open(mode, encoding="utf-8", errors="replace") as file:
                file.write(text + "\n")
        except OSError as error:
            raise OutputError(
                f"The record {str(self._path)!r} cannot be written: {error.strerror or error}."
            ) from error


class Replayed:
    """Replies what a record holds, in order; no server is asked.

    Parameters
    ----------
    path : path-like
        A file that `Recording` wrote.

    Raises
    ------
    k2lab.errors.InputError
        If the file is missing or is no record; while replaying, if it was recorded for another question or holds no
        more replies.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text file"
            raise InputError(f"The record {str(path)!r} cannot be read: {reason}.") from error
        head, *self._exchanges = [self._read(number, line) for number, line in enumerate(lines, 1)] or [{}]
        if head.get("format") != FORMAT:
            raise InputError(f"{str(path)!r} is no record of k2lab.", "Make one with --record FILE.")
        if head.get("version") != VERSION:
            raise InputError(f"The record {str(path)!r} has version {head.get('version')}; this k2lab reads {VERSION}.")
        self.model = str(head.get("model", ""))
        self._next = 0

    def stream(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Iterator[TextDelta | Completion]:
        """Yield the next recorded reply."""
        if self._next >= len(self._exchanges):
            raise InputError(
                f"The record {str(self._path)!r} ends after {self._next} replies, and the run needs more.",
                "The frames or the code may have changed since; record again.",
            )
        exchange = self._exchanges[self._next]
        self._next += 1
        asked = scrub(_question(messages))
        if exchange.get("question") != asked:
            raise InputError(
                f"The record {str(self._path)!r} was made for another question: {str(exchange.get('question'))[:80]!r}."
            )
        try:
            pieces = [TextDelta(**piece) for piece in exchange["pieces"]]
            last = completion_from_dict(exchange["completion"]) if "completion" in exchange else None
            error = None if last else _error(exchange)
        except (KeyError, TypeError, AttributeError) as problem:
            raise InputError(f"Line {self._next + 1} of the record {str(self._path)!r} is damaged.") from problem
        yield from pieces
        if last is None:
            assert error is not None
            raise error
        yield last

    def _read(self, number: int, line: str) -> dict[str, Any]:
        try:
            made = json.loads(line)
        except ValueError as error:
            raise InputError(f"Line {number} of {str(self._path)!r} is no JSON; it is no record of k2lab.") from error
        if not isinstance(made, dict):
            raise InputError(f"Line {number} of {str(self._path)!r} is no JSON object; it is no record of k2lab.")
        return made


def _error(exchange: Mapping[str, Any]) -> ProviderError:
    what, mend = str(exchange["what"]), str(exchange["mend"])
    if exchange["error"] == ReplyBroken.__name__:
        return ReplyBroken(what, mend, usage=Usage(**exchange["usage"]))
    if exchange["error"] == WindowFull.__name__:
        return WindowFull(what, mend, window=exchange.get("window"))
    kind = getattr(k2lab.errors, str(exchange["error"]), ProviderError)
    if not (isinstance(kind, type) and issubclass(kind, ProviderError)):
        kind = ProviderError
    return kind(what, mend)


def _question(messages: Sequence[Message]) -> str:
    try:
        return last_opening(messages).question
    except ValueError:
        return ""


def _generator(stream: Iterator[TextDelta | Completion]) -> Any:
    """Return the stream as something that can be closed, whatever kind of iterator it is."""
    return stream if hasattr(stream, "close") else (piece for piece in stream)
