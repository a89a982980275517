"""The story that must always work: the command line, from a question to a notebook and a report."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from k2lab.cells.result import FIGURE_MIME, RESULT_MIME
from k2lab.datasets import SALARY_EFFECTS

pytestmark = pytest.mark.kernel

NOT_A_NUMBER = re.compile(r"\b(NaN|nan|inf|Infinity|NaT|None)\b|p = 0\b|p = 0\.0+\b")
CAUSAL = re.compile(r"\b(causes?|caused by|leads? to|impacts?|drives?|because of|proves?)\b", re.IGNORECASE)


def k2lab(*arguments: object, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    command = [sys.executable, "-W", "default", "-m", "k2lab", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=clean | environ, capture_output=True, text=True, timeout=280)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    folder = tmp_path_factory.mktemp("demo")
    done = k2lab("demo", "--out", "out", "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "out", json.loads(done.stdout), done.stderr


def outputs(folder: Path) -> Iterator[dict[str, Any]]:
    notebook = nbformat.read(folder / "analysis.ipynb", as_version=4)
    for cell in notebook.cells:
        yield from cell.get("outputs", ())


def test_the_demo_answers_on_133000_rows(demo):
    _, run, _ = demo

    assert run["status"] == "answered"
    assert run["frames"][0]["rows"] == 133_000
    assert {step["status"] for step in run["steps"]} == {"ok"}
    assert run["model"] == "offline analyst, rule-based, no language model"


def test_no_warning_and_no_number_that_is_none(demo):
    folder, run, stderr = demo

    assert "Warning" not in stderr
    for output in outputs(folder):
        assert output["output_type"] not in ("stream", "error"), output
        assert not NOT_A_NUMBER.search(output.get("data", {}).get("text/plain", ""))
    said = [
        run["answer"]["summary"],
        *(one["text"] for one in run["answer"]["findings"]),
        *run["answer"]["limitations"],
    ]
    assert not [text for text in said if NOT_A_NUMBER.search(text) or CAUSAL.search(text.replace("not a cause", ""))]


def test_the_figures_of_the_story_are_there_and_described(demo):
    folder, _, _ = demo
    digests = [output["data"][FIGURE_MIME] for output in outputs(folder) if FIGURE_MIME in output.get("data", {})]

    assert {"violin", "box", "scatter", "interaction", "coefficients"} <= {digest["kind"] for digest in digests}
    for digest in digests:
        assert digest["alt"].endswith(".")
        assert digest["caption"].endswith(".")


def test_the_adjusted_estimates_cover_the_planted_effects(demo):
    folder, _, _ = demo
    adjusted = [
        output["data"][RESULT_MIME]
        for output in outputs(folder)
        if output.get("data", {}).get(RESULT_MIME, {}).get("kind") == "effect"
    ][-1]
    found = {
        (estimate["groups"]["experience_level"], int(estimate["groups"]["remote_ratio"])): estimate
        for estimate in adjusted["estimates"]
    }

    assert len(found) == 8
    for (level, ratio), estimate in found.items():
        planted = 100 * math.expm1(SALARY_EFFECTS.remote[level][ratio])
        assert estimate["low"] < planted < estimate["high"], (level, ratio)


def test_the_report_is_one_file_that_says_who_answered(demo):
    folder, _, _ = demo
    page = (folder / "report.html").read_text(encoding="utf-8")

    assert "no language model" in page
    assert "133,000" in page
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", page)
    assert "Content-Security-Policy" in page


def test_the_notebook_runs_top_to_bottom_with_plain_nbconvert(demo):
    folder, _, _ = demo
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "--stdout",
        "analysis.ipynb",
    ]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("K2LAB", "MPL"))}

    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=280)

    assert done.returncode == 0, done.stderr
    again = nbformat.reads(done.stdout, as_version=4)
    cells = [cell for cell in again.cells if cell.cell_type == "code"]
    assert not [cell.source for cell in cells if "%k2" in cell.source]
    assert sum(any("image/png" in output.get("data", {}) for output in cell.outputs) for cell in cells) >= 5


def test_the_notebook_becomes_a_report_again(demo, tmp_path):
    folder, _, _ = demo

    done = k2lab("report", folder / "analysis.ipynb", "-o", tmp_path / "again.html", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str((tmp_path / "again.html").resolve())


def test_the_chinese_question_gives_a_chinese_report(tmp_path):
    done = k2lab("demo", "--rows", 8000, "--lang", "zh", "--out", "out", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "报告" in done.stdout
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert 'lang="zh' in page
    assert "置信区间" in page


def test_a_question_that_is_not_understood_ends_with_what_can_be_asked(tmp_path):
    (tmp_path / "prices.csv").write_text("city,price\n" + "".join(f"{'AB'[n % 2]},{n}\n" for n in range(60)))

    done = k2lab("ask", "prices.csv", "Why is the sky blue?", "--out", "out", "-m", "offline", folder=tmp_path)

    assert done.returncode == 4
    assert "price" in done.stdout
    assert "city" in done.stdout
