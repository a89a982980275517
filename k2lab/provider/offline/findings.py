"""Findings: the answer, written from the sentences of the results and nothing else."""

# ruff: noqa: E501 - a sentence stays on one line
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2lab.locale import pick
from k2lab.provider.offline.cells import Rows, listed, shown
from k2lab.provider.offline.outcome import Outcome
from k2lab.provider.offline.reading import Reading, is_measure
from k2lab.provider.offline.spoken import sentences as spoken
from k2lab.provider.offline.spoken import shares

MOST_FINDINGS = 16
MOST_OTHERS = 10
_ASIDE = 100  # the rank of results that do not answer the question by themselves
MOST_LIMITS = 14

# The result that answers each kind of question: its headlines make the summary.
_MAIN = {
    "effect": ("effect", "associate", "compare", "relate"),
    "compare": ("effect", "associate", "compare", "relate"),
    "relate": ("relate", "effect", "associate", "compare"),
    "correlations": ("correlations",),
    "distribution": ("distribution", "count", "describe"),
    "trend": ("trend", "group_means"),
    "drivers": ("drivers", "correlations"),
    "quality": ("quality", "facts"),
    "overview": ("quality", "describe", "facts"),
    "lookup": ("mean", "median", "total", "proportion", "count", "distribution", "describe"),
    "top": ("count",),
}


@dataclass(frozen=True, kw_only=True)
class _Said:
    text: str
    role: str
    key: str
    weight: int
    step: int
    columns: tuple[str, ...]
    kind: str
    rank: int


def answer(reading: Reading, rows: Rows, done: Sequence[Outcome], broke: bool = False) -> dict[str, Any]:
    """Write the arguments of `finish` from what the cells gave.

    Parameters
    ----------
    reading : Reading
    rows : Rows
    done : sequence of Outcome
    broke : bool
        Whether the work was ended before the playbook was through.
    """
    good = [outcome for outcome in done if outcome.ok]
    said = _collect(reading, rows, good)
    fresh = _fresh(said)
    headlines = sorted((s for s in fresh if s.role == "headline"), key=lambda s: (s.rank, -s.weight, s.step))
    found = sorted((s for s in fresh if s.role == "finding"), key=lambda s: (s.rank, -s.weight, s.step))
    summary = _summary(headlines, found, reading)
    if not summary:
        return _nothing(reading, done)
    chosen = _chosen([*headlines, *found])
    if reading.kind in ("lookup", "top"):
        chosen.sort(key=lambda s: s.rank)
    return {
        "answered": True,
        "title": title(reading),
        "summary": _unplaced(reading) + " ".join([*(s.text for s in summary), *_no_cause(fresh, reading)]),
        "findings": [{"text": s.text, "steps": [s.step], "columns": list(s.columns)} for s in chosen],
        "methods": [*how_read(reading, rows), *_texts(fresh, "method")],
        "limitations": [*_limits(reading, done, broke), *_by_key(fresh)][:MOST_LIMITS],
        "follow_ups": follow_ups(reading, said),
    }


def _no_cause(said: Sequence[_Said], reading: Reading) -> list[str]:
    """Return the sentence on why an association is no cause, when the question asks for an effect."""
    found = sorted((s for s in said if s.key == "not-causal"), key=lambda s: -s.weight)
    return [found[0].text] if found and reading.kind == "effect" else []


def _unplaced(reading: Reading) -> str:
    """Say before the numbers of a lookup that words of the question chose no rows."""
    words = [word for word in reading.unread if word[:1].isupper() or not word.isascii()]
    if reading.kind not in ("lookup", "top") or not words:
        return ""
    told = ", ".join(f"“{shown(word)}”" for word in words[:3])
    return pick(f"No rows were chosen by {told}, which matches no value. ", f"{told} 与任何取值都不符，未用于筛选行。")


def _summary(headlines: Sequence[_Said], found: Sequence[_Said], reading: Reading) -> list[_Said]:
    """Return the sentences of the summary: the main headline, one of another kind, and why it is no cause."""
    if reading.kind == "lookup":
        own = [s for s in (*headlines, *found) if s.rank == min((o.rank for o in (*headlines, *found)), default=0)]
        return own[:6] if reading.by is not None else list(headlines[:4] or found[:3])
    made = list(headlines[:1] or found[:1])
    made += [s for s in headlines[1:] if s.kind != made[0].kind and _leads(s)][:1]
    return made


def _by_key(said: Sequence[_Said]) -> list[str]:
    """Return caveats and limitations by weight; of one matter that several kinds of result speak of, the weightiest."""
    ranked = sorted((s for s in said if s.role in ("caveat", "limitation")), key=lambda s: -s.weight)
    owner: dict[str, str] = {}
    return [s.text for s in ranked if owner.setdefault(s.key, s.kind) == s.kind]


def _collect(reading: Reading, rows: Rows, good: Sequence[Outcome]) -> list[_Said]:
    """Return all sentences once, each with the first step that said it."""
    main = _MAIN.get(reading.kind, ())
    made: list[_Said] = []
    seen: set[str] = set()
    words = rows.words()
    prefix = pick(f"Among rows with {words}: ", f"在 {words} 的行中：") if words else ""
    for outcome in good:
        for result in outcome.results:
            kind = str(result.get("kind", ""))
            rank = main.index(kind) if kind in main else _ASIDE
            counted = shares(result)
            if counted and reading.by is None:
                made.append(
                    _Said(
                        text=prefix + counted,
                        role="headline",
                        key="printed",
                        weight=95,
                        step=outcome.step,
                        columns=(str(result["values"]["column"]),),
                        kind="printed",
                        rank=0,
                    )
                )
            for sentence in result.get("sentences", ()):
                text = " ".join(str(sentence.get("text", "")).split())
                if not text or text in seen or _unfit(text):
                    continue
                seen.add(text)
                role = str(sentence.get("role", "finding"))
                told = prefix + _inner(text) if prefix and role in ("headline", "finding") else text
                made.append(
                    _Said(
                        text=told,
                        role=role,
                        key=str(sentence.get("key", "")),
                        weight=_whole(sentence.get("weight")),
                        step=outcome.step,
                        columns=tuple(str(c) for c in sentence.get("columns", ())),
                        kind=kind,
                        rank=rank,
                    )
                )
        for place, (text, columns) in enumerate(spoken(reading, outcome.values)):
            if text not in seen:
                seen.add(text)
                role = "headline" if place == 0 or reading.kind == "lookup" else "finding"
                made.append(
                    _Said(
                        text=(prefix if "some" not in (outcome.values or ()) else "") + text,
                        role=role,
                        key="printed",
                        weight=90 - place,
                        step=outcome.step,
                        columns=columns,
                        kind="printed",
                        rank=0,
                    )
                )
    return made


def _inner(text: str) -> str:
    """Return a sentence as the second part of one: its own first word small, a column's name as it is."""
    return text[0].lower() + text[1:] if re.match(r"(?:The|There|In|No|All|Of|Over|Values|Rows)\b", text) else text


_UNFIT = re.compile(r"\b(?:nan|inf|-inf)\b", re.IGNORECASE)


def _unfit(text: str) -> bool:
    """Say whether a sentence holds a number that must not reach a reader."""
    return _UNFIT.search(re.sub(r"[\"'`“].*?[\"'`”]", "", text)) is not None


def _whole(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) else 0


_QUOTA = {"simple-effect": 4, "overlap": 3, "mean": 12, "median": 12, "proportion": 12, "total": 4, "printed": 12}
_MOST_OF_A_KEY = 2


def _fresh(said: Sequence[_Said]) -> list[_Said]:
    """Leave out what a later step says again of the same matter: an adjusted twin, a second stratum."""
    first: dict[tuple[str, str], int] = {}
    ordered = sorted(said, key=lambda s: s.step)
    return [s for s in ordered if s.kind == "printed" or first.setdefault((s.kind, s.key), s.step) == s.step]


def _leads(one: _Said) -> bool:
    """Say whether a sentence is a headline of the question itself, not of a step beside it."""
    return one.role == "headline" and (one.rank < _ASIDE or one.kind == "sensitivity")


def _chosen(said: Sequence[_Said]) -> list[_Said]:
    """Take headlines first, then the weightiest findings, so that no matter fills the page."""
    answered = {(one.kind, one.step) for one in said if one.role == "headline"}
    used: dict[tuple[str, str], int] = {}
    made: list[_Said] = []
    for one in sorted(said, key=lambda s: (not _leads(s), -min(s.weight, 69 if s.role == "headline" else 99), s.step)):
        if one.key in ("direction", "robustness") and (one.kind, one.step) in answered:
            continue  # the headline of the same step says it for all levels
        key = (one.kind, one.key)
        if used.get(key, 0) < _QUOTA.get(one.key, _MOST_OF_A_KEY):
            used[key] = used.get(key, 0) + 1
            made.append(one)
    return made[:MOST_FINDINGS]


def _texts(said: Sequence[_Said], role: str) -> list[str]:
    found = sorted((s for s in said if s.role == role), key=lambda s: -s.weight)
    return list(dict.fromkeys(s.text for s in found))[:MOST_OTHERS]


def _limits(reading: Reading, done: Sequence[Outcome], broke: bool) -> list[str]:
    made = []
    failed = [outcome for outcome in done if not outcome.ok]
    if failed:
        steps = ", ".join(str(outcome.step) for outcome in failed)
        named = "Steps" if len(failed) > 1 else "Step"
        made.append(pick(f"{named} {steps} gave no result.", f"第 {steps} 步没有结果。"))
    if broke:
        made.append(
            pick("The work was ended before all planned steps were done.", "计划的步骤未全部完成，分析即告结束。")
        )
    if reading.unread:
        words = ", ".join(f"“{shown(word)}”" for word in reading.unread[:6])
        made.append(
            pick(f"These words of the question were not used: {words}.", f"问题中的以下词语未被采用：{words}。")
        )
    return made


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


def title(reading: Reading) -> str:
    """Return a title for the report, without a causal word."""
    y, x, by = reading.y, reading.x, reading.by
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


def follow_ups(reading: Reading, said: Sequence[_Said]) -> list[str]:
    """Return questions that the offline analyst could take next."""
    y, x, by = reading.y, reading.x, reading.by
    made: list[str] = []
    played = {c.name for c in (y, x, by, reading.time) if c is not None}
    other = next((name for s in said if s.kind == "confounders" for name in s.columns if name not in played), None)
    if y is not None and x is not None:
        if other is not None:
            made.append(
                pick(
                    f"Does {shown(y.name)} differ by {shown(x.name)} within each {shown(other)}?",
                    f"{shown(y.name)} 是否因 {shown(x.name)} 而异，在不同 {shown(other)} 中如何？",
                )
            )
        made.append(pick(f"What predicts {shown(y.name)}?", f"哪些因素能预测 {shown(y.name)}？"))
        made.append(pick("How good is the data quality?", "数据质量如何？"))
    elif y is not None:
        groups = next(
            (
                c
                for c in reading.frame.columns
                if c.name not in played and c.distinct is not None and 2 <= c.distinct <= 8
            ),
            None,
        )
        if groups is not None:
            made.append(
                pick(
                    f"Does {shown(y.name)} differ by {shown(groups.name)}?",
                    f"{shown(y.name)} 是否因 {shown(groups.name)} 而异？",
                )
            )
    if y is not None and x is None and is_measure(y):
        made.append(pick(f"Are there outliers in {shown(y.name)}?", f"{shown(y.name)} 有没有异常值？"))
    return made[:3]


def _nothing(reading: Reading, done: Sequence[Outcome]) -> dict[str, Any]:
    """Say that the cells gave nothing to answer with, and why."""
    why = next((reason for outcome in reversed(done) if (reason := _reason(outcome))), "")
    return {
        "answered": False,
        "title": title(reading),
        "summary": pick(
            f"The question was understood, but the steps gave no result that could answer it.{' ' + why if why else ''}",
            f"问题已理解，但各步骤均未得到可以回答它的结果。{why}",
        ),
        "findings": [],
        "methods": how_read(reading, Rows(frame=reading.frame)),
        "limitations": _limits(reading, done, False),
        "follow_ups": [],
    }


def _reason(outcome: Outcome) -> str:
    """Return the error line of a cell."""
    line = next((line for line in outcome.text.splitlines() if line.startswith(("error:", "not run:"))), "")
    return " ".join(line.split())[:300]


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
