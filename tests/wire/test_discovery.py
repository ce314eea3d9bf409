"""What an EHR learns of the service, and that its analyst can copy every search."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from cds_service import fixtures
from cds_service.app import create_app
from cds_service.settings import Settings
from tests.wire.calls import OUR_KEYS, empty_members

TOKENS = {"context.patientId"}


@pytest.fixture(scope="module")
def prefetch(service: object) -> dict[str, str]:
    (offered,) = create_app(Settings()).test_client().get("/cds-services").get_json()["services"]
    templates: dict[str, str] = offered["prefetch"]
    return templates


def test_discovery_offers_one_service_for_patient_view(client: FlaskClient) -> None:
    response = client.get("/cds-services")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    document = response.get_json()
    (offered,) = document["services"]
    assert (offered["hook"], offered["id"]) == ("patient-view", "leg-weakness")
    assert {"title", "description", "usageRequirements"} <= offered.keys()
    assert not list(empty_members(document))


@pytest.mark.parametrize("path", ["/cds-services/", "//cds-services", "/cds-services"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_discovery_is_found_however_it_is_typed(client: FlaskClient, path: str, method: str) -> None:
    assert client.open("/", method=method, environ_overrides={"PATH_INFO": path}).status_code == 200


def test_the_patient_is_read_and_all_else_is_searched(prefetch: dict[str, str]) -> None:
    assert prefetch["patient"] == "Patient/{{context.patientId}}"
    assert set(prefetch) == {"patient", *OUR_KEYS}
    for key in OUR_KEYS:
        assert re.match(r"[A-Z][A-Za-z]+\?patient=\{\{context\.patientId\}\}&", prefetch[key]), key


def test_templates_ask_only_what_every_ehr_understands(prefetch: dict[str, str]) -> None:
    """CDS Hooks 2.0, Prefetch query restrictions; and no parameter twice, which the sandbox joins."""
    for key, template in prefetch.items():
        assert len(template) < 2000, key
        assert set(re.findall(r"\{\{(.*?)\}\}", template)) <= TOKENS, key
        names = [name for name, _ in parse_qsl(urlsplit(template).query)]
        assert len(names) == len(set(names)), key
        assert set(names) <= {"patient", "_sort", "_count"}, key


def test_a_finding_without_category_or_status_is_reachable(prefetch: dict[str, str]) -> None:
    assert "category" not in prefetch["observations"]
    assert "status" not in prefetch["conditions"]
    assert "_sort=-date" in prefetch["observations"]


def test_how_many_are_asked_for_is_a_setting() -> None:
    asked = create_app(Settings(prefetch_count=77)).test_client().get("/cds-services").get_json()
    assert "_count=77" in asked["services"][0]["prefetch"]["conditions"]


def test_the_fixtures_give_exactly_these_keys(prefetch: dict[str, str]) -> None:
    assert set(fixtures.PREFETCH_KEYS) == set(prefetch)


def test_health_names_the_content(client: FlaskClient) -> None:
    health = client.get("/healthz").get_json()
    assert health["status"] == "ok"
    assert health["content"]["digest"].startswith("sha256:")


def test_discovery_names_the_content_as_cards_do(client: FlaskClient) -> None:
    (offered,) = client.get("/cds-services").get_json()["services"]
    health = client.get("/healthz").get_json()
    assert offered["extension"] == {"org.leg-weakness-cds.content": health["content"]}
