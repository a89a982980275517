"""Notebooks become documents."""

from dataclasses import replace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from k2lab.agent.run import Finding
from k2lab.locale import language
from k2lab.report.build import report_of
from k2lab.report.model import Figure, Grid, Plain, Remark, Rich, Trouble
from k2lab.report.notebook import to_notebook
from k2lab.stats.result import Table
from tests.report.story import DIGEST, EFFECT, FACTS, PROVENANCE, SETUP, displayed, drawn, png, run, step


@pytest.fixture
def report():
    return report_of(to_notebook([run()], setup=SETUP, provenance=PROVENANCE))


def blocks(report, kind):
    sections = [*([report.data] if report.data else []), *(s for part in report.parts for s in part.sections)]
    return [block for section in sections for block in section.blocks if isinstance(block, kind)]


def test_title_question_answer_and_strip(report):
    (part,) = report.parts
    assert report.title == "Does the remote-work ratio affect salary?"
    assert part.question == "Does the remote-work ratio affect salary?"
    assert part.answer.startswith("In these data fully remote rows")
    assert not part.problem
    strip = {fact.label: (fact.value, fact.note) for fact in report.facts}
    assert strip["Data"] == ("df", "74,301 rows, 2 columns")
    assert strip["Model"] == ("kimi-k2", "saw names and types, no rows")
    assert strip["Date"] == ("2026-11-24", "3 of 5 cells ran")
    assert strip["Time and cost"] == ("42 s", "13,500 tokens, 0.0123 USD")


def test_findings_lead_to_the_cells_they_rest_on_and_show_the_estimate_they_quote(report):
    first, second = report.parts[0].claims
    assert (first.value, first.interval) == ("−15.4%", "95% interval −18.2% to −12.5%")
    assert [link.anchor for link in first.links] == ["cell-4"]
    assert second.value == ""
    assert [link.anchor for link in second.links] == ["cell-4", "cell-5"]  # there is no cell 99
    assert {"cell-4", "cell-5"} <= {code.anchor for code in report.code}


def test_the_facts_cell_becomes_the_data_section(report):
    assert report.data is not None
    assert [section.heading for section in report.parts[0].sections] == ["The difference by level", "Distributions"]
    grids = [block for block in report.data.blocks if isinstance(block, Grid)]
    assert [grid.title for grid in grids] == ["Rows in each group", "Rows by year"]
    assert [entry.text for entry in grids[1].rows[0]] == ["2020", "75", "0.001"]
    assert [(fact.label, fact.value) for fact in report.data_facts] == [
        ("Rows", "74,301"),
        ("Columns", "2"),
        ("Missing values", "0"),
    ]


def test_without_a_facts_cell_the_data_section_lists_the_columns():
    made = report_of(to_notebook([run(steps=(step(1, "x", displayed(EFFECT)),))]))
    (grid,) = made.data.blocks
    assert [[entry.text for entry in row] for row in grid.rows] == [
        ["salary_in_usd", "int64", "6,000", "0"],
        ["remote_ratio", "int64", "3", "0"],
    ]


def test_a_table_that_holds_every_estimate_is_shown_in_place_of_a_second_one():
    rows = tuple((e.groups["experience_level"], e.value, e.low, e.high, "far") for e in EFFECT.estimates)
    table = Table(title="Differences", columns=("level", "difference (%)", "low", "high", "size"), rows=rows)
    both = replace(EFFECT, tables=(table,))
    (grid,) = blocks(report_of(to_notebook([run(frames=(), steps=(step(1, "x", displayed(both)),))])), Grid)
    assert [column.label for column in grid.columns] == ["level", "difference (%)", " ", "95% interval", "size"]
    assert [(row[1].text, row[3].text) for row in grid.rows][2:] == [("−7.4", "−8.2 to −6.6"), ("12.3", "7.2 to 17.6")]
    assert all(row[2].glyph for row in grid.rows)
    fewer = replace(EFFECT, tables=(replace(table, rows=rows[:3]),))
    assert len(blocks(report_of(to_notebook([run(frames=(), steps=(step(1, "x", displayed(fewer)),))])), Grid)) == 2


def test_a_sentence_on_several_estimates_shows_their_span_and_an_effect_size_its_name():
    span = "It is lower in EN (15.4%, 95% CI −18.2% to −12.5%) and higher in EX (12.3%, 95% CI 7.2% to 17.6%)."
    size = "It explains little (partial eta² 0.0021, 95% CI 0.0014 to 0.0028)."
    alike = "There are 15.4 of 12.5 things, and 18.2 others."
    answer = replace(run().answer, findings=tuple(Finding(text=text, steps=(4,)) for text in (span, size, alike)))
    first, second, third = report_of(to_notebook([run(answer=answer)])).parts[0].claims
    assert (first.value, first.interval) == ("−15.4% to +12.3%", "")
    assert (second.value, second.interval) == ("0.0021", "partial η²: 95% interval 0.0014 to 0.0028")
    assert (third.value, third.interval) == ("", "")


def test_estimates_become_a_table_with_an_interval_drawn_on_one_scale(report):
    grid = next(grid for grid in blocks(report, Grid) if grid.title == EFFECT.title)
    assert [column.label for column in grid.columns] == [" ", "Estimate", " ", "95% interval", "n", "p", "p, corrected"]
    assert [entry.text for entry in grid.rows[3]] == [
        "EX: 100 against 0",
        "+12.3%",
        "",
        "+7.2% to +17.6%",
        "1,520",
        "< 0.001",
        "< 0.001",
    ]
    glyphs = [row[2].glyph for row in grid.rows]
    assert all(0 <= g.low <= g.middle <= g.high <= 100 for g in glyphs)
    assert glyphs[2].high < glyphs[3].zero < glyphs[3].low


def test_sentences_that_the_summary_tells_are_not_told_twice():
    finding = run().answer.findings[0]
    told = EFFECT.sentences[0].text
    answer = replace(run().answer, findings=(replace(finding, text=told),))
    made = report_of(to_notebook([run(answer=answer)]))
    assert told not in [text for block in blocks(made, Remark) for text in block.texts]
    assert told in [t for block in blocks(report_of(to_notebook([run()])), Remark) for t in block.texts]


def test_a_finding_that_the_answer_says_is_not_repeated_and_its_cells_stand_by_the_answer():
    answer = run().answer
    repeated = replace(answer, summary=f"{answer.findings[1].text} And more.")
    (part,) = report_of(to_notebook([run(answer=repeated)])).parts
    assert [claim.text for claim in part.claims] == [answer.findings[0].text]
    assert [link.anchor for link in part.links] == ["cell-4", "cell-5"]


def test_caveats_and_warnings_stand_beside_their_result(report):
    tones = {block.tone: block.texts for block in blocks(report, Remark) if block.tone != "finding"}
    assert tones["warning"] == ("EX at 50 is too small for a conclusion.",)
    assert "39,304 of 74,301 rows repeat an earlier row." in [
        text for block in blocks(report, Remark) if block.tone == "caveat" for text in block.texts
    ]


def test_checks_say_their_state_in_words(report):
    grid = report.checks
    assert [(row[0].text, row[3].text, row[3].passed) for row in grid.rows] == [
        ("Residual spread", "look", False),
        ("Collinearity", "fine", True),
        ("Tails", "noted", None),
    ]


def test_figures_carry_number_caption_alt_and_size(report):
    (figure,) = blocks(report, Figure)
    assert (figure.number, figure.caption, figure.alt) == (1, DIGEST["caption"], DIGEST["alt"])
    assert (figure.width, figure.height, figure.mime) == (720, 320, "image/png")


def test_figures_and_tables_are_numbered_in_the_order_of_the_page(report):
    numbers = [grid.number for grid in (*blocks(report, Grid), report.checks, report.tests)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_methods_and_limits_come_from_answer_and_results_once_each(report):
    assert report.methods == (
        "Least squares on the log scale.",
        "Log salary was analysed by least squares with HC3 errors.",
    )
    assert report.limitations == (
        "This is an association in observed data.",
        "Rows may repeat a person, so intervals may be too narrow.",
    )


def test_everything_that_was_tried_is_listed_with_failures_and_tests(report):
    assert [(a.number, a.state) for a in report.attempts] == [
        ("1", "ok"),
        ("2", "refused"),
        ("3", "error"),
        ("4", "ok"),
        ("5", "ok"),
        ("6", "ok"),
    ]
    assert report.attempts[1].source == "import os\nos.remove('x')"
    assert report.attempts[2].reason == "TypeError: list indices must be integers"
    assert report.attempts[5].title == "Gave the answer"
    (row,) = report.tests.rows
    assert [entry.text for entry in row] == [
        "remote_ratio × experience_level",
        "Wald F, HC3",
        "F(6, 74,289) = 27.07",
        "< 0.001",
        "partial η² 0.0021 (95%: 0.0014 to 0.0028)",
        "74,301",
    ]


def test_provenance_is_complete(report):
    lists = {title: dict(pairs) for title, pairs in report.provenance}
    assert lists["Versions"] == {"k2lab": "0.1.0", "pandas": "3.1.0"}
    assert lists["Data"]["SHA-256"] == "ab" * 32
    assert lists["Run"]["Seed"] == "0"
    assert lists["Run"]["Tokens sent"] == "12,000"
    assert lists["Run"]["Cost"] == "0.0123 USD"


def test_a_run_without_answer_says_what_happened():
    (part,) = report_of(to_notebook([run(answer=None, status="steps", problem="")])).parts
    assert part.problem == "the steps were used up"
    assert part.answer == ""


def test_a_question_too_long_for_a_heading_leaves_it_to_the_answer():
    made = report_of(to_notebook([run(question="Does it differ, " * 20 + "?")]))
    assert made.title == "Remote ratio and salary, by experience level"


def test_steps_stand_in_chapters_by_what_they_found():
    def found(number, kind, **more):
        return step(number, "x", displayed(replace(EFFECT, kind=kind)), title=f"{number} {kind}", **more)

    steps = (
        found(1, "facts"),
        step(2, "x", drawn(DIGEST), title="2 figure"),
        found(3, "effect"),
        found(4, "confounders"),
        found(5, "effect"),
        step(6, "x", drawn(DIGEST), title="6 figure"),
        found(7, "regress"),
        found(8, "checks"),
    )
    made = report_of(to_notebook([run(steps=steps)]))
    chapters = {
        chapter.heading: [section.heading for section in chapter.sections] for chapter in made.parts[0].chapters
    }
    assert chapters == {
        "Main result": ["2 figure", "3 effect"],
        "What else may explain it": ["4 confounders", "5 effect", "6 figure"],
        "The model": ["7 regress"],
    }
    assert [section.heading for section in made.checking] == ["8 checks"]


def test_the_first_result_is_the_main_one_whatever_its_kind():
    steps = (step(1, "x", displayed(replace(EFFECT, kind="regress"))),)
    (chapter,) = report_of(to_notebook([run(steps=steps)])).parts[0].chapters
    assert chapter.heading == "Main result"


def test_the_answer_is_one_sentence_and_the_rest_of_the_summary_stands_under_it():
    answer = replace(run().answer, summary="Slightly lower in these data, at most levels. No cause. Look closely.")
    (part,) = report_of(to_notebook([run(answer=answer)])).parts
    assert part.answer == "Slightly lower in these data, at most levels."
    assert part.more == "No cause. Look closely."


def test_columns_that_hold_nothing_are_left_out():
    table = Table(title="T", columns=("a", "n", "flag", "why"), rows=(("x", 1, None, None), ("y", None, None, "weak")))
    result = replace(EFFECT, estimates=(), tables=(table,))
    (grid,) = blocks(report_of(to_notebook([run(frames=(), steps=(step(1, "x", displayed(result)),))])), Grid)
    assert [column.label for column in grid.columns] == ["a", "n", "why"]
    assert [[entry.text for entry in row] for row in grid.rows] == [["x", "1", ""], ["y", "–", "weak"]]


def test_a_check_that_two_results_share_is_listed_once():
    steps = (step(1, "x", displayed(EFFECT)), step(2, "x", displayed(EFFECT)))
    assert len(report_of(to_notebook([run(steps=steps)])).checks.rows) == len(EFFECT.checks)


def test_the_offline_analyst_is_named_as_such():
    whole = report_of(to_notebook([run(model="offline analyst, rule-based, no language model")]))
    fact = next(fact for fact in whole.facts if fact.label == "Model")
    assert (fact.value, fact.note) == ("offline analyst", "rule-based, no language model")
    made = report_of(to_notebook([run(model="offline")]))
    assert next(fact for fact in made.facts if fact.label == "Model").note == "rule-based, no language model"


def test_a_chinese_run_has_a_chinese_report_and_leaves_the_language_alone():
    made = report_of(to_notebook([run(language="zh")]))
    assert made.language == "zh"
    assert made.parts[0].heading == "摘要"
    assert made.parts[0].claims[0].links[0].label == "单元格 4"
    assert language() == "en"


def test_two_questions_have_two_parts_and_anchors_that_differ():
    steps = (step(1, "x", displayed(EFFECT)),)
    made = report_of(to_notebook([run(), run(id="ba9876543210", question="And now?", steps=steps)]))
    assert [part.anchor for part in made.parts] == ["question-1", "question-2"]
    anchors = [s.anchor for part in made.parts for s in part.sections] + [code.anchor for code in made.code]
    assert len(anchors) == len(set(anchors))


def test_numbers_that_are_not_finite_never_arrive():
    nb = to_notebook([run()])
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            made = output.get("data", {}).get("application/vnd.k2lab.result+json")
            if made and "estimates" in made:
                made["estimates"][0]["value"] = float("nan")
                made["tests"][0]["statistic"] = float("inf")
    made = report_of(nb)
    texts = [entry.text for grid in (*blocks(made, Grid), made.tests) for row in grid.rows for entry in row]
    assert not [text for text in texts if "nan" in text.lower() or "inf" in text.lower()]
    assert "EN: 100 against 0" not in texts
    assert "MI: 100 against 0" in texts


@pytest.mark.parametrize(
    "broken", [None, 7, "x", {"runs": 3}, {"runs": [3, {}]}, {"runs": [{"id": "a", "answer": 3, "frames": 1}]}]
)
def test_broken_metadata_is_no_reason_to_fail(broken):
    nb = to_notebook([run()])
    nb.metadata["k2lab"] = broken
    assert report_of(nb).title


def test_runs_can_be_read_from_the_marks_of_their_cells_alone():
    nb = to_notebook([run()])
    del nb.metadata["k2lab"]
    nb.cells[0] = nbformat.v4.new_code_cell("%%k2 -d df\nDoes it differ?", id=nb.cells[0].id)
    made = report_of(nb)
    assert made.parts[0].question == "Does it differ?"
    assert [section.anchor for section in made.parts[0].sections] == ["step-4", "step-5"]
    assert made.parts[0].claims[0].text.startswith("Among EN")
    assert made.parts[0].answer.startswith("In these data fully remote rows")


def ordinary():
    return new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[
            new_markdown_cell(
                "# My study\n\nAn *introduction*.\n\n## Loading\n\nText <b>raw</b> ![x](http://e.example/x.png)"
            ),
            new_code_cell("import pandas as pd\ndf = 1", execution_count=1),
            new_code_cell(
                "df",
                execution_count=2,
                outputs=[
                    new_output("stream", name="stderr", text="FutureWarning"),
                    new_output("stream", text="\x1b[31mred\x1b[0m\n"),
                    new_output(
                        "execute_result",
                        data={
                            "text/html": "<style>x</style><table id=x><tr><td style='x' rowspan=2>1</td></tr></table>",
                            "text/plain": "1",
                        },
                    ),
                ],
            ),
            new_markdown_cell("## A figure\n```\n# not a heading\n```"),
            new_code_cell(
                "plot()",
                execution_count=3,
                outputs=[
                    new_output("execute_result", data={"text/plain": "<Axes: >"}),
                    new_output("display_data", data={"image/png": png(100, 50), "text/plain": "<Figure>"}),
                    new_output("display_data", data={"image/svg+xml": "<svg onload='x'/>"}),
                    new_output("error", ename="ValueError", evalue="no <luck>", traceback=[]),
                ],
            ),
        ],
    )


def test_an_ordinary_notebook_makes_a_decent_report():
    made = report_of(ordinary())
    (part,) = made.parts
    assert made.title == "My study"
    assert [section.heading for section in part.sections] == ["Introduction", "Loading", "A figure"]
    assert "<em>introduction</em>" in part.sections[0].blocks[0].html
    loading, drawing = part.sections[1].blocks, part.sections[2].blocks
    assert isinstance(loading[1], Plain)
    assert loading[1].text == "red\n"
    assert loading[2] == Rich(html='<table><tbody><tr><td rowspan="2">1</td></tr></tbody></table>', output=True)
    assert [type(block) for block in drawing] == [Rich, Figure, Plain, Trouble]
    assert drawing[1].alt == "Figure: A figure"
    assert drawing[1].caption == "A figure"
    assert (drawing[1].width, drawing[1].height) == (100, 50)
    assert drawing[2].text == "An output that only the notebook can show (image/svg+xml)."  # nothing in it to show
    assert len(made.code) == 3
    assert made.provenance == (("Run", (("Kernel", "Python 3"),)),)


def test_an_empty_notebook_is_a_report_too():
    made = report_of(new_notebook(), title="folder/notes.ipynb")
    assert made.title == "notes"
    assert made.parts[0].sections == ()


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="'fr'"):
        report_of(new_notebook(), lang="fr")


def test_pictures_that_only_claim_to_be_pictures_are_left_out():
    steps = (step(1, "x", drawn(DIGEST, picture="PHNjcmlwdD4=")),)  # <script> in base64
    assert blocks(report_of(to_notebook([run(steps=steps)])), Figure) == []


def test_the_facts_result_alone_does_not_need_frames():
    made = report_of(to_notebook([run(frames=(), steps=(step(1, "x", displayed(FACTS)),))]))
    assert made.data is not None
    assert made.data_facts == ()


def test_what_a_person_shows_beside_a_run_is_in_its_report():
    nb = to_notebook([run()], setup=SETUP)
    nb.cells.append(new_markdown_cell("## My own look\n\nSome *words*."))
    nb.cells.append(new_code_cell("own()", outputs=[new_output("stream", text="own output")], execution_count=9))
    nb.cells.append(new_code_cell("%%k2\nmore?", outputs=[new_output("stream", text="display of a run")]))
    made = report_of(nb)
    chapter = made.parts[-1].chapters[-1]
    assert chapter.heading == "Also in the notebook"
    (section,) = chapter.sections
    assert section.heading == "My own look"
    assert section.blocks == (Rich(html="<p>Some <em>words</em>.</p>"), Plain(text="own output"))
    assert [cell.title for cell in made.code[:2]] == ["Load the data", "Own cell"]
    assert not any(part.anchor == "own" for part in report_of(to_notebook([run()], setup=SETUP)).parts[0].chapters)
