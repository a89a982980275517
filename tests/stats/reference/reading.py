"""What the answers share: the outcome of an entry, and the numbers of an estimate in R's units."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from k2lab.stats.result import Estimate, Result, TestResult

Load = Callable[[dict[str, Any]], pd.DataFrame]
"""What gives the frame of an entry."""


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Go through the numbers of a nested value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}/{key}" if path else str(key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from leaves(item, f"{path}/{i}")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, float(value)


def named(args: dict[str, Any]) -> tuple[str, str]:
    """Return the column and the scale of an outcome that may be a logarithm."""
    y = args["y"]
    return (y[4:-1], "log") if y.startswith("log(") else (y, "raw")


def back(e: Estimate, part: float) -> float:
    """Return a difference in percent as one of logarithms; any other as it is."""
    return math.log1p(part / 100) if e.unit == "%" else part


def interval(e: Estimate, low: str = "ci_low", high: str = "ci_high") -> dict[str, float]:
    return {low: back(e, e.low), high: back(e, e.high)}


def test_of(made: Result, method: str) -> TestResult:
    return next(t for t in made.tests if t.method.startswith(method))


test_of.__test__ = False  # type: ignore[attr-defined]


def two(load: Load, args: dict[str, Any]) -> pd.DataFrame:
    frame = load(args)
    frame = frame[frame[args["group"]].astype(str).isin(args["levels"])].reset_index(drop=True)
    frame[args["group"]] = frame[args["group"]].astype(str)
    return frame
