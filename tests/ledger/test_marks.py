"""Forms in which a number is told, each traced to a value, and each not when it is wrong."""

from __future__ import annotations

import pandas as pd
import pytest

from k2lab.ledger.collect import collect
from k2lab.ledger.ledger import Ledger
from tests.ledger.tables import framed, printed

PAY = pd.DataFrame(
    {"mean": [101521.6, 147231.2], "median": [99000.0, 144500.0], "n": [331, 2840], "share": [0.2412, 0.7588]},
    index=pd.Index(["EN", "SE"], name="level"),
)
TESTS = pd.DataFrame(
    {"difference (%)": [-7.42, 12.31], "p": [0.00004, 0.21]}, index=pd.Index(["EN", "SE"], name="level")
)
NOTES = "rows: 74301\nfrom 2021-03-05 to 2024-11-30\ncoefficient 0.0000231\ntotal revenue 74301000\nage from 18 to 65"
LEDGER = Ledger(
    [
        collect([framed(PAY)], step=1, title="Pay by level"),
        collect([framed(TESTS)], step=2, title="Differences"),
        collect([printed(NOTES)], step=3, title="Notes"),
    ],
    question="Does remote_ratio 100 pay less?",
    columns=("level", "remote_ratio"),
)


@pytest.mark.parametrize(
    "text",
    [
        "In EN the mean is 101,522.",
        "In EN the mean is 102k, in SE 147k.",
        "The mean of SE is $147.2k.",
        "EN 的均值为 10.15 万。",
        "EN 的均值为 １０１，５２２。".replace("，", ","),
        "24.1% of the rows are EN.",
        "A share of 0.24 is EN.",
        "EN 占百分之二十四。",
        "The difference is −7.4% in EN.",
        "Pay is 7.4% lower in EN.",
        "Pay is +12.3% in SE.",
        "EN 低 7.4%，SE 高 12.3%。",
        "In EN, p < 0.001.",
        "In SE, p = 0.21.",
        "There are 74,301 rows.",
        "There are about 74,000 rows.",
        "There are 74 301 rows.",
        "共 7.43 万行。",
        "Total revenue is 74.3 million.",
        "总 revenue 为 0.743 亿。",
        "The coefficient is 2.31e-5.",
        "The coefficient is 2.3 × 10⁻⁵.",
        "Ages run from 18 to 65.",
        "Ages are 18–65.",
        "age 从 18 至 65 岁。",
        "The mean is 147,231 in SE against 101,522 in EN, a difference of 45,710.",
        "SE has 1.45 times the mean of EN.",
        "The mean of SE is 45.0% higher than that of EN.",
        "SE 的均值是 EN 的 1.45 倍。",
        "It runs from March 2021 to 2024-11-30.",
        "数据自 2021年3月 起。",
        "There are two levels.",
        "共两个水平，三个表。".replace("，三个表", ""),
        "With remote_ratio 100 it is so.",
        "95% CI as usual.",
        "See step 7, Figure 3 and k2lab.",
    ],
)
def test_right_numbers_are_traced(text):
    assert [mark.text for mark in LEDGER.marks(text) if not mark.verified] == []


@pytest.mark.parametrize(
    "text",
    [
        "In EN the mean is 102,522.",
        "In EN the mean is 147,231.",
        "In EN the mean is 99,000.",
        "EN 的均值为 14.72 万。",
        "EN 的均值为 10.51 万。",
        "0.24% of the rows are EN.",
        "75.9% of the rows are EN.",
        "The difference is +7.4% in EN.",
        "Pay is 7.4% higher in EN.",
        "EN 高 7.4%。",
        "In SE, p < 0.001.",
        "There are 74,310 rows.",
        "共 7.34 万行。",
        "Total revenue is 743 million.",
        "The coefficient is 2.31e-4.",
        "SE has 1.54 times the mean of EN.",
        "The mean of SE is 45.0% lower than that of EN.",
        "It runs from April 2021.",
    ],
)
def test_wrong_numbers_are_not(text):
    assert [mark.text for mark in LEDGER.marks(text) if not mark.verified]


def test_a_wrong_level_is_told():
    mark = LEDGER.marks("In EN the mean is 147,231.")[0]

    assert mark.near == "147,231 is Pay by level, row SE, column mean (step 1)"


def test_a_derived_number_says_how():
    mark = LEDGER.marks("The mean is 147,231 in SE against 101,522 in EN, a difference of 45,710.")[2]

    assert mark.how == "derived"
    assert mark.expression.startswith("147,231 (Pay by level, row SE, column mean) − 101,522")
