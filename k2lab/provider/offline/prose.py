"""Prose about a reading: how the question was read, the plan, the title."""

# ruff: noqa: E501 - a sentence stays on one line
from __future__ import annotations

import re
from collections.abc import Mapping

from k2lab.locale import pick
from k2lab.provider.offline.cells import Rows, listed, shown
from k2lab.provider.offline.reading import Reading


def how_read(reading: Reading, rows: Rows) -> list[str]:
    """Return how the question was read, and by whom."""
    parts = roles(reading)
    words = rows.words()
    if words:
        parts.append(pick(f"rows = {words}", f"行 = {words}"))
    read = pick(", ", "，").join(parts)
    said = [
        pick(
            "Done by the offline analyst, rule-based, no language model: it chose the steps by rules from the words of the question.",
            "由离线分析器完成（基于规则，非语言模型）：按规则从问题的措辞中选择分析步骤。",
        )
    ]
    if read:
        said.append(pick(f"The question was read as: {read}.", f"对问题的理解：{read}。"))
    said += [pick(f"{note}.", f"{note}。") for note in reading.notes]
    return said


def roles(reading: Reading) -> list[str]:
    """Return the parts that the columns play, as "outcome = ..."."""
    single = reading.kind in ("lookup", "distribution")
    named = (
        (
            pick("column" if single else "outcome", "列" if single else "结果"),
            reading.y if not (single and reading.columns) else None,
        ),
        (
            pick(
                "group" if reading.kind != "effect" else "compared over",
                "分组" if reading.kind != "effect" else "比较变量",
            ),
            reading.x,
        ),
        (pick("by" if reading.x is None else "moderator", "分组" if reading.x is None else "调节变量"), reading.by),
        (pick("time", "时间"), reading.time),
    )
    made = [f"{name} = {shown(column.name)}" for name, column in named if column is not None]
    if single and reading.columns:
        made.insert(0, f"{pick('column', '列')} = {listed(reading.columns)}")
    if reading.adjust:
        made.append(f"{pick('adjusted for', '调整')} = {listed(reading.adjust)}")
    return made


_TITLE = 100  # letters


def _shortened(question: str) -> str:
    """Return the first sentence of a question, cut at a word where it is long."""
    first = re.split(r"(?<=[.?!])\s|(?<=[。？！])", question, maxsplit=1)[0].strip()
    if len(first) <= _TITLE:
        return first
    return first[: _TITLE - 1].rsplit(" ", 1)[0].rstrip(",;:，；：、") + "…"


def title(reading: Reading) -> str:
    """Return a title for the report: the question itself, shortened."""
    y, x, by = reading.y, reading.x, reading.by
    question = reading.question.strip()
    if question:
        return question if len(question) <= _TITLE else _shortened(question)
    if reading.kind == "quality":
        return pick(f"Data quality of {reading.frame.name}", f"{reading.frame.name} 的数据质量")
    if reading.kind == "overview":
        return pick(f"A first look at {reading.frame.name}", f"{reading.frame.name} 概览")
    if reading.kind == "correlations":
        return pick(f"Correlations in {reading.frame.name}", f"{reading.frame.name} 中的相关")
    if y is None and x is None:
        named = listed(reading.columns) or reading.frame.name
        return named
    if y is None:
        assert x is not None
        return shown(x.name)
    if reading.kind == "drivers":
        return pick(f"What predicts {shown(y.name)}", f"哪些列能预测 {shown(y.name)}")
    if reading.time is not None:
        return pick(f"{shown(y.name)} over time", f"{shown(y.name)} 随时间的变化")
    if x is None:
        return (
            shown(y.name)
            if by is None
            else pick(f"{shown(y.name)} by {shown(by.name)}", f"按 {shown(by.name)} 的 {shown(y.name)}")
        )
    made = pick(f"{shown(y.name)} and {shown(x.name)}", f"{shown(y.name)} 与 {shown(x.name)}")
    return made if by is None else made + pick(f", by {shown(by.name)}", f"（按 {shown(by.name)}）")


def plan_text(reading: Reading) -> str:
    """Return what is said before the first cell."""
    parts = pick(", ", "，").join(roles(reading))
    notes = "".join(pick(f" {note}.", f"{note}。") for note in reading.notes)
    head = pick("Offline analyst (rule-based, no language model).", "离线分析器（基于规则，非语言模型）。")
    steps = _STEPS.get(reading.kind, ("", ""))
    read = pick(f" I read: {parts}.", f"我的理解：{parts}。") if parts else ""
    return f"{head}{read}{notes}{pick(' ' + steps[0], steps[1])}".strip() + "\n"


_COMPARE = (
    "Plan: facts about the data, figures, estimates with intervals, what else differs between the groups, other reasonable analyses, checks.",
    "计划：数据概况、图形、带区间的估计、各组之间还有哪些不同、其他合理的分析、检查。",
)
_STEPS: Mapping[str, tuple[str, str]] = {
    "effect": _COMPARE,
    "compare": _COMPARE,
    "relate": ("Plan: facts about the data, a figure, the strength of the relation with its interval.", "计划：数据概况、图形、关系的强度及其区间。"),
    "correlations": ("Plan: all pairs of numeric columns.", "计划：全部数值列两两相关。"),
    "distribution": ("Plan: a figure, then centre, spread, skew and outlier candidates.", "计划：先看图形，再看中心、离散、偏态与离群值候选。"),
    "trend": ("Plan: facts, a figure over time, the change per period with its interval.", "计划：数据概况、随时间的图形、每期变化及其区间。"),
    "drivers": ("Plan: facts, a model judged on rows it has not seen, a figure of the best predictor.", "计划：数据概况、在未见过的行上评估的模型、最强预测列的图形。"),
    "quality": ("Plan: missing values, repeats, odd values.", "计划：缺失值、重复、异常取值。"),
    "overview": ("Plan: data quality, columns in numbers, a distribution, correlations.", "计划：数据质量、各列概况、一个分布图、相关系数。"),
    "lookup": ("Plan: one cell for each number asked for.", "计划：每个所问数值一个单元格。"),
    "top": ("Plan: the statistic for each level, in order.", "计划：按顺序给出各水平的统计量。"),
}  # fmt: skip
