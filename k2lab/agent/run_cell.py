"""Running a cell: the guard, the person where the guard wants one, the kernel, and what the model is told of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace

from k2lab.agent.book import Book
from k2lab.agent.events import ApprovalAsked, Event
from k2lab.agent.run import Step
from k2lab.cells.result import CellResult
from k2lab.cells.runner import CellRunner
from k2lab.guard.verdict import Approver, Edited, Rejected, Verdict

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
    verdict, changed = judge(step.code), False
    step = replace(step, verdict=verdict)
    if verdict.decision != "allow":
        refusal, code = yield from _consent(step, verdict, book, approve)
        if not refusal and code != step.code:
            step, changed = replace(step, code=code), True
            refusal = _denied(judge(code))
        if refusal:
            why = "".join(f"\nline {r.line}: {r.source.strip()[:200]}  ({r.why})" for r in verdict.reasons[:5])
            return replace(step, status="refused", observation=f"status: refused\nnot run: {refusal}{why}")
    book.check_time()
    timeout = min(book.limits.cell_seconds, book.seconds_left())
    result = runner.run(step.code, timeout=timeout)
    told = observe(result, step.code)
    if changed:
        told += f"\nThe person changed the cell before it ran. What ran is:\n{step.code}"
    return replace(step, status=result.status, result=result, seconds=result.seconds, observation=told)


def _consent(
    step: Step, verdict: Verdict, book: Book, approve: Approver | None
) -> Generator[Event, None, tuple[str, str]]:
    """Return why the cell is not run (empty when it may), and the code that the person wants to run."""
    if denied := _denied(verdict):
        return denied, step.code
    rules = frozenset(reason.rule for reason in verdict.reasons)
    if rules and rules <= book.consented:
        return "", step.code
    if approve is None:
        return (
            "this needs a person's consent, and nobody is asked in this run. Reach the goal without it.",
            step.code,
        )
    if step.code in book.rejected:
        return "the person has already said no to this very cell. Do something different.", step.code
    yield ApprovalAsked(number=step.number, code=step.code, verdict=verdict)
    said = approve(step.code, verdict)
    if isinstance(said, Edited):
        return "", said.code
    if said == "run":
        book.consented |= rules
    if said in ("once", "run"):
        return "", step.code
    book.rejected.add(step.code)
    words = " ".join(said.words.split())[:1000] if isinstance(said, Rejected) else ""
    if words:
        return f"the person said no, and says: {words}", step.code
    return "the person said no. Reach the goal without it, or finish and say what is missing.", step.code


def _denied(verdict: Verdict) -> str:
    return "k2lab does not allow this. Reach the goal without it." if verdict.decision == "deny" else ""
