"""The book of a run: what has been said and done, and what may still be done."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace

from k2lab.agent.budget import Price, most_tokens, over_budget
from k2lab.agent.events import StepFinished, UsageUpdated
from k2lab.agent.limits import Limits
from k2lab.agent.run import Run, RunStatus, Step
from k2lab.conversation.messages import Completion, Message, ToolCall, ToolSpec, Usage
from k2lab.conversation.window import conversation_tokens, fold, tool_tokens
from k2lab.errors import K2Error
from k2lab.locale import pick

_FAILED = ("error", "timeout", "died", "refused", "invalid")


class Ended(Exception):
    """The run is over: its status and one line on why."""

    def __init__(self, status: RunStatus, problem: str = "") -> None:
        self.status: RunStatus = status
        self.problem = problem
        super().__init__(status)


class Book:
    """Keeps a run while it goes on, so that nothing is lost however it ends.

    Attributes
    ----------
    run : Run
        As far as it has come; replaced, never changed.
    window : tuple of Message
        What is sent: the conversation, with old tool answers shortened when it grows long.
    objected : bool
        Whether an answer has been sent back to the model once.
    doubted : bool
        Whether the numbers of an answer have been looked at, and sent back if some were in no result.
    consented : frozenset of str
        Guard rules that the person has allowed for the whole run.
    rejected : set of str
        Cells that the person did not want; they are not asked again.
    closing : bool
        Whether the steps are used up, so that only `finish` is taken.
    """

    def __init__(self, run: Run, *, tools: tuple[ToolSpec, ...], limits: Limits, price: Price | None) -> None:
        self.run = run
        self.tools = tools
        self.limits = limits
        self.window: tuple[Message, ...] = run.messages
        self.objected = False
        self.doubted = False
        self.closing = False
        self.consented: frozenset[str] = frozenset()
        self.rejected: set[str] = set()
        self._price = price
        self._began = time.monotonic()
        self._failures: dict[str, list[int]] = {}
        self._last_request = False
        self._begun = 0  # the number of the step that was begun last
        self._known = (0, 0)  # messages of the window whose tokens a server has counted, and the tokens
        self._reply_usage = Usage()
        self._at_most = Usage()  # what the run can have been billed, where a server did not tell
        self._scale = 1.0  # tokens that the server counts for one that we estimate
        self._room = limits.window

    # -- limits ------------------------------------------------------------------------------------------------------

    def seconds_left(self) -> float:
        """Return the wall time that is left, in seconds; not above zero when it is used up."""
        return self.limits.seconds - (time.monotonic() - self._began)

    def check_time(self) -> None:
        """End the run when its time is used up."""
        if self.seconds_left() <= 0:
            used = f"{self.limits.seconds:g}"
            raise Ended("time", pick(f"The time limit of {used} s is used up.", f"已用完 {used} 秒的时间上限。"))

    def before_request(self) -> None:
        """End the run when the next request must not be made; shorten the conversation when it is long."""
        self.check_time()
        if self._last_request:
            most = self.limits.steps
            raise Ended(
                "steps", pick(f"All {most} steps are used up without an answer.", f"{most} 步已用完，仍未得出答案。")
            )
        self._last_request = self.closing
        self._fold()
        if self.limits.budget is not None and (
            why := over_budget(self.limits.budget, self._price, self._at_most, self.worst())
        ):
            raise Ended("budget", why)

    def worst(self) -> Usage:
        """Return the most that the next request can use."""
        seen, tokens = self._known
        more = most_tokens(self.window[seen:], () if seen else self.tools)
        return Usage(prompt_tokens=tokens + more, completion_tokens=self.limits.reply_tokens)

    def fold_harder(self, window: int | None) -> bool:
        """Make the conversation much shorter, because the server says that it is too long.

        Parameters
        ----------
        window : int or None
            Tokens of request and reply together, where the server told them.

        Returns
        -------
        bool
            Whether anything could be left out.
        """
        before = self.window
        size = conversation_tokens(before, self.tools) * self._scale
        self._room = int(min(self._room, size / 2, window / 2 if window else size))
        self._fold()
        return self.window != before

    def _fold(self) -> None:
        """Shorten what is sent when it is too long for the window."""
        fixed = tool_tokens(self.tools)
        if (conversation_tokens(self.window) + fixed) * self._scale > self._room:
            folded = fold(self.run.messages, max(1, int(self._room / self._scale) - fixed))
            if folded != self.window:
                self.window, self._known = folded, (0, 0)

    # -- what is said ------------------------------------------------------------------------------------------------

    def start(self, messages: tuple[Message, ...]) -> None:
        """Begin the conversation."""
        self.run = replace(self.run, messages=messages)
        self.window = messages

    def say(self, message: Message) -> None:
        """Add a message to the conversation."""
        self.run = replace(self.run, messages=(*self.run.messages, message))
        self.window = (*self.window, message)

    def hear(self, completion: Completion) -> None:
        """Take in a reply: its message, its calls, what it said before the first call."""
        message = completion.message
        self._reply_usage = completion.usage
        if not completion.estimated:
            counted = completion.usage.prompt_tokens / conversation_tokens(self.window, self.tools)
            # Numbers and rare letters take more tokens than we estimate; a server that counts fewer changes nothing.
            self._scale = min(4.0, max(1.0, counted))
        if message.text and not self.run.plan and not self.run.steps:
            self.run = replace(self.run, plan=message.text)
        if message.text or message.calls:  # servers refuse an empty message when it is sent back
            self.say(message)
            if not completion.estimated:
                self._known = (len(self.window), completion.usage.prompt_tokens + completion.usage.completion_tokens)

    @property
    def pending(self) -> tuple[ToolCall, ...]:
        """Calls of the last reply that have no step yet; calls are answered in order."""
        answered = 0
        for message in reversed(self.run.messages):
            if message.role == "assistant":
                return message.calls[answered:]
            answered += message.role == "tool"
        return ()

    def spend(self, usage: Usage, *, certain: bool = True) -> UsageUpdated:
        """Add tokens to the run, and return the event that says so.

        Where a server has not told them (`certain` is false), the budget is kept as if all had been used that could
        have been.
        """
        total = self.run.usage + usage
        self._at_most += usage if certain else self.worst()
        cost = self._price(total) if self._price else None
        amount, currency = cost or (None, "")
        self.run = replace(self.run, usage=total, cost=amount, currency=currency)
        return UsageUpdated(usage=total, cost=amount, currency=currency)

    # -- steps -------------------------------------------------------------------------------------------------------

    def begin_step(self, call: ToolCall) -> Step:
        """Return a step for a call, to be completed; the first of a reply carries its tokens."""
        usage, self._reply_usage = self._reply_usage, Usage()
        cost = self._price(usage) if self._price else None
        self._begun = len(self.run.steps) + 1
        given = call.arguments if call.name == "run_cell" else {}
        title, why, code = (str(given.get(name) or "") for name in ("title", "why", "code"))
        step = Step(number=self._begun, call=call, status="invalid", title=title, why=why, code=code, usage=usage)
        return replace(step, cost=cost[0] if cost else None)

    def end_step(self, step: Step) -> StepFinished:
        """Add a step with its one tool message, and return the event that says so."""
        # All that the loop itself has to say stands in the first line, so that what follows is the tool's own words.
        head, newline, rest = step.observation.partition("\n")
        notes = " ".join([f"{head}, step {step.number}.", *self._notes(step)])
        step = replace(step, observation=f"{notes}{newline}{rest}")
        said = Message(role="tool", text=step.observation, call_id=step.call.id, name=step.call.name)
        # One assignment: an interrupt finds both the step and its message, or neither.
        self.run = replace(self.run, steps=(*self.run.steps, step), messages=(*self.run.messages, said))
        self.window = (*self.window, said)
        return StepFinished(step=step)

    def times_failed(self, step: Step) -> int:
        """Return how often the call of a step has failed in this very form."""
        return len(self._failures.get(_form(step.call), ()))

    def times_repeated(self, step: Step) -> int:
        """Return how often the call of a step has been made in this very form, with whatever outcome."""
        form = _form(step.call)
        return sum(_form(old.call) == form for old in self.run.steps)

    def deaths(self) -> int:
        """Return how often the kernel has died; a runner replaces it once without anybody's doing."""
        return sum(step.status == "died" for step in self.run.steps)

    def settle(self) -> Iterator[StepFinished]:
        """Give every call that is left a step and a tool message: it was interrupted, or not run."""
        for call in self.pending:
            begun = self._begun > len(self.run.steps)
            why = "interrupted while it ran; it may have done a part" if begun else "not run: the run had ended"
            step = replace(self.begin_step(call), status="interrupted", observation=f"status: interrupted\n{why}.")
            yield self.end_step(step)

    def close(self, status: RunStatus, problem: str, error: K2Error | None = None) -> None:
        """Write down how the run ended."""
        codes: dict[str, int] = {"answered": 0, "interrupted": 130}
        code = error.exit_code if error else codes.get(status, 4)
        seconds = time.monotonic() - self._began
        self.run = replace(self.run, status=status, problem=problem, exit_code=code, seconds=seconds)

    def _notes(self, step: Step) -> Iterator[str]:
        """Yield what is said to the model beside the observation."""
        form = _form(step.call)
        if step.status == "died":
            yield "The kernel died. It starts anew with the frames as loaded; names of earlier cells are gone."
        if step.status in _FAILED:
            before = self._failures.setdefault(form, [])
            before.append(step.number)
            if len(before) > 1:
                yield f"This is the same call as step {before[-2]}, and it failed again. Do something different."
        elif step.status == "ok":
            self._failures.pop(form, None)
            same = [old.number for old in self.run.steps if old.status == "ok" and _form(old.call) == form]
            if same:
                yield f"This is the same call as step {same[-1]}. Its result is known; go on, or call finish."
        if step.call.name == "finish" and step.status == "ok":
            return
        left = self.limits.steps - len(self.run.steps) - 1
        self.closing = left <= 0
        if left <= 0:
            yield "No steps are left. Call finish now, with what you have."
        elif left <= 3:
            yield f"{left} {'step is' if left == 1 else 'steps are'} left."


def _form(call: ToolCall) -> str:
    """Return what makes two calls the same: the tool and the arguments."""
    arguments = json.dumps(dict(call.arguments), sort_keys=True) if call.arguments else call.raw
    return f"{call.name} {arguments}"
