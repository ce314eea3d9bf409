"""Procedures, vaccinations, encounters and reports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cards.features import read_features
from cards.findings import Kind, Stance
from tests.clinical.evidence_charts import (
    KNOWLEDGE,
    ME,
    NOW,
    SCT,
    finding,
    findings,
    hit,
    read,
    stances,
    text,
)


def procedure(**members: Any) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "id": "p1",
        "status": "completed",
        "subject": ME,
        "code": text("Lumbar puncture"),
        "performedDateTime": "2026-11-10",
    } | members


def immunization(**members: Any) -> dict[str, Any]:
    return {
        "resourceType": "Immunization",
        "id": "i1",
        "status": "completed",
        "patient": ME,
        "vaccineCode": text("Influenza vaccine"),
        "occurrenceDateTime": "2026-11-01",
    } | members


def encounter(**members: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": ME,
        "period": {"start": "2026-11-01T10:00:00Z", "end": "2026-11-11T10:00:00Z"},
    } | members


def report(**members: Any) -> dict[str, Any]:
    return {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "subject": ME,
        "code": text("MRI lumbar spine"),
        "effectiveDateTime": "2026-11-20",
    } | members


def test_a_spinal_procedure_is_a_finding_of_its_day() -> None:
    one = finding(procedure())
    assert one.kind is Kind.PROCEDURE
    assert one.hits[0].concept == "cs_spinal_procedure"
    assert one.when is not None
    assert one.when.earliest == datetime(2026, 11, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "counts"),
    [("completed", 1), ("in-progress", 1), ("not-done", 0), ("preparation", 0), ("entered-in-error", 0)],
)
def test_only_a_procedure_that_was_done_counts(status: str, counts: int) -> None:
    assert len(findings(procedure(status=status))) == counts


def test_a_procedure_over_a_period_is_dated_up_to_its_end() -> None:
    period = {"start": "2026-11-10T08:00:00Z", "end": "2026-11-10T10:00:00Z"}
    one = finding(procedure(performedDateTime=None, performedPeriod=period))
    assert one.when is not None
    assert (one.when.earliest.hour, one.when.latest.hour) == (8, 10)


@pytest.mark.parametrize("code", [text("Influenza vaccine"), text("anything"), None])
def test_any_vaccination_counts_and_is_not_the_disease(code: Any) -> None:
    one = finding(immunization(vaccineCode=code))
    assert one.kind is Kind.IMMUNIZATION
    assert [h.concept for h in one.hits] == ["cs_vaccination"]
    assert one.when is not None


def test_a_vaccination_that_was_not_given_does_not_count() -> None:
    assert findings(immunization(status="not-done")) == ()


def test_the_reason_for_an_encounter_is_a_finding_of_its_beginning() -> None:
    one = finding(encounter(reasonCode=[text("Leg weakness")]))
    assert one.kind is Kind.ENCOUNTER
    assert one.hits[0].concept == "cs_leg_weakness"
    assert one.when is not None
    assert one.when.earliest == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert one.ended is None


@pytest.mark.parametrize("status", ["planned", "cancelled", "entered-in-error"])
def test_an_encounter_that_did_not_take_place_does_not_count(status: str) -> None:
    assert findings(encounter(status=status, reasonCode=[text("Leg weakness")])) == ()


def test_the_type_of_an_encounter_is_not_read() -> None:
    assert findings(encounter(type=[text("Leg weakness clinic")])) == ()


@pytest.mark.parametrize("kind", [{"code": "IMP"}, {"coding": [{"code": "IMP"}]}, [{"code": "IMP"}], "IMP"])
def test_a_stay_in_hospital_has_a_length(kind: Any) -> None:
    one = finding(encounter(**{"class": kind}))
    assert one.hits[0].concept == "stay_inpatient"
    assert one.days == 10
    assert one.ended is not None


def test_a_stay_that_goes_on_lasts_until_now() -> None:
    open_stay = encounter(status="in-progress", period={"start": "2026-11-12T12:00:00Z"}) | {
        "class": {"code": "IMP"}
    }
    one = finding(open_stay)
    assert one.days == 10
    assert one.ended is None
    assert finding(open_stay | {"status": "finished"}).days is None


def test_the_conclusion_of_a_report_is_read() -> None:
    one = finding(report(conclusion="Cauda equina compression at L4/5. No epidural abscess."))
    assert one.kind is Kind.REPORT
    said = {h.concept: h.stance for h in one.hits}
    assert "cs_mri_spine" in said
    assert said["value_mri_spine_result_cauda_equina_compression"] is Stance.AFFIRMED
    assert said.get("value_mri_spine_result_epidural_collection") in (None, Stance.DENIED)


def test_a_conclusion_may_be_coded_in_words() -> None:
    one = finding(report(conclusionCode=[text("Spinal cord compression")]))
    assert hit(one, "value_mri_spine_result_cord_compression").stance is Stance.AFFIRMED


def test_the_reason_for_a_report_is_no_finding() -> None:
    asked = report(code=text("MRI lumbar spine for leg weakness"), conclusion="Disc protrusion L4/5.")
    assert "cs_leg_weakness" not in stances(asked)


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_a_report_that_was_never_made_does_not_count(status: str) -> None:
    assert findings(report(status=status, conclusion="Cord compression")) == ()


def test_plans_risks_relatives_and_requests_are_never_read() -> None:
    others = [
        "FamilyMemberHistory",
        "ServiceRequest",
        "Goal",
        "CarePlan",
        "Flag",
        "RiskAssessment",
        "Communication",
    ]
    code = {"coding": [{"system": SCT, "code": "102568007"}]}
    assert (
        findings(
            *[{"resourceType": t, "id": "x", "subject": ME, "patient": ME, "code": code} for t in others]
        )
        == ()
    )


def in_place(name: str, **members: Any) -> dict[str, Any]:
    place = {"location": {"reference": "Location/1", "display": name}} | members
    return encounter(location=[{"location": {"display": "Ward 4"}}, place])


def immobile(one: dict[str, Any]) -> bool:
    return read_features(read(one), KNOWLEDGE, NOW).facts.holds("prolonged_immobility")


@pytest.mark.parametrize(
    "name", ["ICU", "Adult ICU bed 3", "MICU", "General ITU", "Intensive Care Unit", "Critical Care, level 2"]
)
def test_a_stay_in_intensive_care_is_prolonged_immobility(name: str) -> None:
    assert immobile(in_place(name))
    assert immobile(encounter(location={"physicalType": {"text": name}}))
    assert immobile(encounter(location=[{"form": {"coding": [{"display": name}]}}]))


@pytest.mark.parametrize(
    "name",
    [
        "Ward 4",
        "ICU follow-up clinic",
        "Critical care outreach office",
        "Neonatal intensive care",
        "Suite ICUX",
    ],
)
def test_another_place_is_no_intensive_care(name: str) -> None:
    assert not immobile(in_place(name))


def test_a_location_is_intensive_care_by_its_code() -> None:
    kind = {"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "ICU"}
    assert immobile(encounter(location=[{"physicalType": {"coding": [kind]}}]))
    assert not immobile(encounter(location=[{"physicalType": {"coding": [kind | {"code": "ER"}]}}]))


def test_a_stay_in_intensive_care_counts_by_its_dates() -> None:
    old = {"start": "2025-02-01", "end": "2025-02-09"}
    assert not immobile(in_place("ICU", period=old))
    assert not immobile(in_place("ICU") | {"period": old})
    assert not immobile(in_place("ICU") | {"period": {"start": "2025-02-01"}})
    assert immobile(in_place("ICU") | {"period": {"start": "2026-11-20"}, "status": "in-progress"})
    assert not immobile(in_place("ICU", status="planned"))
    assert not immobile(in_place("ICU") | {"status": "cancelled"})
    assert not immobile(in_place("ICU") | {"period": None})
