"""Not understood: say so, show what there is and what can be asked, and invent nothing."""

# ruff: noqa: E501 - a sentence stays on one line
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2lab.locale import pick
from k2lab.provider.offline.cells import shown
from k2lab.provider.offline.match import near
from k2lab.provider.offline.reading import Reading, is_constant, is_groups, is_identifier, is_measure

_MOST = 40


def refusal(reading: Reading, lost: Sequence[str] = ()) -> dict[str, Any]:
    """Return the arguments of `finish` for a question that is not answered.

    Parameters
    ----------
    reading : Reading
    lost : sequence of str
        Words that must be values of the data and were not found in it.
    """
    frame = reading.frame
    names = [column.name for column in frame.columns]
    told = reading.problem or pick("The question was not understood.", "没有理解这个问题。")
    if lost:
        words = pick(", ", "、").join(f"“{shown(word)}”" for word in lost)
        told = pick(
            f"The question speaks of {words}, which no value of the columns searched matches, so it is not answered for other rows instead.",
            f"问题提到 {words}，但在所查列中没有对应的取值，因此不以其他行代为作答。",
        )
    limits = [
        pick(f"Columns of {frame.name}: {_listed(names)}.", f"{frame.name} 的列：{_listed(names)}。")
        if names
        else pick(f"{frame.name} has no columns.", f"{frame.name} 没有列。")
    ]
    for word in dict.fromkeys((*reading.missing, *lost)):
        close = near(word, names)
        if close:
            limits.insert(
                0, pick(f"Near “{shown(word)}”: {_listed(close)}.", f"与“{shown(word)}”相近的列：{_listed(close)}。")
            )
    limits.append(
        pick(
            "The offline analyst, rule-based, no language model, answers: differences and associations (with a moderator), relationships, "
            "distributions and outliers, trends, what predicts a column, data quality, and lookups such as a mean, count, share or correlation.",
            "离线分析器（基于规则，非语言模型）能回答：差异与关联（可含调节变量）、关系、分布与异常值、趋势、预测因素、数据质量，以及均值、计数、占比、相关等查询。",
        )
    )
    return {
        "answered": False,
        "title": pick("Not answered", "未作答"),
        "summary": told,
        "findings": [],
        "methods": [],
        "limitations": limits,
        "follow_ups": examples(reading),
    }


def plan_text(reading: Reading) -> str:
    """Return what is said instead of a plan."""
    head = pick("Offline analyst (rule-based, no language model).", "离线分析器（基于规则，非语言模型）。")
    return f"{head}{pick(' ', '')}{reading.problem}\n"


def examples(reading: Reading) -> list[str]:
    """Return questions on these columns that can be answered."""
    frame = reading.frame
    good = [c for c in frame.columns if not is_constant(c)]
    measured = next((c for c in good if is_measure(c) and not is_groups(c)), None)
    groups = next((c for c in good if is_groups(c) and c != measured and not is_identifier(c, frame.rows)), None)
    made = []
    if measured is not None and groups is not None:
        y, x = shown(measured.name), shown(groups.name)
        made.append(pick(f"Does {y} differ by {x}?", f"{y} 是否因 {x} 而异？"))
    if measured is not None:
        y = shown(measured.name)
        made.append(pick(f"What is the mean of {y}?", f"{y} 的平均值是多少？"))
        made.append(pick(f"What predicts {y}?", f"哪些因素能预测 {y}？"))
    if frame.columns:
        made.append(pick("How good is the data quality?", "数据质量如何？"))
    return made


def _listed(names: Sequence[str]) -> str:
    shown_names = pick(", ", "、").join(shown(name) for name in names[:_MOST])
    more = len(names) - _MOST
    return shown_names + (pick(f" and {more} more", f" 等另外 {more} 列") if more > 0 else "")
