"""Stacked shares: how a category is made up within each level of another, with n."""

from __future__ import annotations

from typing import Any

from k2lab.locale import pick
from k2lab.locale.numbers import percent
from k2lab.plots import canvas, palette, sample, shared, text
from k2lab.plots.cells import counts
from k2lab.plots.look import theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, dropped_words, keep, rounded
from k2lab.stats import fold

MOST = 20
HALF = 0.36


@any_engine
def shares(data: Any, *, y: str, x: str | None = None, ax: Any = None, title: str | None = None) -> Any:
    """Draw the shares of the levels of `y` within each level of `x`, as stacked horizontal bars.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    y : str
        The category whose shares are drawn; it owns hue. A number with many values is cut into quarters.
    x : str, optional
        The category that makes the rows; beyond twenty levels the smallest are pooled.
    ax : matplotlib.axes.Axes, optional
    title : str, optional
        By default says what is shown; "" for none.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UsageError
        If a column is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = shares(pd.DataFrame({"team": list("aabb"), "left": ["yes", "no", "no", "no"]}), x="team", y="left")
    >>> [round(float(patch.get_width()), 2) for patch in ax.patches]
    [0.5, 1.0, 0.5, 0.0]
    """
    import numpy as np

    with theme():
        frame, dropped = fold.taken(data, [name for name in (y, x) if name is not None])
        within = pick(f" within {text.plain(x)}", f"（按 {text.plain(x)}）") if x else ""
        shown = pick(f"Shares of {text.plain(y)}{within}", f"{text.plain(y)} 的构成{within}")
        shown = shown if title is None else text.plain(title) if title else ""
        if not len(frame):
            return canvas.nothing(ax, kind="shares", title=shown, dropped=dropped)
        parts = sample.category(frame, y)
        if not parts.roles:
            named = parts.levels[: len(parts.levels) - bool(parts.pooled)]
            parts = sample.Factor(
                column=parts.column,
                levels=parts.levels,
                codes=parts.codes,
                pooled=parts.pooled,
                roles=palette.assign(y, named),
            )
        over = sample.category(frame, x, limit=MOST)
        wide, many = len(parts.levels), len(over.levels)
        sizes = counts(frame, over.codes * wide + parts.codes, many * wide).reshape(many, wide)
        kept = [i for i in range(many) if sizes[i].sum()]
        share = sizes[kept] / sizes[kept].sum(axis=1, keepdims=True)
        names = [over.shown(i) for i in kept]
        places = shared.places(ax, "y", (x or "",), {name: float(at) for at, name in enumerate(names)})
        stand = [places[name] for name in names]
        ax = canvas.sheet(ax, 34 * len(kept) + 112)
        ax.grid(visible=False)
        ax.spines["bottom"].set_visible(False)
        pixels = 0.66 * canvas.width_of(ax)
        left = np.zeros(len(kept))
        for j in range(wide):
            ax.barh(
                stand,
                share[:, j],
                left=left,
                height=2 * HALF,
                facecolor=parts.mark(j),
                edgecolor=palette.token("background"),
                linewidth=1,
                zorder=2,
            )
            for at in range(len(kept)):
                if share[at, j] * pixels > 34:
                    words = percent(float(share[at, j]), 0)
                    canvas.note(
                        ax,
                        (left[at] + share[at, j] / 2, stand[at]),
                        words,
                        ha="center",
                        color=on(parts.mark(j)),
                        zorder=3,
                    )
            left = left + share[:, j]
        for at, i in enumerate(kept):
            canvas.row_count(ax, stand[at], int(sizes[i].sum()))
        ax.set_xlim(*shared.span(ax, "x", 0.0, 1.0))
        shared.bare(ax, "x")
        ax.set_ylim(len(places) - 0.4, -0.6)
        room, deep = canvas.room(ax, 170), canvas.lines_for(ax, len(places))
        briefs = [text.safe(text.wrap(over.brief(i), room, lines=deep)) if x else "" for i in kept]
        shared.label(ax, "y", dict(zip(stand, briefs, strict=True)))
        rows = _names(ax, parts)
        canvas.head(ax, shown, over_y=False)
        ax.set_title(ax.get_title(loc="left"), loc="left", pad=12 + 19 * rows)
        first = [
            {"name": over.shown(i) if x else pick("all rows", "全部行"), "n": int(sizes[i].sum())}
            | {"shares": {parts.shown(j): rounded(float(share[at, j]), 4) for j in range(wide)}}
            for at, i in enumerate(kept)
        ]
        caption = pick(
            f"Bars show how the rows of each group divide over {text.plain(y)}; shares too small "
            "for a number have none.",
            f"柱表示各组的行在 {text.plain(y)} 上的构成；占比过小的未标数字。",
        )
        if over.pooled:
            caption += pick(f" The {over.pooled} smallest groups are pooled.", f"最小的 {over.pooled} 组已合并。")
        keep(
            ax,
            Record(
                kind="shares",
                title=shown,
                n=fold.rows(frame),
                groups=tuple(first),
                caption=caption + dropped_words(dropped),
                alt=_alt(text.plain(y), text.plain(x) if x else None, parts, share, kept, over),
                x=pick(f"share of {y}", f"{y} 的占比"),
                y=x or "",
            ),
        )
        return ax


def on(colour: str) -> str:
    """Return the ground or the text colour, whichever is easier to read on a mark (WCAG contrast).

    Examples
    --------
    >>> on("#312d58"), on("#e3f4f8")
    ('#ffffff', '#1b222b')
    """

    def light(hexed: str) -> float:
        parts = [int(hexed[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(ink: str) -> float:
        high, low = sorted((light(ink), light(colour)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    return max((palette.token("background"), palette.token("text")), key=contrast)


def _names(ax: Any, parts: sample.Factor) -> int:
    """Name the levels above the bars, from left to right as they are stacked; return how many lines that took."""
    room = min(0.94 * canvas.width_of(ax) - 60, canvas.width_of(ax) - canvas.left_of(ax) - 16)
    lines: list[list[tuple[float, int, str]]] = [[]]
    at = 0.0
    for j in range(len(parts.levels)):
        words = text.trim(parts.brief(j), min(200, room - 18), 12, bold=True)
        need = text.width(words, 12, bold=True) + 18
        if at + need > room and lines[-1]:
            lines.append([])
            at = 0.0
        lines[-1].append((at, j, words))
        at += need
    for row, line in enumerate(lines):
        for start, j, words in line:
            canvas.note(
                ax,
                (0, 1),
                words,
                xycoords="axes fraction",
                xytext=(start, 10 + 19 * (len(lines) - 1 - row)),
                ha="left",
                fontsize=12,
                fontweight=600,
                color=parts.ink(j),
            )
    return len(lines)


def _alt(y: str, x: str | None, parts: sample.Factor, share: Any, kept: list[int], over: sample.Factor) -> str:
    j = int(share.mean(axis=0).argmax())
    level = parts.shown(j)
    if x is None or len(kept) == 1:
        value = percent(float(share[0, j]))
        return pick(
            f"Stacked bar of the shares of {y}; the largest is {level} with {value}.",
            f"{y} 构成的堆积条形图；最大的是 {level}，占 {value}。",
        )
    low, high = int(share[:, j].argmin()), int(share[:, j].argmax())
    first, last = percent(float(share[low, j])), percent(float(share[high, j]))
    return pick(
        f"Stacked bars of the shares of {y} in {len(kept)} groups of {x}. The share of {level} runs from {first} "
        f"({over.shown(kept[low])}) to {last} ({over.shown(kept[high])}).",
        f"{x} 各组 {y} 构成的堆积条形图，共 {len(kept)} 组。{level} 的占比从 {first}（{over.shown(kept[low])}）"
        f"到 {last}（{over.shown(kept[high])}）。",
    )
