"""What a hospital runs: instances of the service, the proxy in front of them, PostgreSQL; all processes."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests.watch.conftest import Numbers, read
from tests.wire.serving import Answer, Served, free_port

TOP = Path(__file__).resolve().parents[2]
NGINX_CONF = TOP / "deploy" / "proxy" / "nginx.conf"
TLS = TOP / "tests" / "wire" / "tls"
PATIENCE = 60
"""Seconds after which something that was waited for will not come, also on a machine that is busy."""

Found = TypeVar("Found")


def until(done: Callable[[], Found | None], what: str) -> Found:
    """What `done` finds, once it does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := done():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain: {what}")


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "cds_service.cli", *map(str, arguments)]


@dataclass
class Instance:
    """One service, with all its workers; each instance has its own settings, port and log."""

    name: str
    config: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """As the proxy names it."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answers when this returns."""
        self.launch()
        self.await_answers()

    def launch(self) -> None:
        with self.log.open("a") as errors:
            self.process = subprocess.Popen(
                command("serve", "--config", self.config),
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,  # so that it can be killed with its workers
            )

    def await_answers(self) -> None:
        until(self._is_ready, f"{self.name} is ready: {self.said()}")

    def _is_ready(self) -> bool:
        assert self.running.poll() is None, self.said()
        try:
            return self.ask("/readyz").status == 200
        except OSError:
            return False

    @property
    def running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None
        return self.process

    def ask(self, path: str) -> Answer:
        """Not through the proxy."""
        return Served(self.port, self.log, self.running).ask("GET", path)

    def numbers(self) -> Numbers:
        status, text = Served(self.port, self.log, self.running).read("/metrics")
        assert status == 200, text
        return read(text)

    def digests(self) -> set[str]:
        """Of the content of its workers: while one replaces another, either may answer."""
        return {self.ask("/healthz").body["content"]["digest"] for _ in range(20)}

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def tell(self, sign: signal.Signals) -> None:
        self.running.send_signal(sign)

    def kill(self) -> None:
        """With its workers, as the end of a machine or of a container; nobody listens when this returns.

        Until the system has cleared the processes away it takes connections for them.
        """
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(PATIENCE)
        until(self._is_gone, f"nobody listens in place of {self.name}")

    def _is_gone(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
        return False

    def end(self) -> int:
        """Its exit code, after SIGTERM."""
        self.running.terminate()
        return self.running.wait(PATIENCE)

    def clear_away(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()


@dataclass
class Proxy:
    """nginx with deploy/proxy/nginx.conf, of which only places and addresses are others."""

    folder: Path
    instances: tuple[Instance, ...]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"https://localhost:{self.port}"

    def config(self) -> str:
        """Each text that is replaced stands in the file exactly so often."""
        text = NGINX_CONF.read_text(encoding="utf-8")
        servers = "\n".join(f"server {each.address} max_fails=0;" for each in self.instances)
        for told, here, times in (
            ("server service:8000 max_fails=0;", servers, 1),
            ("listen 443 ssl;", f"listen 127.0.0.1:{self.port} ssl;", 1),
            ("/etc/nginx/tls/tls.crt", _quoted(TLS / "certificate.pem"), 1),
            ("/etc/nginx/tls/tls.key", _quoted(TLS / "key.pem"), 1),
            ("/var/log/nginx/", f"{self.folder}/", 2),
            ("/run/nginx", f"{self.folder}/nginx", 6),
        ):
            places = [
                line for line in text.splitlines() if told in line and not line.lstrip().startswith("#")
            ]
            assert len(places) == times, (told, places)
            text = text.replace(told, here)
        return text

    def command(self) -> list[str]:
        file = self.folder / "nginx.conf"
        file.write_text(self.config(), encoding="utf-8")
        alone = "user root; " if os.getuid() == 0 else ""  # a folder of tests is for its owner alone
        errors = str(self.folder / "error.log")
        return ["nginx", "-e", errors, "-c", str(file), "-g", f"{alone}daemon off;"]

    def start(self) -> None:
        self.process = subprocess.Popen(self.command(), env=os.environ | {"PATH": _with_sbin()})
        until((self.folder / "nginx.pid").is_file, "nginx runs")

    def check(self) -> subprocess.CompletedProcess[str]:
        path = os.environ | {"PATH": _with_sbin()}
        return subprocess.run([*self.command(), "-t"], capture_output=True, text=True, env=path, check=False)

    def lines(self) -> list[dict[str, Any]]:
        """Of its access log; the last one may be half written."""
        whole, _, _ = (self.folder / "access.log").read_text(encoding="utf-8").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def clear_away(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)


def _quoted(path: Path) -> str:
    """For nginx: the repository may lie in a folder with a blank in its name."""
    return f'"{path}"'


def _with_sbin() -> str:
    return f"{os.environ['PATH']}:/usr/sbin:/sbin"


@dataclass
class Database:
    """The PostgreSQL of .ci/postgres.sh."""

    url: str
    control: str

    def stop(self) -> None:
        subprocess.run([self.control, "stop"], check=True)

    def start(self) -> None:
        subprocess.run([self.control, "start"], check=True)

    def named(self, name: str) -> str:
        return re.sub(r"/\w+$", f"/{name}", self.url)
