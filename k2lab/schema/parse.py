"""Read back the text that `k2lab.schema.render` writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast, get_args

from k2lab.schema.model import PRIVACY_LEVELS, ColumnKind, ColumnSchema, FrameSchema
from k2lab.schema.quoting import tokens

_KINDS = frozenset(get_args(ColumnKind))


def parse(text: str) -> tuple[FrameSchema, ...]:
    """Read schemas from their text.

    What the text shows is read exactly. Columns that it only names have no counts and the position -1; those that it
    folds or leaves out are counted in `hidden`.

    Parameters
    ----------
    text : str
        What `render` wrote.

    Raises
    ------
    ValueError
        If the text is something else; the line is named.

    Examples
    --------
    >>> (frame,) = parse('frame "df": pandas, 9 rows, 1 columns, privacy schema\\n"level": str, text, distinct 4')
    >>> frame.rows, frame.columns[0].name, frame.columns[0].distinct
    (9, 'level', 4)
    """
    frames: list[FrameSchema] = []
    totals: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        try:
            if line.startswith("frame "):
                frame, total = _frame(tokens(line))
                frames.append(frame)
                totals.append(total)
            else:
                frames[-1] = _with(frames[-1], line)
        except (ValueError, IndexError, StopIteration) as fault:
            raise ValueError(f"line {number} is not of a schema: {line[:80]!r}") from fault
    return tuple(replace(frame, hidden=total - len(frame.columns)) for frame, total in zip(frames, totals, strict=True))


def _frame(words: list[str]) -> tuple[FrameSchema, int]:
    _, name, library, rows, _, total, _, _, privacy = words
    if privacy not in PRIVACY_LEVELS:
        raise ValueError(privacy)
    count = None if rows == "unknown" else int(rows)
    return FrameSchema(name=name, library=library, rows=count, privacy=privacy), int(total)


def _with(frame: FrameSchema, line: str) -> FrameSchema:
    """Return the frame with what a line adds to it."""
    if line.startswith("origin: "):
        return replace(frame, origin=str(json.loads(line.removeprefix("origin: "))))
    if line.startswith("row: "):
        return replace(frame, sample=(*frame.sample, tuple(tokens(line)[1:])))
    if line.startswith("fold "):
        return frame
    words = iter(tokens(line))
    if line.startswith("names "):
        next(words)
        dtype, kind = next(words), _kind(next(words))
        named = tuple(ColumnSchema(name=name, dtype=dtype, kind=kind, position=-1) for name in words)
        return replace(frame, columns=(*frame.columns, *named))
    if not line.startswith('"'):
        raise ValueError(line)
    after = frame.columns[-1].position + 1 if frame.columns else 0
    return replace(frame, columns=(*frame.columns, _column(words, after)))


def _kind(word: str) -> ColumnKind:
    if word not in _KINDS:
        raise ValueError(word)
    return cast(ColumnKind, word)


def _column(words: Iterator[str], position: int) -> ColumnSchema:
    name, dtype, kind = next(words), next(words), _kind(next(words))
    said: dict[str, Any] = {"position": position}
    for word in words:
        if word == "nulls":
            said["nulls"] = int(next(words))
        elif word == "distinct":
            count = next(words)
            said.update(distinct=int(count.removeprefix("~")), distinct_sampled=count.startswith("~"))
        elif word in ("low", "high", "label"):
            said[word] = next(words)
        elif word == "quartiles":
            said["quartiles"] = tuple([next(words) for _ in range(int(next(words)))])
        elif word == "top":
            said["top"] = tuple([(next(words), int(next(words))) for _ in range(int(next(words)))])
        elif word == "place":
            said["position"] = int(next(words))
        else:
            raise ValueError(word)
    return ColumnSchema(name=name, dtype=dtype, kind=kind, **said)
