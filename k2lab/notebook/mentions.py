"""Mentions: ``@frame`` and ``@frame.column``, which the panel completes, as the plain names an analyst reads."""

from __future__ import annotations

import re
from collections.abc import Mapping

from k2lab.schema.namespace import find_frames

_MENTION = re.compile(r"(?<![\w@])@([^\W\d]\w*)(?:\.([^\W\d]\w*))?")


def without_mentions(question: str, namespace: Mapping[str, object]) -> str:
    """Write mentions of frames and their columns as plain names; what mentions nothing that exists stays as it is.

    Examples
    --------
    >>> import pandas as pd
    >>> names = {"homes": pd.DataFrame({"price": [1], "city": ["A"]})}
    >>> without_mentions("Does @homes.city affect @homes.price? Ask @anna, a@homes.price", names)
    'Does city affect price? Ask @anna, a@homes.price'
    """
    if "@" not in question:
        return question
    frames = find_frames(namespace)

    def plain(found: re.Match[str]) -> str:
        frame = frames.get(found[1])
        if frame is None:
            return found[0]
        if found[2] is None:
            return found[1]
        return found[2] if found[2] in map(str, _columns(frame)) else f"{found[1]}.{found[2]}"

    return _MENTION.sub(plain, question)


def _columns(frame: object) -> list[str]:
    import narwhals as nw

    return list(nw.from_native(frame).collect_schema())  # type: ignore[call-overload]
