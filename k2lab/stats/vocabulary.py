"""Words that have an order of their own: sizes, months, weekdays, degrees of agreement."""

from __future__ import annotations

from collections.abc import Iterable

_SCALES: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("xxs",),
        ("xs",),
        ("s", "small", "小"),
        ("m", "medium", "中"),
        ("l", "large", "big", "大"),
        ("xl",),
        ("xxl",),
        ("xxxl",),
    ),
    (
        ("none", "无"),
        ("very low", "很低", "极低"),
        ("low", "低"),
        ("medium", "middle", "mid", "moderate", "average", "normal", "中", "中等"),
        ("high", "高"),
        ("very high", "很高", "极高"),
        ("extreme",),
    ),
    (
        ("very poor", "terrible", "很差"),
        ("poor", "bad", "差"),
        ("fair", "ok", "okay", "average", "一般"),
        ("good", "好", "良好"),
        ("very good", "很好"),
        ("excellent", "ideal", "优秀"),
    ),
    (("fair",), ("good",), ("very good",), ("premium",), ("ideal",)),
    (
        ("strongly disagree", "非常不同意"),
        ("disagree", "不同意"),
        ("neutral", "neither agree nor disagree", "中立"),
        ("agree", "同意"),
        ("strongly agree", "非常同意"),
    ),
    (
        ("never", "从不"),
        ("rarely", "seldom", "很少"),
        ("sometimes", "occasionally", "有时"),
        ("often", "frequently", "经常"),
        ("always", "总是"),
    ),
    (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th")),
    (
        ("intern", "实习"),
        ("entry", "entry-level", "entry level", "junior", "初级"),
        ("mid", "mid-level", "intermediate", "中级"),
        ("senior", "senior-level", "高级"),
        ("lead", "executive", "director", "高管"),
    ),
    (
        ("primary", "小学"),
        ("secondary", "high school", "初中", "高中"),
        ("bachelor", "bachelors", "bachelor's", "本科"),
        ("master", "masters", "master's", "硕士"),
        ("phd", "doctorate", "doctor", "博士"),
    ),
    (
        ("mon", "monday", "星期一", "周一"),
        ("tue", "tues", "tuesday", "星期二", "周二"),
        ("wed", "wednesday", "星期三", "周三"),
        ("thu", "thur", "thurs", "thursday", "星期四", "周四"),
        ("fri", "friday", "星期五", "周五"),
        ("sat", "saturday", "星期六", "周六"),
        ("sun", "sunday", "星期日", "周日", "星期天"),
    ),
    (
        ("jan", "january", "一月", "1月"),
        ("feb", "february", "二月", "2月"),
        ("mar", "march", "三月", "3月"),
        ("apr", "april", "四月", "4月"),
        ("may", "五月", "5月"),
        ("jun", "june", "六月", "6月"),
        ("jul", "july", "七月", "7月"),
        ("aug", "august", "八月", "8月"),
        ("sep", "sept", "september", "九月", "9月"),
        ("oct", "october", "十月", "10月"),
        ("nov", "november", "十一月", "11月"),
        ("dec", "december", "十二月", "12月"),
    ),
    (("q1", "spring", "春"), ("q2", "summer", "夏"), ("q3", "autumn", "fall", "秋"), ("q4", "winter", "冬")),
    (("morning", "早晨", "上午"), ("noon", "中午"), ("afternoon", "下午"), ("evening", "晚上"), ("night", "夜间")),
    (("no", "false", "n", "否"), ("yes", "true", "y", "是")),
)


def ordinal_rank(levels: Iterable[str]) -> dict[str, int] | None:
    """Return the place of each level in a known order, or None if no order knows them all.

    Examples
    --------
    >>> ordinal_rank(["High", "low"])
    {'High': 4, 'low': 2}
    >>> ordinal_rank(["cat", "dog"]) is None
    True
    """
    found = list(levels)
    if len(found) < 2:
        return None
    for scale in _SCALES:
        place = {word: i for i, words in enumerate(scale) for word in words}
        ranks = {level: place.get(level.strip().casefold(), -1) for level in found}
        if min(ranks.values()) >= 0 and len(set(ranks.values())) == len(found):
            return ranks
    return None
