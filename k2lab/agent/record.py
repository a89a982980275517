"""Records of runs: a run as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from k2lab.agent.run import Answer, Finding, Run, Step
from k2lab.cells.result import CellError, CellResult
from k2lab.conversation.messages import Usage
from k2lab.conversation.record import call_from_dict, call_to_dict, message_from_dict, message_to_dict
from k2lab.guard.verdict import Reason, Verdict
from k2lab.schema.model import FrameSchema


def run_to_dict(run: Run) -> dict[str, Any]:
    """Return a run as JSON-ready values; amounts of money are text, so that no digit is lost.

    Examples
    --------
    >>> run = Run(id="0" * 12, question="How many rows?", language="en", model="scripted", cost=Decimal("0.10"))
    >>> run_from_dict(run_to_dict(run)) == run
    True
    """
    return {
        **{name: getattr(run, name) for name in _PLAIN},
        "frames": [frame.to_dict() for frame in run.frames],
        "steps": [step_to_dict(step) for step in run.steps],
        "answer": asdict(run.answer) if run.answer else None,
        "usage": asdict(run.usage),
        "cost": None if run.cost is None else str(run.cost),
        "messages": [message_to_dict(message) for message in run.messages],
    }


def run_from_dict(made: Mapping[str, Any]) -> Run:
    """Make a run of what `run_to_dict` returned."""
    return Run(
        **{name: made[name] for name in _PLAIN},
        frames=tuple(map(FrameSchema.from_dict, made["frames"])),
        steps=tuple(map(step_from_dict, made["steps"])),
        answer=answer_from_dict(made["answer"]) if made["answer"] else None,
        usage=Usage(**made["usage"]),
        cost=None if made["cost"] is None else Decimal(made["cost"]),
        messages=tuple(map(message_from_dict, made["messages"])),
    )


_PLAIN = (
    "id",
    "question",
    "language",
    "model",
    "plan",
    "status",
    "problem",
    "currency",
    "started",
    "seconds",
    "exit_code",
)


def step_to_dict(step: Step) -> dict[str, Any]:
    """Return a step as JSON-ready values."""
    result = step.result
    return {
        **asdict(step),
        "call": call_to_dict(step.call),
        "cost": None if step.cost is None else str(step.cost),
        "result": {**asdict(result), "outputs": [dict(output) for output in result.outputs]} if result else None,
    }


def step_from_dict(made: Mapping[str, Any]) -> Step:
    """Make a step of what `step_to_dict` returned."""
    verdict, result = made["verdict"], made["result"]
    return Step(
        **{
            **made,
            "call": call_from_dict(made["call"]),
            "usage": Usage(**made["usage"]),
            "cost": Decimal(made["cost"]) if made.get("cost") else None,
            "verdict": _verdict(verdict) if verdict else None,
            "result": _result(result) if result else None,
        }
    )


def answer_from_dict(made: Mapping[str, Any]) -> Answer:
    """Make an answer of its JSON values."""
    lists = {name: tuple(made.get(name, ())) for name in ("methods", "limitations", "follow_ups")}
    findings = tuple(
        Finding(text=one["text"], steps=tuple(one.get("steps", ())), columns=tuple(one.get("columns", ())))
        for one in made.get("findings", ())
    )
    return Answer(
        answered=bool(made.get("answered", True)),
        title=made.get("title", ""),
        summary=made.get("summary", ""),
        findings=findings,
        methods=lists["methods"],
        limitations=lists["limitations"],
        follow_ups=lists["follow_ups"],
    )


def _verdict(made: Mapping[str, Any]) -> Verdict:
    return Verdict(decision=made["decision"], reasons=tuple(Reason(**reason) for reason in made["reasons"]))


def _result(made: Mapping[str, Any]) -> CellResult:
    error = made["error"]
    known = CellError(**{**error, "traceback": tuple(error["traceback"])}) if error else None
    return CellResult(**{**made, "outputs": tuple(made["outputs"]), "error": known})
