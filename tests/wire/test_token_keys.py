"""The EHR's keys: from its server, which may be slow, wrong or gone, or from a file that changes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pytest

from cds_service import logs
from cds_service.errors import SettingsRefused
from cds_service.reach import Reach
from cds_service.settings import Client
from cds_service.trust import key_set
from cds_service.trust.key_file import KeyFile
from cds_service.trust.key_server import (
    AGAIN_SECONDS,
    FRESH_SECONDS,
    MOST_WAITING,
    OLD_SECONDS,
    KeyServer,
    KeysUnread,
    read_from_server,
)
from cds_service.trust.key_set import MOST_BYTES, KeySet, NotAKeySet
from cds_service.trust.refusal import Refused, Why
from tests.wire.ehr import ISSUER, JWKS_URL, ec_key, jwk, jwks, rsa_key
from tests.wire.fhir_server import TLS, Fault, FhirServer, Request, answers

ALGORITHMS = ("RS384", "ES384")
KEPT = 72 * 3600.0
FIRST, SECOND = jwk(rsa_key(), "first"), jwk(ec_key(), "second")


@pytest.fixture(autouse=True)
def log_lines() -> None:
    logs.set_up()


def client(**more: Any) -> Client:
    return Client(**({"name": "main", "issuer": ISSUER, "jwks_url": JWKS_URL} | more))


def names(keys: KeySet | None) -> list[str | None] | None:
    return None if keys is None else [key.name for key in keys.keys]


# The set itself.


def found(*keys: dict[str, Any], name: str = "k", algorithm: str = "RS384", **more: Any) -> jwt.PyJWK | Why:
    algorithms = more.get("algorithms", ALGORITHMS)
    try:
        return key_set.read(jwks(*keys), algorithms, "main").find(name, algorithm)
    except Refused as error:
        return error.why


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_an_rsa_key_without_alg_fits_what_is_configured_and_no_more(algorithm: str) -> None:
    key = jwk(rsa_key(), "k")
    assert isinstance(found(key, algorithm=algorithm, algorithms=(algorithm,)), jwt.PyJWK)
    others = tuple({"RS256", "RS384", "RS512"} - {algorithm})
    assert found(key, algorithm=algorithm, algorithms=others) is Why.KEY_NOT_FOR_ALGORITHM


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512"])
def test_the_curve_of_a_key_is_its_algorithm(algorithm: str) -> None:
    every = ("ES256", "ES384", "ES512")
    key = jwk(ec_key(algorithm), "k")
    fitting = [each for each in every if isinstance(found(key, algorithm=each, algorithms=every), jwt.PyJWK)]
    assert fitting == [algorithm]


def test_the_alg_of_a_key_counts_before_its_kind() -> None:
    every = ("RS256", "RS384")
    key = jwk(rsa_key(), "k", alg="RS256")
    assert isinstance(found(key, algorithm="RS256", algorithms=every), jwt.PyJWK)
    assert found(key, algorithm="RS384", algorithms=every) is Why.KEY_NOT_FOR_ALGORITHM


def test_a_key_without_a_name_counts_when_no_other_could_be_meant() -> None:
    nameless = jwk(rsa_key(), None)
    assert isinstance(found(nameless, SECOND), jwt.PyJWK)
    assert found(nameless, jwk(rsa_key("other"), None)) is Why.UNKNOWN_KEY
    assert isinstance(found(nameless, jwk(ec_key(), None)), jwt.PyJWK)  # told apart by their kind
    with_named = found(nameless, jwk(rsa_key("other"), "k"))
    assert isinstance(with_named, jwt.PyJWK)
    assert with_named.key.public_numbers() == rsa_key("other").public_key().public_numbers()


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (jwk(b"secret", "k"), "symmetric"),
        (jwk(rsa_key(), "k", d="AQAB"), "private"),
        (jwk(ec_key(), "k", d="AQAB"), "private"),
        (jwk(rsa_key(), "k", use="enc"), "use"),
        (jwk(rsa_key(), "k", use=None), "use"),
        (jwk(rsa_key(), "k", key_ops=["sign"]), "key_ops"),
        (jwk(rsa_key(), "k", key_ops="verify"), "key_ops"),
        (jwk(rsa_key("weak", 1024), "k"), "1024 bits"),
        (jwk(rsa_key(), "k", n="AQAB"), "sound"),
        (jwk(rsa_key(), "k", n="!"), "sound"),
        (jwk(rsa_key(), "k", n=...), "sound"),
        (jwk(rsa_key(), "k", n=7), "sound"),
        (jwk(rsa_key(), "k", e="AA"), "sound"),
        (jwk(ec_key(), "k", crv="P-256"), "algorithms"),
        (jwk(ec_key(), "k", crv="secp256k1"), "neither"),
        (jwk(ec_key(), "k", crv=["P-384"]), "neither"),
        (jwk(ec_key(), "k", x="AAAA"), "sound"),
        (jwk(ec_key(), "k", alg="none"), "algorithms"),
        (jwk(ec_key(), "k", alg="HS384"), "algorithms"),
        (jwk(rsa_key(), "k", kty="OKP"), "neither"),
        (jwk(rsa_key(), "k", kty=...), "neither"),
        (jwk(rsa_key(), "k") | {"kid": 7}, "kid"),
    ],
)
def test_what_is_no_good_public_key_is_left_out_and_said(
    key: dict[str, Any], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    read = key_set.read(jwks(key, FIRST), ALGORITHMS, "main")
    assert names(read) == ["first"]
    (line,) = [json.loads(each) for each in capsys.readouterr().err.splitlines()]
    assert line["problem"].startswith("keys[0]: ")
    assert why in line["problem"]
    assert line["client"] == "main"
    assert "AQAB" not in str(line)


@pytest.mark.parametrize("key", [None, "text", ["kty"], 7])
def test_what_is_no_key_at_all_takes_no_other_with_it(key: Any) -> None:
    assert names(key_set.read(jwks(key, FIRST), ALGORITHMS, "main")) == ["first"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"{}",
        b'{"keys": {}}',
        b'{"keys": null}',
        b'{"keys": [NaN]}',
        b'{"keys": ["\xff"]}',
        b'{"keys": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"keys": [' + b",".join([b"{}"] * 101) + b"]}",
        b'{"keys": []' + b" " * MOST_BYTES + b"}",
    ],
)
def test_what_is_no_set_of_keys_is_none(raw: bytes) -> None:
    with pytest.raises(NotAKeySet):
        key_set.read(raw, ALGORITHMS, "main")


def test_a_set_without_a_key_is_one_and_trusts_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert names(key_set.read(jwks(), ALGORITHMS, "main")) == []
    assert "no usable key" in capsys.readouterr().err


# The server: what is asked, when, and what is held.


@dataclass
class Site:
    """The EHR's server of keys, and the time, in the hands of a test."""

    keys: bytes = jwks(FIRST)
    down: bool = False
    asked: int = 0
    now: float = 1000.0
    held: threading.Event | None = None
    """When there is one, the server answers no sooner."""

    def read(self, _client: Client) -> bytes:
        self.asked += 1
        if self.held:
            assert self.held.wait(10)
        if self.down:
            raise KeysUnread("no-connection")
        return self.keys

    def clock(self) -> float:
        return self.now

    def server(self) -> KeyServer:
        return KeyServer(client(), KEPT, self.read, self.clock)

    def settle(self, server: KeyServer) -> None:
        """Until a reading in the background has come to its end."""
        with server._changed:
            assert server._changed.wait_for(lambda: not server._reading, 10)


def test_the_first_call_waits_and_the_next_ask_nobody() -> None:
    site = Site()
    server = site.server()
    assert [names(server.current()) for _ in range(3)] == [["first"]] * 3
    assert site.asked == 1


def test_calls_at_the_same_time_ask_once() -> None:
    site = Site(held=threading.Event())
    server = site.server()
    got: list[Any] = []
    threads = [threading.Thread(target=lambda: got.append(names(server.current()))) for _ in range(5)]
    for each in threads:
        each.start()
    assert site.held
    site.held.set()
    for each in threads:
        each.join(10)
    assert (got, site.asked) == ([["first"]] * 5, 1)


def test_keys_are_renewed_in_the_background_and_nobody_waits_for_it() -> None:
    site = Site()
    server = site.server()
    server.current()
    site.now += FRESH_SECONDS
    site.held, site.keys = threading.Event(), jwks(SECOND)
    assert names(server.current()) == ["first"]  # while the server has not answered
    site.held.set()
    site.settle(server)
    assert names(server.current()) == ["second"]
    assert site.asked == 2


def test_after_a_night_without_calls_the_next_one_waits_for_the_new_keys() -> None:
    site = Site()
    server = site.server()
    server.current()
    site.now += OLD_SECONDS
    site.keys = jwks(SECOND)
    assert names(server.current()) == ["second"]


def test_a_key_that_was_removed_is_no_longer_accepted() -> None:
    site = Site(keys=jwks(FIRST, SECOND))
    server = site.server()
    assert names(server.current()) == ["first", "second"]
    site.keys = jwks(SECOND)
    site.now += OLD_SECONDS
    assert names(server.current()) == ["second"]


def test_the_last_good_keys_are_held_while_the_server_is_gone_and_asked_for_again() -> None:
    site = Site()
    server = site.server()
    server.current()
    site.down = True
    for _ in range(5):
        site.now += OLD_SECONDS
        assert names(server.current()) == ["first"]
        site.settle(server)
    assert site.asked == 6
    site.down, site.keys = False, jwks(SECOND)
    site.now += AGAIN_SECONDS
    server.current()
    site.settle(server)
    assert names(server.current()) == ["second"]


def test_while_the_server_fails_it_is_asked_seldom_and_nobody_waits() -> None:
    site = Site()
    server = site.server()
    server.current()
    site.down = True
    site.now += OLD_SECONDS
    server.current()
    for _ in range(20):
        server.current()
    assert site.asked == 2
    site.held = threading.Event()
    site.now += AGAIN_SECONDS
    assert names(server.current()) == ["first"]  # although the server has not answered
    site.held.set()
    site.settle(server)


def test_garbage_does_not_replace_good_keys(capsys: pytest.CaptureFixture[str]) -> None:
    site = Site()
    server = site.server()
    server.current()
    site.keys = b"<html>Maintenance</html>"
    site.now += OLD_SECONDS
    assert names(server.current()) == ["first"]
    assert "not-a-key-set" in capsys.readouterr().err


def test_keys_are_not_held_for_ever() -> None:
    site = Site()
    server = site.server()
    server.current()
    site.down = True
    site.now += KEPT - 1
    assert names(server.current()) == ["first"]
    site.now += 1
    assert server.current() is None


def test_a_server_that_was_never_there_is_asked_again_later() -> None:
    site = Site(down=True)
    server = site.server()
    assert [server.current() for _ in range(5)] == [None] * 5
    assert site.asked == 1
    site.down = False
    site.now += AGAIN_SECONDS
    assert names(server.current()) == ["first"]


def test_an_unknown_key_lets_the_set_be_read_at_once() -> None:
    site = Site()
    server = site.server()
    server.current()
    site.keys = jwks(FIRST, SECOND)
    assert names(server.renewed()) == ["first", "second"]


def test_a_storm_of_unknown_keys_asks_the_server_once_in_a_while() -> None:
    site = Site()
    server = site.server()
    server.current()
    for _ in range(100):
        server.renewed()
    assert site.asked == 2
    site.now += AGAIN_SECONDS
    for _ in range(100):
        server.renewed()
    assert site.asked == 3


def test_a_storm_of_unknown_keys_holds_few_calls_while_the_server_is_silent() -> None:
    site = Site()
    server = site.server()
    server.current()
    site.held = threading.Event()
    threads = [threading.Thread(target=server.renewed) for _ in range(MOST_WAITING)]
    for each in threads:
        each.start()
    while server._waiting < MOST_WAITING:
        threading.Event().wait(0.001)
    assert names(server.renewed()) == ["first"]  # the next one does not wait
    assert names(server.current()) == ["first"]  # and known keys work all the time
    site.held.set()
    for each in threads:
        each.join(10)


# The reader.


@pytest.fixture
def http() -> Iterator[FhirServer]:
    with FhirServer() as server:
        yield server


def served(server: FhirServer, fault: Fault, **more: Any) -> bytes:
    server.faults["jwks.json"] = fault
    return read_from_server(client(jwks_url=f"{server.base}/jwks.json", **more))


def test_keys_are_read_with_a_plain_request(http: FhirServer) -> None:
    assert served(http, lambda request: request.send(jwks(FIRST))) == jwks(FIRST)
    (headers,) = http.headers
    assert "application/json" in headers["Accept"]
    assert "Authorization" not in headers
    assert http.asked == ["/r4/jwks.json"]


def huge(request: Request) -> None:
    request.send(b" " * (MOST_BYTES + 1))


def unsaid(request: Request) -> None:
    """Bytes without an end."""
    request.send_response(200)
    request.end_headers()
    request.write_for_ever(b" " * 65536, 0.001)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (answers(500), "http-500"),
        (answers(404), "http-404"),
        (answers(302, Location="http://127.0.0.1:1/other"), "http-302"),
        (huge, "too-large"),
        (unsaid, "too-large"),
    ],
)
def test_what_is_no_set_in_time_and_in_bounds_is_not_read(
    http: FhirServer, fault: Fault, reason: str
) -> None:
    with pytest.raises(KeysUnread, match=reason):
        served(http, fault)
    assert len(http.asked) == 1


def test_a_silent_server_is_given_up(http: FhirServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds_service.trust.key_server.WAIT_SECONDS", 0.05)
    with pytest.raises(KeysUnread, match="timeout"):
        served(http, Request.hold)


def test_a_server_that_sends_its_headers_for_ever_is_given_up(
    http: FhirServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte lets a socket wait anew; the keys would not be read again until the server hangs up."""
    monkeypatch.setattr("cds_service.trust.key_server.WAIT_SECONDS", 0.3)

    def drip(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        request.write_for_ever(b"x", 0.02)

    def read() -> None:
        with pytest.raises(KeysUnread, match="timeout"):
            served(http, drip)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    assert http.hung_up.wait(5)
    reader.join(5)
    assert not reader.is_alive()


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(KeysUnread, match="no-connection"):
        read_from_server(client(jwks_url="http://127.0.0.1:1/jwks.json"))


def test_keys_are_read_over_tls_from_whom_the_authorities_vouch_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with FhirServer(tls=True) as server:
        server.faults["jwks.json"] = lambda request: request.send(jwks(FIRST))
        where = server.base.replace("http://127.0.0.1", "https://localhost")
        known = client(jwks_url=f"{where}/jwks.json", ca_file=TLS / "certificate.pem", private_network=True)
        with pytest.raises(KeysUnread, match="private-address"):  # a name that leads to this machine: never
            read_from_server(known)
        assert server.asked == []
        monkeypatch.setattr("cds_service.fhir.reach", lambda _: Reach.PRIVATE)
        assert read_from_server(known) == jwks(FIRST)
        with pytest.raises(KeysUnread, match="tls"):
            read_from_server(known.model_copy(update={"ca_file": None}))
        with pytest.raises(KeysUnread, match="private-address"):
            read_from_server(known.model_copy(update={"private_network": False}))


# The file.


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "keys.json"
    made.write_bytes(jwks(FIRST))
    return made


def replaced(file: Path, text: bytes) -> None:
    new = file.with_suffix(".new")
    new.write_bytes(text)
    new.replace(file)


def test_a_file_is_read_again_when_it_has_changed(file: Path) -> None:
    keys = KeyFile(client(jwks_file=file), file)
    assert names(keys.current()) == ["first"]
    replaced(file, jwks(SECOND))
    assert names(keys.current()) == ["second"]


@pytest.mark.parametrize("spoilt", [lambda file: replaced(file, b'{"keys": ['), Path.unlink])
def test_while_a_file_cannot_be_read_the_last_keys_are_held(
    file: Path, spoilt: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    keys = KeyFile(client(jwks_file=file), file)
    spoilt(file)
    assert [names(keys.current()) for _ in range(3)] == [["first"]] * 3
    assert capsys.readouterr().err.count("keys not read") == 1
    replaced(file, jwks(SECOND))
    assert names(keys.renewed()) == ["second"]


def test_a_file_without_keys_to_begin_with_is_refused_by_name(file: Path) -> None:
    file.write_bytes(b"-----BEGIN PUBLIC KEY-----")
    with pytest.raises(SettingsRefused, match=r"clients\.main\.jwks_file"):
        KeyFile(client(jwks_file=file), file)
