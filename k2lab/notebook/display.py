"""Steps as rich output: what a person sees in IPython, VS Code, Colab, papermill and nbconvert while a run goes on."""

from __future__ import annotations

import html
import sys
from collections.abc import Mapping
from typing import Any, assert_never
from uuid import uuid4

from k2lab.agent.events import (
    ApprovalAsked,
    Event,
    RunFinished,
    StepFinished,
    StepStarted,
    TextArrived,
    UsageUpdated,
)
from k2lab.agent.run import Answer, Run, Step
from k2lab.locale import pick
from k2lab.notebook.answer import answer_html, answer_markdown, answer_text, plain
from k2lab.notebook.marks import traced_answer

_MARKS = {"ok": "✓", "error": "✗", "timeout": "⧖", "interrupted": "■", "died": "✗", "refused": "⊘", "invalid": "✗"}


class StepDisplay:
    """Shows the events of a run through a shell's display publisher, each step the moment it changes."""

    def __init__(self, ip: Any) -> None:
        self._ip = ip
        self._terminal = type(ip).__name__ == "TerminalInteractiveShell"
        self._text: list[str] = []
        self._ids: dict[int, str] = {}
        self._run = uuid4().hex[:12]
        self._noticed = False

    def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case TextArrived(text=text, notice=True):
                self._notice(text)
            case TextArrived(text=text, reasoning=reasoning):
                if not reasoning:
                    self._text.append(text)
            case StepStarted():
                self._flush_text()
                if event.tool != "finish":
                    self._header(event.number, event.title or event.tool, "…", event.code, update=False)
            case StepFinished(step=step):
                self._finished(step)
            case ApprovalAsked():
                reasons = "; ".join(f"line {reason.line}: {reason.why}" for reason in event.verdict.reasons)
                self._publish(f"{pick('This cell needs a look', '此单元需要确认')}: {reasons}")
            case UsageUpdated():
                pass  # said once, with the answer
            case RunFinished(run=run):
                self._flush_text()
                self._answer(run)
            case _:
                assert_never(event)

    def _notice(self, text: str) -> None:
        """Show a line that takes the place of the one before, such as the seconds of a wait."""
        if self._terminal:
            print(f"\r{text[:100]:<100}", end="", flush=True)
            return
        key = f"k2-{self._run}-notice"
        bundle = {"text/plain": text, "text/markdown": plain(text)}
        self._ip.display_pub.publish(data=bundle, metadata={}, transient={"display_id": key}, update=self._noticed)
        self._noticed = True

    def note(self, text: str) -> None:
        """Show a line of our own."""
        self._publish(text)

    def _flush_text(self) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        if text:
            self._publish(text)

    def _finished(self, step: Step) -> None:
        if step.call.name == "finish":
            return
        note = f"{_MARKS[step.status]} {step.seconds:.1f} s"
        if step.status not in ("ok",):
            note += f" · {_status_words(step.status)}"
        self._header(step.number, step.title or step.call.name, note, step.code, update=True)
        if step.result is not None:
            for output in step.result.outputs:
                self._replay(output)

    def _header(self, number: int, title: str, note: str, code: str, *, update: bool) -> None:
        title = " ".join(title.split())
        plain = f"[{number}] {title}  {note}"
        shown = f"<b>{number}</b>&ensp;{html.escape(title)}&ensp;<small>{html.escape(note)}</small>"
        if code:
            shown = f"<details><summary>{shown}</summary><pre>{html.escape(code)}</pre></details>"
        if self._terminal:
            print(plain, flush=True)
            return
        key = self._ids.setdefault(number, f"k2-{self._run}-{number}")
        bundle = {"text/plain": plain, "text/html": f"<div>{shown}</div>"}
        self._ip.display_pub.publish(data=bundle, metadata={}, transient={"display_id": key}, update=update)

    def _replay(self, output: Mapping[str, Any]) -> None:
        match output["output_type"]:
            case "stream":
                stream = sys.stderr if output["name"] == "stderr" else sys.stdout
                print(output["text"], end="", file=stream, flush=True)
            case "error":
                self._publish(f"{output['ename']}: {' '.join(str(output['evalue']).split())}", code=True)
            case _ if self._terminal:
                print(output["data"].get("text/plain", ""), flush=True)
            case _:
                self._ip.display_pub.publish(data=dict(output["data"]), metadata=dict(output.get("metadata", {})))

    def _answer(self, run: Run) -> None:
        if run.answer is None:
            self._publish(f"{pick('No answer', '没有答案')}: {run.problem}")
        else:
            self._show_answer(run.answer, run)
        self._publish(footer(run))

    def _show_answer(self, answer: Answer, run: Run) -> None:
        traced = traced_answer(run)
        text = answer_text(answer, traced)
        if self._terminal or traced is None:
            print(text, flush=True)
            return
        bundle = {
            "text/plain": text,
            "text/markdown": answer_markdown(answer, traced),
            "text/html": answer_html(answer, traced),
        }
        self._ip.display_pub.publish(data=bundle, metadata={})

    def _publish(self, text: str, *, code: bool = False) -> None:
        if self._terminal:
            print(text, flush=True)
            return
        shown = f"```text\n{text.replace('```', '` ` `')}\n```" if code else plain(text)
        self._ip.display_pub.publish(data={"text/markdown": shown, "text/plain": text}, metadata={})


def footer(run: Run) -> str:
    """Say who answered, how long it took and what it cost."""
    parts = [run.model, pick(f"{len(run.steps)} steps", f"{len(run.steps)} 步"), f"{run.seconds:.0f} s"]
    if run.usage.prompt_tokens:
        used = run.usage.prompt_tokens + run.usage.completion_tokens
        parts.append(pick(f"{used:,} tokens", f"{used:,} 词元"))
    if run.cost is not None and run.usage.prompt_tokens:
        parts.append(f"{run.cost:.4f} {run.currency}")
    return " · ".join(parts)


def _status_words(status: str) -> str:
    return {
        "error": pick("failed; to be mended", "出错，待修正"),
        "timeout": pick("stopped: took too long", "超时，已停止"),
        "interrupted": pick("interrupted", "已中断"),
        "died": pick("the kernel died", "内核已退出"),
        "refused": pick("not run", "未运行"),
        "invalid": pick("not a valid call", "调用无效"),
    }[status]
