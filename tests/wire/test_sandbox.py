"""A tester opens the demo patients in the CDS Hooks sandbox and sees what the fixtures say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import fixtures
from cds_service.app import Service, create_app
from cds_service.settings import Settings
from tests.wire.calls import SERVICE, post
from tests.wire.sandbox import Sandbox

HERE = "http://127.0.0.1:8000"
LEG_WEAKNESS = f"{HERE}{SERVICE}"
NOW = datetime(2026, 11, 20, 15, 59, 50, tzinfo=UTC)
"""Shortly before the charts move on to the next hour."""
HOUR = NOW.replace(minute=0, second=0)


@pytest.fixture(scope="module")
def served() -> Service:
    return create_app(Settings(), lambda: NOW)


@pytest.fixture
def client(served: Service) -> FlaskClient:
    served.clock = lambda: NOW
    return served.test_client()


@pytest.fixture
def sandbox(client: FlaskClient) -> Sandbox:
    opened = Sandbox(client)
    opened.change_fhir_server(f"{HERE}/demo/fhir")
    opened.add_services(f"{HERE}/cds-services")
    return opened


def as_seen(cards: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    """All of the cards but their uuids, which are new with each call."""
    return [{name: value for name, value in card.items() if name != "uuid"} for card in cards]


def patient_of(name: str) -> str:
    identity: str = fixtures.call(name, HOUR)["context"]["patientId"]
    return identity


@pytest.mark.parametrize("name", fixtures.names())
def test_a_patient_that_is_opened_gives_the_cards_of_the_fixture(
    client: FlaskClient, sandbox: Sandbox, name: str
) -> None:
    assert patient_of(name) in sandbox.patients()
    sandbox.change_patient(patient_of(name))
    own = post(client, fixtures.call(name, HOUR)).get_json()["cards"]
    assert as_seen(sandbox.cards(LEG_WEAKNESS)) == as_seen(own)


@pytest.mark.parametrize("name", fixtures.names())
def test_the_first_card_stays_the_same_for_the_whole_hour(
    served: Service, sandbox: Sandbox, name: str
) -> None:
    sandbox.change_patient(patient_of(name))
    late = sandbox.cards(LEG_WEAKNESS)
    served.clock = lambda: HOUR
    early = sandbox.cards(LEG_WEAKNESS)
    assert [(card["indicator"], card["summary"]) for card in early[:1]] == [
        (card["indicator"], card["summary"]) for card in late[:1]
    ]


def test_pressing_the_tab_again_gives_the_same_cards(served: Service, sandbox: Sandbox) -> None:
    sandbox.change_patient("lw-hemi")
    first = sandbox.cards(LEG_WEAKNESS)
    served.clock = lambda: NOW + timedelta(seconds=9)
    again = sandbox.cards(LEG_WEAKNESS)
    for card in (again[0], first[0]):
        del card["extension"]["org.leg-weakness-cds.assessment"]["asOf"]  # not shown
    assert as_seen(again) == as_seen(first)
    assert {card["uuid"] for card in again}.isdisjoint(card["uuid"] for card in first)


def test_a_discovery_address_typed_with_a_slash_works_too(client: FlaskClient) -> None:
    sandbox = Sandbox(client)
    sandbox.change_fhir_server(f"{HERE}/demo/fhir")
    sandbox.add_services(f"{HERE}/cds-services/")
    (service,) = sandbox.services
    assert service == f"{HERE}/cds-services//leg-weakness"
    sandbox.change_patient("lw-saddle")
    assert sandbox.cards(service)[0]["indicator"] == "critical"


def test_the_call_is_that_of_the_sandbox(sandbox: Sandbox) -> None:
    """No fhirAuthorization, no encounterId, and every search of discovery answered."""
    sandbox.change_patient("lw-quiet")
    call = sandbox.call(LEG_WEAKNESS)
    assert set(call) == {"hookInstance", "hook", "fhirServer", "context", "prefetch"}
    assert set(call["context"]) == {"patientId", "userId"}
    assert set(call["prefetch"]) == set(sandbox.services[LEG_WEAKNESS]) == set(fixtures.PREFETCH_KEYS)


def test_a_template_that_cannot_be_filled_or_is_refused_is_a_missing_key(sandbox: Sandbox) -> None:
    sandbox.services["of others"] = {
        "visit": "Encounter/{{context.encounterId}}",
        "refused": "Observation?patient={{context.patientId}}&value-quantity=gt5",
        "patient": "Patient/{{context.patientId}}",
    }
    sandbox.change_patient("lw-hemi")
    assert set(sandbox.call("of others")["prefetch"]) == {"patient"}


def test_dismissing_a_card_is_taken_with_and_without_a_reason(service: Service) -> None:
    sandbox = Sandbox(service.test_client())
    sandbox.change_fhir_server(f"{HERE}/demo/fhir")
    sandbox.add_services(f"{HERE}/cds-services")
    sandbox.change_patient("lw-hemi")
    first, *_ = sandbox.cards(LEG_WEAKNESS)
    for reason in (None, first["overrideReasons"][0]):
        assert 200 <= sandbox.dismiss(LEG_WEAKNESS, first, reason).status_code < 300
