"""Daily doses of steroids, as the prednisolone that they stand for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cards.facts import Facts
from cards.features import read_features
from tests.clinical.evidence_charts import KNOWLEDGE, ME, NOW, RXNORM, read


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def order(name: str, dosage: Any = None, days: float = 5, **members: Any) -> dict[str, Any]:
    made = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "subject": ME,
        "status": "active",
        "intent": "order",
    }
    told = {"medicationCodeableConcept": {"text": name}, "authoredOn": ago(days)}
    return made | told | ({"dosageInstruction": [dosage]} if dosage else {}) | members


def facts(*resources: Any) -> Facts:
    return read_features(read(*resources), KNOWLEDGE, NOW).facts


def amount(value: Any, unit: str, **timing: Any) -> dict[str, Any]:
    dose = {"doseAndRate": [{"doseQuantity": {"value": value, "unit": unit}}]}
    return dose | ({"timing": timing} if timing else {})


TWICE = {"frequency": 2, "period": 1, "periodUnit": "d"}


@pytest.mark.parametrize(
    ("name", "dosage", "expected"),
    [
        ("Prednisolone", {"text": "40 mg once daily"}, 40),
        ("Prednisolone 30mg od", None, 30),
        ("Prednisolone 5 mg tablets", {"text": "Take 8 tablets daily"}, 40),
        ("Prednisolone 5 mg tablets", amount(8, "tablet"), 40),
        ("predniSONE", amount("40", "mg"), 40),
        ("Prednisone", amount(10, "mg", repeat=TWICE), 20),
        ("Prednisone", amount(10, "mg", code={"coding": [{"code": "BID"}]}), 20),
        ("Prednisolone", {"text": "20 mg alternate days"}, 10),
        ("Dexamethasone 4 mg tablet", {"text": "4 mg bd"}, 53.4),
        ("Hydrocortisone", {"text": "100 mg daily"}, 25),
        ("Methylprednisolone", {"text": "1 g daily for 3 days"}, 1250),
        ("Prednisolone", {"text": "as directed"}, None),
        ("Prednisolone", None, None),
        ("Hydrocortisone 1% cream", {"text": "30 g"}, None),
    ],
)
def test_a_daily_dose_is_read(name: str, dosage: Any, expected: float | None) -> None:
    found = facts(order(name, dosage)).get("steroid_dose").value
    assert found == (expected and pytest.approx(expected, rel=1e-2))


def test_twenty_milligrams_a_day_suppress_immunity_however_short() -> None:
    assert facts(order("Prednisolone", {"text": "20 mg daily"})).holds("immunosuppression")
    assert not facts(order("Prednisolone", {"text": "15 mg daily"})).holds("immunosuppression")


def test_a_long_course_suppresses_immunity_unless_its_dose_is_known_to_be_low() -> None:
    assert facts(order("Prednisolone", days=60)).holds("immunosuppression")
    assert not facts(order("Prednisolone", {"text": "5 mg daily"}, days=60)).holds("immunosuppression")
    assert not facts(order("Prednisolone", days=5)).holds("immunosuppression")


def test_a_dose_of_long_ago_does_not_count() -> None:
    over = {"dispenseRequest": {"validityPeriod": {"start": ago(300), "end": ago(200)}}}
    assert not facts(order("Prednisolone", {"text": "40 mg daily"}, days=300, **over)).holds(
        "immunosuppression"
    )


@pytest.mark.parametrize("members", [{"doNotPerform": True}, {"status": "cancelled"}, {"intent": "proposal"}])
def test_what_is_not_taken_has_no_dose(members: dict[str, Any]) -> None:
    one = order("Prednisolone", {"text": "40 mg daily"}, **members)
    assert facts(one).get("steroid_dose").value is None


def test_a_medication_of_r5_and_an_ingredient_by_name_are_known() -> None:
    warfarin = {"coding": [{"system": RXNORM, "code": "11289"}]}
    base = {name: value for name, value in order("x").items() if name != "medicationCodeableConcept"}
    assert facts(base | {"medication": {"concept": warfarin}}).holds("anticoagulant")
    inside = {
        "resourceType": "Medication",
        "id": "a",
        "ingredient": [{"itemReference": {"display": "Warfarin"}}],
    }
    one = base | {"medicationReference": {"reference": "#a"}, "contained": [inside]}
    assert facts(one).holds("anticoagulant")
