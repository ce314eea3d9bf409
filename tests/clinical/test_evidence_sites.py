"""Where on the body: the site beside a name, the side, and sides that add up over time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cards.facts import Fact
from cards.features import read_features
from tests.clinical.evidence_charts import (
    KNOWLEDGE,
    LEG_WEAKNESS,
    NOW,
    SCT,
    condition,
    observation,
    read,
    text,
)

LEFT, RIGHT = text("Left leg"), text("Right leg")


def fact(feature: str, *resources: Any) -> Fact:
    facts = read_features(read(*resources), KNOWLEDGE, NOW).facts
    return facts.get(feature)


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def weak(site: Any, days: float, **more: Any) -> dict[str, Any]:
    return condition(LEG_WEAKNESS, id=f"c{days}", bodySite=[site], onsetDateTime=ago(days), **more)


SITED = [
    ("Weakness", "Right leg", "leg_weakness"),
    ("Paralysis", "Left leg", "leg_weakness"),
    ("Loss of strength", "Lower limbs", "leg_weakness"),
    ("Numbness", "Left foot", "numbness_leg"),
    ("Tingling", "Both feet", "numbness_leg"),
    ("Pain", "Right leg", "leg_pain"),
    ("Absent pulse", "Left foot", "absent_pulse"),
    ("Heaviness", "Legs", "leg_heaviness"),
    ("Weakness", "Left arm", "arm_weakness"),
]


@pytest.mark.parametrize(("name", "site", "feature"), SITED)
def test_a_name_that_is_nothing_without_its_site_is_read_with_it(name: str, site: str, feature: str) -> None:
    yesterday = {"effectiveDateTime": ago(1)}
    assert (
        fact(feature, condition(text(name), bodySite=[text(site)], onsetDateTime=ago(1))).answer == "present"
    )
    named = observation(text(name), bodySite=text(site), **yesterday)
    assert fact(feature, named | {"valueBoolean": True}).answer == "present"
    assert fact(feature, named | {"valueBoolean": False}).answer == "absent"
    value = observation(text("Symptom"), bodySite=text(site), valueString=name, **yesterday)
    assert fact(feature, value).answer == "present"


def test_a_coded_site_gives_place_and_side() -> None:
    left = {"coding": [{"system": SCT, "code": "32153003"}]}
    one = condition(text("Weakness"), bodySite=[left], onsetDateTime=ago(1))
    assert fact("weakness_laterality", one).value == "left"


def test_weakness_of_an_arm_is_none_of_a_leg() -> None:
    one = observation(
        text("Weakness"), bodySite=text("Left arm"), valueBoolean=True, effectiveDateTime=ago(1)
    )
    assert fact("leg_weakness", one).answer == "not recorded"


def test_left_and_right_within_a_month_are_both_legs() -> None:
    assert fact("weakness_laterality", weak(LEFT, 5), weak(RIGHT, 2)).value == "bilateral"
    assert fact("weakness_laterality", weak(LEFT, 25), weak(RIGHT, 2)).value == "bilateral"


def test_another_side_long_after_is_an_episode_of_its_own() -> None:
    assert fact("weakness_laterality", weak(LEFT, 200), weak(RIGHT, 2)).value == "right"


def test_a_side_that_is_over_does_not_add_up() -> None:
    over = weak(LEFT, 10, abatementDateTime=ago(6), clinicalStatus=text("resolved"))
    assert fact("weakness_laterality", over, weak(RIGHT, 2)).value == "right"


def test_a_snomed_expression_carries_side_and_site() -> None:
    expression = {"coding": [{"system": SCT, "code": "102568007 |Paresis of leg|:272741003=7771000"}]}
    one = condition(expression, onsetDateTime=ago(1))
    assert fact("weakness_laterality", one).value == "left"


PANEL = {"Hip flexion (left)": 3, "Hip flexion (right)": 5}


@pytest.mark.parametrize("heading", ["Power", "Motor strength", "Neurological examination", "MRC scale"])
def test_a_grade_of_a_movement_is_power_under_a_heading_that_says_so(heading: str) -> None:
    parts = [{"code": text(name), "valueInteger": grade} for name, grade in PANEL.items()]
    one = observation(text(heading), component=parts, effectiveDateTime=ago(1))
    assert (fact("mrc_leg_min", one).value, fact("weakness_laterality", one).value) == (3, "left")


@pytest.mark.parametrize("heading", ["Range of motion", "Modified Ashworth scale", "Pain", "Mobility"])
def test_a_number_of_a_movement_under_another_heading_is_no_power(heading: str) -> None:
    part = {"code": text("Left knee extension"), "valueInteger": 0}
    one = observation(text(heading), component=[part], effectiveDateTime=ago(1))
    assert fact("mrc_leg_min", one).value is None


def test_a_number_of_a_movement_alone_may_be_degrees() -> None:
    one = observation(text("Left knee extension"), valueInteger=0, effectiveDateTime=ago(1))
    assert fact("mrc_leg_min", one).value is None
