"""One measurement in one environment: ``python measured.py TASK SIDE JSON`` prints seconds, memory and what came out.

Runs in the environment of a peer too, so it imports nothing of k2lab and no peer before its task asks for it.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Y, X, BY, SIZE, YEAR = "salary_in_usd", "remote_ratio", "experience_level", "company_size", "work_year"
GRID = [
    (x, level, size, year) for x in (0, 100) for level in ("EN", "MI", "SE") for size in "SML" for year in (2023, 2024)
]
CITIES = 90


def table(data: str, columns: list[str] | None = None) -> Any:
    import pandas as pd

    return pd.read_parquet(data, columns=columns)


def mixed(data: str) -> Any:
    """Return the table with a number for each row: continuous regressors are not few cells."""
    import numpy as np

    frame = table(data, [Y, X, BY])
    frame["hours"] = np.random.default_rng(3).normal(38, 6, len(frame)).round(3)
    return frame


def cloud(data: str) -> Any:
    """Return a cloud that is spread out: no two points on one pixel."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(4)
    frame = table(data, [BY])
    n = len(frame)
    return pd.DataFrame({"a": rng.uniform(0, 1, n), "b": rng.uniform(0, 1, n), BY: frame[BY]})


def wide(data: str) -> Any:
    """Return a thousand columns that have nothing to do with each other."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(5)
    words = [f"{a}{b}{c}" for a in ("net", "raw", "avg", "max") for b in "abcdefghijklmnopqrstuvwxy" for c in range(10)]
    return pd.DataFrame({f"{word}_{i}": rng.normal(size=200) for i, word in enumerate(words)})


def pictures(figure: Any) -> dict[str, Any]:
    """Draw a figure as PNG and SVG, as a report does, and close it."""
    from matplotlib import pyplot

    sizes = {}
    for kind in ("png", "svg"):
        file = io.BytesIO()
        figure.savefig(file, format=kind)
        sizes[f"{kind}_bytes"] = len(file.getvalue())
    pyplot.close(figure)
    return sizes


def tokens(text: str) -> int:
    """Count words and marks as a tokenizer about does; the same count for everybody."""
    import re

    return sum(max(1, -(-len(part) // 4)) for part in re.findall(r"[A-Za-z]+|\d{1,3}|[^\sA-Za-z\d]", text))


# Each task: how the data are made, then what is timed on each side; what it returns is compared.


def ours_regression(frame: Any, terms: list[str], pairs: list[tuple[str, str]]) -> dict[str, Any]:
    from k2lab import stats
    from k2lab.stats.model_json import predict

    model = stats.regress(frame, Y, terms, pairs, scale="raw").model
    numbers = {term["name"] for term in model["terms"] if term["kind"] == "number"}
    made = []
    for case in GRID:
        named = dict(zip((X, BY, SIZE, YEAR), case, strict=True)) | {"hours": 40.0}
        value, low, _ = predict(model, {k: float(v) if k in numbers else str(v) for k, v in named.items()})
        made.append((value, (value - low) / model["critical"]))
    return {"fits": made}


def their_regression(frame: Any, formula: str) -> dict[str, Any]:
    import pandas as pd
    import statsmodels.formula.api as smf

    fitted = smf.ols(formula, frame).fit(cov_type="HC3")
    str(fitted.summary())
    grid = pd.DataFrame(GRID, columns=[X, BY, SIZE, YEAR]).assign(hours=40.0)
    made = fitted.get_prediction(grid).summary_frame()
    return {"fits": [[float(a), float(b)] for a, b in zip(made["mean"], made["mean_se"], strict=True)]}


def quartiles(frame: Any) -> dict[str, Any]:
    found = frame.groupby(BY)[Y].quantile([0.25, 0.5, 0.75]).unstack()
    return {str(level): [float(v) for v in row] for level, row in found.iterrows()}


def ours_box(frame: Any) -> dict[str, Any]:
    from k2lab import plots
    from k2lab.plots.record import record_of

    ax = plots.box(frame, x=BY, y=Y)
    groups = {one["name"]: [one["q25"], one["median"], one["q75"]] for one in record_of(ax).groups}
    return pictures(ax.figure) | {"quartiles": groups}


def their_box(frame: Any) -> dict[str, Any]:
    import seaborn
    from matplotlib import pyplot

    figure, ax = pyplot.subplots()
    seaborn.boxplot(frame, x=Y, y=BY, ax=ax)
    return pictures(figure)


def ours_violin(frame: Any) -> dict[str, Any]:
    from k2lab import plots

    return pictures(plots.violin(frame, x=BY, y=Y, log=False).figure)


def their_violin(frame: Any) -> dict[str, Any]:
    import seaborn
    from matplotlib import pyplot

    figure, ax = pyplot.subplots()
    seaborn.violinplot(frame, x=Y, y=BY, ax=ax)
    return pictures(figure)


def ours_scatter(frame: Any, x: str, y: str) -> dict[str, Any]:
    from k2lab import plots

    return pictures(plots.scatter(frame, x=x, y=y, hue=BY, log=False).figure)


def their_scatter(frame: Any, x: str, y: str) -> dict[str, Any]:
    import seaborn
    from matplotlib import pyplot

    figure, ax = pyplot.subplots()
    seaborn.scatterplot(frame, x=x, y=y, hue=BY, ax=ax)
    return pictures(figure)


def ours_mean(frame: Any) -> dict[str, Any]:
    from k2lab import stats

    one = stats.mean(frame, Y).estimates[0]
    return {"interval": [one.low, one.high]}


def their_mean(frame: Any) -> dict[str, Any]:
    import numpy as np
    from seaborn._statistics import EstimateAggregator

    found = EstimateAggregator(np.mean, ("ci", 95), n_boot=1000, seed=1)(frame, Y)
    return {"interval": [float(found[f"{Y}min"]), float(found[f"{Y}max"])]}


def ours_schema(frame: Any) -> dict[str, Any]:
    from k2lab.schema.describe import describe
    from k2lab.schema.render import render

    return {"tokens": tokens(render([describe(frame, name="salaries")], 1500 if len(frame.columns) < 100 else 3600))}


def described(frame: Any) -> dict[str, Any]:
    file = io.StringIO()
    frame.info(buf=file)
    text = f"{file.getvalue()}\n{frame.head()}\n{frame.describe(include='all').to_string()}"
    return {"tokens": tokens(text)}


def pandasai(frame: Any) -> dict[str, Any]:
    import pandasai

    return {"tokens": tokens(pandasai.DataFrame(frame).serialize_dataframe())}


def lida(frame: Any) -> dict[str, Any]:
    from lida.components.summarizer import Summarizer

    made = Summarizer().summarize(frame, text_gen=None, file_name="salaries", summary_method="default")
    return {"tokens": tokens(json.dumps(made, default=str))}


def extension(name: str) -> dict[str, Any]:
    """Load an extension into an IPython that is there already; called once in a fresh process."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    before, began = memory(), time.perf_counter()
    shell.run_line_magic("load_ext", name)
    return {"seconds": time.perf_counter() - began, "more_mb": round(memory() - before, 1)}


Make = Callable[[str], Any]
Do = Callable[[Any], dict[str, Any]]
FACTORS = f"{Y} ~ C({X}) * C({BY}) + C({SIZE}) + C({YEAR})"


def columns_of(*names: str) -> Make:
    return lambda data: table(data, list(names))


TASKS: dict[str, tuple[Make, dict[str, Do]]] = {
    "factor-ols": (
        columns_of(Y, X, BY, SIZE, YEAR),
        {
            "k2lab": lambda df: ours_regression(df, [X, BY, SIZE, YEAR], [(X, BY)]),
            "statsmodels": lambda df: their_regression(df, FACTORS),
        },
    ),
    "mixed-ols": (
        mixed,
        {
            "k2lab": lambda df: ours_regression(df, [X, BY, "hours"], [(X, BY)]),
            "statsmodels": lambda df: their_regression(df, f"{Y} ~ C({X}) * C({BY}) + hours"),
        },
    ),
    "violin": (columns_of(Y, BY), {"k2lab": ours_violin, "seaborn": their_violin}),
    "box": (
        columns_of(Y, BY),
        {"k2lab": ours_box, "seaborn": their_box, "numpy": lambda df: {"quartiles": quartiles(df)}},
    ),
    "scatter": (
        columns_of("salary", Y, BY),
        {"k2lab": lambda df: ours_scatter(df, "salary", Y), "seaborn": lambda df: their_scatter(df, "salary", Y)},
    ),
    "cloud": (
        cloud,
        {"k2lab": lambda df: ours_scatter(df, "a", "b"), "seaborn": lambda df: their_scatter(df, "a", "b")},
    ),
    "mean": (columns_of(Y), {"k2lab": ours_mean, "seaborn": their_mean}),
    "schema": (table, {"k2lab": ours_schema, "pandasai": pandasai, "lida": lida, "describe": described}),
    "schema-wide": (wide, {"k2lab": ours_schema, "pandasai": pandasai, "lida": lida, "describe": described}),
    "load-ext": (
        lambda data: None,
        {
            "k2lab": lambda _: extension("k2lab"),
            "jupyter-ai-magics": lambda _: extension("jupyter_ai_magics"),
        },
    ),
}


def memory() -> float:
    """Return this process's memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    return pages * 4096 / 1e6


def peak() -> float:
    """Return the most memory that this process had, in MB."""
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Measure, and print one line of JSON."""
    import warnings

    warnings.simplefilter("ignore")
    os.environ["MPLBACKEND"] = "agg"
    task, side, rest = sys.argv[1:4]
    given = json.loads(rest)
    make, sides = TASKS[task]
    call = sides[side]
    if task == "load-ext":
        more = call(None)
        print(json.dumps({"seconds": more.pop("seconds"), "peak_mb": peak(), **more}))
        return
    frame = make(given["data"])
    call(frame.head(2000))  # imports and font caches are not the subject
    base, taken, busy, more = peak(), [], [], {}
    for _ in range(given["runs"]):
        began, before = time.perf_counter(), time.process_time()
        more = call(frame)
        taken.append(time.perf_counter() - began)
        busy.append(time.process_time() - before)
    more |= {"cpu": statistics.median(busy)}
    print(json.dumps({"seconds": statistics.median(taken), "peak_mb": peak(), "more_mb": peak() - base, **more}))


if __name__ == "__main__":
    main()
