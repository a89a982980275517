"""Adjusting p-values of a family of tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from k2lab.stats.result import Result


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


METHODS = ("holm", "bh", "bonferroni", "hochberg", "hommel", "by", "none")
"""Ways to adjust a family of p-values; "bh" and "by" bound the false discovery rate, the others the family-wise one."""

METHOD_NAMES = {
    "holm": "Holm", "bh": "Benjamini-Hochberg", "bonferroni": "Bonferroni", "hochberg": "Hochberg", "hommel": "Hommel",
    "by": "Benjamini-Yekutieli", "none": "unadjusted",
}  # fmt: skip


def adjusted(p: Sequence[float], method: str = "holm") -> list[float]:
    """Adjust p-values of one family by a named method.

    Examples
    --------
    >>> adjusted([0.01, 0.04], "bonferroni")
    [0.02, 0.08]
    """
    if method == "none" or not p:
        return [float(one) for one in p]
    if method == "holm":
        return holm(p)
    if method == "bh":
        return benjamini_hochberg(p)
    if method == "bonferroni":
        return [min(1.0, len(p) * one) for one in p]
    from statsmodels.stats.multitest import multipletests

    names = {"hochberg": "simes-hochberg", "hommel": "hommel", "by": "fdr_by"}
    return [float(one) for one in multipletests(list(p), method=names[method])[1]]


def adjust(p: Sequence[float] | Mapping[str, float], method: str = "holm") -> Result:
    """Adjust the p-values of one family of tests.

    Parameters
    ----------
    p : sequence of float, or mapping of name to float
        The unadjusted p-values of all tests that answer one question, not only of the small ones.
    method : {"holm", "bh", "bonferroni", "hochberg", "hommel", "by", "none"}
        Holm for confirmatory tests; "bh" (Benjamini-Hochberg) for screens of many.

    Returns
    -------
    Result
        A table of p and adjusted p in the order given, and how many tests were run.

    Raises
    ------
    UsageError
        If there is no p-value, one is not between 0 and 1, or the method is unknown.

    Notes
    -----
    Holm (1979), Hochberg (1988), Hommel (1988), Benjamini and Hochberg (1995), Benjamini and Yekutieli (2001); the
    numbers of R's p.adjust.

    Examples
    --------
    >>> made = adjust({"north": 0.01, "south": 0.04, "west": 0.03})
    >>> made.to_frame()["p adjusted"].tolist()
    [0.03, 0.06, 0.06]
    """
    from k2lab.errors import UsageError
    from k2lab.locale import pick
    from k2lab.stats.result import Result, Sentence, Table
    from k2lab.stats.samples import one_of

    one_of("method", method, METHODS)
    if isinstance(p, Mapping):
        named = dict(p)
    elif (names := getattr(p, "index", None)) is not None and not callable(names):  # a Series, unless only positions
        plain = list(names) == list(range(len(p)))
        named = {str(i + 1 if plain else key): one for i, (key, one) in enumerate(zip(names, p, strict=True))}
    else:
        named = {str(i): one for i, one in enumerate(p, start=1)}
    wrong = [name for name, one in named.items() if not (isinstance(one, (int, float)) and 0 <= one <= 1)]
    if wrong or not named:
        what = f"The p-value of {wrong[0]!r} is {named[wrong[0]]!r}." if wrong else "There is no p-value to adjust."
        raise UsageError(what, "Give numbers between 0 and 1.")
    values = [float(one) for one in named.values()]
    made = adjusted(values, method)
    title = METHOD_NAMES[method]
    below = sum(one < 0.05 for one in made)
    before = sum(one < 0.05 for one in values)
    text = pick(
        f"Of {len(values)} tests of one family, {below} have an adjusted p below 0.05 ({title}; {before} before the "
        "adjustment).",
        f"同一组 {len(values)} 次检验中，校正后 p 小于 0.05 的有 {below} 次（{title}；校正前 {before} 次）。",
    )
    return Result(
        kind="adjust", title=pick(f"Adjusted p-values, {title}", f"校正 p 值，{title}"),
        tables=(
            Table(
                title="", columns=(pick("test", "检验"), "p", pick("p adjusted", "校正 p")),
                rows=tuple((name, one, two) for name, one, two in zip(named, values, made, strict=True)),
            ),
        ),
        sentences=(Sentence(key="multiplicity", role="headline", text=text, weight=10),),
        values={"tests": len(values), "method": method, "below": below},
    )  # fmt: skip
