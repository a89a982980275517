"""Words that several results share: names, lists, levels and readings, in the language in use."""

from __future__ import annotations

from collections.abc import Sequence

from k2lab.locale import pick
from k2lab.locale.numbers import MINUS, count, p_value


def tidy(name: object) -> str:
    """Write a column name or a level on one line and not too long, whatever it holds.

    Examples
    --------
    >>> tidy("a\\nb")
    'a b'
    """
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in str(name)).split()) or "''"
    return text if len(text) <= 60 else text[:57] + "..."


def joined(parts: Sequence[str]) -> str:
    """Join names as a sentence does.

    Examples
    --------
    >>> joined(["EN", "MI", "SE"])
    'EN, MI and SE'
    """
    if len(parts) < 2:
        return "".join(parts)
    gap = " " if parts[-2][-1:].isascii() else ""
    return pick(f"{', '.join(parts[:-1])} and {parts[-1]}", f"{'、'.join(parts[:-1])}{gap}和 {parts[-1]}")


def spaced(text: str) -> str:
    """Put a space behind a name that ends in a Latin letter, before Chinese ones.

    Examples
    --------
    >>> spaced("pay"), spaced("pay（对数）")
    ('pay ', 'pay（对数）')
    """
    return f"{text} " if text[-1:].isascii() else text


def listed(parts: Sequence[str]) -> str:
    """Join names with commas only.

    Examples
    --------
    >>> listed(["a", "b"])
    'a, b'
    """
    return pick(", ", "、").join(parts)


def at(column: str, level: object) -> str:
    """Name a level of a column.

    Examples
    --------
    >>> at("level", "EN"), at("age", "> 30")
    ('level = EN', 'age > 30')
    """
    text = tidy(level)
    return f"{tidy(column)} {text}" if text[:1] in "<>≤≥" else f"{tidy(column)} = {text}"


def named_levels(column: str, levels: Sequence[str]) -> list[str]:
    """Name levels of a column in a list, with the column's name before the first where a level alone says nothing.

    Examples
    --------
    >>> named_levels("level", ["EN", "MI"]), named_levels("children", ["0", "3"])
    (['EN', 'MI'], ['children = 0', '3'])
    """
    short = [tidy(level) for level in levels]
    if not any(text in ("True", "False") or not any(letter.isalpha() for letter in text) for text in short):
        return short
    return [at(column, level) if i == 0 else text for i, (level, text) in enumerate(zip(levels, short, strict=True))]


def sentence(text: str) -> str:
    """Begin a sentence with a capital where it begins with a word of ours, never a column's name.

    Examples
    --------
    >>> sentence("the share of won = True is higher"), sentence("sold is higher")
    ('The share of won = True is higher', 'sold is higher')
    """
    return text[:1].upper() + text[1:] if text.startswith("the share of ") else text


def points(value: float, *, sign: bool = True) -> str:
    """Write a difference of shares in percentage points.

    Examples
    --------
    >>> points(-3.21)
    '−3.2 points'
    """
    text = f"{value:+.1f}" if sign else f"{value:.1f}"
    text = "0.0" if text.lstrip("+-") == "0.0" else text.replace("-", MINUS)
    return pick(f"{text} points", f"{text} 个百分点")


def rows(n: float) -> str:
    """Write a number of rows.

    Examples
    --------
    >>> rows(1), rows(284)
    ('1 row', '284 rows')
    """
    return pick(f"{count(n)} row" if n == 1 else f"{count(n)} rows", f"{count(n)} 行")


def adjusted_for(names: Sequence[str]) -> str:
    """Say what an estimate is adjusted for.

    Examples
    --------
    >>> adjusted_for([])
    'unadjusted'
    """
    if not names:
        return pick("unadjusted", "未调整")
    return pick(f"adjusted for {joined(names)}", f"已调整 {joined(names)}")


def share_of_variance(eta2: float) -> str:
    """Call a share of variance by Cohen's (1988) conventions.

    Examples
    --------
    >>> share_of_variance(0.002), share_of_variance(0.08)
    ('very small', 'medium')
    """
    if eta2 < 0.01:
        return pick("very small", "很小")
    if eta2 < 0.06:
        return pick("small", "较小")
    return pick("medium", "中等") if eta2 < 0.14 else pick("large", "较大")


def pooled_level() -> str:
    """Name the level that stands for the rarer ones of a column.

    Examples
    --------
    >>> pooled_level()
    'other (pooled)'
    """
    return pick("other (pooled)", "其他（合并）")


def strength(value: float) -> str:
    """Call a correlation by Cohen's (1988) conventions.

    Examples
    --------
    >>> strength(0.004), strength(-0.6)
    ('very weak', 'strong')
    """
    size = abs(value)
    if size < 0.1:
        return pick("very weak", "极弱")
    if size < 0.3:
        return pick("weak", "弱")
    return pick("moderate", "中等") if size < 0.5 else pick("strong", "强")


def p_text(p: float) -> str:
    """Write a p-value with its letter.

    Examples
    --------
    >>> p_text(1e-30)
    'p < 0.001'
    """
    return f"p {p_value(p)}"
