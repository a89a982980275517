"""What a result says of how a large frame was read: a sample and of how many rows, quantiles and ranks from bins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec

from k2lab.locale import pick
from k2lab.locale.numbers import count
from k2lab.stats import engines
from k2lab.stats.result import Result, Scalar, Sentence

Arguments = ParamSpec("Arguments")

_NEED_ALL_ROWS = ("duplicates", "independence")
_COUNTS_OF_REPEATS = ("repeats", "distinct_rows", "largest_group")


def any_engine(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Let a function read a frame of any engine and size once a call, and its result say how it was read."""

    @wraps(function)
    def called(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with engines.reading() as now:
            return labelled(function(*args, **kwargs), now)

    return called


def label(now: engines.Reading) -> str:
    """Return in words how a large frame was read, or an empty text where every row counts as it is.

    Examples
    --------
    >>> label(engines.Reading(sampled=(200_000, 84_000_000)))
    'Read from a sample of 200,000 of 84,000,000 rows, seed 0.'
    >>> label(engines.Reading(sampled=(200_000, 84_000_000), parts=["Kendall's tau"]))
    "From a sample of 200,000 of 84,000,000 rows, seed 0: Kendall's tau. All else is from all rows."
    """
    said = []
    if now.sampled and now.parts:
        taken, total = map(count, now.sampled)
        named = pick("; ", "；").join(now.parts)
        said.append(
            pick(
                f"From a sample of {taken} of {total} rows, seed {engines.SEED}: {named}. All else is from all rows.",
                f"取自 {total} 行中 {taken} 行的样本（随机种子 {engines.SEED}）：{named}。其余均取自全部行。",
            )
        )
    elif now.sampled:
        taken, total = map(count, now.sampled)
        said.append(
            pick(
                f"Read from a sample of {taken} of {total} rows, seed {engines.SEED}.",
                f"依据 {total} 行中 {taken} 行的样本（随机种子 {engines.SEED}）。",
            )
        )
    if now.rounded:
        said.append(
            pick(
                f"Quantiles and ranks are read from bins {now.rounded} wide; counts, means and variances are exact.",
                f"分位数与秩取自宽度为 {now.rounded} 的分箱；计数、均值与方差为精确值。",
            )
        )
    return pick(" ", "").join(said)


def labelled(result: Result, now: engines.Reading) -> Result:
    """Return a result with the label as a warning and a limitation, and without what a sample cannot tell."""
    text = label(now)
    if not text or text in result.warnings:
        return result
    sentences, values = result.sentences, dict[str, Scalar](result.values)
    if now.sampled:
        values |= {"sample": now.sampled[0], "sample_of": now.sampled[1], "seed": engines.SEED}
    if now.sampled and not now.parts:
        sentences = tuple(s for s in sentences if s.key not in _NEED_ALL_ROWS)
        for name in _COUNTS_OF_REPEATS:
            values.pop(name, None)
        more = pick(
            " Counts of rows are those of the sample, where nothing else is said; repeated rows were not looked for.",
            "除另有说明外，行数均为样本行数；未检查重复行。",
        )
    else:
        more = ""
    said = Sentence(key="sample", role="limitation", text=text + more, weight=95)
    return replace(result, sentences=(*sentences, said), values=values, warnings=(*result.warnings, text))
