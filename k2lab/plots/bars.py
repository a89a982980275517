"""Bars of shares with their 95% intervals: what part of the rows, and how sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.locale import pick
from k2lab.locale.numbers import percent
from k2lab.plots import canvas, palette, sample, shared, text
from k2lab.plots.cells import counts
from k2lab.plots.look import theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, dropped_words, keep, rounded
from k2lab.stats import columns, fold, intervals

if TYPE_CHECKING:
    import numpy as np

    Codes = np.ndarray[tuple[int, ...], np.dtype[np.intp]]

MOST = 25
HALF = 0.33


@any_engine
def bar(data: Any, *, x: str, y: str | None = None, value: Any = None, ax: Any = None, title: str | None = None) -> Any:
    """Draw shares of rows as bars from zero, each with its 95% interval.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    x : str
        The category; beyond 25 levels the smallest are pooled.
    y : str, optional
        A column with few values, whose share is drawn in each level of `x`. Without it, bars are the shares of all
        rows that each level has.
    value : optional
        The value of `y` that is counted; by default its last level (True, 1, "yes").
    ax : matplotlib.axes.Axes, optional
    title : str, optional
        By default says what is shown; "" for none.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UsageError
        If a column or a value is not there, or `y` is a measured number: bars start at zero and hide the spread,
        `means` and `box` show it.

    Notes
    -----
    Wilson's (1927) score interval for a share.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = bar(pd.DataFrame({"g": list("aab"), "hit": [True, False, True]}), x="g", y="hit")
    >>> [round(float(patch.get_width()), 2) for patch in ax.patches]
    [0.5, 1.0]
    """

    with theme():
        frame, dropped = fold.taken(data, [name for name in (x, y) if name is not None])
        shown = title
        if not len(frame):
            return canvas.nothing(ax, kind="bar", title=shown or "", dropped=dropped)
        groups = sample.category(frame, x, limit=MOST)
        sizes = counts(frame, groups.codes, len(groups.levels))
        hits, wanted = (sizes, "") if y is None else _hits(frame, y, value, groups.codes, len(sizes))
        filled = [i for i in range(len(sizes)) if sizes[i]]
        total = fold.rows(frame)
        found = {i: intervals.of_share(int(hits[i]), int(total if y is None else sizes[i])) for i in filled}
        what = pick("Share of rows", "行的占比") if y is None else f"{text.plain(y)} = {wanted}"
        auto = (
            pick(f"Rows by {text.plain(x)}", f"按 {text.plain(x)} 划分的行数")
            if y is None
            else pick(f"Share of {what} by {text.plain(x)}", f"按 {text.plain(x)} 划分的 {what} 占比")
        )
        shown = auto if title is None else text.plain(title) if title else ""
        places = shared.places(ax, "y", (x,), {groups.shown(i): float(at) for at, i in enumerate(filled)})
        stand = [places[groups.shown(i)] for i in filled]
        ax = canvas.sheet(ax, 31 * len(filled) + 92)
        canvas.read_along(ax, "x")
        coloured = bool(groups.roles)
        ax.barh(
            stand,
            [found[i].value for i in filled],
            height=2 * HALF,
            color=[groups.mark(i) if coloured else palette.neutral() for i in filled],
            alpha=0.85,
            zorder=2,
        )
        for at, i in zip(stand, filled, strict=True):
            one = found[i]
            ax.plot([one.low, one.high], [at, at], color=palette.token("text"), lw=2, zorder=3)
            words = percent(one.value, 1 if one.value >= 0.001 or not one.value else 2)
            canvas.note(ax, (one.high, at), words, xytext=(7, 0), ha="left", color=palette.token("text"))
            canvas.row_count(ax, at, int(sizes[i]))
        ax.set_ylim(len(places) - 0.45, -0.55)
        room, deep = canvas.room(ax, 170), canvas.lines_for(ax, len(places))
        briefs = [text.safe(text.wrap(groups.brief(i), room, lines=deep)) for i in filled]
        shared.label(ax, "y", dict(zip(stand, briefs, strict=True)))
        inner = canvas.inner_of(ax)
        # Room for the share that is written right of the longest interval.
        longest = max(one.high for one in found.values())
        top = min(1.0, longest * 1.18) if inner > 300 else longest / (1 - 52 / max(inner, 104))
        _, top = shared.span(ax, "x", 0.0, max(top, 0.01))
        most = min(6.0, max(1.5, inner / 45))
        step = next((s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5) if top / s <= most), 0.5)
        marks = [step * i for i in range(int(min(top, 1.0) / step + 1e-9) + 1)]
        ax.set_xlim(0, top)
        ax.set_xticks(marks, [percent(v, 0) for v in marks])
        canvas.name_x(ax, what)
        canvas.head(ax, shown)
        low, high = min(filled, key=lambda i: found[i].value), max(filled, key=lambda i: found[i].value)
        caption = pick(
            "Bars are shares of all rows" if y is None else f"Bars are the shares of rows with {what} in each group",
            "柱为占全部行的比例" if y is None else f"柱为各组中 {what} 的占比",
        ) + pick(", lines their 95% Wilson intervals.", "，横线为 95% Wilson 置信区间。")
        if groups.pooled:
            caption += pick(f" The {groups.pooled} smallest groups are pooled.", f"最小的 {groups.pooled} 组已合并。")
        alt = pick(
            f"Bar chart of {what} in {len(filled)} groups of {text.plain(x)}, from {percent(found[low].value)} "
            f"({groups.shown(low)}) to {percent(found[high].value)} ({groups.shown(high)}).",
            f"{text.plain(x)} 的 {len(filled)} 组中 {what} 的条形图，从 {percent(found[low].value)}"
            f"（{groups.shown(low)}）到 {percent(found[high].value)}（{groups.shown(high)}）。",
        )
        told = tuple(
            {
                "name": groups.shown(i),
                "n": int(sizes[i]),
                "share": rounded(found[i].value, 4),
                "low": rounded(found[i].low, 4),
                "high": rounded(found[i].high, 4),
            }
            for i in filled
        )
        keep(
            ax,
            Record(
                kind="bar",
                title=shown,
                n=total,
                groups=told,
                caption=caption + dropped_words(dropped),
                alt=alt,
                x=what,
                y=x,
            ),
        )
        return ax


def _hits(frame: Any, y: str, value: Any, codes: Codes, size: int) -> tuple[Any, str]:
    """Count the rows with the wanted value of `y` in each group, and name that value."""

    if not columns.is_category(frame, y):
        raise UsageError(
            f"{text.plain(y)} is a measured number, which bars would reduce to one length.",
            "Use plots.means, plots.box or plots.violin.",
        )
    order, place = columns.coded(frame, y)
    names = [columns.level_name(level) for level in order]
    wanted = names[-1] if value is None else columns.level_name(value)
    if wanted not in names:
        raise UsageError(
            f"{text.plain(y)} has no value {text.plain(wanted)!r}.",
            f"It has: {', '.join(text.plain(name) for name in names[:8])}.",
        )
    inside = place == names.index(wanted)
    return counts(frame[inside], codes[inside], size), text.plain(wanted)
