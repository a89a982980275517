"""A server on loopback that speaks the OpenAI chat-completions protocol, from a script."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from k2lab.conversation.messages import Message
from tests.servers.replies import Refused, Streamed, refused

Said = Message | Streamed | Refused
Script = Said | Callable[[dict[str, Any]], Said]


class K2Server:
    """Answers requests with a script, in order; the last entry is repeated when `forever`.

    Attributes
    ----------
    requests : list of dict
        The JSON bodies of the chat requests.
    headers : list of dict
        Their headers, with lower-case names.
    broken : threading.Event
        Set when a client went away before the end of a reply.

    Examples
    --------
    with K2Server(runs("df.head()"), finishes()) as server:
        ServerProvider(model="kimi-k2.6", base_url=server.url)
    """

    def __init__(
        self,
        *script: Script,
        forever: bool = False,
        key: str = "",
        models: tuple[str, ...] = ("kimi-k2.6",),
        port: int = 0,
        pace: float = 0.0,
    ) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.broken = threading.Event()
        self.key, self.models, self.pace = key, models, pace
        self._script, self._forever = list(script), forever
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL, up to and with /v1."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> K2Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than the server lives."""
        self._stopped.wait(seconds)

    def next(self, request: dict[str, Any], headers: dict[str, str]) -> Said:
        """Return what is said to a request."""
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            if self.key and headers.get("authorization") != f"Bearer {self.key}":
                return refused(401, "invalid_authentication_error", "Invalid Authentication")
            if request.get("model") not in self.models:
                return refused(404, "resource_not_found_error", f"Not found the model {request.get('model')}")
            if not self._script:
                return refused(500, "server_error", "the script has ended")
            entry = self._script[0] if self._forever and len(self._script) == 1 else self._script.pop(0)
        return entry(request) if callable(entry) else entry


def _handler(server: K2Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Stay silent: what was asked is in `K2Server.requests`."""

        def do_GET(self) -> None:
            if self.path != "/v1/models":
                return self._whole(Refused(status=404, body=b"no such page"))
            listed = [{"id": name, "object": "model", "context_length": 262144} for name in server.models]
            body = json.dumps({"object": "list", "data": listed}).encode()
            if server.key and self.headers.get("authorization") != f"Bearer {server.key}":
                return self._whole(refused(401, "invalid_authentication_error", "Invalid Authentication"))
            return self._whole(Refused(status=200, body=body, headers={"Content-Type": "application/json"}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.path != "/v1/chat/completions":
                return self._whole(Refused(status=404, body=b"no such page"))
            request = json.loads(body)
            said = server.next(request, {name.lower(): value for name, value in self.headers.items()})
            if isinstance(said, Refused):
                return self._whole(said)
            streamed = said if isinstance(said, Streamed) else Streamed(message=said)
            try:
                self._stream(streamed, request["model"])
            except OSError:
                server.broken.set()
                self.close_connection = True
            return None

        def _whole(self, said: Refused) -> None:
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        def _stream(self, said: Streamed, model: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            events = said.events(model)
            last = len(events) if said.cut is None else max(1, int(len(events) * said.cut))
            for place, event in enumerate(events[:last]):
                if said.stall and place == last // 2:
                    server.wait(said.stall)
                if said.pace or server.pace:
                    time.sleep(said.pace or server.pace)
                self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
                self.wfile.flush()
            if said.cut is None:
                self.wfile.write(b"0\r\n\r\n")
            self.close_connection = said.cut is not None

    return Handler
