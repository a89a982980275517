"""The sheet a figure is drawn on: size, names of the axes, direct labels that do not collide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.plots import layout, palette, shared, text, ticks
from k2lab.plots.look import DPI, WIDE
from k2lab.plots.record import Record, keep

SMALL = 11
NARROW = 533  # px: beside other panels names get less room
COUNTED = 280  # px: below, no numbers of rows are written beside the rows of a panel
LINE = 15.5


def sheet(ax: Any, height: float) -> Any:
    """Return the Axes to draw on: the one given, or a new one, 720 px wide and so many px high."""
    if ax is None:
        _, ax = layout.sheet(figsize=(WIDE / DPI, height / DPI))
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(palette.token("rule"))
    ax.set_axisbelow(True)
    # Ticks are made when they are needed, maybe after the theme has ended: what they look like is said now.
    for axis, length in (("x", 4), ("y", 0)):
        ax.tick_params(
            axis=axis,
            which="major",
            color=palette.token("rule"),
            labelcolor=palette.token("muted"),
            labelsize=12,
            length=length,
            grid_color=palette.token("grid"),
            grid_linewidth=1,
        )
    return ax


def width_of(ax: Any) -> float:
    """Return the width of the sheet in px, whoever made it."""
    box = ax.get_subplotspec()
    share = 1.0
    if box is not None:
        share = (box.colspan.stop - box.colspan.start) / box.get_gridspec().ncols
    return float(ax.figure.get_figwidth() * DPI * share)


def room(ax: Any, pixels: float) -> float:
    """Return how many px names may take that take so many on a sheet of full width; `ax` is None for a new sheet."""
    return pixels if ax is None else pixels * min(1.0, width_of(ax) / NARROW)


def height_of(ax: Any) -> float:
    """Return the height in px of the part of the sheet that an Axes has."""
    box = ax.get_subplotspec()
    share = 1.0
    if box is not None:
        share = (box.rowspan.stop - box.rowspan.start) / box.get_gridspec().nrows
    return float(ax.figure.get_figheight() * DPI * share)


def lines_for(ax: Any, rows: float) -> int:
    """Return on how many lines the name of a row can stand: on one if so many rows leave no room for two."""
    return 2 if height_of(ax) - 96 >= 23 * rows else 1


def inner_of(ax: Any) -> float:
    """Return about how many px are left between the names of rows and what is written right of them."""
    beside = [
        text.width(one.get_text(), SMALL) + 8
        for one in ax.texts
        if one.xycoords != "data" and one.get_horizontalalignment() == "left"
    ]
    return max(40.0, width_of(ax) - left_of(ax) - max(beside, default=0.0) - 16)


def row_count(ax: Any, at: float, n: int) -> None:
    """Write a row's n right of the Axes, where that is wide enough for it."""
    if width_of(ax) >= COUNTED:
        note(ax, (1, at), f"n = {count(n)}", xycoords=("axes fraction", "data"), xytext=(8, 0), ha="left")


def left_of(ax: Any) -> float:
    """Return about how many px the names at the left of an Axes take."""
    if not shared.labelled(ax):
        return 0.0
    headers = [one for one in ax.texts if one.get_horizontalalignment() == "right" and one.xycoords != "data"]
    names = [line for one in (*ax.get_yticklabels(), *headers) for line in one.get_text().split("\n")]
    return max((text.width(name.replace("\\$", "$"), bold=True) for name in names), default=0.0) + 10


def read_along(ax: Any, axis: str) -> None:
    """Leave the grid only along the axis that is read."""
    ax.grid(visible=True, axis=axis, color=palette.token("grid"), linewidth=1)
    ax.grid(visible=False, axis="y" if axis == "x" else "x")


def halo(pixels: float = 3) -> list[Any]:
    """Return the effect that keeps text legible over marks."""
    from matplotlib import patheffects

    return [patheffects.withStroke(linewidth=pixels, foreground=palette.token("background"))]


def scale_words(name: str, log: bool) -> str:
    """Name a column on an axis, and its scale where that is not linear."""
    return pick(f"{name} (log scale)", f"{name}（对数刻度）") if log else name


def name_x(ax: Any, words: str) -> None:
    """Name the horizontal axis, on up to two lines."""
    ax.set_xlabel(text.safe(text.wrap(words, 0.8 * width_of(ax))), color=palette.token("muted"), fontsize=12)


def name_y(ax: Any, words: str) -> None:
    """Name the vertical axis above its top, where it can be read without turning the head."""
    shown = text.safe(text.trim(words, 0.85 * width_of(ax)))
    ax.set_ylabel(shown, rotation=0, ha="left", va="bottom", color=palette.token("muted"), fontsize=12)
    ax.yaxis.set_label_coords(0.0, 1.02)


def head(ax: Any, title: str, *, over_y: bool = False) -> None:
    """Write the title, on up to two lines, above the name of the vertical axis if that stands on top."""
    room = 0.96 * (width_of(ax) - left_of(ax)) - 12  # it starts where the axis does
    shown = text.safe(text.wrap(title, min(0.92 * width_of(ax), room), 13, bold=True)) if title else ""
    pad = 30 if over_y else 10
    # Told where it stands, it need not look for ticks on top each time it is drawn.
    ax.set_title(shown, loc="left", y=1.0, pad=pad, fontsize=13, fontweight=600, color=palette.token("text"))


def number_axis(
    ax: Any, which: str, low: float, high: float, *, log: bool, unit: str, most: int = 6
) -> tuple[float, float]:
    """Set scale, limits and round ticks of a number axis; return the limits, which hold what shares it too."""
    low, high = shared.span(ax, which, low, high, log=log)
    if log:
        (ax.set_xscale if which == "x" else ax.set_yscale)("log")
    (ax.set_xlim if which == "x" else ax.set_ylim)(low, high)
    if which == "x":
        values = ticks.logarithmic(low, high, most) if log else ticks.linear(low, high, most)
        wide = max((text.width(word.replace("\\$", "$")) for word in ticks.written(values, unit)), default=0.0)
        most = max(2, min(most, int((inner_of(ax) + wide) / (wide + 9))))
    ticks.place(ax.xaxis if which == "x" else ax.yaxis, low, high, log=log, unit=unit, most=most)
    return low, high


def margins(low: float, high: float, *, log: bool = False, share: float = 0.04) -> tuple[float, float]:
    """Widen bounds by a share of their span; a single value gets room too.

    Examples
    --------
    >>> margins(0.0, 100.0)
    (-4.0, 104.0)
    >>> margins(5.0, 5.0)
    (4.5, 5.5)
    """
    if log:
        if high <= low * (1 + 1e-12):
            return low / 1.1, high * 1.1
        ratio = (high / low) ** share
        return low / ratio, high * ratio
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        room = 0.1 * abs(low) or 0.5
        return low - room, high + room
    room = share * (high - low)
    return low - room, high + room


def note(ax: Any, xy: tuple[float, float], words: str, **how: Any) -> Any:
    """Write words beside a point; offsets in px, small and muted unless told otherwise."""
    chosen: dict[str, Any] = {
        "textcoords": "offset points",
        "xytext": (0, 0),
        "fontsize": SMALL,
        "color": palette.token("muted"),
        "va": "center",
    }
    return ax.annotate(text.safe(words), xy, **(chosen | how))


def spread(at: Sequence[float], gap: float, floor: float = -math.inf, top: float = math.inf) -> list[float]:
    """Move positions as little as possible so that each is at least `gap` from the next; their order stays.

    Least squares under order constraints, by pooling neighbours that collide; kept between `floor` and `top` where
    there is room.

    Examples
    --------
    >>> spread([0.0, 1.0, 50.0], 10.0)
    [-4.5, 5.5, 50.0]
    >>> spread([0.0, 1.0, 50.0], 10.0, floor=0.0)
    [0.0, 10.0, 50.0]
    """
    order = sorted(range(len(at)), key=lambda i: at[i])
    blocks: list[list[float]] = []  # mean of (position - rank * gap), and how many
    for rank, i in enumerate(order):
        blocks.append([at[i] - rank * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value, size = blocks.pop()
            blocks[-1] = [(blocks[-1][0] * blocks[-1][1] + value * size) / (blocks[-1][1] + size), blocks[-1][1] + size]
    # What rises with the rank can be cut off at both ends and still rises; the floor wins where both bind.
    last = top - (len(at) - 1) * gap
    flat = [max(floor, min(last, value)) for value, size in blocks for _ in range(int(size))]
    made = [0.0] * len(at)
    for rank, i in enumerate(order):
        made[i] = flat[rank] + rank * gap
    return made


def nothing(ax: Any, *, kind: str, title: str, dropped: int) -> Any:
    """Say on an empty sheet that there is nothing to draw, and why."""
    words = pick("There are no rows to draw.", "没有可画的数据行。")
    if dropped:
        words = pick(
            f"There are no rows to draw: {dropped:,} rows lack a value in these columns.",
            f"没有可画的数据行：{dropped:,} 行在这些列中缺值。",
        )
    ax = sheet(ax, 140)
    shared.bare(ax, "x")
    shared.bare(ax, "y")
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    head(ax, title)
    ax.text(0.0, 0.6, text.safe(words), transform=ax.transAxes, color=palette.token("muted"))
    keep(ax, Record(kind=kind, title=title, n=0, caption=words, alt=words))
    return ax
