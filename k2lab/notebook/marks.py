"""Marks: each number of an answer, and whether a cell of the run shows it."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2lab.agent.run import Run, Step
from k2lab.cells.result import RESULT_MIME
from k2lab.notebook.registry import cell_id

# Not inside a name or another number: the 2 of "k2" and of "1.2.3" are no numbers that a cell could show.
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])[-+−]?\d(?:[\d,]*\d)?(?:\.\d+)?(?:[eE][-+]?\d+)?(?![A-Za-z_]|\.\d)")


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """The absolute values of the numbers that a step's cell shows, ascending."""

    step: Step
    values: Sequence[float]


def mark_answer(run: Run) -> dict[str, Any] | None:
    """Return the answer of a run with its numbers marked, as the panel draws it; None where there is no answer.

    A number is traced when a cell shows it, as it stands or rounded to as many decimals as the sentence gives; the
    steps a finding rests on are looked at first. Offsets count UTF-16 units, as JavaScript does.
    """
    answer = run.answer
    if answer is None:
        return None
    shown = [
        _Shown(step=step, values=_values(step)) for step in run.steps if step.status == "ok" and step.result is not None
    ]
    summary = _marks(answer.summary, (), shown, run.id)
    findings: list[dict[str, Any]] = [
        {
            "text": finding.text,
            "steps": list(finding.steps),
            "columns": list(finding.columns),
            "marks": _marks(finding.text, finding.steps, shown, run.id),
        }
        for finding in answer.findings
    ]
    every = [*summary, *(mark for finding in findings for mark in finding["marks"])]
    return {
        "answered": answer.answered,
        "title": answer.title,
        "summary": answer.summary,
        "marks": summary,
        "findings": findings,
        "methods": list(answer.methods),
        "limitations": list(answer.limitations),
        "follow_ups": list(answer.follow_ups),
        "traced": sum(mark["verified"] for mark in every),
        "numbers": len(every),
    }


def _marks(text: str, first: Sequence[int], shown: Sequence[_Shown], run: str) -> list[dict[str, Any]]:
    ordered = sorted(shown, key=lambda one: one.step.number not in first)
    made = []
    for found in _NUMBER.finditer(text):
        source = next((one.step for one in ordered if _holds(one.values, found[0])), None)
        made.append(
            {
                "start": _units(text[: found.start()]),
                "end": _units(text[: found.end()]),
                "verified": source is not None,
                "step": source.number if source else None,
                "cell": cell_id(run, f"step-{source.number}") if source else None,
                "expression": (source.title or source.code[:80]) if source else None,
            }
        )
    return made


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _holds(values: Sequence[float], text: str) -> bool:
    """Tell whether one of the values, rounded as the number is, reads the same; a share may be given in percent."""
    plain = text.lstrip("+-−").replace(",", "")
    size = float(plain)
    digits = plain.partition("e")[0].partition("E")[0].partition(".")[2]
    slack = 0.5 * 10.0 ** -len(digits) * (1 + 1e-9)
    return any(_between(values, (size - slack) * unit, (size + slack) * unit) for unit in (1.0, 0.01))


def _between(values: Sequence[float], low: float, high: float) -> bool:
    at = bisect_left(values, low)
    return at < len(values) and values[at] <= high


def _values(step: Step) -> list[float]:
    found: set[float] = set()
    for output in step.result.outputs if step.result else ():
        data = output.get("data")
        if isinstance(data, Mapping):
            made = data.get(RESULT_MIME)
            if isinstance(made, str):
                made = json.loads(made)
            found.update(_numbers(made))
            found.update(_numbers(data.get("text/plain")))
        elif output.get("output_type") == "stream":
            found.update(_numbers(output.get("text")))
    return sorted(found)


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (int, float)):
        yield abs(float(value))
    elif isinstance(value, str):
        for found in _NUMBER.finditer(value):
            yield float(found[0].lstrip("+-−").replace(",", ""))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _numbers(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _numbers(item)
