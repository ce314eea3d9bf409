"""The service as it is served, while some callers are slow: nobody else waits for them."""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cds_service.fetching import FETCHING_CALLS
from cds_service.load import LARGEST_AT_A_TIME, READING
from tests.wire.calls import SERVICE, call, condition, everything
from tests.wire.fhir_server import FhirServer, Request
from tests.wire.serving import Answer, Served, answer_of, serving

CALL = call(everything(conditions=condition("sudden weakness of right arm and right leg")))
"""Complete: nothing is to be fetched."""


def hang_up(connections: Iterable[socket.socket]) -> None:
    for each in connections:
        each.close()


def still_wait(connections: list[socket.socket]) -> bool:
    """Whether none of them got a byte, nor was closed."""
    return not select.select(connections, [], [], 0)[0]


def assert_cards(answer: Any) -> None:
    assert answer.status == 200
    assert answer.body["cards"][0]["indicator"] == "critical"


class SlowServer:
    """A FHIR server that answers nobody; says when enough of them wait."""

    def __init__(self, calls: int) -> None:
        self._left = calls
        self._lock = threading.Lock()
        self.all_wait = threading.Event()

    def __call__(self, request: Request) -> None:
        with self._lock:
            self._left -= 1
            if not self._left:
                self.all_wait.set()
        request.hold()


def waiting_for(served: Served, fhir: FhirServer) -> socket.socket:
    """A call that is complete but for the Conditions."""
    given = {key: value for key, value in everything().items() if key != "conditions"}
    body = json.dumps(call(given, fhirServer=fhir.base)).encode()
    return served.begin(body, len(body))


def test_half_sent_bodies_and_slow_fhir_servers_keep_no_other_call_waiting(tmp_path: Path) -> None:
    slow = SlowServer(FETCHING_CALLS)
    with (
        serving(tmp_path, "time_budget = 30\n") as served,
        FhirServer(faults={"Condition": slow}) as fhir,
    ):
        hanging = [served.begin(b'{"hook"') for _ in range(8)]
        hanging += [waiting_for(served, fhir) for _ in range(8)]
        try:
            assert slow.all_wait.wait(20)
            with ThreadPoolExecutor(4) as others:
                for answer in others.map(lambda _: served.ask("POST", SERVICE, CALL), range(20)):
                    assert_cards(answer)
            assert still_wait(hanging)
        finally:
            hang_up(hanging)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterable[Served]:
    settings = 'rate_limit = "none"\nmax_body_bytes = 1048576\n'
    with serving(tmp_path_factory.mktemp("hasty"), settings) as served:
        yield served


def test_more_half_sent_bodies_than_it_can_hold_are_said_and_health_is_answered(hasty: Served) -> None:
    hanging = [hasty.begin() for _ in range(READING + 1)]
    try:
        last = select.select(hanging, [], [], 20)[0]
        assert [answer_of(each).status for each in last] == [503]
        refused = hasty.ask("POST", SERVICE, CALL)
        assert refused.status == 503
        assert refused.headers["Retry-After"] == "2"
        assert hasty.ask("GET", "/healthz").status == 200
    finally:
        hang_up(hanging)
    assert_cards(in_the_end(hasty))


def in_the_end(served: Served) -> Answer:
    """The answer once those who hung up are forgotten."""
    for _ in range(100):
        answer = served.ask("POST", SERVICE, CALL)
        if answer.status != 503:
            break
    return answer


def test_large_bodies_that_do_not_come_leave_room_for_calls_of_usual_size(hasty: Served) -> None:
    hanging = [hasty.begin(length=1024 * 1024) for _ in range(LARGEST_AT_A_TIME + 1)]
    try:
        last = select.select(hanging, [], [], 20)[0]
        assert [answer_of(each).status for each in last] == [503]
        assert_cards(hasty.ask("POST", SERVICE, CALL))
    finally:
        hang_up(hanging)


def test_a_call_cut_off_in_its_body_is_no_call(hasty: Served) -> None:
    connection = hasty.begin(b'{"hook"', 1000)
    connection.shutdown(socket.SHUT_WR)
    assert answer_of(connection).status == 400
    connection.close()


def test_the_server_does_not_say_what_it_is_made_of(hasty: Served) -> None:
    answer = hasty.ask("GET", "/cds-services")
    assert answer.headers.get_all("Server") == ["leg-weakness-cds"]


def test_a_ceiling_of_memory_lets_it_start_and_answer(tmp_path: Path) -> None:
    with serving(tmp_path, "max_memory_mb = 1024\n") as served:
        assert_cards(served.ask("POST", SERVICE, CALL))


def test_headers_that_come_twice_are_read_as_one_list(tmp_path: Path) -> None:
    """A proxy may add a line of its own behind the caller's: the last address is what the proxy wrote."""
    settings = 'trusted_proxies = ["127.0.0.1"]\nrate_limit = "1 per minute"\n'
    with serving(tmp_path, settings) as served:
        assert [_behind_a_proxy(served, f"198.51.100.{n}", "203.0.113.1") for n in (1, 2)] == [200, 429]
        assert _behind_a_proxy(served, "198.51.100.1", "203.0.113.2") == 200


def _behind_a_proxy(served: Served, made_up: str, real: str) -> int:
    connection = socket.create_connection(("127.0.0.1", served.port), timeout=60)
    lines = [
        "GET /cds-services HTTP/1.1",
        "Host: x",
        f"X-Forwarded-For: {made_up}",
        f"X-Forwarded-For: {real}",
    ]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    status = answer_of(connection).status
    connection.close()
    return status
