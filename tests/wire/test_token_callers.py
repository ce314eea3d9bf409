"""Who calls decides: its settings for the answer, its name in the journal; and what happens when trust itself
cannot be had."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import settings as settings_module
from cds_service.errors import JournalUnavailable, SettingsRefused
from cds_service.settings import Client
from cds_service.trust import signatures
from cds_service.trust.gate import Gate
from cds_service.trust.replay import ReplayCheck
from tests.journal.given import WEAK, rows
from tests.wire.calls import SERVICE, call, condition, everything
from tests.wire.ehr import (
    BASE,
    DISCOVERY,
    FEEDBACK,
    ISSUER,
    JWKS_URL,
    NOW,
    Started,
    bearing,
    code,
    ec_key,
    jwk,
    jwks,
    rsa_key,
    token,
)
from tests.wire.fhir_server import FhirServer, answers

OTHER = "https://other.example/fhir"


def ask(client: FlaskClient, body: Any = None, **claims: Any) -> Any:
    return client.post(SERVICE, json=body or call(), headers=bearing(token(**claims)))


def test_each_client_has_the_answer_of_its_own_settings(start: Started) -> None:
    far = {"name": "far", "issuer": OTHER, "time_zone": "Pacific/Auckland"}
    client = start({}, far).test_client()
    weak = call(
        everything(conditions=condition("sudden weakness of right leg and arm", onset="2026-11-20T08:00Z"))
    )
    details = [ask(client, weak, iss=issuer).get_json()["cards"][0]["detail"] for issuer in (ISSUER, OTHER)]
    assert "08:00" in details[0]
    assert "21:00" in details[1]


def test_discovery_shows_each_client_its_own_searches(start: Started) -> None:
    epic = {"name": "epic", "issuer": OTHER, "query_profile": "by-category"}
    client = start({}, epic).test_client()
    templates = []
    for issuer in (ISSUER, OTHER):
        answer = client.get(DISCOVERY, headers=bearing(token(DISCOVERY, iss=issuer)))
        templates.append(str(answer.get_json()["services"][0]["prefetch"]))
    assert "category=" not in templates[0]
    assert "category=" in templates[1]


def test_data_is_fetched_from_the_servers_of_the_client_that_called(start: Started) -> None:
    with FhirServer() as fhir:
        service = start(
            {}, {"name": "open", "issuer": OTHER, "fhir_servers": [fhir.base], "open_fhir_server": True}
        )
        client = service.test_client()
        body = call({}, fhirServer=fhir.base)
        assert ask(client, body).status_code == 412
        assert fhir.asked == []
        assert ask(client, body, iss=OTHER).status_code != 401
        assert fhir.asked != []


def test_clients_share_the_content_and_the_crew_that_fetches(start: Started) -> None:
    service = start({}, {"name": "other", "issuer": OTHER})
    one, other = service.desks["main"], service.desks["other"]
    assert one.evidence is other.evidence is service.desk.evidence
    assert one.knowledge is other.knowledge
    assert one.fetcher
    assert other.fetcher
    assert one.fetcher._crew is other.fetcher._crew


def test_two_clients_of_one_issuer_are_told_apart_by_their_subject(start: Started) -> None:
    service = start(
        {"name": "a", "subject": "s-a"}, {"name": "b", "subject": "s-b", "time_zone": "Asia/Tokyo"}
    )
    client = service.test_client()
    assert ask(client, sub="s-a").status_code == ask(client, sub="s-b").status_code == 200
    assert ask(client, sub="s-c").status_code == 401


def test_the_journal_has_the_name_of_the_client(start: Started) -> None:
    service = start({}, {"name": "other", "issuer": OTHER})
    client = service.test_client()
    card = ask(client, call(WEAK), iss=OTHER).get_json()["cards"][0]["uuid"]
    assert service.journal.writer.flush()
    url = service.settings.database_url
    assert {row["client"] for row in rows(url, "card")} == {"other"}
    item = {"card": card, "outcome": "accepted", "outcomeTimestamp": "2026-11-20T11:00:00Z"}
    sent = client.post(FEEDBACK, json={"feedback": [item]}, headers=bearing(token(FEEDBACK, iss=OTHER)))
    assert sent.status_code == 200
    assert [row["client"] for row in rows(url, "feedback")] == ["other"]


def test_the_log_names_the_client_and_nothing_of_the_token(
    start: Started, capsys: pytest.CaptureFixture[str]
) -> None:
    client = start().test_client()
    text = token(sub="canary-subject")
    client.post(SERVICE, json=call(), headers=bearing(text))
    lines = [json.loads(each) for each in capsys.readouterr().err.splitlines()]
    assert [line["client"] for line in lines if line["event"] == "hook call"] == ["main"]
    assert "canary" not in str(lines)
    assert not any(part in str(lines) for part in text.split("."))


class NeverRead(io.BytesIO):
    """A body that must not be touched."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read before the token was verified")

    readline = readinto = read1 = read  # type: ignore[assignment]


def test_the_token_is_checked_before_a_byte_of_the_body_is_read(start: Started) -> None:
    client = start().test_client()
    long = {"Content-Type": "application/json", "Content-Length": "33"}
    assert client.post(SERVICE, input_stream=NeverRead(b"x" * 33), headers=long).status_code == 401
    trusted = client.post(SERVICE, input_stream=NeverRead(b"x" * 33), headers=long | bearing(token()))
    assert trusted.status_code == 500  # so it would have been seen


def test_a_refusal_takes_the_work_of_a_verification(start: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the time would tell which issuers and keys are registered."""
    client = start().test_client()
    verified: list[str] = []
    real = signatures.verify

    def spy(given: Any, key: Any) -> None:
        verified.append(key.algorithm_name)
        real(given, key)

    monkeypatch.setattr(signatures, "verify", spy)
    ask(client, iss="https://forger.example")
    client.post(SERVICE, headers=bearing(token(head={"kid": "unknown"})))
    client.post(SERVICE, headers=bearing(token(head={"alg": "ES512", "kid": "ec"}, key=ec_key("ES512"))))
    client.post(SERVICE, headers=bearing(token(key=rsa_key("forger"))))
    client.post(SERVICE, headers=bearing(token(exp=1)))
    assert verified == ["RS384", "RS384", "ES512", "RS384", "RS384"]


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        *((each, rsa_key()) for each in ("RS256", "RS384", "RS512")),
        *((each, ec_key(each)) for each in ("ES256", "ES384", "ES512")),
    ],
)
def test_each_algorithm_that_is_configured_is_taken_and_no_other(
    start: Started, algorithm: str, key: Any
) -> None:
    service = start({"algorithms": [algorithm]})
    (start.folder / "keys.json").write_bytes(jwks(jwk(key, "k")))
    text = token(head={"alg": algorithm, "kid": "k"}, key=key)
    assert service.test_client().post(SERVICE, json=call(), headers=bearing(text)).status_code == 200
    other = {"RS256": "RS384"}.get(algorithm, "RS256")
    wrong = token(head={"alg": other, "kid": "k"}, key=rsa_key())
    assert service.test_client().post(SERVICE, json=call(), headers=bearing(wrong)).status_code == 401


# Replay.


def test_a_token_is_taken_once(start: Started, capsys: pytest.CaptureFixture[str]) -> None:
    client = start().test_client()
    text = token()
    first, second = (client.post(SERVICE, json=call(), headers=bearing(text)) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 401)
    assert '"reason": "replayed"' in capsys.readouterr().err


def test_a_token_that_was_refused_is_not_used_up(start: Started) -> None:
    client = start().test_client()
    text = token(jti="once")
    assert client.post(FEEDBACK, json={}, headers=bearing(text)).status_code == 401
    assert client.post(SERVICE, json=call(), headers=bearing(text)).status_code == 200


def test_a_client_that_reuses_its_token_as_inferno_does_has_a_switch(start: Started) -> None:
    client = start({"replay_check": "off"}).test_client()
    text = token()
    told = [client.post(SERVICE, json=call(), headers=bearing(text)).status_code for _ in range(3)]
    assert told == [200] * 3


class NoDatabase:
    def first_use(self, *_: object) -> bool:
        raise JournalUnavailable("OperationalError")

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("switch", "status"), [("on", 200), ("required", 503), ("off", 200)])
def test_without_the_database_calls_go_on_unless_the_check_is_required(
    start: Started, switch: str, status: int
) -> None:
    service = start({"replay_check": switch})
    check = ReplayCheck("sqlite:///x.db", opened=lambda _: NoDatabase())  # type: ignore[arg-type, return-value]
    service.gate = Gate(service.settings, lambda: NOW, check)
    response = ask(service.test_client())
    assert response.status_code == status
    if status == 503:
        assert code(response) == "replay-unchecked"
        assert response.headers["Retry-After"]
    assert check.counts.unchecked == (switch != "off")


def test_without_a_journal_calls_go_on(start: Started) -> None:
    client = start(database_url="none").test_client()
    assert ask(client).status_code == 200


# Keys that cannot be had.


def test_while_keys_were_never_to_be_had_the_answer_says_so_and_lets_nobody_in(
    start: Started, capsys: pytest.CaptureFixture[str]
) -> None:
    with FhirServer() as site:
        site.faults["jwks.json"] = answers(500)
        service = start({"jwks_file": ..., "jwks_url": f"{site.base}/jwks.json"})
        response = ask(service.test_client())
    assert (response.status_code, code(response)) == (503, "keys-unavailable")
    assert response.headers["Retry-After"]
    told = capsys.readouterr().err
    assert "http-500" in told
    assert "keys unavailable" in told


def test_a_key_that_the_ehr_made_just_now_is_found(start: Started) -> None:
    with FhirServer() as site:
        sets = [jwks(jwk(rsa_key("old"), "old")), jwks(jwk(rsa_key(), "canary-kid-rsa"))]
        site.faults["jwks.json"] = lambda request: request.send(sets.pop(0))
        service = start({"jwks_file": ..., "jwks_url": f"{site.base}/jwks.json"})
        client = service.test_client()
        old = token(head={"kid": "old"}, key=rsa_key("old"))
        assert client.post(SERVICE, json=call(), headers=bearing(old)).status_code == 200
        assert ask(client).status_code == 200
        removed = token(head={"kid": "old"}, key=rsa_key("old"))
        assert client.post(SERVICE, json=call(), headers=bearing(removed)).status_code == 401
        assert site.asked == ["/r4/jwks.json"] * 2


# What is refused before anything starts.

GOOD = {"name": "ehr", "issuer": ISSUER, "jwks_url": JWKS_URL}
SANDBOX = "https://sandbox.cds-hooks.org"


@pytest.mark.parametrize(
    ("clients", "named"),
    [
        ([GOOD | {"issuer": SANDBOX}], "clients.ehr.issuer"),
        ([GOOD | {"issuer": "https://SANDBOX.cds-hooks.org:443/x"}], "clients.ehr.issuer"),
        ([GOOD | {"issuer": f"{SANDBOX}./"}], "clients.0.issuer"),
        ([GOOD | {"jwks_url": f"{SANDBOX}/.well-known/jwks.json"}], "clients.ehr.jwks_url"),
        ([GOOD | {"jku": f"{SANDBOX}/.well-known/jwks.json"}], "clients.ehr.jku"),
        ([GOOD, GOOD | {"name": "two"}], "clients.ehr, clients.two: the same issuer"),
        ([GOOD | {"subject": "a"}, GOOD | {"name": "two"}], "the same issuer"),
        ([GOOD | {"subject": "a"}, GOOD | {"name": "two", "subject": "a"}], "the same issuer"),
        ([GOOD | {"subject": "a"}, GOOD | {"name": "two", "tenant": "a"}], "the same issuer"),
        ([GOOD | {"algorithms": []}], "clients.0.algorithms"),
        ([GOOD | {"algorithms": ["none"]}], "clients.0.algorithms"),
        ([GOOD | {"algorithms": ["HS256"]}], "clients.0.algorithms"),
        ([GOOD | {"algorithms": ["ES256K"]}], "clients.0.algorithms"),
        ([GOOD | {"audiences": [""]}], "clients.0.audiences"),
        ([GOOD | {"longest_token_life": 86401}], "clients.0.longest_token_life"),
        ([GOOD | {"replay_check": "maybe"}], "clients.0.replay_check"),
        ([GOOD | {"jwks_url": "https://ehr.example/a/../jwks.json"}], "clients.0.jwks_url"),
        ([GOOD | {"jwks_url": "http://ehr.example/jwks.json"}], "clients.0.jwks_url"),
    ],
)
def test_a_registration_that_would_not_be_safe_is_refused_by_name(
    clients: list[dict[str, Any]], named: str
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        settings_module.load(profile="production", public_base_url=BASE, clients=clients)
    assert named in str(refused.value)


def test_a_required_check_needs_a_journal() -> None:
    with pytest.raises(SettingsRefused, match=r"clients\.ehr\.replay_check"):
        settings_module.load(
            profile="production",
            public_base_url=BASE,
            database_url="none",
            clients=[GOOD | {"replay_check": "required"}],
        )


@pytest.mark.parametrize("member", ["subject", "tenant"])
def test_clients_of_one_issuer_that_can_be_told_apart_are_taken(member: str) -> None:
    clients = [GOOD | {member: "a"}, GOOD | {"name": "two", member: "b"}]
    found = settings_module.load(profile="production", public_base_url=BASE, clients=clients)
    assert len(found.clients) == 2


def test_the_issuer_is_kept_letter_by_letter() -> None:
    assert Client(name="a", issuer=f"{ISSUER}/").issuer == f"{ISSUER}/"


def test_the_sandbox_may_be_registered_in_development() -> None:
    assert len(settings_module.load(clients=[GOOD | {"issuer": SANDBOX}]).clients) == 1
