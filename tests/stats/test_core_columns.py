"""Columns of any frame library, level order, and the choice of a scale."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from k2lab.errors import InputError, UsageError
from k2lab.stats import columns

HELD = {"a": [1, 2, None, 4], "g": ["x", None, "y", "x"], "b": [True, False, True, True], "rest": [0.5, 1.5, 2.5, 3.5]}


def _duck(frame: pd.DataFrame) -> Any:
    return duckdb.connect().from_arrow(pa.Table.from_pandas(frame))


@pytest.mark.parametrize(
    "make",
    [
        pd.DataFrame,
        pl.DataFrame,
        lambda held: pl.DataFrame(held).lazy(),
        pa.table,
        lambda held: _duck(pd.DataFrame(held)),
        lambda held: pd.DataFrame(held).convert_dtypes(),
        lambda held: pd.DataFrame(held).convert_dtypes(dtype_backend="pyarrow"),
    ],
    ids=["pandas", "polars", "lazy", "arrow", "duckdb", "nullable", "pyarrow-backed"],
)
def test_take_reads_any_library_the_same(make: Any) -> None:
    frame, dropped = columns.take(make(HELD), ["a", "g", "b"])
    assert dropped == 2
    assert frame.to_dict("list") == {"a": [1, 4], "g": ["x", "x"], "b": [True, True]}
    assert frame["a"].dtype.kind in "fi"


def test_infinite_counts_as_missing_and_decimals_are_numbers() -> None:
    frame, dropped = columns.take(pd.DataFrame({"x": [1.0, np.inf, -np.inf], "d": [Decimal("1.5")] * 3}), ["x", "d"])
    assert (len(frame), dropped) == (1, 2)
    assert columns.number(frame, "d").tolist() == [1.5]


def test_distinct_rows_leave_out_repeats_in_all_columns() -> None:
    data = pd.DataFrame({"a": [1, 1, 1], "b": [1, 1, 2]})
    assert len(columns.take(data, ["a"], rows="distinct")[0]) == 2
    lists = pd.DataFrame({"a": [[1], [1], [2]]})
    assert columns.repeats(lists).tolist() == [False, True, False]
    with pytest.raises(UsageError, match="rows is 'some'"):
        columns.take(data, ["a"], rows="some")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "Several columns are called 'a'"),
        (pd.DataFrame([[1, 2]], columns=["a", 7]), "column name 7 is not text"),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), "is not text"),
        ([1, 2], "list is not a data frame"),
        (None, "NoneType is not a data frame"),
        (pd.DataFrame({"z": [1j]}), "complex"),
    ],
)
def test_odd_frames_are_refused_in_one_line(data: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        columns.take(data, ["z"])
    assert "\n" not in str(caught.value)


def test_a_missing_column_names_near_ones() -> None:
    with pytest.raises(UsageError, match=r"no column 'salry'. Columns here: 'salary'"):
        columns.take(pd.DataFrame({"salary": [1], "other": [2]}), ["salry"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 50, 100] * 4, True),
        (list(range(12)), False),
        ([1, 2, 3], False),
        ([0.5, 1.0, 2.0] * 20, True),
        (list(np.linspace(0, 1, 7)) * 10, False),
        (["a", "b"], True),
        ([True, False], True),
        (list(pd.date_range("2024", periods=3)), False),
    ],
)
def test_what_is_a_category(values: list[Any], expected: bool) -> None:
    assert columns.is_category(pd.DataFrame({"v": values}), "v") is expected


def test_level_order() -> None:
    frame = pd.DataFrame(
        {
            "sizes": ["L", "S", "M", "S"],
            "text": ["b", "b", "a", "c"],
            "code": [100, 0, 50, 0],
            "flag": [True, False, True, False],
            "y": [1.0, 2.0, 9.0, 0.5],
            "when": pd.to_datetime(["2024-02-01", "2024-01-01", "2024-03-01", "2024-01-01"]),
        }
    )
    assert columns.level_order(frame, "sizes") == ("S", "M", "L")
    assert columns.level_order(frame, "text") == ("b", "a", "c")
    assert columns.level_order(frame, "text", y="y") == ("c", "b", "a")
    assert columns.level_order(frame, "code", y="y") == (0, 50, 100)
    assert columns.level_order(frame, "flag") == (False, True)
    assert columns.level_name(columns.level_order(frame, "when")[0]) == "2024-01-01"
    ordered = frame.assign(text=pd.Categorical(frame["text"], ["z", "c", "b", "a"], ordered=True))
    assert columns.level_order(ordered, "text", y="y") == ("c", "b", "a")
    assert columns.reference_level(ordered, "text") == "c"
    assert columns.reference_level(frame, "text") == "b"
    assert columns.reference_level(frame, "code") == 0
    assert columns.codes(frame, "sizes", ("S", "M")).tolist() == [-1, 0, 1, 0]


def test_choose_scale() -> None:
    rng = np.random.default_rng(0)
    assert columns.choose_scale(rng.lognormal(size=200)).name == "log"
    assert columns.choose_scale(rng.normal(10, 1, 200)).name == "raw"
    assert columns.choose_scale(np.append(rng.lognormal(size=200), 0.0)).name == "raw"
    assert columns.choose_scale(rng.lognormal(size=200), "raw").name == "raw"
    with pytest.raises(UsageError, match="above zero"):
        columns.choose_scale(np.array([0.0, 1.0]), "log")
    with pytest.raises(UsageError, match="scale is 'sqrt'"):
        columns.choose_scale(np.array([0.0, 1.0]), "sqrt")
