"""Labels that depend on where panels end up: at the ends of lines, and ticks that must not run into each other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from k2lab.plots import canvas, layout, shared, text
from k2lab.plots.look import DPI

_labels: WeakKeyDictionary[Any, list[list[Any]]] = WeakKeyDictionary()


def end_labels(
    ax: Any, labels: Sequence[tuple[float, float, str, str]], *, pixels: float = 170, offset: float = 13
) -> None:
    """Write a label right of each point (x, y, words, colour), pushed apart so that none collide.

    A label that had to move far from its point is tied to it by a thin line.
    """
    if not labels:
        return
    ax.figure.draw_without_rendering()  # the layout decides where the points are
    at = [(x, y) for x, y, _, _ in labels]
    moves = _moves(ax, at)
    group: list[Any] = []
    tied = any(abs(move) > 9 for move in moves)
    for (x, y, words, colour), move in zip(labels, moves, strict=True):
        tie = {"arrowstyle": "-", "color": colour, "lw": 0.8, "shrinkA": 0, "shrinkB": 4}
        made = canvas.note(
            ax,
            (x, y),
            text.trim(words, canvas.room(ax, pixels), 12, bold=True),
            xytext=(offset + (8 if tied else 0), move),
            fontsize=12,
            fontweight=600,
            color=colour,
            path_effects=canvas.halo(),
            arrowprops=tie if abs(move) > 9 else None,
            annotation_clip=False,
        )
        group.append(made)
    _labels.setdefault(ax, []).append(group)
    _placed_anew(ax.figure)


def settle(figure: Any) -> None:
    """Measure the panels of a figure that is not ours once more: the last one drawn has moved those before."""
    if len(figure.axes) < 2 or _ours(figure):
        return
    figure.draw_without_rendering()
    for ax in figure.axes:
        for group in _labels.get(ax, ()):
            for one, move in zip(group, _moves(ax, [one.xy for one in group]), strict=True):
                one.set_position((one.get_position()[0], move))
        if shared.known(ax):
            _thin(ax)
    _placed_anew(figure)


def _ours(figure: Any) -> bool:
    return isinstance(figure.get_layout_engine(), layout.engine())


def _placed_anew(figure: Any) -> None:
    """Put panels where matplotlib had them: a layout that is asked for later measures from there."""
    if not _ours(figure):
        for one in figure.axes:
            if one.get_subplotspec() is not None:
                one.set_subplotspec(one.get_subplotspec())


def _moves(ax: Any, at: Sequence[tuple[float, float]]) -> list[float]:
    """Return how many px up each label moves from its point."""
    points = DPI / ax.figure.dpi
    heights = [float(ax.transData.transform(one)[1]) * points for one in at]
    box = ax.get_window_extent()
    moved = canvas.spread(heights, canvas.LINE, float(box.y0) * points + 5, max(float(box.y1) * points, max(heights)))
    return [new - old for old, new in zip(heights, moved, strict=True)]


def _thin(ax: Any) -> None:
    """Take away from the names under a panel until they do not touch: numbers of rows, then every other tick."""
    for _ in range(3):
        low, high = sorted(ax.get_xlim())
        ticks = [one for one in ax.xaxis.get_major_ticks() if low <= one.get_loc() <= high]
        boxes = [one.label1.get_window_extent() for one in ticks if one.label1.get_visible() and one.label1.get_text()]
        if not any(right.x0 - left.x1 < 2 for left, right in itertools.pairwise(sorted(boxes, key=lambda b: b.x0))):
            return
        at = [float(one.get_loc()) for one in ticks]
        words = [one.label1.get_text() for one in ticks]
        if all("\nn = " in one for one in words):
            words = [one.rsplit("\n", 1)[0] for one in words]
        elif shared.categories(ax, "x"):
            gap = ax.get_window_extent().width / max(1, len(at)) * DPI / ax.figure.dpi
            words = [text.safe(text.trim(one.replace("\\$", "$").replace("\n", " "), 0.9 * gap)) for one in words]
        else:
            at, words = at[::2], words[::2]
        ax.set_xticks(at, words)
        for one in ax.xaxis.get_major_ticks():  # those made anew are measured where they stand
            one.update_position(one.get_loc())
        ax.figure.draw_without_rendering()
