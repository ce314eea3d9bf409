"""Feet that are a length, and the plural in the name of a code beside a side that the text tells."""

from __future__ import annotations

from typing import Any

import pytest

from cards.findings import Side
from tests.clinical.evidence_charts import LEFT_LEG, SCT, condition, finding, hit
from tests.clinical.wordings import counts, reader

HEAVY_LEGS = {"system": SCT, "code": "161873000", "display": "Heavy legs"}


@pytest.mark.parametrize(
    "text",
    [
        "Time to rise from chair, walk 10 feet and back, and return to sitting [TUG]",
        *("walked 20 feet with frame", "fell 6 feet", "ambulated about 50 feet"),
    ],
)
def test_feet_behind_a_number_are_a_length(text: str) -> None:
    reading = reader().read(text)
    assert reading.side is None
    assert not reading.leg_site


@pytest.mark.parametrize(
    "text", ["numb feet", "fall, 2 feet numb", "walked 10 feet, numb feet", "numb 2 feet"]
)
def test_other_feet_are_both_legs(text: str) -> None:
    assert counts(text, "cs_numbness_leg")
    assert reader().read(text).side is Side.BILATERAL


@pytest.mark.parametrize("text", ["power hips 5 feet 4", "weak 5 feet"])
def test_feet_behind_a_grade_are_feet(text: str) -> None:
    assert reader().read(text).leg_site


@pytest.mark.parametrize(
    ("text", "more", "side"),
    [
        ("Left leg heaviness", {}, Side.LEFT),
        ("Heaviness of right leg", {}, Side.RIGHT),
        ("Heaviness", {"bodySite": [LEFT_LEG]}, Side.LEFT),
        ("Left leg heaviness, right leg heaviness", {}, Side.BILATERAL),
        ("Heavy legs", {}, Side.BILATERAL),
        ("Heaviness", {}, Side.BILATERAL),
        (None, {}, Side.BILATERAL),
    ],
)
def test_a_side_in_the_text_goes_before_the_plural_of_the_code(
    text: str | None, more: dict[str, Any], side: Side
) -> None:
    code: dict[str, Any] = {"coding": [HEAVY_LEGS]} | ({"text": text} if text else {})
    assert hit(finding(condition(code, **more)), "cs_leg_heaviness").side is side


def test_a_side_in_the_name_of_the_code_goes_before_that_of_the_text() -> None:
    display = {"system": SCT, "code": "16018391000119104", "display": "Paresis of left lower limb"}
    read = finding(condition({"coding": [display], "text": "Weak legs"}))
    assert hit(read, "cs_leg_weakness").side is Side.LEFT
