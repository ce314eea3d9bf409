"""A FHIR server of our own on loopback: gives a chart in pages, and misbehaves where a test asks for it."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

BASE = "/r4"
FHIR = "application/fhir+json"
TLS = Path(__file__).parent / "tls"
"""A certificate and its key, made up for these tests and good for nothing else."""


class Request(BaseHTTPRequestHandler):
    """One request; `server` is the FHIR server below."""

    protocol_version = "HTTP/1.1"
    server: _Listener

    def do_GET(self) -> None:
        fhir = self.server.fhir
        with fhir.lock:
            fhir.asked.append(self.path)
            fhir.headers.append(dict(self.headers.items()))
        misbehave = fhir.faults.get(self.resource_type)
        if misbehave is not None:
            misbehave(self)
        else:
            self.send_json(fhir.found(self.path))

    def do_POST(self) -> None:
        """What comes is kept; `faults` are those of its type, as for what is asked."""
        fhir = self.server.fhir
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        with fhir.lock:
            fhir.posted.append((self.path, body))
            fhir.headers.append(dict(self.headers.items()))
        misbehave = fhir.faults.get(self.resource_type)
        if misbehave is not None:
            misbehave(self)
        else:
            self.send(b"", 201)

    @property
    def resource_type(self) -> str:
        return urlsplit(self.path).path.removeprefix(f"{BASE}/").partition("/")[0]

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    @property
    def fhir(self) -> FhirServer:
        return self.server.fhir

    def send_json(self, body: Any, status: int = 200, **headers: str) -> None:
        self.send(json.dumps(body, indent=self.fhir.indent).encode(), status, **headers)

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content_Type": FHIR, "Content_Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def write_for_ever(self, piece: bytes, pause: float) -> None:
        """Until the other side hangs up, or the test is over."""
        while not self.fhir.over.wait(pause):
            try:
                self.wfile.write(piece)
                self.wfile.flush()
            except OSError:
                self.fhir.hung_up.set()
                self.close_connection = True
                return

    def hold(self) -> None:
        """Say nothing until the test is over."""
        self.fhir.holding.set()
        self.fhir.over.wait(30)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Silent."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    fhir: FhirServer

    def handle_error(self, *_: object) -> None:
        """The other side hung up: wanted."""


Fault = Callable[[Request], None]


@dataclass
class FhirServer:
    """Use it as a context; `base` is its address."""

    resources: list[dict[str, Any]] = field(default_factory=list)
    page_size: int | None = None
    faults: dict[str, Fault] = field(default_factory=dict)
    """Per resource type what to do instead of answering."""
    indent: int | None = None
    tls: bool = False
    """Speaks TLS as `localhost`, which no authority but its own vouches for (tests/wire/tls)."""
    asks_for_certificate: bool = False
    """With TLS: takes only whoever shows that same certificate."""
    asked: list[str] = field(default_factory=list)
    posted: list[tuple[str, bytes]] = field(default_factory=list)
    """Path and body of each."""
    headers: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)
    holding: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> FhirServer:
        self._listener = _Listener(("127.0.0.1", 0), Request)
        self._listener.fhir = self
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
            if self.asks_for_certificate:
                context.load_verify_locations(TLS / "certificate.pem")
                context.verify_mode = ssl.CERT_REQUIRED
            # The handshake belongs into the thread of the connection.
            self._listener.socket = context.wrap_socket(
                self._listener.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._listener.serve_forever, args=[0.01], daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._listener.server_port}"

    @property
    def base(self) -> str:
        return self.origin + BASE

    def asked_for(self, resource_type: str) -> list[str]:
        with self.lock:
            return [each for each in self.asked if each.startswith(f"{BASE}/{resource_type}")]

    def found(self, path: str) -> dict[str, Any]:
        """What a plain server answers: a resource, or a page of a search."""
        parts = urlsplit(path)
        resource_type, _, identity = parts.path.removeprefix(f"{BASE}/").partition("/")
        mine = [each for each in self.resources if each["resourceType"] == resource_type]
        if identity:
            return next(each for each in mine if each["id"] == identity)
        asked = dict(parse_qsl(parts.query))
        if category := asked.get("category"):
            mine = [each for each in mine if category in _categories(each)]
        size, start = self.page_size or int(asked.get("_count", 100)), int(asked.get("_from", 0))
        more = urlencode(asked | {"_from": start + size}) if start + size < len(mine) else ""
        return searchset(
            mine[start : start + size],
            total=len(mine),
            following=f"{self.base}/{resource_type}?{more}" if more else "",
        )


def searchset(resources: Iterable[dict[str, Any]], total: int, following: str = "") -> dict[str, Any]:
    page: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": total}
    if entries := [{"resource": each, "search": {"mode": "match"}} for each in resources]:
        page["entry"] = entries
    if following:
        page["link"] = [{"relation": "next", "url": following}]
    return page


def _categories(resource: dict[str, Any]) -> set[str]:
    return {
        coding.get("code", "")
        for category in resource.get("category", [])
        for coding in category.get("coding", [])
    }


def answers(status: int, **headers: str) -> Fault:
    """Always this status, with patient text that nobody may see."""
    return lambda request: request.send_json({"resourceType": "Patient", "x": "Snowdrop"}, status, **headers)


def in_turn(*faults: Fault | None) -> Fault:
    """One after the other; None for a plain answer, and the last for ever."""
    left = list(faults)

    def fault(request: Request) -> None:
        each = left.pop(0) if len(left) > 1 else left[0]
        if each is None:
            request.send_json(request.fhir.found(request.path))
        else:
            each(request)

    return fault
