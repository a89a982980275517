"""PDF, Markdown and Quarto: the same report, as files that other tools read."""

from __future__ import annotations

import html
import io
import re
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from k2lab.errors import InputError, UsageError
from k2lab.report.build import report_of
from k2lab.report.execute import executed
from k2lab.report.fingerprint import fingerprint
from k2lab.report.markdown import as_markdown_document
from k2lab.report.notebook import to_notebook
from k2lab.report.options import Options, read_logo
from k2lab.report.page import as_html
from k2lab.report.pdf import as_pdf
from k2lab.report.write import read_notebook, write_notebook, write_report
from tests.report import living
from tests.report.hostile import SVG
from tests.report.story import PROVENANCE, png, run


@pytest.fixture(scope="module")
def pdfs():
    pytest.importorskip("weasyprint", exc_type=ImportError)
    from pypdf import PdfReader

    made = {}
    for language, paper in (("en", "Letter"), ("zh", "A4")):
        report = report_of(living.notebook(language))
        made[language] = PdfReader(io.BytesIO(as_pdf(report, options=Options(paper=paper, author="A & B"))))
    return made


@pytest.mark.parametrize(("language", "size"), [("en", (612, 792)), ("zh", (595.3, 841.9))])
def test_a_pdf_is_tagged_bookmarked_and_numbered(pdfs, language, size):
    document = pdfs[language]
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == {"en": "en", "zh": "zh-CN"}[language]
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode().replace("pdfuaid:part>", "pdfuaid:part")
    assert document.metadata.author == "A & B"
    assert [float(side) for side in document.pages[0].mediabox[2:]] == pytest.approx(size, abs=0.5)
    (title, sections) = document.outline
    assert title.title == document.metadata.title
    assert len([one for one in sections if not isinstance(one, list)]) >= 6
    for at, page in enumerate(document.pages, 1):
        assert f"{at} / {len(document.pages)}" in page.extract_text()
    words = {"en": ("What if", "What was tried", "Reproduce"), "zh": ("假设情形", "尝试记录", "复现")}[language]
    text = "".join(page.extract_text() for page in document.pages)
    assert all(word in text for word in words)


def test_nothing_on_paper_is_cut(pdfs):
    """What is drawn at the right of the text column would be cut: no text begins there."""
    for document in pdfs.values():
        for page in document.pages:
            width = float(page.mediabox[2])
            ends: list[float] = []

            def note(text, cm, tm, *_, ends=ends):
                if text.strip():
                    ends.append(cm[0] * tm[4] + cm[4])

            page.extract_text(visitor_text=note)
            assert max(ends) < width - 30


def test_a_pdf_without_its_library_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("k2lab.report.pdf.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs WeasyPrint.*pip install 'k2lab\[pdf\]'"):
        as_pdf(report_of(new_notebook()))


def test_markdown_has_tables_figures_and_the_code():
    made = as_markdown_document(report_of(living.notebook()), folder="a_files")
    assert made.text.startswith("# Does the remote-work ratio affect salary?\n")
    assert re.search(r"\n\| experience\\_level \|.*\n\|---\|", made.text)
    assert "](a_files/figure-1.png)" in made.text
    assert made.files["a_files/figure-1.png"].startswith(b"\x89PNG")
    assert "```python\nstats.regress(df)\n```" in made.text
    assert "## What if" in made.text
    assert "| SE |" in made.text
    hidden = as_markdown_document(report_of(living.notebook()), options=Options(code="hidden")).text
    assert "stats.regress" not in hidden


def test_quarto_knows_its_figures_and_runs_no_code():
    text = as_markdown_document(report_of(living.notebook("zh")), flavour="qmd").text
    _, head, body = text.split("---\n", 2)
    assert "lang: zh" in head
    assert "enabled: false" in head
    assert re.search(r"\]\(report_files/figure-1\.png\)\{#fig-1 fig-alt=\"[^\"]+\"\}", body)
    assert "```{python}\n#| eval: false" in body


def test_the_ending_says_the_format_and_figures_lie_beside(tmp_path):
    path = write_report(living.notebook(), tmp_path / "deep" / "a b.qmd")
    assert path.read_text("utf-8").startswith("---\ntitle:")
    assert (tmp_path / "deep" / "a b_files" / "figure-1.png").exists()
    assert "](a%20b_files/figure-1.png)" in path.read_text("utf-8")
    with pytest.raises(UsageError, match=r"'\.docx'.*\.qmd"):
        write_report(living.notebook(), tmp_path / "a.docx")


def test_a_logo_and_an_author_stand_at_the_top(tmp_path):
    (tmp_path / "logo.svg").write_text(SVG, "utf-8")
    (tmp_path / "logo.png").write_bytes(__import__("base64").b64decode(png(300, 60)))
    (tmp_path / "logo.txt").write_text("no picture", "utf-8")
    for name in ("logo.svg", "logo.png"):
        logo = read_logo(tmp_path / name)
        page = as_html(report_of(living.notebook()), options=Options(logo=logo, author="An <Author>", theme="dark"))
        assert f'class="logo" src="data:{logo.mime};base64,' in page
        assert '<p class="author">An &lt;Author&gt;</p>' in page
        assert 'data-theme="dark"' in page
    with pytest.raises(InputError, match="is no picture"):
        read_logo(tmp_path / "logo.txt")


def tagged(*tags):
    secret = new_code_cell("secret = 1", execution_count=1, metadata={"tags": list(tags)})
    secret.outputs = [new_output("stream", text="shown output")]
    return as_html(report_of(new_notebook(cells=[new_markdown_cell("# T"), secret])), options=Options(code="shown"))


def test_the_standard_tags_hide_and_remove():
    page = re.sub(r"<span class=\"k-.\">|</span>", "", tagged())
    assert "secret = 1" in page
    assert "shown output" in page
    assert '<details id="cell-1" open>' in page
    folded = tagged("hide-input")
    assert '<details id="cell-1">' in folded
    removed = tagged("remove-input")
    assert "secret" not in removed
    assert "shown output" in removed
    assert 'href="#cell-1"' not in removed
    assert "shown output" not in tagged("remove-output")
    nothing = tagged("remove-cell")
    assert "secret" not in nothing
    assert "shown output" not in nothing


def test_a_report_says_when_it_is_out_of_date(tmp_path):
    data = tmp_path / "data.csv"
    data.write_text("a\n1\n", "utf-8")
    nb = to_notebook(
        [run()], setup=(f"df = read({str(data)!r})",), provenance={"data": {"data.csv": fingerprint(data)}}
    )
    assert report_of(nb, folder=tmp_path).stale == ()
    data.write_text("a\n2\n", "utf-8")
    assert report_of(nb, folder=tmp_path).stale == (
        "The data changed since: data.csv is not the file that was analysed.",
    )
    assert report_of(nb).stale == ()  # not known where it lies
    cell = next(cell for cell in nb.cells if "levels[0]" in cell.source)
    cell.source += " + 1"
    assert report_of(nb).stale == ("Cell 4 was edited after it ran; what is shown is from before.",)
    assert "May be out of date" in as_html(report_of(nb))
    cell.execution_count = 40  # run again
    assert not any("edited" in text for text in report_of(nb).stale)


def test_cells_run_out_of_order_are_told():
    cells = [new_code_cell("x", execution_count=2), new_code_cell("y", execution_count=1)]
    assert "not run in the order" in report_of(new_notebook(cells=cells)).stale[0]


@pytest.mark.kernel
def test_execute_renews_what_is_shown_and_leaves_the_file(tmp_path):
    (tmp_path / "n.txt").write_text("41", "utf-8")
    source = "from pathlib import Path\nprint(int(Path('n.txt').read_text()) + 1)"
    old = new_code_cell(source, execution_count=7, outputs=[new_output("stream", text="old output")])
    asked = [new_code_cell("%load_ext k2lab"), new_code_cell("%%k2\nquestion")]  # which asks nobody
    path = write_notebook(new_notebook(cells=[old, *asked]), tmp_path / "a.ipynb")
    before = path.read_bytes()
    heard = []
    made = executed(read_notebook(path), tmp_path, tell=lambda at, of: heard.append((at, of)))
    page = as_html(report_of(made))
    assert "42" in page
    assert "old output" not in page
    assert heard == [(1, 3), (2, 3), (3, 3)]
    assert path.read_bytes() == before
    made.cells[0].source = "1 / 0"
    with pytest.raises(InputError, match=r"Cell 1 fails \(ZeroDivisionError: division by zero\)"):
        executed(made, tmp_path)
    made.metadata["kernelspec"] = nbformat.from_dict({"name": "no-such-kernel", "display_name": "x"})
    with pytest.raises(InputError, match="no kernel 'no-such-kernel'"):
        executed(made, tmp_path)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_nbconvert_writes_figures_beside_and_takes_a_template_of_ones_own(tmp_path):
    from k2lab.report.exporter import MarkdownReportExporter, PdfReportExporter, ReportExporter

    nb = to_notebook([run()], provenance=PROVENANCE)
    text, resources = MarkdownReportExporter().from_notebook_node(nb, {"output_files_dir": "a_files"})
    assert set(resources["outputs"]) == {"a_files/figure-1.png"}
    assert resources["output_extension"] == ".md"
    assert "](a_files/figure-1.png)" in text
    assert PdfReportExporter().file_extension == ".pdf"

    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "conf.json").write_text('{"base_template": "k2report"}', "utf-8")
    (mine / "index.html.j2").write_text(
        '{% extends "k2report/index.html.j2" %}{% block footer %}<b>{{ report.title }} & ours</b>{% endblock %}',
        "utf-8",
    )
    folders = [str(tmp_path), *ReportExporter().extra_template_basedirs]
    exporter = ReportExporter(template_name="mine", extra_template_basedirs=folders)
    page, _ = exporter.from_notebook_node(nb)
    assert "<b>Does the remote-work ratio affect salary? & ours</b>" in page
    assert "made with k2lab" not in page.lower()


def test_the_command_line_writes_each_format(tmp_path):
    path = write_notebook(to_notebook([run()]), tmp_path / "a.ipynb")
    command = [sys.executable, "-m", "k2lab", "report", str(path)]
    how = {"capture_output": True, "text": True, "timeout": 120, "check": False}
    done = subprocess.run([*command, "--to", "md", "--lang", "zh"], **how)
    assert done.stdout.strip() == str(tmp_path / "a.md")
    assert "## 摘要" in (tmp_path / "a.md").read_text("utf-8")
    done = subprocess.run([*command, "-o", "x.docx"], **how)
    assert done.returncode == 2
    assert done.stderr.strip() == "k2lab: No report is written as '.docx'. Use one of: .html, .pdf, .md, .qmd."


def test_other_peoples_notebooks_export():
    """The samples of nbconvert, nbformat and nbclient are not installed with them: see benchmarks/report.md."""
    import papermill

    paths = sorted((Path(papermill.__file__).parent / "tests" / "notebooks").rglob("*.ipynb"))
    if not paths:
        pytest.skip("this papermill came without its notebooks")
    for path in paths:
        nb = read_notebook(path)
        shown = [str(cell.source).strip() for cell in nb.cells if cell.cell_type == "code" and str(cell.source).strip()]
        page = html.unescape(re.sub(r"<[^>]+>", "", as_html(report_of(nb, title=path.stem))))
        assert all(source in page for source in shown), path.name
