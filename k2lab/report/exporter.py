"""nbconvert's exporters of the report: ``k2report`` (HTML), ``k2report-pdf``, ``k2report-md`` and ``k2report-qmd``.

Options are traits of the exporters: ``jupyter nbconvert --to k2report --ReportExporter.code=hidden analysis.ipynb``.
The templates lie in the standard place (``share/jupyter/nbconvert/templates/k2report``). A template of your own is a
folder in nbconvert's template path with an ``index.html.j2`` that says ``{% extends "k2report/index.html.j2" %}`` and
a ``conf.json`` of ``{"base_template": "k2report"}``; use it with ``--template``.
"""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from nbconvert.exporters import Exporter, TemplateExporter  # noqa: TID253  only nbconvert imports this module
from nbformat import NotebookNode
from traitlets import Enum, Unicode, default

from k2lab.report import markdown, page
from k2lab.report.build import report_of
from k2lab.report.markdown import Flavour, as_markdown_document
from k2lab.report.model import CODE_VIEWS, CodeView, Report
from k2lab.report.options import PAPERS, THEMES, Options, Paper, Theme, read_logo
from k2lab.report.page import as_html
from k2lab.report.pdf import as_pdf


class ReportExporter(TemplateExporter):
    """Exports a notebook as an HTML report: ``jupyter nbconvert --to k2report analysis.ipynb``."""

    export_from_notebook = "k2lab report (HTML)"
    output_mimetype = "text/html"

    file_extension = Unicode(".html", help="Ending of the file that is written.").tag(config=True)
    code = Enum(CODE_VIEWS, default_value="folded", help="Code of the cells: shown, folded or hidden.").tag(config=True)
    lang = Enum(("auto", "en", "zh"), default_value="auto", help="Language of the report's own words.").tag(config=True)
    title = Unicode("", help="Title of a notebook that says none itself.").tag(config=True)
    author = Unicode("", help="Who the report is by.").tag(config=True)
    theme = Enum(THEMES, default_value="auto", help="Ground of the page: auto (the reader's), light or dark.").tag(
        config=True
    )
    logo = Unicode("", help="Path of a PNG, JPEG or SVG to show in place of the name k2lab.").tag(config=True)

    @default("template_name")
    def _own_template(self) -> str:
        return "k2report"

    @default("extra_template_basedirs")
    def _own_folder(self) -> list[str]:
        """Find the templates of the package, also where nothing was installed; the working folder is not searched."""
        return [str(_templates())]

    @default("extra_template_paths")
    def _own_paths(self) -> list[str]:
        return [str(_templates())]

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, dict[str, Any]]:
        """Convert a notebook after nbconvert's own preprocessors (tags, execution) have seen it."""
        made, resources = Exporter.from_notebook_node(self, nb, resources, **kw)
        about = resources.get("metadata", {})
        folder = str(about.get("path") or "")
        report = report_of(
            made,
            lang=self.lang,
            title=self.title or str(about.get("name", "")),
            folder=Path(folder) if folder or about.get("name") else None,
        )
        return self._written(report, resources), resources

    def options(self) -> Options:
        """Return the traits as the options of a report."""
        return Options(
            code=cast(CodeView, self.code),
            theme=cast(Theme, self.theme),
            author=self.author,
            logo=read_logo(self.logo) if self.logo else None,
        )

    def _written(self, report: Report, resources: dict[str, Any]) -> Any:
        return as_html(report, options=self.options(), template=self.template)

    def _create_environment(self) -> Environment:
        """Make an environment that escapes everything, unlike nbconvert's own."""
        return self._with_filters(page.prepared(self._loader()))

    def _loader(self) -> ChoiceLoader:
        memory = DictLoader({self._raw_template_key: self.raw_template})
        return ChoiceLoader([*self.extra_loaders, FileSystemLoader(self.template_paths), memory])

    def _with_filters(self, made: Environment) -> Environment:
        for name, value in (self.filters or {}).items():
            self._register_filter(made, name, value)
        return made


class PdfReportExporter(ReportExporter):
    """Exports a notebook as a tagged PDF, without a browser: ``jupyter nbconvert --to k2report-pdf analysis.ipynb``."""

    export_from_notebook = "k2lab report (PDF)"
    output_mimetype = "application/pdf"

    file_extension = Unicode(".pdf", help="Ending of the file that is written.").tag(config=True)
    paper = Enum(PAPERS, default_value="A4", help="Size of the paper: A4 or Letter.").tag(config=True)

    @default("template_extension")
    def _page_template(self) -> str:
        return ".html.j2"

    def options(self) -> Options:
        made = super().options()
        return Options(code=made.code, author=made.author, logo=made.logo, paper=cast(Paper, self.paper))

    def _written(self, report: Report, resources: dict[str, Any]) -> Any:
        return as_pdf(report, options=self.options(), template=self.template)


class MarkdownReportExporter(ReportExporter):
    """Exports a notebook as a Markdown report with its figures beside it: ``--to k2report-md``."""

    export_from_notebook = "k2lab report (Markdown)"
    output_mimetype = "text/markdown"

    file_extension = Unicode(".md", help="Ending of the file that is written.").tag(config=True)
    _flavour: Flavour = "md"

    def _written(self, report: Report, resources: dict[str, Any]) -> Any:
        folder = os.path.basename(str(resources.get("output_files_dir") or "report_files"))
        made = as_markdown_document(
            report, flavour=self._flavour, folder=folder, options=self.options(), template=self.template
        )
        resources["outputs"] = {**(resources.get("outputs") or {}), **made.files}
        return made.text

    def _create_environment(self) -> Environment:
        return self._with_filters(markdown.prepared(self._loader()))


class QuartoReportExporter(MarkdownReportExporter):
    """Exports a notebook as a Quarto document, for sites, books and LaTeX: ``--to k2report-qmd``."""

    export_from_notebook = "k2lab report (Quarto)"
    output_mimetype = "text/x-quarto-markdown"

    file_extension = Unicode(".qmd", help="Ending of the file that is written.").tag(config=True)
    _flavour: Flavour = "qmd"


def _templates() -> Path:
    return Path(str(files("k2lab.report") / "templates"))
