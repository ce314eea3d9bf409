"""Grades of power muscle by muscle: many may share one code, and only all of a leg are the leg."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cards.facts import Facts
from cards.features import read_features
from tests.clinical.evidence_charts import (
    KNOWLEDGE,
    NOW,
    SCT,
    condition,
    named,
    observation,
    read,
    text,
)

MUSCLES = ("hip flexion", "knee extension", "ankle dorsiflexion")
LOCAL = [{"system": "urn:oid:1.2.3", "code": "1570300", "display": "MUSCLE STRENGTH"}]
SNOMED = [{"system": SCT, "code": "249904001", "display": "Muscle power"}]


def facts(*resources: Any) -> Facts:
    return read_features(read(*resources), KNOWLEDGE, NOW).facts


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def row(name: str, grade: str, days: float = 0.1, coding: Any = LOCAL) -> dict[str, Any]:
    code = {"coding": coding, "text": f"{name} strength"}
    return observation(
        code, id=f"{name}{days}".replace(" ", "-"), effectiveDateTime=ago(days), valueString=grade
    )


def at_site(site: str, grade: str, days: float = 0.1) -> dict[str, Any]:
    return observation(
        {"coding": SNOMED, "text": "Muscle power"},
        id=f"{site}{days}".replace(" ", "-"),
        bodySite=text(site),
        effectiveDateTime=ago(days),
        valueString=grade,
    )


def lowest(*resources: Any) -> object:
    return facts(*resources).get("mrc_leg_min").value


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("coding", [LOCAL, SNOMED])
@pytest.mark.parametrize("weak", MUSCLES)
def test_muscles_that_share_a_code_stay_apart(weak: str, coding: Any, order: int) -> None:
    rows = [row(f"Right {each}", "2/5" if each == weak else "5/5", coding=coding) for each in MUSCLES]
    assert lowest(*rows[::order]) == 2


@pytest.mark.parametrize("order", [1, -1])
def test_so_do_muscles_that_only_the_site_names(order: int) -> None:
    sites = (("Right hip flexors", "5/5"), ("Right quadriceps", "5/5"), ("Right ankle dorsiflexors", "2/5"))
    assert lowest(*[at_site(*each) for each in sites][::order]) == 2


def test_full_power_at_one_site_is_not_that_of_the_leg() -> None:
    assert lowest(at_site("Right hip flexors", "5/5")) is None
    assert lowest(at_site("Right leg", "5/5")) == 5


@pytest.mark.parametrize("again", ["Right ankle dorsiflexion", "Rt ankle dorsiflexion", "Right leg"])
def test_a_later_grade_of_the_muscle_or_of_the_leg_stands_for_the_older(again: str) -> None:
    older = [row(f"Right {each}", "2/5" if "ankle" in each else "5/5", 2) for each in MUSCLES]
    assert lowest(*older) == 2
    assert lowest(*older, row(again, "5/5")) == 5


def test_a_later_grade_of_another_muscle_or_of_the_other_leg_does_not() -> None:
    older = row("Right ankle dorsiflexion", "2/5", 2)
    assert lowest(older, row("Right hip flexion", "5/5")) == 2
    assert lowest(older, row("Left ankle dorsiflexion", "5/5")) == 2


def test_a_weaker_neighbour_is_no_worsening() -> None:
    assert not facts(row("Right hip flexion", "5/5", 2), row("Right ankle dorsiflexion", "3/5")).holds(
        "worsening"
    )
    assert facts(row("Right ankle dorsiflexion", "4/5", 2), row("Right ankle dorsiflexion", "3/5")).holds(
        "worsening"
    )


def six(leg: str = "Right Left", days: float = 0.1) -> list[dict[str, Any]]:
    return [row(f"{side} {each}", "5/5", days) for side in leg.split() for each in MUSCLES]


BOTH = ["Leg weakness", "Weakness of both legs", "Left leg weakness", "Right leg weakness"]


@pytest.mark.parametrize("words", BOTH)
def test_full_power_of_both_legs_ends_weakness_on_any_side(words: str) -> None:
    weak = condition(text(words), onsetDateTime=ago(3))
    assert facts(weak).holds("leg_weakness")
    assert not facts(weak, *six()).holds("leg_weakness")


@pytest.mark.parametrize("words", ["Leg weakness", "Weakness of both legs"])
def test_that_of_one_leg_does_not(words: str) -> None:
    weak = condition(text(words), onsetDateTime=ago(3))
    assert facts(weak, *six("Right")).holds("leg_weakness")
    assert facts(weak, *six("Right"), row("Left hip flexion", "5/5")).holds("leg_weakness")
    # A leg that was only examined before the weakness began says nothing of it.
    assert facts(weak, *six("Right"), *six("Left", 5)).holds("leg_weakness")


def test_joints_of_two_legs_are_no_whole_leg() -> None:
    mixed = (("Left", "hip flexion"), ("Right", "knee extension"), ("Left", "ankle dorsiflexion"))
    assert lowest(*(row(f"{side} {each}", "5/5") for side, each in mixed)) is None
    assert lowest(named("Power left leg", "5/5")) == 5
