"""Asking from a ``%%k2`` cell: the steps appear while the cell runs, as cells where a front end puts them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.guard.verdict import Answer, Verdict
from k2lab.locale import pick
from k2lab.notebook.options import CellOptions, read_options
from k2lab.settings import Settings, read_settings

if TYPE_CHECKING:
    from k2lab.notebook.magic import K2
    from k2lab.notebook.panel import Panel


def ask_cell(magics: K2, line: str, cell: str) -> None:
    """Answer the question of a ``%%k2`` cell.

    Raises
    ------
    K2Error
        Shown by IPython as its one line; the cell then counts as failed, so that nbconvert and papermill stop.
    """
    options = read_options(line)
    question = f"{options.words}\n{cell}".strip()
    settings = read_settings(**(magics.given() | options.settings))
    if settings.skip:
        print("K2LAB_SKIP is set: the question was not asked, and nothing was run.")
        return
    if not question:
        raise UsageError("There is no question.", "Write it under the %%k2 line.")
    anchor = magics.panel.anchor() if magics.panel is not None else ""
    if magics.panel is not None and anchor:
        _with_cells(magics, magics.panel, anchor, question, options, settings)
    else:
        _displayed(magics, question, options, settings)
    run = magics.session.last()
    if settings.report and run.answer is not None:
        print(f"{pick('Report', '报告')}: {run.report(settings.report)}")
    if run.error is not None:
        raise run.error


def _displayed(magics: K2, question: str, options: CellOptions, settings: Settings) -> None:
    """Show the steps as outputs of the ``%%k2`` cell: in any front end, and where nobody looks."""
    from k2lab.notebook.display import StepDisplay
    from k2lab.session import watch
    from k2lab.session.places import ShellPlace

    ip = magics.shell
    person = _person(ip)
    events = magics.session.ask(
        question,
        ShellPlace(ip, options.frames),
        settings,
        approve=person.approve if person else None,
        ask_user=person.ask if person else None,
    )
    watch(events, StepDisplay(ip).show)


def _with_cells(magics: K2, panel: Panel, anchor: str, question: str, options: CellOptions, settings: Settings) -> None:
    """Let the front end put the steps under the ``%%k2`` cell; its own output is one line about the run."""
    from k2lab.locale import language_of
    from k2lab.notebook.cell_place import CellPlace
    from k2lab.notebook.mentions import without_mentions
    from k2lab.notebook.run_header import RunHeader
    from k2lab.session import watch

    place = CellPlace(magics.shell, options.frames)
    spoken = language_of(question) if settings.lang == "auto" else settings.lang
    with panel.run(cell=anchor, question=question, settings=settings, frames=place.names, language=spoken) as (
        run,
        display,
    ):
        header = RunHeader(magics.shell, run, panel.journal)
        place.display = display
        events = magics.session.ask(
            without_mentions(question, magics.shell.user_ns),
            place,
            settings,
            approve=display.approve,
            ask_user=display.ask,
            run_id=run,
            sleep=display.sleep,
        )
        try:
            watch(events, display.show)
        finally:
            header.end(magics.session)


class _Person:
    """The person at the keyboard, asked through the kernel's own prompt."""

    def approve(self, code: str, verdict: Verdict) -> Answer:
        for reason in verdict.reasons:
            print(f"line {reason.line}: {reason.source.strip()}\n    {reason.why}")
        answer = input(
            pick("Run this cell? [y]es / [a]ll in this run / [N]o: ", "运行此单元？[y] 是 / [a] 本次全部 / [N] 否：")
        )
        return {"y": "once", "a": "run"}.get(answer.strip().lower()[:1], "reject")  # type: ignore[return-value]

    def ask(self, question: str) -> str:
        return input(f"{question} ").strip()


def _person(ip: Any) -> _Person | None:
    """Return the person, where the front end can put questions; nbconvert and papermill cannot."""
    kernel = getattr(ip, "kernel", None)
    if kernel is not None:
        return _Person() if getattr(kernel, "_allow_stdin", False) else None
    import sys

    return _Person() if sys.stdin is not None and sys.stdin.isatty() else None
