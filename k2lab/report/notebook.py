"""Runs as an ordinary notebook: it runs from top to bottom with no key, no model and no magic."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from k2lab.agent.run import Run, Step
from k2lab.agent.trace import trace
from k2lab.cells.result import Output
from k2lab.locale import LANGUAGES, language, pick, use_language
from k2lab.report.fingerprint import source_mark
from k2lab.report.prose import as_markdown, plain, tame_markdown
from k2lab.report.replay import replayable

if TYPE_CHECKING:
    from nbformat import NotebookNode

VERSION = 1


def to_notebook(
    runs: Sequence[Run], *, setup: Sequence[str] = (), provenance: Mapping[str, Any] | None = None
) -> NotebookNode:
    """Write runs as a notebook.

    Parameters
    ----------
    runs : sequence of Run
        In the order in which they were asked.
    setup : sequence of str
        Code that loads the frames, one cell each; without it the notebook cannot run on its own.
    provenance : mapping, optional
        What a reader needs to get the same again: ``"versions"``, ``"data"``, ``"seed"``, ``"command"``... JSON-ready;
        kept in ``metadata.k2lab`` and shown in the report.

    Returns
    -------
    NotebookNode
        Valid nbformat 4.5. Steps that ran are code cells with their outputs; steps that were refused or failed stand
        in ``metadata.k2lab["runs"][i]["tried"]``, and of a failed cell the part that later cells need is kept.
        Text of the model is escaped. What cells wrote to stderr is left out.
    """
    from nbformat.v4 import new_notebook

    before = language()
    made = new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
            "k2lab": {"version": VERSION, "runs": [_record(run, provenance or {}) for run in runs]},
        }
    )
    ids: set[str] = set()
    try:
        for at, run in enumerate(runs):
            use_language(run.language if run.language in LANGUAGES else "en")
            made.cells.extend(_cells(run, setup if at == 0 else (), ids))
    finally:
        use_language(before)
    if runs:
        made.metadata["title"] = plain(_title(runs[-1]))
    return made


def record_of(run: Run) -> dict[str, Any]:
    """Return what a notebook keeps of a run in its metadata; without nbformat, whose import takes a second."""
    return _record(run, {})


def _title(run: Run) -> str:
    return (run.answer.title if run.answer else "") or run.question


def _cells(run: Run, setup: Sequence[str], ids: set[str]) -> Iterator[NotebookNode]:
    from nbformat.v4 import new_code_cell, new_markdown_cell

    parent = _cell_id(run, "title", 0, ids)

    def mark(kind: str, step: int, **more: Any) -> dict[str, Any]:
        return {"k2lab": {"run": run.id, "parent": parent, "step": step, "kind": kind, "model": run.model, **more}}

    quoted = "\n".join(f"> {as_markdown(line)}" for line in run.question.splitlines() if line.strip())
    yield new_markdown_cell(f"# {as_markdown(plain(_title(run)))}\n\n{quoted}", id=parent)
    for number, code in enumerate(setup, 1):
        yield new_code_cell(code, id=_cell_id(run, "setup", number, ids), execution_count=None)
    if run.plan.strip():
        yield new_markdown_cell(tame_markdown(run.plan), id=_cell_id(run, "plan", 0, ids), metadata=mark("plan", 0))
    for step, source in replayable(run.steps):
        words = [f"### {as_markdown(step.title)}" if step.title.strip() else "", as_markdown(step.why)]
        if text := "\n\n".join(word for word in words if word):
            yield new_markdown_cell(
                text, id=_cell_id(run, "plan", step.number, ids), metadata=mark("plan", step.number)
            )
        told = {"title": step.title, "why": step.why, "status": step.status, "seconds": _finite(step.seconds)}
        told |= {"source": source_mark(source), "count": step.result.execution_count if step.result else None}
        yield new_code_cell(
            source,
            id=_cell_id(run, "code", step.number, ids),
            metadata=mark("code", step.number, **told),
            outputs=list(_outputs(step)),
            execution_count=step.result.execution_count if step.result else None,
        )
    yield from _closing(run, mark, ids)


def _closing(run: Run, mark: Any, ids: set[str]) -> Iterator[NotebookNode]:
    from nbformat.v4 import new_markdown_cell

    answer = run.answer
    summary = answer.summary if answer else run.problem
    heading = pick("Answer", "回答") if answer and answer.answered else pick("No answer", "未能回答")
    text = f"## {heading}\n\n{as_markdown(summary)}"
    yield new_markdown_cell(text, id=_cell_id(run, "answer", 0, ids), metadata=mark("answer", 0))
    if answer is None:
        return
    for number, finding in enumerate(answer.findings, 1):
        steps = ", ".join(str(step) for step in finding.steps)
        source = pick(f" *(step {steps})*", f" *（步骤 {steps}）*") if steps else ""
        yield new_markdown_cell(
            f"- {as_markdown(finding.text)}{source}",
            id=_cell_id(run, "finding", number, ids),
            metadata=mark("finding", finding.steps[0] if finding.steps else 0),
        )
    lists = (
        (pick("Methods", "方法"), answer.methods),
        (pick("Limitations", "局限"), answer.limitations),
        (pick("What to ask next", "后续问题"), answer.follow_ups),
    )
    text = "\n\n".join(
        f"### {name}\n\n" + "\n".join(f"- {as_markdown(item)}" for item in items) for name, items in lists if items
    )
    if text:
        yield new_markdown_cell(text, id=_cell_id(run, "answer", 1, ids), metadata=mark("answer", 1))


def _cell_id(run: Run, kind: str, number: int, ids: set[str]) -> str:
    """Make an id that is the same each time the same run is written, and unique within the notebook."""
    again = 0
    while True:
        digest = hashlib.sha256(f"{run.id}/{kind}/{number}/{again}".encode()).hexdigest()[:12]
        if digest not in ids:
            ids.add(digest)
            return f"k2-{digest}"
        again += 1


def _outputs(step: Step) -> Iterator[NotebookNode]:
    """Give a cell's outputs in nbformat's shape, without stderr and errors, numbered as the cell is."""
    from nbformat import from_dict

    result = step.result
    for output in result.outputs if result else ():
        kind = output.get("output_type")
        if kind == "stream" and output.get("name") == "stdout":
            yield from_dict({"output_type": kind, "name": "stdout", "text": str(output.get("text", ""))})
        elif kind in ("display_data", "execute_result"):
            made: dict[str, Any] = {
                "output_type": kind,
                "data": _jsonable(output.get("data", {})),
                "metadata": _jsonable(output.get("metadata", {})),
            }
            if kind == "execute_result":
                made["execution_count"] = result.execution_count if result else None
            yield from_dict(made)


def _record(run: Run, provenance: Mapping[str, Any]) -> dict[str, Any]:
    answer = run.answer
    kept = {step.number for step, _ in replayable(run.steps)}
    told: dict[str, Any] = {
        "id": run.id,
        "question": run.question,
        "language": run.language,
        "model": run.model,
        "status": run.status,
        "problem": run.problem,
        "plan": run.plan,
        "answer": None,
        "usage": {
            "prompt_tokens": run.usage.prompt_tokens,
            "completion_tokens": run.usage.completion_tokens,
            "cached_tokens": run.usage.cached_tokens,
        },
        "cost": None if run.cost is None else str(run.cost),
        "currency": run.currency,
        "started": run.started,
        "seconds": _finite(run.seconds),
        # A shared notebook must not carry more rows than its author sees in its outputs.
        "frames": [{**frame.to_dict(), "sample": ()} for frame in run.frames],
        "tried": [_attempt(step, step.number in kept) for step in run.steps],
        "provenance": dict(provenance),
    }
    if answer is not None:
        told["answer"] = {
            "answered": answer.answered,
            "title": answer.title,
            "summary": answer.summary,
            "findings": [
                {"text": finding.text, "steps": finding.steps, "columns": finding.columns}
                for finding in answer.findings
            ],
            "methods": answer.methods,
            "limitations": answer.limitations,
            "follow_ups": answer.follow_ups,
        }
        traced = trace(answer, run)
        told["answer"]["marks"] = {
            "numbers": traced.numbers,
            "traced": traced.verified,
            "summary": [asdict(mark) for mark in traced.summary],
            "findings": [[asdict(mark) for mark in marks] for marks in traced.findings],
        }
    made = _jsonable(told)
    assert isinstance(made, dict)
    return made


def _attempt(step: Step, kept: bool) -> dict[str, Any]:
    error = step.result.error if step.result else None
    reason = f"{error.name}: {error.value}" if error else ""
    if not reason and step.verdict:
        reason = "; ".join(item.why for item in step.verdict.reasons)
    if not reason and step.status in ("refused", "invalid"):
        reason = step.observation
    return {
        "step": step.number,
        "tool": step.call.name,
        "status": step.status,
        "title": step.title,
        "why": step.why,
        "reason": "" if step.status == "ok" else reason,
        "code": "" if kept and step.status == "ok" else step.code,
        "seconds": _finite(step.seconds),
    }


def _finite(value: float) -> float:
    return round(value, 3) if math.isfinite(value) else 0.0


def _jsonable(value: Mapping[str, Any] | Output) -> Any:
    """Return values as they come back from a JSON file: lists for tuples, text for what JSON does not know."""
    return json.loads(json.dumps(value, default=str, ensure_ascii=False))
