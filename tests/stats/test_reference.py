"""Every number of R's reference results against what a person gets from the public functions, each at its tolerance.

`ANSWERS` makes, for each kind of entry, the numbers of the entry's `values` from one public call (or a few). Whatever
number of the reference an answer does not hold has to be named in `NOT_OFFERED`, with the reason; nothing is skipped.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from k2lab import stats
from k2lab.stats.result import Result
from tests.stats.conftest import TOPICS
from tests.stats.reference.exceptions import LOOSE, NOT_OFFERED
from tests.stats.reference.groups import (
    adjust,
    cells,
    dunn,
    effect,
    empty_cell,
    family_of,
    oneway,
    pairwise,
    r_squared,
    strata,
    twoway,
)
from tests.stats.reference.means import (
    describe,
    duplicates,
    equivalence,
    geometric,
    group_means,
    mann_whitney,
    missing,
    ratio,
    shapiro,
    sizes,
    spread,
    standardised,
    t_one,
    t_paired,
    t_test,
    variance_ratio,
    weighted,
    wilcoxon,
)
from tests.stats.reference.models import breusch_pagan, influence, logit, ols, poisson, quantile, vif
from tests.stats.reference.reading import Load, leaves
from tests.stats.reference.shares import (
    contingency,
    correlation,
    mcnemar,
    partial,
    proportion,
    trend,
    two_by_two,
)

pytestmark = pytest.mark.reference

ANSWERS: dict[str, Callable[[dict[str, Any], Load], dict[str, Any]]] = {
    "describe": describe, "group_means": group_means, "geometric_means": geometric, "weighted_mean": weighted,
    "standardised_means": standardised, "duplicates": duplicates, "missing": missing, "t_test": t_test,
    "equivalence": equivalence, "standardised_difference": sizes, "variance_ratio": variance_ratio,
    "mann_whitney": mann_whitney, "ratio_of_geometric_means": ratio, "t_paired": t_paired,
    "wilcoxon_signed": wilcoxon, "t_one": t_one, "oneway": oneway, "tukey": family_of("tukey"),
    "games_howell": family_of("games-howell"), "dunn": dunn, "pairwise_t": pairwise, "twoway": twoway,
    "twoway_empty_cell": empty_cell, "adjust_p": adjust, "ols": ols, "logit": logit, "poisson": poisson,
    "quantile_regression": quantile, "vif": vif, "influence": influence, "cells": cells, "spread_tests": spread,
    "shapiro": shapiro, "breusch_pagan": breusch_pagan, "correlation": correlation, "partial_correlation": partial,
    "contingency": contingency, "two_by_two": two_by_two, "proportion": proportion, "proportion_trend": trend,
    "mcnemar": mcnemar, "effect_by_level": effect, "strata_ratio": strata, "r_squared_steps": r_squared,
}  # fmt: skip


@pytest.mark.entries(*TOPICS)
def test_every_number(entry: dict[str, Any], reference_frame: Load) -> None:
    kind = entry["kind"]
    got = dict(leaves(ANSWERS[kind](entry["args"], reference_frame)))
    compared = 0
    wrong = []
    for path, want in leaves(entry["values"]):
        if path not in got:
            reasons = [why for (k, pattern), why in NOT_OFFERED.items() if k == kind and re.fullmatch(pattern, path)]
            assert reasons, f"{path} = {want} is neither answered nor named in NOT_OFFERED"
            continue
        tol = next(
            (t for (k, pattern), (t, _) in LOOSE.items() if k == kind and re.fullmatch(pattern, path)),
            max(entry["rel_tol"], 1e-9),
        )
        if re.fullmatch(r"(.*[/_])?p(_.*)?|.*_p", path):
            # Below 1e-8 a p of R's ptukey is noise, and any below 1e-100 is shown as "< 0.001".
            floor = 1e-8 if kind in ("tukey", "games_howell") else 1e-100
            same = math.isclose(got[path], want, rel_tol=max(tol * 100, 1e-5), abs_tol=floor)
        elif path.endswith(("ci_low", "ci_high")) and kind in ("tukey", "games_howell"):
            same = math.isclose(
                got[path], want, rel_tol=tol, abs_tol=tol * abs(got[path.split("/")[0] + "/difference"])
            )
        else:
            floor = 1e-4 if re.fullmatch("hl_ci_.*|hodges.*test", path) else _small(entry, path)  # R's root search
            same = math.isclose(got[path], want, rel_tol=tol, abs_tol=floor)
        compared += 1
        if not same:
            wrong.append(f"{path}: {got[path]!r}, R has {want!r}")
    assert not wrong, "\n".join(wrong[:20])
    assert compared >= 2


def _small(entry: dict[str, Any], path: str) -> float:
    """Return what counts as zero beside the numbers of the same kind: a contrast near zero has few digits."""
    name = path.rsplit("/", 1)[-1]
    alike = [abs(v) for p, v in leaves(entry["values"]) if p.rsplit("/", 1)[-1] == name]
    return 1e-9 * max(alike)


def test_every_kind_has_an_answer_and_every_reason_is_needed(shared: Path) -> None:
    folder = Path(os.environ.get("K2LAB_SHARED", shared)) / "data" / "reference"
    kinds: dict[str, set[str]] = {}
    for topic in TOPICS:
        for entry in json.loads((folder / f"{topic}.json").read_text())["entries"]:
            kinds.setdefault(entry["kind"], set()).update(path for path, _ in leaves(entry["values"]))
    assert set(kinds) == set(ANSWERS)
    for (kind, pattern), why in NOT_OFFERED.items():
        assert why, (kind, pattern)
        assert any(re.fullmatch(pattern, path) for path in kinds[kind]), (kind, pattern)


def test_headline_two_way_on_all_rows(salaries: pd.DataFrame) -> None:
    made: Result = stats.two_way(salaries, "salary_in_usd", "remote_ratio", "experience_level")
    robust, classical = made.tests[:2]
    assert (robust.statistic, classical.statistic) == pytest.approx((27.07, 26.27), abs=0.01)
    assert robust.df == (6, 74289)
    by_level = {e.groups["experience_level"]: e for e in made.estimates if e.groups["remote_ratio"] == "100"}
    for level, want in {
        "EN": (-15.4, -18.2, -12.5),
        "MI": (-13.9, -15.3, -12.5),
        "SE": (-7.4, -8.2, -6.6),
        "EX": (12.3, 7.2, 17.6),
    }.items():
        e = by_level[level]
        assert (e.value, e.low, e.high) == pytest.approx(want, abs=0.051)
    assert made.values["scale"] == "log"
    assert (made.values["r2_x"], made.values["r2_by"]) == pytest.approx((0.0124, 0.1476), abs=1e-4)
