"""A row of what was ordered: "non-weight bearing" is no inability there, anything else still is."""

from __future__ import annotations

import pytest

from tests.clinical.bedside import condition, observation, patient, red_flags
from tests.clinical.test_evidence_answers import answer, asked


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Weight bearing status", "Non-weight bearing"),
        ("Weight-bearing status", "NWB left leg"),
        ("Weight Bearing Precautions", "Non weight-bearing RLE"),
        ("Weight bearing", "Non weight bearing"),
        ("Activity restrictions", "non-weight-bearing, crutches"),
        ("WB status", "NWB"),
    ],
)
def test_an_ordered_rest_of_the_leg_is_no_inability_to_walk(name: str, value: str) -> None:
    assert answer("unable_to_walk", asked(name, valueString=value)) == "not recorded"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Weight bearing status", "Unable to weight bear"),
        ("Weight bearing status", "unable to stand"),
        ("Weight bearing status", "Non-weight bearing, unable to walk"),
        ("Weight bearing", "cannot bear weight"),
        ("Mobility", "Non-weight bearing"),
        ("Note", "non-weight bearing on left leg"),
    ],
)
def test_what_the_patient_cannot_do_counts_in_any_row(name: str, value: str) -> None:
    assert answer("unable_to_walk", asked(name, valueString=value)) == "present"


def test_an_order_after_a_fracture_raises_no_flag() -> None:
    injured = condition("Fracture of left tibia", since="3 days")
    ordered = observation("Weight bearing status", valueString="Non-weight bearing")
    found = observation("Weight bearing status", valueString="Unable to weight bear")
    assert red_flags(patient(injured, ordered)) == {}
    assert "rf_cannot_bear_weight" in red_flags(patient(injured, found))


def test_what_a_leg_may_bear_is_no_body_weight() -> None:
    assert answer(
        "body_weight", asked("Partial weight bearing", valueQuantity={"value": 20, "unit": "kg"})
    ) == ("not recorded")
    assert answer("body_weight", asked("Weight", valueQuantity={"value": 70, "unit": "kg"})) == "present"
