"""One figure of every kind, drawn the same on every machine; ``python -m tests.plots.gallery`` writes the baselines.

Only fonts that every test machine has are used: DejaVu, which comes with matplotlib, and Noto CJK for Chinese.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from PIL import Image

from k2lab import plots, stats
from k2lab.locale import use_language
from k2lab.plots import fonts, palette

BASELINES = Path(__file__).parent / "baselines"
LOOKS = {"light": ("light", "en"), "dark": ("dark", "en"), "zh": ("light", "zh")}


def table(rows: int = 6000) -> pd.DataFrame:
    """Return a seeded table: two factors, a long-tailed outcome, a measured number, dates."""
    rng = np.random.default_rng(20)
    level = rng.choice(["low", "middle", "high"], rows, p=[0.3, 0.5, 0.2])
    place = rng.choice(["office", "mixed", "home"], rows, p=[0.6, 0.02, 0.38])
    age = rng.gamma(9, 4, rows)
    base = np.select([level == "low", level == "middle"], [10.6, 11.0], 11.5) + 0.004 * age
    return pd.DataFrame(
        {
            "level": level,
            "place": place,
            "age": age,
            "pay_usd": np.exp(base - 0.15 * (place == "home") * (level != "high") + rng.normal(0, 0.45, rows)),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, rows), unit="D"),
        }
    )


FIGURES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "bar": lambda t: plots.bar(t, x="level", y="place", value="home"),
    "box": lambda t: plots.box(t, x="place", y="pay_usd", hue="level"),
    "coefficients": lambda t: plots.coefficients(stats.regress(t, "pay_usd", ["level", "place", "age"])),
    "density": lambda t: plots.density(t, x="pay_usd", hue="level"),
    "ecdf": lambda t: plots.ecdf(t, x="pay_usd", hue="level"),
    "heatmap": lambda t: plots.heatmap(stats.correlations(t.assign(cost=t["pay_usd"] * t["age"]))),
    "hexagons": lambda t: plots.scatter(pd.concat([t] * 4), x="age", y="pay_usd"),
    "histogram": lambda t: plots.histogram(t, x="pay_usd"),
    "histograms": lambda t: plots.histogram(t, x="pay_usd", hue="level"),
    "interaction": lambda t: plots.interaction(t, x="place", y="pay_usd", hue="level"),
    "means": lambda t: plots.means(t, x="level", y="pay_usd"),
    "multiples": lambda t: plots.multiples(t, x="place", y="pay_usd", by="level"),
    "residuals": lambda t: plots.residuals(t, y="pay_usd", terms=["level", "age"]),
    "scatter": lambda t: plots.scatter(t.head(700), x="age", y="pay_usd", hue="level"),
    "shares": lambda t: plots.shares(t, x="level", y="place"),
    "strip": lambda t: plots.strip(t.head(260), x="place", y="pay_usd", hue="level"),
    "trend": lambda t: plots.trend(t, y="pay_usd", time="day", hue="level"),
    "violin": lambda t: plots.violin(t, x="place", y="pay_usd", hue="level"),
}


@contextmanager
def look(name: str) -> Iterator[None]:
    """Draw on a ground and in a language, with the fonts of every machine."""
    mode, spoken = LOOKS[name]
    chosen = ("DejaVu Sans", *(f for f in fonts.families() if "CJK" in f or "SC" in f))
    with mock.patch.object(fonts, "families", return_value=chosen):
        use_language(spoken)
        palette.reset()
        try:
            with plots.theme(mode):
                yield
        finally:
            use_language("en")
            palette.reset()


def picture(kind: str, name: str, data: pd.DataFrame) -> Image.Image:
    """Return a figure as an image at its own size."""
    with look(name):
        ax = FIGURES[kind](data)
        buffer = io.BytesIO()
        ax.figure.savefig(buffer, format="png", dpi=72)
        plt.close(ax.figure)
    return Image.open(buffer).convert("RGB")


if __name__ == "__main__":
    drawn = table()
    for one in FIGURES:
        for ground in LOOKS:
            small = picture(one, ground, drawn).quantize(48, dither=Image.Dither.NONE)
            small.save(BASELINES / f"{one}-{ground}.png", optimize=True)
