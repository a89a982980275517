"""Hints: what usually mends an error, for whoever wrote the cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from k2lab.cells.result import CellError

_MEANS = {
    "append": "pandas frames have no append(): use pd.concat([a, b])",
    "applymap": "applymap() is gone: use DataFrame.map()",
    "iteritems": "iteritems() is gone: use items()",
    "ix": "ix is gone: use loc or iloc",
    "mad": "mad() is gone: use (s - s.mean()).abs().mean()",
    "lookup": "lookup() is gone: use loc in a loop, or melt and merge",
    "swapaxes": "swapaxes() is gone: use T",
    "get_cmap": "matplotlib.cm.get_cmap() is gone: use matplotlib.colormaps[name]",
    "float": "np.float is gone: use float",
    "int": "np.int is gone: use int",
    "bool": "np.bool was an alias of bool: use bool",
    "object": "np.object is gone: use object",
    "trapz": "np.trapz is gone: use np.trapezoid",
    "in1d": "np.in1d is gone: use np.isin",
    "binom_test": "scipy.stats.binom_test is gone: use binomtest",
    "datetime": "pd.datetime is gone: import datetime",
}

_TEXTS: tuple[tuple[str, str, str], ...] = (
    ("TypeError", "unexpected keyword argument 'method'", "fillna(method=...) is gone: use ffill() or bfill()"),
    (
        "TypeError",
        "unexpected keyword argument '(axis|level)'",
        "pandas 3 has no such argument here: group by it instead",
    ),
    (
        "TypeError",
        r"agg function failed|annot perform \w+ |[Cc]ould not convert|dtype '?str'? does not",
        "some columns hold text: choose the numeric ones, or pass numeric_only=True",
    ),
    (
        "ValueError",
        r"Invalid frequency: (M|Q|Y|A|H|T|S|BM)\b",
        "pandas 3 spells it 'ME', 'QE', 'YE', 'h', 'min' or 's'",
    ),
    (
        "ValueError",
        "[Cc]annot convert (non-finite values|float NaN)",
        "there are missing values: drop them, or use dtype 'Int64'",
    ),
    (
        "ValueError",
        "could not convert string to float",
        "a column holds text: use pd.to_numeric(..., errors='coerce'), and say how many",
    ),
    (
        "ValueError",
        "truth value of a (Series|DataFrame|array)",
        "combine conditions with & and |, each in parentheses",
    ),
    (
        "ValueError",
        "[Ii]nput (X )?contains NaN|contains NaN|infs or nans",
        "drop the rows with missing values first, and say how many",
    ),
    ("ValueError", "columns? overlap", "give join() or merge() suffixes"),
    (
        "ValueError",
        "Lengths? must match|must be the same length|inconsistent numbers of samples",
        "drop missing values from both sides together: df[[a, b]].dropna()",
    ),
    (
        "SchemaError|ComputeError|ColumnNotFoundError",
        ".",
        "this is a polars frame: use polars expressions, or to_pandas() first",
    ),
    ("LinAlgError", ".", "some terms are collinear or constant: leave one out"),
    (
        "PatsyError|FormulaSyntaxError",
        ".",
        "quote unusual column names as Q('name') in a formula, or use stats.regress",
    ),
    ("MemoryError", ".", "work on the columns you need, on a sample, or on group counts"),
    (
        "CellTimeout",
        ".",
        "do less in one cell: the columns you need, a sample, or k2lab.stats, which aggregates first",
    ),
    ("KernelDied", ".", "load the frames again, and do less in one cell"),
    ("InputRefused|StdinNotImplementedError", ".", "nobody can answer input() here: put the value into the code"),
    ("SystemExit|ExitRefused", ".", "do not end the process: let the cell finish"),
    ("PermissionError", ".", "write into the current folder only"),
    (
        "OSError|URLError|ConnectionError|HTTPError|gaierror",
        "(resolve|urlopen|onnection|Network|getaddrinfo)",
        "there is no network here: use the frames that are loaded",
    ),
    ("SyntaxError|IndentationError", ".", "send the whole cell again, as plain Python"),
    ("RecursionError", ".", "use a loop instead"),
    ("UnicodeDecodeError", ".", "the file is not UTF-8: try encoding='gb18030' or 'latin-1'"),
)


_OURS = ("stats", "plots", "use_language")
"""Names of k2lab that a cell has to import; small models forget it."""


def hint(error: CellError, *, names: Sequence[str] = (), columns: Sequence[str] = ()) -> str:
    """Return what usually mends this error, or an empty text.

    Parameters
    ----------
    error : CellError
    names : sequence of str
        Names that cells may use: frames, `stats`, `plots`.
    columns : sequence of str
        The columns of the frames.

    Examples
    --------
    >>> hint(CellError(name="KeyError", value="'salary_usd'"), columns=("salary_in_usd", "job"))
    "there is no column 'salary_usd'; did you mean 'salary_in_usd'?"
    """
    value = error.value.strip()
    quoted = re.findall(r"'([^']*)'", value) or re.findall(r'"([^"]*)"', value)
    if error.name in ("KeyError", "ColumnNotFoundError", "ColumnNotFound") or "not in index" in value:
        if columns:
            return _near("column", [name for name in quoted or [value] if name not in columns], columns)
        return (
            "the name is not there: look at the frame's columns, which are spelled exactly as in the schema"
            if quoted
            else ""
        )
    if error.name == "NameError" and quoted and quoted[0] in _OURS:
        return f"import it first, in this cell: from k2lab import {quoted[0]}"
    if error.name in ("NameError", "UnboundLocalError") and quoted:
        return _near("name", quoted[:1], names) if names else "define it or import it in this cell"
    if error.name in ("ModuleNotFoundError", "ImportError"):
        if quoted and error.name == "ModuleNotFoundError":
            return (
                f"{quoted[0]} is not installed and cannot be: use pandas, numpy, scipy, statsmodels, seaborn or k2lab"
            )
        return "that name is not in the module: look at what it offers with dir()"
    if error.name == "AttributeError" and quoted:
        missing = quoted[-1]
        if missing in _MEANS:
            return _MEANS[missing]
        if missing in columns or get_close_matches(missing, columns, 1, 0.8):
            return _near("column", [missing], columns) if missing not in columns else f'use brackets: ["{missing}"]'
    for kinds, pattern, advice in _TEXTS:
        if re.fullmatch(kinds, error.name) and re.search(pattern, value or " "):
            return advice
    return ""


def _near(kind: str, wanted: Sequence[str], known: Sequence[str]) -> str:
    if not wanted:
        return ""
    lower = {name.lower(): name for name in known}
    alike = 0.6 if len(wanted[0]) > 3 else 0.5  # 'fd' and 'df' share half of their letters
    close = [lower[match] for match in get_close_matches(wanted[0].lower(), list(lower), 3, alike)]
    said = f"there is no {kind} {wanted[0]!r}"
    if close:
        return f"{said}; did you mean {' or '.join(map(repr, close))}?"
    shown = ", ".join(map(repr, known[:20]))
    return f"{said}; there are {shown}{' ...' if len(known) > 20 else ''}"
