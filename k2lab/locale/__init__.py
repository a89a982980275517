"""The language of what a person reads: which one is in use, and how it writes numbers."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

_current: Language = "en"


def use_language(language: str) -> Language:
    """Choose the language of the sentences, labels and captions made from now on.

    Parameters
    ----------
    language : {"en", "zh"}
        English or Simplified Chinese.

    Raises
    ------
    ValueError
        If k2lab does not speak it.

    Examples
    --------
    >>> use_language("en")
    'en'
    """
    global _current
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}; k2lab writes 'en' and 'zh'")
    _current = language
    return _current


def language() -> Language:
    """Return the language in use."""
    return _current


def language_of(text: str) -> Language:
    """Tell the language of a question: Chinese if a fair share of its letters is Chinese.

    Examples
    --------
    >>> language_of("远程办公比例是否影响 salary_in_usd?")
    'zh'
    >>> language_of("Does the 远程 column affect pay, and does it differ by level?")
    'en'
    """
    han = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
    words = len([word for word in text.split() if word.isascii()])
    return "zh" if han >= 2 and han > words else "en"


def pick(en: str, zh: str) -> str:
    """Return the text in the language in use."""
    return zh if _current == "zh" else en
