"""Rules on the system: processes, packages, code made at run time, the end of the process, secrets, input."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from k2lab.guard.source import PYTHON_MAGICS, Source
from k2lab.guard.verdict import Reason

_PROCESS_MODULES = ("subprocess", "multiprocessing", "pty", "pexpect", "sh", "plumbum", "invoke", "fabric")
_PROCESS = re.compile(
    r"(^|\.)os\.(system|popen|exec[lv]\w*|spawn\w+|posix_spawnp?|fork(pty)?|startfile)$|(^|\.)(subprocess|multiprocessing)\.\w"
    r"|(^|\.)(ProcessPoolExecutor|create_subprocess_(exec|shell))$"
)
_PROCESS_CALL = re.compile(r"\.(system|popen|Popen|check_output|check_call|getstatusoutput)$")
_INSTALL_MODULES = ("pip", "ensurepip", "conda", "venv", "setuptools", "micropip", "piplite")
_CODE_MODULES = ("ctypes", "cffi", "runpy", "code", "codeop", "marshal", "builtins", "gc", "keyring", "imp")
_CODE = re.compile(
    r"^(builtins\.)?(eval|exec|compile|__import__|__builtins__)$|^importlib\.(reload|util\.\w+|machinery\.\w+)$"
    r"|^sys\.(modules|settrace|setprofile|_getframe|meta_path|path_hooks|addaudithook)$|^(ctypes|runpy|marshal|code)\.\w+"
    r"|^get_ipython\(\)\.(run_cell(_async)?|run_code|ex|ev|safe_execfile|user_ns|register_magic\w*|events|kernel|history_manager)\b"
)
_DUNDER = re.compile(
    r"__(subclasses|globals|builtins|code|closure|getattribute|mro|bases|base|loader|spec|import|reduce(_ex)?)__"
)
_UNPICKLE = re.compile(
    r"^(pickle|cPickle|dill|cloudpickle|marshal|shelve|jsonpickle)\.(loads?|Unpickler|open|decode)$|^(joblib|torch|skops\.io)\.load$"
    r"|^yaml\.(load|unsafe_load|full_load)(_all)?$|\.read_pickle$|^read_pickle$"
)
_KILL = re.compile(
    r"(^|\.)os\.(_exit|abort|kill|killpg)$|(^|\.)signal\.(raise_signal|pthread_kill|alarm|setitimer|signal)$"
)
_EXIT = re.compile(r"^(sys\.exit|exit|quit|SystemExit)$")
_ASK = re.compile(r"^(builtins\.)?(input|raw_input|breakpoint)$|^getpass\.getpass$|^(pdb|ipdb)\.\w+$")
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL", re.IGNORECASE)
_SAFE_MODULES = re.compile(
    r"^(numpy|pandas|scipy|seaborn|matplotlib|statsmodels|sklearn|polars|pyarrow|k2lab|math|statistics|operator|itertools|functools"
    r"|collections|datetime|random|string)(\.\w+)*$"
)
_SAFE_MAGICS = PYTHON_MAGICS | {
    "matplotlib",
    "precision",
    "who",
    "whos",
    "who_ls",
    "pprint",
    "lsmagic",
    "pinfo",
    "pinfo2",
    "xmode",
}
_SHELL = (
    "bash",
    "sh",
    "script",
    "system",
    "sx",
    "!",
    "!!",
    "cmd",
    "perl",
    "ruby",
    "python",
    "python2",
    "python3",
    "pypy",
    "js",
    "html",
)
_INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")


def starts_processes(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a cell starts another program."""
    why = "starts another program"
    for name, node in source.imports:
        if _is_of(name, _PROCESS_MODULES) or _PROCESS.search(name):
            yield source.reason("process", node, why)
    for name, mention in source.mentions():
        if _PROCESS.search(name):
            yield source.reason("process", mention, why)
    for name, call in source.calls():
        if _PROCESS_CALL.search(name):
            yield source.reason("process", call, why)


def runs_magics(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a cell runs the shell or a magic that is not known to be harmless."""
    lines = source.code.splitlines() or [""]
    for magic in source.magics:
        line = lines[min(magic.at, len(lines)) - 1].strip()[:200]
        if magic.name in _SHELL:
            yield Reason(rule="process", line=magic.at, source=line, why="runs a command in the shell")
        elif magic.name in _INSTALLERS:
            yield Reason(rule="install", line=magic.at, source=line, why="installs or removes packages")
        elif magic.name not in _SAFE_MAGICS:
            yield Reason(
                rule="magic", line=magic.at, source=line, why=f"the magic %{magic.name} is not known to be harmless"
            )


def installs_packages(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a cell installs packages."""
    for name, node in source.imports:
        if _is_of(name, _INSTALL_MODULES):
            yield source.reason("install", node, "installs packages")
    for name, mention in source.mentions():
        if re.match(r"^(pip|ensurepip|micropip)\.\w", name):
            yield source.reason("install", mention, "installs packages")


def makes_code(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a cell runs code that cannot be read beforehand, or reaches behind Python's objects."""
    for name, node in source.imports:
        if _is_of(name, _CODE_MODULES) or _CODE.match(name):
            yield source.reason("code", node, f"{name.split('.')[0]} can run code that cannot be read beforehand")
    for name, mention in source.mentions():
        if _CODE.match(name):
            yield source.reason("code", mention, f"{name} can run code that cannot be read beforehand")
        elif isinstance(mention, ast.Attribute) and _DUNDER.fullmatch(mention.attr):
            yield source.reason("code", mention, f"{mention.attr} reaches behind Python's objects")
    for name, call in source.calls():
        if name in ("getattr", "vars", "importlib.import_module", "delattr", "setattr") and call.args:
            yield from _reflection(source, name, call)
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DUNDER.search(node.value):
            yield source.reason("code", node, "a text that reaches behind Python's objects")


def unpickles(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a cell loads a file that can run code by being loaded."""
    why = "loading such a file can run code that is in it"
    for name, call in source.calls():
        trusting = any(k.arg == "allow_pickle" and not _is_false(k.value) for k in call.keywords)
        if _UNPICKLE.search(name) or (name.rpartition(".")[2] == "load" and trusting):
            yield source.reason("unpickle", call, why)
    for name, node in source.imports:
        if _UNPICKLE.search(name):
            yield source.reason("unpickle", node, why)


def ends_the_process(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Refuse what would kill the kernel; ask for what would only end the cell."""
    for name, mention in source.mentions():
        if _KILL.search(name):
            yield source.reason("kill", mention, "would end the kernel or defeat its time limit")
        elif name in ("sys.exit", "SystemExit"):
            yield source.reason("exit", mention, "ends the process")
    for name, call in source.calls():
        if _EXIT.match(name) and name in ("exit", "quit"):
            yield source.reason("exit", call, "ends the process")


def asks_the_person(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Refuse `input()` and debuggers: nobody can answer them."""
    for name, call in source.calls():
        if _ASK.match(name):
            yield source.reason("input", call, "waits for input that nobody can give: put the value into the code")


def reads_the_environment(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a cell reads environment variables that may hold keys."""
    for node in source.nodes:
        name: str | None = None
        if isinstance(node, ast.Subscript) and source.dotted(node.value) == "os.environ":
            name = source.text(node.slice)
        elif isinstance(node, ast.Call) and source.dotted(node.func) in (
            "os.getenv",
            "os.environ.get",
            "os.environ.setdefault",
        ):
            name = source.text(node.args[0]) if node.args else None
        elif isinstance(node, (ast.Name, ast.Attribute)) and source.dotted(node) in ("os.environ", "os.environb"):
            if _has_owner(source, node):
                continue
        else:
            continue
        if name is None or _SECRET_NAME.search(name):
            yield source.reason("secrets", node, "environment variables may hold keys")


def _has_owner(source: Source, node: ast.AST) -> bool:
    """Tell whether `os.environ` stands in one of the forms that are looked at by name."""
    return any(
        (isinstance(parent, ast.Subscript) and parent.value is node)
        or (isinstance(parent, ast.Attribute) and parent.value is node and parent.attr in ("get", "setdefault"))
        for parent in source.nodes
    )


def _reflection(source: Source, name: str, call: ast.Call) -> Iterator[Reason]:
    if name == "importlib.import_module":
        if source.text(call.args[0]) is None:
            yield source.reason("code", call, "imports a module that is not known beforehand")
        return
    owner = source.dotted(call.args[0])
    module = owner in source.names.values() or owner in (
        "os",
        "sys",
        "shutil",
        "subprocess",
        "builtins",
        "socket",
        "pathlib",
    )
    imported = {full for full, _ in source.imports} | {
        "os",
        "sys",
        "shutil",
        "subprocess",
        "builtins",
        "socket",
        "pathlib",
    }
    if module and owner in imported and not _SAFE_MODULES.match(owner):
        known = len(call.args) > 1 and source.text(call.args[1]) is not None
        if name != "getattr" or not known:
            yield source.reason("code", call, f"reaches into {owner} by a name that is not known beforehand")


def _is_of(name: str, modules: tuple[str, ...]) -> bool:
    return name.split(".")[0] in modules


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value
