"""Medicines: what is taken, since when and until when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cards.findings import Kind
from tests.clinical.evidence_charts import ME, RXNORM, finding, findings, read, text

SIMVASTATIN = {"coding": [{"system": RXNORM, "code": "36567"}]}
STATIN = "cs_rx_statin"


def request(**members: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "active",
        "intent": "order",
        "subject": ME,
        "medicationCodeableConcept": SIMVASTATIN,
        "authoredOn": "2026-10-01",
    } | members


def statement(**members: Any) -> dict[str, Any]:
    return request(resourceType="MedicationStatement", intent=None, authoredOn=None) | members


def administration(**members: Any) -> dict[str, Any]:
    return statement(resourceType="MedicationAdministration", status="completed") | members


def test_an_order_is_being_taken_until_the_record_says_otherwise() -> None:
    one = finding(request())
    assert one.kind is Kind.MEDICATION
    assert [h.concept for h in one.hits] == [STATIN]
    assert one.when is not None
    assert one.when.earliest == datetime(2026, 10, 1, tzinfo=UTC)
    assert one.ended is None


@pytest.mark.parametrize("status", ["active", "on-hold", "completed", "unknown", None])
def test_an_order_that_stands_counts(status: str | None) -> None:
    assert len(findings(request(status=status))) == 1


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error", "draft"])
def test_an_order_that_was_withdrawn_does_not_count(status: str) -> None:
    assert findings(request(status=status)) == ()


@pytest.mark.parametrize(
    ("intent", "counts"), [("order", 1), ("plan", 1), (None, 1), ("proposal", 0), ("option", 0)]
)
def test_a_proposal_is_no_order(intent: str | None, counts: int) -> None:
    assert len(findings(request(intent=intent))) == counts


def test_an_order_not_to_give_does_not_count() -> None:
    assert findings(request(doNotPerform=True)) == ()
    assert len(findings(request(doNotPerform=False))) == 1


def test_a_stopped_medicine_counts_only_with_the_day_of_its_end() -> None:
    assert findings(request(status="stopped")) == ()
    one = finding(statement(status="stopped", effectivePeriod={"start": "2026-10-01", "end": "2026-11-01"}))
    assert one.historical
    assert one.ended is not None
    assert one.ended.earliest == datetime(2026, 11, 1, tzinfo=UTC)


def test_a_completed_order_without_an_end_ended_when_it_began() -> None:
    one = finding(request(status="completed"))
    assert one.ended == one.when


@pytest.mark.parametrize(
    "ends",
    [
        {"dispenseRequest": {"validityPeriod": {"start": "2026-10-01", "end": "2026-10-10"}}},
        {"dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": {"end": "2026-10-10"}}}}]},
        {"dosageInstruction": {"timing": {"repeat": {"boundsDuration": {"value": 9, "code": "d"}}}}},
    ],
)
def test_the_length_of_a_course_is_told_in_several_places(ends: dict[str, Any]) -> None:
    one = finding(request(**ends))
    assert one.days is not None
    assert round(one.days) == 10
    assert one.ended is not None
    assert one.ended.latest.day == 10


def test_a_course_without_an_end_has_no_length() -> None:
    assert finding(request()).days is None


def test_a_statement_has_its_own_period() -> None:
    one = finding(statement(effectivePeriod={"start": "2026-09-01"}))
    assert one.when is not None
    assert one.when.earliest.month == 9
    assert one.ended is None
    assert finding(statement(effectiveDateTime="2026-09-01")).ended is None


@pytest.mark.parametrize("status", ["not-taken", "entered-in-error"])
def test_a_medicine_that_is_not_taken_does_not_count(status: str) -> None:
    assert findings(statement(status=status)) == ()


def test_an_administration_ended_when_it_was_given() -> None:
    one = finding(administration(effectiveDateTime="2026-11-20T10:00:00Z"))
    assert one.when is not None
    assert one.ended == one.when
    assert findings(administration(status="not-done")) == ()


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    "reference",
    [
        "Medication/med-1",
        "https://ehr.example/fhir/Medication/med-1",
        "Medication/med-1/_history/2",
        "urn:uuid:med-1",
    ],
)
def test_a_medicine_may_stand_in_its_own_resource(reference: str, order: int) -> None:
    medication = {"resourceType": "Medication", "id": "med-1", "code": SIMVASTATIN}
    by_reference = request(medicationCodeableConcept=None, medicationReference={"reference": reference})
    one = finding(*[by_reference, medication][::order])
    assert one.hits[0].concept == STATIN


def test_a_medicine_may_stand_inside_the_order() -> None:
    inside = {"resourceType": "Medication", "id": "med", "code": SIMVASTATIN}
    one = finding(
        request(medicationCodeableConcept=None, medicationReference={"reference": "#med"}, contained=[inside])
    )
    assert one.hits[0].concept == STATIN


def test_a_medicine_may_be_told_by_its_ingredients() -> None:
    medication = {
        "resourceType": "Medication",
        "id": "x",
        "ingredient": [{"itemCodeableConcept": SIMVASTATIN}],
    }
    one = finding(
        medication, request(medicationCodeableConcept=None, medicationReference={"reference": "Medication/x"})
    )
    assert one.hits[0].concept == STATIN


@pytest.mark.parametrize("reference", [{"display": "Simvastatin 40 mg tablet"}, {"reference": "Medication/9",
                                       "display": "SIMVASTATIN 40 MG TAB"}])  # fmt: skip
def test_a_medicine_may_be_told_by_the_words_of_a_reference(reference: dict[str, str]) -> None:
    one = finding(request(medicationCodeableConcept=None, medicationReference=reference))
    assert one.hits[0].concept == STATIN
    assert "imvastatin" in one.label.lower()


def test_the_ingredient_is_known_by_name_where_the_product_code_is_not() -> None:
    product = {"coding": [{"system": RXNORM, "code": "314231", "display": "simvastatin 10 MG Oral Tablet"}]}
    assert finding(request(medicationCodeableConcept=product)).hits[0].concept == STATIN
    assert finding(request(medicationCodeableConcept=text("Simvastatin 10 mg"))).hits[0].concept == STATIN


def test_an_allergy_is_never_read() -> None:
    allergy = {"resourceType": "AllergyIntolerance", "id": "a", "patient": ME, "code": SIMVASTATIN}
    chart = read(allergy)
    assert chart.findings == ()
    assert chart.unread == ()
