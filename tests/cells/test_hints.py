from __future__ import annotations

import pytest

from k2lab.cells.hints import hint
from k2lab.cells.result import CellError

COLUMNS = ("salary_in_usd", "job title", "level")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KeyError", "'Salary_in_USD'", "did you mean 'salary_in_usd'?"),
        ("KeyError", "\"['lvl', 'levle'] not in index\"", "there is no column 'lvl'"),
        ("KeyError", "'zzz'", "there are 'salary_in_usd', 'job title', 'level'"),
        ("NameError", "name 'fd' is not defined", "did you mean 'df'?"),
        ("AttributeError", "'DataFrame' object has no attribute 'append'", "pd.concat"),
        ("AttributeError", "'DataFrame' object has no attribute 'applymap'", "DataFrame.map"),
        ("AttributeError", "'DataFrame' object has no attribute 'levl'", "did you mean 'level'?"),
        ("ModuleNotFoundError", "No module named 'pingouin'", "pingouin is not installed"),
        ("TypeError", "NDFrame.fillna() got an unexpected keyword argument 'method'", "ffill"),
        ("TypeError", "agg function failed [how->mean,dtype->object]", "numeric"),
        ("ValueError", "Invalid frequency: M. Did you mean ME?", "'ME'"),
        ("ValueError", "The truth value of a Series is ambiguous.", "parentheses"),
        ("CellTimeout", "the cell took longer than 5 s", "one cell"),
        ("MemoryError", "", "sample"),
        ("StdinNotImplementedError", "raw_input was called", "put the value into the code"),
        ("SystemExit", "0", "let the cell finish"),
    ],
)
def test_common_errors_have_a_mend(name: str, value: str, said: str):
    assert said in hint(CellError(name=name, value=value), names=("df", "stats"), columns=COLUMNS)


def test_what_is_not_known_has_no_hint():
    assert hint(CellError(name="MyOwnError", value="whatever"), columns=COLUMNS) == ""


def test_the_hints_of_pandas_fit_what_pandas_says():
    import pandas as pd

    df = pd.DataFrame({"level": ["a"], "n": [1.0]})
    for bad in (
        lambda: df["levle"],
        lambda: df[["levle", "n"]],
        lambda: df.append(df),
        lambda: df.fillna(method="ffill"),
        lambda: df.groupby("n").mean() if df.mean() is None else None,
        lambda: df.level.astype(float),
        lambda: bool(df.n > 1 and df.n < 2),
        lambda: pd.date_range("2020", periods=2, freq="M"),
    ):
        with pytest.raises(Exception) as caught:
            bad()
        error = CellError(name=type(caught.value).__name__, value=str(caught.value))
        assert hint(error, columns=tuple(df.columns)), error


def test_a_name_of_k2lab_that_was_not_imported():
    error = CellError(name="NameError", value="name 'stats' is not defined")

    assert hint(error, names=("salaries",)) == "import it first, in this cell: from k2lab import stats"
