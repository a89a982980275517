"""Tables in what cells show: HTML tables and printed frames as heads, labels and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

_GAP = re.compile(r"\s{2,}")
_TYPED = re.compile(r"^(?:dtype|Name|Length|Freq|Time|Index|Categories)\b.*[:,]", re.IGNORECASE)
_SIZE = re.compile(r"^\[\d+ rows x \d+ columns\]$")
MOST_CELLS = 60_000
"""Cells of one table that are read; more are no table that a person reads."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table as text.

    Attributes
    ----------
    heads : tuple of str
        A heading for each column, those of labels included.
    rows : tuple of tuple of str
    labels : int
        Columns at the left that name the row.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[tuple[bool, str, int]]]] = []
        self._text: list[str] | None = None
        self._head = False
        self._span = 1
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            span = dict(attrs).get("colspan") or "1"
            self._text, self._head = [], tag == "th"
            self._span = min(int(span), 200) if span.isdigit() else 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._text is not None:
            self._cells += 1
            if self._cells <= MOST_CELLS:
                self.tables[-1][-1].append((self._head, " ".join("".join(self._text).split()), self._span))
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)


def html_tables(markup: str) -> Iterator[Grid]:
    """Yield the tables of HTML, as pandas and polars write them.

    Examples
    --------
    >>> made = "<table><tr><th></th><th>pay</th></tr><tr><th>SE</th><td>1.5</td></tr></table>"
    >>> next(html_tables(made))
    Grid(heads=('', 'pay'), rows=(('SE', '1.5'),), labels=1)
    """
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    for table in reader.tables:
        grid = _grid([row for row in table if row])
        if grid is not None:
            yield grid


def _grid(table: list[list[tuple[bool, str, int]]]) -> Grid | None:
    heads: list[list[str]] = []
    rows: list[list[str]] = []
    labels = 0
    for row in table:
        cells = [text for _, text, span in row for _ in range(span)]
        if all(is_head for is_head, _, _ in row) and not rows:
            heads.append(cells)
        else:
            marks = [is_head for is_head, _, span in row for _ in range(span)]
            labels = max(labels, next((at for at, mark in enumerate(marks) if not mark), 0))
            rows.append(cells)
    if not rows:
        return None
    width = max(len(row) for row in rows)
    # pandas leaves out index cells that repeat the row above: the row is short at its left.
    full: list[tuple[str, ...]] = []
    for cells in rows:
        missing = width - len(cells)
        full.append((*(full[-1][:missing] if full and missing else ("",) * missing), *cells))
    names = [""] * width
    for line in heads:
        for at, text in enumerate(line[:width]):
            names[at] = f"{names[at]} {text}".strip()
    return Grid(heads=tuple(names), rows=tuple(full), labels=labels)


def printed_tables(text: str) -> tuple[list[Grid], list[str]]:
    """Read printed frames and series, and return them with the lines that are no table.

    Examples
    --------
    >>> printed_tables("level   pay    n\\nEN     1.5   10\\nSE     2.5   20\\nmean 3.1")
    ([Grid(heads=('level', 'pay', 'n'), rows=(('EN', '1.5', '10'), ('SE', '2.5', '20')), labels=1)], ['mean 3.1'])
    """
    grids: list[Grid] = []
    loose: list[str] = []
    block: list[list[str]] = []

    def close() -> None:
        grid = _block(block)
        if grid is None:
            loose.extend("  ".join(row) for row in block)
        else:
            grids.append(grid)
        block.clear()

    for line in text.splitlines():
        parts = _GAP.split(line.strip())
        if len(parts) < 2 or _TYPED.match(line) or _SIZE.match(line.strip()):
            close()
            if line.strip() and not _TYPED.match(line) and not _SIZE.match(line.strip()):
                loose.append(line.strip())
        else:
            block.append(parts)
    close()
    return grids, loose


def _block(block: Sequence[list[str]]) -> Grid | None:
    if len(block) < 2:
        return None
    head, rows = block[0], block[1:]
    width = max(len(row) for row in rows)
    if sum(len(row) == width for row in rows) < 0.6 * len(rows):
        return None
    if any(_is_number(cell) for cell in head[1:]):  # a series: it has no heading
        return Grid(heads=("",) * len(head), rows=tuple(tuple(row) for row in block if len(row) == len(head)), labels=1)
    names = [""] * (width - len(head)) + head if len(head) <= width else head[:width]
    kept = tuple(tuple(row) for row in rows if len(row) == width)
    labels = next((at for at in range(width) if all(_is_number(row[at]) for row in kept)), width)
    return Grid(heads=tuple(names), rows=kept, labels=max(1, labels) if len(head) < width else labels)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+−]?[$€£¥]?[\d,]*\.?\d+(?:e[-+]?\d+)?%?", text, re.IGNORECASE))
