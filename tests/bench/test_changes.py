"""Changes of a chart: what their text means, and what becomes of the resources."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.facts import Answer
from cards.findings import Side
from cds_service import fixtures
from cds_service.bench import moments
from cds_service.bench.change import Change, ChangeRefused, Does, parse
from cds_service.bench.changes import apply
from cds_service.bench.choices import choices
from cds_service.bench.moments import Moment
from tests.bench.beds import (
    KNOWLEDGE,
    NOW,
    PATIENT,
    READER,
    WEAKNESS,
    Resource,
    assert_valid,
    changed,
    facts,
    read,
)


def by_reference(chart: list[Resource]) -> dict[str, Resource]:
    return {f"{each['resourceType']}/{each['id']}": each for each in chart}


# The text of a change


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("add:urinary_retention:today", Change(Does.ADD, "urinary_retention", when=Moment("today"))),
        (
            "add:potassium:2.3 mmol/L:2h",
            Change(Does.ADD, "potassium", value=2.3, unit="mmol/L", when=Moment("2h")),
        ),
        ("add:potassium:2,3", Change(Does.ADD, "potassium", value=2.3)),
        ("add:ck:2026", Change(Does.ADD, "ck", value=2026)),
        ("add:foot_drop:left:3d", Change(Does.ADD, "foot_drop", side=Side.LEFT, when=Moment("3d"))),
        ("add:foot_drop:3 days ago:both", Change(Does.ADD, "foot_drop", Side.BILATERAL, when=Moment("3d"))),
        ("add:mri_spine_result:normal", Change(Does.ADD, "mri_spine_result", code="normal")),
        ("deny:reflexes_reduced", Change(Does.DENY, "reflexes_reduced")),
        ("remove:Observation/12", Change(Does.REMOVE, "Observation/12")),
        ("negate:Condition/a.b-3", Change(Does.NEGATE, "Condition/a.b-3")),
        ("date:Condition/3:5d", Change(Does.DATE, "Condition/3", when=Moment("5d"))),
        (
            "date:Condition/3:2026-03-01T10:30+01:00",
            Change(Does.DATE, "Condition/3", when=Moment("2026-03-01T10:30+01:00")),
        ),
        ("remove:Condition/a%3Ab", Change(Does.REMOVE, "Condition/a:b")),
    ],
)
def test_a_change_is_read_from_its_text_and_written_back(text: str, change: Change) -> None:
    assert parse(text) == change
    assert parse(str(change)) == change


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no change. Write add:FEATURE"),
        ("urinary_retention", "is no change"),
        ("add", "is no change"),
        ("add:", "is no change"),
        ("ad:fever", "is no change"),
        ("add:Fever!", "is no feature"),
        ("add:foot_drop:left:right", "a second side"),
        ("add:foot_drop:today:3d", "a second when"),
        ("add:foot_drop:last Tuesday", "no side, no value and no time"),
        ("add:fever:2026-02-30", "no date that exists"),
        ("date:Condition/1:9999y", "no date that exists"),
        ("add:fever:0001-01-01T00:00+14:00", "no date that exists"),
        ("date:Condition/1:0001-01-01T00:00+14:00", "no date that exists"),
        ("add:fever:9999-12-31", "no date that exists"),
        ("add:fever:\u0663d", "no side"),
        ("date:Condition/3", "one new date"),
        ("date:Condition/3:soon", "says no time. Say today"),
        ("remove:Condition/3:today", "nothing belongs behind"),
        ("add:fever:" + "x" * 300, "at most 300"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_is(text: str, why: str) -> None:
    with pytest.raises(ChangeRefused, match=why):
        parse(text)


@given(text=st.text(max_size=60))
def test_whatever_is_typed_is_a_change_or_refused(text: str) -> None:
    for beginning in ("", "add:", "add:potassium:", "date:Condition/1:"):
        try:
            change = parse(beginning + text)
        except ChangeRefused:
            continue
        assert parse(str(change)) == change


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("add:urinary_retentoin", "Is one of these meant: urinary_retention"),
        ("add:potassium", "say a value, such as 2.4 mmol/L"),
        ("add:potassium:2.3 mmol", "'mmol' is not understood. Understood: mmol/L, meq/L"),
        ("add:fever:38.5 Cel", "has no number"),
        ("add:fever:9999y", "has no number"),
        ("add:fever:left", "has no side"),
        ("add:fever:high", "is no time and no value"),
        ("add:mri_spine_result", "say one of cauda_equina_compression"),
        ("deny:potassium", "cannot be denied"),
        ("add:worsening:today", "no date of its own"),
        ("add:worsening", "Add leg weakness first"),
        ("add:onset_age_days:5d", "Add leg weakness first"),
        ("remove:Condition/9", "is not in the chart"),
        ("remove:Patient/bed-7", "The Patient stays"),
        ("negate:Patient/bed-7", "The Patient stays"),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_to_do(text: str, why: str) -> None:
    with pytest.raises(ChangeRefused, match=why):
        changed(text)


def test_a_chart_without_a_patient_can_record_nothing() -> None:
    with pytest.raises(ChangeRefused, match="no Patient"):
        changed("add:fever", chart=())


@pytest.mark.parametrize(
    ("typed", "unit"),
    [("38.5 °C", "Cel"), ("38.5 cel", "Cel"), ("101.3 °F", "[degF]")],
)
def test_units_may_be_typed_as_they_are_printed(typed: str, unit: str) -> None:
    temperature = changed(f"add:body_temperature:{typed}")[-1]
    assert temperature["valueQuantity"]["code"] == unit


# Time


@pytest.mark.parametrize(
    ("typed", "written", "words"),
    [
        ("now", "2026-06-17T15:00:00+00:00", "now"),
        ("Today", "2026-06-17", "today"),
        ("yesterday", "2026-06-16", "yesterday"),
        ("2h", "2026-06-17T13:00:00+00:00", "2 hours ago"),
        ("1 day ago", "2026-06-16", "1 day ago"),
        ("3 months", "2026-03-19", "3 months ago"),
        ("2026-03", "2026-03", "on 2026-03"),
        ("2026-03-01T10:30+01:00", "2026-03-01T09:30:00+00:00", "on 2026-03-01T10:30+01:00"),
    ],
)
def test_a_moment_is_written_as_vague_as_it_was_said(typed: str, written: str, words: str) -> None:
    moment = moments.read(typed)
    assert moment.written(NOW) == written
    assert moment.words == words
    assert moments.read(moment.text) == moment


# Making


def test_the_chart_that_is_handed_in_stays_as_it_is() -> None:
    before = changed(WEAKNESS, "add:worsening", "add:urinary_retention:today")
    kept = deepcopy(before)
    changed("negate:Condition/what-if-3-urinary-retention", "date:Condition/what-if-1-leg-weakness:1y",
            "add:age_years:80", "add:onset_gradual", chart=before)  # fmt: skip
    assert before == kept


def test_every_new_record_has_an_id_of_its_own() -> None:
    once = changed(WEAKNESS, "add:fever")
    twice = changed("remove:Condition/what-if-2-fever", "add:fever", "add:fever", chart=once)
    again = changed("add:leg_weakness:left", chart=twice)
    ids = [each["id"] for each in again]
    assert len(set(ids)) == len(ids) == 5
    assert "what-if-1-leg-weakness-2" in ids


def test_the_age_and_the_death_are_the_patients() -> None:
    (patient,) = changed("add:age_years:71")
    assert facts([patient]).get("age_years").value == pytest.approx(71, abs=1)
    assert patient["id"] == PATIENT["id"]
    assert changed("add:deceased:3d")[0]["deceasedDateTime"] == "2026-06-14"
    assert changed("add:deceased:3d", "deny:deceased")[0].get("deceasedDateTime") is None


def test_an_infection_without_a_date_lies_before_the_weakness() -> None:
    infection = changed(WEAKNESS, "add:infection_6w")[-1]
    assert infection["onsetDateTime"] < "2026-06-12"


def test_the_beginning_of_the_weakness_moves_all_its_entries() -> None:
    chart = changed("add:leg_weakness:5d", "add:foot_drop:left:3d", "add:onset_age_days:30d")
    weakness, drop = chart[1:]
    assert weakness["onsetDateTime"] == "2026-05-18"
    assert drop["onsetDateTime"] == "2026-05-20"
    assert facts(chart).get("onset_age_days").value == pytest.approx(30, abs=1)


def test_the_beginning_of_a_weakness_without_a_date_is_set() -> None:
    undated = changed(WEAKNESS)
    for name in ("onsetDateTime", "recordedDate"):
        del undated[-1][name]
    assert facts(undated).get("onset_unknown").answer is Answer.PRESENT
    chart = changed("add:onset_age_days:3h", chart=undated)
    assert facts(chart).get("onset_age_days").value == pytest.approx(0.125)


def test_the_course_is_said_of_a_weakness_that_was_observed_as_well() -> None:
    seen = {
        "resourceType": "Observation", "id": "seen", "status": "final", "code": {"text": "Leg weakness"},
        "subject": {"reference": "Patient/bed-7"}, "effectiveDateTime": "2026-06-16", "valueBoolean": True,
    }  # fmt: skip
    assert facts(changed("add:worsening", chart=[PATIENT, seen])).holds("worsening")


# What is in the chart already


def test_a_removed_resource_is_pointed_to_no_more() -> None:
    chart: list[Resource] = [
        PATIENT,
        {"resourceType": "Observation", "id": "k", "status": "final", "code": {"text": "Potassium"}},
        {
            "resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": {"text": "Bloods"},
            "result": [{"reference": "Observation/k"}], "encounter": {"reference": "Encounter/1"},
        },
    ]  # fmt: skip
    patient, report = changed("remove:Observation/k", chart=chart)
    assert patient == PATIENT
    assert "result" not in report
    assert report["encounter"] == {"reference": "Encounter/1"}


def observed(**value: Any) -> list[Resource]:
    code = {"text": value.pop("name", "Urinary retention")}
    made = {"resourceType": "Observation", "id": "1", "status": "final", "code": code}
    return [PATIENT, made | {"effectiveDateTime": "2026-06-17T12:00:00Z"} | value]


@pytest.mark.parametrize(
    ("chart", "member", "negative"),
    [
        (observed(valueBoolean=True), "valueBoolean", False),
        (observed(), "valueBoolean", False),
        (observed(valueString="yes"), "valueBoolean", False),
        (observed(valueCodeableConcept={"text": "Present"}), "valueBoolean", False),
        (observed(name="Perianal sensation", valueString="Reduced"), "valueString", "Normal"),
        (
            observed(name="Progress note", valueString="Urinary retention"),
            "valueString",
            "No urinary retention",
        ),
    ],
)
def test_an_observation_is_negated_as_it_answers(chart: list[Resource], member: str, negative: Any) -> None:
    changed_chart = changed("negate:Observation/1", chart=chart)
    assert changed_chart[1][member] == negative
    assert not facts(changed_chart).holds("urinary_retention")
    assert not facts(changed_chart).holds("saddle_sensory_loss")
    assert_valid(changed_chart)


@pytest.mark.parametrize("choice", choices(KNOWLEDGE), ids=lambda each: each.feature)
def test_every_record_that_was_added_can_be_negated_unless_it_is_a_number(choice: Any) -> None:
    feature = KNOWLEDGE.features[choice.feature]
    value = choice.example or next((code for code, _ in choice.values), "")
    weak = () if feature.tier else (WEAKNESS,)
    chart = changed(*weak, ":".join(filter(None, ["add", choice.feature, value])))
    made = chart[-1]
    if "what-if" not in made["id"] or choice.feature.replace("_", "-") not in made["id"]:
        return  # the patient, or said of the weakness
    change = f"negate:{made['resourceType']}/{made['id']}"
    if "valueQuantity" in made:
        with pytest.raises(ChangeRefused, match="Remove it, or add another value"):
            changed(change, chart=chart)
        return
    after = changed(change, chart=chart)
    assert_valid(after)
    fact = facts(after).get(choice.feature)
    # A brain scan without a new infarct is no scan of which nothing is known: it shows no new change.
    assert fact.answer is not Answer.PRESENT or (choice.values and fact.value not in {value, None})


@pytest.mark.parametrize(
    "resource",
    [
        observed(name="Potassium", valueQuantity={"value": 2.3, "unit": "mmol/L"})[1],
        observed(name="Progress note", valueString="Back pain. Now urinary retention; legs weak.")[1],
        {
            "resourceType": "DiagnosticReport", "id": "1", "status": "final", "code": {"text": "MRI spine"},
            "conclusion": "Cord compression at T8. Vertebral metastasis.",
        },
        {"resourceType": "Encounter", "id": "1", "status": "finished", "class": {"code": "EMER"}},
    ],
)  # fmt: skip
def test_what_has_no_true_negative_form_is_to_be_removed(resource: Resource) -> None:
    chart = [PATIENT, resource | {"subject": {"reference": "Patient/bed-7"}}]
    with pytest.raises(ChangeRefused, match="Remove it, or add another"):
        changed(f"negate:{resource['resourceType']}/1", chart=chart)


# Dates


def dated(**dates: Any) -> list[Resource]:
    made = {"resourceType": "Condition", "id": "1", "code": {"text": "Leg weakness"}}
    return [PATIENT, made | {"subject": {"reference": "Patient/bed-7"}} | dates]


@pytest.mark.parametrize(
    ("before", "when", "after"),
    [
        ({"onsetDateTime": "2026-06-10", "recordedDate": "2026-06-12"}, "30d",
         {"onsetDateTime": "2026-05-18", "recordedDate": "2026-05-20"}),
        ({"onsetDateTime": "2026-06-17T11:00:00+02:00", "recordedDate": "2026-06-17T10:30:00Z"}, "90d",
         {"onsetDateTime": "2026-03-19T11:00:00+02:00", "recordedDate": "2026-03-19T10:30:00Z"}),
        ({"onsetDateTime": "2026-06-17T11:00:00+02:00"}, "2h",
         {"onsetDateTime": "2026-06-17T13:00:00+00:00"}),
        ({"onsetDateTime": "2026-03"}, "today", {"onsetDateTime": "2026-06"}),
        ({"onsetDateTime": "2020"}, "400d", {"onsetDateTime": "2025"}),
        ({"onsetPeriod": {"start": "2026-06-01", "end": "2026-06-04"}}, "2026-05-01",
         {"onsetPeriod": {"start": "2026-05-01", "end": "2026-05-04"}}),
        ({"onsetDateTime": "2026-06-10", "abatementDateTime": "2026-06-16"}, "2d",
         {"onsetDateTime": "2026-06-15", "abatementDateTime": "2026-06-17"}),
        ({"onsetString": "since last week"}, "3d", {"onsetDateTime": "2026-06-14"}),
        ({}, "3d", {"onsetDateTime": "2026-06-14"}),
        ({"onsetDateTime": "2026-02-31"}, "3d", {"onsetDateTime": "2026-06-14"}),
    ],
)  # fmt: skip
def test_all_dates_of_a_problem_move_together_each_as_vague_as_it_was(
    before: dict[str, Any], when: str, after: dict[str, Any]
) -> None:
    made = changed(f"date:Condition/1:{when}", chart=dated(**before))[1]
    assert {name: made[name] for name in made if name in (after.keys() | before.keys())} == after


@pytest.mark.parametrize("name", [each for each in fixtures.names() if each != "messy-chart"])
def test_every_resource_of_every_fixture_can_be_dated_anew_and_stays_valid(name: str) -> None:
    chart = [entry["resource"] for entry in fixtures.chart(name, NOW)["entry"]]
    for reference, resource in by_reference(chart).items():
        if resource["resourceType"] in {
            "Patient",
            "Medication",
            "Practitioner",
            "Device",
            "AllergyIntolerance",
        }:
            continue
        try:
            after = by_reference(apply(chart, [parse(f"date:{reference}:40d")], NOW, READER))
        except ChangeRefused as refused:
            assert "no clinical date" in str(refused)  # noqa: PT017  (some types have none)
            continue
        assert "2026-05-08" in json.dumps(after[reference])
        assert_valid([after[reference]])
        del after[reference]
        assert all(after[other] == by_reference(chart)[other] for other in after)


def test_nothing_comes_to_lie_in_the_future() -> None:
    chart = dated(onsetDateTime="2026-06-01", abatementDateTime="2026-06-16")
    made = changed("date:Condition/1:today", chart=chart)[1]
    assert made["abatementDateTime"] == "2026-06-17"
    assert read([PATIENT, made]).unread == ()


def test_dates_are_read_in_the_zone_of_the_hospital() -> None:
    late = datetime(2026, 6, 17, 23, 30, tzinfo=UTC)
    assert changed("add:fever:today", now=late)[-1]["onsetDateTime"] == "2026-06-17"
    assert changed("add:fever:1h", now=late + timedelta(hours=1))[-1]["onsetDateTime"].endswith(
        "23:30:00+00:00"
    )


@pytest.mark.parametrize("value", ["0.00001", "12345678901234567890", "2.30", "1000000", "0.1234567890123"])
def test_a_value_of_any_size_is_read_back_as_it_was_said(value: str) -> None:
    assert parse(str(parse(f"add:potassium:{value} mmol/L"))).value == float(value)


@pytest.mark.parametrize("years", ["99999", "9" * 200])
def test_an_age_that_nobody_has_is_refused(years: str) -> None:
    with pytest.raises(ChangeRefused, match="Nobody is"):
        changed(f"add:age_years:{years}")


def ended(at: str) -> Resource:
    (weakness,) = changed(WEAKNESS)[1:]
    return weakness | {"abatementDateTime": at}


@pytest.mark.parametrize(("end", "when"), [("9999-12-31", "9998-12-31"), ("0001-01-01", "250y")])
def test_a_date_past_the_end_of_the_calendar_is_refused_in_words(end: str, when: str) -> None:
    with pytest.raises(ChangeRefused, match="calendar ends"):
        changed(f"date:Condition/{ended(end)['id']}:{when}", chart=[PATIENT, ended(end)])


def test_a_date_that_cannot_be_said_in_utc_is_left_alone() -> None:
    odd = ended("0001-01-01T00:00:00+14:00")
    after = by_reference(changed(f"date:Condition/{odd['id']}:3d", chart=[PATIENT, odd]))
    assert after[f"Condition/{odd['id']}"]["abatementDateTime"] == odd["abatementDateTime"]
    assert after[f"Condition/{odd['id']}"]["onsetDateTime"] == "2026-06-14"
