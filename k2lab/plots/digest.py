"""A figure in words and counts, for a reader that sees no image: a text-only model, a screen reader, a report.

Figures of ours say exactly what is in them; of any other matplotlib figure (seaborn's too) the digest tells what can be
read from it: titles, axes, ranges, legend. It never holds a row of data.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import Any

from k2lab.locale import pick
from k2lab.plots import text, ticks
from k2lab.plots.record import Record, listed, record_of, rounded

MIME = "application/vnd.k2lab.figure+json"
_MOST = 60


def digest(fig: Any) -> dict[str, Any]:
    """Describe a matplotlib figure as JSON values.

    Parameters
    ----------
    fig : matplotlib.figure.Figure

    Returns
    -------
    dict
        ``title``, ``kind``, ``axes`` (each with ``x`` and ``y``: label, low, high, scale; ``groups``; ``marks``),
        ``n``, ``caption`` and ``alt``, full sentences in the language in use when the figure was drawn.
    """
    sheets = [ax for ax in fig.get_axes() if ax.get_visible() and not _is_colour_bar(ax)]
    records = [record for ax in sheets if (record := record_of(ax)) is not None]
    axes = [_axes(ax) for ax in sheets]
    overall = _title(fig) or next((str(a["title"]) for a in axes if a["title"]), "")
    made: dict[str, Any] = {"title": overall, "kind": "figure", "axes": axes}
    if records:
        made["title"] = _title(fig) or records[0].title or overall
        made["kind"] = records[0].kind
        made["n"] = sum({id(record): record.n for record in records}.values())
        made["caption"] = " ".join(dict.fromkeys(record.caption for record in records))
        made["alt"] = " ".join(dict.fromkeys(record.alt for record in records))
    else:
        kinds = {_kind([one]) for one in axes}
        made["kind"] = kinds.pop() if len(kinds) == 1 else "figure"
        made["alt"] = _describe(made)
        made["caption"] = made["alt"]
    return made


def register(ip: Any) -> None:
    """Add the digest to every matplotlib figure that an IPython shell displays.

    Parameters
    ----------
    ip : IPython.core.interactiveshell.InteractiveShell
        Calling it again changes nothing.
    """
    from IPython.core.formatters import BaseFormatter, catch_format_error
    from traitlets import ObjectName, Unicode

    class FigureDigest(BaseFormatter):  # type: ignore[misc]
        """The formatter of the digest's mime type.

        It knows figures by itself: what is registered for their type is taken away from every formatter when the
        inline backend is configured, which importing pyplot does.
        """

        format_type = Unicode(MIME)
        print_method = ObjectName("_repr_k2lab_figure_")
        _return_type = dict

        @catch_format_error  # type: ignore[untyped-decorator]
        def __call__(self, obj: Any) -> dict[str, Any] | None:
            figure = getattr(sys.modules.get("matplotlib.figure"), "Figure", None)
            return digest(obj) if figure is not None and isinstance(obj, figure) else None

    formatters = ip.display_formatter.formatters
    if MIME not in formatters:
        formatters[MIME] = FigureDigest(parent=ip.display_formatter)


def _axes(ax: Any) -> dict[str, Any]:
    record = record_of(ax)
    made: dict[str, Any] = {
        "title": record.title if record else _unescaped(_title_of(ax)),
        "x": _axis(ax.xaxis, ax.get_xlim(), record.x if record else ""),
        "y": _axis(ax.yaxis, ax.get_ylim(), record.y if record else ""),
        "groups": [dict(group) for group in record.groups] if record else _legend(ax),
        "marks": dict(record.marks) if record else _counts(ax),
    }
    return made


def _title_of(ax: Any) -> str:
    return next((ax.get_title(loc) for loc in ("left", "center", "right") if ax.get_title(loc)), "")


def _title(fig: Any) -> str:
    return _unescaped(fig.get_suptitle())


def _unescaped(words: str) -> str:
    return text.trim(text.plain(words.replace(r"\$", "$")), 3000) if words.strip() else ""


def _axis(axis: Any, limits: tuple[float, float], label: str) -> dict[str, Any]:
    """Return an axis as label, range and scale; categories by their names."""
    made: dict[str, Any] = {"label": label or _unescaped(axis.get_label_text())}
    names = _names(axis)
    if names is not None:
        made["scale"] = "category"
        made["categories"] = names
        return made
    low, high = sorted(float(limit) for limit in limits)
    dates = type(axis.get_converter()).__name__ if axis.have_units() else ""
    if "Date" in dates or "Date" in type(axis.get_major_formatter()).__name__:
        from matplotlib.dates import num2date

        made |= {"low": num2date(low).isoformat()[:19], "high": num2date(high).isoformat()[:19], "scale": "time"}
        return made
    made |= {"low": rounded(low), "high": rounded(high), "scale": str(axis.get_scale())}
    return made


def _names(axis: Any) -> list[str] | None:
    """Return the tick labels of a category axis, or None for a number axis."""
    formatter = axis.get_major_formatter()
    # Labels given with set_ticks are looked up by a partial function; a formatter of numbers is a plain one.
    given = isinstance(getattr(formatter, "func", None), partial)
    if not given and type(formatter).__name__ not in ("FixedFormatter", "StrCategoryFormatter"):
        return None
    words = [_unescaped(label.get_text()) for label in axis.get_ticklabels()]
    return [re.sub(r" n = [\d,]+$", "", word) for word in words if word][:_MOST] or None


def _legend(ax: Any) -> list[dict[str, Any]]:
    """Return the names in the legend as groups; how many rows each has cannot be read from a foreign figure."""
    legend = ax.get_legend()
    labels = [entry.get_text() for entry in legend.get_texts()] if legend else ax.get_legend_handles_labels()[1]
    return [{"name": _unescaped(label)} for label in dict.fromkeys(labels) if label.strip()][:_MOST]


def _counts(ax: Any) -> dict[str, Any]:
    """Count the artists that carry data, by kind."""
    import numpy as np
    from matplotlib.collections import PathCollection, PolyCollection, QuadMesh
    from matplotlib.container import BarContainer

    collections = list(ax.collections)
    points = [c for c in collections if isinstance(c, PathCollection)]
    counted: dict[str, int] = {
        "lines": len(ax.get_lines()),
        "bars": sum(len(c.patches) for c in ax.containers if isinstance(c, BarContainer)),
        "points": sum(np.asarray(c.get_offsets()).shape[0] for c in points),
        "shapes": sum(isinstance(c, PolyCollection) for c in collections),
        "images": len(ax.get_images()) + sum(isinstance(c, QuadMesh) for c in collections),
        "patches": sum(type(p).__name__ == "PathPatch" for p in ax.patches),
        "texts": len(ax.texts),
    }
    return {name: number for name, number in counted.items() if number}


def _is_colour_bar(ax: Any) -> bool:
    return hasattr(ax, "_colorbar") or ax.get_label() == "<colorbar>"


def _kind(axes: list[dict[str, Any]]) -> str:
    """Guess a foreign figure's kind from what it is made of."""
    total: dict[str, int] = {}
    for made in axes:
        for name, number in made["marks"].items():
            total[name] = total.get(name, 0) + int(number)
    order = (
        ("images", "image"),
        ("bars", "bars"),
        ("points", "scatter"),
        ("patches", "box"),
        ("shapes", "shapes"),
        ("lines", "line"),
    )
    return next((kind for name, kind in order if total.get(name)), "figure")


def _describe(made: dict[str, Any]) -> str:
    """Say in sentences what can be read from a foreign figure."""
    if not made["axes"]:
        return pick("An empty figure.", "空白图。")
    kinds = {
        "image": pick("heat map", "热图"),
        "bars": pick("bar chart", "柱状图"),
        "scatter": pick("scatter plot", "散点图"),
        "box": pick("box plot", "箱线图"),
        "shapes": pick("plot of shapes", "图形"),
        "line": pick("line plot", "折线图"),
        "figure": pick("figure", "图"),
    }
    kind, title = kinds[made["kind"]], made["title"]
    article = pick("An" if kind[0] in "aeiou" else "A", "")
    named = pick(f' titled "{title}"', f"，标题为“{title}”") if title else ""
    parts = [pick(f"{article} {kind}{named}.", f"一幅{kind}{named}。")]
    if len(made["axes"]) > 1:
        parts.append(pick(f"It has {len(made['axes'])} panels.", f"共 {len(made['axes'])} 个子图。"))
    first = made["axes"][0]
    for which, word in (("x", pick("horizontal", "横")), ("y", pick("vertical", "纵"))):
        parts.append(_axis_words(word, first[which]))
    if first["groups"]:
        names = listed(str(group["name"]) for group in first["groups"][:8])
        parts.append(pick(f"The legend names {names}.", f"图例：{names}。"))
    return " ".join(part for part in parts if part) if pick("en", "zh") == "en" else "".join(parts)


def _axis_words(word: str, axis: dict[str, Any]) -> str:
    name = axis["label"]
    if "categories" in axis:
        names = listed(axis["categories"][:8]) + (pick(" and more", "等") if len(axis["categories"]) > 8 else "")
        shown = pick(f" shows {name}" if name else "", f"为 {name}" if name else "")
        return pick(f"The {word} axis{shown}: {names}.", f"{word}轴{shown}：{names}。")
    low, high = (ticks.short(end) if isinstance(end, float) else str(end) for end in (axis["low"], axis["high"]))
    span = pick(f"{low} to {high}", f"{low} 至 {high}")
    scale = pick(" on a log scale", "（对数刻度）") if axis["scale"] == "log" else ""
    shown = pick(f" shows {name}," if name else " runs", f"为 {name}，范围" if name else "范围")
    return pick(f"The {word} axis{shown} from {span}{scale}.", f"{word}轴{shown} {span}{scale}。")


__all__ = ["MIME", "Record", "digest", "register"]
