"""Adjusting p-values of a family of tests."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p: Sequence[float]) -> list[float]:
    """Adjust p-values by Holm's step-down method (family-wise error rate).

    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p)), key=lambda i: p[i])
    made, highest = [0.0] * len(p), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p) - rank) * p[i]))
        made[i] = highest
    return made


def benjamini_hochberg(p: Sequence[float]) -> list[float]:
    """Adjust p-values by the step-up method of Benjamini and Hochberg (false discovery rate).

    Source: Benjamini and Hochberg (1995), JRSS B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.02])
    [0.03, 0.04, 0.03]
    """
    order = sorted(range(len(p)), key=lambda i: p[i], reverse=True)
    made, lowest = [0.0] * len(p), 1.0
    for rank, i in enumerate(order):
        lowest = min(lowest, len(p) / (len(p) - rank) * p[i])
        made[i] = lowest
    return made
