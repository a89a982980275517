"""Tracing: the numbers of a report's prose, each with the value and the cell that it was traced to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from k2lab.agent.trace import aside_text
from k2lab.ledger.collect import collect
from k2lab.ledger.columns import aside, text_of
from k2lab.ledger.ledger import Ledger
from k2lab.locale import pick
from k2lab.report.model import Fact, Link, Number

Cells = Mapping[int, Mapping[str, Any]]


class Tracer:
    """The ledger of one recorded run, made of its cells as they were saved; nothing is run for it.

    Parameters
    ----------
    run : mapping
        Its record.
    cells : mapping of int to cell
        Its code cells by step.
    links : mapping of int to Link
        Where the report shows each of them.
    """

    def __init__(self, run: Mapping[str, Any], cells: Cells, links: Mapping[int, Link]) -> None:
        self._question = str(run.get("question", ""))
        self._cells = cells
        self._links = links
        columns = [
            str(column.get("name", ""))
            for frame in _mappings(run.get("frames"))
            for column in _mappings(frame.get("columns"))
        ]
        self._columns = tuple(dict.fromkeys(columns))
        shown = [
            collect(_mappings(cell.get("outputs")), step=step, title=str(_mark(cell).get("title", "")))
            for step, cell in cells.items()
        ]
        self.ledger = Ledger(shown, question=self._question, columns=self._columns)

    def numbers(self, text: str, steps: Iterable[int] = ()) -> tuple[Number, ...]:
        """Mark the numbers of a text; names, conventions and numbers of the question are left as they are."""
        cited = tuple(step for step in steps if isinstance(step, int))
        return tuple(
            Number(
                start=mark.start,
                end=mark.end,
                verified=mark.verified,
                told=mark.told if mark.verified else mark.near,
                link=self._links.get(mark.step) if mark.step is not None else None,
            )
            for mark in self.ledger.marks(text, cited)
        )

    def aside(self, text: str, declared: Iterable[str], steps: Iterable[int]) -> str:
        """Say of a finding that it leaves the question; empty where it does not."""
        cells = [cell for step in steps if (cell := self._cells.get(step))]
        shown = [f"{cell.get('source', '')}\n{text_of(cell.get('outputs'))}" for cell in cells]
        told = aside(
            text, [str(name) for name in declared], question=self._question, columns=self._columns, shown=shown
        )
        return aside_text(*told)


def traced_line(numbers: Iterable[Number]) -> str:
    """Say how many numbers were traced; empty where there is none.

    Examples
    --------
    >>> traced_line([Number(start=0, end=1, verified=True), Number(start=2, end=3, verified=False)])
    '1 of 2 numbers traced to a cell'
    """
    every = list(numbers)
    done = sum(number.verified for number in every)
    if not every:
        return ""
    return pick(f"{done} of {len(every)} numbers traced to a cell", f"{len(every)} 个数字中有 {done} 个可追溯到单元格")


def traced_fact(numbers: Sequence[Number], words: Mapping[str, str]) -> tuple[Fact, ...]:
    """Return the fact that says how many numbers were traced; none where there are no numbers."""
    if not numbers:
        return ()
    left = sum(not number.verified for number in numbers)
    note = pick(f"{left} not found, marked", f"{left} 个未找到，已标出") if left else words["traced-all"]
    return (Fact(label=words["traced"], value=f"{len(numbers) - left} / {len(numbers)}", note=note),)


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, (list, tuple)) else []


def _mark(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = cell.get("metadata")
    mark = metadata.get("k2lab") if isinstance(metadata, Mapping) else None
    return mark if isinstance(mark, Mapping) else {}
