"""The wheel: holds the JupyterLab extension as built from these sources, and JupyterLab finds it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import hatch_build

ROOT = Path(__file__).resolve().parents[1]
INSIDE = "k2lab-0.1.0.data/data/share/jupyter/labextensions/k2lab"


def python(*arguments: str | Path, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=ROOT, env=os.environ | environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not hatch_build.is_current():
        pytest.skip("the labextension is not built from these sources: python3 tasks.py labextension")
    folder = tmp_path_factory.mktemp("dist")
    python("hatchling", "build", "-t", "wheel", "-d", folder)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_extension_once_and_no_sources_of_it(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()

    assert f"{INSIDE}/package.json" in names
    assert f"{INSIDE}/install.json" in names
    assert f"{INSIDE}/schemas/k2lab/panel.json" in names
    assert any(re.search(r"/static/remoteEntry\.\w+\.js$", name) for name in names)
    assert "k2lab/locale/zh_CN/LC_MESSAGES/k2lab.json" in names
    assert "k2lab/py.typed" in names
    assert not [name for name in names if "node_modules" in name or name.endswith((".ts", ".tsx", ".map"))]
    assert not [name for name in names if name.startswith(("tests/", "labextension/", "k2lab/_labextension/"))]


def test_the_extension_is_under_150_kilobytes(wheel: Path):
    sizes = [one.compress_size for one in zipfile.ZipFile(wheel).infolist() if one.filename.startswith(INSIDE)]

    assert 20_000 < sum(sizes) < 150_000


def test_jupyterlab_lists_the_installed_extension(wheel: Path, tmp_path: Path):
    python("pip", "install", "--quiet", "--no-deps", "--no-index", "--prefix", tmp_path, "--ignore-installed", wheel)
    listed = python("jupyter", "labextension", "list", JUPYTER_PATH=str(tmp_path / "share" / "jupyter"))

    assert re.search(r"k2lab v0\.1\.0 .*enabled.*OK.*\(python, k2lab\)", listed), listed


def test_an_extension_built_from_other_sources_is_never_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sources, built = tmp_path / "labextension", tmp_path / "built"
    (sources / "src").mkdir(parents=True)
    built.mkdir()
    (sources / "src" / "index.ts").write_text("one")
    monkeypatch.setattr(hatch_build, "SOURCES", sources)
    monkeypatch.setattr(hatch_build, "STAMP", built / "sources.sha256")
    hatch_build.STAMP.write_text(hatch_build.fingerprint())
    assert hatch_build.is_current()
    (sources / "node_modules").mkdir()
    (sources / "node_modules" / "anything.js").write_text("not a source")
    assert hatch_build.is_current()
    (sources / "src" / "index.ts").write_text("two")
    assert not hatch_build.is_current()
    built_anew: list[str] = []
    monkeypatch.setattr(hatch_build, "install", lambda: None)
    monkeypatch.setattr(hatch_build, "jlpm", built_anew.append)
    hatch_build.build()

    assert built_anew == ["build:prod"]
    assert hatch_build.is_current()
