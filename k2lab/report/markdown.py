"""A report as Markdown or as a Quarto document: one text, with its figures beside it as files."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from k2lab.report.model import Figure, Report, Rich
from k2lab.report.options import Options
from k2lab.report.prose import as_markdown
from k2lab.report.words import words

Flavour = Literal["md", "qmd"]
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}


@dataclass(frozen=True, kw_only=True)
class Document:
    """A text and the files it shows, by their path beside it."""

    text: str
    files: Mapping[str, bytes]


def as_markdown_document(
    report: Report,
    *,
    flavour: Flavour = "md",
    folder: str = "report_files",
    options: Options | None = None,
    template: Template | None = None,
) -> Document:
    """Write a report as Markdown.

    Parameters
    ----------
    report : Report
    flavour : {"md", "qmd"}
        Markdown as GitHub and pandoc read it, or a Quarto document, whose code is there to be run but is not run.
    folder : str
        Name of the folder of its figures.
    options : Options, optional
    template : jinja2.Template, optional
        Of an environment that `prepared` made.

    Returns
    -------
    Document
        In which every word from data or a model is escaped: it shows, and does nothing.
    """
    files: dict[str, bytes] = {}

    def path_of(figure: Figure) -> Markup:
        name = f"{folder}/figure-{figure.number}.{_ENDINGS[figure.mime]}"
        files[name] = base64.b64decode(figure.data)
        return Markup(name.replace(" ", "%20"))

    chosen = options or Options()
    page = template or _environment().get_template(f"index.{flavour}.j2")
    text = page.render(
        report=report, words=words(report.language), options=chosen, view=chosen.code, path_of=path_of, flavour=flavour
    )
    return Document(text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", files=files)


def prepared(loader: BaseLoader) -> Environment:
    """Return an environment for Markdown templates: what they write of values is escaped as Markdown."""
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_escaped,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["kind"] = lambda block: type(block).__name__
    made.filters["markup"] = _markup
    made.filters["fenced"] = _fenced
    made.filters["yaml"] = lambda text: Markup(json.dumps(as_markdown(str(text)), ensure_ascii=False))
    made.filters["quoted"] = lambda text: Markup(re.sub(r'["\\{}<>]', "", " ".join(str(text).split())))
    return made


def _escaped(value: object) -> Markup:
    if hasattr(value, "__html__"):
        return Markup(value)
    return Markup("" if value is None else as_markdown(str(value)))


def _markup(block: Rich) -> Markup:
    """Let through what the sanitiser made; a blank line would end it."""
    return Markup(re.sub(r"\n\s*\n", "\n", block.html))


def _fenced(source: str, language: str = "") -> Markup:
    """Put a text between fences that it does not hold itself."""
    longest = max((len(run) for run in re.findall(r"`{3,}", source)), default=2)
    fence = "`" * (longest + 1)
    return Markup(f"{fence}{language}\n{source.rstrip()}\n{fence}")


@cache
def _environment() -> Environment:
    return prepared(PackageLoader("k2lab.report", "templates/k2report"))
