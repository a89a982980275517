"""Steps as cells: what a run tells the panel, and the cells that it puts into the notebook."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, assert_never

from k2lab.agent.events import (
    ApprovalAsked,
    Event,
    RunFinished,
    StepFinished,
    StepStarted,
    TextArrived,
    UsageUpdated,
)
from k2lab.agent.run import Run, Step
from k2lab.cells.result import FIGURE_MIME, RESULT_MIME, CellResult
from k2lab.guard.verdict import Edited, Rejected, Verdict
from k2lab.notebook.answer import answer_markdown
from k2lab.notebook.journal import now
from k2lab.notebook.marks import mark_answer, traced_answer
from k2lab.notebook.registry import Group
from k2lab.notebook.waiting import Reply, Waiting

if TYPE_CHECKING:
    from k2lab.cells.runner import CellRunner
    from k2lab.conversation.messages import Usage
    from k2lab.errors import K2Error
    from k2lab.guard.verdict import Answer

_FAULTS = {
    "ServerUnreachable": "unreachable",
    "KeyMissing": "key",
    "KeyRejected": "key",
    "RateLimited": "rate",
    "QuotaExhausted": "budget",
    "ModelUnknown": "model",
    "KernelDied": "kernel",
    "RequestRefused": "server",
    "ReplyUnusable": "server",
}
_LISTED = re.compile(r"^\s*(?:\d+[.)、]|[-*•])\s+(.+)$", re.MULTILINE)
_PACE = 0.1  # seconds between pieces of streamed text
_LONGEST = 300  # characters of a note
_ANOTHER = 1500  # ms between the ends that are told of one wait and of another


class Emit(Protocol):
    """Numbers an event of this run, keeps it and sends it down."""

    def __call__(self, type: str, **content: Any) -> None:
        """Send an event of a type, with its content by name."""


class Spend(Protocol):
    """Says what the sitting has cost."""

    def __call__(self, cost: Any = None, currency: str = "") -> dict[str, Any]:
        """Return money used, limit and currency, with the cost of a run that still goes on."""
        ...


class CellDisplay:
    """Tells the panel of the events of one run, and puts the person's answers to the analyst.

    Parameters
    ----------
    emit : callable
        Sends an event.
    group : Group
        The run's cells.
    waiting : Waiting
        Where approvals and answers arrive.
    spend : callable
    """

    def __init__(self, emit: Emit, group: Group, waiting: Waiting, spend: Spend) -> None:
        self._emit = emit
        self._group = group
        self._waiting = waiting
        self._spend = spend
        self._text: list[str] = []
        self._told = time.monotonic()
        self._said: list[str] | None = []  # text before the first step; None once the plan is out
        self._step: StepStarted | None = None
        self._approval = ""
        self._edited: set[int] = set()
        self._running: set[int] = set()
        self._failed: int | None = None
        self._until = 0  # end of a wait for the server, in ms since 1970; 0 while there is none
        self._hurry = threading.Event()
        self.inside = False  # a cell runs now
        self.cancelled = False
        self.ending = False
        self.ended = False

    # -- events ------------------------------------------------------------------------------------------------------

    def show(self, event: Event) -> None:
        """Tell of one event; once the run is cancelled, end it instead."""
        if self.cancelled and not isinstance(event, (StepFinished, RunFinished)):
            raise KeyboardInterrupt
        self._wait(event)
        if not isinstance(event, TextArrived):
            self._flush()
            self._settle(Reply(answer="reject"), by="end")  # an interrupt came first
        match event:
            case TextArrived(text=text, reasoning=reasoning):
                if not reasoning:
                    self._text.append(text)
                    if time.monotonic() - self._told > _PACE:
                        self._flush()
            case StepStarted():
                self._plan()
                self._step = event
                if event.tool != "finish":
                    self._emit(
                        "step_started",
                        step=event.number,
                        tool=event.tool,
                        title=_line(event.title),
                        why=_line(event.why),
                        code=event.code,
                    )
            case ApprovalAsked():
                self._ask(event)
            case StepFinished(step=step):
                if step.call.name != "finish":
                    self._finished(step)
            case UsageUpdated(usage=usage, cost=cost, currency=currency):
                self._emit("usage", usage=used(usage, cost, currency), spend=self._spend(cost, currency))
            case RunFinished(run=run, error=error):
                self.end(run, error)
            case _:
                assert_never(event)

    def note(self, text: str) -> None:
        """Show a line of our own, under the ``%%k2`` cell."""
        print(text)

    def _wait(self, event: Event) -> None:
        """Tell of a wait for the server when it begins and when it is over; the panel counts down by itself."""
        left = event.left if isinstance(event, TextArrived) else None
        if left is not None:
            until = now() + round(left * 1000)
            if abs(until - self._until) > _ANOTHER:
                assert isinstance(event, TextArrived)
                self._hurry.clear()
                self._until = until
                self._emit(
                    "waiting", until=until, seconds=round(left, 1), why=re.split("[:：] ?", event.text, maxsplit=1)[-1]
                )
        elif self._until:
            self._over()

    def _over(self) -> None:
        self._until = 0
        self._emit("waiting_over")

    def sleep(self, seconds: float) -> bool:
        """Wait for the server; true when the person does not want to wait any longer."""
        hurried = self._hurry.wait(seconds)
        if self._until and (hurried or now() >= self._until):
            self._over()  # told here: what the server says next may take its time
        return hurried

    def hurry(self) -> bool:
        """End a wait for the server; false if there is none."""
        if self._until:
            self._hurry.set()
        return bool(self._until)

    def _flush(self) -> None:
        text, self._text = "".join(self._text), []
        self._told = time.monotonic()
        if text:
            if self._said is not None:
                self._said.append(text)
            self._emit("text", text=text, reasoning=False)

    def _plan(self) -> None:
        """Send what was said before the first step as the plan."""
        said, self._said = self._said, None
        text = "".join(said or ()).strip()
        if text:
            steps = [{"title": _line(title)[:_LONGEST]} for title in _LISTED.findall(text)]
            self._emit("plan", text=text, steps=steps)

    def _finished(self, step: Step) -> None:
        result = step.result
        mends = self._failed if step.call.name == "run_cell" else None
        if step.call.name == "run_cell":
            self._failed = step.number if step.status in ("error", "timeout", "died") else None
        outputs = result.outputs if result else ()
        cell = None
        if result is not None or step.number in self._running:
            cell = self._cell(step.number, step.code, step.status, result)
        self._emit(
            "step_finished",
            step=step.number,
            tool=step.call.name,
            status=step.status,
            title=_line(step.title or step.call.name),
            why=_line(step.why),
            code=step.code,
            seconds=round(step.seconds, 3),
            note=_note(outputs),
            problem="" if step.status == "ok" else _problem(step),
            figure=_figure(outputs, step.title),
            mends=mends,
            edited=step.number in self._edited,
            cell=cell,
        )

    def end(self, run: Run, error: K2Error | None = None) -> None:
        """Tell how the run ended, with its answer and its record for the notebook."""
        self.ending = True
        from k2lab.report.notebook import record_of

        self._settle(Reply(answer="reject"), by="end")
        after = self._group.last
        cells = []
        if run.answer is not None:
            cells.append(
                self._group.answer_cell(
                    answer_markdown(run.answer, traced_answer(run)),
                    title=run.answer.title,
                    status=run.status,
                    seconds=round(run.seconds, 3),
                )
            )
        self._emit(
            "run_finished",
            status=run.status,
            problem=error.what if error else run.problem,
            mend=getattr(error, "mend", "") or "",
            kind=_FAULTS.get(type(error).__name__, "other") if error else None,
            answer=mark_answer(run),
            usage=used(run.usage, run.cost, run.currency),
            spend=self._spend(),
            seconds=round(run.seconds, 3),
            steps=len(run.steps),
            model=run.model,
            after=after,
            cells=cells,
            record=record_of(run),
        )
        self.ended = True

    # -- cells -------------------------------------------------------------------------------------------------------

    def around(self, runner: CellRunner) -> CellRunner:
        """Return a runner that shows each cell in the notebook before it runs."""
        return _Shown(runner, self)

    def running(self, code: str) -> None:
        """Put the cell that begins to run into the notebook."""
        assert self._step is not None  # the loop begins a step before it runs a cell
        after, number = self._group.last, self._step.number
        if code != self._step.code:
            self._edited.add(number)
        self._running.add(number)
        self._emit("cell", step=number, after=after, cell=self._cell(number, code, "running", None))

    def _cell(self, number: int, code: str, status: str, result: CellResult | None) -> dict[str, Any]:
        step = self._step
        return self._group.code_cell(
            number,
            code,
            title=_line(step.title) if step else "",
            why=_line(step.why) if step else "",
            status=status,
            seconds=round(result.seconds, 3) if result else 0.0,
            outputs=result.outputs if result else (),
            count=result.execution_count if result else None,
        )

    # -- the person --------------------------------------------------------------------------------------------------

    def _ask(self, event: ApprovalAsked) -> None:
        self._approval = self._waiting.open()
        self._emit(
            "approval_asked",
            approval=self._approval,
            step=event.number,
            code=event.code,
            edited=False,
            decision=event.verdict.decision,
            reasons=[
                {"rule": reason.rule, "line": reason.line, "source": reason.source, "why": reason.why}
                for reason in event.verdict.reasons
            ],
        )

    def approve(self, code: str, verdict: Verdict) -> Answer | Edited | Rejected:
        """Wait for the person's decision on the cell that was just asked about."""
        reply = self._waiting.wait(self._approval)
        self._settle(reply, by="person")
        match reply.answer:
            case "edit":
                return Edited(code=reply.code or code)
            case "once":
                return "once"
            case "run":
                return "run"
        return Rejected(words=reply.words)

    def _settle(self, reply: Reply, *, by: str) -> None:
        """Say how the approval that waits was decided, if one does."""
        approval, self._approval = self._approval, ""
        if approval and self._step:
            self._waiting.drop(approval)
            self._emit(
                "approval_settled",
                approval=approval,
                step=self._step.number,
                answer=reply.answer,
                by=by,
                code=reply.code or self._step.code,
                words=reply.words,
            )

    def ask(self, question: str) -> str:
        """Put a question of the analyst to the person and wait for the words."""
        asked, text = self._waiting.open(), ""
        self._emit("question_asked", ask=asked, text=question)
        try:
            text = self._waiting.wait(asked).words
        finally:
            self._emit("question_settled", ask=asked, text=text)
        return text


class _Shown:
    """A runner whose cells appear before they run."""

    def __init__(self, runner: CellRunner, display: CellDisplay) -> None:
        self._runner = runner
        self._display = display

    def run(self, code: str, *, timeout: float) -> CellResult:
        self._display.running(code)
        if self._display.cancelled:
            raise KeyboardInterrupt
        self._display.inside = True
        try:
            return self._runner.run(code, timeout=timeout)
        finally:
            self._display.inside = False


def used(usage: Usage, cost: Any, currency: str) -> dict[str, Any]:
    """Return tokens and money as the panel reads them."""
    return {
        "prompt": usage.prompt_tokens,
        "completion": usage.completion_tokens,
        "cached": usage.cached_tokens,
        "cost": None if cost is None else str(cost),
        "currency": currency,
    }


def _line(text: str) -> str:
    return " ".join(text.split())


def _problem(step: Step) -> str:
    """Say in a line what went wrong."""
    error = step.result.error if step.result else None
    if error is not None:
        return f"{error.name}: {_line(error.value)}"[:_LONGEST]
    told = step.observation.partition("\nnot run: ")[2].partition("\n")[0]
    return _line(told)[:_LONGEST] or step.status


def _note(outputs: tuple[Any, ...]) -> str:
    """Return the headline of the last result that a cell shows."""
    for output in reversed(outputs):
        result = output.get("data", {}).get(RESULT_MIME)
        if isinstance(result, Mapping):
            for sentence in result.get("sentences", ()):
                if isinstance(sentence, Mapping) and sentence.get("role") in ("headline", "finding"):
                    return _line(str(sentence.get("text", "")))[:_LONGEST]
    return ""


def _figure(outputs: tuple[Any, ...], title: str) -> dict[str, Any] | None:
    """Say which output is the last picture, and what it shows in words."""
    for place, output in reversed(list(enumerate(outputs))):
        data = output.get("data", {})
        if any(mime in data for mime in ("image/png", "image/jpeg", "image/svg+xml")):
            digest = data.get(FIGURE_MIME)
            alt = digest.get("alt") if isinstance(digest, Mapping) else ""
            return {"output": place, "alt": _line(str(alt or title))[:1000]}
    return None
