"""The answer of a run as a reader meets it: one sentence, what goes on from it, and the findings."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^a-z\s])|(?<=[。！？])\s*")
_SHORT = 24
_HEAD = re.compile(r"[:;：；]|(?<!\d)[.。](?=\s|$)|(?<=[。])")


def opening(summary: str, findings: Sequence[str]) -> tuple[str, str]:
    """Split a summary into the sentence that answers and the rest.

    A finding that the summary starts with is taken whole; otherwise the first sentence, and the second one with it
    where the first is no more than a word or two.

    Examples
    --------
    >>> opening("Yes. Remote rows earn 7% less. This is no cause.", [])
    ('Yes. Remote rows earn 7% less.', 'This is no cause.')
    >>> opening("低 7.4%，样本量充足，差异在各个经验级别都一致存在。这不是因果。", [])
    ('低 7.4%，样本量充足，差异在各个经验级别都一致存在。', '这不是因果。')
    """
    whole = next((text for text in sorted(findings, key=len, reverse=True) if summary.startswith(text)), "")
    if whole:
        return whole, summary[len(whole) :].strip()
    parts = sentences(summary)
    many = 2 if len(parts) > 1 and len(parts[0]) < _SHORT else 1
    lead = summary
    if len(parts) > many:
        lead = summary[: summary.index(parts[many], len("".join(parts[:many])))].strip()
    return lead, summary[len(lead) :].strip()


def sentences(text: str) -> tuple[str, ...]:
    """Split a text into sentences.

    Examples
    --------
    >>> sentences("It is 7.4% lower. 3 groups differ! Rows: 5."), sentences("低 7.4%。有 3 组。")
    (('It is 7.4% lower.', '3 groups differ!', 'Rows: 5.'), ('低 7.4%。', '有 3 组。'))
    """
    return tuple(part for part in _SENTENCE.split(text) if part.strip())


def without(text: str, findings: Sequence[str]) -> str:
    """Return a text less the findings in it, which are told as such."""
    for finding in findings:
        text = text.replace(finding, " ")
    return " ".join(text.split())


def head_of(text: str) -> str:
    """Return the start of a sentence that says it in short: up to a colon, or before the bracket that ends it.

    Examples
    --------
    >>> head_of("Among EN rows, pay was 15.4% lower for 100 than for 0 (geometric mean; 95% CI −18.2% to −12.5%).")
    'Among EN rows, pay was 15.4% lower for 100 than for 0'
    >>> head_of("Adjusted for place (10 commonest and other), pay is lower in EN and higher in EX.")
    ''
    """
    shortest, longest = (8, 90) if re.search(r"[\u4e00-\u9fff]", text) else (20, 190)
    body = text.rstrip(".。")
    ends = [found.start() for found in _HEAD.finditer(text) if _depth(text[: found.start()]) == 0]
    if body.endswith((")", "）")):
        at = max(body.rfind(" ("), body.rfind("（"))
        while at > 0 and _depth(body[at:]) < 0:  # the bracket that was found is inside the one that ends the sentence
            at = max(body.rfind(" (", 0, at), body.rfind("（", 0, at))
        ends.append(at)
    fitting = [end for end in ends if shortest <= end <= longest and end < len(body)]
    return text[: min(fitting)] if fitting else ""


def _depth(text: str) -> int:
    return sum(text.count(mark) for mark in "([（") - sum(text.count(mark) for mark in ")]）")
