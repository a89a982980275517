"""The tour notebook runs, with plain nbclient and with papermill, without a key."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import papermill
import pytest
from nbclient import NotebookClient

from tests.own_loop import execute

TOUR = Path(__file__).resolve().parents[2] / "notebooks" / "tour.ipynb"

pytestmark = [pytest.mark.kernel, pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")]


@pytest.fixture(autouse=True)
def _as_a_person_has_it(monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    assert not [name for name in os.environ if name.endswith("_API_KEY")]


def text_of(cell: nbformat.NotebookNode) -> str:
    return "\n".join(str(output.get("data", {}).get("text/plain", output.get("text", ""))) for output in cell.outputs)


def test_the_tour_tells_the_story(tmp_path):
    notebook = nbformat.read(TOUR, as_version=4)

    client = NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    execute(client)

    asked = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.startswith("%%k2")]
    assert len(asked) == 3
    for cell in asked:
        assert "no language model" in text_of(cell)
    assert sum("image/png" in output.get("data", {}) for output in asked[0].outputs) >= 5
    assert (tmp_path / "tour-report.html").stat().st_size > 100_000
    shapes = [text_of(cell) for cell in notebook.cells if cell.source == "salaries.shape"]
    assert shapes == ["(133000, 11)"]


def test_papermill_runs_a_question(tmp_path):
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                "%load_ext k2lab\nfrom k2lab import datasets\nsalaries = datasets.salaries(3000)"
            ),
            nbformat.v4.new_code_cell("%%k2 -m offline\nWhat is the median of salary_in_usd by company_size?"),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, tmp_path / "in.ipynb")

    papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", cwd=tmp_path, progress_bar=False)

    done = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert "no language model" in text_of(done.cells[-1])
