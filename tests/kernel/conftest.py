"""A person's kernel: a real ipykernel over jupyter_client, in which cells run as a notebook would run them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager
from jupyter_core.utils import ensure_event_loop

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Ran:
    """What the person sees of a cell."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    reply: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def text(self) -> str:
        return "".join(o["content"]["text"] for o in self.outputs if o["msg_type"] == "stream")


class Person:
    """Runs cells in the kernel and may interrupt them."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client = manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code: str, *, interrupt_after: float | None = None, timeout: float = 60) -> Ran:
        ran = Ran()
        started = time.monotonic()

        def hear(message: dict[str, Any]) -> None:
            if message["msg_type"] in ("stream", "display_data", "execute_result", "error", "update_display_data"):
                ran.outputs.append(message)

        # A plain signal, as the button sends it: the manager's own call would open an event loop in this thread.
        pid = self.manager.provisioner.pid
        timer = threading.Timer(interrupt_after, os.kill, (pid, signal.SIGINT)) if interrupt_after is not None else None
        if timer is not None:
            timer.start()
        reply = self.client.execute_interactive(code, output_hook=hear, timeout=timeout, allow_stdin=False)
        if timer is not None:
            timer.join()
        ran.seconds = time.monotonic() - started
        ran.reply = reply["content"]
        return ran


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    folder = tmp_path_factory.mktemp("person")
    env = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    env |= {"IPYTHONDIR": str(folder), "PYTHONPATH": os.pathsep.join([str(ROOT), env.get("PYTHONPATH", "")])}
    manager = KernelManager()
    manager.start_kernel(cwd=str(folder), env=env)
    made = Person(manager)
    try:
        yield made
    finally:
        made.client.stop_channels()
        manager.shutdown_kernel(now=True)
        made.client.context.destroy(linger=0)
        ensure_event_loop().close()  # jupyter_client's own, which it leaves open
