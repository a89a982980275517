"""The wire to a kernel process: starting it, its sockets, its signals and its end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from k2lab.errors import KernelDied

_SECRET = re.compile(
    r"API_?KEY|TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE_KEY|ACCESS_KEY|_DSN$|^PYTHONSTARTUP$", re.IGNORECASE
)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without keys, tokens and passwords, which generated code has no business to know.

    Examples
    --------
    >>> without_secrets({"HOME": "/home/ada", "MOONSHOT_API_KEY": "sk-1", "HF_TOKEN": "x"})
    {'HOME': '/home/ada'}
    """
    return {name: value for name, value in environment.items() if not _SECRET.search(name)}


class Wire:
    """A kernel process and the sockets to it.

    Parameters
    ----------
    folder : Path
        The working directory of the kernel.
    python : str
        The interpreter; needs ipykernel and k2lab.
    env : mapping
        Its environment; secrets are removed.

    Raises
    ------
    KernelDied
        If it cannot be started.

    Notes
    -----
    Where there are Unix sockets, they are used, in a folder of our own: no ports to collide, and nobody else can
    connect. The kernel reads no profile and no history of the person's, and ends when this process ends.
    """

    def __init__(self, folder: Path, *, python: str, env: Mapping[str, str]) -> None:
        import zmq
        from jupyter_client.connect import write_connection_file
        from jupyter_client.launcher import launch_kernel
        from jupyter_client.session import Session

        self._home = Path(tempfile.mkdtemp(prefix="k2lab-"))
        (self._home / "ipython" / "profile_default").mkdir(parents=True)
        key = os.urandom(16).hex().encode()
        unix = os.name == "posix"
        where = {"transport": "ipc", "ip": str(self._home / "s")} if unix else {"transport": "tcp", "ip": "127.0.0.1"}
        file, info = write_connection_file(str(self._home / "kernel.json"), key=key, **where)
        self.session = Session(key=key, signature_scheme=str(info["signature_scheme"]))
        self._log = (self._home / "log").open("w+b")
        command = [
            *(python, "-m", "ipykernel_launcher", "-f", file, f"--ipython-dir={self._home / 'ipython'}"),
            *("--HistoryManager.enabled=False", "--IPKernelApp.log_level=ERROR"),
        ]
        try:
            self.process = launch_kernel(
                command,
                cwd=str(folder),
                env=_environment(env),
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
            )
        except OSError as error:
            self._log.close()
            shutil.rmtree(self._home, ignore_errors=True)
            raise KernelDied(
                f"The kernel could not be started with {python}: {error}.", "Check the interpreter."
            ) from error
        self._context = zmq.Context()
        self.shell = self._socket(zmq.DEALER, info, "shell_port")
        self.iopub = self._socket(zmq.SUB, info, "iopub_port")
        self._poller = zmq.Poller()
        self._poller.register(self.shell, zmq.POLLIN)
        self._poller.register(self.iopub, zmq.POLLIN)

    def _socket(self, kind: int, info: Mapping[str, Any], port: str) -> Any:
        import zmq

        socket = self._context.socket(kind)
        socket.linger = 0
        # Nothing a cell writes may be dropped on our side; the tape bounds what is kept.
        socket.rcvhwm = 0
        if kind == zmq.SUB:
            socket.subscribe(b"")
        else:
            socket.identity = self.session.bsession
        address = f"{info['ip']}-{info[port]}" if info["transport"] == "ipc" else f"{info['ip']}:{info[port]}"
        socket.connect(f"{info['transport']}://{address}")
        return socket

    def send(self, kind: str, content: Mapping[str, Any]) -> str:
        """Send a request on the shell channel and return its id."""
        return str(self.session.send(self.shell, kind, dict(content))["header"]["msg_id"])

    def receive(self, seconds: float) -> list[tuple[str, dict[str, Any]]]:
        """Wait for messages and return them with their channel, ``"iopub"`` or ``"shell"``; empty after `seconds`."""
        import zmq

        ready = dict(self._poller.poll(round(max(0.0, seconds) * 1000)))
        messages = []
        for name, socket in (("iopub", self.iopub), ("shell", self.shell)):
            while socket in ready:
                try:
                    parts = socket.recv_multipart(zmq.NOBLOCK)
                except zmq.Again:
                    break
                _, frames = self.session.feed_identities(parts)
                messages.append((name, self.session.deserialize(frames)))
                if len(messages) >= 1000:
                    break
        return messages

    def wait_ready(self, seconds: float) -> None:
        """Wait until both channels answer.

        Raises
        ------
        KernelDied
            If the kernel ends or stays silent.
        """
        until = time.monotonic() + seconds
        seen: set[str] = set()
        asked = 0.0
        while seen != {"iopub", "shell"}:
            if not self.alive():
                last = " ".join(self._said().split())[-300:]
                raise KernelDied(
                    f"The kernel ended while it was starting: {last}", "Try: python -m pip install ipykernel"
                )
            if time.monotonic() > until:
                raise KernelDied(f"The kernel did not answer within {seconds:g} s.", "Try again, or free some memory.")
            if time.monotonic() - asked > 0.5:
                # The first replies may come before our subscription is there; asking again brings more of them.
                self.send("kernel_info_request", {})
                asked = time.monotonic()
            seen.update(name for name, _ in self.receive(0.05))
            if "shell" in seen and "iopub" not in seen:
                asked = min(asked, time.monotonic() - 0.45)

    def alive(self) -> bool:
        """Tell whether the kernel process runs."""
        return self.process.poll() is None

    def interrupt(self) -> None:
        """Interrupt what runs in the kernel and in the processes it started."""
        if not self.alive():
            return
        if os.name == "posix":
            os.killpg(self.process.pid, signal.SIGINT)
        else:
            from jupyter_client.win_interrupt import send_interrupt

            send_interrupt(getattr(self.process, "win32_interrupt_event", None))

    def close(self) -> None:
        """End the kernel and the processes it started, and remove its sockets."""
        if os.name == "posix":
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                self.process.kill()
        else:
            self.process.kill()
        self.process.wait()
        self._context.destroy(linger=0)
        self._log.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")


def _environment(env: Mapping[str, str]) -> dict[str, str]:
    made = without_secrets(env)
    made["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    import k2lab

    # A checkout that is not installed must be found from the kernel too.
    here = Path(next(iter(k2lab.__path__))).resolve().parent
    if here.name not in ("site-packages", "dist-packages"):
        made["PYTHONPATH"] = os.pathsep.join(part for part in (str(here), made.get("PYTHONPATH", "")) if part)
    if sys.flags.dont_write_bytecode:
        made["PYTHONDONTWRITEBYTECODE"] = "1"
    return made
