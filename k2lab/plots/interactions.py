"""Interaction plots: means with intervals joined by lines, one line a level. Never bars."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.plots import canvas, palette, sample, settling, shared, text, ticks
from k2lab.plots.cells import Cell, averaged, cells, change, counts, noun
from k2lab.plots.look import theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, dropped_words, keep, listed
from k2lab.stats import columns, fold

if TYPE_CHECKING:
    import pandas as pd

DODGE = 0.035
APART = 9  # px between the intervals of two levels
SIDE = 165


@any_engine
def interaction(
    data: Any,
    *,
    y: str,
    x: str,
    hue: str | None = None,
    ax: Any = None,
    log: sample.LogChoice = "auto",
    title: str | None = None,
) -> Any:
    """Draw the mean of `y` over the levels of `x`, one line for each level of `hue`.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    y : str
        The number.
    x : str
        The category on the horizontal axis; a number with many values is cut into quarters.
    hue : str, optional
        The moderator, which owns hue.
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
    Each cell has its own t interval (of the logs, on a log axis). Cells below five rows are not drawn; cells below
    thirty are hollow, and not joined in a table that has cells of 300, nor is a category with under 2% of the rows
    and under 200 in each cell. The number after a level's name is the difference between the outer categories that
    are joined, from the reference level of `x` if that is one of them.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"remote": [0, 100] * 60, "level": list("aabb") * 30, "pay": [1.0, 2, 5, 9] * 30})
    >>> table["pay"] += [0.1 * (i % 7) for i in range(120)]
    >>> ax = interaction(table, x="remote", y="pay", hue="level")
    >>> ax.get_title(loc="left")
    'pay by remote and level'
    """
    import numpy as np

    with theme():
        frame, dropped = fold.taken(data, [name for name in (y, x, hue) if name is not None], y)
        named = listed(text.plain(name) for name in (x, hue) if name is not None)
        shown = pick(f"{text.plain(y)} by {named}", f"按 {named} 划分的 {text.plain(y)}")
        shown = shown if title is None else text.plain(title) if title else ""
        if not len(frame):
            return canvas.nothing(ax, kind="interaction", title=shown, dropped=dropped)
        numbers = columns.number(frame, y)
        over = sample.category(frame, x, y=y)
        wanted = {over.shown(i): float(i) for i in range(len(over.levels))}
        over = over.arranged(list(shared.places(ax, "x", (x,), wanted)))
        lines = sample.factor(frame, hue, y=y, owns_hue=hue is not None)
        on_log, unit = sample.on_log(numbers, log, fold.times(frame)), ticks.unit_of(y)
        wide, many = len(over.levels), len(lines.levels)
        held = averaged(frame, numbers, log=on_log)
        found = cells(held, lines.codes * wide + over.codes, many * wide, log=on_log)
        if not found:
            return canvas.nothing(ax, kind="interaction", title=shown, dropped=dropped)
        sizes = counts(frame, lines.codes * wide + over.codes, many * wide).reshape(many, wide)
        sparse = {i for i in range(wide) if sizes[:, i].max() < 200 and sizes[:, i].sum() < 0.02 * held.n}
        # A table of 180 rows has its lines too, dashed: there a cell is too weak if it is so beside the others.
        typical = float(np.median([cell.n for cell in found]))
        enough = sample.WEAK if sizes.max() >= 10 * sample.WEAK else min(sample.WEAK, 0.25 * typical)
        base, other = _pair(frame, x, over, sparse)
        ax = canvas.sheet(ax, 430)
        canvas.read_along(ax, "y")
        room = (canvas.width_of(ax) - canvas.room(ax, SIDE)) / (wide - 0.5)
        dodge = min(max(DODGE, APART / room), 0.6 / many)
        ends: list[tuple[float, float, str, str]] = []
        told: list[dict[str, Any]] = []
        simple: dict[str, str] = {}
        for i in range(many):
            mine = [cell for cell in found if cell.place // wide == i]
            shift = (i - (many - 1) / 2) * dodge
            joined = [c for c in mine if c.n >= enough and c.place % wide not in sparse]
            colour = lines.mark(i)
            for one, two in itertools.pairwise(joined):
                style = (0, (3, 2)) if one.weak or two.weak else "-"
                at = [one.place % wide + shift, two.place % wide + shift]
                ax.plot(at, [one.value, two.value], color=colour, lw=2, ls=style, zorder=2)
            for cell in mine:
                at_x = cell.place % wide + shift
                thick = 1.6 if cell.weak else 2.4
                ax.plot([at_x, at_x], [cell.low, cell.high], color=colour, lw=thick, zorder=3)
                face = palette.token("background") if cell.weak else colour
                ax.plot(at_x, cell.value, "o", ms=8 if not cell.weak else 6.5, mfc=face, mec=colour, mew=2, zorder=4)
                level = lines.shown(i) if hue else ""
                told.append(cell.told(", ".join(part for part in (level, over.shown(cell.place % wide)) if part)))
            if not mine:
                continue
            words = lines.brief(i) if hue else ""
            by_place = {cell.place % wide: cell for cell in joined}
            if base != other and base in by_place and other in by_place:
                gap = change(by_place[base], by_place[other], log=on_log, unit=unit)
                simple[lines.shown(i) if hue else y] = gap
                words = f"{text.trim(words, canvas.room(ax, 115), 12, bold=True)}  {gap}"
            ends.append((mine[-1].place % wide + shift, mine[-1].value, words.strip(), lines.ink(i)))
        low, high = canvas.margins(min(c.low for c in found), max(c.high for c in found), log=on_log, share=0.06)
        canvas.number_axis(ax, "y", low, high, log=on_log, unit=unit)
        ax.set_xlim(-0.25, wide - 0.75)
        words_at = {
            float(i): text.safe(text.wrap(over.brief(i), max(min(60, 0.95 * room), 0.8 * room))) for i in range(wide)
        }
        below = {i: f"n = {count(int(sizes[:, int(i)].sum()))}" for i in words_at}
        # The numbers of rows are those of one panel, and nothing where they would run into each other.
        if not shared.others(ax, "x") and max(map(text.width, below.values())) < room + 4:
            words_at = {i: f"{name}\n{below[i]}" for i, name in words_at.items()}
        shared.label(ax, "x", words_at)
        ax.tick_params(axis="x", length=0)
        canvas.name_x(ax, text.plain(x))
        canvas.name_y(ax, canvas.scale_words(_capital(f"{noun(on_log)}{pick(' ', '：')}{text.plain(y)}"), on_log))
        canvas.head(ax, shown, over_y=True)
        _label(ax, ends)
        keep(
            ax,
            Record(
                kind="interaction",
                title=shown,
                n=held.n,
                groups=tuple(told),
                marks={f"{over.shown(other)} against {over.shown(base)}": simple} if simple else {},
                caption=_caption(found, over, (base, other) if simple else None, sparse, enough, on_log)
                + _left_out(sizes)
                + dropped_words(dropped),
                alt=_alt(text.plain(y), text.plain(x), text.plain(hue) if hue else None, found, told, on_log, unit),
                x=x,
                y=canvas.scale_words(f"{noun(on_log)} {y}", on_log),
            ),
        )
        return ax


def _pair(frame: pd.DataFrame, x: str, over: sample.Factor, sparse: set[int]) -> tuple[int, int]:
    """Return the outer joined categories that are compared, the reference level first; twice the same for none."""
    named = len(over.levels) - bool(over.pooled)
    places = [i for i in range(named) if i not in sparse]
    ordered = not any(isinstance(level, str) for level in columns.level_order(frame, x)) or (
        frame[x].dtype.name == "category" and bool(frame[x].cat.ordered)
    )
    # Of three unordered levels, the outer two are so only by the height of their medians: no pair is meant.
    if len(places) < 2 or (len(places) > 2 and not ordered):
        return 0, 0
    first, last = places[0], places[-1]
    reference = columns.level_name(columns.reference_level(frame, x))
    return (last, first) if over.levels[last] == reference else (first, last)


def _label(ax: Any, ends: list[tuple[float, float, str, str]]) -> None:
    """Label the lines right of their last point; those that end in the same category share the room."""
    named = [end for end in ends if end[2]]
    for column in sorted({round(x) for x, _, _, _ in named}):
        here = [end for end in named if round(end[0]) == column]
        edge = max(end[0] for end in here)
        settling.end_labels(ax, [(edge, *end[1:]) for end in here], pixels=SIDE)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _caption(
    found: list[Cell], over: sample.Factor, pair: tuple[int, int] | None, sparse: set[int], enough: float, log: bool
) -> str:
    parts = [
        pick(
            f"Points are {noun(log)}s, vertical lines their 95% intervals.",
            f"点为{noun(log)}，竖线为其 95% 置信区间。",
        )
    ]
    if pair is not None:
        first, last = (over.shown(place) for place in pair)
        parts.append(
            pick(
                f"The number after a name is the difference of {last} from {first}, unadjusted.",
                f"名称后的数字为{last}与{first}之差（未调整）。",
            )
        )
    if sparse:
        names = listed(over.shown(i) for i in sorted(sparse))
        parts.append(
            pick(f"{names} has few rows and is not joined to the lines.", f"{names} 的行数很少，不与其他点相连。")
        )
    if any(cell.weak for cell in found):
        parts.append(pick("Hollow points have fewer than 30 rows", "空心点少于 30 行"))
        alone = any(cell.n < enough for cell in found)
        parts[-1] += pick(" and are not joined.", "，不与其他点相连。") if alone else pick(".", "。")
    if any(cell.weak and cell.n >= enough for cell in found):
        parts.append(pick("Dashed lines lead to such a point.", "虚线连接的点中至少有一个如此。"))
    return pick(" ", "").join(parts)


def _left_out(sizes: Any) -> str:
    gone = int(((sizes > 0) & (sizes < sample.NOT_DRAWN)).sum())
    if not gone:
        return ""
    return pick(
        f" {gone} cell{'s' if gone > 1 else ''} with fewer than 5 rows {'are' if gone > 1 else 'is'} not drawn.",
        f"{gone} 个少于 5 行的单元格未画出。",
    )


def _alt(y: str, x: str, hue: str | None, found: list[Cell], told: list[dict[str, Any]], log: bool, unit: str) -> str:
    low, high = min(found, key=lambda c: c.value), max(found, key=lambda c: c.value)
    names = {
        round(cell.value, 12): str(t["name"])
        for cell, t in zip(sorted(found, key=lambda c: c.place), told, strict=True)
    }
    least = f"{ticks.short(low.value, unit)} ({names[round(low.value, 12)]}, n = {count(low.n)})"
    most = f"{ticks.short(high.value, unit)} ({names[round(high.value, 12)]}, n = {count(high.n)})"
    lines = pick(f", one line for each level of {hue}", f"，{hue} 的每个水平一条线") if hue else ""
    return pick(
        f"Line plot of the {noun(log)} of {y} over {x}{lines}. Means run from {least} to {most}.",
        f"{y} 的{noun(log)}随 {x} 变化的折线图{lines}。最低为 {least}，最高为 {most}。",
    )
