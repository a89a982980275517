"""Pictures of cell outputs: what is embedded is what was checked to be a PNG or JPEG."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COLUMN = 720
"""Width of the text column in CSS pixels."""

_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST = 32 * 2**20


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A checked picture: `data` is base64, `width` and `height` are CSS pixels."""

    mime: str
    data: str
    width: int
    height: int


def picture_of(bundle: Mapping[str, Any], metadata: Mapping[str, Any]) -> Picture | None:
    """Return the picture of a MIME bundle, or None where there is none that can be shown.

    Parameters
    ----------
    bundle : mapping
        MIME type to data, as nbformat has it.
    metadata : mapping
        The output's metadata; ``{"image/png": {"width": ..., "height": ...}}`` gives CSS pixels.

    Notes
    -----
    The bytes are decoded, their signature and size are read, and they are encoded again, so that nothing but
    base64 of a PNG or JPEG can stand in the page.
    """
    for mime, size_of in (("image/png", _png_size), ("image/jpeg", _jpeg_size)):
        text = bundle.get(mime)
        if isinstance(text, list):
            text = "".join(str(line) for line in text)
        if not isinstance(text, str):
            continue
        try:
            raw = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        size = size_of(raw) if len(raw) <= _LARGEST else None
        if size is None or not all(0 < side < 30_000 for side in size):
            continue
        width, height = _css_size(size, metadata.get(mime))
        return Picture(mime=mime, data=base64.b64encode(raw).decode("ascii"), width=width, height=height)
    return None


def _css_size(pixels: tuple[int, int], told: object) -> tuple[int, int]:
    width, height = pixels
    if isinstance(told, Mapping):
        asked = told.get("width")
        if isinstance(asked, (int, float)) and not isinstance(asked, bool) and 0 < asked < 30_000:
            return round(asked), round(asked * height / width)
    if width > 1.5 * COLUMN:  # drawn at twice the density, as our theme and retina backends do
        width, height = width // 2, height // 2
    return width, max(1, height)


def _png_size(raw: bytes) -> tuple[int, int] | None:
    if raw[:8] != _PNG or raw[12:16] != b"IHDR" or len(raw) < 33:
        return None
    width, height = struct.unpack(">II", raw[16:24])
    return int(width), int(height)


def _jpeg_size(raw: bytes) -> tuple[int, int] | None:
    """Read the size from the frame header, walking over the segments before it (ITU-T T.81, annex B)."""
    if raw[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 <= len(raw) and raw[at] == 0xFF:
        marker = raw[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", raw[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
    return None
