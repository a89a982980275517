"""Helpers that read all rows of a large frame: gaps, constants, infinities, huge offsets, and what stays a sample."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import InputError
from k2lab.stats import engines
from k2lab.stats.result import Result
from tests.stats.every_helper import numbers, same
from tests.stats.test_engines import ENGINES, _their_warnings

__all__ = ["_their_warnings"]

Call = Callable[[Any], Result]


def odd_table(rows: int = 1200) -> pd.DataFrame:
    """Return a table with what costs digits or drops rows."""
    rng = np.random.default_rng(11)
    grade = rng.integers(0, 6, rows).astype(float)
    far = 1e9 + 0.4 * grade + rng.normal(0, 1, rows)
    noise = rng.normal(0, 1, rows)
    frame = pd.DataFrame(
        {
            "far": far,
            "grade": grade,
            "few": 1e9 + rng.integers(0, 8, rows) + grade,
            "low": rng.integers(0, 8, rows) + grade,
            "noise": noise,
            "one": np.full(rows, 0.1),
            "kind": rng.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1]),
            "flag": rng.random(rows) < 0.4,
        }
    )
    frame.loc[rng.choice(rows, 70, replace=False), "far"] = np.nan
    frame.loc[rng.choice(rows, 50, replace=False), "grade"] = np.nan
    frame.loc[rng.choice(rows, 9, replace=False), "noise"] = np.inf
    frame.loc[rng.choice(rows, 30, replace=False), "kind"] = None
    return frame


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("odd") / "odd.parquet"
    odd_table().to_parquet(made)
    return made


WHOLE: dict[str, Call] = {
    "correlations": lambda df: stats.correlations(df, ["far", "grade", "noise", "few"]),
    "pearson": lambda df: stats.correlation(df, "far", "noise"),
    "pearson of truth values": lambda df: stats.correlation(df, "few", "flag"),
    "spearman": lambda df: stats.correlation(df, "few", "grade", "spearman"),
    "kendall": lambda df: stats.correlation(df, "few", "grade", "kendall"),
    "partial": lambda df: stats.correlation(df, "few", "grade", given=["kind"]),
    "partial spearman": lambda df: stats.correlation(df, "few", "grade", "spearman", given=["kind", "flag"]),
    "relate": lambda df: stats.relate(df, "few", "grade"),
    "describe": lambda df: stats.describe(df, ["grade", "few", "one", "kind", "flag"]),
    "confounders": lambda df: stats.confounders(df, "low", "kind", ["grade", "flag", "one"]),
    "confounders of a number": lambda df: stats.confounders(df, "noise", "grade", ["kind", "flag"]),
    "sensitivity": lambda df: stats.sensitivity(df, "low", "kind", "flag", ["grade"]),
    "confounders of a share": lambda df: stats.confounders(df, "flag", "kind", ["grade", "low"]),
}
"""Calls that give the very numbers of the unfolded frame."""

PARTLY: dict[str, Call] = {
    "relate of measured numbers": lambda df: stats.relate(df, "far", "noise"),
    "relate to measured numbers": lambda df: stats.relate(df, "grade", "far"),
}
"""Calls of which a part comes from a sample, which is named."""

SAMPLED: dict[str, Call] = {
    "spearman of measured numbers": lambda df: stats.correlation(df, "far", "noise", "spearman"),
}


def frame_of(engine: str, path: Path) -> Any:
    return pd.read_parquet(path) if engine == "pandas" else ENGINES[engine](path)


@pytest.fixture(scope="module")
def wanted(path: Path) -> dict[str, Result]:
    frame = pd.read_parquet(path)
    return {name: call(frame) for name, call in (WHOLE | PARTLY | SAMPLED).items()}


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LARGE", 100)
    monkeypatch.setattr(engines, "SAMPLE", 10_000)


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.usefixtures("small_limits")
def test_all_rows_give_the_very_numbers(engine: str, path: Path, wanted: dict[str, Result]):
    frame = frame_of(engine, path)
    for name, call in WHOLE.items():
        result = call(frame)
        assert "sample" not in result.values, name
        assert not any("sample" in warning for warning in result.warnings), name
        same(result, wanted[name])


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.usefixtures("small_limits")
def test_a_part_that_is_sampled_is_named(engine: str, path: Path, wanted: dict[str, Result]):
    frame = frame_of(engine, path)
    for name, call in PARTLY.items():
        result = call(frame)
        assert result.values["sample_of"] == 1200, name
        assert any("All else is from all rows." in warning for warning in result.warnings), name
        ours, theirs = numbers(result), numbers(wanted[name])
        for place in (".values.sample", ".values.sample_of", ".values.seed"):
            ours.pop(place)
        assert list(ours) == list(theirs), name
        for place, value in ours.items():
            close = isinstance(value, float) and math.isclose(value, float(theirs[place]), rel_tol=1e-9, abs_tol=1e-9)
            assert close or value == theirs[place], (name, place, value, theirs[place])


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.usefixtures("small_limits")
def test_what_does_not_fold_says_it_is_a_sample(engine: str, path: Path):
    frame = frame_of(engine, path)
    for name, call in SAMPLED.items():
        assert "Read from a sample" in call(frame).warnings[-1], name


@pytest.mark.usefixtures("small_limits")
def test_a_constant_is_refused_as_in_a_small_frame(path: Path):
    frame = ENGINES["duckdb"](path)
    for call in (stats.correlation, stats.relate):
        with pytest.raises(InputError, match="one value only"):
            call(frame, "far", "one")
    assert stats.correlations(frame, ["far", "one", "few"]).values["columns"] == 2


@pytest.mark.usefixtures("small_limits")
def test_the_ranks_of_measured_pairs_are_named(path: Path):
    frame = ENGINES["polars"](path)
    with pytest.MonkeyPatch.context() as more:
        more.setattr(engines, "SAMPLE", 300)
        skewed = frame.with_columns(tail=frame["noise"].exp())
        result = stats.correlations(skewed, ["far", "tail", "few", "grade"])

    assert result.values["method"] == "Spearman"
    assert "the ranks of" in result.warnings[-1]
    assert "All else is from all rows." in result.warnings[-1]
    by_pair = {frozenset(e.groups.values()): e.n for e in result.estimates}
    assert by_pair[frozenset(("few", "grade"))] == 1150
    assert by_pair[frozenset(("far", "tail"))] <= 300


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.usefixtures("small_limits")
def test_a_description_of_measured_numbers_is_exact_but_for_its_quartiles(engine: str, path: Path):
    with pytest.MonkeyPatch.context() as usual:
        usual.setattr(engines, "LARGE", 10_000)
        wanted = stats.describe(pd.read_parquet(path))
    frame = frame_of(engine, path)
    result = stats.describe(frame)

    assert "sample" not in result.values
    assert "bins" in result.warnings[-1]
    for ours, theirs in zip(result.tables[0].rows, wanted.tables[0].rows, strict=True):
        exact, near = (0, 1, 2, 3, 4, 5, 9), (6, 7, 8)
        assert [ours[i] for i in exact] == [
            pytest.approx(theirs[i], rel=1e-9, abs=1e-12) if isinstance(theirs[i], float) else theirs[i] for i in exact
        ]
        assert [ours[i] for i in near] == [pytest.approx(theirs[i], rel=1e-9, abs=0.004) for i in near]
        assert ours[10] == pytest.approx(theirs[10], abs=1e-6)  # a huge offset costs digits unless summed
    assert result.tables[1] == wanted.tables[1]


@pytest.mark.usefixtures("small_limits")
def test_text_that_never_repeats_is_counted_by_the_engine():
    frame = pd.DataFrame({"name": [f"n{i:04d}" for i in range(900)] + [None] * 7 + ["n0003"]})
    body = stats.describe(frame).tables[0].rows[0]

    assert body[:5] == ("name", 901, 7, 900, "n0003")


def troubled(rows: int = 1000) -> pd.DataFrame:
    """Return a table with everything that `quality` looks for."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "row id": np.arange(rows) + 1,
            "person_id": [f"p{i % 700:04d}" for i in range(rows)],
            "salary": np.round(rng.normal(100, 60, rows), 6),
            "code": np.where(np.arange(rows) % 90 == 0, -999.0, np.round(rng.random(rows), 6)),
            "answer": rng.choice(["yes", "no", "unknown", " yes"], rows, p=[0.4, 0.4, 0.1, 0.1]),
            "case": rng.choice(["Red", "red", "blue"], rows),
            "as text": [f"{i % 37},000" for i in range(rows)],
            "same": 5,
            "gap": np.where(rng.random(rows) < 0.1, np.nan, rng.normal(size=rows)),
            "when": pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D"),
        }
    )
    frame["copy"] = frame["salary"]
    frame["gap2"] = frame["gap"] * 2
    frame["text copy"] = frame["answer"]
    frame.loc[5, "when"] = pd.Timestamp("2400-01-01")
    return pd.concat([frame, frame.iloc[:20]], ignore_index=True)


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.usefixtures("small_limits")
def test_quality_of_all_rows_is_that_of_the_whole_frame(engine: str, tmp_path: Path):
    path = tmp_path / "troubled.parquet"
    troubled().to_parquet(path)
    with pytest.MonkeyPatch.context() as usual:
        usual.setattr(engines, "LARGE", 10_000)
        wanted = stats.quality(pd.read_parquet(path))
    result = stats.quality(frame_of(engine, path))

    assert "sample" not in result.values
    assert {(c.name, c.reading) for c in result.checks} == {(c.name, c.reading) for c in wanted.checks}
    assert result.tables == wanted.tables
    if engine in ("dask", "ibis"):
        assert "repeats" not in result.values
        assert "repeated rows were not looked for" in result.sentences[0].text
    else:
        assert result.values == wanted.values
        assert result.sentences[0].text == wanted.sentences[0].text


@pytest.mark.usefixtures("small_limits")
def test_odd_values_of_text_that_hardly_repeats_come_from_a_sample():
    rows = [f"text {i}" for i in range(900)] + ["text 7", " padded "]
    result = stats.quality(pd.DataFrame({"note": rows, "n": 1}))

    assert "odd values of note" in result.warnings[-1]
    assert result.values["repeats"] == 1


CHECKED: dict[str, Call] = {
    "one column": lambda df: stats.checks(df, "few", "kind"),
    "with a moderator": lambda df: stats.checks(df, "few", "kind", "grade", ["flag"]),
    "a line": lambda df: stats.checks(df, "few", "grade", adjust=["kind"]),
    "measured": lambda df: stats.checks(df, "far", "kind", "flag"),
}


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.usefixtures("small_limits")
def test_checks_read_all_rows(engine: str, path: Path):
    frame = frame_of(engine, path)
    for name, call in CHECKED.items():
        with pytest.MonkeyPatch.context() as usual:
            usual.setattr(engines, "LARGE", 10_000)
            wanted = numbers(call(pd.read_parquet(path)))
        result = call(frame)
        ours = numbers(result)
        assert "sample" not in result.values
        independence = next(f"checks[{i}]" for i, c in enumerate(result.checks) if c.name == "independence")
        assert "repeated rows were not looked for" in ours[f".{independence}.reading"]
        near = 2e-3 if name == "measured" else 1e-9  # single residuals are good to the width of a bin
        for place, value in ours.items():
            if isinstance(value, float):
                assert value == pytest.approx(wanted[place], rel=near, abs=near), (name, place)
            elif independence not in place and name != "measured":
                assert value == wanted[place], (name, place)


@pytest.mark.usefixtures("small_limits")
def test_sensitivity_of_all_rows_does_not_say_that_no_row_repeats(path: Path):
    result = WHOLE["sensitivity"](ENGINES["duckdb"](path))
    said = next(s.text for s in result.sentences if s.key == "analyses")

    assert "repeated ones were not looked for" in said


@pytest.mark.usefixtures("small_limits")
def test_a_confounder_of_many_values_is_looked_at_in_a_sample_that_is_named(path: Path):
    result = stats.confounders(ENGINES["polars"](path), "low", "kind", ["far", "grade"])

    assert "the ties of far" in result.warnings[-1]
    assert result.values["n"] == 1170
