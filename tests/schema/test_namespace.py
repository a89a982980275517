"""Frames are found among variables, by a person's names or all of them."""

from __future__ import annotations

import json
import subprocess
import sys

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from k2lab.errors import UsageError
from k2lab.schema.model import FrameSchema
from k2lab.schema.namespace import describe_all, describe_json, find_frames


@pytest.fixture
def namespace() -> dict[str, object]:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    return {
        "df": frame,
        "_": frame,
        "_3": frame,
        "__": frame,
        "In": ["df"],
        "Out": {3: frame},
        "n": 3,
        "cls": pd.DataFrame,
        "series": frame["a"],
        "pl_frame": pl.from_pandas(frame),
        "lazy": pl.from_pandas(frame).lazy(),
        "arrow": pa.Table.from_pandas(frame),
        "relation": duckdb.from_arrow(pa.Table.from_pandas(frame)),
    }


def test_all_frames_but_private_ones_and_history(namespace: dict[str, object]) -> None:
    found = find_frames(namespace)
    assert list(found) == ["df", "pl_frame", "lazy", "arrow", "relation"]
    assert found["df"] is namespace["df"]


def test_named_frames_in_the_order_of_the_names(namespace: dict[str, object]) -> None:
    assert list(find_frames(namespace, ("lazy", "_3"))) == ["lazy", "_3"]


def test_an_unknown_name_is_answered_with_the_nearest(namespace: dict[str, object]) -> None:
    with pytest.raises(UsageError) as caught:
        find_frames(namespace, ("lazi",))
    assert str(caught.value) == (
        "No frame is called 'lazi'. Did you mean 'lazy'? Frames here: df, pl_frame, lazy, arrow, relation."
    )
    with pytest.raises(UsageError, match="There is no frame here"):
        find_frames({}, ("df",))
    with pytest.raises(UsageError, match="'n' is a int, not a frame"):
        find_frames(namespace, ("n",))


def test_no_library_is_imported() -> None:
    code = (
        "import sys; from k2lab.schema.namespace import find_frames; find_frames({'x': 1, 'df': object()}); "
        "print([m for m in ('pandas', 'polars', 'pyarrow', 'duckdb', 'numpy', 'narwhals') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_describing_from_another_process(namespace: dict[str, object]) -> None:
    told = json.loads(describe_json(namespace, ("df", "relation"), privacy="summary", origins={"df": "df = 1"}))
    read = tuple(FrameSchema.from_dict(one) for one in told)
    assert read == describe_all(find_frames(namespace, ("df", "relation")), privacy="summary", origins={"df": "df = 1"})
    assert [frame.origin for frame in read] == ["df = 1", ""]
