"""Lookups checked against pandas: filters, groups, computed values, requested forms; and what must be refused."""

# ruff: noqa: E501 - a question and what it must give stay on one line
from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr, shapiro

from k2lab.provider.offline.requested import changes, requested

from .bench import converse

PEOPLE = pd.DataFrame({
    "name": [f"n{i}" for i in range(12)],
    "fare": [7.25, 71.28, 7.92, 53.1, 8.05, 8.46, 51.86, 21.07, 11.13, 30.07, 16.7, 26.55],
    "age": [22.0, 38, 26, 35, 35, np.nan, 54, 2, 27, 14, 4, 58],
    "sex": ["male", "female", "female", "female", "male", "male", "male", "male", "female", "female", "female", "female"],
    "group": ["A", "B", "A", "B", "A", "A", "B", "A", "A", "B", "B", "B"],
    "open": [5.0, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
    "close": [6.0, 5, 8, 7, 10, 9, 12, 13, 12, 15, 14, 17],
})  # fmt: skip
MEAN_FARE = PEOPLE["fare"].mean()


def numbers(cells: list[dict[str, Any]]) -> list[float]:
    """Return every number that the results and printed values of the cells hold."""
    found = []
    for cell in cells:
        for line in cell["seen"].splitlines():
            if line.startswith("result: ") or '{"k2lab": ' in line:
                found += [float(n) for n in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", line[line.index("{") :])]
    return found


LOOKUPS = [
    ("What is the mean fare?", "fare 的平均值是多少？", MEAN_FARE),
    ("What is the median age where sex is female?", "sex 为 female 的行中 age 的中位数是多少？", PEOPLE[PEOPLE["sex"] == "female"]["age"].median()),
    ("What is the median fare where group is A?", "group 为 A 的行中 fare 的中位数是多少？", PEOPLE[PEOPLE["group"] == "A"]["fare"].median()),
    ("What is the standard deviation of age?", "age 的标准差是多少？", PEOPLE["age"].std()),
    ("How many people have a fare above the average?", "fare 高于平均值的有多少人？", float((PEOPLE["fare"] > MEAN_FARE).sum())),
    ("What is the mean age of people with a fare greater than the mean fare?", "fare 高于均值的人的平均 age 是多少？", PEOPLE[PEOPLE["fare"] > MEAN_FARE]["age"].mean()),
    ("How many people are older than the average age?", "age 大于平均数的有多少人？", float((PEOPLE["age"] > PEOPLE["age"].mean()).sum())),
    ("How many rows have close higher than open?", "close 高于 open 的有多少行？", float((PEOPLE["close"] > PEOPLE["open"]).sum())),
    ("How many values are missing in age?", "age 有多少缺失值？", 1.0),
    ("What is the correlation between fare and age?", "fare 与 age 的相关系数是多少？", pearsonr(*PEOPLE[["fare", "age"]].dropna().to_numpy().T)[0]),
    ("What is the correlation between fare and age, with its p-value?", "fare 与 age 的相关系数和 p 值是多少？", pearsonr(*PEOPLE[["fare", "age"]].dropna().to_numpy().T)[1]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "lang", "truth"),
    [(row[0], "en", row[2]) for row in LOOKUPS] + [(row[1], "zh", row[2]) for row in LOOKUPS],
)
def test_a_lookup_is_what_pandas_gives(question: str, lang: str, truth: float) -> None:
    answer, cells, _ = converse(question, {"df": PEOPLE}, lang)

    assert answer["answered"], answer["summary"]
    assert any(found == pytest.approx(truth, rel=1e-4) for found in numbers(cells)), answer["summary"]


def test_a_share_above_the_median() -> None:
    answer, _, _ = converse("What share of people have a fare above the median?", {"df": PEOPLE})

    assert "6 of 12 rows (50.0%)" in answer["summary"]


def test_every_group_of_a_lookup_is_told() -> None:
    answer, _, _ = converse("What is the mean fare by sex?", {"df": PEOPLE})

    told = answer["summary"] + " ".join(finding["text"] for finding in answer["findings"])
    for level, mean in PEOPLE.groupby("sex")["fare"].mean().items():
        assert str(level) in told
        assert f"{mean:.1f}" in told


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("How many people have a fare more than twice the average?", "en"),
        ("What is the 90th percentile of fare?", "en"),
        ("What is the mean age of people with a fare above the mean age?", "en"),
        ("What is the mean fare for each month?", "en"),
        ("What is the mean fare in the top 10% of age?", "en"),
        ("Which values of fare are 2 standard deviations from the mean?", "en"),
        ("fare 高于 age 平均值的有多少人？", "zh"),
        ("每月的平均 fare 是多少？", "zh"),
        ("fare 前 10% 的平均 age 是多少？", "zh"),
    ],
)
def test_what_it_cannot_compute_is_refused_and_not_answered_otherwise(question: str, lang: str) -> None:
    answer, cells, _ = converse(question, {"df": PEOPLE}, lang)

    assert not answer["answered"], answer["summary"]
    assert cells == []
    assert "fare" in " ".join(answer["limitations"])  # the columns are shown
    assert answer["follow_ups"]


WRITTEN = [
    ("What is the mean fare?\nFormat: @mean_fare[x], rounded to two decimal places.", {"mean_fare": f"{MEAN_FARE:.2f}"}),
    ("What is the mean and standard deviation of fare? Answer as @mean_fare[m] @fare_std[s] to 4 decimals", {"mean_fare": f"{MEAN_FARE:.4f}", "fare_std": f"{PEOPLE['fare'].std():.4f}"}),
    ("How many people have a fare above the average? Write @count[n] where n is an integer.", {"count": str(int((PEOPLE["fare"] > MEAN_FARE).sum()))}),
    ("Correlation between open and close? Format: @r[x] @p_value[p], where x has two decimals; p has four decimals.", {"r": f"{pearsonr(PEOPLE['open'], PEOPLE['close'])[0]:.2f}", "p_value": f"{pearsonr(PEOPLE['open'], PEOPLE['close'])[1]:.4f}"}),
    ("What is the mean fare by sex? Format: @mean_fare_male[x] @mean_fare_female[y], one decimal place", {f"mean_fare_{level}": f"{mean:.1f}" for level, mean in PEOPLE.groupby("sex")["fare"].mean().items()}),
    ('Is fare normally distributed? Format: @is_normal[answer], "yes" or "no"', {"is_normal": "yes" if shapiro(PEOPLE["fare"]).pvalue >= 0.05 else "no"}),
    ("Which name has the highest fare? Format: @name_with_highest_fare[name]", {"name_with_highest_fare": "n1"}),
    ("fare 的平均值是多少？请写成 @mean_fare[数值]，保留两位小数。", {"mean_fare": f"{MEAN_FARE:.2f}"}),
]  # fmt: skip


@pytest.mark.parametrize(("question", "values"), WRITTEN)
def test_a_requested_form_is_filled(question: str, values: dict[str, str]) -> None:
    answer, _, _ = converse(question, {"df": PEOPLE}, "zh" if "平均" in question else "en")

    assert answer["answered"], answer["summary"]
    assert dict(re.findall(r"@(\w+)\[([^\]]*)\]", answer["summary"])) == values


def test_a_name_that_no_value_fits_is_left_out_and_said() -> None:
    answer, _, _ = converse("What is the mean fare? Format: @mean_fare[x] @weather[y], two decimals.", {"df": PEOPLE})

    assert "@mean_fare[" in answer["summary"]
    assert "@weather[" not in answer["summary"]
    assert "@weather" in " ".join(answer["limitations"])


def test_conditions_on_the_rows_are_not_passed_over() -> None:
    form = "\nConstraints: Outliers are to be removed by the IQR rule first.\nFormat: @mean_fare[x], two decimals."
    answer, cells, _ = converse(f"What is the mean fare?{form}", {"df": PEOPLE})

    assert not answer["answered"]
    assert cells == []
    assert changes("Do not remove any outliers.") == ""


def test_a_question_without_a_form_is_left_alone() -> None:
    assert requested("Is `a@b[1]` a name?") == ("Is `a@b[1]` a name?", (), "")


def test_values_are_written_with_all_their_digits() -> None:
    table = pd.DataFrame({"volume": [51_032_080.71, 51_032_081.71, 51_032_082.71]})

    answer, cells, _ = converse("What is the mean volume? Format: @mean_volume[x], two decimals.", {"df": table})

    assert "@mean_volume[51032081.71]" in answer["summary"]
    assert json.dumps(answer)
    assert cells[-1]["status"] == "ok"
