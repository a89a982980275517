"""Real tables, and what cells on them show: frames as HTML, printed text and results, as a kernel gives them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from k2lab import datasets, stats
from k2lab.ledger.collect import collect
from k2lab.ledger.ledger import Ledger


def framed(frame: Any) -> dict[str, Any]:
    frame = frame.to_frame() if isinstance(frame, pd.Series) and frame.name is None else frame
    data = {"text/plain": repr(frame)}
    if isinstance(frame, pd.DataFrame):
        data["text/html"] = frame._repr_html_()
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def resulted(result: Any) -> dict[str, Any]:
    return {
        "output_type": "execute_result",
        "data": result._repr_mimebundle_(),
        "metadata": {},
        "execution_count": 1,
    }


@dataclass(frozen=True, kw_only=True)
class Story:
    """A run on a table: an outcome `y` by the levels of `x`, a second factor `z`, another number `w`.

    `steps` names what each step shows; the number of a step is its place, from 1.
    """

    name: str
    frame: pd.DataFrame
    y: str
    x: str
    z: str
    w: str
    steps: tuple[str, ...]
    effect: dict[str, Any]
    ledger: Ledger

    def step(self, name: str) -> int:
        return self.steps.index(name) + 1


def _story(name: str, frame: pd.DataFrame, *, y: str, x: str, z: str, w: str, question: str) -> Story:
    effect = stats.effect(frame, y=y, x=x, by=z)
    groups = frame.groupby(x, observed=True)[y].agg(["mean", "median", "count"])
    shown = {
        "facts": [resulted(stats.facts(frame, y=y, x=x, by=z))],
        "groups": [framed(groups)],
        "shares": [framed(pd.crosstab(frame[x], frame[z], normalize="index"))],
        "counts": [framed(pd.crosstab(frame[x], frame[z]))],
        "describe": [framed(frame[[y, w]].describe())],
        "printed": [printed(f"rows: {len(frame)}\ntotal {y}: {frame[y].sum():.2f}\n{frame.groupby(z)[y].median()}\n")],
        "correlation": [framed(frame[[y, w]].corr())],
        "effect": [resulted(effect)],
        "regress": [resulted(stats.regress(frame, y, terms=[x, z, w]))],
        "sensitivity": [resulted(stats.sensitivity(frame, y=y, x=x, by=z, adjust=[w]))],
    }
    ledger = Ledger(
        [collect(outputs, step=at, title=step) for at, (step, outputs) in enumerate(shown.items(), 1)],
        question=question,
        columns=[str(column) for column in frame.columns],
    )
    return Story(name=name, frame=frame, y=y, x=x, z=z, w=w, steps=tuple(shown), effect=effect.to_dict(), ledger=ledger)


@cache
def stories() -> tuple[Story, ...]:
    """Return four runs: pay, marriages (statsmodels' fair), shops with Chinese names, and clinic visits."""
    from statsmodels.datasets import fair

    rng = np.random.default_rng(7)
    pay = datasets.salaries(6000, seed=3)
    marriages = fair.load_pandas().data
    marriages["occupation"] = marriages["occupation"].map(
        {1: "student", 2: "farming", 3: "office", 4: "teacher", 5: "managing", 6: "professional"}
    )
    marriages["children_any"] = np.where(marriages["children"] > 0, "with children", "without children")
    size = 1500
    city = rng.choice(["北京", "上海", "成都", "广州"], size=size, p=[0.4, 0.3, 0.2, 0.1])
    shops = pd.DataFrame(
        {
            "城市": city,
            "渠道": rng.choice(["线上", "门店"], size=size, p=[0.35, 0.65]),
            "客流": rng.poisson(220, size=size).astype(float),
        }
    )
    base = shops["城市"].map({"北京": 61000.0, "上海": 78000.0, "成都": 43000.0, "广州": 52000.0})
    shops["销售额"] = (base * rng.lognormal(0, 0.3, size=size) + 30 * shops["客流"]).round(1)
    visits = pd.DataFrame(
        {
            "clinic": rng.choice(["North", "South", "Harbour"], size=900),
            "insured": rng.choice(["insured", "uninsured"], size=900, p=[0.7, 0.3]),
            "age": rng.normal(48, 15, size=900).clip(18, 95).round(0),
        }
    )
    visits["wait"] = (
        visits["clinic"].map({"North": 31.0, "South": 22.5, "Harbour": 27.0}) + rng.gamma(2, 6, size=900)
    ).round(1)
    return (
        _story("pay", pay, y="salary_in_usd", x="experience_level", z="company_size", w="work_year", question="?"),
        _story("fair", marriages, y="age", x="occupation", z="children_any", w="educ", question="?"),
        _story("shops", shops, y="销售额", x="城市", z="渠道", w="客流", question="各城市的销售额有何不同？"),
        _story("visits", visits, y="wait", x="clinic", z="insured", w="age", question="Does wait differ by clinic?"),
    )
