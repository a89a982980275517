"""Chromium at a report that lies on disk, as a reader opens it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Opened:
    """A page and what it did: dialogs it showed, addresses it asked for, faults it had."""

    page: Any
    dialogs: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        return not (self.dialogs or self.asked or self.faults)


@dataclass(frozen=True)
class Reading:
    """Opens reports in pages of their own."""

    browser: Any
    contexts: list[Any]

    def open(self, path: Path, **how: Any) -> Opened:
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.contexts.append(context)
        made = Opened(page=context.new_page())
        address = path.resolve().as_uri()
        made.page.on("dialog", lambda dialog: (made.dialogs.append(dialog.message), dialog.dismiss()))
        made.page.on("pageerror", lambda error: made.faults.append(str(error)))
        made.page.on("console", lambda line: made.faults.append(line.text) if line.type == "error" else None)
        made.page.on(
            "request",
            lambda request: (
                made.asked.append(request.url)
                if request.url.partition("#")[0] != address and not request.url.startswith("data:")
                else None
            ),
        )
        made.page.goto(address)
        return made


@pytest.fixture
def reading(chromium: Any) -> Iterator[Reading]:
    contexts: list[Any] = []
    yield Reading(chromium, contexts)
    for context in contexts:
        context.close()
