"""Panels that share an axis: one drawn later keeps the order of the one before, and the limits hold what both show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from k2lab.errors import UsageError
from k2lab.locale import pick


@dataclass(kw_only=True)
class _Axis:
    """What stands on one axis of a panel: numbers from low to high, or categories of columns at their places."""

    low: float = 0.0
    high: float = 0.0
    log: bool = False
    columns: tuple[str, ...] | None = None
    places: dict[str, float] = field(default_factory=dict)
    words: dict[float, str] = field(default_factory=dict)


_drawn: WeakKeyDictionary[Any, dict[str, _Axis]] = WeakKeyDictionary()


def others(ax: Any, which: str) -> list[Any]:
    """Return the other panels that share the axis "x" or "y"."""
    group = ax.get_shared_x_axes() if which == "x" else ax.get_shared_y_axes()
    return [one for one in group.get_siblings(ax) if one is not ax]


def labelled(ax: Any) -> bool:
    """Tell whether the names of rows are written at the left of a panel: ``subplots`` hides those of inner ones."""
    return bool(ax.yaxis.get_tick_params().get("labelleft", True))


def span(
    ax: Any, which: str, low: float, high: float, *, log: bool = False, columns: tuple[str, ...] | None = None
) -> tuple[float, float]:
    """Return limits that hold also what the panels drawn before show on the same axis: numbers, or times of a column.

    Raises
    ------
    UsageError
        If one of them shows categories there, or has the other scale.
    """
    before = _before(ax, which)
    if any(one.columns != columns for one in before):
        raise _refused(which)
    if any(one.log != log for one in before):
        raise UsageError(
            pick(
                f"The panels share their {which} axis: it is logarithmic in one and linear in the other.",
                f"各子图共用 {which} 轴，但一个为对数刻度，另一个为线性刻度。",
            ),
            pick(
                f"Give all of them log=True or log=False, or draw them without share{which}.",
                f"请统一给出 log=True 或 log=False，或不使用 share{which}。",
            ),
        )
    low, high = min([low, *(one.low for one in before)]), max([high, *(one.high for one in before)])
    _drawn.setdefault(ax, {})[which] = _Axis(low=low, high=high, log=log, columns=columns)
    return low, high


def places(
    ax: Any, which: str, columns: tuple[str, ...], wanted: Mapping[str, float], *, grows: bool = True
) -> dict[str, float]:
    """Return where categories stand: where it is wanted, or where the panels drawn before have them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        None for a new sheet, which shares nothing.
    which : str
    columns : tuple of str
        Whose levels they are.
    wanted : mapping
        The place of each.
    grows : bool
        Whether those that are new can stand behind the others.

    Returns
    -------
    dict
        With those that only other panels have.

    Raises
    ------
    UsageError
        If the panels before show something else on this axis.
    """
    before = _before(ax, which) if ax is not None else []
    found: dict[str, float] = {}
    for one in before:
        if one.columns != columns:
            raise _refused(which)
        found |= one.places
    new = [name for name in wanted if name not in found]
    if not before:
        found = dict(wanted)
    elif new and not grows:
        raise _refused(which)
    else:
        found |= {name: max(found.values()) + i for i, name in enumerate(new, 1)}
    if ax is not None:
        _drawn.setdefault(ax, {})[which] = _Axis(columns=columns, places=found)
    return found


def label(ax: Any, which: str, words: Mapping[float, str], *, most: int | None = None) -> list[float]:
    """Write the names of categories at their ticks, those of the other panels too; return where they stand.

    With `most`, only so many of them, evenly chosen.

    Raises
    ------
    UsageError
        If another panel has another name at one of the places.
    """
    merged = {at: name for one in _before(ax, which) for at, name in one.words.items()}
    if any(merged.get(at, name) != name for at, name in words.items()):
        raise _refused(which)
    merged = dict(sorted((merged | dict(words)).items()))
    if which in _drawn.get(ax, {}):
        _drawn[ax][which].words = merged
    at = list(merged)[:: -(-len(merged) // most) if most else 1]
    (ax.set_xticks if which == "x" else ax.set_yticks)(at, [merged[one] for one in at])
    return at


def known(ax: Any) -> bool:
    """Tell whether a panel is one of ours and has its horizontal axis for itself."""
    return "x" in _drawn.get(ax, {}) and not others(ax, "x")


def categories(ax: Any, which: str) -> bool:
    """Tell whether categories stand on an axis, every one of which needs its name."""
    return bool(_drawn[ax][which].places)


def bare(ax: Any, which: str) -> None:
    """Leave an axis without ticks, and those of panels that share it as they are."""
    if others(ax, which):
        ax.tick_params(axis=which, length=0, **{"labelbottom" if which == "x" else "labelleft": False})
        ax.grid(visible=False, axis=which)
    else:
        (ax.set_xticks if which == "x" else ax.set_yticks)([])


def _before(ax: Any, which: str) -> list[_Axis]:
    # A panel that was cleared since shows nothing any more.
    return [_drawn[one][which] for one in others(ax, which) if which in _drawn.get(one, {}) and one.has_data()]


def _refused(which: str) -> UsageError:
    return UsageError(
        pick(
            f"The panels share their {which} axis, but show different things on it.",
            f"各子图共用 {which} 轴，但该轴上的内容不同。",
        ),
        pick(f"Draw them without share{which}.", f"请不要使用 share{which}。"),
    )
