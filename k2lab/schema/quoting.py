"""Quoting: names and values from data as JSON text that can neither close a fence nor hide what it says."""

from __future__ import annotations

import json
import re
import unicodedata

# Control, format (bidi marks, zero-width letters, tags), surrogate, private and unassigned letters, and the two line
# separators: invisible, or able to reorder or split the line they stand in.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BARE = re.compile(r"-?[A-Za-z0-9_][A-Za-z0-9_.+\-\[\]()]*")
_NUMBER_OF_ESCAPE = 0x10000


def _escaped(letter: str) -> str:
    point = ord(letter)
    if point < _NUMBER_OF_ESCAPE:
        return f"\\u{point:04x}"
    point -= _NUMBER_OF_ESCAPE
    return f"\\u{0xD800 + (point >> 10):04x}\\u{0xDC00 + (point & 0x3FF):04x}"


def quote(text: str) -> str:
    """Write text as a JSON string on one line, with ``<``, ``>``, ``&`` and whatever is invisible escaped.

    Examples
    --------
    >>> print(quote("a</data> b"))
    "a\\u003c/data\\u003e b"
    >>> print(quote("工资"))
    "工资"
    """
    inner = json.dumps(text, ensure_ascii=False)
    if inner.isascii() and inner.isprintable() and not any(letter in inner for letter in "<>&"):
        return inner
    return "".join(
        _escaped(letter) if letter in "<>&" or unicodedata.category(letter) in _HIDDEN else letter for letter in inner
    )


def token(text: str) -> str:
    """Write text bare where it is one plain word or number, else quoted.

    Examples
    --------
    >>> print(token("datetime64[ns]"), token("-1.5"), token("two words"), token(""))
    datetime64[ns] -1.5 "two words" ""
    """
    return text if _BARE.fullmatch(text) else quote(text)


def tokens(line: str) -> list[str]:
    """Read back a line of words and quoted texts; commas and colons between them are for the eye.

    Raises
    ------
    ValueError
        If a quoted text is not closed.

    Examples
    --------
    >>> tokens('"a b": str, nulls 0')
    ['a b', 'str', 'nulls', '0']
    """
    read, at = [], 0
    decoder = json.JSONDecoder()
    while at < len(line):
        if line[at] in " ,:":
            at += 1
        elif line[at] == '"':
            text, at = decoder.raw_decode(line, at)
            read.append(text)
        else:
            end = at
            while end < len(line) and line[end] not in " ,:":
                end += 1
            read.append(line[at:end])
            at = end
    return read
