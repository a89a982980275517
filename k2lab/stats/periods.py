"""Periods of a time column: years, months or days, how many rows each has, and whether the last one is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k2lab.locale import pick
from k2lab.locale.numbers import count, percent
from k2lab.stats import columns, dates, fold
from k2lab.stats.grouped import Term
from k2lab.stats.result import Sentence, Table
from k2lab.stats.study import WEAK, category
from k2lab.stats.words import at, listed, tidy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST = 60
"""More periods than this are drawn together into a coarser unit."""


def read(frame: pd.DataFrame, name: str) -> Term | None:
    """Read a column as periods in order, or return None if it cannot be; missing has code -1.

    Dates become years, quarters, months or days, whichever gives at most sixty periods; numbers stay.
    """
    import numpy as np
    import pandas as pd

    column = frame[name]
    if pd.api.types.is_datetime64_any_dtype(column.dtype) or not columns.is_number(frame, name):
        found = dates.read(column)
        if found is None:
            order = columns.level_order(frame, name)
            if len(order) > MOST or not _known(order):
                return None
            return Term(
                name=name,
                codes=columns.codes(frame, name, order).astype(np.int64),
                levels=tuple(columns.level_name(v) for v in order),
            )
        for unit in ("Y",) if found.years else ("D", "M", "Q", "Y"):
            made = found.values.dt.to_period(unit)
            if made.nunique() <= MOST:
                break
        codes, levels = pd.factorize(made, sort=True)
        return Term(name=name, codes=codes.astype(np.int64), levels=tuple(str(level) for level in levels))
    if column.nunique() > MOST:
        return None
    order = tuple(sorted(column.dropna().unique()))
    return Term(
        name=name,
        codes=columns.codes(frame, name, order).astype(np.int64),
        levels=tuple(columns.level_name(v) for v in order),
    )


def doubt(frame: pd.DataFrame, name: str) -> list[Sentence]:
    """Say in which order the days and months of text were taken, where the text did not tell."""
    found = None if columns.is_number(frame, name) else dates.read(frame[name])
    said = "" if found is None else found.doubt(name)
    return [Sentence(key="date-order", role="caveat", columns=(name,), weight=58, text=said)] if said else []


def _known(order: tuple[object, ...]) -> bool:
    from k2lab.stats.vocabulary import ordinal_rank

    return ordinal_rank([columns.level_name(v) for v in order]) is not None


def incomplete(sizes: np.ndarray) -> bool:
    """Tell whether the last period looks unfinished: fewer than half the rows of the one before.

    Examples
    --------
    >>> import numpy as np
    >>> incomplete(np.array([100, 120, 30])), incomplete(np.array([100, 90, 80]))
    (True, False)
    """
    return len(sizes) >= 3 and bool(sizes[-1] < 0.5 * sizes[-2])


def described(frame: pd.DataFrame, when: str, x: str | None) -> tuple[Table | None, list[Sentence]]:
    """Describe rows per period, mark an unfinished last one, and tell how the mix of `x` moves."""
    import numpy as np

    term = read(frame, when)
    if term is None or len(term.levels) < 2:
        return None, []
    there, times = term.codes >= 0, fold.times(frame)
    size = np.bincount(term.codes[there], None if times is None else times[there], minlength=len(term.levels))
    partial = incomplete(size)
    shown = range(max(0, len(size) - 12), len(size))
    told = [f"{tidy(term.levels[i])}: {count(size[i])}" for i in shown]
    top = int(size.argmax())
    most_en = most_zh = ""
    if size[top] * 2 > size.sum():
        share, level = percent(size[top] / size.sum(), 0), at(when, term.levels[top])
        most_en, most_zh = f"; {share} of rows have {level}", f"；{share} 的行为 {level}"
    early = len(size) - 12
    if early > 0:
        told = [*told, pick(f"and {early} earlier periods", f"另有更早的 {early} 期")]
    text = pick(f"Rows by {tidy(when)}: {listed(told)}{most_en}.", f"按 {tidy(when)} 的行数：{listed(told)}{most_zh}。")
    said = [Sentence(key="periods", text=text, columns=(when,), weight=46), *doubt(frame, when)]
    if partial:
        said.append(
            Sentence(
                key="partial-period",
                role="caveat",
                columns=(when,),
                weight=57,
                text=pick(
                    f"The last period {at(when, term.levels[-1])} has {count(size[-1])} rows after "
                    f"{count(size[-2])} in the one before: it looks incomplete and is not read as a fall.",
                    f"最后一期 {at(when, term.levels[-1])} 只有 {count(size[-1])} 行，前一期为 {count(size[-2])} 行"
                    "：看来尚不完整，不当作下降。",
                ),
            )
        )
    heads, parts = [], []
    if x is not None and x != when and columns.is_category(frame, x):
        mix = category(frame, x, compared=True)
        n = np.zeros((len(term.levels), len(mix.levels)))
        inside = term.codes >= 0
        np.add.at(n, (term.codes[inside], mix.codes[inside]), 1 if times is None else times[inside])
        share = n / np.maximum(n.sum(axis=1, keepdims=True), 1)
        heads = [f"{tidy(x)} = {tidy(level)} (%)" for level in mix.levels[:12]]
        parts = [[float(100 * v) for v in row[:12]] for row in share]
        solid = n.sum(axis=1) >= WEAK
        if solid.sum() >= 2:
            move = share[solid].max(axis=0) - share[solid].min(axis=0)
            j = max(range(1, len(mix.levels)), key=lambda i: move[i]) if len(mix.levels) > 1 else 0
            if move[j] >= 0.05:
                places = [i for i in shown if solid[i]]
                run = [f"{tidy(term.levels[i])}: {percent(share[i, j], 0)}" for i in places]
                said.append(
                    Sentence(
                        key="mix",
                        role="caveat",
                        columns=(when, x),
                        weight=56,
                        text=pick(
                            f"The mix of {tidy(x)} changes with {tidy(when)}: the share of {at(x, mix.levels[j])} "
                            f"is {listed(run)}, so {tidy(when)} must be taken into account.",
                            f"{tidy(x)} 的构成随 {tidy(when)} 变化：{at(x, mix.levels[j])} 的占比为 {listed(run)}，"
                            f"因此须考虑 {tidy(when)}。",
                        ),
                    )
                )
    rows = tuple((tidy(level), int(size[i]), *(parts[i] if parts else ())) for i, level in enumerate(term.levels))
    note = pick("the last period looks incomplete", "最后一期看来不完整") if partial else ""
    return Table(
        title=pick(f"Rows by {tidy(when)}", f"{tidy(when)} 各期行数"),
        columns=(tidy(when), "n", *heads),
        rows=rows,
        note=note,
    ), said
