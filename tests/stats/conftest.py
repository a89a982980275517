"""The reference results of R and the tables they were computed on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

ORIGINAL = [
    "work_year", "experience_level", "employment_type", "job_title", "salary", "salary_currency", "salary_in_usd",
    "employee_residence", "remote_ratio", "company_location", "company_size",
]  # fmt: skip
ORDERS = {"experience_level": ["EN", "MI", "SE", "EX"]}
TOPICS = ("means", "two_samples", "several_groups", "regression", "cells", "assumptions", "association", "headline")


@pytest.fixture(scope="session")
def salaries(shared: Path) -> pd.DataFrame:
    """Return all 74,301 rows, with the columns that make_data.py derives."""
    frame = pd.read_parquet(shared / "data" / "salaries" / "salaries-2025-01.parquet")
    top = frame["company_location"].value_counts().index[:10]
    return frame.assign(
        dup=frame.duplicated(ORIGINAL).astype(int),
        remote_pct=frame["remote_ratio"],
        us=frame["company_location"].where(frame["company_location"] == "US", "other"),
        loc10=frame["company_location"].where(frame["company_location"].isin(top), "Other"),
        fully_remote=(frame["remote_ratio"] == 100).astype(int),
        high=(frame["salary_in_usd"] > 150_000).astype(int),
    )


@pytest.fixture(scope="session")
def reference_frame(shared: Path, salaries: pd.DataFrame) -> Callable[[dict[str, Any]], pd.DataFrame]:
    """Return a function from the arguments of a reference entry to its table."""

    kept: dict[str, pd.DataFrame] = {}

    def load(args: dict[str, Any]) -> pd.DataFrame:
        key = json.dumps([args["data"], args.get("dedup"), args.get("filter"), args.get("factors")])
        if key not in kept:
            kept[key] = read(args)
        return kept[key].copy()

    def read(args: dict[str, Any]) -> pd.DataFrame:
        if args["data"] == "salaries_full":
            frame = salaries
        else:
            # No text is taken for missing: NA is Namibia.
            frame = pd.read_csv(
                shared / "data" / "reference" / "data" / f"{args['data']}.csv", keep_default_na=False, na_values=[""]
            )
        if args.get("dedup"):
            frame = frame[~frame.duplicated([c for c in ORIGINAL if c in frame])]
        frame = frame.copy()
        if args.get("filter"):
            condition = args["filter"].replace("&", " and ").replace("%in% c(", "in (")
            frame = frame.assign(**{f: frame[f].astype(str) for f in args.get("factors", [])}).query(condition)
        for name in args.get("factors", []):
            text = frame[name].astype(str).str.removesuffix(".0")
            order = ORDERS.get(name) or sorted(
                text.unique(), key=lambda v: (float(v), "") if v.replace(".", "", 1).isdigit() else (0.0, v)
            )
            frame[name] = pd.Categorical(text, [level for level in order if level in set(text)], ordered=True)
        return frame.reset_index(drop=True)

    return load


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Turn ``@pytest.mark.entries(topic, ...)`` into one test for each reference entry of the topics."""
    marker = metafunc.definition.get_closest_marker("entries")
    if marker is None:
        return
    import os

    folder = Path(os.environ.get("K2LAB_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    chosen = []
    for topic in marker.args:
        file = folder / "data" / "reference" / f"{topic}.json"
        chosen += [(topic, e) for e in json.loads(file.read_text())["entries"]] if file.is_file() else []
    if chosen:
        metafunc.parametrize("entry", [e for _, e in chosen], ids=[f"{topic}.{e['id']}" for topic, e in chosen])
    else:
        metafunc.parametrize(
            "entry", [pytest.param(None, marks=pytest.mark.skip(reason="needs ../shared/data/reference"))]
        )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "entries(*topics): run for each reference entry of these topics")
