"""The built labextension, as it goes into the wheel."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

BUILT = Path(__file__).resolve().parents[2] / "k2lab" / "_labextension"


@pytest.mark.skipif(not BUILT.is_dir(), reason="the labextension is not built")
def test_the_extension_is_under_150_kilobytes_compressed():
    files = [path.read_bytes() for path in BUILT.rglob("*") if path.suffix in (".js", ".css", ".json")]

    assert 20_000 < sum(len(gzip.compress(body)) for body in files) < 150_000
