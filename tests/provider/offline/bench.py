"""A run in this process: the analyst, cells run by `exec`, and observations as the loop makes them."""

from __future__ import annotations

import ast
import contextlib
import io
import time
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from k2lab.agent.look import look_at
from k2lab.cells.observe import observe
from k2lab.cells.result import CellError, CellResult
from k2lab.conversation.messages import Completion, Message, ToolSpec
from k2lab.conversation.prompt import opening
from k2lab.errors import ToolFailed
from k2lab.locale import use_language
from k2lab.provider.offline import OfflineAnalyst
from k2lab.schema.describe import describe
from k2lab.schema.model import FrameSchema
from k2lab.schema.render import render

TOOLS = tuple(ToolSpec(name=name, description="", parameters={}) for name in ("run_cell", "look", "finish"))


def run_code(code: str, namespace: dict[str, Any]) -> CellResult:
    """Run a cell as a notebook would: the last expression is displayed."""
    import matplotlib.pyplot as plt

    outputs: list[dict[str, Any]] = []

    def display(value: Any) -> None:
        bundle = getattr(value, "_repr_mimebundle_", None)
        data = bundle() if bundle is not None else {"text/plain": repr(value)}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})

    namespace.setdefault("display", display)
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    began = time.monotonic()
    error = None
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(tree, "<cell>", "exec"), namespace)
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace) if last is not None else None  # noqa: S307 - a cell is run as written
            if value is not None and not code.rstrip().endswith(";"):
                display(value)
    except Exception as caught:  # noqa: BLE001 - what a cell raises is a result
        error = CellError(
            name=type(caught).__name__, value=str(caught), traceback=tuple(traceback.format_exc().splitlines())
        )
    for number in plt.get_fignums():
        from k2lab.cells.result import FIGURE_MIME
        from k2lab.plots.digest import digest

        outputs.append(
            {
                "output_type": "display_data",
                "data": {FIGURE_MIME: digest(plt.figure(number)), "image/png": ""},
                "metadata": {},
            }
        )
    plt.close("all")
    if printed.getvalue():
        outputs.insert(0, {"output_type": "stream", "name": "stdout", "text": printed.getvalue()})
    return CellResult(
        status="error" if error else "ok", outputs=tuple(outputs), seconds=time.monotonic() - began, error=error
    )


def looked(schemas: Sequence[FrameSchema], name: str, columns: tuple[str, ...]) -> str:
    """Answer a look as the loop does."""
    try:
        return "status: ok, step 1.\n" + look_at(schemas)(name, columns)
    except ToolFailed as failed:
        return f"status: error\n{failed}"


def converse(
    question: str,
    frames: Mapping[str, Any],
    language: str = "en",
    privacy: str = "schema",
    tools: tuple[ToolSpec, ...] = TOOLS,
) -> tuple[dict[str, Any], list[dict[str, Any]], str]:
    """Ask a question and return the answer, the cells with their status and observation, and the plan."""
    schemas = [describe(frame, name=name, privacy=privacy) for name, frame in frames.items()]
    messages: list[Message] = [
        Message(role="system", text="You are k2lab."),
        opening(question, render(schemas), language),  # type: ignore[arg-type]
    ]
    namespace: dict[str, Any] = dict(frames)
    cells: list[dict[str, Any]] = []
    plan = ""
    for _ in range(40):
        *pieces, completion = OfflineAnalyst().stream(messages, tools)
        assert isinstance(completion, Completion)
        plan += "".join(piece.text for piece in pieces)
        messages.append(completion.message)
        (call,) = completion.message.calls
        if call.name == "finish":
            use_language("en")
            return dict(call.arguments), cells, plan
        if call.name == "look":
            text = looked(schemas, call.arguments["frame"], tuple(call.arguments["columns"]))
        else:
            result = run_code(str(call.arguments["code"]), namespace)
            text = observe(result)
            cells.append({**call.arguments, "status": result.status, "seen": text, "seconds": result.seconds})
        messages.append(Message(role="tool", text=text, call_id=call.id, name=call.name))
    raise AssertionError("the analyst did not finish")
