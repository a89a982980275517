"""How a report looks, apart from what it says: its code, theme, logo, author and paper."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from k2lab.errors import InputError
from k2lab.report.model import CodeView
from k2lab.report.pictures import Picture, picture_of
from k2lab.report.vector import vector_of

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = ("auto", "light", "dark")
Paper = Literal["A4", "Letter"]
PAPERS: tuple[Paper, ...] = ("A4", "Letter")
_LOGO_HEIGHT = 32


@dataclass(frozen=True, kw_only=True)
class Options:
    """Choices of a report.

    Attributes
    ----------
    code : {"folded", "shown", "hidden"}
        Whether cells stand open, folded or not at all; paper always shows what is folded.
    theme : {"auto", "light", "dark"}
        The ground a page opens with; ``"auto"`` is the reader's own. Paper is always light.
    logo : Picture or None
        In place of k2lab's name.
    author : str
    paper : {"A4", "Letter"}
        Of a PDF.
    """

    code: CodeView = "folded"
    theme: Theme = "auto"
    logo: Picture | None = None
    author: str = ""
    paper: Paper = "A4"


def read_logo(path: str | os.PathLike[str]) -> Picture:
    """Read a logo, 32 CSS pixels high.

    Raises
    ------
    InputError
        If the file cannot be read, or is no PNG, JPEG or SVG.
    """
    import base64

    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"The logo {str(path)!r} cannot be read: {error.strerror or error}.") from error
    text = base64.b64encode(raw).decode("ascii")
    made = picture_of({"image/png": text, "image/jpeg": text}, {})
    if made is None and (drawn := vector_of(raw.decode("utf-8", "replace"))) is not None:
        made = Picture(mime="image/svg+xml", data=drawn.data(), width=drawn.width, height=drawn.height)
    if made is None:
        raise InputError(f"The logo {str(path)!r} is no picture.", "Give a PNG, JPEG or SVG file.")
    width = max(1, round(made.width * _LOGO_HEIGHT / made.height))
    return Picture(mime=made.mime, data=made.data, width=width, height=_LOGO_HEIGHT)
