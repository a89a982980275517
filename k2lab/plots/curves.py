"""Distributions as curves: the density of each level, or the share of rows at or below each value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.plots import canvas, palette, sample, shared, text, ticks
from k2lab.plots.kernels import density as kernel_density
from k2lab.plots.look import theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, dropped_words, keep, rounded, summary
from k2lab.stats import columns
from k2lab.stats.weighted import parted

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

LEAST = 20  # rows for a density: below, it shows the bandwidth
STAIRS = 1024  # steps of a curve of shares; more are narrower than a pixel
MIDDLE = (0.001, 0.999)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Lines:
    """What both figures are drawn from."""

    parts: list[Array]
    names: tuple[str, ...]
    briefs: tuple[str, ...]
    colours: tuple[str, ...]
    inks: tuple[str, ...]
    log: bool
    n: int
    dropped: int
    title: str


@any_engine
def density(
    data: Any,
    *,
    x: str,
    hue: str | None = None,
    ax: Any = None,
    log: sample.LogChoice = "auto",
    title: str | None = None,
) -> Any:
    """Draw the density of a number, one curve for each level of a column.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    x : str
        The number.
    hue : str, optional
        The column that owns hue. Each curve has area one, whatever the number of its rows.
    ax : matplotlib.axes.Axes, optional
    log : bool or "auto"
        Log axis, and a density on it; "auto" for a positive, right-skewed number.
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
    Gaussian kernel with Silverman's bandwidth, for the middle 99.8% of a level's rows; levels under 20 rows are left
    out.

    Examples
    --------
    >>> import pandas as pd
    >>> len(density(pd.DataFrame({"v": [float(i % 17) for i in range(100)]}), x="v").lines)
    1
    """
    import numpy as np

    with theme():
        made = _lines(data, x, hue, log, title, pick("Density of", ""), pick("", "的密度"))
        if isinstance(made, int):
            return canvas.nothing(ax, kind="density", title=title or "", dropped=made)
        ax = canvas.sheet(ax, 340)
        canvas.read_along(ax, "x")
        spans, top, left_out = [], 0.0, []
        for part, name, colour in zip(made.parts, made.names, made.colours, strict=True):
            scaled = np.log(part) if made.log else part
            grid, height = kernel_density(scaled) if len(part) >= LEAST else (np.zeros(0), np.zeros(0))
            if not len(grid):
                left_out.append(name)
                continue
            low, high = np.quantile(scaled, MIDDLE)
            kept = np.flatnonzero((grid >= low) & (grid <= high))
            kept = kept[:: max(1, len(kept) // 400)]
            at = np.exp(grid[kept]) if made.log else grid[kept]
            ax.plot(at, height[kept], color=colour, lw=2, label=name, zorder=3)
            if len(made.parts) <= 2:
                ax.fill_between(at, 0, height[kept], facecolor=colour, alpha=0.14, lw=0, zorder=2)
            spans.append((float(at[0]), float(at[-1])))
            top = max(top, float(height[kept].max()))
        if not spans:
            return canvas.nothing(ax, kind="density", title=made.title, dropped=made.dropped)
        _finish(ax, made, x, (min(s[0] for s in spans), max(s[1] for s in spans)))
        ax.set_ylim(*shared.span(ax, "y", 0.0, 1.08 * top))
        shared.bare(ax, "y")
        _key(ax, made, "best")
        caption = pick(
            "Curves are Gaussian kernel densities of the middle 99.8% of a level's rows, each with area one.",
            "曲线为各水平中间 99.8% 的行的高斯核密度，面积均为一。",
        )
        if left_out:
            caption += pick(
                f" Not drawn, with fewer than {LEAST} rows or a single value: {', '.join(left_out)}.",
                f"行数少于 {LEAST} 或只有一个取值而未画出：{'、'.join(left_out)}。",
            )
        return _kept(ax, "density", made, x, caption, pick("Density curves", "密度曲线"), pick("density", "密度"))


@any_engine
def ecdf(
    data: Any,
    *,
    x: str,
    hue: str | None = None,
    ax: Any = None,
    log: sample.LogChoice = "auto",
    title: str | None = None,
) -> Any:
    """Draw the share of rows at or below each value, one stair for each level of a column.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    x : str
        The number.
    hue : str, optional
        The column that owns hue.
    ax : matplotlib.axes.Axes, optional
    log : bool or "auto"
        Log axis; "auto" for a positive, right-skewed number.
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
    The band is simultaneous: with 95% confidence the whole stair of the population lies in it (Dvoretzky, Kiefer and
    Wolfowitz; Massart 1990, Annals of Probability 18(3), 1269-1283).

    Examples
    --------
    >>> import pandas as pd
    >>> ax = ecdf(pd.DataFrame({"v": [1.0, 2.0, 4.0, 8.0]}), x="v", log=False)
    >>> ax.lines[0].get_ydata().tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    import numpy as np

    with theme():
        made = _lines(data, x, hue, log, title, pick("Cumulative share of", ""), pick("", "的累积占比"))
        if isinstance(made, int):
            return canvas.nothing(ax, kind="ecdf", title=title or "", dropped=made)
        ax = canvas.sheet(ax, 360)
        ax.grid(visible=True, axis="both")
        for part, name, colour in zip(made.parts, made.names, made.colours, strict=True):
            values = np.sort(part)
            rank = np.arange(1, len(values) + 1)
            if len(values) > STAIRS:
                rank = np.unique(np.rint(np.linspace(1, len(values), STAIRS)).astype(int))
            at, share = values[rank - 1], rank / len(values)
            at, share = np.r_[at[0], at], np.r_[0.0, share]
            room = math.sqrt(math.log(2 / 0.05) / (2 * len(values)))
            if len(values) >= sample.NOT_DRAWN:
                low, high = np.clip(share - room, 0, 1), np.clip(share + room, 0, 1)
                ax.fill_between(at, low, high, step="post", facecolor=colour, alpha=0.16, lw=0, zorder=2)
            ax.plot(at, share, drawstyle="steps-post", color=colour, lw=2, label=name, zorder=3)
        least, most = min(float(p.min()) for p in made.parts), max(float(p.max()) for p in made.parts)
        _finish(ax, made, x, (least, most))
        ax.set_ylim(*shared.span(ax, "y", -0.01, 1.01))
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        canvas.name_y(ax, pick("Rows at or below", "不超过该值的行"))
        canvas.head(ax, made.title, over_y=True)
        _key(ax, made, "lower right")
        caption = pick(
            "The stair shows which share of a level's rows lies at or below a value; the band holds the whole stair "
            "of the population with 95% confidence.",
            "阶梯线为各水平中不超过该值的行的占比；色带以 95% 的置信度包含总体的整条阶梯线。",
        )
        return _kept(
            ax,
            "ecdf",
            made,
            x,
            caption,
            pick("Cumulative shares", "累积占比"),
            pick("share of rows at or below", "不超过该值的占比"),
        )


def _lines(
    data: Any, x: str, hue: str | None, log: sample.LogChoice, title: str | None, before: str, after: str
) -> _Lines | int:
    """Split a column by the levels of another; the number of rows dropped if none is left."""
    frame, dropped = columns.take(data, [name for name in (x, hue) if name is not None])
    if not len(frame):
        return dropped
    values = columns.number(frame, x, role="column")
    lines = sample.factor(frame, hue, y=x, owns_hue=hue is not None)
    by = pick(f" by {text.plain(hue)}", f"（按 {text.plain(hue)}）") if hue else ""
    shown = f"{before} {text.plain(x)}{by}" if before else f"{text.plain(x)} {after}{by}"
    parts = parted(values, lines.codes, len(lines.levels))
    filled = [i for i, part in enumerate(parts) if len(part)]
    return _Lines(
        parts=[parts[i] for i in filled],
        names=tuple(lines.shown(i) if hue else pick("all rows", "全部行") for i in filled),
        briefs=tuple(lines.brief(i) if hue else "" for i in filled),
        colours=tuple(lines.mark(i) if hue else palette.neutral() for i in filled),
        inks=tuple(lines.ink(i) if hue else palette.token("text") for i in filled),
        log=sample.on_log(values, log),
        n=len(frame),
        dropped=dropped,
        title=shown if title is None else text.plain(title) if title else "",
    )


def _finish(ax: Any, made: _Lines, x: str, span: tuple[float, float]) -> None:
    low, high = canvas.margins(*span, log=made.log, share=0.03)
    canvas.number_axis(ax, "x", low, high, log=made.log, unit=ticks.unit_of(x), most=8)
    canvas.name_x(ax, canvas.scale_words(text.plain(x), made.log))
    canvas.head(ax, made.title)


def _key(ax: Any, made: _Lines, where: str) -> None:
    """Name the curves in an empty corner, each in its colour and with its n."""
    if len(made.parts) < 2 and made.names[0] == pick("all rows", "全部行"):
        return
    sizes = {name: len(part) for name, part in zip(made.names, made.parts, strict=True)}
    inks = dict(zip(made.names, made.inks, strict=True))
    handles, names = ax.get_legend_handles_labels()
    brief = dict(zip(made.names, made.briefs, strict=True))
    # In a narrow panel the names alone, and in a very narrow one beside it: no corner is free of curves.
    narrow = canvas.width_of(ax) < canvas.NARROW
    ends = {name: "" if narrow else f", n = {count(size)}" for name, size in sizes.items()}
    room = canvas.room(ax, 150) if narrow else 200.0
    shown = [text.safe(text.trim(brief[name], room - text.width(ends[name])) + ends[name]) for name in names]
    beside = canvas.width_of(ax) < canvas.COUNTED
    place: dict[str, Any] = {"loc": "center left", "bbox_to_anchor": (1, 0.5)} if beside else {"loc": where}
    legend = ax.legend(handles, shown, fontsize=canvas.SMALL if narrow else None, **place)
    legend.set_in_layout(beside)
    for label, name in zip(legend.get_texts(), names, strict=True):
        label.set_color(inks[name])


def _kept(ax: Any, kind: str, made: _Lines, x: str, caption: str, what: str, up: str) -> Any:
    unit = ticks.unit_of(x)
    groups = tuple(summary(name, part) for name, part in zip(made.names, made.parts, strict=True))
    told = [f"{group['name']} {ticks.short(float(group['median']), unit)}" for group in groups[:8]]
    alt = pick(
        f"{what} of {text.plain(x)}, {count(made.n)} rows. Medians: {', '.join(told)}.",
        f"{text.plain(x)} 的{what}，共 {count(made.n)} 行。中位数：{'、'.join(told)}。",
    )
    low, high = min(float(p.min()) for p in made.parts), max(float(p.max()) for p in made.parts)
    keep(
        ax,
        Record(
            kind=kind,
            title=made.title,
            n=made.n,
            groups=groups,
            marks={"low": rounded(low), "high": rounded(high), "log": made.log},
            caption=caption + dropped_words(made.dropped),
            alt=alt,
            x=canvas.scale_words(x, made.log),
            y=up,
        ),
    )
    return ax
