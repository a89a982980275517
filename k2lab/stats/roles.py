"""What a column is likely to be, told from its type, name and values: an id, a time, a place, a unit, a copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from k2lab.locale import pick
from k2lab.stats import coefficients, columns, dates, fold, weighted

if TYPE_CHECKING:
    import pandas as pd

Role = Literal["id", "time", "place", "unit", "mediator", "other"]

_WORDS: dict[Role, frozenset[str]] = {
    "id": frozenset({
        "id", "ids", "uuid", "guid", "key", "serial", "passengerid", "index", "rowid", "no", "编号", "序号",
        "标识",
    }),
    "time": frozenset({
        "year", "yr", "date", "datetime", "month", "quarter", "week", "day", "time", "timestamp", "period",
        "season", "decade", "年", "年份", "月", "月份", "日期", "时间", "季度", "周",
    }),
    "place": frozenset({
        "country", "location", "region", "city", "state", "province", "county", "residence", "nation",
        "continent", "zip", "zipcode", "postcode", "district", "area", "place", "site", "territory", "town",
        "branch", "store", "neighborhood", "neighbourhood", "国家", "地区", "省", "省份", "城市", "地点",
        "门店",
    }),
    "unit": frozenset({
        "currency", "unit", "units", "币种", "货币", "单位",
    }),
    "mediator": frozenset({
        "title", "job", "role", "occupation", "position", "department", "dept", "industry", "grade", "rank",
        "profession", "team", "职位", "岗位", "职称", "职业", "行业", "部门",
    }),
}  # fmt: skip


def tokens(name: str) -> tuple[str, ...]:
    """Split a column name into lower-case words.

    Examples
    --------
    >>> tokens("companyLocation"), tokens("work_year")
    (('company', 'location'), ('work', 'year'))
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return tuple(word.lower() for word in re.split(r"[^\w]+|_", spaced) if word)


def role(frame: pd.DataFrame, name: str) -> Role:
    """Guess the role of a column.

    Examples
    --------
    >>> import pandas as pd
    >>> role(pd.DataFrame({"work_year": [2020, 2021, 2021]}), "work_year")
    'time'
    """
    from pandas.api.types import is_datetime64_any_dtype

    if is_datetime64_any_dtype(frame[name].dtype):
        return "time"
    if is_id(frame, name):
        return "id"
    words = set(tokens(name))
    number = columns.is_number(frame, name)
    if words & _WORDS["time"] and (
        _periods(frame, name) or (not number and frame[name].nunique() > 1 and _dated(frame, name))
    ):
        return "time"
    if number and not columns.is_category(frame, name):
        return "other"
    for kind in ("unit", "place", "mediator"):
        if words & _WORDS[kind] or name in _WORDS[kind]:
            return kind
    return "other"


def is_id(frame: pd.DataFrame, name: str) -> bool:
    """Tell whether a column identifies rows or units: named so, or all different (text, or numbers in sequence)."""
    there = frame[name].notna()
    values, times = frame[name][there], fold.times(frame)
    n = len(values) if times is None else int(times[there.to_numpy()].sum())
    if n < 10:
        return False
    try:
        distinct = values.nunique()
    except TypeError:  # lists or dicts in cells
        return False
    if columns.is_number(frame, name):
        whole = bool((values % 1 == 0).all())
        # A series of years is in sequence too, and is a time.
        return whole and number_identifies(
            name, n, distinct, float(values.max() - values.min()), periods=_periods(frame, name)
        )
    return isinstance(values.iloc[0], str) and text_identifies(name, n, distinct)


def number_identifies(name: str, n: int, distinct: int, span: float, *, periods: bool = False) -> bool:
    """Tell whether whole numbers identify rows, by how many are different and how far they reach.

    Examples
    --------
    >>> number_identifies("row", 100, 100, 99.0), number_identifies("age", 100, 60, 70.0)
    (True, False)
    """
    return (named_id(name) and distinct > max(20, 0.1 * n)) or (distinct == n and span == n - 1 and not periods)


def text_identifies(name: str, n: int, distinct: int) -> bool:
    """Tell whether text identifies rows, by how many values are different.

    Examples
    --------
    >>> text_identifies("email", 100, 100), text_identifies("city", 100, 30)
    (True, False)
    """
    return distinct == n or (named_id(name) and distinct > max(20, 0.1 * n))


def named_id(name: str) -> bool:
    """Tell whether a column is named as an id.

    Examples
    --------
    >>> named_id("person_id"), named_id("idea")
    (True, False)
    """
    words = tokens(name)
    return bool(words) and (words[-1] in _WORDS["id"] or words[0] in {"id", "uuid"} or name in _WORDS["id"])


def _periods(frame: pd.DataFrame, name: str) -> bool:
    """Tell whether numbers look like years (1800 to 2100), or months, quarters or weeks of a named kind."""
    if not columns.is_number(frame, name):
        return False
    values = frame[name].dropna()
    if not len(values) or not bool((values % 1 == 0).all()):
        return False
    low, high = float(values.min()), float(values.max())
    if low >= 1800 and high <= 2100:
        return True
    words = set(tokens(name))
    return (low >= 0 and high <= 53 and bool(words & {"month", "quarter", "week", "day", "period"})) or (
        low >= 190000 and high <= 21001231 and bool(words & _WORDS["time"])
    )


def _dated(frame: pd.DataFrame, name: str) -> bool:
    """Tell whether text parses as dates or known period words, judged on up to 200 values."""

    from k2lab.stats.vocabulary import ordinal_rank

    some = frame[name].dropna().astype(str).drop_duplicates().head(200)
    if not len(some):
        return False
    if ordinal_rank(list(some)) is not None:
        return True
    return bool(some.str.contains(r"\d").all()) and dates.read(some) is not None


def holds_dates(frame: pd.DataFrame, name: str) -> bool:
    """Tell whether a column holds dates, as dates or as text that reads as dates with a day or a month.

    Examples
    --------
    >>> import pandas as pd
    >>> holds_dates(pd.DataFrame({"d": ["2020-01-31", "2020-02-29"]}), "d")
    True
    """
    from pandas.api.types import is_datetime64_any_dtype

    if is_datetime64_any_dtype(frame[name].dtype):
        return True
    some = frame[name].dropna()
    if not len(some) or not isinstance(some.iloc[0], str):
        return False
    some = some.drop_duplicates().head(200)
    if not some.astype(str).str.contains(r"\d+[-/.:年]\s?\d+").all():
        return False
    return dates.read(some) is not None


def role_text(kind: Role) -> str:
    """Name a role.

    Examples
    --------
    >>> role_text("mediator")
    'possible mediator'
    """
    return {
        "id": pick("identifier", "编号"),
        "time": pick("time", "时间"),
        "place": pick("place", "地点"),
        "unit": pick("unit", "单位"),
        "mediator": pick("possible mediator", "可能的中介变量"),
        "other": pick("other", "其他"),
    }[kind]


def copy_of(frame: pd.DataFrame, y: str, name: str) -> str:
    """Say why a numeric column is a copy of the outcome (the same quantity in other clothes), or return nothing.

    Judged on up to 20,000 rows, evenly spaced; of a folded frame, on all that it stands for.
    """
    import numpy as np

    if name == y or not columns.is_number(frame, name) or not columns.is_number(frame, y):
        return ""
    both = frame[[y, name, *([fold.TIMES] if fold.TIMES in frame.columns else [])]].dropna()
    times = fold.times(both)
    if times is None:
        both = both.iloc[:: max(1, len(both) // 20_000)]
    a, b = both[y].to_numpy(dtype=float), both[name].to_numpy(dtype=float)
    if len(a) < 10 or a.std() == 0 or b.std() == 0 or len(np.unique(a)) < 5 or len(np.unique(b)) < 5:
        return ""
    same = weighted.mean((a == b).astype(float), times)
    if same > 0.5:
        return pick(f"equal to {y} in {same * 100:.0f}% of rows", f"有 {same * 100:.0f}% 的行与 {y} 相等")
    if times is None:
        pearson = float(np.corrcoef(a, b)[0, 1])
        ranks = float(np.corrcoef(both[y].rank(), both[name].rank())[0, 1])
    else:
        pearson, ranks = (found(a, b, times=times).value for found in (coefficients.pearson, coefficients.spearman))
    if abs(pearson) > 0.95 or abs(ranks) > 0.95:
        best = max(abs(pearson), abs(ranks))
        return pick(f"correlated {best:.2f} with {y}", f"与 {y} 的相关为 {best:.2f}")
    return ""
