"""Measurements in the middle of a note: only where name, number and unit stand together."""

from __future__ import annotations

import pytest

from cards.findings import Quantity
from tests.clinical.evidence_charts import findings, observation, text


def measured(note: str, name: str = "Note") -> dict[str, Quantity]:
    read = findings(observation(text(name), valueString=note))
    return {hit.concept: one.quantity for one in read for hit in one.hits if one.quantity}


@pytest.mark.parametrize(
    ("note", "concept", "value", "unit"),
    [
        ("Seen in ED with back pain. PVR 450 cc on scan. Plan MRI.", "cs_pvr", 450, "cc"),
        ("Triage: post void residual 450 ml, legs weak", "cs_pvr", 450, "ml"),
        ("Legs weak since yesterday; PVR: 450ml", "cs_pvr", 450, "ml"),
        ("Bladder scan residual of 620 mL, catheterised", "cs_pvr", 620, "ml"),
        ("Ascending weakness, FVC 15 ml/kg, NIV discussed", "cs_fvc", 15, "ml/kg"),
        ("Breathless on lying flat. FVC 1.1 L. Bulbar function fair.", "cs_fvc", 1.1, "l"),
        ("On the ward round NIF -20 cmH2O today", "cs_nif", -20, "cmh2o"),
    ],
)
def test_a_measurement_in_a_note_is_read(note: str, concept: str, value: float, unit: str) -> None:
    assert measured(note)[concept] == Quantity(value, unit)


@pytest.mark.parametrize(
    "note",
    [
        "Catheterise if PVR > 200 ml",
        "Target FVC 15 ml/kg, legs weak",
        "Legs weak. Previous PVR 450 ml",
        "PVR 450 ml last year, now legs weak",
        "Intubate should FVC fall below 15 ml/kg",
        "PVR 450 ml, second PVR 50 ml",
        "Legs weak, PVR 450",
        "Legs weak, NIF -20",
        "Legs weak, PVR done 450 ml drunk",
        "PVR not done, drank 450 ml",
        "PVR 200-450 ml",
        "Legs weak 2 days, FVC predicted 4.1 L",
    ],
)
def test_another_number_in_a_note_is_no_measurement(note: str) -> None:
    assert measured(note) == {}


def test_a_target_is_no_measurement_whatever_its_value() -> None:
    assert measured("Legs weak. PVR 450 ml", name="Catheter target") == {}
