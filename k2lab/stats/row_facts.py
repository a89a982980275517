"""Facts about rows: what one row is, what is missing, what repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k2lab.locale import pick
from k2lab.locale.numbers import count, percent
from k2lab.stats import columns
from k2lab.stats.result import Sentence
from k2lab.stats.study import WEAK, category
from k2lab.stats.words import listed, rows, tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def unit(frame: pd.DataFrame, ids: list[str], total: int) -> Sentence:
    """Say what one row is, as far as an id tells; `total` is how many rows there are, where the frame is a sample."""
    size_en = f"The table has {rows(total)} and {len(frame.columns)} columns"
    size_zh = f"数据表有 {count(total)} 行、{len(frame.columns)} 列"
    if not ids:
        return Sentence(
            key="unit",
            weight=66,
            text=pick(
                f"{size_en}. No column identifies a row (no id), so one row is taken as one record; what person or "
                "thing it stands for is not known.",
                f"{size_zh}。没有能标识一行的编号列（无 id），故把一行当作一条记录；它代表哪个人或物并不清楚。",
            ),
        )
    name = ids[0]
    some_en, some_zh = (" of a sample", "在样本中") if total > len(frame) else ("", "")
    values = frame[name].dropna()
    repeated = len(values) - values.nunique()
    if repeated:
        return Sentence(
            key="unit",
            role="caveat",
            columns=(name,),
            weight=90,
            text=pick(
                f"{size_en}. {tidy(name)} looks like an id and repeats: {rows(len(values))} hold "
                f"{count(values.nunique())} different values, "
                f"so rows of one {tidy(name)} are not independent.",
                f"{size_zh}。{tidy(name)} 像是编号且有重复：{rows(len(values))}只有 {count(values.nunique())} 个不"
                f"同的值，同一 {tidy(name)} 的行并不独立。",
            ),
        )
    return Sentence(
        key="unit",
        columns=(name,),
        weight=66,
        text=pick(
            f"{size_en}; {tidy(name)} is different in every row{some_en}, so one row is one {tidy(name)}.",
            f"{size_zh}；{tidy(name)} {some_zh}每行都不同，故一行即一个 {tidy(name)}。",
        ),
    )


def missing(frame: pd.DataFrame, x: str | None, share: pd.Series[float], total: int) -> Sentence:
    """Say which columns miss values, by their shares of all rows, and whether that differs by group."""
    import numpy as np

    gone = share[share > 0].sort_values(ascending=False)
    if not len(gone):
        return Sentence(
            key="missing",
            weight=60,
            text=pick(
                f"No value is missing in the {len(frame.columns)} columns ({rows(total)}).",
                f"{len(frame.columns)} 列（{rows(total)}）均无缺失值。",
            ),
        )
    told = [f"{tidy(name)} {percent(float(part))}" for name, part in gone.head(6).items()]
    more = pick(f" and {len(gone) - 6} more columns", f" 等 {len(gone)} 列") if len(gone) > 6 else ""
    text = pick(
        f"Values are missing in {len(gone)} of {len(frame.columns)} columns: {listed(told)}{more}.",
        f"{len(frame.columns)} 列中有 {len(gone)} 列存在缺失：{listed(told)}{more}。",
    )
    if x is not None and columns.is_category(frame, x):
        term = category(frame, x)
        uneven = []
        for name in gone.index[:20]:
            if name == x:
                continue
            part = np.bincount(term.codes, weights=frame[name].isna().to_numpy(dtype=float), minlength=len(term.levels))
            size = np.bincount(term.codes, minlength=len(term.levels))
            shares = {level: part[i] / size[i] for i, level in enumerate(term.levels) if size[i] >= WEAK}
            if len(shares) > 1 and max(shares.values()) - min(shares.values()) >= 0.05:
                ends = sorted(shares, key=lambda level: shares[level])
                uneven.append(
                    f"{tidy(name)} {percent(shares[ends[0]])} ({tidy(ends[0])}) – {percent(shares[ends[-1]])} "
                    f"({tidy(ends[-1])})"
                )
        if uneven:
            text += pick(
                f" It differs by {tidy(x)} by five points or more: {listed(uneven[:4])}.",
                f" 按 {tidy(x)} 相差五个百分点以上：{listed(uneven[:4])}。",
            )
    return Sentence(
        key="missing", role="caveat", text=text, columns=tuple(str(name) for name in gone.index[:6]), weight=72
    )


def largest_group(frame: pd.DataFrame, repeats: np.ndarray) -> int:
    """Return the size of the largest group of equal rows."""
    if not repeats.any():
        return 1
    try:
        inside = frame[frame.duplicated(keep=False)]
        return int(inside.groupby(list(frame.columns), dropna=False, observed=True, sort=False).size().max())
    except TypeError:  # lists or dicts in cells
        return int(frame.map(repr).value_counts().max())


def duplicates(frame: pd.DataFrame, repeats: np.ndarray, largest: int, x: str | None, ids: list[str]) -> Sentence:
    """Say how many rows repeat an earlier one, and in which groups."""
    import numpy as np

    k, n = int(repeats.sum()), len(frame)
    if not k:
        return Sentence(
            key="duplicates",
            weight=50,
            text=pick(f"No row repeats an earlier one ({rows(n)}).", f"没有与前面完全相同的行（{rows(n)}）。"),
        )
    text = pick(
        f"{count(k)} of {count(n)} rows ({percent(k / n)}) repeat an earlier row in all columns, which leaves "
        f"{count(n - k)} distinct rows; "
        f"the largest group of equal rows has {count(largest)}.",
        f"{count(n)} 行中有 {count(k)} 行（{percent(k / n)}）与前面的行完全相同，不同的行有 {count(n - k)} 行；最大"
        f"的一组相同行有 {count(largest)} 行。",
    )
    if not ids:
        text += pick(" Without an id we cannot tell a repeat from a twin.", "没有编号，无法分辨重复录入与真实巧合。")
    if x is not None and columns.is_category(frame, x):
        term = category(frame, x, compared=True)
        size = np.bincount(term.codes, minlength=len(term.levels))
        part = np.bincount(term.codes, weights=repeats, minlength=len(term.levels))
        order = sorted(range(len(term.levels)), key=lambda i: i)[:8]
        shares = [part[i] / size[i] for i in order]
        told = [f"{tidy(term.levels[i])}: {percent(s)}" for i, s in zip(order, shares, strict=True)]
        uneven = max(shares) - min(shares) >= 0.05
        text += pick(
            f" By {tidy(x)} the share of repeats is {listed(told)}"
            + (", so leaving them out is not neutral." if uneven else "."),
            f"按 {tidy(x)}，重复行的占比为 {listed(told)}" + ("，因此剔除重复行并非中性。" if uneven else "。"),
        )
    return Sentence(key="duplicates", role="caveat", text=text, columns=() if x is None else (x,), weight=92)
