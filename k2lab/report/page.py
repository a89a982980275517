"""A report as one HTML page: nothing is fetched, and nothing comes from data but escaped text and checked pictures."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from k2lab.plots import palette
from k2lab.report.model import Block, Figure, Report, Rich
from k2lab.report.options import Options
from k2lab.report.prose import marked
from k2lab.report.words import IN_SCRIPT, words

_STATUS = ("pass", "warn", "fail")
_SHEETS = ("report.css", "numbers.css", "simulator.css")
_SCRIPTS = ("report.js", "numbers.js", "tables.js")


def as_html(
    report: Report, *, options: Options | None = None, template: Template | None = None, paper: bool = False
) -> str:
    """Write a report as a self-contained HTML page.

    Parameters
    ----------
    report : Report
    options : Options, optional
    template : jinja2.Template, optional
        Of an environment that `prepared` made; by default ours.
    paper : bool
        Whether the page is to be laid out on the paper of the options, by WeasyPrint.

    Returns
    -------
    str
        A page whose content security policy lets nothing in but its own style and script (by their hashes) and
        embedded pictures.
    """
    chosen = options or Options()
    page = template or _environment().get_template("index.html.j2")
    said = words(report.language)
    return page.render(
        report=report,
        words=said,
        script_words={key: said[key] for key in IN_SCRIPT},
        options=chosen,
        view=chosen.code,
        paper=paper,
        anchors=frozenset() if chosen.code == "hidden" else frozenset(cell.anchor for cell in report.code),
        style=Markup(_style(paper) + (_on_paper(chosen) if paper else "")),
        script=Markup(_script(bool(report.simulators))),
    )


def prepared(loader: BaseLoader) -> Environment:
    """Return an environment for the report's templates: all that it writes is escaped, and a missing name an error."""
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    made.filters["kind"] = lambda block: type(block).__name__
    made.filters["markup"] = _markup
    made.filters["drawing"] = _drawing
    made.filters["drawn"] = _drawn
    made.filters["coloured"] = _coloured
    made.filters["marked"] = marked
    made.filters["source_hash"] = lambda text: Markup(_source_hash(str(text)))
    return made


def _source_hash(text: str) -> str:
    """Return the CSP source expression of an inline element (CSP level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    return prepared(PackageLoader("k2lab.report", "templates/k2report"))


def _markup(block: Block) -> Markup:
    """Let through what the sanitiser made, and only that."""
    if not isinstance(block, Rich):
        raise TypeError(f"{type(block).__name__} is not sanitised markup")
    return Markup(block.html)


def _drawing(block: Block) -> Markup:
    """Let the SVG of a figure through, which is rebuilt from known elements (`k2lab.report.vector`)."""
    if not isinstance(block, Figure):
        raise TypeError(f"{type(block).__name__} is no figure")
    return Markup(block.svg)


def _drawn(block: Block) -> str:
    """Return the SVG of a figure as an address: a picture of its own, whose nodes no style sheet is matched with."""
    return f"data:image/svg+xml;base64,{base64.b64encode(_drawing(block).encode()).decode('ascii')}"


@cache
def _asset(name: str) -> str:
    return (files("k2lab.report") / "templates" / "k2report" / name).read_text("utf-8")


def _on_paper(options: Options) -> str:
    """Return what paper needs beside the page's own print view."""
    return f"\n{_asset('paper.css')}\n@page{{size:{options.paper}}}"


@cache
def _script(simulating: bool) -> str:
    return "\n".join(_asset(name).strip() for name in (*_SCRIPTS, *(["simulator.js"] if simulating else [])))


@cache
def _style(paper: bool) -> str:
    """Put the palette's colours before the style sheet: light, dark by the system, dark and light by choice."""
    sheets = "\n".join(_asset(name).strip() for name in _SHEETS)
    if paper:
        return f":root{{{_variables('light')}}}\n{sheets}"
    light, dark = (_variables(ground) for ground in ("light", "dark"))
    card = palette.tokens("light")["background"]
    in_dark = f".picture>img,.rich img{{background:{card};padding:.75rem;border-radius:8px}}"
    in_dark += f"figure:not(.adapts)>.picture>.drawing{{background:{card};padding:.75rem;border-radius:8px}}"
    return (
        f":root{{color-scheme:light;{light}}}\n"
        "@media screen{\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
        f":root[data-theme=dark] {in_dark}\n"
        "@media (prefers-color-scheme:dark){\n"
        f":root:not([data-theme=light]){{color-scheme:dark;{dark}}}\n"
        f":root:not([data-theme=light]) {in_dark}\n"
        "}\n}\n" + _paints() + "\n" + sheets
    )


def _paints() -> str:
    """Give the classes of drawings their colours: one rule for each way a palette colour is used."""
    names = list(palette.tokens("light"))
    return "".join(f".f-{name}{{fill:var(--{name})}}.s-{name}{{stroke:var(--{name})}}" for name in names)


def _variables(ground: str) -> str:
    status = json.loads((files("k2lab.plots") / "palette.json").read_text("utf-8"))[ground]
    named = {**palette.tokens(ground), **{name: status[name] for name in _STATUS}}
    return ";".join(f"--{name}:{colour}" for name, colour in named.items())


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
