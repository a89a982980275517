"""The magics: ``%%k2`` asks, ``%k2`` does everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class
from traitlets import Any as AnyTrait

if TYPE_CHECKING:
    from k2lab.notebook.panel import Panel
    from k2lab.session import Session


@magics_class
class K2(Magics):
    """Ask questions about the frames in this kernel; ``%k2 help`` says how.

    The traits are settings for the session (``%config K2.privacy = "summary"``); an empty one leaves the setting to
    the environment or its default.
    """

    model = AnyTrait(None, allow_none=True, help="Name of the model, or 'offline'.").tag(config=True)
    base_url = AnyTrait(None, allow_none=True, help="Address of an OpenAI-compatible server.").tag(config=True)
    privacy = AnyTrait(None, allow_none=True, help="What of a frame is sent: schema, summary or sample.").tag(
        config=True
    )
    approve = AnyTrait(None, allow_none=True, help="What happens to a risky cell: auto, ask or never.").tag(config=True)
    max_steps = AnyTrait(None, allow_none=True, help="Most steps of a run.").tag(config=True)
    timeout = AnyTrait(None, allow_none=True, help="Seconds that a cell may run.").tag(config=True)
    budget = AnyTrait(None, allow_none=True, help="Money that a run may cost.").tag(config=True)
    lang = AnyTrait(None, allow_none=True, help="Language of the answer: auto, en or zh.").tag(config=True)

    _session: Session | None = None
    panel: Panel | None = None
    """The front end's side; none outside a kernel."""

    @property
    def session(self) -> Session:
        """The sitting of this kernel."""
        if self._session is None:
            from k2lab.session import Session

            self._session = Session()
        return self._session

    @session.setter
    def session(self, session: Session | None) -> None:
        self._session = session

    @line_cell_magic
    def k2(self, line: str, cell: str | None = None) -> None:
        """Ask a question (``%%k2``) or give a command (``%k2 help``)."""
        if cell is None:
            from k2lab.notebook.commands import command

            command(self, line)
        else:
            from k2lab.notebook.ask import ask_cell

            ask_cell(self, line, cell)

    def given(self) -> dict[str, Any]:
        """Return the settings made with ``%config K2`` or ``%k2 model``."""
        return {
            name: value
            for name in self.class_own_traits(config=True)
            if (value := getattr(self, name)) not in (None, "")
        }


def register(ip: Any) -> None:
    """Register the magics with a shell, once, with ``%config K2`` and tab completion."""
    if "K2" in ip.magics_manager.registry:
        return
    magics = K2(shell=ip, parent=ip)
    ip.register_magics(magics)
    ip.configurables.append(magics)
    ip.set_hook("complete_command", _complete, re_key=r"%{1,2}k2\b.*")
    kernel = getattr(ip, "kernel", None)
    if kernel is not None and hasattr(kernel, "control_handlers"):
        from k2lab.notebook.panel import Panel

        magics.panel = Panel(magics, kernel)
        magics.panel.line.announce()


def _complete(shell: Any, event: Any) -> list[str]:
    from k2lab.notebook.commands import complete

    return complete(shell, event.line, event.symbol)
