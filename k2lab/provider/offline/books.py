"""The playbooks for one column, time, drivers, data quality and overviews."""

from __future__ import annotations

from k2lab.locale import pick
from k2lab.provider.offline import patterns as p
from k2lab.provider.offline.cells import Cell, Rows, call, cell, shown
from k2lab.provider.offline.lookup import normality
from k2lab.provider.offline.outcome import Outcome
from k2lab.provider.offline.reading import FEW, Reading, is_constant, is_groups, is_identifier, is_measure, is_number
from k2lab.provider.offline.story import Book, attempt
from k2lab.schema.model import ColumnSchema


def distribution(reading: Reading, rows: Rows) -> Book:
    """Distribution and outliers of a column, perhaps by groups; figures by type."""
    y, by = reading.y, reading.by
    if y is None:
        return
    if not is_number(y):
        yield cell(
            pick(f"Rows by {shown(y.name)}", f"按 {shown(y.name)} 计数"),
            pick("A column of groups: its distribution is its counts.", "分组列的分布就是各组行数。"),
            call("stats.count", rows, by=y if by is None else (y, by)),
            rows,
        )
        if by is not None:
            yield _shares(rows, by, y)
        return
    if by is not None and is_groups(by):
        yield cell(
            pick(f"Distribution of {shown(y.name)} by {shown(by.name)}", f"{shown(y.name)} 按 {shown(by.name)} 的分布"),
            pick("Whole distributions side by side.", "并列查看完整分布。"),
            call("plots.violin", rows, x=by, y=y) + ";",
            rows,
        )
    else:
        yield cell(
            pick(f"Distribution of {shown(y.name)}", f"{shown(y.name)} 的分布"),
            pick("Shape first: where the bulk lies, tails, gaps.", "先看形状：主体、尾部与空隙。"),
            call("plots.histogram", rows, x=y) + ";",
            rows,
        )
        by = None
    if by is None and p.NORMAL.search(reading.question):
        yield normality(y, rows)
    yield from attempt(
        cell(
            pick(f"{shown(y.name)} in numbers", f"{shown(y.name)} 的数值概况"),
            pick(
                "Centre, spread, skew and candidates for outliers; nothing is deleted.",
                "中心、离散、偏态与离群值候选；不删除任何行。",
            ),
            call("stats.distribution", rows, y=y, by=by),
            rows,
        ),
        _described(rows, (y,)),
    )


def _shares(rows: Rows, x: ColumnSchema, y: ColumnSchema) -> Cell:
    return cell(
        pick(f"Shares of {shown(y.name)} within each {shown(x.name)}", f"各 {shown(x.name)} 中 {shown(y.name)} 的占比"),
        pick("Shares, with the number of rows that they rest on.", "占比，并注明所依据的行数。"),
        call("plots.shares", rows, x=x, y=y) + ";",
        rows,
    )


def _described(rows: Rows, columns: tuple[ColumnSchema, ...]) -> Cell:
    return cell(
        pick("Columns in numbers", "各列的数值概况"),
        pick("Count, centre, spread and range.", "行数、中心、离散与范围。"),
        call("stats.describe", rows, columns=columns),
        rows,
    )


def trend(reading: Reading, rows: Rows) -> Book:
    """How a column changes over time."""
    y, time, by = reading.y, reading.time, reading.by
    if y is None or time is None:
        return
    yield cell(
        pick("What the data hold", "数据概况"),
        pick(
            "Rows per period, repeats and missing values, before any line is drawn.",
            "画线之前先看：各期行数、重复与缺失。",
        ),
        call("stats.facts", rows, y=y, by=by, time=time),
        rows,
    )
    yield cell(
        pick(f"{shown(y.name)} over {shown(time.name)}", f"{shown(y.name)} 随 {shown(time.name)} 的变化"),
        pick("Period means with intervals.", "各期均值与区间。"),
        call("plots.trend", rows, y=y, time=time, hue=by) + ";",
        rows,
    )
    yield from attempt(
        cell(
            pick(f"The trend of {shown(y.name)} in numbers", f"{shown(y.name)} 趋势的数值"),
            pick(
                "Change per period with its interval; and whether the mix of rows changed.",
                "每期变化及其区间；以及各期构成是否改变。",
            ),
            call("stats.trend", rows, y=y, time=time, by=by),
            rows,
        ),
        cell(
            pick(f"{shown(y.name)} by {shown(time.name)}", f"{shown(y.name)} 按 {shown(time.name)}"),
            pick("The trend could not be estimated; means only.", "无法估计趋势，仅给出均值。"),
            call("stats.group_means", rows, y, by=time),
            rows,
        ),
    )


def drivers(reading: Reading, rows: Rows) -> Book:
    """What predicts a column."""
    y = reading.y
    if y is None:
        return
    yield cell(
        pick("What the data hold", "数据概况"),
        pick(
            "Repeats, missing values and the shape of the outcome, before any model.",
            "建模之前先看：重复、缺失与结果变量的形状。",
        ),
        call("stats.facts", rows, y=y),
        rows,
    )
    found = yield from attempt(
        cell(
            pick(f"What predicts {shown(y.name)}", f"哪些列能预测 {shown(y.name)}"),
            pick(
                "Judged on rows that the model has not seen; copies of the outcome are left out.",
                "在模型未见过的行上评估；剔除结果变量的副本。",
            ),
            call("stats.drivers", rows, y=y, candidates=reading.columns or None),
            rows,
        ),
        cell(
            pick("Correlations", "相关系数"),
            pick("No model could be made; pairwise correlations only.", "无法建模，仅给出两两相关。"),
            call("stats.correlations", rows),
            rows,
        ),
    )
    best = _best(found, reading)
    if best is None:
        return
    if is_groups(best) and is_number(y):
        code = call("plots.means", rows, y=y, x=best)
    else:
        code = call("plots.scatter", rows, x=best, y=y)
    yield cell(
        pick(
            f"{shown(y.name)} and its best predictor, {shown(best.name)}",
            f"{shown(y.name)} 与其最强预测列 {shown(best.name)}",
        ),
        pick("What the most useful column looks like against the outcome.", "最有用的一列与结果变量的关系。"),
        code + ";",
        rows,
    )


def _best(found: Outcome, reading: Reading) -> ColumnSchema | None:
    """Return the strongest predictor, as the result names it."""
    result = found.result("drivers")
    if result is None or not found.ok:
        return None
    known = {column.name: column for column in reading.frame.columns}
    named = (result.get("values") or {}).get("best")
    if named in known:
        return known[str(named)]
    for sentence in sorted(result.get("sentences", ()), key=lambda s: -int(s.get("weight", 0))):
        for name in sentence.get("columns", ()):
            if name in known and known[name] != reading.y:
                return known[name]
    return None


def quality(reading: Reading, rows: Rows) -> Book:
    """Missing values, repeats, odd values."""
    yield from attempt(
        cell(
            pick("Data quality", "数据质量"),
            pick(
                "Missing values, repeated rows, constant columns, numbers kept as text, impossible values.",
                "缺失值、重复行、常数列、存为文本的数字与不可能的取值。",
            ),
            call("stats.quality", rows),
            rows,
        ),
        cell(
            pick("What the data hold", "数据概况"),
            pick("The full quality check could not be made; facts only.", "无法完成全部质量检查，仅给出事实。"),
            call("stats.facts", rows),
            rows,
        ),
    )


def overview(reading: Reading, rows: Rows) -> Book:
    """A first look at a table."""
    yield from quality(reading, rows)
    usable = [c for c in reading.frame.columns if not is_constant(c) and not is_identifier(c, reading.frame.rows)]
    shown_columns = tuple(c for c in usable if is_measure(c) or is_groups(c))[:30]
    if shown_columns:
        yield _described(rows, shown_columns)
    numeric = tuple(c for c in usable if is_measure(c) and (c.distinct is None or c.distinct > FEW))[:15]
    if numeric:
        y = numeric[0] if len(numeric) == 1 else max(numeric, key=lambda c: (c.distinct or 0, -c.position))
        yield cell(
            pick(f"Distribution of {shown(y.name)}", f"{shown(y.name)} 的分布"),
            pick("The numeric column with the most distinct values.", "不同取值最多的数值列。"),
            call("plots.histogram", rows, x=y) + ";",
            rows,
        )
    if len(numeric) >= 2:
        yield from correlations(reading, rows, numeric)


def correlations(reading: Reading, rows: Rows, columns: tuple[ColumnSchema, ...] = ()) -> Book:
    """All pairs of numeric columns."""
    numeric = (
        columns
        or tuple(c for c in reading.frame.columns if is_measure(c) and (c.distinct is None or c.distinct > FEW))[:15]
    )
    made = call("stats.correlations", rows, columns=numeric)
    why = pick("All pairs of numeric columns, corrected for their number.", "全部数值列两两相关，并按检验个数校正。")
    title = pick("Correlations of the numeric columns", "数值列的相关系数")
    yield from attempt(
        cell(title, why, f"found_correlations = {made}\nplots.heatmap(found_correlations)\nfound_correlations", rows),
        cell(title, why, made, rows),
    )
