"""What is wrong or odd in a table: missing values, repeats, constants, twins, impossible values: `quality`."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from k2lab.locale import pick
from k2lab.locale.numbers import count, percent
from k2lab.stats import columns, engines, oddities
from k2lab.stats.distribution import wilson
from k2lab.stats.labels import any_engine
from k2lab.stats.quality_large import PAIRS, Looked, look
from k2lab.stats.result import Check, Result, Scalar, Sentence, Table
from k2lab.stats.roles import Role, role
from k2lab.stats.words import listed, rows, tidy

if TYPE_CHECKING:
    import pandas as pd


@any_engine
def quality(data: Any) -> Result:
    """Look for what is wrong or odd in a table before anything is computed on it.

    Parameters
    ----------
    data : frame

    Returns
    -------
    Result
        A check for everything found, with what follows; a table of missing values with Wilson intervals and
        of column pairs that miss together; sentences that rank the findings.

    Raises
    ------
    InputError
        For something that is no frame.

    Notes
    -----
    All rows of a large frame are read. Odd values of text that hardly repeats are looked for in a sample, and repeated
    rows only in frames of pandas, Arrow, DuckDB and polars with at most thirty million rows; the result says so.

    Examples
    --------
    >>> import pandas as pd
    >>> quality(pd.DataFrame({"a": [1, 1, None], "b": ["x", "x", "y"]})).values["missing"]
    1
    """
    looked = look(data) if engines.large(data) else _looked(data)
    n, names, repeated = looked.rows, tuple(looked.gone), looked.repeated
    found = [*looked.odd, *_constants(looked), *_twins(looked), *_ids(looked)]
    missing = sum(looked.gone.values())
    said = [_summary(n, len(names), missing, repeated, found)]
    if repeated:
        said.append(
            Sentence(
                key="duplicates",
                role="caveat",
                weight=80,
                text=pick(
                    f"{count(repeated)} of {count(n)} rows ({percent(repeated / n)}) repeat an "
                    f"earlier row in all columns; {count(n - repeated)} rows are distinct.",
                    f"{count(n)} 行中有 {count(repeated)} 行（{percent(repeated / n)}）与前面的行"
                    f"完全相同；不同的行有 {count(n - repeated)} 行。",
                ),
            )
        )
    for i, check in enumerate(found[:8]):
        said.append(
            Sentence(
                key="odd",
                role="caveat",
                columns=(check.name,),
                weight=70 - i,
                text=pick(
                    f"{check.name}: {check.reading}; {check.action}.",
                    f"{check.name}：{check.reading}；{check.action}。",
                ),
            )
        )
    tables, more = _missing(looked)
    said += more
    values: dict[str, Scalar] = {"n": n, "columns": len(names), "missing": missing}
    if repeated is not None:
        values["repeats"] = repeated
    values["findings"] = len(found)
    return Result(
        kind="quality",
        title=pick("Quality of the table", "数据质量"),
        checks=tuple(found),
        tables=tuple(tables),
        sentences=tuple(said),
        values=values,
    )


def _looked(data: Any) -> Looked:
    """Look a frame over that is read whole."""
    frame = columns.raw(data)
    roles: dict[str, Role] = {name: role(frame, name) for name in frame.columns}
    gone = frame.isna().sum()
    most = [str(name) for name in gone[gone > 0].sort_values(ascending=False).index[:PAIRS]]
    constant, nested = _one_value(frame)
    return Looked(
        rows=len(frame), gone={str(name): int(k) for name, k in gone.items()},
        complete=int(frame.notna().all(axis=1).sum()),
        both={(a, b): int((frame[a].isna() & frame[b].isna()).sum()) for a, b in combinations(most, 2)},
        repeated=int(columns.repeats(data).sum()) if len(frame.columns) else 0,
        roles=roles, repeats=_repeated_ids(frame, roles), constant=constant, nested=nested,
        equal=_equal(frame), odd=tuple(oddities.found(frame, roles)),
    )  # fmt: skip


def _summary(n: int, width: int, missing: int, repeated: int | None, found: list[Check]) -> Sentence:
    cells = max(1, n * width)
    if not missing and repeated == 0 and not found:
        return Sentence(
            key="quality",
            role="headline",
            weight=90,
            text=pick(
                f"In {rows(n)} and {width} columns no missing value, no repeated row and no odd value was found.",
                f"在 {rows(n)}、{width} 列中，未发现缺失值、重复行或异常取值。",
            ),
        )
    gone_en, gone_zh = "no value is missing", "没有缺失值"
    if missing:
        share = percent(missing / cells) if missing / cells >= 0.0005 else pick("fewer than 0.1%", "不到 0.1%")
        gone_en, gone_zh = (
            f"{share} of its values are missing ({count(missing)})",
            f"缺失 {share} 的值（{count(missing)} 个）",
        )
    twice_en, twice_zh = "no row repeats an earlier one", "没有重复的行"
    if repeated is None:
        twice_en, twice_zh = "repeated rows were not looked for", "未检查重复行"
    if repeated:
        twice_en = f"{rows(repeated)} {'repeats' if repeated == 1 else 'repeat'} an earlier one"
        twice_zh = f"有 {rows(repeated)}与前面的行相同"
    k = len(found)
    odd_en = f"{k} other {'point needs' if k == 1 else 'points need'} a look" if k else "nothing else stands out"
    odd_zh = f"另有 {k} 处需留意" if k else "别无异常"
    return Sentence(
        key="quality",
        role="headline",
        weight=90,
        text=pick(
            f"The table has {rows(n)} and {width} columns: {gone_en}, {twice_en}, and {odd_en}.",
            f"该表有 {rows(n)}、{width} 列：{gone_zh}，{twice_zh}，{odd_zh}。",
        ),
    )


def _one_value(frame: pd.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns with one value only, and those of nested values."""
    constant, nested = [], []
    for name in frame.columns:
        column = frame[name].dropna()
        try:
            if len(column) > 1 and column.nunique() == 1:
                constant.append(name)
        except (TypeError, ValueError):  # lists or dicts in cells, or tuples that numpy takes for arrays
            nested.append(name)
    return tuple(constant), tuple(nested)


def _constants(looked: Looked) -> list[Check]:
    made = []
    for name in looked.gone:
        if name in looked.nested:
            made.append(
                Check(
                    name=tidy(name),
                    reading=pick("holds nested values", "含嵌套值"),
                    action=pick("not analysed", "不作分析"),
                    passed=False,
                )
            )
        elif name in looked.constant:
            made.append(
                Check(
                    name=tidy(name),
                    reading=pick("has one value only", "只有一个取值"),
                    action=pick("tells nothing; leave it out", "不含信息，可略去"),
                    passed=False,
                )
            )
    return made


def _equal(frame: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Return the columns that equal an earlier one, judged on all rows by a digest of their values."""
    import pandas as pd

    seen: dict[int, str] = {}
    made = []
    for name in frame.columns:
        try:
            digest = int(pd.util.hash_pandas_object(frame[name], index=False).sum())
        except (TypeError, ValueError):  # lists or dicts in cells, or tuples that numpy takes for arrays
            continue
        first = seen.setdefault(digest, name)
        if first != name and frame[first].equals(frame[name]):
            made.append((name, first))
    return tuple(made)


def _twins(looked: Looked) -> list[Check]:
    return [
        Check(
            name=tidy(name),
            reading=pick(f"equals {tidy(first)} in every row", f"每一行都与 {tidy(first)} 相等"),
            action=pick("keep one of the two", "保留其一"),
            passed=False,
        )
        for name, first in looked.equal
    ]


def _repeated_ids(frame: pd.DataFrame, roles: dict[str, Role]) -> dict[str, int]:
    held = {name: frame[name].dropna() for name, kind in roles.items() if kind == "id"}
    return {name: len(values) - values.nunique() for name, values in held.items()}


def _ids(looked: Looked) -> list[Check]:
    return [
        Check(
            name=tidy(name),
            reading=pick(
                f"looks like an id, and {count(repeated)} values repeat",
                f"像是编号，但有 {count(repeated)} 个值重复",
            ),
            action=pick("rows with one id are not independent", "同一编号的行不独立"),
            passed=False,
        )
        for name, repeated in looked.repeats.items()
        if repeated
    ]


def _missing(looked: Looked) -> tuple[list[Table], list[Sentence]]:
    import pandas as pd

    n, width = looked.rows, len(looked.gone)
    size = pd.Series(looked.gone, dtype="int64")
    gone = size[size > 0].sort_values(ascending=False)
    if not len(gone):
        return [], []
    made = []
    for name, k in gone.items():
        low, high = wilson(int(k), n)
        made.append((tidy(name), int(k), 100 * k / n, 100 * low, 100 * high))
    tables = [
        Table(
            title=pick("Missing values", "缺失值"),
            columns=(
                pick("column", "列"),
                pick("missing", "缺失"),
                "%",
                pick("95% low", "95% 下限"),
                pick("95% high", "95% 上限"),
            ),
            rows=tuple(made[:40]),
            note=pick("Wilson intervals", "Wilson 区间"),
        )
    ]
    told = [f"{tidy(name)} {percent(int(k) / n)} (n = {count(int(k))})" for name, k in gone.head(6).items()]
    said = [
        Sentence(
            key="missing",
            role="finding",
            columns=tuple(str(name) for name in gone.index[:6]),
            weight=75,
            text=pick(
                f"Values are missing in {len(gone)} of {width} columns: {listed(told)}; rows without "
                f"any gap: {count(looked.complete)} of {count(n)}.",
                f"{width} 列中有 {len(gone)} 列存在缺失：{listed(told)}；无任何缺失的行：{count(n)} 行"
                f"中有 {count(looked.complete)} 行。",
            ),
        )
    ]
    pairs = []
    names = list(gone.index[:PAIRS])
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            both = looked.both.get((a, b), looked.both.get((b, a), 0))
            least = int(min(gone[a], gone[b]))
            if both >= 5 and both > 0.8 * least and both > 2 * gone[a] * gone[b] / n:
                pairs.append((tidy(a), tidy(b), both, 100 * both / least))
    if pairs:
        heads = (
            pick("column", "列"),
            pick("column", "列") + " 2",
            pick("both missing", "同时缺失"),
            pick("% of the smaller", "占较少者 %"),
        )
        tables.append(Table(title=pick("Columns that miss together", "同时缺失的列"), columns=heads, rows=tuple(pairs)))
        said.append(
            Sentence(
                key="co-missing",
                role="caveat",
                weight=55,
                text=pick(
                    f"{pairs[0][0]} and {pairs[0][1]} miss together in {count(pairs[0][2])} rows, so gaps come in "
                    "blocks and not at random.",
                    f"{pairs[0][0]} 与 {pairs[0][1]} 在 {count(pairs[0][2])} 行中同时缺失，说明缺失成块出现，并非随"
                    "机。",
                ),
            )
        )
    return tables, said
