"""Fakes: a kernel that runs nothing, and scripts that read like the conversation they stand for."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from k2lab.agent.events import Event, RunFinished, StepFinished
from k2lab.agent.loop import answer
from k2lab.agent.run import Run
from k2lab.cells.result import CellError, CellResult
from k2lab.conversation.messages import Message, ToolCall
from k2lab.guard.verdict import Reason, Verdict
from k2lab.provider.scripted import Reply, ScriptedProvider

_numbers = itertools.count()


def call(name: str, /, *, raw: str | None = None, fault: str | None = None, **arguments: Any) -> ToolCall:
    """Return a call as a provider would give it."""
    text = json.dumps(arguments, ensure_ascii=False) if raw is None else raw
    return ToolCall(id=f"functions.{name}:{next(_numbers)}", name=name, arguments=arguments, raw=text, fault=fault)


def calls(*given: ToolCall, text: str = "", reasoning: str | None = None) -> Message:
    """Return a reply with these calls."""
    return Message(role="assistant", text=text, reasoning=reasoning, calls=given)


def runs(*codes: str, text: str = "", title: str = "A look") -> Message:
    """Return a reply that runs these cells."""
    return calls(*(call("run_cell", code=code, title=title, why="To know.") for code in codes), text=text)


def looks(frame: str, *columns: str) -> Message:
    """Return a reply that looks at columns."""
    return calls(call("look", frame=frame, columns=list(columns)))


def says(text: str) -> Message:
    """Return a reply without a call."""
    return Message(role="assistant", text=text)


def ending(summary: str = "It is so.", *, answered: bool = True, findings: Iterable[Any] = (), **more: Any) -> ToolCall:
    """Return a call of finish."""
    given = {"title": "A title", "methods": [], "limitations": [], "follow_ups": [], **more}
    return call("finish", answered=answered, summary=summary, findings=list(findings), **given)


def finishes(summary: str = "It is so.", **more: Any) -> Message:
    """Return a reply that ends the run."""
    return calls(ending(summary, **more))


def shows(text: str) -> CellResult:
    """Return what a cell gives that prints a text."""
    return CellResult(status="ok", outputs=({"output_type": "stream", "name": "stdout", "text": text},), seconds=0.1)


def fails(name: str = "KeyError", value: str = "'x'") -> CellResult:
    """Return what a cell gives that raises."""
    return CellResult(status="error", error=CellError(name=name, value=value, line=1), seconds=0.1)


def ends(status: Any) -> CellResult:
    """Return what a cell gives that timed out, was interrupted or took the kernel with it."""
    return CellResult(status=status, seconds=0.1)


class FakeRunner:
    """Runs nothing; gives what it was told to give, and after that empty results.

    Attributes
    ----------
    ran : list of str
        The cells that reached it.
    timeouts : list of float
    """

    def __init__(self, *results: CellResult | BaseException) -> None:
        self.ran: list[str] = []
        self.timeouts: list[float] = []
        self._results = list(results)

    def run(self, code: str, *, timeout: float) -> CellResult:
        self.ran.append(code)
        self.timeouts.append(timeout)
        result = self._results.pop(0) if self._results else CellResult(status="ok")
        if isinstance(result, BaseException):
            raise result
        return result


def allow(code: str) -> Verdict:
    """Judge every cell harmless."""
    return Verdict(decision="allow")


def wary(code: str) -> Verdict:
    """Ask about cells that delete, deny those that fork."""
    for word, decision in (("unlink", "ask"), ("rmdir", "ask"), ("fork", "deny")):
        if word in code:
            reason = Reason(rule=f"files.{word}", line=1, source=code, why=f"it calls {word}")
            return Verdict(decision=decision, reasons=(reason,))  # type: ignore[arg-type]
    return Verdict(decision="allow")


def no(code: str, verdict: Verdict) -> Any:
    """Reject every cell."""
    return "reject"


def yes(code: str, verdict: Verdict) -> Any:
    """Allow every cell, once."""
    return "once"


def tell(result: CellResult, code: str = "") -> str:
    """Say in short what a cell gave."""
    lines = [f"status: {result.status}"]
    lines += [f"stdout: {output['text']}" for output in result.outputs if output.get("output_type") == "stream"]
    if result.error:
        lines.append(f"error: {result.error.name}: {result.error.value}")
    return "\n".join(lines)


def play(
    *replies: Reply,
    runner: FakeRunner | None = None,
    provider: Any = None,
    question: str = "What is it?",
    judge: Callable[[str], Verdict] = allow,
    **more: Any,
) -> Played:
    """Run the loop over a script, and return all that came of it."""
    provider = provider or ScriptedProvider(*replies)
    runner = runner or FakeRunner()
    given: Mapping[str, Any] = {"frames": (), "observe": tell, **more}
    events = list(answer(question, provider=provider, runner=runner, judge=judge, **given))
    return Played(events, provider, runner)


class Played:
    """What came of a run: its events, the run itself, what the model heard and what the kernel ran."""

    def __init__(self, events: list[Event], provider: Any, runner: FakeRunner) -> None:
        self.events = events
        self.heard: list[tuple[Message, ...]] = getattr(provider, "heard", [])
        self.ran = runner.ran
        last = events[-1]
        assert isinstance(last, RunFinished)
        self.finished = last
        self.run: Run = last.run
        self.told = [event.step.observation for event in events if isinstance(event, StepFinished)]
        check(self.run)


def check(run: Run) -> None:
    """Assert what holds of every run: each call has one step and one tool message, in order."""
    asked = [one.id for message in run.messages for one in message.calls]
    assert [step.call.id for step in run.steps] == asked
    assert [message.call_id for message in run.messages if message.role == "tool"] == asked
    assert [step.number for step in run.steps] == list(range(1, len(asked) + 1))
    assert bool(run.problem) == (run.status != "answered")
