"""Fixtures for all tests; the network is off except for loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from k2lab.locale import use_language

os.environ.setdefault("MPLBACKEND", "agg")
_OURS = ("K2LAB_SHARED", "K2LAB_LOCAL_MODEL")  # said to the tests themselves
for name in [n for n in os.environ if n.startswith(("K2LAB_", "MOONSHOT_")) and not n.startswith(_OURS)]:
    del os.environ[name]  # a person's own settings must not decide a test

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with real tables and reference results, which a clone does not have."""
    folder = Path(os.environ.get("K2LAB_SHARED", ROOT.parent / "shared"))
    if not (folder / "data" / "reference").is_dir():
        pytest.skip("needs the reference data: set K2LAB_SHARED to the folder that holds data/reference")
    return folder


@pytest.fixture(scope="module")  # while it runs, playwright's event loop is in the way of other tests in this process
def chromium() -> Iterator[Any]:
    """Return Chromium, started."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("needs Chromium")
    from playwright.sync_api import sync_playwright

    flags = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--lang=en-US")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _own_interrupts() -> Iterator[None]:
    """nbclient keeps the interrupts it has taken, which other tests of this process send."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"tests may not reach {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
