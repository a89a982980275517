"""A run that can be reported: the run, and what a notebook of it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from k2lab.agent.run import Run
from k2lab.errors import K2Error


@dataclass(frozen=True, kw_only=True)
class AskedRun(Run):
    """A run with the cells that make its frames and the versions it was made with.

    Attributes
    ----------
    setup : tuple of str
        Cells that make the frames in a fresh kernel; empty where nobody knows them.
    provenance : mapping
        Versions, platform and fingerprints of the data.
    error : K2Error or None
        What ended the run when its status is ``failed``.
    """

    setup: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    error: K2Error | None = None

    @classmethod
    def of(cls, run: Run, *, setup: tuple[str, ...], provenance: Mapping[str, Any], error: K2Error | None) -> AskedRun:
        """Return `run` with what its notebook needs."""
        known = {one.name: getattr(run, one.name) for one in fields(Run)}
        return cls(**known, setup=setup, provenance=provenance, error=error)

    def notebook(self) -> Any:
        """Return the run as a notebook that needs neither k2lab's magic nor a model (NotebookNode, nbformat 4.5)."""
        from k2lab.report.notebook import to_notebook

        return to_notebook([self], setup=self.setup, provenance=self.provenance)

    def report(self, path: str | Path, *, style: str | None = None) -> Path:
        """Write the run's report, as the ending of the path says: ``.html``, ``.pdf``, ``.md`` or ``.qmd``.

        Parameters
        ----------
        path : path-like
        style : str, optional
            ``"plain"``, ``"executive"``, ``"academic"`` or, where a model answers, any description: the text is
            written anew, and its numbers are checked again. The run itself stays as it is.

        Raises
        ------
        OutputError
            If it cannot be written.
        UsageError
            If nobody here can write in that style.
        """
        from k2lab.report.write import write_report

        notebook = self.notebook()
        if style:
            from k2lab.session.style import restyle_notebook
            from k2lab.settings import read_settings

            offline = self.model.startswith("offline")
            restyle_notebook(notebook, style, read_settings(model="offline" if offline else self.model))
        return write_report(notebook, path)
