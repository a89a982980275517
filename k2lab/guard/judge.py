"""The judge: reads a cell before it runs, and says whether it may."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from k2lab.guard.rules_data import changes_a_database
from k2lab.guard.rules_files import hands_on_a_writer, reads_secrets, touches_elsewhere, writes_outside
from k2lab.guard.rules_network import reaches_the_network
from k2lab.guard.rules_system import (
    asks_the_person,
    ends_the_process,
    installs_packages,
    makes_code,
    reads_the_environment,
    runs_magics,
    starts_processes,
    unpickles,
)
from k2lab.guard.source import PYTHON_MAGICS, Source, python_of, read
from k2lab.guard.verdict import Reason, Verdict

Rule = Callable[[Source, Path | None], Iterator[Reason]]

RULES: tuple[Rule, ...] = (
    writes_outside,
    touches_elsewhere,
    hands_on_a_writer,
    reads_secrets,
    starts_processes,
    runs_magics,
    installs_packages,
    makes_code,
    unpickles,
    ends_the_process,
    asks_the_person,
    reads_the_environment,
    reaches_the_network,
    changes_a_database,
)
_NEVER = frozenset({"input", "kill"})
_MAGIC_LINE = re.compile(r"^\s*(%|!|\w+\s*=\s*[%!])")
# Single-line cells: with automagic, IPython runs a line that begins with the name of a magic or a shell alias.
_BARE = re.compile(
    r"^(pip|conda|mamba|uv|cd|pushd|popd|rm|rmdir|mkdir|mv|cp|cat|ls|ll|less|more|man|env|set_env|run|load|loadpy|reset|edit|save|store"
    r"|system|sx|sc|bash|sh|writefile|notebook|logstart|logon|macro|alias|rerun|recall|debug|pdb|quickref|history|exit|quit|xdel)"
    r"(\s+\.\.?(/.*)?|\s+(?![=.\[(,+*/<>|&^@%-]|and\b|or\b|in\b|is\b|if\b|not\b)\S.*|\s+-{1,2}[A-Za-z].*|\s*)$"
)
_DEPTH = 3


def judge(code: str, *, folder: Path | None = None, _depth: int = 0) -> Verdict:
    """Judge a cell.

    Parameters
    ----------
    code : str
        IPython code.
    folder : Path, optional
        Where the cell runs and may write; relative paths start there. None: no file may be written without consent,
        because relative paths start in the person's own folder.

    Returns
    -------
    Verdict
        ``allow``; ``ask`` when the cell writes or deletes files outside the folder, names places of secrets, starts
        processes, uses the network, installs packages, runs code that cannot be read beforehand or changes a
        database; ``deny`` when it would end the kernel or wait for input.

    Notes
    -----
    This is a careful reader, not a prison: it reads what is written, not what a value will be at run time. Reading
    other files is allowed. A cell that is no valid Python is allowed, because the kernel only reports it, unless
    IPython could run a part of it.

    Examples
    --------
    >>> judge("df.groupby('level')['pay'].mean()").decision
    'allow'
    >>> verdict = judge("import os\\nos.system('rm -rf /')")
    >>> verdict.decision, verdict.reasons[0].rule, verdict.reasons[0].line
    ('ask', 'process', 2)
    """
    reasons = list(_reasons(code, folder, _depth))
    kept = {(reason.rule, reason.line): reason for reason in reversed(reasons)}
    ordered = tuple(sorted(kept.values(), key=lambda reason: (reason.line, reason.rule)))
    if any(reason.rule in _NEVER for reason in ordered):
        return Verdict(decision="deny", reasons=ordered)
    return Verdict(decision="ask" if ordered else "allow", reasons=ordered)


def _reasons(code: str, folder: Path | None, depth: int) -> Iterator[Reason]:
    stripped = code.strip()
    if "\n" not in stripped and _BARE.match(stripped):
        yield Reason(rule="magic", line=1, source=stripped[:200], why="IPython would run this line as a command")
    source = read(code)
    if source is None:
        for number, line in enumerate(code.splitlines(), 1):
            if _MAGIC_LINE.match(line):
                why = "the cell cannot be read, and holds a command"
                yield Reason(rule="magic", line=number, source=line.strip()[:200], why=why)
        return
    for rule in RULES:
        yield from rule(source, folder)
    for magic in source.magics:
        if magic.name in PYTHON_MAGICS and depth < _DEPTH:
            for inner in _reasons(python_of(magic), folder, depth + 1):
                at = magic.at + inner.line if magic.body else magic.at
                yield Reason(rule=inner.rule, line=at, source=inner.source, why=inner.why)
