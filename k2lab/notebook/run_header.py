"""The run header: the one line that a ``%%k2`` cell itself shows when its steps stand in cells of their own."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from k2lab.locale import pick

if TYPE_CHECKING:
    from k2lab.notebook.journal import Journal
    from k2lab.session import Session

RUN_MIME = "application/vnd.k2lab.run+json"


class RunHeader:
    """A display that says which run it is, and later how it ended.

    Parameters
    ----------
    ip : InteractiveShell
    run : str
        Its id.
    journal : Journal
        Knows the run's number and how it ended.
    """

    def __init__(self, ip: Any, run: str, journal: Journal) -> None:
        self._ip = ip
        self._run = run
        self._journal = journal
        self._show(update=False)

    def end(self, session: Session) -> None:
        """Say how the run ended."""
        done = next((one for one in session.runs if one.id == self._run), None)
        if done is None:
            self._show(update=True, status="failed")
            return
        cost = None if done.cost is None else str(done.cost)
        self._show(
            update=True,
            status=done.status,
            model=done.model,
            steps=len(done.steps),
            seconds=round(done.seconds, 1),
            cost=cost,
            currency=done.currency,
        )

    def _show(self, *, update: bool, status: str = "running", **more: Any) -> None:
        info = next(one for one in self._journal.runs() if one["run"] == self._run)
        header = {
            "run": self._run,
            "n": info["n"],
            "status": status,
            "model": info["model"],
            "steps": 0,
            "seconds": 0.0,
            "cost": None,
            "currency": "",
            **more,
        }
        words = [f"K2 · {pick('run', '运行')} {header['n']}", str(header["model"])]
        if status != "running":
            words += [pick(f"{header['steps']} steps", f"{header['steps']} 步"), f"{header['seconds']:.0f} s", status]
        text = " · ".join(words)
        # An update replaces the whole bundle, so that every form is sent again.
        bundle = {RUN_MIME: header, "text/html": f"<small>{html.escape(text)}</small>", "text/plain": text}
        self._ip.display_pub.publish(
            data=bundle, metadata={}, transient={"display_id": f"k2-{self._run}"}, update=update
        )
