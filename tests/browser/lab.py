"""What a person does in JupyterLab, and what they see; every wait is for something they could see too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Route

from tests.browser.places import write_notebook

SETUP = """%load_ext k2lab
import pandas as pd
prices = pd.DataFrame({"city": ["Oslo", "Rome"] * 40, "price": [100 + 9 * (n % 2) + n % 7 for n in range(80)]})"""


def asked_at(url: str) -> str:
    """Return the cell that makes ready, with the analyst at a server."""
    return f"{SETUP}\n%config K2.model = 'kimi-k2.6'\n%config K2.base_url = {url!r}"


_NOTEBOOK = """(name) => {
  const found = [...window.jupyterapp.shell.widgets('main')].find(one => one.context && one.context.path === name);
  return found ? found.content.model.sharedModel.toJSON() : null;
}"""


class Lab:
    """A page at JupyterLab.

    Attributes
    ----------
    page : Page
    said : list of str
        Lines of the browser's console.
    """

    def __init__(
        self, context: BrowserContext, address: str, folder: Path, settings: Path, at: str = "lab/tree"
    ) -> None:
        self.context, self.address, self.folder, self.settings = context, address, folder, settings
        self.said: list[str] = []
        self.name, self.at = "", at
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda fault: self.said.append(f"fault: {fault}"))
        context.route("**/*", _only_here)

    def _hear(self, message: ConsoleMessage) -> None:
        self.said.append(message.text)

    def close(self) -> None:
        for session in self.page.request.get(f"{self.address}/api/sessions?token=secret").json():
            self.page.request.delete(f"{self.address}/api/sessions/{session['id']}?token=secret", headers=self._xsrf())
        self.context.close()

    def _xsrf(self) -> dict[str, str]:
        return {"Authorization": "token secret"}

    # -- notebooks ---------------------------------------------------------------------------------------------------

    def open(self, name: str, *sources: str) -> None:
        """Write a notebook, open it alone and wait for its kernel."""
        write_notebook(self.folder / name, *sources)
        self.go(name)

    def go(self, name: str, *, query: str = "&reset") -> None:
        self.name = name
        self.page.goto(f"{self.address}/{self.at}/{name}?token=secret{query}")
        self.ready()

    def also(self, name: str, *sources: str) -> None:
        """Write another notebook, open it in front of the others and wait for its kernel."""
        write_notebook(self.folder / name, *sources)
        self.name = name
        self.command("docmanager:open", path=name)
        self.ready()

    def ready(self) -> None:
        """Wait until the notebook in front can run cells."""
        self.page.wait_for_function(
            "(name) => { const one = window.jupyterapp?.shell.currentWidget; return one?.context?.path === name"
            " && one.sessionContext.session?.kernel?.connectionStatus === 'connected' && !!one.content.model; }",
            arg=self.name,
            timeout=60_000,
        )

    def notebook(self, name: str = "") -> dict[str, Any]:
        """Return the notebook as it would be saved."""
        return self.page.evaluate(_NOTEBOOK, name or self.name)

    def cells(self, name: str = "") -> list[dict[str, Any]]:
        made = self.notebook(name)["cells"]
        for cell in made:
            cell["source"] = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        return made

    def owned(self, name: str = "") -> list[dict[str, Any]]:
        """Return the cells that runs made."""
        return [cell for cell in self.cells(name) if "k2lab" in cell["metadata"]]

    def start(self, index: int) -> None:
        """Select a cell and run it, as Ctrl+Enter does, without waiting for its end."""
        self.page.evaluate(
            "(index) => { const one = window.jupyterapp.shell.currentWidget; one.content.activeCellIndex = index;"
            " void window.jupyterapp.commands.execute('notebook:run-cell'); }",
            index,
        )

    def run(self, index: int, *, timeout: float = 60_000) -> None:
        """Run a cell to its end."""
        self.page.evaluate(
            "(index) => { const one = window.jupyterapp.shell.currentWidget; one.content.activeCellIndex = index;"
            " window.k2done = false;"
            " void window.jupyterapp.commands.execute('notebook:run-cell').then(() => { window.k2done = true; }); }",
            index,
        )
        self.page.wait_for_function("() => window.k2done", timeout=timeout)

    def quietly(self, code: str) -> None:
        """Run code in the kernel of the notebook in front, without a cell."""
        self.page.evaluate(
            "(code) => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
            ".requestExecute({code, silent: true, store_history: false}).done.then(() => null)",
            code,
        )

    def until(self, test: str, *, name: str = "", timeout: float = 30_000) -> None:
        """Wait until the notebook passes a test, a JavaScript function of it."""
        self.page.wait_for_function(
            f"(name) => {{ const nb = ({_NOTEBOOK})(name); return nb && ({test})(nb); }}",
            arg=name or self.name,
            timeout=timeout,
        )

    def command(self, name: str, **arguments: Any) -> None:
        self.page.evaluate(
            "([name, given]) => window.jupyterapp.commands.execute(name, given).then(() => null)", [name, arguments]
        )

    def exported(self, button: Locator) -> str:
        """Click on what makes JupyterLab convert the notebook, and return what the server answers."""
        with self.context.expect_event("request", lambda request: "/nbconvert/" in request.url) as asked:
            button.click()
        return self.page.request.get(asked.value.url, headers=self._xsrf(), timeout=60_000).text()

    # -- the panel ---------------------------------------------------------------------------------------------------

    def of(self, name: str, **state: str) -> Locator:
        """Return what has a test id, with these data attributes."""
        more = "".join(f'[data-{key.replace("_", "-")}="{value}"]' for key, value in state.items())
        return self.page.locator(f'[data-testid="{name}"]{more}')

    def panel(self) -> Locator:
        """Open the panel and return it."""
        found = self.page.locator("#k2lab-panel")
        if not found.is_visible():
            self.page.evaluate("() => window.jupyterapp.shell.activateById('k2lab-panel')")
        found.wait_for(state="visible")
        return found

    def theme(self, name: str) -> None:
        self.command("apputils:change-theme", theme=name)
        self.page.wait_for_function("(name) => document.body.dataset.jpThemeName === name", arg=name)

    def widen(self, width: int) -> None:
        """Draw the panel's edge until it has this width."""
        box = self.panel().bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] - 2, 500)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] - 2 + box["width"] - width, 500)
        self.page.mouse.up()

    def ask(self, question: str) -> None:
        self.panel()
        self.of("k2-input").fill(question)
        self.of("k2-input").press("Enter")


def _only_here(route: Route) -> None:
    """Keep the browser on this machine."""
    if "//127.0.0.1" in route.request.url or route.request.url.startswith(("data:", "blob:")):
        route.continue_()
    else:
        route.abort()
