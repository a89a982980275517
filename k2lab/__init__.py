"""A data analyst that lives in a Jupyter notebook.

Names load on first use, so that ``%load_ext k2lab`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "ask", "datasets", "load_ipython_extension", "plots", "stats", "use_language"]

_FROM = {"ask": "k2lab.session", "use_language": "k2lab.locale"}
_MODULES = {"datasets", "plots", "stats"}


def __getattr__(name: str) -> Any:
    if name in _FROM:
        return getattr(import_module(_FROM[name]), name)
    if name in _MODULES:
        return import_module(f"k2lab.{name}")
    raise AttributeError(f"module 'k2lab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(ip: Any) -> None:
    """Make ``%k2`` and ``%%k2`` known; what ``%load_ext k2lab`` calls."""
    # By name, as all names here: the package's front door stands above no layer.
    import_module("k2lab.notebook.magic").register(ip)
