"""Files on the command line: which frames they hold, the code that loads each, and what is wrong with them."""

from __future__ import annotations

import builtins
import glob
import keyword
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from k2lab.errors import InputError
from k2lab.schema import containers
from k2lab.schema.delimited import Delimited, inspect_delimited
from k2lab.schema.encoding import format_of

Format = Literal["", "delimited", "parquet", "excel", "json", "sqlite", "duckdb"]

_FORMATS: Mapping[str, Format] = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt", ".csv.gz", ".tsv.gz"), "delimited"),
    **dict.fromkeys((".parquet", ".pq", ".parq"), "parquet"),
    **dict.fromkeys((".xlsx", ".xlsm"), "excel"),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "json"),
    **dict.fromkeys((".sqlite", ".sqlite3", ".db", ".db3"), "sqlite"),
    **dict.fromkeys((".duckdb", ".ddb"), "duckdb"),
}
_READS = "k2lab reads CSV, TSV, Parquet, Excel (.xlsx), JSON lines, DuckDB and SQLite files."
_MOST_TABLES = 20
# Names that the generated cells need for themselves.
_TAKEN = frozenset(
    {"pd", "np", "plt", "sns", "pl", "duckdb", "sqlite3", "glob", "connection", "stats", "plots", "use_language"}
    | {
        "client",
        "spark",
        "dd",
        "k2lab",
        "math",
        "json",
        "os",
        "re",
        "sys",
        "Path",
        "In",
        "Out",
        "display",
        *keyword.kwlist,
        *keyword.softkwlist,
    }
    | set(dir(builtins))
)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A frame in one or more files.

    Attributes
    ----------
    name : str
        The variable for it: a Python identifier, unique among the sources.
    code : str
        Lines that load it, for a notebook in the folder given to `sources`; they need no k2lab.
    paths : tuple of str
        The files, as they can be opened from here.
    format : str
        How they are written; empty where `code` makes the frame of no file.
    where : str
        The Python expression for Parquet files that `code` reads: a path, or a sorted list of paths.
    mend : str
        What to do if `code` fails, where that is not the fault of the file.
    """

    name: str
    code: str
    paths: tuple[str, ...] = ()
    format: Format = ""
    where: str = ""
    mend: str = ""


def sources(paths: Sequence[str], *, folder: Path | None) -> tuple[Source, ...]:
    """Find the frames in files.

    Parameters
    ----------
    paths : sequence of str
        Files, folders and glob patterns. ``book.xlsx#Sheet`` and ``shop.db#orders`` choose a sheet or table.
    folder : Path or None
        Where the code will run; paths in the code are relative to it where it is near. None: they are absolute, for
        workers that run elsewhere.

    Returns
    -------
    tuple of Source
        A pattern or folder of Parquet files is one frame, and so is a pattern of CSV files that are written alike; each
        other file is a frame, of a workbook the first sheet with rows, of a database each table with rows.

    Raises
    ------
    InputError
        One line: the first thing that is wrong, and what to do.

    Examples
    --------
    >>> sources(["no-such-file.csv"], folder=Path("."))
    Traceback (most recent call last):
    k2lab.errors.InputError: There is no file no-such-file.csv. Check the name...
    """
    found: list[Source] = []
    for path in paths:
        try:
            found += _of_path(path, folder)
        except PermissionError as fault:
            raise InputError(f"{fault.filename or path} may not be read.", "Ask for permission to read it.") from None
        except OSError as fault:
            raise InputError(
                f"{path} cannot be read: {fault.strerror or fault}.", "Check the disk and the path."
            ) from None
    return tuple(_unique(found))


def probe(source: Source) -> None:
    """Check that a source can be read, without loading it.

    `sources` has looked at text files, workbooks and databases already, when it wrote the code that loads them; here
    the footers of Parquet files are read.

    Raises
    ------
    InputError
        One line: what is wrong, and what to do.
    """
    files = [Path(path) for path in source.paths]
    for file in files:
        if not file.is_file():
            raise _missing(str(file))
    if source.format == "parquet":
        shown = str(files[0]) if len(files) == 1 else f"{files[0].parent} ({len(files)} Parquet files)"
        try:
            containers.check_parquet(files, shown=shown)
        except PermissionError as fault:
            raise InputError(f"{fault.filename or shown} may not be read.", "Ask for permission to read it.") from None


def _of_path(given: str, folder: Path | None) -> Iterator[Source]:
    path = Path(given).expanduser()
    if path.is_dir():
        yield from _of_folder(path, folder)
    elif path.exists():
        yield from _of_file(path, "", folder)
    elif "#" in given and Path(given.rpartition("#")[0]).expanduser().is_file():
        file, _, part = given.rpartition("#")
        yield from _of_file(Path(file).expanduser(), part, folder)
    elif glob.has_magic(given):
        yield from _of_pattern(str(path), folder)
    else:
        raise _missing(given)


def _missing(given: str) -> InputError:
    if "://" in given:
        return InputError(f"{given} is an address, not a file.", "Download it first.")
    path = Path(given).expanduser()
    if not path.parent.is_dir():
        return InputError(f"There is no file {given}.", f"The folder {path.parent} does not exist.")
    names = [one.name for one in path.parent.iterdir()]
    near = get_close_matches(path.name, names, n=3, cutoff=0.6)
    mend = f"Near it: {', '.join(near)}." if near else f"Check the name; the folder is {path.parent.absolute()}."
    return InputError(f"There is no file {given}.", mend)


def _of_folder(path: Path, folder: Path | None) -> Iterator[Source]:
    files = sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith((".", "_")))
    formats = [_format(one) for one in files]
    deep = sorted(one for one in path.rglob("*") if _is_part(one, path))
    if deep:
        # As one table: pandas reads the folder, with columns from the names of folders like year=2024.
        alone = len(deep) == len([one for one in path.rglob("*") if one.is_file() and _is_open(one, path)])
        pattern = f"{glob.escape(_address(path, folder))}/**/*{deep[0].suffix}"
        where = repr(_address(path, folder)) if alone else f"sorted(glob({pattern!r}, recursive=True))"
        yield _parquet(_identifier(path.absolute().name), deep, where)
    rest = [one for one, kind in zip(files, formats, strict=True) if kind not in ("", "parquet")]
    if not deep and not rest:
        raise InputError(f"The folder {path} holds no file that can be read.", _READS)
    for file in rest:
        yield from _of_file(file, "", folder)


def _is_open(file: Path, root: Path) -> bool:
    return not any(part.startswith((".", "_")) for part in file.relative_to(root).parts)


def _is_part(file: Path, root: Path) -> bool:
    return file.is_file() and _format(file) == "parquet" and _is_open(file, root)


def _of_pattern(pattern: str, folder: Path | None) -> Iterator[Source]:
    files = [Path(one) for one in sorted(glob.glob(pattern, recursive=True)) if Path(one).is_file()]
    if not files:
        raise InputError(f"No file matches {pattern}.", "Check the pattern, and put it in quotes.")
    address = _address(Path(pattern), folder)
    where = f"sorted(glob({address!r}{', recursive=True' if '**' in address else ''}))"
    name = _identifier(
        re.sub(r"[*?\[\]]+", "", Path(pattern).name.partition(".")[0]) or Path(pattern).parent.absolute().name
    )
    formats = {_format(one) for one in files}
    if formats == {"parquet"}:
        yield _parquet(name, files, where)
        return
    if formats == {"delimited"} and len(files) > 1:
        looks = [inspect_delimited(one) for one in files]
        if all(look == looks[0] for look in looks):
            one = _read_csv("path", looks[0])
            imports = f"import pandas as pd\nfrom glob import glob\n\n{_comments(looks[0])}"
            code = f"{imports}{name} = pd.concat([{one} for path in {where}], ignore_index=True)"
            yield Source(name=name, code=code, paths=_texts(files), format="delimited")
            return
    for file in files:
        yield from _of_file(file, "", folder)


def _of_file(path: Path, part: str, folder: Path | None) -> Iterator[Source]:
    if not os.access(path, os.R_OK):
        raise PermissionError(13, "may not be read", str(path))
    if not path.is_file():
        raise InputError(f"{path} is not a regular file.", _READS)
    kind, address = _format(path), _address(path, folder)
    name = _identifier(path.name.partition(".")[0] or path.name)
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty.", "Save the table with a header and rows.")
    if kind == "parquet":
        yield _parquet(name, [path], repr(address))
    elif kind == "delimited":
        look = inspect_delimited(path)
        code = f"import pandas as pd\n\n{_comments(look)}{name} = {_read_csv(repr(address), look)}"
        yield Source(name=name, code=code, paths=_texts([path]), format="delimited")
    elif kind == "json":
        options = "".join(f", {key}={value!r}" for key, value in containers.json_options(path).items())
        code = f"import pandas as pd\n\n{name} = pd.read_json({address!r}{options})"
        yield Source(name=name, code=code, paths=_texts([path]), format="json")
    elif kind == "excel":
        yield _workbook(path, part, name, address)
    elif kind in ("sqlite", "duckdb"):
        yield from _database(path, part, name, address)
    else:
        raise InputError(f"{path} is in a format that k2lab cannot read.", _READS)


def _format(path: Path) -> Format:
    """Return the format by the ending of the name; of unknown endings and databases by the first bytes."""
    suffixes = [one.lower() for one in path.suffixes]
    kind = _FORMATS.get("".join(suffixes[-2:])) or _FORMATS.get("".join(suffixes[-1:]), "")
    if kind in ("", "sqlite", "duckdb"):
        with path.open("rb") as file:
            known = format_of(file.read(16))
        if known and known[1] in (".sqlite", ".duckdb", ".parquet"):
            return _FORMATS[known[1]]
    return kind


def _parquet(name: str, files: Sequence[Path], where: str) -> Source:
    more = "from glob import glob\n" if where.startswith("sorted(") else ""
    code = f"import pandas as pd\n{more}\n{name} = pd.read_parquet({where})"
    return Source(name=name, code=code, paths=_texts(files), format="parquet", where=where)


def _read_csv(where: str, look: Delimited) -> str:
    options = "".join(f", {key}={value!r}" for key, value in look.options.items())
    named = '.reset_index(names="row_name")' if look.row_names else ""
    return f"pd.read_csv({where}{options}){named}"


def _comments(look: Delimited) -> str:
    return "".join(f"# {note}\n" for note in look.notes)


def _workbook(path: Path, part: str, name: str, address: str) -> Source:
    sheets = containers.excel_sheets(path)
    names = [sheet for sheet, _, _ in sheets]
    if part and part not in names:
        raise InputError(f"{path} has no sheet {part!r} with cells.", f"It has {', '.join(map(repr, names))}.")
    chosen = next((one for one in sheets if (one[0] == part if part else one[2])), None)
    if chosen is None or not chosen[2]:
        raise InputError(f"{path} has no sheet with rows below a header.", "There is nothing to analyse in it.")
    sheet, skipped, _ = chosen
    others = [repr(one) for one in names if one != sheet]
    note = f"# other sheets: {', '.join(others)}\n" if others else ""
    skip = f", skiprows={skipped}" if skipped else ""
    # As in a CSV file, only an empty cell is missing: "NA" may be Namibia.
    read = f'pd.read_excel({address!r}, sheet_name={sheet!r}{skip}, keep_default_na=False, na_values=[""])'
    return Source(name=name, code=f"import pandas as pd\n\n{note}{name} = {read}", paths=_texts([path]), format="excel")


def _database(path: Path, part: str, name: str, address: str) -> Iterator[Source]:
    kind = _format(path)
    with path.open("rb") as file:
        known = format_of(file.read(16))
    if known is None or known[1] not in (".sqlite", ".duckdb"):
        raise InputError(
            f"{path} is not a SQLite or DuckDB database, or is damaged.", "Export its tables as CSV or Parquet."
        )
    tables: dict[tuple[str, str], bool]
    if kind == "duckdb":
        tables = containers.duckdb_tables(path)
    else:
        tables = {("main", table): filled for table, filled in containers.sqlite_tables(path).items()}
    chosen = [one for one, filled in tables.items() if (one[1] == part if part else filled)]
    if part and not chosen:
        raise InputError(f"{path} has no table {part!r}.", f"It has {', '.join(repr(table) for _, table in tables)}.")
    if not any(tables[one] for one in chosen):
        raise InputError(f"{path} has no table with rows.", "There is nothing to analyse in it.")
    if len(chosen) > _MOST_TABLES:
        raise InputError(f"{path} has {len(chosen)} tables.", f"Choose one, as in {path.name}#{chosen[0][1]}.")
    for schema, table in chosen:
        where = (
            containers.quoted(table) if schema == "main" else f"{containers.quoted(schema)}.{containers.quoted(table)}"
        )
        variable = name if len(chosen) == 1 and not part else _identifier(table)
        query = f"SELECT * FROM {where}"
        if kind == "duckdb":
            lines = (
                "import duckdb\n\n"
                f"with duckdb.connect({address!r}, read_only=True) as connection:\n"
                f"    {variable} = connection.sql({query!r}).df()"
            )
        else:
            lines = (
                "import sqlite3\nfrom contextlib import closing\n\nimport pandas as pd\n\n"
                f"with closing(sqlite3.connect({containers.sqlite_address(address)!r}, uri=True)) as connection:\n"
                f"    {variable} = pd.read_sql({query!r}, connection)"
            )
        yield Source(name=variable, code=lines, paths=_texts([path]), format=kind)


def _texts(paths: Sequence[Path]) -> tuple[str, ...]:
    return tuple(str(path) for path in paths)


def _address(path: Path, folder: Path | None) -> str:
    """Return how code in `folder` writes a path: relative if it is at most two folders up, else absolute."""
    target = os.path.realpath(path)
    if folder is None:
        return Path(target).as_posix()
    start = os.path.realpath(folder)
    try:
        relative = Path(os.path.relpath(target, start)).as_posix()
    except ValueError:  # another drive on Windows
        return Path(target).as_posix()
    return relative if not relative.startswith("../../../") else Path(target).as_posix()


def _identifier(text: str) -> str:
    """Make a Python identifier of a file or table name.

    Examples
    --------
    >>> _identifier("salaries-2025-01"), _identifier("2024 Q1"), _identifier("class"), _identifier("工资表")
    ('salaries_2025_01', 'data_2024_Q1', 'class_', '工资表')
    """
    made = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", text)).strip("_")
    if not made or not made.isidentifier():
        made = f"data_{made}" if made else "data"
    return f"{made}_" if made in _TAKEN or not made.isidentifier() else made


def _unique(found: Sequence[Source]) -> Iterator[Source]:
    """Give sources with one name different ones."""
    taken: set[str] = set()
    for source in found:
        name, number = source.name, 1
        while name in taken:
            number += 1
            name = f"{source.name}_{number}"
        taken.add(name)
        # Assigned once, at the beginning of a line; no file name can forge that, since repr keeps it on one line.
        assigned = re.compile(rf"^( *){re.escape(source.name)} = ", re.MULTILINE)
        yield replace(source, name=name, code=assigned.sub(rf"\g<1>{name} = ", source.code, count=1))
