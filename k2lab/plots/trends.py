"""Trends: the mean of each period with its interval as a band, or the number of rows, one line a level."""

from __future__ import annotations

from typing import Any

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.plots import canvas, palette, sample, settling, shared, text, ticks
from k2lab.plots.cells import Cell, averaged, cells, counts, noun
from k2lab.plots.look import theme
from k2lab.plots.periods import Periods, periods, readable
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, dropped_words, keep, listed
from k2lab.stats import columns, fold

SIDE = 150


@any_engine
def trend(
    data: Any,
    *,
    time: str,
    y: str | None = None,
    hue: str | None = None,
    ax: Any = None,
    log: sample.LogChoice = "auto",
    title: str | None = None,
) -> Any:
    """Draw how the mean of `y` (or the number of rows) runs over time.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    time : str
        Dates (as text too) are taken together by day, week, month, quarter or year; numbers stand as they are.
    y : str, optional
        The number; without it, rows are counted.
    hue : str, optional
        The column that owns hue: one line for each level.
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
    Bands are 95% t intervals of each period by itself. Periods under thirty rows are hollow points without a band and
    under five are not drawn, unless the table has about one row a period: then its values are joined as they are.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"year": [2020, 2021, 2022] * 20, "pay": [float(i % 9) for i in range(60)]})
    >>> trend(table, time="year", y="pay").get_title(loc="left")
    'pay over year'
    """
    import numpy as np

    with theme():
        frame, dropped = fold.taken(data, [name for name in (time, y, hue) if name is not None], y)
        what = text.plain(y) if y is not None else pick("Rows", "行数")
        by = pick(f" by {text.plain(hue)}", f"（按 {text.plain(hue)}）") if hue else ""
        shown = pick(f"{what} over {text.plain(time)}{by}", f"{what} 随 {text.plain(time)} 的变化{by}")
        shown = shown if title is None else text.plain(title) if title else ""
        if not len(frame):
            return canvas.nothing(ax, kind="trend", title=shown, dropped=dropped)
        frame, unread, doubt = readable(frame, time)
        dropped += unread
        when = periods(frame, time)
        lines = sample.factor(frame, hue, y=y, owns_hue=hue is not None)
        wide, many = len(when.at), len(lines.levels)
        codes = lines.codes * wide + when.codes
        sizes = counts(frame, codes, many * wide)
        numbers = columns.number(frame, y) if y is not None else None
        on_log = numbers is not None and sample.on_log(numbers, log, fold.times(frame))
        series = numbers is not None and float(np.median(sizes[sizes > 0])) < sample.NOT_DRAWN
        if numbers is None:
            found = [
                Cell(place=i, n=int(n), value=float(n), low=float(n), high=float(n)) for i, n in enumerate(sizes) if n
            ]
        else:
            held = averaged(frame, numbers, log=on_log)
            found = cells(held, codes, many * wide, log=on_log, least=1 if series else sample.NOT_DRAWN)
        if not found:
            return canvas.nothing(ax, kind="trend", title=shown, dropped=dropped)
        plain = series or numbers is None
        ax = canvas.sheet(ax, 380)
        canvas.read_along(ax, "y")
        ends: list[tuple[float, float, str, str]] = []
        told: list[dict[str, Any]] = []
        for i in range(many):
            mine = [cell for cell in found if cell.place // wide == i]
            if not mine:
                continue
            _line(ax, mine, when, lines.mark(i), wide, plain)
            name = lines.shown(i) if hue else ""
            told += [
                cell.told(", ".join(part for part in (name, when.names[cell.place % wide]) if part)) for cell in mine
            ]
            last = mine[-1]
            ends.append((when.at[last.place % wide], last.value, lines.brief(i) if hue else "", lines.ink(i)))
        unit = ticks.unit_of(y) if y is not None else ""
        named = [text.width(lines.brief(i), bold=True) + 20 for i in range(many) if hue]
        inner = canvas.width_of(ax) - min(max(named, default=0.0), canvas.room(ax, SIDE)) - 45
        in_each = sizes.reshape(many, wide).sum(axis=0)
        _axes(ax, found, when, time, in_each, unit, on_log, plain, numbers is None, inner)
        canvas.name_x(ax, text.plain(time))
        value = what if plain else f"{noun(on_log)}{pick(' ', '：')}{what}"
        canvas.name_y(ax, canvas.scale_words(value[:1].upper() + value[1:], on_log))
        canvas.head(ax, shown, over_y=True)
        ends = [end for end in ends if end[2]]
        edge = max((end[0] for end in ends), default=0.0)
        settling.end_labels(ax, [(edge, *end[1:]) for end in ends], pixels=SIDE)
        keep(
            ax,
            Record(
                kind="trend",
                title=shown,
                n=fold.rows(frame),
                groups=tuple(told),
                caption=_caption(found, plain, numbers is None, on_log) + dropped_words(dropped) + doubt,
                alt=_alt(what, time, hue, found, when, wide, unit),
                x=time,
                y=canvas.scale_words(value, on_log),
            ),
        )
        return ax


def _line(ax: Any, mine: list[Cell], when: Periods, colour: str, wide: int, plain: bool) -> None:
    """Draw one level: its line, its points and the band of its intervals."""
    solid = [cell for cell in mine if plain or not cell.weak] or mine
    at = [when.at[c.place % wide] for c in solid]
    size = 5.5 if wide <= 20 else 3.5
    if not plain:
        ax.fill_between(
            at, [c.low for c in solid], [c.high for c in solid], facecolor=colour, alpha=0.2, lw=0, zorder=1
        )
    ax.plot(at, [c.value for c in solid], color=colour, lw=2, marker="o", ms=size, mec="none", zorder=3, clip_on=False)
    loose = [cell for cell in mine if cell not in solid]
    ax.plot(
        [when.at[c.place % wide] for c in loose],
        [c.value for c in loose],
        ls="",
        marker="o",
        ms=size,
        mfc=palette.token("background"),
        mec=colour,
        mew=1.5,
        zorder=2,
    )


def _axes(
    ax: Any,
    found: list[Cell],
    when: Periods,
    time: str,
    sizes: Any,
    unit: str,
    log: bool,
    plain: bool,
    counted: bool,
    inner: float,
) -> None:
    strong = [c for c in found if plain or not c.weak] or found
    low = min([c.value if plain else c.low for c in strong] + [c.value for c in found])
    high = max([c.value if plain else c.high for c in strong] + [c.value for c in found])
    low, high = canvas.margins(low, high, log=log, share=0.06)
    canvas.number_axis(ax, "y", 0.0 if counted else low, high, log=log, unit=unit)
    names = [text.safe(name) for name in when.names]
    below = [f"n = {count(int(n))}" for n in sizes]
    loose = len(when.at) * max(map(text.width, below)) <= inner + 60
    if len(when.at) <= 8 and loose and not shared.others(ax, "x"):  # the numbers of rows are those of one panel
        names = [f"{name}\n{n}" for name, n in zip(names, below, strict=True)]
    most = 1 + int(inner / (0.9 * max(text.width(name) for name in when.names) + 6))
    first, last = canvas.margins(when.at[0], when.at[-1], share=0.03)
    # Places of days and of months are not of one measure: the form of their names tells them apart.
    form = f"{when.names[0].count('-')}{'Q' in when.names[0]}"
    ax.set_xlim(*shared.span(ax, "x", first, last, columns=(time, form)))
    shared.label(ax, "x", dict(zip(when.at, names, strict=True)), most=max(2, min(8, most)))


def _caption(found: list[Cell], plain: bool, counted: bool, log: bool) -> str:
    if counted:
        return pick("Lines show the number of rows in each period.", "折线为每个时期的行数。")
    if plain:
        return pick(
            "Lines join the values; there are too few rows in a period for an interval.",
            "折线连接各时期的数值；每期行数太少，未给出区间。",
        )
    words = pick(
        f"Points are {noun(log)}s of a period, bands their 95% intervals.",
        f"点为各时期的{noun(log)}，色带为 95% 置信区间。",
    )
    if any(c.weak for c in found):
        words += pick(
            " Periods with fewer than 30 rows are hollow points where larger ones exist, and those under five are not "
            "drawn.",
            "少于 30 行的时期在有更大时期时画为空心点，少于 5 行的未画出。",
        )
    return words


def _alt(what: str, time: str, hue: str | None, found: list[Cell], when: Periods, wide: int, unit: str) -> str:
    first, last = found[0], found[-1]
    low, high = min(found, key=lambda c: c.value), max(found, key=lambda c: c.value)
    span = pick(
        f"from {when.names[min(c.place % wide for c in found)]} to {when.names[max(c.place % wide for c in found)]}",
        f"从 {when.names[min(c.place % wide for c in found)]} 到 {when.names[max(c.place % wide for c in found)]}",
    )
    if hue:
        each = listed([text.plain(hue)])
        run = pick(
            f"one line for each level of {each}; values run from {ticks.short(low.value, unit)} to "
            f"{ticks.short(high.value, unit)}",
            f"{each} 的每个水平一条线，数值介于 {ticks.short(low.value, unit)} 与 {ticks.short(high.value, unit)} 之间",
        )
    else:
        run = pick(
            f"{ticks.short(first.value, unit)} at first and {ticks.short(last.value, unit)} at last, between "
            f"{ticks.short(low.value, unit)} and {ticks.short(high.value, unit)}",
            f"起点 {ticks.short(first.value, unit)}，终点 {ticks.short(last.value, unit)}，"
            f"介于 {ticks.short(low.value, unit)} 与 {ticks.short(high.value, unit)} 之间",
        )
    when_words = text.plain(time)
    return pick(
        f"Line plot of {what} over {when_words} {span}: {run}.", f"{what} 随 {when_words} 变化的折线图，{span}：{run}。"
    )
