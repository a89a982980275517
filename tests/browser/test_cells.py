"""Cells that appear in a real JupyterLab while the analyst works."""

from __future__ import annotations

import pytest

from tests.browser.lab import SETUP, Lab
from tests.fakes import finishes, runs
from tests.servers.k2 import K2Server

pytestmark = pytest.mark.browser


def at(server: K2Server) -> str:
    return f"%%k2 -d prices -m kimi-k2.6 --base-url {server.url}"


def test_steps_appear_as_cells_below_before_the_run_ends(lab: Lab):
    script = [
        runs("import time\ntime.sleep(1)\nprint('first')", title="First look"),
        runs("time.sleep(1)\nprices.groupby('city').price.mean()"),
        finishes("The mean is 107.4."),
    ]
    with K2Server(*script) as server:
        lab.open("steps.ipynb", SETUP, f"{at(server)}\nWhat is the mean price?", "print('mine')")
        lab.run(0)
        lab.start(1)
        lab.until("nb => nb.cells.some(c => JSON.stringify(c.outputs || []).includes('first'))")
        assert not any(cell["metadata"]["k2lab"]["kind"] == "answer" for cell in lab.owned())
        lab.until("nb => nb.cells.some(c => c.metadata.k2lab?.kind === 'answer')")
    cells = lab.cells()

    assert [cell.get("metadata", {}).get("k2lab", {}).get("kind", "-") for cell in cells] == [
        "-", "-", "code", "code", "answer", "-",
    ]  # fmt: skip
    assert cells[2]["execution_count"] + 1 == cells[3]["execution_count"]
    assert "Oslo" in str(cells[3]["outputs"])
    assert cells[5]["source"] == "print('mine')"
    assert lab.notebook()["metadata"]["k2lab"]["runs"][0]["question"] == "What is the mean price?"
