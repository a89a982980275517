"""The page as a reader uses it, in a real browser, opened from disk."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from k2lab.report.write import write_report
from tests.report import living

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "labextension" / "node_modules"
NO_MODULES = "needs labextension/node_modules (python tasks.py lab)"


def until(page, script, argument=None):
    """Wait until a script is true; the page's policy forbids the evaluation that playwright's own waiting needs."""
    for _ in range(400):
        if page.evaluate(script, argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    return {language: write_report(living.notebook(language), folder / f"{language}.html") for language in ("en", "zh")}


def test_contents_lead_to_sections_and_mark_the_one_being_read(reading, pages):
    opened = reading.open(pages["en"], reduced_motion="reduce")
    page = opened.page
    links = page.locator("nav a")
    assert links.count() >= 7
    for name in ("What if", "Checks"):
        page.get_by_role("navigation").get_by_text(name, exact=True).click()
        until(page, "name => document.querySelector('nav [aria-current]')?.textContent === name", name)
        until(page, "document.querySelector(location.hash).getBoundingClientRect().top < innerHeight / 2")
    page.evaluate("scrollTo(0, 0)")
    until(page, "document.querySelector('nav [aria-current]')?.textContent === 'Summary'")
    assert opened.quiet, opened


def test_the_simulator_predicts_what_the_model_predicts(reading, pages):
    import statsmodels.formula.api as smf

    opened = reading.open(pages["en"])
    page = opened.page
    model = living.results()["log"].to_dict()["model"]
    first = {term["name"]: term["levels"][0] for term in model["terms"] if term["kind"] == "category"}
    data = living.frame().assign(remote_ratio=lambda f: f["remote_ratio"].astype(str))
    formula = (
        f"np.log(salary_in_usd) ~ C(remote_ratio, Treatment('{first['remote_ratio']}')) "
        f"+ C(experience_level, Treatment('{first['experience_level']}')) * years"
    )
    fitted = smf.ols(formula, data).fit(cov_type="HC3", use_t=True)
    panel = page.locator(".sim").first
    number = panel.locator("input[type=number]")
    for ratio, level, years in (("0", "SE", "7.5"), ("100", "EX", "2"), ("100", "EN", "14.5")):
        for name, chosen in (("remote_ratio", ratio), ("experience_level", level)):
            panel.locator("fieldset", has_text=name).get_by_role("radio", name=chosen, exact=True).check()
        number.fill(years)
        told = fitted.get_prediction(
            data.iloc[:1].assign(remote_ratio=ratio, experience_level=level, years=float(years))
        ).summary_frame(alpha=0.05)
        wanted = np.exp(told[["mean", "mean_ci_lower", "mean_ci_upper"]].iloc[0].to_numpy(dtype=float))
        shown = panel.locator(".value").evaluate("node => [node.dataset.value, node.dataset.low, node.dataset.high]")
        assert [float(part) for part in shown] == pytest.approx(list(wanted), rel=1e-7)
        assert float(panel.locator(".value").inner_text().replace(",", "")) == pytest.approx(wanted[0], rel=5e-3)
    assert "rows like this" in panel.locator(".like").inner_text()
    number.fill("90")
    assert "extrapolation: years was seen only from 0 to 15" in panel.locator(".like").inner_text()
    assert panel.locator(".bands circle").count() == len(model["terms"][0]["levels"])
    assert opened.quiet, opened


def test_the_simulator_of_a_logistic_model_gives_its_share(reading, pages):
    from k2lab.stats.model_json import predict

    page = reading.open(pages["en"]).page
    panel = page.locator(".sim").nth(1)
    panel.get_by_role("radio", name="EX", exact=True).check()
    panel.locator("input[type=number]").fill("3.25")
    value, low, high = predict(living.share_model(), {"level": "EX", "years": 3.25})
    shown = panel.locator(".value").evaluate("node => [node.dataset.value, node.dataset.low, node.dataset.high]")
    wanted = [1 / (1 + math.exp(-part)) for part in (value, low, high)]
    assert [float(part) for part in shown] == pytest.approx(wanted, rel=1e-12)
    assert panel.locator(".value").inner_text() == f"{100 * wanted[0]:.1f}%"


def test_a_number_tells_its_value_and_its_cell(reading, pages):
    opened = reading.open(pages["en"])
    page = opened.page
    number = page.locator(".findings .num[title]").first
    number.click()
    tip = page.locator(".tip")
    assert number.evaluate("node => node.title") in tip.inner_text()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    number.click()
    tip.get_by_role("link").click()
    assert page.locator("#cell-2 pre").is_visible()
    assert opened.quiet, opened


def test_the_theme_is_the_readers_until_they_choose_and_then_stays(reading, pages):
    opened = reading.open(pages["en"], color_scheme="light")
    page = opened.page
    ground = "getComputedStyle(document.body).backgroundColor"
    paint = "getComputedStyle(document.querySelector('.drawing .f-background')).fill"
    light, drawn = page.evaluate(ground), page.evaluate(paint)
    assert drawn == light
    page.get_by_role("button", name="Dark").click()
    dark = page.evaluate(ground)
    assert dark != light
    assert page.evaluate(paint) == dark  # one drawing, both grounds
    page.reload()
    assert page.evaluate(ground) == dark
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--text').trim()") == "#1b222b"
    assert opened.quiet, opened


def test_paper_shows_what_a_screen_folds_and_none_of_its_controls(reading, pages):
    page = reading.open(pages["en"]).page
    assert page.locator(".sim").first.is_visible()
    assert not page.locator(".static").first.is_visible()
    page.emulate_media(media="print")
    for gone in ("nav", ".sim", ".toggle", ".copy", ".csv"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".static table").first.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#cell-4 pre").is_visible()


def test_without_script_there_is_a_table_instead(reading, pages):
    page = reading.open(pages["en"], java_script_enabled=False).page
    assert not page.locator(".sim").first.is_visible()
    assert page.locator(".static table").first.is_visible()
    assert not page.get_by_role("button").count()


def test_tables_sort_and_copy_and_figures_open(reading, pages):
    opened = reading.open(pages["en"])
    page = opened.page
    table = page.locator("table.grid", has_text="simple differences").or_(page.locator("#result table.grid")).first
    n = table.locator("th button", has_text=re.compile(r"^n$")).first
    at = n.evaluate("node => node.closest('th').cellIndex")
    column = "(table, at) => [...table.tBodies[0].rows].map(row => Number(row.cells[at].textContent.replace(/,/g, '')))"
    n.click()
    sizes = table.evaluate(column, at)
    assert sizes == sorted(sizes)
    n.click()
    assert table.evaluate(column, at) == sorted(sizes, reverse=True)
    assert table.locator("th[aria-sort=descending]").count() == 1

    table.evaluate(
        "table => { table.tBodies[0].rows[0].cells[0].textContent = '=HYPERLINK(\"http://evil.example\")'; }"
    )
    table.locator("xpath=ancestor::div[1]/following-sibling::p[1]/button").click()
    until(page, "async () => (await navigator.clipboard.readText()).includes('HYPERLINK')")
    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[1].startswith("\"'=HYPERLINK(")
    assert len(lines) == len(sizes) + 1

    page.get_by_role("button", name="Enlarge figure 1").click()
    dialog = page.get_by_role("dialog")
    assert dialog.locator("svg").bounding_box()["width"] > 800
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert opened.quiet, opened


def test_the_keyboard_reaches_everything(reading, pages):
    page = reading.open(pages["en"]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("#cell-1 summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#cell-1 pre").is_visible()
    radio = page.locator(".sim input[type=radio]:checked").first
    radio.focus()
    before = page.locator(".sim .value").first.inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator(".sim .value").first.inner_text() != before


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_scrolls_down_only(reading, pages, language):
    page = reading.open(pages[language], viewport={"width": 360, "height": 780}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("h1").is_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_serious(reading, pages, language):
    axe = MODULES / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip(NO_MODULES)
    for scheme in ("light", "dark"):
        page = reading.open(pages[language], bypass_csp=True, color_scheme=scheme).page
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        page.evaluate(axe.read_text("utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(item["id"], item["impact"], item["nodes"][0]["html"][:200]) for item in found] == [], scheme


def test_html_validate_finds_nothing(pages, tmp_path):
    program = MODULES / ".bin" / "html-validate"
    if not program.exists() or shutil.which("node") is None:
        pytest.skip(NO_MODULES)
    rules = {
        "doctype-style": "off",  # lower case is as good
        "long-title": "off",  # the title is the person's question
        "prefer-native-element": "off",  # a table that scrolls is a region, not a section
        "no-inline-style": "error",
    }
    settings = tmp_path / "rules.json"
    settings.write_text(json.dumps({"root": True, "extends": ["html-validate:recommended"], "rules": rules}))
    command = [program, "--config", settings, "--formatter", "text", *pages.values()]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0
