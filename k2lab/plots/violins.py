"""Violins: the shape of each group, its middle half and its median; a small group as its rows."""

from __future__ import annotations

from typing import Any

from k2lab.locale import pick
from k2lab.plots import canvas, palette, rows, text
from k2lab.plots.density import density
from k2lab.plots.look import theme
from k2lab.plots.record import Record, keep
from k2lab.plots.sample import LogChoice

FEW = 120
HALF = 0.42
MIDDLE = (0.005, 0.995)


def violin(
    data: Any,
    *,
    x: str | None = None,
    y: str | None = None,
    hue: str | None = None,
    ax: Any = None,
    log: LogChoice = "auto",
    title: str | None = None,
) -> Any:
    """Draw the distribution of a number in each group, as horizontal violins.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    x, y : str, optional
        The number and the category, either way round; a number with many values is cut into quarters.
    hue : str, optional
        The column that owns hue: groups stand in blocks of its levels.
    ax : matplotlib.axes.Axes, optional
    log : bool or "auto"
        Log axis; "auto" takes one for a positive, right-skewed number.
    title : str, optional
        By default says what is shown; "" for none.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UsageError
        If a column is not there, or neither x nor y holds numbers.

    Notes
    -----
    The shape is a Gaussian kernel density on the scale of the axis, drawn for the middle 99% of a group's rows, all
    shapes equally high. A group under 120 rows is drawn as its rows: its density would show the bandwidth.
    """
    import numpy as np

    with theme():
        made = rows.arrange(data, x, y, hue, log)
        if isinstance(made, int):
            return canvas.nothing(ax, kind="violin", title=title or "", dropped=made)
        shown = made.title(title)
        ax = rows.begin(ax, made, shown)
        text_colour, ground = palette.token("text"), palette.token("background")
        spans: list[tuple[float, float]] = []
        for row in made.rows:
            scaled = np.log(row.values) if made.log else row.values
            grid, shape = density(scaled) if len(row.values) >= FEW else (np.zeros(0), np.zeros(0))
            if not len(grid):
                rows.dots(ax, row)
                spans.append((float(row.values.min()), float(row.values.max())))
                continue
            low, q1, middle, q3, high = np.quantile(scaled, [MIDDLE[0], 0.25, 0.5, 0.75, MIDDLE[1]])
            kept = (grid >= low) & (grid <= high)
            at = np.concatenate([[low], grid[kept], [high]])
            half = HALF * np.interp(at, grid, shape) / shape.max()
            if made.log:
                at, q1, middle, q3 = np.exp(at), np.exp(q1), np.exp(middle), np.exp(q3)
            solid = row.tone > 0.6
            ax.fill_between(at, row.at - half, row.at + half, facecolor=row.colour, alpha=row.tone, lw=0, zorder=2)
            if not solid:
                for side in (-1, 1):
                    ax.plot(at, row.at + side * half, color=row.colour, lw=1.3, zorder=2.5)
            ink = ground if solid else text_colour
            ax.plot([q1, q3], [row.at, row.at], color=ink, lw=2, zorder=3)
            ax.plot([middle, middle], [row.at - 0.2, row.at + 0.2], color=ink, lw=3, solid_capstyle="butt", zorder=4)
            spans.append((float(at[0]), float(at[-1])))
        canvas.number_axis(ax, "x", *rows.limits(made, spans), log=made.log, unit=made.unit)
        few = sum(len(row.values) < FEW for row in made.rows)
        caption = pick(
            "Each shape shows where the middle 99% of a group's rows lie; the line inside spans the middle half and "
            "the tick marks the median.",
            "每个形状表示该组中间 99% 的行的分布；其中的横线为中间一半的范围，短竖线为中位数。",
        )
        if few == len(made.rows):
            caption = pick("Each dot is one row, and the line marks the median.", "每个点为一行，竖线为中位数。")
        elif few:
            caption += pick(
                f" Groups with fewer than {FEW} rows are drawn row by row, with a line at the median.",
                f"少于 {FEW} 行的组逐行画点，竖线为中位数。",
            )
        kinds = len(made.rows)
        alt = pick(
            f"Violin plot of {text.plain(made.value)} in {kinds} group{'s' if kinds != 1 else ''}. {made.medians()}",
            f"{text.plain(made.value)} 的小提琴图，共 {kinds} 组。{made.medians()}",
        )
        keep(
            ax,
            Record(
                kind="violin",
                title=shown,
                n=made.n,
                groups=made.groups(),
                marks=rows.values_digest(made),
                caption=caption + made.left_out(),
                alt=alt,
                x=canvas.scale_words(made.value, made.log),
                y=" × ".join(made.by),
            ),
        )
        return ax
