"""Cells in the live IPython shell, run from inside the magic that the person called."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from k2lab.cells.capture import Capture
from k2lab.cells.deadline import CellTimeout, Deadline
from k2lab.cells.inline import flush, inline
from k2lab.cells.result import CellResult, Output, Status
from k2lab.cells.state import kept
from k2lab.cells.tape import Limits, Tape


class ShellRunner:
    """Runs cells in the person's own shell, in ipykernel or in a terminal.

    Parameters
    ----------
    ip : InteractiveShell
        The shell, as `get_ipython()` gives it.
    show : callable, optional
        Called with each output as it arrives, streams piece by piece; what it shows itself is not captured.
    limits : Limits, optional

    Notes
    -----
    Use it as a context manager for the time of a run: the person's variables, `warnings` filters, matplotlib, pandas
    and numpy settings, working directory and environment are as they were when it is left; new names stay.
    Cells are kept in the shell's history and get execution counts of their own. The time limit works as
    `Deadline` says. A top-level `await` cannot run inside a running cell and is refused with an error.

    Examples
    --------
    >>> from k2lab.cells.shell import ShellRunner
    >>> with ShellRunner(get_ipython()) as runner:  # doctest: +SKIP
    ...     runner.run("df.describe()", timeout=60).status
    'ok'
    """

    def __init__(self, ip: Any, *, show: Callable[[Output], None] | None = None, limits: Limits | None = None) -> None:
        self._ip = ip
        self._show = show
        self._limits = limits
        self._capture = Capture(ip)
        self._stack = ExitStack()

    def __enter__(self) -> ShellRunner:
        with ExitStack() as stack:
            stack.enter_context(kept(self._ip))
            # IPython's own advice on how to leave, after a SystemExit.
            warnings.filterwarnings("ignore", message="To exit: use", category=UserWarning)
            stack.enter_context(inline(self._ip))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def run(self, code: str, *, timeout: float) -> CellResult:
        """Run a cell for at most `timeout` seconds.

        Parameters
        ----------
        code : str
            IPython code: magics and `!commands` work.
        timeout : float
            Seconds.

        Returns
        -------
        CellResult
            Errors, timeouts and interrupts are results, not exceptions.
        """
        tape = Tape(limits=self._limits, show=self._show)
        count = int(self._ip.execution_count)
        started = time.perf_counter()
        deadline = Deadline(timeout)
        flush(self._ip)
        error: BaseException | None = None
        with self._capture.onto(tape):
            try:
                if self._awaits(code):
                    raise RuntimeError("a top-level 'await' cannot run in a cell that runs inside another cell")
                with deadline:
                    done = self._ip.run_cell(code, store_history=True)
                error = done.error_before_exec or done.error_in_exec
            except (KeyboardInterrupt, RuntimeError) as escaped:
                error = escaped
            if error is not None and tape.error is None:
                # IPython prints some errors instead of showing them: usage of magics, exception groups.
                tape.failed(type(error).__name__, str(error), [f"{type(error).__name__}: {error}"])
        return CellResult(
            status=_status(error, deadline),
            outputs=tape.outputs(),
            seconds=time.perf_counter() - started,
            execution_count=count,
            error=tape.error if error is not None else None,
        )

    def _awaits(self, code: str) -> bool:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return False
        try:
            text = self._ip.transform_cell(code)
        except SyntaxError:
            return False
        return bool(self._ip.should_run_async(code, transformed_cell=text))


def _status(error: BaseException | None, deadline: Deadline) -> Status:
    if error is None:
        return "ok"
    if deadline.interrupted:
        return "interrupted"
    if isinstance(error, CellTimeout) or deadline.expired:
        return "timeout"
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "error"
