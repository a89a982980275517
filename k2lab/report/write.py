"""Reports and notebooks as files: read with a clear word for what cannot be read, written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, cast

from k2lab.errors import InputError, OutputError, UsageError
from k2lab.report.build import report_of
from k2lab.report.model import CODE_VIEWS, CodeView
from k2lab.report.page import as_html

if TYPE_CHECKING:
    from nbformat import NotebookNode

FORMATS = ("html",)
"""Formats that a report can be written in."""


def read_notebook(path: str | os.PathLike[str]) -> NotebookNode:
    """Read a notebook file.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    NotebookNode
        Of format 4, converted from older ones.

    Raises
    ------
    InputError
        If the file is missing, cannot be read, or is no notebook.
    """
    import nbformat

    file = Path(path)
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise InputError(f"There is no file {str(file)!r}.", "Give the path of a notebook (.ipynb).") from None
    except IsADirectoryError:
        raise InputError(f"{str(file)!r} is a folder.", "Give the path of a notebook (.ipynb).") from None
    except UnicodeDecodeError:
        raise InputError(f"{str(file)!r} is not a notebook: it is not text.", "Give an .ipynb file.") from None
    except OSError as error:
        raise InputError(f"{str(file)!r} cannot be read: {error.strerror or error}.") from error
    if not text.strip():
        raise InputError(f"{str(file)!r} is empty.", "Save the notebook, then try again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without ids, as older tools write them, do not matter to a reader
            notebook = nbformat.convert(nbformat.reader.reads(text), 4)  # nbformat.reads would log what we say below
            nbformat.validate(notebook)
            _, notebook = nbformat.validator.normalize(notebook)
    except (
        nbformat.reader.NotJSONError,
        nbformat.ValidationError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
    ) as error:
        reason = str(error).strip().partition("\n")[0][:200]
        raise InputError(
            f"{str(file)!r} is not a valid notebook ({reason}).", "Open and save it in JupyterLab."
        ) from error
    return notebook


def write_report(
    nb: NotebookNode, path: str | os.PathLike[str], *, code: CodeView = "folded", lang: str = "auto", title: str = ""
) -> Path:
    """Write the report of a notebook as HTML.

    Parameters
    ----------
    nb : NotebookNode
    path : path-like
        Where to; folders on the way are made, a file that is there is replaced in one step.
    code : {"folded", "shown", "hidden"}
    lang : {"auto", "en", "zh"}
    title : str
        For a notebook that says none.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    OutputError
        If it cannot be written; what was there before is untouched.
    UsageError
        If `code` or `lang` has another value.
    """
    if code not in CODE_VIEWS:
        raise UsageError(f"code is {code!r}.", f"Use one of: {', '.join(CODE_VIEWS)}.")
    try:
        report = report_of(nb, lang=lang, title=title)
    except ValueError as error:
        raise UsageError(f"{error}.") from error
    return _write(path, as_html(report, code=code))


def write_notebook(nb: NotebookNode, path: str | os.PathLike[str]) -> Path:
    """Write a notebook, checked to be valid.

    Raises
    ------
    OutputError
        If it cannot be written; what was there before is untouched.
    nbformat.ValidationError
        If it is not valid, which is our fault.
    """
    import nbformat

    nbformat.validate(nb)
    return _write(path, cast(str, nbformat.writes(nb)) + "\n")


def _write(path: str | os.PathLike[str], text: str) -> Path:
    """Write text whole or not at all: into a file beside the target, which then takes its place."""
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}.", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, _mode(target))
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        mend = "Free some space, or choose another place." if error.errno == errno.ENOSPC else "Choose another place."
        raise OutputError(f"{str(path)!r} cannot be written: {error.strerror or error}.", mend) from error
    return Path(path)


def _mode(target: Path) -> int:
    """Return the permissions a file has, or that a new one would get (temporary files are private)."""
    if target.exists():
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
