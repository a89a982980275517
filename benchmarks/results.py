"""The measured parts of ``results.md``: each between two comments, so that what is written around them stays."""

from __future__ import annotations

import re
from pathlib import Path

FILE = Path(__file__).resolve().parent / "results.md"


def put(part: str, text: str) -> None:
    """Replace a part of the file, or add it at the end."""
    before = FILE.read_text() if FILE.exists() else "# Results\n"
    made = f"<!-- {part} -->\n{text.strip()}\n<!-- end of {part} -->"
    known = re.compile(rf"<!-- {re.escape(part)} -->.*?<!-- end of {re.escape(part)} -->", re.DOTALL)
    FILE.write_text(known.sub(lambda _: made, before) if known.search(before) else f"{before.rstrip()}\n\n{made}\n")
