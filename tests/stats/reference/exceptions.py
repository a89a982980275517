"""What the reference holds and no function gives, and where it is compared loosely; each with its reason."""

from __future__ import annotations

NOT_OFFERED: dict[tuple[str, str], str] = {
    (
        "describe",
        "q05|q95|mad|mad_raw",
    ): "describe shows the quartiles; further quantiles and the MAD are no function here",
    ("describe", "skew_G1|kurtosis_G2"): "moments are given as g1 and g2, without the small-sample factors of SAS",
    ("group_means", ".*/se"): "given as an interval",
    ("geometric_means", ".*/sd_log"): "given as an interval",
    (
        "weighted_mean",
        "var_frequency_weights",
    ): "weights of rows that stand for several are not offered: write them out",
    ("duplicates", "rows_in_a_repeated_group"): "facts counts the repeats of an earlier row",
    ("missing", "missing/.*"): "facts counts missing values by column in words; their sum is compared",
    ("mann_whitney", "p_uncorrected"): "only the continuity-corrected p is given",
    ("wilcoxon_signed", "p_uncorrected"): "only the continuity-corrected p is given",
    (
        "oneway",
        "epsilon2|cohens_f|rank_eta2",
    ): "omega², eta² and rank epsilon² are the effect sizes given (playbook section 3)",
    ("games_howell", ".*/se"): "the statistic and the interval hold it",
    ("twoway", r".*partial_epsilon2"): "partial omega² is given",
    ("twoway", "hc3_interaction/cells_with_zero_variance"): "a warning says that HC3 cannot be had, and why",
    (
        "ols",
        r"cluster_CR1/.*/(t|p|ci_low|ci_high)",
    ): "t with G - 1 degrees of freedom here, residual ones in the reference",
    ("logit", r".*/profile_(low|high)"): "Wald intervals; profile likelihood is no function here",
    ("quantile_regression", r"coefficients/.*"): "compared by the check loss where the minimiser is not unique",
    ("quantile_regression", r"se_(nid|iid)/.*"): "compared where the minimiser is unique",
    ("cells", r".*/(se|t)"): "given as an interval and p",
    ("cells", r"response_scale_HC3/.*"): "the same numbers as on the log scale, exponentiated",
    ("spread_tests", "bartlett_df"): "given as the degrees of freedom of the test",
    ("correlation", "kendall_z"): "given by p",
    ("proportion", "(agresti_coull|jeffreys)_(low|high)"): "cut at 0 and 1 where all rows are alike",
    ("proportion", "wilson_cc_.*|binom_test_p_half"): "Wilson without correction is the interval given",
    (
        "two_by_two",
        "z_pooled|z_p|cohens_h",
    ): "the difference of shares comes with Newcombe's interval; chi squared has the p",
    ("effect_by_level", r".*/(se|n_level|n_reference)"): "given as an interval and one n",
    ("strata_ratio", ".*/median_."): "medians stand in compare's table",
}
"""What the reference holds and no public function gives, as (kind, pattern of the path): reason."""

LOOSE = {
    # kind, pattern of the path: relative tolerance other than the entry's, and why.
    ("mann_whitney", "hodges_lehmann_wilcox_test|hl_ci_.*"): (1e-4, "R finds these by a loose root search"),
    ("two_by_two", "fisher_or_.*"): (1e-2, "R's limits are loose; see the reference's README"),
    ("twoway", r".*_ci_(low|high)"): (1e-5, "as its note says"),
    ("oneway", r"eta2_ci_(low|high)"): (1e-5, "as its note says"),
    ("shapiro", "jarque_bera_p"): (1e-4, ""),
}
