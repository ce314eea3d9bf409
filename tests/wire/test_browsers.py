"""The CDS Hooks sandbox runs in a browser: without these headers it shows "All clear!" for everything."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cds_service.app import create_app
from cds_service.settings import Client, Settings
from tests.wire.calls import SERVICE, call, refusal

ORIGIN = {"Origin": "https://sandbox.cds-hooks.org"}
PREFLIGHT = ORIGIN | {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type",
}


@pytest.mark.parametrize("path", ["/cds-services", SERVICE, "/cds-services//leg-weakness", "/cds-services/"])
def test_a_preflight_is_answered_for_discovery_and_service(client: FlaskClient, path: str) -> None:
    response = client.options(path, headers=PREFLIGHT)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    allowed = {name.strip().lower() for name in response.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type"} <= allowed
    assert {"GET", "POST"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))


@pytest.mark.parametrize("path", ["/cds-services", SERVICE, f"{SERVICE}/feedback"])
@pytest.mark.parametrize("asked", [{}, {"Access-Control-Request-Method": "POST"}])
def test_what_may_be_sent_is_named_even_where_it_was_not_asked(
    client: FlaskClient, path: str, asked: dict[str, str]
) -> None:
    """Whoever looks at a service by hand sends no more than an Origin."""
    response = client.options(path, headers=ORIGIN | asked)
    assert response.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"


def test_answers_and_refusals_can_be_read_by_the_page(client: FlaskClient) -> None:
    answers = [
        client.get("/cds-services", headers=ORIGIN),
        client.post(SERVICE, json=call(), headers=ORIGIN),
        client.post(SERVICE, data=b"", headers=ORIGIN),
        client.post(SERVICE, json={}, headers=ORIGIN),
        client.get("/nowhere", headers=ORIGIN),
        client.put(SERVICE, headers=ORIGIN),
    ]
    assert [each.status_code for each in answers] == [200, 200, 415, 400, 404, 405]
    assert all(each.headers["Access-Control-Allow-Origin"] == "*" for each in answers)
    assert not any("Access-Control-Allow-Credentials" in each.headers for each in answers)


def production(*origins: str) -> FlaskClient:
    ehr = Client(
        name="ehr", issuer="https://ehr.example", jwks_url="https://ehr.example/jwks.json", origins=origins
    )
    settings = Settings(profile="production", public_base_url="https://cds.example", clients=(ehr,))
    return create_app(settings).test_client()


def test_in_production_only_registered_origins_are_let_in() -> None:
    client = production("https://ehr.example")
    known = client.get("/cds-services", headers={"Origin": "https://ehr.example"})
    other = client.get("/cds-services", headers=ORIGIN)
    assert known.headers["Access-Control-Allow-Origin"] == "https://ehr.example"
    assert "Access-Control-Allow-Origin" not in other.headers
    assert "Access-Control-Allow-Origin" not in production().get("/cds-services", headers=ORIGIN).headers


def test_production_answers_nobody_without_a_valid_token_but_says_that_it_is_there() -> None:
    response = production().post(SERVICE, json=call(), headers={"Authorization": "Bearer e30.e30.e30"})
    said = refusal(response)
    assert (said["status"], said["code"]) == (401, "not-trusted")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert production().get("/cds-services").status_code == 401
    assert production().get("/healthz").status_code == 200
