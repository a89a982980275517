"""Rules on data: statements that change a database, or reach out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from k2lab.guard.source import Source
from k2lab.guard.verdict import Reason

_CHANGES = re.compile(
    r"(?:^|;)\s*(DROP|DELETE\s+FROM|UPDATE|INSERT|ALTER|TRUNCATE|COPY|EXPORT|IMPORT|ATTACH|DETACH|INSTALL|LOAD|VACUUM|PRAGMA|SET)\b",
    re.IGNORECASE,
)
_RUNS = frozenset({"execute", "executemany", "executescript", "sql", "query", "read_sql", "read_sql_query"})


def changes_a_database(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when SQL changes tables, writes files or loads extensions, and when a frame is written to a database."""
    for name, call in source.calls():
        last = name.rpartition(".")[2]
        if last in ("to_sql", "write_database"):
            yield source.reason("database", call, "writes a table into a database")
        elif last in _RUNS:
            for arg in call.args[:2]:
                found = _CHANGES.search(re.sub(r"--[^\n]*|/\*.*?\*/", " ", source.start(arg), flags=re.DOTALL))
                if found:
                    yield source.reason(
                        "database", call, f"{found.group(1).upper()} changes the database or reaches out of it"
                    )
