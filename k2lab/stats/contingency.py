"""Tests of tables of counts a person may ask for by name: chi squared and Fisher."""

from __future__ import annotations

import math
from typing import Any

from k2lab.errors import UsageError
from k2lab.locale import numbers, pick
from k2lab.stats import columns, effect_sizes, fold
from k2lab.stats.associate import DRAWS, SEED, Crossing, chi2_of, counts_check, cross, random_tables, verdict
from k2lab.stats.columns import level_name
from k2lab.stats.frames import short
from k2lab.stats.groups import missing_sentence, take_rows
from k2lab.stats.labels import any_engine
from k2lab.stats.outcome import outcome
from k2lab.stats.result import Estimate, Result, Scalar, Sentence, Table, TestResult
from k2lab.stats.samples import level_checked
from k2lab.stats.spoken import interval_text, statistic_text
from k2lab.stats.words import at, tidy


@any_engine
def chi_squared(data: Any, x: str, y: str, *, level: float = 0.95) -> Result:
    """Test the independence of two columns of categories by Pearson's chi squared.

    Parameters
    ----------
    data : frame
    x, y : str
        The columns; levels beyond the eleven most frequent are pooled.
    level : float
        Confidence level of Cramér's V.

    Returns
    -------
    Result
        Pearson's statistic and the likelihood ratio G with Cramér's V (bias-corrected, with interval); for two by two
        also with Yates' correction; counts, expected counts and adjusted residuals; a warning where the expected counts
        are too small for it (then `fisher`).

    Raises
    ------
    UsageError
        If a column is missing, or is a number with many values.
    InputError
        If there are no rows, or a column has one level.

    Notes
    -----
    Pearson (1900); Bergsma (2013) for V; Agresti (2013), section 3.3, for the residuals. R: chisq.test.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"sex": ["f", "m"] * 20, "won": ["yes", "no", "yes", "yes"] * 10})
    >>> made = chi_squared(table, "sex", "won")
    >>> made.tests[0].df, round(made.tests[0].statistic, 3)
    ((1.0,), 13.333)
    """
    import numpy as np
    from scipy.stats import chi2

    level_checked(level)
    frame, dropped, made, pooled = crossing(data, x, y)
    statistic, expected, df = chi2_of(made), made.expected, (len(made.x_levels) - 1) * (len(made.y_levels) - 1)
    filled = made.counts > 0
    G = 2 * float((made.counts[filled] * np.log(made.counts[filled] / expected[filled])).sum())
    label = f"{tidy(x)} x {tidy(y)}"
    size = _strength(made, statistic, df, level)
    assumed = (pick("independent rows", "各行相互独立"), pick("expected counts of 5 or more", "期望频数不少于 5"))
    tests = [
        TestResult(
            label=label, method=method, statistic=value, symbol=symbol, df=(float(df),), p=float(chi2.sf(value, df)),
            n=made.n, effect=size, assumptions=assumed,
        )
        for method, symbol, value in (("Pearson chi2", "chi2", statistic), ("G", "G", G))
    ]  # fmt: skip
    if df == 1:
        moved = np.maximum(np.abs(made.counts - expected) - min(0.5, float(np.abs(made.counts - expected).min())), 0)
        yates = float((moved**2 / expected).sum())
        tests.append(
            TestResult(
                label=label, method=pick("Pearson chi2, Yates", "Pearson chi2，Yates 校正"), statistic=yates,
                symbol="chi2",
                df=(1.0,), p=float(chi2.sf(yates, 1)), n=made.n, assumptions=assumed,
            )
        )  # fmt: skip
    check = counts_check(made)
    warnings = list(pooled)
    if not check.passed:
        warnings.append(
            pick(f"Small expected counts ({check.reading}): use stats.fisher.",
                 f"期望频数过小（{check.reading}）：请用 stats.fisher。")
        )  # fmt: skip
    residual = adjusted_residuals(made)
    rows: tuple[tuple[Scalar, ...], ...] = tuple(
        (one, *map(int, made.counts[i]), int(made.counts[i].sum())) for i, one in enumerate(made.x_levels)
    )
    more: tuple[tuple[Scalar, ...], ...] = tuple((one, *map(float, residual[i])) for i, one in enumerate(made.x_levels))
    found = verdict(made, size.value, tests[0].p)
    text = pick(
        f"In these data, {found}: Cramér's V = {size.value:.3f} (0 none, 1 complete; "
        f"{interval_text(size)}; n = {numbers.count(made.n)}); {statistic_text(tests[0])}.",
        f"在这些数据中，{found}：Cramér's V = {size.value:.3f}（0 为无，1 为完全；"
        f"{interval_text(size)}；n = {numbers.count(made.n)}）；{statistic_text(tests[0])}。",
    )
    return Result(
        kind="chi_squared", title=pick(f"{tidy(x)} and {tidy(y)}, chi squared", f"{tidy(x)} 与 {tidy(y)}，卡方检验"),
        estimates=(size,), tests=tuple(tests), checks=(check,), warnings=tuple(warnings),
        tables=(
            Table(title=pick("Counts", "频数"), columns=(x, *made.y_levels, "n"), rows=rows),
            Table(
                title=pick("Adjusted residuals", "校正残差"), columns=(x, *made.y_levels), rows=more,
                note=pick("beyond 3 in size: there the counts are far from independence", "绝对值超过 3：该处偏离独立"),
            ),
        ),
        sentences=(
            Sentence(key="association", role="headline", text=text, columns=(x, y), weight=10), not_causal(x, y),
            *missing_sentence(dropped, fold.rows(frame) + dropped, (x, y)),
        ),
        values={
            "n": made.n, "dropped": dropped, "x": x, "y": y, "cramers_v": size.value,
            "cramers_v_uncorrected": effect_sizes.cramers_v(
                statistic, made.n, len(made.x_levels), len(made.y_levels), corrected=False
            ),
            "smallest_expected": float(expected.min()), "share_below_5": float((expected < 5).mean()),
            "largest_residual": float(np.abs(residual).max()),
        },
    )  # fmt: skip


@any_engine
def fisher(data: Any, x: str, y: str, *, level: float = 0.95) -> Result:
    """Test the independence of two columns of categories by Fisher's exact test.

    Parameters
    ----------
    data : frame
    x, y : str
        Two columns; `y`'s yes (or larger, or rarer) level is the event, as in `associate`.
    level : float
        Confidence level.

    Returns
    -------
    Result
        For two by two the exact p and the conditional odds ratio with its exact interval; for larger tables the p of
        9,999 seeded random tables with the same margins.

    Raises
    ------
    UsageError
        If a column is missing, or is a number with many values.
    InputError
        If there are no rows, or a column has one level.

    Notes
    -----
    Fisher (1935). The two-sided p adds up the tables that are no more likely. R: fisher.test,
    whose interval is rougher.

    Examples
    --------
    >>> import pandas as pd
    >>> tea = pd.DataFrame({"said": list("mmmmtttt"), "poured": list("mmmtmttt")})
    >>> made = fisher(tea, "said", "poured")
    >>> round(made.tests[0].p, 4), made.values["event"]
    (0.4857, 't')
    """
    from scipy.stats import fisher_exact
    from scipy.stats.contingency import odds_ratio

    level_checked(level)
    frame, dropped, made, pooled = crossing(data, x, y)
    label, warnings = f"{tidy(x)} x {tidy(y)}", list(pooled)
    assumed = (pick("independent rows", "各行相互独立"), pick("fixed margins", "边际固定"))
    estimates: tuple[Estimate, ...] = ()
    event = ""
    if made.counts.shape == (2, 2):
        event = outcome(frame, y).event
        place = next((i for i, one in enumerate(made.y_levels) if tidy(one) == event), 1)
        reference = made.x_levels.index(level_name(columns.reference_level(frame, x)))
        table = made.counts[[1 - reference, reference]][:, [place, 1 - place]]
        p, method = float(fisher_exact(table).pvalue), pick("Fisher exact", "Fisher 精确检验")
        found = odds_ratio(table, kind="conditional")
        span = found.confidence_interval(level)
        value, low, high = float(found.statistic), float(span.low), float(span.high)
        pair = f"{tidy(made.x_levels[1 - reference])} : {tidy(made.x_levels[reference])}"
        if math.isfinite(value) and math.isfinite(high):
            estimates = (
                Estimate(
                    label=pick(f"odds ratio of {at(y, event)}, {pair}", f"{at(y, event)} 的优势比，{pair}"),
                    value=value,
                    low=low, high=high, n=made.n, level=level, p=p, assumptions=assumed,
                    method=pick("conditional odds ratio, exact interval", "条件优势比，精确区间"),
                ),
            )  # fmt: skip
        else:
            warnings.append(
                pick(
                    f"The odds ratio has no upper bound (a cell is empty); it is above {numbers.number(low)}.",
                    f"优势比没有上界（有空单元）；其下限为 {numbers.number(low)}。",
                )
            )
        statistic, symbol = (value, "OR") if math.isfinite(value) else (chi2_of(made), "chi2")
    else:
        p, statistic, symbol = random_tables(made), chi2_of(made), "chi2"
        method = pick(
            f"exact margins, {DRAWS:,} random tables, seed {SEED}", f"边际固定，{DRAWS:,} 个随机表，种子 {SEED}"
        )
    df = (len(made.x_levels) - 1) * (len(made.y_levels) - 1)
    size = _strength(made, chi2_of(made), df, level)
    test = TestResult(
        label=label, method=method, statistic=statistic, symbol=symbol, df=(), p=min(p, 1.0), n=made.n, effect=size,
        assumptions=assumed,
    )  # fmt: skip
    lead = estimates[0] if estimates else size
    text = pick(
        f"In these data, the {lead.label} is {numbers.number(lead.value)} ({interval_text(lead)}; n = "
        f"{numbers.count(made.n)}); {statistic_text(test)}.",
        f"在这些数据中，{lead.label} 为 {numbers.number(lead.value)}（{interval_text(lead)}；n = "
        f"{numbers.count(made.n)}）；"
        f"{statistic_text(test)}。",
    )
    rows: tuple[tuple[Scalar, ...], ...] = tuple(
        (one, *map(int, made.counts[i]), int(made.counts[i].sum())) for i, one in enumerate(made.x_levels)
    )
    return Result(
        kind="fisher", title=pick(f"{tidy(x)} and {tidy(y)}, Fisher's exact test",
        f"{tidy(x)} 与 {tidy(y)}，Fisher 精确检验"),
        estimates=estimates, tests=(test,), warnings=tuple(warnings),
        tables=(Table(title=pick("Counts", "频数"), columns=(x, *made.y_levels, "n"), rows=rows),),
        sentences=(
            Sentence(key="association", role="headline", text=text, columns=(x, y), weight=10), not_causal(x, y),
            *missing_sentence(dropped, fold.rows(frame) + dropped, (x, y)),
        ),
        values={"n": made.n, "dropped": dropped, "x": x, "y": y, "event": event},
    )  # fmt: skip


def adjusted_residuals(made: Crossing) -> Any:
    """Return the residuals of the counts in standard errors, row and column shares allowed for (Agresti 2013, 3.3)."""
    import numpy as np

    expected, n = made.expected, made.n
    spread = expected * (1 - made.counts.sum(axis=1)[:, None] / n) * (1 - made.counts.sum(axis=0)[None, :] / n)
    return (made.counts - expected) / np.sqrt(spread)


def crossing(data: Any, x: str, y: str) -> tuple[Any, int, Crossing, tuple[str, ...]]:
    """Read two columns and count their combinations: the frame, rows dropped, the table, and what was pooled."""
    if x == y:
        raise UsageError(f"{short(x)} cannot be associated with itself.", "Give two different columns.")
    frame, dropped = take_rows(data, (x, y), folds=True)
    pooled: list[str] = []
    return frame, dropped, cross(frame, x, y, pooled), tuple(pooled)


def _strength(made: Crossing, statistic: float, df: int, level: float) -> Estimate:
    r, c = len(made.x_levels), len(made.y_levels)
    V = effect_sizes.cramers_v(statistic, made.n, r, c) if made.n > min(r, c) else 0.0
    low, high = effect_sizes.cramers_v_interval(statistic, df, made.n, r, c, level)
    return Estimate(
        label="Cramér's V", value=V, low=min(low, V), high=max(high, V), n=made.n, level=level,
        method=pick("Cramér's V, bias-corrected, non-central chi2 interval", "Cramér's V，偏差校正，非中心 chi2 区间"),
    )  # fmt: skip


def not_causal(x: str, y: str) -> Sentence:
    """Say that an association of two columns is no effect."""
    return Sentence(
        key="not-causal", role="limitation", columns=(x, y), weight=8,
        text=pick(
            f"This is an association in observed data, not adjusted for anything else: other columns may explain why "
            f"{tidy(y)} differs by {tidy(x)}.",
            f"这是观测数据中的关联，未作任何调整：其他因素可能是 {tidy(y)} 随 {tidy(x)} 不同的原因。",
        ),
    )  # fmt: skip
