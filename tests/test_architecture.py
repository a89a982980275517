"""The project's shape: what may be imported when, and how large a room may be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import k2lab

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {
    "pandas", "numpy", "scipy", "statsmodels", "sklearn", "matplotlib", "seaborn", "openai", "httpx", "nbconvert",
    "nbformat", "jupyter_client", "narwhals", "polars", "duckdb", "pyarrow", "rich", "click",
}  # fmt: skip


SCRIPT = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
ip = InteractiveShell()
before = set(sys.modules)
{code}
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def imported_by(code: str) -> set[str]:
    command = [sys.executable, "-c", SCRIPT.format(code=code)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_loading_the_extension_imports_nothing_heavy():
    loaded = imported_by("ip.run_line_magic('load_ext', 'k2lab')\nassert 'k2' in ip.magics_manager.magics['cell']")

    assert not loaded & HEAVY
    assert "k2lab" in loaded


def test_help_imports_nothing_heavy():
    loaded = imported_by("ip.run_line_magic('load_ext', 'k2lab')\nip.run_line_magic('k2', 'help')")

    assert not loaded & (HEAVY - {"narwhals"})


def test_public_names_are_there():
    for name in k2lab.__all__:
        assert getattr(k2lab, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = k2lab.nothing


def test_no_module_is_a_room_for_everything():
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "k2lab").rglob("*.py")}

    assert not {str(path): size for path, size in sizes.items() if size > 420}
    assert not [path for path in sizes if path.stem in {"utils", "util", "helpers", "common", "misc"}]
