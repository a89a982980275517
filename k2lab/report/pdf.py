"""A report as PDF, without a browser: WeasyPrint lays out the page's own print view.

Why WeasyPrint: it reads the same page and style sheet as the browser, so a report has one look and one template. Typst
is some twenty times faster (measured in ``benchmarks/report.md``), but needs a second template for everything here, and
shows no HTML that a cell gave.
"""

from __future__ import annotations

import logging
from importlib.util import find_spec

from jinja2 import Template

from k2lab.errors import UsageError
from k2lab.report.model import Report
from k2lab.report.options import Options
from k2lab.report.page import as_html


def as_pdf(report: Report, *, options: Options | None = None, template: Template | None = None) -> bytes:
    """Write a report as PDF/UA-1: tagged, bookmarked by its headings, numbered pages.

    Parameters
    ----------
    report : Report
    options : Options, optional
        ``paper`` is ``"A4"`` or ``"Letter"``; the theme is always light.
    template : jinja2.Template, optional

    Raises
    ------
    UsageError
        If WeasyPrint or the libraries it draws with are not there.
    """
    if find_spec("weasyprint") is None:
        raise UsageError("A PDF needs WeasyPrint, which is not installed.", "Install it: pip install 'k2lab[pdf]'.")
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        reason = str(error).partition("\n")[0]
        raise UsageError(
            f"A PDF needs the Pango library, which is missing ({reason}).", "Install it: apt install libpango-1.0-0."
        ) from error
    chosen = options or Options()
    page = as_html(report, options=chosen, template=template, paper=True)
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it tells of every property that only screens know
    embedded = URLFetcher(allowed_protocols=("data",))  # nothing is fetched, and no file is read
    document = HTML(string=page, url_fetcher=embedded)
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return made
