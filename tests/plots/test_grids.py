"""Figures in panels that a person made: every text is inside the figure, and none lies over another."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.text import Text

from k2lab import plots, stats
from k2lab.locale import use_language


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 2000
    pay = np.exp(rng.normal(11.8, 0.5, n))
    return pd.DataFrame(
        {
            "zh": rng.choice(["华北地区人力资源管理部", "技术研发中心（深圳）", "市场"], n),
            "g": rng.choice([f"Very long level name of a department {i}" for i in range(4)], n),
            "h": rng.choice(["$x_1$", "a_b^2", "<b>bold</b>"], n),
            "year": rng.integers(2019, 2025, n),
            "day": pd.date_range("2020-01-01", periods=n, freq="D"),
            "x": rng.normal(size=n),
            "pay_usd": pay.round(),
        }
    )


def _texts(ax: Any) -> list[tuple[Text, Any]]:
    low, high = sorted(ax.get_xlim())
    hidden = [
        label
        for tick in ax.xaxis.get_major_ticks()
        if not low <= tick.get_loc() <= high
        for label in (tick.label1, tick.label2)
    ]
    found = [one for one in ax.findobj(Text) if one.get_visible() and one.get_text().strip() and one not in hidden]
    # The extent of an annotation would include the line that ties it to its point.
    return [(one, Text.get_window_extent(one)) for one in found]


def _clean(fig: Any) -> None:
    fig.canvas.draw()
    texts = [pair for ax in fig.axes for pair in _texts(ax)]
    for one, box in texts:
        assert box.x0 >= -1, one.get_text()
        assert box.y0 >= -1, one.get_text()
        assert box.x1 <= fig.bbox.width + 1, one.get_text()
        assert box.y1 <= fig.bbox.height + 1, one.get_text()
    for (one, a), (two, b) in itertools.combinations(texts, 2):
        across, up = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 1 or up <= 2, (one.get_text(), two.get_text())


def _pair(t: pd.DataFrame) -> Any:
    fig, axes = plt.subplots(1, 2, figsize=(12, 5))
    plots.violin(t, x="zh", y="pay_usd", ax=axes[0])
    plots.interaction(t, x="year", y="pay_usd", hue="h", ax=axes[1])
    plt.tight_layout()
    return fig


def _four(t: pd.DataFrame) -> Any:
    fig, axes = plt.subplots(2, 2, figsize=(9, 6))
    plots.violin(t, x="zh", y="x", ax=axes[0, 0])
    plots.scatter(t, x="x", y="pay_usd", hue="zh", ax=axes[0, 1])
    plots.interaction(t, x="h", y="x", hue="zh", ax=axes[1, 0])
    plots.histogram(t, x="x", ax=axes[1, 1])
    return fig


def _four_more(t: pd.DataFrame) -> Any:
    fig, axes = plt.subplots(2, 2, figsize=(12, 9))
    plots.bar(pd.concat([t] * 30), x="g", ax=axes[0, 0])
    plots.box(pd.concat([t] * 30), x="h", y="pay_usd", ax=axes[0, 1])
    plots.ecdf(t, x="pay_usd", hue="h", ax=axes[1, 0])
    plots.trend(pd.concat([t] * 30), time="year", y="pay_usd", hue="zh", ax=axes[1, 1])
    return fig


def _six(t: pd.DataFrame) -> Any:
    fig, axes = plt.subplots(2, 3, figsize=(11, 6), layout="constrained")
    plots.box(t, x="zh", y="x", ax=axes[0, 0])
    plots.ecdf(t, x="x", hue="zh", ax=axes[0, 1])
    plots.trend(t, time="day", y="x", hue="zh", ax=axes[0, 2])
    plots.shares(t, y="zh", x="h", ax=axes[1, 0])
    plots.means(t, x="h", y="x", ax=axes[1, 1])
    plots.coefficients(stats.regress(t, "x", ["zh", "pay_usd"]), ax=axes[1, 2])
    return fig


@pytest.mark.parametrize("spoken", ["en", "zh"])
@pytest.mark.parametrize("drawn", [_pair, _four, _four_more, _six])
def test_texts_of_a_grid_are_inside_and_apart(drawn: Any, spoken: str, table: pd.DataFrame) -> None:
    plots.use("light")
    use_language(spoken)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            # That a person's tight layout takes the place of ours is no news: `use` silences it.
            warnings.filterwarnings("ignore", message="The figure layout has changed to tight")
            fig = drawn(table)
            _clean(fig)
    finally:
        use_language("en")


def test_panels_keep_room_for_what_they_show(table: pd.DataFrame) -> None:
    plots.use("light")
    fig = _six(table)
    fig.canvas.draw()
    assert min(ax.get_window_extent().width for ax in fig.axes) > 50


def test_a_tight_layout_after_ours_brings_no_warning(table: pd.DataFrame) -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        plots.use("light")
        _pair(table)
    assert not [one for one in said if "layout" in str(one.message)]
