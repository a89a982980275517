"""The composition root: the only place that builds the parts and ties them together."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from k2lab.errors import UsageError
from k2lab.locale import Language, language, language_of, use_language
from k2lab.settings import Settings, read_settings

if TYPE_CHECKING:
    from k2lab.agent.events import Event, RunFinished
    from k2lab.conversation.messages import Message
    from k2lab.guard.approval import Mode
    from k2lab.guard.verdict import Approver
    from k2lab.session.asked import AskedRun
    from k2lab.session.places import Place
    from k2lab.session.providers import Sent

__all__ = ["AskUser", "Session", "ask", "watch"]

AskUser = Callable[[str], str]
"""Puts a question of the analyst to the person."""

_REMEMBERED = 3  # earlier runs that a follow-up carries: enough to say "and by country?", little to pay for
_CODE = 8_000  # characters of cells of a run that had no answer


@dataclass
class Session:
    """One sitting: its runs, so that follow-up questions can refer to them, and what left the machine.

    Attributes
    ----------
    runs : list of AskedRun
        Oldest first.
    sent : list of Sent
        Every request that went to a server.
    id : str
        Names the session to a server's prompt cache; says nothing of the person or the machine.
    """

    runs: list[AskedRun] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    id: str = field(default_factory=lambda: uuid4().hex)

    def ask(
        self,
        question: str,
        place: Place,
        settings: Settings,
        *,
        approve: Approver | None = None,
        ask_user: AskUser | None = None,
        run_id: str | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> Generator[Event, None, None]:
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
        run_id : str, optional
            12 hex digits; by default new ones.
        sleep : callable
            Waits before a server that was busy is asked again; a true value ends the wait.

        Raises
        ------
        UsageError
            If there is no question, or nothing to analyse.
        """
        from k2lab.agent.events import RunFinished
        from k2lab.agent.limits import Limits
        from k2lab.agent.loop import answer
        from k2lab.agent.style import check_style
        from k2lab.guard.approval import approver
        from k2lab.guard.judge import judge
        from k2lab.session.providers import choose
        from k2lab.session.style import in_style

        question = question.strip()
        if not question:
            raise UsageError(
                "There is no question.", "Write one in plain words, such as: what is the mean of price by city?"
            )
        spoken = language_of(question) if settings.lang == "auto" else cast(Language, settings.lang)
        before = language()
        with place:
            frames = place.frames(settings.privacy)
            if not frames:
                raise UsageError("There is no frame to analyse.", "Load one first, or name it with -d NAME.")
            use_language(spoken)
            try:
                chosen = choose(settings, self.sent, session=self.id, sleep=sleep)
                if settings.style:
                    check_style(settings.style, rules=chosen.provider.model.startswith("offline"))
                events = answer(
                    question,
                    provider=chosen.provider,
                    runner=place.runner,
                    frames=frames,
                    judge=lambda code: judge(code, folder=place.folder),
                    approve=approver(cast("Mode", settings.approve), approve),
                    ask_user=ask_user,
                    limits=Limits(
                        steps=settings.max_steps,
                        cell_seconds=settings.timeout,
                        seconds=settings.max_seconds,
                        budget=settings.budget,
                        reply_tokens=chosen.reply,
                        window=chosen.window,
                    ),
                    language=spoken,
                    earlier=self._earlier(),
                    price=chosen.price,
                    run_id=run_id,
                )
                event = next(events)
                while not isinstance(event, RunFinished):
                    try:
                        yield event
                    except KeyboardInterrupt as interrupt:  # while the front end showed the event
                        event = events.throw(interrupt)
                    else:
                        event = next(events)
                if settings.style and event.run.answer is not None:
                    event = replace(event, run=in_style(event.run, settings.style, chosen, settings))
                yield replace(event, run=self._remember(event, place))
            finally:
                use_language(before)

    def _remember(self, event: RunFinished, place: Place) -> AskedRun:
        from k2lab.session.asked import AskedRun
        from k2lab.session.provenance import provenance

        made = provenance(place.fingerprints())
        run = AskedRun.of(event.run, setup=place.setup, provenance=made, error=event.error)
        self.runs.append(run)
        return run

    def last(self) -> AskedRun:
        """Return the last run.

        Raises
        ------
        UsageError
            If nothing was asked yet.
        """
        if not self.runs:
            raise UsageError("There is no run to report.", "Ask a question first.")
        return self.runs[-1]

    def _earlier(self) -> tuple[Message, ...]:
        """Return what a follow-up may refer to: the last questions with their answers, or with the cells that ran.

        Cells are told only of a run that ended without an answer: a follow-up may go on from there.
        """
        from k2lab.conversation.messages import Message

        said: list[Message] = []
        for run in self.runs[-_REMEMBERED:]:
            if run.answer is not None:
                answer = "\n".join([run.answer.summary, *(f"- {finding.text}" for finding in run.answer.findings)])
            elif done := [step for step in run.steps if step.status == "ok" and step.code]:
                cells = "\n\n".join(f"# {step.title}\n{step.code}" for step in done)[-_CODE:]
                answer = f"I was stopped before an answer. These cells ran, and their names are still there:\n{cells}"
            else:
                continue
            said += [
                Message(role="user", text=f"Earlier question: {run.question}"),
                Message(role="assistant", text=answer),
            ]
        return tuple(said)


def watch(events: Generator[Event, None, None], show: Callable[[Event], None]) -> None:
    """Show events until the last; an interrupt while one is shown ends the run as any other interrupt does."""
    event: Event | None = next(events)
    while event is not None:
        try:
            show(event)
        except KeyboardInterrupt as interrupt:
            event = events.throw(interrupt)
        else:
            event = next(events, None)


def ask(question: str, *frames: Any, **options: Any) -> AskedRun:
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
    AskedRun
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
    from k2lab.session.places import memory

    settings = read_settings(**options)
    session = Session()
    watch(session.ask(question, memory(frames), settings), show=lambda event: None)
    run = session.last()
    if run.error is not None:
        raise run.error
    if settings.report:
        run.report(settings.report)
    return run
