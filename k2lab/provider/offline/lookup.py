"""The playbook for simple lookups: a mean, a count, a share, an extreme, with filters and groups."""

# ruff: noqa: E501 - a sentence stays on one line
from __future__ import annotations

from collections.abc import Sequence

from k2lab.locale import pick
from k2lab.provider.offline.cells import Cell, Rows, call, cell, listed, literal, shown
from k2lab.provider.offline.outcome import Outcome
from k2lab.provider.offline.reading import Reading, Statistic, is_binary, is_groups, is_measure, is_number
from k2lab.provider.offline.story import Book, attempt
from k2lab.schema.model import ColumnSchema

_DIRECT: dict[str, str] = {"mean": "mean", "median": "median", "sum": "total"}
# What pandas calls the statistics that stand in no `k2lab.stats` function of their own.
AGGREGATES: dict[Statistic, str] = {
    "sd": "std", "variance": "var", "min": "min", "max": "max", "skewness": "skew", "kurtosis": "kurt", "distinct": "nunique",
    "mean": "mean", "median": "median", "sum": "sum",
}  # fmt: skip
_YES = ("1", "1.0", "true", "yes", "y", "t", "是", "有", "真")


def lookup(reading: Reading, rows: Rows) -> Book:
    """Answer with one cell for each statistic that is asked for."""
    by = reading.by
    for statistic in reading.statistics:
        if statistic in _DIRECT:
            for y in reading.columns:
                if is_number(y):
                    yield from attempt(_direct(statistic, y, by, rows))
    if "missing" in reading.statistics:
        yield _missing(reading.columns, by, rows)
        return
    if {"share", "count", "mode"} & set(reading.statistics):
        yield from _counts(reading, rows)
    # What is shown of a result has six digits; values that are to be written need them all.
    aggregates = tuple(s for s in reading.statistics if s in AGGREGATES and (s not in _DIRECT or reading.wanted))
    if "range" in reading.statistics:
        aggregates = tuple(dict.fromkeys((*aggregates, "min", "max")))
    columns = tuple(c for c in reading.columns if is_number(c) or aggregates == ("distinct",))
    if aggregates and columns:
        yield _aggregated(aggregates, columns, by, rows)
    if "quartiles" in reading.statistics:
        for y in columns or reading.columns:
            if is_number(y):
                yield from attempt(_described(y, by, rows))


def _direct(statistic: str, y: ColumnSchema, by: ColumnSchema | None, rows: Rows) -> Cell:
    return cell(
        pick(f"{statistic.capitalize()} of {shown(y.name)}", f"{shown(y.name)} 的{_ZH[statistic]}"),
        pick(
            f"The {statistic} that the question asks for{_among(rows)}.", f"问题所问的{_ZH[statistic]}{_among(rows)}。"
        ),
        call(f"stats.{_DIRECT[statistic]}", rows, y, by=by),
        rows,
    )


_ZH = {
    "mean": "均值", "median": "中位数", "sum": "合计", "sd": "标准差", "variance": "方差", "min": "最小值", "max": "最大值",
    "skewness": "偏度", "kurtosis": "峰度", "distinct": "不同取值数",
}  # fmt: skip
_EN = {
    "mean": "mean", "median": "median", "sum": "sum", "sd": "standard deviation", "variance": "variance", "min": "minimum",
    "max": "maximum", "skewness": "skewness", "kurtosis": "excess kurtosis", "distinct": "number of distinct values",
}  # fmt: skip


def _among(rows: Rows) -> str:
    words = rows.words()
    return pick(f", among rows with {words}", f"（仅 {words} 的行）") if words else ""


def _described(y: ColumnSchema, by: ColumnSchema | None, rows: Rows) -> Cell:
    return cell(
        pick(f"{shown(y.name)} in numbers", f"{shown(y.name)} 的数值概况"),
        pick("Quartiles and range.", "四分位数与范围。"),
        call("stats.distribution", rows, y=y, by=by),
        rows,
    )


def _missing(columns: Sequence[ColumnSchema], by: ColumnSchema | None, rows: Rows) -> Cell:
    names = [column.name for column in columns]
    code = (
        "import json\n"
        "from k2lab.stats.columns import raw\n\n"
        f"k2_rows = raw({rows.code()}, {names!r})\n"
        "k2_missing = k2_rows.isna().sum()\n"
        'print(json.dumps({"k2lab": {"missing": {name: int(n) for name, n in k2_missing.items()}, "rows": len(k2_rows)}}))'
    )
    return cell(
        pick(f"Missing values of {listed(columns)}", f"{listed(columns)} 的缺失值"),
        pick(f"Count the rows without a value{_among(rows)}.", f"统计没有取值的行{_among(rows)}。"),
        code,
        rows,
    )


def _aggregated(
    statistics: Sequence[Statistic], columns: Sequence[ColumnSchema], by: ColumnSchema | None, rows: Rows
) -> Cell:
    wanted = [AGGREGATES[s] for s in statistics]
    lines = ["import json", "from k2lab.stats.columns import take", ""]
    lines.append("k2_found = {}")
    for column in columns:
        own = list(dict.fromkeys([column.name, *([by.name] if by is not None else [])]))
        lines.append(f"k2_rows, k2_dropped = take({rows.code()}, {own!r})")
        if by is None or by == column:
            lines.append(
                f"k2_found[{column.name!r}] = {{name: float(k2_rows[{column.name!r}].agg(name)) for name in {wanted!r}}}"
            )
        else:
            lines.append(
                f"k2_groups = k2_rows.groupby({by.name!r}, observed=True)[{column.name!r}].agg({wanted!r}).head(40)"
            )
            lines.append(
                f'k2_found[{column.name!r}] = {{str(level): dict(row) for level, row in k2_groups.astype(float).to_dict("index").items()}}'
            )
    lines.append(
        'print(json.dumps({"k2lab": {"by": ' + repr(None if by is None else by.name) + ', "found": k2_found}}))'
    )
    words = pick(", ", "、").join(pick(_EN[s], _ZH[s]) for s in statistics)
    return cell(
        pick(f"{words.capitalize()} of {listed(columns)}", f"{listed(columns)} 的{words}"),
        pick(f"The numbers that the question asks for{_among(rows)}.", f"问题所问的数值{_among(rows)}。"),
        "\n".join(lines),
        rows,
    )


def normality(y: ColumnSchema, rows: Rows) -> Cell:
    """Return the cell of a test for a normal distribution: Shapiro-Wilk, beyond 5,000 rows D'Agostino-Pearson."""
    code = (
        "import json\n"
        "from scipy.stats import normaltest, shapiro\n"
        "from k2lab.stats.columns import take\n\n"
        f"k2_values = take({rows.code()}, [{y.name!r}])[0][{y.name!r}].astype(float)\n"
        "k2_test = shapiro(k2_values) if len(k2_values) <= 5000 else normaltest(k2_values)\n"
        f'print(json.dumps({{"k2lab": {{"normality": {{"column": {y.name!r}, "n": len(k2_values), '
        '"statistic": float(k2_test.statistic), "p": float(k2_test.pvalue)}}}))'
    )
    return cell(
        pick(f"Is {shown(y.name)} normally distributed?", f"{shown(y.name)} 是否服从正态分布？"),
        pick(
            "A test for a normal distribution; with many rows it finds departures that do not matter.",
            "正态性检验；行数很多时，无关紧要的偏离也会显著。",
        ),
        code,
        rows,
    )


def _counts(reading: Reading, rows: Rows) -> Book:
    """Counts and shares; of a yes/no column the share of yes."""
    by = reading.by
    y = next((c for c in reading.columns if c != by and is_groups(c)), None)
    if y is None:
        if "share" in reading.statistics and reading.filters:
            yield _share_of_filter(reading, rows)
        else:
            yield cell(
                pick("Rows", "行数"),
                pick(f"Count the rows{_among(rows)}.", f"统计行数{_among(rows)}。"),
                call("stats.count", rows, by=by),
                rows,
            )
        return
    counted = yield cell(
        pick(f"Rows by {shown(y.name)}", f"按 {shown(y.name)} 计数"),
        pick(f"How many rows each level has{_among(rows)}.", f"各水平的行数{_among(rows)}。"),
        call("stats.count", rows, by=y if by is None else (by, y)),
        rows,
    )
    if not is_binary(y) or "mode" in reading.statistics:
        return
    levels = _levels(counted, y)
    yes = next((level for level in levels if level.casefold() in _YES), None)
    if yes is None:
        return
    value = literal(float(yes)) if is_number(y) else repr(yes) if y.kind != "boolean" else "True"
    extra = f", by={by.name!r}" if by is not None else ""
    yield cell(
        pick(f"Share of {shown(y.name)} = {shown(yes)}", f"{shown(y.name)} = {shown(yes)} 的占比"),
        pick(f"The share, with its interval{_among(rows)}.", f"占比及其区间{_among(rows)}。"),
        f"stats.proportion({rows.code()}, {y.name!r}, {value}{extra})",
        rows,
    )


def _levels(counted: Outcome, y: ColumnSchema) -> tuple[str, ...]:
    """Return the levels that a count names."""
    result = counted.result("count")
    for table in (result or {}).get("tables", ()):
        columns = list(table.get("columns", ()))
        if y.name in columns and isinstance(table.get("rows"), list):
            place = columns.index(y.name)
            return tuple(
                dict.fromkeys(str(row[place]) for row in table["rows"] if isinstance(row, list) and len(row) > place)
            )
    return ()


def _share_of_filter(reading: Reading, rows: Rows) -> Cell:
    column = next(f.column for f in rows.filters if f.column is not None)
    everything = Rows(frame=rows.frame)
    code = (
        "import json\n"
        "from k2lab.stats.columns import take\n\n"
        f"k2_some = len(take({rows.code()}, [{column.name!r}])[0])\n"
        f"k2_all = len(take({everything.code()}, [{column.name!r}])[0])\n"
        'print(json.dumps({"k2lab": {"some": k2_some, "all": k2_all}}))'
    )
    return cell(
        pick("The share of these rows", "这些行的占比"),
        pick(f"Rows with {rows.words()}, against all rows.", f"{rows.words()} 的行与全部行之比。"),
        code,
        rows,
    )


def top(reading: Reading, rows: Rows) -> Book:
    """Answer which group or row has the most or the least."""
    x, y = reading.x, reading.y
    if x is None:
        return
    end = pick("lowest" if reading.lowest else "highest", "最低" if reading.lowest else "最高")
    if y is None:
        yield cell(
            pick(f"Rows by {shown(x.name)}", f"按 {shown(x.name)} 计数"),
            pick("How many rows each level has.", "各水平的行数。"),
            call("stats.count", rows, by=x),
            rows,
        )
        return
    statistic = next(iter(reading.statistics), "max" if not reading.lowest else "min")
    if statistic in ("share", "count"):
        statistic = "mean"
    aggregate = AGGREGATES[statistic]
    order = "nsmallest" if reading.lowest else "nlargest"
    code = (
        "import json\n"
        "from k2lab.stats.columns import take\n\n"
        f"k2_rows, k2_dropped = take({rows.code()}, {[x.name, y.name]!r})\n"
        f"k2_groups = k2_rows.groupby({x.name!r}, observed=True)[{y.name!r}].agg([{aggregate!r}, 'size'])\n"
        f"k2_top = k2_groups.{order}(5, {aggregate!r}, keep='all').head(10)\n"
        'print(json.dumps({"k2lab": {"top": [[str(name), float(value), int(n)] for name, value, n in k2_top.itertuples()]}}))'
    )
    yield cell(
        pick(f"{shown(x.name)} with the {end} {shown(y.name)}", f"{shown(y.name)} {end}的 {shown(x.name)}"),
        pick(
            f"The {_EN[statistic]} of {shown(y.name)} in each {shown(x.name)}, with its number of rows.",
            f"各 {shown(x.name)} 中 {shown(y.name)} 的{_ZH[statistic]}，并注明行数。",
        ),
        code,
        rows,
    )
    if is_groups(x) and is_measure(y) and statistic in ("mean", "median") and (x.distinct or 99) <= 30:
        yield cell(
            pick(f"{shown(y.name)} by {shown(x.name)}", f"{shown(y.name)} 按 {shown(x.name)}"),
            pick(
                "With intervals: levels whose intervals overlap are not clearly ordered.",
                "附区间：区间重叠的水平，其先后并不确定。",
            ),
            call("plots.means", rows, y=y, x=x) + ";",
            rows,
        )
