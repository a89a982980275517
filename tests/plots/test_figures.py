"""Numbers of each kind of figure, against numpy, scipy and k2lab.stats."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection, PolyCollection

from k2lab import plots
from k2lab.errors import InputError, UsageError
from k2lab.locale import use_language
from k2lab.plots import fits, histograms, periods
from k2lab.plots.digest import digest
from k2lab.stats import columns, intervals
from k2lab.stats.result import Estimate, Result


def _groups(ax: Any) -> dict[str, dict[str, Any]]:
    return {group["name"]: group for group in digest(ax.figure)["axes"][0]["groups"]}


def _draw(ax: Any) -> None:
    ax.figure.canvas.draw()


@pytest.mark.parametrize("draw", [plots.violin, plots.box])
def test_groups_have_their_n_and_quantiles(salaries: pd.DataFrame, draw: Any) -> None:
    ax = draw(salaries, x="remote", y="pay_usd", hue="level")
    _draw(ax)
    found = _groups(ax)
    assert sum(group["n"] for group in found.values()) == len(salaries)
    for (level, remote), part in salaries.groupby(["level", "remote"])["pay_usd"]:
        group = found[f"{level}, {remote}"]
        assert group["n"] == len(part)
        assert [group["q25"], group["median"], group["q75"]] == pytest.approx(
            list(np.quantile(part, [0.25, 0.5, 0.75])), rel=1e-5
        )
    assert ax.get_xscale() == "log"


def test_whiskers_end_at_the_5th_and_95th_percentile(salaries: pd.DataFrame) -> None:
    ax = plots.box(salaries, x="level", y="pay_usd", log=False)
    pieces = next(c for c in ax.collections if isinstance(c, LineCollection))
    ends = [x for piece in pieces.get_segments() for x in piece[:, 0]]
    for _, part in salaries.groupby("level")["pay_usd"]:
        for q in np.quantile(part, [0.05, 0.95]):
            assert min(abs(x - q) for x in ends) < 1e-6


def test_small_groups_are_rows_not_shapes() -> None:
    frame = pd.DataFrame({"g": ["a"] * 119 + ["b"] * 120, "v": np.random.default_rng(1).normal(size=239)})
    ax = plots.violin(frame, x="g", y="v")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in dots] == [119]
    (shapes,) = (c for c in ax.collections if isinstance(c, PolyCollection))
    assert len(shapes.get_paths()) == 1


def test_orientation_is_found_either_way_round(salaries: pd.DataFrame) -> None:
    one, two = plots.box(salaries, x="level", y="pay_usd"), plots.box(salaries, x="pay_usd", y="level")
    assert _groups(one) == _groups(two)


@pytest.mark.parametrize("log", [True, False])
def test_interaction_intervals_are_those_of_stats(salaries: pd.DataFrame, log: bool) -> None:
    ax = plots.interaction(salaries, x="remote", y="pay_usd", hue="level", log=log)
    _draw(ax)
    found = _groups(ax)
    assert len(found) >= 8
    for (level, remote), part in salaries.groupby(["level", "remote"])["pay_usd"]:
        if len(part) < 5:
            assert f"{level}, {remote}" not in found
            continue
        exact = (intervals.of_geometric_mean if log else intervals.of_mean)(part.to_numpy())
        group = found[f"{level}, {remote}"]
        assert [group["mean"], group["low"], group["high"]] == pytest.approx(
            [exact.value, exact.low, exact.high], rel=1e-5
        )
    assert digest(ax.figure)["axes"][0]["x"]["categories"] == ["0", "50", "100"]
    lines = [line for line in ax.lines if len(set(line.get_xdata())) == 2]
    assert len(lines) == 3, "one line a level, past the category with 1% of the rows"
    assert not ax.patches, "never bars"


def test_interaction_does_not_draw_cells_below_five() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "x": ["a"] * 104 + ["b"] * 100,
            "h": ["p"] * 100 + ["q"] * 4 + ["p"] * 50 + ["q"] * 50,
            "y": rng.normal(size=204),
        }
    )
    ax = plots.interaction(frame, x="x", y="y", hue="h")
    assert set(_groups(ax)) == {"p, a", "p, b", "q, b"}
    assert "fewer than 5 rows is not drawn" in digest(ax.figure)["caption"]


def test_weak_cells_are_joined_only_among_their_like() -> None:
    rng = np.random.default_rng(3)
    sizes = {("a", "p"): 200, ("b", "p"): 200, ("a", "q"): 200, ("b", "q"): 10}
    rows = [(x, h, rng.normal()) for (x, h), n in sizes.items() for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["x", "h", "y"])
    joined = [line for line in plots.interaction(frame, x="x", y="y", hue="h").lines if len(set(line.get_xdata())) == 2]
    assert len(joined) == 1
    small = frame.groupby(["x", "h"]).head(12)
    dashed = [line for line in plots.interaction(small, x="x", y="y", hue="h").lines if len(set(line.get_xdata())) == 2]
    assert len(dashed) == 2
    assert all(line.is_dashed() for line in dashed)


def test_the_number_after_a_name_is_the_difference_from_the_reference() -> None:
    rng = np.random.default_rng(3)
    # "office" is the most frequent, so the reference, and has the higher mean: it stands at the right.
    frame = pd.DataFrame(
        {"where": ["office"] * 600 + ["home"] * 300, "y_usd": rng.normal(np.r_[[100] * 600, [90] * 300], 1)}
    )
    ax = plots.interaction(frame, x="where", y="y_usd")
    marks = digest(ax.figure)["axes"][0]["marks"]
    assert marks == {"home against office": {"y_usd": "−$10"}}


def test_direct_labels_do_not_overlap() -> None:
    rng = np.random.default_rng(4)
    rows = [(x, f"level {h}", rng.normal(10 + 0.01 * h, 1)) for x in "ab" for h in range(8) for _ in range(40)]
    ax = plots.interaction(pd.DataFrame(rows, columns=["x", "h", "y"]), x="x", y="y", hue="h")
    _draw(ax)
    boxes = sorted(
        (plt.Text.get_window_extent(t) for t in ax.texts if t.get_text().startswith("level")), key=lambda b: b.y0
    )
    assert len(boxes) == 8
    assert all(above.y0 >= below.y1 - 2.5 for below, above in itertools.pairwise(boxes))
    assert all(box.x1 <= ax.figure.bbox.x1 + 0.5 for box in boxes)


def test_means_are_sorted_and_equal_stats(salaries: pd.DataFrame) -> None:
    ax = plots.means(salaries, x="level", y="pay_usd")
    values = [group["mean"] for group in digest(ax.figure)["axes"][0]["groups"]]
    assert values == sorted(values, reverse=True)
    exact = intervals.of_geometric_mean(salaries.loc[salaries["level"] == "SE", "pay_usd"].to_numpy())
    assert _groups(ax)["SE"]["low"] == pytest.approx(exact.low, rel=1e-5)


def test_trend_counts_and_means(salaries: pd.DataFrame) -> None:
    counted = _groups(plots.trend(salaries, time="year"))
    assert {name: group["n"] for name, group in counted.items()} == {
        str(k): v for k, v in salaries["year"].value_counts().items()
    }
    found = _groups(plots.trend(salaries, time="year", y="pay_usd", hue="level"))
    part = salaries[(salaries["year"] == 2022) & (salaries["level"] == "MI")]["pay_usd"].to_numpy()
    assert found["MI, 2022"]["high"] == pytest.approx(intervals.of_geometric_mean(part).high, rel=1e-5)


def test_dates_are_taken_together() -> None:
    days = pd.date_range("2021-01-01", "2023-12-31", freq="D")
    frame = pd.DataFrame({"when": days, "text": days.strftime("%Y-%m-%d"), "y": np.arange(len(days), dtype=float)})
    made, _ = columns.take(frame, ["when", "text"])
    by_date, by_text = periods.periods(made, "when"), periods.periods(made, "text")
    assert by_date.names[:2] == ("2021-01", "2021-02")
    assert len(by_date.at) == 36
    assert by_text.names == by_date.names
    assert np.bincount(by_date.codes)[:2].tolist() == [31, 28]
    _draw(plots.trend(frame, time="when", y="y"))


def test_a_series_with_one_row_a_period_is_joined_as_it_is() -> None:
    frame = pd.DataFrame({"year": range(2000, 2020), "y": np.linspace(1, 2, 20)})
    made = digest(plots.trend(frame, time="year", y="y").figure)
    assert len(made["axes"][0]["groups"]) == 20
    assert "too few rows" in made["caption"]


def test_histogram_counts_every_row(salaries: pd.DataFrame) -> None:
    ax = plots.histogram(salaries, x="pay_usd")
    assert sum(bar.get_height() for bar in ax.patches) == len(salaries)
    whole = plots.histogram(salaries, x="year")
    assert [bar.get_height() for bar in whole.patches] == salaries["year"].value_counts().sort_index().tolist()


def test_histogram_edges_are_round_and_hold_the_rows() -> None:
    values = np.random.default_rng(5).normal(100, 15, 3000)
    edges = histograms.bins(values)
    assert edges[0] <= values.min()
    assert edges[-1] >= values.max()
    step = edges[1] - edges[0]
    assert step in (1, 2, 2.5, 5, 10)
    assert np.allclose(edges / step, np.round(edges / step))


def test_shares_add_up_and_match_a_crosstab(salaries: pd.DataFrame) -> None:
    ax = plots.shares(salaries, x="level", y="remote")
    table = pd.crosstab(salaries["level"], salaries["remote"], normalize="index")
    for name, group in _groups(ax).items():
        assert group["shares"] == pytest.approx({str(k): v for k, v in table.loc[name].items()}, abs=1e-3)
        assert sum(group["shares"].values()) == pytest.approx(1, abs=1e-3)


def test_fitted_line_and_band_are_ols_with_hc3() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(6)
    x = rng.uniform(0, 10, 60)
    y = 2 + 3 * x + rng.normal(0, 1 + x / 5, 60)
    made = fits.fit(x, y, "line")
    assert made is not None
    model = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC3", use_t=True)
    frame = model.get_prediction(sm.add_constant(made.at)).summary_frame(alpha=0.05)
    assert np.allclose(made.value, frame["mean"])
    assert np.allclose(made.low, frame["mean_ci_lower"])
    assert made.slope == pytest.approx(model.params[1])


def test_fitted_curve_follows_what_is_curved_and_is_linear_beyond_the_knots() -> None:
    x = np.linspace(0, 10, 400)
    y = np.sin(x / 2) + np.random.default_rng(7).normal(0, 0.05, 400)
    made = fits.fit(x, y)
    assert made is not None
    assert made.shape == "curve"
    assert np.abs(made.value - np.sin(made.at / 2)).max() < 0.12
    outside = made.value[made.at > np.quantile(x, 0.96)]
    assert np.abs(np.diff(outside, 2)).max() < 1e-9


@pytest.mark.parametrize(
    ("x", "y"), [([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]), ([1, 2], [1, 2]), ([1, 2, 3, 4, 5], [2, 2, 2, 2, 2])]
)
def test_no_line_where_none_is_determined(x: list[float], y: list[float]) -> None:
    assert fits.fit(np.array(x, dtype=float), np.array(y, dtype=float)) is None


def test_scatter_marks_thin_and_hexagons() -> None:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"a": rng.normal(size=30_000), "b": rng.normal(size=30_000)})
    few = plots.scatter(frame[:4000], x="a", y="b", fit=None)
    assert sum(len(line.get_xdata()) for line in few.lines) == 4000
    thin = plots.scatter(frame[:15_000], x="a", y="b", fit=None)
    assert 1000 < sum(len(line.get_xdata()) for line in thin.lines) < 15_000
    hexed = plots.scatter(frame, x="a", y="b", fit=None)
    assert not hexed.lines
    assert hexed.collections[0].get_array().sum() == len(frame)


def test_scatter_of_few_values_shows_rows_of_each_and_their_quartiles() -> None:
    rng = np.random.default_rng(9)
    frame = pd.DataFrame({"k": rng.integers(0, 5, 8000), "y": rng.normal(size=8000), "g": rng.choice(["a", "b"], 8000)})
    frame.loc[frame["k"] == 4, "k"] = np.where(rng.random((frame["k"] == 4).sum()) < 0.98, 3, 4)
    for hue, groups in ((None, ["k"]), ("g", ["k", "g"])):
        ax = plots.scatter(frame, x="k", y="y", hue=hue)
        parts = [part for _, part in frame.groupby(groups)["y"]]
        one = [line for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1]
        assert sorted(float(line.get_ydata()[0]) for line in one) == pytest.approx(
            sorted(part.median() for part in parts)
        )
        strips = [line for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata()) > 1]
        assert sorted(len(line.get_xdata()) for line in strips) == sorted(min(400, len(part)) for part in parts)
        values = set(frame["y"])
        for line in strips:
            assert values.issuperset(line.get_ydata())  # rows, not made-up places
        largest = max(strips, key=lambda line: len(line.get_ydata()))
        assert np.median(largest.get_ydata()) == pytest.approx(0, abs=0.15)
        assert "400 at even ranks" in digest(ax.figure)["caption"]


def _result(*, panels: bool) -> Result:
    made = [
        Estimate(
            label=f"{level}: {name}", value=v, low=v - 2, high=v + 2, n=n, method="m", unit="%", p=0.1,
            groups={"level": level, "x": name} if panels else {"level": level},
        )
        for level, v, n in (("EN", -15.0, 200), ("EX", 12.0, 20))
        for name in (("50", "100") if panels else ("100",))
    ]  # fmt: skip
    return Result(kind="effect", title="pay and remote", estimates=tuple(made))


def test_coefficients_draw_panels_in_the_colour_of_the_level() -> None:
    ax = plots.coefficients(_result(panels=True))
    _draw(ax)
    assert len(ax.figure.axes) == 2
    groups = digest(ax.figure)["axes"][1]["groups"]
    assert [(g["value"], g["low"], g["high"], g["n"]) for g in groups] == [(12.0, 10.0, 14.0, 20)] * 2
    assert ax.lines[1].get_color() == plots.palette.mark(1)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["50", "100"]


def test_coefficients_keys_units_and_refusal() -> None:
    ax = plots.coefficients(_result(panels=True), keys=["EX"])
    assert len(digest(ax.figure)["axes"][0]["groups"]) == 2
    _draw(plots.coefficients(_result(panels=False)))
    with pytest.raises(UsageError, match="no such estimate"):
        plots.coefficients(_result(panels=False), keys=["nobody"])
    with pytest.raises(UsageError):
        plots.coefficients(Result(kind="x", title="x"))


def test_heatmap_of_pairs() -> None:
    pairs = [("a", "b", 0.5), ("a", "c", -0.9), ("b", "c", 0.01)]
    made = Result(
        kind="correlations",
        title="Correlations",
        estimates=tuple(
            Estimate(
                label=f"{a} ~ {b}",
                value=r,
                low=r - 0.01,
                high=r + 0.01,
                n=90,
                method="Pearson",
                groups={"x": a, "y": b},
            )
            for a, b, r in pairs
        ),
    )
    ax = plots.heatmap(made)
    _draw(ax)
    assert {t.get_text() for t in ax.texts} == {"0.50", "−0.90", "0.01"}
    assert "−0.90" in digest(ax.figure)["alt"]
    with pytest.raises(UsageError):
        plots.heatmap(Result(kind="x", title="x"))


@pytest.mark.parametrize("make", [pl.DataFrame, pa.Table.from_pydict], ids=["polars", "pyarrow"])
def test_other_frame_libraries(salaries: pd.DataFrame, make: Any) -> None:
    other = make({name: salaries[name].to_numpy().astype(object).tolist() for name in salaries.columns})
    ours = _groups(plots.box(salaries, x="remote", y="pay_usd", hue="level"))
    assert _groups(plots.box(other, x="remote", y="pay_usd", hue="level")) == ours


def test_duckdb_relation(salaries: pd.DataFrame) -> None:
    import duckdb

    connection = duckdb.connect()
    relation = connection.from_df(salaries)
    assert _groups(plots.means(relation, x="level", y="pay_usd")) == _groups(
        plots.means(salaries, x="level", y="pay_usd")
    )
    connection.close()


KINDS = {
    "violin": lambda f: plots.violin(f, x="g", y="v", hue="h"),
    "box": lambda f: plots.box(f, x="g", y="v", hue="h"),
    "interaction": lambda f: plots.interaction(f, x="g", y="v", hue="h"),
    "means": lambda f: plots.means(f, x="g", y="v"),
    "trend": lambda f: plots.trend(f, time="t", y="v", hue="h"),
    "counts": lambda f: plots.trend(f, time="t"),
    "histogram": lambda f: plots.histogram(f, x="v"),
    "histogram rows": lambda f: plots.histogram(f, x="v", hue="g"),
    "shares": lambda f: plots.shares(f, x="g", y="h"),
    "scatter": lambda f: plots.scatter(f, x="t", y="v", hue="g"),
    "scatter log": lambda f: plots.scatter(f, x="v", y="t", log=True),
}


def _frame(n: int, values: Any, groups: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(n)
    return pd.DataFrame(
        {
            "g": [f"g{i % groups}" for i in range(n)],
            "h": ["p" if i % 3 else "q" for i in range(n)],
            "v": np.asarray(values, dtype=float),
            "t": rng.uniform(1, 50, n),
        }
    )


EDGES = {
    "empty": _frame(0, []),
    "one row": _frame(1, [3.0]),
    "two rows": _frame(2, [3.0, 4e9]),
    "all missing": _frame(8, [np.nan] * 8),
    "constant": _frame(300, [7.0] * 300),
    "zero": _frame(300, [0.0] * 300),
    "negative": _frame(300, np.random.default_rng(1).normal(size=300)),
    "infinite": _frame(300, [np.inf, -np.inf] + [1.0, 2.0] * 149),
    "huge": _frame(300, np.geomspace(1e-60, 1e60, 300)),
    "tiny": _frame(300, np.linspace(1e-60, 2e-60, 300)),
    "far outlier": _frame(2000, [*np.random.default_rng(2).normal(50, 1, 1999), 1e12]),
    "30 groups": _frame(3000, np.random.default_rng(3).gamma(2, 3, 3000), 30),
    "one group": _frame(400, np.random.default_rng(4).normal(size=400), 1),
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_survives_every_table(kind: str, edge: str) -> None:
    ax = KINDS[kind](EDGES[edge])
    _draw(ax)
    made = digest(ax.figure)
    assert made["alt"]
    assert made["caption"]
    assert "nan" not in str(made).lower()
    assert np.isfinite([*ax.get_xlim(), *ax.get_ylim()]).all()
    if edge in ("empty", "all missing") and kind != "shares" and not (kind == "counts" and edge == "all missing"):
        assert made["n"] == 0
        assert "no rows" in made["alt"]


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_numbers_that_cannot_be_squared_are_refused_in_words(size: float) -> None:
    with pytest.raises(InputError, match="squared"):
        plots.violin(_frame(300, np.linspace(1, 2, 300) * size), x="g", y="v")


def test_thirty_groups_show_the_seven_largest_and_the_rest() -> None:
    groups = digest(plots.box(EDGES["30 groups"], x="g", y="v").figure)["axes"][0]["groups"]
    assert len(groups) == 8
    assert groups[-1]["name"] == "other (23)"
    assert sum(g["n"] for g in groups) == 3000


def test_missing_rows_are_counted_in_the_caption(salaries: pd.DataFrame) -> None:
    frame = salaries.copy()
    frame.loc[:9, "pay_usd"] = np.nan
    assert "10 rows without a value" in digest(plots.box(frame, x="level", y="pay_usd").figure)["caption"]


HOSTILE = "in $x$_{^ \n</data> \u202e ignore"


@pytest.mark.parametrize("name", ["violin", "box", "interaction", "means", "histogram", "shares", "trend", "scatter"])
def test_hostile_names_and_levels(name: str) -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            HOSTILE: rng.choice(["$a$", "b\n\nc", "<b>" * 60], 400),
            "y\n$": rng.normal(size=400),
            "t": rng.uniform(size=400),
        }
    )
    draw = getattr(plots, name)
    asked = {
        "histogram": {"x": "y\n$", "hue": HOSTILE},
        "shares": {"x": HOSTILE, "y": HOSTILE},
        "trend": {"time": "t", "y": "y\n$", "hue": HOSTILE},
        "scatter": {"x": "t", "y": "y\n$", "hue": HOSTILE},
    }.get(name, {"x": HOSTILE, "y": "y\n$"})
    ax = draw(frame, **asked)
    _draw(ax)
    said = json.dumps(digest(ax.figure), ensure_ascii=False)
    assert "\u202e" not in said
    assert "\\n" not in said
    box = ax.figure.bbox
    for words in [*ax.texts, ax.xaxis.label, ax.yaxis.label, ax.title]:
        if words.get_text():
            extent = words.get_window_extent()
            assert extent.x0 >= box.x0 - 1
            assert extent.x1 <= box.x1 + 1


def test_chinese_words_and_labels(salaries: pd.DataFrame) -> None:
    use_language("zh")
    frame = salaries.rename(columns={"pay_usd": "薪资（美元）", "level": "级别"})
    ax = plots.interaction(frame, x="remote", y="薪资（美元）", hue="级别")
    _draw(ax)
    made = digest(ax.figure)
    assert made["caption"].endswith("。")
    assert "几何均值" in made["alt"]
    assert "对数刻度" in made["axes"][0]["y"]["label"]


def test_a_given_axes_is_drawn_on(salaries: pd.DataFrame) -> None:
    with plots.theme():
        figure, (left, right) = plt.subplots(1, 2)
    assert plots.violin(salaries, x="level", y="pay_usd", ax=left) is left
    assert plots.scatter(salaries, x="age", y="pay_usd", ax=right, title="mine") is right
    figure.canvas.draw()
    assert [axes["title"] for axes in digest(figure)["axes"]] == ["pay_usd by level", "mine"]


@pytest.mark.parametrize(
    "call",
    [lambda f: plots.violin(f, y="nothing"), lambda f: plots.box(f, x="level", y="level"), lambda f: plots.violin(f)],
)
def test_wrong_columns_are_refused_in_words(salaries: pd.DataFrame, call: Any) -> None:
    with pytest.raises(UsageError):
        call(salaries)


def test_the_title_of_means_names_the_mean_that_is_drawn(salaries: pd.DataFrame) -> None:
    assert plots.means(salaries, x="level", y="pay_usd").get_title(loc="left") == "Geometric mean pay_usd by level"
    assert plots.means(salaries, x="level", y="pay_usd", log=False).get_title(loc="left") == "Mean pay_usd by level"


def test_residuals_without_a_drift_are_not_told_as_a_range() -> None:
    frame = pd.DataFrame({"g": ["a", "b"] * 30, "v": np.random.default_rng(5).normal(size=60)})
    told = digest(plots.residuals(frame, y="v", terms=["g"], log=False).figure)
    assert "from 0 to 0" not in told["alt"]
    assert "stays at zero" in told["alt"]
