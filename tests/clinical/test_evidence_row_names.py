"""Epic writes "R " before the names of its rows: that is no right side, but "R leg" is one."""

from __future__ import annotations

import pytest

from cards.findings import Side
from tests.clinical.evidence_charts import condition, finding, hit, named, observation, text

LEFT, RIGHT, BOTH = Side.LEFT, Side.RIGHT, Side.BILATERAL

ROWS = [
    ("R LLE MOTOR STRENGTH", LEFT),
    ("R LLE Motor Strength", LEFT),
    ("R IP LLE MOTOR STRENGTH", LEFT),
    ("R ED LLE STRENGTH", LEFT),
    ("R NEURO LLE STRENGTH", LEFT),
    ("R NEUROLOGICAL LLE STRENGTH", LEFT),
    ("RN LLE STRENGTH", LEFT),
    ("L RLE STRENGTH", RIGHT),
    ("R LEFT LEG STRENGTH", LEFT),
    ("R RLE STRENGTH", RIGHT),
    ("R BLE STRENGTH", BOTH),
    ("R lower extremity strength", RIGHT),
    ("R LEG STRENGTH", RIGHT),
    ("L HIP FLEXION STRENGTH", LEFT),
    ("R and L leg strength", BOTH),
    ("R LEG AND LLE STRENGTH", BOTH),
]


@pytest.mark.parametrize(("name", "side"), ROWS)
def test_the_letter_before_a_row_is_no_side(name: str, side: Side) -> None:
    assert hit(finding(named(name, "2/5")), "cs_mrc").side is side
    coding = [{"system": "urn:oid:1.2.840.114350", "code": "301", "display": name}]
    row = observation(text("Strength") | {"coding": coding}, valueString="2/5")
    assert hit(finding(row), "cs_mrc").side is side


def test_a_bladder_scan_is_of_no_side() -> None:
    assert hit(finding(named("R ED BLADDER SCAN VOLUME", "400 mL")), "cs_pvr").side is None


@pytest.mark.parametrize(
    ("words", "concept", "side"),
    [
        ("R leg weakness", "cs_leg_weakness", RIGHT),
        ("R LEG WEAKNESS", "cs_leg_weakness", RIGHT),
        ("L leg pain", "cs_leg_pain", LEFT),
        ("R foot drop", "cs_foot_drop", RIGHT),
        ("R arm/leg weakness", "cs_hemiparesis", RIGHT),
        ("R HEMIPARESIS", "cs_hemiparesis", RIGHT),
        ("R/L leg weakness", "cs_leg_weakness", BOTH),
        ("R LEG PAIN, LLE NUMB", "cs_leg_pain", RIGHT),
    ],
)
def test_a_letter_before_a_part_of_the_body_is_one(words: str, concept: str, side: Side) -> None:
    assert hit(finding(condition(text(words))), concept).side is side


def test_a_name_in_capitals_that_compares_two_sides_keeps_both() -> None:
    compared = observation(text("R STRENGTH LESS COMPARED TO LEFT LEG"), valueString="4/5")
    assert hit(finding(compared), "cs_mrc").side is BOTH
