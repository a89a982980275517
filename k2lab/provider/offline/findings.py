"""Findings: the answer, written from the sentences of the results and nothing else."""

# ruff: noqa: E501 - a sentence stays on one line
from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from k2lab.locale import pick
from k2lab.provider.offline.cells import Rows, shown
from k2lab.provider.offline.executive import ASIDE, Said, findings, summary
from k2lab.provider.offline.outcome import Outcome
from k2lab.provider.offline.prose import how_read, title
from k2lab.provider.offline.reading import Reading, is_measure
from k2lab.provider.offline.spoken import sentences as spoken
from k2lab.provider.offline.spoken import shares
from k2lab.provider.offline.written import written

MOST_OTHERS = 10
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
    if "share" in reading.statistics and any(outcome.result("proportion") for outcome in good):
        fresh = [s for s in fresh if s.kind != "count"]  # the share says the counts
    if not any(s.rank < ASIDE and s.role in ("headline", "finding") for s in fresh):
        return _nothing(reading, done, broke)
    plain = reading.kind == "lookup"
    top = summary(fresh, plain=plain)
    chosen = findings(fresh, top, plain=plain)
    told = {s.text for s in (*top, *chosen)}
    parts = [s.text for s in top]
    text, lost = written(reading, good)
    if text:
        parts.append(text)
    limits = [s for s in _by_key(fresh) if s not in told]
    if reading.kind == "effect":  # asked what something does, the answer says first what the data cannot say
        limits.sort(key=lambda s: s not in {one.text for one in fresh if one.key == "not-causal"})
    return {
        "answered": True,
        "title": title(reading),
        "summary": _unplaced(reading) + pick(" ", "").join(parts),
        "findings": [{"text": s.text, "steps": [s.step], "columns": list(s.columns)} for s in chosen],
        "methods": [*how_read(reading, rows), *_texts(fresh, "method")],
        "limitations": [*_limits(reading, done, broke), *_unwritten(lost), *limits][:MOST_LIMITS],
        "follow_ups": follow_ups(reading, said),
    }


def _unwritten(lost: Sequence[str]) -> list[str]:
    if not lost:
        return []
    names = pick(", ", "、").join(f"@{name}" for name in lost)
    return [
        pick(
            f"No single value of the results is surely what {names} asks for.",
            f"结果中没有哪个值确定就是 {names} 所求。",
        )
    ]


def _unplaced(reading: Reading) -> str:
    """Say before the numbers of a lookup that words of the question chose no rows."""
    unread = reading.unread
    words = [word for word in unread if not any(word != other and word in other for other in unread)]
    if reading.kind not in ("lookup", "top") or not words:
        return ""
    told = ", ".join(f"“{shown(word)}”" for word in words[:3])
    return pick(f"No rows were chosen by {told}, which matches no value. ", f"{told} 与任何取值都不符，未用于筛选行。")


def _by_key(said: Sequence[Said]) -> list[str]:
    """Return caveats and limitations by weight; of one matter that several kinds of result speak of, the weightiest."""
    ranked = sorted((s for s in said if s.role in ("caveat", "limitation")), key=lambda s: -s.weight)
    owner: dict[str, str] = {}
    return [s.text for s in ranked if owner.setdefault(s.key, s.kind) == s.kind]


def _collect(reading: Reading, rows: Rows, good: Sequence[Outcome]) -> list[Said]:
    """Return all sentences once, each with the first step that said it."""
    main = _MAIN.get(reading.kind, ())
    made: list[Said] = []
    seen: set[str] = set()
    words = rows.words()
    prefix = pick(f"Among rows with {words}: ", f"在 {words} 的行中：") if words else ""
    for outcome in good:
        for result in outcome.results:
            kind = str(result.get("kind", ""))
            rank = main.index(kind) if kind in main else ASIDE
            counted = shares(result)
            if counted and reading.by is None:
                made.append(
                    Said(
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
                if counted and reading.by is None and role == "headline":
                    continue  # told with its count just before
                if kind == "sensitivity" and role == "headline" and not (result.get("values") or {}).get("adjust"):
                    role = "finding"  # without anything to adjust for it repeats the main headline
                told = prefix + _inner(text) if prefix and role in ("headline", "finding") else text
                made.append(
                    Said(
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
                    Said(
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


def _fresh(said: Sequence[Said]) -> list[Said]:
    """Leave out what a later step says again of the same matter: an adjusted twin, a second stratum."""
    first: dict[tuple[str, str], int] = {}
    ordered = sorted(said, key=lambda s: s.step)
    return [s for s in ordered if s.kind == "printed" or first.setdefault((s.kind, s.key), s.step) == s.step]


def _texts(said: Sequence[Said], role: str) -> list[str]:
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


def follow_ups(reading: Reading, said: Sequence[Said]) -> list[str]:
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


def _nothing(reading: Reading, done: Sequence[Outcome], broke: bool) -> dict[str, Any]:
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
        "limitations": _limits(reading, done, broke),
        "follow_ups": [],
    }


def _reason(outcome: Outcome) -> str:
    """Return the error line of a cell."""
    line = next((line for line in outcome.text.splitlines() if line.startswith(("error:", "not run:"))), "")
    return " ".join(line.split())[:300]
