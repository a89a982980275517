"""A call of every public helper on one small table, and the numbers of its result, for the tests over engines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from k2lab import stats
from k2lab.stats.result import Result


def table(rows: int = 900) -> pd.DataFrame:
    """Return a table with numbers that repeat and numbers that do not, text, levels, truth values and gaps."""
    rng = np.random.default_rng(5)
    level = rng.choice(["junior", "middle", "senior"], rows, p=[0.3, 0.5, 0.2])
    remote = rng.choice([0, 50, 100], rows)
    site = rng.choice(["north", "south", "east"], rows)
    year = rng.integers(2019, 2025, rows)
    base = 10.5 + 0.2 * (level == "senior") - 0.002 * remote + 0.05 * (year - 2019) + 0.1 * (site == "north")
    pay = np.exp(base + rng.normal(0, 0.4, rows))
    frame = pd.DataFrame(
        {
            "pay": np.round(pay / 500) * 500,
            "exact": pay,
            "level": level,
            "remote": remote,
            "site": site,
            "year": year,
            "hours": rng.integers(20, 45, rows),
            "left": rng.random(rows) < 0.25,
        }
    )
    frame.loc[rng.choice(rows, 40, replace=False), "pay"] = np.nan
    frame.loc[rng.choice(rows, 30, replace=False), "site"] = None
    frame["late"] = rng.random(rows) < 0.1 + 0.2 * frame["left"]
    return frame


CALLS: dict[str, Callable[[Any], Result]] = {
    "adjust": lambda df: stats.adjust({"one": 0.01, "two": 0.04, "three": 0.03}),
    "anova": lambda df: stats.anova(df, "pay", ["remote", "level"]),
    "associate": lambda df: stats.associate(df, "level", "site"),
    "bootstrap": lambda df: stats.bootstrap(df, "pay", draws=200),
    "checks": lambda df: stats.checks(df, "pay", "level"),
    "chi_squared": lambda df: stats.chi_squared(df, "level", "site"),
    "compare": lambda df: stats.compare(df, "pay", "level"),
    "confounders": lambda df: stats.confounders(df, "pay", "remote"),
    "contrasts": lambda df: stats.contrasts(stats.regress(df, "pay", ["remote", "level"]), "level"),
    "correlation": lambda df: stats.correlation(df, "exact", "hours", "spearman"),
    "correlations": lambda df: stats.correlations(df, ["pay", "hours", "exact"]),
    "count": lambda df: stats.count(df, "level"),
    "describe": lambda df: stats.describe(df),
    "diagnostics": lambda df: stats.diagnostics(stats.regress(df, "pay", ["remote", "level", "hours"])),
    "distribution": lambda df: stats.distribution(df, "pay", "level"),
    "drivers": lambda df: stats.drivers(df, "pay", ["level", "remote", "year"]),
    "effect": lambda df: stats.effect(df, "pay", "remote", "level"),
    "equivalence": lambda df: stats.equivalence(df, "exact", "left", sesoi=5000.0),
    "facts": lambda df: stats.facts(df, "pay", "remote", "level"),
    "fisher": lambda df: stats.fisher(df, "left", "late"),
    "group_means": lambda df: stats.group_means(df, "exact", "level"),
    "kruskal": lambda df: stats.kruskal(df, "pay", "level"),
    "mann_whitney": lambda df: stats.mann_whitney(df, "pay", "left"),
    "marginal_means": lambda df: stats.marginal_means(stats.regress(df, "pay", ["remote", "level"]), "level"),
    "mcnemar": lambda df: stats.mcnemar(df, "left", "late"),
    "mean": lambda df: stats.mean(df, "exact"),
    "median": lambda df: stats.median(df, "pay", "site"),
    "normality": lambda df: stats.normality(df, "exact"),
    "posthoc": lambda df: stats.posthoc(df, "pay", "level"),
    "predict": lambda df: stats.predict(
        stats.regress(df, "pay", ["level", "hours"]), pd.DataFrame({"level": ["senior"], "hours": [30]})
    ),
    "proportion": lambda df: stats.proportion(df, "left", True, "level"),
    "proportion_trend": lambda df: stats.proportion_trend(df, "left", "year"),
    "quality": lambda df: stats.quality(df),
    "regress": lambda df: stats.regress(df, "pay", ["remote", "level", "hours"]),
    "relate": lambda df: stats.relate(df, "exact", "hours"),
    "sensitivity": lambda df: stats.sensitivity(df, "pay", "remote", "level"),
    "strata": lambda df: stats.strata(df, "pay", "remote", "level", "year"),
    "t_test": lambda df: stats.t_test(df, "pay", "left"),
    "total": lambda df: stats.total(df, "hours", "level"),
    "trend": lambda df: stats.trend(df, "pay", "year"),
    "two_way": lambda df: stats.two_way(df, "pay", "remote", "level"),
    "variances": lambda df: stats.variances(df, "pay", "level"),
    "wilcoxon": lambda df: stats.wilcoxon(df, ["pay", "exact"]),
}

FOLDED = (
    "anova", "associate", "compare", "count", "describe", "distribution", "effect", "equivalence",
    "group_means", "kruskal", "mann_whitney", "mean", "median", "normality", "posthoc", "proportion", "regress",
    "strata", "t_test", "total", "trend", "two_way", "variances",
)  # fmt: skip
"""The helpers that read all rows of a large table, grouped where they are."""


TYPES = {"str", "string", "object", "bool", "boolean"}


def numbers(result: Result) -> dict[str, Any]:
    """Return every number and text of a result by its place, but not the sentences."""
    made = result.to_dict()
    kept = {key: made[key] for key in ("estimates", "tests", "tables", "checks", "values") if key in made}
    return dict(_flat(kept, ""))


def _flat(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flat(one, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for i, one in enumerate(value):
            yield from _flat(one, f"{place}[{i}]")
    else:
        yield place, value


def same(got: Result, wanted: Result, *, rel: float = 1e-9) -> None:
    """Assert that two results have the same numbers."""
    ours, theirs = numbers(got), numbers(wanted)
    assert list(ours) == list(theirs)
    for place, value in ours.items():
        other = theirs[place]
        if isinstance(value, float) and isinstance(other, int | float) and not isinstance(other, bool):
            assert math.isclose(value, other, rel_tol=rel, abs_tol=1e-9), (place, value, other)
        elif value in TYPES and other in TYPES:  # each library has its own name for text, or keeps it as objects
            continue
        else:
            assert value == other, (place, value, other)
