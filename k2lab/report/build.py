"""From a notebook to a report: a run of k2lab with its answer, or any notebook with its headings and outputs."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2lab.locale import LANGUAGES, Language, language, language_of, use_language
from k2lab.report.freshness import stale
from k2lab.report.model import Report
from k2lab.report.numbering import numbered
from k2lab.report.ordinary import ordinary_report
from k2lab.report.runs import run_report, runs_of
from k2lab.report.tags import without_removed
from k2lab.report.words import words

if TYPE_CHECKING:
    from nbformat import NotebookNode


def report_of(nb: NotebookNode, *, lang: str = "auto", title: str = "", folder: Path | None = None) -> Report:
    """Make the report of a notebook.

    Parameters
    ----------
    nb : NotebookNode
        Any notebook of format 4; `metadata.k2lab` is used where there is one.
    lang : {"auto", "en", "zh"}
        The language of the report's own words; ``"auto"`` takes the run's, else that of the notebook's text.
    title : str
        Used where the notebook says no title.
    folder : path, optional
        Where the notebook lies; with it the report says when the data changed since.

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If `lang` is none of the three.
    """
    if lang != "auto" and lang not in LANGUAGES:
        raise ValueError(f"lang is {lang!r}; use 'auto', 'en' or 'zh'")
    nb = without_removed(_whole(nb))
    runs = runs_of(nb)
    before = language()
    chosen = use_language(lang if lang != "auto" else _language(nb, runs))
    try:
        said = words(chosen)
        make = partial(run_report, nb, runs) if runs else partial(ordinary_report, nb)
        report = make(language=chosen, words=said, title=title)
        return numbered(replace(report, stale=stale(nb, folder)))
    finally:
        use_language(before)


def _whole(nb: NotebookNode) -> NotebookNode:
    """Return the notebook with what every cell should have; a file may lack it, and the one given stays as it is."""
    settled = all(
        isinstance(cell.get("source"), str) and isinstance(cell.get("metadata"), Mapping) for cell in nb.cells
    )
    if settled and isinstance(nb.get("metadata"), Mapping):
        return nb
    kept = copy.deepcopy(nb)
    nothing = type(kept)
    for cell in kept.cells:
        source = cell.get("source", "")
        cell["source"] = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if not isinstance(cell.get("metadata"), Mapping):
            cell["metadata"] = nothing()
    if not isinstance(kept.get("metadata"), Mapping):
        kept["metadata"] = nothing()
    return kept


def _language(nb: NotebookNode, runs: tuple[Mapping[str, Any], ...]) -> Language:
    for run in reversed(runs):
        for known in LANGUAGES:
            if run.get("language") == known:
                return known
    texts = [str(run.get("question", "")) for run in runs]
    texts += [str(cell.get("source", "")) for cell in nb.get("cells", []) if cell.get("cell_type") == "markdown"]
    return language_of(" ".join(texts))
