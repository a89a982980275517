"""Running a cell: the guard, the person where the guard wants one, the kernel, and what the model is told of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace

from k2lab.agent.book import Book
from k2lab.agent.events import ApprovalAsked, Event
from k2lab.agent.run import Step
from k2lab.cells.result import CellResult
from k2lab.cells.runner import CellRunner
from k2lab.guard.verdict import Approver, Verdict

Judge = Callable[[str], Verdict]
"""Says of a cell whether it may run."""

Observe = Callable[[CellResult, str], str]
"""Says in words what a cell gave (its result, its code)."""


def run_cell(
    step: Step, book: Book, *, runner: CellRunner, judge: Judge, approve: Approver | None, observe: Observe
) -> Generator[Event, None, Step]:
    """Run the cell of a step, and return the step with what came of it.

    A cell that the guard denies, or that nobody allows, does not reach the runner.
    """
    if not step.code.strip():
        return replace(step, observation="status: invalid\nnot run: the code is empty.")
    verdict = judge(step.code)
    step = replace(step, verdict=verdict)
    if verdict.decision != "allow":
        refusal = yield from _refusal(step, verdict, book, approve)
        if refusal:
            why = "".join(f"\nline {r.line}: {r.source.strip()[:200]}  ({r.why})" for r in verdict.reasons[:5])
            return replace(step, status="refused", observation=f"status: refused\nnot run: {refusal}{why}")
    book.check_time()
    timeout = min(book.limits.cell_seconds, book.seconds_left())
    result = runner.run(step.code, timeout=timeout)
    seconds = result.seconds
    return replace(step, status=result.status, result=result, seconds=seconds, observation=observe(result, step.code))


def _refusal(step: Step, verdict: Verdict, book: Book, approve: Approver | None) -> Generator[Event, None, str]:
    """Return why the cell is not run, or an empty string when the person allows it."""
    if verdict.decision == "deny":
        return "k2lab does not allow this. Reach the goal without it."
    rules = frozenset(reason.rule for reason in verdict.reasons)
    if rules and rules <= book.consented:
        return ""
    if approve is None:
        return "this needs a person's consent, and nobody is asked in this run. Reach the goal without it."
    if step.code in book.rejected:
        return "the person has already said no to this very cell. Do something different."
    yield ApprovalAsked(number=step.number, code=step.code, verdict=verdict)
    said = approve(step.code, verdict)
    if said == "run":
        book.consented |= rules
    if said in ("once", "run"):
        return ""
    book.rejected.add(step.code)
    return "the person said no. Reach the goal without it, or finish and say what is missing."
