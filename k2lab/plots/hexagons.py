"""Hexagons that count rows, in five steps of the ramp, with a small key instead of a colour bar."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.plots import canvas, palette, ticks

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

GRID = (44, 24)
STEPS = (1, 3, 5, 7, 9)


def hexagons(
    ax: Any,
    x: Array,
    y: Array,
    span_x: tuple[float, float],
    span_y: tuple[float, float],
    log_x: bool,
    log_y: bool,
    *,
    key: bool = True,
) -> None:
    """Draw the counts of rows in hexagons; the caller sets ticks and limits afterwards.

    A small panel has no room for the key: its caption says that darker (on a dark ground, lighter) holds more rows.
    """
    from matplotlib.colors import BoundaryNorm, ListedColormap

    extent = (
        *(math.log10(v) if log_x else v for v in span_x),
        *(math.log10(v) if log_y else v for v in span_y),
    )
    ramp = [palette.token(f"q{i}") for i in STEPS]
    made = ax.hexbin(
        x,
        y,
        gridsize=GRID,
        extent=extent,
        mincnt=1,
        xscale="log" if log_x else "linear",
        yscale="log" if log_y else "linear",
        linewidths=0.3,
        edgecolors=palette.token("background"),
        zorder=1,
    )
    bounds = steps(int(made.get_array().max()))
    made.set_cmap(ListedColormap(ramp[: len(bounds)]))
    made.set_norm(BoundaryNorm([*bounds, math.inf], len(bounds)) if len(bounds) > 1 else None)
    if len(bounds) == 1:
        made.set_facecolor(ramp[0])
        made.set_array(None)
    if key:
        _key(ax, bounds, ramp)


def steps(most: int) -> list[int]:
    """Return up to five round lower bounds for counts from one to `most`, about evenly spaced on a log scale.

    Examples
    --------
    >>> steps(9000), steps(3), steps(1)
    ([1, 5, 50, 200, 2000], [1, 2], [1])
    """
    bounds = [1]
    for i in range(1, 5):
        wanted = most ** (i / 5)
        power = 10 ** math.floor(math.log10(wanted))
        bound = min((1, 2, 5, 10), key=lambda part: abs(math.log(part * power / wanted))) * power
        if bounds[-1] < bound <= most:
            bounds.append(int(bound))
    return bounds


def _key(ax: Any, bounds: list[int], ramp: list[str]) -> None:
    """Name the steps above the axes at the right."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], ls="", marker="h", ms=10, mfc=colour, mec=palette.token("rule"), mew=0.5)
        for colour in ramp[: len(bounds)]
    ]
    legend = ax.legend(
        handles,
        [f"{ticks.short(bound)}+" for bound in bounds],
        loc="lower right",
        bbox_to_anchor=(1, 1.0),
        ncols=len(bounds) + 1,
        columnspacing=0.9,
        handletextpad=0.1,
        fontsize=canvas.SMALL,
        labelcolor=palette.token("muted"),
        borderaxespad=0.1,
        title=pick("rows in a hexagon", "每格行数"),
        title_fontsize=canvas.SMALL,
    )
    legend.get_title().set_color(palette.token("muted"))
