"""Fingerprints of data files: how a report knows that what it tells of has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

_WHOLE = 256 << 20  # files up to this size are hashed whole; of larger ones both ends and the size
_END = 16 << 20


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


def source_mark(source: str) -> str:
    """Return a short fingerprint of a cell's source, whatever white space its lines end with.

    Examples
    --------
    >>> source_mark("x = 1  \\n") == source_mark("x = 1"), source_mark("x = 1") == source_mark("x = 2")
    (True, False)
    """
    lines = "\n".join(line.rstrip() for line in source.strip().splitlines())
    return hashlib.sha256(lines.encode()).hexdigest()[:12]
