"""Hidden questions to a kernel: code whose last expression is wanted as text, and which leaves nothing behind."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Any


def evaluate(code: str, names: Mapping[str, Any]) -> str:
    """Run code beside the variables of a shell and return its last expression as text.

    Parameters
    ----------
    code : str
        Statements, the last of which is an expression.
    names : mapping
        The variables it sees; new names are forgotten.

    Returns
    -------
    str
        The value if it is a string, otherwise the value as JSON.

    Raises
    ------
    ValueError
        If the last statement is no expression.

    Examples
    --------
    >>> evaluate("b = a + 1; [a, b]", {"a": 1})
    '[1, 2]'
    """
    tree = ast.parse(code)
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        raise ValueError("the last statement is no expression")
    scope = dict(names)
    exec(compile(ast.Module(tree.body[:-1], []), "<k2lab>", "exec"), scope)
    value = eval(compile(ast.Expression(tree.body[-1].value), "<k2lab>", "eval"), scope)  # noqa: S307 - our own code
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
