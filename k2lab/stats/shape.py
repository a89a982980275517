"""What the size of a sample lets one say of its shape, and how far spreads of groups are apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from k2lab.locale import numbers, pick
from k2lab.stats import welch
from k2lab.stats.result import Check
from k2lab.stats.weighted import Held, of
from k2lab.stats.words import p_text

if TYPE_CHECKING:
    import numpy as np

FEW, MANY = 30, 300
"""Below, Shapiro and Wilk's test is read; above, no test of normality is acted on (playbook section 5)."""
UNEQUAL = 1.5


def shape_check(values: np.ndarray | Held, name: str) -> Check:
    """Read the shape of values by their number: a test only where there are few (playbook section 5).

    Examples
    --------
    >>> import numpy as np
    >>> made = shape_check(np.array([1.0, 2, 3, 4, 50]), "shape")
    >>> made.passed, "Shapiro-Wilk" in made.reading
    (False, True)
    >>> "no test" in shape_check(np.arange(5000.0), "shape").action
    True
    """
    from scipy.stats import shapiro

    held = of(values)
    n = held.n
    skew = held.skewness if n > 1 else 0.0
    reading = pick(f"skewness {numbers.number(skew)}, n = {numbers.count(n)}",
                   f"偏度 {numbers.number(skew)}，n = {numbers.count(n)}")  # fmt: skip
    if n < 3 or welch.spread(held) <= 0:
        return Check(name=name, reading=reading, action=pick("too little to judge by", "数据太少，无法判断"))
    if n < FEW:
        W, p = (float(v) for v in shapiro(held.less(held.first).written()))
        reading += pick(f"; Shapiro-Wilk W = {W:.3f}, {p_text(p)}", f"；Shapiro-Wilk W = {W:.3f}，{p_text(p)}")
        bad = p < 0.05 or abs(skew) > 1
        action = (
            pick("set a rank test beside it (mann_whitney, wilcoxon, kruskal)", "应以秩检验并列")
            if bad
            else pick("no sign against t methods", "没有反对 t 方法的迹象")
        )
        return Check(name=name, reading=reading, action=action, passed=not bad)
    bad = abs(skew) > (1 if n <= MANY else 2)
    if bad:
        action = pick("long tail: think of scale=\"log\", a rank test or a bootstrap beside it",
                      "长尾：可考虑对数尺度、秩检验或自助法并列")  # fmt: skip
    elif n <= MANY:
        action = pick("no test is acted on at this n; look at the Q-Q plot", "此样本量不据检验行事；请看 Q-Q 图")
    else:
        action = pick("means of this many rows are near normal: no test of normality is acted on",
                      "行数足够，均值近似正态，不据正态性检验行事")  # fmt: skip
    return Check(name=name, reading=reading, action=action, passed=not bad)


def spread_check(groups: Sequence[np.ndarray | Held], equal_var: bool) -> Check:
    """Read how far the spreads of groups are apart, and what follows for a test that assumes them equal or not.

    Examples
    --------
    >>> import numpy as np
    >>> spread_check([np.array([1.0, 2, 3]), np.array([1.0, 20, 30])], equal_var=True).passed
    False
    """
    sizes = [welch.spread(g) for g in groups]
    name = pick("equal spread", "方差齐性")
    if min(sizes) <= 0:
        return Check(
            name=name, passed=False, reading=pick("a group has no spread", "有一组没有离散"),
            action=pick("read its numbers with care", "其数值须谨慎解读"),
        )  # fmt: skip
    ratio = (max(sizes) / min(sizes)) ** 0.5
    far = ratio > UNEQUAL
    reading = pick(f"the largest SD is {ratio:.2f} times the smallest", f"最大标准差是最小的 {ratio:.2f} 倍")
    if not far:
        action = pick("near equal", "接近相等")
    elif equal_var:
        action = pick("equal_var=True does not hold; leave it out (Welch)", "等方差假定不成立；请改用 Welch 方法")
    else:
        action = pick("unequal, which Welch's methods allow", "方差不等，Welch 方法允许")
    return Check(name=name, reading=reading, action=action, passed=not far or not equal_var)


def digits_warning(values: np.ndarray | Held, spread: float, name: str) -> tuple[str, ...]:
    """Warn where the values are so large beside their spread that doubles hold few digits of the results.

    Examples
    --------
    >>> import numpy as np
    >>> digits_warning(np.array([1e9, 1e9 + 0.5]), 0.3, "y")[0]
    'The values of y are 3.3e+09 times their spread: about 5 digits of these results hold.'
    >>> digits_warning(np.array([1.0, 2.0]), 0.5, "y")
    ()
    """
    import math

    held = of(values).values
    size = max(abs(float(held.min())), abs(float(held.max())))
    if spread <= 0 or size < 9e6 * spread:
        return ()
    digits = max(1, math.floor(15.9 - math.log10(size / spread)) - 1)
    ratio = f"{size / spread:.1e}"
    return (
        pick(
            f"The values of {name} are {ratio} times their spread: about {digits} digits of these results hold.",
            f"{name} 的数值是其离散程度的 {ratio} 倍：这些结果约有 {digits} 位有效数字。",
        ),
    )
