"""From a question to files: what `ask` and `demo` share."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from k2lab.errors import OutputError
from k2lab.locale import pick, use_language

if TYPE_CHECKING:
    from k2lab.agent.run import Run
    from k2lab.schema.sources import Source
    from k2lab.settings import Settings


def answer_into(folder: Path, sources: Sequence[Source], question: str, settings: Settings, *, as_json: bool) -> int:
    """Answer a question, leave ``analysis.ipynb`` and ``report.html`` in `folder`, and say what came of it.

    Returns
    -------
    int
        The exit code.
    """
    from k2lab.agent.events import RunFinished
    from k2lab.cli.progress import Progress
    from k2lab.session import Session
    from k2lab.session.places import KernelPlace

    must_be_writable(folder)
    session = Session()
    progress = Progress()
    place = KernelPlace(folder, sources, on_start=progress.doing)
    person = progress if progress.person and not as_json else None
    try:
        with progress:
            run = None
            for event in session.ask(
                question, place, settings, approve=person and person.approve, ask_user=person and person.ask
            ):
                progress.show(event)
                if isinstance(event, RunFinished):
                    run = event.run
            if run is None:  # the loop always ends with RunFinished
                raise AssertionError("the run ended without its last event")
            progress.doing(pick("writing the report", "正在撰写报告"))
            use_language(run.language)
            written = _write(session, place, run, folder, settings)
    finally:
        place.close()
    _say(run, written, as_json=as_json)
    return _exit_code(run)


def must_be_writable(folder: Path) -> None:
    """Make the folder for results.

    Raises
    ------
    OutputError
        If it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise OutputError(f"{folder} cannot be made: {fault.strerror}.", "Choose another with --out DIR.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{folder} cannot be written to.", "Choose another with --out DIR.")


def _write(session: Any, place: Any, run: Run, folder: Path, settings: Settings) -> dict[str, Path]:
    from k2lab.report.write import write_notebook, write_report

    notebook = session.notebook(place, [run])
    return {
        "notebook": write_notebook(notebook, folder / "analysis.ipynb"),
        "report": write_report(notebook, Path(settings.report) if settings.report else folder / "report.html"),
    }


def _exit_code(run: Run) -> int:
    if run.error is not None:
        return run.error.exit_code
    return {"answered": 0, "interrupted": 130}.get(run.status, 4)


def _say(run: Run, written: dict[str, Path], *, as_json: bool) -> None:
    if as_json:
        from k2lab.agent.record import run_to_dict

        made = run_to_dict(run) | {"files": {name: str(path) for name, path in written.items()}, "exit_code": _exit_code(run)}
        click.echo(json.dumps(made, ensure_ascii=False))
    elif run.answer is not None:
        click.echo(f"\n{run.answer.summary}\n")
        for finding in run.answer.findings:
            click.echo(f"  - {finding.text}")
        click.echo("")
    if run.status != "answered":
        click.echo(f"k2lab: {run.problem}", err=True)
    if not as_json:
        for name, path in written.items():
            label = {"notebook": pick("notebook", "笔记本"), "report": pick("report", "报告")}[name]
            click.echo(f"{label}: {path.resolve()}")

