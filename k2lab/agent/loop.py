"""The loop: ask the model, do what it calls for, tell it what came of it, until it finishes or a limit is reached."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator, Sequence
from datetime import UTC, datetime

from k2lab.agent.book import Book, Ended
from k2lab.agent.budget import Price
from k2lab.agent.calls import Hands, take
from k2lab.agent.events import Event, RunFinished
from k2lab.agent.limits import Limits
from k2lab.agent.look import Look, look_at
from k2lab.agent.request import request
from k2lab.agent.run import Run
from k2lab.agent.run_cell import Judge, Observe
from k2lab.agent.tools import offered
from k2lab.cells.result import CellResult
from k2lab.cells.runner import CellRunner
from k2lab.conversation.messages import Message
from k2lab.conversation.prompt import begin, opening
from k2lab.errors import K2Error
from k2lab.guard.verdict import Approver
from k2lab.locale import Language, pick
from k2lab.provider.base import Provider
from k2lab.schema.model import FrameSchema

_NUDGE = "That reply called no tool, so nothing was done. Call run_cell to go on, or finish with your answer."
_CUT = "That reply was cut at its length limit. Be shorter: call one tool, with one idea per cell."


def answer(
    question: str,
    *,
    provider: Provider,
    runner: CellRunner,
    frames: Sequence[FrameSchema],
    judge: Judge,
    approve: Approver | None = None,
    look: Look | None = None,
    ask_user: Callable[[str], str] | None = None,
    limits: Limits | None = None,
    language: Language = "en",
    earlier: Sequence[Message] = (),
    price: Price | None = None,
    stop: Callable[[], bool] | None = None,
    observe: Observe | None = None,
    run_id: str | None = None,
) -> Generator[Event, None, None]:
    """Answer a question about frames, as a stream of events; the last one is always `RunFinished`.

    Parameters
    ----------
    question : str
        In any language, with any letters.
    provider : Provider
        The model.
    runner : CellRunner
        The kernel.
    frames : sequence of FrameSchema
        What the model is told of the data.
    judge, approve : callable
        The guard, and the person it asks; without a person (None) cells that need consent do not run.
    look : callable, optional
        Describes columns further; by default from `frames`.
    ask_user : callable, optional
        Asks the person a question; without it the model has no such tool.
    limits : Limits, optional
    language : {"en", "zh"}
        Of the answer.
    earlier : sequence of Message
        Messages of an earlier run, for follow-up questions.
    price : callable, optional
        What tokens cost.
    stop : callable, optional
        Asked between pieces and steps; true ends the run as an interrupt does.
    observe : callable, optional
        Says in words what a cell gave, of its result and its code; by default `k2lab.cells.observe.observe`.
    run_id : str, optional
        12 hex digits; by default new ones.

    Yields
    ------
    Event

    Notes
    -----
    Errors of cells, refusals, unknown tools and bad arguments are told to the model. A `K2Error`, such as an
    unreachable server, ends the run: its line is in ``run.problem`` and the exception in ``RunFinished.error``. A
    KeyboardInterrupt ends the run with the finished steps kept; a front end that is interrupted while it shows an
    event passes it on with ``events.throw(KeyboardInterrupt)``.
    """
    limits = limits or Limits()
    tools = offered(ask=ask_user is not None)
    book = Book(_new_run(run_id, question, provider, frames, language), tools=tools, limits=limits, price=price)
    error: K2Error | None = None
    try:
        book.start(begin(opening(question, _schema_text(frames), language), earlier))
        hands = Hands(
            runner=runner,
            judge=judge,
            approve=approve,
            look=look or look_at(frames),
            ask_user=ask_user,
            observe=observe or _observe(frames),
        )
        yield from _work(book, provider, hands, stop)
    except Ended as end:
        book.close(end.status, end.problem)
    except KeyboardInterrupt:
        book.close("interrupted", pick("Interrupted; what was done is kept.", "已中断；已完成的步骤保留。"))
    except K2Error as failure:
        error = failure
        book.close("failed", str(failure), failure)
    yield from book.settle()
    yield RunFinished(run=book.run, error=error)


def _work(
    book: Book, provider: Provider, hands: Hands, stop: Callable[[], bool] | None
) -> Generator[Event, None, None]:
    """Go on until something ends the run; it ends by an exception, so that every way out is the same."""
    silent = 0
    while True:
        completion = yield from request(book, provider, stop)
        book.hear(completion)
        calls = completion.message.calls
        silent = 0 if calls else silent + 1
        if silent > book.limits.nudges:
            words = " ".join(completion.message.text.split())[:300]
            said = pick("The model stopped without an answer", "模型未给出答案便停止了")
            raise Ended("unanswered", f"{said}: {words}" if words else f"{said}.")
        if not calls:
            book.say(Message(role="user", text=_CUT if completion.finish_reason == "length" else _NUDGE))
        for call in calls:
            if stop is not None and stop():
                raise KeyboardInterrupt
            book.check_time()
            yield from take(book, call, hands, alone=len(calls) == 1)


def _new_run(
    run_id: str | None, question: str, provider: Provider, frames: Sequence[FrameSchema], language: Language
) -> Run:
    return Run(
        id=run_id or uuid.uuid4().hex[:12],
        question=question,
        language=language,
        model=provider.model,
        frames=tuple(frames),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _schema_text(frames: Sequence[FrameSchema]) -> str:
    from k2lab.schema.render import render

    return render(tuple(frames))


def _observe(frames: Sequence[FrameSchema]) -> Observe:
    names = [frame.name for frame in frames]
    columns = list(dict.fromkeys(column.name for frame in frames for column in frame.columns))

    def say(result: CellResult, code: str) -> str:
        from k2lab.cells.observe import observe

        return observe(result, code=code, names=names, columns=columns)

    return say
