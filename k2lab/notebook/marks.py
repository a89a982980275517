"""Marks: each number of an answer as the panel and the notebook show it, and what it was traced to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2lab.agent.run import Run
from k2lab.agent.trace import Traced, ledger_of, trace
from k2lab.ledger.mark import Mark
from k2lab.notebook.registry import cell_id


def traced_answer(run: Run) -> Traced | None:
    """Return the numbers of a run's answer, traced to its cells; None where there is no answer."""
    if run.answer is None:
        return None
    return trace(
        run.answer,
        run,
        ledger_of(run, cells={step.number: cell_id(run.id, f"step-{step.number}") for step in run.steps}),
    )


def mark_answer(run: Run) -> dict[str, Any] | None:
    """Return the answer of a run with its numbers marked, as the panel draws it; None where there is no answer.

    Offsets count UTF-16 units, as JavaScript does.
    """
    answer, traced = run.answer, traced_answer(run)
    if answer is None or traced is None:
        return None
    return {
        "answered": answer.answered,
        "title": answer.title,
        "summary": answer.summary,
        "marks": _marks(answer.summary, traced.summary),
        "findings": [
            {
                "text": finding.text,
                "steps": list(finding.steps),
                "columns": list(finding.columns),
                "marks": _marks(finding.text, marks),
                "aside": aside,
            }
            for finding, marks, aside in zip(answer.findings, traced.findings, traced.asides, strict=True)
        ],
        "methods": list(answer.methods),
        "limitations": list(answer.limitations),
        "follow_ups": list(answer.follow_ups),
        "traced": traced.verified,
        "numbers": traced.numbers,
    }


def _marks(text: str, marks: Sequence[Mark]) -> list[dict[str, Any]]:
    return [
        {
            "start": _units(text[: mark.start]),
            "end": _units(text[: mark.end]),
            "verified": mark.verified,
            "how": mark.how,
            "step": mark.step,
            "cell": mark.cell or None,
            "expression": mark.told or None,
            "near": mark.near or None,
        }
        for mark in marks
    ]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
