"""Figures as SVG: small, of palette colours only where they are ours, and none where it would be too large."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from k2lab import plots
from k2lab.plots.look import theme
from k2lab.plots.vector import small_svg
from k2lab.report.vector import vector_of


@pytest.fixture
def figure():
    with theme():
        yield lambda: plt.subplots(figsize=(3, 2))
    plt.close("all")


def test_a_figure_of_ours_follows_the_page(figure):
    axes = plots.box(pd.DataFrame({"g": list("ab") * 20, "v": range(40)}), x="g", y="v")
    svg = small_svg(axes.figure)
    assert svg.startswith("<svg")
    assert "\n" not in svg
    made = vector_of(svg, prefix="p-")
    assert made.adapts
    assert 'class="f-background"' in made.markup
    assert "style=" not in made.markup
    assert 'id="p-' in made.markup


def test_a_foreign_colour_keeps_its_ground(figure):
    fig, axes = figure()
    axes.plot([1, 2], color="#ff0000")
    assert not vector_of(small_svg(fig)).adapts


def test_very_many_marks_and_nothing_at_all_give_none(figure):
    fig, axes = figure()
    axes.plot(range(30_000))
    assert small_svg(fig) is None
    assert small_svg(plt.figure()) is None


def test_two_figures_in_one_page_share_no_id(figure):
    fig, axes = figure()
    axes.plot([1, 2], marker="o")
    svg = small_svg(fig)
    one, other = (vector_of(svg, prefix=prefix).markup for prefix in ("a-", "b-"))
    assert 'href="#a-' in one
    assert 'href="#a-' not in other
