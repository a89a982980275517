from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from k2lab.cells.state import copied


def test_a_copy_of_a_pandas_frame_shares_its_rows_and_is_independent():
    df = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=pd.Index([5, 6], name="i"))
    df.attrs["k"] = 1
    copy = copied(df)
    copy.loc[5, "a"] = 9
    copy["c"] = 1
    copy.index.name = "j"
    copy.columns = ["p", "q", "r"]

    assert df.equals(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=pd.Index([5, 6], name="i")))
    assert (df.index.name, list(df.columns)) == ("i", ["a", "b"])


@pytest.mark.parametrize("value", [pa.table({"a": [1]}), [1, 2], None, "text"])
def test_other_things_are_themselves(value: object):
    assert copied(value) is value


def test_polars_frames_are_cloned():
    frame = pl.DataFrame({"a": [1]})
    copy = copied(frame)
    copy[0, "a"] = 9

    assert frame["a"].to_list() == [1]
