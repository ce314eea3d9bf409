"""Power as it is written in words: the grade of the leg counts, the grade of the arm stays with the arm."""

from __future__ import annotations

from typing import Any

import pytest

from cards.findings import Side
from tests.clinical.evidence_charts import LEFT_LEG, findings, hit, named, observation, text

LEFT, RIGHT, BOTH = Side.LEFT, Side.RIGHT, Side.BILATERAL


def grades(*resources: dict[str, Any]) -> dict[Side | None, float]:
    """The grades of power in a chart, by side; each must be one of a leg."""
    found: dict[Side | None, float] = {}
    for one in findings(*resources):
        if one.quantity and any(each.concept == "cs_mrc" for each in one.hits):
            assert one.leg_site
            found[hit(one, "cs_mrc").side] = one.quantity.value
    return found


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Motor exam", "5/5 UE, 2/5 LE bilaterally", {BOTH: 2}),
        ("Power", "LE 2/5 bilat", {BOTH: 2}),
        ("Strength RLE", "2/5", {RIGHT: 2}),
        ("Strength", "RUE 5/5 RLE 2/5 LUE 5/5 LLE 4/5", {RIGHT: 2, LEFT: 4}),
        ("Power", "UE: R 2/5, L 3/5; LE: R 4/5, L 3/5", {RIGHT: 4, LEFT: 3}),
        ("Leg power", "R 4/5 L 2/5", {RIGHT: 4, LEFT: 2}),
        ("Power", "2/5 in left and right leg and 5/5 in arms", {BOTH: 2}),
        ("Power", "Arms and legs 4/5", {BOTH: 4}),
        ("Power", "3-4/5 both legs", {BOTH: 3}),
        ("Power", "LLE 0/5", {LEFT: 0}),
        ("Strength", "4 out of 5 in left leg", {LEFT: 4}),
        ("Leg weakness", "LLE 3/5", {LEFT: 3}),
        ("Power", "Hip flexion L 2/5 R 5/5; ankle dorsiflexion L 3/5 R 5/5", {LEFT: 2, RIGHT: 5}),
        ("Neuro exam", "Sensation intact. Power R leg: hip 2/5, knee 3/5. Arms 4/5", {RIGHT: 2}),
        ("Motor exam", "2/5 UE, 5/5 LE", {None: 5}),
        ("Power L leg", "M2", {LEFT: 2}),
        ("Power L leg", "M2/5", {LEFT: 2}),
        ("Power L leg", "M4+", {LEFT: 4}),
        ("Left hip flexion power", "M0", {LEFT: 0}),
    ],
)
def test_a_grade_beside_a_leg_is_the_power_of_the_leg(
    name: str, value: str, expected: dict[Side | None, float]
) -> None:
    assert grades(named(name, value)) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Power", "arms 2/5, legs not tested"),
        ("Power", "2/5 both arms"),
        ("Power", "arms 2/5 legs normal"),
        ("Motor exam", "RUE 2/5"),
        ("Power", "legs weak since 2/5"),
        ("Power", "legs weak since 2/5/2026"),
        ("Power", "previously 2/5 in the left leg"),
        ("Leg pain score", "2/5"),
        ("Neuro exam", "Reflexes 2/5 in the legs"),
        ("Physiotherapy", "Legs: stairs 2/5"),
        ("Satisfaction", "2/5"),
        ("Power", "not tested"),
    ],
)
def test_a_grade_of_something_else_is_not_the_power_of_a_leg(name: str, value: str) -> None:
    assert grades(named(name, value)) == {}


def test_a_grade_may_stand_in_the_name_of_a_component() -> None:
    exam = observation(
        text("Motor examination"),
        component=[
            {"code": text("Left hip flexion 2/5")},
            {"code": text("Right leg"), "valueString": "4/5"},
            {"code": text("Right arm"), "valueString": "1/5"},
        ],
    )
    assert grades(exam) == {LEFT: 2, RIGHT: 4}


def test_a_grade_in_a_name_that_is_denied_is_none() -> None:
    assert grades(observation(text("Left leg power 2/5"), valueBoolean=True)) == {LEFT: 2}
    assert grades(observation(text("Left leg power 2/5"), valueBoolean=False)) == {}


def test_the_leg_may_be_the_site_of_the_record() -> None:
    assert grades(named("Power", "2/5", bodySite=LEFT_LEG)) == {LEFT: 2}
    assert grades(named("Power", "2/5")) == {}


@pytest.mark.parametrize(
    ("name", "value"), [("GCS motor", "M5"), ("Left leg volume", "M3"), ("Stage", "M1"), ("Potassium", "M2")]
)
def test_the_m_of_another_scale_is_no_power(name: str, value: str) -> None:
    assert not any(one.quantity for one in findings(named(name, value)))
