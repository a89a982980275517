"""Events: what the loop tells whoever shows it, in order; matched with `assert_never`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from k2lab.agent.run import Run, Step
from k2lab.conversation.messages import Usage
from k2lab.errors import K2Error
from k2lab.guard.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class TextArrived:
    """A piece of the model's text; `reasoning` pieces are thinking.

    A `notice` is a line of k2lab's own, such as the seconds of a wait; the next one takes its place. `left` are the
    seconds of a wait that are still to come.
    """

    text: str
    reasoning: bool = False
    notice: bool = False
    left: float | None = None


@dataclass(frozen=True, kw_only=True)
class StepStarted:
    """A tool call begins; `tool` is its name, `code` is empty unless it is a cell."""

    number: int
    tool: str
    title: str
    why: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class ApprovalAsked:
    """The guard wants a person to look at a cell; the approver is called right after this event."""

    number: int
    code: str
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class StepFinished:
    """A tool call ended; one that was not begun before the run ended had no `StepStarted`."""

    step: Step


@dataclass(frozen=True, kw_only=True)
class UsageUpdated:
    """Tokens and money of the run so far."""

    usage: Usage
    cost: Decimal | None
    currency: str


@dataclass(frozen=True, kw_only=True)
class RunFinished:
    """The run ended; always the last event. `error` is what ended it when `run.status` is ``failed``."""

    run: Run
    error: K2Error | None = None


Event = TextArrived | StepStarted | ApprovalAsked | StepFinished | UsageUpdated | RunFinished
