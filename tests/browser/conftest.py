"""A person at JupyterLab: a real server and kernel, and Chromium."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lab import Lab
from tests.browser.places import write_json

ROOT = Path(__file__).resolve().parents[2]
JUPYTER = os.environ.get("K2LAB_JUPYTER", sys.executable)  # a Python with another JupyterLab can be tried too
EXTENSION = ROOT / "k2lab" / "_labextension"
expect.set_options(timeout=30_000)
URL = re.compile(r"(http://127\.0\.0\.1:\d+)/(lab|tree)\b")


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[str, Path, Path]]:
    """Start JupyterLab; a module that sets APP to "notebook" gets Notebook 7."""
    with jupyterlab(tmp_path_factory.mktemp("jupyter"), getattr(request.module, "APP", "jupyterlab")) as started:
        yield started


@contextmanager
def jupyterlab(home: Path, app: str = "jupyterlab") -> Iterator[tuple[str, Path, Path]]:
    """Start JupyterLab with this checkout's extension and settings of its own; its address, folder and settings."""
    traits = {"jupyterlab": "LabApp", "notebook": "JupyterNotebookApp"}[app]
    assert (EXTENSION / "package.json").exists(), "the labextension is not built: pip install -e ."
    folder, settings, extensions = (home / name for name in ("work", "settings", "data/labextensions"))
    for one in (folder, settings, extensions):
        one.mkdir(parents=True)
    (extensions / "k2lab").symlink_to(EXTENSION, target_is_directory=True)
    write_json(
        settings, "@jupyterlab/apputils-extension/notification", {"fetchNews": "false", "checkForUpdates": False}
    )
    # Saving by itself would ask what to do about a file that a test writes.
    write_json(settings, "@jupyterlab/docmanager-extension/plugin", {"autosave": False})
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "MPLBACKEND"))}
    env |= {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), env.get("PYTHONPATH", "")]),
    }
    log = home / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [
                *(JUPYTER, "-m", app, "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
                f"--ServerApp.root_dir={folder}",
                "--IdentityProvider.token=secret",
                "--ServerApp.log_level=INFO",
                f"--{traits}.expose_app_in_browser=True",
                f"--{traits}.user_settings_dir={settings}",
                f"--{traits}.workspaces_dir={home / 'workspaces'}",
            ],
            cwd=folder, env=env, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while (found := URL.search(log.read_text("utf-8", "replace"))) is None:
            alive = server.poll() is None and time.monotonic() < end
            assert alive, log.read_text("utf-8", "replace")[-3000:]
            time.sleep(0.1)
        yield found[1], folder, settings
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(15)
        if server.poll() is None:
            server.kill()
            server.wait()


@pytest.fixture
def lab(served: tuple[str, Path, Path], chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Return a page at JupyterLab; what it shows is kept as a picture when a test fails."""
    address, folder, settings = served
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    at = "notebooks" if getattr(request.module, "APP", "") == "notebook" else "lab/tree"
    made = Lab(context, address, folder, settings, at)
    try:
        yield made
    finally:
        print("\n".join(made.said)[-4000:])  # pytest shows it when the test failed
        if pictures := os.environ.get("BROWSER_PICTURES"):
            Path(pictures).mkdir(parents=True, exist_ok=True)
            with suppress(Exception):
                made.page.screenshot(path=str(Path(pictures) / f"{request.node.name[:80]}.png"))
        made.close()
