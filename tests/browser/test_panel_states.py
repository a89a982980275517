"""Every state of the panel: no accessibility fault, nothing cut or left in English; pictures on demand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser.lab import Lab
from tests.browser.tour import tour

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]


def test_look(lab: Lab, tmp_path: Path):
    out = Path(os.environ.get("PANEL_PICTURES", "/tmp/pp"))
    out.mkdir(exist_ok=True, parents=True)
    for state in tour(lab, tmp_path):
        print(state, flush=True)
        lab.page.screenshot(path=out / f"{state}.png")
