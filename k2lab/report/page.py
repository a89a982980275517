"""A report as one HTML page: nothing is fetched, and nothing comes from data but escaped text and checked pictures."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from k2lab.report.model import Block, CodeView, Report, Rich
from k2lab.report.words import words

_STATUS = ("pass", "warn", "fail")
_NEUTRALS = ("background", "surface", "grid", "rule", "muted", "text", "accent")


def as_html(report: Report, *, code: CodeView = "folded") -> str:
    """Write a report as a self-contained HTML page.

    Parameters
    ----------
    report : Report
    code : {"folded", "shown", "hidden"}
        Whether cells stand open, folded or not at all; print always shows what is folded.

    Returns
    -------
    str
        A page whose content security policy lets nothing in but its own style and script (by their hashes) and
        embedded pictures.
    """
    style, script = Markup(_style()), Markup(_asset("report.js").strip())
    page = _environment().get_template("index.html.j2")
    return page.render(
        report=report,
        words=words(report.language),
        view=code,
        style=style,
        script=script,
        style_hash=Markup(_source_hash(style)),
        script_hash=Markup(_source_hash(script)),
    )


def _source_hash(text: str) -> str:
    """Return the CSP source expression of an inline element (CSP level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("k2lab.report", "templates/k2report"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    made.filters["kind"] = lambda block: type(block).__name__
    made.filters["markup"] = _markup
    made.filters["coloured"] = _coloured
    return made


def _markup(block: Block) -> Markup:
    """Let through what the sanitiser made, and only that."""
    if not isinstance(block, Rich):
        raise TypeError(f"{type(block).__name__} is not sanitised markup")
    return Markup(block.html)


@cache
def _asset(name: str) -> str:
    return (files("k2lab.report") / "templates" / "k2report" / name).read_text("utf-8")


@cache
def _style() -> str:
    """Put the palette's colours before the style sheet: light, dark by the system, dark and light by choice."""
    palette = json.loads((files("k2lab.plots") / "palette.json").read_text("utf-8"))
    light, dark = (_variables(palette[ground]) for ground in ("light", "dark"))
    card = palette["light"]["background"]
    in_dark = f"figure img{{background:{card};padding:.75rem;border-radius:8px}}"
    return (
        f":root{{color-scheme:light;{light}}}\n"
        "@media screen{\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
        f":root[data-theme=dark] {in_dark}\n"
        "@media (prefers-color-scheme:dark){\n"
        f":root:not([data-theme=light]){{color-scheme:dark;{dark}}}\n"
        f":root:not([data-theme=light]) {in_dark}\n"
        "}\n}\n" + _asset("report.css").strip()
    )


def _variables(ground: dict[str, list[str]]) -> str:
    named = {name: ground[name] for name in (*_NEUTRALS, *_STATUS)}
    marks = {f"c{at}": colour for at, colour in enumerate(ground["categorical"], 1)}
    texts = {f"t{at}": colour for at, colour in enumerate(ground["categorical_text"], 1)}
    return ";".join(f"--{name}:{colour}" for name, colour in {**named, **marks, **texts}.items())


def _coloured(source: str, python: bool) -> Markup:
    """Escape code, and mark comments, strings, numbers and keywords of Python."""
    if not python:
        return escape(source)
    return Markup("").join(_spans(source))


def _spans(source: str) -> Iterator[Markup]:
    from pygments.lexers.python import PythonLexer
    from pygments.token import Comment, Keyword, Number, Operator, String

    kinds = ((Comment, "k-c"), (String, "k-s"), (Number, "k-n"), (Keyword, "k-k"), (Operator.Word, "k-k"))
    for token, text in PythonLexer(ensurenl=False, stripnl=False).get_tokens(source):
        name = next((name for kind, name in kinds if token in kind), None)
        yield Markup('<span class="{}">{}</span>').format(name, text) if name else escape(text)
