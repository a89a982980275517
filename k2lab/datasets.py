"""A generated salary table with known effects and the flaws of real data, in any number of rows.

The table looks like the public AI/ML/data salary survey (the same eleven columns and types), but its rows are drawn
from the model in `SALARY_EFFECTS`, so a test can ask whether an analysis finds what was planted.

Rows are drawn in blocks of fixed size, each from its own random stream ``(seed, block number)``. So the first n rows of
a larger table are the table of n rows, and how a file is cut into chunks changes nothing but its row groups.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

_BLOCK = 16_384  # part of the definition of the table: another size gives other rows

LEVELS = ("EN", "MI", "SE", "EX")
REMOTE = (0, 50, 100)
YEARS = (2020, 2021, 2022, 2023, 2024, 2025)
SIZES = ("S", "M", "L")


def _fixed(**values: Any) -> Mapping[str, Any]:
    return MappingProxyType(values)


@dataclass(frozen=True, kw_only=True)
class SalaryEffects:
    """The model behind the generated table; effects are additive on the natural logarithm of `salary_in_usd`.

    Attributes
    ----------
    intercept : float
        Log salary of an on-site entry-level row of 2020 in the US in a medium company.
    level : mapping of str to float
        Experience level, against EN.
    remote : mapping of str to mapping of int to float
        By level: remote ratio 50 and 100 against 0. It changes sign at EX, which is the interaction.
    year : float
        Each year after 2020, a straight line.
    country : mapping of str to float
        Company location, against the US; the ten commonest are named, ``elsewhere`` holds for every other one.
    size : mapping of str to float
        Company size, against M.
    employment, title : mapping of str to float
        Employment type against FT, and words in the job title; both are drawn independently of everything else.
    noise : mapping of str to float
        Standard deviation of the normal noise on the log scale, by level.
    extreme_share, extreme_range
        Share of rows in the tail, and the range of the uniform number that is added to their log salary.
    copied : mapping of int to float
        Share of rows, by remote ratio, that were overwritten by an exact copy of another row of the same remote ratio.
        Rounded salaries make a few more rows equal by chance.
    missing : mapping of str to float
        Share of rows without a value, by column, at random. Only text columns: the others are whole numbers.
    """

    intercept: float = 11.32
    level: Mapping[str, float] = field(default_factory=lambda: _fixed(EN=0.0, MI=0.33, SE=0.55, EX=0.66))
    remote: Mapping[str, Mapping[int, float]] = field(
        default_factory=lambda: _fixed(
            EN=MappingProxyType({50: -0.15, 100: -0.14}),
            MI=MappingProxyType({50: -0.12, 100: -0.11}),
            SE=MappingProxyType({50: -0.06, 100: -0.06}),
            EX=MappingProxyType({50: 0.05, 100: 0.13}),
        )
    )
    year: float = 0.025
    country: Mapping[str, float] = field(
        default_factory=lambda: _fixed(
            US=0.0,
            CA=-0.22,
            GB=-0.45,
            DE=-0.40,
            AU=-0.25,
            FR=-0.60,
            ES=-0.80,
            NL=-0.50,
            IN=-1.15,
            BR=-1.05,
            elsewhere=-0.70,
        )
    )
    size: Mapping[str, float] = field(default_factory=lambda: _fixed(S=-0.18, M=0.0, L=0.04))
    employment: Mapping[str, float] = field(default_factory=lambda: _fixed(FT=0.0, PT=-0.45, CT=-0.05, FL=-0.30))
    title: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType(
            {
                "Data Scientist": 0.0,
                "Data Engineer": -0.02,
                "Software Engineer": 0.10,
                "Data Analyst": -0.25,
                "Machine Learning Engineer": 0.12,
                "Manager": 0.05,
                "Research Scientist": 0.14,
                "Analytics Engineer": -0.03,
                "Data Architect": 0.06,
                "Research Engineer": 0.10,
                "Applied Scientist": 0.15,
                "AI Engineer": 0.08,
                "Business Intelligence Engineer": -0.10,
                "Data Manager": -0.12,
                "Head of Data": 0.12,
                "BI Developer": -0.22,
            }
        )
    )
    noise: Mapping[str, float] = field(default_factory=lambda: _fixed(EN=0.44, MI=0.40, SE=0.36, EX=0.36))
    extreme_share: float = 0.0005
    extreme_range: tuple[float, float] = (0.8, 1.6)
    copied: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({0: 0.10, 50: 0.005, 100: 0.06}))
    missing: Mapping[str, float] = field(
        default_factory=lambda: _fixed(employee_residence=0.012, company_size=0.006, job_title=0.003)
    )


SALARY_EFFECTS = SalaryEffects()
"""What is planted in the table of `salaries`."""

# How rows are spread. The shape of the survey: mostly recent years and the US; hybrid rare, early and outside the US,
# which is what confounds the plain comparison of the remote groups.
_YEAR_SHARES = (0.006, 0.014, 0.06, 0.17, 0.55, 0.20)
_LEVEL_SHARES = (0.095, 0.295, 0.58, 0.03)
_TITLE_SHARES = (0.17, 0.14, 0.12, 0.11, 0.09, 0.06, 0.05, 0.04, 0.04, 0.03, 0.03, 0.03, 0.03, 0.03, 0.02, 0.01)
_EMPLOYMENT_SHARES = (0.9945, 0.0025, 0.0022, 0.0008)
_SIZE_SHARES = (0.012, 0.928, 0.06)
_HYBRID_BY_YEAR = (0.10, 0.09, 0.02, 0.006, 0.0012, 0.0012)
_REMOTE_BY_YEAR = (0.45, 0.48, 0.48, 0.31, 0.19, 0.18)
_REMOTE_ODDS_BY_LEVEL = (0.75, 0.90, 1.08, 1.05)
_US_BY_REMOTE = (0.90, 0.20, 0.82)
_ABROAD_SHARES = (0.28, 0.24, 0.07, 0.06, 0.05, 0.045, 0.04, 0.035, 0.03, 0.15)  # the last: elsewhere
_ELSEWHERE = (
    "AT",
    "BE",
    "CH",
    "CO",
    "DK",
    "EG",
    "FI",
    "IE",
    "IT",
    "JP",
    "LT",
    "MX",
    "NG",
    "NZ",
    "PL",
    "PT",
    "SE",
    "SG",
    "UA",
    "ZA",
)
_CURRENCY = {
    "CA": "CAD",
    "GB": "GBP",
    "DE": "EUR",
    "AU": "AUD",
    "FR": "EUR",
    "ES": "EUR",
    "NL": "EUR",
    "IN": "INR",
    "BR": "BRL",
    "AT": "EUR",
    "BE": "EUR",
    "CH": "CHF",
    "DK": "DKK",
    "FI": "EUR",
    "IE": "EUR",
    "IT": "EUR",
    "JP": "JPY",
    "LT": "EUR",
    "MX": "MXN",
    "NZ": "NZD",
    "PL": "PLN",
    "PT": "EUR",
    "SE": "SEK",
    "SG": "SGD",
    "ZA": "ZAR",
}
_RATES = {
    "USD": 1.0,
    "EUR": 1.09,
    "GBP": 1.25,
    "CAD": 0.74,
    "AUD": 0.67,
    "INR": 0.012,
    "BRL": 0.195,
    "CHF": 1.1,
    "DKK": 0.146,
    "JPY": 0.0072,
    "MXN": 0.055,
    "NZD": 0.62,
    "PLN": 0.24,
    "SEK": 0.096,
    "SGD": 0.745,
    "ZAR": 0.054,
}
_PAID_IN_USD_ABROAD = 0.25
_LIVES_ELSEWHERE = 0.004

COLUMNS = (
    "work_year",
    "experience_level",
    "employment_type",
    "job_title",
    "salary",
    "salary_currency",
    "salary_in_usd",
    "employee_residence",
    "remote_ratio",
    "company_location",
    "company_size",
)
"""The columns of the table, in order: those of the public survey."""


def _draw(rng: np.random.Generator, shares: Any, n: int) -> Any:
    """Draw positions with the given shares; rows of a two-dimensional `shares` are for one draw each."""
    import numpy as np

    edges = np.cumsum(shares, axis=-1)
    edges = edges / edges[..., -1:]
    if edges.ndim == 1:
        return np.searchsorted(edges, rng.random(n), side="right")
    return (rng.random(n)[:, None] >= edges[:, :-1]).sum(axis=1)


def _block(seed: int, number: int) -> pa.Table:
    """Draw one block of `_BLOCK` rows."""
    import numpy as np
    import pyarrow as pa

    known, n = SALARY_EFFECTS, _BLOCK
    rng = np.random.default_rng([seed, number])
    year = _draw(rng, _YEAR_SHARES, n)
    level = _draw(rng, _LEVEL_SHARES, n)
    title = _draw(rng, _TITLE_SHARES, n)
    employment = _draw(rng, _EMPLOYMENT_SHARES, n)
    size = _draw(rng, _SIZE_SHARES, n)

    hybrid = np.array(_HYBRID_BY_YEAR)[year]
    full = np.array(_REMOTE_BY_YEAR)[year] * np.array(_REMOTE_ODDS_BY_LEVEL)[level]
    remote = _draw(rng, np.column_stack([1 - hybrid - full, hybrid, full]), n)

    named = tuple(name for name in known.country if name != "elsewhere")
    places = named + _ELSEWHERE
    abroad = _draw(rng, _ABROAD_SHARES, n) + 1
    # Rank in the long tail: the first country of it is the commonest, none as common as a named one.
    tail = len(named) + np.minimum(rng.geometric(0.12, n) - 1, len(_ELSEWHERE) - 1)
    country = np.where(rng.random(n) < np.array(_US_BY_REMOTE)[remote], 0, np.where(abroad == len(named), tail, abroad))
    residence = np.where(rng.random(n) < _LIVES_ELSEWHERE, rng.integers(0, len(places), n), country)

    by_remote = np.array([[0.0, known.remote[name][50], known.remote[name][100]] for name in LEVELS])
    by_country = np.array([known.country.get(name, known.country["elsewhere"]) for name in places])
    log_usd = (
        known.intercept
        + np.array([known.level[name] for name in LEVELS])[level]
        + by_remote[level, remote]
        + known.year * year
        + by_country[country]
        + np.array([known.size[name] for name in SIZES])[size]
        + np.array(tuple(known.employment.values()))[employment]
        + np.array(tuple(known.title.values()))[title]
        + np.array([known.noise[name] for name in LEVELS])[level] * rng.standard_normal(n)
        + np.where(rng.random(n) < known.extreme_share, rng.uniform(*known.extreme_range, n), 0.0)
    )
    currencies = tuple(_RATES)
    own = np.array([currencies.index(_CURRENCY.get(name, "USD")) for name in places])
    currency = np.where(rng.random(n) < _PAID_IN_USD_ABROAD, 0, own[country])
    rate = np.array(tuple(_RATES.values()))[currency]
    # People are paid round sums in their own currency; the dollars follow from them.
    salary = np.maximum(np.round(np.exp(log_usd) / rate / 10), 1).astype(np.int64) * 10
    usd = np.round(salary * rate).astype(np.int64)

    absent = {name: rng.random(n) < share for name, share in known.missing.items()}

    # Copies: the source is an original row of the same remote ratio, so that no effect moves.
    rows = np.arange(n)
    copies = rng.random(n) < np.array([known.copied[ratio] for ratio in REMOTE])[remote]
    for position in range(len(REMOTE)):
        mine = remote == position
        originals, targets = np.flatnonzero(mine & ~copies), np.flatnonzero(mine & copies)
        if len(originals):
            rows[targets] = rng.choice(originals, len(targets))

    def text(codes: Any, values: tuple[str, ...], column: str) -> pa.Array:
        mask = absent[column][rows] if column in absent else None
        taken = pa.array(codes[rows].astype(np.int32), mask=mask)
        return pa.DictionaryArray.from_arrays(taken, pa.array(values, pa.large_string())).cast(pa.large_string())

    made = {
        "work_year": pa.array(np.array(YEARS, dtype=np.int64)[year][rows]),
        "experience_level": text(level, LEVELS, "experience_level"),
        "employment_type": text(employment, tuple(known.employment), "employment_type"),
        "job_title": text(title, tuple(known.title), "job_title"),
        "salary": pa.array(salary[rows]),
        "salary_currency": text(currency, currencies, "salary_currency"),
        "salary_in_usd": pa.array(usd[rows]),
        "employee_residence": text(residence, places, "employee_residence"),
        "remote_ratio": pa.array(np.array(REMOTE, dtype=np.int64)[remote][rows]),
        "company_location": text(country, places, "company_location"),
        "company_size": text(size, SIZES, "company_size"),
    }
    return pa.table({name: made[name] for name in COLUMNS})


def _blocks(rows: int, seed: int) -> Iterator[pa.Table]:
    """Draw a table of `rows` rows, block by block."""
    if rows < 0 or seed < 0:
        raise ValueError(f"rows and seed are counts from 0 up, not {rows} and {seed}")
    for number in range(-(-rows // _BLOCK)):
        yield _block(seed, number).slice(0, min(_BLOCK, rows - number * _BLOCK))


def salaries(rows: int = 133_000, seed: int = 2025) -> pd.DataFrame:
    """Generate a salary table whose effects are known.

    Parameters
    ----------
    rows : int
        How many.
    seed : int
        Equal seeds give equal tables; a shorter table is the beginning of a longer one.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`, drawn from `SALARY_EFFECTS`; salaries a year, in dollars or in `salary_currency`.

    Raises
    ------
    ValueError
        If `rows` or `seed` is negative.

    Examples
    --------
    >>> table = salaries(1_000)
    >>> table.shape, sorted(table["experience_level"].unique())
    ((1000, 11), ['EN', 'EX', 'MI', 'SE'])
    """
    import pyarrow as pa

    # A table without rows still has its columns and types.
    parts = list(_blocks(rows, seed)) or [_block(seed, 0).slice(0, 0)]
    made: pd.DataFrame = pa.concat_tables(parts).to_pandas()
    return made


def write_salaries(path: str | os.PathLike[str], rows: int, seed: int = 2025, chunk: int = 500_000) -> None:
    """Write the table of `salaries` to a Parquet file, without ever holding more than a chunk of it.

    Parameters
    ----------
    path : path
        The file to write; an existing one is replaced.
    rows, seed : int
        As for `salaries`; the rows are the same ones.
    chunk : int
        Rows in a row group, up to the size of a block; changes the memory needed, not the rows.

    Raises
    ------
    ValueError
        If `rows` or `seed` is negative, or `chunk` is not positive.
    OSError
        If the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if chunk < 1:
        raise ValueError(f"chunk is a number of rows, not {chunk}")
    empty = _block(seed, 0).slice(0, 0)
    with pq.ParquetWriter(path, empty.schema) as writer:
        held = [empty]
        for block in _blocks(rows, seed):
            held.append(block)
            if sum(part.num_rows for part in held) >= chunk:
                writer.write_table(pa.concat_tables(held))
                held = [empty]
        writer.write_table(pa.concat_tables(held))
