"""The line to a server: proxies and certificates of the environment, and time limits."""

from __future__ import annotations

import json
import ssl
import threading
import time
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from k2lab.conversation.messages import Message
from k2lab.errors import ServerUnreachable
from k2lab.provider.account import balance, list_models
from k2lab.provider.server import ServerProvider
from tests.fakes import says
from tests.servers.k2 import K2Server
from tests.servers.replies import Streamed

TLS = Path(__file__).resolve().parents[1] / "data" / "tls"  # a certificate of localhost for these tests only
ASKED = (Message(role="user", text="q"),)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def asked(url, **more):
    provider = ServerProvider(model="kimi-k2.6", base_url=url, sleep=lambda seconds: None, **more)
    *_, last = provider.stream(ASKED, ())
    return last.message.text


@pytest.fixture
def proxy():
    """Return the address of a proxy that answers by itself, and what it was asked for."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            seen.append(self.path)
            body = b"".join(Streamed(message=says("Through the proxy.")).events("kimi-k2.6"))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
        server.shutdown()


@pytest.mark.parametrize("path", ["v1", "anthropic"])
def test_the_proxy_of_the_environment_is_used(proxy, monkeypatch, path):
    address, seen = proxy
    monkeypatch.setenv("HTTP_PROXY", address)
    if path == "anthropic":
        with pytest.raises(Exception, match="no stream"):  # this proxy speaks the other protocol
            asked(f"http://k2.example/{path}")
        assert seen == ["http://k2.example/anthropic/v1/messages"]
    else:
        assert asked(f"http://k2.example/{path}") == "Through the proxy."
        assert seen == ["http://k2.example/v1/chat/completions"]


def test_no_proxy_where_the_environment_says_so(proxy, monkeypatch):
    address, seen = proxy
    monkeypatch.setenv("HTTP_PROXY", address)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with K2Server(says("Direct.")) as server:
        assert asked(server.url) == "Direct."
    assert seen == []


def test_a_proxy_that_is_none_is_one_clear_line(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "foo://nowhere")
    with pytest.raises(ServerUnreachable, match="environment's proxy or certificates") as error:
        asked("http://k2.example/v1")

    assert "HTTPS_PROXY" in str(error.value)


@pytest.fixture
def https():
    """Return the address of a server with a certificate that nobody knows."""
    with K2Server(says("Safe."), says("Safe.")) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
        server._http.socket = context.wrap_socket(server._http.socket, server_side=True)
        server._http.handle_error = lambda *_: None
        yield server.url.replace("http://127.0.0.1", "https://localhost")


def test_certificates_of_the_environment_are_trusted(https, monkeypatch):
    with pytest.raises(ServerUnreachable, match=r"(?i)certificate"):
        asked(https)
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "cert.pem"))

    assert asked(https) == "Safe."


def test_a_certificate_file_that_is_not_there_is_one_clear_line(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    with pytest.raises(ServerUnreachable) as error:
        asked("https://localhost:9/v1")

    assert "\n" not in str(error.value)


def test_bytes_without_a_piece_are_not_read_for_ever(monkeypatch):
    monkeypatch.setattr("k2lab.provider.line.MOST_BYTES", 2000)
    with K2Server(Streamed(message=says("Hi."), pings=5000), forever=True) as server:
        began = time.monotonic()
        with pytest.raises(ServerUnreachable, match="broke off"):
            asked(server.url, patience=60)

    assert time.monotonic() - began < 20


def answering(body: bytes):
    """Return the URL of a server that answers every request with this JSON, until the test ends."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


@pytest.mark.parametrize(
    ("left", "amount"),
    [
        ("12.345", "12.345"),
        ('"7"', "7"),
        ("1e999999", None),
        ("NaN", None),
        ("null", None),
        ("[]", None),
        ("true", None),
    ],
)
def test_a_balance_is_an_amount_or_none(left, amount):
    server = answering(f'{{"data": {{"available_balance": {left}}}}}'.encode())
    try:
        found = balance(base_url=f"http://127.0.0.1:{server.server_address[1]}/v1", key="k")
    finally:
        server.shutdown()
        server.server_close()

    assert found == (None if amount is None else Decimal(amount))


def test_names_of_models_are_names():
    listed = [{"id": "good", "context_length": 4096}, {"id": "a\x1b[2J"}, {"id": 5}, {"id": " "}, 7, {"id": "b\nc"}]
    listed += [{"id": "odd", "context_length": True}, {"id": "huge", "max_model_len": 1e300}]
    server = answering(json.dumps({"data": listed}).encode())
    try:
        found = list_models(base_url=f"http://127.0.0.1:{server.server_address[1]}/v1")
    finally:
        server.shutdown()
        server.server_close()

    assert [(one.id, one.window) for one in found] == [("good", 4096), ("odd", None), ("huge", None)]


def test_a_server_that_takes_the_connection_and_says_nothing():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(ServerUnreachable, match="did not answer in time"):
            list_models(base_url=f"http://127.0.0.1:{silent.getsockname()[1]}/v1", patience=0.3)

    assert time.monotonic() - began < 5
