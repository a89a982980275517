"""Waiting for the person: questions that the kernel puts to the panel, answered from another thread."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the person said: an approval's answer with its code or words, or the text of an answer."""

    answer: str
    code: str | None = None
    words: str = ""


class Waiting:
    """Questions that wait; the asking thread blocks, and an interrupt wakes it as any other."""

    def __init__(self) -> None:
        self._there = threading.Condition()  # its lock can be taken again by the same thread
        self._open: dict[str, Reply | None] = {}

    def open(self) -> str:
        """Begin to wait, and return the id under which the answer comes."""
        name = uuid.uuid4().hex[:12]
        with self._there:
            self._open[name] = None
        return name

    def wait(self, name: str) -> Reply:
        """Return the answer when it is there."""
        try:
            with self._there:
                # In pieces: on Windows a wait without end is not woken by an interrupt.
                while (reply := self._open[name]) is None:
                    self._there.wait(0.2)
                return reply
        finally:
            self.drop(name)

    def drop(self, name: str) -> None:
        """Wait no longer."""
        with self._there:
            self._open.pop(name, None)

    def answer(self, name: Any, reply: Reply) -> bool:
        """Answer a question; false if none of this id waits."""
        with self._there:
            if name not in self._open or self._open[name] is not None:
                return False
            self._open[name] = reply
            self._there.notify_all()
            return True
