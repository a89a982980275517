"""A server on loopback that speaks Moonshot's protocols, from a script: chat completions and Anthropic's messages."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from k2lab.conversation.messages import Message
from tests.servers import messages as anthropic
from tests.servers import rules
from tests.servers.replies import Refused, Silent, Streamed, refused

Said = Message | Streamed | Refused | Silent
Script = Said | Callable[[dict[str, Any]], Said]


class K2Server:
    """Answers requests with a script, in order; the last entry is repeated when `forever`.

    Parameters
    ----------
    *script : Message, Streamed, Refused, Silent or callable
        A callable gets the request, in the shape of chat completions.
    key : str
        The only key that is accepted; empty for any.
    strict : bool
        Refuse what Moonshot refuses.
    counts : bool
        Count the tokens of requests and replies and bill them, instead of telling what the script says.
    balance : str
        What the account holds.

    Attributes
    ----------
    requests : list of dict
        The JSON bodies of the chat requests, as they came.
    bodies : list of bytes
    headers : list of dict
        Their headers, with lower-case names.
    used : list of dict
        Tokens of each reply that was begun, if the server counts them.
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
        strict: bool = False,
        counts: bool = False,
        balance: str = "49.58894",
    ) -> None:
        self.requests: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.used: list[dict[str, int]] = []
        self.broken = threading.Event()
        self.key, self.models, self.pace, self.balance = key, models, pace, balance
        self.strict, self.counts = strict, counts
        self._script, self._forever = list(script), forever
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._prompt = ""
        self._http = _Http(("127.0.0.1", port), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL, up to and with /v1."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    @property
    def anthropic_url(self) -> str:
        """The base URL of Anthropic's protocol."""
        return self.url.removesuffix("/v1") + "/anthropic"

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

    def knows(self, headers: dict[str, str]) -> bool:
        """Whether the key of a request is right."""
        return not self.key or headers.get("authorization") == f"Bearer {self.key}"

    def next(self, body: bytes, headers: dict[str, str], *, chat: bool) -> Said:
        """Return what is said to a request."""
        with self._lock:
            given = json.loads(body)
            request = given if chat else anthropic.as_chat(given)
            self.requests.append(given)
            self.bodies.append(body)
            self.headers.append(headers)
            if not self.knows(headers):
                return refused(401, "invalid_authentication_error", "Invalid Authentication")
            if request.get("model") not in self.models:
                return refused(404, "resource_not_found_error", f"Not found the model {request.get('model')}")
            if self.strict and (no := (None if chat else anthropic.refusal(given)) or rules.refusal(request)):
                return no
            if not self._script:
                return refused(500, "server_error", "the script has ended")
            entry = self._script[0] if self._forever and len(self._script) == 1 else self._script.pop(0)
            said = entry(request) if callable(entry) else entry
            said = Streamed(message=said) if isinstance(said, Message) else said
            return self._counted(said, request) if self.counts and isinstance(said, Streamed) else said

    def _counted(self, said: Streamed, request: dict[str, Any]) -> Streamed:
        """Return a reply with the tokens that it is billed for."""
        prompt = json.dumps([request.get("tools"), request["messages"]], ensure_ascii=False)
        cached = len(common(prompt, self._prompt).encode()) // 3
        self._prompt = prompt
        most = request.get("max_completion_tokens", request.get("max_tokens", 1024))
        letters = "".join([said.message.text, said.message.reasoning or "", *(one.raw for one in said.message.calls)])
        used = {"prompt": rules.tokens(request), "completion": min(most, len(letters.encode()) // 2 + 7)}
        used["cached"] = min(cached if cached > 256 else 0, used["prompt"])
        self.used.append(used)
        return replace(said, tokens=used)


class _Http(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent when a client goes away; tell anything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def common(one: str, other: str) -> str:
    """Return the beginning that two texts share."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return one[:low]


def _handler(server: K2Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Stay silent: what was asked is in `K2Server.requests`."""

        def do_GET(self) -> None:
            listed = [
                {"id": name, "object": "model", "context_length": rules.window(name), "supports_reasoning": True}
                for name in server.models
            ]
            money = {"available_balance": float(server.balance), "voucher_balance": 0, "cash_balance": -1.5}
            pages = {
                "/v1/models": {"object": "list", "data": listed},
                "/v1/users/me/balance": {"code": 0, "data": money, "scode": "0x0", "status": True},
            }
            if self.path not in pages:
                return self._whole(Refused(status=404, body=b"no such page"))
            if not server.knows(self._headers()):
                return self._whole(refused(401, "invalid_authentication_error", "Invalid Authentication"))
            body = json.dumps(pages[self.path]).encode()
            return self._whole(Refused(status=200, body=body, headers={"Content-Type": "application/json"}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            chat = self.path == "/v1/chat/completions"
            if self.path == "/v1/tokenizers/estimate-token-count":
                told = json.dumps({"data": {"total_tokens": rules.tokens(json.loads(body))}}).encode()
                return self._whole(Refused(status=200, body=told, headers={"Content-Type": "application/json"}))
            if not chat and self.path != "/anthropic/v1/messages":
                return self._whole(Refused(status=404, body=b"no such page"))
            said = server.next(body, self._headers(), chat=chat)
            if isinstance(said, Refused):
                return self._whole(said)
            if isinstance(said, Silent):
                server.wait(said.seconds)
                self.close_connection = True
                return None
            assert isinstance(said, Streamed)
            model = json.loads(body)["model"]
            try:
                self._stream(said, said.events(model) if chat else anthropic.events(said, model))
            except OSError:
                server.broken.set()
                self.close_connection = True
            return None

        def _headers(self) -> dict[str, str]:
            return {name.lower(): value for name, value in self.headers.items()}

        def _whole(self, said: Refused) -> None:
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        def _stream(self, said: Streamed, events: list[bytes]) -> None:
            self.send_response(200)
            charset = f"; charset={said.charset}" if said.charset else ""
            kind = f"text/event-stream{charset}" if said.streamed else "application/json"
            self.send_header("Content-Type", kind)
            self.send_header("Transfer-Encoding", "chunked")
            if said.zipped:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            if said.cut is not None:
                body = b"".join(events)
                events = [body[: max(1, int(len(body) * said.cut))]]
            if said.drip:
                body = b"".join(events)
                events = [body[start : start + said.drip] for start in range(0, len(body), said.drip)]
            for place, event in enumerate(events):
                if said.stall and place == len(events) // 2:
                    server.wait(said.stall)
                if pace := said.pace or server.pace:
                    time.sleep(pace)
                self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
                self.wfile.flush()
            if said.cut is None:
                self.wfile.write(b"0\r\n\r\n")
            self.close_connection = said.cut is not None

    return Handler
