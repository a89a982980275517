"""Kinds of statistics: what a table's heading, an estimate's label or the words before a number say that it is."""

from __future__ import annotations

import re

# In the order in which they are tried: "geometric mean" before "mean", "standard error" before "standard".
_HEADINGS: tuple[tuple[str, str], ...] = (
    ("p", r"p|p\b.*\b(holm|bonferroni|adj\w*|corrected)\b.*|p[-_ ]?val\w*|p_adjusted|pr\(>.*|p>\|.*|p ?值.*|校正后 ?p"),
    ("n", r"n|n\b.*|n_\w+|count|counts|freq\w*|rows|size|nobs|sample size|样本量.*|样本数|行数|人数|计数|数量|频数"),
    ("df", r"df|df_\w+|dof|ddof\d|num df|den df|自由度"),
    ("sd", r"std|sd|stdev|std\.? ?dev\w*|standard deviation|标准差"),
    ("se", r"se|sem|bse|std\.? ?err\w*|standard error|标准误"),
    ("low", r"low|lower|ci[_ ]?low\w*|.*\blow\b|.*\blower\b|\[0\.0\d+|2\.5 ?%|.*下限"),
    ("high", r"high|upper|ci[_ ]?(high|upp)\w*|.*\bhigh\b|.*\bupper\b|0\.9\d+\]|97\.5 ?%|.*上限"),
    ("min", r"min|minimum|smallest|最小.*|最低.*"),
    ("max", r"max|maximum|largest|最大.*|最高.*"),
    ("q25", r"25 ?%|q25|q1|lower quartile|下四分位.*"),
    ("q75", r"75 ?%|q75|q3|upper quartile|上四分位.*"),
    ("median", r"50 ?%|.*\bmedian\b.*|.*_median|median_.*|q50|.*中位.*"),
    ("geometric", r".*geometric mean.*|gmean|.*几何平均.*|.*几何均值.*"),
    ("mean", r".*\bmean\b.*|.*_mean|mean_.*|average|avg\w*|.*均值.*|.*平均.*"),
    ("sum", r"sum|total|合计|总和|总计|总额"),
    ("F", r"f|f_?stat\w*|f 值"),
    ("t", r"t|t_?stat\w*|t 值"),
    ("z", r"z|z_?stat\w*|z 值"),
    ("chi2", r"chi2?|chi[- ]?squared?|χ²|卡方.*"),
    ("r2", r"(adj_|adjusted )?r[-_ ]?(2|²|squared).*|r2_\w+|rsquared\w*"),
    ("r", r"r|rho|ρ|corr\w*|pearson.*|spearman.*|相关系数.*"),
    ("effect", r".*\beta(²|2| squared|_sq\w*).*|cohen.*|cram[ée]r.*|hedges.*|omega.*|.*效应量.*"),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _HEADINGS)

# What stands before a number and says what it is.
_BEFORE: tuple[tuple[str, str], ...] = (
    ("p", r"(?<![a-z])p(?:[- ]?values?)?(?: ?\([^()]{1,20}\))?\s*(?:=|<|>|≤|≥|of|is|was|为|是|值)"),
    ("n", r"(?<![a-z])n\s*(?:=|of)|样本量|样本数|(?<![a-z])count(?:s)? of"),
    ("sd", r"(?<![a-z])(?:sd|std)\b|standard deviation|标准差"),
    ("se", r"(?<![a-z])se\s*=|standard error|标准误"),
    ("ci", r"(?<![a-z])(?:ci|confidence interval|interval)\b|置信区间|区间"),
    ("quartile", r"middle half|interquartile|quartiles?|中间一半|四分位"),
    ("median", r"(?<![a-z])medians?\b|中位数?"),
    ("geometric", r"geometric means?|几何(?:平均数?|均值)"),
    ("mean", r"(?<![a-z])(?:means?|averages?|averaging)\b|均值|平均(?:值|数)?"),
    ("min", r"(?<![a-z])(?:min(?:imum)?|lowest|smallest)\b|最(?:小|低)(?:值)?"),
    ("max", r"(?<![a-z])(?:max(?:imum)?|highest|largest)\b|最(?:大|高)(?:值)?"),
    ("F", r"(?<![a-z])f\s*(?:\([^()]*\))?\s*="),
    ("t", r"(?<![a-z])t\s*(?:\([^()]*\))?\s*="),
    ("z", r"(?<![a-z])z\s*="),
    ("chi2", r"(?:χ²|chi2|chi-squared?)\s*(?:\([^()]*\))?\s*="),
    ("r2", r"(?<![a-z])(?:r²|r2|r-squared|r_squared)\b"),
    ("r", r"(?<![a-z])(?:r|rho|ρ)\s*(?:=|of)|correlation(?: coefficient)?|相关系数"),
    ("effect", r"(?:eta²|eta2|η²|eta squared|cohen's? d|cram[ée]r's? v|hedges' g)|效应量"),
)
_SPOKEN = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _BEFORE)

_ALIKE = (
    {"mean", "geometric", "average"},
    {"ci", "low", "high"},
    {"sum", "n"},
    {"p"},
    {"df"},
    {"quartile", "q25", "q75"},
)
_LOOSE = {"", "value", "reference"}


def kind_of(heading: str) -> str:
    """Return the kind that a heading or a label names, or nothing.

    Examples
    --------
    >>> kind_of("n reference"), kind_of("geometric mean"), kind_of("salary"), kind_of("p (Holm)"), kind_of("95% low")
    ('n', 'geometric', '', 'p', 'low')
    """
    text = heading.strip()
    return next((kind for kind, pattern in _COMPILED if pattern.fullmatch(text)), "")


def spoken_kind(before: str) -> str:
    """Return the kind that the words before a number say it is: the nearest to its end, or nothing.

    Examples
    --------
    >>> spoken_kind("the median is "), spoken_kind("mean 5.1 (n = "), spoken_kind("F(2, 5) = "), spoken_kind("of ")
    ('median', 'n', 'F', '')
    """
    best, at = "", -1
    for kind, pattern in _SPOKEN:
        for found in pattern.finditer(before):
            if found.end() > at or (found.end() == at and kind == "geometric"):
                best, at = kind, found.end()
    return best


def spoken_kinds(text: str) -> frozenset[str]:
    """Return every kind that the words of a text name.

    Examples
    --------
    >>> sorted(spoken_kinds("the mean and the median"))
    ['mean', 'median']
    """
    return frozenset(kind for kind, pattern in _SPOKEN if pattern.search(text))


def agree(spoken: str, shown: str) -> bool | None:
    """Tell whether a number said to be of one kind can be a value of another; None where nothing is known.

    Examples
    --------
    >>> agree("median", "median"), agree("median", "mean"), agree("ci", "low"), agree("", "n")
    (True, False, True, None)
    """
    if spoken in _LOOSE or shown in _LOOSE:
        return None
    return spoken == shown or any(spoken in group and shown in group for group in _ALIKE)
