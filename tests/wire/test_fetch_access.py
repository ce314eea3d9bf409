"""From which server a call may be completed, with which token, and what of it the token covers."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.access import Access, access
from cds_service.addresses import place
from cds_service.hooks import FhirAuthorization, HookCall, open_call, read_call
from cds_service.reasons import Reason
from cds_service.settings import Client
from tests.wire.calls import bundle, call, condition, everything, patient, post, refusal
from tests.wire.fhir_server import TLS, FhirServer
from tests.wire.test_fetch_failures import (
    AUTHORISATION,
    LATER,
    LONG,
    TOKEN,
    WEAK,
    Log,
    answered,
    assert_complete,
    assert_named,
    at,
    client_with,
    fhir,
    log,
    patient_client,
)

__all__ = ["fhir", "log", "patient_client"]

EHR = "https://ehr.example/api/FHIR/R4"


def made(server: str | None = EHR, authorisation: Any = AUTHORISATION) -> HookCall:
    body = json.dumps(call(fhirServer=server, fhirAuthorization=authorisation)).encode()
    assert open_call(body).fhirAuthorization == read_call(body).fhirAuthorization
    return open_call(body)


def judged(server: str | None = EHR, authorisation: Any = AUTHORISATION, **client: Any) -> Access | Reason:
    ehr = Client(name="ehr", fhir_servers=(EHR,), **client)
    return access(made(server, authorisation), ehr, in_production=True)


@pytest.mark.parametrize(
    "server", [EHR, f"{EHR}/", "https://EHR.example/api/FHIR/R4", "https://ehr.example:443/api/FHIR/R4"]
)
def test_a_registered_server_may_be_read(server: str) -> None:
    found = judged(server)
    assert isinstance(found, Access)
    assert found.place == place(EHR)
    assert found.token == TOKEN
    assert TOKEN not in repr(found)


@pytest.mark.parametrize(
    "server",
    [
        "http://ehr.example/api/FHIR/R4",
        "https://ehr.example:8443/api/FHIR/R4",
        "https://ehr.example/api/FHIR",
        "https://ehr.example/api/FHIR/R4/x",
        "https://ehr.example/api/fhir/R4",
        "https://ehr.example.evil.example/api/FHIR/R4",
        "https://evil.example/api/FHIR/R4",
        "https://user@ehr.example/api/FHIR/R4",
        "https://ehr.example@evil.example/api/FHIR/R4",
        "https://ehr.example/api/FHIR/R4?",
        "https://ehr.example/api/FHIR/R4#",
        "https://ehr.example/api/FHIR/R4?x=1",
        "https://ehr.example/api/x/../FHIR/R4",
        "https://ehr.example\\@evil.example/api/FHIR/R4",
        "https://ehr.example\t/api/FHIR/R4",
        " https://ehr.example/api/FHIR/R4",
        "https://ehr.exаmple/api/FHIR/R4",
        "https://ehr.example:x/api/FHIR/R4",
        "https://127.0.0.1/api/FHIR/R4",
        "ehr.example/api/FHIR/R4",
        "file:///api/FHIR/R4",
        "https://[/api/FHIR/R4",
    ],
)
def test_any_other_server_may_not(server: str) -> None:
    assert judged(server) is Reason.NOT_REGISTERED


@pytest.mark.parametrize("server", [None, ""])
def test_without_a_server_there_is_none(server: str | None) -> None:
    assert judged(server) is Reason.NO_SERVER


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"token_type": "MAC"}, Reason.TOKEN_UNUSABLE),
        ({"token_type": None}, Reason.TOKEN_UNUSABLE),
        ({"access_token": ""}, Reason.TOKEN_UNUSABLE),
        ({"access_token": None}, Reason.TOKEN_UNUSABLE),
        ({"access_token": "a b"}, Reason.TOKEN_UNUSABLE),
        ({"access_token": "a\r\nX-Evil: 1"}, Reason.TOKEN_UNUSABLE),
        ({"access_token": "a\n"}, Reason.TOKEN_UNUSABLE),
        ({"access_token": "ä"}, Reason.TOKEN_UNUSABLE),
        ({"access_token": "x" * 20_000}, Reason.TOKEN_UNUSABLE),
        ({"expires_in": 0}, Reason.TOKEN_UNUSABLE),
        ({"expires_in": -5}, Reason.TOKEN_UNUSABLE),
        ({"patient": "p2"}, Reason.TOKEN_OF_ANOTHER_PATIENT),
        ({"patient": ""}, Reason.TOKEN_OF_ANOTHER_PATIENT),
    ],
)
def test_a_token_that_is_odd_or_for_another_patient_is_not_sent(change: Any, reason: Reason) -> None:
    assert judged(authorisation=AUTHORISATION | change) is reason


@pytest.mark.parametrize(
    "change",
    [
        {"token_type": "bearer"},
        {"patient": "p1"},
        {"patient": None},
        {"expires_in": 299.5},
        {"subject": None},
        {"scope": None},
        {"extension": {"x": [1]}},
    ],
)
def test_what_ehrs_leave_out_or_add_is_tolerated(change: Any) -> None:
    assert isinstance(judged(authorisation=AUTHORISATION | change), Access)


def test_production_reads_an_open_server_only_when_told_so() -> None:
    assert judged(authorisation=None) is Reason.NO_TOKEN
    found = judged(authorisation=None, open_fhir_server=True)
    assert isinstance(found, Access)
    assert found.token is None


@pytest.mark.parametrize(
    ("server", "allowed"),
    [
        ("http://127.0.0.1:9151/fhir", True),
        ("http://[::1]:9151/fhir", True),
        ("http://localhost:9151/fhir", False),
        ("http://127.0.0.1.evil.example/fhir", False),
        ("http://10.0.0.1/fhir", False),
        ("https://ehr.example/fhir", False),
    ],
)
def test_development_reads_any_server_at_a_literal_loopback_address(server: str, allowed: bool) -> None:
    found = access(made(server, None), Client(name="anybody"), in_production=False)
    assert isinstance(found, Access) is allowed


def test_nobody_sees_a_token_that_was_read() -> None:
    assert TOKEN not in repr(made())
    assert TOKEN not in str(made().fhirAuthorization)
    assert TOKEN not in f"{FhirAuthorization(access_token=TOKEN)!r}"


@pytest.mark.parametrize(
    "given",
    [
        {"fhirAuthorization": "Bearer canary-token-4711"},
        {"fhirAuthorization": [AUTHORISATION]},
        {"fhirAuthorization": AUTHORISATION | {"access_token": 7}},
        {"fhirAuthorization": AUTHORISATION | {"token_type": {}}},
        {"fhirAuthorization": AUTHORISATION | {"expires_in": "300"}},
        {"fhirAuthorization": AUTHORISATION | {"scope": ["patient/*.rs"]}},
        {"fhirAuthorization": AUTHORISATION | {"subject": 7}},
        {"fhirAuthorization": AUTHORISATION | {"patient": 7}},
        {"fhirServer": 7},
        {"fhirServer": [EHR]},
    ],
)
def test_a_member_of_another_type_is_no_valid_call(patient_client: FlaskClient, given: Any) -> None:
    response = post(patient_client, call(**given))
    assert refusal(response)["code"] == "not-a-hook-call"
    assert TOKEN not in response.text


def test_two_tokens_are_no_valid_call(patient_client: FlaskClient) -> None:
    body = json.dumps(call(fhirAuthorization=AUTHORISATION)).replace(
        '"scope"', '"access_token": "b", "scope"'
    )
    assert refusal(post(patient_client, body.encode()))["code"] == "duplicate-member"


@pytest.mark.parametrize(
    "change",
    [
        {"fhirServer": "https://evil.example/fhir"},
        {"fhirAuthorization": AUTHORISATION | {"access_token": "a b"}},
        {"fhirAuthorization": AUTHORISATION | {"patient": "p2"}},
        {"fhirAuthorization": {}},
    ],
)
def test_whatever_keeps_it_from_fetching_the_prefetch_is_assessed(
    patient_client: FlaskClient, fhir: FhirServer, log: Log, change: Any
) -> None:
    given = {"patient": patient(), "conditions": bundle(WEAK)}
    cards = answered(patient_client, at(fhir, given, **change))
    assert cards[0]["indicator"] == "critical"
    assert "Observation" in cards[0]["extension"]["org.leg-weakness-cds.assessment"]["notAssessed"]
    assert fhir.asked == []
    assert len([line for line in log.lines() if line["level"] == "warning" and line.get("reason")]) == 1


def test_a_server_that_is_not_registered_is_said_in_the_log_and_on_the_card(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    (card,) = answered(patient_client, at(fhir, fhirServer="https://evil.example/fhir"))
    assert "not given by the EHR; its server is not registered here" in card["detail"]
    assert [line["event"] for line in log.lines()].count("fhir server not registered") == 1


def test_a_call_without_data_makes_one_think_of_its_endpoint(patient_client: FlaskClient, log: Log) -> None:
    assert refusal(post(patient_client, call({})))["status"] == 412
    assert any(line["event"].startswith("context arrived without data") for line in log.lines())
    post(patient_client, call({"patient": patient()}))
    assert not any(line["event"].startswith("context arrived without data") for line in log.lines())


# Scopes


def scoped(fhir: FhirServer, scope: str, **prefetch: Any) -> Any:
    return at(fhir, prefetch or None, fhirAuthorization=AUTHORISATION | {"scope": scope})


def test_what_the_scope_does_not_cover_is_not_asked_for_and_named(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    (card,) = answered(patient_client, scoped(fhir, "launch patient/Observation.rs"))
    assert fhir.asked == []
    assert "the access that came with the call does not cover it" in card["detail"]
    assert log.fetched == {"conditions": "not-covered"}


def test_what_it_covers_is_asked_for(patient_client: FlaskClient, fhir: FhirServer, log: Log) -> None:
    assert_complete(answered(patient_client, scoped(fhir, "patient/Condition.read")), log)


def test_a_scope_without_resources_means_that_the_server_decides(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    assert_complete(answered(patient_client, scoped(fhir, "launch openid")), log)


def test_a_restricted_scope_is_asked_for_with_its_restriction_and_stays_partial(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    of = {"category": [{"coding": [{"code": "problem-list-item"}]}]}
    fhir.resources = [patient(), WEAK | of, LATER]
    scope = "patient/Condition.rs?category=problem-list-item patient/Condition.rs?category=health-concern"
    cards = answered(patient_client, scoped(fhir, scope))
    assert cards[0]["indicator"] == "critical"
    assert sorted(each.partition("category=")[2] for each in fhir.asked) == [
        "health-concern",
        "problem-list-item",
    ]
    assert log.fetched == {"conditions": "not-covered"}
    assert cards[0]["extension"]["org.leg-weakness-cds.assessment"]["notAssessed"] == ["Condition"]


def test_a_part_that_was_looked_through_and_is_empty_is_a_part_and_not_nothing(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    fhir.resources = [patient()]
    body = scoped(fhir, "patient/Condition.rs?category=problem-list-item") | {"prefetch": None}
    (card,) = answered(patient_client, body)
    assert card["source"]["topic"]["code"] == "LegWeaknessIncomplete"
    assert "only a part was given; the access that came with the call does not cover it" in card["detail"]


# Servers by name, and TLS


@pytest.fixture
def secure() -> Iterator[FhirServer]:
    with FhirServer([patient(), WEAK], tls=True) as server:
        yield server


def over_tls(server: FhirServer, host: str, ca_file: Path | None) -> FlaskClient:
    base = server.base.replace("http://127.0.0.1", f"https://{host}")
    ehr = {"name": "ehr", "fhir_servers": [base], "ca_file": ca_file}
    return client_with(time_budget=LONG, clients=[ehr])


def test_a_server_is_read_over_tls_with_the_authority_of_the_site(secure: FhirServer, log: Log) -> None:
    base = secure.base.replace("http://127.0.0.1", "https://localhost")
    client = over_tls(secure, "localhost", TLS / "certificate.pem")
    assert_complete(answered(client, at(secure, fhirServer=base)), log)
    assert secure.headers[0]["Host"] == base.removeprefix("https://").removesuffix("/r4")


@pytest.mark.parametrize(("host", "ca_file"), [("localhost", None), ("127.0.0.1", TLS / "certificate.pem")])
def test_a_server_for_which_nobody_vouches_gets_no_token(
    secure: FhirServer, log: Log, host: str, ca_file: Path | None
) -> None:
    base = secure.base.replace("http://127.0.0.1", f"https://{host}")
    cards = answered(over_tls(secure, host, ca_file), at(secure, fhirServer=base))
    assert_named(cards, log, Reason.TLS, "conditions")
    assert secure.asked == []


def test_a_handshake_that_does_not_end_is_not_waited_for(log: Log) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection, and says nothing
        base = f"https://127.0.0.1:{silent.getsockname()[1]}/r4"
        client = client_with(time_budget=0.3, clients=[{"name": "ehr", "fhir_servers": [base]}])
        given = {key: value for key, value in everything().items() if key != "conditions"}
        cards = answered(client, call(given, fhirServer=base))
        assert_named(cards, log, Reason.TIMEOUT, "conditions")


def test_the_token_is_only_sent_below_the_base_of_the_server(fhir: FhirServer) -> None:
    """Whatever happens, each request that was made went to the registered path."""
    client = client_with(time_budget=LONG)
    answered(client, at(fhir, {}))
    assert fhir.asked
    assert all(each.startswith("/r4/") for each in fhir.asked)


def test_a_name_that_leads_inside_is_not_read_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    from cds_service.fhir import Failed, Line, Watch

    found = judged()
    assert isinstance(found, Access)
    for inside in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1%eth0"):
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (inside, 443))])  # noqa: B023
        with pytest.raises(Failed) as failed:
            Line(found, Watch(LONG, lambda: 0.0, 1000), 1000).get("/x")
        assert failed.value.reason is Reason.PRIVATE_ADDRESS


# Medications by reference


def order(reference: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "subject": {"reference": "Patient/p1"},
        "status": "active",
        "intent": "order",
        "authoredOn": "2026-11-01",
        "medicationReference": reference,
    }


MEDICATION = {"resourceType": "Medication", "id": "med1", "code": {"text": "Simvastatin 40 mg"}}
ACHING = condition("aching weak thighs", "ache", "2026-11-15")


def with_order(reference: Any, *more: Any) -> dict[str, Any]:
    return everything(conditions=bundle(ACHING), medications=bundle(order(reference), *more))


def says_statin(cards: Any) -> bool:
    return "imvastatin" in json.dumps(cards)


@pytest.mark.parametrize("form", ["Medication/med1", "{base}/Medication/med1", "Medication/med1/_history/2"])
def test_a_medicine_that_is_named_by_reference_alone_is_read(
    patient_client: FlaskClient, fhir: FhirServer, form: str
) -> None:
    fhir.resources = [MEDICATION]
    prefetch = with_order({"reference": form.format(base=fhir.base)})
    assert says_statin(answered(patient_client, at(fhir, prefetch)))
    assert fhir.asked == ["/r4/Medication/med1"]
    assert not says_statin(answered(patient_client, call(prefetch)))


@pytest.mark.parametrize(
    "prefetch",
    [
        with_order({"reference": "Medication/med1", "display": "Simvastatin"}),
        with_order({"reference": "Medication/med1"}, MEDICATION),
        with_order({"reference": "#med1"}),
        with_order({"reference": "urn:uuid:7e6a2a3c-0000-4000-8000-000000000000"}),
        with_order({"reference": "https://ehr.example/fhir/Medication/med1"}),
        with_order({"reference": "Medication/../../admin"}),
        with_order({"reference": "Patient/p2"}),
        with_order({"display": "Simvastatin"}),
        with_order(7),
    ],
)
def test_no_other_reference_is_followed(
    patient_client: FlaskClient, fhir: FhirServer, prefetch: dict[str, Any]
) -> None:
    answered(patient_client, at(fhir, prefetch))
    assert fhir.asked == []


def test_a_medicine_that_cannot_be_read_is_named(patient_client: FlaskClient, fhir: FhirServer) -> None:
    from tests.wire.fhir_server import answers

    fhir.faults["Medication"] = answers(404)
    cards = answered(patient_client, at(fhir, with_order({"reference": "Medication/med1"})))
    first = cards[0]["extension"]["org.leg-weakness-cds.assessment"]
    assert first["notAssessed"] == ["MedicationRequest"]


def test_registered_servers_are_read_in_development_too(fhir: FhirServer, log: Log) -> None:
    registered = client_with(time_budget=LONG, clients=[{"name": "ehr", "fhir_servers": [fhir.base]}])
    assert_complete(answered(registered, at(fhir)), log)
