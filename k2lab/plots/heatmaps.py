"""Heat maps of correlations, with the numbers in the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.locale import pick
from k2lab.locale.numbers import MINUS
from k2lab.plots import canvas, palette, text
from k2lab.plots.look import theme
from k2lab.plots.record import Record, keep, rounded
from k2lab.plots.stacked import on

if TYPE_CHECKING:
    from k2lab.stats.result import Result

MOST = 16
CELL = 46


def heatmap(result: Result, *, ax: Any = None, title: str | None = None) -> Any:
    """Draw the correlations of a result, below the diagonal.

    Parameters
    ----------
    result : k2lab.stats.result.Result
        From `stats.correlations`.
    ax : matplotlib.axes.Axes, optional
    title : str, optional
        By default the result's title; "" for none.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UsageError
        If the result holds no pairs of columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from k2lab import stats
    >>> table = pd.DataFrame({"a": [1.0, 2, 3, 4, 6], "b": [2.0, 3, 5, 8, 9], "c": [5.0, 1, 4, 2, 3]})
    >>> ax = heatmap(stats.correlations(table))
    >>> [text.get_text() for text in ax.texts]
    ['0.96', '−0.25', '−0.26']
    """
    names, values, sizes = _pairs(result)
    with theme():
        shown = result.title if title is None else title
        shown = text.plain(shown) if shown else ""
        across, down = names[:-1], names[1:]
        ax = canvas.sheet(ax, CELL * len(down) + 130)
        ax.grid(visible=False)
        ax.spines["bottom"].set_visible(False)
        ramp = palette.diverging()
        told = []
        for row, first in enumerate(down):
            for column, second in enumerate(across[: row + 1]):
                value = values.get(frozenset((first, second)))
                if value is None:
                    continue
                colour = ramp[_step(value)]
                ax.fill_between([column - 0.48, column + 0.48], row - 0.48, row + 0.48, facecolor=colour, lw=0)
                words = f"{value:.2f}".replace("-", MINUS)
                words = "0.00" if words == f"{MINUS}0.00" else words
                canvas.note(ax, (column, row), words, ha="center", color=on(colour), fontsize=12)
                told.append(
                    {
                        "name": f"{text.plain(first)} ~ {text.plain(second)}",
                        "value": rounded(value, 4),
                        "n": sizes.get(frozenset((first, second)), 0),
                    }
                )
        ax.set_xlim(-0.5, len(across) - 0.5)
        ax.set_ylim(len(down) - 0.5, -0.5)
        room = 0.68 * canvas.width_of(ax) / max(1, len(across))
        tilted = any(text.width(text.plain(name)) > 2 * room for name in across)
        ax.set_xticks(
            range(len(across)),
            [
                text.safe(text.trim(text.plain(n), 130) if tilted else text.wrap(text.plain(n), room, lines=3))
                for n in across
            ],
            rotation=35 if tilted else 0,
            ha="right" if tilted else "center",
            rotation_mode="anchor" if tilted else "default",
        )
        ax.set_yticks(range(len(down)), [text.safe(text.wrap(text.plain(name), 170)) for name in down])
        ax.tick_params(length=0)
        canvas.head(ax, shown)
        strongest = max(told, key=lambda t: abs(float(str(t["value"]))))
        strength = f"{float(str(strongest['value'])):.2f}".replace("-", MINUS)
        keep(
            ax,
            Record(
                kind="heatmap",
                title=shown,
                n=max(sizes.values(), default=0),
                groups=tuple(told),
                caption=pick(
                    "Each cell holds a correlation; blue is negative, brown positive, and pale is near zero.",
                    "每格为一个相关系数；蓝色为负，棕色为正，浅色接近零。",
                ),
                alt=pick(
                    f"Heat map of the correlations of {len(names)} columns; the strongest is {strength} "
                    f"({strongest['name']}).",
                    f"{len(names)} 列的相关系数热图；最强的为 {strength}（{strongest['name']}）。",
                ),
            ),
        )
        return ax


def _step(value: float) -> int:
    """Return the step of the ramp: the middle one for less than 0.05 either way, then three or four to each side."""
    if abs(value) < 0.05:
        return 4
    size = 1 + sum(abs(value) >= bound for bound in (0.2, 0.4, 0.6))
    return 4 + size if value > 0 else 4 - size


def _pairs(result: Result) -> tuple[list[str], dict[frozenset[str], float], dict[frozenset[str], int]]:
    """Read pairs of columns and their correlation from the groups of a result's estimates."""
    names: dict[str, None] = {}
    values: dict[frozenset[str], float] = {}
    sizes: dict[frozenset[str], int] = {}

    for one in result.estimates:
        pair = frozenset(one.groups.values())
        if len(pair) == 2 and -1 <= one.value <= 1:
            names |= dict.fromkeys(one.groups.values())
            values[pair], sizes[pair] = one.value, one.n
    kept = list(names)[:MOST]
    values = {pair: value for pair, value in values.items() if pair <= set(kept)}
    if not values:
        raise UsageError("The result holds no correlations.", "Give the result of stats.correlations.")
    return kept, values, sizes
