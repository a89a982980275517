"""Tracing: the numbers of an answer against what the cells of its run showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from k2lab.agent.run import Answer, Run, Step
from k2lab.ledger.collect import collect
from k2lab.ledger.columns import aside, text_of
from k2lab.ledger.ledger import Ledger
from k2lab.ledger.mark import Mark
from k2lab.locale import pick

_MOST_TOLD = 8


@dataclass(frozen=True, kw_only=True)
class Traced:
    """An answer with its numbers marked.

    Attributes
    ----------
    summary : tuple of Mark
    findings : tuple of tuple of Mark
        One tuple a finding.
    asides : tuple of str
        For each finding what a reader must know of its columns; empty where it keeps to the question.
    """

    summary: tuple[Mark, ...] = ()
    findings: tuple[tuple[Mark, ...], ...] = ()
    asides: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[Mark, ...]:
        """All marks, in the order of the answer."""
        return (*self.summary, *(mark for marks in self.findings for mark in marks))

    @property
    def numbers(self) -> int:
        """How many numbers there are."""
        return len(self.every)

    @property
    def verified(self) -> int:
        """How many of them were traced."""
        return sum(mark.verified for mark in self.every)


def ledger_of(run: Run, *, cells: Mapping[int, str] | None = None) -> Ledger:
    """Return the ledger of a run: of its steps that gave a result, nothing is run for it.

    Parameters
    ----------
    run : Run
    cells : mapping of int to str, optional
        Ids of the steps' cells.
    """
    return Ledger(
        [
            collect(step.result.outputs, step=step.number, title=step.title)
            for step in run.steps
            if step.status == "ok" and step.result is not None
        ],
        question=run.question,
        columns=columns_of(run),
        cells=cells,
    )


def columns_of(run: Run) -> tuple[str, ...]:
    """Return the names of the frames' columns, each once."""
    return tuple(dict.fromkeys(column.name for frame in run.frames for column in frame.columns))


def trace(answer: Answer, run: Run, ledger: Ledger | None = None) -> Traced:
    """Mark the numbers of an answer, and the findings that leave the question."""
    book = ledger or ledger_of(run)
    return Traced(
        summary=book.marks(answer.summary),
        findings=tuple(book.marks(finding.text, finding.steps) for finding in answer.findings),
        asides=tuple(_aside(finding.text, finding.columns, finding.steps, run) for finding in answer.findings),
    )


def doubts(answer: Answer, run: Run) -> list[str]:
    """Return what of an answer is in no result, said to the model: numbers, and findings about other columns."""
    traced = trace(answer, run)
    found = []
    places = [("the summary", traced.summary)]
    places += [(f"finding {at}", marks) for at, marks in enumerate(traced.findings, 1)]
    wrong = [(place, mark) for place, marks in places for mark in marks if not mark.verified]
    for place, mark in wrong[:_MOST_TOLD]:
        near = f" ({mark.near})" if mark.near else ""
        found.append(f"the number {mark.text} in {place} is in no result{near}")
    if len(wrong) > _MOST_TOLD:
        found.append(f"so are {len(wrong) - _MOST_TOLD} more numbers")
    found += [f"finding {at}: {note}" for at, note in enumerate(traced.asides, 1) if note]
    return found


def _aside(text: str, declared: Sequence[str], cited: Sequence[int], run: Run) -> str:
    columns = columns_of(run)
    steps = [step for step in run.steps if step.number in cited and step.status == "ok"]
    others, unused = aside(
        text, declared, question=run.question, columns=columns, shown=[_shown(step) for step in steps]
    )
    return aside_text(others, unused)


def aside_text(others: Sequence[str], unused: Sequence[str]) -> str:
    """Say of a finding that it leaves the question, and how."""
    if others:
        named = ", ".join(others)
        return pick(f"about {named}, which the question does not name", f"涉及 {named}，问题中并未提到")
    if unused:
        named = ", ".join(unused)
        return pick(f"its steps did not use {named}", f"其依据的步骤没有用到 {named}")
    return ""


def _shown(step: Step) -> str:
    return f"{step.code}\n{text_of(step.result.outputs if step.result else ())}"
