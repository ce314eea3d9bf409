"""That a record was used is told to the site's audit, as FHIR AuditEvents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import answer, fixtures
from cds_service.app import Service, create_app
from cds_service.recording import MOMENT
from cds_service.settings import Settings
from tests.watch.audits import (
    BALP,
    DESTINATION,
    SOURCE,
    USER,
    agents,
    entities,
    flushed,
    patient_of,
    query_of,
    received,
)
from tests.watch.conftest import Make
from tests.wire.calls import HOOK_INSTANCE, SERVICE, call, everything, patient, post
from tests.wire.ehr import ISSUER, Started, bearing, token
from tests.wire.fhir_server import FhirServer, answers
from tests.wire.test_fetch_failures import AUTHORISATION, TOKEN, WEAK

LONG = 30.0


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Service, FhirServer]]:
    """One service for all, as nothing of a call stays in it."""
    with FhirServer() as sink:
        settings = {"audit": {"url": sink.base}, "time_budget": LONG, "database_url": "none"}
        made = create_app(Settings.model_validate(settings))
        yield made, sink
        made.audit.close()


@pytest.fixture
def sink(shared: tuple[Service, FhirServer]) -> FhirServer:
    assert flushed(shared[0])
    shared[1].posted.clear()
    return shared[1]


@pytest.fixture
def ehr() -> Iterator[FhirServer]:
    with FhirServer([patient(), WEAK]) as made:
        yield made


@pytest.fixture
def service(shared: tuple[Service, FhirServer]) -> Service:
    return shared[0]


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return service.test_client()


def told(service: Service, sink: FhirServer) -> list[dict[str, Any]]:
    assert flushed(service)
    return received(sink)


def fetching(ehr: FhirServer, *missing: str, **changes: Any) -> dict[str, Any]:
    given = {key: value for key, value in everything().items() if key not in missing}
    return call(given, fhirServer=ehr.base, fhirAuthorization=AUTHORISATION, **changes)


def test_without_the_setting_nothing_is_made(make: Make) -> None:
    service = make()
    assert post(service.test_client(), call()).status_code == 200
    assert service.audit.writers == {}


def test_a_call_is_told_once_with_patient_user_call_and_how_it_was_answered(
    client: FlaskClient, service: Service, sink: FhirServer
) -> None:
    response = post(client, call())
    (event,) = told(service, sink)
    assert "meta" not in event, "a hook call is no FHIR interaction, and claims no profile of one"
    assert (event["type"]["code"], event["subtype"][0]["code"]) == ("110112", "patient-view")
    assert (event["action"], event["outcome"]) == ("E", "0")
    assert patient_of(event) == "Patient/p1"
    assert agents(event)[USER]["who"] == {"reference": "Practitioner/dr1", "type": "Practitioner"}
    assert agents(event)[SOURCE]["who"] == {"display": "anybody"}
    assert agents(event)[DESTINATION]["network"]["address"] == service.settings.base_url
    (of_call,) = entities(event, "24")
    assert of_call["what"]["identifier"]["value"] == HOOK_INSTANCE
    details = {each["type"]: each["valueString"] for each in of_call["detail"]}
    content = service.desk.knowledge
    assert details == {
        "mode": "visible",
        "resource types": "Patient",
        "content": f"{content.version} {content.digest}",
    }
    (request_id,) = [each for each in event["entity"] if each["type"]["code"] == "XrequestId"]
    assert request_id["what"]["identifier"]["value"] == response.headers["X-Request-Id"]


def test_no_word_of_the_record_and_no_card_is_told(
    client: FlaskClient, service: Service, sink: FhirServer
) -> None:
    response = post(client, fixtures.call("sudden-right-sided-weakness", MOMENT))
    assert response.get_json()["cards"]
    told(service, sink)
    ((_, body),) = sink.posted
    for word in ("weakness", "LegWeakness", "stroke", "rf_", "critical"):
        assert word.encode() not in body.replace(b"leg-weakness-cds", b"")
    assert len(body) < 4096


def test_every_fixture_gives_a_valid_event(client: FlaskClient, service: Service, sink: FhirServer) -> None:
    for name in fixtures.names():
        assert post(client, fixtures.call(name, MOMENT)).status_code == 200
    assert len(told(service, sink)) == len(fixtures.names())


def test_what_is_fetched_is_told_as_queries_and_reads_of_the_patterns(
    client: FlaskClient, service: Service, sink: FhirServer, ehr: FhirServer
) -> None:
    assert post(client, fetching(ehr, "conditions", "patient")).get_json()["cards"]
    of_call, *others = told(service, sink)
    by_profile = {each["meta"]["profile"][0]: each for each in others}
    assert by_profile.keys() == {f"{BALP}PatientQuery", f"{BALP}PatientRead"}
    query, read = by_profile[f"{BALP}PatientQuery"], by_profile[f"{BALP}PatientRead"]
    (asked,) = ehr.asked_for("Condition")
    assert query_of(query) == f"GET {ehr.origin}{asked}"
    assert entities(read, "4")[0]["what"]["reference"] == f"{ehr.base}/Patient/p1"
    for each in (of_call, query, read):
        assert patient_of(each) == f"{ehr.base}/Patient/p1"
        assert agents(each)[USER]["who"]["reference"] == f"{ehr.base}/Practitioner/dr1"
    assert agents(query)[SOURCE]["network"]["address"] == service.settings.base_url
    assert agents(query)[DESTINATION]["network"]["address"] == ehr.base
    assert agents(read)[SOURCE]["network"]["address"] == ehr.base
    assert not any(TOKEN.encode() in body or b"Bearer" in body for _, body in sink.posted)


@pytest.mark.parametrize(("status", "told_as"), [(403, ("4", "forbidden")), (500, ("8", "server-error"))])
def test_a_search_that_failed_is_told_with_its_reason_and_claims_no_profile(
    status: int, told_as: tuple[str, str], service: Service, sink: FhirServer, ehr: FhirServer
) -> None:
    ehr.faults["Condition"] = answers(status)
    post(service.test_client(), fetching(ehr, "conditions"))
    of_call, query = told(service, sink)
    assert of_call["outcome"] == "0"
    assert (query["outcome"], query["outcomeDesc"]) == told_as
    assert "meta" not in query


def test_a_search_that_was_never_sent_is_not_told(
    client: FlaskClient, service: Service, sink: FhirServer, ehr: FhirServer
) -> None:
    nothing = AUTHORISATION | {"scope": "patient/Observation.rs"}
    post(client, fetching(ehr, "conditions") | {"fhirAuthorization": nothing})
    assert len(told(service, sink)) == 1
    assert ehr.asked == []


def test_a_call_without_a_record_is_told_with_what_was_asked_for_it(
    client: FlaskClient, service: Service, sink: FhirServer, ehr: FhirServer
) -> None:
    ehr.faults |= {each.resource_type: answers(403) for each in service.desk.wanted if each.clinical}
    body = call(fhirServer=ehr.base, fhirAuthorization=AUTHORISATION)
    assert post(client, body | {"prefetch": None}).status_code == 412
    of_call, *asked = told(service, sink)
    assert (of_call["outcome"], of_call["outcomeDesc"]) == ("4", "record-unavailable")
    assert len(asked) == len(ehr.asked)
    assert {each["outcome"] for each in asked} == {"0", "4"}


def test_an_answer_that_is_incomplete_by_a_defect_is_told_so(
    client: FlaskClient, service: Service, sink: FhirServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "_read_chart", None)
    assert post(client, call()).status_code == 200
    (event,) = told(service, sink)
    assert (event["outcome"], event["outcomeDesc"]) == ("8", "evidence failed")


def test_a_defect_of_the_audit_takes_no_card_away(
    client: FlaskClient, service: Service, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cds_service.watch.audit.events", None)
    response = post(client, fixtures.call("sudden-right-sided-weakness", datetime.now(UTC)))
    assert response.get_json()["cards"][0]["indicator"] == "critical"
    assert '"stage": "audit"' in capfd.readouterr().err


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("PractitionerRole/r1", {"reference": "PractitionerRole/r1", "type": "PractitionerRole"}),
        (
            "https://ehr.example/fhir/Practitioner/7",
            {"reference": "https://ehr.example/fhir/Practitioner/7", "type": "Practitioner"},
        ),
        ("dr-who", {"identifier": {"value": "dr-who"}}),
        ("Observation/1", {"identifier": {"value": "Observation/1"}}),
        ("x" * 201, None),
        ("Dr\nWho", None),
        ("", None),
        (None, None),
    ],
)
def test_the_user_is_told_as_the_call_names_him(
    said: str | None, who: Any, client: FlaskClient, service: Service, sink: FhirServer
) -> None:
    context = {"patientId": "p1", "userId": said}
    assert post(client, call(context=context)).status_code == 200
    (event,) = told(service, sink)
    if who is None:
        assert USER not in agents(event)
        assert agents(event)[SOURCE]["requestor"], "the machine that asked"
    else:
        assert agents(event)[USER]["who"] == who


def test_an_event_stays_small_whatever_the_call_is(
    client: FlaskClient, service: Service, sink: FhirServer, ehr: FhirServer
) -> None:
    onward = f"{ehr.base}/Condition?page={'x' * 20_000}"
    partial = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "next", "url": onward}],
        "entry": [{"resource": WEAK}],
    }
    body = call(everything(conditions=partial), fhirServer=ehr.base, fhirAuthorization=AUTHORISATION)
    post(client, body | {"hookInstance": "x" * 1_000_000})
    of_call, query = told(service, sink)
    assert "what" not in entities(of_call, "24")[0]
    assert query_of(query) == f"GET {ehr.base}/Condition"
    assert all(len(body) < 4096 for _, body in sink.posted)


def test_what_uses_no_record_is_not_told(make: Make, sink: FhirServer, tmp_path: Path) -> None:
    switches = tmp_path / "switches.toml"
    switches.write_text("off = true")
    service = make(audit={"url": sink.base}, switches_file=switches)
    client = service.test_client()
    assert post(client, call()).get_json() == {"cards": []}, "switched off, it opens no call"
    switches.write_text("")
    service.modes.file.look()
    assert post(client, call(hook="order-sign")).status_code == 400
    assert post(client, b"{").status_code == 400
    done = {"card": HOOK_INSTANCE, "outcome": "accepted", "outcomeTimestamp": "2026-11-20T12:00:00Z"}
    assert client.post(f"{SERVICE}/feedback", json={"feedback": [done]}).status_code == 200
    assert client.get("/cds-services").status_code == 200
    assert told(service, sink) == []


def test_in_production_the_ehr_is_told_by_its_issuer_and_references_lead_to_its_server(
    start: Started, sink: FhirServer
) -> None:
    fhir = "https://ehr.example/api/FHIR/R4"
    service = start({"fhir_servers": (fhir,)}, audit={"url": sink.base})
    response = post(service.test_client(), call(), headers=bearing(token()))
    assert response.status_code == 200
    (event,) = told(service, sink)
    source = agents(event)[SOURCE]
    assert (source["who"]["identifier"]["value"], source["who"]["display"]) == (ISSUER, "main")
    assert source["network"] == {"address": ISSUER, "type": "5"}
    assert patient_of(event) == f"{fhir}/Patient/p1"
    assert agents(event)[USER]["who"]["reference"] == f"{fhir}/Practitioner/dr1"
    assert event["source"]["site"] == "cds.example"
    unknown = call(fhirServer="https://elsewhere.example/fhir")
    assert post(service.test_client(), unknown, headers=bearing(token())).status_code == 200
    assert patient_of(told(service, sink)[1]) == f"{fhir}/Patient/p1", (
        "of a server that is not registered nothing"
    )
