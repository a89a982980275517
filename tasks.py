"""The task runner: sets up what a task needs, then does it. Needs Python 3.11 or later and nothing else.

python3 tasks.py demo       answer the headline question on 133,000 rows; says where the report is
python3 tasks.py test       style, types, layers and all tests
python3 tasks.py setup      only make .venv, with k2lab in it
python3 tasks.py labextension   build the JupyterLab extension (Node.js comes from PyPI)
python3 tasks.py watch      build it at each change, for .venv/bin/jupyter lab
python3 tasks.py lock       renew the requirements files (needs uv)
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements.txt"
ENGINES = ROOT / "requirements-engines.txt"
DONE = VENV / "k2lab-setup"


def run(*command: str | Path, **environ: str) -> None:
    """Run a command in the project's folder; end with its exit code if it fails."""
    code = subprocess.run([str(part) for part in command], cwd=ROOT, env=os.environ | environ).returncode
    if code:
        sys.exit(code)


def setup() -> None:
    """Make .venv with the pinned packages and k2lab itself; does nothing when that is done already."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        sys.exit(
            f"k2lab needs Python 3.11 to 3.14; this is {sys.version.split()[0]}. Call it as, say, python3.13 tasks.py"
        )
    stamp = fingerprint(LOCK, ROOT / "pyproject.toml")
    if DONE.exists() and DONE.read_text() == stamp:
        return
    print(f"Setting up {VENV} (once; two to four minutes)", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", str(VENV)], stdout=subprocess.DEVNULL).returncode:
        sys.exit("Python cannot make virtual environments here. On Debian or Ubuntu: apt install python3-venv")
    pip("--require-hashes", "-r", LOCK)
    here = ("--no-deps", "--no-build-isolation", "--editable", ROOT)
    pip(*here, K2LAB_NO_LABEXTENSION="1")
    DONE.write_text(stamp)


def engines() -> None:
    """Add Dask, Spark and Ibis to .venv, for the tests that run on them."""
    setup()
    done, stamp = VENV / "k2lab-engines", fingerprint(ENGINES)
    if done.exists() and done.read_text() == stamp:
        return
    print("Adding Dask, Spark and Ibis for the tests (once; about two minutes)", flush=True)
    pip("--require-hashes", "-r", ENGINES)
    done.write_text(stamp)


def pip(*arguments: str | Path, **environ: str) -> None:
    """Install into .venv, without questions."""
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    run(PYTHON, "-m", "pip", "install", *quiet, *arguments, **environ)


def fingerprint(*files: Path) -> str:
    """Return a hash of files and of this Python, to see when something must be set up anew."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in files) + sys.version.encode()).hexdigest()


def labextension() -> None:
    """Build the JupyterLab extension where its sources changed since the last build."""
    setup()
    run(PYTHON, "-c", "import hatch_build; hatch_build.build()")


def watch() -> None:
    """Build the JupyterLab extension at each change of its sources, until interrupted."""
    labextension()
    run(PYTHON, "-c", "import hatch_build; hatch_build.watch()")


def demo(*arguments: str) -> None:
    """Answer the headline question on generated data."""
    setup()
    run(BIN / "k2lab", "demo", *arguments)


def test(*arguments: str) -> None:
    """Check style, types and layers, then run all tests (or those named)."""
    engines()
    labextension()
    if not arguments:
        run(BIN / "ruff", "check", ".")
        run(BIN / "ruff", "format", "--check", ".")
        run(BIN / "mypy")
        run(BIN / "lint-imports", "--no-cache")
        run(PYTHON, "-c", "import hatch_build; hatch_build.install(); hatch_build.jlpm('check')")
    run(PYTHON, "-m", "pytest", *(arguments or ("-n", "auto", "--dist", "loadfile")))


def lock() -> None:
    """Renew the pinned and hashed packages; the index comes from pip's own settings and stays out of the files."""
    common = ("uv", "pip", "compile", "pyproject.toml", "--universal", "--generate-hashes", "--python-version", "3.11")
    quiet = ("--no-header", "--no-annotate", "--quiet", "--upgrade")
    run(*common, *quiet, "--group", "test", "--extra", "polars", "--output-file", LOCK)
    engines = ("--constraint", LOCK, "--group", "engines")
    run(*common, *quiet, *engines, "--output-file", ENGINES)


if __name__ == "__main__":
    tasks = {"demo": demo, "test": test, "setup": setup, "labextension": labextension, "watch": watch, "lock": lock}
    if len(sys.argv) < 2 or sys.argv[1] not in tasks:
        sys.exit(__doc__)
    tasks[sys.argv[1]](*sys.argv[2:])
