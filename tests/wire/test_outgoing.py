"""Where the service goes: to the servers of the client that called, and to nobody they lead to."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from cds_service.access import Access
from cds_service.addresses import place
from cds_service.errors import SettingsRefused
from cds_service.fhir import Failed, Line, Watch
from cds_service.reach import Reach, reach
from cds_service.reasons import Reason
from cds_service.scopes import scopes
from cds_service.settings import load
from tests.wire.fhir_server import TLS, FhirServer, answers

NAME = "https://ehr.example/r4"

NEVER = [
    "127.0.0.1",
    "127.8.8.8",
    "::1",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "fd20:ce::254",
    "100.100.100.200",
    "168.63.129.16",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "::ffff:0:127.0.0.1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::",
]
PRIVATE = [
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "fd12:3456::1",
    "fec0::1",
    "::ffff:10.1.2.3",
    "64:ff9b::a01:203",
    "2002:a01:203::1",
    "198.18.0.1",
    "240.0.0.1",
    "192.0.2.1",
    "2001:db8::1",
]
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize(
    ("address", "far"),
    [
        *((each, Reach.NEVER) for each in NEVER),
        *((each, Reach.PRIVATE) for each in PRIVATE),
        *((each, Reach.PUBLIC) for each in PUBLIC),
    ],
)
def test_how_far_inside_an_address_lies(address: str, far: Reach) -> None:
    assert reach(address) is far


def to(address: str, **more: Any) -> Access:
    where = place(address)
    assert where is not None
    return Access(where, scopes(None), **({"private_network": False} | more))


def asked(access: Access) -> Reason | int:
    watch = Watch(20, lambda: 0.0, 10_000)
    line = Line(access, watch, 10_000)
    try:
        return line.get("/r4/x").status
    except Failed as failed:
        return failed.reason
    finally:
        line.close()
        watch.end()


class Names:
    """A resolver that says what a test wants, and keeps what it was asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked.append(host)
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in self.answers
        ]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Names]:
    def say(*addresses: str) -> Names:
        resolver = Names(*addresses)
        monkeypatch.setattr("socket.getaddrinfo", resolver)
        return resolver

    return say


@pytest.fixture
def nobody_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    tried: list[Any] = []

    def connect(_self: socket.socket, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.socket.connect", connect)
    return tried


@pytest.mark.parametrize("address", [*NEVER, *PRIVATE])
def test_a_name_that_leads_inside_is_not_connected_to(
    address: str, names: Callable[..., Names], nobody_is_connected_to: list[Any]
) -> None:
    names(address)
    assert asked(to(NAME)) is Reason.PRIVATE_ADDRESS
    names("93.184.216.34", address)
    assert asked(to(NAME)) is Reason.PRIVATE_ADDRESS
    assert nobody_is_connected_to == []


@pytest.mark.parametrize("address", NEVER)
def test_a_private_network_is_not_this_machine_nor_the_cloud_s_keys(
    address: str, names: Callable[..., Names], nobody_is_connected_to: list[Any]
) -> None:
    names(address)
    assert asked(to(NAME, private_network=True)) is Reason.PRIVATE_ADDRESS
    assert nobody_is_connected_to == []


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_network_is_reached_where_that_is_said(
    address: str, names: Callable[..., Names], nobody_is_connected_to: list[Any]
) -> None:
    names(address)
    assert asked(to(NAME, private_network=True)) is Reason.NO_CONNECTION
    assert [each[0] for each in nobody_is_connected_to] == [address]


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(
    names: Callable[..., Names], nobody_is_connected_to: list[Any]
) -> None:
    """A name that changes its mind between two lookups: there is one only."""
    resolver = names("93.184.216.34")
    assert asked(to(NAME)) is Reason.NO_CONNECTION
    assert resolver.asked == ["ehr.example"]
    assert nobody_is_connected_to == [("93.184.216.34", 443)]


def test_a_name_that_turned_inside_is_judged_anew_for_the_next_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FhirServer(faults={"x": answers(404, Connection="close")}) as server:
        monkeypatch.setattr("socket.getaddrinfo", Names("127.0.0.1"))
        where = to(server.base.replace("127.0.0.1", "ehr.example"), this_machine=True)
        assert asked(where) == 404
        monkeypatch.setattr("socket.getaddrinfo", Names("10.0.0.1"))
        assert asked(Access(where.place, where.scopes, private_network=False)) is Reason.PRIVATE_ADDRESS
        assert len(server.asked) == 1


def test_an_address_that_was_registered_as_such_is_reached() -> None:
    with FhirServer(faults={"x": answers(404)}) as server:
        assert asked(to(server.base)) == 404


def test_the_certificate_must_be_for_the_name_and_the_name_is_what_is_asked_for(
    names: Callable[..., Names],
) -> None:
    names("127.0.0.1")
    vouched = {"this_machine": True, "ca_file": TLS / "certificate.pem"}
    with FhirServer(faults={"x": answers(404)}, tls=True) as server:
        port = server.origin.rpartition(":")[2]
        assert asked(to(f"https://ehr.example:{port}/r4", **vouched)) is Reason.TLS
        assert asked(to(f"https://localhost:{port}/r4", this_machine=True)) is Reason.TLS
        assert server.asked == []
        assert asked(to(f"https://localhost:{port}/r4", **vouched)) == 404
        assert server.headers[0]["Host"] == f"localhost:{port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with FhirServer() as elsewhere, FhirServer() as server:
        server.faults["x"] = answers(status, Location=f"{elsewhere.base}/x")
        assert asked(to(server.base)) == status
        assert len(server.asked) == 1
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "127.1",
        "0177.0.0.1",
        "127.0.0.01",
        "1.2.3.4.",
        "ehr.example.",
        "ehr..example",
        ".ehr.example",
        "ehr%2eexample",
        "[fe80::1%25eth0]",
        "ehr.0x7f",
    ],
)
@pytest.mark.parametrize("setting", ["fhir_servers", "jwks_url"])
def test_a_host_that_two_programs_read_in_two_ways_is_refused_by_name(host: str, setting: str) -> None:
    address = f"https://{host}/r4"
    assert place(address) is None
    value = [address] if setting == "fhir_servers" else address
    with pytest.raises(SettingsRefused, match=setting):
        load(clients=[{"name": "ehr", setting: value}])


@pytest.mark.parametrize(
    "host", ["ehr.example", "10.1.2.3", "[fd00::1]", "xn--krankenhaus-mnchen-f3b.example", "ehr"]
)
def test_a_plain_host_is_taken(host: str) -> None:
    assert place(f"https://{host}/r4") is not None
    assert load(clients=[{"name": "ehr", "fhir_servers": [f"https://{host}/r4"]}]).clients
