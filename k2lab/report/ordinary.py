"""The report of a notebook that k2lab did not write: its headings, its text, its outputs, its code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from k2lab.locale import Language, pick
from k2lab.locale.numbers import count
from k2lab.report.estimates import Made
from k2lab.report.model import Block, Chapter, Code, Fact, Link, Part, Plain, Report, Rich, Section
from k2lab.report.outputs import Reader, results_of
from k2lab.report.prose import markdown_to_html, plain
from k2lab.report.results import checks_of, tests_of
from k2lab.report.simulator import simulators
from k2lab.report.tags import FOLD, hides_input, tags_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


def ordinary_report(nb: NotebookNode, *, language: Language, words: Mapping[str, str], title: str) -> Report:
    """Make the report of a notebook without metadata of ours.

    Parameters
    ----------
    nb : NotebookNode
    language : {"en", "zh"}
        Already in use.
    words : mapping
    title : str
        For a notebook that names none itself.

    Notes
    -----
    A markdown heading opens a section; text and outputs up to the next one belong to it. The first heading of
    level one, before any output, is the title.
    """
    results: list[tuple[Made, Link | None]] = []
    codes: list[Code] = []
    links: dict[int, Link] = {}
    for cell in nb.cells:
        source = str(cell.source)
        if cell.cell_type != "code" or not source.strip():
            continue
        number = str(cell.get("execution_count") or len(links) + 1)
        link = Link(label=pick(f"cell {number}", f"单元格 {number}"), anchor=f"cell-{len(links) + 1}")
        links[id(cell)] = link
        results += [(result, link) for result in results_of(cell)]
        if not hides_input(cell):
            folded = bool(tags_of(cell) & FOLD)
            codes.append(
                Code(anchor=link.anchor, number=number, title=_first_line(source), source=source, folded=folded)
            )
    told = plain(str(nb.metadata.get("title", "")))
    found, sections = sections_of(nb.cells, links, reader=Reader(words=words), words=words, titled=not told)
    named = told or found
    name = named or plain(PurePath(title).stem if title else "") or words["report"]
    ran = sum(cell.cell_type == "code" and bool(cell.get("execution_count")) for cell in nb.cells)
    return Report(
        language=language,
        title=name,
        facts=(Fact(label=words["cells"], value=count(len(codes)), note=pick(f"{ran} ran", f"已运行 {ran} 个")),)
        if codes
        else (),
        parts=(Part(anchor="summary", heading=words["summary"], chapters=tuple(map(_chapter, sections))),),
        simulators=simulators(results, words=words),
        checks=checks_of(results, words=words),
        tests=tests_of(results, words=words),
        provenance=_provenance(nb.metadata, words),
        code=tuple(codes),
        python=_is_python(nb.metadata),
    )


def sections_of(
    cells: Sequence[NotebookNode],
    links: Mapping[int, Link],
    *,
    reader: Reader,
    words: Mapping[str, str],
    titled: bool = False,
    tag: str = "s",
) -> tuple[str, tuple[Section, ...]]:
    """Lay out cells by their headings: the text and outputs up to the next heading belong to it.

    Parameters
    ----------
    cells : sequence of NotebookNode
    links : mapping
        ``id`` of a code cell to its link; the outputs of cells without one are left out.
    reader : Reader
    words : mapping
    titled : bool
        Whether a heading of level one, before anything else, is the title rather than a section's.
    tag : str
        Before the numbers of the anchors.

    Returns
    -------
    title : str
        Empty where none was found.
    sections : tuple of Section
    """
    sections: list[Section] = []
    title, heading, blocks = "", "", list[Block]()

    def close() -> None:
        if blocks:
            name = heading or words["introduction" if all(isinstance(block, Rich) for block in blocks) else "results"]
            sections.append(Section(anchor=f"{tag}{len(sections) + 1}", heading=name, blocks=tuple(blocks)))
            blocks.clear()

    for cell in cells:
        source = str(cell.source)
        if cell.cell_type == "markdown":
            for level, found, text in _pieces(source):
                if found and level == 1 and titled and not title and not sections and not blocks:
                    title = found
                elif found and level <= 2:
                    close()
                    heading = found
                elif found:
                    text = f"### {found}\n\n{text}"
                if text.strip() and (made := markdown_to_html(text, cell.get("attachments"))):
                    blocks.append(Rich(html=made))
        elif cell.cell_type == "raw" and source.strip() and not cell["metadata"].get("format"):
            blocks.append(Plain(text=source))
        elif link := links.get(id(cell)):
            blocks.extend(reader.blocks(cell.get("outputs"), link=link, heading=heading))
    close()
    return title, tuple(sections)


def _chapter(section: Section) -> Chapter:
    """Make a chapter of what stands under one heading."""
    return Chapter(anchor=section.anchor, heading=section.heading, sections=(section,))


def _pieces(source: str) -> list[tuple[int, str, str]]:
    """Split markdown at its headings, outside code fences: level (0 for none), heading, and the text after it."""
    pieces: list[tuple[int, str, list[str]]] = [(0, "", [])]
    fenced = False
    for line in source.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        found = None if fenced else _HEADING.match(line)
        if found:
            pieces.append((len(found[1]), plain(found[2]), []))
        else:
            pieces[-1][2].append(line)
    return [(level, name, "\n".join(text)) for level, name, text in pieces if name or "".join(text).strip()]


def _first_line(source: str) -> str:
    line = next((line.strip() for line in source.splitlines() if line.strip()), "")
    line = line.lstrip("#%").strip() if line.startswith("#") else line
    return line if len(line) <= 80 else f"{line[:79]}…"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_python(metadata: Mapping[str, Any]) -> bool:
    info, spec = (_mapping(metadata.get(key)) for key in ("language_info", "kernelspec"))
    return str(info.get("name") or spec.get("language") or "python").lower() in ("python", "ipython")


def _provenance(
    metadata: Mapping[str, Any], words: Mapping[str, str]
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    info, spec = (_mapping(metadata.get(key)) for key in ("language_info", "kernelspec"))
    told = [(words["kernel"], spec.get("display_name")), (str(info.get("name", "")).title(), info.get("version"))]
    kept = tuple((name, str(value)) for name, value in told if name and value)
    return ((words["run"], kept),) if kept else ()
