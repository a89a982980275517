"""The line to a server: proxies and certificates of the environment, and time limits."""

from __future__ import annotations

import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from k2lab.conversation.messages import Message
from k2lab.errors import ServerUnreachable
from k2lab.provider.account import list_models
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


def test_a_server_that_takes_the_connection_and_says_nothing():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(ServerUnreachable, match="did not answer in time"):
            list_models(base_url=f"http://127.0.0.1:{silent.getsockname()[1]}/v1", patience=0.3)

    assert time.monotonic() - began < 5
