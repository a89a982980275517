"""Copies: streams in which every event comes twice, as some gateways have sent them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Copies:
    """Tells which events are the one before once more.

    Two like events may well be meant ("ha", "ha"), but not the two that begin a reply: only a stream that begins twice
    is taken to say everything twice.

    Examples
    --------
    >>> copies = Copies()
    >>> [copies.is_copy({"text": text}, begins=text == "") for text in ("", "", "ha", "ha", "ha", "ha")]
    [False, True, False, True, False, True]
    """

    def __init__(self) -> None:
        self._before: Mapping[str, Any] | None = None
        self._taken = 0
        self._twice = False

    def is_copy(self, event: Mapping[str, Any], *, begins: bool) -> bool:
        """Tell whether an event is a copy; `begins` if it is of the kind that a reply begins with, and only once."""
        copy = event == self._before and (self._twice or (self._taken == 1 and begins))
        self._twice = self._twice or copy
        self._taken += 1
        self._before = None if copy else event
        return copy
