"""Write schemas as the short text a model reads, within a budget of tokens.

The grammar, one line each, read back by `k2lab.schema.parse`::

    frame NAME: LIBRARY, ROWS rows, N columns, privacy LEVEL
    origin: CODE
    NAME: DTYPE, KIND, nulls N, distinct N, ...
    names DTYPE, KIND: NAME NAME ...
    fold N: NAME .. NAME, DTYPE, KIND
    row: VALUE, VALUE, ...
    # a note for the reader

Whatever comes from data is a JSON string (see `k2lab.schema.quoting`), so no name can forge a line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from k2lab.schema.model import ColumnSchema, FrameSchema
from k2lab.schema.quoting import quote, token
from k2lab.schema.tokens import estimate_tokens

LONGEST_NAME = 200
"""Longer names are cut; code then reaches the column by its place."""

_ALIKE = 4  # so many columns with like names and one type are worth a fold
_NOTE_TOKENS = 60
_DIGITS = re.compile(r"\d+")


def render(frames: Sequence[FrameSchema], budget: int = 1500, *, keep: Collection[str] = ()) -> str:
    """Write the schemas of frames.

    Parameters
    ----------
    frames : sequence of FrameSchema
    budget : int
        Tokens (estimated) that the text may take. Where everything does not fit, columns with like names and types are
        folded into one line, then columns are listed by name only, then left out with their number; a note says how
        to look further. The few lines that name the frames are always written.
    keep : collection of str
        Columns to be written in full before any other, such as those a question names.

    Returns
    -------
    str
        Lines without a line break at the end; empty for no frame.

    Examples
    --------
    >>> level = ColumnSchema(name="level", dtype="str", kind="text", nulls=0, distinct=4)
    >>> print(render([FrameSchema(name="df", library="pandas", rows=9, columns=(level,))]))
    frame "df": pandas, 9 rows, 1 columns, privacy schema
    "level": str, text, nulls 0, distinct 4
    """
    whole = ["\n".join((*_head(frame), *map(_line, _ordered(frame)), *_rows(frame))) for frame in frames]
    costs = [estimate_tokens(text) + 1 for text in whole]
    if sum(costs) <= budget:
        return "\n\n".join(whole)
    # Small frames first: what they do not use is shared by the wider ones.
    written: dict[int, str] = {}
    left = budget
    for position in sorted(range(len(frames)), key=lambda position: costs[position]):
        share = left // (len(frames) - len(written))
        fits = costs[position] <= share
        written[position] = whole[position] if fits else _folded(frames[position], share, frozenset(keep))
        left -= estimate_tokens(written[position]) + 1
    return "\n\n".join(written[position] for position in range(len(frames)))


def _head(frame: FrameSchema) -> Iterator[str]:
    rows = "unknown" if frame.rows is None else str(frame.rows)
    total = len(frame.columns) + frame.hidden
    yield f"frame {quote(frame.name)}: {token(frame.library)}, {rows} rows, {total} columns, privacy {frame.privacy}"
    if frame.origin:
        yield f"origin: {quote(frame.origin)}"


def _rows(frame: FrameSchema) -> Iterator[str]:
    for row in frame.sample:
        yield "row: " + ", ".join(map(token, row))


def _ordered(frame: FrameSchema) -> list[tuple[ColumnSchema, bool]]:
    """Return the columns, each with whether its place must be said: it is not the next one, or its name is no key."""
    names = Counter(column.name for column in frame.columns)
    made, expected = [], 0
    for column in frame.columns:
        odd = names[column.name] > 1 or bool(column.label) or len(column.name) > LONGEST_NAME
        made.append((column, odd or column.position != expected))
        expected = column.position + 1
    return made


def _line(entry: tuple[ColumnSchema, bool]) -> str:
    column, say_place = entry
    name = column.name if len(column.name) <= LONGEST_NAME else column.name[: LONGEST_NAME - 1] + "…"
    said = [token(column.dtype), column.kind]
    if column.nulls is not None:
        said.append(f"nulls {column.nulls}")
    if column.distinct is not None:
        said.append(f"distinct {'~' if column.distinct_sampled else ''}{column.distinct}")
    if column.low is not None:
        said.append(f"low {token(column.low)}")
    if column.high is not None:
        said.append(f"high {token(column.high)}")
    if column.quartiles:
        said.append(f"quartiles {len(column.quartiles)} " + " ".join(map(token, column.quartiles)))
    if column.top:
        said.append(f"top {len(column.top)} " + " ".join(f"{quote(value)} {n}" for value, n in column.top))
    if say_place:
        said.append(f"place {column.position}")
    if column.label:
        said.append(f"label {quote(column.label)}")
    return f"{quote(name)}: {', '.join(said)}"


def _folded(frame: FrameSchema, budget: int, keep: frozenset[str]) -> str:
    """Write a frame that does not fit: kept columns in full, like columns folded, then names, then a number."""
    lines = list(_head(frame))
    left = budget - _NOTE_TOKENS - estimate_tokens("\n".join(lines))
    ordered = _ordered(frame)
    full: set[int] = set()

    def take(entries: Sequence[tuple[ColumnSchema, bool]]) -> None:
        nonlocal left
        for column, _ in entries:
            cost = estimate_tokens(_line((column, True))) + 1
            if column.position not in full and cost <= left:
                full.add(column.position)
                left -= cost

    take([entry for entry in ordered if entry[0].name in keep])
    rest = [entry for entry in ordered if entry[0].position not in full]
    groups: dict[tuple[str, str, str], list[tuple[ColumnSchema, bool]]] = {}
    for column, odd in rest:
        stem = _DIGITS.sub("#", column.name)
        groups.setdefault((stem, column.dtype, column.kind), []).append((column, odd))
    folds = []
    for (_, dtype, kind), members in sorted(groups.items(), key=lambda item: -len(item[1])):
        if len(members) < _ALIKE:
            break
        first, last = members[0][0].name, members[-1][0].name
        line = f"fold {len(members)}: {quote(_cut(first))} .. {quote(_cut(last))}, {token(dtype)}, {kind}"
        cost = estimate_tokens(line) + 1
        if cost > left:
            break
        folds.append(line)
        left -= cost
        gone = {column.position for column, _ in members}
        rest = [entry for entry in rest if entry[0].position not in gone]
    take_all = sum(estimate_tokens(_line((column, True))) + 1 for column, _ in rest) <= left
    names: list[str] = []
    if take_all:
        take(rest)
    else:
        # A name costs a third of a line; what the names leave buys lines, from the first column on.
        listed = [column for column, _ in rest if not column.label]
        reserved = _names(listed, left)[2]
        left -= reserved
        take(rest)
        names, shown, _ = _names([column for column in listed if column.position not in full], reserved)
        rest = [entry for entry in rest if entry[0].position not in shown]
    lines += [_line((column, True)) for column in frame.columns if column.position in full]
    lines += names + folds
    unseen = sum(column.position not in full for column, _ in rest)
    lines.append(_note(frame, unseen))
    return "\n".join(lines)


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _names(columns: Sequence[ColumnSchema], budget: int) -> tuple[list[str], set[int], int]:
    """List columns by name, one line a type, as many as fit; return lines, positions and cost."""
    often = Counter(column.name for column in columns)
    lines: dict[tuple[str, str], list[str]] = {}
    shown: set[int] = set()
    cost = 0.0
    for column in columns:
        if often[column.name] > 1 or len(column.name) > LONGEST_NAME:
            continue
        key, name = (column.dtype, column.kind), quote(column.name)
        # Fractions of tokens are summed: rounding up each name would waste a tenth of the budget.
        ascii_letters = sum(letter.isascii() for letter in name) + 1
        price = ascii_letters / 4 + sum(not letter.isascii() for letter in name)
        if key not in lines:
            price += estimate_tokens(f"names {token(column.dtype)}, {column.kind}: ") + 2
        if cost + price > budget:
            break
        lines.setdefault(key, []).append(name)
        shown.add(column.position)
        cost += price
    written = [f"names {token(dtype)}, {kind}: {' '.join(names)}" for (dtype, kind), names in lines.items()]
    return written, shown, int(cost) + 1


def _note(frame: FrameSchema, unseen: int) -> str:
    more = f"{unseen} more columns are not listed. " if unseen else ""
    return (
        f"# {more}To see more of a column, call look with frame {quote(frame.name)} and columns: names, "
        'or patterns such as "*_2024" or "x_1*".'
    )
