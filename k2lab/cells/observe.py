"""Observations: what came of a cell, as bounded text for a reader that sees no image and no HTML."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from k2lab.cells.figures import in_words
from k2lab.cells.hints import hint
from k2lab.cells.result import FIGURE_MIME, RESULT_MIME, CellResult
from k2lab.cells.tape import plain, settle, shorten

# What would break a line, hide text or turn its direction: C0 (but tab), DEL, C1, line separators, bidi marks.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_ENCODED = re.compile(r"[A-Za-z0-9+/]{240,}={0,2}")
_FRAMES = 4


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A labelled piece of the observation; only what is `elastic` is shortened to fit."""

    label: str
    text: str
    elastic: bool = True


def observe(
    result: CellResult, *, limit: int = 6000, code: str = "", names: Sequence[str] = (), columns: Sequence[str] = ()
) -> str:
    r"""Say what came of a cell.

    Parameters
    ----------
    result : CellResult
    limit : int
        The most characters; only the sentences of results and the status may go over it.
    code : str
        The cell, to say why there is no output.
    names, columns : sequence of str
        Names and columns that cells may use, for hints on misspelled ones.

    Returns
    -------
    str
        Lines that begin with ``status:``, ``stdout:``, ``stderr:``, ``result:`` (a `k2lab.stats` result as one line of
        JSON), ``figure:``, ``output:``, ``error:``, ``traceback:`` or ``hint:``. Text of several lines follows its
        label indented by two spaces, so nothing a cell prints can pass for such a line.

    Examples
    --------
    >>> print(observe(CellResult(status="ok", seconds=0.5, outputs=(
    ...     {"output_type": "stream", "name": "stdout", "text": "a\nb\n"},))))
    status: ok, 0.50 s
    stdout:
      a
      b
    """
    parts = [part for output in result.outputs for part in _parts(output)]
    if result.error is not None:
        parts.extend(_error(result, names=names, columns=columns))
    if not parts:
        parts.append(_Part(label="output", text=_nothing(code), elastic=False))
    head = f"status: {result.status}, {result.seconds:.2f} s"
    return "\n".join([head, *_fit(parts, limit - len(head))])


def clean(text: str) -> str:
    """Return text without colours, control characters, direction marks and encoded data.

    Examples
    --------
    >>> clean("a\x1b[31mb\x1b[0m\u202ec\\x00")
    'abc'
    """
    text = settle(plain(text))
    text = _HIDDEN.sub(
        "", text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    )
    return _ENCODED.sub(lambda found: f"[{len(found.group()):,} characters of encoded data]", text)


def _parts(output: Mapping[str, Any]) -> list[_Part]:
    kind = output.get("output_type")
    if kind == "stream":
        text = clean(str(output.get("text", ""))).strip("\n")
        return [_Part(label=str(output.get("name", "stdout")), text=text)] if text.strip() else []
    if kind not in ("display_data", "execute_result"):
        return []  # errors are told at the end, from the result
    data: Mapping[str, Any] = output.get("data", {})
    if isinstance(data.get(RESULT_MIME), Mapping):
        # A fitted model is for the report's what-if part: its covariance is no reading matter.
        made = {key: value for key, value in data[RESULT_MIME].items() if key != "model"}
        return [_Part(label="result", text=json.dumps(made, ensure_ascii=False, separators=(",", ":")))]
    if isinstance(data.get(FIGURE_MIME), Mapping):
        words = clean(in_words(data[FIGURE_MIME])).replace("\n", " ")
        return [_Part(label="figure", text=shorten(words, 1600).replace("\n", " "), elastic=False)]
    if any(mime.startswith("image/") for mime in data):
        title = clean(str(data.get("text/plain", ""))).strip().replace("\n", " ")
        return [_Part(label="figure", text=f"a picture of which nothing is known {title[:120]}".strip(), elastic=False)]
    text = str(data.get("text/plain", ""))
    if "text/html" in data and (not text or re.fullmatch(r"<[\w.]+ object.*>", text)):
        text = _text_of(str(data["text/html"]))
    elif not text:
        text = next(
            (str(data[mime]) for mime in ("text/markdown", "text/latex", "application/json") if mime in data), ""
        )
    text = clean(text).strip("\n")
    return [_Part(label="output", text=text)] if text.strip() else []


def _line(text: str) -> str:
    """Keep JSON on one visible line: what would break it is written as an escape, so its meaning stays."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _fit(parts: Sequence[_Part], room: int) -> list[str]:
    """Give each part its share: what is short stays whole, what is long shares the rest."""
    elastic = [part for part in parts if part.elastic]
    room -= sum(len(part.text) + len(part.label) + 3 for part in parts if not part.elastic)
    shares: dict[int, int] = {}
    for left, part in zip(range(len(elastic), 0, -1), sorted(elastic, key=lambda item: len(item.text)), strict=True):
        share = max(120, room // left)
        shares[id(part)] = share
        room -= min(share, len(part.text)) + len(part.label) + 3
    lines = []
    for part in parts:
        if part.label == "result":
            lines.append("result: " + _line(compact(json.loads(part.text), shares[id(part)])))
            continue
        text = part.text
        if part.elastic:
            text = shorten(text, max(80, shares[id(part)] - 2 * text.count("\n") if "\n" in text else shares[id(part)]))
        lines.extend(_labelled(part.label, text))
    return lines


def _labelled(label: str, text: str) -> list[str]:
    rows = text.split("\n")
    if len(rows) == 1:
        return [f"{label}: {text}"]
    return [f"{label}:", *(f"  {row}" for row in rows)]


def compact(made: Mapping[str, Any], limit: int) -> str:
    """Write a result as compact JSON of at most `limit` characters, where its sentences leave room for that.

    Rows of tables go first (``{"cut": n}`` stands for them), then estimates, tests and checks beyond the first;
    sentences and values stay. Numbers that are not whole are written with six significant digits.

    Examples
    --------
    >>> compact({"kind": "mean", "tables": [{"title": "t", "rows": [[1], [2], [3]]}]}, 40)
    '{"kind":"mean","tables":[{"title":"t","rows":{"cut":3}}]}'
    >>> compact({"values": {"mean": 101521.61316695352, "p": 1.23456789e-12, "n": 1234567}}, 100)
    '{"values":{"mean":101522.0,"p":1.23457e-12,"n":1234567}}'
    """
    result: dict[str, Any] = json.loads(json.dumps(made), parse_float=_six_digits)

    def written() -> str:
        return json.dumps(result, ensure_ascii=False, separators=(",", ":"))

    for table in sorted(result.get("tables", ()), key=lambda item: -len(str(item.get("rows", "")))):
        if len(written()) <= limit:
            return written()
        table["rows"] = {"cut": len(table.get("rows", ()))}
    for kept in (24, 12, 6):
        for name in ("estimates", "tests", "checks"):
            items = result.get(name)
            if len(written()) > limit and isinstance(items, list) and len(items) > kept:
                before = len(made[name])
                rest = [item for item in items if "cut" not in item]
                result[name] = [*rest[:kept], {"cut": before - min(kept, len(rest))}]
    return written()


def _six_digits(text: str) -> float:
    """Read a number to six significant digits: more are tokens without meaning."""
    return float(f"{float(text):.6g}")


def _error(result: CellResult, *, names: Sequence[str], columns: Sequence[str]) -> list[_Part]:
    error = result.error
    assert error is not None
    place = f" (line {error.line})" if error.line else ""
    value = shorten(clean(error.value).strip(), 1500)
    lines = [line for line in value.split("\n") if line.strip()] or [""]
    said = f"{clean(error.name)}: {lines[0]}{place}"
    trace = _trace(error.traceback)
    parts = [_Part(label="error", text="\n".join([said, *lines[1:]]), elastic=False)]
    if trace and result.status != "interrupted":
        parts.append(_Part(label="traceback", text=shorten(trace, 1500), elastic=False))
    advice = hint(error, names=names, columns=columns)
    if advice:
        parts.append(_Part(label="hint", text=clean(advice).replace("\n", " "), elastic=False))
    return parts


def _trace(traceback: Sequence[str]) -> str:
    """Return the frames of the cell itself, without those of libraries, whose code the reader cannot change."""
    frames = [clean(frame).strip("\n") for frame in traceback]
    own = [frame for frame in frames if re.match(r"\s*Cell In\s?\[", frame)]
    return "\n".join(own[-_FRAMES:])


def _nothing(code: str) -> str:
    """Say that there is no output, and why if the code tells."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        body = []
    if body and isinstance(body[-1], (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        return "no output; the last line is an assignment: end with the name to see its value"
    if body and isinstance(body[-1], (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)):
        return "no output; the last line only defines names"
    if code.rstrip().endswith(";"):
        return "no output; the semicolon at the end hides it"
    return "no output"


class _Words(HTMLParser):
    """Collects the text of HTML: a line a row or block, a bar between table cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._skip += 1
        elif tag in ("tr", "p", "div", "br", "li", "h1", "h2", "h3", "h4", "table"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._skip = max(0, self._skip - 1)
        elif tag in ("td", "th"):
            self.words.append(" | ")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.words.append(re.sub(r"\s+", " ", data))


def _text_of(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    parser.close()
    rows = (re.sub(r"(\s*\|)?\s*$", "", re.sub(r" +", " ", row)).strip() for row in "".join(parser.words).split("\n"))
    return "\n".join(row for row in rows if row)
