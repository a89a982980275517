"""Small PNGs: a figure of few colours needs a palette, not 24 bits a pixel."""

from __future__ import annotations

import io
from typing import Any

MIME = "image/png"


def small_png(fig: Any) -> tuple[bytes, dict[str, int]] | None:
    """Return a figure as PNG at twice its size, with the size to show it at.

    Parameters
    ----------
    fig : matplotlib.figure.Figure

    Returns
    -------
    png : bytes
        With a palette of 256 colours, a third of the usual size; true colours where the figure holds an image.
    metadata : dict
        ``width`` and ``height`` in CSS px, as Jupyter reads them.

    Notes
    -----
    None for a figure without anything in it, as IPython's own formatter does.
    """
    import numpy as np
    from PIL import Image

    if not fig.axes and not fig.lines:
        return None
    buffer = io.BytesIO()
    colour = fig.get_facecolor()
    # The canvas, not savefig: that is how IPython draws, and it leaves the figure as it is.
    fig.canvas.print_figure(buffer, format="png", dpi=2 * fig.dpi, bbox_inches="tight", facecolor=colour)
    image = Image.open(buffer)
    size = {"width": image.width // 2, "height": image.height // 2}
    opaque = colour[3] == 1.0
    if opaque and not any(ax.images for ax in fig.axes):
        small = io.BytesIO()
        plain = image.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        # Averaging makes white 254: the ground has to stay what the page around it is.
        swatches: list[int] = plain.getpalette() or []
        ground = 3 * int(np.asarray(plain)[1, 1])
        swatches[ground : ground + 3] = [round(255 * part) for part in colour[:3]]
        plain.putpalette(swatches)
        plain.save(small, format="png", optimize=True)
        buffer = small
    return buffer.getvalue(), size


def register(shell: Any) -> None:
    """Show every matplotlib figure of an IPython shell as `small_png`."""
    from matplotlib.figure import Figure

    shell.display_formatter.formatters[MIME].for_type(Figure, small_png)
