"""Questions in two languages over several tables: the kind of question and the part of each column."""

# ruff: noqa: E501 - a question and what it must give stay on one line
from __future__ import annotations

import pytest

from k2lab.locale import use_language
from k2lab.provider.offline.follow import followed
from k2lab.provider.offline.intent import read
from k2lab.provider.offline.reading import Reading
from k2lab.schema.model import FrameSchema

from .tables import BIRDS, CHINESE, MEALS, PAY, PRICES, SHIP, WIDE, D, N, T, schema


def parts(reading: Reading) -> str:
    """Write the roles short: ``effect y=... x=... by=...``."""
    named = (("y", reading.y), ("x", reading.x), ("by", reading.by), ("t", reading.time))
    return " ".join([reading.kind, *(f"{role}={column.name}" for role, column in named if column is not None)])


COMPARING = [
    (PAY, "Does the remote-work ratio affect salary, and does the effect differ by experience level?",
     "effect y=salary_in_usd x=remote_ratio by=experience_level"),
    (PAY, "远程办公比例是否影响薪资?这种影响是否因经验等级而异?", "effect y=salary_in_usd x=remote_ratio by=experience_level"),
    (PAY, "What is the effect of remote ratio on pay across experience levels?", "effect y=salary_in_usd x=remote_ratio by=experience_level"),
    (PAY, "Effect of experience on wages", "effect y=salary_in_usd x=experience_level"),
    (PAY, "Is pay influenced by company size?", "effect y=salary_in_usd x=company_size"),
    (PAY, "薪资是否取决于公司规模", "effect y=salary_in_usd x=company_size"),
    (PAY, "公司规模对工资有影响吗？", "effect y=salary_in_usd x=company_size"),
    (PAY, "不同公司规模的薪资有差异吗？", "compare y=salary_in_usd x=company_size"),
    (PAY, "Compare salaries between experience levels", "compare y=salary_in_usd x=experience_level"),
    (PAY, "How does `salary` vary by company_size?", "compare y=salary x=company_size"),
    (PAY, "Is company size associated with employment type?", "relate y=company_size x=employment_type"),
    (SHIP, "Did sex affect survival, and did it differ by class?", "effect y=Survived x=Sex by=Pclass"),
    (SHIP, "Does age differ between survivors?", "compare y=Age x=Survived"),
    (SHIP, "Does the fare depend on class?", "effect y=Fare x=Pclass"),
    (SHIP, "Is there a correlation between age and fare?", "relate y=Fare x=Age"),
    (SHIP, "性别是否影响生还？", "effect y=Survived x=Sex"),
    (MEALS, "Do smokers tip more?", "compare y=tip x=smoker"),
    (MEALS, "吸烟者的小费是否更高?", "compare y=tip x=smoker"),
    (MEALS, "Is the tip related to the total bill?", "relate y=tip x=total_bill"),
    (MEALS, "Compare tips between men and women", "compare y=tip x=sex"),
    (MEALS, "Does the tip differ by day and time?", "compare y=tip x=day by=time"),
    (BIRDS, "Does body mass differ by species?", "compare y=body_mass_g x=species"),
    (BIRDS, "relationship between flipper length and weight", "relate y=body_mass_g x=flipper_length_mm"),
    (BIRDS, "物种与体重有关系吗?", "relate y=body_mass_g x=species"),
    (BIRDS, "Is bill length related to bill depth and does it differ by species?",
     "compare y=bill_length_mm x=bill_depth_mm by=species"),
    (PRICES, "Correlation between open and close", "relate y=Close x=Open"),
    (CHINESE, "不同部门的月薪有差异吗？", "compare y=月薪 x=部门"),
    (CHINESE, "年龄是否影响绩效评分，不同性别是否不同？", "effect y=绩效评分 x=年龄 by=性别"),
    (WIDE, "Does the machine type affect target_yield?", "effect y=target_yield x=machine_type"),
    (WIDE, "relationship between sensor_014_mean and target yield", "relate y=target_yield x=sensor_014_mean"),
]  # fmt: skip
OTHERS = [
    (PAY, "What drives salary?", "drivers y=salary_in_usd"),
    (PAY, "哪些因素影响薪资？", "drivers y=salary_in_usd"),
    (MEALS, "Which factors are most important for the tip?", "drivers y=tip"),
    (PAY, "How did pay change over time?", "trend y=salary_in_usd t=work_year"),
    (PAY, "薪资的逐年趋势", "trend y=salary_in_usd t=work_year"),
    (PRICES, "How did the closing price develop over time?", "trend y=Close t=Date"),
    (PRICES, "收盘价走势如何", "trend y=Close t=Date"),
    (PAY, "How good is the data?", "quality"),
    (PAY, "数据质量如何?", "quality"),
    (SHIP, "Are there duplicates in this table?", "quality"),
    (SHIP, "Are there outliers in Fare?", "distribution y=Fare"),
    (PAY, "薪资的分布如何，有没有异常值？", "distribution y=salary_in_usd"),
    (BIRDS, "distribution of body mass by species", "distribution y=body_mass_g by=species"),
    (PAY, "Which job title has the highest mean salary?", "top y=salary_in_usd x=job_title"),
    (SHIP, "Which passenger class paid the highest fare on average?", "top y=Fare x=Pclass"),
    (PAY, "哪个公司规模的平均薪资最高？", "top y=salary_in_usd x=company_size"),
    (PAY, "Give me an overview", "overview"),
    (PAY, "数据概况", "overview"),
]  # fmt: skip
LOOKUPS = [
    (SHIP, "What is the mean age of female passengers?", ["mean"], ["Age"], [("Sex", "==", "female")]),
    (SHIP, "女性的平均年龄是多少？", ["mean"], ["Age"], [("Sex", "==", "女性")]),
    (SHIP, "How many passengers older than 60 survived?", ["count"], ["Survived"], [("Age", ">", 60.0)]),
    (SHIP, "60岁以上的有多少人？", ["count"], [], [("Age", ">=", 60.0)]),
    (SHIP, "What is the mean fare where Sex is female and Pclass is 1?", ["mean"], ["Fare"],
     [("Sex", "==", "female"), ("Pclass", "==", 1.0)]),
    (SHIP, "median of `Age` for passengers with Fare above 50", ["median"], ["Age"], [("Fare", ">", 50.0)]),
    (SHIP, "mean fare for passengers whose age is at least 18", ["mean"], ["Fare"], [("Age", ">=", 18.0)]),
    (PAY, "What is the average salary in 2023 by experience level?", ["mean"], ["salary_in_usd"], [("work_year", "==", 2023.0)]),
    (PAY, "2020年的薪资中位数", ["median"], ["salary_in_usd"], [("work_year", "==", 2020.0)]),
    (PRICES, "What was the max volume in 2015?", ["max"], ["Volume"], [("Date", "year", 2015.0)]),
    (SHIP, "What percentage of values is missing in Age?", ["missing", "share"], ["Age"], []),
    (SHIP, "What is the standard deviation of Age and its maximum?", ["sd", "max"], ["Age"], []),
    (PAY, "最常见的职位是什么？", ["mode"], ["job_title"], []),
    (PAY, "How many rows are there?", ["count"], [], []),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "question", "expected"), COMPARING + OTHERS, ids=lambda value: str(value)[:60])
def test_the_kind_of_question_and_its_columns(frame: FrameSchema, question: str, expected: str) -> None:
    assert parts(read(question, (frame,))) == expected


@pytest.mark.parametrize(
    ("frame", "question", "statistics", "columns", "filters"), LOOKUPS, ids=lambda value: str(value)[:60]
)
def test_lookups_know_statistic_column_and_filter(
    frame: FrameSchema, question: str, statistics: list[str], columns: list[str], filters: list[tuple[str, str, object]]
) -> None:
    reading = read(question, (frame,))

    assert reading.kind == "lookup"
    assert list(reading.statistics) == statistics
    assert [column.name for column in reading.columns] == columns
    assert [(f.column.name if f.column else None, f.op, f.value) for f in reading.filters] == filters


def test_what_is_to_be_held_constant_is_no_group() -> None:
    reading = read("Effect of experience on pay adjusting for work year and country", (PAY,))

    assert parts(reading) == "effect y=salary_in_usd x=experience_level"
    assert [column.name for column in reading.adjust] == ["work_year", "company_location"]


def test_a_twin_that_holds_its_unit_is_preferred_and_named() -> None:
    reading = read("Does experience affect salary?", (PAY,))

    assert reading.y is not None
    assert reading.y.name == "salary_in_usd"
    assert "salary_in_usd" in reading.notes[0]


def test_a_quoted_name_wins_over_the_twin() -> None:
    reading = read('Does experience affect "salary"?', (PAY,))

    assert reading.y is not None
    assert reading.y.name == "salary"
    assert reading.notes == ()


@pytest.mark.parametrize(
    ("frame", "question", "word"),
    [
        (PAY, "Does blood pressure affect salary?", "blood pressure"),
        (PAY, "Does the column bonus_rate affect salary?", "bonus_rate"),
        (SHIP, "Does `Weight` depend on Sex?", "Weight"),
    ],
)
def test_a_column_that_is_not_there_is_said(frame: FrameSchema, question: str, word: str) -> None:
    reading = read(question, (frame,))

    assert reading.kind == "unknown"
    assert word in reading.missing
    assert word in reading.problem


@pytest.mark.parametrize(
    "question", ["What is the weather tomorrow?", "Write me a poem", "讲个笑话", "?", "<script>alert(1)</script>"]
)
def test_other_questions_are_not_understood(question: str) -> None:
    assert read(question, (PAY,)).kind == "unknown"


def test_the_frame_that_fits_is_chosen() -> None:
    assert read("Does the tip differ by day?", (PAY, MEALS)).frame == MEALS
    assert read("Does age affect fare in ship?", (PAY, SHIP)).frame == SHIP


def test_a_constant_column_is_refused_with_its_reason() -> None:
    frame = schema("df", 50, {"pay": (N, 40), "site": (T, 1)})

    reading = read("Does site affect pay?", (frame,))

    assert reading.kind == "unknown"
    assert "site" in reading.problem


def test_repeated_names_are_refused_with_their_reason() -> None:
    frame = schema("df", 50, {"pay": (N, 40), "site": (T, 3)})
    twice = schema("df", 50, {"pay": (N, 40), "site": (T, 3)})
    both = FrameSchema(name="df", library="pandas", rows=50, columns=(*frame.columns, twice.columns[0]))

    assert "2 columns are called pay" in read("Does site affect pay?", (both,)).problem


def test_words_in_chinese_come_from_the_language_in_use() -> None:
    use_language("zh")

    assert "没有哪一列符合" in read("血压是否影响薪资？", (PAY,)).problem


def test_placeholders_in_a_question_are_only_text() -> None:
    assert read("Does ⟦0⟧ affect ⟦7⟧ and salary?", (PAY,)).kind == "unknown"


def test_dates_alone_make_no_outcome() -> None:
    frame = schema("log", 90, {"when": (D, 90), "note": (T, 80)})

    assert read("How did it change over time?", (frame,)).kind == "unknown"


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (
            "Does experience affect salary?",
            "And by company size?",
            "effect y=salary_in_usd x=experience_level by=company_size",
        ),
        ("Does experience affect salary?", "What about remote ratio?", "effect y=salary_in_usd x=remote_ratio"),
        ("经验等级是否影响薪资？", "那按公司规模呢？", "effect y=salary_in_usd x=experience_level by=company_size"),
        ("What is the mean salary?", "and by experience level?", "lookup y=salary_in_usd by=experience_level"),
    ],
)
def test_a_follow_up_is_read_with_the_question_before_it(before: str, question: str, expected: str) -> None:
    assert parts(followed(question, (before,), (PAY,))) == expected


def test_a_follow_up_can_narrow_the_rows() -> None:
    reading = followed("And in 2023?", ("Does experience affect salary?",), (PAY,))

    assert parts(reading) == "effect y=salary_in_usd x=experience_level"
    assert [(f.op, f.value) for f in reading.filters] == [("==", 2023.0)]


def test_a_question_that_stands_alone_forgets_the_one_before() -> None:
    reading = followed("Does company size affect salary?", ("Does experience affect salary?",), (PAY,))

    assert parts(reading) == "effect y=salary_in_usd x=company_size"


@pytest.mark.parametrize(
    "question",
    [
        "Create a new feature 'band' from salary and give its mean",
        "Train a model to predict salary and report the RMSE",
        "Cluster the rows by salary and remote ratio",
        "用机器学习预测薪资",
    ],
)
def test_work_that_no_playbook_holds_is_refused(question: str) -> None:
    reading = read(question, (PAY,))

    assert reading.kind == "unknown"
    assert "does not do" in reading.problem
