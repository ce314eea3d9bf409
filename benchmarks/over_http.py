"""The same calls over HTTP on the loopback, against the server that `leg-weakness-cds serve` starts."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter, sleep

from benchmarks.contestants import PATH
from benchmarks.race import Bodies

TOP = Path(__file__).resolve().parent.parent
SERVE = "from cds_service.cli import main; main()"
ONE_BY_ONE = 40
AT_ONCE = 60
LARGE = 1000
ONE_BY_ONE_LARGE = 10
AT_ONCE_LARGE = 12
"""Requests; with more than `LARGE` resources the smaller numbers. No run sends more than a few hundred."""
CONNECTIONS = 4
STOP_SECONDS = 30
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class OverHttp:
    """Times of requests from one connection, then what several connections get through at once."""

    median_ms: float
    p95_ms: float
    connections: int
    requests_per_second: float


@contextmanager
def serving() -> Iterator[int]:
    """The service in a process of its own; gives its port. Raises `RuntimeError` when it does not come up."""
    port = _free_port()
    command = [sys.executable, "-c", SERVE, "serve", "--port", str(port)]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=TOP, stdout=silent, stderr=silent) as server:
        try:
            _wait(server, port)
            yield port
        finally:
            server.terminate()
            server.wait(STOP_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    end = monotonic() + START_SECONDS
    while monotonic() < end and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            sleep(0.1)
    raise RuntimeError("The service did not start; `leg-weakness-cds serve` says why.")


def measure(bodies: Bodies, size: int, port: int) -> OverHttp:
    """One request after another, then several at once, each with another chart."""
    large = size > LARGE
    _requests(port, bodies(CONNECTIONS))  # so that the workers have seen one
    times = _requests(port, bodies(ONE_BY_ONE_LARGE if large else ONE_BY_ONE))
    each = ceil((AT_ONCE_LARGE if large else AT_ONCE) / CONNECTIONS)
    at_once = [bodies(each) for _ in range(CONNECTIONS)]
    start = perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda mine: _requests(port, mine), at_once))
    per_second = each * CONNECTIONS / (perf_counter() - start)
    return OverHttp(median(times), quantiles(times, n=20)[-1], CONNECTIONS, per_second)


def _requests(port: int, bodies: Iterable[bytes]) -> list[float]:
    """Milliseconds of each request, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for body in bodies:
        start = perf_counter()
        connection.request("POST", PATH, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        times.append((perf_counter() - start) * 1000)
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"The service answered {answer.status}.")
    connection.close()
    return times
