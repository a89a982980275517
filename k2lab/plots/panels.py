"""Small multiples: the same picture for each level of a column, on shared axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.plots import canvas, fits, layout, palette, sample, text, ticks
from k2lab.plots.cells import cells, noun
from k2lab.plots.look import DPI, WIDE, theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, dropped_words, keep, listed, rounded
from k2lab.stats import columns
from k2lab.stats.weighted import Held

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

ACROSS = 4
HEIGHT = 210
MARKS = 500  # a panel; they stand behind the curve


@any_engine
def multiples(data: Any, *, x: str, y: str, by: str, log: sample.LogChoice = "auto", title: str | None = None) -> Any:
    """Draw `y` over `x` in a panel for each level of `by`, all panels on the same axes.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    x, y : str
        A number or a category, and the number.
    by : str
        The column of the panels, which owns hue: at most eight levels, the smallest pooled.
    log : bool or "auto"
        Log axis for `y` (and `x`, if it is a measured number); "auto" for positive, right-skewed numbers.
    title : str, optional
        By default says what is shown; "" for none.

    Returns
    -------
    matplotlib.axes.Axes
        The first panel.

    Raises
    ------
    UsageError
        If a column is not there, or `y` does not hold numbers.

    Notes
    -----
    Over a measured `x`, the fitted mean with its 95% band (see `scatter`) over at most 500 rows a panel at even steps;
    over a category, means with their 95% intervals, joined. Means need 30 rows.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"g": list("ab") * 80, "x": [0, 0, 1, 1] * 40, "y": [float(i % 7) for i in range(160)]})
    >>> len(multiples(table, x="x", y="y", by="g").figure.axes)
    2
    """
    import numpy as np

    with theme():
        frame, dropped = columns.take(data, [x, y, by])
        named = listed(text.plain(name) for name in (x, by))
        auto = pick(f"{text.plain(y)} by {named}", f"按 {named} 划分的 {text.plain(y)}")
        shown = auto if title is None else text.plain(title) if title else ""
        if not len(frame):
            return canvas.nothing(None, kind="multiples", title=shown, dropped=dropped)
        up = columns.number(frame, y)
        on_log = sample.on_log(up, log)
        levels = sample.factor(frame, by, y=y, owns_hue=True)
        measured = columns.is_number(frame, x) and not columns.is_category(frame, x)
        many = len(levels.levels)
        across = min(ACROSS, many)
        down = -(-many // across)
        size = (WIDE / DPI, (HEIGHT * down + 70) / DPI)
        fig, grid = layout.sheet(down, across, figsize=size, sharex=True, sharey=True, squeeze=False)
        sheets = [canvas.sheet(ax, HEIGHT) for ax in grid.flat]
        for ax in sheets[many:]:
            ax.set_visible(False)
        drawn = (
            _curves(sheets, frame, x, up, levels, log, on_log)
            if measured
            else _means(sheets, sample.category(frame, x, y=y), up, levels, on_log)
        )
        unit = ticks.unit_of(y)
        low, high = canvas.margins(*drawn[0], log=on_log, share=0.08)
        for place, ax in enumerate(sheets[:many]):
            canvas.number_axis(ax, "y", low, high, log=on_log, unit=unit, most=5)
            words = text.safe(text.trim(levels.brief(place), 0.8 * WIDE / across, 13, bold=True))
            ax.set_title(words, loc="left", fontsize=13, fontweight=600, color=levels.ink(place), pad=6)
            # With shared axes, a column's lowest panel names the ticks, also above an empty place.
            ax.tick_params(labelbottom=place + across >= many)
        mean = noun(on_log)
        what = text.plain(y) if measured else f"{mean[:1].upper()}{mean[1:]}{pick(' ', '：')}{text.plain(y)}"
        fig.supxlabel(text.safe(text.trim(text.plain(x), 600)), color=palette.token("muted"), fontsize=12)
        head = text.safe(text.wrap(shown, 0.95 * WIDE, 13, bold=True))
        under = text.safe(text.trim(canvas.scale_words(what, on_log), 600))
        _entitle(fig, head, under)
        sizes = np.bincount(levels.codes, minlength=many)
        caption = _caption(measured, on_log, int(drawn[1])) + dropped_words(dropped)
        alt = pick(
            f"Small multiples of {text.plain(y)} over {text.plain(x)}, a panel for each of {many} levels of "
            f"{text.plain(by)}, {count(len(frame))} rows.",
            f"{text.plain(y)} 随 {text.plain(x)} 变化的分面图，{text.plain(by)} 的 {many} 个水平各一格，"
            f"共 {count(len(frame))} 行。",
        )
        for place, (ax, told) in enumerate(zip(sheets[:many], drawn[2], strict=True)):
            keep(
                ax,
                Record(
                    kind="multiples", title=shown, n=len(frame), groups=tuple(told), marks={
                        "panel": levels.shown(place), "n": int(sizes[place]),
                    }, caption=caption, alt=alt, x=x, y=canvas.scale_words(what, on_log),
                ),
            )  # fmt: skip
        return sheets[0]


def _entitle(fig: Any, head: str, under: str) -> None:
    """Write the title, and under it, quietly, what all panels measure; the layout keeps room for both."""
    ink = palette.token("text")
    title = fig.suptitle(f"{head}\n " if head else " ", x=0.012, ha="left", color=ink)
    fig.axes[0].annotate(
        under, (0, 0), xycoords=title, va="bottom", fontsize=12, color=palette.token("muted"), annotation_clip=False
    ).set_in_layout(False)


Drawn = tuple[tuple[float, float], int, list[list[dict[str, Any]]]]


def _means(sheets: list[Any], over: sample.Factor, up: Array, levels: sample.Factor, log: bool) -> Drawn:
    """Draw means with intervals; return the span of all, how many cells were too small, and what each panel tells."""
    import numpy as np

    wide, many = len(over.levels), len(levels.levels)
    codes = levels.codes * wide + over.codes
    held = Held(values=np.log(up) if log else up)
    found = cells(held, codes, many * wide, log=log, least=sample.WEAK)
    filled = int((np.bincount(codes, minlength=many * wide) > 0).sum())
    told: list[list[dict[str, Any]]] = [[] for _ in range(many)]
    for place in range(many):
        ax, colour = sheets[place], levels.mark(place)
        mine = [cell for cell in found if cell.place // wide == place]
        at = [cell.place % wide for cell in mine]
        canvas.read_along(ax, "y")
        ax.plot(at, [c.value for c in mine], color=colour, lw=2, marker="o", ms=6, mec="none", zorder=3)
        for where, cell in zip(at, mine, strict=True):
            ax.plot([where, where], [cell.low, cell.high], color=colour, lw=2.2, zorder=2)
            told[place].append(cell.told(over.shown(where)))
        ax.set_xlim(-0.4, wide - 0.6)
        ax.set_xticks(
            range(wide), [text.safe(text.wrap(over.brief(i), 620 / len(sheets[:4]) / wide)) for i in range(wide)]
        )
    low = min((c.low for c in found), default=float(up.min()))
    high = max((c.high for c in found), default=float(up.max()))
    return (low, high), filled - len(found), told


def _curves(
    sheets: list[Any], frame: Any, x: str, up: Array, levels: sample.Factor, log: sample.LogChoice, on_log: bool
) -> Drawn:
    """Draw some rows and the fitted mean; return the span of all, how many levels have no fit, and what each tells."""
    import numpy as np

    over = columns.number(frame, x, role="column")
    log_x = sample.on_log(over, log)
    left, right = canvas.margins(float(over.min()), float(over.max()), log=log_x)
    told: list[list[dict[str, Any]]] = []
    missing, low, high = 0, np.inf, -np.inf
    for place in range(len(levels.levels)):
        ax, colour = sheets[place], levels.mark(place)
        mine = np.flatnonzero(levels.codes == place)
        a, b = over[mine], up[mine]
        few = np.unique(np.rint(np.linspace(0, len(a) - 1, min(len(a), MARKS))).astype(int))
        ax.plot(a[few], b[few], ls="", marker="o", ms=3, mfc=colour, mec="none", alpha=0.3, zorder=2, rasterized=True)
        low, high = min(low, float(b[few].min())), max(high, float(b[few].max()))
        made = None
        if len(a) >= sample.WEAK:
            made = fits.fit(np.log(a) if log_x else a, np.log(b) if on_log else b)
        told.append([])
        if made is None:
            missing += 1
        else:
            at = np.exp(made.at) if log_x else made.at
            middle, under, above = (np.exp(v) if on_log else v for v in (made.value, made.low, made.high))
            ax.fill_between(at, under, above, facecolor=colour, alpha=0.22, lw=0, zorder=3)
            ax.plot(at, middle, color=colour, lw=2.2, zorder=4, path_effects=canvas.halo())
            told[-1].append(
                {
                    "name": levels.shown(place), "n": len(a), "shape": made.shape,
                    "from": [rounded(float(at[0])), rounded(float(middle[0]))],
                    "to": [rounded(float(at[-1])), rounded(float(middle[-1]))],
                }
            )  # fmt: skip
        canvas.number_axis(ax, "x", left, right, log=log_x, unit=ticks.unit_of(x), most=4)
    return (low, high), missing, told


def _caption(measured: bool, log: bool, missing: int) -> str:
    if measured:
        words = pick(
            f"Curves are fitted means with their 95% bands; dots are at most {MARKS} rows a panel.",
            f"曲线为拟合均值及其 95% 置信带；每格最多画 {MARKS} 行。",
        )
        if missing:
            words += pick(
                f" {missing} levels with too few rows have no curve." if missing > 1 else " One level has no curve.",
                f"{missing} 个水平行数太少，没有曲线。",
            )
        return words
    words = pick(f"Points are {noun(log)}s with their 95% intervals.", f"点为{noun(log)}，竖线为 95% 置信区间。")
    if missing:
        words += pick(
            f" {missing} cells with fewer than 30 rows are not drawn."
            if missing > 1
            else " One cell with fewer than 30 rows is not drawn.",
            f"{missing} 个少于 30 行的单元格未画出。",
        )
    return words
