"""The panel in a real JupyterLab: what opening it costs, and whether long histories scroll without long tasks.

    python benchmarks/panel.py

Sends the events of a run of 500 steps, each with a figure, from a real kernel, as a long run would; scrolls through
them and through a history of 2,000 runs, and counts the tasks over 50 ms: as the page sees them, which on a busy
machine is mostly waiting, and by processor time. A first number is taken with nothing to scroll.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from tests.browser.lab import Lab

STEPS, RUNS = 500, 2_000
OPEN = """() => new Promise(done => {
  const panel = document.querySelector('#k2lab-panel'), shell = window.jupyterapp.shell;
  shell.collapseRight();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const began = performance.now();
    shell.activateById('k2lab-panel');
    const look = () => panel.offsetParent && panel.querySelector('[data-testid="k2-input"]')
      ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(look);
    look();
  }));
})"""
SCROLL = """([selector, seconds]) => new Promise(done => {
  const node = selector && document.querySelector(selector), tasks = [];
  const observer = new PerformanceObserver(list => list.getEntries().forEach(one => tasks.push(one.duration)));
  observer.observe({entryTypes: ['longtask']});
  const began = performance.now(); let frames = 0;
  const step = now => {
    const share = (now - began) / 1000 / seconds;
    frames += 1;
    if (node) node.scrollTop = (node.scrollHeight - node.clientHeight) * Math.min(1, share);
    if (share < 1) requestAnimationFrame(step);
    else { observer.disconnect(); done({tasks, frames, height: node ? node.scrollHeight : 0}); }
  };
  requestAnimationFrame(step);
})"""
MANY = f"""%load_ext k2lab
import base64, io
import matplotlib.pyplot as plt
figure, axes = plt.subplots(figsize=(4, 3))
axes.plot([1, 3, 2])
kept = io.BytesIO()
figure.savefig(kept, format="png")
plt.close(figure)
picture = base64.b64encode(kept.getvalue()).decode()
panel = get_ipython().magics_manager.registry["K2"].panel
run = "a" * 12
panel.journal.begin(run, cell="cell-0", question="A long one?", model="kimi-k2.6")
head = dict(question="A long one?", model="kimi-k2.6", privacy="schema", language="en", frames=[], offline=False)
panel._emit(run, "run_started", n=1, cell="cell-0", max_steps={STEPS}, budget=None, **head)
for step in range(1, {STEPS} + 1):
    told = dict(step=step, tool="run_cell", title=f"Step {{step}} of many", why="", code="prices.mean()\\n" * 6)
    panel._emit(run, "step_started", **told)
    data = {{"output_type": "display_data", "metadata": {{}}, "data": {{"image/png": picture}}}}
    mark = dict(run=run, parent="nowhere", step=step, kind="code", model="", title="", why="", status="ok",
                seconds=0.1, hash="")
    cell = dict(id=f"k2-{{step:012x}}", cell_type="code", source="1", metadata={{"k2lab": mark}}, outputs=[data],
                execution_count=step)
    panel._emit(run, "step_finished", **told, status="ok", seconds=0.1, note="It is so.", problem="",
                figure={{"output": 0, "alt": "A line"}}, mends=None, edited=False, cell=cell)
"""


def main() -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import FLAGS, jupyterlab
    from tests.browser.lab import Lab
    from tests.browser.places import write_notebook

    with tempfile.TemporaryDirectory() as home, jupyterlab(Path(home)) as served, sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        lab = Lab(browser.new_context(viewport={"width": 1280, "height": 820}), *served)
        records = [{"id": f"{n:012x}", "question": f"Question {n}?", "status": "answered"} for n in range(RUNS)]
        write_notebook(lab.folder / "many.ipynb", MANY, k2lab={"version": 1, "runs": records})
        lab.go("many.ipynb")
        lab.panel()
        opened = [lab.page.evaluate(OPEN) for _ in range(7)]
        print(f"opening the panel       median {median(opened):4.0f} ms, first {opened[0]:.0f} ms of {len(opened)}")
        told(lab, "nothing to scroll", None)
        lab.run(0, timeout=300_000)
        lab.page.wait_for_function(
            f"() => document.querySelectorAll('[data-testid=k2-step]').length === {STEPS}", timeout=300_000
        )
        for turn in ("first", "again"):
            told(lab, f"{STEPS} steps, {turn}", ".k2-body")
        lab.of("k2-history-button").click()
        told(lab, f"history of {RUNS} runs", "[data-testid=k2-history-list]")
        drawn = lab.of("k2-history-item").count()
        print(f"rows of the history in the document: {drawn}")
        lab.close()
        browser.close()


def told(lab: Lab, what: str, selector: str | None) -> None:
    """Scroll, and print the long tasks: as the page sees them, and by the processor's time that they took."""
    browser = lab.context.browser
    assert browser is not None
    browser.start_tracing(page=lab.page, categories=["toplevel", "disabled-by-default-devtools.timeline"])
    seen = lab.page.evaluate(SCROLL, [selector, 4])
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    busy = [one["tdur"] / 1000 for one in trace if one.get("name", "").endswith("RunTask") and "tdur" in one]
    long, worked = ([round(task) for task in tasks if task > 50] for tasks in (seen["tasks"], busy))
    print(
        f"{what:<24}{seen['frames']:4d} frames, {seen['height']:7d} px; tasks over 50 ms: {len(long)} {long or ''}; "
        f"of processor time: {len(worked)} {worked or ''} (longest {max(busy, default=0):.0f} ms of {len(busy)})"
    )


if __name__ == "__main__":
    main()
