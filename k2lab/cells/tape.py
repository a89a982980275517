"""The tape: a cell's outputs in order, as nbformat has them, bounded in size however much the cell writes."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from k2lab.cells.result import CellError, Output

_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
_HANDLE = re.compile(r"(?:array\()?[\[(\s]*<(?:Axes|Figure size|(?:matplotlib|seaborn)\.)[^\n]*")
_PLACE = re.compile(r"Cell In\s?\[(\d+|\*)\], line (\d+)")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of what a cell writes is kept, in characters.

    Attributes
    ----------
    text : int
        Of one stream output or one text representation; head and tail are kept, the middle is cut and marked.
    rich : int
        Of one representation that cannot be cut (pictures, HTML, JSON); a larger one is left out and named.
    total : int
        Of all outputs; the first and the last are kept.
    """

    text: int = 200_000
    rich: int = 8_000_000
    total: int = 32_000_000


def shorten(text: str, limit: int) -> str:
    """Keep the head and the tail of a text, and say how much is missing between them.

    Examples
    --------
    >>> shorten("a" * 50 + "b" * 50, 40)
    'aaaaaaaaaaaaaaaaaaaa\\n[... 60 characters cut ...]\\nbbbbbbbbbbbbbbbbbbbb'
    """
    if len(text) <= limit:
        return text
    half = max(1, limit // 2)
    return f"{text[:half]}\n[... {len(text) - 2 * half:,} characters cut ...]\n{text[-half:]}"


def plain(text: str) -> str:
    """Take terminal colours and cursor movements out of a text."""
    return _ANSI.sub("", text)


def settle(text: str) -> str:
    r"""Apply carriage returns and backspaces as a terminal does, so a progress bar is one line.

    Examples
    --------
    >>> settle("10%\r50%\r100%\ndone\r\n")
    '100%\ndone\n'
    """
    if "\r" not in text and "\b" not in text:
        return text
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        while "\b" in shown:
            shown = re.sub("[^\b]\b|^\b+", "", shown)
        lines.append(shown)
    return "\n".join(lines)


class _Text:
    """A stream that keeps its head and its tail, in memory of about twice its limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._head = ""
        self._parts: list[str] = []
        self._waiting = 0
        self._cut = 0

    def add(self, text: str) -> None:
        self._parts.append(text)
        self._waiting += len(text)
        if self._waiting > 2 * self._limit:
            self._fold()

    def _fold(self) -> None:
        text = settle("".join(self._parts))
        half = max(1, self._limit // 2)
        if not self._cut and len(self._head) + len(text) > self._limit:
            room = half - len(self._head)
            self._head, text = self._head + text[:room], text[room:]
        if len(self._head) >= half and len(text) > half:
            self._cut += len(text) - half
            text = text[-half:]
        self._parts = [text]
        self._waiting = len(text)

    def value(self) -> str:
        self._fold()
        mark = f"\n[... {self._cut:,} characters cut ...]\n" if self._cut else ""
        return self._head + mark + "".join(self._parts)


class _Entry:
    """One output being made; `stream` outputs grow, displays may be replaced."""

    def __init__(
        self, kind: str, fields: dict[str, Any], *, text: _Text | None = None, mark: str | None = None
    ) -> None:
        self.kind = kind
        self.fields = fields
        self.text = text
        self.mark = mark

    def output(self) -> Output:
        made = {"output_type": self.kind, **self.fields}
        if self.text is not None:
            made["text"] = self.text.value()
        return made

    def size(self) -> int:
        if self.text is not None:
            return len(self.text.value())
        return _size(self.fields)


class Tape:
    """Collects a cell's outputs in order; safe to write to from several threads.

    Parameters
    ----------
    limits : Limits
    show : callable, optional
        Called with each output as it arrives (streams piece by piece).
    """

    def __init__(self, *, limits: Limits | None = None, show: Callable[[Output], None] | None = None) -> None:
        self.limits = limits or Limits()
        self.error: CellError | None = None
        self._show = show
        self._lock = threading.RLock()
        self._head: list[_Entry] = []
        self._tail: deque[tuple[_Entry, int]] = deque()
        self._head_size = 0
        self._tail_size = 0
        self._left_out = 0
        self._clear_next = False
        self._telling = threading.local()

    @property
    def telling(self) -> bool:
        """Whether this thread is inside `show`, whose own output is none of the cell's."""
        return bool(getattr(self._telling, "now", False))

    def stream(self, name: str, text: str) -> None:
        """Add text that the cell wrote to `stdout` or `stderr`."""
        if not text:
            return
        with self._lock:
            self._before()
            last = self._last()
            if last is None or last.text is None or last.fields["name"] != name:
                last = _Entry("stream", {"name": name}, text=_Text(self.limits.text))
                self._add(last, 0)
            assert last.text is not None
            last.text.add(text)
        self._tell({"output_type": "stream", "name": name, "text": text})

    def display(
        self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None = None, mark: str | None = None
    ) -> None:
        """Add a rich display; `mark` is its display id, by which it can be updated."""
        self._rich("display_data", data, metadata, mark, {})

    def result(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, count: int | None) -> None:
        """Add the value of the last expression; a mere handle on a figure is left out: the figure is shown."""
        if set(data) == {"text/plain"} and _HANDLE.match(str(data["text/plain"])):
            return
        self._rich("execute_result", data, metadata, None, {"execution_count": count})

    def update(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, mark: str | None) -> None:
        """Replace the displays with this display id; those of earlier cells are left as they are."""
        fields = self._bounded(data, metadata)
        with self._lock:
            for entry in [*self._head, *(entry for entry, _ in self._tail)]:
                if mark is not None and entry.mark == mark:
                    entry.fields = dict(fields)

    def failed(self, name: str, value: str, traceback: list[str]) -> None:
        """Add an error, and remember it as the error of the cell."""
        value = shorten(value, 4_000)
        lines = _last_lines(traceback, 40_000)
        with self._lock:
            self._before()
            self.error = CellError(name=name, value=value, traceback=tuple(lines), line=line_of(lines))
            entry = _Entry("error", {"ename": name, "evalue": value, "traceback": lines})
            self._add(entry, entry.size())
        self._tell(entry.output())

    def clear(self, wait: bool) -> None:
        """Remove all outputs: now, or (`wait`) when the next one comes."""
        with self._lock:
            if wait:
                self._clear_next = True
            else:
                self._clear()

    def outputs(self) -> tuple[Output, ...]:
        """Return the outputs so far."""
        with self._lock:
            made = [entry.output() for entry in self._head]
            if self._left_out:
                made.append(
                    {
                        "output_type": "stream",
                        "name": "stdout",
                        "text": f"[... {self._left_out:,} outputs left out ...]\n",
                    }
                )
            made.extend(entry.output() for entry, _ in self._tail)
        return tuple(made)

    def _rich(
        self,
        kind: str,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None,
        mark: str | None,
        more: dict[str, Any],
    ) -> None:
        entry = _Entry(kind, {**self._bounded(data, metadata), **more}, mark=mark)
        with self._lock:
            self._before()
            self._add(entry, entry.size())
        self._tell(entry.output())

    def _bounded(self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        dropped = []
        for mime, value in data.items():
            if mime in ("text/plain", "text/markdown", "text/latex") and isinstance(value, str):
                kept[mime] = shorten(value, self.limits.text)
            elif _size(value) > self.limits.rich:
                dropped.append(mime)
            else:
                kept[mime] = value
        if dropped:
            note = f"[{', '.join(dropped)} left out: larger than {self.limits.rich:,} characters]"
            kept["text/plain"] = f"{kept.get('text/plain', '')}\n{note}".lstrip()
        return {"data": kept, "metadata": dict(metadata or {})}

    def _before(self) -> None:
        if self._clear_next:
            self._clear()

    def _clear(self) -> None:
        self._clear_next = False
        self._head, self._tail = [], deque()
        self._head_size = self._tail_size = self._left_out = 0

    def _last(self) -> _Entry | None:
        if self._tail:
            return self._tail[-1][0]
        return self._head[-1] if self._head else None

    def _add(self, entry: _Entry, size: int) -> None:
        # A stream grows after it was added: it counts with the most that it may become, within reason.
        size += min(self.limits.text, self.limits.total // 100) if entry.text is not None else 200
        half = self.limits.total // 2
        if not self._tail and not self._left_out and self._head_size + size <= half:
            self._head.append(entry)
            self._head_size += size
            return
        self._tail.append((entry, size))
        self._tail_size += size
        while self._tail_size > half and len(self._tail) > 1:
            _, gone = self._tail.popleft()
            self._tail_size -= gone
            self._left_out += 1

    def _tell(self, output: Output) -> None:
        if self._show is None:
            return
        self._telling.now = True
        try:
            self._show(output)
        finally:
            self._telling.now = False


def line_of(traceback: list[str]) -> int | None:
    """Find the line of the cell in IPython's traceback text: the last place in the cell that ran.

    Examples
    --------
    >>> line_of(["Cell In[7], line 2", "Cell In[3], line 9, in f(x)"])
    2
    """
    places = _PLACE.findall(plain("\n".join(traceback)))
    own = [int(line) for cell, line in places if cell == places[0][0]]
    return own[-1] if own else None


def _last_lines(traceback: list[str], limit: int) -> list[str]:
    """Keep the first frame and as many of the last as fit."""
    if sum(map(len, traceback)) <= limit:
        return list(traceback)
    kept: list[str] = []
    room = limit
    for frame in reversed(traceback):
        room -= len(frame)
        if room < 0:
            kept.append(shorten(frame, limit // 4) if not kept else "[... frames cut ...]")
            break
        kept.append(frame)
    return kept[::-1]


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_size(item) for item in value.values()) + 20 * len(value)
    if isinstance(value, (list, tuple)):
        return sum(_size(item) for item in value) + 2 * len(value)
    return len(json.dumps(value, default=str))
