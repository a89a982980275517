"""Columns: whether a finding is about the columns that the question asks about, and rests on steps that used them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_WORD = re.compile(r"[A-Za-z]+|[\u4e00-\u9fff]+")
_EMPTY = frozenset({"the", "and", "for", "per", "with", "from", "that", "this", "does", "what", "which", "how"})
_SHORTEST = 3
_OF_THE_TABLE = re.compile(
    r"\b(?:the|this) (?:table|data|dataset|frame) (?:has|have|holds?)\b|数据表?(?:共)?有", re.IGNORECASE
)
"""What is said of the data as a whole answers no question, and leaves none."""


def named_in(text: str, columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns whose very name stands in a text, with underscores or spaces.

    Examples
    --------
    >>> named_in("Does pay_usd differ by job level?", ["pay_usd", "job_level", "age"])
    ('pay_usd', 'job_level')
    """
    plain = text.casefold()
    return tuple(name for name in columns if any(_stands(plain, way) for way in {name, name.replace("_", " ")}))


def touched_by(question: str, columns: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that a question names, wholly or by one of their words.

    Examples
    --------
    >>> touched_by("Does remote work affect salaries?", ["remote_ratio", "salary_in_usd", "age"])
    ('remote_ratio', 'salary_in_usd')
    """
    asked = {_stem(word) for word in _words(question)}
    return tuple(
        name for name in columns if any(_stem(word) in asked for word in _words(name)) or _stands(question, name)
    )


def aside(
    text: str, declared: Sequence[str], *, question: str, columns: Sequence[str], shown: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell where a finding leaves the question.

    Parameters
    ----------
    text : str
        The finding.
    declared : sequence of str
        Columns that it says it is about.
    question : str
    columns : sequence of str
        All columns of the frames.
    shown : sequence of str
        Code and outputs of the steps it rests on; empty where it cites none.

    Returns
    -------
    others : tuple of str
        Its columns, where none of them is one that the question names; else empty.
    unused : tuple of str
        Columns that it speaks of, and the question too, but that no step it rests on has used.

    Examples
    --------
    >>> frame = ["pay", "level", "remote"]
    >>> aside("Remote rows get 5 less pay.", [], question="Does remote change pay?", columns=frame,
    ...     shown=['df.groupby("level")["pay"].mean()'])
    ((), ('remote',))
    >>> aside("5 rows lack a level.", ["level"], question="Does remote change pay?", columns=frame, shown=[])
    (('level',), ())
    """
    asked = touched_by(question, columns)
    own = tuple(dict.fromkeys((*named_in(text, columns), *(name for name in declared if name in columns))))
    if not asked or not own:
        return (), ()
    others = own if not set(own) & set(asked) and not _OF_THE_TABLE.search(text) else ()
    used = "\n".join(shown).casefold()
    unused = tuple(name for name in own if name in asked and shown and not _stands(used, name))
    return others, unused


def text_of(outputs: Any) -> str:
    """Return all text of a cell's outputs, pictures left out, in which names of columns can be looked for."""
    if isinstance(outputs, str):
        return outputs
    if isinstance(outputs, Mapping):
        kept = [item for key, item in outputs.items() if not str(key).startswith("image/")]
        return "\n".join([*map(str, outputs), *map(text_of, kept)])
    return "\n".join(map(text_of, outputs)) if isinstance(outputs, (list, tuple)) else ""


def _stands(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<![a-z0-9_]){re.escape(name.casefold())}(?![a-z0-9_])", text.casefold()))


def _words(text: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold()
    return [
        word for word in _WORD.findall(spaced)
        if word not in _EMPTY and (len(word) >= _SHORTEST or not word.isascii())
    ]  # fmt: skip


def _stem(word: str) -> str:
    for ending in ("ies", "es", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word
