from __future__ import annotations

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from k2lab import plots
from k2lab.plots import palette


def _contrast(one: str, two: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", palette.MODES)
def test_marks_and_text_keep_their_contrast(mode: str) -> None:
    tokens = palette.tokens(mode)
    for role in range(1, 9):
        assert _contrast(tokens[f"c{role}"], tokens["background"]) >= 3.0
        assert _contrast(tokens[f"t{role}"], tokens["background"]) >= 4.5
    assert _contrast(tokens["muted"], tokens["background"]) >= 4.5


def test_a_level_keeps_its_colour_whatever_else_is_drawn() -> None:
    palette.assign("level", ["EN", "MI", "SE", "EX"])
    assert palette.assign("level", ["EX", "EN"]) == {"EX": 4, "EN": 1}
    assert palette.assign("other", ["EX"]) == {"EX": 1}


def test_more_levels_than_roles_never_share_one_inside_a_figure() -> None:
    palette.assign("c", [f"a{i}" for i in range(8)])
    made = palette.assign("c", ["a0", "b0", "b1"])
    assert made["a0"] == 1
    assert len(set(made.values())) == 3
    assert len(palette.assign("d", [str(i) for i in range(12)])) == 8


def test_use_forgets_the_colours() -> None:
    palette.assign("level", ["EN"])
    plots.use()
    assert not palette.known("level")


def test_level_colour_is_the_same_in_two_figures(salaries: pd.DataFrame) -> None:
    whole = plots.interaction(salaries, x="remote", y="pay_usd", hue="level")
    part = plots.interaction(salaries[salaries["level"] != "EN"], x="remote", y="pay_usd", hue="level")

    def colours(ax: object) -> dict[str, str]:
        return {t.get_text().split()[0]: to_hex(t.get_color()) for t in ax.texts}  # type: ignore[attr-defined]

    first, second = colours(whole), colours(part)
    assert set(second) == {"MI", "SE"}
    assert all(first[name] == colour for name, colour in second.items())


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="light"):
        plots.use("sepia")


@pytest.mark.parametrize("mode", palette.MODES)
def test_figures_hold_only_colours_of_the_palette(salaries: pd.DataFrame, mode: str) -> None:
    allowed = set(palette.tokens(mode).values())
    with plots.theme(mode):
        axes = [
            plots.violin(salaries, x="remote", y="pay_usd", hue="level"),
            plots.box(salaries, x="remote", y="pay_usd"),
            plots.interaction(salaries, x="remote", y="pay_usd", hue="level"),
            plots.trend(salaries, time="year", y="pay_usd", hue="level"),
            plots.means(salaries, x="level", y="pay_usd"),
            plots.histogram(salaries, x="pay_usd", hue="level"),
            plots.shares(salaries, x="level", y="remote"),
            plots.scatter(salaries, x="age", y="pay_usd", hue="level"),
        ]
        used = {colour for ax in axes for colour in _colours(ax.figure)}
    assert used <= allowed
    assert len(used) > 8


def _colours(fig: object) -> set[str]:
    found: set[str] = set()
    for artist in fig.findobj():  # type: ignore[attr-defined]
        if not artist.get_visible():
            continue
        if hasattr(artist, "get_markerfacecolor"):
            if artist.get_linestyle() not in ("None", "none", "", " "):
                found.add(to_hex(artist.get_color()))
            if artist.get_marker() not in ("None", "none", "", " ", None):
                found |= {to_hex(c) for c in (artist.get_markerfacecolor(),) if c != "none"}
        elif isinstance(artist, plt.Text) and artist.get_text():
            found.add(to_hex(artist.get_color()))
        elif hasattr(artist, "get_facecolor"):
            colours = artist.get_facecolor()
            rows = colours if getattr(colours, "ndim", 1) == 2 else [colours]
            found |= {to_hex(c) for c in rows if len(c) == 4 and c[3] > 0}
    return found
