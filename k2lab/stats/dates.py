"""Text that holds dates, read in one order for the whole column: day first, or month first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from k2lab.locale import pick
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import pandas as pd

MOST_OF_IT = 0.9
"""Share of the values that have to be dates, for a column to hold dates."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Dates:
    """A column of dates.

    Attributes
    ----------
    values : pandas.Series
        Dates, missing where the text is none.
    assumed : bool
        Whether days and months could be told apart by nothing in the text: then the month was read first.
    """

    values: pd.Series[pd.Timestamp]
    assumed: bool = False

    def note(self, name: str) -> str:
        """Say which order was assumed, or nothing."""
        if not self.assumed:
            return ""
        return pick(
            f"No date in {tidy(name)} shows whether the day or the month comes first; the month was read first. "
            "pandas.to_datetime(..., dayfirst=True) reads the other order.",
            f"{tidy(name)} 中没有日期能表明日在前还是月在前；按月在前读取。"
            "pandas.to_datetime(..., dayfirst=True) 可按日在前读取。",
        )


def dates_of(column: pd.Series[str]) -> Dates | None:
    """Read text as dates; None where less than nine tenths of it are dates, or its dates are in both orders.

    Examples
    --------
    >>> import pandas as pd
    >>> dates_of(pd.Series(["03/01/2020", "31/01/2020"])).values.dt.strftime("%Y-%m-%d").tolist()
    ['2020-01-03', '2020-01-31']
    >>> dates_of(pd.Series(["03/01/2020", "04/01/2020"])).assumed
    True
    """
    import pandas as pd

    text = column.dropna().astype(str)
    if not len(text) or not bool(text.head(50).str.contains(r"\d{2,}").all()):
        return None
    different = pd.Series(text.unique())
    parts = different.str.extract(r"^\s*(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*[/.\-]\s*\d{2,4}").dropna()
    first, second = parts[0].astype(int) > 12, parts[2].astype(int) > 12
    if first.any() and second.any():
        return None
    # Where nothing tells them apart, points are the marks of countries that write the day first.
    points = bool(len(parts)) and bool((parts[1] == ".").all())
    day_first = bool(first.any()) or (points and not second.any())
    read = pd.to_datetime(different, errors="coerce", format="mixed", dayfirst=day_first, utc=True)
    if read.notna().mean() <= MOST_OF_IT:
        return None
    made = column.astype(object).map(dict(zip(different, read.dt.tz_localize(None), strict=True)))
    values = pd.to_datetime(made, errors="coerce")
    known = float(values.notna().sum()) / len(text)
    assumed = len(parts) > 0 and not first.any() and not second.any() and not points
    return Dates(values=values, assumed=assumed) if known > MOST_OF_IT else None
