"""nbconvert knows the report."""

from importlib.metadata import entry_points

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from traitlets import TraitError
from traitlets.config import Config

from k2lab.report.exporter import ReportExporter
from k2lab.report.notebook import to_notebook
from k2lab.report.write import write_notebook
from tests.report.story import run


def test_it_exports_a_notebook_file(tmp_path):
    path = write_notebook(to_notebook([run()]), tmp_path / "analysis.ipynb")
    page, resources = ReportExporter().from_filename(str(path))
    assert page.startswith("<!doctype html>")
    assert "<h1>Does the remote-work ratio affect salary?</h1>" in page
    assert resources["output_extension"] == ".html"


def test_options_come_from_config():
    nb = to_notebook([run()])
    hidden, _ = ReportExporter(config=Config({"ReportExporter": {"code": "hidden", "lang": "zh"}})).from_notebook_node(
        nb
    )
    assert '<html lang="zh-CN">' in hidden
    assert "<details" not in hidden
    with pytest.raises(TraitError):
        ReportExporter(code="open")


def test_the_title_of_a_nameless_notebook_is_given_or_its_file_name(tmp_path):
    nb = new_notebook(cells=[new_markdown_cell("Only text.")])
    given, _ = ReportExporter(title="Given").from_notebook_node(nb)
    assert "<h1>Given</h1>" in given
    path = write_notebook(nb, tmp_path / "notes.ipynb")
    named, _ = ReportExporter().from_filename(str(path))
    assert "<h1>notes</h1>" in named


def test_cells_with_a_removed_tag_are_not_reported():
    nb = to_notebook([run()])
    next(cell for cell in nb.cells if "levels[0]" in cell.source).metadata["tags"] = ["secret"]
    config = Config({"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": ("secret",)}})
    page, _ = ReportExporter(config=config).from_notebook_node(nb)
    assert "levels[0]" not in page


def test_nbconvert_finds_it_by_name():
    found = [point for point in entry_points(group="nbconvert.exporters") if point.name == "k2report"]
    if not found:
        pytest.skip("k2lab is not installed: `pip install -e .` registers the exporter")
    from nbconvert.exporters import get_exporter

    assert get_exporter("k2report") is ReportExporter
