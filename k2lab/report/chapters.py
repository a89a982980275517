"""Steps in chapters: the main result, what else may explain it, the model. The kinds of results decide, for any run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from k2lab.report.model import Chapter, Section

ORDER = ("result", "explain", "model")
_EXPLAIN = frozenset({"confounders", "strata", "sensitivity"})


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a step showed, and the kinds of the results among it: none for a figure or a printed number."""

    section: Section
    kinds: tuple[str, ...] = ()


def chapters_of(shown: Sequence[Shown], *, tag: str, words: Mapping[str, str]) -> tuple[Chapter, ...]:
    """Group the steps of a run.

    Parameters
    ----------
    shown : sequence of Shown
        In the order in which they ran.
    tag : str
        Put before the anchors, where a page has several runs.
    words : mapping
        The report's words.

    Notes
    -----
    The first result is the main one, whatever its kind: somebody asked for it. Later ones that look for other
    explanations open a chapter, and comparisons made after that belong to it; a regression opens the model's. A step
    without a result stays with the one before it.
    """
    names = _names([item.kinds for item in shown])
    found: dict[str, list[Section]] = {name: [] for name in ORDER}
    for name, item in zip(names, shown, strict=True):
        found[name].append(item.section)
    return tuple(
        Chapter(anchor=f"{tag}{name}", heading=words[f"chapter-{name}"], sections=tuple(sections))
        for name, sections in found.items()
        if sections
    )


def _names(kinds: Iterable[tuple[str, ...]]) -> list[str]:
    """Return the chapter of each step.

    Examples
    --------
    >>> _names([(), ("effect",), (), ("confounders",), ("effect",), ("regress",), ()])
    ['result', 'result', 'result', 'explain', 'explain', 'model', 'model']
    """
    made: list[str] = []
    answered = explaining = False
    for found in kinds:
        last = made[-1] if made else "result"
        if not found:
            made.append(last)
        elif not answered:
            answered = True
            made.append("result")
        elif "regress" in found:
            made.append("model")
        else:
            explaining = explaining or not _EXPLAIN.isdisjoint(found)
            made.append("explain" if explaining else "result")
    return made
