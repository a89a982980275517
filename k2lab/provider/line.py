"""The line to a server: one HTTP client for one request, with its time limits, its log and no redirects."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from k2lab.errors import KeyMissing, KeyRejected, ServerUnreachable, SettingsError
from k2lab.locale import pick
from k2lab.provider.profiles import Catalogue, catalogue

CONNECT_SECONDS = 15.0
MOST_BYTES = 64 << 20
"""Bytes that are read without a piece of a reply among them; a piece is some hundred."""

UNREAD = (ValueError, AttributeError, TypeError, RecursionError)
"""What is raised for a chunk that is no JSON, or of another shape."""

_BOM = b"\xef\xbb\xbf"
_DONE = re.compile(rb"(?:\A|[\r\n])data: ?\[DONE\]\s*\Z")

# The packages add headers of their own (facts about this machine) and of their makers' products (organisation, keys
# and custom headers of the environment): none of them is the business of the server that was chosen.
_HEADERS = {
    *("host", "accept", "accept-encoding", "connection", "content-type", "content-length", "transfer-encoding"),
    *("user-agent", "authorization", "anthropic-version"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """Where to, under which key, how patiently.

    Attributes
    ----------
    base_url, key : str
    patience : float
        Seconds without a piece of a reply. Comments that only keep the connection open are no piece.
    known : Catalogue
    on_request : callable, optional
        Told the host and the bytes of each request.

    Notes
    -----
    Proxies and certificate files come from the environment: ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY``,
    ``NO_PROXY``, ``SSL_CERT_FILE``, ``SSL_CERT_DIR``.
    """

    base_url: str
    key: str = field(default="", repr=False)
    patience: float = 180.0
    known: Catalogue = field(default_factory=catalogue, repr=False)
    on_request: Callable[[str, bytes], None] | None = field(default=None, repr=False)
    _heard: list[float] = field(default_factory=list, init=False, repr=False, compare=False)
    _tail: bytearray = field(default_factory=bytearray, init=False, repr=False, compare=False)
    _unheard: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def options(self, package: ModuleType) -> dict[str, Any]:
        """Return what a client of `openai` or `anthropic` is made with.

        Raises
        ------
        k2lab.errors.K2Error
            If the address, the key or the environment's proxy cannot be used.
        """
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(
                f"The base URL {self.base_url!r} is no address.", "It looks like https://api.moonshot.ai/v1."
            )
        if not self.key and self.known.host(self.base_url):
            raise KeyMissing(
                pick("No key for Moonshot's server is set.", "没有设置 Moonshot 服务器的密钥。"),
                pick("Set MOONSHOT_API_KEY, or use -m offline.", "请设置 MOONSHOT_API_KEY，或使用 -m offline。"),
            )
        if not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise KeyRejected(
                pick("The key holds characters that no key has.", "密钥中有不应出现的字符。"),
                pick("Copy it again from the console.", "请从控制台重新复制。"),
            )
        return {
            "base_url": self.base_url,
            "max_retries": 0,
            "http_client": self._http_client(package),
            "timeout": package.Timeout(self.patience, connect=min(CONNECT_SECONDS, self.patience)),
        }

    def _http_client(self, package: ModuleType) -> Any:
        http = transport(package)

        def note(request: Any) -> None:
            for name in [name for name in request.headers if name.lower() not in _HEADERS]:
                del request.headers[name]
            if self.key:
                request.headers["Authorization"] = f"Bearer {self.key}"
            if self.on_request is not None and request.method == "POST":
                self.on_request(request.url.host, request.content)

        def watch(response: Any) -> None:
            response.stream = _watched(http, response.stream, self)

        try:
            # A redirect would take the question and the schema to a host that nobody chose.
            return package.DefaultHttpxClient(
                follow_redirects=False, event_hooks={"request": [note], "response": [watch]}
            )
        except (OSError, ValueError, ImportError, http.InvalidURL) as error:
            raise ServerUnreachable(
                f"The environment's proxy or certificates cannot be used: {str(error)[:200].rstrip('.')}.",
                "Look at HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR.",
            ) from error

    def heard(self) -> None:
        """Note that a piece of the reply has come."""
        self._heard[:] = [time.monotonic()]
        self._unheard.clear()

    def took(self, part: bytes) -> None:
        """Note bytes as they come."""
        self._unheard.append(len(part))
        self._tail[:] = (self._tail + part)[-32:]

    @property
    def done(self) -> bool:
        """Whether the server has said that the stream is at its end."""
        return _DONE.search(self._tail) is not None

    @property
    def answered(self) -> bool:
        """Whether the server has begun to answer, with whatever status."""
        return bool(self._heard)

    def is_stalled(self) -> bool:
        """Tell whether the last piece is too long ago or too far away, although bytes may still come."""
        late = bool(self._heard) and time.monotonic() - self._heard[0] > self.patience
        return late or sum(self._unheard) > MOST_BYTES

    def failures(self, package: ModuleType) -> tuple[type[Exception], ...]:
        """Return what may come out of a package while it asks and streams.

        Some versions let errors of their transport (httpx, later httpx2) through while they stream; ValueError and its
        kin are chunks that are no JSON or of another shape.
        """
        http = transport(package)
        return (package.APIError, http.HTTPError, http.StreamError, *UNREAD)


def whole(response: Any, package: ModuleType) -> Mapping[str, Any] | None:
    """Return an answer that came as one JSON object although a stream was asked for; None where it is a stream.

    Raises
    ------
    Exception
        The package's own ``APIError`` if the object is an error, under whatever status; ValueError if it is no JSON.
    """
    if not response.headers.get("content-type", "").startswith("application/json"):
        return None
    made = json.loads(response.read())
    if not isinstance(made, Mapping):
        raise ValueError("the answer is no object")
    if made.get("error"):
        raise error_in(made["error"], response, package)
    return made


def error_in(body: Any, response: Any, package: ModuleType) -> Exception:
    """Return the package's exception for an error that stands in an answer with a good status."""
    error: Exception = package.APIError("the server says that it failed", request=response.request, body=body)
    return error


def transport(package: ModuleType) -> ModuleType:
    """Return the HTTP library that a package was built on: httpx, in newer versions httpx2."""
    roots = [parent.__module__.partition(".")[0] for parent in package.DefaultHttpxClient.__mro__]
    return import_module(next(root for root in roots if root != package.__name__))


def _watched(http: ModuleType, stream: Any, line: Line) -> Any:
    """Return the bytes of a response, which end in a timeout when they come but make no piece."""

    class Watched(http.SyncByteStream):  # type: ignore[misc, name-defined]
        def __iter__(self) -> Iterator[bytes]:
            begun = False
            for part in stream:
                if line.is_stalled():
                    raise http.ReadTimeout("bytes came, but no piece of a reply")
                line.took(part)
                # A byte-order mark would be read as a part of the first field's name.
                yield part if begun else part.removeprefix(_BOM)
                begun = True

        def close(self) -> None:
            stream.close()

    line.heard()
    return Watched()
