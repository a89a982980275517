"""Styles from Python: a whole run, its report, and what the offline analyst does not have."""

from __future__ import annotations

import pandas as pd
import pytest

import k2lab
from k2lab.errors import UsageError

FRAME = pd.DataFrame({"city": ["A", "B"] * 40, "price": [float(at) for at in range(80)]})


def test_a_run_and_its_report_in_a_style(tmp_path):
    run = k2lab.ask("What is the mean of price by city?", FRAME, model="offline", style="executive")

    assert run.answer is not None
    assert "in the style 'executive'" in run.answer.methods[-1]
    written = run.report(tmp_path / "plain.html", style="plain").read_text("utf-8")
    assert "in the style &#39;plain&#39;" in written


def test_a_style_that_nobody_has_is_refused_before_anything_runs():
    with pytest.raises(UsageError, match="has the styles plain, executive, academic, not 'pirate'"):
        k2lab.ask("What is the mean of price?", FRAME, model="offline", style="pirate")
