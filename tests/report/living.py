"""A run with real parts: a fitted model, its figure as a notebook holds it, facts and checks; in both languages."""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from k2lab import datasets
from k2lab.agent.run import Finding
from k2lab.cells.result import RESULT_MIME
from k2lab.locale import use_language
from k2lab.report.notebook import to_notebook
from tests.report.story import PROVENANCE, SETUP, displayed, run, step

OUTCOME = "salary_in_usd"


@cache
def frame() -> pd.DataFrame:
    return datasets.salaries(3000, seed=5).assign(
        pay=lambda f: f[OUTCOME], years=lambda f: (f.index % 31).astype(float) / 2
    )


@cache
def results(language: str = "en") -> dict[str, Any]:
    """Facts, an effect and two regressions of the salary table, one of them with a number among its terms."""
    from k2lab import stats

    before = use_language(language)
    try:
        return {
            "facts": stats.facts(frame(), y=OUTCOME, x="remote_ratio", by="experience_level"),
            "effect": stats.effect(frame(), y=OUTCOME, x="remote_ratio", by="experience_level"),
            "log": stats.regress(
                frame(), OUTCOME, terms=["remote_ratio", "experience_level", "years"],
                interactions=[["experience_level", "years"]],
            ),
        }  # fmt: skip
    finally:
        use_language("en" if before == language else before)


@cache
def figure(language: str = "en") -> dict[str, Any]:
    """Return a figure of ours as the bundle that a notebook keeps of it."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    from k2lab import plots
    from k2lab.plots import digest, vector
    from k2lab.plots.look import theme
    from k2lab.plots.pictures import small_png

    use_language(language)
    try:
        with theme():
            axes = plots.box(frame(), x="remote_ratio", y=OUTCOME, hue="experience_level")
            png, size = small_png(axes.figure)
            bundle = {
                "image/png": base64.b64encode(png).decode(),
                vector.MIME: vector.small_svg(axes.figure),
                digest.MIME: digest.digest(axes.figure),
            }
            plt.close(axes.figure)
    finally:
        use_language("en")
    return {"output_type": "display_data", "data": bundle, "metadata": {"image/png": size}}


@cache
def share_model() -> dict[str, Any]:
    """Return a logistic model as `model_json` writes one, fitted by statsmodels."""
    import numpy as np
    import statsmodels.formula.api as smf

    data = frame().assign(high=lambda f: (f[OUTCOME] > 150_000).astype(int), level=lambda f: f["experience_level"])
    fitted = smf.logit("high ~ C(level, Treatment('SE')) + years", data).fit(disp=0)
    levels = ["SE", *(name.split("[T.")[1][:-1] for name in fitted.params.index if "[T." in name)]
    return {
        "family": "binomial", "link": "logit", "outcome": "high", "scale": "share", "event": "1",
        "terms": [
            {"name": "level", "kind": "category", "levels": levels,
             "counts": [int((data["level"] == name).sum()) for name in levels]},
            {"name": "years", "kind": "number", "low": 0.0, "high": 15.0, "middle": 7.5, "whole": False},
        ],
        "coefficients": [[], *([["level", name]] for name in levels[1:]), [["years", None]]],
        "params": [float(value) for value in fitted.params],
        "cov": np.asarray(fitted.cov_params()).tolist(), "cov_type": "ML", "df": None, "level": 0.95,
        "critical": 1.959963984540054, "n": len(data),
    }  # fmt: skip


def notebook(language: str = "en") -> Any:
    """Return the notebook of the run."""
    made = results(language)
    logistic = {"kind": "regress", "title": "high", "model": share_model(), "tables": [], "sentences": []}
    bundle = {"text/plain": "high", RESULT_MIME: logistic}
    words = {"en": ("What the data hold", "Quartiles", "Effect", "Regression", "Logistic"),
             "zh": ("数据概况", "四分位数", "差异", "回归", "逻辑回归")}[language]  # fmt: skip
    steps = (
        step(1, "stats.facts(df)", displayed(made["facts"]), title=words[0]),
        step(2, "stats.effect(df)", displayed(made["effect"]), title=words[2]),
        step(3, "plots.box(df)", figure(language), title=words[1]),
        step(4, "stats.regress(df)", displayed(made["log"]), title=words[3]),
        step(
            5,
            "fit()",
            {"output_type": "display_data", "data": bundle, "metadata": {}},
            title=words[4],
        ),
    )
    answer = run().answer
    assert answer is not None
    if language == "zh":
        answer = replace(
            answer, title="远程比例与薪资", summary="在这些数据中，远程比例与薪资相关。这不是因果。", findings=(),
            methods=("对数尺度的最小二乘。",), limitations=("这是观测数据中的关联。",), follow_ups=(),
        )  # fmt: skip
    else:
        told = next(item.text for item in made["effect"].sentences if item.key in ("simple-effects", "simple-effect"))
        answer = replace(answer, findings=(Finding(text=told, steps=(2,)),))
    question = {"en": "Does the remote-work ratio affect salary?", "zh": "远程比例是否影响薪资？"}[language]
    return to_notebook(
        [run(steps=steps, answer=answer, language=language, question=question)], setup=SETUP, provenance=PROVENANCE
    )
