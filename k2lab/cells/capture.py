"""Capture: while it is on, everything a cell of the live shell shows goes onto a tape, in order."""

from __future__ import annotations

import builtins
import getpass
import io
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, cast

from k2lab.cells.tape import Tape

_ABSENT = object()


class InputRefused(RuntimeError):
    """A cell that an analyst wrote asked the person for input."""


class ExitRefused(RuntimeError):
    """A cell that an analyst wrote tried to end the person's kernel."""


class Pipe(io.RawIOBase):
    """Stands where `sys.stdout` or `sys.stderr` stood, for the whole of a run.

    A logging handler that a cell makes keeps this object, so it outlives one cell: between cells it writes
    to the real stream again. Threads that were there before the cell write to the real stream too.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.tape: Tape | None = None
        self.real: Any = None
        self.others: frozenset[int] = frozenset()

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Put UTF-8 bytes on the tape, or write them to the real stream."""
        raw = bytes(data)
        text = raw.decode("utf-8", "replace")
        tape = self.tape
        if tape is None or tape.telling or self._is_foreign():
            real = self.real if self.real is not None else getattr(sys, f"__{self._name}__")
            if real is not None:
                real.write(text)
        else:
            tape.stream(self._name, text)
        return len(raw)

    def _is_foreign(self) -> bool:
        here = threading.current_thread()
        return here.ident in self.others or here.name.startswith("subshell-")


class _NoInput(io.TextIOBase):
    """Stands where `sys.stdin` stood: says at once that nobody answers."""

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> NoReturn:
        refuse_input()

    def readline(self, size: int = -1, /) -> NoReturn:  # type: ignore[override]
        refuse_input()


def refuse_input(*args: Any, **kwargs: Any) -> NoReturn:
    """Refuse `input()` and its like.

    Raises
    ------
    InputRefused
        Always.
    """
    raise InputRefused("nobody can answer input() here: put the value into the code")


class Capture:
    """Puts what an IPython shell shows on a tape.

    Parameters
    ----------
    ip : InteractiveShell
        Of ipykernel (6.29 or later) or of a terminal.

    Notes
    -----
    Methods are replaced on the shell's own objects rather than the objects themselves, because ipykernel keeps
    parent headers on them, and hooks (`register_hook`) are thread-local and missing before ipykernel 7.3.
    Threads that a cell starts are captured; output that bypasses Python (a subprocess that inherits file
    descriptor 1) is not, and goes to the cell that the person ran. `!command` is captured.
    """

    def __init__(self, ip: Any) -> None:
        self._ip = ip
        self._pipes = {name: Pipe(name) for name in ("stdout", "stderr")}
        self._files = {
            name: io.TextIOWrapper(
                cast(Any, pipe), encoding="utf-8", errors="backslashreplace", newline="", write_through=True
            )
            for name, pipe in self._pipes.items()
        }

    @contextmanager
    def onto(self, tape: Tape) -> Iterator[None]:
        """Capture onto `tape` for the time of the block; all is as it was afterwards, whatever happened."""
        ip, hook, publisher = self._ip, self._ip.displayhook, self._ip.display_pub
        real = {name: getattr(sys, name) for name in self._pipes}
        others = frozenset(t.ident for t in threading.enumerate() if t.ident is not None) - {threading.get_ident()}
        own_process, leave = os.getpid(), os._exit
        publish, clear_output = publisher.publish, publisher.clear_output

        def published(
            data: Any, metadata: Any = None, *rest: Any, transient: Any = None, update: bool = False, **more: Any
        ) -> None:
            if threading.get_ident() in others or tape.telling:
                publish(data, metadata, transient=transient, update=update, **more)
                return
            mark = (transient or {}).get("display_id")
            (tape.update if update else tape.display)(clean(data), clean(metadata or {}), mark)

        def cleared(wait: bool = False) -> None:
            if threading.get_ident() in others or tape.telling:
                clear_output(wait)
            else:
                tape.clear(wait)

        def resulted(data: Any, metadata: Any = None) -> None:
            if data:
                tape.result(clean(data), clean(metadata or {}), hook.prompt_count)

        def left(code: int) -> NoReturn:
            if os.getpid() == own_process:
                raise ExitRefused("os._exit() would end the person's kernel; it is not run")
            leave(code)

        def asked_to_exit() -> NoReturn:
            raise ExitRefused("exit() would end the person's kernel; it is not run")

        def paged(data: Any, *args: Any, **kwargs: Any) -> None:
            text = data.get("text/plain", "") if isinstance(data, Mapping) else str(data)
            tape.stream("stdout", text if text.endswith("\n") else text + "\n")

        import IPython.core.page as pager

        swaps = [
            (publisher, "publish", published),
            (publisher, "clear_output", cleared),
            (hook, "start_displayhook", _nothing),
            (hook, "write_output_prompt", _nothing),
            (hook, "write_format_data", resulted),
            (hook, "finish_displayhook", _nothing),
            (ip, "_showtraceback", lambda kind, value, lines: tape.failed(_name(kind), _text_of(value), list(lines))),
            (ip, "ask_exit", asked_to_exit),
            (ip, "set_next_input", _nothing),
            (ip, "system", ip.system_piped),
            (ip, "call_pdb", False),
            (pager, "page", paged),
            (builtins, "input", refuse_input),
            (getpass, "getpass", refuse_input),
            (os, "_exit", left),
            (sys, "stdin", _NoInput()),
        ]
        formatter = ip.display_formatter
        types, exec_result = formatter.active_types, hook.exec_result
        undo: list[tuple[Any, str, Any]] = []
        try:
            for where, name, new in swaps:
                undo.append((where, name, vars(where).get(name, _ABSENT) if name != "call_pdb" else ip.call_pdb))
                setattr(where, name, new)
            formatter.active_types = list(formatter.format_types)
            for name, pipe in self._pipes.items():
                pipe.tape, pipe.real, pipe.others = tape, real[name], others
                setattr(sys, name, self._files[name])
            yield
        finally:
            for name, pipe in self._pipes.items():
                setattr(sys, name, real[name])
                pipe.tape = None
            for where, name, old in reversed(undo):
                if old is _ABSENT:
                    delattr(where, name)
                else:
                    setattr(where, name, old)
            formatter.active_types = types
            hook.exec_result = exec_result


def clean(value: Any) -> Any:
    """Turn a mime bundle into JSON values: bytes of pictures as base64 text, unknown objects as their text."""
    if isinstance(value, bytes):
        from base64 import b64encode

        return b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return {str(key): clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Do nothing, in place of a method that would show something elsewhere."""


def _name(kind: type[BaseException]) -> str:
    """Return the name a person knows: Python 3.13 raises a private kind of SyntaxError for an unfinished line."""
    return next(one.__name__ for one in kind.__mro__ if not one.__name__.startswith("_"))


def _text_of(value: BaseException) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - an exception whose own __str__ fails is still shown
        return "(its text cannot be shown)"
