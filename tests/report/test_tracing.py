"""Numbers of the report's prose: links to their cells, doubts where there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from k2lab.report.build import report_of
from k2lab.report.notebook import to_notebook
from k2lab.report.page import as_html
from tests.report.story import run as story


def told(summary: str, *texts: str, question: str = "Does remote_ratio matter?", **more: Any) -> str:
    run = story(question=question)
    findings = tuple(
        replace(run.answer.findings[0], text=text, **more)
        for text in texts  # type: ignore[union-attr]
    )
    answer = replace(run.answer, summary=summary, findings=findings)  # type: ignore[type-var]
    return as_html(report_of(to_notebook([replace(run, answer=answer)])))


def test_a_number_is_a_link_to_its_cell_and_tells_its_value():
    page = told("So.", story().answer.findings[0].text, steps=(4,))
    links = re.findall(r'<a class="num" href="#(cell-\d+)" title="([^"]+)" data-cell="cell (\d+)">([^<]+)</a>', page)

    assert links
    for anchor, title, cell, number in links:
        assert anchor == f"cell-{cell}"
        assert f'id="{anchor}"' in page
        assert title
        assert re.search(r"\d", number)


def test_a_number_of_no_cell_is_marked_and_counted():
    page = told("It is <b>9,876.5</b> in all.")

    assert re.search(r'<span class="num doubt" tabindex="0" title="[^"]+">9,876.5<sup>\?</sup></span>', page)
    assert "<dt>Traced numbers</dt><dd>0 / 1</dd>" in page
    assert "<b>9,876.5</b>" not in page


def test_a_finding_beside_the_question_says_so():
    page = told("So.", "remote_ratio has gaps.", columns=("remote_ratio",), steps=(4,), question="Why is salary low?")

    assert '<span class="aside">about remote_ratio, which the question does not name</span>' in page


def test_tracing_makes_no_difference_to_the_text():
    def words(page: str) -> str:
        return " ".join(re.sub(r"<[^>]+>", "", page).split())

    summary = story().answer.summary
    assert words(summary) in words(told(summary))


def test_words_of_data_in_a_mark_make_no_element():
    hostile = '"><script>alert(1)</script>'
    run = story()
    steps = tuple(replace(step, title=hostile) for step in run.steps)
    answer = replace(run.answer, findings=(replace(run.answer.findings[0], text=f"{hostile} 15.4% less"),))  # type: ignore[type-var, union-attr]
    page = as_html(report_of(to_notebook([replace(run, steps=steps, answer=answer)])))

    assert "<script>alert" not in page
    assert page.count("<script") == as_html(report_of(to_notebook([run]))).count("<script")
