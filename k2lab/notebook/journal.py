"""The journal: every event of the kernel's runs, in order, so that a page that was away can catch up."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 48 << 20  # of all runs together: figures are some hundred kB each
PIECE_BYTES = 1 << 20
PIECE_EVENTS = 100


@dataclass
class _Page:
    """The events of one run with their sizes, and what a list of runs says of it."""

    info: dict[str, Any]
    events: list[tuple[dict[str, Any], int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(size for _, size in self.events)


class Journal:
    """Numbers and keeps the events of runs; the oldest ended runs go when it grows too large.

    Safe to read in one thread while another one writes.
    """

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._pages: dict[str, _Page] = {}
        self._lock = threading.Lock()
        self._count = 0

    def begin(self, run: str, **info: Any) -> int:
        """Open a run, and return its number: 1 for the first of this kernel."""
        with self._lock:
            self._count += 1
            self._pages[run] = _Page(info={"run": run, "n": self._count, "status": "running", "started": now(), **info})
            return self._count

    def add(self, run: str, type: str, **content: Any) -> dict[str, Any]:
        """Number an event, keep it and return it."""
        with self._lock:
            page = self._pages[run]
            event = {"type": type, "run": run, "seq": len(page.events) + 1, "at": now(), **content}
            # One call: an interrupt finds the event with its size, or neither.
            page.events.append((event, len(json.dumps(event, ensure_ascii=False, default=str))))
            self._shrink(run)
            return event

    def end(self, run: str, status: str) -> None:
        """Note how a run ended."""
        with self._lock:
            self._pages[run].info["status"] = status

    def since(self, run: str, first: int) -> dict[str, Any]:
        """Return the events of a run from number `first` on, as many as fit into one piece.

        Returns
        -------
        dict
            ``run``, ``events``, ``last`` (number of the run's last event), ``more``, and ``lost`` when the run is
            not kept (any longer).
        """
        with self._lock:
            page = self._pages.get(run)
            if page is None:
                return {"run": run, "events": [], "last": 0, "more": False, "lost": True}
            start = stop = max(0, first - 1)
            room = PIECE_BYTES
            while stop < len(page.events) and stop - start < PIECE_EVENTS:
                room -= page.events[stop][1]
                if room < 0 and stop > start:
                    break
                stop += 1
            return {
                "run": run,
                "events": [event for event, _ in page.events[start:stop]],
                "last": len(page.events),
                "more": stop < len(page.events),
                "lost": False,
            }

    def runs(self) -> list[dict[str, Any]]:
        """Return what there is, oldest first."""
        with self._lock:
            return [{**page.info, "last": len(page.events)} for page in self._pages.values()]

    def forget(self, run: str) -> None:
        """Drop a run's events."""
        with self._lock:
            self._pages.pop(run, None)

    def _shrink(self, writing: str) -> None:
        total = sum(page.size for page in self._pages.values())
        for run in [run for run in self._pages if run != writing]:
            if total <= self._most:
                return
            total -= self._pages.pop(run).size


def now() -> int:
    """Return the time in milliseconds since 1970."""
    return int(time.time() * 1000)
