"""Scatter plots of any number of rows: marks, thinned marks, hexagons; with a fitted line or curve and its band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.locale import pick
from k2lab.locale.numbers import count, percent
from k2lab.plots import canvas, fits, palette, sample, settling, shared, text, ticks
from k2lab.plots.hexagons import hexagons
from k2lab.plots.look import theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, dropped_words, keep, rounded, summary
from k2lab.stats import columns
from k2lab.stats.weighted import parted

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

MARKS = 5_000
THINNED = 20_000
STRIP = 400  # marks a group beside its quartiles
CELL = 2.0  # px: two marks nearer than this look like one


@any_engine
def scatter(
    data: Any,
    *,
    x: str,
    y: str,
    hue: str | None = None,
    fit: fits.Shape | None = "auto",
    ax: Any = None,
    log: sample.LogChoice = "auto",
    title: str | None = None,
) -> Any:
    """Draw two numbers against each other.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    x, y : str
        Numbers.
    hue : str, optional
        The column that owns hue.
    fit : {"auto", "line", "curve"} or None
        A straight line or a smooth curve, with its 95% band, for each level of `hue`; "auto" chooses.
    ax : matplotlib.axes.Axes, optional
    log : bool or "auto"
        Log axes; "auto" takes one for a positive, right-skewed number, each axis by itself.
    title : str, optional
        By default says what is shown; "" for none.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UsageError
        If a column is not there, or `x` or `y` does not hold numbers.

    Notes
    -----
    Up to 5,000 rows each is a mark; up to 20,000 marks nearer than two pixels are drawn once; beyond, hexagons count
    the rows. An `x` with few values is jittered, levels of `hue` side by side; beyond 5,000 rows at most 400 a group
    are drawn, taken at even ranks of `y` and so with its distribution, behind the group's median and quartiles.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"age": [20.0 + i for i in range(40)], "pay": [50.0 + 2 * i + i % 5 for i in range(40)]})
    >>> ax = scatter(table, x="age", y="pay", log=False)
    >>> ax.get_title(loc="left")
    'pay against age'
    """
    with theme():
        frame, dropped = columns.take(data, [name for name in (x, y, hue) if name is not None])
        by = pick(f" by {text.plain(hue)}", f"（按 {text.plain(hue)}）") if hue else ""
        shown = pick(f"{text.plain(y)} against {text.plain(x)}{by}", f"{text.plain(y)} 与 {text.plain(x)}{by}")
        shown = shown if title is None else text.plain(title) if title else ""
        if not len(frame):
            return canvas.nothing(ax, kind="scatter", title=shown, dropped=dropped)
        if fit not in ("auto", "line", "curve", None):
            raise UsageError(f"fit is {fit!r}.", 'It can be "auto", "line", "curve" or None.')
        over, up = columns.number(frame, x, role="column"), columns.number(frame, y, role="column")
        lines = sample.factor(frame, hue, y=y, owns_hue=hue is not None)
        few = columns.is_number(frame, x) and columns.is_category(frame, x)
        log_x, log_y = not few and sample.on_log(over, log), sample.on_log(up, log)
        ax = canvas.sheet(ax, 400)
        ax.grid(visible=True, axis="both")
        strips = few and len(over) > MARKS
        (left, right), (low, high), beyond = _limits(over, up, log_x, log_y, few)
        hexed = not few and len(over) > THINNED
        if strips:
            low, high = _strips(ax, over, up, lines, log_y)
        elif hexed:
            hexagons(ax, over, up, (left, right), (low, high), log_x, log_y)
        canvas.number_axis(ax, "x", left, right, log=log_x, unit=ticks.unit_of(x), most=7)
        canvas.number_axis(ax, "y", low, high, log=log_y, unit=ticks.unit_of(y))
        if few:
            values = sorted(set(over.tolist()))
            names = ticks.written(values, ticks.unit_of(x))
            fits_in = sum(text.width(name) + 6 for name in names) <= canvas.width_of(ax) - 40
            if fits_in and not shared.others(ax, "x"):
                ax.set_xticks(values, names)
            ax.grid(visible=False, axis="x")
        canvas.name_x(ax, canvas.scale_words(text.plain(x), log_x))
        canvas.name_y(ax, text.trim(canvas.scale_words(text.plain(y), log_y), 330))
        canvas.head(ax, shown, over_y=True)
        if not hexed and not strips:
            _marks(ax, over, up, lines, few, len(over) > MARKS)
        told: dict[str, Any] = {}
        if fit is not None and not few:
            told = _fits(ax, over, up, lines, fit, log_x, log_y, hexed)
        elif hue:
            _names(ax, over, up, lines, 0.999 if few else 0.8)
        parts = parted(up, lines.codes, len(lines.levels))
        names = [lines.shown(i) if hue else pick("all rows", "全部行") for i in range(len(lines.levels))]
        keep(
            ax,
            Record(
                kind="scatter",
                title=shown,
                n=len(frame),
                groups=tuple(summary(name, part) for name, part in zip(names, parts, strict=True) if len(part)),
                marks=told,
                caption=_caption(len(over), few, strips, hexed, told, beyond) + dropped_words(dropped),
                alt=_alt(text.plain(x), text.plain(y), len(over), told),
                x=canvas.scale_words(x, log_x),
                y=canvas.scale_words(y, log_y),
            ),
        )
        return ax


def _limits(
    over: Array, up: Array, log_x: bool, log_y: bool, few: bool
) -> tuple[tuple[float, float], tuple[float, float], int]:
    """Return the limits of both axes, and how many rows lie beyond: a few far ones must not squeeze the others."""
    import numpy as np

    spans = []
    inside = np.ones(len(over), dtype=bool)
    for values, log in ((over, log_x), (up, log_y)):
        if few and values is over:  # room for marks beside the first and the last value
            found = np.unique(over)
            room = 0.5 * float(np.diff(found).min()) if len(found) > 1 else 0.5
            spans.append((float(found[0]) - room, float(found[-1]) + room))
            continue
        low, high = float(values.min()), float(values.max())
        if len(values) >= 1000 and not log:
            near = np.quantile(values, [0.001, 0.999])
            if near[1] > near[0] and high - low > 3 * (near[1] - near[0]):
                low, high = float(near[0]), float(near[1])
        inside &= (values >= low) & (values <= high)
        spans.append(canvas.margins(low, high, log=log, share=0.03))
    return spans[0], spans[1], int((~inside).sum())


def _marks(ax: Any, over: Array, up: Array, lines: sample.Factor, few: bool, thin: bool) -> None:
    """Draw rows as marks; jittered where x has few values, one of those that look like one."""
    import numpy as np

    size, alpha = (4.5, 0.55) if len(over) <= 1500 else (3.6, 0.4)
    if few:
        values = np.unique(over)
        step = float(np.diff(values).min()) if len(values) > 1 else 1.0
        over = over + np.random.default_rng(7).uniform(-0.18, 0.18, len(over)) * step
    for i in range(len(lines.levels)):
        mine = lines.codes == i
        a, b = over[mine], up[mine]
        if thin and len(a):
            at = np.floor(ax.transData.transform(np.column_stack([a, b])) / CELL).astype(np.int64)
            _, first = np.unique(at[:, 0] * 100_003 + at[:, 1], return_index=True)
            a, b = a[first], b[first]
        ax.plot(
            a,
            b,
            ls="",
            marker="o",
            ms=size,
            mfc=lines.mark(i),
            mec="none",
            alpha=alpha,
            zorder=2,
            rasterized=len(a) > 2000,
        )


def _strips(ax: Any, over: Array, up: Array, lines: sample.Factor, log_y: bool) -> tuple[float, float]:
    """Draw rows of each value of x as a strip with its median and quartiles, levels side by side; return the limits."""
    import numpy as np

    values = np.unique(over)
    step = float(np.diff(values).min()) if len(values) > 1 else 1.0
    many = len(lines.levels)
    room = min(0.4, 0.84 / many) * step  # of a level, its gap to the next one included
    random = np.random.default_rng(7)
    low, high = np.inf, -np.inf
    for i in range(many):
        shift, colour = (i - (many - 1) / 2) * room, lines.mark(i)
        for value in values:
            part = np.sort(up[(lines.codes == i) & (over == value)])
            if not len(part):
                continue
            drawn = part
            if len(part) > STRIP:  # even ranks keep the distribution, without its 1 in 1,000 at either end
                drawn = part[np.rint(np.linspace(0.001, 0.999, STRIP) * (len(part) - 1)).astype(int)]
            at = value + shift
            ax.plot(
                at + random.uniform(-0.36, 0.36, len(drawn)) * room,
                drawn,
                ls="",
                marker="o",
                ms=3.4,
                mfc=colour,
                mec="none",
                alpha=0.35,
                zorder=2,
                rasterized=True,
            )
            low, high = min(low, float(drawn[0])), max(high, float(drawn[-1]))
            if len(part) < sample.NOT_DRAWN:
                continue
            q1, middle, q3 = np.quantile(part, [0.25, 0.5, 0.75])
            ink = palette.token("text")
            ax.plot([at, at], [q1, q3], color=ink, lw=2.2, solid_capstyle="butt", zorder=3)
            ax.plot(at, middle, "o", ms=6.5, mfc=palette.token("background"), mec=ink, mew=1.8, zorder=4)
    return canvas.margins(low, high, log=log_y, share=0.04)


def _fits(
    ax: Any,
    over: Array,
    up: Array,
    lines: sample.Factor,
    shape: fits.Shape,
    log_x: bool,
    log_y: bool,
    over_hexagons: bool,
) -> dict[str, Any]:
    """Draw the fitted curve of each level with its band and its name; tell where it starts and ends."""
    import numpy as np

    told: dict[str, Any] = {}
    ends: list[tuple[float, float, str, str]] = []
    alone = len(lines.levels) == 1 and not lines.column
    for i in range(len(lines.levels)):
        mine = lines.codes == i
        if mine.sum() < sample.WEAK and not alone:
            continue
        a, b = over[mine], up[mine]
        made = fits.fit(np.log(a) if log_x else a, np.log(b) if log_y else b, shape)
        if made is None:
            continue
        at = np.exp(made.at) if log_x else made.at
        middle, low, high = (np.exp(v) if log_y else v for v in (made.value, made.low, made.high))
        colour = palette.token("text") if alone else lines.mark(i)
        ax.fill_between(at, low, high, facecolor=colour, alpha=0.18, lw=0, zorder=3)
        ax.plot(
            at,
            middle,
            color=colour,
            lw=2.2,
            zorder=5,
            path_effects=canvas.halo(4) if over_hexagons or not alone else None,
        )
        name = lines.shown(i) if lines.column else pick("all rows", "全部行")
        told[name] = {
            "shape": made.shape,
            "from": [rounded(float(at[0])), rounded(float(middle[0]))],
            "to": [rounded(float(at[-1])), rounded(float(middle[-1]))],
            "low": [rounded(float(low[0])), rounded(float(low[-1]))],
            "high": [rounded(float(high[0])), rounded(float(high[-1]))],
        }
        if not alone:
            ends.append((float(at[-1]), float(middle[-1]), lines.brief(i), lines.ink(i)))
    edge = max((end[0] for end in ends), default=0.0)
    settling.end_labels(ax, [(edge, *end[1:]) for end in ends], pixels=140, offset=8)
    return {"fit": told} if told else {}


def _names(ax: Any, over: Array, up: Array, lines: sample.Factor, from_share: float) -> None:
    """Name the levels at the right, at the height of their median among the largest values of x."""
    import numpy as np

    ends = []
    for i in range(len(lines.levels)):
        mine = lines.codes == i
        if mine.any():
            far = up[mine & (over >= np.quantile(over[mine], from_share))]
            ends.append((ax.get_xlim()[1], float(np.median(far)), lines.brief(i), lines.ink(i)))
    settling.end_labels(ax, ends, pixels=140, offset=6)


def _caption(n: int, few: bool, strips: bool, hexed: bool, told: dict[str, Any], beyond: int) -> str:
    if strips:
        words = pick(
            f"Each mark is a row; of a group with more than {count(STRIP)} rows, {count(STRIP)} at even ranks "
            "are drawn, which leaves out the lowest and highest 0.1%. Circles are medians and lines span the "
            f"middle half of all {count(n)} rows.",
            f"每个点为一行；超过 {count(STRIP)} 行的组按等间隔秩次画 {count(STRIP)} 行，因此不含最低和最高的 0.1%。"
            f"圆圈为中位数，竖线为中间一半，均依据全部 {count(n)} 行。",
        )
    elif hexed:
        words = pick(
            f"Each hexagon is darker the more of the {count(n)} rows lie in it.",
            f"六边形颜色越深，其中的行越多（共 {count(n)} 行）。",
        )
        if palette.mode() == "dark":
            words = words.replace("darker", "brighter").replace("越深", "越亮")
    elif n > MARKS:
        words = pick(
            f"Each mark is a row of {count(n)}; marks nearer than two pixels are drawn once.",
            f"每个点为一行，共 {count(n)} 行；相距不足两像素的点只画一次。",
        )
    else:
        words = pick("Each mark is a row.", "每个点为一行。")
    if few:
        words += pick(
            " Marks are moved a little sideways so that they do not hide each other.",
            "为避免重叠，点在水平方向略有抖动。",
        )
    if told:
        shapes = {str(t["shape"]) for t in told["fit"].values()}
        kind = (
            pick("The line is the fitted mean", "直线为拟合均值")
            if shapes == {"line"}
            else pick("The curve is the fitted mean", "曲线为拟合均值")
        )
        words += pick(f" {kind} with its 95% band.", f"{kind}及其 95% 置信带。")
    if beyond:
        share = percent(beyond / n, 2)
        words += pick(
            f" {count(beyond)} rows ({share}) lie beyond the axes.", f"另有 {count(beyond)} 行（{share}）超出坐标范围。"
        )
    return words


def _alt(x: str, y: str, n: int, told: dict[str, Any]) -> str:
    words = pick(f"Scatter plot of {y} against {x}, {count(n)} rows.", f"{y} 与 {x} 的散点图，共 {count(n)} 行。")
    for name, t in list(told.get("fit", {}).items())[:4]:
        (x0, y0), (x1, y1) = t["from"], t["to"]
        a, b = ticks.short(y0, ticks.unit_of(y)), ticks.short(y1, ticks.unit_of(y))
        c, d = ticks.short(x0, ticks.unit_of(x)), ticks.short(x1, ticks.unit_of(x))
        words += pick(
            f" The fitted mean of {name} goes from {a} at {c} to {b} at {d}.",
            f"{name}的拟合均值从 {c} 处的 {a} 到 {d} 处的 {b}。",
        )
    return words
