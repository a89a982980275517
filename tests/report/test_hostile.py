"""What wants to harm a reader shows, and does nothing; what cannot be read gets one clear line."""

from __future__ import annotations

import re

import pytest

from k2lab.errors import InputError
from k2lab.report.build import report_of
from k2lab.report.markdown import as_markdown_document
from k2lab.report.write import read_notebook, write_report
from tests.report.hostile import BREAKOUT, CALL, INVALID, corpus, old_formats


@pytest.fixture(scope="module")
def hostile():
    return {name: (nb, kept) for name, nb, kept in corpus()}


@pytest.fixture(scope="module")
def pages(tmp_path_factory, hostile):
    folder = tmp_path_factory.mktemp("hostile")
    return {
        name: write_report(nb, folder / f"{at}.html", code="shown")
        for at, (name, (nb, _)) in enumerate(hostile.items())
    }


@pytest.mark.browser
def test_nothing_runs_nothing_is_asked_for_and_nothing_is_lost(reading, pages, hostile):
    for name, path in pages.items():
        opened = reading.open(path)
        page = opened.page
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        assert page.evaluate("window.pwned") is None, name
        assert opened.quiet, (name, opened)
        markup = page.evaluate(
            "[...document.querySelectorAll('main *, header *')].filter(node => "
            "/^(script|iframe|object|embed|form|link|base|meta|foreignObject|animate|set)$/i.test(node.tagName) && "
            "node.type !== 'application/json' || [...node.attributes].some(item => /^on/i.test(item.name) || "
            "/^\\s*(javascript|vbscript):/i.test(item.value) || (/^(src|href|action)$/.test(item.name) && "
            "/evil/.test(item.value) && node.tagName !== 'A'))).map(node => node.outerHTML.slice(0, 200))"
        )
        assert markup == [], name
        text = page.locator("body").evaluate(
            "node => node.innerText + [...node.querySelectorAll('text')].map(n => n.textContent)"
        )
        for words in hostile[name][1]:
            assert words in text, (name, words)
        page.context.close()
        reading.contexts.pop()


def test_pages_and_texts_are_of_bounded_size(pages):
    assert pages["ten megabytes"].stat().st_size < 2_000_000
    assert all(path.stat().st_size < 600_000 for name, path in pages.items() if name != "ten megabytes")


@pytest.mark.parametrize("flavour", ["md", "qmd"])
def test_markdown_shows_it_and_does_nothing(flavour, hostile):
    for name, (nb, _) in hostile.items():
        text = as_markdown_document(report_of(nb), flavour=flavour).text
        prose = re.sub(r"(?ms)^(`{3,})[^\n]*\n.*?^\1$", "", text)  # less what stands between fences
        pictures = r'<img(?! src="data:image/png;base64,[A-Za-z0-9+/=]+" alt="good">)'  # one was attached, and is one
        assert not re.search(rf"<(script|iframe|svg|details)\b|{pictures}", prose, re.IGNORECASE), name
        assert not re.search(r"\]\(\s*javascript:", prose), name


def test_code_between_fences_cannot_leave_them(hostile):
    (nb, _) = hostile["plain text"]
    nb.cells[0].source = f"```\n{CALL}\n````\n<script>"
    text = as_markdown_document(report_of(nb)).text
    assert "`````python\n```\n" in text


def test_a_pdf_holds_it_as_text(tmp_path, hostile):
    pytest.importorskip("weasyprint", exc_type=ImportError)
    from pypdf import PdfReader

    from k2lab.report.pdf import as_pdf

    names = ("column names and values", "our svg", "metadata", "attachments")
    for name in names:
        (tmp_path / "a.pdf").write_bytes(as_pdf(report_of(hostile[name][0])))
        document = PdfReader(tmp_path / "a.pdf")
        root = document.trailer["/Root"]
        assert "/JavaScript" not in str(root.get("/Names", {}))
        assert "/OpenAction" not in root
        links = [
            note.get_object().get("/A", {}).get("/URI", "")
            for page in document.pages
            for note in page.get("/Annots", [])
        ]
        assert not [link for link in links if not re.match(r"https?://", link or "http://")], name


@pytest.mark.parametrize(("version", "text"), list(old_formats()), ids=[name for name, _ in old_formats()])
def test_every_notebook_format_is_read(tmp_path, version, text):
    path = tmp_path / "old.ipynb"
    path.write_text(text, "utf-8")
    page = write_report(read_notebook(path), tmp_path / "old.html").read_text("utf-8")
    assert "kept 2" in page
    assert "1 + 1" in re.sub(r"<[^>]+>", "", page)


@pytest.mark.parametrize("name", INVALID)
def test_what_is_no_notebook_gets_one_clear_line(tmp_path, name):
    path = tmp_path / "broken.ipynb"
    path.write_bytes(INVALID[name].encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError) as caught:
        read_notebook(path)
    assert "\n" not in str(caught.value)
    assert "broken.ipynb" in str(caught.value)
    assert len(str(caught.value)) < 500


def test_the_corpus_is_as_hostile_as_it_says(hostile):
    assert "<script>" in BREAKOUT
    assert len(hostile) > 20
