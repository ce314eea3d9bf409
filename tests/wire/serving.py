"""The service as it is served: a process of its own, asked over sockets."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.wire.calls import SERVICE


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: Any


class Served:
    """A running service."""

    def __init__(self, port: int, log: Path, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.log = log
        self.process = process

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        content = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, content, {"Content-Type": "application/json"} | named)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, json.loads(response.read()))
        connection.close()
        return answer

    def read(self, path: str) -> tuple[int, str]:
        """A page that is no JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        response = connection.getresponse()
        found = response.status, response.read().decode()
        connection.close()
        return found

    def begin(self, sent: bytes = b"{", length: int | None = 1000, path: str = SERVICE) -> socket.socket:
        """A call whose body has begun, and does not go on."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{size}\r\n\r\n"
        connection.sendall(head.encode() + sent)
        return connection


def answer_of(connection: socket.socket) -> Answer:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return Answer(response.status, response.headers, json.loads(response.read()))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    folder: Path,
    text: str = "",
    database_url: str = "none",
    port: int | None = None,
    *,
    workers: int = 1,
    begun: Callable[[subprocess.Popen[bytes]], object] | None = None,
) -> Iterator[Served]:
    """Served with these settings, as TOML; `begun` is called while it starts."""
    port = port or free_port()
    config = folder / "service.toml"
    config.write_text(f'database_url = "{database_url}"\n{text}')
    command = [sys.executable, "-m", "cds_service.cli", "serve", "--config", str(config)]
    command += ["--port", str(port), "--workers", str(workers)]
    log = folder / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        if begun:
            begun(process)
        served = Served(port, log, process)
        _wait_for(served, process)
        yield served
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        finally:
            process.kill()
    assert "Traceback" not in log.read_text()


def _wait_for(served: Served, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, served.log.read_text()
        try:
            served.ask("GET", "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("not ready after a minute")
