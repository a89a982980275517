"""Fonts: only the installed ones are named, Chinese is drawn where a font for it exists, and nothing ever warns."""

from __future__ import annotations

import logging
import os
from functools import cache

LATIN = ("Inter", "Helvetica Neue", "Segoe UI", "Noto Sans", "Arial", "Liberation Sans", "DejaVu Sans")
# matplotlib knows a font collection by its first face, which for Noto and Source Han is the Japanese one:
# the Simplified Chinese face is preferred, and the others have the glyphs too.
CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Sans CJK JP",
    "Noto Sans CJK TC",
    "Source Han Sans",
    "Arial Unicode MS",
)
_CHINESE_FILES = ("notosanscjk", "notosanssc", "sourcehansans", "wqy", "simhei", "msyh", "pingfang", "hiragino")
UNKNOWN = "\u25a1"

_told = False


class _Quiet(logging.Filter):
    """Drop what matplotlib says when a fallback face has no semibold: the nearest weight is what we want."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("findfont: Failed to find font weight")


@cache
def quiet() -> None:
    """Silence matplotlib's note on font weights, once a process."""
    logging.getLogger("matplotlib.font_manager").addFilter(_Quiet())


@cache
def families() -> tuple[str, ...]:
    """Return the installed families, Latin first, then one for Chinese where there is one."""
    from matplotlib import font_manager

    have = {font.name for font in font_manager.fontManager.ttflist}
    chinese = [name for name in CHINESE if name in have]
    if not chinese:
        # matplotlib caches its list of fonts: one installed since then is found by its file name.
        for path in font_manager.findSystemFonts():
            if os.path.basename(path).lower().replace("-", "").startswith(_CHINESE_FILES):
                font_manager.fontManager.addfont(path)
        have = {font.name for font in font_manager.fontManager.ttflist}
        chinese = [name for name in CHINESE if name in have]
    latin = [name for name in LATIN if name in have]
    return (*(latin or ["DejaVu Sans"]), *chinese[:1])


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib import font_manager

    known: set[int] = set()
    for family in families():
        known |= set(font_manager.get_font(font_manager.findfont(family)).get_charmap())
    return frozenset(known)


def drawable(text: str) -> str:
    """Replace what no installed font can draw by a hollow square, and say once if that is Chinese.

    Examples
    --------
    >>> drawable("salary \u2212 7%")
    'salary \u2212 7%'
    """
    if text.isascii():
        return text
    known = _glyphs()
    shown = "".join(letter if ord(letter) in known or letter == "\n" else UNKNOWN for letter in text)
    if shown != text and any("\u2e80" <= letter <= "\u9fff" and ord(letter) not in known for letter in text):
        _tell()
    return shown


def _tell() -> None:
    global _told
    if not _told:
        _told = True
        logging.getLogger("k2lab").warning(
            "No font for Chinese is installed, so figures show %s for its letters. "
            "Install one (for instance fonts-noto-cjk) and restart the kernel.",
            UNKNOWN,
        )
