"""Numbers as laboratories, flowsheets and clinicians write them."""

from __future__ import annotations

from typing import Any

import pytest

from cards.findings import Quantity
from cds_service.evidence.quantities import Quantities
from tests.clinical.evidence_charts import KNOWLEDGE, POTASSIUM, finding, mmol, observation

NUMBERS = Quantities(KNOWLEDGE)


@pytest.mark.parametrize(
    ("written", "value", "comparator", "unit"),
    [
        ("2.1", 2.1, "", ""),
        ("2,1", 2.1, "", ""),
        ("0,125", 0.125, "", ""),
        ("1,200", 1200, "", ""),
        ("1,234.5", 1234.5, "", ""),
        ("-30 cmH2O", -30, "", "cmH2O"),
        ("−30 cm H2O", -30, "", "cm H2O"),
        ("<2.5", 2.5, "<", ""),
        ("≥ 200 mL", 200, ">=", "mL"),
        (">1000 U/L", 1000, ">", "U/L"),
        ("420 mL", 420, "", "mL"),
        ("98%", 98, "", "%"),
        ("2.1 mmol/L (L)", 2.1, "", "mmol/L"),
        ("2.1*", 2.1, "", ""),
        ("6.8 H", 6.8, "", ""),
        ("6.8 mmol/L H", 6.8, "", "mmol/L"),
        ("6.8 mmol/L HIGH", 6.8, "", "mmol/L"),
        ("2.1 L", 2.1, "", "L"),
        ("37 C", 37, "", "C"),
        ("4/5", 4, "", ""),
        ("4+", 4, "", ""),
        ("3-", 3, "", ""),
        ("4-/5", 4, "", ""),
        ("7/10", 7, "", ""),
        ("4 out of 5", 4, "", ""),
        ("12/42", 12, "", ""),
    ],
)
def test_a_number_in_a_text(written: str, value: float, comparator: str, unit: str) -> None:
    assert NUMBERS.in_text(written) == Quantity(value, unit, comparator)


@pytest.mark.parametrize(
    "written", ["", "120/80", "three", "2 falls last week", "7-8", "see note", "+", "T10", "9" * 400]
)
def test_a_text_that_is_no_number(written: str) -> None:
    assert NUMBERS.in_text(written) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Grade 3", 3),
        ("MRC grade 4 (against resistance)", 4),
        ("2 = some effort against gravity", 2),
        ("1=Drift; leg falls by the end of the 5-sec period", 1),
        ("2 - Some effort", 2),
        ("4/5 - against resistance", 4),
    ],
)
def test_an_answer_that_tells_its_meaning_too(written: str, value: float) -> None:
    assert NUMBERS.leading(written) == Quantity(value, "")


@pytest.mark.parametrize("written", ["Type 2 diabetes", "T10 level", "Grade IV", "3-4", "right 4, left 3"])
def test_an_answer_that_only_holds_a_number(written: str) -> None:
    assert NUMBERS.leading(written) is None


@pytest.mark.parametrize(
    ("given", "value", "unit"),
    [
        (mmol(2.1), 2.1, "mmol/L"),
        (mmol("2.1"), 2.1, "mmol/L"),
        (mmol("<2.1"), 2.1, "mmol/L"),
        ({"value": 2.1, "unit": "mEq/L"}, 2.1, "mEq/L"),
        ({"value": 2.1, "unit": "mEq/L", "code": "4711", "system": "urn:local"}, 2.1, "mEq/L"),
        ("2.1 mmol/L", 2.1, "mmol/L"),
        ([mmol(2.1)], 2.1, "mmol/L"),
        (2.1, 2.1, ""),
    ],
)
def test_a_quantity_in_the_shapes_that_records_send(given: Any, value: float, unit: str) -> None:
    found = finding(observation(POTASSIUM, valueQuantity=given)).quantity
    assert found is not None
    assert (found.value, found.unit) == (value, unit)


def test_a_comparator_is_kept() -> None:
    found = finding(observation(POTASSIUM, valueQuantity=mmol(2.5, comparator="<"))).quantity
    assert found is not None
    assert found.shown == "< 2.5 mmol/L"


def test_a_range_with_one_open_end_is_a_comparison() -> None:
    found = finding(observation(POTASSIUM, valueRange={"high": mmol(2.5)})).quantity
    assert found is not None
    assert found.comparator == "<="


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ([{"low": mmol(3.5), "high": mmol(5.1)}], 3.5, 5.1),
        ({"low": 3.5, "high": "5.1"}, 3.5, 5.1),
        ([{"text": "3.5-5.1"}], 3.5, 5.1),
        ([{"text": "3.5 to 5.1 mmol/L"}], 3.5, 5.1),
        ([{"text": "<5"}], None, 5),
        ([{"text": ">60"}], 60, None),
        (["3.5 - 5.1"], 3.5, 5.1),
        ([{"type": {"coding": [{"code": "critical"}]}, "high": mmol(9)}, {"high": mmol(5)}], None, 5),
        ([{"low": {"value": 13, "unit": "mg/dL"}, "high": mmol(5)}], None, 5),
        ([{"text": "see leaflet"}], None, None),
        ([], None, None),
    ],
)
def test_the_reference_range(given: Any, low: float | None, high: float | None) -> None:
    found = finding(observation(POTASSIUM, valueQuantity=mmol(4.1), referenceRange=given)).quantity
    assert found is not None
    assert (found.low, found.high) == (low, high)
