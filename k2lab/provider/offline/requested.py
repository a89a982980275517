"""Requested forms: a question that asks for its values as ``@name[value]``."""

# ruff: noqa: E501 - a pattern stays on one line
from __future__ import annotations

import re

from k2lab.provider.offline.reading import Wanted

_NAMED = re.compile(r"(?:(?<![\w.])|(?<=\\n))@([A-Za-z_]\w*)\s*\[([^\]]*)\]?")
_FORM = re.compile(
    r"(?:^|[\s.?!。？！])(?:constraints?|(?:answer |output |response |required )?format|约束(?:条件)?|要求|(?:回答|输出|答案)?格式)\s*[:：]",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"[^.?!。？！]*\b(?:answer|write|give|report|return|respond|reply|print|format\w*|output)\b[^.?!。？！]*$|[^。？！?]*(?:写成|以|按|用|请)[^。？！?]*$",
    re.IGNORECASE,
)
_DECIMALS = re.compile(
    r"\b(one|two|three|four|five|six|1|2|3|4|5|6)\s+decimals?\b|\b(one|two|three|four|five|six|1|2|3|4|5|6)[- ]decimal|([1-6一二两三四五六])\s*位小数",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"\boutliers?\b[^.;]{0,40}?\b(?:prun|remov|exclud|dropp|trimm|winsor)\w*|\b(?:prun|remov|exclud|drop|trim|winsor)\w*[^.;]{0,30}?\boutliers?\b"
    r"|\b(?:imput|normali[sz]e|standardi[sz]e|log[- ]transform)\w*|(?:剔除|删除|去除|去掉)[^。；]{0,8}(?:异常|离群)|(?:填补|插补|归一化|标准化)",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"whole number|nearest integer|\binteger\b|整数", re.IGNORECASE)
_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6,
}  # fmt: skip


def requested(question: str) -> tuple[str, tuple[Wanted, ...], str]:
    """Cut a question from what it says of the form of its answer.

    Parameters
    ----------
    question : str

    Returns
    -------
    question : str
        Up to the words on the form, or all of it when it names no value.
    wanted : tuple of Wanted
    rest : str
        The words on the form, with any conditions that stand before it.

    Examples
    --------
    >>> requested("What is the mean fare? Answer as @mean_fare[x], to two decimals.")
    ('What is the mean fare?', (Wanted(name='mean_fare', decimals=2),), '@mean_fare[x], to two decimals.')
    >>> requested("Mail me@home[1]?")
    ('Mail me@home[1]?', (), '')
    """
    found = list(_NAMED.finditer(question))
    if not found:
        return question, (), ""
    form = _FORM.search(question)
    end = min(form.start() + 1 if form and form.start() else found[0].start(), found[0].start())
    asked, rest = question[:end], question[end:]
    if form is None or form.start() >= found[0].start():
        asked = _LEAD.sub("", asked) or asked
    decimals = _places(rest)
    after = rest[found[-1].end() - end :]
    made = {hit.group(1): Wanted(name=hit.group(1), decimals=_own(hit.group(2), after, decimals)) for hit in found}
    return asked.strip(), tuple(made.values()), rest


def _own(placeholder: str, after: str, otherwise: int | None) -> int | None:
    """Return the decimals that the text says of one placeholder, where it speaks of it by itself."""
    told = (
        re.search(rf"(?<![\w@\[]){re.escape(placeholder)}(?![\w\]])", after) if placeholder not in ("", "a") else None
    )
    if told is None:
        return otherwise
    sentence = re.split(r"[\n;]|[.](?=\s)", after[told.start() :], maxsplit=1)[0]
    return _places(sentence, otherwise)


def _places(text: str, otherwise: int | None = None) -> int | None:
    """Return the decimals that a text asks for; 0 for whole numbers."""
    if hit := _DECIMALS.search(text):
        word = next(group for group in hit.groups() if group).lower()
        return _COUNTS.get(word) or int(word)
    return 0 if _WHOLE.search(text) else otherwise


def changes(text: str) -> str:
    """Return what a text wants done to the rows or values before the numbers are taken; empty for nothing.

    Examples
    --------
    >>> changes("Outliers are to be pruned before the mean is taken."), changes("Do not remove any outliers.")
    ('Outliers are to be pruned', '')
    """
    for hit in _CHANGES.finditer(text):
        before = text[max(0, hit.start() - 30) : hit.start()] + hit.group()
        if not re.search(r"\b(?:not|no|never|without|don't|any)\b|不要|不得|无需|不", before, re.IGNORECASE):
            return " ".join(hit.group().split())
    return ""
