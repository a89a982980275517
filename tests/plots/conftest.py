from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from k2lab.plots import palette


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    """Give each test its own colours and rcParams, and close its figures."""
    palette.reset()
    with plt.rc_context():
        yield
    plt.close("all")
    palette.reset()
    palette.use_mode("light")


@pytest.fixture(scope="session")
def salaries() -> pd.DataFrame:
    """Return a table with a long-tailed outcome, a moderator, empty and small cells."""
    rng = np.random.default_rng(11)
    n = 4_000
    level = rng.choice(["EN", "MI", "SE"], n, p=[0.2, 0.5, 0.3])
    remote = rng.choice([0, 50, 100], n, p=[0.75, 0.01, 0.24])
    base = np.select([level == "EN", level == "MI"], [11.0, 11.4], 11.8)
    pay = np.exp(base - 0.1 * (remote == 100) + rng.normal(0, 0.5, n)).round()
    return pd.DataFrame(
        {
            "level": level,
            "remote": remote,
            "pay_usd": pay,
            "age": rng.gamma(9, 4, n),
            "year": rng.choice([2021, 2022, 2023], n),
        }
    )
