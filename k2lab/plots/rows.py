"""Rows of a horizontal figure: one a group, in blocks by the variable that owns hue. Violins and boxes stand on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.plots import canvas, palette, record, sample, shared, text, ticks
from k2lab.plots.record import dropped_words, listed, rounded
from k2lab.stats import columns, fold
from k2lab.stats.weighted import Held, parted

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

LABEL = 150
HEADER = 0.85
STEP = 31  # px from one row to the next
QUANTILES = {"q005": 0.005} | record.QUANTILES | {"q995": 0.995}


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """One group: where it stands, its values, and its colours.

    Attributes
    ----------
    at : float
        Position on the vertical axis.
    values : array
    times : array, optional
        How many rows each value stands for, in a folded frame.
    label, brief, block : str
        Its level, that in short, and the level of the block it stands in ("" without blocks).
    colour : str
    tone : float
        Opacity that tells rows of a block apart, 0.2 to 0.9.
    """

    at: float
    values: Array
    label: str
    brief: str
    block: str
    colour: str
    tone: float
    times: Array | None = None

    @property
    def held(self) -> Held:
        """Its values with the rows each stands for."""
        return Held(values=self.values, times=self.times)

    @cached_property
    def n(self) -> int:
        """Rows of data."""
        return self.held.n

    @cached_property
    def quantiles(self) -> dict[str, float]:
        """Its quantiles by name, found in one pass."""
        return dict(zip(QUANTILES, self.held.quantiles(list(QUANTILES.values())), strict=True))

    @property
    def name(self) -> str:
        """The group's name in words."""
        return ", ".join(part for part in (self.block, self.label) if part) or pick("all rows", "全部行")


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """All rows of a figure, with what is needed to draw and to describe it."""

    value: str
    by: tuple[str, ...]
    rows: tuple[Row, ...]
    headers: tuple[tuple[float, str, str], ...]
    height: float
    dropped: int
    log: bool
    empty: int

    @property
    def n(self) -> int:
        """Rows of data drawn."""
        return sum(row.n for row in self.rows)

    @property
    def unit(self) -> str:
        """The sign of the unit that the column's name states."""
        return ticks.unit_of(self.value)

    def title(self, asked: str | None) -> str:
        """Return the title asked for, or one that says what is shown."""
        if asked is not None:
            return text.plain(asked) if asked else ""
        name, by = text.plain(self.value), listed(text.plain(c) for c in self.by)
        if not by:
            return pick(f"Distribution of {name}", f"{name} 的分布")
        return pick(f"{name} by {by}", f"按 {by} 划分的 {name}")

    def groups(self) -> tuple[dict[str, Any], ...]:
        """Return name, n and quantiles of each group."""
        return tuple(
            {"name": row.name, "n": row.n} | {key: rounded(row.quantiles[key]) for key in record.QUANTILES}
            for row in self.rows
        )

    def medians(self) -> str:
        """Say between which groups the medians run."""
        found = sorted(((row.quantiles["median"], row) for row in self.rows), key=lambda pair: pair[0])
        (low, least), (high, most) = found[0], found[-1]
        first = f"{ticks.short(low, self.unit)} ({least.name}; n = {count(least.n)})"
        last = f"{ticks.short(high, self.unit)} ({most.name}; n = {count(most.n)})"
        if len(found) == 1:
            return pick(f"The median is {first}.", f"中位数为 {first}。")
        return pick(f"Medians run from {first} to {last}.", f"中位数从 {first} 到 {last}。")

    def left_out(self) -> str:
        """Say what is not drawn."""
        gone = dropped_words(self.dropped)
        if self.empty:
            gone += pick(
                f" {self.empty} combinations without rows are not shown."
                if self.empty > 1
                else " One combination without rows is not shown.",
                f"{self.empty} 个没有数据的组合未显示。",
            )
        return gone


def arrange(data: Any, x: str | None, y: str | None, hue: str | None, log: sample.LogChoice) -> Rows | int:
    """Split a table into rows of a figure.

    Returns
    -------
    Rows, or int
        The number of rows dropped, if none is left to draw.

    Raises
    ------
    UsageError
        If a column is not there, or none of x and y holds numbers.
    """
    import numpy as np

    value, by = sample.roles_of(data, x, y)
    frame, dropped = fold.taken(data, [name for name in (value, by, hue) if name is not None], value)
    if not len(frame):
        return dropped
    numbers = columns.number(frame, value)
    same = hue is not None and hue == by
    blocks = sample.factor(frame, None if same else hue, y=value, owns_hue=hue is not None and not same)
    inner = sample.factor(frame, by, y=value, owns_hue=True) if same else sample.category(frame, by, y=value)
    if by is None and hue is not None:
        blocks, inner = sample.factor(frame, None), blocks
    groups = len(blocks.levels) * len(inner.levels)
    parts = parted(numbers, blocks.codes * len(inner.levels) + inner.codes, groups)
    times = fold.times(frame)
    each = None if times is None else parted(times, blocks.codes * len(inner.levels) + inner.codes, groups)
    sizes = [len(part) for part in parts]
    tones = (
        np.linspace(0.9, 0.2, len(inner.levels))
        if blocks.roles and len(inner.levels) > 1
        else np.full(len(inner.levels), 0.85)
    )
    rows: list[Row] = []
    headers: list[tuple[float, str, str]] = []
    at = 0.0
    for b in range(len(blocks.levels)):
        filled = [i for i in range(len(inner.levels)) if sizes[b * len(inner.levels) + i]]
        if not filled:
            continue
        block = blocks.shown(b) if blocks.column else ""
        if block and inner.column:
            headers.append((at, blocks.brief(b), blocks.ink(b)))
            at += HEADER
        for i in filled:
            owner, place = (blocks, b) if blocks.roles else (inner, i)
            rows.append(
                Row(
                    at=at,
                    values=parts[b * len(inner.levels) + i],
                    times=None if each is None else each[b * len(inner.levels) + i],
                    label=inner.shown(i) if inner.column else block,
                    brief=inner.brief(i) if inner.column else blocks.brief(b) if block else "",
                    block=block if inner.column else "",
                    colour=owner.mark(place),
                    tone=float(tones[i]),
                )
            )
            at += 1
        at += 0.25 if block and inner.column else 0
    return Rows(
        value=value,
        by=tuple(dict.fromkeys(name for name in (by, hue) if name is not None)),
        rows=tuple(rows),
        headers=tuple(headers),
        height=at,
        dropped=dropped,
        log=sample.on_log(numbers, log, times),
        empty=len(sizes) - len(rows),
    )


def begin(ax: Any, made: Rows, title: str) -> tuple[Any, Rows]:
    """Return the Axes with a labelled line for each row, its n at the right; rows stand as in panels that share it."""
    step = STEP if made.height <= 16 else 24
    wanted = {row.name: row.at for row in made.rows}
    places = shared.places(ax, "y", made.by, wanted, grows=not made.headers)
    if places != wanted:
        made = _placed(made, places)
    ax = canvas.sheet(ax, step * made.height + 96)
    canvas.read_along(ax, "x")
    ax.set_ylim(made.height - 0.4, -0.65)
    room, deep = canvas.room(ax, LABEL), canvas.lines_for(ax, made.height)
    shared.label(ax, "y", {row.at: text.safe(text.wrap(row.brief, room, lines=deep)) for row in made.rows})
    for label in ax.get_yticklabels():
        label.set_linespacing(1.0)
    for row in made.rows:
        canvas.row_count(ax, row.at, row.n)
    for at, words, colour in made.headers if shared.labelled(ax) else ():
        canvas.note(
            ax,
            (0, at),
            text.trim(words, room, 13, bold=True),
            xycoords=("axes fraction", "data"),
            xytext=(-6, 0),
            ha="right",
            fontsize=13,
            fontweight=600,
            color=colour,
        )
    canvas.head(ax, title)
    canvas.name_x(ax, canvas.scale_words(text.plain(made.value), made.log))
    return ax, made


def _placed(made: Rows, places: dict[str, float]) -> Rows:
    """Return the rows at other places, headers above the first row of their block."""
    rows = tuple(replace(row, at=places[row.name]) for row in made.rows)
    # A row of another panel may stand above the first of this one.
    tops = [
        min(at for name, at in places.items() if name.startswith(f"{block}, "))
        for block in dict.fromkeys(row.block for row in rows if row.block)
    ]
    headers = tuple((top - HEADER, *header[1:]) for top, header in zip(tops, made.headers, strict=False))
    return replace(made, rows=rows, headers=headers, height=max(places.values()) + 1)


def dots(ax: Any, row: Row) -> None:
    """Draw a group too small for a shape: each row as a dot, and a line at the median."""
    import numpy as np

    values = row.values if row.times is None else np.repeat(row.values, row.times.astype(int))
    # The same jitter each time: a figure drawn twice is the same figure.
    shift = np.random.default_rng(7).uniform(-0.24, 0.24, len(values))
    ax.plot(values, row.at + shift, ls="", marker="o", ms=3.8, mfc=row.colour, mec="none", alpha=0.6, zorder=2)
    middle = row.quantiles["median"]
    ax.plot([middle, middle], [row.at - 0.34, row.at + 0.34], color=palette.token("text"), lw=2, zorder=4)


def limits(made: Rows, spans: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the limits of the number axis that hold all that is drawn."""
    low, high = min(s[0] for s in spans), max(s[1] for s in spans)
    return canvas.margins(low, high, log=made.log)


def values_digest(made: Rows) -> dict[str, Any]:
    """Return what is common to all groups, for the digest."""
    low, high = (min(row.values.min() for row in made.rows), max(row.values.max() for row in made.rows))
    return {"low": rounded(float(low)), "high": rounded(float(high)), "log": made.log}


def lines(ax: Any, segments: Sequence[Any], colours: Sequence[str], *, width: float, zorder: float) -> None:
    """Draw straight pieces of one width in one artist, ends cut square."""
    from matplotlib.collections import LineCollection

    if segments:
        made = LineCollection(segments, colors=colours, linewidths=width, zorder=zorder, capstyle="butt")
        ax.add_collection(made, autolim=False)


def shapes(
    ax: Any, outlines: Sequence[Any], colours: Sequence[str], tones: Sequence[float], *, edges: Sequence[str]
) -> None:
    """Draw filled outlines in one artist: each in its colour and tone, its edge in full colour or "none"."""
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import to_rgba

    if outlines:
        fills = [to_rgba(colour, tone) for colour, tone in zip(colours, tones, strict=True)]
        made = PolyCollection(outlines, facecolors=fills, edgecolors=edges, linewidths=1.3, zorder=2)
        ax.add_collection(made, autolim=False)
