from __future__ import annotations

import itertools
import logging
import warnings

import pytest
from matplotlib import pyplot as plt

from k2lab import plots
from k2lab.plots import canvas, fonts, text, ticks


@pytest.mark.parametrize(
    "name", ["$a$", "a_$x$^{", "\\$ 5", "100% $", "a\nb\tc", "</data>", "\u202eabc", "\x00\x1b[31m", "🙂", "😀$\\frac{"]
)
def test_hostile_names_are_drawn_as_they_are(name: str) -> None:
    figure, ax = plt.subplots()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax.set_title(text.safe(text.plain(name)))
        figure.canvas.draw()
    assert "\n" not in text.plain(name)
    assert "\u202e" not in text.plain(name)
    assert "\x1b" not in text.plain(name)


def test_wrap_and_trim_keep_to_the_width() -> None:
    long = "a very long level name that goes on and on with_many-parts/and more"
    wrapped = text.wrap(long, 150, lines=2)
    assert wrapped.count("\n") == 1
    assert all(text.width(line) <= 150 for line in wrapped.split("\n"))
    assert text.width(text.trim("x" * 300, 90)) <= 90


@pytest.mark.parametrize(
    ("low", "high"), [(24e3, 520e3), (1, 3), (0.001, 5e6), (9, 11), (1e-9, 1e9), (0.5, 0.500001), (100, 900)]
)
def test_log_ticks_are_few_round_and_inside(low: float, high: float) -> None:
    found = ticks.logarithmic(low, high)
    assert 1 <= len(found) <= 8
    assert all(low * (1 - 1e-6) <= value <= high * (1 + 1e-6) for value in found)
    words = ticks.written(found)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-5, 5), (1e-7, 2e-7), (0, 1e15), (2020, 2025), (-1e-3, 1e3)])
def test_linear_ticks_are_few_and_told_apart(low: float, high: float) -> None:
    found = ticks.linear(low, high)
    assert 2 <= len(found) <= 6
    words = ticks.written(found)
    assert len(set(words)) == len(words)
    assert all("e" not in word for word in words) or high < 1e-4 or high >= 1e15


def test_a_currency_sign_only_where_the_name_says_so() -> None:
    assert ticks.short(120_000, ticks.unit_of("salary_in_usd")) == "$120k"
    assert ticks.short(120_000, ticks.unit_of("salary")) == "120k"
    assert ticks.unit_of("used_cars") == ""
    assert ticks.written([100000.0], "$") == [r"\$100k"]


def test_spread_labels_keep_their_order_and_distance() -> None:
    at = [10.0, 12.0, 11.0, 40.0, 41.0, 100.0]
    made = canvas.spread(at, 15)
    order = sorted(range(6), key=lambda i: at[i])
    gaps = [made[b] - made[a] for a, b in itertools.pairwise(order)]
    assert min(gaps) >= 15 - 1e-9
    assert made[5] == 100.0
    assert sum(made) == pytest.approx(sum(at))


def test_chinese_without_a_font_is_told_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(fonts, "families", lambda: ("DejaVu Sans",))
    monkeypatch.setattr(fonts, "_told", False)
    fonts._glyphs.cache_clear()
    try:
        with caplog.at_level(logging.WARNING, logger="k2lab"):
            assert fonts.drawable("薪资 pay") == "□□ pay"
            fonts.drawable("城市")
        assert len(caplog.records) == 1
        assert "fonts-noto-cjk" in caplog.text
    finally:
        fonts._glyphs.cache_clear()


def test_only_installed_families_are_named(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), plots.theme():
        figure, ax = plt.subplots()
        ax.set_title("semibold", fontweight=600)
        figure.canvas.draw()
    assert not caplog.records
