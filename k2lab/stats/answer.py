"""The parts of the answer of `effect`, computed from one fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k2lab.errors import InputError
from k2lab.locale import pick
from k2lab.stats.effect_sizes import partial_eta2
from k2lab.stats.grouped import GroupedFit, Wald, fit
from k2lab.stats.result import Estimate
from k2lab.stats.simple import Difference, differences
from k2lab.stats.study import NOT_ANALYSED, Study, covariate_text
from k2lab.stats.words import adjusted_for, tidy

if TYPE_CHECKING:
    from k2lab.stats.grouped import Term


class Answer:
    """The parts of the answer: simple differences, the leading level, the tests, the average."""

    def __init__(self, made: Study, fitted: GroupedFit, covariates: Sequence[Term], rows: str) -> None:
        self.study, self.fitted, self.covariates, self.rows = made, fitted, covariates, rows
        self.named = [covariate_text(term) for term in covariates]
        self.found = differences(made, fitted)
        if not self.found:
            raise InputError(
                f"No level of {tidy(made.x.name)} can be compared: each cell needs {NOT_ANALYSED} rows or more.",
                "Compare without the moderator, or pool levels first."
                if made.by
                else "Pool levels first, or add rows.",
            )
        solid = [d for d in self.found if not d.weak]
        self.small = not solid
        self.used = solid or list(self.found)
        weight: dict[str, int] = {}
        for d in self.used:
            weight[d.level] = weight.get(d.level, 0) + d.n
        self.lead = max(weight, key=lambda level: weight[level])
        self.mine = [d for d in self.used if d.level == self.lead]
        self.hc3 = self.classical = None
        self.still = made.still()
        if made.by is not None:
            pair = (made.x.name, made.by.name)
            # A cell without spread would enter HC3 as known without error.
            self.hc3 = None if self.still else fitted.wald(pair)
            self.classical = fitted.wald(pair, "classical")
        self.test = self.hc3 or self.classical
        self.joint = self._joint()
        self.additive = self._additive()

    @property
    def how(self) -> str:
        """Say what was adjusted for, and over which rows."""
        kept = pick("all rows", "全部行") if self.rows == "all" else pick("distinct rows", "去重后的行")
        return pick(f"{adjusted_for(self.named)}, {kept}", f"{adjusted_for(self.named)}，{kept}")

    def _joint(self) -> Wald | None:
        import numpy as np

        parts = [self.fitted.slices[(self.study.x.name,)]]
        if self.study.by is not None:
            parts.append(self.fitted.slices[(self.study.x.name, self.study.by.name)])
        places = np.concatenate([np.arange(part.start, part.stop) for part in parts])
        return self.fitted.wald(places, "classical" if self.still else "HC3")

    def _additive(self) -> tuple[Difference, ...]:
        """Return the differences averaged over the moderator, by a model without the interaction."""
        if self.study.by is None:
            return ()
        flat = self.study.fit(self.covariates, interaction=False)
        seen: dict[str, Difference] = {}
        for one in differences(self.study, flat):
            seen.setdefault(one.level, one)
        return tuple(seen.values())

    def ends(self) -> tuple[Difference, Difference]:
        """Return the smallest and the largest of the leading differences."""
        ends = sorted(self.mine, key=lambda d: d.value)
        return ends[0], ends[-1]

    def eta(self) -> Estimate | None:
        """Return the share of variance of the interaction, from the classical F."""
        test = self.classical
        if test is None or test.statistic <= 0:
            return None
        return partial_eta2(test.statistic, test.df1, test.df2, self.fitted.n, pick("partial eta²", "偏 eta²"))

    def shares(self) -> dict[str, float]:
        """Return the share of variance that x alone and the moderator alone account for."""
        import numpy as np

        made, rows = self.study, np.flatnonzero(self.study.used)
        shares = {}
        for term in (made.x, made.by):
            if term is not None:
                folds = None if made.folds is None else made.folds.kept(rows)
                shares[term.name] = fit(made.outcome.values[rows], [term.kept(rows)], folds=folds).r2
        return shares
