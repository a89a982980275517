"""Figures in one palette, for any table: each returns a matplotlib Axes and tells in words what it shows.

Seaborn-like keywords (``x``, ``y``, ``hue``, ``ax``), and ``log`` and ``title``. `use` applies the look to plain
matplotlib and seaborn figures too.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from k2lab.plots import digest, palette
    from k2lab.plots.bars import bar
    from k2lab.plots.boxes import box
    from k2lab.plots.curves import density, ecdf
    from k2lab.plots.diagnostics import residuals
    from k2lab.plots.forest import coefficients
    from k2lab.plots.heatmaps import heatmap
    from k2lab.plots.histograms import histogram
    from k2lab.plots.interactions import interaction
    from k2lab.plots.intervals import means
    from k2lab.plots.look import theme, use
    from k2lab.plots.panels import multiples
    from k2lab.plots.scatters import scatter
    from k2lab.plots.stacked import shares
    from k2lab.plots.swarms import strip
    from k2lab.plots.trends import trend
    from k2lab.plots.violins import violin

__all__ = [
    "bar",
    "box",
    "coefficients",
    "density",
    "digest",
    "ecdf",
    "heatmap",
    "histogram",
    "interaction",
    "means",
    "multiples",
    "palette",
    "residuals",
    "scatter",
    "shares",
    "strip",
    "theme",
    "trend",
    "use",
    "violin",
]


_MODULES = {
    "bar": "bars",
    "box": "boxes",
    "coefficients": "forest",
    "density": "curves",
    "ecdf": "curves",
    "heatmap": "heatmaps",
    "histogram": "histograms",
    "interaction": "interactions",
    "means": "intervals",
    "multiples": "panels",
    "residuals": "diagnostics",
    "scatter": "scatters",
    "shares": "stacked",
    "strip": "swarms",
    "theme": "look",
    "trend": "trends",
    "use": "look",
    "violin": "violins",
}


def __getattr__(name: str) -> Any:
    """Import what a name stands for when it is first asked for; no module has the name of a function."""
    if name in ("digest", "palette"):
        return import_module(f"k2lab.plots.{name}")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"k2lab.plots.{_MODULES[name]}"), name)
