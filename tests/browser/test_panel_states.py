"""Every state of the panel: no accessibility fault in light and dark, nothing left in English, nothing cut.

With ``PANEL_PICTURES=folder`` the states are drawn there too, as they are kept in notebooks/images/panel.
"""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.browser.lab import Lab
from tests.browser.places import write_json
from tests.browser.tour import tour

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # each test goes through some thirty states
ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
DARK, LIGHT = "JupyterLab Dark", "JupyterLab Light"
KEPT = {
    "first-run", "empty", "typing", "preview", "settings", "planning", "running", "step-done", "repair", "approval",
    "answer", "formats", "history", "rate-limited", "stopped", "budget-used", "unreachable",
}  # fmt: skip
_FAULTS = """async () => {
  const found = await axe.run('#k2lab-panel', {resultTypes: ['violations']});
  return found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => [one.id, one.nodes.map(node => node.html.slice(0, 160) + ' ' + node.any.map(a => a.message))]);
}"""
_WORDS = """() => {
  const panel = document.querySelector('#k2lab-panel'), words = [];
  const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) words.push(walker.currentNode.data);
  panel.querySelectorAll('*').forEach(node => ['aria-label', 'title', 'placeholder'].forEach(
    name => node.hasAttribute(name) && words.push(node.getAttribute(name))));
  return words;
}"""
_CUT = """() => {
  const panel = document.querySelector('#k2lab-panel'), edge = panel.getBoundingClientRect(), cut = [];
  const hides = node => getComputedStyle(node).overflowX !== 'visible';
  panel.querySelectorAll('*').forEach(node => {
    const box = node.getBoundingClientRect();
    if (!box.width || (box.right <= edge.right + 0.5 && box.left >= edge.left - 0.5)) return;
    for (let up = node.parentElement; up !== panel; up = up.parentElement) if (hides(up)) return;
    cut.push(node.outerHTML.slice(0, 160));
  });
  const thread = panel.querySelector('.k2-body');
  if (thread && thread.scrollWidth > thread.clientWidth) cut.push('the thread scrolls sideways');
  return cut;
}"""


def test_no_state_has_an_accessibility_fault_in_light_or_dark(lab: Lab, tmp_path: Path):
    faults: dict[str, Any] = {}
    moving: dict[str, int] = {}
    lab.page.set_viewport_size({"width": 1280, "height": 820})
    for state in tour(lab, tmp_path):
        if not lab.page.evaluate("() => !!window.axe"):
            lab.page.add_script_tag(path=AXE)
        for theme in (DARK, LIGHT):
            lab.theme(theme)
            if found := lab.page.evaluate(_FAULTS):
                faults[f"{state}, {theme}"] = found
            picture(lab, state, "dark" if theme == DARK else "light")
        moving[state] = lab.page.evaluate(
            "() => document.querySelector('#k2lab-panel').getAnimations({subtree: true}).length"
        )

    assert faults == {}
    assert len(moving) >= 25
    assert not any(moving.values()), "the person asked for reduced motion"


def test_in_chinese_no_word_is_left_in_english_and_at_320_pixels_nothing_is_cut(lab: Lab, tmp_path: Path):
    write_json(lab.settings, "k2lab/panel", {"lang": "zh"})
    english = _english()
    left: dict[str, list[str]] = {}
    cut: dict[str, list[str]] = {}
    for state in tour(lab, tmp_path, width=320):
        words = {" ".join(word.split()) for word in lab.page.evaluate(_WORDS)}
        if found := sorted(word for word in words if english.fullmatch(word)):
            left[state] = found
        if found := lab.page.evaluate(_CUT):
            cut[state] = found
        picture(lab, state, "zh")

    assert left == {}
    assert cut == {}


def picture(lab: Lab, state: str, look: str) -> None:
    """Keep a picture of a state, if pictures are wanted; a palette of 128 colours is enough for an interface."""
    folder = os.environ.get("PANEL_PICTURES")
    if folder and (state in KEPT or look == "zh"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        with Image.open(io.BytesIO(lab.page.screenshot())) as shot:
            small = shot.convert("RGB").quantize(128, dither=Image.Dither.NONE)
            small.save(Path(folder) / f"{state}-{look}.png", optimize=True)


def _english() -> re.Pattern[str]:
    """Return what matches each English sentence of the panel that has Chinese words of its own."""
    given = json.loads((ROOT / "k2lab" / "locale" / "zh_CN" / "LC_MESSAGES" / "k2lab.json").read_text("utf-8"))
    sentences = [key for key, value in given.items() if key and value[0] != key and re.search("[a-z]{2}", key)]
    return re.compile("|".join(re.sub(r"\\{\w+\\}", r"\\S+", re.escape(one)) for one in sentences))
