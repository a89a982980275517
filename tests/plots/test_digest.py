from __future__ import annotations

import io
import json
import logging
from typing import Any

import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from IPython.core.interactiveshell import InteractiveShell
from matplotlib import pyplot as plt
from PIL import Image

from k2lab import plots
from k2lab.plots import pictures
from k2lab.plots.digest import MIME, digest, register
from tests.own_loop import execute


def test_ours_as_json_without_rows(salaries: pd.DataFrame) -> None:
    made = digest(plots.violin(salaries, x="level", y="pay_usd").figure)
    assert made["kind"] == "violin"
    assert made["title"] == "pay_usd by level"
    assert made["n"] == len(salaries)
    axis = made["axes"][0]["x"]
    assert axis["scale"] == "log"
    assert axis["low"] < salaries["pay_usd"].median() < axis["high"]
    text = json.dumps(made, allow_nan=False)
    assert len(text) < 4000
    assert made["alt"].startswith("Violin plot of pay_usd in 3 groups. Medians run from $")


@pytest.mark.filterwarnings("ignore:vert. bool will be deprecated:PendingDeprecationWarning")
def test_seaborn_figures_tell_titles_axes_and_legend(salaries: pd.DataFrame) -> None:
    with plots.theme():
        figure, ax = plt.subplots()
        sns.scatterplot(salaries, x="age", y="pay_usd", hue="level", ax=ax)
        ax.set_title("Pay and $age$")
    made = digest(figure)
    assert made["kind"] == "scatter"
    assert made["title"] == "Pay and $age$"
    assert made["axes"][0]["x"]["label"] == "age"
    assert {group["name"] for group in made["axes"][0]["groups"]} == {"EN", "MI", "SE"}
    assert made["axes"][0]["marks"]["points"] == len(salaries)
    assert made["alt"].startswith('A scatter plot titled "Pay and $age$".')
    json.dumps(made, allow_nan=False)


def test_seaborn_takes_the_palette(salaries: pd.DataFrame) -> None:
    with plots.theme():
        _, ax = plt.subplots()
        sns.histplot(salaries, x="age", hue="level", ax=ax, element="step")
        colours = {tuple(np.round(c.get_facecolor()[0][:3], 3)) for c in ax.collections}
    from matplotlib.colors import to_rgb

    allowed = {tuple(np.round(to_rgb(plots.palette.mark(role)), 3)) for role in range(1, 9)}
    assert colours <= allowed


@pytest.mark.parametrize("draw", ["bar", "dates", "image", "polar", "3d", "empty", "pie", "categories"])
def test_any_figure_has_a_digest(draw: str) -> None:
    figure = plt.figure()
    if draw == "3d":
        figure.add_subplot(projection="3d").plot([0, 1], [0, 1], [0, 1])
    elif draw == "polar":
        figure.add_subplot(projection="polar").plot([0, 1], [0, 1])
    elif draw != "empty":
        ax = figure.add_subplot()
        {
            "bar": lambda: ax.bar(["a", "b"], [1, 2]),
            "dates": lambda: ax.plot(pd.date_range("2024-01-01", periods=3).to_numpy(), [1, 2, 3]),
            "image": lambda: figure.colorbar(ax.imshow(np.eye(3))),
            "pie": lambda: ax.pie([1, 2], labels=["x", "y"]),
            "categories": lambda: ax.plot(["p", "q"], [1, 2], label="line $1"),
        }[draw]()
    made = digest(figure)
    json.dumps(made, allow_nan=False)
    assert made["alt"].endswith(".")
    if draw == "dates":
        assert made["axes"][0]["x"]["low"].startswith("2023-12-31") or made["axes"][0]["x"]["low"].startswith(
            "2024-01-01"
        )
    if draw == "categories":
        assert made["axes"][0]["x"]["categories"] == ["p", "q"]
    if draw == "image":
        assert len(made["axes"]) == 1


@pytest.fixture
def shell() -> Any:
    made = InteractiveShell.instance()
    yield made
    InteractiveShell.clear_instance()


def test_register_in_a_real_shell(shell: Any, salaries: pd.DataFrame) -> None:
    register(shell)
    register(shell)
    figure = plots.box(salaries, x="level", y="pay_usd").figure
    data, _ = shell.display_formatter.format(figure)
    assert data[MIME]["kind"] == "box"
    assert MIME not in shell.display_formatter.format(3)[0]
    plain, ax = plt.subplots()
    ax.plot([1, 2])
    assert shell.display_formatter.format(plain)[0][MIME]["kind"] == "line"


def test_drawing_registers_in_ipython(shell: Any, salaries: pd.DataFrame) -> None:
    figure = plots.means(salaries, x="level", y="pay_usd").figure
    assert shell.display_formatter.format(figure)[0][MIME]["kind"] == "means"


def test_use_registers_in_ipython(shell: Any) -> None:
    plots.use()
    figure, _ = plt.subplots()
    assert MIME in shell.display_formatter.format(figure)[0]


def test_small_png_keeps_the_ground_and_is_small(salaries: pd.DataFrame) -> None:
    for mode, ground in (("light", (255, 255, 255)), ("dark", (0x14, 0x18, 0x1D))):
        with plots.theme(mode):
            figure = plots.violin(salaries, x="remote", y="pay_usd", hue="level").figure
            made = pictures.small_png(figure)
        assert made is not None
        data, size = made
        image = Image.open(io.BytesIO(data))
        assert image.convert("RGB").getpixel((1, 1)) == ground
        assert len(data) < 150_000
        assert size["width"] * 2 in (image.width, image.width - 1)
        assert 650 < size["width"] < 760


def test_the_digest_stays_when_figure_formats_change() -> None:
    from IPython.core.pylabtools import select_figure_formats

    shell = InteractiveShell()
    register(shell)
    select_figure_formats(shell, {"png"})  # as the inline backend does: takes figures from every formatter
    figure, _ = plt.subplots()
    assert shell.display_formatter.format(figure)[0][MIME]["kind"] == "figure"
    assert MIME not in shell.display_formatter.format("a text")[0]


@pytest.mark.kernel
def test_plain_execution_of_a_notebook_yields_digests(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel chooses its own
    code = """
import pandas as pd
from k2lab import plots
ax = plots.means(pd.DataFrame({"g": ["a", "b"] * 50, "y": range(100)}), x="g", y="y")
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    execute(client)
    outputs = [output for output in notebook.cells[0].outputs if output.output_type == "display_data"]
    assert len(outputs) == 1
    assert outputs[0]["data"][MIME]["kind"] == "means"
    assert "image/png" in outputs[0]["data"]
    assert 600 < outputs[0]["metadata"]["image/png"]["width"] < 760
    assert not [output for output in notebook.cells[0].outputs if output.output_type == "stream"]
