"""A deadline for code that runs in this process, which can be told apart from the person's interrupt."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class CellTimeout(KeyboardInterrupt):
    """A cell took longer than it may; not an `Exception`, so that a cell's own `except Exception` lets it through."""


class Deadline:
    """Raise `CellTimeout` in the code under `with` when `seconds` are over.

    Parameters
    ----------
    seconds : float

    Notes
    -----
    In the main thread a timer sends SIGINT, so that a sleeping or waiting call wakes up; for the time of
    the block, our handler decides between `CellTimeout` (the timer asked for it) and `KeyboardInterrupt`
    (the person did). In another thread, where signals do not arrive, the exception is set on the thread and
    is raised at its next bytecode: a call that sleeps there ends first. A long call into C code ends first in
    both cases. Code that swallows the exception gets it again every second.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.expired = False
        self.interrupted = False
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.get_ident()
        self._main = threading.current_thread() is threading.main_thread()
        self._before: Any = None
        self._timer = threading.Thread(target=self._wait, name="k2lab-deadline", daemon=True)

    def __enter__(self) -> Deadline:
        if self._main:
            self._before = signal.signal(signal.SIGINT, self._on_interrupt)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._done.set()
        if self._main:
            signal.signal(signal.SIGINT, self._before if self._before is not None else signal.default_int_handler)
        elif self.expired:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), None)

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._done.is_set():
            return
        if self.expired and not self.interrupted:
            raise CellTimeout(f"the cell took longer than {self.seconds:g} s")
        self.interrupted = True
        raise KeyboardInterrupt

    def _wait(self) -> None:
        if self._done.wait(self.seconds):
            return
        self.expired = True
        while True:
            with self._lock:
                if self._done.is_set():
                    return
                self._fire()
            if self._done.wait(1.0):
                return

    def _fire(self) -> None:
        if not self._main:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(CellTimeout))
        elif hasattr(signal, "pthread_kill"):
            signal.pthread_kill(self._thread, signal.SIGINT)
        else:
            os.kill(os.getpid(), signal.SIGINT)
