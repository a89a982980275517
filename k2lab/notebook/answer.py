"""The answer in a notebook: as markdown, as HTML and as text, its numbers marked."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence

from k2lab.agent.run import Answer
from k2lab.agent.trace import Traced
from k2lab.ledger.mark import Mark
from k2lab.locale import pick

_UNTRACED = "border-bottom:1px dashed;background:rgba(240,165,0,.18)"
_TRACED = "border-bottom:1px dotted;text-decoration:none;cursor:help"
_MOST_TOLD = 6


def plain(text: str) -> str:
    """Escape a sentence so that markdown shows it as it is: no HTML, no formula, no link, no image of its making."""
    escaped = html.escape(" ".join(text.split()), quote=False)
    for letter in "\\`*_[]$|~":
        escaped = escaped.replace(letter, "\\" + letter)
    return escaped


def answer_markdown(answer: Answer, traced: Traced | None = None) -> str:
    """Write an answer as markdown; numbers that no cell shows carry a question mark."""
    return _written(answer, traced, _Markdown)


def answer_text(answer: Answer, traced: Traced | None = None) -> str:
    """Write an answer as plain text, as `answer_markdown` does."""
    return _written(answer, traced, _Text)


def answer_html(answer: Answer, traced: Traced) -> str:
    """Write an answer as HTML: each number tells on hover what it was traced to."""
    said = [f"<h3>{html.escape(answer.title)}</h3>", f"<p>{_with_titles(answer.summary, traced.summary)}</p>"]
    if answer.findings:
        said.append("<ul>")
        for finding, marks, aside in zip(answer.findings, traced.findings, traced.asides, strict=True):
            rest = html.escape(_rests_on(finding.steps) + _aside(aside))
            said.append(f"<li>{_with_titles(finding.text, marks)}{rest}</li>")
        said.append("</ul>")
    for heading, texts in _lists(answer):
        said.append(f"<p><b>{html.escape(heading)}</b></p><ul>")
        said += [f"<li>{html.escape(text)}</li>" for text in texts]
        said.append("</ul>")
    if line := sum_line(traced):
        said.append(f"<p><small>{html.escape(line)}</small></p>")
    return "".join(said)


def sum_line(traced: Traced) -> str:
    """Say how many numbers were traced, and what was found near those that were not; empty without numbers."""
    if not traced.numbers:
        return ""
    done, every = traced.verified, traced.numbers
    said = pick(f"{done} of {every} numbers traced to a cell", f"{every} 个数字中有 {done} 个可追溯到单元格")
    left = [mark for mark in traced.every if not mark.verified]
    told = [f"{mark.text} ({mark.near})" if mark.near else mark.text for mark in left[:_MOST_TOLD]]
    return f"{said}{pick('; not found: ', '；未找到：')}{pick('; ', '；').join(told)}" if told else said


class _Markdown:
    doubt = "**?**"
    escape = staticmethod(plain)

    @staticmethod
    def heading(level: int, text: str) -> str:
        return f"{'#' * level} {plain(text)}"

    @staticmethod
    def strong(text: str) -> str:
        return f"**{text}**"

    @staticmethod
    def small(text: str) -> str:
        return f"*{plain(text)}*"


class _Text:
    doubt = "[?]"

    @staticmethod
    def escape(text: str) -> str:
        return " ".join(text.split())

    @staticmethod
    def heading(level: int, text: str) -> str:
        return text

    @staticmethod
    def strong(text: str) -> str:
        return text

    @staticmethod
    def small(text: str) -> str:
        return text


def _written(answer: Answer, traced: Traced | None, form: type[_Markdown] | type[_Text]) -> str:
    summary = traced.summary if traced else ()
    findings: Sequence[Sequence[Mark]] = traced.findings if traced else [()] * len(answer.findings)
    asides: Sequence[str] = traced.asides if traced else [""] * len(answer.findings)
    level = 3 if answer.answered else 4
    lines = [form.heading(level, answer.title), "", _doubted(answer.summary, summary, form.escape, form.doubt), ""]
    for finding, marks, aside in zip(answer.findings, findings, asides, strict=True):
        said = _doubted(finding.text, marks, form.escape, form.doubt)
        lines.append(f"- {said}{_kept(_rests_on(finding.steps), form.escape)}{_kept(_aside(aside), form.escape)}")
    for heading, texts in _lists(answer):
        lines += ["", form.strong(heading), "", *(f"- {form.escape(text)}" for text in texts)]
    if traced is not None and (line := sum_line(traced)):
        lines += ["", form.small(line)]
    return "\n".join(lines)


def _doubted(text: str, marks: Sequence[Mark], escape: Callable[[str], str], doubt: str) -> str:
    """Escape a sentence, with a question mark after each number that was not found."""
    made, last = "", 0
    for end in (mark.end for mark in marks if not mark.verified):
        made += _kept(text[last:end], escape) + doubt
        last = end
    return made + _kept(text[last:], escape)


def _kept(piece: str, escape: Callable[[str], str]) -> str:
    """Escape a piece of a sentence without losing the spaces at its ends."""
    return " " * bool(piece[:1].isspace()) + escape(piece) + " " * bool(piece[-1:].isspace() and piece.strip())


def _with_titles(text: str, marks: Sequence[Mark]) -> str:
    return "".join(_pieces(text, marks))


def _pieces(text: str, marks: Sequence[Mark]) -> Iterator[str]:
    last = 0
    for mark in marks:
        yield html.escape(text[last : mark.start])
        last = mark.end
        number = html.escape(text[mark.start : mark.end])
        where = f" · {pick('step', '步骤')} {mark.step}" if mark.step else ""
        told = (
            mark.told + where
            if mark.verified
            else mark.near or pick("in no cell of this run", "本次运行的单元格中没有")
        )
        style = _TRACED if mark.verified else _UNTRACED
        doubt = "" if mark.verified else "<sup>?</sup>"
        yield f'<abbr title="{html.escape(told)}" style="{style}">{number}{doubt}</abbr>'
    yield html.escape(text[last:])


def _lists(answer: Answer) -> Iterator[tuple[str, Sequence[str]]]:
    if answer.limitations:
        yield pick("Limitations", "局限"), answer.limitations
    if answer.follow_ups:
        yield pick("You could ask next", "可以继续问"), answer.follow_ups


def _rests_on(steps: tuple[int, ...]) -> str:
    return f" ({pick('step', '步骤')} {', '.join(map(str, steps))})" if steps else ""


def _aside(text: str) -> str:
    return f" ({text})" if text else ""
