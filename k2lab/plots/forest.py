"""Forest plots: the estimates of a result with their intervals, in panels by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.locale import pick
from k2lab.locale.numbers import MINUS, count
from k2lab.plots import canvas, palette, settling, shared, text, ticks
from k2lab.plots.look import DPI, WIDE, theme
from k2lab.plots.record import Record, keep, rounded
from k2lab.plots.sample import WEAK

if TYPE_CHECKING:
    from k2lab.stats.result import Estimate, Result

MOST = 40
ROW = 27
ROW_OF_TWO = 34  # px where a name takes two lines
NUMBER = 48  # px that a number beside an interval takes


def coefficients(result: Result, keys: Sequence[str] | None = None, *, ax: Any = None, title: str | None = None) -> Any:
    """Draw the estimates of a result as points with intervals around a zero line.

    Parameters
    ----------
    result : k2lab.stats.result.Result
        From `stats.effect`, `stats.sensitivity`, `stats.regress`, `stats.compare`...
    keys : sequence of str, optional
        Draw only estimates whose label or one of whose levels is named here.
    ax : matplotlib.axes.Axes, optional
        With it everything stands in one panel.
    title : str, optional
        By default the result's title; "" for none.

    Returns
    -------
    matplotlib.axes.Axes
        The first panel.

    Raises
    ------
    UsageError
        If the result has no estimate to draw.

    Notes
    -----
    Estimates of one unit are drawn, those of the commonest; where they are grouped by a column with several rows a
    level, each level is a panel, in the colour that the level has elsewhere. Hollow points rest on fewer than
    thirty rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from k2lab import stats
    >>> table = pd.DataFrame({"pay": [float(i % 10) for i in range(90)], "team": list("abc") * 30})
    >>> ax = coefficients(stats.regress(table, "pay", ["team"]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['b', 'c']
    """
    chosen, other = _chosen(result, keys)
    column, panels = _panels(chosen) if ax is None else ("", {"": chosen})
    single = "" if column else _owner(chosen)
    moderated = single and (len(chosen[0].groups) > 1 or palette.known(single))
    roles = (
        palette.assign(column or single, [e.groups[column or single] for e in chosen]) if column or moderated else {}
    )
    # What has a p-value is a difference, so zero is meant; a mean or a share is not compared with zero.
    differ = any(e.p is not None for e in chosen)
    from matplotlib.ticker import FuncFormatter

    with theme():
        shown = result.title if title is None else title
        shown = text.plain(shown) if shown else ""
        names = list(dict.fromkeys(_name(e, column) for group in panels.values() for e in group))
        if single:
            levels = [text.plain(e.groups[single]) for e in chosen]
            names = levels if len(set(levels)) == len(levels) else names
        elif not column:
            names = [_name(e, "") for e in chosen]
        unit = "%" if chosen[0].unit == "%" else ""
        brief = _brief(names, chosen)
        grid = _grid(ax, panels, brief, chosen)
        labels = [text.safe(text.wrap(name, grid.labels)) for name in brief]
        axes = _sheets(ax, panels, grid, ROW_OF_TWO if any("\n" in one for one in labels) else ROW)
        low, high = _span(chosen, differ)
        # A narrow panel beside others has no room for numbers.
        numbered = ax is None or grid.pixels - NUMBER * _sides(chosen) >= 100
        limits = _room(low, high, grid.pixels, chosen) if numbered else canvas.margins(low, high)
        for sheet, (level, group) in zip(axes, panels.items(), strict=True):
            canvas.read_along(sheet, "x")
            keys_at = [f"{names[:i].count(name)} {name}" for i, name in enumerate(names)]
            places = shared.places(sheet, "y", ("",), {key: float(i) for i, key in enumerate(keys_at)})
            stand = [places[key] for key in keys_at]
            if differ:
                sheet.axvline(0, color=palette.token("muted"), lw=1.2, zorder=1)
            for i, one in enumerate(group):
                at = stand[names.index(_name(one, column)) if column else i]
                role = roles.get(one.groups[single] if single else level)
                colour = palette.mark(role) if role else palette.neutral()
                ink = palette.ink(role) if role else palette.token("text")
                weak = one.n < WEAK
                sheet.plot([one.low, one.high], [at, at], color=colour, lw=1.6 if weak else 2.4, zorder=2)
                face = palette.token("background") if weak else colour
                sheet.plot(one.value, at, "o", ms=7.5, mfc=face, mec=colour, mew=2, zorder=3)
                if numbered:
                    _value(sheet, one, at, ink, unit, differ)
            sheet.set_ylim(len(places) - 0.4, -0.6)
            most = max(3, min(7, int(grid.pixels / 65)))
            canvas.number_axis(sheet, "x", *limits, log=False, unit="", most=most)
            sheet.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _signed(value, unit, differ)))
            shared.label(sheet, "y", dict(zip(stand, labels, strict=True)))
            for one in sheet.get_yticklabels():
                one.set_linespacing(1.0)
            if column:
                words = text.safe(text.trim(text.plain(level), grid.pixels, 13, bold=True))
                sheet.set_title(words, loc="left", color=palette.ink(roles.get(level)))
        label = _unit_words(chosen[0].unit)
        if len(axes) > 1:
            axes[0].figure.supxlabel(text.safe(label), fontsize=12, color=palette.token("muted"))
            if shown:
                words = text.safe(text.wrap(shown, 0.94 * WIDE, 13, bold=True))
                axes[0].figure.suptitle(words, x=0.01, ha="left", fontsize=13, fontweight=600)
        else:
            canvas.name_x(axes[0], label)
            canvas.head(axes[0], shown)
        _tell(axes, panels, shown, label, other, (unit, differ), column)
        if ax is not None:
            settling.settle(ax.figure)
        return axes[0]


def _chosen(result: Result, keys: Sequence[str] | None) -> tuple[list[Estimate], int]:
    """Return the estimates to draw, all of one unit, and how many were left out."""
    wanted = set(keys) if keys is not None else None
    found = [
        e
        for e in result.estimates
        if wanted is None or e.label in wanted or wanted & {str(v) for v in e.groups.values()}
    ]
    if not found:
        labels = ", ".join(repr(e.label) for e in result.estimates[:6])
        raise UsageError("The result has no such estimate to draw.", f"Estimates here: {labels or 'none'}.")
    units = [e.unit for e in found]
    unit = max(dict.fromkeys(units), key=units.count)
    chosen = [e for e in found if e.unit == unit][:MOST]
    return chosen, len(found) - len(chosen)


def _panels(chosen: list[Estimate]) -> tuple[str, dict[str, list[Estimate]]]:
    """Split estimates by a column in which several levels have several rows each; else one panel."""
    for column in dict.fromkeys(name for e in chosen for name in e.groups):
        if not all(column in e.groups for e in chosen):
            continue
        panels: dict[str, list[Estimate]] = {}
        for e in chosen:
            panels.setdefault(e.groups[column], []).append(e)
        names = {_name(e, column) for e in chosen}
        alike = all(len({_name(e, column) for e in group}) == len(group) for group in panels.values())
        if 2 <= len(panels) <= palette.ROLES and 2 <= len(names) < len(chosen) and alike:
            return column, panels
    return "", {"": chosen}


def _owner(chosen: list[Estimate]) -> str:
    """Return the column whose levels the estimates are about one by one, or ""."""
    for column in dict.fromkeys(name for e in chosen for name in e.groups):
        levels = [e.groups.get(column) for e in chosen]
        if None not in levels and len(set(levels)) == len(levels) > 1 and len(levels) <= palette.ROLES:
            return column
    return ""


def _name(one: Estimate, column: str) -> str:
    """Return a row's name, without the level that the panel names already."""
    label = text.plain(one.label)
    level = text.plain(one.groups.get(column, "")) if column else ""
    for mark in (": ", "：", ", ", " - "):
        label = label.removeprefix(f"{level}{mark}") if level else label
        label = label.removesuffix(f"{mark}{level}") if level else label
    return label


def _brief(names: list[str], chosen: list[Estimate]) -> list[str]:
    """Cut what all levels of a column begin with, if that is long, wherever it stands in the names of rows."""
    for column in dict.fromkeys(name for e in chosen for name in e.groups):
        levels = list(dict.fromkeys(text.plain(e.groups[column]) for e in chosen if column in e.groups))
        shorter = text.apart(levels)[0]
        if shorter != levels[0]:
            start = levels[0][: len(levels[0]) - len(shorter) + len(text.ELLIPSIS)]
            names = [name.replace(start, text.ELLIPSIS) for name in names]
    return names


@dataclass(frozen=True, kw_only=True)
class _Grid:
    """How panels are arranged: columns, px of a panel's width and of the labels at its left."""

    columns: int
    pixels: float
    labels: float


def _grid(ax: Any, panels: dict[str, list[Estimate]], names: list[str], chosen: list[Estimate]) -> _Grid:
    """Arrange panels side by side, as many as leave seventy px for the intervals themselves."""
    whole = canvas.width_of(ax) if ax is not None else float(WIDE)
    labels = min(max(text.width(name) for name in names), canvas.room(ax, 230) if len(panels) == 1 else 185.0)
    numbers = NUMBER * _sides(chosen)
    best = _Grid(columns=1, pixels=whole - labels - 30, labels=labels)
    for columns in range(2, min(4, len(panels)) + 1):
        pixels = (whole - labels - 20) / columns - 16
        even = len(panels) % columns == 0 or len(panels) > 4
        if pixels - numbers >= 70 and even:
            best = _Grid(columns=columns, pixels=pixels, labels=labels)
    return best


def _sides(chosen: list[Estimate]) -> int:
    """Return on how many sides of the intervals numbers are written."""
    return len({one.value < 0 for one in chosen})


def _sheets(ax: Any, panels: dict[str, list[Estimate]], grid: _Grid, row: float) -> list[Any]:
    """Return one Axes a panel."""
    rows = max(len(group) for group in panels.values())
    if len(panels) == 1:
        return [canvas.sheet(ax, row * rows + 104)]
    from matplotlib import pyplot as plt

    deep = -(-len(panels) // grid.columns)
    height = deep * (row * rows + 62) + 74
    size = (WIDE / DPI, height / DPI)
    _, made = plt.subplots(deep, grid.columns, figsize=size, sharex=True, sharey=True, squeeze=False)
    for spare in made.flat[len(panels) :]:
        spare.remove()
    return [canvas.sheet(one, 0) for one in made.flat[: len(panels)]]


def _span(chosen: list[Estimate], differ: bool) -> tuple[float, float]:
    """Return bounds that hold all intervals, and zero for differences."""
    low, high = min(e.low for e in chosen), max(e.high for e in chosen)
    return (min(low, 0.0), max(high, 0.0)) if differ else (low, high)


def _room(low: float, high: float, pixels: float, chosen: list[Estimate]) -> tuple[float, float]:
    """Widen bounds for the numbers that are written outside the intervals."""
    low, high = canvas.margins(low, high, share=0.03)
    left, right = (NUMBER * any((one.value < 0) is side for one in chosen) for side in (True, False))
    unit = (high - low) / max(pixels - left - right, 40)
    return low - left * unit, high + right * unit


def _value(ax: Any, one: Estimate, at: float, ink: str, unit: str, differ: bool) -> None:
    """Write the number on the side away from zero."""
    left = one.value < 0
    canvas.note(
        ax,
        (one.low if left else one.high, at),
        _signed(one.value, unit, differ),
        xytext=(-7 if left else 7, 0),
        ha="right" if left else "left",
        color=ink,
        path_effects=canvas.halo(),
        zorder=6,
    )


def _signed(value: float, unit: str, differ: bool = True) -> str:
    """Write a difference: +12%, −8%, 0%; a value without its plus sign."""
    digits = 3 if unit != "%" or abs(value) >= 100 else 2 if abs(value) >= 10 else 1
    if not differ:
        return ticks.short(value, unit)
    shown = ticks.short(abs(value), unit, digits=digits)
    if not value:
        return shown
    return f"{MINUS if value < 0 else '+'}{shown}"


def _unit_words(unit: str) -> str:
    if unit == "%":
        return pick("Estimate, percent (95% interval)", "估计值，百分比（95% 置信区间）")
    named = pick(f", {unit}", f"，{unit}") if unit else ""
    return pick(f"Estimate{named} (95% interval)", f"估计值{named}（95% 置信区间）")


def _tell(
    axes: list[Any],
    panels: dict[str, list[Estimate]],
    title: str,
    label: str,
    other: int,
    form: tuple[str, bool],
    column: str,
) -> None:
    """Record what each panel shows; caption and alternative text are the same for all."""
    everyone = [e for group in panels.values() for e in group]
    caption = pick("Points are estimates, horizontal lines their 95% intervals", "点为估计值，横线为 95% 置信区间")
    caption += pick("; the vertical line marks zero.", "；竖线为零。") if form[1] else pick(".", "。")
    if any(e.n < WEAK for e in everyone):
        caption += pick(" Hollow points rest on fewer than 30 rows.", "空心点少于 30 行。")
    if other:
        caption += pick(f" {other} further estimates are not drawn.", f"另有 {other} 个估计值未画出。")
    parts = [
        f"{text.plain(e.label)} {_signed(e.value, *form)} "
        + pick(
            f"({_signed(e.low, *form)} to {_signed(e.high, *form)})",
            f"（{_signed(e.low, *form)} 至 {_signed(e.high, *form)}）",
        )
        for e in everyone[:6]
    ]
    more = pick(f"; and {len(everyone) - 6} more", f"；另 {len(everyone) - 6} 个") if len(everyone) > 6 else ""
    alt = pick(
        f"Forest plot of {count(len(everyone))} estimates: {'; '.join(parts)}{more}.",
        f"{count(len(everyone))} 个估计值的森林图：{'；'.join(parts)}{more}。",
    )
    for ax, (level, group) in zip(axes, panels.items(), strict=True):
        told = tuple(
            {
                "name": text.plain(e.label),
                "n": e.n,
                "value": rounded(e.value),
                "low": rounded(e.low),
                "high": rounded(e.high),
            }
            for e in group
        )
        keep(
            ax,
            Record(
                kind="coefficients",
                title=text.plain(level) if column else title,
                n=max(e.n for e in group),
                groups=told,
                caption=caption,
                alt=alt,
                x=label,
                y=column,
            ),
        )
