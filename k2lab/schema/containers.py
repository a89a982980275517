"""Look into files that hold tables in their own format: Parquet, Excel, JSON, SQLite and DuckDB."""

from __future__ import annotations

import json
import sqlite3
import warnings
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote as percent_encoded

from k2lab.errors import InputError

_JSON_BYTES = 16 * 1024 * 1024
_SEARCHED_ROWS = 50
_NO_ROWS = "There is nothing to analyse in it."


def check_parquet(paths: Sequence[Path], *, shown: str) -> None:
    """Read the metadata of Parquet files that make one frame.

    Raises
    ------
    InputError
        If one is broken, they do not have the same columns and types, or together have no rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = 0
    first: tuple[Path, dict[str, str]] | None = None
    for path in paths:
        try:
            # Not pq.read_schema alone: the rows are counted in the same footer.
            with pq.ParquetFile(path) as file:
                rows += file.metadata.num_rows
                schema = file.schema_arrow
        except (pa.ArrowException, OSError) as fault:
            if isinstance(fault, PermissionError):
                raise
            raise InputError(
                f"{path} is not a Parquet file, or is damaged: {_short(fault)}", "Write it again."
            ) from None
        types = {name: _plain(kind) for name, kind in zip(schema.names, schema.types, strict=True)}
        if first is None:
            first = path, types
        elif types != first[1]:
            raise InputError(
                f"{path} and {first[0]} do not have the same columns: {_difference(types, first[1])}.",
                "Give the files that belong together, or name them one by one.",
            )
    if not rows:
        raise InputError(f"{shown} has no rows.", _NO_ROWS)


def _plain(kind: object) -> str:
    """Return a type's name; kinds of text that a reader cannot tell apart have one name."""
    import pyarrow as pa

    if isinstance(kind, pa.DictionaryType):
        kind = kind.value_type
    return str(kind).removeprefix("large_").removesuffix("_view")


def _difference(here: dict[str, str], there: dict[str, str]) -> str:
    for name in there:
        if name not in here:
            return f"{name!r} is missing in the first"
    for name, kind in here.items():
        if name not in there:
            return f"{name!r} is missing in the second"
        if kind != there[name]:
            return f"{name!r} is {kind} in the first and {there[name]} in the second"
    return "their order differs"


def _short(fault: Exception) -> str:
    text = " ".join(str(fault).split())
    return text if len(text) <= 160 else text[:159] + "…"


def excel_sheets(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Return name, empty rows before the header, and rows found below it (up to 50) of each sheet with a header.

    Raises
    ------
    InputError
        If the file is not an Excel workbook.
    """
    import zipfile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles, which hold no data
        try:
            with path.open("rb") as file, closing(load_workbook(file, read_only=True, data_only=True)) as book:
                for sheet in book.worksheets:
                    rows = [
                        any(cell is not None for cell in row)
                        for row in sheet.iter_rows(max_row=_SEARCHED_ROWS, values_only=True)
                    ]
                    if any(rows):
                        header = rows.index(True)
                        found.append((str(sheet.title), header, sum(rows[header + 1 :])))
        except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, EOFError, SyntaxError) as fault:
            raise InputError(
                f"{path} is not an Excel workbook, or is damaged: {_short(fault)}", "Save it again as .xlsx, or as CSV."
            ) from None
    return tuple(found)


def json_options(path: Path) -> dict[str, object]:
    """Look at a JSON file; return the arguments of `pandas.read_json` that it needs.

    Raises
    ------
    InputError
        If it is empty, not JSON, or not a table.
    """
    from k2lab.schema.encoding import decode

    with path.open("rb") as file:
        head = file.read(_JSON_BYTES + 1)
    whole = len(head) <= _JSON_BYTES
    if not head.strip():
        raise InputError(f"{path} is empty.", "Save the table as JSON lines or CSV.")
    text, encoding = decode(head, path, whole=whole)
    if not encoding.startswith("utf-8"):
        raise InputError(f"{path} is not UTF-8, which JSON has to be.", "Save it as UTF-8 and try again.")
    # JSON says itself what is a number: without dtype=False pandas would make 501 of the text "00501".
    options: dict[str, object] = {"dtype": False} if encoding == "utf-8" else {"dtype": False, "encoding": encoding}
    text = text.lstrip()
    lines = [line for line in (text.split("\n") if whole else text.split("\n")[:-1]) if line.strip()]
    if text.startswith("{") and len(lines) > 1 and _reads(lines[0]) and lines[0].rstrip().endswith("}"):
        for number, line in enumerate(lines, 1):
            if not _reads(line):
                raise InputError(f"{path} is broken: its entry {number} is not JSON.", "Write one object a line.")
        return {"lines": True, **options}
    if not whole:
        if text.startswith("["):
            return options
        raise InputError(f"{path} is not a table.", "Save it as JSON lines: one object a line.")
    try:
        made = json.loads(text)
    except ValueError as fault:
        raise InputError(f"{path} is not JSON: {fault}.", "Write it again, as JSON lines or CSV.") from None
    if isinstance(made, dict) and made and not any(isinstance(value, list | dict) for value in made.values()):
        return {"lines": True, **options}  # JSON lines with a single line
    if not isinstance(made, list | dict) or (isinstance(made, list) and not all(isinstance(one, dict) for one in made)):
        raise InputError(f"{path} is JSON, but not a table.", "Save a list of objects, or one object a line.")
    if not made:
        raise InputError(f"{path} has no rows.", _NO_ROWS)
    return options


def _reads(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def sqlite_address(path: str) -> str:
    """Return the address that opens a SQLite file for reading only; opening by name would make a missing file.

    Examples
    --------
    >>> sqlite_address("my data.db")
    'file:my%20data.db?mode=ro'
    """
    return f"file:{percent_encoded(path)}?mode=ro"


def sqlite_tables(path: Path) -> dict[str, bool]:
    """Return the tables and views of a SQLite file, and whether each has rows.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    try:
        with closing(sqlite3.connect(sqlite_address(path.absolute().as_posix()), uri=True)) as connection:
            asked = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
            names = [str(name) for (name,) in connection.execute(asked) if not str(name).startswith("sqlite_")]
            return {
                name: connection.execute(f"SELECT 1 FROM {quoted(name)} LIMIT 1").fetchone() is not None
                for name in names
            }
    except sqlite3.Error as fault:
        raise InputError(
            f"{path} is not a SQLite database, or is damaged: {_short(fault)}.", "Export its tables as CSV."
        ) from None


def duckdb_tables(path: Path) -> dict[tuple[str, str], bool]:
    """Return schema and name of the tables and views of a DuckDB file, and whether each has rows.

    Raises
    ------
    InputError
        If the file is damaged, or written by a version that the one installed here cannot read.
    """
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            asked = (
                "SELECT table_schema, table_name FROM information_schema.tables "
                "WHERE table_catalog = current_database() AND table_schema <> 'information_schema' ORDER BY ALL"
            )
            names = [(str(schema), str(name)) for schema, name in connection.sql(asked).fetchall()]
            return {
                (schema, name): bool(
                    connection.sql(f"SELECT 1 FROM {quoted(schema)}.{quoted(name)} LIMIT 1").fetchall()
                )
                for schema, name in names
            }
    except duckdb.Error as fault:
        raise InputError(
            f"{path} cannot be read by DuckDB: {_short(fault)}.", "Export its tables as Parquet."
        ) from None


def quoted(name: str) -> str:
    """Return a name as SQL writes it.

    Examples
    --------
    >>> print(quoted('my "best" table'))
    "my ""best"" table"
    """
    return '"' + name.replace('"', '""') + '"'
