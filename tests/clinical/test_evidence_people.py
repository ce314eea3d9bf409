"""Whose record it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from cds_service.evidence.reader import OTHERS
from tests.clinical.evidence_charts import PATIENT, condition, findings, patient, read


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/pat-1"},
        {"reference": "https://ehr.example/fhir/Patient/pat-1"},
        {"reference": "Patient/pat-1/_history/3"},
        {"reference": "urn:uuid:pat-1"},
        {"reference": "pat-1"},
        "Patient/pat-1",
        [{"reference": "Patient/pat-1"}],
        {"display": "The patient"},
        {"identifier": {"value": "MRN 1"}},
        None,
    ],
)
def test_a_resource_of_the_patient_counts(subject: Any) -> None:
    assert len(findings(condition(subject=subject))) == 1


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/pat-2"},
        {"reference": "Patient/pat-10"},
        {"reference": "Patient/PAT-1"},
        {"reference": "https://ehr.example/fhir/Patient/pat-2"},
        {"reference": "RelatedPerson/pat-1"},
        {"reference": "Group/pat-1"},
        {"reference": "urn:uuid:other"},
    ],
)
def test_a_resource_of_somebody_else_is_left_out_and_that_is_told(subject: Any) -> None:
    alone, mixed = read(condition(subject=subject)), read(condition(), condition(id="c2", subject=subject))
    assert alone.findings == ()
    assert [(each.what, each.could_hold_red_flag) for each in alone.unread] == [(OTHERS, False)]
    assert len(mixed.findings) == 1
    assert [(each.what, each.could_hold_red_flag) for each in mixed.unread] == [(OTHERS, False)]


def test_a_chart_that_is_all_somebody_elses_is_no_quiet_chart() -> None:
    theirs = [condition(id=f"c{number}", subject={"reference": "Patient/pat-2"}) for number in range(3)]
    assert [each.could_hold_red_flag for each in read(*theirs).unread] == [True]
    assert [each.could_hold_red_flag for each in read(*theirs, condition(id="mine")).unread] == [False]


@pytest.mark.parametrize("subject", [5, "x", True, {"reference": 5}, {"reference": "somebody"}, [7]])
def test_a_subject_that_cannot_be_read_is_named_and_never_silence(subject: Any) -> None:
    chart = read(condition(subject=subject))
    assert chart.findings == ()
    assert [each.why for each in chart.unread] == ["subject not understood"]
    assert chart.unread[0].could_hold_red_flag


@pytest.mark.parametrize(("inside", "counts"), [("Patient", 1), ("RelatedPerson", 0)])
def test_a_subject_inside_the_resource(inside: str, counts: int) -> None:
    one = condition(subject={"reference": "#who"}, contained=[{"resourceType": inside, "id": "who"}])
    assert len(findings(one)) == counts


@pytest.mark.parametrize("asked", ["pat-1", "Patient/pat-1", "https://ehr.example/fhir/Patient/pat-1"])
def test_the_patient_may_be_asked_for_in_any_form(asked: str) -> None:
    chart = read(patient(), condition(), patient=asked)
    assert len(chart.findings) == 1
    assert chart.person.sex == "female"


def test_how_many_were_left_out_is_logged_and_nothing_else() -> None:
    with capture_logs() as logs:
        read(condition(subject={"reference": "Patient/pat-2"}), patient(id="pat-3"), condition())
    assert logs == [{"event": "resources of other people left out", "log_level": "info", "count": 2}]


def test_the_person_is_read_from_the_patients_own_resource_only() -> None:
    assert read(patient(id="pat-2")).person.born is None
    born = read(patient()).person.born
    assert born is not None
    assert born.earliest == datetime(1960, 5, 1, tzinfo=UTC)


def test_a_birth_date_may_be_partial() -> None:
    born = read(patient(birthDate="1960")).person.born
    assert born is not None
    assert born.span.days == 365


@pytest.mark.parametrize(
    ("members", "deceased"),
    [
        ({"deceasedBoolean": True}, True),
        ({"deceasedBoolean": "true"}, True),
        ({"deceasedBoolean": False}, False),
        ({"deceasedDateTime": "2026-11-01"}, True),
        ({"deceasedDateTime": "2027-11-01"}, False),
        ({"deceasedDateTime": "2026-02-31"}, False),
        ({}, False),
    ],
)
def test_a_patient_is_deceased_only_when_the_record_clearly_says_so(
    members: dict[str, Any], deceased: bool
) -> None:
    assert read(patient(**members)).person.deceased is deceased


def test_a_date_of_death_that_does_not_exist_is_named() -> None:
    assert [u.what for u in read(patient(deceasedDateTime="2026-02-31")).unread] == [f"Patient/{PATIENT}"]
