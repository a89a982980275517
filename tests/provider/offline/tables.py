"""Schemas of several kinds of table, for questions."""

# ruff: noqa: E501 - a question and what it must give stay on one line
from __future__ import annotations

from typing import Any

from k2lab.schema.model import ColumnSchema, FrameSchema


def schema(name: str, rows: int, columns: dict[str, tuple[str, int]], library: str = "pandas") -> FrameSchema:
    """Make a schema from name, kind and distinct count of each column."""
    made: list[Any] = [
        ColumnSchema(name=column, dtype=kind, kind=kind, nulls=0, distinct=distinct, position=place)  # type: ignore[arg-type]
        for place, (column, (kind, distinct)) in enumerate(columns.items())
    ]
    return FrameSchema(name=name, library=library, rows=rows, columns=tuple(made))


N, T, D, B = "number", "text", "datetime", "boolean"

PAY = schema("df", 74301, {
    "work_year": (N, 6), "experience_level": (T, 4), "employment_type": (T, 4), "job_title": (T, 300), "salary": (N, 5000),
    "salary_currency": (T, 20), "salary_in_usd": (N, 6000), "employee_residence": (T, 80), "remote_ratio": (N, 3),
    "company_location": (T, 80), "company_size": (T, 3),
})  # fmt: skip
SHIP = schema("ship", 891, {
    "PassengerId": (N, 891), "Survived": (N, 2), "Pclass": (N, 3), "Name": (T, 891), "Sex": (T, 2), "Age": (N, 88), "SibSp": (N, 7),
    "Ticket": (T, 681), "Fare": (N, 248), "Cabin": (T, 147), "Embarked": (T, 3),
})  # fmt: skip
MEALS = schema("meals", 244, {
    "total_bill": (N, 229), "tip": (N, 123), "sex": ("category", 2), "smoker": ("category", 2), "day": ("category", 4),
    "time": ("category", 2), "size": (N, 6),
})  # fmt: skip
BIRDS = schema("birds", 344, {
    "species": (T, 3), "island": (T, 3), "bill_length_mm": (N, 164), "bill_depth_mm": (N, 80), "flipper_length_mm": (N, 55),
    "body_mass_g": (N, 94), "sex": (T, 2),
})  # fmt: skip
PRICES = schema("prices", 1500, {
    "Date": (D, 1500), "Open": (N, 1000), "High": (N, 1000), "Low": (N, 1000), "Close": (N, 1000), "Volume": (N, 1400),
})  # fmt: skip
CHINESE = schema("员工", 500, {
    "部门": (T, 6), "性别": (T, 2), "年龄": (N, 40), "月薪": (N, 300), "入职年份": (N, 15), "绩效评分": (N, 90),
})  # fmt: skip
WIDE = schema("wide", 5000, {
    **{f"sensor_{i:03d}_mean": (N, 4000) for i in range(997)}, "target_yield": (N, 4000), "machine_type": (T, 5), "operator": (T, 9),
})  # fmt: skip
