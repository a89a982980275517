"""Frames of a namespace as schemas: in this process, and as JSON from a kernel of our own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from k2lab.schema.describe import describe
from k2lab.schema.model import FrameSchema, Privacy


def described(
    frames: Mapping[str, Any], privacy: str, origins: Mapping[str, str] | None = None
) -> tuple[FrameSchema, ...]:
    """Describe frames by name, as much as `privacy` allows; `origins` is the code that loaded them, where known."""
    known = origins or {}
    return tuple(
        describe(frame, name=name, privacy=cast(Privacy, privacy), origin=known.get(name, ""))
        for name, frame in frames.items()
    )


def described_json(namespace: Mapping[str, Any], origins: Mapping[str, str], privacy: str) -> str:
    """Describe the frames named in `origins`; what a kernel of our own is asked for."""
    frames = {name: namespace[name] for name in origins}
    return json.dumps([frame.to_dict() for frame in described(frames, privacy, origins)])
