"""Boxes: quartiles and the 5th to 95th percentile of each group, the median in figures, no dots beyond."""

from __future__ import annotations

from typing import Any

from k2lab.locale import pick
from k2lab.plots import canvas, palette, rows, text, ticks
from k2lab.plots.look import theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, keep
from k2lab.plots.sample import NOT_DRAWN, LogChoice

HALF = 0.29


@any_engine
def box(
    data: Any,
    *,
    x: str | None = None,
    y: str | None = None,
    hue: str | None = None,
    ax: Any = None,
    log: LogChoice = "auto",
    title: str | None = None,
) -> Any:
    """Draw the quantiles of a number in each group, as horizontal boxes.

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
    The box spans the middle half, the whiskers the 5th to the 95th percentile: with many rows, the usual 1.5 IQR
    whiskers show thousands of ordinary rows as outliers. A group under five rows is drawn as its rows.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"team": ["a", "b"] * 50, "pay": [float(i % 10) for i in range(100)]})
    >>> ax = box(table, x="team", y="pay")
    >>> ax.get_title(loc="left"), [label.get_text() for label in ax.get_yticklabels()]
    ('pay by team', ['a', 'b'])
    """
    with theme():
        made = rows.arrange(data, x, y, hue, log)
        if isinstance(made, int):
            return canvas.nothing(ax, kind="box", title=title or "", dropped=made)
        shown = made.title(title)
        ax, made = rows.begin(ax, made, shown)
        spans: list[tuple[float, float]] = []
        drawn: list[rows.Row] = []
        for row in made.rows:
            if row.n < NOT_DRAWN:
                rows.dots(ax, row)
                spans.append((float(row.values.min()), float(row.values.max())))
                continue
            drawn.append(row)
            spans.append((row.quantiles["q05"], row.quantiles["q95"]))
            canvas.note(
                ax,
                (row.quantiles["q95"], row.at),
                ticks.short(row.quantiles["median"], made.unit),
                xytext=(7, 0),
                ha="left",
                color=palette.token("text"),
                zorder=6,
            )
        _boxes(ax, drawn)
        low, high = rows.limits(made, spans)
        # Room for the median that is written right of the longest whisker.
        share = 0.07
        if canvas.width_of(ax) < canvas.NARROW:
            longest = max(text.width(ticks.short(row.quantiles["median"], made.unit)) for row in made.rows)
            share = max(share, (longest + 12) / canvas.inner_of(ax))
        high = high * (high / low) ** share if made.log else high + share * (high - low)
        canvas.number_axis(ax, "x", low, high, log=made.log, unit=made.unit)
        caption = pick(
            "Boxes span the middle half of a group's rows, whiskers the 5th to the 95th percentile; the line marks the "
            "median, which is written beside the whisker. Rows beyond the whiskers are not drawn.",
            "方框为该组中间一半的行，须线为第 5 至第 95 百分位；粗线为中位数，数值写在须线旁。须线以外的行未画出。",
        )
        if any(row.n < NOT_DRAWN for row in made.rows):
            caption += pick(
                f" Groups with fewer than {NOT_DRAWN} rows are drawn row by row.", f"少于 {NOT_DRAWN} 行的组逐行画点。"
            )
        kinds = len(made.rows)
        alt = pick(
            f"Box plot of {text.plain(made.value)} in {kinds} group{'s' if kinds != 1 else ''}. {made.medians()}",
            f"{text.plain(made.value)} 的箱线图，共 {kinds} 组。{made.medians()}",
        )
        keep(
            ax,
            Record(
                kind="box",
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


def _boxes(ax: Any, drawn: list[rows.Row]) -> None:
    """Draw the boxes of all rows: a handful of artists, however many rows there are."""
    whiskers, boxes, medians = [], [], []
    for row in drawn:
        q, top, bottom = row.quantiles, row.at - HALF, row.at + HALF
        whiskers += [[(q["q05"], row.at), (q["q25"], row.at)], [(q["q75"], row.at), (q["q95"], row.at)]]
        boxes.append([(q["q25"], top), (q["q75"], top), (q["q75"], bottom), (q["q25"], bottom)])
        medians.append([(q["median"], top), (q["median"], bottom)])
    colours = [row.colour for row in drawn]
    ink = [palette.token("background" if row.tone > 0.6 else "text") for row in drawn]
    rows.lines(ax, whiskers, [colour for colour in colours for _ in range(2)], width=1.5, zorder=2)
    rows.shapes(ax, boxes, colours, [row.tone for row in drawn], edges=colours)
    rows.lines(ax, medians, ink, width=3, zorder=4)
