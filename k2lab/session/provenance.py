"""Provenance: what a reader needs to make a run again."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

_PACKAGES = (
    "k2lab",
    "pandas",
    "numpy",
    "scipy",
    "statsmodels",
    "scikit-learn",
    "matplotlib",
    "seaborn",
    "narwhals",
    "polars",
)


def provenance(fingerprints: Mapping[str, str]) -> dict[str, Any]:
    """Return versions, platform and the data's fingerprints as JSON values."""
    return {"versions": _versions(), "platform": platform.platform(), "data": dict(fingerprints)}


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # not every library of frames is installed everywhere
            continue
    return found
