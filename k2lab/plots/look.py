"""The look of every figure: ours, plain matplotlib's and seaborn's alike.

One point is one CSS pixel (``figure.dpi`` 72), so a 12 pt label is 12 px in a page and a 10 inch figure fills a
720 px column; notebooks show it at twice the resolution.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from k2lab.plots import digest, fonts, palette, pictures, vector

WIDE = 720
DPI = 72


def params() -> dict[str, Any]:
    """Return the rcParams of the ground in use."""
    from matplotlib.rcsetup import cycler

    c = palette.token
    return {
        "figure.dpi": DPI,
        "savefig.dpi": 2 * DPI,
        "figure.figsize": (WIDE / DPI, 400 / DPI),
        "figure.facecolor": c("background"),
        "savefig.facecolor": "auto",
        "axes.facecolor": c("background"),
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.h_pad": 0.08,
        "figure.constrained_layout.w_pad": 0.08,
        "figure.max_open_warning": 0,
        "font.family": list(fonts.families()),
        "font.size": 12,
        "axes.unicode_minus": True,
        "text.color": c("text"),
        "axes.labelcolor": c("muted"),
        "axes.titlecolor": c("text"),
        "axes.titlesize": 13,
        "axes.titleweight": 600,
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        "axes.labelsize": 12,
        "axes.labelpad": 6,
        "figure.titlesize": 13,
        "figure.titleweight": 600,
        "axes.edgecolor": c("rule"),
        "axes.linewidth": 1,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": c("grid"),
        "grid.linewidth": 1,
        "grid.linestyle": "-",
        "xtick.color": c("rule"),
        "ytick.color": c("rule"),
        "xtick.labelcolor": c("muted"),
        "ytick.labelcolor": c("muted"),
        "xtick.labelsize": 12,
        "ytick.labelsize": 12,
        "xtick.major.size": 4,
        "ytick.major.size": 0,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "xtick.major.width": 1,
        "xtick.major.pad": 4,
        "ytick.major.pad": 6,
        "axes.prop_cycle": cycler(color=[c(f"c{i}") for i in range(1, palette.ROLES + 1)]),
        "image.cmap": "k2lab",
        "lines.linewidth": 2,
        "lines.markersize": 7,
        "lines.solid_capstyle": "round",
        "patch.linewidth": 0,
        "patch.edgecolor": c("background"),
        "patch.facecolor": c("c1"),
        "hatch.linewidth": 1,
        "boxplot.flierprops.markeredgecolor": c("muted"),
        "boxplot.flierprops.markersize": 3,
        "boxplot.medianprops.color": c("text"),
        "boxplot.boxprops.color": c("muted"),
        "boxplot.whiskerprops.color": c("muted"),
        "boxplot.capprops.color": c("muted"),
        "errorbar.capsize": 0,
        "legend.frameon": False,
        "legend.fontsize": 12,
        "legend.title_fontsize": 12,
        "legend.labelcolor": c("text"),
        "legend.handlelength": 1.2,
        "legend.borderaxespad": 0.4,
        "svg.fonttype": "path",
        "pdf.fonttype": 42,
    }


def _register_maps() -> None:
    import matplotlib
    from matplotlib.colors import ListedColormap

    for name, colours in (("k2lab", palette.sequential()), ("k2lab_diverging", palette.diverging())):
        if name in matplotlib.colormaps:
            matplotlib.colormaps.unregister(name)  # registering over it would warn
        matplotlib.colormaps.register(ListedColormap(colours, name))


@contextmanager
def theme(mode: str | None = None) -> Iterator[None]:
    """Draw what is made inside in the k2lab look, seaborn and plain matplotlib too.

    In IPython, figures are from then on shown at twice the resolution, each with its digest.

    Parameters
    ----------
    mode : {"light", "dark"}, optional
        The ground; by default the one in use.

    Raises
    ------
    ValueError
        If there is no such ground.

    Examples
    --------
    >>> from matplotlib import pyplot as plt
    >>> with theme("dark"):
    ...     figure, ax = plt.subplots()
    >>> ax.spines["top"].get_visible()
    False
    >>> plt.close(figure)
    """
    import matplotlib

    before = palette.mode()
    palette.use_mode(mode or before)
    fonts.quiet()
    _connect()
    try:
        _register_maps()
        with matplotlib.rc_context(params()):
            yield
    finally:
        palette.use_mode(before)
        if mode not in (None, before):
            _register_maps()


def use(mode: str = "light") -> None:
    """Apply the look to every figure from now on, and forget which level had which colour.

    In IPython, figures are shown at twice the resolution and each comes with its digest.

    Parameters
    ----------
    mode : {"light", "dark"}
        The ground.

    Raises
    ------
    ValueError
        If there is no such ground.

    Examples
    --------
    >>> import matplotlib
    >>> with matplotlib.rc_context():
    ...     use("light")
    ...     print(matplotlib.rcParams["axes.spines.top"])
    False
    """
    import matplotlib

    palette.use_mode(mode)
    palette.reset()
    fonts.quiet()
    _register_maps()
    matplotlib.rcParams.update(params())
    # A person's own seaborn figure may hold a letter that no font has; the hollow square shows it well enough.
    warnings.filterwarnings("ignore", message=r"Glyph \d+ .*missing from font")
    # These parameters ask for a constrained layout; a person who asks for a tight one gets it, and no warning of ours.
    warnings.filterwarnings("ignore", message="The figure layout has changed to tight")
    _connect()


def _connect() -> None:
    """Let an IPython shell, if one is running, show figures sharp and with their digest."""
    if "IPython" in sys.modules:
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
        if shell is not None:
            _sharpen(shell)
            digest.register(shell)
            vector.register(shell)


def _sharpen(shell: Any) -> None:
    """Show figures at twice the resolution where the inline backend is what shows them."""
    import matplotlib
    from matplotlib_inline.config import InlineBackend

    if "inline" not in str(matplotlib.get_backend()):  # asking settles it, so that nothing is reset later
        return
    settings = InlineBackend.instance(parent=shell)
    if settings.figure_formats == {"png"}:  # a person who chose SVG keeps it
        pictures.register(shell)
