"""Long names: titles end inside the figure, and what tells rows apart is never what is cut."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.text import Text

from k2lab import plots
from k2lab.locale import use_language
from k2lab.stats.result import Estimate, Result

LONG = "Very long level name of a department number {} that goes on and on"
Y = "a very long outcome name with units (thousand international dollars per year)"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    n = 1200
    place = rng.integers(0, 6, n)
    return pd.DataFrame(
        {
            "g": [LONG.format(i) for i in place],
            "h": rng.choice(["华北地区人力资源管理部", "技术研发中心（深圳）", "市场"], n),
            "x": rng.normal(size=n),
            "yes": rng.uniform(size=n) < 0.1,
            Y: rng.normal(size=n) + place,
        }
    )


def _result(title: str = "t") -> Result:
    def one(label: str, value: float, groups: dict[str, str]) -> Estimate:
        return Estimate(
            label=label, value=value, low=value - 1, high=value + 1, n=300, unit="", method="OLS", p=0.01,
            groups=groups,
        )  # fmt: skip

    return Result(
        kind="regress",
        title=title,
        estimates=(
            *(one(f"g={LONG.format(i)} against {LONG.format(0)}", i, {"g": LONG.format(i)}) for i in (1, 2, 3)),
            one("x (+1)", 0.5, {}),
            *(one(f"g={LONG.format(i)}:x", -i, {"g": LONG.format(i)}) for i in (1, 2, 3)),
        ),
    )


DRAWN: dict[str, Callable[[pd.DataFrame], Any]] = {
    "box": lambda t: plots.box(t, x="g", y=Y),
    "box in blocks": lambda t: plots.box(t, x="h", y=Y, hue="g"),
    "means": lambda t: plots.means(t, x="g", y=Y),
    "histogram": lambda t: plots.histogram(t, x=Y, hue="g"),
    "bar": lambda t: plots.bar(t, x="g", y="yes", title=f"Share of yes by g, and {Y}"),
    "shares": lambda t: plots.shares(t, x="g", y="h", title=f"Shares of h within g, and {Y}"),
    "ecdf": lambda t: plots.ecdf(t, x=Y, hue="g"),
    "density": lambda t: plots.density(t, x=Y, hue="g"),
    "scatter": lambda t: plots.scatter(t, x="x", y=Y, hue="g"),
    "coefficients": lambda t: plots.coefficients(_result(f"{Y} on g, x and h")),
}


@pytest.mark.parametrize("spoken", ["en", "zh"])
@pytest.mark.parametrize("kind", DRAWN)
def test_titles_and_labels_end_inside_the_figure(kind: str, spoken: str, table: pd.DataFrame) -> None:
    use_language(spoken)
    try:
        ax = DRAWN[kind](table)
        ax.figure.canvas.draw()
    finally:
        use_language("en")
    sheet = ax.figure.bbox
    for one in ax.figure.findobj(Text):
        if one.get_visible() and one.get_text().strip():
            box = one.get_window_extent()
            assert box.x0 >= -0.5, one.get_text()
            assert box.x1 <= sheet.width + 0.5, one.get_text()
    plt.close(ax.figure)


def test_rows_of_a_forest_read_differently_and_do_not_touch() -> None:
    ax = plots.coefficients(_result())
    ax.figure.canvas.draw()
    labels = [one.get_text().replace("\n", " ") for one in ax.get_yticklabels()]
    assert len(set(labels)) == 7
    assert all(label.endswith(":x") for label in labels[-3:])
    assert all(str(i) in label for i, label in zip((1, 2, 3), labels[-3:], strict=True))
    assert all("against" in label for label in labels[:3])
    boxes = sorted((one.get_window_extent() for one in ax.get_yticklabels()), key=lambda box: -box.y0)
    assert all(above.y0 > below.y1 for above, below in itertools.pairwise(boxes))


@pytest.mark.parametrize("draw", [plots.ecdf, plots.density])
def test_entries_of_a_legend_keep_what_tells_them_apart(draw: Any, table: pd.DataFrame) -> None:
    ax = draw(table, x=Y, hue="g")
    entries = [one.get_text() for one in ax.get_legend().get_texts()]
    assert len({entry.split(", n = ")[0] for entry in entries}) == 6
    assert all(str(i) in entry for i, entry in enumerate(sorted(entries)))
