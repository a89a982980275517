"""Wide frames through the real loop and the real look."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from k2lab.agent.events import RunFinished, StepFinished
from k2lab.agent.loop import answer
from k2lab.cells.result import CellResult
from k2lab.provider.offline import OfflineAnalyst
from k2lab.schema.describe import describe
from tests.fakes import allow

from .bench import run_code


class Here:
    """Runs cells in this process."""

    def __init__(self, frames: dict[str, Any]) -> None:
        self.namespace = dict(frames)

    def run(self, code: str, *, timeout: float) -> CellResult:
        return run_code(code, self.namespace)


@pytest.fixture(scope="module", params=[302, 1000])
def wide(request: pytest.FixtureRequest) -> pd.DataFrame:
    made = np.random.default_rng(5)
    n = 120
    genes = {f"gene_{i:03d}": made.normal(size=n) for i in range(request.param - 2)}
    outcome = 2 * genes["gene_150"] + made.normal(size=n)
    return pd.DataFrame({**genes, "outcome": outcome, "treated": made.choice(["yes", "no"], n)})


@pytest.mark.parametrize(
    ("question", "used"),
    [
        ("Does outcome differ by treated?", "x='treated'"),
        ("Is gene_150 related to outcome?", "'gene_150'"),
        ("gene_150 与 outcome 有关系吗？", "'gene_150'"),
        ("What is the mean of outcome where treated is yes?", "df['treated'] == 'yes'"),
    ],
)
def test_a_wide_frame_is_answered_without_a_failing_step(wide: pd.DataFrame, question: str, used: str) -> None:
    events = list(
        answer(
            question,
            provider=OfflineAnalyst(),
            runner=Here({"df": wide}),
            frames=[describe(wide, name="df")],
            judge=allow,
        )
    )

    (end,) = (event for event in events if isinstance(event, RunFinished))
    steps = [event.step for event in events if isinstance(event, StepFinished)]
    assert [step.status for step in steps] == ["ok"] * len(steps)
    assert "look" in {step.call.name for step in steps}
    assert end.run.answer is not None
    assert end.run.answer.answered, end.run.answer.summary
    assert any(used in step.code for step in steps)
