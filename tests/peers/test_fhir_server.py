"""Our searches are understood by a FHIR server that we did not write, and what it gives makes the same cards.

Its known limits (version 5.2.13): it validates nothing, and answers a search parameter that it does not know
with no hits instead of an error. So it is compared with what the fixtures hold, never with nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import fixtures
from cds_service.app import create_app
from cds_service.settings import Settings
from tests.peers import peer
from tests.wire.calls import post

pytestmark = pytest.mark.fhir

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
NAMES = fixtures.names()


def chart(name: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in fixtures.chart(name, NOW)["entry"]]


def about(resource: Mapping[str, Any], patient: str) -> bool:
    """Whether it says that it is about the patient: only then is it found; here in plain text too."""
    said = resource.get("subject") or resource.get("patient")
    return f"Patient/{patient}" == (said.get("reference") if isinstance(said, dict) else said)


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with peer.running() as address:
        peer.load(address, (each for name in NAMES for each in chart(name)))
        yield address


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings(), lambda: NOW).test_client()


@pytest.fixture(scope="module")
def templates(client: FlaskClient) -> dict[str, str]:
    found: dict[str, str] = client.get("/cds-services").get_json()["services"][0]["prefetch"]
    return found


def resources(bundle: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle.get("entry", [])]


def plain(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the server writes itself, and without the nulls that it leaves out."""
    kept: dict[str, Any] = _kept({name: value for name, value in resource.items() if name != "meta"})
    return kept


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _kept(inner) for name, inner in value.items() if inner is not None}
    return [_kept(each) for each in value] if isinstance(value, list) else value


@cache
def found_there(base: str, query: str) -> dict[str, Any]:
    return peer.get(base, query)


def filled(templates: Mapping[str, str], patient: str) -> dict[str, str]:
    """The searches for one patient, by prefetch key."""
    return {key: each.replace("{{context.patientId}}", patient) for key, each in templates.items()}


@pytest.mark.parametrize("name", NAMES)
def test_every_template_finds_what_the_fixture_has(base: str, templates: dict[str, str], name: str) -> None:
    patient, *others = chart(name)
    assert set(templates) == set(fixtures.PREFETCH_KEYS)
    for key, query in filled(templates, patient["id"]).items():
        found = found_there(base, query)
        if key == "patient":
            assert plain(found) == plain(patient)
            continue
        (kind,) = fixtures.PREFETCH_KEYS[key]
        held = {
            each["id"]: plain(each)
            for each in others
            if each["resourceType"] == kind and about(each, patient["id"])
        }
        assert {each["id"]: plain(each) for each in resources(found)} == held
        assert found["total"] == len(held)


@pytest.mark.parametrize("name", ["messy-chart", "quiet-chart", "sudden-right-sided-weakness"])
def test_a_posted_search_finds_the_same(base: str, templates: dict[str, str], name: str) -> None:
    """As the sandbox posts its searches first."""
    for query in filled(templates, chart(name)[0]["id"]).values():
        if "?" in query:
            assert resources(peer.post_search(base, query)) == resources(found_there(base, query))


def test_the_newest_come_first_so_that_a_count_cuts_off_the_oldest(base: str) -> None:
    bundle = peer.get(base, "Observation?patient=lw-hemi&_sort=-date&_count=500")
    dates = [each["effectiveDateTime"] for each in resources(bundle)]
    assert len(set(dates)) > 2
    assert [each[:10] for each in dates] == sorted((each[:10] for each in dates), reverse=True)
    first = peer.get(base, "Observation?patient=lw-hemi&_sort=-date&_count=2")
    assert [each["id"] for each in resources(first)] == [each["id"] for each in resources(bundle)[:2]]
    assert first["total"] == len(dates)


def cards(client: FlaskClient, call: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = post(client, call)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["cards"]
    return found


def found_by_searches(name: str) -> dict[str, Any]:
    """The full prefetch of a fixture with what any server finds: what is about somebody else it does not."""
    call = fixtures.call(name, NOW)
    patient, *others = chart(name)
    own = [patient, *(each for each in others if about(each, patient["id"]))]
    return call | {"prefetch": fixtures.prefetch_from(own, fixtures.PREFETCH_KEYS)}


@pytest.mark.parametrize("name", NAMES)
def test_prefetched_from_it_the_cards_are_those_of_the_fixture(
    base: str, client: FlaskClient, templates: dict[str, str], name: str
) -> None:
    call = fixtures.call(name, NOW)
    patient = call["context"]["patientId"]
    prefetch = {key: found_there(base, query) for key, query in filled(templates, patient).items()}
    assert cards(client, call | {"prefetch": prefetch}) == cards(client, found_by_searches(name))


@pytest.mark.parametrize("name", NAMES)
def test_fetched_from_it_the_cards_are_those_of_the_fixture(
    base: str, client: FlaskClient, name: str
) -> None:
    """The call brings no prefetch and no token: an open server on this machine, as development lets in."""
    call = {key: value for key, value in fixtures.call(name, NOW).items() if key != "prefetch"}
    assert cards(client, call | {"fhirServer": base}) == cards(client, found_by_searches(name))
