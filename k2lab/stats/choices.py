"""Which test leads a comparison of two groups or of pairs, and why: by design, size and shape, never by p."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from k2lab.errors import K2Error
from k2lab.locale import pick
from k2lab.stats import columns, samples
from k2lab.stats.compare import SMALL, Comparison
from k2lab.stats.rank_tests import mann_whitney_of, wilcoxon
from k2lab.stats.result import Result, Sentence
from k2lab.stats.samples import Sample, Samples
from k2lab.stats.ttest import equivalence, t_test
from k2lab.stats.weighted import Held, of
from k2lab.stats.words import tidy

if TYPE_CHECKING:
    import numpy as np


def small_and_skewed(groups: Sequence[np.ndarray | Held]) -> bool:
    """Tell whether all groups have fewer than 15 rows and one is skewed beyond 1 on the scale of the analysis.

    Examples
    --------
    >>> import numpy as np
    >>> small_and_skewed([np.array([1.0, 1, 2, 2, 90]), np.array([1.0, 2, 3])]), small_and_skewed([np.arange(20.0)])
    (True, False)
    """
    held = [of(g) for g in groups]
    return all(h.n < SMALL for h in held) and any(abs(h.skewness) > 1 for h in held)


def by_ranks(made: Comparison, planned: Result) -> Result:
    """Return the comparison of two small skewed groups with ranks first, and the planned one beside them."""
    reference = next((g for g in made.groups if g.levels[made.x] == made.reference), made.groups[0])
    other = next(g for g in made.groups if g is not reference)
    pair = tuple(Sample(name=g.name, level=g.levels[made.x], held=made.original(g)) for g in (other, reference))
    held = Samples(y=made.outcome.name, x=made.x, groups=pair, scale="raw", dropped=0)
    try:
        ranked = mann_whitney_of(held, 0.95)
    except K2Error:  # all values tied: the planned comparison says what there is
        return planned
    rest = [replace(s, role="finding") if s.role == "headline" else s for s in planned.sentences]
    told = [s for s in ranked.sentences if s.key not in {t.key for t in rest} or s.role == "headline"]
    tests = (*ranked.tests, *(t for t in planned.tests if t.symbol != "U"))
    kept = [s for s in rest if s.key not in ("rank-twin",)]
    return replace(
        planned, estimates=(*ranked.estimates[:1], *planned.estimates), tests=tests, sentences=(*told, *kept)
    )


def pairs(data: Any, y: str, x: str, paired: str, scale: str, sesoi: float | None) -> Result:
    """Compare two measurements of each unit: the paired t test, or signed ranks for few and skewed differences."""
    chosen = scale
    if scale == "auto":
        raw = samples.pairs(data, y, x, paired)
        import numpy as np

        chosen = columns.choose_scale(np.concatenate([g.held.values for g in raw.groups])).name
    held = samples.pairs(data, y, x, paired, chosen)
    few = small_and_skewed([held.differences])
    mean = t_test(data, y, x, paired=paired, scale=chosen)
    ranked = wilcoxon(data, y, x, paired=paired)
    first, second = (ranked, mean) if few else (mean, ranked)
    agree = (first.tests[0].p < 0.05) == (second.tests[0].p < 0.05)
    name = tidy(y)
    lead = first.tests[0].method
    why = (
        pick(f"{held.n} pairs are few and their differences skewed", f"仅 {held.n} 对且差值呈偏态")
        if few
        else pick("the design is paired", "设计为配对")
    )
    said = [
        Sentence(
            key="method", role="method", columns=held.columns, weight=5,
            text=pick(f"{lead} leads for {name}, since {why}; {second.tests[0].method} stands beside it.",
                      f"{name} 以{lead}为主，因为{why}；{second.tests[0].method} 并列。"),
        ),
        Sentence(
            key="rank-twin", role="finding" if agree else "caveat", columns=held.columns, weight=4 if agree else 9,
            text=pick(f"The two tests of the pairs of {name} {'agree' if agree else 'do not agree'}.",
                      f"{name} 配对的两种检验{'一致' if agree else '不一致'}。"),
        ),
    ]  # fmt: skip
    same = equivalence(data, y, x, paired=paired, scale=chosen, sesoi=sesoi)
    said += [replace(s, role="finding") for s in same.sentences if s.role == "headline"]
    return replace(
        first, kind="compare", title=pick(f"{name} by {tidy(x)}, paired", f"按 {tidy(x)} 配对比较 {name}"),
        estimates=(*first.estimates, *second.estimates[:1]), tests=(*first.tests, *second.tests),
        sentences=(*first.sentences, *said), values=dict(first.values) | {"reading": same.values["reading"]},
    )  # fmt: skip
