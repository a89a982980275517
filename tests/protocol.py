"""The wire protocol's fixtures: what a message may look like is the union of the forms of its name."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data" / "protocol"
_FREE = {"record", "data", "metadata"}  # notebook formats of their own


@cache
def forms(way: str, name: str) -> tuple[Any, ...]:
    """Return the fixtures of a message: ``way`` is down, reply or up."""
    found = sorted(FOLDER.glob(f"{way}/{name}.json")) + sorted(FOLDER.glob(f"{way}/{name}-*.json"))
    return tuple(json.loads(path.read_text("utf-8")) for path in found)


def shaped(way: str, message: dict[str, Any]) -> None:
    """Fail unless a message is shaped like its fixtures."""
    plain = {name: value for name, value in message.items() if not name.startswith("_")}
    name = str(plain["to"] if way == "reply" else plain["type"])
    if way == "reply" and plain["status"] in ("error", "later"):
        name = str(plain["status"])
    known = forms(way, name)
    assert known, f"no fixture for {way}/{name}"
    fault = _fault(plain, known, name)
    assert not fault, fault


def _fault(value: Any, known: tuple[Any, ...], where: str) -> str:
    kinds = {_kind(one) for one in known}
    if _kind(value) not in kinds:
        return f"{where}: {value!r} is none of {sorted(kinds)}"
    same = tuple(one for one in known if _kind(one) == _kind(value))
    if isinstance(value, dict) and where.rpartition(".")[2] not in _FREE:
        names = set().union(*(one.keys() for one in same))
        if where.endswith(("events[]", "outputs[]")):
            return ""
        if value.keys() - names:
            return f"{where}: unknown {sorted(value.keys() - names)}"
        always = set.intersection(*(set(one) for one in same))
        if always - value.keys():
            return f"{where}: lacks {sorted(always - value.keys())}"
        faults = (
            _fault(item, tuple(one[name] for one in same if name in one), f"{where}.{name}")
            for name, item in value.items()
        )
        return next(filter(None, faults), "")
    if isinstance(value, list):
        inner = tuple(item for one in same for item in one)
        if value and not inner:
            return f"{where}: no fixture shows what it holds"
        return next(filter(None, (_fault(item, inner, f"{where}[]") for item in value)), "")
    return ""


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else type(value).__name__
