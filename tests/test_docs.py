"""What the documents say is run: code blocks, commands, options, links."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from k2lab import datasets, plots, stats
from k2lab.cli.main import cli, main
from k2lab.notebook.commands import COMMANDS, HELP
from k2lab.notebook.options import complete_options

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(ROOT.glob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language: str, name: str = "README.md") -> list[str]:
    return [code for kind, code in BLOCK.findall((ROOT / name).read_text(encoding="utf-8")) if kind == language]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_magic_cells_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shell = InteractiveShell()
    shell.user_ns["salaries"] = datasets.salaries(3000, seed=1)
    cells = [code for code in blocks("python", name) if code.startswith("%")]
    assert len(cells) == 2
    try:
        for cell in cells:
            with capture_output() as captured:
                done = shell.run_cell(cell)
            assert done.success, captured.stdout
    finally:
        shell.history_manager.end_session()


def test_the_python_blocks_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for code in blocks("python"):
        if not code.startswith("%"):
            exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out
    assert (tmp_path / "rent.html").exists()


@pytest.mark.kernel
def test_the_commands_run(tmp_path):
    datasets.salaries(3000, seed=1).to_parquet(tmp_path / "salaries.parquet")
    lines = [line.partition("#")[0] for code in blocks("sh") for line in code.splitlines()]
    commands = [shlex.split(line) for line in lines if line.startswith("k2lab ")]
    assert {command[1] for command in commands} >= {"ask", "report", "context", "doctor", "models"}
    for _, *arguments in commands:
        done = subprocess.run(
            [sys.executable, "-m", "k2lab", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=200
        )
        assert done.returncode == 0, (arguments, done.stderr)


def test_the_task_runner_has_the_two_commands():
    done = subprocess.run([sys.executable, ROOT / "tasks.py"], capture_output=True, text=True)

    for command in ("python3 tasks.py demo", "python3 tasks.py test"):
        assert command in (ROOT / "README.md").read_text(encoding="utf-8")
        assert command in done.stderr


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (ROOT / target).exists(), target


def test_the_help_of_the_magic_names_every_command_and_option():
    for name in COMMANDS:
        assert f"%k2 {name}" in HELP.replace("%k2 login, %k2 logout", "%k2 login %k2 logout"), name
    for option in complete_options("--"):
        assert option in HELP or option in ("--data", "--model"), option


def test_every_command_of_the_contract_explains_itself(capsys):
    names = ("ask", "demo", "report", "context", "models", "doctor", "completion")
    assert set(cli.list_commands(None)) == set(names)  # type: ignore[arg-type]
    for name in names:
        with pytest.raises(SystemExit) as left:
            main([name, "--help"])
        assert not left.value.code
        assert capsys.readouterr().out.startswith(f"Usage: k2lab {name}")


@pytest.mark.parametrize("library", [plots, stats], ids=["plots", "stats"])
def test_every_public_function_has_an_example(library: ModuleType) -> None:
    """The examples themselves run as doctests."""
    public = [(name, getattr(library, name)) for name in library.__all__]

    assert not [name for name, what in public if callable(what) and ">>> " not in (what.__doc__ or "")]
