"""Figures as SVG beside their PNG: what lets a report print them sharp and follow the page from light to dark."""

from __future__ import annotations

import io
import re
import sys
from typing import Any

MIME = "application/vnd.k2lab.figure+svg"
"""Not ``image/svg+xml``: a notebook goes on showing the PNG, and only the report reads this."""

_MOST_POINTS = 20_000
_LARGEST = 400_000
_PROLOGUE = re.compile(r"^.*?(?=<svg\b)|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_DECIMALS = re.compile(r"scale\([^)]*\)|data:[^\"]*|(\d+\.\d{2})\d+")


def small_svg(fig: Any) -> str | None:
    """Return a figure as SVG, or None where that would be larger than a picture of it is worth.

    Parameters
    ----------
    fig : matplotlib.figure.Figure

    Returns
    -------
    str or None
        Text is drawn as shapes, so that it looks the same everywhere; coordinates have two decimals of a CSS px.
    """
    import matplotlib

    if (not fig.axes and not fig.lines) or _points(fig) > _MOST_POINTS:
        return None
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({"svg.hashsalt": "k2lab", "svg.fonttype": "path"}):
        fig.canvas.print_figure(
            buffer, format="svg", bbox_inches="tight", facecolor=fig.get_facecolor(), metadata=nothing
        )
    # Two decimals of a pixel are plenty, except in scale(), which sizes the letters.
    text = _DECIMALS.sub(lambda found: found[1] or found[0], _PROLOGUE.sub("", buffer.getvalue()))
    text = re.sub(r">\s+<", "><", re.sub(r"\s*\n\s*", " ", text))
    return text if len(text) <= _LARGEST else None


def register(ip: Any) -> None:
    """Add the SVG to every matplotlib figure that an IPython shell displays; calling it again changes nothing."""
    from IPython.core.formatters import BaseFormatter, catch_format_error
    from traitlets import ObjectName, Unicode

    class FigureVector(BaseFormatter):  # type: ignore[misc]
        """The formatter of the SVG's mime type."""

        format_type = Unicode(MIME)
        print_method = ObjectName("_repr_k2lab_svg_")
        _return_type = str

        @catch_format_error  # type: ignore[untyped-decorator]
        def __call__(self, obj: Any) -> str | None:
            figure = getattr(sys.modules.get("matplotlib.figure"), "Figure", None)
            return small_svg(obj) if figure is not None and isinstance(obj, figure) else None

    formatters = ip.display_formatter.formatters
    if MIME not in formatters:
        formatters[MIME] = FigureVector(parent=ip.display_formatter)


def _points(fig: Any) -> int:
    """Count what would be drawn one by one; a raster inside the figure counts as one."""
    drawn = 0
    for ax in fig.axes:
        drawn += sum(len(line.get_xdata(orig=False)) for line in ax.lines if not line.get_rasterized())
        drawn += len(ax.patches)
        for collection in ax.collections:
            if not collection.get_rasterized():
                drawn += max(len(collection.get_offsets()), sum(len(path) for path in collection.get_paths()))
    return drawn
