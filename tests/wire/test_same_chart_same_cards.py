"""A chart gives the same cards however it comes: by prefetch, by fetching, in pages, under other names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import fixtures
from cds_service.app import create_app
from cds_service.settings import Client, Settings
from tests.wire.calls import post
from tests.wire.fhir_server import FhirServer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings(time_budget=30), lambda: NOW).test_client()


@pytest.fixture(scope="module")
def fhir() -> Iterator[FhirServer]:
    with FhirServer() as server:
        yield server


def cards(client: FlaskClient, call: Any, **how: Any) -> list[dict[str, Any]]:
    response = post(client, json.dumps(call, **how).encode())
    assert response.status_code == 200, response.text
    return [
        {name: value for name, value in card.items() if name != "uuid"}
        for card in response.get_json()["cards"]
    ]


def load(fhir: FhirServer, name: str, page_size: int | None = None) -> None:
    fhir.resources = [entry["resource"] for entry in fixtures.chart(name, NOW)["entry"]]
    fhir.page_size = page_size
    fhir.asked.clear()


def without(call: dict[str, Any], *keys: str) -> dict[str, Any]:
    return call | {"prefetch": {key: value for key, value in call["prefetch"].items() if key not in keys}}


@pytest.mark.parametrize("name", fixtures.names())
def test_the_same_cards_however_the_chart_comes(client: FlaskClient, fhir: FhirServer, name: str) -> None:
    call = fixtures.call(name, NOW)
    expected = cards(client, call)
    at = call | {"fhirServer": fhir.base}
    load(fhir, name)

    assert cards(client, at) == expected
    assert fhir.asked == [], "a full prefetch is not fetched again"

    half = [key for number, key in enumerate(call["prefetch"]) if number % 2]
    assert cards(client, without(at, *half)) == expected
    assert cards(client, at | {"prefetch": {}}) == expected
    alone = {key: value for key, value in at.items() if key != "prefetch"}
    assert cards(client, alone) == expected

    load(fhir, name, page_size=2)
    assert cards(client, alone) == expected
    first_pages = {key: first_page(fhir, value) for key, value in call["prefetch"].items()}
    assert cards(client, at | {"prefetch": first_pages}) == expected

    renamed = {f"LW {key} 1": value for key, value in call["prefetch"].items()}
    assert cards(client, at | {"prefetch": renamed}) == expected
    assert cards(client, call, indent=4) == expected
    fhir.indent = 4
    assert cards(client, alone) == expected
    fhir.indent = None


def first_page(fhir: FhirServer, value: Any) -> Any:
    """As an EHR sends it that gives the first page of a search only."""
    if not isinstance(value, dict) or value["resourceType"] != "Bundle" or not value["total"]:
        return value
    kind = value["entry"][0]["resource"]["resourceType"]
    return fhir.found(f"/r4/{kind}?patient=x")


HOME = {"Condition": "problem-list-item", "Observation": "exam"}


@pytest.mark.parametrize(
    "name", ["sudden-right-sided-weakness", "sciatica-with-saddle-numbness", "quiet-chart"]
)
def test_the_same_cards_when_asked_by_category(fhir: FhirServer, name: str) -> None:
    ehr = Client(name="ehr", query_profile="by-category")
    client = create_app(Settings(time_budget=30, clients=(ehr,)), lambda: NOW).test_client()
    load(fhir, name, page_size=2)
    for each in fhir.resources:
        if each["resourceType"] in HOME:
            each["category"] = [{"coding": [{"code": HOME[each["resourceType"]]}]}]
    call = fixtures.call(name, NOW)
    expected = cards(
        client, call | {"prefetch": fixtures.prefetch_from(fhir.resources, fixtures.PREFETCH_KEYS)}
    )
    alone = {key: value for key, value in call.items() if key != "prefetch"} | {"fhirServer": fhir.base}
    assert cards(client, alone) == expected
    assert all("category=" in each for each in fhir.asked_for("Observation"))
