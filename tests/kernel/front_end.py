"""A front end without a browser: says hello, hears what comes down, sends requests up on the control channel."""

from __future__ import annotations

import queue
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import zmq
from jupyter_client.manager import KernelManager


class FrontEnd:
    """Behaves as the panel does: runs cells that have ids, answers announcements, keeps all messages."""

    def __init__(self, manager: KernelManager, *, shy: bool = False, busy: bool = False) -> None:
        self.client = manager.blocking_client()
        self.client.start_channels()
        if not busy:  # a busy kernel says nothing on the way that this waits for
            self.client.wait_for_ready(timeout=60)
        self.name = uuid.uuid4().hex[:8]
        self.shy = shy  # answers no announcement, as a front end without the extension
        self.heard: list[dict[str, Any]] = []
        self.outputs: list[dict[str, Any]] = []
        self.replies: dict[str, dict[str, Any]] = {}
        self.opened: list[str] = []
        self._ended: dict[str, dict[str, Any]] = {}
        self._change = threading.Condition()
        self._stop = threading.Event()
        self._out: queue.Queue[tuple[Any, dict[str, Any]]] = queue.Queue()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self.client.stop_channels()

    # -- up ----------------------------------------------------------------------------------------------------------

    def start(self, code: str, cell: str = "", *, stdin: bool = True) -> str:
        """Begin to run a cell; the id of the request."""
        content = {
            "code": code, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": stdin, "stop_on_error": True,
        }  # fmt: skip
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        self._out.put((self.client.shell_channel, message))
        return str(message["header"]["msg_id"])

    def run(self, code: str, cell: str = "", *, stdin: bool = True, timeout: float = 60) -> dict[str, Any]:
        return self.ended(self.start(code, cell, stdin=stdin), timeout)

    def ended(self, request: str, timeout: float = 60) -> dict[str, Any]:
        return self.until(lambda: self._ended.get(request), timeout)

    def request(self, kind: str, timeout: float = 20, **content: Any) -> dict[str, Any]:
        """Send a request and return its reply, also one that comes later."""
        name = self.post(kind, **content)
        return self.until(lambda: self.replies.get(name), timeout)

    def post(self, kind: str, **content: Any) -> str:
        name = uuid.uuid4().hex
        asked = {"type": kind, "id": name, "client": self.name, **content}
        self._out.put((self.client.control_channel, self.client.session.msg("k2_request", asked)))
        return name

    # -- down --------------------------------------------------------------------------------------------------------

    def until(self, found: Callable[[], Any], timeout: float = 20) -> Any:
        """Wait for what `found` finds."""
        with self._change:
            if not self._change.wait_for(lambda: found() is not None, timeout):
                kinds = [message["type"] for message in self.heard]
                raise AssertionError(f"nothing within {timeout} s; heard {kinds}")
            return found()

    def event(self, kind: str, timeout: float = 20, **like: Any) -> dict[str, Any]:
        """Wait for a message of a kind with these values."""

        def found() -> dict[str, Any] | None:
            for message in self.heard:
                if message["type"] == kind and all(message.get(name) == value for name, value in like.items()):
                    return message
            return None

        return self.until(found, timeout)

    def kinds(self, run: str) -> list[str]:
        return [message["type"] for message in self.heard if message.get("run") == run and "seq" in message]

    def _live(self) -> None:
        """Do all that touches the sockets, which belong to one thread."""
        channels = [self.client.iopub_channel, self.client.control_channel, self.client.shell_channel]
        poller = zmq.Poller()
        for channel in channels:
            poller.register(channel.socket, zmq.POLLIN)
        while not self._stop.is_set():
            while not self._out.empty():
                channel, message = self._out.get()
                channel.send(message)
            poller.poll(10)
            for channel in channels:
                while channel.msg_ready():
                    with self._change:
                        self._take(channel.get_msg(timeout=0))
                        self._change.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "execute_reply":
            self._ended[message["parent_header"]["msg_id"]] = content
        elif kind == "k2_reply":
            self._replied(content)
        elif kind == "comm_open" and content["target_name"] == "k2lab.down":
            self.opened.append(content["comm_id"])
            self._down(content["data"])
        elif kind == "comm_msg" and content["comm_id"] in self.opened:
            self._down(content["data"])
        elif kind in ("stream", "display_data", "update_display_data", "execute_result", "error"):
            self.outputs.append(message)

    def _replied(self, content: dict[str, Any]) -> None:
        if content["status"] != "later":
            self.replies[content["id"]] = content

    def _down(self, data: dict[str, Any]) -> None:
        self.heard.append({**data, "_when": time.monotonic()})
        if data["type"] == "reply":
            self._replied(data)
        elif data["type"] == "announce" and data["to"] is None and not self.shy:
            self.post("hello", protocol=1, since={}, language="en")
