"""The nbconvert exporter ``k2report``: any notebook as one self-contained HTML report."""

from __future__ import annotations

from typing import Any, cast

from nbconvert.exporters import Exporter  # noqa: TID253  only nbconvert imports this module, and a subclass needs its base
from nbformat import NotebookNode
from traitlets import Enum, Unicode

from k2lab.report.build import report_of
from k2lab.report.model import CODE_VIEWS, CodeView
from k2lab.report.page import as_html


class ReportExporter(Exporter):
    """Exports a notebook as an HTML report: ``jupyter nbconvert --to k2report analysis.ipynb``.

    Options are traits: ``--ReportExporter.code=hidden``, ``--ReportExporter.lang=zh``,
    ``--ReportExporter.title="..."``. The page is made by `k2lab.report.page`, with a template engine that escapes
    everything; templates of nbconvert, which do not, are not involved.
    """

    export_from_notebook = "k2lab report"
    output_mimetype = "text/html"

    file_extension = Unicode(".html", help="Ending of the file that is written.").tag(config=True)
    code = Enum(CODE_VIEWS, default_value="folded", help="Code of the cells: shown, folded or hidden.").tag(config=True)
    lang = Enum(("auto", "en", "zh"), default_value="auto", help="Language of the report's own words.").tag(config=True)
    title = Unicode("", help="Title of a notebook that says none itself.").tag(config=True)

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, dict[str, Any]]:
        """Convert a notebook after nbconvert's own preprocessors (tags, execution) have seen it."""
        made, resources = super().from_notebook_node(nb, resources, **kw)
        named = self.title or str(resources.get("metadata", {}).get("name", ""))
        report = report_of(made, lang=self.lang, title=named)
        return as_html(report, code=cast(CodeView, self.code)), resources
