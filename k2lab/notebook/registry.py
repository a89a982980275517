"""The registry: which cells a run made, and what their source was, so that an edited one is never taken away."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

_OFFSET, _PRIME = 0x811C9DC5, 0x01000193


def source_hash(source: str) -> str:
    """Return FNV-1a, 32 bit, over the UTF-8 bytes of a source: short, and the same in any language without a library.

    It tells an edited cell from an untouched one; it is no safeguard against anybody.

    Examples
    --------
    >>> source_hash(""), source_hash("a"), source_hash("薪资")
    ('811c9dc5', 'e40c292c', 'cea86cf0')
    """
    value = _OFFSET
    for byte in source.encode("utf-8", "surrogatepass"):
        value = ((value ^ byte) * _PRIME) & 0xFFFFFFFF
    return f"{value:08x}"


def cell_id(run: str, name: str) -> str:
    """Return the id of a run's cell: the same each time, so that nothing is inserted twice.

    Examples
    --------
    >>> cell_id("5f0c1a2b3d4e", "step-1")
    'k2-6a179d9c85b0'
    """
    return "k2-" + hashlib.sha256(f"{run}/{name}".encode()).hexdigest()[:12]


@dataclass
class Group:
    """The cells of one run: the ``%%k2`` cell they stand under, and the hash of each source by cell id."""

    run: str
    parent: str
    model: str
    hashes: dict[str, str] = field(default_factory=dict)

    @property
    def last(self) -> str:
        """The cell after which the next one stands."""
        return next(reversed(self.hashes), self.parent)

    def code_cell(
        self,
        step: int,
        source: str,
        *,
        title: str,
        why: str,
        status: str,
        seconds: float = 0.0,
        outputs: tuple[Any, ...] = (),
        count: int | None = None,
    ) -> dict[str, Any]:
        """Make the cell of a step, as nbformat has it, and take it into the group."""
        mark = {"step": step, "kind": "code", "title": title, "why": why, "status": status, "seconds": seconds}
        return self._cell(f"step-{step}", "code", source, mark) | {
            "outputs": [dict(output) for output in outputs],
            "execution_count": count,
        }

    def answer_cell(self, source: str, *, title: str, status: str, seconds: float) -> dict[str, Any]:
        """Make the cell that holds the answer."""
        mark = {"step": 0, "kind": "answer", "title": title, "why": "", "status": status, "seconds": seconds}
        return self._cell("answer", "markdown", source, mark)

    def _cell(self, name: str, cell_type: str, source: str, mark: dict[str, Any]) -> dict[str, Any]:
        made, digest = cell_id(self.run, name), source_hash(source)
        self.hashes[made] = digest
        owned = {"run": self.run, "parent": self.parent, "model": self.model, **mark, "hash": digest}
        return {
            "id": made,
            "cell_type": cell_type,
            "source": source,
            "metadata": {"k2lab": owned},
            "outputs": [],
            "execution_count": None,
        }

    def removal(self) -> dict[str, Any]:
        """Return the message that asks the front end to take the cells away, the edited ones excepted."""
        cells = [{"id": name, "hash": digest} for name, digest in self.hashes.items()]
        return {"run": self.run, "parent": self.parent, "cells": cells}
