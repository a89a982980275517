"""Figures and tables numbered in the order in which a reader meets them."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from k2lab.report.model import Block, Chapter, Figure, Grid, Report, Section


def numbered(report: Report) -> Report:
    """Return the report with its figures and tables counted from one, in the order of the page.

    Examples
    --------
    >>> table = Grid(number=0, title="", columns=(), rows=())
    >>> numbered(Report(language="en", title="", checks=table, tests=table)).tests.number
    2
    """
    figures, tables = count(1), count(1)

    def block(item: Block) -> Block:
        if isinstance(item, Grid):
            return replace(item, number=next(tables))
        return replace(item, number=next(figures)) if isinstance(item, Figure) else item

    def section(item: Section) -> Section:
        return replace(item, blocks=tuple(block(part) for part in item.blocks))

    def chapter(item: Chapter) -> Chapter:
        return replace(item, sections=tuple(section(part) for part in item.sections))

    data = report.data
    parts = []
    for at, part in enumerate(report.parts):
        if at == 0 and data is not None:  # the page shows the data after the first summary
            data = section(data)
        parts.append(replace(part, chapters=tuple(chapter(item) for item in part.chapters)))
    return replace(
        report,
        data=data,
        parts=tuple(parts),
        simulators=tuple(
            replace(item, fallback=replace(item.fallback, number=next(tables))) for item in report.simulators
        ),
        checking=tuple(section(item) for item in report.checking),
        checks=replace(report.checks, number=next(tables)) if report.checks else None,
        tests=replace(report.tests, number=next(tables)) if report.tests else None,
    )
