"""A cell as the rules read it: Python with IPython syntax made visible, names resolved, simple constants known."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from k2lab.guard.verdict import Reason

PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun"})
"""Magics whose argument or body is Python, which is judged itself."""

_OPTIONS = re.compile(r"^(\s*--?\w+(?:[ =]?\d+)?)*\s*(?=\S|$)")


@dataclass(frozen=True, kw_only=True)
class Magic:
    """A magic or a shell escape: ``%pip install x`` is Magic(name="pip", line="install x")."""

    name: str
    line: str
    body: str
    at: int


@dataclass(frozen=True, kw_only=True)
class Source:
    """A cell that has been read.

    Attributes
    ----------
    code : str
        As it was written.
    tree : ast.Module
    names : dict
        What names stand for, as dotted names: ``{"pd": "pandas", "system": "os.system", "p": "pathlib.Path()"}``.
        A name that was given an unknown value stands for ``"?"``.
    constants : dict
        Names that always hold the same known text.
    imports : tuple of (str, ast node)
        Dotted names that are imported.
    magics : tuple of Magic
    nodes : tuple of ast nodes
    """

    code: str
    tree: ast.Module
    names: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    imports: tuple[tuple[str, ast.AST], ...] = ()
    magics: tuple[Magic, ...] = ()
    nodes: tuple[ast.AST, ...] = ()

    def dotted(self, node: ast.AST | None) -> str:
        """Return what an expression refers to as a dotted name; ``?`` stands for what is not known."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            return f"{self.dotted(node.value)}.{node.attr}"
        if isinstance(node, ast.NamedExpr):
            return self.dotted(node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and is_path(self.dotted(node.left)):
            return "pathlib.Path()"
        if isinstance(node, ast.Call):
            called = self.dotted(node.func)
            if called in ("getattr", "builtins.getattr") and len(node.args) >= 2:
                name = self.text(node.args[1])
                return f"{self.dotted(node.args[0])}.{name}" if name is not None else "?"
            if called in ("__import__", "importlib.import_module", "importlib.__import__") and node.args:
                return self.text(node.args[0]) or "?"
            if is_path(called.rpartition(".")[0]) and called.rpartition(".")[2] in _PATH_TO_PATH:
                return "pathlib.Path()"
            return f"{called}()"
        return "?"

    def text(self, node: ast.AST | None) -> str | None:
        """Return the text that an expression holds, or None if it is not known before the cell runs."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self.constants.get(node.id)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Div)):
            left, right = self.text(node.left), self.text(node.right)
            if left is None or right is None:
                return None
            return (
                left + right
                if isinstance(node.op, ast.Add)
                else f"{left}/{right}"
                if not right.startswith("/")
                else right
            )
        if isinstance(node, ast.JoinedStr):
            parts = [self.text(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values]
            return None if any(part is None for part in parts) else "".join(part or "" for part in parts)
        if isinstance(node, ast.Call) and not node.keywords:
            called = self.dotted(node.func)
            parts = [self.text(arg) for arg in node.args]
            if any(part is None for part in parts):
                return None
            if called in ("os.path.join", "os.fspath", "str") or called.rpartition(".")[2] in ("Path", "PurePath"):
                known = [part or "" for part in parts] or ["."]
                return next((part for part in known if part.startswith("/")), "/".join(known))
        return None

    def start(self, node: ast.AST | None) -> str:
        """Return the known beginning of a text, as much as is known."""
        whole = self.text(node)
        if whole is not None:
            return whole
        if isinstance(node, ast.BinOp):
            return self.start(node.left)
        if isinstance(node, ast.JoinedStr) and node.values:
            return self.start(node.values[0])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return self.start(node.func.value)
        return ""

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Yield each call with the dotted name of what is called."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield self.dotted(node.func), node

    def mentions(self) -> Iterator[tuple[str, ast.expr]]:
        """Yield each name or attribute that is read, with its dotted name; also `getattr(x, "name")`."""
        for node in self.nodes:
            read = isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load)
            if read or (isinstance(node, ast.Call) and self.dotted(node.func) in ("getattr", "builtins.getattr")):
                yield self.dotted(node), cast(ast.expr, node)

    def reason(self, rule: str, node: ast.AST, why: str) -> Reason:
        """Make a reason that points at a node."""
        line = int(getattr(node, "lineno", 1))
        lines = self.code.splitlines() or [""]
        return Reason(rule=rule, line=line, source=lines[min(line, len(lines)) - 1].strip()[:200], why=why)


_PATH_TO_PATH = frozenset(
    {
        "joinpath",
        "with_suffix",
        "with_name",
        "with_stem",
        "resolve",
        "absolute",
        "expanduser",
        "cwd",
        "home",
        "relative_to",
    }
)


def is_path(dotted: str) -> bool:
    """Tell whether a dotted name is a `pathlib` path (or its class)."""
    return bool(re.search(r"(^|\.)(Pure|Posix|Windows)?Path(\(\)|$)(\.parent)*$", dotted))


def argument(call: ast.Call, position: int | None, *names: str) -> ast.expr | None:
    """Return a call's argument by position or by one of its names."""
    for keyword in call.keywords:
        if keyword.arg in names:
            return keyword.value
    if (
        position is not None
        and len(call.args) > position
        and not any(isinstance(a, ast.Starred) for a in call.args[: position + 1])
    ):
        return call.args[position]
    return None


def read(code: str) -> Source | None:
    """Read a cell; None if it is not valid, even with IPython's syntax.

    Parameters
    ----------
    code : str
    """
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        tree = ast.parse(TransformerManager().transform_cell(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    source = Source(code=code, tree=tree, nodes=tuple(ast.walk(tree)))
    imports = tuple(_imports(source))
    _assignments(source)
    return Source(
        code=code,
        tree=tree,
        names=source.names,
        constants=source.constants,
        imports=imports,
        magics=tuple(_magics(source)),
        nodes=source.nodes,
    )


def _imports(source: Source) -> Iterator[tuple[str, ast.AST]]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for item in node.names:
                source.names[item.asname or item.name.split(".")[0]] = (
                    item.name if item.asname else item.name.split(".")[0]
                )
                yield item.name, node
        elif isinstance(node, ast.ImportFrom):
            for item in node.names:
                full = f"{node.module or ''}.{item.name}".strip(".")
                source.names[item.asname or item.name] = full
                yield full, node


def _assignments(source: Source) -> None:
    seen: dict[str, int] = {}
    for node in sorted(source.nodes, key=lambda item: getattr(item, "lineno", 0)):
        pairs: list[tuple[ast.expr | None, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            pairs = [(node.target, node.value)]
        elif isinstance(node, ast.withitem):
            pairs = [(node.optional_vars, node.context_expr)]
        elif isinstance(node, (ast.AugAssign, ast.For, ast.AsyncFor, ast.comprehension)):
            pairs = [(node.target, None)]
        for target, value in pairs:
            if isinstance(target, (ast.Tuple, ast.List)):
                same = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
                values = value.elts if same and isinstance(value, (ast.Tuple, ast.List)) else [None] * len(target.elts)
                for inner, one in zip(target.elts, values, strict=True):
                    _bind(source, seen, inner, one)
            else:
                _bind(source, seen, target, value)
    for node in source.nodes:
        if isinstance(node, (ast.arg, ast.FunctionDef)):
            source.constants.pop(node.arg if isinstance(node, ast.arg) else node.name, None)


def _bind(source: Source, seen: dict[str, int], target: ast.expr | None, value: ast.expr | None) -> None:
    if not isinstance(target, ast.Name):
        return
    name = target.id
    seen[name] = seen.get(name, 0) + 1
    text = source.text(value) if value is not None else None
    meaning = source.dotted(value) if value is not None else "?"
    if seen[name] > 1 or text is None:
        source.constants.pop(name, None)
    else:
        source.constants[name] = text
    # A name with two meanings keeps the one that rules know something about.
    if source.names.get(name, "?").startswith("?"):
        source.names[name] = meaning if meaning != name else "?"


def _magics(source: Source) -> Iterator[Magic]:
    for called, call in source.calls():
        name = called.removeprefix("get_ipython().")
        if name == called or not called.startswith("get_ipython()."):
            continue
        words = [source.text(arg) or "" for arg in call.args]
        if name in ("system", "getoutput", "system_piped", "system_raw"):
            yield Magic(name="!", line=words[0] if words else "", body="", at=call.lineno)
        elif name in ("run_line_magic", "run_cell_magic", "magic"):
            words = [*words, "", "", ""]
            yield Magic(name=words[0] or "?", line=words[1], body=words[2], at=call.lineno)


def python_of(magic: Magic) -> str:
    """Return the Python that a magic such as ``%%time`` or ``%timeit -n 10 f()`` runs."""
    return magic.body or _OPTIONS.sub("", magic.line)
