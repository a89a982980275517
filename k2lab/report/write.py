"""Reports and notebooks as files: read with a clear word for what cannot be read, written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from k2lab.errors import InputError, OutputError, UsageError
from k2lab.report.build import report_of
from k2lab.report.model import CODE_VIEWS, CodeView
from k2lab.report.options import Options
from k2lab.report.page import as_html

if TYPE_CHECKING:
    from nbformat import NotebookNode

Format = Literal["html", "pdf", "md", "qmd"]
FORMATS: tuple[Format, ...] = ("html", "pdf", "md", "qmd")
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
            if nbformat.validator.isvalid(notebook):
                _, notebook = nbformat.validator.normalize(notebook)
            elif not _is_readable(notebook):
                nbformat.validate(notebook)
    except (
        nbformat.reader.NotJSONError,
        nbformat.ValidationError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
        RecursionError,
    ) as error:
        reason = str(error).strip().partition("\n")[0][:200]
        raise InputError(
            f"{str(file)!r} is not a valid notebook ({reason}).", "Open and save it in JupyterLab."
        ) from error
    return notebook


def _is_readable(notebook: object) -> bool:
    """Tell whether a notebook that is not valid has cells all the same: a reader does not mind a missing id."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    kinds = ("code", "markdown", "raw")
    return isinstance(cells, list) and all(isinstance(cell, dict) and cell.get("cell_type") in kinds for cell in cells)


def format_of(path: str | os.PathLike[str]) -> Format:
    """Return the format that a file's ending stands for; HTML where it has none.

    Raises
    ------
    UsageError
        If no report has that ending.

    Examples
    --------
    >>> format_of("report.pdf"), format_of("report"), format_of("a/b.HTM")
    ('pdf', 'html', 'html')
    """
    ending = Path(path).suffix.lower()
    known: dict[str, Format] = {"": "html", ".html": "html", ".htm": "html", ".pdf": "pdf", ".md": "md", ".qmd": "qmd"}
    if ending not in known:
        raise UsageError(f"No report is written as {ending!r}.", "Use one of: .html, .pdf, .md, .qmd.")
    return known[ending]


def write_report(
    nb: NotebookNode,
    path: str | os.PathLike[str],
    *,
    to: Format | None = None,
    code: CodeView = "folded",
    lang: str = "auto",
    title: str = "",
    folder: Path | None = None,
    options: Options | None = None,
) -> Path:
    """Write the report of a notebook.

    Parameters
    ----------
    nb : NotebookNode
    path : path-like
        Where to; folders on the way are made, a file that is there is replaced in one step. Figures of Markdown and
        Quarto go into a folder beside it, ``<name>_files``.
    to : {"html", "pdf", "md", "qmd"}, optional
        By default what the ending of the path says.
    code : {"folded", "shown", "hidden"}
    lang : {"auto", "en", "zh"}
    title : str
        For a notebook that says none.
    folder : path, optional
        Where the notebook lies, to see whether its data changed.
    options : Options, optional
        What else is to be chosen; `code` counts, not theirs.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    OutputError
        If it cannot be written; what was there before is untouched.
    UsageError
        If an option has another value, or what a PDF needs is missing.
    """
    if code not in CODE_VIEWS:
        raise UsageError(f"code is {code!r}.", f"Use one of: {', '.join(CODE_VIEWS)}.")
    kind = to or format_of(path)
    chosen = replace(options or Options(), code=code)
    try:
        report = report_of(nb, lang=lang, title=title, folder=folder)
    except ValueError as error:
        raise UsageError(f"{error}.") from error
    if kind == "pdf":
        from k2lab.report.pdf import as_pdf

        return _write(path, as_pdf(report, options=chosen))
    if kind == "html":
        return _write(path, as_html(report, options=chosen))
    from k2lab.report.markdown import as_markdown_document

    beside = Path(path).with_name(f"{Path(path).stem}_files")
    made = as_markdown_document(report, flavour=kind, folder=beside.name, options=chosen)
    for name, content in made.files.items():
        _write(beside.parent / name, content)
    return _write(path, made.text)


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


def _write(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write a file whole or not at all: into a file beside the target, which then takes its place."""
    raw = content.encode() if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}.", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
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
