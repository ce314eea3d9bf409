"""`/readyz`: 200 where calls should be sent here, and which part is not well."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import fixtures
from cds_service.app import Service
from cds_service.recording import MOMENT
from cds_service.trust.key_server import KeysUnread
from cds_service.watch import self_test
from tests.watch.conftest import Make, faulty_content
from tests.wire.calls import SERVICE, call, post
from tests.wire.ehr import JWKS_URL, Started, jwk, jwks, rsa_key


@dataclass
class Asked:
    status: int
    body: dict[str, Any]

    @property
    def broken(self) -> list[str]:
        return [name for name, part in self.body["parts"].items() if not part["ok"]]


def readyz(of: Service | FlaskClient) -> Asked:
    client = of.test_client() if isinstance(of, Service) else of
    response = client.get("/readyz")
    return Asked(response.status_code, response.get_json())


def test_a_sound_service_is_ready_and_says_of_each_part_since_when(client: FlaskClient) -> None:
    asked = readyz(client)
    assert (asked.status, asked.body["status"]) == (200, "ready")
    assert list(asked.body["parts"]) == ["content", "self-test", "database", "keys", "audit"]
    for part in asked.body["parts"].values():
        assert part.keys() == {"ok", "needed", "says", "since"}
        assert part["since"].endswith("Z")


def test_content_that_no_longer_gives_a_critical_card_makes_it_unready_and_not_unwell(
    make: Make, tmp_path: Path
) -> None:
    service = make(content=faulty_content(tmp_path / "content"))
    asked = readyz(service)
    assert (asked.status, asked.body["status"], asked.broken) == (503, "not ready", ["self-test"])
    assert service.test_client().get("/healthz").status_code == 200


def test_a_defect_of_the_main_path_fails_the_self_test(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr("cards.assessment.find_red_flags", fail)
    assert readyz(service).broken == ["self-test"]


def test_a_card_where_there_must_be_none_fails_the_self_test(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = self_test.CHARTS["quiet-chart"]
    monkeypatch.setattr(self_test, "CHARTS", {"sudden-right-sided-weakness": silent})
    assert self_test.run(service.settings, service.desk).failed == ("sudden-right-sided-weakness",)


def test_a_fixture_that_is_not_there_fails_the_self_test(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = self_test.CHARTS["quiet-chart"]
    monkeypatch.setattr(self_test, "CHARTS", {"no-such-chart": silent})
    assert self_test.run(service.settings, service.desk).failed == ("no-such-chart",)


def test_the_self_test_has_a_critical_card_an_informing_one_and_silence() -> None:
    indicators = [indicators for _, indicators in self_test.CHARTS.values()]
    assert {each[:1] for each in indicators} == {("critical",), ("info",), ()}
    for name, (flags, expected) in self_test.CHARTS.items():
        recorded = fixtures.expected(name, MOMENT, "https://cds.example")["cards"]
        assert tuple(card["indicator"] for card in recorded) == expected
        told = [flag["id"] for card in recorded[:1] for flag in _assessed(card).get("redFlags", ())]
        assert flags <= set(told)
        assert bool(told) == bool(flags)


def _assessed(card: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = card["extension"]["org.leg-weakness-cds.assessment"]
    return found


def test_the_self_test_is_no_call_in_log_or_journal(
    service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    assert readyz(service).status == 200
    assert "hook call" not in capfd.readouterr().err
    assert service.journal.writer.waiting == service.journal.writer.counts.written == 0


def test_the_self_test_runs_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    readyz(service)
    monkeypatch.setattr(self_test, "run", None)
    assert readyz(service).status == 200


def test_without_a_database_cards_go_out_so_it_is_ready_and_says_that_nothing_is_kept(
    make: Make, tmp_path: Path
) -> None:
    service = make()
    (tmp_path / "journal.db").unlink()
    asked = readyz(service)
    assert (asked.status, asked.body["status"], asked.broken) == (200, "degraded", ["database"])
    assert asked.body["parts"]["database"]["says"] == (
        "cannot be used: cards go out, nothing is counted or stored"
    )
    assert post(service.test_client(), call()).status_code == 200


def test_a_journal_that_is_off_is_no_fault(make: Make) -> None:
    assert readyz(make(database_url="none")).body["status"] == "ready"


def test_since_tells_when_a_part_began_to_fail(make: Make, tmp_path: Path) -> None:
    service = make()
    first = readyz(service).body["parts"]["database"]["since"]
    moment = service.clock()
    service.clock = lambda: moment.replace(year=moment.year + 1)
    assert readyz(service).body["parts"]["database"]["since"] == first
    (tmp_path / "journal.db").unlink()
    assert readyz(service).body["parts"]["database"]["since"] > first


def test_where_every_token_must_be_checked_the_database_is_needed(start: Started, tmp_path: Path) -> None:
    service = start({"replay_check": "required"})
    assert readyz(service).status == 200
    (tmp_path / "journal.db").unlink()
    assert readyz(service).status == 503


def _refusing(_: object) -> bytes:
    raise KeysUnread("http-500")


def _giving(_: object) -> bytes:
    return jwks(jwk(rsa_key(), "canary-kid-rsa"))


SERVED = {"jwks_file": ..., "jwks_url": JWKS_URL}
OTHER = {"name": "other", "issuer": "https://other.example/"}


def test_keys_are_read_before_anybody_calls(start: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds_service.trust.key_server.read_from_server", _giving)
    assert readyz(start(SERVED)).body["status"] == "ready"


def test_without_keys_of_any_client_it_is_not_ready(start: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds_service.trust.key_server.read_from_server", _refusing)
    asked = readyz(start(SERVED))
    assert (asked.status, asked.broken) == (503, ["keys"])


def test_one_client_without_keys_does_not_take_the_service_from_the_others(
    start: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cds_service.trust.key_server.read_from_server", _refusing)
    asked = readyz(start({}, SERVED | OTHER))
    assert (asked.status, asked.body["status"], asked.broken) == (200, "degraded", ["keys"])
    assert asked.body["parts"]["keys"]["says"] == "none for 1 of 2 clients"


def test_a_probe_fetches_nothing(start: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told was found in the background; who asks often makes nobody work."""
    asked: list[object] = []

    def counting(client: object) -> bytes:
        asked.append(client)
        return _refusing(client)

    monkeypatch.setattr("cds_service.trust.key_server.read_from_server", counting)
    service = start(SERVED)
    service.watch.look()
    service.watch.start(None)
    looks: list[None] = []
    monkeypatch.setattr(service.watch, "look", lambda: looks.append(None))
    before = len(asked)
    for _ in range(50):
        assert readyz(service).status == 503
    assert len(asked) == before <= 1
    assert len(looks) <= 1


def test_nothing_of_the_installation_is_told(
    start: Started, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cds_service.trust.key_server.read_from_server", _refusing)
    service = start({"name": "Hidden-EHR"}, SERVED | OTHER)
    (tmp_path / "journal.db").unlink()
    said = json.dumps(readyz(service).body)
    for word in ("Hidden-EHR", "other", "example", "journal.db", str(tmp_path), "Error", "http"):
        assert word not in said


def test_a_newer_content_that_was_refused_is_said(service: Service) -> None:
    service.watch.newer_content_refused = True
    asked = readyz(service)
    assert (asked.status, asked.body["status"], asked.broken) == (200, "degraded", ["content"])


def test_neither_page_is_open_to_other_sites_in_a_browser(client: FlaskClient) -> None:
    for page in ("/readyz", "/metrics"):
        response = client.get(page, headers={"Origin": "https://elsewhere.example"})
        assert response.status_code == 200
        assert "Access-Control-Allow-Origin" not in response.headers
    assert (
        "Access-Control-Allow-Origin"
        in client.get("/cds-services", headers={"Origin": "https://elsewhere.example"}).headers
    )


def test_a_prefix_in_front_is_answered_too(make: Make) -> None:
    service = make(public_base_url="https://cds.hospital.example/cds")
    assert service.test_client().get("/cds/readyz").status_code == 200
    assert service.test_client().post(f"/cds{SERVICE}", json=call()).status_code == 200
