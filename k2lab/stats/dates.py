"""Dates of a column, as dates or as text: the one reader that statistics and figures share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from k2lab.locale import pick
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import pandas as pd

MOSTLY = 0.9
"""A share of the values over this must read as dates, or the column is no column of dates."""
_NUMERIC = r"^\s*(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(.*)$"
_YEAR_FIRST = r"^\s*(\d{4})\s?[./年-]\s?(\d{1,2})(?:\s?[./月-]\s?(\d{1,2})日?|月?)(?!\d)(.*)$"


@dataclass(frozen=True, kw_only=True, eq=False)
class Dates:
    """Dates of the rows, without a zone; what does not read as a date is missing.

    Attributes
    ----------
    values : pandas.Series of datetime64
    assumed : {"", "day", "month"}
        Which number was taken to come first, where every value could be read either way.
    years : bool
        Whether the text names years only.
    """

    values: pd.Series[pd.Timestamp]
    assumed: str = ""
    years: bool = False

    def doubt(self, name: str) -> str:
        """Say which order was taken if the text did not tell, or nothing."""
        if not self.assumed:
            return ""
        form = "03/04/2020"
        if self.assumed == "day":
            return pick(
                f"Every date of {tidy(name)} can be read with the day or the month first; the day was taken first "
                f"({form} as 3 April). If that is wrong, convert it: pandas.to_datetime(..., format=...).",
                f"{tidy(name)} 的日期既可按日在前、也可按月在前来读；此处按日在前（{form} 为 4 月 3 日）。"
                "若不对，请先转换：pandas.to_datetime(..., format=...)。",
            )
        return pick(
            f"Every date of {tidy(name)} can be read with the day or the month first; the month was taken first "
            f"({form} as 4 March). If that is wrong, convert it: pandas.to_datetime(..., format=...).",
            f"{tidy(name)} 的日期既可按日在前、也可按月在前来读；此处按月在前（{form} 为 3 月 4 日）。"
            "若不对，请先转换：pandas.to_datetime(..., format=...)。",
        )


def read(column: pd.Series) -> Dates | None:
    """Read a column as dates, or return None if it holds none.

    Text such as 31/12/2020 is read in one order for the whole column: the one that fits the most values.

    Examples
    --------
    >>> import pandas as pd
    >>> read(pd.Series(["01/02/2020", "31/12/2020"])).values.dt.month.tolist()
    [2, 12]
    >>> read(pd.Series(["01/02/2020", "03/04/2020"])).assumed
    'month'
    >>> read(pd.Series(["low", "high"])) is None
    True
    """
    import pandas as pd
    from pandas.api import types

    if types.is_datetime64_any_dtype(column.dtype):
        return Dates(values=_without_zone(pd.Series(pd.DatetimeIndex(column), index=column.index)))
    if types.is_numeric_dtype(column.dtype):
        return None
    there = column.dropna().astype(str)
    different = pd.Series(there.unique(), dtype=object)
    if not len(different) or not different.head(50).str.contains(r"\d{2,}").all():
        return None
    written, assumed = _iso(different)
    made = _without_zone(_parsed(written))
    values = there.map(dict(zip(different, made, strict=True))).astype(made.dtype).reindex(column.index)
    years = bool(different.str.fullmatch(r"\s*\d{4}\s*").all())
    return Dates(values=values, assumed=assumed, years=years) if values.notna().sum() > MOSTLY * len(there) else None


def _parsed(written: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    import pandas as pd

    try:
        made = pd.to_datetime(written, errors="coerce", format="mixed")
        if pd.api.types.is_datetime64_any_dtype(made.dtype):
            return made
    except ValueError:
        pass
    return pd.to_datetime(written, errors="coerce", format="mixed", utc=True)  # several zones in one column


def _without_zone(dates: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    return dates.dt.tz_localize(None) if dates.dt.tz is not None else dates


def _iso(different: pd.Series[str]) -> tuple[pd.Series[str], str]:
    """Write dates of numbers with the year first, and tell which order was taken without evidence."""
    import re

    import pandas as pd

    found = [re.match(_NUMERIC, text) for text in different]
    pairs = [(int(m[1]), int(m[3])) for m in found if m]
    first, second = sum(a > 12 >= b for a, b in pairs), sum(b > 12 >= a for a, b in pairs)
    assumed = ""
    if first != second or not pairs:
        day_first = first > second
    else:
        # Periods are often dated by their first day, so a number that never changes beside one that does is the day.
        fixed, moving = len({a for a, _ in pairs}) == 1, len({b for _, b in pairs}) > 1
        dotted = all(m[2] == "." for m in found if m)
        day_first = (fixed and moving) or dotted
        assumed = "day" if day_first else "month"
        if all(a == b for a, b in pairs):
            assumed = ""
    made = []
    for text, m in zip(different, found, strict=True):
        if m:
            a, b = (m[3], m[1]) if day_first else (m[1], m[3])
            year = m[4] if len(m[4]) == 4 else f"{'20' if int(m[4]) < 69 else '19'}{m[4]}"
            made.append(f"{year}-{int(a):02}-{int(b):02}{m[5]}")
        elif y := re.match(_YEAR_FIRST, text):
            made.append(f"{y[1]}-{int(y[2]):02}-{int(y[3] or 1):02}{y[4]}")
        else:
            made.append(text)
    return pd.Series(made, dtype=object), assumed
