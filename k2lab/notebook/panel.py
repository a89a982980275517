"""The panel's side of the kernel: who listens, what runs, and what the sitting looks like from outside."""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from k2lab import __version__
from k2lab.notebook.comm import PROTOCOL, Line
from k2lab.notebook.journal import Journal, now
from k2lab.notebook.registry import Group
from k2lab.notebook.retired import Retired
from k2lab.notebook.waiting import Waiting

if TYPE_CHECKING:
    from k2lab.notebook.cell_display import CellDisplay
    from k2lab.notebook.magic import K2
    from k2lab.settings import Settings


class Panel:
    """What the front end of one kernel is told and asks for.

    Attributes
    ----------
    line : Line
    journal : Journal
    waiting : Waiting
    groups : dict of str to Group
        Cells by run.
    active : str or None
        The run that goes on.
    language : str
        Of the front end.
    retired : Retired
        Cells whose queued code is not to run.
    """

    def __init__(self, magics: K2, kernel: Any) -> None:
        self.magics = magics
        self.journal = Journal()
        self.waiting = Waiting()
        self.groups: dict[str, Group] = {}
        self.active: str | None = None
        self.language = "en"
        self._kernel = kernel
        self._display: CellDisplay | None = None
        self._stopped = threading.Event()
        self.retired = Retired(kernel)
        magics.shell.input_transformers_cleanup.insert(0, self.retired)
        self.line = Line(kernel, version=__version__, handle=self._handle)

    def _handle(self, request: Mapping[str, Any]) -> dict[str, Any]:
        from k2lab.notebook.requests import handle

        return handle(self, request)

    # -- runs --------------------------------------------------------------------------------------------------------

    def anchor(self) -> str:
        """Return the id of the cell that runs, where a front end is there to put cells under it; else nothing."""
        parent = self._kernel.get_parent("shell") or {}
        cell = (parent.get("metadata") or {}).get("cellId")
        return cell if isinstance(cell, str) and cell and self.line.listens() else ""

    @contextmanager
    def run(
        self, *, cell: str, question: str, settings: Settings, frames: tuple[str, ...], language: str
    ) -> Iterator[tuple[str, CellDisplay]]:
        """Begin a run under a cell; within the block it can be cancelled."""
        from k2lab.agent.run import Run
        from k2lab.errors import K2Error
        from k2lab.notebook.cell_display import CellDisplay
        from k2lab.session.providers import is_offline, reader

        run, model = uuid.uuid4().hex[:12], reader(settings)
        number = self.journal.begin(run, cell=cell, question=question, model=model)
        group = self.groups[run] = Group(run=run, parent=cell, model=model)
        emit = partial(self._emit, run)
        emit(
            "run_started",
            n=number,
            cell=cell,
            client=str((self._kernel.get_parent("shell") or {}).get("header", {}).get("session", "")),
            question=question,
            model=model,
            privacy=settings.privacy,
            language=language,
            frames=list(frames),
            offline=is_offline(settings),
            max_steps=settings.max_steps,
            budget=None if settings.budget is None else str(settings.budget),
        )
        known = Run(id=run, question=question, language=language, model=model)
        display = CellDisplay(emit, group, self.waiting, self.spend)
        self._stopped = threading.Event()
        self._display, self.active = display, run
        try:
            yield run, display
        except K2Error as error:
            self.active = None
            if not display.ended:  # it could not begin
                display.end(replace(known, problem=str(error)), error)
            raise
        finally:
            self.active = self._display = None
            self._stopped.set()
            if not display.ended:  # interrupted once more while it ended
                display.end(replace(known, status="interrupted"))

    def _emit(self, run: str, type: str, **content: Any) -> None:
        event = self.journal.add(run, type, **content)
        if type == "run_finished":
            self.journal.end(run, content["status"])
        self.line.send(event)

    def cancel(self, run: Any) -> bool:
        """Interrupt a run as the kernel's own button does; false if it is not the one that goes on."""
        display = self._display
        if run is None or run != self.active or display is None or display.ending:
            return False
        display.cancelled = True
        threading.Thread(target=self._insist, args=(display,), name="k2lab-cancel", daemon=True).start()
        return True

    def _insist(self, display: CellDisplay) -> None:
        """Interrupt, and again while a cell runs: IPython swallows an interrupt that meets its own callbacks."""
        _interrupt()
        while not self._stopped.wait(0.4) and display.inside:
            _interrupt()

    def hurry(self, run: Any) -> bool:
        """Ask the server again at once; false if this run does not wait for one."""
        display = self._display
        return run is not None and run == self.active and display is not None and display.hurry()

    def forget(self, run: str) -> None:
        """Take a run's cells away, the edited ones excepted."""
        group = self.groups.pop(run, None)
        self.journal.forget(run)
        if group is not None:
            self.line.send({"type": "remove_run", "at": now(), **group.removal()})

    # -- the sitting -------------------------------------------------------------------------------------------------

    def settings(self) -> Settings:
        """Return the settings of the next question."""
        from k2lab.settings import read_settings

        return read_settings(**self.magics.given())

    def spend(self, cost: Any = None, currency: str = "") -> dict[str, Any]:
        """Say what this sitting has cost, with a run that still goes on."""
        from k2lab.session.providers import currency_of

        runs = self.magics.session.runs
        used = sum((run.cost for run in runs if run.cost is not None), Decimal(0)) + (cost or 0)
        settings = self.settings()
        named = currency or next((run.currency for run in runs if run.currency), "") or currency_of(settings)
        limit = settings.budget
        return {"used": str(used), "limit": None if limit is None else str(limit), "currency": named}

    def state(self) -> dict[str, Any]:
        """Return settings, account and money as the panel shows them."""
        from urllib.parse import urlsplit

        from k2lab.session.providers import is_offline, with_key

        settings = self.settings()
        source = "environment" if settings.api_key else "keyring" if with_key(settings).api_key else None
        return {
            "settings": {
                "model": settings.model,
                "privacy": settings.privacy,
                "approve": settings.approve,
                "budget": None if settings.budget is None else str(settings.budget),
                "lang": settings.lang,
            },
            "account": {
                "key": "ok" if source else "none",
                "host": urlsplit(settings.base_url).hostname or settings.base_url,
                "source": source,
                "analyst": "offline" if is_offline(settings) else "model",
            },
            "spend": self.spend(),
        }

    def hello(self, client: str) -> dict[str, Any]:
        """Greet a front end, and return all that it has to know."""
        self.line.hello(client)
        return {
            "protocol": PROTOCOL,
            "version": __version__,
            "kernel": self.line.id,
            "active": self.active,
            "runs": self.journal.runs(),
            **self.state(),
            "language": self.language,
        }


def _interrupt() -> None:
    if hasattr(signal, "pthread_kill"):
        # To the main thread, so that a sleeping call there wakes up.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        os.kill(os.getpid(), signal.SIGINT)
