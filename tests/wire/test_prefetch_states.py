"""Given, empty, missing, failed, partial: what each part of the prefetch says, whatever its key is called."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec import Raw

from cards import knowledge
from cds_service.errors import RecordUnavailable
from cds_service.record import Record, read_record
from cds_service.sorting import State
from cds_service.wanted import wanted
from tests.wire.calls import (
    EMPTY,
    OUR_KEYS,
    bundle,
    call,
    cards,
    condition,
    everything,
    outcome,
    patient,
    post,
    refusal,
)

WANTED = wanted(knowledge.load(), 500)
NEXT = [
    {"relation": "self", "url": "https://ehr.example/1"},
    {"relation": "next", "url": "https://ehr.example/2"},
]
ODD = condition("odd") | {"id": 7}


def read(values: dict[str, Any], not_offered: tuple[str, ...] = ()) -> Record:
    return read_record({key: raw(value) for key, value in values.items()}, WANTED, not_offered)


def raw(value: Any) -> Raw:
    return value if isinstance(value, Raw) else Raw(json.dumps(value).encode())


def conditions(value: Any) -> State:
    return read(everything(conditions=value)).states["Condition"]


def unread(record: Record) -> dict[str, str]:
    return {each.what: each.why for each in record.unread}


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (bundle(condition("a")), State.GIVEN),
        (bundle(condition("a"), type="collection"), State.GIVEN),
        (bundle(condition("a"), total=1), State.GIVEN),
        (bundle(condition("a"), outcome("information"), total=1), State.GIVEN),
        (bundle(bundle(condition("a")), type="batch-response"), State.GIVEN),
        (bundle(condition("a"), "Snowdrop"), State.GIVEN),
        (None, State.EMPTY),
        (EMPTY, State.EMPTY),
        ({"resourceType": "Bundle"}, State.EMPTY),
        (bundle(total=0), State.EMPTY),
        (EMPTY | {"entry": None}, State.EMPTY),
        (bundle(outcome("warning"), mode="outcome", total=0), State.EMPTY),
        (bundle(condition("a"), outcome("success")), State.GIVEN),
        (condition("a"), State.PARTIAL),
        (bundle(condition("a"), link=NEXT), State.PARTIAL),
        (bundle(condition("a"), total=2), State.PARTIAL),
        (bundle(condition("a"), total=2) | {"entry": [{"resource": condition("a")}, 7]}, State.GIVEN),
        (bundle(condition("a"), 7, link=NEXT), State.PARTIAL),
        (bundle(total=3), State.PARTIAL),
        (bundle(condition("a"), outcome()), State.PARTIAL),
        (bundle(condition("a"), link=NEXT, total="1"), State.PARTIAL),
        (bundle(condition("a"), link=[{"relation": None}, *NEXT]), State.PARTIAL),
        (bundle(condition("a"), link=NEXT[1]), State.PARTIAL),
        (bundle(condition("a"), total="2"), State.PARTIAL),
        (bundle(condition("a"), total=True, link=NEXT), State.PARTIAL),
        (outcome(), State.FAILED),
        (outcome("information"), State.FAILED),
        (outcome("ERROR"), State.FAILED),
        (outcome() | {"issue": []}, State.FAILED),
        (outcome() | {"issue": [{"severity": {}}]}, State.FAILED),
        (bundle(outcome("ERROR"), mode="outcome", total=0), State.FAILED),
        (outcome("fatal"), State.FAILED),
        ({"resourceType": "OperationOutcome"}, State.FAILED),
        (bundle(outcome(), mode="outcome"), State.FAILED),
        ([condition("a")], State.PARTIAL),
        ([bundle(condition("a"))], State.PARTIAL),
        ([], State.FAILED),
        ([7, "x", [condition("a")]], State.FAILED),
        ("<html>", State.FAILED),
        (5, State.FAILED),
        ({}, State.FAILED),
        ({"resourceType": "Bundle", "entry": "Snowdrop"}, State.FAILED),
        ({"resourceType": "Bundle", "entry": [1, 2]}, State.FAILED),
        ({"resourceType": "Bundle", "entry": [{"response": {"status": "404 Not Found"}}]}, State.FAILED),
        ({"resourceType": "Bundle", "entry": [{"response": {"status": " 404"}}]}, State.FAILED),
        ({"resourceType": "Bundle", "entry": [{"response": {"outcome": outcome()}}]}, State.FAILED),
        ({"resourceType": "Bundle", "entry": [{"response": {"outcome": outcome("warning")}}]}, State.EMPTY),
    ],
)
def test_the_state_of_a_key(value: Any, state: State) -> None:
    assert conditions(value) is state


def test_a_key_that_did_not_come_is_missing() -> None:
    record = read({"patient": patient(), "observations": EMPTY})
    assert record.states["Condition"] is State.MISSING
    assert record.states["Observation"] is State.EMPTY
    assert unread(record)["Condition"] == "not given by the EHR"
    assert "Observation" not in unread(record)


@pytest.mark.parametrize("value", [outcome(), bundle(condition("a"), link=NEXT)])
def test_what_failed_or_is_partial_is_not_assessed(value: Any) -> None:
    assert "Condition" in unread(read(everything(conditions=value)))


@pytest.mark.parametrize("value", [..., outcome(), bundle(condition("a"), link=NEXT)])
def test_what_the_site_never_gives_is_not_named(value: Any) -> None:
    given = {key: each for key, each in everything(conditions=value).items() if each is not ...}
    assert not read(given, ("Condition",)).unread


def test_resources_count_by_what_they_are_and_not_by_their_key() -> None:
    given = {key: each for key, each in everything().items() if key != "conditions"}
    renamed = given | {"LW problem list": bundle(condition("weak legs"))}
    assert read(renamed).states["Condition"] is State.GIVEN


def test_one_key_may_hold_several_types() -> None:
    encounter = {"resourceType": "Encounter", "id": "e1"}
    record = read({"chart": bundle(patient(), condition("a"), encounter)})
    assert record.states["Condition"] is record.states["Encounter"] is record.states["Patient"] is State.GIVEN
    assert record.states["Observation"] is State.MISSING


ENCOUNTER = {"resourceType": "Encounter", "id": "e1"}


def test_what_came_along_with_a_search_is_not_all_there_is_of_its_type() -> None:
    along = {"resource": ENCOUNTER, "search": {"mode": "include"}}
    values = {key: each for key, each in everything().items() if key != "encounters"}
    found = bundle(condition("a"))
    found["entry"].append(along)
    record = read(values | {"conditions": found, "observations": EMPTY | {"entry": [along]}})
    assert record.states["Encounter"] is State.MISSING
    assert record.states["Observation"] is State.EMPTY
    assert any(b"e1" in bytes(entry.raw) for entry in record.entries)


def test_what_refers_to_the_patient_and_came_along_with_it_is_all_there_is() -> None:
    chart = bundle(patient())
    chart["entry"].append({"resource": condition("a"), "search": {"mode": "include"}})
    assert read({"chart": chart}).states["Condition"] is State.GIVEN


@pytest.mark.parametrize("key", ["encounter", "encounters", "thisVisit"])
def test_one_visit_that_was_read_is_not_all_visits(key: str) -> None:
    values = {name: each for name, each in everything().items() if name != "encounters"}
    assert unread(read(values | {key: ENCOUNTER}))["Encounter"] == "only a part was given"


@pytest.mark.parametrize("key", ["encounter", "thisVisit"])
def test_one_visit_that_was_read_takes_nothing_from_the_search_for_all(key: str) -> None:
    for values in (everything() | {key: ENCOUNTER}, {key: ENCOUNTER} | everything()):
        assert not read(values).unread


FAILED_BESIDE = {
    "an outcome beside it": {"conditions": bundle(condition("a"), outcome())},
    "another search of the batch": {
        "everything": {
            "resourceType": "Bundle",
            "type": "batch-response",
            "entry": [
                {"response": {"status": "200"}, "resource": bundle(condition("a"))},
                {"response": {"status": "404"}},
            ],
        }
    },
    "a status that is a number": {
        "everything": {
            "resourceType": "Bundle",
            "type": "batch-response",
            "entry": [
                {"response": {"status": 200}, "resource": bundle(condition("a"))},
                {"response": {"status": 404}, "resource": outcome()},
            ],
        }
    },
    "the key of discovery": {"conditions": outcome(), "problems": bundle(condition("a"))},
    "the other key before": {"problems": bundle(condition("a")), "conditions": outcome()},
}


@pytest.mark.parametrize("values", FAILED_BESIDE.values(), ids=FAILED_BESIDE.keys())
def test_what_failed_beside_it_does_not_lose_what_came(values: dict[str, Any]) -> None:
    record = read(values)
    assert len(record.entries) == 1
    assert unread(record)["Condition"] == "only a part was given"


def test_an_empty_key_of_an_unknown_name_says_nothing() -> None:
    given = {key: each for key, each in everything().items() if key != "conditions"}
    assert read(given | {"LW9": EMPTY}).states["Condition"] is State.MISSING


@pytest.mark.parametrize("key", ["condition", "Conditions", "Condition"])
def test_a_key_that_is_nearly_ours_stands_for_the_same(key: str) -> None:
    given = {name: each for name, each in everything().items() if name != "conditions"}
    assert read(given | {key: EMPTY}).states["Condition"] is State.EMPTY


def test_other_resources_under_our_key_do_not_mean_that_there_are_none_of_ours() -> None:
    record = read({"patient": patient(), "conditions": bundle({"resourceType": "Observation", "id": "o1"})})
    assert record.states["Observation"] is State.GIVEN
    assert record.states["Condition"] is State.MISSING


def test_an_unknown_key_that_failed_is_named() -> None:
    record = read(everything(encounterDiagnoses=outcome()))
    assert unread(record) == {"encounterDiagnoses": "the EHR could not give it"}


def test_the_name_of_a_key_is_repeated_only_when_it_is_plain() -> None:
    record = read(everything() | {"<b>Snowdrop</b>": outcome()})
    assert "Snowdrop" not in str(record.unread)


def test_a_resource_under_two_keys_is_read_once() -> None:
    record = read(
        everything(conditions=bundle(condition("a")), problems=bundle(condition("a"), condition("b", "c2")))
    )
    assert len([entry for entry in record.entries if b"Condition" in bytes(entry.raw)]) == 2


def test_a_bad_entry_loses_itself_alone_and_is_named() -> None:
    record = read(everything(conditions=bundle(condition("a"), 7, "x", {}, condition("b", "c2"))))
    assert len([entry for entry in record.entries if b"Condition" in bytes(entry.raw)]) == 2
    assert [each.what for each in record.unread] == [f"conditions, entry {number}" for number in (2, 3, 4)]


@pytest.mark.parametrize("bad", [{"fullUrl": 7}, {"search": "match"}, {"search": {"mode": 1}}, {"link": 7}])
def test_a_bundle_with_odd_members_still_gives_its_resources(bad: dict[str, Any]) -> None:
    odd = bundle(condition("a")) | {"total": "one"}
    odd["entry"][0] |= bad
    assert conditions(odd) is State.GIVEN


def test_an_entry_says_where_it_stood() -> None:
    record = read(everything(conditions=bundle(condition("a"), condition("b", "c2"))))
    assert record.entries[-1].place == "conditions, entry 2"


@pytest.mark.parametrize(
    "prefetch",
    [
        ...,
        None,
        {},
        {"patient": patient()},
        {"patient": None},
        {"conditions": outcome(), "observations": "<html>"},
        {"allergies": bundle({"resourceType": "AllergyIntolerance", "id": "a"})},
    ],
)
def test_without_any_clinical_data_the_call_cannot_be_answered(client: FlaskClient, prefetch: Any) -> None:
    body = call() | {"prefetch": prefetch}
    said = refusal(post(client, {name: value for name, value in body.items() if value is not ...}))
    assert (said["status"], said["code"]) == (412, "record-unavailable")
    assert "conditions" in said["says"]


@pytest.mark.parametrize("nothing", [None, EMPTY])
def test_all_looked_for_and_nothing_there_is_no_card(client: FlaskClient, nothing: Any) -> None:
    assert cards(client, {"patient": patient()} | dict.fromkeys(OUR_KEYS, nothing)) == []
    assert cards(client, dict.fromkeys(("patient", *OUR_KEYS), nothing)) == []


@pytest.mark.parametrize("value", [..., outcome(), bundle(total=3)])
@pytest.mark.parametrize("key", ["conditions", "observations", "encounters", "reports"])
def test_a_quiet_chart_with_a_gap_where_a_red_flag_could_stand_says_so(
    client: FlaskClient, key: str, value: Any
) -> None:
    given = {name: each for name, each in everything(**{key: value}).items() if each is not ...}
    (card,) = cards(client, given)
    assert card["indicator"] == "info"
    assert card["source"]["topic"]["code"] == "LegWeaknessIncomplete"


def test_what_could_hold_a_red_flag_follows_from_the_content() -> None:
    flagged = {each.resource_type for each in WANTED if each.could_hold_red_flag}
    assert {"Condition", "Observation", "DiagnosticReport", "Encounter", "MedicationRequest"} <= flagged


def test_nothing_at_all_is_no_record() -> None:
    with pytest.raises(RecordUnavailable):
        read({})


def test_the_card_lists_first_what_could_hold_a_red_flag_and_says_how_many_more(client: FlaskClient) -> None:
    keys = [name for name in OUR_KEYS if name != "conditions"]
    odd = [{"resourceType": "Patient", "id": f"x{number}", "birthDate": number} for number in range(8)]
    (card,) = cards(client, {"patient": bundle(*odd), "conditions": EMPTY, "questionnaires": None})
    reasons = [line for line in card["detail"].splitlines() if line.startswith("- ")]
    assert reasons[0] == "- observations and results: not given by the EHR"
    assert len(reasons) == 7
    flagged = [each for each in WANTED if each.key in keys and each.could_hold_red_flag]
    assert sum(each.endswith("not given by the EHR") for each in reasons) == min(6, len(flagged) - 1)
    assert re.fullmatch(r"- \d+ more", reasons[-1])
