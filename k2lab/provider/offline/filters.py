"""Filters: which rows a question is about, such as "for passengers older than 60" or 女性."""

# ruff: noqa: E501, SIM905 - a pattern stays on one line
from __future__ import annotations

import re
from collections.abc import Sequence

from k2lab.provider.offline.lexicon import level_forms, meanings, stem
from k2lab.provider.offline.reading import Filter, is_groups, is_number
from k2lab.provider.offline.understand import words
from k2lab.schema.model import ColumnSchema, FrameSchema

_M = r"⟦(\d+)⟧"
_NUMBER = r"(-?\d+(?:,\d{3})*(?:\.\d+)?)"
_OPS: tuple[tuple[str, str], ...] = (
    (">=", r"at least|no less than|not less than|(?:greater|more|higher|larger|older)(?: than)? or equal to|>=|≥|不低于|不少于|不小于|至少|大于等于|大于或等于"),
    ("<=", r"at most|no more than|not more than|up to|(?:less|lower|smaller|younger)(?: than)? or equal to|<=|≤|不高于|不超过|不大于|至多|最多|小于等于|小于或等于"),
    ("!=", r"is not|are not|isn't|not equal to|other than|!=|≠|不等于|不是|不为"),
    (">", r"(?:greater|more|higher|larger|bigger|older|longer|heavier|taller|exceeding|exceeds?)(?: than)?|above|over|>|大于|高于|超过|多于|长于"),
    ("<", r"(?:less|lower|smaller|younger|shorter|fewer|lighter|cheaper)(?: than)?|below|under|<|小于|低于|少于|不足|不到"),
    ("==", r"equals?(?: to)?|is exactly|exactly|==|=|等于"),
)  # fmt: skip
_ANY_OP = "|".join(f"(?P<o{i}>{pattern})" for i, (_, pattern) in enumerate(_OPS))
_VERB = r"(?:\s*(?:is|are|was|were|has|have|had|of|that is|that are|的|是|为)\s*)*"
_QUOTE = r"[\"'`“”‘’「」『』]"

_COMPARED = re.compile(rf"{_M}{_VERB}\s*(?:{_ANY_OP})\s*{_NUMBER}", re.IGNORECASE)
_REVERSED = re.compile(rf"(?:{_ANY_OP})\s*{_NUMBER}\s*(?:in|of|for|的)\s*{_M}", re.IGNORECASE)
_AGED = re.compile(
    rf"\b(?P<o>older|younger) than {_NUMBER}(?: years?(?: old)?)?|\b(?P<over>over|under|above|below) {_NUMBER} years(?: old| of age)|{_NUMBER}\s*岁(?P<han>以上|以下)",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"\b(?:in|during|for|of|since|after|before|until)\s+(?:the\s+year\s+)?((?:19|20)\d\d)\b(?!\s*(?:rows|usd|dollars))|((?:19|20)\d\d)\s*年",
    re.IGNORECASE,
)
_YEAR_COLUMN = re.compile(rf"((?:19|20)\d\d)\s*{_M}")  # 2020年, where 年 was read as the column of years
_LEVEL = re.compile(
    rf"{_M}\s*(?P<verb>==|=|is|are|was|were|equals?(?: to)?|为|是(?!否|不是)|等于)\s*(?P<no>not\s+)?(?:{_QUOTE}(?P<quoted>[^\"'`“”‘’「」『』]+){_QUOTE}|(?P<word>[^\s,.;?!，。；？！⟦⟧、的]+))",
    re.IGNORECASE,
)
_NUMBERED = re.compile(rf"{_M}\s+(?:no\.?\s*)?(\d+)\b", re.IGNORECASE)
_OF = re.compile(rf"{_M}\s+(?:value\s+)?of\s+{_NUMBER}", re.IGNORECASE)  # "with a site of 3"
_MIDDLE = r"(?P<middle>average|mean|median|平均值?|平均数|均值|中位数)"
_OF_ITS_OWN = re.compile(
    rf"{_M}{_VERB}\s*(?:{_ANY_OP})\s*(?:the |its |their |an? |其|总体|整体|全部)?(?:overall |general )?{_MIDDLE}(?:\s*(?:of |value of )?(?:the |all )?{_M})?",
    re.IGNORECASE,
)
_ABOVE_MIDDLE = re.compile(
    rf"(?:{_ANY_OP})[\s-]*(?:the |an? |总体|整体)?(?:overall |general )?{_MIDDLE}\s*(?:of |的)?(?:the )?\s*{_M}",
    re.IGNORECASE,
)
_AGED_MIDDLE = re.compile(rf"\b(?P<o>older|younger) than (?:the )?{_MIDDLE}(?!\w)(?:\s*{_M})?", re.IGNORECASE)
_COLUMNS = re.compile(rf"{_M}{_VERB}\s*(?:{_ANY_OP})\s*(?:the |its |than )?{_M}", re.IGNORECASE)
_CHOOSES = re.compile(
    r"how many|number of|what (?:share|percentage|proportion|fraction)|share of|percentage of|proportion of|\b(?:where|when|whose|in which|for which|with)\b|多少|几|占比|比例",
    re.IGNORECASE,
)
_LOOSE = ("are", "were")
_NOT_LEVELS = frozenset(
    """the a an not there different related associated correlated higher lower greater less more affected normally normal linear missing influenced
    null equal positively negatively significantly significant distributed it they this that in on by at for between and or skewed
    多少 几 否 什么 否存在 否有""".split()
)  # fmt: skip


def _op(found: re.Match[str]) -> str:
    return next(op for i, (op, _) in enumerate(_OPS) if found.group(f"o{i}"))


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def find_filters(
    skeleton: str, mentioned: Sequence[ColumnSchema], frame: FrameSchema
) -> tuple[tuple[Filter, ...], str, tuple[int, ...], ColumnSchema | None]:
    """Read the filters of a question.

    Parameters
    ----------
    skeleton : str
        The question with each mention as ``⟦number⟧``.
    mentioned : sequence of ColumnSchema
        The columns that the numbers stand for.
    frame : FrameSchema

    Returns
    -------
    filters : tuple of Filter
    skeleton : str
        What remains when the filters are taken out.
    used : tuple of int
        The mentions that only served a filter.
    implied : ColumnSchema or None
        The column whose levels the question sets against each other without naming it: "men and women".
    """
    made: list[Filter] = []
    used: list[int] = []

    def cut(found: re.Match[str]) -> str:
        return " " * len(found.group())

    def compared(found: re.Match[str]) -> str:
        numbers = [group for group in found.groups() if group and re.fullmatch(r"-?\d[\d,]*(?:\.\d+)?", group)]
        place = next(int(g) for g in numbers if found.group().find(f"⟦{g}⟧") >= 0)
        column = mentioned[place]
        literal = re.sub(r"⟦\d+⟧", "", found.group())
        number = re.search(_NUMBER, literal)
        if not is_number(column) or number is None:
            return found.group()
        made.append(Filter(column=column, op=_op(found), value=_value(number.group(1))))
        used.append(place)
        return cut(found)

    def aged(found: re.Match[str]) -> str:
        column = _of_concept(frame, "age")
        number = re.search(_NUMBER, found.group())
        if column is None or number is None or not is_number(column):
            return found.group()
        over, han = (found.group("o") or found.group("over") or "").lower(), found.group("han")
        op = (">=" if han == "以上" else "<=") if han else (">" if over in ("older", "over", "above") else "<")
        made.append(Filter(column=column, op=op, value=_value(number.group(1))))
        return cut(found)

    def dated(found: re.Match[str]) -> str:
        year = int(found.group(1) or found.group(2))
        word = found.group().split()[0].lower()
        column = _of_concept(frame, "year")
        op = {"since": ">=", "after": ">", "before": "<", "until": "<="}.get(word, "==")
        if column is not None and is_number(column):
            made.append(Filter(column=column, op=op, value=float(year)))
            return cut(found)
        column = next((c for c in frame.columns if c.kind == "datetime"), None)
        if column is None or op != "==":
            return found.group()
        made.append(Filter(column=column, op="year", value=float(year)))
        return cut(found)

    def levelled(found: re.Match[str]) -> str:
        place = int(found.group(1))
        told = (found.group("quoted") or found.group("word") or "").strip()
        verb = found.group("verb").lower()
        letter = len(told) == 1 and told.isupper()  # "where group is A"
        if not told or (told.lower() in _NOT_LEVELS and not letter) or not is_groups(mentioned[place]):
            return found.group()
        if not found.group("quoted") and told.islower() and (verb in _LOOSE or told.endswith(("ed", "ing", "ly"))):
            return found.group()  # "which countries are considered large" names no level
        if is_number(mentioned[place]) and not re.fullmatch(_NUMBER, told):
            return found.group()
        number = re.fullmatch(_NUMBER, told)
        value: str | float = _value(told) if number and is_number(mentioned[place]) else told
        op = "!=" if found.group("no") else "=="
        made.append(Filter(column=mentioned[place], op=op, value=value, forms=_forms(told)))
        used.append(place)
        return cut(found)

    def numbered(found: re.Match[str]) -> str:
        place = int(found.group(1))
        column = mentioned[place]
        if not (is_number(column) and is_groups(column)):
            return found.group()
        made.append(Filter(column=column, op="==", value=float(found.group(2))))
        used.append(place)
        return cut(found)

    def valued(found: re.Match[str]) -> str:
        place = int(found.group(1))
        if not is_number(mentioned[place]):
            return found.group()
        made.append(Filter(column=mentioned[place], op="==", value=_value(found.group(2))))
        used.append(place)
        return cut(found)

    def yearly(found: re.Match[str]) -> str:
        place = int(found.group(2))
        column = mentioned[place]
        if not is_number(column) or column != _of_concept(frame, "year"):
            return found.group()
        made.append(Filter(column=column, op="==", value=float(found.group(1))))
        used.append(place)
        return cut(found)

    def middled(found: re.Match[str]) -> str:
        places = [int(place) for place in re.findall(r"⟦(\d+)⟧", found.group())]
        if found.re is _ABOVE_MIDDLE and re.search(rf"{_M}{_VERB}\s*$", found.string[: found.start()]):
            return found.group()  # one column against the mean of another
        columns = [mentioned[place] for place in places]
        aged = "o" in found.re.groupindex and found.re is _AGED_MIDDLE
        column = columns[0] if columns else (_of_concept(frame, "age") if aged else None)
        if column is None or not is_number(column) or any(other != column for other in columns):
            return found.group()
        op = (">" if found.group("o").lower() == "older" else "<") if aged else _op(found)
        middle = "median" if found.group("middle").lower() in ("median", "中位数") else "mean"
        made.append(Filter(column=column, op=op, value=0.0, computed=middle))
        used.extend(places)
        return cut(found)

    def against(found: re.Match[str]) -> str:
        places = [int(place) for place in re.findall(r"⟦(\d+)⟧", found.group())]
        one, other = (mentioned[place] for place in places)
        if not (is_number(one) and is_number(other)) or one == other or not _CHOOSES.search(skeleton):
            return found.group()
        made.append(Filter(column=one, op=_op(found), value=0.0, other=other))
        used.extend(places)
        return cut(found)

    for pattern, act in (
        (_OF_ITS_OWN, middled), (_ABOVE_MIDDLE, middled), (_AGED_MIDDLE, middled), (_COLUMNS, against), (_COMPARED, compared), (_REVERSED, compared), (_AGED, aged), (_YEAR_COLUMN, yearly),
        (_YEAR, dated), (_LEVEL, levelled), (_OF, valued),
        (_NUMBERED, numbered),
    ):  # fmt: skip
        skeleton = pattern.sub(act, skeleton)
    spoken, skeleton, implied = _spoken_levels(skeleton, frame, mentioned, {f.column.name for f in made if f.column})
    return (*made, *spoken), skeleton, tuple(used), implied


def _of_concept(frame: FrameSchema, concept: str) -> ColumnSchema | None:
    """Return the column of a concept: the one whose name has the fewest other words."""
    found = []
    for column in frame.columns:
        parts = [word.text for word in words(column.name)]
        if any(concept in meanings(part) or stem(part) == concept for part in parts):
            found.append((len(parts), column.position, column))
    return min(found)[2] if found else None


def _forms(told: str) -> tuple[str, ...]:
    return next((tuple(sorted(forms)) for _, forms in level_forms() if told.lower() in forms), ())


def _spoken_levels(
    skeleton: str, frame: FrameSchema, mentioned: Sequence[ColumnSchema], done: set[str]
) -> tuple[tuple[Filter, ...], str, ColumnSchema | None]:
    """Find levels that are said without their column: "female passengers", 女性的平均年龄.

    Both of a pair ("men and women") make a comparison, not a filter.
    """
    found: dict[str, list[tuple[Filter, tuple[int, int]]]] = {}
    for concept, forms in level_forms():
        column = _of_concept(frame, concept)
        if column is None or column.name in done or not is_groups(column):
            continue
        for form in sorted(forms, key=lambda form: (-len(form), form)):
            if len(form) < 2 and form.isascii():
                continue
            pattern = rf"(?<![a-z-]){re.escape(form)}(?![a-z])" if form.isascii() else re.escape(form)
            hit = re.search(pattern, skeleton, re.IGNORECASE)
            if hit:
                one = Filter(column=column, op="==", value=form, forms=tuple(sorted(forms)))
                found.setdefault(column.name, []).append((one, hit.span()))
                break
    kept: list[Filter] = []
    implied: ColumnSchema | None = None
    names = {column.name for column in mentioned}
    for hits in found.values():
        one, (low, high) = min(hits, key=lambda hit: hit[1])
        if len(hits) == 1:
            kept.append(one)
            skeleton = skeleton[:low] + " " * (high - low) + skeleton[high:]
        elif one.column is not None:
            place = f"⟦{len(mentioned)}⟧" if one.column.name not in names else " "
            implied = one.column if one.column.name not in names else implied
            for _, (start, end) in sorted(hits, key=lambda hit: -hit[1][0]):
                skeleton = skeleton[:start] + (place if start == low else " ") + skeleton[end:]
    return tuple(kept), skeleton, implied
