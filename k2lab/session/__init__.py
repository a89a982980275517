"""The composition root: the only place that builds the parts and ties them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.locale import language, language_of, use_language
from k2lab.settings import Settings, read_settings

if TYPE_CHECKING:
    from k2lab.agent.events import Event
    from k2lab.agent.run import Run
    from k2lab.guard.verdict import Approver
    from k2lab.session.places import Place
    from k2lab.session.providers import Sent

__all__ = ["AskUser", "Session", "ask"]

AskUser = Callable[[str], str | None]
"""Puts a question of the analyst to the person; None when nobody answers."""

_REMEMBERED = 3  # earlier runs that a follow-up carries: enough to say "and by country?", little to pay for


@dataclass
class Session:
    """One sitting: its runs, so that follow-up questions can refer to them, and what left the machine.

    Attributes
    ----------
    runs : list of Run
        Oldest first.
    sent : list of Sent
        Every request that went to a server.
    """

    runs: list[Run] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def ask(
        self,
        question: str,
        place: Place,
        settings: Settings,
        *,
        approve: Approver | None = None,
        ask_user: AskUser | None = None,
    ) -> Iterator[Event]:
        """Answer a question where the frames are, event by event; the run is remembered when it ends.

        Parameters
        ----------
        question : str
            In English or Chinese.
        place : Place
            Where the frames are and cells run; opened by the caller.
        settings : Settings
        approve : callable, optional
            Asks the person about a cell; without it, cells that need a look do not run.
        ask_user : callable, optional
            Puts a question of the analyst to the person.

        Raises
        ------
        UsageError
            If there is no question, or nothing to analyse.
        """
        from k2lab.agent.events import RunFinished
        from k2lab.agent.loop import Limits, answer
        from k2lab.guard.approval import approver
        from k2lab.guard.judge import judge
        from k2lab.session.providers import choose

        question = question.strip()
        if not question:
            raise UsageError("There is no question.", "Write one in plain words, such as: what is the mean of price by city?")
        spoken = language_of(question) if settings.lang == "auto" else settings.lang
        before = language()
        with place:
            frames = place.frames(settings.privacy)
            if not frames:
                raise UsageError("There is no frame to analyse.", "Load one first, or name it with -d NAME.")
            chosen = choose(settings, self.sent)
            use_language(spoken)
            try:
                for event in answer(
                    question,
                    provider=chosen.provider,
                    runner=place.runner,
                    frames=frames,
                    judge=lambda code: judge(code, folder=place.folder),
                    approve=approver(settings.approve, approve),
                    look=lambda frame, columns: place.look(frame, columns, settings.privacy),
                    ask_user=ask_user,
                    limits=Limits(
                        max_steps=settings.max_steps,
                        cell_seconds=settings.timeout,
                        run_seconds=settings.max_seconds,
                        budget=settings.budget,
                    ),
                    language=spoken,
                    earlier=self._earlier(),
                    price=chosen.price,
                ):
                    if isinstance(event, RunFinished):
                        self.runs.append(event.run)
                    yield event
            finally:
                chosen.close()
                use_language(before)

    def report(self, path: Path, place: Place, runs: Sequence[Run] = ()) -> Path:
        """Compile runs (by default the last one) into a report file.

        Raises
        ------
        UsageError
            If nothing was asked yet.
        OutputError
            If the file cannot be written.
        """
        from k2lab.report.write import write_report

        return write_report(self.notebook(place, runs), path)

    def notebook(self, place: Place, runs: Sequence[Run] = ()) -> Any:
        """Return runs (by default the last one) as a notebook that needs neither k2lab's magic nor a model."""
        from k2lab.report.notebook import to_notebook
        from k2lab.session.provenance import provenance

        chosen = tuple(runs) or tuple(self.runs[-1:])
        if not chosen:
            raise UsageError("There is no run to report.", "Ask a question first.")
        return to_notebook(chosen, setup=place.setup, provenance=provenance(place.fingerprints()))

    def _earlier(self) -> tuple[Any, ...]:
        from k2lab.conversation.prompt import recap

        answered = [run for run in self.runs if run.answer is not None][-_REMEMBERED:]
        return tuple(message for run in answered for message in recap(run.question, run.answer_text))


def ask(question: str, *frames: Any, **options: Any) -> Run:
    """Answer a question about frames of data.

    Parameters
    ----------
    question : str
        In English or Chinese.
    *frames : frame
        pandas, polars, pyarrow or DuckDB; named ``df``, or ``df1``, ``df2``... when there are several. To choose
        names, pass one mapping of names to frames.
    **options
        Settings by name: ``model``, ``base_url``, ``api_key``, ``privacy``, ``max_steps``, ``timeout``, ``budget``,
        ``lang``, ``report``...

    Returns
    -------
    Run
        ``.answer``, ``.steps``, ``.usage`` and ``.report(path)``.

    Raises
    ------
    UsageError
        If there is no question or no frame.
    ProviderError
        If the model cannot be reached.

    Examples
    --------
    >>> import pandas as pd
    >>> import k2lab
    >>> frame = pd.DataFrame({"city": ["A", "B"] * 20, "price": range(40)})
    >>> k2lab.ask("What is the mean of price?", frame, model="offline").answer.answered
    True
    """
    from k2lab.agent.events import RunFinished
    from k2lab.session.places import memory

    settings = read_settings(**options)
    session = Session()
    place = memory(frames)
    for event in session.ask(question, place, settings):
        if isinstance(event, RunFinished):
            run = event.run
    if run.error is not None:
        raise run.error
    session_report = session.report
    if settings.report:
        session_report(Path(settings.report), place)
    return run
