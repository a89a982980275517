"""Statistics that answer in words: each function takes a frame and returns a `Result`.

Loaded on first use, so that ``from k2lab import stats`` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_HOMES = {
    "adjust": "multiplicity",
    "anova": "anova",
    "associate": "associate",
    "bootstrap": "resample",
    "checks": "checks",
    "chi_squared": "contingency",
    "compare": "compare",
    "confounders": "confounders",
    "contrasts": "margins",
    "correlation": "correlation",
    "correlations": "correlations",
    "count": "counts",
    "describe": "describe",
    "diagnostics": "diagnostics",
    "distribution": "distribution",
    "drivers": "drivers",
    "effect": "effect",
    "equivalence": "ttest",
    "facts": "facts",
    "fisher": "contingency",
    "group_means": "centre",
    "kruskal": "rank_tests",
    "mann_whitney": "rank_tests",
    "marginal_means": "margins",
    "mcnemar": "shares",
    "mean": "centre",
    "median": "centre",
    "normality": "spread_tests",
    "posthoc": "posthoc",
    "predict": "predictions",
    "proportion": "counts",
    "proportion_trend": "shares",
    "quality": "quality",
    "regress": "regress",
    "relate": "relate",
    "sensitivity": "sensitivity",
    "strata": "strata",
    "t_test": "ttest",
    "total": "counts",
    "trend": "trend",
    "two_way": "two_way",
    "variances": "spread_tests",
    "wilcoxon": "rank_tests",
}

__all__ = tuple(sorted(_HOMES))


class _Stats(ModuleType):
    """The package: a function keeps its name though a module has the same one.

    The import system binds a loaded submodule to its package, so ``stats.effect`` would turn from the
    function into the module as soon as anything imports ``k2lab.stats.effect``.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and _HOMES.get(name) == name:
            value = getattr(value, name)
        super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"k2lab.stats has no function {name!r}; it has {', '.join(__all__)}")
    function = getattr(import_module(f"k2lab.stats.{_HOMES[name]}"), name)
    globals()[name] = function
    return function


def __dir__() -> list[str]:
    return list(__all__)


sys.modules[__name__].__class__ = _Stats
