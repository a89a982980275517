"""Gists: what a tool answer found, in a line or two, for conversations that are too long to send whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from k2lab.conversation.messages import Message, ToolCall

_HEAD = 240
"""Characters of an answer that says nothing in sentences."""

_SENTENCES = 480
"""Characters of the sentences that are kept of an answer."""

_STEP = re.compile(r"\bstep (\d+)")


def gist(answer: str, *, most: int = _HEAD) -> str:
    """Return the status of a tool answer and what it found: the sentences of its results, else its first letters.

    Parameters
    ----------
    answer : str
        As `k2lab.cells.observe.observe` writes it, or any text.
    most : int
        Characters that are kept of an answer without sentences.

    Examples
    --------
    >>> found = 'result: {"sentences": [{"role": "finding", "text": "Pay rises by 3 %."}]}'
    >>> print(gist("status: ok, step 4.\\n" + found))
    status: ok, step 4.
    found: Pay rises by 3 %.
    """
    status, _, rest = answer.partition("\n")
    lines = [status[:_HEAD]]
    found = " ".join(_sentences(rest))
    if found:
        lines.append(f"found: {_cut(found, _SENTENCES)}")
    else:
        lines.append(_cut(rest.strip(), most))
    return "\n".join(line for line in lines if line)


def told(turn: Sequence[Message]) -> list[str]:
    """Return what came of a reply and the answers to its calls, one line for each call."""
    reply, *answers = turn
    if not reply.calls:
        return [f"- said: {_line(reply.text, 240)}"] if reply.text.strip() else []
    return [
        f"- {_named(call, answer.text)}: {_line(_without_status(gist(answer.text, most=160)), 360)}"
        for call, answer in zip(reply.calls, answers, strict=False)
    ]


def _sentences(text: str) -> Iterator[str]:
    """Yield the main sentences of the results in an answer."""
    for line in text.splitlines():
        if not line.startswith("result: "):
            continue
        try:
            made = json.loads(line.removeprefix("result: "))
        except (ValueError, RecursionError):
            continue
        said = made.get("sentences") if isinstance(made, dict) else None
        for one in said if isinstance(said, list) else ():
            yield from _main(one)


def _main(sentence: Any) -> Iterator[str]:
    if isinstance(sentence, dict) and sentence.get("role") in ("headline", "finding"):
        yield str(sentence.get("text", "")).strip()


def _named(call: ToolCall, answer: str) -> str:
    step = _STEP.search(answer.partition("\n")[0])
    number = f"step {step[1]}" if step else "a step"
    title = _line(str(call.arguments.get("title") or call.name), 60)
    return f"{number} ({title})"


def _without_status(text: str) -> str:
    status, _, rest = text.partition("\n")
    return rest if rest and status.startswith("status: ok") else text


def _line(text: str, most: int) -> str:
    return _cut(" ".join(text.split()), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "\u2026"
