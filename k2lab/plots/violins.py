"""Violins: the shape of each group, its middle half and its median; a small group as its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.plots import canvas, palette, rows, text
from k2lab.plots.kernels import density
from k2lab.plots.look import theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, keep
from k2lab.plots.sample import LogChoice

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

FEW = 120
HALF = 0.42


@any_engine
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

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"team": ["a", "b"] * 500, "pay": [float(i % 100) for i in range(1000)]})
    >>> ax = violin(table, x="team", y="pay")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['a', 'b']
    """
    with theme():
        made = rows.arrange(data, x, y, hue, log)
        if isinstance(made, int):
            return canvas.nothing(ax, kind="violin", title=title or "", dropped=made)
        shown = made.title(title)
        ax, made = rows.begin(ax, made, shown)
        spans: list[tuple[float, float]] = []
        drawn: list[tuple[rows.Row, Array, Array]] = []
        for row in made.rows:
            shape = _shape(row, log=made.log) if row.n >= FEW else None
            if shape is None:
                rows.dots(ax, row)
                spans.append((float(row.values.min()), float(row.values.max())))
                continue
            drawn.append((row, *shape))
            spans.append((float(shape[0][0]), float(shape[0][-1])))
        _violins(ax, drawn)
        canvas.number_axis(ax, "x", *rows.limits(made, spans), log=made.log, unit=made.unit)
        few = sum(row.n < FEW for row in made.rows)
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


def _shape(row: rows.Row, *, log: bool) -> tuple[Array, Array] | None:
    """Return where the shape of a group runs along the axis and half its height there; None for constant values."""
    import numpy as np

    grid, height = density(np.log(row.values) if log else row.values, times=row.times)
    if not len(grid):
        return None
    low, high = row.quantiles["q005"], row.quantiles["q995"]
    if log:
        low, high = float(np.log(low)), float(np.log(high))
    # A curve of some three hundred points is all that pixels can show, and where it is straight fewer do.
    kept = np.flatnonzero((grid > low) & (grid < high))
    at = np.concatenate([[low], grid[kept[:: max(1, len(kept) // 300)]], [high]])
    at, half = _thinned(at, HALF * np.interp(at, grid, height) / height.max())
    return (np.exp(at) if log else at), half


def _thinned(at: Array, half: Array) -> tuple[Array, Array]:
    """Leave points of a curve out that lie less than a tenth of a pixel from the line between their neighbours."""
    import numpy as np

    for _ in range(3):
        inner = np.arange(1, len(at) - 1, 2)
        share = (at[inner] - at[inner - 1]) / (at[inner + 1] - at[inner - 1])
        line = half[inner - 1] + share * (half[inner + 1] - half[inner - 1])
        gone = inner[np.abs(half[inner] - line) < 0.1 / rows.STEP]
        at, half = np.delete(at, gone), np.delete(half, gone)
    return at, half


def _violins(ax: Any, drawn: list[tuple[rows.Row, Array, Array]]) -> None:
    """Draw the shapes of all rows: a handful of artists, however many rows there are."""
    import numpy as np

    outlines, halves, medians = [], [], []
    for row, at, half in drawn:
        q = row.quantiles
        outlines.append(np.column_stack([np.r_[at, at[::-1]], np.r_[row.at - half, row.at + half[::-1]]]))
        halves.append([(q["q25"], row.at), (q["q75"], row.at)])
        medians.append([(q["median"], row.at - 0.2), (q["median"], row.at + 0.2)])
    solid = [row.tone > 0.6 for row, _, _ in drawn]
    colours = [row.colour for row, _, _ in drawn]
    ink = [palette.token("background" if full else "text") for full in solid]
    edges = ["none" if full else colour for full, colour in zip(solid, colours, strict=True)]
    rows.shapes(ax, outlines, colours, [row.tone for row, _, _ in drawn], edges=edges)
    rows.lines(ax, halves, ink, width=2, zorder=3)
    rows.lines(ax, medians, ink, width=3, zorder=4)
