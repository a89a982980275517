"""Steps: the cells that the playbooks for comparisons are made of."""

# ruff: noqa: E501 - a sentence stays on one line
from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from k2lab.locale import pick
from k2lab.provider.offline.cells import Cell, Rows, call, cell, listed, shown
from k2lab.provider.offline.reading import Reading, is_groups
from k2lab.schema.model import ColumnSchema

MARKS = 5_000  # rows; up to here a scatter plot draws each
HUES = 8  # levels of a moderator that a figure can still tell apart


def facts(reading: Reading, rows: Rows, y: ColumnSchema, x: ColumnSchema) -> Cell:
    """Return the cell of data facts that comes before any test."""
    by, time = reading.by, reading.time
    return cell(
        pick("What the data hold", "数据概况"),
        pick(
            "Before any test: what a row is, repeats, missing values, group sizes and the shape of the outcome.",
            "检验之前先看：每行是什么、重复、缺失、各组行数与结果变量的形状。",
        ),
        call("stats.facts", rows, y=y, x=x, by=by, time=time if time not in (y, x, by) else None),
        rows,
    )


def figure(function: str, title: str, why: str, rows: Rows, **parts: object) -> Cell:
    """Return a cell that draws; its arguments are those of the function of `k2lab.plots`."""
    return cell(title, why, call(f"plots.{function}", rows, **parts) + ";", rows)


def scatter(rows: Rows, y: ColumnSchema, x: ColumnSchema, hue: ColumnSchema | None = None) -> Cell:
    """Return a scatter plot of two numbers."""
    return figure(
        "scatter",
        pick(f"{shown(y.name)} over {shown(x.name)}", f"{shown(y.name)} 随 {shown(x.name)} 的散点"),
        _seen(rows.frame.rows),
        rows,
        x=x,
        y=y,
        hue=hue,
    )


def _seen(count: int | None) -> str:
    """Say what a scatter plot shows of so many rows; `k2lab.plots.scatter` gives each a mark up to 5,000."""
    if count is not None and count <= MARKS:
        return pick("A mark for each row: shape, clusters and outliers.", "每行一个点：形状、聚集与离群值。")
    return pick(
        "Shape, clusters and tails; too many rows for a mark each, so the figure thins, counts or summarises them and says so.",
        "形状、聚集与尾部；行数太多，无法逐行画点，因此图中作了抽稀、计数或概括，并已注明。",
    )


def few(column: ColumnSchema, most: int = HUES) -> bool:
    """Say whether a column has at most so many levels, by default so few that a figure can tell them apart."""
    return is_groups(column) and (column.distinct is None or column.distinct <= most)


def effect_cells(reading: Reading, rows: Rows, y: ColumnSchema, x: ColumnSchema) -> list[Cell]:
    """Return the main comparison, with its forest plot, and what is tried when it cannot be made."""
    by = reading.by
    why = pick(
        f"The answer itself: differences of {shown(y.name)} over {shown(x.name)}{'' if by is None else f' within each {shown(by.name)}, and whether they differ'}.",
        f"问题本身：{shown(y.name)} 随 {shown(x.name)} 的差异{'' if by is None else f'，在每个 {shown(by.name)} 内分别估计，并检验是否不同'}。",
    )
    title = pick(f"{shown(y.name)} and {shown(x.name)}", f"{shown(y.name)} 与 {shown(x.name)}")
    if by is not None:
        title += pick(f", by {shown(by.name)}", f"，按 {shown(by.name)}")
    made = call("stats.effect", rows, y=y, x=x, by=by)
    forest = f"found_effect = {made}\nplots.coefficients(found_effect)\nfound_effect"
    cells = [cell(title, why, forest, rows), cell(title, why, made, rows)]
    if by is not None:
        cells.append(cell(title, why, call("stats.effect", rows, y=y, x=x), rows))
    if is_groups(x):
        cells.append(cell(title, why, call("stats.compare", rows, y, x), rows))
    else:
        cells.append(cell(title, why, call("stats.relate", rows, x, y), rows))
    return cells


def adjusted(reading: Reading, rows: Rows, y: ColumnSchema, x: ColumnSchema, adjust: Sequence[ColumnSchema]) -> Cell:
    """Return the main comparison again, adjusted, on distinct rows."""
    return cell(
        pick(f"The same, adjusted for {listed(adjust)}", f"调整 {listed(adjust)} 后的同一比较"),
        pick(
            f"Compare rows that are alike in {listed(adjust)}, each distinct row once.",
            f"比较在 {listed(adjust)} 上相同的行，重复行只计一次。",
        ),
        call("stats.effect", rows, y=y, x=x, by=reading.by, adjust=tuple(adjust), rows="distinct"),
        rows,
    )


def regression(
    rows: Rows,
    y: ColumnSchema,
    terms: Sequence[ColumnSchema],
    interactions: Sequence[tuple[ColumnSchema, ColumnSchema]],
) -> Cell:
    """Return a regression."""
    return cell(
        pick(f"Regression of {shown(y.name)}", f"{shown(y.name)} 的回归"),
        pick(
            "All terms at once, with errors that allow unequal spread.",
            "所有项同时进入模型，标准误允许各组离散程度不同。",
        ),
        call("stats.regress", rows, y, terms=tuple(terms), interactions=tuple(interactions)),
        rows,
    )


def checks(
    rows: Rows, y: ColumnSchema, x: ColumnSchema, by: ColumnSchema | None, adjust: Sequence[ColumnSchema]
) -> Cell:
    """Return the checks of the model."""
    return cell(
        pick("Checks of the model", "模型检查"),
        pick(
            "Unequal spread, tails, influence and overlap: what they mean for the numbers above.",
            "离散不齐、尾部、强影响点与共线：它们对上述数字意味着什么。",
        ),
        call("stats.checks", rows, y=y, x=x, by=by, adjust=tuple(adjust)),
        rows,
    )


def relate(rows: Rows, x: ColumnSchema, y: ColumnSchema) -> Cell:
    """Return the relation of two numbers."""
    return cell(
        pick(f"{shown(x.name)} and {shown(y.name)} together", f"{shown(x.name)} 与 {shown(y.name)} 的关系"),
        pick(
            "How closely the two go together, with interval and p-value, and how much one changes with the other.",
            "两者关系有多紧密（含区间与 p 值），以及一个随另一个变化多少。",
        ),
        call("stats.relate", rows, x, y),
        rows,
    )


def suggested(result: Mapping[str, Any], taken: Collection[str] = ()) -> tuple[str, ...]:
    """Return the columns that a `confounders` result proposes to adjust for, without those `taken`.

    They are read from the columns of its sentence, since names may hold the comma that its values are joined with.
    """
    told = str((result.get("values") or {}).get("adjust", ""))
    for sentence in result.get("sentences", ()):
        if sentence.get("key") == "confounders":
            return tuple(str(name) for name in sentence.get("columns", ()) if name not in taken and str(name) in told)
    return ()
