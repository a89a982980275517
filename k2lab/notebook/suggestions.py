"""Suggestions: questions that the columns of the frames at hand can answer."""

from __future__ import annotations

from collections.abc import Sequence

from k2lab.schema.model import ColumnSchema, FrameSchema

_FEW = 40  # levels that can be told apart in a figure
_MOST = 4


def suggestions(frames: Sequence[FrameSchema], language: str) -> list[dict[str, str]]:
    """Return questions, each naming only columns that exist.

    Examples
    --------
    >>> price = ColumnSchema(name="price", dtype="float64", kind="number", distinct=900)
    >>> city = ColumnSchema(name="city", dtype="str", kind="text", distinct=3)
    >>> frame = FrameSchema(name="homes", library="pandas", rows=1000, columns=(price, city))
    >>> [one["text"] for one in suggestions([frame], "en")]
    ['Does city affect price?', 'How good is the data quality of homes?']
    """
    zh = language == "zh"
    made: list[dict[str, str]] = []
    for frame in sorted(frames, key=lambda one: -(one.rows or 0)):
        y, groups, times, others = _roles(frame)
        if y and groups:
            text = f"{groups[0]} 是否影响 {y}？" if zh else f"Does {groups[0]} affect {y}?"
            if len(groups) > 1:
                text = (
                    f"{groups[0]} 是否影响 {y}，按 {groups[1]} 是否不同？"
                    if zh
                    else f"Does {groups[0]} affect {y}, and does it differ by {groups[1]}?"
                )
            made.append({"kind": "effect", "text": text})
        if y and times:
            text = f"{y} 随 {times[0]} 如何变化？" if zh else f"How did {y} change over {times[0]}?"
            made.append({"kind": "trend", "text": text})
        if y and others:
            text = f"{others[0]} 与 {y} 有什么关系？" if zh else f"How does {others[0]} relate to {y}?"
            made.append({"kind": "relate", "text": text})
        text = f"{frame.name} 的数据质量如何？" if zh else f"How good is the data quality of {frame.name}?"
        made.append({"kind": "check", "text": text})
    return made[:_MOST]


def _roles(frame: FrameSchema) -> tuple[str, list[str], list[str], list[str]]:
    """Return the likeliest outcome, and columns that group, tell time, or relate to it."""
    columns = [column for column in frame.columns if column.name.isprintable() and len(column.name) < 60]
    times = [column.name for column in columns if column.kind == "datetime" or _is_year(column)]
    groups = [
        column.name
        for column in columns
        if column.kind in ("text", "category", "boolean", "number")
        and column.distinct is not None
        and 2 <= column.distinct <= (_FEW if column.kind != "number" else 6)
        and column.name not in times
    ]
    numbers = [
        column
        for column in columns
        if column.kind == "number" and column.name not in times and column.name not in groups
    ]
    numbers.sort(key=lambda column: -(column.distinct or 0))
    names = [column.name for column in numbers if not column.name.lower().endswith("id")]
    groups.sort(key=lambda name: next(column.distinct or 0 for column in columns if column.name == name))
    return (names[0] if names else ""), groups, times, names[1:]


def _is_year(column: ColumnSchema) -> bool:
    return column.kind == "number" and "year" in column.name.lower()
