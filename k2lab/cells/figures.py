"""Figures in words: a digest as one line that a text-only reader can work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def in_words(digest: Mapping[str, Any], *, groups: int = 24) -> str:
    """Say what a figure shows, from its digest.

    Parameters
    ----------
    digest : mapping
        ``{"title", "kind", "axes": [{"title", "x", "y", "groups", "marks"}], "n", "caption", "alt"}``; parts may be
        absent.
    groups : int
        The most groups that are named in one panel.

    Examples
    --------
    >>> in_words({"kind": "violin", "title": "Pay", "n": 12, "axes": [{"x": {"label": "level"},
    ...     "y": {"label": "pay", "low": 10, "high": 90000, "scale": "log"}, "groups": [{"name": "EN", "n": 12}]}]})
    'violin "Pay"; n = 12; x: level; y: pay from 10 to 90,000, log scale; groups: EN (n = 12)'
    """
    title = digest.get("title")
    parts = [str(digest.get("kind") or "figure") + (f' "{title}"' if title else "")]
    if digest.get("n") is not None:
        parts.append(f"n = {_value(digest['n'])}")
    axes = [axis for axis in digest.get("axes", ()) if isinstance(axis, Mapping)]
    for number, axis in enumerate(axes, 1):
        said = _panel(axis, groups)
        if len(axes) > 1:
            name = axis.get("title")
            said = f"panel {number}{f' {chr(34)}{name}{chr(34)}' if name else ''} ({said})"
        parts.append(said)
    caption = digest.get("caption") or digest.get("alt")
    if caption:
        parts.append(f"caption: {caption}")
    return "; ".join(part for part in parts if part)


def _panel(axis: Mapping[str, Any], most: int) -> str:
    parts = [said for name in ("x", "y") if (said := _axis(name, axis.get(name)))]
    named = [group for group in axis.get("groups", ()) if isinstance(group, Mapping)]
    if named:
        words = [_group(group) for group in named[:most]]
        if len(named) > most:
            words.append(f"and {len(named) - most} more")
        parts.append("groups: " + ", ".join(words))
    marks = axis.get("marks")
    if marks:
        parts.append("marks: " + _any(marks))
    return "; ".join(parts)


def _axis(name: str, axis: Any) -> str:
    if not isinstance(axis, Mapping):
        return ""
    said = f"{name}: {axis.get('label') or 'no label'}"
    if axis.get("low") is not None and axis.get("high") is not None:
        said += f" from {_value(axis['low'])} to {_value(axis['high'])}"
    categories = axis.get("categories")
    if isinstance(categories, Sequence) and not isinstance(categories, str) and categories:
        said += " with " + ", ".join(str(item) for item in categories[:24]) + (" ..." if len(categories) > 24 else "")
    if axis.get("scale") not in (None, "linear", "category"):
        said += f", {axis['scale']} scale"
    return said


def _group(group: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in group.items() if key != "name" and value is not None}
    inner = ", ".join(f"{key} = {_value(value)}" for key, value in rest.items())
    return f"{group.get('name', '')}" + (f" ({inner})" if inner else "")


def _any(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_any(item)}" for key, item in value.items() if item not in (None, [], {}, ""))
    if isinstance(value, (list, tuple)):
        return ", ".join(_any(item) for item in value)
    return _value(value)


def _value(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
