"""Dates as text and as Arrow columns: one order of day and month for a whole column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from k2lab import stats
from k2lab.errors import UsageError
from k2lab.plots import trend
from k2lab.plots.digest import digest
from k2lab.stats import dates

DAYS = pd.Series(pd.date_range("2020-01-01", periods=360))
TABLE = pd.DataFrame({"t": DAYS, "y": np.arange(360.0)})


def _months(frame: pd.DataFrame) -> list[tuple[str, float]]:
    return [(e.label, e.value) for e in stats.trend(frame, "y", "t").estimates]


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%d-%m-%Y %H:%M", "%Y/%m/%d", "%Y年%m月%d日"])
def test_dates_of_text_are_read_in_one_order(form: str) -> None:
    text = DAYS.dt.strftime(form)
    found = dates.read(text)
    assert found is not None
    assert not found.assumed
    assert (found.values == DAYS).all()
    assert _months(TABLE.assign(t=text)) == _months(TABLE)


def test_an_order_that_the_text_does_not_tell_is_said() -> None:
    unclear = pd.Series(["01/02/2020", "03/04/2020", "05/06/2020"] * 20)
    found = dates.read(unclear)
    assert found is not None
    assert found.assumed == "month"
    assert found.values.dt.month.tolist()[:3] == [1, 3, 5]
    monthly = dates.read(pd.Series([f"01/{m:02}/2020" for m in range(1, 13)]))
    assert monthly is not None
    assert monthly.assumed == "day"
    assert monthly.values.dt.month.tolist() == list(range(1, 13))
    frame = pd.DataFrame({"t": unclear, "y": np.arange(60.0)})
    assert "month was taken first" in str(stats.trend(frame, "y", "t"))
    assert "month was taken first" in str(stats.facts(frame, "y", time="t"))


def test_a_date_that_does_not_fit_the_order_is_missing() -> None:
    found = dates.read(pd.Series([*DAYS.dt.strftime("%d/%m/%Y"), "03/31/2020", None]))
    assert found is not None
    assert found.values.isna().tolist()[-2:] == [True, True]
    assert found.values.notna().sum() == 360


@pytest.mark.parametrize(
    "kind", ["timestamp[us][pyarrow]", "date32[pyarrow]", "timestamp[ms, tz=Asia/Shanghai][pyarrow]"]
)
def test_arrow_dates_read_as_dates(kind: str) -> None:
    plain = (
        DAYS.dt.date if kind.startswith("date32") else DAYS.dt.tz_localize("Asia/Shanghai") if "tz" in kind else DAYS
    )
    frame = TABLE.assign(t=plain.astype(kind))
    assert _months(frame) == _months(TABLE)
    assert str(stats.facts(frame, "y", time="t").tables[-1]) == str(stats.facts(TABLE, "y", time="t").tables[-1])
    assert digest(trend(frame, time="t", y="y").figure) == digest(trend(TABLE, time="t", y="y").figure)


def test_a_figure_reads_dates_as_the_statistics_do() -> None:
    text = TABLE.assign(t=DAYS.dt.strftime("%d/%m/%Y"))
    assert digest(trend(text, time="t", y="y").figure) == digest(trend(TABLE, time="t", y="y").figure)
    years = pd.DataFrame({"t": ["2019", "2020", "2021"] * 30, "y": np.arange(90.0)})
    assert all(f"'{year}'" in str(digest(trend(years, time="t", y="y").figure)) for year in (2019, 2020, 2021))


def test_periods_are_not_pooled() -> None:
    frame = pd.DataFrame({"t": [f"lot {chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(60)], "y": np.arange(60.0)})
    with pytest.raises(UsageError, match="cannot be read as time"):
        trend(frame, time="t", y="y")
