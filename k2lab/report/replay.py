"""Which cells make a notebook run from top to bottom: those that ran, and what they use of a failed one."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from k2lab.agent.run import Step
from k2lab.locale import pick


def replayable(steps: Sequence[Step]) -> tuple[tuple[Step, str], ...]:
    """Pair the steps that can be run again with the source to run.

    A cell that ran is kept as it is. A cell that failed is left out, unless a later cell that ran reads a name
    that only the failed one bound: then the statements before the one that failed are kept, for these ran.

    Parameters
    ----------
    steps : sequence of Step

    Returns
    -------
    tuple of (Step, str)
        In order of the steps; the source differs from ``step.code`` only for a failed cell.
    """
    bound: set[str] = set()
    kept: list[tuple[Step, str]] = []
    for at, step in enumerate(steps):
        if not step.code or step.result is None:
            continue
        if step.status == "ok":
            kept.append((step, step.code))
            bound |= _bound(step.code)
        elif step.status == "error":
            part = _before_error(step)
            new = _bound(part) - bound
            wanted = _read_later(steps[at + 1 :])
            if new & wanted:
                kept.append((step, _note() + part))
                bound |= new
    return tuple(kept)


def _note() -> str:
    return pick(
        "# The part of a failed cell that ran; later cells use what it made.\n",
        "# 失败单元格中已运行的部分；后面的单元格用到其结果。\n",
    )


def _read_later(steps: Sequence[Step]) -> set[str]:
    """Return the names that cells which ran read before they bind them themselves."""
    wanted: set[str] = set()
    bound: set[str] = set()
    for step in steps:
        if step.code and step.status == "ok":
            wanted |= _loaded(step.code) - bound
            bound |= _bound(step.code)
    return wanted


def _parse(code: str) -> ast.Module | None:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError):  # a cell with magics, or one that never compiled
        return None


def _loaded(code: str) -> set[str]:
    """Return the names that a cell may need from earlier cells; a statement's own names count only from the next on."""
    tree = _parse(code)
    if tree is None:
        return set()
    wanted: set[str] = set()
    bound: set[str] = set()
    for statement in tree.body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        wanted |= {node.id for node in names if isinstance(node.ctx, ast.Load)} - bound
        wanted |= {
            node.target.id
            for node in ast.walk(statement)
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
        } - bound
        bound |= _bound_by(statement)
    return wanted


def _bound(code: str) -> set[str]:
    tree = _parse(code)
    return set() if tree is None else {name for statement in tree.body for name in _bound_by(statement)}


def _bound_by(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    names: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


def _before_error(step: Step) -> str:
    """Return the source of the statements that ended before the one that failed; empty where that is not known."""
    error = step.result.error if step.result else None
    tree = _parse(step.code)
    if error is None or error.line is None or tree is None:
        return ""
    lines = step.code.splitlines()
    ends = [statement.end_lineno or 0 for statement in tree.body if (statement.end_lineno or 0) < error.line]
    return "\n".join(lines[: ends[-1]]) if ends else ""
