"""The generated table holds what its docstring promises: tested by fitting the planted model to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy import stats

from k2lab.datasets import COLUMNS, LEVELS, SALARY_EFFECTS, SIZES, salaries, write_salaries


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return salaries()


def planted_and_found(frame: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Fit the whole model by least squares; return planted value, estimate and HC1 standard error of each term."""
    known = SALARY_EFFECTS
    # Copies carry no information of their own.
    frame = frame.drop_duplicates().dropna()
    named = [name for name in known.country if name not in ("US", "elsewhere")]
    terms: dict[str, tuple[float, np.ndarray]] = {"one": (float("nan"), np.ones(len(frame)))}
    for level in LEVELS:
        here = (frame["experience_level"] == level).to_numpy()
        if level != "EN":
            terms[level] = known.level[level], here
        for ratio in (50, 100):
            terms[f"{level} {ratio}"] = known.remote[level][ratio], here & (frame["remote_ratio"] == ratio).to_numpy()
    terms["year"] = known.year, (frame["work_year"] - 2020).to_numpy()
    place = frame["company_location"]
    for name in named:
        terms[name] = known.country[name], (place == name).to_numpy()
    terms["elsewhere"] = known.country["elsewhere"], (~place.isin(["US", *named])).to_numpy()
    for name in ("S", "L"):
        terms[name] = known.size[name], (frame["company_size"] == name).to_numpy()
    for column, effects, reference in (
        ("employment_type", known.employment, "FT"),
        ("job_title", known.title, "Data Scientist"),
    ):
        for name in effects:
            if name != reference:
                terms[name] = effects[name], (frame[column] == name).to_numpy()
    design = np.column_stack([values for _, values in terms.values()]).astype(float)
    y = np.log(frame["salary_in_usd"].to_numpy())
    bread = np.linalg.inv(design.T @ design)
    params = bread @ (design.T @ y)
    scores = design * (y - design @ params)[:, None]
    errors = np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread) * len(y) / (len(y) - len(params)))
    return {
        name: (planted, float(found), float(error))
        for (name, (planted, _)), found, error in zip(terms.items(), params, errors, strict=True)
        if name != "one"
    }


def test_the_planted_effects_are_in_their_intervals(table: pd.DataFrame) -> None:
    fitted = planted_and_found(table)
    assert len(fitted) == 3 + 8 + 1 + 10 + 2 + 3 + 15
    distance = {name: abs(found - planted) / error for name, (planted, found, error) in fitted.items()}
    # 99.9% intervals for each of 42 terms: a fault of the generator moves a term by many standard errors.
    assert max(distance.values()) < stats.norm.ppf(0.9995), distance
    # And as a whole they scatter as they should: the sum of squares is a chi-square variable.
    assert stats.chi2.sf(sum(z * z for z in distance.values()), len(distance)) > 0.001, distance


@pytest.mark.parametrize("level", LEVELS)
def test_the_headline_effects_are_in_their_95_percent_interval(table: pd.DataFrame, level: str) -> None:
    planted, found, error = planted_and_found(table)[f"{level} 100"]
    assert abs(found - planted) < 1.96 * error
    # The sign is told from zero, with the sign change at EX that makes the interaction.
    assert (found > 0) == (level == "EX")
    assert abs(found) > 3 * error


def test_another_seed_gives_other_rows_with_the_same_effects() -> None:
    other = salaries(40_000, seed=7)
    assert not other.equals(salaries(40_000, seed=8))
    fitted = planted_and_found(other)
    assert max(abs(found - planted) / error for planted, found, error in fitted.values()) < 4


def test_the_plain_comparison_is_confounded(table: pd.DataFrame) -> None:
    abroad = table["company_location"] != "US"
    by_remote = abroad.groupby(table["remote_ratio"]).mean()
    assert by_remote[50] > 0.6 > 0.25 > by_remote[100] > by_remote[0]
    remote_by_year = (table["remote_ratio"] == 100).groupby(table["work_year"]).mean()
    assert remote_by_year[2021] > 0.4 > 0.25 > remote_by_year[2025]


def test_the_noise_is_log_normal_with_a_heavier_tail(table: pd.DataFrame) -> None:
    usd = table["salary_in_usd"]
    assert usd.min() > 0
    assert usd.skew() > 1
    assert usd.max() > 5 * usd.median()


def test_copies_are_uneven_over_the_remote_groups(table: pd.DataFrame) -> None:
    copied = table.duplicated().groupby(table["remote_ratio"]).mean()
    for ratio, share in SALARY_EFFECTS.copied.items():
        n = int((table["remote_ratio"] == ratio).sum())
        # At least the planted share; rows that are equal by chance come on top, a few in a hundred.
        assert share - 4 * np.sqrt(share * (1 - share) / n) < copied[ratio] < share + 0.04
    assert copied[0] > copied[100] > copied[50]


def test_missing_values_have_their_share_and_spare_the_numbers(table: pd.DataFrame) -> None:
    found = table.isna().mean()
    for name in COLUMNS:
        share = SALARY_EFFECTS.missing.get(name, 0.0)
        assert abs(found[name] - share) <= 5 * np.sqrt(share / len(table)) + (share > 0) * 1e-9


def test_hybrid_is_tiny(table: pd.DataFrame) -> None:
    share = (table["remote_ratio"] == 50).mean()
    assert 0.001 < share < 0.01
    assert set(table["company_size"].dropna()) == set(SIZES)


def test_rows_do_not_depend_on_how_many_or_on_chunks(tmp_path: Path) -> None:
    whole = salaries(50_000)
    pd.testing.assert_frame_equal(salaries(20_001), whole.head(20_001))
    for chunk in (1, 40_000, 1_000_000):
        write_salaries(tmp_path / "made.parquet", 50_000, chunk=chunk)
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "made.parquet"), whole)
    write_salaries(tmp_path / "made.parquet", 50_000, chunk=20_000)
    assert pq.ParquetFile(tmp_path / "made.parquet").num_row_groups == 2


@pytest.mark.parametrize("rows", [0, 1, 16_384])
def test_any_number_of_rows(rows: int, tmp_path: Path) -> None:
    made = salaries(rows)
    assert made.shape == (rows, 11)
    write_salaries(tmp_path / "made.parquet", rows)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "made.parquet"), made)


def test_counts_below_zero_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="-1"):
        salaries(-1)
    with pytest.raises(ValueError, match="-2"):
        salaries(1, seed=-2)
    with pytest.raises(ValueError, match="chunk"):
        write_salaries(tmp_path / "x.parquet", 10, chunk=0)


def test_it_has_the_columns_and_types_of_the_real_table(shared: Path, table: pd.DataFrame) -> None:
    real = pq.read_schema(shared / "data" / "salaries" / "salaries-2025-01.parquet")
    assert tuple(real.names) == COLUMNS
    write_types = pd.read_parquet(shared / "data" / "salaries" / "salaries-2025-01.parquet").dtypes
    pd.testing.assert_series_equal(table.dtypes, write_types)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_a_large_file_is_written_in_little_memory(tmp_path: Path) -> None:
    # Three million rows are 350 MB as a table. Not by getrusage: a child process starts with its parent's peak there.
    code = (
        "from k2lab.datasets import write_salaries; "
        f"write_salaries({str(tmp_path / 'made.parquet')!r}, 3_000_000, chunk=100_000); "
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 300_000  # kB; about 120,000 of them are the libraries
    assert pq.ParquetFile(tmp_path / "made.parquet").metadata.num_rows == 3_000_000
