"""Finishing: whether an answer can be taken, and the answer that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from k2lab.agent.book import Book
from k2lab.agent.run import Answer, Finding, Step
from k2lab.agent.trace import doubts

_MEND = (
    "Put what the results say, compute it in a cell, or leave it out; then call finish again. "
    "Numbers that stay unfound are marked for the reader."
)


def finish(step: Step, book: Book, arguments: Mapping[str, Any], *, alone: bool) -> Step:
    """Take the answer, or send it back once with what speaks against it."""
    found = objections(arguments, book.run.steps, alone=alone)
    if not arguments["summary"].strip():
        return replace(step, observation="status: invalid\nnot taken: the summary is empty.")
    if found and not book.objected and not book.closing:
        book.objected = True
        return replace(step, observation="status: invalid\nnot taken: " + "; ".join(found) + ".")
    answer = answer_from(arguments, book.run.steps)
    if answer.answered and not book.doubted and not book.closing:
        book.doubted = True
        if unsure := doubts(answer, book.run):
            told = "; ".join(unsure)
            return replace(step, observation=f"status: invalid\nnot taken: {told}. {_MEND}")
    book.run = replace(book.run, answer=answer)
    return replace(step, status="ok", observation="status: ok\nthe answer is taken.")


def objections(arguments: Mapping[str, Any], steps: Sequence[Step], *, alone: bool) -> list[str]:
    """Return what speaks against taking an answer as it is.

    Parameters
    ----------
    arguments : mapping
        Of `finish`, fitted.
    steps : sequence of Step
        The steps so far.
    alone : bool
        Whether the reply held no other call; beside other calls an answer cannot know their results.
    """
    found = []
    if not alone:
        found.append(
            "finish came beside other calls, before their results were read; read them now, then call finish alone "
            "(answered stays true if they answer the question)"
        )
    if not arguments["answered"]:
        return found
    good = _good(steps)
    if not any(steps[number - 1].call.name == "run_cell" for number in good):
        found.append(
            "no cell has given a result yet; run one, or repeat finish if the schema alone answers the question"
        )
    for place, finding in enumerate(arguments["findings"], 1):
        wrong = [number for number in finding["steps"] if number not in good]
        if wrong:
            named = ", ".join(map(str, wrong))
            found.append(
                f"finding {place} rests on step {named}, which gave no result; cite the step its numbers come from"
            )
    return found


def answer_from(arguments: Mapping[str, Any], steps: Sequence[Step]) -> Answer:
    """Make the answer of fitted arguments; citations of steps that gave no result are left out."""
    good = _good(steps)
    return Answer(
        answered=arguments["answered"],
        title=_line(arguments["title"]),
        summary=arguments["summary"].strip(),
        findings=tuple(
            Finding(
                text=made["text"].strip(),
                steps=tuple(number for number in dict.fromkeys(made["steps"]) if number in good),
                columns=tuple(dict.fromkeys(made["columns"])),
            )
            for made in arguments["findings"]
            if made["text"].strip()
        ),
        methods=_lines(arguments["methods"]),
        limitations=_lines(arguments["limitations"]),
        follow_ups=_lines(arguments["follow_ups"]),
    )


def _good(steps: Sequence[Step]) -> set[int]:
    """Return the numbers of the steps that an answer may rest on."""
    return {step.number for step in steps if step.status == "ok" and step.call.name != "finish"}


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for line in map(_line, texts) if line)
