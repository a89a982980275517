"""Numerals: the numbers of a text, with sign, unit, precision and what the words around say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from k2lab.ledger.chinese import DIGITS, UNITS, chinese_number
from k2lab.ledger.dates import dates

Role = Literal["value", "date", "convention", "df", "spelled"]

_WIDE: dict[int, int | str] = {ord("０") + at: ord("0") + at for at in range(10)}
_WIDE |= {
    ord("％"): "%",
    ord("．"): ".",
    ord("＋"): "+",
    ord("－"): "-",
    ord("＄"): "$",
    ord("（"): "(",
    ord("）"): ")",
}

_DIGITS = r"(?:\d{1,3}(?:[,\u00a0\u202f\u2009 ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\d)\.\d+)"
_POWER = r"(?:[eE][-+−]?\d{1,3}(?!\d)|\s?[×x·]\s?10(?:\^?[-−]?\d+|[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
_NUMBER = re.compile(rf"(?<![A-Za-z0-9_.])({_DIGITS})({_POWER})?")
_SIGN = re.compile(r"(?:(?<![A-Za-z0-9_%)\]])|(?<=[\s(（\[]))([-+−±])\s?$")
_MONEY = re.compile(r"(?:US\$|HK\$|[$€£¥￥]|\b(?:USD|EUR|GBP|CNY|RMB)\s)$")
_SCALE = re.compile(
    r"\s?(万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千(?!克|米)|百(?!分)|(?:thousand|million|billion|bn|mn|[kKMB])(?![A-Za-z]))"
)
_SCALES = {
    "万亿": 1e12,
    "千亿": 1e11,
    "百亿": 1e10,
    "十亿": 1e9,
    "千万": 1e7,
    "百万": 1e6,
    "十万": 1e5,
    "亿": 1e8,
    "万": 1e4,
    "千": 1e3,
    "百": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "mn": 1e6,
    "k": 1e3,
    "K": 1e3,
    "M": 1e6,
    "B": 1e9,
}
_UNIT = re.compile(
    r"\s?(%|percent(?:age points?)?\b|per cent\b|pp\b|个?百分点|成(?![为了本绩员功长果就交])"
    r"|(?:times|-?fold)\b|(?<=\d)[x×](?![A-Za-z\d])(?!\s?\d)|倍)",
    re.IGNORECASE,
)
_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")

# What is no number to check: ordinals, references to parts of the report, list numbers.
_REFERENCE = re.compile(
    r"(?:\b(?:steps?|fig(?:ure|s)?\.?|tables?|cells?|sections?|notes?|findings?|seed)|步骤|第|图|单元格|种子)"
    r"(?:\s?\d+(?:\s?(?:,|and|to|–|-|和|、|至)\s?))*\s*$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_CONVENTION = re.compile(
    r"\s?(?:CIs?\b|HDI\b|confidence|credible|prediction interval|intervals?\b|的?(?:置信|可信|预测区间|区间))",
    re.IGNORECASE,
)
_LEVEL_OF_TEST = re.compile(
    r"(?:α|alpha|significance level(?: of)?|显著性水平(?:为)?|置信水平(?:为)?)\s*=?\s*$", re.IGNORECASE
)
_TEST_LEVEL = re.compile(r"\s(?:significance )?level\b|\s?(?:的)?显著性水平")
_DF = re.compile(r"(?:(?<![A-Za-z])[FtH]|χ²|chi2)\s?\((?:[\d,.]+,\s?)?$|\bdf\s?=?\s?$|自由度\s?=?\s?$")

_APPROX = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|approx\.?|nearly|almost|some)\s"
    r"|[~≈]\s?|大?约\s?|将?近\s?|大概\s?)$",
    re.IGNORECASE,
)
_AFTER_APPROX = re.compile(r"\s?(?:左右|上下|or so\b)")
_LESS = re.compile(
    r"(?:[<≤]\s?|\b(?:below|under|less than|fewer than|at most|up to|no more than)\s"
    r"|不足\s?|小于\s?|少于\s?|不到\s?|至多\s?|最多\s?)$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:[>≥]\s?|\b(?:over|above|more than|at least|exceed\w*|no fewer than)\s"
    r"|超过\s?|大于\s?|多于\s?|至少\s?)$",
    re.IGNORECASE,
)
_DOWN_AFTER = re.compile(r"\s?(?:\(?(?:lower|less|fewer|smaller|below|shorter|cheaper|worse|down)\b)", re.IGNORECASE)
_UP_AFTER = re.compile(r"\s?(?:\(?(?:higher|more|greater|larger|above|longer|up)\b)(?! than \d)", re.IGNORECASE)
_DOWN_BEFORE = re.compile(
    r"(?:\b(?:fall|fell|fallen|falls|drop\w*|declin\w*|decreas\w*|lower|down|less|shr\w+)(?: by| of)?"
    r"(?: about| around)?"
    r"|(?:低|少|下降|减少|降低|跌|下跌|缩短)[了约出]*)\s?$",
    re.IGNORECASE,
)
_UP_BEFORE = re.compile(
    r"(?:\b(?:rise|rises|rose|risen|increas\w*|grew|grow\w*|gain\w*|higher|up|more)(?: by| of)(?: about| around)?"
    r"|(?:高|多|上升|增加|提高|增长|上涨|延长)[了约出]*)\s?$",
    re.IGNORECASE,
)
_TO = re.compile(r"\s?(?:to|and|[-–—~～至到和])\s?[-+−]?(?:US\$|[$€£¥])?$")

_HAN = f"[{DIGITS}{''.join(UNITS)}]+(?:点[{DIGITS}]+)?"
_CHINESE = re.compile(
    rf"百分之(?P<share>{_HAN}|{_DIGITS})|(?P<under>{_HAN})分之(?P<over>{_HAN})"
    rf"|(?P<tenths>[一二三四五六七八九两])成(?![为了本绩员功长果就交])|(?P<times>{_HAN})倍"
    rf"|(?P<count>(?!一[^十百千万])(?:{_HAN}))(?=个(?!性|别|人化)|组|级(?!别)|种|类|行|列|人(?!员|们)|次|项|条|名|档)"
)
_ENGLISH = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPELLED = re.compile(
    rf"\b(?P<word>{'|'.join(_ENGLISH)})(?=\s(?:[\w-]+\s){{0,2}}(?:levels|groups|categories|columns|rows|analyses|classes)\b)"
    rf"|\b(?P<fold>twice)\b|\b(?P<many>{'|'.join(_ENGLISH)})(?=\stimes\b|-?fold\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Numeral:
    """A number as a text has it.

    Attributes
    ----------
    start, end : int
        Code points, with sign, currency and unit.
    text : str
    size : float
        Without its sign, in its unit: 7.4 of "−7.4%", 74000 of "74k".
    slack : float
        Half of its last digit: 0.05 of "7.4", 500 of "74k".
    exact : bool
        Whether it can only mean itself: a whole number without trailing zeros, scale or point.
    digits : int
        Significant ones.
    unit : {"", "%", "times"}
    sign : {-1, 0, 1}
        As written; 0 where there is none.
    way : {-1, 0, 1}
        What the words say: "7.4% lower" goes down.
    bound : {"", "<", ">"}
        "over 100" is a bound.
    approx : bool
    money : bool
    role : str
    other : float
        What it is if it shares the scale of the number after it: the 3 of "3–5k" may be 3000; 0 where there is none.
    """

    start: int
    end: int
    text: str
    size: float
    slack: float
    exact: bool
    digits: int
    unit: str = ""
    sign: int = 0
    way: int = 0
    bound: str = ""
    approx: bool = False
    money: bool = False
    role: Role = "value"
    other: float = 0.0


def narrow(text: str) -> str:
    """Write full-width digits and signs as ordinary ones; every offset stays.

    Examples
    --------
    >>> narrow("１２％")
    '12%'
    """
    return text.translate(_WIDE)


def numerals(text: str) -> tuple[Numeral, ...]:
    """Find the numbers of a text.

    Ordinals, references to steps and figures, list numbers and digits inside names are no numbers to check.

    Examples
    --------
    >>> [(n.text, n.size, n.unit, n.sign) for n in numerals("In k2 step 3, pay is −7.4% (n = 1,234), $3–5k.")]
    [('−7.4%', 7.4, '%', -1), ('1,234', 1234.0, '', 0), ('$3', 3.0, '', 0), ('5k', 5000.0, '', 0)]
    >>> [(n.text, n.size, n.unit) for n in numerals("共 7.4 万行，三个组，百分之五，两成")]
    [('7.4 万', 74000.0, ''), ('三', 3.0, ''), ('百分之五', 5.0, '%'), ('两成', 20.0, '%')]
    """
    plain = narrow(text)
    made: list[Numeral] = []
    taken = [False] * len(plain)
    for start, end in dates(plain):
        said = text[start:end]
        made.append(Numeral(start=start, end=end, text=said, size=0, slack=0, exact=True, digits=4, role="date"))
        taken[start:end] = [True] * (end - start)
    for one in (*_chinese(plain), *_spelled(plain)):
        if not any(taken[one.start : one.end]):
            made.append(_surrounded(one, plain))
            taken[one.start : one.end] = [True] * (one.end - one.start)
    for found in _NUMBER.finditer(plain):
        if not any(taken[found.start() : found.end()]) and (number := _written(plain, found)) is not None:
            made.append(number)  # noqa: PERF401
    made.sort(key=lambda one: one.start)
    return tuple(replace(one, text=text[one.start : one.end]) for one in _ranged(made, plain))


def _written(text: str, found: re.Match[str]) -> Numeral | None:
    start, end = found.span()
    before = text[max(0, start - 60) : start]
    after = text[end : end + 40]
    if _REFERENCE.search(before) or _ORDINAL.match(after) or _listed(text, found):
        return None
    digits = re.sub(r"[,\u00a0\u202f\u2009 ]", "", found[1])
    places = len(digits.partition(".")[2])
    size, power = float(digits), _exponent(found[2])
    scale = 1.0
    if power is not None:
        scale = 10.0**power
    elif sized := _SCALE.match(after):
        scale, end = _SCALES[sized[1]], end + sized.end()
        after = text[end : end + 40]
    unit = ""
    if said := _UNIT.match(after):
        unit = "times" if said[1].lower().lstrip("-") in ("times", "fold", "x", "×", "倍") else "%"
        scale *= 10.0 if said[1] == "成" else 1.0
        end += said.end()
        after = text[end : end + 40]
    if after[:1].isascii() and (after[:1].isalpha() or after[:1] == "_") and not unit and scale == 1.0:
        return None  # a name such as 2fa
    if unit == "" and re.match(r"\.\d", after):
        return None  # 1.2.3
    whole = digits.partition(".")[0].lstrip("0")
    significant = len((whole + digits.partition(".")[2]).lstrip("0")) or 1
    zeros = len(whole) - len(whole.rstrip("0")) if not places and scale == 1.0 else 0
    money = bool(cash := _MONEY.search(before))
    if cash:
        start -= len(cash[0])
        before = text[max(0, start - 60) : start]
    elif money_after := re.match(r"\s?(?:dollars|USD|美元|元|yuan|euros?)", after):
        money = bool(money_after)
    sign = 0
    if signed := _SIGN.search(before):
        sign = {"+": 1, "±": 0}.get(signed[1], -1)
        start -= len(signed[0])
    elif cash and before.endswith(("-", "−")):
        sign, start = -1, start - 1
    role: Role = "value"
    if (
        (unit == "%" and _CONVENTION.match(after))
        or _LEVEL_OF_TEST.search(before)
        or (unit == "%" and _TEST_LEVEL.match(after))
    ):
        role = "convention"
    elif _DF.search(before):
        role = "df"
    number = Numeral(
        start=start,
        end=end,
        text="",
        size=size * scale,
        slack=0.5 * 10.0 ** (zeros if zeros >= 2 and significant - zeros >= 2 else -places) * scale,
        exact=not places and scale == 1.0 and zeros < 2,
        digits=max(1, significant - zeros),
        unit=unit,
        sign=sign,
        money=money,
        role=role,
    )
    return _surrounded(number, text)


def _surrounded(number: Numeral, text: str) -> Numeral:
    """Read the words around a number: about, over, lower..."""
    before, after = text[max(0, number.start - 40) : number.start], text[number.end : number.end + 30]
    approx = bool(_APPROX.search(before) or _AFTER_APPROX.match(after))
    bound = "<" if _LESS.search(before) else ">" if _MORE.search(before) else ""
    bare = _APPROX.sub("", before)
    way = 0
    if _DOWN_AFTER.match(after) or (not bound and _DOWN_BEFORE.search(bare)):
        way = -1
    elif _UP_AFTER.match(after) or (not bound and _UP_BEFORE.search(bare)):
        way = 1
    return replace(number, approx=approx, bound=bound, way=way)


def _exponent(power: str | None) -> int | None:
    if not power:
        return None
    told = power.translate(_SUPER).strip()
    if told[0] in "eE":
        return int(told[1:])
    return int(re.sub(r"^[×x·]\s?10\^?", "", told))


def _listed(text: str, found: re.Match[str]) -> bool:
    """Tell whether a number only counts the points of a list."""
    line = text.rfind("\n", 0, found.start()) + 1
    return not text[line : found.start()].strip() and bool(re.match(r"[.)、]\s", text[found.end() : found.end() + 2]))


def _chinese(text: str) -> Iterator[Numeral]:
    for found in _CHINESE.finditer(text):
        said = found.groupdict()
        unit, size, digits = "", None, 2
        if share := said["share"]:
            size = chinese_number(share) if not share[-1].isdigit() else float(share.replace(",", ""))
            unit = "%"
            places = len(re.split(r"[.点]", share)[1]) if re.search(r"[.点]", share) else 0
            slack = 0.5 * 10.0**-places
        elif said["under"]:
            over, under = chinese_number(said["over"]), chinese_number(said["under"])
            size, unit, slack = (100 * over / under if over and under else None), "%", 2.0
        elif said["tenths"]:
            size, unit, slack = 10 * (chinese_number(said["tenths"]) or 0), "%", 5.0
        elif said["times"]:
            size, unit, slack = chinese_number(said["times"]), "times", 0.5
            slack = 0.05 if "点" in said["times"] else 0.5
        else:
            size, slack, digits = chinese_number(said["count"]), 0.5, 1
        if size is not None:
            role: Role = "value" if unit else "spelled"
            yield Numeral(
                start=found.start(),
                end=found.end(),
                text="",
                size=size,
                slack=slack,
                exact=not unit,
                digits=digits,
                unit=unit,
                role=role,
            )


def _spelled(text: str) -> Iterator[Numeral]:
    for found in _SPELLED.finditer(text):
        word = (found["word"] or found["many"] or "").lower()
        size = 2.0 + _ENGLISH.index(word) if word else 2.0
        unit, slack = ("", 0.5) if found["word"] else ("times", 0.25)
        yield Numeral(
            start=found.start(),
            end=found.end(),
            text="",
            size=size,
            slack=slack,
            exact=not unit,
            digits=1,
            unit=unit,
            role="value" if unit else "spelled",
        )


def _ranged(made: list[Numeral], text: str) -> Iterator[Numeral]:
    """Give the first number of a range the unit, and maybe the scale, of the second: 3–5%, 3 至 5 万."""
    for one, after in zip(made, (*made[1:], None), strict=False):
        if after is None or one.role not in ("value", "convention") or not _TO.fullmatch(text[one.end : after.start]):
            yield one
            continue
        if after.unit and not one.unit:
            one = replace(one, unit=after.unit)
        between = text[one.end : after.start]
        scaled = _SCALE.search(text[after.start : after.end])
        if scaled and one.size < 1000 and "and" not in between and "和" not in between:
            one = replace(one, other=_SCALES[scaled[1]])
        yield one
