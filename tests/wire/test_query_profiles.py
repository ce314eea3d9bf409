"""Servers that refuse a broad search: one search for each category, each told apart from the others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec import Raw

from cards import knowledge
from cds_service.errors import SettingsRefused
from cds_service.query_profiles import CATEGORIES, SEARCHES
from cds_service.record import Record, read_record
from cds_service.settings import Client, Settings
from cds_service.sorting import State
from cds_service.wanted import wanted
from tests.wire.calls import EMPTY, bundle, condition, outcome, patient
from tests.wire.fhir_server import FhirServer, Request, answers
from tests.wire.test_fetch_failures import (
    AUTHORISATION,
    LONG,
    Log,
    answered,
    assert_complete,
    at,
    client_with,
    log,
)

__all__ = ["log"]

CONTENT = knowledge.load()
BROAD = wanted(CONTENT, 500)
BY_CATEGORY = wanted(CONTENT, 500, "by-category")
CONDITIONS = ("conditionsProblemListItem", "conditionsEncounterDiagnosis", "conditionsHealthConcern")


def of_category(text: str, category: str) -> dict[str, Any]:
    return condition(text, category, "2026-11-22T10:00:00Z", category=[{"coding": [{"code": category}]}])


PROBLEM = of_category("sudden weakness of right arm and right leg", "problem-list-item")
DIAGNOSIS = of_category("facial droop", "encounter-diagnosis")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return client_with(time_budget=LONG, clients=[{"name": "ehr", "query_profile": "by-category"}])


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    """Refuses a search for all Conditions or all Observations, as some servers do."""

    def picky(request: Request) -> None:
        if "category" in request.parameters:
            request.send_json(request.fhir.found(request.path))
        else:
            answers(400)(request)

    with FhirServer([patient(), PROBLEM, DIAGNOSIS]) as server:
        server.faults = {"Condition": picky, "Observation": picky}
        yield server


def read(values: dict[str, Any]) -> Record:
    given = {"patient": patient(), "encounters": EMPTY} | values
    return read_record({key: Raw(json.dumps(value).encode()) for key, value in given.items()}, BY_CATEGORY)


def conditions(**values: Any) -> State:
    return read(values).states["Condition"]


def test_each_category_has_its_search_and_all_else_is_as_before() -> None:
    templates = {each.key: each.template for each in BY_CATEGORY}
    for kind, categories in CATEGORIES.items():
        mine = [each for each in BY_CATEGORY if each.resource_type == kind]
        assert [re.findall(r"&category=([a-z-]+)&", each.template) for each in mine] == [
            [category] for category in categories
        ]
    others = {each.key: each.template for each in BROAD if each.resource_type not in CATEGORIES}
    assert others.items() <= templates.items()
    assert len(templates) == len(BY_CATEGORY) == len(others) + sum(map(len, CATEGORIES.values()))
    assert all(re.fullmatch(r"[A-Za-z]+", key) for key in templates)


def test_both_profiles_ask_for_the_same_types_as_the_content_needs() -> None:
    assert {each.resource_type for each in BROAD} == {each.resource_type for each in BY_CATEGORY}
    assert {each.resource_type for each in BROAD} <= SEARCHES.keys()
    flagged = [
        {each.resource_type for each in every if each.could_hold_red_flag} for every in (BROAD, BY_CATEGORY)
    ]
    assert flagged[0] == flagged[1]


def test_discovery_lists_the_searches_of_the_client(client: FlaskClient) -> None:
    (service,) = client.get("/cds-services").get_json()["services"]
    assert service["prefetch"] == {each.key: each.template for each in BY_CATEGORY}


def test_the_broad_profile_is_the_default() -> None:
    assert Settings(clients=(Client(name="a"),)).caller.query_profile == "broad"


@pytest.mark.parametrize(
    ("values", "state"),
    [
        (dict.fromkeys(CONDITIONS, EMPTY), State.EMPTY),
        ({**dict.fromkeys(CONDITIONS, EMPTY), CONDITIONS[1]: bundle(DIAGNOSIS)}, State.GIVEN),
        ({CONDITIONS[0]: bundle(PROBLEM)}, State.PARTIAL),
        ({CONDITIONS[0]: bundle(PROBLEM), CONDITIONS[1]: outcome(), CONDITIONS[2]: EMPTY}, State.PARTIAL),
        ({**dict.fromkeys(CONDITIONS, EMPTY), CONDITIONS[2]: bundle(PROBLEM, total=2)}, State.PARTIAL),
        (dict.fromkeys(CONDITIONS, outcome()), State.FAILED),
        ({}, State.MISSING),
        # One key for all of the type, under the broad name or that of the type
        ({"conditions": bundle(PROBLEM)}, State.GIVEN),
        ({"Condition": EMPTY}, State.EMPTY),
        ({"conditions": outcome()}, State.FAILED),
        # Other names: as many keys as there are searches, and none of ours
        ({"LW1": bundle(PROBLEM), "LW2": bundle(PROBLEM), "LW3": bundle(DIAGNOSIS)}, State.GIVEN),
        ({"LW1": bundle(PROBLEM), "LW2": bundle(DIAGNOSIS)}, State.PARTIAL),
        ({"LW1": bundle(PROBLEM), CONDITIONS[1]: EMPTY, CONDITIONS[2]: EMPTY}, State.PARTIAL),
        ({"LW1": bundle(PROBLEM), **dict.fromkeys(CONDITIONS, EMPTY)}, State.GIVEN),
    ],
)
def test_the_searches_of_one_type_are_told_apart(values: dict[str, Any], state: State) -> None:
    record = read(values)
    assert record.states["Condition"] is state
    named = [each.what for each in record.unread]
    assert named.count("Condition") == (state not in {State.GIVEN, State.EMPTY})


def test_only_what_lacks_is_fetched(client: FlaskClient, fhir: FhirServer, log: Log) -> None:
    given = {each.key: EMPTY for each in BY_CATEGORY} | {"patient": patient(), CONDITIONS[0]: outcome()}
    assert_complete(answered(client, at(fhir, given)), log)
    assert fhir.asked == ["/r4/Condition?patient=p1&category=problem-list-item&_count=500"]


def test_a_server_that_refuses_broad_searches_is_read_by_category(
    client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    assert_complete(answered(client, at(fhir, {})), log)
    assert len(fhir.asked_for("Observation")) == len(CATEGORIES["Observation"])


def test_one_search_of_several_that_failed_leaves_the_type_partly_assessed(
    client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    def without_concerns(request: Request) -> None:
        if request.parameters["category"] == "health-concern":
            answers(403)(request)
        else:
            request.send_json(request.fhir.found(request.path))

    fhir.faults["Condition"] = without_concerns
    cards = answered(client, at(fhir, {}))
    assert cards[0]["indicator"] == "critical"
    assert cards[0]["extension"]["org.leg-weakness-cds.assessment"]["notAssessed"] == ["Condition"]
    assert {key: code for key, code in log.fetched.items() if code != "complete"} == {
        CONDITIONS[2]: "forbidden"
    }


def test_a_scope_for_one_category_covers_its_search_wholly(
    client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    given = {each.key: EMPTY for each in BY_CATEGORY if each.resource_type != "Condition"}
    scope = {"scope": "patient/Condition.rs?category=http://x|problem-list-item"}
    answered(client, at(fhir, given | {"patient": patient()}, fhirAuthorization=AUTHORISATION | scope))
    assert fhir.asked == ["/r4/Condition?patient=p1&category=problem-list-item&_count=500"]
    assert log.fetched == {CONDITIONS[0]: "complete"} | dict.fromkeys(CONDITIONS[1:], "not-covered")


def test_a_category_that_the_ehr_never_gives_is_left_out_by_its_key(fhir: FhirServer, log: Log) -> None:
    ehr = {"name": "ehr", "query_profile": "by-category", "not_offered": CONDITIONS[1:]}
    client = client_with(time_budget=LONG, clients=[ehr])
    (service,) = client.get("/cds-services").get_json()["services"]
    assert CONDITIONS[0] in service["prefetch"]
    assert not {*CONDITIONS[1:]} & service["prefetch"].keys()
    assert_complete(answered(client, at(fhir, {})), log)
    assert len(fhir.asked_for("Condition")) == 1


@pytest.mark.parametrize("profile", ["broad", "by-category"])
def test_a_search_for_a_whole_type_is_left_out_by_its_type_only(profile: str) -> None:
    with pytest.raises(SettingsRefused, match="conditions"):
        client_with(clients=[{"name": "a", "query_profile": profile, "not_offered": ["conditions"]}])
