"""What `quality` looks for, over all rows of a large frame: columns one by one, and what an engine counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from k2lab.locale import pick
from k2lab.stats import census, columns, engines, fold, frames, oddities
from k2lab.stats.marginal import Marginal, marginals
from k2lab.stats.result import Check
from k2lab.stats.roles import Role, named_id, number_identifies, role, text_identifies
from k2lab.stats.words import tidy


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was found in a table.

    Attributes
    ----------
    rows : int
    gone : mapping of str to int
        Missing values of each column.
    complete : int
        Rows without any gap.
    both : mapping of pair of str to int
        Rows that miss both of two columns, of the columns that miss most.
    repeated : int or None
        Rows that repeat an earlier one; None where it was not looked for.
    roles : mapping of str to Role
    repeats : mapping of str to int
        Repeated values of the columns that look like ids.
    constant, nested : tuple of str
        Columns with one value only, and those of lists and the like.
    equal : tuple of pairs of str
        A column, and the earlier one it equals.
    odd : tuple of Check
    """

    rows: int
    gone: dict[str, int]
    complete: int
    both: dict[tuple[str, str], int]
    repeated: int | None
    roles: dict[str, Role]
    repeats: dict[str, int]
    constant: tuple[str, ...]
    equal: tuple[tuple[str, str], ...]
    odd: tuple[Check, ...]
    nested: tuple[str, ...] = ()


PAIRS = 15
"""Columns, those that miss most, of which pairs are looked at."""


def look(data: Any) -> Looked:
    """Look a large frame over.

    Raises
    ------
    InputError
        If the engine fails.
    """
    names, total = frames.names(data), engines.rows(data)
    found = {one.name: one for one in marginals(data)}
    late = [one.name for one in found.values() if one.sampled]
    gone = {name: one.missing for name, one in found.items()}
    if late:
        gone |= {name: int(n) for name, n in fold.missing(data, frames.raw(data, late)).items()}
    missing = sorted((name for name in names if gone[name]), key=lambda name: -gone[name])
    complete, both = census.gaps(data, names, missing[:PAIRS]) if missing else (total, {})
    distinct = census.distinct_rows(data, names)
    many = [one.name for one in found.values() if one.frame is None]
    texts = frames.raw(data, many) if many else None
    odd: list[Check] = []
    roles: dict[str, Role] = {}
    repeats: dict[str, int] = {}
    for name, one in found.items():
        frame = one.frame if one.frame is not None or texts is None else texts[[name]]
        assert frame is not None
        roles[name], repeats[name] = _role(data, one, frame)
        if one.number is None:
            odd += oddities.found(frame, roles)
        else:
            odd += oddities.named(name)
    odd += _numbers(data, [one for one in found.values() if one.number is not None])
    parts = late + [name for name in many if roles[name] != "id"]
    if parts:
        some = ", ".join(map(tidy, parts[:5])) + ("…" if len(parts) > 5 else "")
        engines.current().parts.append(pick(f"odd values of {some}", f"{some} 的异常取值"))
    elif many:
        engines.current().sampled = None  # nothing of what was drawn is said
    order = {name: i for i, name in enumerate(names)}
    return Looked(
        rows=total, gone=gone, complete=complete, both=both, repeated=None if distinct is None else total - distinct,
        roles=roles, repeats={name: n for name, n in repeats.items() if roles[name] == "id" and n},
        constant=tuple(name for name, one in found.items() if one.n > 1 and _constant(one)),
        equal=_equal(data, list(found.values())), odd=tuple(sorted(odd, key=lambda check: order.get(check.name, 0))),
    )  # fmt: skip


def _constant(one: Marginal) -> bool:
    return not one.number.varies if one.number is not None else one.counts[0] == 1


def _role(data: Any, one: Marginal, frame: Any) -> tuple[Role, int]:
    """Return what a column is likely to be, and, of an id, how many of its values repeat."""
    name = one.name
    if one.number is not None:
        kind = engines.lazy(data, (name,)).collect_schema()[name]
        span = one.number.high - one.number.low
        if kind.is_integer() and (span == one.n - 1 or named_id(name)):
            distinct = _distinct(data, name)
            if number_identifies(name, one.n, distinct, span):
                return "id", one.n - distinct
        return "other", 0
    found = role(frame, name)
    if one.frame is None:
        there = frame[name].dropna()
        text = len(there) and isinstance(there.iloc[0], str)
        if text and text_identifies(name, one.n, one.counts[0]):
            found = "id"
        elif found == "id":
            found = "other"
    return found, one.n - one.counts[0]


def _distinct(data: Any, name: str) -> int:
    import narwhals as nw

    return int(engines.collected(engines.lazy(data, (name,)).select(nw.col(name).n_unique().alias("n"))).iloc[0, 0])


def _numbers(data: Any, found: Sequence[Marginal]) -> list[Check]:
    """Look for negative amounts and codes among numbers whose values are in bins."""
    made: list[Check] = []
    below = [one.name for one in found if one.number is not None and one.number.low < 0]
    negative = census.below_zero(data, below) if below else {}
    for one in found:
        assert one.number is not None
        made += oddities.negatives(one.name, negative.get(one.name, 0))
        for code in oddities.CODES:
            if code in (one.number.low, one.number.high):
                n, low, high = census.coded(data, one.name, code)
                made += oddities.disguised(one.name, code, n, low, high)
    return made


def _equal(data: Any, found: Sequence[Marginal]) -> tuple[tuple[str, str], ...]:
    """Return the columns that equal an earlier one; only those alike in all that is known are compared row by row."""
    schema = engines.lazy(data, tuple(one.name for one in found)).collect_schema()
    alike: dict[Any, list[str]] = defaultdict(list)
    for one in found:
        if one.sampled or not one.n:
            continue
        known: Any = one.counts
        if one.number is not None:
            known = (one.number.low, one.number.high)
        elif known[1] is not None:
            known = (known[0], columns.level_name(known[1][0]), known[1][1])
        alike[str(schema[one.name]), one.missing, known].append(one.name)
    made = []
    for names in alike.values():
        kept = names[:1]
        for name in names[1:]:
            twin = next((other for other in kept if census.equal(data, other, name)), None)
            if twin is None:
                kept.append(name)
            else:
                made.append((name, twin))
    order = [one.name for one in found]
    return tuple(sorted(made, key=lambda pair: order.index(pair[0])))
