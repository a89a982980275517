"""Calls: one call of the model done, ending in one step and one message to the model."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from k2lab.agent.book import Book, Ended
from k2lab.agent.events import Event, StepStarted
from k2lab.agent.finish import finish
from k2lab.agent.look import Look
from k2lab.agent.run import Step
from k2lab.agent.run_cell import Judge, Observe, run_cell
from k2lab.agent.tools import fit
from k2lab.cells.runner import CellRunner
from k2lab.conversation.messages import ToolCall
from k2lab.errors import KernelDied, ToolFailed
from k2lab.guard.verdict import Approver
from k2lab.locale import pick


@dataclass(frozen=True, kw_only=True)
class Hands:
    """What the loop does things with."""

    runner: CellRunner
    judge: Judge
    approve: Approver | None
    look: Look
    ask_user: Callable[[str], str] | None
    observe: Observe


def take(book: Book, call: ToolCall, hands: Hands, *, alone: bool) -> Generator[Event, None, None]:
    """Do one call: it ends in one step and one message to the model."""
    arguments, fault = fit(call, book.tools)
    step = book.begin_step(call)
    yield StepStarted(number=step.number, tool=call.name, title=step.title or call.name, why=step.why, code=step.code)
    if fault:
        step = replace(step, observation=f"status: invalid\nnot run: {fault}")
    elif call.name == "finish":
        step = finish(step, book, arguments, alone=alone)
    elif book.closing:
        step = replace(step, status="refused", observation="status: refused\nnot run: no steps are left.")
    elif call.name == "run_cell":
        step = yield from run_cell(
            step, book, runner=hands.runner, judge=hands.judge, approve=hands.approve, observe=hands.observe
        )
    else:
        step = _without_code(step, arguments, hands)
    yield book.end_step(step)
    _end_if_over(book, step)


def _without_code(step: Step, arguments: Mapping[str, Any], hands: Hands) -> Step:
    """Do a call that runs no cell: look, or ask the person."""
    try:
        if step.call.name == "look":
            told = hands.look(arguments["frame"], tuple(arguments["columns"]))
        else:
            assert hands.ask_user is not None
            told = (
                hands.ask_user(arguments["question"]).strip() or "The person gave no answer; go on as you think best."
            )
    except ToolFailed as failed:
        return replace(step, status="error", observation=f"status: error\n{failed}")
    return replace(step, status="ok", observation=f"status: ok\n{told}")


def _end_if_over(book: Book, step: Step) -> None:
    """End the run when this step was its last."""
    if step.call.name == "finish" and step.status == "ok":
        assert book.run.answer is not None
        if book.run.answer.answered:
            raise Ended("answered")
        raise Ended("unanswered", book.run.answer.summary)
    if step.status == "interrupted":
        raise KeyboardInterrupt
    if step.status == "died" and book.deaths() > 1:
        raise KernelDied(
            f"The kernel died again, while it ran step {step.number}.",
            "It may have run out of memory; try fewer rows or columns.",
        )
    if book.times_failed(step) >= book.limits.repeats:
        times = book.limits.repeats
        raise Ended("repeats", pick(f"The same call failed {times} times.", f"同一调用失败了 {times} 次。"))
    if (times := book.times_repeated(step)) >= 3 * book.limits.repeats:
        raise Ended("repeats", pick(f"The same call came {times} times.", f"同一调用出现了 {times} 次。"))
