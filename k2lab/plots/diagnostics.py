"""Residual diagnostics of a linear model: is something left that its terms do not tell, and how are the residuals?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from k2lab.errors import InputError, UsageError
from k2lab.locale import pick
from k2lab.locale.numbers import count, percent
from k2lab.plots import canvas, fits, layout, palette, sample, text, ticks
from k2lab.plots.hexagons import hexagons
from k2lab.plots.look import DPI, WIDE, theme
from k2lab.plots.readings import any_engine
from k2lab.plots.record import Record, dropped_words, keep, listed, rounded
from k2lab.stats import columns, design, linear

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

MARKS = 5_000
QUANTILES = 400


@any_engine
def residuals(
    data: Any,
    *,
    y: str,
    terms: str | Sequence[str],
    interactions: Sequence[Sequence[str]] = (),
    log: sample.LogChoice = "auto",
    title: str | None = None,
) -> Any:
    """Draw the residuals of a least-squares fit against its fitted values, and against a normal distribution.

    Parameters
    ----------
    data : frame
        Any frame that narwhals reads. Rows that miss a value are left out, and counted in the caption.
    y : str
        The outcome.
    terms : str or sequence of str
        The columns it is related to, as in `stats.regress`.
    interactions : sequence of sequence of str
    log : bool or "auto"
        Fit the logarithm of `y`; "auto" for a positive, right-skewed number.
    title : str, optional
        By default says what is shown; "" for none.

    Returns
    -------
    matplotlib.axes.Axes
        The left of the two: residuals against fitted values.

    Raises
    ------
    UsageError
        If a column is not there, or `y` does not hold numbers.
    InputError
        If nothing but rounding is left over, or there are too few rows.

    Notes
    -----
    Residuals are internally studentised. The curve is a natural cubic spline with its 95% band: where it leaves zero,
    the terms miss a shape. Right, quantiles against those of a normal distribution, with the pointwise 95% band of a
    sample from one (order statistics, by their beta distribution).

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"y": [1.0, 3, 4, 8, 9, 10, 14], "x": [0.0, 1.5, 2, 3, 4.5, 5, 6]})
    >>> residuals(table, y="y", terms=["x"]).get_xlabel()
    'Fitted y'
    """
    import numpy as np

    chosen = (terms,) if isinstance(terms, str) else tuple(dict.fromkeys(terms))
    if not chosen or y in chosen:
        raise UsageError("Residuals need an outcome and at least one other column.", "Name y and its terms.")
    with theme():
        frame, dropped = columns.take(data, [y, *dict.fromkeys((*chosen, *(n for g in interactions for n in g)))])
        if not len(frame):
            return canvas.nothing(None, kind="residuals", title=title or "", dropped=dropped)
        numbers = columns.number(frame, y)
        on_log = sample.on_log(numbers, log)
        made = linear.fit_design(
            design.design(frame, chosen, interactions), np.log(numbers) if on_log else numbers, cov="HC3"
        )
        if made.perfect:
            raise InputError(
                "The terms fix the outcome: nothing is left over to draw.", "Leave out the term that does."
            )
        spread = made.sigma * np.sqrt(np.maximum(1 - made.leverage, 1e-12))
        left = np.where(made.leverage < 1 - 1e-9, made.residuals / spread, 0.0)
        named = listed(text.plain(term) for term in chosen)
        auto = pick(f"Residuals of {text.plain(y)} on {named}", f"{text.plain(y)} 对 {named} 回归的残差")
        shown = auto if title is None else text.plain(title) if title else ""
        fig, (one, two) = layout.sheet(1, 2, figsize=(WIDE / DPI, 350 / DPI))
        fitted = np.exp(made.fitted) if on_log else made.fitted
        drift, crowded = _against_fitted(canvas.sheet(one, 350), fitted, left, y, on_log)
        outside = _against_normal(canvas.sheet(two, 350), left)
        if shown:
            fig.suptitle(
                text.safe(text.wrap(shown, 0.95 * WIDE, 13, bold=True)), x=0.012, ha="left", color=palette.token("text")
            )
        crowd = pick(", hexagons coloured by the rows they hold", "（六边形颜色表示行数）") if crowded else ""
        caption = pick(
            f"Left: standardised residuals against fitted values{crowd}; a curve away from zero shows what the terms "
            "miss. "
            "Right: their quantiles against a normal distribution's; the band holds 95% of normal samples at each "
            "point.",
            f"左：标准化残差与拟合值{crowd}；曲线偏离零表示模型遗漏的形状。"
            "右：残差分位数与正态分布分位数；色带为逐点 95% 范围。",
        ) + dropped_words(dropped)
        alt = pick(
            f"Residual diagnostics of {text.plain(y)}, {count(made.n)} rows: {_drift_words(drift)}"
            f"{percent(outside, 0)} of the quantiles lie outside the normal band.",
            f"{text.plain(y)} 的残差诊断，共 {count(made.n)} 行：{_drift_words(drift)}"
            f"{percent(outside, 0)} 的分位数在正态带之外。",
        )
        told: dict[str, Any] = {
            **({} if math.isnan(drift[0]) else {"curve_low": rounded(drift[0], 3), "curve_high": rounded(drift[1], 3)}),
            "outside_normal_band": rounded(outside, 3),
            "log": on_log,
        }
        record = Record(
            kind="residuals", title=shown, n=made.n, marks=told, caption=caption, alt=alt, x=one.get_xlabel(),
            y=pick("standardised residual", "标准化残差"),
        )  # fmt: skip
        keep(one, record)
        keep(two, record)
        return one


def _drift_words(drift: tuple[float, float]) -> str:
    """Say how far the mean residual leaves zero over the fitted values; nothing where no curve was drawn."""
    if any(math.isnan(one) for one in drift):
        return ""
    if not any(drift):
        return pick("the mean residual stays at zero over the fitted values, and ", "平均残差随拟合值始终为零，")
    low, high = map(ticks.short, drift)
    return pick(
        f"the mean residual runs from {low} to {high} standard deviations over the fitted values, and ",
        f"平均残差随拟合值在 {low} 到 {high} 个标准差之间，",
    )


def _against_fitted(ax: Any, fitted: Array, left: Array, y: str, log: bool) -> tuple[tuple[float, float], bool]:
    """Draw residuals over fitted values with their smooth mean.

    Returns how far that mean runs below and above zero, and whether the rows were so many that hexagons stand for them.
    """
    import numpy as np

    ax.grid(visible=True, axis="both")
    low, high = canvas.margins(float(fitted.min()), float(fitted.max()), log=log)
    bottom, top = canvas.margins(float(left.min()), float(left.max()))
    scaled = np.log(fitted) if log else fitted
    distinct = len(np.unique(scaled[:: max(1, len(scaled) // 5000)]))
    crowded = len(fitted) > MARKS and distinct > 60
    if crowded:
        hexagons(ax, fitted, left, (low, high), (bottom, top), log, False, key=False)
    else:
        keep_rows = np.unique(np.rint(np.linspace(0, len(fitted) - 1, min(len(fitted), MARKS))).astype(int))
        ax.plot(
            fitted[keep_rows], left[keep_rows], ls="", marker="o", ms=3.2, mfc=palette.neutral(), mec="none", alpha=0.4,
            zorder=2, rasterized=len(keep_rows) > 2000,
        )  # fmt: skip
    ax.axhline(0, color=palette.token("muted"), lw=1, zorder=3)
    drift = (math.nan, math.nan)
    curve = fits.fit(scaled, left)
    if curve is not None:
        at = np.exp(curve.at) if log else curve.at
        ink = palette.token("text")
        ax.fill_between(at, curve.low, curve.high, facecolor=ink, alpha=0.18, lw=0, zorder=3)
        ax.plot(at, curve.value, color=ink, lw=2.2, zorder=5, path_effects=canvas.halo(4))
        drift = (round(float(curve.value.min()), 3), round(float(curve.value.max()), 3))
    unit = ticks.unit_of(y)
    canvas.number_axis(ax, "x", low, high, log=log, unit=unit, most=5)
    canvas.number_axis(ax, "y", bottom, top, log=False, unit="")
    name = pick(f"Fitted {text.plain(y)}", f"{text.plain(y)} 的拟合值")
    canvas.name_x(ax, canvas.scale_words(name, log))
    canvas.name_y(ax, pick("Standardised residual", "标准化残差"))
    return drift, crowded


def _against_normal(ax: Any, left: Array) -> float:
    """Draw quantiles over normal ones with the band of normal samples; return the share that lies outside."""
    import numpy as np
    from scipy.stats import beta, norm

    ax.grid(visible=True, axis="both")
    n = len(left)
    rank = np.unique(np.rint(np.linspace(1, n, min(n, QUANTILES))).astype(int))
    found = np.sort(left)[rank - 1]
    ideal = norm.ppf((rank - 0.5) / n)
    low, high = (norm.ppf(beta.ppf(p, rank, n + 1 - rank)) for p in (0.025, 0.975))
    ax.fill_between(ideal, low, high, facecolor=palette.token("muted"), alpha=0.2, lw=0, zorder=1)
    ends = np.array([ideal[0], ideal[-1]])
    ax.plot(ends, ends, color=palette.token("muted"), lw=1, zorder=2)
    ax.plot(ideal, found, ls="", marker="o", ms=3.6, mfc=palette.neutral(), mec="none", alpha=0.8, zorder=3)
    bottom, top = canvas.margins(float(min(found[0], ideal[0])), float(max(found[-1], ideal[-1])))
    canvas.number_axis(ax, "x", *canvas.margins(float(ideal[0]), float(ideal[-1])), log=False, unit="", most=5)
    canvas.number_axis(ax, "y", bottom, top, log=False, unit="")
    canvas.name_x(ax, pick("Quantile of a normal distribution", "正态分布分位数"))
    canvas.name_y(ax, pick("Quantile of the residuals", "残差分位数"))
    return float(((found < low) | (found > high)).mean())
