"""The sub-commands of ``%k2``."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2lab.errors import UsageError
from k2lab.notebook.options import complete_options
from k2lab.settings import read_settings, store_key

if TYPE_CHECKING:
    from k2lab.notebook.magic import K2

HELP = """\
%%k2 [options]            ask the question that stands below, in English or Chinese
    -d NAME               a frame to use (again for more; default: every frame in the notebook)
    -m MODEL              a model's name, or offline (rule-based, no language model, no key)
    --base-url URL        address of an OpenAI-compatible server
    --privacy LEVEL       what of a frame is sent: schema (default), summary, sample
    --approve WHEN        cells that need a look: auto (run), ask (default), never
    --max-steps N         most steps of the run
    --timeout SECONDS     longest that one cell may run
    --budget AMOUNT       most money that the run may cost
    --report PATH         write the report there
    --lang auto|en|zh     language of the answer
    --style STYLE         how the text reads: plain, executive, academic, or "any description" (by a model)
    --record FILE         keep the conversation     --replay FILE   answer from it, without a model
%k2 status                model, key, tokens and cost so far, last run
%k2 context [NAME]...     exactly what would be sent for these frames; no call is made
%k2 sent                  every byte that left the kernel in this session
%k2 report [PATH]         compile the last run into a report
%k2 models                models that can be asked        %k2 model NAME   choose one
%k2 login, %k2 logout     keep the key in the system's keyring, or forget it
%k2 remove [RUN]          forget a run and its cells (default: the last)   %k2 reset      forget all runs
%k2 help                  this text
Stop a run with the kernel's interrupt button (or Ctrl-C): finished steps are kept."""


def _help(magics: K2, words: list[str]) -> str:
    return HELP


def _status(magics: K2, words: list[str]) -> str:
    from k2lab.session.status import status

    return status(magics.session, read_settings(**magics.given()))


def _context(magics: K2, words: list[str]) -> str:
    from k2lab.schema.namespace import describe_all, find_frames
    from k2lab.session.context import context

    settings = read_settings(**magics.given())
    frames = find_frames(magics.shell.user_ns, tuple(words))
    if not frames:
        raise UsageError("There is no frame here.", "Load one first.")
    return context(describe_all(frames, privacy=settings.privacy), settings).text


def _sent(magics: K2, words: list[str]) -> str:
    sent = magics.session.sent
    if not sent:
        return "Nothing left the kernel in this session."
    return "\n\n".join(f"{one.at} to {one.host}, {len(one.body.encode()):,} bytes:\n{one.body}" for one in sent)


def _report(magics: K2, words: list[str]) -> str:
    written = magics.session.last().report(Path(" ".join(words) or "report.html"))
    return f"Report: {written}"


def _models(magics: K2, words: list[str]) -> str:
    from k2lab.session.providers import models

    return "\n".join(models(read_settings(**magics.given())))


def _model(magics: K2, words: list[str]) -> str:
    if len(words) != 1:
        raise UsageError("%k2 model takes one name.", "%k2 models lists them.")
    magics.model = words[0]
    return f"The next question goes to {words[0]}."


def _login(magics: K2, words: list[str]) -> str:
    try:
        key = getpass.getpass("Key (not shown): ").strip()
    except (EOFError, RuntimeError, NotImplementedError):  # nbconvert and papermill cannot ask
        raise UsageError(
            "This front end cannot ask for a key.", "Set MOONSHOT_API_KEY before the kernel starts."
        ) from None
    if not key:
        raise UsageError("No key was given.")
    return store_key(key)


def _logout(magics: K2, words: list[str]) -> str:
    return store_key(None)


def _remove(magics: K2, words: list[str]) -> str:
    runs = magics.session.runs
    wanted = words[0] if words else (runs[-1].id if runs else "")
    kept = [run for run in runs if run.id != wanted]
    if len(kept) == len(runs):
        raise UsageError(f"There is no run {wanted}." if wanted else "There is no run to remove.", _known(magics))
    magics.session.runs[:] = kept
    if magics.panel is not None and wanted in magics.panel.groups:
        magics.panel.forget(wanted)
        return f"Run {wanted} is forgotten, and its cells are taken away; those that you have edited are kept."
    return f"Run {wanted} is forgotten. What it displayed goes when you clear the cell's output."


def _known(magics: K2) -> str:
    return "Runs: " + ", ".join(run.id for run in magics.session.runs) + "." if magics.session.runs else ""


def _reset(magics: K2, words: list[str]) -> str:
    from k2lab.session import Session

    magics.session = Session()
    return "Earlier runs are forgotten."


COMMANDS: dict[str, Callable[[Any, list[str]], str]] = {
    "help": _help,
    "status": _status,
    "context": _context,
    "sent": _sent,
    "report": _report,
    "models": _models,
    "model": _model,
    "login": _login,
    "logout": _logout,
    "remove": _remove,
    "reset": _reset,
}


def command(magics: K2, line: str) -> None:
    """Do what a ``%k2`` line says and print the answer.

    Raises
    ------
    UsageError
        If there is no such command; the nearest is named.
    """
    name, *words = line.split() or ["help"]
    if name not in COMMANDS:
        near = get_close_matches(name, COMMANDS, n=1)
        raise UsageError(f"%k2 {name} is no command.", f"Did you mean %k2 {near[0]}?" if near else "See %k2 help.")
    print(COMMANDS[name](magics, words))


def complete(shell: Any, line: str, symbol: str) -> list[str]:
    """Complete sub-commands, options and frame names on a ``%k2`` or ``%%k2`` line."""
    words = line.split()
    if line.startswith("%%"):
        previous = words[-2] if symbol and len(words) > 1 else words[-1]
        if previous in ("-d", "--data"):
            return _frames(shell, symbol)
        return complete_options(symbol)
    if len(words) > 1 and words[1] == "context" and (len(words) > 2 or not symbol):
        return _frames(shell, symbol)
    return [name for name in COMMANDS if name.startswith(symbol)]


def _frames(shell: Any, text: str) -> list[str]:
    from k2lab.schema.namespace import find_frames

    return [name for name in find_frames(shell.user_ns) if name.startswith(text)]
