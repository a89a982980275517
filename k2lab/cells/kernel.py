"""Cells in a kernel of their own: a process that a run starts, watches and ends."""

from __future__ import annotations

import ast
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from k2lab.cells.result import CellError, CellResult, Status
from k2lab.cells.tape import Limits, Tape
from k2lab.cells.wire import Wire
from k2lab.errors import K2Error, KernelDied

_SETUP = """
def _k2lab_setup(ip):
    from matplotlib_inline.config import InlineBackend
    from k2lab.plots.digest import register
    InlineBackend.instance(parent=ip).figure_formats = {"retina"}
    register(ip)
_k2lab_setup(get_ipython())
del _k2lab_setup
"""
_QUESTION = "__import__('k2lab.cells.evaluate', fromlist=['evaluate']).evaluate({code!r}, get_ipython().user_ns)"
_TICK = 0.1


class KernelRunner:
    """Runs cells in a kernel of its own, whose working directory is `folder`.

    Parameters
    ----------
    folder : path
        Where the cells run; must exist.
    python : str
        The interpreter of the kernel; it needs ipykernel and k2lab.
    env : mapping, optional
        Its environment (default: this process's); variables that look like keys, tokens or passwords are removed.
    prelude : str
        Code that is run, unseen, whenever the kernel starts: it brings the frames back after a restart. It may be
        set later, as `runner.prelude`.
    patience : float
        Seconds that an interrupted cell gets to react before its kernel is ended.
    limits : Limits, optional

    Notes
    -----
    Use it as a context manager, or call `close`. The kernel starts at once and in the background; the first cell waits
    for it. A kernel that died or was ended is replaced by a new one at the next cell.

    Examples
    --------
    >>> with KernelRunner(".") as runner:  # doctest: +SKIP
    ...     runner.run("6 * 7", timeout=10).outputs[0]["data"]["text/plain"]
    '42'
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        python: str = sys.executable,
        env: Mapping[str, str] | None = None,
        prelude: str = "",
        patience: float = 3.0,
        limits: Limits | None = None,
    ) -> None:
        self.prelude = prelude
        self._folder = Path(folder)
        self._python = python
        self._env = dict(os.environ if env is None else env)
        self._patience = patience
        self._limits = limits
        self._ready = False
        self._closed = False
        self._wire: Wire | None = self._start()

    def __enter__(self) -> KernelRunner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the kernel; calling it again does nothing."""
        self._closed = True
        self._end()

    def run(self, code: str, *, timeout: float) -> CellResult:
        """Run a cell for at most `timeout` seconds.

        Parameters
        ----------
        code : str
        timeout : float
            Seconds; the start of the kernel does not count.

        Returns
        -------
        CellResult
            Errors, timeouts, interrupts (Ctrl-C here interrupts the cell) and a dead kernel are results.

        Raises
        ------
        KernelDied
            If no kernel can be started.
        """
        try:
            wire = self._connected()
        except KeyboardInterrupt:
            error = CellError(name="KeyboardInterrupt", value="interrupted while the kernel was starting")
            return CellResult(status="interrupted", error=error)
        return self._execute(wire, code, timeout=timeout)

    def evaluate(self, code: str, *, timeout: float = 60.0) -> str:
        """Run code unseen and return its last expression as text; it leaves no names, history or outputs.

        Parameters
        ----------
        code : str
            Statements, the last of which is an expression; a value that is no string comes back as JSON.
        timeout : float
            Seconds.

        Raises
        ------
        K2Error
            If the code fails or takes too long.
        KernelDied
            If the kernel dies.
        """
        wire = self._connected()
        expressions = {"k2lab": _QUESTION.format(code=code)}
        answers: dict[str, Any] = {}
        result = self._execute(wire, "", timeout=timeout, expressions=expressions, answers=answers)
        if result.status == "died":
            raise KernelDied("The kernel ended while it was asked for something.")
        if result.status == "interrupted":
            raise KeyboardInterrupt
        answer = answers.get("k2lab", {})
        if answer.get("status") != "ok":
            what = result.status if result.error is None else f"{result.error.name}: {result.error.value}"
            if "ename" in answer:
                what = f"{answer['ename']}: {answer['evalue']}"
            raise K2Error(f"The kernel could not answer: {what}.")
        return str(ast.literal_eval(answer["data"]["text/plain"]))

    def _start(self) -> Wire:
        if not self._folder.is_dir():
            raise KernelDied(
                f"The kernel has no folder to run in: {self._folder} does not exist.", "Make the folder first."
            )
        self._ready = False
        return Wire(self._folder, python=self._python, env=self._env)

    def _connected(self) -> Wire:
        if self._closed:
            raise KernelDied("The kernel was closed.")
        if self._wire is not None and not self._wire.alive() and self._ready:
            self._end()
        if self._wire is None:
            self._wire = self._start()
        if not self._ready:
            try:
                self._wire.wait_ready(60.0)
            except KernelDied:
                self._end()
                raise
            self._ready = True
            for code in (_SETUP, self.prelude):
                done = self._execute(self._wire, code, timeout=600.0, hidden=True) if code else None
                if done is not None and done.status != "ok":
                    what = f"{done.error.name}: {done.error.value}" if done.error else done.status
                    self._end()
                    raise KernelDied(f"The kernel could not be prepared: {what}.")
        return self._wire

    def _end(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None

    def _execute(
        self,
        wire: Wire,
        code: str,
        *,
        timeout: float,
        hidden: bool = False,
        expressions: Mapping[str, str] | None = None,
        answers: dict[str, Any] | None = None,
    ) -> CellResult:
        tape = Tape(limits=self._limits)
        hidden = hidden or expressions is not None
        started = time.perf_counter()
        content = {
            "code": code,
            "silent": hidden,
            "store_history": not hidden,
            "user_expressions": dict(expressions or {}),
            "allow_stdin": False,
            "stop_on_error": True,
        }
        reading = _Reading(wire, wire.send("execute_request", content), tape)
        status: Status | None = None
        stop_at, end_at = started + timeout, float("inf")
        while not reading.done:
            try:
                reading.read(min(_TICK, max(0.0, min(stop_at, end_at) - time.perf_counter())))
                if not reading.done and not wire.alive():
                    reading.read(0.05)
                    return self._died(tape, wire, reading, started)
                now = time.perf_counter()
                if not reading.done and now > end_at:
                    self._end()
                    return self._stopped(tape, reading, status or "timeout", started, timeout)
                if not reading.done and now > stop_at:
                    status, stop_at, end_at = "timeout", float("inf"), now + self._patience
                    wire.interrupt()
            except KeyboardInterrupt:
                if status == "interrupted":
                    self._end()
                    return self._stopped(tape, reading, status, started, timeout)
                status, stop_at, end_at = "interrupted", float("inf"), time.perf_counter() + self._patience
                wire.interrupt()
        if answers is not None:
            answers.update(reading.reply.get("user_expressions", {}))
        failed = reading.reply.get("status") != "ok"
        if failed and tape.error is None:
            tape.failed(
                str(reading.reply.get("ename", "Aborted")),
                str(reading.reply.get("evalue", "the kernel did not run the cell")),
                list(reading.reply.get("traceback", ())),
            )
        if status is not None and failed:
            return self._result(tape, reading, status, started, _why(status, timeout))
        return self._result(tape, reading, "error" if failed else "ok", started, tape.error if failed else None)

    def _died(self, tape: Tape, wire: Wire, reading: _Reading, started: float) -> CellResult:
        code = wire.process.returncode
        how = f"exit code {code}"
        if code is not None and code < 0:
            how = f"signal {signal.Signals(-code).name}" + (", often for want of memory" if code == -9 else "")
        self._end()
        value = f"the process that runs the cells ended ({how}); its variables are gone"
        return self._result(tape, reading, "died", started, CellError(name="KernelDied", value=value))

    def _stopped(self, tape: Tape, reading: _Reading, status: Status, started: float, timeout: float) -> CellResult:
        error = _why(status, timeout)
        value = f"{error.value}; it did not react to the interrupt, so its kernel was ended and its variables are gone"
        return self._result(tape, reading, status, started, CellError(name=error.name, value=value))

    def _result(
        self, tape: Tape, reading: _Reading, status: Status, started: float, error: CellError | None
    ) -> CellResult:
        if error is not None and error is not tape.error:
            last = tape.error
            if last is None:
                tape.failed(error.name, error.value, [f"{error.name}: {error.value}"])
            else:
                error = CellError(name=error.name, value=error.value, traceback=last.traceback, line=last.line)
        seconds = time.perf_counter() - started
        return CellResult(
            status=status, outputs=tape.outputs(), seconds=seconds, execution_count=reading.count, error=error
        )


class _Reading:
    """Reads what a kernel says to one request, until it is idle and has replied."""

    def __init__(self, wire: Wire, request: str, tape: Tape) -> None:
        self._wire = wire
        self._request = request
        self._tape = tape
        self._idle = False
        self.count: int | None = None
        self.reply: dict[str, Any] = {}

    @property
    def done(self) -> bool:
        return self._idle and bool(self.reply)

    def read(self, seconds: float) -> None:
        for channel, message in self._wire.receive(seconds):
            if message["parent_header"].get("msg_id") != self._request:
                continue
            if channel == "shell":
                self.reply = dict(message["content"])
            else:
                self._hear(message["header"]["msg_type"], message["content"])

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        tape = self._tape
        if kind == "stream":
            tape.stream(content["name"], content["text"])
        elif kind == "display_data":
            tape.display(content["data"], content["metadata"], content.get("transient", {}).get("display_id"))
        elif kind == "update_display_data":
            tape.update(content["data"], content["metadata"], content.get("transient", {}).get("display_id"))
        elif kind == "execute_result":
            tape.result(content["data"], content["metadata"], content["execution_count"])
        elif kind == "error":
            tape.failed(content["ename"], content["evalue"], list(content["traceback"]))
        elif kind == "clear_output":
            tape.clear(bool(content["wait"]))
        elif kind == "execute_input":
            self.count = int(content["execution_count"])
        elif kind == "status":
            self._idle = self._idle or content["execution_state"] == "idle"


def _why(status: Status, timeout: float) -> CellError:
    if status == "timeout":
        return CellError(name="CellTimeout", value=f"the cell took longer than {timeout:g} s")
    return CellError(name="KeyboardInterrupt", value="interrupted by the person")
