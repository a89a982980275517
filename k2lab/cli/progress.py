"""Progress on a terminal: the plan, each step as it runs and ends, time, tokens and cost."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self, assert_never

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from k2lab.agent.events import (
    ApprovalAsked,
    Event,
    RunFinished,
    StepFinished,
    StepStarted,
    TextArrived,
    UsageUpdated,
)
from k2lab.agent.run import Run, Step
from k2lab.guard.verdict import Answer, Verdict
from k2lab.locale import pick

_MARKS = {"ok": ("✓", "green"), "refused": ("⊘", "yellow"), "interrupted": ("■", "yellow")}


class Progress:
    """Shows events on stderr, so that stdout stays free for the answer; one line a step, with a live line below.

    On something that is not a terminal the live line is left out and each line is written as it comes.
    """

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._live = Live(console=self._console, refresh_per_second=8, transient=True)
        self._began = time.monotonic()
        self._doing = ""
        self._spent = ""
        self._text: list[str] = []
        self._noticed = ""

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def doing(self, text: str) -> None:
        """Name what takes time now."""
        self._doing = text
        self._live.update(Spinner("dots", self._line()))

    def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case TextArrived(text=text, notice=True):
                self._notice(" ".join(text.split()))
            case TextArrived(text=text, reasoning=reasoning):
                if not reasoning:
                    self._text.append(text)
                self.doing(pick("thinking", "思考中"))
            case StepStarted():
                self._flush()
                self.doing(f"{event.number:>3}  {event.title or event.tool}")
            case StepFinished(step=step):
                self._step(step)
            case ApprovalAsked():
                self.doing(pick("waiting for you", "等待确认"))
            case UsageUpdated():
                tokens = event.usage.prompt_tokens + event.usage.completion_tokens
                money = f" · {event.cost:.4f} {event.currency}" if event.cost is not None and event.currency else ""
                self._spent = f" · {tokens:,} {pick('tokens', '词元')}{money}" if tokens else ""
            case RunFinished(run=run):
                self._flush()
                self._finished(run)
            case _:
                assert_never(event)

    def approve(self, code: str, verdict: Verdict) -> Answer:
        """Ask the person about a cell."""
        self._live.stop()
        for reason in verdict.reasons:
            self._console.print(Text(f"     line {reason.line}: {reason.source.strip()}\n     {reason.why}", "yellow"))
        answer = self._console.input(
            pick(
                "     Run this cell? \\[y]es / \\[a]ll in this run / \\[N]o: ",
                "     运行此单元？\\[y] 是 / \\[a] 本次全部 / \\[N] 否：",
            )
        )
        self.__enter__()
        letter = answer.strip().lower()[:1]
        return "once" if letter == "y" else "run" if letter == "a" else "reject"

    def ask(self, question: str) -> str:
        """Put a question of the analyst to the person."""
        self._live.stop()
        self._console.print(Text(question))
        answer = self._console.input("     > ").strip()
        self.__enter__()
        return answer

    @property
    def person(self) -> bool:
        """Whether somebody can be asked."""
        return self._console.is_terminal and sys.stdin.isatty()

    def _line(self) -> Text:
        return Text(f"{self._doing}  {time.monotonic() - self._began:.0f} s{self._spent}", "dim")

    def _notice(self, text: str) -> None:
        """Show a line that takes the place of the one before, such as the seconds of a wait."""
        self.doing(text)
        words = "".join(letter for letter in text if not letter.isdigit())
        if words != self._noticed and not self._console.is_terminal:  # a log gets the wait once, not each second of it
            self._console.print(Text(text), soft_wrap=True)
        self._noticed = words

    def _flush(self) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        if text:
            self._console.print(Text(text), soft_wrap=not self._console.is_terminal)

    def _step(self, step: Step) -> None:
        mark, colour = _MARKS.get(step.status, ("✗", "red"))
        line = Text(f"{mark} {step.number:>3}  ", colour)
        line.append(" ".join((step.title or step.call.name).split()), "default")
        line.append(f"  {step.seconds:.1f} s", "dim")
        if step.status != "ok" and step.result is not None and step.result.error is not None:
            line.append(f"  {step.result.error.name}: {' '.join(step.result.error.value.split())[:120]}", colour)
        elif step.status != "ok":
            line.append(f"  {step.status}", colour)
        self._console.print(line, soft_wrap=True)

    def _finished(self, run: Run) -> None:
        used = self._spent or ""
        self._console.print(Text(f"  {run.model} · {run.seconds:.0f} s{used}", "dim"), soft_wrap=True)
