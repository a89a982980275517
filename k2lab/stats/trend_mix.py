"""A trend at one mix of a category, and a slope with Newey-West errors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from k2lab.locale import pick
from k2lab.stats.grouped import Term
from k2lab.stats.outcome import Outcome
from k2lab.stats.result import Sentence
from k2lab.stats.words import at, tidy

if TYPE_CHECKING:
    import numpy as np

LEAST = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Series:
    """Means of the outcome by period, on the analysis scale."""

    term: Term
    n: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    whole: int

    def shown(self, out: Outcome, i: int) -> float:
        """Return a period mean in the unit a reader sees."""
        value = float(self.mean[i])
        return math.exp(value) if out.scale == "log" else 100 * value if out.scale == "share" else value


def newey_west(y: np.ndarray) -> tuple[float, float]:
    """Return the slope on 0, 1, 2... and its Newey-West standard error."""
    import numpy as np

    k = len(y)
    x = np.stack([np.ones(k), np.arange(k) - (k - 1) / 2], axis=1)
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ (x.T @ y)
    scores = x * (y - x @ b)[:, None]
    lags = int(4 * (k / 100) ** (2 / 9))
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        part = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (part + part.T)
    cov = k / (k - 2) * inverse @ meat @ inverse
    return float(b[1]), float(max(cov[1, 1], 0.0) ** 0.5)


def at_one_mix(out: Outcome, s: Series, by: Term, name: str, time: str) -> tuple[list[float | None], list[Sentence]]:
    """Return period means at the overall mix of a category, and say how far the crude change is one of mix."""
    import numpy as np

    k, width = len(s.term.levels), len(by.levels)
    key = s.term.codes * width + by.codes
    times = np.ones(len(key)) if out.folds is None else out.folds.times
    n = np.bincount(key, times, minlength=k * width).astype(np.int64).reshape(k, width)
    sums = np.bincount(key, weights=times * out.values, minlength=k * width)
    mean = (sums / np.maximum(n.ravel(), 1)).reshape(k, width)
    solid = (n[: s.whole] >= LEAST).all(axis=0)
    covered = float(n[:, solid].sum() / n.sum())
    if solid.sum() < 2 or covered < 0.5:
        return [None] * k, [
            Sentence(
                key="mix",
                role="caveat",
                columns=(out.name, time, name),
                weight=60,
                text=pick(
                    f"The levels of {tidy(name)} with {LEAST} rows in every period are too few to hold its mix still.",
                    f"各期均不少于 {LEAST} 行的 {tidy(name)} 水平太少，无法固定其构成。",
                ),
            )
        ]
    weight = n[:, solid].sum(axis=0) / n[:, solid].sum()
    ok = [bool(row.all()) for row in n[:, solid] >= 1]
    fixed = mean[:, solid] @ weight
    lifted = [
        float(math.exp(v)) if out.scale == "log" else 100 * float(v) if out.scale == "share" else float(v)
        for v in fixed
    ]
    crude, still = float(s.mean[s.whole - 1] - s.mean[0]), float(fixed[s.whole - 1] - fixed[0])
    text = pick(
        f"At one mix of {tidy(name)} (its overall shares, levels that cover {covered * 100:.0f}% of rows) the "
        f"change in {out.shown_name} from {at(time, s.term.levels[0])} to "
        f"{at(time, s.term.levels[s.whole - 1])} is {out.size(still)} instead of {out.size(crude)}; the rest goes "
        "with a changed mix.",
        f"若固定 {tidy(name)} 的构成（总体占比，涵盖 {covered * 100:.0f}% 的行），{out.shown_name} 从 "
        f"{at(time, s.term.levels[0])} 到 {at(time, s.term.levels[s.whole - 1])} 的变化为 {out.size(still)}，而非 "
        f"{out.size(crude)}；其余部分与构成变化有关。",
    )
    return [v if good else None for v, good in zip(lifted, ok, strict=True)], [
        Sentence(key="mix", columns=(out.name, time, name), weight=70, text=text)
    ]
