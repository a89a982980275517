"""Values that cannot be, or that say "missing" in disguise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k2lab.locale import pick
from k2lab.locale.numbers import count, number
from k2lab.stats import columns, fold
from k2lab.stats.result import Check
from k2lab.stats.roles import Role, tokens
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_POSITIVE = frozenset({
    "salary", "pay", "wage", "price", "cost", "revenue", "income", "amount", "age", "weight", "height", "population",
    "duration", "quantity", "area", "薪资", "薪酬", "工资", "价格", "金额", "年龄", "收入", "数量",
})  # fmt: skip
_DISGUISES = frozenset(
    {"", "na", "n/a", "nan", "none", "null", "?", "-", "--", "unknown", "missing", "#n/a", "未知", "缺失", "无"}
)


def found(frame: pd.DataFrame, guessed: dict[str, Role]) -> list[Check]:
    """Look for negative amounts, future dates, missing codes, numbers and dates kept as text, padded text and names.

    Parameters
    ----------
    frame : pandas.DataFrame
        All rows, missing values included; one column only where it is folded.
    guessed : dict
        Column name to role.
    """
    import pandas as pd

    made: list[Check] = []
    for name in [name for name in frame.columns if name not in fold.HIDDEN]:
        column = frame[name].dropna()
        made += named(name)
        if not len(column):
            made.append(
                Check(
                    name=tidy(name),
                    reading=pick("empty: no value at all", "全空：没有任何值"),
                    action=pick("left out", "不用"),
                    passed=False,
                )
            )
            continue
        times = fold.times(frame[frame[name].notna()][[fold.TIMES]]) if fold.TIMES in frame.columns else None
        if columns.is_number(frame, name):
            made.extend(_numbers(column, name, times))
        elif pd.api.types.is_datetime64_any_dtype(column.dtype):
            now = pd.Timestamp.now(tz=column.dt.tz)
            later = _rows(column > now, times)
            if later:
                made.append(
                    Check(
                        name=tidy(name),
                        reading=pick(f"{count(later)} dates lie in the future", f"有 {count(later)} 个日期在未来"),
                        action=pick("check them", "请核对"),
                        passed=False,
                    )
                )
        elif (
            not pd.api.types.is_bool_dtype(column.dtype)
            and isinstance(column.iloc[0], str)
            and guessed.get(name) != "id"
        ):
            made.extend(_texts(column, name, times))
    return made


def named(name: str) -> list[Check]:
    """Look for a padded column name."""
    if name == name.strip() and "\n" not in name:
        return []
    return [
        Check(
            name=tidy(name),
            reading=pick("the column name is padded with spaces", "列名带有多余空格"),
            action=pick("give the name exactly as it is, or rename the column", "按原样书写列名，或改名"),
            passed=False,
        )
    ]


def _rows(inside: pd.Series[bool], times: np.ndarray | None) -> int:
    return int(inside.sum()) if times is None else int(times[inside.to_numpy()].sum())


def _numbers(column: pd.Series[float], name: str, times: np.ndarray | None) -> list[Check]:
    negative = _rows(column < 0, times)
    made = negatives(name, negative)
    for code in CODES:
        n = _rows(column == code, times)
        rest = column[column != code]
        if n >= 3 and len(rest):
            made += disguised(name, code, n, float(rest.min()), float(rest.max()))
    return made


CODES = (-999, -99, -9999, 9999, 99999)
"""Numbers that often stand for a missing value."""


def negatives(name: str, n: int) -> list[Check]:
    """Say that values of an amount are below zero."""
    if not n or not set(tokens(name)) & _POSITIVE:
        return []
    return [
        Check(
            name=tidy(name),
            reading=pick(f"{count(n)} values below zero", f"有 {count(n)} 个负值"),
            action=pick("check them before use", "使用前请核对"),
            passed=False,
        )
    ]


def disguised(name: str, code: float, n: int, low: float, high: float) -> list[Check]:
    """Say that a number is a code for missing: it comes often, and far from all others, which run from low to high."""
    if n < 3 or low <= code <= high or abs(code) <= 5 * max(abs(low), abs(high)):
        return []
    return [
        Check(
            name=tidy(name),
            reading=pick(
                f"{count(n)} times {number(code, 6)}, far from all others",
                f"{number(code, 6)} 出现 {count(n)} 次，远离其余取值",
            ),
            action=pick("probably a code for missing", "可能是缺失代码"),
            passed=False,
        )
    ]


def _texts(column: pd.Series[str], name: str, times: np.ndarray | None) -> list[Check]:
    import pandas as pd

    if times is None:
        size = column.astype(str).value_counts()
    else:
        size = pd.Series(times, index=column.astype(str)).groupby(level=0, sort=False).sum()
        size = size.sort_values(ascending=False, kind="stable")
    levels = size.index.to_series().astype(str)
    made = []
    hidden = size[levels.str.strip().str.lower().isin(_DISGUISES).to_numpy()]
    # A lone "NA" among two-letter codes is a country, not a missing value.
    if len(hidden) and not (list(hidden.index) == ["NA"] and bool((levels.str.len() == 2).mean() > 0.9)):
        told = ", ".join(repr(tidy(level)) for level in hidden.index[:3])
        made.append(
            Check(
                name=tidy(name),
                reading=pick(
                    f"{count(int(hidden.sum()))} values say missing in words ({told})",
                    f"有 {count(int(hidden.sum()))} 个值以文字表示缺失（{told}）",
                ),
                action=pick("treat them as missing if so", "如属实应视为缺失"),
                passed=False,
            )
        )
    padded = int(size[(levels != levels.str.strip()).to_numpy()].sum())
    if padded:
        made.append(
            Check(
                name=tidy(name),
                reading=pick(f"{count(padded)} values are padded with spaces", f"有 {count(padded)} 个值带多余空格"),
                action=pick("strip them, or equal levels count as different", "请去除空格，否则同一水平会被当作不同"),
                passed=False,
            )
        )
    folded = levels.str.strip().str.lower()
    twins = int(folded.duplicated().sum())
    if twins and not padded and len(levels) <= 1000:
        made.append(
            Check(
                name=tidy(name),
                reading=pick(
                    f"{count(twins)} levels differ from another only in case",
                    f"有 {count(twins)} 个水平与另一水平仅大小写不同",
                ),
                action=pick("write them alike", "请统一写法"),
                passed=False,
            )
        )
    some = levels.head(500)
    bare = some.str.replace(r"[,$%€£¥\s]", "", regex=True)
    if (
        len(some) >= 5
        and bool(some.str.contains(r"\d").mean() > 0.9)
        and bool(pd.to_numeric(bare, errors="coerce").notna().mean() > 0.9)
    ):
        made.append(
            Check(
                name=tidy(name),
                reading=pick("numbers kept as text", "数字以文本保存"),
                action=pick("turn them into numbers first", "请先转为数值"),
                passed=False,
            )
        )
    return made
