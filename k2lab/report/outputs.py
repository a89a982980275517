"""Outputs of a cell as blocks of a report: pictures with their words, results as tables, the rest as safe text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from k2lab.cells.result import FIGURE_MIME, RESULT_MIME
from k2lab.locale import pick
from k2lab.report.model import Block, Figure, Link, Plain, Rich, Trouble
from k2lab.report.pictures import picture_of
from k2lab.report.prose import clean_html, markdown_to_html, plain
from k2lab.report.results import blocks_of

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_REPR = re.compile(r"^\[?(<[^<>]*>|Text\(.*\))(, .*)?\]?$", re.DOTALL)
_LONGEST = 20_000


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the outputs of the cells of one report."""

    words: Mapping[str, str]
    told: frozenset[str] = frozenset()

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
        picture = picture_of(bundle, metadata)
        if picture is not None:
            digest = bundle.get(FIGURE_MIME)
            told = digest if isinstance(digest, Mapping) else {}
            title = plain(_text(told.get("title")))
            name = title or heading or link.label
            yield Figure(
                title=title,
                mime=picture.mime,
                data=picture.data,
                width=picture.width,
                height=picture.height,
                caption=plain(_text(told.get("caption"))) or title or heading,
                alt=plain(_text(told.get("alt"))) or pick(f"Figure: {name}", f"图：{name}"),
                link=link,
            )
            return
        markup = clean_html(_text(bundle.get("text/html"), _LONGEST * 20))
        if not markup and "text/markdown" in bundle:
            markup = markdown_to_html(_text(bundle["text/markdown"]))
        text = _text(bundle.get("text/plain"))
        if re.sub(r"<[^>]*>|\s", "", markup):
            yield Rich(html=markup, output=True)
        elif text.strip() and not _REPR.match(text.strip()):
            yield Plain(text=text)
        elif any(kind.startswith(("image/", "application/")) for kind in bundle):
            yield Plain(text=pick("An output that only the notebook can show.", "此输出只能在笔记本中显示。"))


def _text(value: object, longest: int = _LONGEST) -> str:
    """Return the text of an output (a string or lines), without terminal colours, bounded."""
    text = "".join(str(line) for line in value) if isinstance(value, list) else value if isinstance(value, str) else ""
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    if len(text) <= longest:
        return text
    half = longest // 2
    left = len(text) - 2 * half
    return (
        f"{text[:half]}\n{pick(f'... {left:,} characters left out ...', f'……略去 {left:,} 个字符……')}\n{text[-half:]}"
    )
