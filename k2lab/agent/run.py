"""Runs: a question, the steps that were taken and the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from k2lab.cells.result import CellResult
from k2lab.conversation.messages import Message, ToolCall, Usage
from k2lab.guard.verdict import Verdict
from k2lab.schema.model import FrameSchema

StepStatus = Literal["ok", "error", "timeout", "interrupted", "died", "refused", "invalid"]
RunStatus = Literal["answered", "unanswered", "steps", "time", "budget", "repeats", "interrupted", "failed"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A sentence of the answer, the steps (1-based numbers) it rests on and the columns it is about."""

    text: str
    steps: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What `finish` was called with.

    Attributes
    ----------
    answered : bool
        False when the analyst says that it cannot answer.
    title : str
        A title for the report.
    summary : str
        The answer in one or two sentences.
    findings, methods, limitations, follow_ups : tuple
    """

    answered: bool
    title: str
    summary: str
    findings: tuple[Finding, ...] = ()
    methods: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """What came of one tool call; every call ends in exactly one step.

    Attributes
    ----------
    number : int
        1-based.
    call : ToolCall
    status : str
        ``ok``, ``error``, ``timeout``, ``interrupted``, ``died``, ``refused`` (by guard or person) or ``invalid``
        (unknown tool, arguments that do not fit).
    title, why, code : str
        Of a cell; empty for other tools.
    observation : str
        What the model was told.
    verdict : Verdict or None
    result : CellResult or None
    seconds : float
    usage : Usage
        Of the reply that asked for this call; zero for the second and later calls of one reply.
    cost : Decimal or None
        Of that usage, in the run's currency; None where the price is not known.
    """

    number: int
    call: ToolCall
    status: StepStatus
    title: str = ""
    why: str = ""
    code: str = ""
    observation: str = ""
    verdict: Verdict | None = None
    result: CellResult | None = None
    seconds: float = 0.0
    usage: Usage = field(default_factory=Usage)
    cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """A question and what came of it.

    Attributes
    ----------
    id : str
        12 hex digits.
    question, language, model : str
    frames : tuple of FrameSchema
        As they were sent.
    plan : str
        What the analyst said before its first call.
    steps : tuple of Step
    answer : Answer or None
    status : str
        ``answered``, ``unanswered``, a limit (``steps``, ``time``, ``budget``, ``repeats``), ``interrupted`` or
        ``failed``.
    problem : str
        One line on why there is no answer; empty when there is one.
    usage : Usage
    cost : Decimal or None
        In `currency`; None where the price is not known.
    started : str
        ISO 8601, UTC.
    seconds : float
    exit_code : int
        What a command line ends with: 0 answered, 130 interrupted, that of the error when `status` is ``failed``,
        else 4.
    messages : tuple of Message
        The whole conversation, for follow-ups and records.
    """

    id: str
    question: str
    language: str
    model: str
    frames: tuple[FrameSchema, ...] = ()
    plan: str = ""
    steps: tuple[Step, ...] = ()
    answer: Answer | None = None
    status: RunStatus = "failed"
    problem: str = ""
    usage: Usage = field(default_factory=Usage)
    cost: Decimal | None = None
    currency: str = ""
    started: str = ""
    seconds: float = 0.0
    exit_code: int = 4
    messages: tuple[Message, ...] = field(default=(), repr=False)
