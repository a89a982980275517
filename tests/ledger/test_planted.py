"""Planted faults: narratives on real runs with one wrong number each, in both languages."""

from __future__ import annotations

from collections import Counter

from tests.ledger.narratives import FAULTS, narratives
from tests.ledger.tables import stories


def test_of_wrong_numbers_98_percent_are_marked_and_of_right_ones_at_most_two():
    missed, right, marked, unseen = list[str](), 0, list[str](), list[str]()
    planted: Counter[tuple[str, str]] = Counter()
    for story, language, told in narratives(stories(), count=200, seed=1):
        for at, said in enumerate(told):
            # The first sentence stands for a summary, which cites no step.
            marks = story.ledger.marks(said.text, () if at == 0 else (said.step,))
            for place, (start, end) in enumerate(said.places):
                found = [mark for mark in marks if mark.start < end and mark.end > start]
                number = f"{said.text[start:end]} in {said.text!r}"
                if not found:
                    unseen.append(number)
                elif place == said.wrong:
                    planted[said.fault, language] += 1
                    if all(mark.verified for mark in found):
                        missed.append(f"{said.fault}: {number}")
                else:
                    right += 1
                    if not all(mark.verified for mark in found):
                        marked.append(number)

    assert set(planted) == {(fault, language) for fault in FAULTS for language in ("en", "zh")}
    assert sum(planted.values()) == 200
    assert not unseen
    assert len(missed) <= 0.02 * 200, missed
    assert right > 2000
    assert len(marked) <= 0.02 * right, marked
