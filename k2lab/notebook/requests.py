"""Requests of the front end, each a small function; none runs code that stands in a notebook."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2lab.errors import K2Error, UsageError
from k2lab.notebook.waiting import Reply

if TYPE_CHECKING:
    from k2lab.notebook.panel import Panel

Request = Mapping[str, Any]
Answer = dict[str, Any]

_CHANGED = ("model", "privacy", "approve", "budget", "lang", "base_url")
_MOST_ITEMS = 50
_MOST_SENT = 1 << 20
_slow = threading.Lock()  # one slow request at a time: they share the machine with the person's cells


def handle(panel: Panel, request: Request) -> Answer:
    """Answer a request: at once, or ``later`` from a thread where it takes longer than a blink."""
    head = {"type": "reply", "id": str(request.get("id", "")), "to": str(request.get("type", ""))}
    if (quick := _QUICK.get(head["to"])) is not None:
        return {**head, **_answered(quick, panel, request)}
    if (slow := _SLOW.get(head["to"])) is not None:

        def work() -> None:
            with _slow:
                answer = _answered(slow, panel, request)
            panel.line.send({**head, **answer})

        threading.Thread(target=work, name="k2lab-request", daemon=True).start()
        return {**head, "status": "later"}
    return {**head, "status": "error", "error": f"There is no request {head['to']!r}.", "mend": "Update k2lab."}


def _answered(function: Callable[[Panel, Request], Answer], panel: Panel, request: Request) -> Answer:
    try:
        return {"status": "ok", **function(panel, request)}
    except K2Error as fault:
        return {"status": "error", "error": fault.what, "mend": fault.mend}
    except Exception as fault:  # noqa: BLE001 - whatever a frame or a file does, a request is answered
        said = " ".join(f"{type(fault).__name__}: {fault}".split())[:300]
        return {"status": "error", "error": said, "mend": ""}


# -- quick: in the thread of the control channel ---------------------------------------------------------------------


def _hello(panel: Panel, request: Request) -> Answer:
    panel.language = "zh" if str(request.get("language", "")).lower().startswith("zh") else "en"
    return panel.hello(str(request.get("client", "")))


def _resend(panel: Panel, request: Request) -> Answer:
    first = request.get("from")
    return panel.journal.since(str(request.get("run", "")), first if isinstance(first, int) else 1)


def _approve(panel: Panel, request: Request) -> Answer:
    answer, code = request.get("answer"), request.get("code")
    if answer not in ("once", "run", "edit", "reject"):
        raise UsageError("An approval is answered with once, run, edit or reject.")
    if answer == "edit" and not (isinstance(code, str) and code.strip()):
        raise UsageError("The edited cell is empty.", "Write code, or reject the step.")
    reply = Reply(answer=answer, code=code if answer == "edit" else None, words=str(request.get("words") or ""))
    if not panel.waiting.answer(request.get("approval"), reply):
        raise UsageError("No such approval waits.", "It was answered already, or the run ended.")
    return {"approval": request["approval"]}


def _say(panel: Panel, request: Request) -> Answer:
    if not panel.waiting.answer(request.get("ask"), Reply(answer="say", words=str(request.get("text") or ""))):
        raise UsageError("No such question waits.", "It was answered already, or the run ended.")
    return {"ask": request["ask"]}


def _cancel(panel: Panel, request: Request) -> Answer:
    if not panel.cancel(request.get("run")):
        raise UsageError("This run does not go on any more.")
    return {"run": request["run"]}


def _hurry(panel: Panel, request: Request) -> Answer:
    if not panel.hurry(request.get("run")):
        raise UsageError("This run does not wait for a server.")
    return {"run": request["run"]}


def _settings(panel: Panel, request: Request) -> Answer:
    values = request.get("values")
    if not isinstance(values, Mapping) or any(name not in _CHANGED for name in values):
        raise UsageError(f"Settings that can be changed are {', '.join(_CHANGED)}.")
    from k2lab.settings import read_settings

    read_settings(**(panel.magics.given() | dict(values)))  # a bad value is refused before anything changes
    for name, value in values.items():
        setattr(panel.magics, name, value)
    return panel.state()


def _sign_out(panel: Panel, request: Request) -> Answer:
    from k2lab.settings import store_key

    return {"words": store_key(None), "account": panel.state()["account"]}


def _remove(panel: Panel, request: Request) -> Answer:
    run = str(request.get("run", ""))
    if run == panel.active:
        raise UsageError("This run still goes on.", "Stop it first.")
    session = panel.magics.session
    session.runs[:] = [one for one in session.runs if one.id != run]
    panel.forget(run)
    return {"run": run}


def _retire(panel: Panel, request: Request) -> Answer:
    cells, at = request.get("cells"), request.get("at")
    if not isinstance(cells, list) or not isinstance(at, (int, float)):
        raise UsageError("Cells to be retired are a list of ids, with the time.")
    panel.retired.add(map(str, cells), at)
    return {"cells": len(cells)}


# -- slow: in a thread of their own ----------------------------------------------------------------------------------


def _found(panel: Panel, names: tuple[str, ...] = ()) -> dict[str, Any]:
    from k2lab.schema.namespace import find_frames

    # A copy, because the person's cells may make names meanwhile.
    return dict(find_frames(dict(panel.magics.shell.user_ns), names))


def _frames(panel: Panel, request: Request) -> Answer:
    from k2lab.notebook.suggestions import suggestions
    from k2lab.schema.namespace import describe_all

    frames = describe_all(_found(panel), privacy="schema")
    return {
        "frames": [
            {
                "name": frame.name,
                "rows": frame.rows,
                "kind": frame.library,
                "columns": [
                    {"name": column.name, "type": column.kind, "distinct": column.distinct, "missing": column.nulls}
                    for column in frame.columns
                ],
            }
            for frame in frames
        ],
        "suggestions": suggestions(frames, panel.language),
    }


def _context(panel: Panel, request: Request) -> Answer:
    from dataclasses import replace
    from urllib.parse import urlsplit

    from k2lab.conversation.window import estimate_tokens
    from k2lab.schema.namespace import describe_all
    from k2lab.session.context import context
    from k2lab.session.providers import is_offline
    from k2lab.settings import read_settings

    settings = panel.settings()
    if request.get("privacy"):
        settings = replace(settings, privacy=read_settings({}, privacy=request["privacy"]).privacy)
    names = tuple(map(str, request.get("names") or ()))
    frames = _found(panel, names)
    if not frames:
        raise UsageError("There is no frame here.", "Load one first.")
    made = context(describe_all(frames, privacy=settings.privacy), settings)
    return {
        "names": list(frames),
        "privacy": settings.privacy,
        "text": made.text,
        "host": None if is_offline(settings) else urlsplit(settings.base_url).hostname,
        "model": made.model,
        "tokens": made.frames_tokens + estimate_tokens(str(request.get("question") or "")),
        "fixed": made.fixed_tokens,
        "price": None if made.price is None else str(made.price),
        "currency": made.currency,
    }


def _complete(panel: Panel, request: Request) -> Answer:
    import narwhals as nw

    prefix = str(request.get("prefix", ""))
    name, dot, start = prefix.partition(".")
    frames = _found(panel)
    items: list[dict[str, str]] = []
    if dot and name in frames:
        columns = nw.from_native(frames[name]).collect_schema()
        items = [{"kind": "column", "text": f"{name}.{column}", "type": str(kind)} for column, kind in columns.items()]
    elif not dot:
        items = [{"kind": "frame", "text": frame, "type": "frame"} for frame in frames]
    wanted = start.lower() if dot else name.lower()

    def rank(item: dict[str, str]) -> int:
        text = item["text"].partition(".")[2] if dot else item["text"]
        return 0 if text.lower().startswith(wanted) else 1 if wanted in text.lower() else 2

    fit = sorted((item for item in items if rank(item) < 2), key=rank)
    return {"prefix": prefix, "items": fit[:_MOST_ITEMS], "more": len(fit) > _MOST_ITEMS}


def _report(panel: Panel, request: Request) -> Answer:
    from k2lab.report.write import FORMATS, write_notebook

    if panel.active is not None:
        raise UsageError("A run still goes on.", "Create the report when it has ended.")
    wanted, kind = request.get("run"), str(request.get("format") or "html")
    session = panel.magics.session
    run = next((one for one in session.runs if one.id == wanted), None) if wanted else session.last()
    if run is None:
        raise UsageError("The kernel does not know this run any more.", "Run its %%k2 cell again.")
    if kind not in (*FORMATS, "ipynb"):
        raise UsageError(f"A report cannot be written as {kind!r}.", f"It can be {', '.join(FORMATS)} or ipynb.")
    given = request.get("path")
    path = Path(given) if isinstance(given, str) and given else _unused(f"k2-report-{run.id[:6]}", kind)
    written = write_notebook(run.notebook(), path) if kind == "ipynb" else run.report(path)
    return {"run": run.id, "path": str(written), "format": kind}


def _unused(stem: str, kind: str) -> Path:
    """Return a path in the kernel's folder that nothing stands at."""
    path, number = Path(f"{stem}.{kind}"), 1
    while path.exists():
        number += 1
        path = Path(f"{stem}-{number}.{kind}")
    return path


def _models(panel: Panel, request: Request) -> Answer:
    from k2lab.session.providers import models, price_list

    settings = panel.settings()
    names = models(settings)
    return {"models": names, "prices": price_list(settings, names)}


def _sign_in(panel: Panel, request: Request) -> Answer:
    from k2lab.session.providers import models
    from k2lab.settings import read_settings, store_key

    given = panel.magics.given()
    address = request.get("base_url")
    if address:
        given |= {"base_url": address}
    settings = read_settings(**(given | {"api_key": str(request.get("key") or "")}))
    models(settings)  # asks the server: a key that it refuses is not kept
    if address:
        panel.magics.base_url = settings.base_url
    return {"words": store_key(settings.api_key), "account": panel.state()["account"]}


def _sent(panel: Panel, request: Request) -> Answer:
    requests: list[dict[str, str]] = []
    room = _MOST_SENT
    for one in reversed(panel.magics.session.sent):
        room -= len(one.body)
        if room < 0 and requests:
            break
        requests.append({"at": one.at, "host": one.host, "body": one.body[:_MOST_SENT]})
    return {"requests": requests[::-1], "more": len(requests) < len(panel.magics.session.sent)}


_QUICK: dict[str, Callable[[Panel, Request], Answer]] = {
    "hello": _hello,
    "resend": _resend,
    "approve": _approve,
    "say": _say,
    "cancel": _cancel,
    "hurry": _hurry,
    "settings": _settings,
    "sign_out": _sign_out,
    "remove": _remove,
    "retire": _retire,
}
_SLOW: dict[str, Callable[[Panel, Request], Answer]] = {
    "frames": _frames,
    "context": _context,
    "complete": _complete,
    "report": _report,
    "models": _models,
    "sign_in": _sign_in,
    "sent": _sent,
}
