"""From a question to files: what `ask` and `demo` share."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from k2lab.errors import OutputError
from k2lab.locale import pick, use_language

_SHOWN = 6  # findings on the terminal; the report has all

if TYPE_CHECKING:
    from k2lab.agent.run import Answer
    from k2lab.schema.sources import Source
    from k2lab.session.asked import AskedRun
    from k2lab.settings import Settings


def answer_into(folder: Path, sources: Sequence[Source], question: str, settings: Settings, *, as_json: bool) -> int:
    """Answer a question, leave ``analysis.ipynb`` and ``report.html`` in `folder`, and say what came of it.

    Returns
    -------
    int
        The exit code.
    """
    from k2lab.cli.progress import Progress
    from k2lab.session import Session, watch
    from k2lab.session.places import KernelPlace

    must_be_writable(folder)
    session = Session()
    progress = Progress()
    place = KernelPlace(folder, sources, on_start=progress.doing)
    person = progress if progress.person and not as_json else None
    try:
        with progress:
            events = session.ask(
                question,
                place,
                settings,
                approve=person.approve if person else None,
                ask_user=person.ask if person else None,
            )
            watch(events, progress.show)
            run = session.last()
            use_language(run.language)
            progress.doing(pick("writing the report", "正在撰写报告"))
            written = _write(run, folder, settings)
    finally:
        place.close()
    _say(run, written, as_json=as_json)
    return run.exit_code


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


def _write(run: AskedRun, folder: Path, settings: Settings) -> dict[str, Path]:
    from k2lab.report.write import write_notebook, write_report

    notebook = run.notebook()
    return {
        "notebook": write_notebook(notebook, folder / "analysis.ipynb"),
        "report": write_report(notebook, settings.report or folder / "report.html"),
    }


def _say_answer(answer: Answer) -> None:
    click.echo(f"\n{answer.summary}\n")
    findings = [finding.text for finding in answer.findings if finding.text not in answer.summary]
    for text in findings[:_SHOWN]:
        click.echo(f"  - {text}")
    if len(findings) > _SHOWN:
        more = len(findings) - _SHOWN
        click.echo(pick(f"  and {more} more findings in the report", f"  报告中另有 {more} 条发现"))
    if not answer.answered:  # what there is, and what can be asked
        for text in (*answer.limitations, *answer.follow_ups):
            click.echo(f"  - {text}")
    click.echo("")


def _say(run: AskedRun, written: dict[str, Path], *, as_json: bool) -> None:
    if as_json:
        from k2lab.agent.record import run_to_dict

        made = run_to_dict(run) | {
            "files": {name: str(path) for name, path in written.items()},
            "exit_code": run.exit_code,
        }
        click.echo(json.dumps(made, ensure_ascii=False))
    elif run.answer is not None:
        _say_answer(run.answer)
    if run.status != "answered":
        click.echo(f"k2lab: {run.problem}", err=True)
    if not as_json:
        for name, path in written.items():
            label = {"notebook": pick("notebook", "笔记本"), "report": pick("report", "报告")}[name]
            click.echo(f"{label}: {path.resolve()}")
