"""The demo FHIR server: valid FHIR, what its own statement promises, nothing ignored in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import pytest
from fhir.resources.R4B import get_fhir_model_class
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service import fixtures
from cds_service.app import Service, create_app
from cds_service.demo.parameters import SEARCHED
from cds_service.demo.search import date_of
from cds_service.settings import Client, Settings

BASE = "http://127.0.0.1:8000/demo/fhir"
NOW = datetime(2026, 11, 20, 14, 41, 20, tzinfo=UTC)
HOUR = NOW.replace(minute=0, second=0)
MESSY = "lw-messy"
NAMES = fixtures.names()
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def served() -> Service:
    return create_app(Settings(), lambda: NOW)


@pytest.fixture
def client(served: Service) -> FlaskClient:
    served.clock = lambda: NOW
    return served.test_client()


def resource(response: TestResponse, status: int = 200) -> dict[str, Any]:
    """The resource answered, found valid; those of the messy chart are not, and are left out of it first."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/fhir+json"
    found: dict[str, Any] = response.get_json()
    tidy = dict(found)
    if found["resourceType"] == "Bundle":
        tidy["entry"] = [each for each in found.get("entry", []) if MESSY not in each["fullUrl"]]
        tidy = {name: value for name, value in tidy.items() if value != []}
    get_fhir_model_class(found["resourceType"]).model_validate(tidy)
    return found


def search(client: FlaskClient, query: str) -> dict[str, Any]:
    return resource(client.get(f"/demo/fhir/{query}"))


def ids(bundle: dict[str, Any]) -> list[str]:
    return [entry["resource"]["id"] for entry in bundle.get("entry", [])]


def link(bundle: dict[str, Any], relation: str) -> str | None:
    return next((each["url"] for each in bundle["link"] if each["relation"] == relation), None)


def refused(client: FlaskClient, query: str) -> str:
    """What the refusal says."""
    (issue,) = resource(client.get(f"/demo/fhir/{query}"), 400)["issue"]
    assert issue["details"]["coding"][0]["code"] == "search-refused"
    says: str = issue["diagnostics"]
    return says


def chart(name: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in fixtures.chart(name, HOUR)["entry"]]


# What there is


def test_every_resource_of_every_fixture_can_be_read(client: FlaskClient) -> None:
    for each in (each for name in NAMES for each in chart(name)):
        response = client.get(f"/demo/fhir/{each['resourceType']}/{each['id']}")
        assert response.get_json() == each
        assert response.mimetype == "application/fhir+json"


@pytest.mark.parametrize("name", NAMES)
def test_the_searches_of_discovery_find_the_whole_chart_and_no_other(client: FlaskClient, name: str) -> None:
    patient, *_ = chart(name)
    prefetch = client.get("/cds-services").get_json()["services"][0]["prefetch"]
    for key, template in prefetch.items():
        query = template.replace("{{context.patientId}}", patient["id"])
        expected = [each for each in chart(name) if {each["resourceType"]} == fixtures.PREFETCH_KEYS[key]]
        found = resource(client.get(f"/demo/fhir/{query}"))
        if found["resourceType"] == "Patient":
            assert found == patient
        else:
            assert sorted(ids(found)) == sorted(each["id"] for each in expected)
            assert found["total"] == len(expected)
            assert link(found, "next") is None


def test_the_statement_lists_every_type_of_the_fixtures_and_each_parameter_is_answered(
    client: FlaskClient,
) -> None:
    statement = search(client, "metadata")
    assert statement["fhirVersion"] == "4.0.1"
    assert statement["implementation"]["url"] == BASE
    listed = {each["type"]: each for each in statement["rest"][0]["resource"]}
    assert set(listed) == {each["resourceType"] for name in NAMES for each in chart(name)}
    for name, each in listed.items():
        assert {one["code"] for one in each["interaction"]} == {"read", "search-type"}
        for parameter in each["searchParam"]:
            assert search(client, f"{name}?{parameter['name']}=there-is-none")["total"] == 0
        assert ("_sort" in each.get("documentation", "")) == bool(SEARCHED[name].date)


def test_every_patient_can_be_chosen_from_the_first_page_of_the_sandbox(client: FlaskClient) -> None:
    found = search(client, "Patient")
    assert found["total"] == len(ids(found)) == len(NAMES)
    for entry in found["entry"]:
        assert entry["resource"]["name"][0]["given"][0]
        assert entry["resource"]["name"][0]["family"]
        assert entry["resource"]["birthDate"]
        assert entry["fullUrl"] == f"{BASE}/Patient/{entry['resource']['id']}"


# Searches


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Patient?name=tram", ["lw-hemi"]),
        ("Patient?name=synth&_id=lw-hemi,lw-disc", ["lw-disc", "lw-hemi"]),
        ("Condition?patient=Patient/lw-saddle&code=23056005", ["lw-saddle-sciatica"]),
        (
            f"Condition?subject={BASE}/Patient/lw-saddle&code=http://snomed.info/sct|279039007",
            ["lw-saddle-back-pain"],
        ),
        ("Condition?patient=lw-saddle&code=urn:other|279039007", []),
        ("Condition?patient=lw-saddle&code=|279039007", []),
        ("Condition?patient=lw-saddle&patient=lw-hemi", []),
        ("Observation?subject=lw-saddle&status=final&code=449813001", ["lw-saddle-saddle-numbness"]),
        ("Observation?patient=lw-saddle&status=preliminary", []),
    ],
)
def test_a_search_finds(client: FlaskClient, query: str, found: list[str]) -> None:
    assert ids(search(client, query)) == found


def test_the_categories_together_find_what_a_search_without_finds_where_each_has_one(
    client: FlaskClient,
) -> None:
    everything = search(client, "Observation?patient=lw-saddle&_count=500")
    codes = {
        coding["code"]
        for entry in everything["entry"]
        for category in entry["resource"].get("category", [])
        for coding in category["coding"]
    }
    assert len(codes) > 2
    by_one = [ids(search(client, f"Observation?patient=lw-saddle&category={code}")) for code in sorted(codes)]
    at_once = search(client, f"Observation?patient=lw-saddle&category={','.join(sorted(codes))}")
    assert sorted(chain.from_iterable(by_one)) == sorted(ids(at_once)) == sorted(ids(everything))


def test_active_conditions_are_told_from_others(client: FlaskClient) -> None:
    for entry in search(client, "Condition?clinical-status=resolved&_count=500")["entry"]:
        assert entry["resource"]["clinicalStatus"]["coding"][0]["code"] == "resolved"
    everything = search(client, "Condition")["total"]
    assert 0 < search(client, "Condition?clinical-status=active")["total"] < everything


def test_newest_first_and_oldest_first(client: FlaskClient) -> None:
    newest = search(client, "Observation?patient=lw-saddle&_sort=-date")
    written = [entry["resource"]["effectiveDateTime"] for entry in newest["entry"]]
    days = [each[:10] for each in written]
    assert days == sorted(days, reverse=True)
    assert len(set(written)) > 3
    oldest = search(client, "Observation?patient=lw-saddle&_sort=date")
    days_again = [entry["resource"]["effectiveDateTime"][:10] for entry in oldest["entry"]]
    assert days_again == sorted(days)


def test_what_has_no_date_comes_last_either_way(client: FlaskClient) -> None:
    observations = [each for each in chart("messy-chart") if each["resourceType"] == "Observation"]
    without = [each["id"] for each in observations if date_of(each, "effective") is None]
    assert without
    for way in ("date", "-date"):
        found = ids(search(client, f"Observation?patient=lw-messy&_sort={way}"))
        assert len(found) == len(observations)
        assert found[-len(without) :] == without


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ({"effectiveDateTime": "2026-11-20T14:41:00+01:00"}, "2026-11-20T13:41:00+00:00"),
        ({"effectiveDateTime": "2026-11-20T14:41:00Z"}, "2026-11-20T14:41:00+00:00"),
        ({"effectiveDateTime": "2026-11-20"}, "2026-11-20T00:00:00+00:00"),
        ({"effectivePeriod": {"start": "2026-11-20", "end": "2026-11-21"}}, "2026-11-20T00:00:00+00:00"),
        ({"effective": {"start": "2026-11-20"}}, "2026-11-20T00:00:00+00:00"),
        ({"effectivePeriod": {"end": "2026-11-21"}}, None),
        ({"effectiveDateTime": "2026-02-31"}, None),
        ({"effectiveDateTime": 20261120}, None),
        ({}, None),
    ],
)
def test_a_date_is_when_it_was_or_began(written: dict[str, Any], date: str | None) -> None:
    found = date_of(written, "effective")
    assert found == (datetime.fromisoformat(date) if date else None)


def test_a_posted_search_is_the_same_search(client: FlaskClient) -> None:
    posted = client.post(
        "/demo/fhir/Observation/_search",
        data="patient=lw-hemi&_sort=-date&_count=500",
        content_type=f"{FORM};charset=utf-8",
    )
    assert resource(posted) == search(client, "Observation?patient=lw-hemi&_sort=-date&_count=500")
    other = client.post("/demo/fhir/Observation/_search", json={"patient": "lw-hemi"})
    assert resource(other, 415)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("Condition?patient=lw-hemi&date=ge2026-01-01", "date: not known for Condition"),
        ("Condition?patient=lw-hemi&_sort=-date", "_sort: this server sorts"),
        ("Observation?patient=lw-hemi&_sort=-code", "_sort: this server sorts"),
        ("Observation?patient=lw-hemi&_include=Observation:encounter", "_include: not known"),
        ("Observation?code:in=http://example.org/set", "code:in: not known"),
        ("Observation?value-quantity=gt5", "value-quantity: not known"),
        ("Observation?patient=", "patient: a value is empty"),
        ("Observation?code=a,,b", "code: a value is empty"),
        ("Observation?_count=all", "_count: must be"),
        ("Observation?_count=5&_count=6", "given twice"),
        ("Observation?_page=2026112014", "_page: there is no such page"),
        ("Observation?_page=2026112011-5", "_page: there is no such page"),
        ("Observation?_page=2026112015-5", "_page: there is no such page"),
        ("Observation?_format=xml", "_format: this server speaks JSON"),
        ("Observation?%3Cscript%3E=1", "A parameter: not known"),
    ],
)
def test_what_is_not_known_is_refused(client: FlaskClient, query: str, says: str) -> None:
    assert refused(client, query).startswith(says) or says in refused(client, query)


@pytest.mark.parametrize(
    "path", ["Patient/nobody", "Medication?patient=lw-hemi", "Medication/1", "Patient/_search"]
)
def test_what_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    (issue,) = resource(client.get(f"/demo/fhir/{path}"), 404)["issue"]
    assert issue["code"] == "not-found"


def test_nothing_can_be_written(client: FlaskClient) -> None:
    for answer in (
        client.post("/demo/fhir/Patient", json={"resourceType": "Patient"}),
        client.put("/demo/fhir/Patient/lw-hemi", json={}),
        client.delete("/demo/fhir/Patient/lw-hemi"),
    ):
        assert resource(answer, 405)["resourceType"] == "OperationOutcome"
        assert "GET" in answer.headers["Allow"]


# Pages


def pages(client: FlaskClient, query: str) -> Iterator[dict[str, Any]]:
    address: str | None = f"{BASE}/{query}"
    while address:
        parts = urlsplit(address)
        assert address.startswith(f"{BASE}/")
        yield (page := resource(client.get(f"{parts.path}?{parts.query}")))
        assert link(page, "self") == address
        address = link(page, "next")


@pytest.mark.parametrize("count", [1, 5, 7])
def test_pages_bring_everything_once_in_the_same_order(client: FlaskClient, count: int) -> None:
    whole = search(client, "Observation?patient=lw-hemi&_sort=-date&_count=500")
    found = list(pages(client, f"Observation?patient=lw-hemi&_sort=-date&_count={count}"))
    assert {page["total"] for page in found} == {whole["total"]}
    assert list(chain.from_iterable(map(ids, found))) == ids(whole)
    assert {len(ids(page)) for page in found[:-1]} == {count}


def test_a_later_page_shows_the_charts_as_the_first_did(served: Service, client: FlaskClient) -> None:
    whole = search(client, "Observation?patient=lw-hemi&_count=500")["entry"]
    turning = pages(client, "Observation?patient=lw-hemi&_count=5")
    entries = next(turning)["entry"]
    served.clock = lambda: NOW + timedelta(hours=1)
    for page in turning:
        entries += page["entry"]
    assert entries == whole
    assert search(client, "Observation?patient=lw-hemi&_count=500")["entry"] != whole


def test_a_page_is_not_kept_for_ever(served: Service, client: FlaskClient) -> None:
    after = link(search(client, "Observation?_count=5"), "next")
    assert after
    served.clock = lambda: NOW + timedelta(hours=2)
    assert "no longer" in refused(client, after.removeprefix(f"{BASE}/"))


def test_within_an_hour_nothing_changes(served: Service, client: FlaskClient) -> None:
    first = search(client, "Observation?patient=lw-hemi")
    served.clock = lambda: HOUR + timedelta(minutes=59, seconds=59)
    assert search(client, "Observation?patient=lw-hemi") == first
    served.clock = lambda: HOUR + timedelta(hours=1)
    assert search(client, "Observation?patient=lw-hemi") != first


def test_a_count_of_nothing_is_the_total_alone(client: FlaskClient) -> None:
    found = search(client, "Observation?patient=lw-hemi&_count=0")
    assert found["total"] > 5
    assert ids(found) == []
    assert link(found, "next") is None


def test_without_a_count_a_long_list_comes_in_pages(client: FlaskClient) -> None:
    found = search(client, "Observation")
    assert len(ids(found)) == 100 < found["total"]
    assert link(found, "next")


# The web


def test_links_name_the_address_of_the_settings_whatever_the_host_header_says(client: FlaskClient) -> None:
    answer = client.get("/demo/fhir/Condition?patient=lw-hemi&_count=1", headers={"Host": "evil.example"})
    assert "evil" not in answer.text
    assert link(resource(answer), "self") == f"{BASE}/Condition?patient=lw-hemi&_count=1"


@pytest.mark.parametrize(
    "accept",
    ["application/json+fhir", "application/fhir+json", "*/*", "application/fhir+json; fhirVersion=4.0"],
)
def test_any_accept_header_is_answered(client: FlaskClient, accept: str) -> None:
    for path in ("metadata", "Patient/lw-hemi", "Condition?_format=application/fhir+json"):
        assert resource(client.get(f"/demo/fhir/{path}", headers={"Accept": accept}))


def test_a_browser_is_let_in(client: FlaskClient) -> None:
    origin = {"Origin": "http://localhost:8080"}
    asks = {"Access-Control-Request-Headers": "accept, authorization, content-type, prefer"}
    for path, method in (("Patient/lw-hemi", "GET"), ("Condition", "GET"), ("Condition/_search", "POST")):
        preflight = origin | asks | {"Access-Control-Request-Method": method}
        response = client.options(f"/demo/fhir/{path}", headers=preflight)
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
        assert set(asks["Access-Control-Request-Headers"].split(", ")) <= set(allowed)
        assert method in response.headers["Access-Control-Allow-Methods"]
    for path in ("metadata", "Patient/nobody", "Condition?nonsense=1", "Condition"):
        answer = client.get(f"/demo/fhir/{path}", headers=origin)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_service_itself_allows_no_more_headers_than_before(client: FlaskClient) -> None:
    asks = {
        "Origin": "http://localhost:8080",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type, prefer",
    }
    response = client.options("/cds-services/leg-weakness", headers=asks)
    assert "prefer" not in response.headers["Access-Control-Allow-Headers"].lower()


def test_head_is_a_get_without_its_body(client: FlaskClient) -> None:
    for path in ("metadata", "Patient/lw-hemi", "Condition?patient=lw-hemi"):
        got, head = client.get(f"/demo/fhir/{path}"), client.head(f"/demo/fhir/{path}")
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == got.headers["Content-Length"]


@pytest.mark.parametrize("path", ["metadata", "Patient", "Patient/lw-hemi", "Condition?patient=lw-hemi"])
def test_in_production_there_is_no_demo(path: str) -> None:
    ehr = Client(name="ehr", issuer="https://ehr.example", jwks_url="https://ehr.example/jwks.json")
    settings = Settings(profile="production", public_base_url="https://cds.example", clients=(ehr,))
    assert create_app(settings).test_client().get(f"/demo/fhir/{path}").status_code == 404
