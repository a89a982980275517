"""The line to the front end: events go down on one comm, requests come up on the control channel.

One comm for both ways would be blocked while the kernel is busy (ipykernel 7.4), so nothing is ever sent on the way up.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

PROTOCOL = 1
DOWN, UP, REQUEST, REPLY = "k2lab.down", "k2lab.up", "k2_request", "k2_reply"
FIRST_WAIT, NEXT_WAIT = 1.0, 3.0  # seconds that a `%%k2` cell waits for the front end: unknown, and one heard before

Handle = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Answers a request."""


class Line:
    """Sends messages to the front end and hears its requests, in whatever thread.

    Parameters
    ----------
    kernel : ipykernel.kernelbase.Kernel
    version : str
        Of k2lab.
    handle : callable
        Answers a request; called in the thread of the control channel, so it has to be quick.
    """

    def __init__(self, kernel: Any, *, version: str, handle: Handle) -> None:
        self._kernel = kernel
        self._handle = handle
        self._version = version
        self._lock = threading.RLock()
        self._heard = threading.Event()
        self._comm = ""
        self._client: str | None = None
        self._silent = False  # nobody answered the last announcement
        self.id = uuid.uuid4().hex[:12]
        kernel.control_handlers[REQUEST] = self._on_control
        if (manager := getattr(kernel, "comm_manager", None)) is not None:
            manager.register_target(UP, self._on_up)

    # -- down --------------------------------------------------------------------------------------------------------

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message down; lost if nobody listens, which is why events are kept in the journal."""
        with self._lock:
            if self._comm:
                self._publish("comm_msg", {"comm_id": self._comm, "data": dict(message)})

    def announce(self) -> None:
        """Tell a front end that may be there that this kernel has k2lab; it answers with a `hello` when it has time."""
        if getattr(self._kernel, "_allow_stdin", False):  # nbconvert and papermill have no panel
            self._open(to=None)

    def listens(self) -> bool:
        """Ask whether a front end is there, and wait for its `hello`, but not where there cannot be one."""
        known = self._client is not None
        if not known and (self._silent or not getattr(self._kernel, "_allow_stdin", False)):
            return False
        self._heard.clear()
        wait = uuid.uuid4().hex[:12]
        with self._lock:
            if self._comm:
                self.send(self._announcement(wait=wait, to=None))
            else:
                self._open(to=None, wait=wait)
        there = self._heard.wait(NEXT_WAIT if known else FIRST_WAIT)
        if not there:
            self._client, self._silent = None, True
        return there

    def hello(self, client: str) -> None:
        """Note that a front end is there, and give a new one a comm of its own."""
        with self._lock:
            if client != self._client or not self._comm:
                self._client = client
                self._open(to=client)
        self._silent = False
        self._heard.set()

    def _open(self, *, to: str | None, wait: str | None = None) -> None:
        with self._lock:
            if self._comm:
                self._publish("comm_close", {"comm_id": self._comm, "data": {}})
            self._comm = uuid.uuid4().hex
            self._publish(
                "comm_open",
                {"comm_id": self._comm, "target_name": DOWN, "data": self._announcement(wait=wait, to=to)},
            )

    def _announcement(self, *, wait: str | None, to: str | None) -> dict[str, Any]:
        from k2lab.notebook.journal import now

        return {
            "type": "announce",
            "at": now(),
            "protocol": PROTOCOL,
            "version": self._version,
            "kernel": self.id,
            "wait": wait,
            "to": to,
        }

    def _publish(self, kind: str, content: dict[str, Any]) -> None:
        # Not through ipykernel's Comm: that one notes which subshell it sent from, and sends what comes up there.
        kernel = self._kernel
        kernel.session.send(
            kernel.iopub_socket,
            kind,
            content,
            parent=kernel.get_parent("shell"),
            ident=f"comm-{content['comm_id']}".encode(),
        )

    # -- up ----------------------------------------------------------------------------------------------------------

    def _on_control(self, stream: Any, ident: Any, parent: Mapping[str, Any]) -> None:
        reply = self._handle(parent["content"])
        self._kernel.session.send(stream, REPLY, reply, parent, ident)

    def _on_up(self, comm: Any, message: Mapping[str, Any]) -> None:
        """Hear requests where the control channel cannot be used; the replies go down."""
        comm.on_msg(lambda heard: self.send(self._handle(heard["content"]["data"])))
