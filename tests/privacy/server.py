"""The service in a process of its own, in an empty folder, and all that it says."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.privacy.canaries import headers, secret
from tests.wire.calls import SERVICE
from tests.wire.test_commands import free_port

TOP = Path(__file__).resolve().parents[2]
HIDDEN = "qzkanary-hidden-folder"
"""Stands in the address of the database, which a file hands in as a secret."""

AUDIT = "audit.ndjson"
"""Where it is told whose record was used, and there alone."""


@dataclass
class Asked:
    """One request and all that came back."""

    what: str
    status: int
    said: str
    body: str


@dataclass
class Server:
    """The service in a process of its own, with defects on demand (tests/privacy/defective.py)."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    asked: list[Asked] = field(default_factory=list)

    def send(self, what: str, method: str, path: str, body: bytes | None, given: dict[str, str]) -> Asked:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=given)
            got = connection.getresponse()
            told = Asked(what, got.status, str(got.getheaders()), got.read().decode("utf-8", "replace"))
        except (http.client.HTTPException, ConnectionError) as error:
            told = Asked(what, 0, type(error).__name__, "")
        finally:
            connection.close()
        self.asked.append(told)
        return told

    def post(self, what: str, body: Any, path: str = SERVICE, **more: str) -> Asked:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = headers() | {name.replace("_", "-"): value for name, value in more.items()}
        return self.send(what, "POST", f"{path}?{secret('q')}={secret('q')}", data, given)

    def get(self, what: str, path: str, method: str = "GET") -> Asked:
        return self.send(what, method, path, None, headers())

    def raw(self, what: str, data: bytes) -> Asked:
        """Bytes that no HTTP library would send; then the line is cut."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(data)
            line.settimeout(1)
            try:
                said = line.recv(65536).decode("utf-8", "replace")
            except OSError:
                said = ""
        status = said.split(" ", 2)[1:2] if said.startswith("HTTP/") else ["0"]
        self.asked.append(Asked(what, int(status[0]), said, ""))
        return self.asked[-1]

    @property
    def written(self) -> str:
        return (self.folder / "out").read_text() + (self.folder / "err").read_text()

    @property
    def journal(self) -> Path:
        return self.folder / HIDDEN

    def processes(self) -> list[int]:
        running = (each for each in Path("/proc").iterdir() if each.name.isdecimal())
        mine = [int(each.name) for each in running if _parent(each) == self.process.pid]
        return [self.process.pid, *mine]


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


@contextmanager
def started(folder: Path) -> Iterator[Server]:
    """With defects on demand, for as long as the context lasts or the test lets it live."""
    port = free_port()
    (folder / "work").mkdir()
    (folder / HIDDEN).mkdir()
    (folder / "database").write_text(f"sqlite:///{folder / HIDDEN / 'journal.db'}\n")
    limits = "time_budget = 0.6\nmax_body_bytes = 3000000\nmax_pages = 3\n"
    (folder / "service.toml").write_text(f'{limits}[audit]\nfile = "{folder / AUDIT}"\n')
    given = {name: value for name, value in os.environ.items() if not name.startswith("LEG_WEAKNESS_CDS_")}
    given |= {"PYTHONPATH": str(TOP), "LEG_WEAKNESS_CDS_DATABASE_URL_FILE": str(folder / "database")}
    given |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "always"}
    program = [sys.executable, str(TOP / "tests" / "privacy" / "defective.py"), str(port), "1"]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(
            [*program, str(folder / "service.toml")], cwd=folder / "work", env=given, stdout=out, stderr=err
        )
    made = Server(port, folder, process)
    try:
        until(lambda: "Discovery:" in made.written, 60)
        yield made
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def until(done: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
