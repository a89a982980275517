"""SVG of cell outputs, rebuilt from what is known to be harmless: shapes, text, gradients and checked pictures."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree

from markupsafe import escape

from k2lab.plots import palette
from k2lab.report.pictures import COLUMN, picture_of
from k2lab.report.prose import without_controls

LARGEST = 8 * 2**20
_XLINK = "{http://www.w3.org/1999/xlink}href"
_CLEAR = {"a", "switch"}  # what they hold stays, as a plain group
_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "use", "image"}
_GROUPS = {
    "svg",
    "g",
    *_CLEAR,
    "defs",
    "symbol",
    "clipPath",
    "mask",
    "pattern",
    "marker",
    "linearGradient",
    "radialGradient",
}
_WORDS = {"title", "desc"}
_ELEMENTS = _SHAPES | _GROUPS | _WORDS | {"stop"}
_STYLES_TEXT = """
    fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin
    stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color display visibility clip-path
    clip-rule mask marker-start marker-mid marker-end stop-color stop-opacity font-family font-size
    font-style font-weight font-variant letter-spacing text-anchor text-decoration dominant-baseline
    alignment-baseline writing-mode vector-effect paint-order shape-rendering text-rendering
    image-rendering
"""
_STYLES = frozenset(_STYLES_TEXT.split())
_ATTRIBUTES_TEXT = """
    d points x y x1 y1 x2 y2 cx cy r rx ry dx dy rotate width height transform viewBox
    preserveAspectRatio offset gradientUnits gradientTransform spreadMethod fx fy clipPathUnits
    maskUnits maskContentUnits patternUnits patternContentUnits patternTransform markerWidth
    markerHeight markerUnits refX refY orient textLength lengthAdjust pathLength
"""
_ATTRIBUTES = _STYLES | frozenset(_ATTRIBUTES_TEXT.split())
_LOCAL = re.compile(r"url\(\s*['\"]?#([\w.:-]+)['\"]?\s*\)")
_UNSAFE = re.compile(r"url\s*\(|javascript:|expression\s*\(|[\\<>@]", re.IGNORECASE)
_LENGTH = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(px|pt)?\s*$")
_MOST_DEPTH = 200


@dataclass(frozen=True, kw_only=True)
class Vector:
    """Sanitised markup of an SVG: its size in CSS pixels, and whether all its colours are those of the page."""

    markup: str
    width: int
    height: int
    adapts: bool

    def data(self) -> str:
        """Return the markup as base64, for a picture that is a document of its own."""
        return base64.b64encode(self.markup.encode()).decode("ascii")


def vector_of(text: object, *, prefix: str = "") -> Vector | None:
    """Rebuild an SVG from the elements and attributes that are known, or return None where it is none.

    Parameters
    ----------
    text : object
        A string or lines, as nbformat has it.
    prefix : str
        Put before every id, so that several can stand in one page.

    Notes
    -----
    No script, style sheet, event, animation, foreign object, entity or address survives; `style` attributes become
    attributes of their own, because the page's policy forbids them. A colour of our palette also becomes a class
    (``f-c1`` for its fill, ``s-c1`` for its stroke), which the page's style sheet gives a value for its ground.
    """
    if isinstance(text, list):
        text = "".join(str(line) for line in text)
    if not isinstance(text, str) or not 0 < len(text) <= LARGEST or "<!ENTITY" in text.upper():
        return None
    try:
        root = ElementTree.fromstring(without_controls(text[max(0, text.find("<svg")) :]).strip())
    except (ElementTree.ParseError, ValueError, RecursionError):
        return None
    if _name(root) != "svg":
        return None
    width, height, box = _size(root)
    used = set(_LOCAL.findall(text)) | {_href(node)[1:] for node in root.iter() if _href(node).startswith("#")}
    writer = _Writer(prefix=prefix, used=used)
    parts: list[str] = []
    for child in root:
        writer.write(child, parts, 0)
    if not parts:
        return None
    attributes = writer.attributes(root, keep_size=False)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{escape(box)}" width="{width}" height="{height}"'
        f' stroke-linejoin="round"{attributes}>'
    )
    return Vector(
        markup=f"{head}{''.join(parts)}</svg>",
        width=width,
        height=height,
        adapts=writer.coloured and not writer.foreign,
    )


class _Writer:
    """Writes the nodes that may stand, and remembers whether a colour was not one of ours."""

    def __init__(self, *, prefix: str, used: set[str]) -> None:
        self.prefix, self.used = prefix, used
        self.foreign = self.coloured = False

    def write(self, node: ElementTree.Element, parts: list[str], depth: int) -> None:
        name = _name(node)
        if name not in _ELEMENTS or depth > _MOST_DEPTH:
            return
        if name == "image" and not self._picture(node):
            return
        if name == "use" and not _href(node).startswith("#"):
            return
        inside: list[str] = []
        if node.text and name in ("text", "tspan", *_WORDS):
            inside.append(str(escape(node.text)))
        for child in node:
            self.write(child, inside, depth + 1)
            if child.tail and name in ("text", "tspan"):
                inside.append(str(escape(child.tail)))
        name = "g" if name in _CLEAR else name
        if inside or name not in ("g", "defs"):
            parts.append(f"<{name}{self.attributes(node)}>{''.join(inside)}</{name}>")

    def attributes(self, node: ElementTree.Element, *, keep_size: bool = True) -> str:
        """Write the attributes of a node that may stand."""
        given = {key: value for key, value in node.attrib.items() if key in _ATTRIBUTES}
        given |= {key: value for key, value in _declared(node.get("style", "")) if key in _STYLES}
        for paint in ("fill", "stroke"):  # a paint that cannot be seen has no colour to follow the page with
            if given.get(f"{paint}-opacity", given.get("opacity")) in ("0", "0.0") and paint in given:
                given[paint] = "none"
        if not keep_size:
            given = {key: value for key, value in given.items() if key not in ("width", "height", "viewBox", "x", "y")}
        kept, classes = list[str](), list[str]()
        for key, value in given.items():
            if (safe := self._value(value)) is None:
                continue
            kept.append(f' {key}="{escape(safe)}"')
            if key in ("fill", "stroke", "stop-color", "color"):
                classes += self._class(key, safe)
        identity, target = node.get("id", ""), _href(node)
        if identity in self.used and re.fullmatch(r"[\w.:-]+", identity):
            kept.append(f' id="{escape(self.prefix + identity)}"')
        if target.startswith("#") and re.fullmatch(r"#[\w.:-]+", target):
            kept.append(f' href="#{escape(self.prefix + target[1:])}"')
        elif target and _name(node) == "image":
            kept.append(f' href="{escape(target)}"')
        if classes:
            kept.append(f' class="{" ".join(classes)}"')
        return "".join(kept)

    def _value(self, value: str) -> str | None:
        local = _LOCAL.sub(lambda found: f"url(#{self.prefix}{found[1]})", value)
        if _UNSAFE.search(_LOCAL.sub("", local)):
            return None
        return local

    def _class(self, key: str, value: str) -> list[str]:
        colour = value.strip().lower()
        if colour in ("none", "inherit", "currentcolor", "transparent") or colour.startswith("url("):
            return []
        self.coloured = True
        if (token := _tokens().get(colour)) is None or key not in ("fill", "stroke"):
            self.foreign = True
            return []
        return [f"{key[0]}-{token}"]

    def _picture(self, node: ElementTree.Element) -> bool:
        """Keep an embedded picture that was checked to be one; it does not change with the page."""
        found = re.match(r"^data:(image/(?:png|jpeg));base64,", _href(node))
        picture = picture_of({found[1]: _href(node)[found.end() :]}, {}) if found else None
        if picture is None:
            return False
        node.attrib.pop(_XLINK, None)
        node.set("href", f"data:{picture.mime};base64,{picture.data}")
        return True


def _name(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _href(node: ElementTree.Element) -> str:
    return (node.get("href") or node.get(_XLINK) or "").strip()


def _declared(style: str) -> list[tuple[str, str]]:
    pairs = (part.partition(":") for part in style.split(";") if ":" in part)
    return [(key.strip().lower(), value.strip()) for key, _, value in pairs]


def _size(root: ElementTree.Element) -> tuple[int, int, str]:
    """Return width and height in CSS pixels and the view box; points count as pixels, as our figures use them."""
    box = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))]
    sides = [_LENGTH.match(root.get(key, "")) for key in ("width", "height")]
    width, height = (float(side[1]) if side else 0.0 for side in sides)
    if len(box) != 4 or box[2] <= 0 or box[3] <= 0:
        box = [0.0, 0.0, width or 300.0, height or 150.0]
    if not width or not height:
        width, height = COLUMN, COLUMN * box[3] / box[2]
    width, height = (min(max(side, 1.0), 4000.0) for side in (width, height))
    return round(width), max(1, round(height)), " ".join(f"{part:g}" for part in box)


@cache
def _tokens() -> Mapping[str, Any]:
    """Return the palette's colours by value; of two names for one colour the first, which means the most."""
    made: dict[str, str] = {}
    for name, colour in palette.tokens("light").items():
        made.setdefault(colour.lower(), name)
    return made
