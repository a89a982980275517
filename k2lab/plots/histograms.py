"""Histograms with the quantiles above the bars; several levels as rows that share the axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.locale.numbers import count, percent
from k2lab.plots import canvas, palette, sample, shared, text, ticks
from k2lab.plots.look import theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, dropped_words, keep, rounded, summary
from k2lab.stats import columns
from k2lab.stats.weighted import parted

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

MOST_BINS = 50
BAR = 0.86  # of the height of the sheet; the quantiles stand above


@any_engine
def histogram(
    data: Any,
    *,
    x: str,
    hue: str | None = None,
    ax: Any = None,
    log: sample.LogChoice = "auto",
    title: str | None = None,
) -> Any:
    """Draw how a number is distributed, with its quantiles above the bars.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    x : str
        The number.
    hue : str, optional
        The column that owns hue: one row of bars for each level, in shares of its rows.
    ax : matplotlib.axes.Axes, optional
    log : bool or "auto"
        Log axis with bins of equal ratio; "auto" for a positive, right-skewed number.
    title : str, optional
        By default says what is shown; "" for none.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UsageError
        If a column is not there, or `x` does not hold numbers.

    Notes
    -----
    Bins have round edges near the Freedman-Diaconis width, at most 50; a whole number with few values has one bar each.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = histogram(pd.DataFrame({"age": [float(20 + i % 40) for i in range(400)]}), x="age")
    >>> int(sum(patch.get_height() for patch in ax.patches))
    400
    """
    import numpy as np

    with theme():
        frame, dropped = columns.take(data, [name for name in (x, hue) if name is not None])
        by = pick(f" by {text.plain(hue)}", f"（按 {text.plain(hue)}）") if hue else ""
        shown = pick(f"Distribution of {text.plain(x)}{by}", f"{text.plain(x)} 的分布{by}")
        shown = shown if title is None else text.plain(title) if title else ""
        if not len(frame):
            return canvas.nothing(ax, kind="histogram", title=shown, dropped=dropped)
        values = columns.number(frame, x, role="column")
        lines = sample.factor(frame, hue, y=x, owns_hue=hue is not None)
        on_log, unit = sample.on_log(values, log), ticks.unit_of(x)
        edges = bins(values, log=on_log)
        beyond = int(((values < edges[0]) | (values > edges[-1])).sum())
        parts = parted(values, lines.codes, len(lines.levels))
        many = len(parts)
        ax = canvas.sheet(ax, 340 if many == 1 else 64 * many + 96)
        canvas.name_x(ax, canvas.scale_words(text.plain(x), on_log))
        if many == 1 and not hue:
            _one(ax, values, edges)
        else:
            _rows(ax, parts, edges, lines)
        low, high = float(edges[0]), float(edges[-1])
        canvas.number_axis(ax, "x", *canvas.margins(low, high, log=on_log, share=0.02), log=on_log, unit=unit, most=8)
        canvas.head(ax, shown, over_y=many == 1 and not hue)
        middle = float(np.median(values))
        caption = pick(
            "Bars count rows; above them the line spans the 5th to 95th percentile, the thick part the middle half, "
            "and the point is the median."
            if many == 1
            else "Bars are shares of each level's rows, all on one scale; the black tick marks the median.",
            "柱为行数；上方的线为第 5 至第 95 百分位，粗线为中间一半，点为中位数。"
            if many == 1
            else "柱为各水平内的占比，共用一个尺度；黑色短线为中位数。",
        )
        if beyond:
            share = percent(beyond / len(values), 2)
            caption += pick(
                f" {count(beyond)} rows ({share}) lie beyond the axis.",
                f"另有 {count(beyond)} 行（{share}）超出坐标范围。",
            )
        q1, q3 = (ticks.short(float(q), unit) for q in np.quantile(values, [0.25, 0.75]))
        alt = pick(
            f"Histogram of {text.plain(x)}, {count(len(values))} rows: the median is {ticks.short(middle, unit)}, and "
            f"the middle half lies between {q1} and {q3}.",
            f"{text.plain(x)} 的直方图，共 {count(len(values))} 行：中位数为 {ticks.short(middle, unit)}，"
            f"中间一半介于 {q1} 与 {q3} 之间。",
        )
        names = [lines.shown(i) if hue else pick("all rows", "全部行") for i in range(many)]
        keep(
            ax,
            Record(
                kind="histogram",
                title=shown,
                n=len(frame),
                groups=tuple(summary(name, part) for name, part in zip(names, parts, strict=True) if len(part)),
                marks={"bins": len(edges) - 1, "from": rounded(low), "to": rounded(high), "log": on_log},
                caption=caption + dropped_words(dropped),
                alt=alt,
                x=canvas.scale_words(x, on_log),
                y=hue or pick("rows", "行数"),
            ),
        )
        return ax


def bins(values: Array, *, log: bool = False) -> Array:
    """Return the edges of the bins.

    Far tails of a linear axis (a thousandth of the rows that would triple its length) are left beyond the edges.
    """
    import numpy as np

    scaled = np.log10(values) if log else values
    low, high = float(scaled.min()), float(scaled.max())
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        room = 0.05 if log else 0.5 if low == 0 else 0.05 * abs(low)
        edges = np.array([low - room, low + room])
        return 10**edges if log else edges
    whole = not log and high - low < MOST_BINS and bool((values == np.round(values)).all())
    if whole:
        return np.arange(low - 0.5, high + 1)
    if not log and len(values) >= 1000:
        near = np.quantile(values, [0.0005, 0.9995])
        if near[1] > near[0] and high - low > 3 * (near[1] - near[0]):
            low, high = float(near[0]), float(near[1])
    q1, q3 = np.quantile(scaled, [0.25, 0.75])
    width = 2 * (q3 - q1) / len(values) ** (1 / 3) or (high - low) / 20
    wanted = float(np.clip((high - low) / width, 10, MOST_BINS))
    if log:
        edges = np.linspace(low, high, round(wanted) + 1)
        made: Array = 10**edges
        made[0], made[-1] = 10**low * (1 - 1e-12), 10**high * (1 + 1e-12)
        return made
    step = (high - low) / wanted
    power = 10 ** np.floor(np.log10(step))
    step = float(min((part * power for part in (1, 2, 2.5, 5, 10)), key=lambda round_: abs(np.log(round_ / step))))
    first, last = np.floor(low / step), np.ceil(high / step)
    return np.arange(first, last + 1.5)[: int(last - first) + 1 + (last == first)] * step


def _one(ax: Any, values: Array, edges: Array) -> None:
    """Draw counts as bars, and the quantiles above them."""
    import numpy as np

    canvas.read_along(ax, "y")
    counts, _ = np.histogram(values, edges)
    ax.bar(
        edges[:-1],
        counts,
        width=np.diff(edges),
        align="edge",
        facecolor=palette.neutral(),
        edgecolor=palette.token("background"),
        linewidth=0.8,
        zorder=2,
    )
    top = float(counts.max()) / BAR
    canvas.number_axis(ax, "y", 0, top, log=False, unit="")
    if not shared.others(ax, "y"):
        ax.set_yticks([tick for tick in ax.get_yticks() if tick <= counts.max()])
    at = top * (0.5 + BAR / 2)
    p5, q1, middle, q3, p95 = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
    colour = palette.token("text")
    ax.plot([p5, p95], [at, at], color=colour, lw=1.2, zorder=3)
    ax.plot([q1, q3], [at, at], color=colour, lw=5, solid_capstyle="butt", zorder=3)
    ax.plot(middle, at, "o", ms=8, mfc=palette.token("background"), mec=colour, mew=2, zorder=4)
    canvas.name_y(ax, pick("Rows", "行数"))


def _rows(ax: Any, parts: list[Array], edges: Array, lines: sample.Factor) -> None:
    """Draw each level's shares as a row of bars, named at the left, its n at the right."""
    import numpy as np

    canvas.read_along(ax, "x")
    shares = [np.histogram(part, edges)[0] / max(len(part), 1) for part in parts]
    scale = 0.88 / max(float(share.max()) for share in shares)
    places = shared.places(ax, "y", (lines.column,), {lines.shown(i): float(i) for i in range(len(parts))})
    stand = [places[lines.shown(i)] for i in range(len(parts))]
    for i, (part, share) in enumerate(zip(parts, shares, strict=True)):
        if not len(part):
            continue
        base = stand[i]
        ax.bar(
            edges[:-1],
            -share * scale,
            bottom=base,
            width=np.diff(edges),
            align="edge",
            facecolor=lines.mark(i),
            edgecolor=palette.token("background"),
            linewidth=0.6,
            zorder=2,
        )
        ax.axhline(base, color=palette.token("rule"), lw=1, zorder=3)
        middle = float(np.median(part))
        ax.plot([middle, middle], [base + 0.05, base - 0.3], color=palette.token("text"), lw=2, zorder=4)
        canvas.row_count(ax, base - 0.3, len(part))
    ax.set_ylim(len(places) - 0.9, -1.0)
    inks = {at - 0.3: lines.ink(i) for i, at in enumerate(stand)}
    room, deep = canvas.room(ax, 150), canvas.lines_for(ax, len(places))
    briefs = [text.safe(text.wrap(lines.brief(i), room, bold=True, lines=deep)) for i in range(len(parts))]
    at = shared.label(ax, "y", {at - 0.3: brief for at, brief in zip(stand, briefs, strict=True)})
    for where, label in zip(at, ax.get_yticklabels(), strict=False):  # inner panels write none
        label.set_color(inks.get(where, palette.token("muted")))
        label.set_fontweight(600)
