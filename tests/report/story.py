"""A run on the salary question as the loop leaves it: results, a figure, a refused, a failed and a mended cell."""

from __future__ import annotations

import base64
import io
from decimal import Decimal
from typing import Any

from k2lab.agent.run import Answer, Finding, Run, Step
from k2lab.cells.result import FIGURE_MIME, RESULT_MIME, CellError, CellResult
from k2lab.conversation.messages import ToolCall, Usage
from k2lab.guard.verdict import Reason, Verdict
from k2lab.schema.model import ColumnSchema, FrameSchema
from k2lab.stats.result import Check, Estimate, Result, Sentence, Table, TestResult


def png(width: int = 1440, height: int = 640) -> str:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "#235ca8").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def displayed(result: Result, count: int = 1) -> dict[str, Any]:
    data = {"text/plain": "plain twin", "text/html": "<b>html twin</b>", RESULT_MIME: result.to_dict()}
    return {"output_type": "execute_result", "execution_count": count, "data": data, "metadata": {}}


def drawn(digest: dict[str, Any] | None = None, picture: str | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {"text/plain": "<Figure size 1440x640 with 1 Axes>", "image/png": picture or png()}
    if digest is not None:
        data[FIGURE_MIME] = digest
    return {"output_type": "display_data", "data": data, "metadata": {"image/png": {"width": 720, "height": 320}}}


def said(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def step(number: int, code: str, *outputs: dict[str, Any], status: Any = "ok", **more: Any) -> Step:
    error = more.pop("error", None)
    result = CellResult(
        status="error" if error else "ok", outputs=outputs, seconds=0.4, execution_count=number, error=error
    )
    told = {"title": f"Step {number}", "why": "", **more}
    if status in ("refused", "invalid"):
        return Step(number=number, call=ToolCall(id=f"c{number}", name="run_cell"), status=status, code=code, **told)
    return Step(
        number=number,
        call=ToolCall(id=f"c{number}", name="run_cell"),
        status=status,
        code=code,
        result=result,
        seconds=0.4,
        **told,
    )


FACTS = Result(
    kind="facts",
    title="Facts about df",
    tables=(
        Table(
            title="Rows in each group",
            columns=("experience_level", "0", "50", "100"),
            rows=(("EN", 5803, 90, 1079), ("MI", 18239, 107, 3838), ("SE", 32928, 78, 10610), ("EX", 1179, 9, 341)),
            note="Fewer than 30 rows: EX at 50.",
        ),
        Table(
            title="Rows by year", columns=("work_year", "n", "share"), rows=((2020, 75, 0.001), (2024, 62229, 0.8375))
        ),
    ),
    sentences=(
        Sentence(key="rows", text="df has 74,301 rows and no row has an id.", role="finding"),
        Sentence(key="duplicates", text="39,304 of 74,301 rows repeat an earlier row.", role="caveat", weight=3),
        Sentence(
            key="independence", text="Rows may repeat a person, so intervals may be too narrow.", role="limitation"
        ),
    ),
)

EFFECT = Result(
    kind="effect",
    title="salary_in_usd by remote_ratio within experience_level",
    estimates=tuple(
        Estimate(
            label=f"{level}: 100 against 0",
            value=value,
            low=low,
            high=high,
            n=n,
            method="geometric mean ratio, OLS on log, HC3",
            unit="%",
            p=p,
            p_adjusted=p,
            groups={"experience_level": level},
        )
        for level, value, low, high, n, p in (
            ("EN", -15.4, -18.2, -12.5, 6882, 3e-22),
            ("MI", -13.9, -15.3, -12.5, 22077, 1e-60),
            ("SE", -7.4, -8.2, -6.6, 43538, 1e-50),
            ("EX", 12.3, 7.2, 17.6, 1520, 0.00000171),
        )
    ),
    tests=(
        TestResult(
            label="remote_ratio × experience_level",
            method="Wald F, HC3",
            statistic=27.07,
            symbol="F",
            df=(6, 74289),
            p=1e-32,
            n=74301,
            effect=Estimate(label="partial η²", value=0.0021, low=0.0014, high=0.0028, n=74301, method="noncentral F"),
        ),
    ),
    checks=(
        Check(name="Residual spread", reading="SD ratio of cells 1.71", action="HC3 errors", passed=False),
        Check(name="Collinearity", reading="adjusted GVIF 1.06", action="none needed", passed=True),
        Check(name="Tails", reading="skewness −0.4 on the log scale", action="no test at this n"),
    ),
    sentences=(
        Sentence(
            key="simple-effect",
            text="Among EX, 100 rows paid 12.3% more than 0 (geometric mean; 95% CI 7.2% to 17.6%; n = 341 and 1,179).",
        ),
        Sentence(key="method", text="Log salary was analysed by least squares with HC3 errors.", role="method"),
        Sentence(key="weak", text="EX at 50 has only 9 rows; it is not used for conclusions.", role="caveat"),
    ),
    warnings=("EX at 50 is too small for a conclusion.",),
)

DIGEST = {
    "title": "salary_in_usd by remote_ratio",
    "kind": "violin",
    "n": 74301,
    "caption": "Distribution of salary_in_usd by remote_ratio; the tick marks the median.",
    "alt": "Violins of salary_in_usd: 100 lies slightly under 0 at three levels.",
}

FRAME = FrameSchema(
    name="df",
    library="pandas",
    rows=74301,
    columns=(
        ColumnSchema(name="salary_in_usd", dtype="int64", kind="number", nulls=0, distinct=6000),
        ColumnSchema(name="remote_ratio", dtype="int64", kind="number", nulls=0, distinct=3),
    ),
    sample=(("150000", "100"),),
    origin="df = pd.read_parquet('salaries.parquet')",
)


def run(**more: Any) -> Run:
    steps = (
        step(
            1,
            "facts = 1\nfacts",
            displayed(FACTS),
            said("UserWarning: noise", "stderr"),
            title="What the data hold",
            why="To know the sizes before any test.",
        ),
        step(
            2,
            "import os\nos.remove('x')",
            status="refused",
            title="Clean up",
            verdict=Verdict(
                decision="deny", reasons=(Reason(rule="rm", line=2, source="os.remove('x')", why="It deletes a file."),)
            ),
        ),
        step(
            3,
            "levels = ['EN', 'MI']\nlevels['x']",
            status="error",
            title="Levels",
            error=CellError(name="TypeError", value="list indices must be integers", line=2),
        ),
        step(4, "levels[0]", displayed(EFFECT), title="The difference by level", why="The question asks about levels."),
        step(5, "print(levels)", said("['EN', 'MI']\n"), drawn(DIGEST), title="Distributions"),
        Step(number=6, call=ToolCall(id="c6", name="finish"), status="ok"),
    )
    answer = Answer(
        answered=True,
        title="Remote ratio and salary, by experience level",
        summary="In these data fully remote rows carry lower salaries than on-site rows, except at EX.",
        findings=(
            Finding(
                text="Among EN, 100 rows paid 15.4% less than 0 (geometric mean; 95% CI −18.2% to −12.5%).",
                steps=(4,),
                columns=("salary_in_usd",),
            ),
            Finding(text="The share of variance is small.", steps=(4, 5, 99)),
        ),
        methods=("Least squares on the log scale.",),
        limitations=("This is an association in observed data.",),
        follow_ups=("Is it the same in each country?",),
    )
    told: dict[str, Any] = {
        "id": "0123456789ab",
        "question": "Does the remote-work ratio affect salary?",
        "language": "en",
        "model": "kimi-k2",
        "frames": (FRAME,),
        "plan": "1. Facts\n2. **Effect** by level",
        "steps": steps,
        "answer": answer,
        "status": "answered",
        "usage": Usage(prompt_tokens=12000, completion_tokens=1500, cached_tokens=8000),
        "cost": Decimal("0.0123"),
        "currency": "USD",
        "started": "2026-11-24T03:30:00+00:00",
        "seconds": 41.5,
    }
    return Run(**{**told, **more})


PROVENANCE = {
    "versions": {"k2lab": "0.1.0", "pandas": "3.1.0"},
    "data": [{"name": "df", "file": "salaries.parquet", "sha256": "ab" * 32, "rows": 74301}],
    "seed": 0,
    "command": "k2lab ask salaries.parquet '...'",
}
SETUP = ("import pandas as pd\n\ndf = pd.DataFrame({'salary_in_usd': [1, 2], 'remote_ratio': [0, 100]})",)
