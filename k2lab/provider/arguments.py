"""Arguments: the argument text of a call, mended where the meaning is certain, else a fault for the model to read."""

from __future__ import annotations

import json
import re
from typing import Any

_DECODER = json.JSONDecoder(strict=False)  # raw line breaks inside strings are common and harmless
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def decode(raw: str, *, cut: bool = False) -> tuple[dict[str, Any], str | None]:
    r"""Decode the argument text of a call.

    Mended are raw control characters in strings, JSON within a JSON string, code fences around it, and anything behind
    the first complete object. What is cut off or otherwise broken is not guessed at.

    Parameters
    ----------
    raw : str
        As the server sent it.
    cut : bool
        Whether the reply ended at its length limit.

    Returns
    -------
    arguments : dict
        Empty where there is a fault.
    fault : str or None
        What is wrong and what to do, said to the model.

    Examples
    --------
    >>> decode('{"code": "a\nb"}')
    ({'code': 'a\nb'}, None)
    >>> print(decode('{"code": "df.he')[1])
    The arguments are not complete JSON; they end after 15 characters, at: ...de": "df.he. Send the call again, ...
    """
    text = raw.strip()
    if not text:
        return {}, None
    if text.startswith("```"):
        text = text.strip("`").removeprefix("json").strip()
    try:
        value, _ = _DECODER.raw_decode(text)
        if isinstance(value, str):
            value, _ = _DECODER.raw_decode(value.strip())
    except (ValueError, RecursionError) as error:
        ended = isinstance(error, json.JSONDecodeError) and (cut or _is_open(text))
        if not ended:
            return (
                {},
                f"The arguments are not JSON ({str(error)[:120]}). Send the call again with one valid JSON object.",
            )
        return {}, (
            f"The arguments are not complete JSON; they end after {len(raw)} characters, at: ...{raw[-11:]}. "
            "Send the call again, shorter: one idea per cell."
        )
    if not isinstance(value, dict):
        return {}, f"The arguments must be a JSON object, not {type(value).__name__}. Send the call again."
    cleaned: dict[str, Any] = clean(value)
    return cleaned, None


def clean(value: Any) -> Any:
    r"""Return JSON values that can be written again: halves of surrogate pairs joined or replaced, no NaN.

    Examples
    --------
    >>> clean({"a": ["\ud83d\ude00", "\ud83d", float("nan")]})
    {'a': ['😀', '�', None]}
    """
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
        return None
    return value


def clean_text(text: str) -> str:
    """Join split surrogate pairs, and replace halves that stay alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def without_controls(text: str) -> str:
    r"""Take out control characters, which a terminal would obey; line breaks and tabs stay.

    Examples
    --------
    >>> without_controls("a\x1b[2Jb\n\tc\x9b")
    'a[2Jb\n\tc'
    """
    return _CONTROLS.sub("", text)


def _is_open(text: str) -> bool:
    """Tell whether a JSON text ends inside a string or a bracket."""
    depth, inside, escaped = 0, False, False
    for letter in text:
        if escaped:
            escaped = False
        elif inside:
            escaped, inside = letter == "\\", letter != '"'
        elif letter == '"':
            inside = True
        elif letter in "{[":
            depth += 1
        elif letter in "}]":
            depth -= 1
    return inside or depth > 0
