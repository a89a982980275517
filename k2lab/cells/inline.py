"""Figures of cells as pictures: matplotlib's inline backend, for the time of a run in the live shell."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from k2lab.cells.result import FIGURE_MIME
from k2lab.plots import digest, vector

INLINE = "module://matplotlib_inline.backend_inline"
_NAMES = ("inline", INLINE)


@contextmanager
def inline(ip: Any) -> Iterator[None]:
    """Show figures as sharp PNG pictures with their digest; the person's backend and formats come back afterwards.

    Matplotlib is not imported here: where it is not loaded yet, `MPLBACKEND` decides when a cell loads it.

    Parameters
    ----------
    ip : InteractiveShell
    """
    with ExitStack() as stack:
        _sharp(ip, stack)
        formatters = ip.display_formatter.formatters
        if FIGURE_MIME not in formatters:
            digest.register(ip)
            stack.callback(formatters.pop, FIGURE_MIME, None)
        if vector.MIME not in formatters:
            vector.register(ip)
            stack.callback(formatters.pop, vector.MIME, None)
        flush(ip)
        variable, backend = os.environ.get("MPLBACKEND"), _backend()
        if (backend or variable) not in _NAMES:
            os.environ["MPLBACKEND"] = INLINE
            stack.callback(_back, ip, backend, variable)
            if {"matplotlib.pyplot", "matplotlib_inline.backend_inline"} & set(sys.modules):
                _switch(ip, INLINE)
            elif "matplotlib" in sys.modules:
                sys.modules["matplotlib"].use(INLINE)
        yield


def _sharp(ip: Any, stack: ExitStack) -> None:
    """Ask for pictures of twice the resolution, unless the person chose formats of their own."""
    loaded = sys.modules.get("matplotlib_inline.config")
    if loaded is not None:
        settings = loaded.InlineBackend.instance(parent=ip)
        formats = set(settings.figure_formats)
        if formats == {"png"}:
            _formats(settings, {"retina"})
            stack.callback(_formats, settings, formats)
    elif "InlineBackend" not in ip.config:
        # Importing matplotlib_inline imports matplotlib, which a run without figures does not need.
        ip.config.InlineBackend.figure_formats = {"retina"}
        stack.callback(_blurred, ip)


def _blurred(ip: Any) -> None:
    del ip.config["InlineBackend"]
    loaded = sys.modules.get("matplotlib_inline.config")
    if loaded is not None:
        _formats(loaded.InlineBackend.instance(parent=ip), {"png"})


def flush(ip: Any) -> None:
    """Show the figures that are waiting, so that those of the person do not turn up in the next cell.

    Parameters
    ----------
    ip : InteractiveShell
    """
    backend = sys.modules.get("matplotlib_inline.backend_inline")
    if (
        backend is not None
        and _backend() in _NAMES
        and backend.flush_figures in ip.events.callbacks.get("post_execute", ())
    ):
        backend.flush_figures()


def _formats(settings: Any, formats: set[str]) -> None:
    with warnings.catch_warnings():
        # Of matplotlib_inline itself: it still uses an old way of traitlets to notice the change.
        warnings.simplefilter("ignore", DeprecationWarning)
        settings.figure_formats = formats


def _backend() -> str | None:
    """Return the name of the backend in use, or None as long as matplotlib has not chosen one."""
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None:
        return None
    name = dict.get(matplotlib.rcParams, "backend")
    return name if isinstance(name, str) else None


def _switch(ip: Any, name: Any) -> None:
    from matplotlib import pyplot, rcParams
    from matplotlib_inline.backend_inline import configure_inline_support

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            rcParams["interactive"] = name in _NAMES or rcParams["interactive"]
            pyplot.switch_backend(name)
        except ImportError:
            return  # a window system that is gone: the pictures stay inline
    configure: Any = configure_inline_support
    configure(ip, "inline" if name in _NAMES else "other")


def _back(ip: Any, backend: str | None, variable: str | None) -> None:
    if variable is None:
        os.environ.pop("MPLBACKEND", None)
    else:
        os.environ["MPLBACKEND"] = variable
    if "matplotlib.pyplot" in sys.modules:
        from matplotlib import rcsetup

        # Matplotlib's own mark for "choose at the first figure"; there is no public name for it.
        _switch(ip, backend or variable or rcsetup._auto_backend_sentinel)
