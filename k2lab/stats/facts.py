"""What a table is before any test: the unit of a row, repeats, missing values, types, cells, shape, time: `facts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.locale.numbers import count, number, percent, plain
from k2lab.stats import columns, dates, engines, fold, oddities, periods, row_facts
from k2lab.stats.labels import any_engine
from k2lab.stats.result import Check, Result, Scalar, Sentence, Table
from k2lab.stats.roles import Role, holds_dates, role, role_text
from k2lab.stats.study import NOT_ANALYSED, WEAK, category
from k2lab.stats.twin import flag
from k2lab.stats.words import at, listed, rows, tidy

if TYPE_CHECKING:
    import pandas as pd


@any_engine
def facts(
    data: Any, y: str | None = None, x: str | None = None, by: str | None = None, time: str | None = None
) -> Result:
    """Collect the facts that come before any test (playbook section 1).

    Parameters
    ----------
    data : frame
        pandas, polars, pyarrow, a DuckDB relation.
    y, x, by, time : str, optional
        Outcome, compared column, moderator and period. Without `time`, a column that looks like one is used.

    Returns
    -------
    Result
        Tables of columns, of cells and of periods; sentences on the unit of a row, repeats, missing values,
        types, impossible values, small cells, the outcome's shape and the rows per period.

    Raises
    ------
    UsageError
        For a column that is not there.
    InputError
        For something that is no frame.

    Examples
    --------
    >>> import pandas as pd
    >>> facts(pd.DataFrame({"a": [1, 1, 2], "b": ["x", "x", "y"]})).values["repeats"]
    1
    """
    columns.require(data, [name for name in (y, x, by, time) if name is not None])
    frame = columns.raw(data)
    large = engines.large(data)
    repeats = columns.repeats(data) if len(frame.columns) and not large else None
    guessed: dict[str, Role] = {name: role(frame, name) for name in frame.columns}
    when = time or (x if x is not None and holds_dates(frame, x) else None)
    when = when or next((name for name, kind in guessed.items() if kind == "time" and name not in (y, x, by)), None)
    ids = [name for name, kind in guessed.items() if kind == "id" and name not in (y, x, by)]
    total, gone = engines.rows(data), fold.missing(data, frame)
    said: list[Sentence | None] = [
        row_facts.unit(frame, ids, total),
        row_facts.missing(frame, x, gone / max(total, 1), total),
    ]
    tables = [_columns(frame, guessed)]
    checks: list[Check] = []
    repeated = 0 if repeats is None else int(repeats.sum())
    values: dict[str, Scalar] = {
        "n": total,
        "columns": len(frame.columns),
        "repeats": repeated,
        "distinct_rows": len(frame) - repeated,
        "missing": int(gone.sum()),
        "id": ", ".join(ids),
    }
    if repeats is not None:
        largest = row_facts.largest_group(frame, repeats)
        values["largest_group"] = largest
        said.append(row_facts.duplicates(frame, repeats, largest, x, ids))
    said.extend(_type(frame, name) for name in (x, by) if name is not None)
    odd = oddities.found(frame, guessed)
    checks.extend(odd)
    said.append(_odd(odd))
    # Of a large frame these come from all rows, not from the sample.
    used = fold.folded(data, [name for name in (y, x, by, when) if name is not None], y) if large else frame
    if x is not None and holds_dates(frame, x):
        said.append(_dates(frame, x))
    elif x is not None and columns.is_category(frame, x):
        table, sentences = _cells(used, y, x, by)
        tables.append(table)
        said.extend(sentences)
    if y is not None and columns.is_number(frame, y):
        columns.number(frame, y)  # refuses what cannot be squared
        check, sentence = _shape(used, y)
        checks.append(check)
        if sentence is not None:
            said.append(sentence)
    if when is not None:
        table_, sentences = periods.described(used, when, x)
        if table_ is not None:
            tables.append(table_)
        said.extend(sentences)
        values["time"] = when
    return Result(
        kind="facts",
        title=pick(f"Facts of the table ({rows(total)})", f"数据概况（{rows(total)}）"),
        checks=tuple(checks),
        tables=tuple(tables),
        sentences=tuple(s for s in said if s is not None),
        values=values,
    )


def _type(frame: pd.DataFrame, name: str) -> Sentence | None:
    if not columns.is_number(frame, name):
        return None
    if columns.is_category(frame, name):
        levels = [tidy(columns.level_name(level)) for level in columns.level_order(frame, name)]
        return Sentence(
            key="type",
            role="method",
            columns=(name,),
            weight=55,
            text=pick(
                f"{tidy(name)} has {len(levels)} different values ({listed(levels)}) and is analysed as categories, so "
                "that no straight line over them is assumed.",
                f"{tidy(name)} 只有 {len(levels)} 个不同的值（{listed(levels)}），按类别分析，不假定其间为直线关系。",
            ),
        )
    return Sentence(
        key="type",
        role="method",
        columns=(name,),
        weight=50,
        text=pick(
            f"{tidy(name)} has {count(frame[name].nunique())} different values and is analysed as a number.",
            f"{tidy(name)} 有 {count(frame[name].nunique())} 个不同的值，按数值分析。",
        ),
    )


def _dates(frame: pd.DataFrame, x: str) -> Sentence:
    """Say that a compared column holds dates, with their range, since single days make no groups."""
    found = dates.read(frame[x])
    days = frame[x].iloc[:0] if found is None else found.values.dropna()
    first, last = (columns.level_name(day) for day in (days.min(), days.max()))
    return Sentence(
        key="dates",
        columns=(x,),
        weight=64,
        text=pick(
            f"{tidy(x)} holds dates from {first} to {last} ({count(days.nunique())} different ones in "
            f"{rows(len(days))}); "
            f"they make no groups to compare: use trend with time={tidy(x)!r}.",
            f"{tidy(x)} 为日期，从 {first} 到 {last}（{rows(len(days))}中有 {count(days.nunique())} "
            "个不同日期）；日期不构成可"
            f"比较的组，请用 trend，time={tidy(x)!r}。",
        ),
    )


def _odd(found: list[Check]) -> Sentence | None:
    if not found:
        return None
    return Sentence(
        key="impossible",
        role="caveat",
        weight=66,
        text=pick("Values to look at: ", "需要留意的取值：")
        + pick("; ", "；").join(f"{check.name}: {check.reading}" for check in found[:6])
        + pick(".", "。"),
    )


def _cells(frame: pd.DataFrame, y: str | None, x: str, by: str | None) -> tuple[Table, list[Sentence]]:
    import numpy as np

    there = frame[[name for name in (x, by) if name is not None]].notna().all(axis=1)
    used = frame[there.to_numpy()].reset_index(drop=True)
    down = category(used, x, compared=True)
    across = category(used, by, y) if by is not None and columns.is_category(used, by) else None
    width = 1 if across is None else len(across.levels)
    key = down.codes * width + (0 if across is None else across.codes)
    n = np.bincount(key, fold.times(used), minlength=len(down.levels) * width).astype(np.int64).reshape(-1, width)
    heads = [pick("rows", "行")] if across is None else [tidy(level) for level in across.levels]
    body: tuple[tuple[Scalar, ...], ...] = tuple(
        (tidy(level), *(int(v) for v in n[i]), int(n[i].sum()), flag(int(n[i].min())))
        for i, level in enumerate(down.levels)
    )
    total: tuple[Scalar, ...] = (pick("all", "全部"), *(int(v) for v in n.sum(axis=0)), int(n.sum()), "")
    title = f"n: {tidy(x)}" + (f" x {tidy(by)}" if across is not None and by is not None else "")
    table = Table(
        title=title,
        columns=(tidy(x), *heads, pick("all", "全部"), pick("smallest cell", "最小单元")),
        rows=(*body, total),
        note=pick("0 empty; under 5 not analysed; 5 to 29 weak", "0 为空；少于 5 不分析；5 至 29 薄弱"),
    )
    by_x = n.sum(axis=1)
    told = [
        pick(
            f"{tidy(level)}: {count(by_x[i])} ({percent(by_x[i] / max(n.sum(), 1))})",
            f"{tidy(level)} {count(by_x[i])}（{percent(by_x[i] / max(n.sum(), 1))}）",
        )
        for i, level in enumerate(down.levels[:12])
    ]
    said = [
        Sentence(
            key="groups",
            columns=(x,),
            weight=64,
            text=pick(f"Rows by {tidy(x)}: {listed(told)}.", f"{tidy(x)} 各水平的行数：{listed(told)}。"),
        )
    ]
    small = [(i, j) for i in range(n.shape[0]) for j in range(width) if n[i, j] < WEAK]
    if small:
        named = []
        for i, j in sorted(small, key=lambda cell: n[cell])[:8]:
            what = at(x, down.levels[i]) + (
                f" x {at(by, across.levels[j])}" if across is not None and by is not None else ""
            )
            size, word = n[i, j], flag(int(n[i, j]))
            named.append(pick(f"{what} (n = {size}, {word})", f"{what}（n = {size}，{word}）"))
        rest = pick(f" and {len(small) - 8} more", f" 等 {len(small)} 个") if len(small) > 8 else ""
        said.append(
            Sentence(
                key="cells",
                role="caveat",
                columns=tuple(c for c in (x, by) if c),
                weight=70,
                text=pick(
                    f"Small cells: {listed(named)}{rest}; below {NOT_ANALYSED} rows a cell is not analysed, below "
                    f"{WEAK} it is not used for conclusions.",
                    f"较小的单元：{listed(named)}{rest}；少于 {NOT_ANALYSED} 行的单元不分析，少于 {WEAK} 行的不据以"
                    "下结论。",
                ),
            )
        )
    return table, said


def _shape(frame: pd.DataFrame, y: str) -> tuple[Check, Sentence | None]:
    import numpy as np

    there = frame[frame[y].notna()]
    held = fold.held(there, there[y].to_numpy(dtype=float))
    values = held.values
    if held.n < 3 or values.std() == 0:
        return Check(
            name=tidy(y),
            reading=pick("does not vary", "没有变异"),
            action=pick("cannot be an outcome", "不能作为结果变量"),
        ), None
    scale = columns.choose_scale(values, times=held.times)
    skew = held.skewness
    zeros, distinct = held.of(values == 0).n, len(np.unique(values))
    middle, low, high = held.median, float(values.min()), float(values.max())
    log_en = log_zh = ""
    if low > 0:
        log_skew = held.like(np.log(values)).skewness
        log_en, log_zh = f" ({number(log_skew)} after taking logs)", f"（取对数后 {number(log_skew)}）"
    zero_en, zero_zh = (f", {count(zeros)} of them 0", f"，其中 {count(zeros)} 行为 0") if zeros else ("", "")
    decided = (
        pick("analysed on the log scale", "取对数分析")
        if scale.name == "log"
        else pick("analysed as it is", "按原值分析")
    )
    reading = pick(
        f"from {plain(low)} to {plain(high)}, median {plain(middle)}, skewness {number(skew)}{log_en}, "
        f"{count(distinct)} different values in {rows(held.n)}{zero_en}",
        f"从 {plain(low)} 到 {plain(high)}，中位数 {plain(middle)}，偏度 {number(skew)}{log_zh}，"
        f"{rows(held.n)}有 {count(distinct)} 个不同的值{zero_zh}",
    )
    sentence = Sentence(
        key="shape",
        columns=(y,),
        weight=58,
        text=pick(
            f"{tidy(y)} runs {reading}; it is {decided}, since {scale.reason}.",
            f"{tidy(y)} {reading}；{decided}，因为{scale.reason}。",
        ),
    )
    return Check(
        name=pick(f"shape of {tidy(y)}", f"{tidy(y)} 的形态"), reading=reading, action=decided, passed=None
    ), sentence


def _columns(frame: pd.DataFrame, guessed: dict[str, Role]) -> Table:
    made: list[tuple[Scalar, ...]] = []
    for name in frame.columns[:60]:
        kind = (
            pick("category", "类别")
            if columns.is_category(frame, name)
            else pick("number", "数值")
            if columns.is_number(frame, name)
            else pick("date", "日期")
        )
        try:
            distinct: int | None = int(frame[name].nunique())
        except TypeError:  # nested values
            distinct = None
        guess = guessed[name]
        made.append(
            (
                tidy(name),
                str(frame[name].dtype),
                kind,
                distinct,
                int(frame[name].isna().sum()),
                "" if guess == "other" else role_text(guess),
            )
        )
    note = (
        pick(f"the first 60 of {len(frame.columns)} columns", f"{len(frame.columns)} 列中的前 60 列")
        if len(frame.columns) > 60
        else ""
    )
    heads = (
        pick("column", "列"),
        pick("type", "类型"),
        pick("read as", "视为"),
        pick("distinct", "不同值"),
        pick("missing", "缺失"),
        pick("looks like", "看来是"),
    )
    return Table(title=pick("Columns", "各列"), columns=heads, rows=tuple(made), note=note)
