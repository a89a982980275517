"""Provenance: what a reader needs to make a run again."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
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
_WHOLE = 256 << 20  # files up to this size are hashed whole; of larger ones both ends and the size
_END = 16 << 20


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


def fingerprint(path: Path) -> str:
    """Return a short fingerprint of a file: SHA-256 of its bytes; above 256 MiB, of its size and both ends."""
    size = path.stat().st_size
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if size <= _WHOLE:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
            return f"sha256 {digest.hexdigest()[:16]}"
        digest.update(str(size).encode())
        digest.update(file.read(_END))
        file.seek(-_END, 2)
        digest.update(file.read(_END))
    return f"sha256 of size and ends {digest.hexdigest()[:16]}"
