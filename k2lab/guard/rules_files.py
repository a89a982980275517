"""Rules on files: what is written or deleted outside the folder of the run, and reading from secret places."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

from k2lab.guard.source import Source, argument, is_path
from k2lab.guard.verdict import Reason

URL = re.compile(r"^(https?|ftps?|s3|s3a|gs|gcs|az|abfss?|hf|hdfs|ssh|sftp|github|webdav)://", re.IGNORECASE)
"""Paths that are reached over a network; `rules_network` looks at those."""

_SECRET = re.compile(
    r"^(~|\$HOME|/root|/home/[^/]+|/Users/[^/]+|\.)?/?\.(ssh|aws|gnupg|kube|docker|netrc|pgpass|npmrc|pypirc|env(\.\w+)?|git-credentials"
    r"|bash_history|python_history|azure|config|jupyter|ipython|huggingface|kaggle|local/share)(/.*)?$"
    r"|^/(etc|proc|sys|boot|dev(?!/null$)|run|var/run)(/.*)?$|(^|/)id_(rsa|ed25519|ecdsa)$|(^|/)\.\.?/?\.env$|(^|/)\.env$"
)

# Method or function -> position and names of the argument that says where to; without it they return their text.
_AS_TEXT = (
    *("to_csv", "to_json", "to_html", "to_string", "to_markdown", "to_latex", "write_csv", "write_json"),
    *("write_ndjson", "write_html", "write_image", "save"),
    *("to_parquet", "to_feather", "to_orc", "to_stata", "to_hdf", "to_pickle", "to_netcdf", "to_zarr", "write_parquet"),
    *("write_ipc", "write_ipc_stream", "write_avro", "write_delta", "sink_csv", "sink_parquet", "sink_ipc"),
    *("sink_ndjson", "tofile"),
)
_WRITES: dict[str, tuple[int | None, tuple[str, ...]]] = {
    **dict.fromkeys(_AS_TEXT, (0, ("path_or_buf", "buf", "path", "file"))),
    "to_xml": (0, ("path_or_buffer",)),
    "to_excel": (0, ("excel_writer",)),
    "write_excel": (0, ("workbook",)),
    "savefig": (0, ("fname",)),
    "imsave": (0, ("fname",)),
    "tofile": (0, ("fid",)),
    "savetxt": (0, ("fname",)),
    "savez": (0, ("file",)),
    "savez_compressed": (0, ("file",)),
    "write_table": (1, ("where",)),
    "write_feather": (1, ("dest",)),
    "write_dataset": (1, ("base_dir",)),
    "ExcelWriter": (0, ("path",)),
    "PdfPages": (0, ("filename",)),
    "FileHandler": (0, ("filename",)),
    "RotatingFileHandler": (0, ("filename",)),
    "HDFStore": (0, ("path",)),
}
_OS_WRITES = (
    *("remove", "unlink", "rmdir", "removedirs", "mkdir", "makedirs", "truncate", "chmod", "chown", "lchown", "utime"),
    *("mkfifo", "mknod", "open", "setxattr"),
)
_FUNCTIONS: dict[str, tuple[int | None, tuple[str, ...]]] = {
    "logging.basicConfig": (None, ("filename",)),
    "joblib.dump": (1, ("filename",)),
    "shelve.open": (0, ("filename",)),
    "sqlite3.connect": (0, ("database",)),
    "duckdb.connect": (0, ("database",)),
    "h5py.File": (0, ("name",)),
    "pyarrow.csv.write_csv": (1, ("output_file",)),
    **dict.fromkeys((f"os.{name}" for name in _OS_WRITES), (0, ("path", "name", "src", "filename", "top"))),
    "shutil.rmtree": (0, ("path",)),
    "shutil.make_archive": (0, ("base_name",)),
    "shutil.unpack_archive": (1, ("extract_dir",)),
    "shutil.chown": (0, ("path",)),
}
_TWO = re.compile(
    r"^(os\.(rename|renames|replace|link|symlink)|shutil\.(move|copy|copy2|copyfile|copytree|copymode|copystat))$"
)
_OPENERS = re.compile(
    r"^(open|io\.open|builtins\.open|codecs\.open|gzip\.open|bz2\.open|lzma\.open|tarfile\.open|bz2\.BZ2File"
    r"|gzip\.GzipFile|lzma\.LZMAFile|zipfile\.ZipFile|numpy\.memmap|numpy\.lib\.format\.open_memmap)$"
)
_ON_PATH = re.compile(r"^(write_text|write_bytes|touch|unlink|rmdir|mkdir|symlink_to|hardlink_to|chmod|lchmod)$")
_MOVES_PATH = re.compile(r"^(rename|replace|copy|copy_into|move|move_into)$")
_MEMORY = re.compile(
    r"(^|\.)(StringIO|BytesIO|open|ExcelWriter|PdfPages|GzipFile|ZipFile|TextIOWrapper)\(\)$"
    r"|^sys\.(stdout|stderr)$|^pathlib\.Path\(\)\.open\(\)$"
)


def writes_outside(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a cell writes, moves or deletes a file outside the folder, or one whose path is not known."""
    for called, call in source.calls():
        for node in _targets(source, called, call):
            why = _danger(source, node, folder)
            if why:
                yield source.reason("files", call, why)


def touches_elsewhere(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a cell makes temporary files, or goes to another working directory."""
    for called, call in source.calls():
        if re.match(r"^tempfile\.\w+$", called) and not called.endswith("gettempdir"):
            yield source.reason("files", call, "makes a temporary file outside the folder of the run")
        elif called in ("os.chdir", "os.fchdir", "os.chroot", "contextlib.chdir", "os.umask"):
            yield source.reason("files", call, "goes to another working directory")


def hands_on_a_writer(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a function that writes is passed on rather than called, so that where to is not known."""
    called = {id(node.func) for node in source.nodes if isinstance(node, ast.Call)}
    roots = {id(node.value) for node in source.nodes if isinstance(node, ast.Attribute)}
    for dotted, node in source.mentions():
        if id(node) in called or isinstance(node, ast.Call):
            continue
        function = dotted in _FUNCTIONS or _TWO.match(dotted) or _OPENERS.match(dotted)
        method = isinstance(node, ast.Attribute) and node.attr in _WRITES and node.attr != "save"
        module = dotted in ("os", "shutil") and id(node) not in roots
        if function or method or module:
            yield source.reason("files", node, f"passes {dotted} on, so what it writes is not known")


def reads_secrets(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a cell names a place where keys, passwords or system files are."""
    documents = {
        id(node.body[0].value)
        for node in source.nodes
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in source.nodes:
        if isinstance(node, (ast.Constant, ast.BinOp, ast.JoinedStr, ast.Call)) and id(node) not in documents:
            text = source.text(node) or (source.start(node) if isinstance(node, ast.JoinedStr) else "")
            if text and len(text) < 500 and _SECRET.search(text.replace("\\", "/")):
                yield source.reason("secrets", node, f"{text[:80]!r} is a place of keys or system files")


def _targets(source: Source, called: str, call: ast.Call) -> Iterator[ast.expr | None]:
    """Yield the paths that a call writes to; None stands for one that is not known."""
    owner, _, name = called.rpartition(".")
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if called in _FUNCTIONS:
        position, names = _FUNCTIONS[called]
        where = argument(call, position, *names)
        if where is not None or called.startswith(("os.", "shutil.")):
            yield where
    elif _TWO.match(called):
        yield from (argument(call, 0, "src"), argument(call, 1, "dst"))
    elif _OPENERS.match(called):
        mode = argument(call, 1, "mode")
        if mode is not None and not re.fullmatch(r"r[bt]*(:.*)?|c", source.text(mode) or "?"):
            yield argument(call, 0, "file", "filename", "name")
    elif is_path(owner) and receiver is not None:
        yield from _path_targets(source, name, call, receiver)
    elif (_ON_PATH.match(name) and receiver is not None and owner != "os" and name not in ("chmod", "touch")) or (
        name == "open"
        and receiver is not None
        and call.args
        and re.fullmatch(r"[rwaxbt+]*[wax+][rwaxbt+]*", source.text(call.args[0]) or "")
    ):
        yield None
    elif name in _WRITES or called == "numpy.save":
        position, names = _WRITES[name]
        where = argument(call, position, *names)
        if where is not None and not (isinstance(where, ast.Constant) and not isinstance(where.value, str)):
            yield where


def _path_targets(source: Source, name: str, call: ast.Call, receiver: ast.expr) -> Iterator[ast.expr | None]:
    if _ON_PATH.match(name):
        yield receiver
    elif _MOVES_PATH.match(name):
        yield from (receiver, argument(call, 0, "target"))
    elif name == "open":
        mode = argument(call, 0, "mode")
        if mode is not None and not re.fullmatch(r"r[bt]*", source.text(mode) or "?"):
            yield receiver


def _danger(source: Source, node: ast.expr | None, folder: Path | None) -> str:
    """Say why writing there needs consent; empty if it does not."""
    if node is not None and _MEMORY.search(source.dotted(node)):
        return ""  # memory, or a file whose opening is judged where it is opened
    text = source.text(node)
    if text is None:
        return "writes or deletes a file whose path is not known before the cell runs"
    if text == ":memory:" or text == os.devnull:
        return ""
    if URL.match(text):
        return ""  # the network rule speaks of it
    if folder is None:
        return f"writes or deletes {text[:80]!r}"
    return "" if inside(text, folder) else f"writes or deletes {text[:80]!r}, outside the folder of the run"


def inside(text: str, folder: Path) -> bool:
    """Tell whether a path is inside a folder, where a relative path starts; ``..`` and links that lead out are outside.

    Examples
    --------
    >>> inside("a/b.csv", Path("/tmp")), inside("../b.csv", Path("/tmp")), inside("/etc/passwd", Path("/tmp"))
    (True, False, False)
    """
    path = text.replace("\\", "/")
    if path.startswith("~") or ".." in path.split("/") or "\0" in path or "$" in path:
        return False
    root = os.path.realpath(folder)
    return os.path.commonpath([root, os.path.realpath(os.path.join(root, path))]) == root
