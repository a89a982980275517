"""The embedded analyst: rules, no language model."""

from __future__ import annotations

from k2lab.provider.offline.analyst import MODEL, OfflineAnalyst

__all__ = ("MODEL", "OfflineAnalyst")
