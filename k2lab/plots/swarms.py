"""Strips: the rows of each group as dots that do not hide each other, for groups small enough to be seen row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.plots import canvas, palette, rows, text
from k2lab.plots.look import theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, keep
from k2lab.plots.sample import LogChoice

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

MOST = 300  # dots a group; more would be a shape
DOT = 4.0  # px across
HALF = 0.4
PIXELS = 560  # about the width of the axis


@any_engine
def strip(
    data: Any,
    *,
    x: str | None = None,
    y: str | None = None,
    hue: str | None = None,
    ax: Any = None,
    log: LogChoice = "auto",
    title: str | None = None,
) -> Any:
    """Draw each row of a group as a dot, beside its neighbours instead of over them, with the group's median.

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
    Of a group with more than 300 rows, 300 at even ranks are drawn, which keeps its distribution; `violin` and `box`
    show such groups better.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = strip(pd.DataFrame({"g": list("aabb"), "v": [1.0, 2.0, 2.0, 4.0]}), x="g", y="v")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['a', 'b']
    """
    import numpy as np

    with theme():
        made = rows.arrange(data, x, y, hue, log)
        if isinstance(made, int):
            return canvas.nothing(ax, kind="strip", title=title or "", dropped=made)
        shown = made.title(title)
        ax, made = rows.begin(ax, made, shown)
        spans = [(float(row.values.min()), float(row.values.max())) for row in made.rows]
        low, high = rows.limits(made, spans)
        low, high = canvas.number_axis(ax, "x", low, high, log=made.log, unit=made.unit)
        medians = []
        for row in made.rows:
            even = np.rint(np.linspace(0, 1, min(MOST, row.n)) * (row.n - 1)).astype(int).tolist()
            drawn: Array = np.array(row.held.ranked(even))
            scale = np.log if made.log else np.asarray
            pixels = PIXELS * (scale(drawn) - scale(low)) / (scale(high) - scale(low))
            shift = swarm(pixels, DOT, HALF * rows.STEP) / rows.STEP
            ax.plot(drawn, row.at + shift, ls="", marker="o", ms=DOT, mfc=row.colour, mec="none", alpha=0.75, zorder=2)
            middle = row.quantiles["median"]
            medians.append([(middle, row.at - 0.36), (middle, row.at + 0.36)])
        rows.lines(ax, medians, [palette.token("text")] * len(medians), width=2, zorder=4)
        caption = pick("Each dot is one row, and the line marks the median.", "每个点为一行，竖线为中位数。")
        if any(row.n > MOST for row in made.rows):
            caption += pick(
                f" Of a group with more than {MOST} rows, {MOST} at even ranks are drawn; the median is of all.",
                f"超过 {MOST} 行的组按等间隔秩次画 {MOST} 行；中位数依据全部行。",
            )
        kinds = len(made.rows)
        alt = pick(
            f"Strip plot of {text.plain(made.value)} in {kinds} group{'s' if kinds != 1 else ''}. {made.medians()}",
            f"{text.plain(made.value)} 的散点条图，共 {kinds} 组。{made.medians()}",
        )
        keep(
            ax,
            Record(
                kind="strip",
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


def swarm(at: Array, size: float, room: float) -> Array:
    """Return how far to move each dot off the line so that no two overlap, where there is room.

    Parameters
    ----------
    at : array
        Positions along the line in px, ascending.
    size : float
        Diameter of a dot in px.
    room : float
        How far a dot may be moved; what does not fit within is spread evenly over it.

    Returns
    -------
    array
        Signed distances in px.

    Examples
    --------
    >>> import numpy as np
    >>> swarm(np.array([0.0, 0.0, 0.0, 50.0]), 4.0, 10.0).tolist()
    [0.0, -4.0, 4.0, 0.0]
    """
    import numpy as np

    made = np.zeros(len(at))
    first = 0
    for i in range(len(at)):
        while at[i] - at[first] >= size:
            first += 1
        over, off = at[i] - at[first:i], made[first:i]
        reach = np.sqrt(np.maximum(size**2 - over**2, 0))
        tries = np.concatenate([[0.0], off - reach, off + reach])
        tries = tries[np.argsort(np.abs(tries), kind="stable")]
        clear = (np.abs(tries[:, None] - off) >= reach - 1e-9).all(axis=1) & (np.abs(tries) <= room)
        # A crowd that does not fit is spread by the golden ratio: even, and the same each time.
        made[i] = tries[clear][0] if clear.any() else room * (2 * ((i * 0.618034) % 1) - 1)
    return made
