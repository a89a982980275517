"""Read how a CSV or TSV file is written, so that the line of code that loads it says so."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from k2lab.errors import InputError
from k2lab.schema.encoding import decode

HEAD_BYTES = 16 * 1024 * 1024
"""How much of a file is looked at, once: at about a hundred bytes a row, the first 160,000 rows."""

_STUDIED_ROWS = 5_000
_DELIMITERS = (",", ";", "\t", "|")
_MISSING = frozenset(
    {"NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None", "none", "-", "--", "?", ".", "#DIV/0!"}
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_COMMA_NUMBER = re.compile(r"[+-]?\d+(\.\d{3})*(,\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
_CODE = re.compile(r"0\d+")
# Only ways to write a day that have one reading, and no zone: zones that change within a column make objects of it.
_DATES = tuple(
    re.compile(rf"[12]\d{{3}}([-/])[01]\d\1[0-3]\d{clock}")
    for clock in ("", r"[ T][0-2]\d:[0-5]\d", r"[ T][0-2]\d:[0-5]\d:[0-5]\d", r"[ T][0-2]\d:[0-5]\d:[0-5]\d\.\d+")
)


@dataclass(frozen=True, kw_only=True)
class Delimited:
    """How a file is written.

    Attributes
    ----------
    header : tuple of str
        Column names as the file has them.
    options : mapping of str to object
        Arguments of `pandas.read_csv`.
    row_names : bool
        Whether each row has one more field than the header, its name, in front.
    notes : tuple of str
        What a reader of the code should know.
    """

    header: tuple[str, ...]
    options: Mapping[str, object] = field(default_factory=dict)
    row_names: bool = False
    notes: tuple[str, ...] = ()


def inspect_delimited(path: Path) -> Delimited:
    """Look at a file.

    Raises
    ------
    InputError
        If it is empty, not text, in an unknown encoding, has no rows, or has rows of different lengths.
    OSError
        If it cannot be opened.
    """
    packed = path.name.lower().endswith(".gz")
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            head = file.read(HEAD_BYTES + 1)
    except (gzip.BadGzipFile, EOFError) as fault:
        raise InputError(f"{path} is not a whole gzip file: {fault}.", "Pack it again, or give it unpacked.") from None
    whole = len(head) <= HEAD_BYTES
    if not head.strip():
        raise InputError(f"{path} is empty.", "Save the table with a header line and rows.")
    text, encoding = decode(head, path, whole=whole)
    if not whole:
        text = text[: text.rfind("\n") + 1]
    lines = text.splitlines(keepends=True)[:200]
    delimiter = _delimiter(lines, tab=".tsv" in path.name.lower() or path.suffix.lower() == ".tab")
    header, rows, widths = _scan(text, delimiter, path)
    options: dict[str, object] = {"sep": delimiter, "encoding": encoding}
    row_names = False
    if set(widths) == {len(header) + 1}:
        if all(row[-1] == "" for row in rows):
            options["index_col"] = False  # a delimiter at the end of each row
        else:
            row_names = True
    elif set(widths) != {len(header)}:
        width, line = min(((width, line) for width, line in widths.items() if width != len(header)), key=lambda w: w[1])
        raise InputError(
            f"{path} has {width} fields in line {line}, but {len(header)} in its header.",
            "Mend that line; a field that holds the delimiter must stand in quotes.",
        )
    width = len(header)
    columns = [[row[i + row_names].strip() for row in rows] for i in range(width)]
    names = _renamed(header)
    options |= _numbers(columns, delimiter)
    codes = {name: "str" for name, values in zip(names, columns, strict=True) if _is_code(values)}
    if codes:
        options["dtype"] = codes  # as numbers they would lose their leading zeros
    dates = [name for name, values in zip(names, columns, strict=True) if _is_date(values)]
    if dates:
        options["parse_dates"] = dates
    options |= _missing(names, columns, comma=options.get("decimal") == ",")
    twice = [name for name, n in Counter(header).items() if n > 1]
    notes = tuple(
        f"more than one column is called {name!r}: pandas calls the later ones {name + '.1'!r} and so on"
        for name in twice
    )
    return Delimited(header=header, options=options, row_names=row_names, notes=notes)


def _delimiter(lines: list[str], *, tab: bool) -> str:
    """Choose the delimiter that cuts most lines into the same number of fields as the header."""
    if tab and any("\t" in line for line in lines):
        return "\t"
    best, chosen = (False, 0.0, 0), ","
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        usual, often = Counter(widths).most_common(1)[0] if widths else (0, 0)
        if usual < 2 and max(widths, default=0) < 2:
            continue
        mark = (widths[0] in (usual, usual - 1) and widths[0] > 1, round(often / len(widths), 1), usual)
        if mark > best:
            best, chosen = mark, delimiter
    return chosen


def _scan(text: str, delimiter: str, path: Path) -> tuple[tuple[str, ...], list[list[str]], dict[int, int]]:
    """Read the rows; return the header, the first rows, and for each row length the line where it comes first."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: tuple[str, ...] = ()
    rows: list[list[str]] = []
    widths: dict[int, int] = {}
    began = 1
    try:
        for row in reader:
            if row and not header:
                header = tuple(row)
            elif row:
                widths.setdefault(len(row), began)
                if len(rows) < _STUDIED_ROWS:
                    rows.append(row)
            began = reader.line_num + 1
    except csv.Error as fault:
        mend = "A quote that is opened there may never be closed." if "limit" in str(fault) else "Mend that line."
        raise InputError(f"{path} cannot be read from line {began} on: {fault}.", mend) from None
    if not rows:
        raise InputError(f"{path} has a header but no rows.", "There is nothing to analyse in it.")
    # Rows whose lengths differ are told by the caller; until then short ones must not break the study of columns.
    return header, [row for row in rows if len(row) >= len(header)], widths


def _renamed(header: tuple[str, ...]) -> list[str]:
    """Return the names that pandas gives: unique, and made up where there is none."""
    names: list[str] = []
    for position, name in enumerate(header):
        plain = name or f"Unnamed: {position}"
        made, number = plain, 0
        while made in names:
            number += 1
            made = f"{plain}.{number}"
        names.append(made)
    return names


def _filled(values: list[str]) -> list[str]:
    return [value for value in values if value and value not in _MISSING]


def _is_code(values: list[str]) -> bool:
    filled = _filled(values)
    return any(_CODE.fullmatch(value) for value in filled) and all(value.isdecimal() for value in filled)


def _is_date(values: list[str]) -> bool:
    filled = _filled(values)
    return bool(filled) and any(all(form.fullmatch(value) for value in filled) for form in _DATES)


def _numbers(columns: list[list[str]], delimiter: str) -> dict[str, object]:
    """Tell whether numbers are written with a decimal comma."""
    if delimiter == ",":
        return {}
    commas = thousands = False
    for values in columns:
        filled = _filled(values)
        if filled and all(_COMMA_NUMBER.fullmatch(value) for value in filled):
            commas |= any("," in value for value in filled)
            thousands |= all(_THOUSANDS.fullmatch(value) or "." not in value for value in filled) and any(
                "." in value and "," in value for value in filled
            )
    if not commas:
        return {}
    return {"decimal": ",", "thousands": "."} if thousands else {"decimal": ","}


def _missing(names: list[str], columns: list[list[str]], *, comma: bool) -> dict[str, object]:
    """Say which texts stand for a missing value.

    Left to itself, pandas reads "NA" as missing everywhere, and Namibia is gone from a column of country codes. So only
    an empty field is missing, and in columns of numbers also the words that stand between the numbers.
    """
    number = _COMMA_NUMBER if comma else _NUMBER
    words: dict[str, frozenset[str]] = {}
    elsewhere: set[str] = set()
    for name, values in zip(names, columns, strict=True):
        filled = _filled(values)
        here = _MISSING.intersection(values)
        if filled and all(number.fullmatch(value) for value in filled):
            words[name] = here
        else:
            elsewhere |= here
    everywhere = frozenset().union(*words.values())
    if everywhere & elsewhere:
        # The same word is a value in one column and a gap in another: each column needs its own list.
        return {
            "keep_default_na": False,
            "na_values": {name: ["", *sorted(words.get(name, ()))] for name in names},
        }
    return {"keep_default_na": False, "na_values": ["", *sorted(everywhere)]}
