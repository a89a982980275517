"""Sorted interval plots: the mean of each group with its interval, lowest at the bottom."""

from __future__ import annotations

from typing import Any

from k2lab.locale import pick
from k2lab.plots import canvas, palette, sample, shared, text, ticks
from k2lab.plots.cells import averaged, cells, noun
from k2lab.plots.look import theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, dropped_words, keep, rounded
from k2lab.stats import columns, fold, intervals

MOST = 25


@any_engine
def means(
    data: Any, *, y: str, x: str, ax: Any = None, log: sample.LogChoice = "auto", title: str | None = None
) -> Any:
    """Draw the mean of `y` in each level of `x` with its 95% interval, sorted.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    y, x : str
        The number, and the category; beyond 25 levels the smallest are pooled.
    ax : matplotlib.axes.Axes, optional
    log : bool or "auto"
        Geometric means on a log axis; "auto" for a positive, right-skewed number.
    title : str, optional
        By default says what is shown; "" for none.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UsageError
        If a column is not there, or `y` does not hold numbers.

    Notes
    -----
    The vertical line is the mean of all rows. Groups under five rows are not drawn, those under thirty are hollow.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"team": list("ab") * 40, "pay": [1.0, 2, 3, 6] * 20})
    >>> [label.get_text() for label in means(table, x="team", y="pay").get_yticklabels()]
    ['b', 'a']
    """
    with theme():
        frame, dropped = fold.taken(data, [y, x], y)
        numbers = columns.number(frame, y) if len(frame) else None
        on_log = numbers is not None and sample.on_log(numbers, log, fold.times(frame))
        mean = noun(on_log)
        auto = f"{mean[:1].upper()}{mean[1:]} {text.plain(y)} by {text.plain(x)}"
        auto = pick(auto, f"按 {text.plain(x)} 划分的 {text.plain(y)} {mean}")
        shown = auto if title is None else text.plain(title) if title else ""
        if numbers is None:
            return canvas.nothing(ax, kind="means", title=shown, dropped=dropped)
        groups = sample.category(frame, x, y=y, limit=MOST)
        unit = ticks.unit_of(y)
        held = averaged(frame, numbers, log=on_log)
        found = cells(held, groups.codes, len(groups.levels), log=on_log)
        if not found:
            return canvas.nothing(ax, kind="means", title=shown, dropped=dropped)
        rest = len(groups.levels) - 1 if groups.pooled else -1
        ranked = sorted(found, key=lambda c: (c.place == rest, -c.value))
        names = {cell.place: groups.shown(cell.place) for cell in ranked}
        places = shared.places(ax, "y", (x,), {name: float(i) for i, name in enumerate(names.values())})
        ax = canvas.sheet(ax, 24 * len(ranked) + 104)
        canvas.read_along(ax, "x")
        everyone = intervals.of_logs(held) if on_log else intervals.of_mean(held)
        ax.axvline(everyone.value, color=palette.token("muted"), lw=1.2, zorder=1)
        for cell in ranked:
            at = places[names[cell.place]]
            colour = palette.token("muted") if cell.place == rest else groups.mark(cell.place)
            ax.plot([cell.low, cell.high], [at, at], color=colour, lw=1.6 if cell.weak else 2.4, zorder=2)
            face = palette.token("background") if cell.weak else colour
            ax.plot(cell.value, at, "o", ms=6.5 if cell.weak else 7.5, mfc=face, mec=colour, mew=1.8, zorder=3)
            canvas.row_count(ax, at, cell.n)
        ax.set_ylim(len(places) - 0.4, -0.9)
        room = canvas.room(ax, 210)
        shown_names = {places[name]: text.safe(text.trim(groups.brief(i), room)) for i, name in names.items()}
        shared.label(ax, "y", shown_names)
        low, high = min(c.low for c in found), max(c.high for c in found)
        low, high = canvas.margins(min(low, everyone.value), max(high, everyone.value), log=on_log)
        low, high = canvas.number_axis(ax, "x", low, high, log=on_log, unit=unit)
        words = pick(f"all rows {ticks.short(everyone.value, unit)}", f"全部行 {ticks.short(everyone.value, unit)}")
        side = _emptier(everyone.value, low, high, on_log)
        canvas.note(
            ax,
            (everyone.value, -0.62),
            words,
            xytext=(5 * side, 0),
            ha="left" if side > 0 else "right",
            path_effects=canvas.halo(),
        )
        canvas.name_x(ax, canvas.scale_words(f"{noun(on_log)}{pick(' ', '：')}{text.plain(y)}", on_log))
        canvas.head(ax, shown)
        gone = len(groups.levels) - len(found)
        caption = pick(
            f"Points are {noun(on_log)}s, lines their 95% intervals, sorted; the vertical line is the {noun(on_log)} "
            "of all rows.",
            f"点为{noun(on_log)}，横线为其 95% 置信区间，按大小排列；竖线为全部行的{noun(on_log)}。",
        )
        if any(cell.weak for cell in found):
            caption += pick(" Hollow points have fewer than 30 rows.", "空心点少于 30 行。")
        if gone:
            caption += pick(
                f" {gone} groups with fewer than 5 rows are not drawn."
                if gone > 1
                else " One group with fewer than 5 rows is not drawn.",
                f"{gone} 个少于 5 行的组未画出。",
            )
        if groups.pooled:
            caption += pick(f" The {groups.pooled} smallest groups are pooled.", f"最小的 {groups.pooled} 组已合并。")
        top, bottom = max(found, key=lambda c: c.value), min(found, key=lambda c: c.value)
        alt = pick(
            f"Interval plot of the {noun(on_log)} of {text.plain(y)} in {len(found)} groups of {text.plain(x)}, from "
            f"{ticks.short(bottom.value, unit)} ({groups.shown(bottom.place)}) to {ticks.short(top.value, unit)} "
            f"({groups.shown(top.place)}); all rows {ticks.short(everyone.value, unit)}.",
            f"{text.plain(x)} 各组 {text.plain(y)} 的{noun(on_log)}区间图，共 {len(found)} 组，从 "
            f"{ticks.short(bottom.value, unit)}（{groups.shown(bottom.place)}）到 "
            f"{ticks.short(top.value, unit)}（{groups.shown(top.place)}）；"
            f"全部行为 {ticks.short(everyone.value, unit)}。",
        )
        keep(
            ax,
            Record(
                kind="means",
                title=shown,
                n=held.n,
                groups=tuple(cell.told(groups.shown(cell.place)) for cell in ranked),
                marks={"all_rows": rounded(everyone.value)},
                caption=caption + dropped_words(dropped),
                alt=alt,
                x=canvas.scale_words(f"{noun(on_log)} {y}", on_log),
                y=x,
            ),
        )
        return ax


def _emptier(value: float, low: float, high: float, log: bool) -> int:
    """Tell on which side of a value there is more room."""
    middle = (low * high) ** 0.5 if log else (low + high) / 2
    return 1 if value < middle else -1
