"""Outputs of a cell as blocks of a report: pictures with their words, results as tables, the rest as safe text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from k2lab.cells.result import FIGURE_MIME, RESULT_MIME
from k2lab.locale import pick
from k2lab.plots.vector import MIME as SVG_MIME
from k2lab.report.model import Block, Figure, Link, Plain, Rich, Trouble
from k2lab.report.pictures import Picture, picture_of
from k2lab.report.prose import clean_html, markdown_to_html, plain, without_controls
from k2lab.report.results import blocks_of
from k2lab.report.vector import vector_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_REPR = re.compile(r"^\[?(<[^<>]*>|Text\(.*\))(, .*)?\]?$", re.DOTALL)
_LONGEST = 20_000
_AS_TEXT = ("text/plain", "text/latex")
_OWN = (FIGURE_MIME, SVG_MIME)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the outputs of the cells of one report."""

    words: Mapping[str, str]
    told: frozenset[str] = frozenset()
    ids: Iterator[int] = field(default_factory=count)

    def blocks(self, outputs: object, *, link: Link, heading: str) -> Iterator[Block]:
        """Give the blocks of a cell's outputs, in order.

        Parameters
        ----------
        outputs : object
            The cell's ``outputs`` list.
        link : Link
            To the cell.
        heading : str
            What the cell is called, for pictures without words of their own.
        """
        for output in outputs if isinstance(outputs, list) else ():
            kind = output.get("output_type")
            if kind == "stream":
                text = _text(output.get("text"))
                if output.get("name") != "stderr" and text.strip():
                    yield Plain(text=text)
            elif kind == "error":
                yield Trouble(name=_text(output.get("ename")), text=_text(output.get("evalue")))
            elif kind in ("display_data", "execute_result"):
                bundle, metadata = output.get("data"), output.get("metadata")
                if isinstance(bundle, Mapping):
                    yield from self._bundle(bundle, metadata if isinstance(metadata, Mapping) else {}, link, heading)

    def _bundle(
        self, bundle: Mapping[str, Any], metadata: Mapping[str, Any], link: Link, heading: str
    ) -> Iterator[Block]:
        result = bundle.get(RESULT_MIME)
        if isinstance(result, Mapping):
            yield from blocks_of(result, link=link, words=self.words, told=self.told)
            return
        if (figure := self._figure(bundle, metadata, link, heading)) is not None:
            yield figure
            return
        markup = clean_html(_text(bundle.get("text/html"), _LONGEST * 20))
        if not markup and "text/markdown" in bundle:
            markup = markdown_to_html(_text(bundle["text/markdown"]))
        text = next((text for kind in _AS_TEXT if (text := _text(bundle.get(kind))).strip()), "")
        if re.sub(r"<[^>]*>|\s", "", markup):
            yield Rich(html=markup, output=True)
        elif text and not _REPR.match(text.strip()):
            yield Plain(text=text)
        elif "application/json" in bundle:
            yield Plain(text=_text(json.dumps(bundle["application/json"], indent=1, ensure_ascii=False, default=str)))
        elif kinds := ", ".join(sorted(str(kind)[:80] for kind in bundle if kind not in ("text/plain", *_OWN)))[:200]:
            yield Plain(
                text=pick(
                    f"An output that only the notebook can show ({kinds}).", f"此输出只能在笔记本中显示（{kinds}）。"
                )
            )

    def _figure(
        self, bundle: Mapping[str, Any], metadata: Mapping[str, Any], link: Link, heading: str
    ) -> Figure | None:
        """Return the picture of a bundle, as PNG or JPEG and, where there is one, as SVG; None where none holds."""
        picture = picture_of(bundle, metadata)
        own = vector_of(bundle.get(SVG_MIME), prefix=f"f{next(self.ids)}-") if SVG_MIME in bundle else None
        other = vector_of(bundle.get("image/svg+xml")) if picture is None and own is None else None
        if own is not None and not own.adapts:
            own = None if picture is not None else own
        drawn = own or other
        if picture is None and drawn is not None:
            data = Picture(mime="image/svg+xml", data=drawn.data(), width=drawn.width, height=drawn.height)
        elif picture is not None:
            data = picture
        else:
            return None
        digest = bundle.get(FIGURE_MIME)
        told = digest if isinstance(digest, Mapping) else {}
        title = plain(_text(told.get("title")))
        name = title or heading or link.label
        return Figure(
            title=title,
            mime=data.mime,
            data=data.data,
            width=data.width,
            height=data.height,
            caption=plain(_text(told.get("caption"))) or title or heading,
            alt=plain(_text(told.get("alt"))) or pick(f"Figure: {name}", f"图：{name}"),
            link=link,
            svg=own.markup if own else "",
            adapts=bool(own and own.adapts),
        )


def results_of(cell: NotebookNode) -> list[Mapping[str, Any]]:
    """Return the results of `k2lab.stats` among the outputs of a cell."""
    outputs = cell.get("outputs")
    bundles = [output.get("data") for output in outputs or () if isinstance(output, Mapping)]
    found = [bundle.get(RESULT_MIME) for bundle in bundles if isinstance(bundle, Mapping)]
    return [result for result in found if isinstance(result, Mapping)]


def _text(value: object, longest: int = _LONGEST) -> str:
    """Return the text of an output (a string or lines), without terminal colours, bounded."""
    text = "".join(str(line) for line in value) if isinstance(value, list) else value if isinstance(value, str) else ""
    text = without_controls(_ANSI.sub("", text).replace("\r\n", "\n"))
    if len(text) <= longest:
        return text
    half = longest // 2
    left = len(text) - 2 * half
    return (
        f"{text[:half]}\n{pick(f'... {left:,} characters left out ...', f'……略去 {left:,} 个字符……')}\n{text[-half:]}"
    )
