"""The page is whole, closed to the network and made of escaped text."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from k2lab.agent.run import Answer, Finding
from k2lab.cells.result import CellError
from k2lab.report.build import report_of
from k2lab.report.model import Plain
from k2lab.report.notebook import to_notebook
from k2lab.report.options import Options
from k2lab.report.page import _markup, as_html
from k2lab.schema.model import ColumnSchema
from k2lab.stats.result import Check, Result, Sentence, Table
from tests.report.story import DIGEST, EFFECT, FRAME, PROVENANCE, SETUP, displayed, drawn, png, run, said, step

HOSTILE = (
    "\"'><script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>"
    "</data></style></title><!-- {{ 7*7777 }} {% raw %} &lt;b&gt; javascript:alert(1) <a href='http://evil.example'>x</a>"
)
HARMLESS = re.sub(r"[^\w\s.:;(),]", "x", HOSTILE)  # of the same shape, so that sentences end where those do


class Skeleton(HTMLParser):
    """Elements with the names of their attributes, and the values that lead somewhere."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.elements, self.links, self.sources, self.ids, self.text, self.levels = [], [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "span" and str(named.get("class", "")).startswith("k-"):
            return  # colours of code depend on the code, as they should
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.links += [named["href"]] if "href" in named else []
        self.sources += [named["src"]] if "src" in named else []
        self.ids += [named["id"]] if "id" in named else []
        self.levels += [int(tag[1])] if re.fullmatch(r"h[1-6]", tag) else []

    def handle_data(self, data):
        self.text.append(data)


def read(page):
    made = Skeleton()
    made.feed(page)
    made.close()
    return made


def page_of(the_run, **more):
    return as_html(report_of(to_notebook([the_run], setup=SETUP, provenance=PROVENANCE)), options=Options(**more))


def saying(text):
    """Return the run with `text` wherever data, a model or a person may put words."""
    result = Result(
        kind="effect",
        title=text,
        estimates=tuple(replace(item, label=text, method=text, unit="u" + text) for item in EFFECT.estimates),
        tests=tuple(replace(item, label=text, method=text, symbol=text) for item in EFFECT.tests),
        checks=(Check(name=text, reading=text, action=text, passed=True),),
        tables=(Table(title=text, columns=(text, text), rows=((text, 1), (text, 2)), note=text),),
        sentences=tuple(
            Sentence(key=text, text=text + role, role=role) for role in ("finding", "caveat", "method", "limitation")
        ),
        warnings=(text,),
    )
    digest = {**DIGEST, "title": text, "caption": text, "alt": text}
    steps = (
        step(1, f"x = {text!r}", displayed(result), drawn(digest), said(text), title=text, why=text),
        step(2, text, status="error", error=CellError(name=text, value=text), title=text),
        step(3, text, status="refused", observation=text, title=text, why=text),
    )
    answer = Answer(
        answered=True,
        title=text,
        summary=text,
        findings=(Finding(text="f " + text, steps=(1,)),),
        methods=(text,),
        limitations=(text,),
        follow_ups=(text,),
    )
    frame = replace(FRAME, name=text, columns=(ColumnSchema(name=text, dtype=text, kind="text", nulls=0, distinct=1),))
    return to_notebook(
        [
            run(
                question="q " + text,
                model=text,
                plan=text,
                steps=steps,
                answer=answer,
                frames=(frame,),
                currency=text,
                problem=text,
            )
        ],
        provenance={"versions": {text: text}, "data": [{text: text}], text: text, "list": [text]},
    )


def test_words_from_data_make_no_element_and_no_attribute():
    # Numbers are marked by what stands around them, which differs: tests/report/test_tracing.py is about those.
    made = (replace(report_of(saying(text)), numbers={}) for text in (HARMLESS, HOSTILE))
    harmless, hostile = (read(as_html(report)) for report in made)
    assert hostile.elements == harmless.elements
    assert hostile.ids == harmless.ids
    assert hostile.links == harmless.links
    told = "".join(hostile.text)
    assert "<script>alert(1)</script>" in told  # it arrived, as text
    assert "{{ 7*7777 }}" in told
    assert "54439" not in told


def test_outputs_of_cells_bring_no_attribute_style_script_or_picture():
    table = f"<table class=x style='color:red' id=y><tr><td onclick=alert(1)>{HOSTILE}</td></tr></table>"
    markup = f"{table}<iframe src=//evil.example>"
    output = {"output_type": "display_data", "data": {"text/html": markup}, "metadata": {}}
    made = read(page_of(run(steps=(step(1, "x", output),))))
    assert ("td", ()) in made.elements
    assert not [
        tag for tag, names in made.elements if tag in ("iframe", "img") or "onclick" in names or "style" in names
    ]
    assert made.links
    assert all(link.startswith("#") for link in made.links)
    assert [names for tag, names in made.elements if tag == "script"] == [("type", "id"), ()]  # words, and the script
    assert "y" not in made.ids


def test_nothing_leads_out_of_the_page():
    page = page_of(run())
    made = read(page)
    assert len(made.sources) == 1
    assert all(re.fullmatch(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+", source) for source in made.sources)
    assert {link[1:] for link in made.links if link.startswith("#")} <= set(made.ids)
    assert all(link.startswith("#") for link in made.links)
    assert not re.search(r"https?://|//[a-z]+\.|@import|url\(", page)
    assert not {"link", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in made.elements}


def test_the_policy_allows_exactly_the_one_style_and_the_one_script():
    page = page_of(run())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert "unsafe" not in policy
    assert not re.search(r"\sstyle=|\son[a-z]+=", page.split("</style>")[1].split("<script>")[0])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_headings_are_in_order_and_ids_are_unique(language):
    made = read(page_of(run(language=language)))
    assert made.levels[0] == 1
    assert made.levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in zip(made.levels, made.levels[1:], strict=False))
    assert len(made.ids) == len(set(made.ids))
    assert {"main", "summary", "data", "checks", "methods", "tried", "reproduce"} <= set(made.ids)


def test_chinese_pages_say_so():
    page = page_of(run(language="zh"))
    assert '<html lang="zh-CN">' in page
    assert "尝试记录" in page
    assert "What was tried" not in page


def test_code_is_folded_shown_or_hidden():
    folded, shown, hidden = (page_of(run(), code=view) for view in ("folded", "shown", "hidden"))
    assert '<details id="cell-4">' in folded
    assert '<details id="cell-4" open>' in shown
    assert "levels[0]" not in "".join(read(hidden).text)
    assert {link[1:] for link in read(hidden).links} <= set(read(hidden).ids)


def test_every_picture_has_words_and_a_size():
    page = page_of(run())
    assert f'alt="{DIGEST["alt"]}"' in page
    assert 'width="720" height="320"' in page


def test_many_findings_and_long_tables_are_folded_and_still_there():
    many = tuple(Finding(text=f"Finding number {'abcdefghijkl'[at]}.", steps=(4,)) for at in range(12))
    rows = tuple((f"row {at}", at) for at in range(30))
    result = replace(EFFECT, estimates=(), tables=(Table(title="Long", columns=("a", "b"), rows=rows),))
    page = page_of(run(answer=replace(run().answer, findings=many), steps=(step(4, "x", displayed(result)),)))
    assert "More of this (4)" in page
    assert "Finding number l." in page
    assert re.search(r'<details class="long"><summary>.*30 rows.*row 29', page, re.DOTALL)


def test_only_sanitised_markup_is_let_through():
    with pytest.raises(TypeError, match="Plain"):
        _markup(Plain(text="<b>"))


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_text_has_enough_contrast_on_both_grounds(ground):
    import json
    from importlib.resources import files

    colours = json.loads((files("k2lab.plots") / "palette.json").read_text("utf-8"))[ground]

    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for under in ("background", "surface"):
        for name in ("text", "muted", "accent", "pass", "warn", "fail"):
            low, high = sorted((light(colours[name]), light(colours[under])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (ground, name, under)  # WCAG 2.2, 1.4.3 (AA)


def test_a_large_picture_is_shown_at_half_its_pixels():
    output = {"output_type": "display_data", "data": {"image/png": png(1440, 700)}, "metadata": {}}
    assert 'width="720" height="350"' in page_of(run(steps=(step(1, "x", output),)))
