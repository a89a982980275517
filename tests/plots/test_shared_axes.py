"""Panels that share an axis: what was drawn first still reads true after the next was drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from k2lab import plots, stats
from k2lab.errors import UsageError
from k2lab.plots.digest import digest


@pytest.fixture
def halves() -> list[pd.DataFrame]:
    """Return two tables in which the groups have opposite orders, the second far higher."""
    rng = np.random.default_rng(0)
    group = np.repeat(["a", "b", "c"], 100)
    rank = np.repeat([0.0, 5.0, 10.0], 100)
    return [
        pd.DataFrame({"g": group, "v": rng.normal(size=300) + level, "u": rng.normal(size=300) + shift})
        for level, shift in ((rank, 0.0), (110 - rank, 50.0))
    ]


def _names(ax: Any, which: str = "y") -> dict[str, float]:
    axis = ax.yaxis if which == "y" else ax.xaxis
    return dict(zip([one.get_text() for one in axis.get_ticklabels()], axis.get_ticklocs(), strict=True))


@pytest.mark.parametrize("draw", [plots.box, plots.violin, plots.strip, plots.means])
def test_a_shared_category_axis_keeps_the_order_of_the_first_panel(draw: Any, halves: list[pd.DataFrame]) -> None:
    fig, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
    draw(halves[0], x="g", y="v", ax=axes[0], log=False)
    before = _names(axes[0])
    draw(halves[1], x="g", y="v", ax=axes[1], log=False)
    fig.canvas.draw()
    assert _names(axes[0]) == before
    assert set(before) == {"a", "b", "c"}
    # What stands at a name's height in the second panel is that group: its median is written or drawn there.
    numbers = {group["name"]: group for group in digest(fig)["axes"][1]["groups"]}
    for name, at in before.items():
        middle = numbers[name].get("median", numbers[name].get("mean"))
        xs = [
            float(x)
            for line in axes[1].lines
            for x, y in zip(line.get_xdata(), np.atleast_1d(line.get_ydata()), strict=False)
            if abs(float(y) - at) < 0.3
        ] + [
            float(v[0])
            for c in axes[1].collections
            for path in c.get_paths()
            for v in path.vertices
            if abs(v[1] - at) < 0.35
        ]
        assert min(xs) - 1e-6 <= middle <= max(xs) + 1e-6
        assert max(xs) - min(xs) < 9  # one group, not all


def test_levels_that_only_one_panel_has_leave_a_gap_in_the_other(halves: list[pd.DataFrame]) -> None:
    fig, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
    plots.box(halves[0][halves[0].g != "c"], x="g", y="v", ax=axes[0])
    plots.box(halves[1][halves[1].g != "a"], x="g", y="v", ax=axes[1])
    assert _names(axes[0]) == {"a": 0.0, "b": 1.0, "c": 2.0}
    low, high = sorted(axes[0].get_ylim())
    assert low < 0
    assert high > 2
    assert [note.xy[1] for note in axes[1].texts if note.get_text().startswith("n = ")] == [2.0, 1.0]
    plt.close(fig)


@pytest.mark.parametrize("draw", ["scatter", "interaction", "trend"])
def test_shared_limits_hold_the_data_of_all_panels(draw: str, halves: list[pd.DataFrame]) -> None:
    fig, axes = plt.subplots(1, 2, sharey=True)
    for part, ax in zip(halves, axes, strict=True):
        if draw == "scatter":
            plots.scatter(part, x="u", y="v", ax=ax, log=False)
        elif draw == "interaction":
            plots.interaction(part, x="g", y="v", ax=ax, log=False)
        else:
            plots.trend(part.assign(t=np.arange(300) % 5), time="t", y="v", ax=ax, log=False)
    low, high = axes[0].get_ylim()
    for ax in axes:
        drawn = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in ax.lines])
        assert drawn.min() >= low
        assert drawn.max() <= high
    fig.canvas.draw()
    shown = [float(at) for at in axes[0].get_yticks()]
    assert low <= min(shown)
    assert max(shown) <= high
    assert max(shown) - min(shown) > 0.5 * (high - low)


def test_shared_x_of_histograms_and_interactions(halves: list[pd.DataFrame]) -> None:
    fig, axes = plt.subplots(2, 1, sharex=True)
    for part, ax in zip(halves, axes, strict=True):
        plots.histogram(part, x="v", ax=ax, log=False)
    low, high = axes[0].get_xlim()
    assert low <= min(part.v.min() for part in halves)
    assert high >= max(part.v.max() for part in halves)
    fig, axes = plt.subplots(2, 1, sharex=True)
    for part, ax in zip(halves, axes, strict=True):
        plots.interaction(part, x="g", y="v", ax=ax)
        plots.interaction(part, x="g", y="v")
    assert _names(axes[1], "x") == {"a": 0.0, "b": 1.0, "c": 2.0}
    at = {name: place for place, name in enumerate("abc")}
    for group in digest(fig)["axes"][1]["groups"]:
        point = next(
            line for line in axes[1].lines if line.get_marker() == "o" and line.get_xdata()[0] == at[group["name"]]
        )
        assert point.get_ydata()[0] == pytest.approx(group["mean"], rel=1e-5)


def test_rows_in_blocks_shares_and_forests_share_rows(halves: list[pd.DataFrame]) -> None:
    tables = [part.assign(h=np.tile(["x", "y"], 150)) for part in halves]
    _, axes = plt.subplots(1, 2, sharey=True)
    one, two = (plots.box(t, x="g", y="v", hue="h", ax=ax) for t, ax in zip(tables, axes, strict=True))
    heights = [sorted(n.xy[1] for n in ax.texts if n.get_text().startswith("n = ")) for ax in (one, two)]
    assert heights[0] == heights[1]
    _, axes = plt.subplots(1, 2, sharey=True)
    for t, ax in zip(tables, axes, strict=True):
        plots.histogram(t, x="v", hue="g", ax=ax)
    assert set(_names(axes[0])) == {"a", "b", "c"}
    _, axes = plt.subplots(1, 2, sharey=True)
    for t, ax in zip(tables, axes, strict=True):
        plots.shares(t, x="g", y="h", ax=ax)
    assert set(_names(axes[0])) == {"a", "b", "c"}
    _, axes = plt.subplots(1, 2, sharey=True, sharex=True)
    for t, ax in zip(tables, axes, strict=True):
        plots.coefficients(stats.regress(t, "v", ["g"]), ax=ax)
    assert len(_names(axes[0])) == 2


def test_an_axis_that_cannot_be_shared_is_refused_with_a_mend(halves: list[pd.DataFrame]) -> None:
    part = halves[1].assign(h=np.tile(["x", "y", "z"], 100))
    _, axes = plt.subplots(1, 2, sharey=True)
    plots.box(part, x="g", y="v", ax=axes[0])
    with pytest.raises(UsageError, match="sharey"):
        plots.box(part, x="h", y="v", ax=axes[1])
    with pytest.raises(UsageError, match="sharey"):
        plots.scatter(part, x="u", y="v", ax=axes[1])
    _, axes = plt.subplots(2, 1, sharex=True)
    plots.histogram(part, x="v", ax=axes[0], log=True)
    with pytest.raises(UsageError, match="log"):
        plots.histogram(part, x="v", ax=axes[1], log=False)


def test_a_panel_with_nothing_to_draw_leaves_the_others_their_ticks(halves: list[pd.DataFrame]) -> None:
    _, axes = plt.subplots(1, 2, sharey=True, sharex=True)
    plots.box(halves[0], x="g", y="v", ax=axes[0])
    before = _names(axes[0])
    plots.box(halves[0].assign(v=np.nan), x="g", y="v", ax=axes[1])
    assert _names(axes[0]) == before
    assert len(axes[0].get_xticks()) > 2
